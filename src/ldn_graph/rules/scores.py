"""Rules on scores, which need the scales of a vocabulary: scores inside their scale, means that can be means."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from ldn_graph.findings import Severity
from ldn_graph.rules.counts import NOT_OBSERVED
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box, is_mean_of, shown
from ldn_graph.rules.findings import Fault

LEVELS = {"mean", "median", "statistic-not-stated"}
DIFFERENCES = {"mean-difference", "median-difference"}
CHANGES = {"change-from-baseline"}
MANY = 10000
"""The mean of so many scores can be nearly any figure, so that nothing is tried."""


def score_outside_its_scale(facts: Facts) -> Iterator[Fault]:
    """A score below or above its scale, or a change or difference wider than the scale."""
    for node in (*facts.nodes("GroupValue"), *facts.nodes("Contrast")):
        reach = _reach(facts, node)
        box = facts.box(node, "estimate")
        if reach is None or box is None or reach.meets(box):
            continue
        printed = facts.printed(node, "estimate")
        yield Fault("score-outside-its-scale", Severity.VIOLATION, node, "estimate", printed,
                    f"{printed} cannot be on its scale: {_possible(facts, node)} {shown(reach.low)} to "
                    f"{shown(reach.high)}; see which figure is copied wrongly, or whether `scale`, `metric` or "
                    "`statistic` is another")


def threshold_outside_its_scale(facts: Facts) -> Iterator[Fault]:
    """A threshold of response that no score, or no change of the score, can reach."""
    for node in (*facts.nodes("ResponseCriterion"), *facts.nodes("TitrationTrigger")):
        threshold, bounds = facts.one(node, "threshold"), _bounds(facts, facts.all(node, "scale"))
        if bounds is None or not _in_points(facts.one(threshold, "unit")) or not facts.one(threshold, "unit"):
            continue
        width = bounds.high - bounds.low
        reach = Box(-width, width) if facts.one(node, "change") else bounds
        for name in ("value", "minimum", "maximum"):
            printed = facts.printed(threshold, name)
            if printed and not reach.meets(Box.of(printed)):
                yield Fault("threshold-outside-its-scale", Severity.VIOLATION, threshold, name, printed,
                            f"{printed} cannot be reached on its scale, {shown(bounds.low)} to {shown(bounds.high)}; "
                            "see whether the figure, its `unit` or the `scale` is copied wrongly")


def spread_outside_its_scale(facts: Facts) -> Iterator[Fault]:
    """Quartiles or a range that end outside the scale, or a standard deviation that no scores on it can have."""
    for node in facts.nodes("GroupValue"):
        reach = _reach(facts, node)
        for holder in (node, *facts.all(node, "hasSpread")) if reach else ():
            kind = facts.term(holder, "spreadKind")
            ends = ("spreadLower", "spreadUpper") if kind in {"interquartile-range", "value-range"} else ()
            for name in ends:
                if reach and (box := facts.box(holder, name)) and not reach.meets(box):
                    yield _off_scale(facts, holder, name, f"{_possible(facts, node)} {shown(reach.low)} to "
                                     f"{shown(reach.high)}")
            if reach and kind == "standard-deviation" and _too_wide(facts, node, holder, reach):
                yield _off_scale(facts, holder, "spread", f"scores between {shown(reach.low)} and {shown(reach.high)} "
                                 "cannot differ so much")


def _off_scale(facts: Facts, holder: str, name: str, why: str) -> Fault:
    printed = facts.printed(holder, name)
    return Fault("spread-outside-its-scale", Severity.VIOLATION, holder, name, printed,
                 f"{printed} cannot be a spread on its scale: {why}; see which figure is copied wrongly, or whether "
                 "`scale`, `metric` or `spread-kind` is another")


def _too_wide(facts: Facts, node: str, holder: str, reach: Box) -> bool:
    """Whether a standard deviation is above that of half of the people at either end of their scores.

    Its square is then (width / 2)² · n / (n - 1); where n is not told for the result, it is 2.
    """
    box = facts.box(holder, "spread")
    told = int(facts.one(node, "participants") or facts.one(node, "denominator") or 2)
    people = max(told, 2)
    most = (reach.high - reach.low) ** 2 / 4 * Fraction(people, people - 1)
    return box is not None and box.low > 0 and box.low ** 2 > most


def margin_outside_its_scale(facts: Facts) -> Iterator[Fault]:
    """A margin in points that is wider than the scale, so that no difference could be larger."""
    for analysis in facts.nodes("Analysis"):
        margin, bounds = facts.one(analysis, "margin"), _bounds(facts, _scales(facts, analysis))
        told, metric = facts.printed(margin, "value"), _metric(facts, analysis)
        in_points = facts.one(margin, "unit") and _in_points(facts.one(margin, "unit"))
        if bounds is None or not told or not in_points or metric not in {"value-at-time", *CHANGES}:
            continue
        width = bounds.high - bounds.low
        if Box.of(told).size().low > width:
            yield Fault("margin-outside-its-scale", Severity.VIOLATION, margin, "value", told,
                        f"a margin of {told} is wider than its scale, which runs from {shown(bounds.low)} to "
                        f"{shown(bounds.high)}; see whether the figure, its `unit` or the `scale` is copied wrongly")


def mean_of_whole_scores(facts: Facts) -> Iterator[Fault]:
    """A value on a scale that so many people cannot have as the mean or median of the scores of the scale."""
    for node in facts.nodes("GroupValue"):
        printed, people = facts.printed(node, "estimate"), _people(facts, node)
        if not people or len(printed.partition(".")[2]) < 2 or not _raw_score(facts, node):
            continue
        step, sure = _step(facts, node), facts.term(node, "statistic") == "mean"
        halves = not (sure and step)
        grain = (1 / step if step else Fraction(1)) * (2 if halves else 1)
        if max(people) > MANY or any(is_mean_of(printed, n, grain) for n in people):
            continue
        fits = _others(printed, max(people), grain)
        known = bool(sure and step and _analysed(facts, node))
        message = _not_a_mean(printed, max(people), step, fits, sure=sure)
        yield Fault("mean-of-whole-scores", Severity.WARNING if known else Severity.INFO, node, "estimate", printed,
                    message)


def _reach(facts: Facts, node: str) -> Box | None:
    """The numbers that the figure of a result can be, by the bounds of its scales; nothing where that is open."""
    analysis, statistic = facts.analysis(node), facts.term(node, "statistic")
    metric, bounds = _metric(facts, analysis), _bounds(facts, _scales(facts, analysis))
    if bounds is None or not _measured(facts, node) or statistic not in LEVELS | DIFFERENCES:
        return None
    width = bounds.high - bounds.low
    if statistic in DIFFERENCES:
        return {"value-at-time": Box(-width, width), "change-from-baseline": Box(-2 * width, 2 * width)}.get(metric)
    if metric == "value-at-time":
        return bounds if not facts.one(node, "change") else Box(-width, width)
    return Box(-width, width) if metric == "change-from-baseline" else None


def _possible(facts: Facts, node: str) -> str:
    """What the numbers of a result's reach are, in words."""
    if facts.term(node, "statistic") in DIFFERENCES:
        return "differences on it run from"
    changed = _metric(facts, facts.analysis(node)) in CHANGES or facts.one(node, "change")
    return "changes on it run from" if changed else "scores on it run from"


def _measured(facts: Facts, node: str) -> bool:
    """Whether a figure is in the points of a scale and was computed from scores, not by a model."""
    adjusted = facts.term(facts.analysis(node), "adjustment") == "adjusted"
    return not adjusted and facts.term(node, "estimation") not in NOT_OBSERVED and _in_points(facts.one(node, "unit"))


def _raw_score(facts: Facts, node: str) -> bool:
    """Whether a figure may be the mean or median of scores on a scale."""
    analysis = facts.analysis(node)
    return (facts.term(node, "statistic") in LEVELS and _measured(facts, node) and bool(_scales(facts, analysis))
            and _metric(facts, analysis) != "percent-change-from-baseline")


def _in_points(unit: str) -> bool:
    """Whether a unit is that of a score: none, 1, or braces."""
    return unit in {"", "1"} or (unit.startswith("{") and unit.endswith("}"))


def _metric(facts: Facts, analysis: str) -> str:
    return facts.term(facts.one(analysis, "outcome"), "metric")


def _scales(facts: Facts, analysis: str) -> list[str]:
    return facts.all(facts.one(analysis, "outcome"), "scale")


def _bounds(facts: Facts, scales: list[str]) -> Box | None:
    """The lowest and highest score of any of some scales; nothing where a bound is not known."""
    ends = [(facts.one(scale, "minimum"), facts.one(scale, "maximum")) for scale in scales]
    if not ends or not all(low and high for low, high in ends):
        return None
    return Box(min(Fraction(low) for low, _ in ends), max(Fraction(high) for _, high in ends))


def _step(facts: Facts, node: str) -> Fraction | None:
    """The step that all scales of a result are stated to have, if it divides 1 and the scores start on it."""
    scales = _scales(facts, facts.analysis(node))
    steps = {_step_of(facts, scale) for scale in scales}
    step = steps.pop() if len(steps) == 1 else None
    starts = [Fraction(facts.one(scale, "minimum") or 0) for scale in scales]
    return step if step and all((start / step).denominator == 1 for start in starts) else None


def _step_of(facts: Facts, scale: str) -> Fraction | None:
    """The step of a scale as stated, or as its bounds and number of points give it."""
    told, points = facts.one(scale, "step"), facts.one(scale, "points")
    low, high = facts.one(scale, "minimum"), facts.one(scale, "maximum")
    if told:
        return Fraction(told) if Fraction(told) > 0 else None
    if points and low and high and int(points) > 1 and Fraction(high) > Fraction(low):
        return (Fraction(high) - Fraction(low)) / (int(points) - 1)
    return None


def _people(facts: Facts, node: str) -> list[int]:
    """How many people a value may be of: what its result says, else the numbers of its group."""
    own = facts.one(node, "denominator") or facts.one(node, "participants")
    groups = facts.all(node, "group")
    numbers = [facts.one(it, "number") for group in groups for it in facts.all(group, "hasDenominator")]
    return [int(number) for number in ([own] if own else numbers) if number and int(number) > 0]


def _analysed(facts: Facts, node: str) -> bool:
    """Whether it is told how many people a value is of."""
    kinds = {facts.term(it, "denominatorKind") for group in facts.all(node, "group")
             for it in facts.all(group, "hasDenominator")}
    return bool(facts.one(node, "denominator") or facts.one(node, "participants")) or kinds == {"analysed"}


def _others(printed: str, people: int, grain: Fraction) -> list[int]:
    """The next smaller numbers of people, down to half, who can have a figure as their mean."""
    return list(islice((n for n in range(people - 1, people // 2, -1) if is_mean_of(printed, n, grain)), 3))


def _not_a_mean(printed: str, people: int, step: Fraction | None, fits: list[int], *, sure: bool) -> str:
    finer = step is None and is_mean_of(printed, people, 10)
    others = ["scores in tenths, as a visual scale allows,"] * finer
    others += [f"{', '.join(map(str, fits))} patients"] * bool(fits)
    would = f"; {' and '.join(others)} would fit" if others else ""
    if sure and step:
        return (f"{printed} is not the mean of {people} scores in steps of {shown(step)}{would}. See whether fewer "
                "were analysed, or a figure is copied wrongly")
    scores = f"steps of {shown(step)}" if step else "whole or half points"
    return (f"{printed} is neither the mean nor the median of {people} scores in {scores}{would}. "
            "This is no sign of an error by itself")
