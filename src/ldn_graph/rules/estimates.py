"""Rules on estimates: contrasts beside group values, means that can be means."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box, is_mean_of
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


def mean_of_whole_scores(facts: Facts) -> Iterator[Fault]:
    """A value on a scale that so many people cannot have as the mean or median of whole or half points."""
    for node in facts.nodes("GroupValue"):
        printed, people = facts.printed(node, "estimate"), _people(facts, node)
        if not people or len(printed.partition(".")[2]) < 2 or not _on_a_scale(facts, node):
            continue
        if facts.term(node, "statistic") not in {"mean", "median", "statistic-not-stated"}:
            continue
        if not any(is_mean_of(printed, n, 2) for n in people):
            fits = [n for n in range(max(people) - 1, max(people) // 2, -1) if is_mean_of(printed, n, 2)][:3]
            finer = any(is_mean_of(printed, n, 10) for n in people)
            message = _not_a_mean(printed, max(people), fits, finer=finer)
            yield Fault("mean-of-whole-scores", Severity.INFO, node, "estimate", printed, message)


def _not_a_mean(printed: str, people: int, fits: list[int], *, finer: bool) -> str:
    others = ["scores in tenths, as a visual scale allows,"] * finer
    others += [f"{', '.join(map(str, fits))} patients"] * bool(fits)
    would = f"; {' and '.join(others)} would fit" if others else ""
    return (f"{printed} is neither the mean nor the median of {people} scores in whole or half points{would}. "
            "This is no sign of an error by itself")


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


def _people(facts: Facts, node: str) -> list[int]:
    """How many people a value may be of: what its result says, else the numbers of its group."""
    own = facts.one(node, "denominator") or facts.one(node, "participants")
    groups = facts.all(node, "group")
    numbers = [facts.one(it, "number") for group in groups for it in facts.all(group, "hasDenominator")]
    return [int(number) for number in ([own] if own else numbers) if number and int(number) > 0]


def _on_a_scale(facts: Facts, node: str) -> bool:
    analyses = [it for it in facts.nodes("Analysis") if node in facts.all(it, "hasResult")]
    return any(facts.all(facts.one(it, "outcome"), "scale") for it in analyses)
