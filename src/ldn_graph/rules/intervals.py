"""Rules on intervals: an estimate in the middle of its interval, and the P value that both of them give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from ldn_graph.findings import Severity
from ldn_graph.rules.distributions import Freedom, logarithm, quantile, tail
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.inference import (
    LOG_RATIOS,
    RATIOS,
    WALD_INTERVALS,
    PValue,
    analysis_of,
    level,
    null_value,
    of_one_test,
    pooled_studies,
    printed_p,
    stated,
)
from ldn_graph.rules.reading import p_told

MIDDLE = {"mean", "mean-difference", *LOG_RATIOS}
OF_OTHER_TESTS = {"risk-difference", *RATIOS, *LOG_RATIOS}
"""Statistics whose P value is often that of a chi-squared, exact or log-rank test, not that of their interval."""
TESTED = {"mean", "mean-difference", "standardised-mean-difference", *OF_OTHER_TESTS}
OTHER_TEST = "P may be of another test: name it as `test-kind`"
FEW = 30
_SLACK = Fraction(1, 10 ** 18)


def interval_about_its_estimate(facts: Facts) -> Iterator[Fault]:
    """An interval of a mean, a mean difference or, on the log scale, a ratio whose estimate is not in its middle."""
    for node in facts.nodes("Result"):
        lower, estimate, upper = (facts.box(node, name) for name in ("lower", "estimate", "upper"))
        statistic = facts.term(node, "statistic")
        if lower is None or estimate is None or upper is None or not Box(lower.low, upper.high).meets(estimate):
            continue  # an estimate outside its limits is a matter of the shapes
        if stated(facts, node, "intervalMethod") not in WALD_INTERVALS:
            continue
        if (statistic in MIDDLE and not (lower + upper).meets(estimate + estimate)) or (
                statistic in RATIOS and lower.low > 0 and not lower.times(upper).meets(estimate.times(estimate))):
            printed = facts.printed(node, "estimate")
            yield Fault("interval-about-its-estimate", Severity.WARNING, node, "estimate", printed,
                        f"{printed} is not in the middle of its interval, {facts.printed(node, 'lower')} to "
                        f"{facts.printed(node, 'upper')}{' on the log scale' * (statistic in RATIOS)}, whatever the "
                        "rounding; see whether a sign or digit is copied wrongly, or the method gives such intervals "
                        "and can be named as `interval-method`")


@dataclass(frozen=True)
class Tests:
    """The tests that an interval and a P value may be of, by the freedom of the interval's and of the P's distribution.

    `known` is false where the degrees of freedom are only known to be 1 or more.
    """

    ends: frozenset[tuple[Freedom, Freedom]]
    known: bool = True

    def p(self, ratio: Box, share: Fraction) -> Box:
        """All P values of these tests, where the estimate is so many half widths of the interval off the null value.

        At each ratio P is monotone in the degrees of freedom, and for each of those in the ratio: the corners do.
        """
        least, most = (
            [tail(end * quantile(share, of_interval), of_p) for of_interval, of_p in self.ends]
            for end in (ratio.high, ratio.low))
        return Box(min(least) - _SLACK, max(most) + _SLACK)

    def normal_fits(self, p: PValue, ratio: Box, share: Fraction) -> bool:
        """Whether a P value may be of normal theory, which is among these tests: it is asked first, being quick."""
        return NORMAL.ends <= self.ends and NORMAL.p(ratio, share).meets(p.box)


NORMAL = Tests(frozenset({(None, None)}))


def p_from_interval(facts: Facts) -> Iterator[Fault]:
    """A P value that the estimate and its interval cannot give, or of which that cannot be decided."""
    for node in facts.nodes("Result"):
        p, share = printed_p(facts, node), level(facts, node)
        tests = _tests(facts, node) if p and share and of_one_test(facts, node) else None
        ratio = _ratio(facts, node) if tests else None
        if p is None or share is None or tests is None or ratio is None or tests.normal_fits(p, ratio, share):
            continue
        given = tests.p(ratio, share)
        if not given.meets(p.box):
            yield _undecided(facts, node, given, OTHER_TEST) if _may_be_other(facts, node) else _misfit(
                facts, node, given, " and the degrees of freedom" * (not tests.known))
        elif not tests.known:
            few = f"{_explained(ratio, share, p)} would fit: name `degrees-of-freedom` or the numbers analysed"
            yield _undecided(facts, node, NORMAL.p(ratio, share), few)


def _misfit(facts: Facts, node: str, given: Box, freedom: str) -> Fault:
    printed = facts.printed(node, "pValue")
    return Fault("p-from-interval", Severity.WARNING, node, "pValue", printed,
                 f"{p_told(facts, node)} does not fit the interval: whatever the rounding{freedom}, "
                 f"{_told(facts, node)} gives a P of {_shown(given)}; see whether a figure is copied wrongly, or name "
                 "what the report tells of `test-kind`, `interval-method` or `degrees-of-freedom`")


def _undecided(facts: Facts, node: str, given: Box, mend: str) -> Fault:
    printed = facts.printed(node, "pValue")
    return Fault("p-from-interval", Severity.INFO, node, "pValue", printed,
                 f"whether {p_told(facts, node)} fits the interval cannot be decided: {_told(facts, node)} gives a P "
                 f"of {_shown(given)} by normal theory; {mend}, if the report tells")


def _told(facts: Facts, node: str) -> str:
    estimate, lower, upper = (facts.printed(node, name) for name in ("estimate", "lower", "upper"))
    return f"{estimate} ({lower} to {upper})"


def _shown(given: Box) -> str:
    """A range of P values in four decimals.

    >>> _shown(Box(Fraction(1, 5), Fraction(1, 4))), _shown(Box(Fraction(0), Fraction(1, 10 ** 6)))
    ('0.2000 to 0.2500', 'below 0.0001')
    >>> _shown(Box(Fraction(1, 10 ** 5), Fraction(1, 100)))
    'below 0.0001 to 0.0100'
    """
    low, high = ("below 0.0001" if end < Fraction(1, 10000) else f"{float(end):.4f}" for end in (given.low, given.high))
    return low if low == high else f"{low} to {high}"


def _tests(facts: Facts, node: str) -> Tests | None:
    """The tests that the P value of a result may be of; nothing where none of them could be told from its interval."""
    if facts.term(node, "statistic") not in TESTED:
        return None
    method, test = stated(facts, node, "intervalMethod"), stated(facts, node, "testKind")
    if method not in WALD_INTERVALS:
        return None
    if test == "wald-test" or (_may_be_other(facts, node) and not facts.printed(node, "degreesOfFreedom")):
        return NORMAL
    return _of_freedom(facts, node, method, pooled_studies(facts, node))


def _of_freedom(facts: Facts, node: str, method: str, pooled: int) -> Tests | None:
    """The tests of a result whose P value need not be of a normal distribution."""
    printed = facts.printed(node, "degreesOfFreedom")
    if printed:
        freedom = Fraction(printed)
        if not 1 <= freedom <= 10 ** 6:
            return None
        ends: set[Freedom] = {freedom}
    elif pooled > 1:
        ends = {Fraction(pooled - 1)} if method == "hartung-knapp" else {None, Fraction(pooled - 1)}
    else:
        ends = {None, Fraction(_least_freedom(facts, node) or 1)}
    of_both = {(end, end) for end in ends if method != "wald-interval" or end is None}
    of_two = {(None, end) for end in ends if method in {"", "wald-interval"} and pooled < 2}
    return Tests(frozenset(of_both | of_two), bool(printed or pooled > 1 or _least_freedom(facts, node)))


def _least_freedom(facts: Facts, node: str) -> int:
    """The fewest degrees of freedom that a test of the groups of a result may have, or 0 where that is not known.

    After Welch they are not fewer than those of the smallest group alone; one more is left for the periods of a
    crossover. Models that allow for other variables may have fewer.
    """
    analysis = analysis_of(facts, node)
    groups = facts.all(node, "group") or sorted({*facts.all(analysis, "group"), *facts.all(analysis, "referenceGroup")})
    numbers = [_analysed(facts, group) for group in groups]
    if not groups or not all(numbers) or facts.term(analysis, "adjustment") == "adjusted":
        return 0
    return max(1, min(min(some) for some in numbers) - 2)


def _analysed(facts: Facts, group: str) -> list[int]:
    return [int(facts.one(it, "number")) for it in facts.all(group, "hasDenominator")
            if facts.term(it, "denominatorKind") == "analysed" and int(facts.one(it, "number") or 0) > 0]


def _may_be_other(facts: Facts, node: str) -> bool:
    """Whether the P value of a result is often of another test than its interval, and nothing says that it is not."""
    told = stated(facts, node, "testKind") or pooled_studies(facts, node) > 1
    return facts.term(node, "statistic") in OF_OTHER_TESTS and not told


def _explained(ratio: Box, share: Fraction, p: PValue) -> str:
    """The t tests with few degrees of freedom that give a P value, in words."""
    fit = [few for few in range(1, FEW)
           if Tests(frozenset({(Fraction(few), Fraction(few))})).p(ratio, share).meets(p.box)]
    if not fit:
        return "a t test with few degrees of freedom"
    few = str(fit[0]) if fit[0] == fit[-1] else f"{fit[0]} to {fit[-1]}"
    return f"a t test with {few} degree{'s' * (few != '1')} of freedom"


def _ratio(facts: Facts, node: str) -> Box | None:
    """How many half widths of the interval the estimate may be off the null value; nothing where that has no answer.

    Limits and estimate are those within their rounding for which the estimate is in the middle.
    """
    null, logs = null_value(facts, node), facts.term(node, "statistic") in RATIOS
    boxes = [facts.box(node, name) for name in ("lower", "estimate", "upper")]
    if null is None or any(box is None or (logs and box.low <= 0) for box in boxes) or (logs and null <= 0):
        return None
    lower, estimate, upper = ((_logarithms(box) if logs else box) - Box(null_at, null_at)
                              for null_at in [logarithm(null) if logs else null] for box in boxes if box)
    points = [(low, high) for low, high in _corners(lower, estimate + estimate, upper) if low < high]
    if not points:
        return None
    ratios = [abs(low + high) / (high - low) for low, high in points]
    across = min(low + high for low, high in points) <= 0 <= max(low + high for low, high in points)
    widest = max(ratios) if lower.high < upper.low else Fraction(10 ** 15)
    return Box(Fraction(0) if across else min(ratios), widest)


def _corners(lower: Box, twice: Box, upper: Box) -> Iterator[tuple[Fraction, Fraction]]:
    """The corners of the limits that have their sum within a box: between them a linear fraction has its extremes."""
    yield from ((low, high) for low, high in product((lower.low, lower.high), (upper.low, upper.high))
                if twice.low <= low + high <= twice.high)
    for total in (twice.low, twice.high):
        yield from ((low, total - low) for low in (lower.low, lower.high) if upper.low <= total - low <= upper.high)
        yield from ((total - high, high) for high in (upper.low, upper.high) if lower.low <= total - high <= lower.high)


def _logarithms(box: Box) -> Box:
    return Box(logarithm(box.low) - _SLACK, logarithm(box.high) + _SLACK)
