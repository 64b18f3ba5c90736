"""Rules on estimates: intervals about their estimate, contrasts beside group values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault

DIFFERENCES = {"mean", "mean-difference"}
RATIOS = {"risk-ratio", "odds-ratio", "hazard-ratio"}


def interval_about_its_estimate(facts: Facts) -> Iterator[Fault]:
    """An interval of a mean, a mean difference or, on the log scale, a ratio whose estimate is not in its middle."""
    for node in facts.nodes("Result"):
        lower, estimate, upper = (facts.box(node, name) for name in ("lower", "estimate", "upper"))
        statistic = facts.term(node, "statistic")
        if lower is None or estimate is None or upper is None or not Box(lower.low, upper.high).meets(estimate):
            continue  # an estimate outside its limits is a matter of the shapes
        if (statistic in DIFFERENCES and not _middle(lower, upper).meets(estimate)) or (
                statistic in RATIOS and lower.low > 0 and not lower.times(upper).meets(estimate.times(estimate))):
            printed = facts.printed(node, "estimate")
            yield Fault("interval-about-its-estimate", Severity.WARNING, node, "estimate", printed,
                        f"{printed} is not in the middle of its interval, {facts.printed(node, 'lower')} to "
                        f"{facts.printed(node, 'upper')}{' on the log scale' * (statistic in RATIOS)}, whatever the "
                        "rounding; see whether a sign or digit is copied wrongly, or the method gives such intervals")


def contrast_beside_its_values(facts: Facts) -> Iterator[Fault]:
    """A mean difference that is not that of the two means printed beside it; of adjusted ones the sign only."""
    for analysis in facts.nodes("Analysis"):
        crude = facts.term(analysis, "adjustment") == "unadjusted"
        results = facts.all(analysis, "hasResult")
        values = [_value_of(facts, results, facts.one(analysis, role)) for role in ("minuend", "subtrahend")]
        for node in results:
            printed = facts.printed(node, "estimate")
            if facts.term(node, "statistic") == "mean-difference" and printed and None not in values:
                first, second = (box for box in values if box is not None)
                yield from _compared(node, printed, first - second, crude=crude)


def _compared(node: str, printed: str, difference: Box, *, crude: bool) -> Iterator[Fault]:
    estimate = Box.of(printed)
    if crude and not difference.meets(estimate):
        flipped = "; with the other sign it would be: see whether a minus sign is lost" * (-difference).meets(estimate)
        yield Fault("contrast-beside-its-values", Severity.WARNING, node, "estimate", printed,
                    f"{printed} is not the difference of the two group values, whatever the rounding{flipped}")
    elif not crude and (difference.high < 0 < estimate.low or estimate.high < 0 < difference.low):
        yield Fault("contrast-beside-its-values", Severity.INFO, node, "estimate", printed,
                    f"{printed} points the other way than the difference of the two group values; adjustment may do "
                    "that, but see whether a minus sign is lost")


def _value_of(facts: Facts, results: list[str], group: str) -> Box | None:
    """The box of the mean that the results of an analysis give for a group, if they give just one."""
    boxes = [facts.box(node, "estimate") for node in results
             if group and facts.all(node, "group") == [group] and facts.term(node, "statistic") == "mean"]
    return boxes[0] if len(boxes) == 1 else None


def _middle(lower: Box, upper: Box) -> Box:
    both = lower + upper
    return Box(both.low * Fraction(1, 2), both.high * Fraction(1, 2))
