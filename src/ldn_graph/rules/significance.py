"""Rules on significance: P, interval and verdict of one result that disagree on whether there is a difference."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.inference import (
    alpha,
    for_a_difference,
    level,
    null_value,
    of_one_test,
    on_its_scale,
    printed_p,
)
from ldn_graph.rules.reading import p_told

VERDICTS = {"significant": True, "not-significant": False}


def interval_against_its_p(facts: Facts) -> Iterator[Fault]:
    """An interval and a P value of the same result that disagree on whether there is a difference."""
    for node in facts.nodes("Result"):
        p, apart = printed_p(facts, node), _apart(facts, node)
        below = p.below(alpha(facts, node)) if p else None
        if apart is not None and below is not None and apart != below:
            told, lower, upper = facts.printed(node, "pValue"), *_limits(facts, node)
            yield Fault("interval-against-its-p", Severity.WARNING, node, "pValue", told,
                        f"{p_told(facts, node)} and the interval {lower} to {upper} disagree on whether "
                        f"{float(null_value(facts, node) or 0):g} is excluded; see whether a figure is copied wrongly, "
                        "or P is of another test")


def significance_against_its_figures(facts: Facts) -> Iterator[Fault]:
    """A result that is called significant, or not, against its P value or, where that leaves it open, its interval."""
    for node in facts.nodes("Result"):
        called, p = VERDICTS.get(facts.term(node, "significance")), printed_p(facts, node)
        if called is None or not for_a_difference(facts, node):
            continue
        below = p.below(alpha(facts, node)) if p else None
        found = _apart(facts, node) if below is None else below
        if found is not None and found != called:
            term, lower, upper = facts.term(node, "significance"), *_limits(facts, node)
            figures = p_told(facts, node) if below is not None else f"the interval {lower} to {upper}"
            yield Fault("significance-against-its-figures", Severity.WARNING, node, "significance", term,
                        f"it is called {term.replace('-', ' ')}, but {figures} says otherwise at the significance "
                        f"level {float(alpha(facts, node)):g}; see whether a figure is copied wrongly, or name another "
                        "level as `alpha`, or `multiplicity` where several tests are allowed for")


def _limits(facts: Facts, node: str) -> tuple[str, str]:
    """The limits of the interval of a result, as printed."""
    return facts.printed(node, "lower"), facts.printed(node, "upper")


def _apart(facts: Facts, node: str) -> bool | None:
    """Whether an interval at the level of its test leaves out the null value; nothing where that cannot be decided."""
    lower, upper, null = facts.box(node, "lower"), facts.box(node, "upper"), null_value(facts, node)
    if null is None or lower is None or upper is None or not of_one_test(facts, node):
        return None
    if level(facts, node) != 1 - alpha(facts, node) or not on_its_scale(facts, node):
        return None
    return _leaves_out(lower, upper, null)


def _leaves_out(lower: Box, upper: Box, null: Fraction) -> bool | None:
    """Whether an interval leaves out the null value; nothing where the rounding of a limit decides."""
    if lower.low > null or upper.high < null:
        return True
    return False if lower.high < null < upper.low else None
