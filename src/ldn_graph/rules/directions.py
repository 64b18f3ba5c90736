"""Rules on directions: a side that is said to have done better, beside figures in which the other side did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.grounds import Grounds, gives, grounds
from ldn_graph.rules.reading import differs, is_a, listed, name, wider
from ldn_graph.rules.risks import compared

OF_SCORES = {"mean-difference", "median-difference"}
OF_SHARES = {"risk-difference": Fraction(0), "risk-ratio": Fraction(1), "odds-ratio": Fraction(1)}
SCORES = {"value-at-time", "change-from-baseline"}
EVENTS = {"participants-with-event", "event-count"}
ENDS = {"higher-is-better": 1, "lower-is-better": -1}


@dataclass(frozen=True)
class Side:
    """The group that figures show to have done better, the other one, and the figures in words."""

    better: str
    worse: str
    figures: str


def favours_against_its_figures(facts: Facts) -> Iterator[Fault]:
    """A result that is told to favour one group, while its figure, or the means beside it, favour the other."""
    for node in facts.nodes("Result"):
        said = facts.one(node, "favours")
        side = said and (_of_contrast(facts, node) or _of_values(facts, node))
        if side and side.worse == said:
            yield Fault("favours-against-its-figures", Severity.WARNING, node, "favours", said,
                        f"it is told to favour {name(facts, said)}, and {side.figures} is in favour of "
                        f"{name(facts, side.better)}; see whether `favours`, a sign, `minuend` and `subtrahend`, or "
                        "the better end of the scale is wrong, and say with `change` where figures are printed "
                        "without a sign")


def claim_against_its_result(facts: Facts) -> Iterator[Fault]:
    """A claim that one side did better, while all decided results that it rests on show that the other did."""
    for found in grounds(facts):
        if not found.favours or found.kind not in {"effect", "safety"}:
            continue
        sides = [(side, _agrees(facts, found, side)) for analysis in found.analyses
                 if _on_its_outcome(facts, found, analysis) for side in _decided(facts, found, analysis)]
        against = [side for side, agrees in sides if agrees is False]
        if against and not any(agrees for _, agrees in sides):
            told = listed(f"{side.figures} is in favour of {name(facts, side.better)}" for side in against)
            yield Fault("claim-against-its-result", Severity.WARNING, found.claim, "claimDirection", found.direction,
                        f"{found.direction.replace('-', ' the ')} says the claim, and of what it rests on, {told}; see "
                        "whether the direction or a figure is copied wrongly; where the source says so, it stands")


def _decided(facts: Facts, found: Grounds, analysis: str) -> Iterator[Side]:
    """What the results of an analysis show: contrasts off the null and, of harms, counts in two groups."""
    results = facts.all(analysis, "hasResult")
    for node in results:
        side = _of_contrast(facts, node) if _off_null(facts, node) else None
        if side and differs(facts, node) is not False:
            yield side
    flat = any(differs(facts, node) is False or facts.term(node, "finding").startswith("no-") for node in results)
    if found.kind == "safety" and not flat and _metric(facts, analysis) in EVENTS:
        for report in sorted({facts.one(node, "report") for node in results}):
            yield from _of_counts(facts, [node for node in results if facts.one(node, "report") == report])


def _agrees(facts: Facts, found: Grounds, side: Side) -> bool | None:
    """Whether the side that did better is the claimed one; nothing where the groups are not those of the claim."""
    treated = [any(gives(facts, group, it) for it in facts.all(found.claim, "intervention"))
               for group in (side.better, side.worse)]
    other = side.worse if treated[0] else side.better
    comparators = facts.all(found.claim, "comparator")
    if treated[0] == treated[1] or (comparators and not any(gives(facts, other, it) for it in comparators)):
        return None
    return treated[0] == (found.direction == "favours-intervention")


def _on_its_outcome(facts: Facts, found: Grounds, analysis: str) -> bool:
    claimed = set(facts.all(found.claim, "outcomeDomain"))
    measured = facts.all(facts.one(analysis, "outcome"), "outcomeDomain")
    return not claimed or any(wider(facts, it) & claimed for it in measured)


def _of_contrast(facts: Facts, node: str) -> Side | None:
    """The side that a contrast is in favour of; nothing where its direction or its better end is not known."""
    analysis, box, null = facts.analysis(node), facts.box(node, "estimate"), _null(facts, node)
    pair, end = compared(facts, analysis), _better_end(facts, analysis)
    if box is None or null is None or pair is None or not pair.ordered or facts.one(node, "change") or not end:
        return None
    if (null == 0 and not pair.subtracted) or box.holds(null):
        return None
    groups = (pair.top, pair.bottom) if (box.low > null) == (end > 0) else (pair.bottom, pair.top)
    return Side(*groups, f"{name(facts, analysis)} ({_printed(facts, node)})")


def _null(facts: Facts, node: str) -> Fraction | None:
    """The value of no difference of a contrast whose statistic goes with the metric of its outcome, or nothing."""
    statistic, metric = facts.term(node, "statistic"), _metric(facts, facts.analysis(node))
    if metric in SCORES:
        return Fraction(0) if statistic in OF_SCORES else None
    return OF_SHARES.get(statistic) if metric in {"response", "participants-with-event"} else None


def _off_null(facts: Facts, node: str) -> bool:
    """Whether the whole interval of a contrast lies on one side of no difference, whatever the rounding."""
    null, lower, upper = _null(facts, node), facts.box(node, "lower"), facts.box(node, "upper")
    return null is not None and lower is not None and upper is not None and (lower.low > null or upper.high < null)


def _of_values(facts: Facts, node: str) -> Side | None:
    """The side that the two means, or medians, of an analysis are in favour of; nothing where that is not known."""
    analysis, report = facts.analysis(node), facts.one(node, "report")
    values = [it for it in facts.all(analysis, "hasResult") if facts.term(it, "statistic") in {"mean", "median"}
              and is_a(facts, it, "GroupValue") and facts.one(it, "report") == report]
    end = _better_end(facts, analysis) if _metric(facts, analysis) in SCORES else 0
    told = any(facts.one(it, "change") for it in (node, *values))
    unsigned = _metric(facts, analysis) == "change-from-baseline" and not any(
        facts.printed(it, "estimate").startswith("-") for it in values)
    adjusted = facts.term(analysis, "adjustment") == "adjusted"
    if len({facts.term(it, "statistic") for it in values}) != 1 or not end or told or unsigned or adjusted:
        return None
    figures = f"{name(facts, analysis)} ({' and '.join(facts.printed(it, 'estimate') for it in values)})"
    return _apart([(facts.one(it, "group"), box) for it in values if (box := facts.box(it, "estimate"))], end, figures)


def _of_counts(facts: Facts, results: list[str]) -> Iterator[Side]:
    """The side with fewer events, or fewer people who had them; in proportion where both sizes are told."""
    for kind in ("events", "participants"):
        counts = [node for node in results if facts.printed(node, kind) and is_a(facts, node, "Count")]
        people = [_size(facts, node) for node in counts]
        known = all(people)
        figures = [(facts.one(node, "group"), _exactly(Fraction(facts.one(node, kind)) / (number if known else 1)))
                   for node, number in zip(counts, people, strict=True)]
        told = "; ".join(f"{facts.printed(node, kind)} in {name(facts, facts.one(node, 'group'))}"
                         + f", {number} people" * known for node, number in zip(counts, people, strict=True))
        side = _apart(figures, -1, f"the number of {kind} ({told})")
        yield from [side] if side else []


def _size(facts: Facts, node: str) -> int:
    """How many people a count is out of: as it says, else the largest number of its group; 0 where none is told."""
    counted = [int(facts.one(it, "number") or 0)
               for group in facts.all(node, "group") for it in facts.all(group, "hasDenominator")]
    return int(facts.one(node, "denominator") or 0) or max(counted, default=0)


def _apart(figures: list[tuple[str, Box]], end: int, told: str) -> Side | None:
    """The better of two groups by one figure of each; nothing where there are not two or they may be equal."""
    if len(figures) != 2 or not all(group for group, _ in figures) or figures[0][0] == figures[1][0]:
        return None
    (one, first), (other, second) = figures
    if first.meets(second):
        return None
    groups = (one, other) if (first.low > second.high) == (end > 0) else (other, one)
    return Side(*groups, told)


def _better_end(facts: Facts, analysis: str) -> int:
    """1 where higher figures of an outcome are better for the patient, -1 where lower ones are, else 0."""
    outcome, metric = facts.one(analysis, "outcome"), _metric(facts, analysis)
    if metric in SCORES:
        ends = {facts.term(scale, "better") for scale in facts.all(outcome, "scale")}
        return ENDS.get(ends.pop(), 0) if len(ends) == 1 else 0
    if metric == "response":
        return 1
    return -1 if metric in EVENTS and facts.term(outcome, "outcomeRole") == "safety" else 0


def _metric(facts: Facts, analysis: str) -> str:
    return facts.term(facts.one(analysis, "outcome"), "metric")


def _printed(facts: Facts, node: str) -> str:
    """The figure of a contrast with its interval, as printed."""
    estimate, lower, upper = (facts.printed(node, it) for it in ("estimate", "lower", "upper"))
    return f"{estimate}, {lower} to {upper}" if lower and upper else estimate


def _exactly(number: Fraction) -> Box:
    return Box(number, number)
