"""Rules on significance: an interval and a P value of one result that disagree on whether there is a difference."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault

NULLS = {"mean-difference": Fraction(0), "risk-difference": Fraction(0), "risk-ratio": Fraction(1),
         "odds-ratio": Fraction(1), "hazard-ratio": Fraction(1)}
ALPHA = Fraction(5, 100)


def interval_against_its_p(facts: Facts) -> Iterator[Fault]:
    """A 95 % interval and a P value of the same result that disagree on whether there is a difference."""
    for node in facts.nodes("Result"):
        null = NULLS.get(facts.term(node, "statistic"))
        lower, upper = facts.box(node, "lower"), facts.box(node, "upper")
        if null is None or lower is None or upper is None or facts.one(node, "level") != "95":
            continue
        if null and lower.high <= 0:
            continue  # a ratio below zero is a matter of the shapes, as is a P value above one
        apart, below = _leaves_out(lower, upper, null), _below_alpha(facts, node)
        if apart is not None and below is not None and apart != below:
            told = facts.printed(node, "pValue")
            yield Fault("interval-against-its-p", Severity.WARNING, node, "pValue", told,
                        f"P {told} and the interval {facts.printed(node, 'lower')} to {facts.printed(node, 'upper')} "
                        f"disagree on whether {null} is excluded; see whether a figure is copied wrongly, or P is of "
                        "another test")


def _leaves_out(lower: Box, upper: Box, null: Fraction) -> bool | None:
    """Whether an interval leaves out the null value; nothing where the rounding of a limit decides."""
    if lower.low > null or upper.high < null:
        return True
    return False if lower.high < null < upper.low else None


def _below_alpha(facts: Facts, node: str) -> bool | None:
    """Whether a P value is below 0.05; nothing where its rounding or relation leaves that open."""
    p, relation = facts.box(node, "pValue"), facts.term(node, "pRelation")
    if p is None or p.low > 1:
        return None
    if relation in {"equal-to", "less-than", "at-most"} and p.high < ALPHA:
        return True
    if relation == "less-than" and facts.one(node, "pValue") == "0.05":
        return True
    return False if relation in {"equal-to", "greater-than", "at-least"} and p.low > ALPHA else None
