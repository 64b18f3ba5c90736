"""What two reports of one study say of the same analysis: the same, rounded differently, or something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.terms import RDF_TYPE

LIMITS = ("lower", "upper")
SPREADS = ("spread", "spreadLower", "spreadUpper")
COUNTS = ("participants", "events", "denominator")
TERMS = ("significance", "favours", "analysisPopulation")
SIGNED = {"decrease": -1, "increase": 1}
"""Words beside a figure that stand for its sign."""


class Kind(StrEnum):
    """How two reports of an analysis differ."""

    CONTRADICTION = "contradiction"
    """What they print cannot both be so."""
    OMISSION = "omission"
    """One of them prints nothing of it, though it prints other results of the study."""
    ROUNDING = "rounding"
    """They print one number with different digits."""


@dataclass(frozen=True, order=True)
class Difference:
    """One thing in which two reports of an analysis differ.

    `first` is published before `second`, as far as the dates tell. `results` and `printed` are those of the two, in
    this order; of an omission, the first report may be the silent one, and both are empty where a report is silent.
    """

    kind: Kind
    analysis: str
    name: str
    first: str
    second: str
    results: tuple[str, str]
    printed: tuple[str, str]


def differences(facts: Facts, study: str) -> Iterator[Difference]:
    """In what the reports that print results of a study differ, by pair of reports and analysis."""
    told = {analysis: _by_report(facts, analysis) for analysis in facts.all(study, "hasAnalysis")}
    reports = sorted({report for by in told.values() for report in by}, key=lambda report: _age(facts, report))
    for first, second in combinations(reports, 2):
        for analysis, by in told.items():
            ours, theirs = by.get(first, []), by.get(second, [])
            if ours and theirs:
                yield from (Difference(kind, analysis, name, first, second, results, printed)
                            for kind, name, results, printed in _apart(facts, ours, theirs))
            elif ours or theirs:
                results = (ours or [""])[0], (theirs or [""])[0]
                yield Difference(Kind.OMISSION, analysis, "hasResult", first, second, results, ("", ""))


_Apart = tuple[Kind, str, tuple[str, str], tuple[str, str]]


def _by_report(facts: Facts, analysis: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for result in facts.all(analysis, "hasResult"):
        if report := facts.one(result, "report"):
            found.setdefault(report, []).append(result)
    return found


def _age(facts: Facts, report: str) -> tuple[str, str, str]:
    published = facts.one(report, "published")
    return facts.one(published, "earliest") or "9", facts.one(published, "latest") or "9", report


def _apart(facts: Facts, ours: list[str], theirs: list[str]) -> Iterator[_Apart]:
    """How each of their results differs from the one of ours that is nearest to it, among those of the same thing."""
    for other in theirs:
        pairs = [[(kind, name, (one, other), printed) for kind, name, printed in _compared(facts, one, other)]
                 for one in ours if _thing(facts, one) == _thing(facts, other)
                 and _units(facts.one(one, "unit"), facts.one(other, "unit"))]
        if pairs:
            yield from min(pairs, key=lambda found: sum(it[0] is Kind.CONTRADICTION for it in found))


def _thing(facts: Facts, result: str) -> tuple[object, ...]:
    """What a result is of: two results of the same thing can be compared."""
    share = facts.one(facts.one(result, "responseShare"), "value")
    return (facts.all(result, RDF_TYPE), facts.one(result, "statistic"), facts.all(result, "group"), share,
            facts.one(result, "percentBase"), facts.one(result, "change") if not _sign(facts, result) else "")


def _units(one: str, other: str) -> bool:
    return one == other or not (one and other)


def _sign(facts: Facts, result: str) -> int:
    return SIGNED.get(facts.term(result, "change"), 0 if facts.one(result, "change") else 1)


def _compared(facts: Facts, one: str, other: str) -> Iterator[tuple[Kind, str, tuple[str, str]]]:
    """The properties in which two results of the same thing differ, with what each prints."""
    limits = {facts.one(result, "level") for result in (one, other)} - {""}
    spreads = {facts.one(result, "spreadKind") for result in (one, other)}
    yield from _figures("estimate", _estimates(facts, one, other), _both(facts, "estimate", one, other))
    names = [*LIMITS] * (len(limits) < 2 and _one_way(facts, one, other)) + [*SPREADS] * (len(spreads) < 2)
    for name in names:
        yield from _figures(name, (facts.box(one, name), facts.box(other, name)), _both(facts, name, one, other))
    if len(limits) > 1 and _same_interval(facts, one, other):
        yield Kind.CONTRADICTION, "level", _both(facts, "level", one, other)
    for name in COUNTS:
        if facts.one(one, name) and facts.one(other, name) and facts.one(one, name) != facts.one(other, name):
            yield Kind.CONTRADICTION, name, _both(facts, name, one, other)
    yield from _p_values(facts, one, other)
    for name in TERMS:
        terms = _term(facts, one, name), _term(facts, other, name)
        if all(terms) and terms[0] != terms[1]:
            yield Kind.CONTRADICTION, name, terms


def _figures(name: str, boxes: tuple[Box | None, Box | None], printed: tuple[str, str]
             ) -> Iterator[tuple[Kind, str, tuple[str, str]]]:
    ours, theirs = boxes
    if ours is not None and theirs is not None and ours != theirs:
        yield Kind.ROUNDING if ours.meets(theirs) else Kind.CONTRADICTION, name, printed


def _estimates(facts: Facts, one: str, other: str) -> tuple[Box | None, Box | None]:
    """The boxes of two estimates: as they stand, by the words for their direction, or without a sign.

    A fall of 32, a fall of -32 and a change of -32 are the same; where but one is called a fall, no sign is looked at.
    """
    ours, theirs = facts.box(one, "estimate"), facts.box(other, "estimate")
    words = facts.one(one, "change"), facts.one(other, "change")
    if ours is None or theirs is None or words == ("", ""):
        return ours, theirs
    if "" in words or words[0] == words[1]:
        return ours.size(), theirs.size()
    return (ours.size() if _sign(facts, one) > 0 else -ours.size()), (
        theirs.size() if _sign(facts, other) > 0 else -theirs.size())


def _one_way(facts: Facts, one: str, other: str) -> bool:
    """Whether limits can be compared as they stand: nothing is called a fall, or both are and have the same sign."""
    if facts.one(one, "change") != facts.one(other, "change"):
        return False
    return not facts.one(one, "change") or _negative(facts, one) == _negative(facts, other)


def _negative(facts: Facts, result: str) -> bool:
    return facts.printed(result, "estimate").startswith("-")


def _same_interval(facts: Facts, one: str, other: str) -> bool:
    """Whether both print two limits that can be the same."""
    pairs = [(facts.box(one, name), facts.box(other, name)) for name in LIMITS]
    return all(ours is not None and theirs is not None and ours.meets(theirs) for ours, theirs in pairs)


def _p_values(facts: Facts, one: str, other: str) -> Iterator[tuple[Kind, str, tuple[str, str]]]:
    boxes = _p_box(facts, one), _p_box(facts, other)
    yield from _figures("pValue", boxes, _both(facts, "pValue", one, other))


def _p_box(facts: Facts, result: str) -> Box | None:
    """The P values that a result may mean, by what it prints and the relation beside it."""
    box, relation = facts.box(result, "pValue"), facts.term(result, "pRelation")
    if box is None or relation in {"", "equal-to"}:
        return box if relation else None
    return Box(Fraction(0), box.high) if relation in {"less-than", "at-most"} else Box(box.low, Fraction(1))


def _term(facts: Facts, result: str, name: str) -> str:
    """The term of a result; an analysis population that it does not name is that of its analysis."""
    own = facts.term(result, name)
    if own or name != "analysisPopulation":
        return own
    return facts.term(next(iter(facts.having("hasResult", result)), ""), name)


def _both(facts: Facts, name: str, one: str, other: str) -> tuple[str, str]:
    return _told(facts, name, one), _told(facts, name, other)


def _told(facts: Facts, name: str, result: str) -> str:
    """A figure as a reader would see it, with its relation, the word for its direction, and its unit."""
    relation = {"less-than": "< ", "greater-than": "> ", "at-most": "≤ ", "at-least": "≥ "}.get(
        facts.term(result, "pRelation") if name == "pValue" else "", "")
    word = f" ({facts.term(result, 'change')})" if name == "estimate" and facts.one(result, "change") else ""
    return f"{relation}{facts.printed(result, name) or facts.one(result, name)}{word}"
