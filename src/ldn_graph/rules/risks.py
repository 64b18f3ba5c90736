"""Rules on figures that compare risks: ratios, differences and numbers needed to treat beside counts of people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from ldn_graph.findings import Severity
from ldn_graph.rules.counts import NOT_OBSERVED, sizes
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box, shown, unit_of_last_place
from ldn_graph.rules.findings import Fault
from ldn_graph.terms import TERMS

NNT = "number-needed-to-treat"
LARGE = 1000
"""Groups of so many people give nearly every share, so that no figure is out of their reach."""


@dataclass(frozen=True)
class Pair:
    """Two groups that an analysis compares; `top` is set against `bottom`, if the order is told."""

    top: str
    bottom: str
    ordered: bool
    subtracted: bool


@dataclass(frozen=True)
class Risk:
    """People with something out of all of a group."""

    people: int
    out_of: int

    @property
    def share(self) -> Fraction:
        """The risk itself."""
        return Fraction(self.people, self.out_of)


def contrast_beside_its_counts(facts: Facts) -> Iterator[Fault]:
    """A risk ratio, odds ratio or risk difference that is not that of the counts printed beside it."""
    for node in facts.nodes("Contrast"):
        analysis, statistic, box = facts.analysis(node), facts.term(node, "statistic"), facts.box(node, "estimate")
        pair, risks = compared(facts, analysis), counted(facts, node)
        if pair is None or box is None or not {pair.top, pair.bottom} <= set(risks):
            continue
        if statistic == "odds-ratio" and _paired(facts):
            continue  # the odds ratio of pairs is another one
        ways = _ways(statistic, risks[pair.top], risks[pair.bottom], facts.one(node, "unit"))
        order = pair.subtracted if statistic == "risk-difference" else pair.ordered
        if ways:
            yield from _beside(facts, node, ways, crude=_crude(facts, node), order=order)


def nnt_below_one(facts: Facts) -> Iterator[Fault]:
    """A number needed to treat below 1: not even one patient would be needed."""
    for node in _numbers_needed(facts):
        if Box.of(facts.printed(node, "estimate")).size().high < 1:
            printed = facts.printed(node, "estimate")
            yield Fault("nnt-below-one", Severity.VIOLATION, node, "estimate", printed,
                        f"{printed} is no number needed to treat, which is 1 where all gain and larger otherwise; "
                        "see whether it is a risk difference, or copied wrongly")


def nnt_beside_its_counts(facts: Facts) -> Iterator[Fault]:
    """A number needed to treat that is not that of the counts printed beside it."""
    for node in _numbers_needed(facts):
        pair, risks = compared(facts, facts.analysis(node)), counted(facts, node)
        if pair is None or not {pair.top, pair.bottom} <= set(risks) or _adjusted(facts, node):
            continue
        printed = facts.printed(node, "estimate")
        gain = abs(risks[pair.top].share - risks[pair.bottom].share)
        low, high = _rounded(printed)
        if gain and low < 1 / gain <= high:
            continue
        is_it = f"1 / {shown(gain, 4)} = {shown(1 / gain)}" if gain else "none, as the shares are equal"
        crude = _crude(facts, node)
        doubt = "" if crude else "; whether it is crude is not said"
        yield Fault("nnt-beside-its-counts", Severity.WARNING if crude else Severity.INFO, node, "estimate", printed,
                    f"{printed} is not the number needed to treat of the counts beside it, "
                    f"{_told(risks[pair.top])} and {_told(risks[pair.bottom])}: that is {is_it}{doubt}. See which "
                    "figure is copied wrongly")


def nnt_not_reproducible(facts: Facts) -> Iterator[Fault]:
    """A number needed to treat that nobody can compute again, with what is missing for it."""
    for node in _numbers_needed(facts):
        missing = _missing(facts, node)
        if missing:
            printed = facts.printed(node, "estimate")
            yield Fault("nnt-not-reproducible", Severity.INFO, node, "estimate", printed,
                        f"{printed} cannot be reproduced: {', and '.join(missing)}{_reach(facts, node)}")


def nnt_beyond_its_groups(facts: Facts) -> Iterator[Fault]:
    """A crude number needed to treat that no counts in groups of the sizes analysed can give."""
    for node in _numbers_needed(facts):
        pair = compared(facts, facts.analysis(node))
        if pair is None or not _crude(facts, node) or {pair.top, pair.bottom} <= set(counted(facts, node)):
            continue
        numbers = [[size.number for size in sizes(facts, group) if size.kind == "analysed"]
                   for group in (pair.top, pair.bottom)]
        printed = facts.printed(node, "estimate")
        if all(len(it) == 1 for it in numbers) and not feasible(printed, numbers[0][0], numbers[1][0]):
            yield Fault("nnt-beyond-its-groups", Severity.WARNING, node, "estimate", printed,
                        f"no whole numbers of people in groups of {numbers[0][0]} and {numbers[1][0]} give a number "
                        f"needed to treat of {printed}; see whether others were analysed, or which figure is copied "
                        "wrongly")


def compared(facts: Facts, analysis: str) -> Pair | None:
    """The two groups that an analysis compares, or nothing where they are not two."""
    first, second = facts.one(analysis, "minuend"), facts.one(analysis, "subtrahend")
    if first and second:
        return Pair(first, second, ordered=True, subtracted=True)
    groups, reference = facts.all(analysis, "group"), facts.one(analysis, "referenceGroup")
    others = [group for group in groups if group != reference]
    if reference and len(others) == 1:
        return Pair(others[0], reference, ordered=True, subtracted=False)
    return Pair(groups[0], groups[1], ordered=False, subtracted=False) if len(groups) == 2 and not reference else None


def counted(facts: Facts, node: str) -> dict[str, Risk]:
    """The people counted in each group of a contrast's analysis, by the report that prints it."""
    found: dict[str, list[Risk]] = {}
    for other in facts.all(facts.analysis(node), "hasResult"):
        groups, same = facts.all(other, "group"), facts.one(other, "report") == facts.one(node, "report")
        risk = Risk(int(facts.one(other, "participants") or -1), int(facts.one(other, "denominator") or 0))
        observed = facts.term(other, "estimation") not in NOT_OBSERVED
        if 0 <= risk.people <= risk.out_of and risk.out_of and len(groups) == 1 and same and observed:
            found.setdefault(groups[0], []).append(risk)
    return {group: risks[0] for group, risks in found.items() if len(risks) == 1}


def feasible(printed: str, one: int, other: int) -> bool:
    """Whether groups of two sizes can give a number needed to treat, by whole numbers of people.

    >>> feasible("3.2", 36, 42), feasible("7.00", 3, 4), feasible("1", 5, 5)
    (True, False, True)
    """
    low, high = _rounded(printed)
    if one < 1 or other < 1 or min(one, other) >= LARGE or low <= 0:
        return True
    fewer, more = sorted((one, other))
    for people in range(fewer + 1):
        share = Fraction(people, fewer)
        above = ceil((share + 1 / high) * more), ceil((share + 1 / low) * more) - 1
        below = floor((share - 1 / low) * more) + 1, floor((share - 1 / high) * more)
        if any(max(0, least) <= min(more, most) for least, most in (above, below)):
            return True
    return False


def _numbers_needed(facts: Facts) -> list[str]:
    return [node for node in facts.nodes("Contrast")
            if facts.term(node, "statistic") == NNT and facts.printed(node, "estimate")]


def _rounded(printed: str) -> tuple[Fraction, Fraction]:
    """What a number needed to treat stands for: more than the first and at most the second, as many round it up."""
    number, last = abs(Fraction(printed)), unit_of_last_place(printed)
    return max(number - last, Fraction(0)), number + last / 2


def _adjusted(facts: Facts, node: str) -> bool:
    return facts.term(facts.analysis(node), "adjustment") == "adjusted" or (
        facts.term(node, "estimation") in NOT_OBSERVED)


def _crude(facts: Facts, node: str) -> bool:
    return facts.term(facts.analysis(node), "adjustment") == "unadjusted" and not _adjusted(facts, node)


def _paired(facts: Facts) -> bool:
    return bool(facts.nodes("Matching") or facts.having("design", f"{TERMS}design/crossover"))


def _ways(statistic: str, top: Risk, bottom: Risk, unit: str) -> list[list[Fraction]]:
    """What the contrast of two risks is, and what it is the other way round; each in the units it may be in."""
    if statistic == "risk-difference":
        per_cent = {"%": [100], "1": [1]}.get(unit, [1, 100])
        return [[way * (top.share - bottom.share) for way in per_cent],
                [way * (bottom.share - top.share) for way in per_cent]]
    over, under = top.people * bottom.out_of, bottom.people * top.out_of
    if statistic == "odds-ratio":
        over, under = top.people * (bottom.out_of - bottom.people), bottom.people * (top.out_of - top.people)
    if statistic not in {"risk-ratio", "odds-ratio"} or not over or not under:
        return []  # where a group has none, programs add to the counts in ways that differ
    return [[Fraction(over, under)], [Fraction(under, over)]]


def _beside(facts: Facts, node: str, ways: list[list[Fraction]], *, crude: bool, order: bool) -> Iterator[Fault]:
    box, printed = Box.of(facts.printed(node, "estimate")), facts.printed(node, "estimate")
    fits = [any(box.holds(number) for number in way) for way in ways]
    rule, null = "contrast-beside-its-counts", 0 if facts.term(node, "statistic") == "risk-difference" else 1
    if not crude:
        if order and (ways[0][0] < null < box.low or box.high < null < ways[0][0]):
            yield Fault(rule, Severity.INFO, node, "estimate", printed,
                        f"{printed} points the other way than the counts beside it, which give {shown(ways[0][0], 3)}; "
                        "adjustment may do that, but see whether the groups are the wrong way round")
    elif not any(fits):
        yield Fault(rule, Severity.WARNING, node, "estimate", printed,
                    f"{printed} is not what the counts beside it give, {' or '.join(shown(it, 3) for it in ways[0])}, "
                    "whatever the rounding; see which figure is copied wrongly")
    elif order and not fits[0]:
        yield Fault(rule, Severity.INFO if null else Severity.WARNING, node, "estimate", printed,
                    f"{printed} is what the counts beside it give the other way round; see whether the groups are the "
                    "wrong way round in `minuend`, `subtrahend` or `reference-group`, or a minus sign is lost")


def _missing(facts: Facts, node: str) -> list[str]:
    """What is missing to compute a number needed to treat again, in words."""
    analysis = facts.analysis(node)
    pair, adjustment = compared(facts, analysis), facts.term(analysis, "adjustment")
    counts = pair and {pair.top, pair.bottom} <= set(counted(facts, node))
    if counts and not _adjusted(facts, node):
        return []
    words = ["which two groups are compared is not told"] * (pair is None)
    words += ["how many people responded in each group is not printed"] * (not counts)
    words += ["it is adjusted or comes from a model"] * _adjusted(facts, node)
    return words + ["whether it is crude is not said"] * (adjustment not in {"adjusted", "unadjusted"})


def _reach(facts: Facts, node: str) -> str:
    """Whether groups of the sizes told can give a number needed to treat, in words; nothing where none are told."""
    pair = compared(facts, facts.analysis(node))
    numbers = [[size.number for size in sizes(facts, group)] for group in (pair.top, pair.bottom)] if pair else []
    if _adjusted(facts, node) or not all(len(it) == 1 for it in numbers) or not numbers:
        return ""
    one, other = numbers[0][0], numbers[1][0]
    if feasible(facts.printed(node, "estimate"), one, other):
        return f"; groups of {one} and {other} can give it"
    return f"; no whole numbers of people in groups of {one} and {other} give it"


def _told(risk: Risk) -> str:
    return f"{risk.people} of {risk.out_of}"
