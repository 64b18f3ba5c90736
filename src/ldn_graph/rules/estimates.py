"""Rules on estimates: contrasts beside group values."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault


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


