"""Rules on pooled reviews: their patients and studies against those listed, and how far the studies differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.counts import sizes
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box, shown
from ldn_graph.rules.findings import Fault


def included_twice(facts: Facts) -> Iterator[Fault]:
    """A study that a review lists under two keys, so that its patients would be counted twice."""
    for review in facts.nodes("Study"):
        entries = facts.all(review, "hasIncludedStudy")
        named = Counter(study for entry in entries for study in facts.all(entry, "study"))
        for entry in entries:
            study = facts.one(entry, "study")
            if named[study] > 1 and study:
                yield Fault("included-twice", Severity.VIOLATION, entry, "study", study,
                            f"`{study.rpartition('/')[2]}` is listed {named[study]} times under `included`, and its "
                            "patients would be counted as often; write it once, with the number of its `contrasts`")


def patients_of_a_review(facts: Facts) -> Iterator[Fault]:
    """Fewer patients of a review, or of a pool, than its included studies have together, each counted once."""
    for review in facts.nodes("Study"):
        least = _patients(facts, facts.all(review, "hasIncludedStudy"))
        wholes = [it for it in facts.all(review, "hasGroup") if facts.term(it, "groupKind") == "whole-study"]
        for size in [size for group in wholes for size in sizes(facts, group)]:
            if size.kind in {"enrolled", "randomised", "allocated", "kind-not-stated"}:
                yield from _too_few(size.node, "number", size.number, least)
    for node, pooled in _pools(facts):
        told = facts.one(node, "participants") or facts.one(node, "denominator")
        if told:
            name = "participants" if facts.one(node, "participants") else "denominator"
            yield from _too_few(node, name, int(told), _patients(facts, pooled))


def studies_of_a_review(facts: Facts) -> Iterator[Fault]:
    """Fewer studies of a review, or of a pool, than are listed."""
    listed = [(review, "studies", _studies(facts, facts.all(review, "hasIncludedStudy")))
              for review in facts.nodes("Study")]
    listed += [(node, "pooledStudies", _studies(facts, pooled)) for node, pooled in _pools(facts)]
    for node, name, least in listed:
        told = facts.one(node, name)
        if told and int(told) < least:
            yield Fault("studies-of-a-review", Severity.VIOLATION, node, name, told,
                        f"the number of studies, {told}, is below the {least} that are listed; see which is wrong")


def i_squared_of_its_q(facts: Facts) -> Iterator[Fault]:
    """An I-squared that is not the one that Q and the number of studies or contrasts give."""
    contrasts = {node: sum(int(facts.one(it, "contrasts") or 1) for it in pooled) for node, pooled in _pools(facts)}
    for node in facts.nodes("Result"):
        square, q, studies = facts.box(node, "iSquared"), facts.box(node, "cochranQ"), facts.one(node, "pooledStudies")
        if square is None or q is None or not studies or int(studies) < 1:
            continue
        several = {int(studies), max(int(studies), contrasts.get(node, 0))}
        if any(_inconsistency(q, k).meets(square) for k in several):
            continue
        printed = facts.printed(node, "iSquared")
        other_way = bool(facts.printed(node, "tauSquared"))
        yield Fault("i-squared-of-its-q", Severity.INFO if other_way else Severity.WARNING, node, "iSquared", printed,
                    f"an I-squared of {printed} does not follow from Q = {facts.printed(node, 'cochranQ')} and "
                    f"{studies} studies, which give {_given(q, int(studies))}; see which figure is copied wrongly, or "
                    "whether it was computed from tau-squared")


def _inconsistency(q: Box, studies: int) -> Box:
    """What I-squared, in per cent, can be for the numbers that Q can stand for."""
    return Box(*(_percent(end, studies) for end in (q.low, q.high)))


def _percent(q: Fraction, studies: int) -> Fraction:
    return max(Fraction(0), 100 * (q - (studies - 1)) / q) if q > 0 else Fraction(0)


def _given(q: Box, studies: int) -> str:
    low, high = (shown(end, 1) for end in (_inconsistency(q, studies).low, _inconsistency(q, studies).high))
    return low if low == high else f"{low} to {high}"


def _pools(facts: Facts) -> list[tuple[str, list[str]]]:
    """Each result of an analysis that names the studies that it pools, with these."""
    return [(node, facts.all(analysis, "pools")) for analysis in facts.nodes("Analysis")
            for node in facts.all(analysis, "hasResult") if facts.all(analysis, "pools")]


def _patients(facts: Facts, entries: list[str]) -> int:
    """The patients of some included studies as far as they are told, each study counted once."""
    told: dict[str, int] = {}
    for entry in entries:
        study, number = facts.one(entry, "study") or entry, int(facts.one(entry, "participants") or 0)
        told[study] = max(number, told.get(study, 0))
    return sum(told.values())


def _studies(facts: Facts, entries: list[str]) -> int:
    return len({facts.one(entry, "study") or entry for entry in entries})


def _too_few(node: str, name: str, number: int, least: int) -> Iterator[Fault]:
    if number < least:
        yield Fault("patients-of-a-review", Severity.WARNING, node, name, str(number),
                    f"{number} patients are fewer than the {least} of the included studies, each counted once; see "
                    "which number is copied wrongly, or whether studies share patients")
