"""Rules on dates: data that end before they begin, results before their data, registration after the start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault

EARLY = {"study-protocol", "registry-record", "baseline-report", "interim-report"}
"""Kinds of report that may come before the data are there."""

SHORTEST = {"d": 1, "wk": 7, "mo": 28, "a": 365}
"""The fewest days that a unit of time can have; other units are not reckoned with."""


def dates_in_order(facts: Facts) -> Iterator[Fault]:
    """A study whose data end before they can have begun."""
    for node in facts.nodes("Study"):
        first, last = facts.one(node, "dataFrom"), facts.one(node, "dataTo")
        begin, end = facts.one(first, "earliest"), facts.one(last, "latest")
        if begin and end and end < begin:
            yield Fault("dates-in-order", Severity.VIOLATION, node, "dataTo", end,
                        f"the data end in {facts.one(last, 'printed') or end}, before they begin in "
                        f"{facts.one(first, 'printed') or begin}; see which is copied wrongly")


def retrospective_registration(facts: Facts) -> Iterator[Fault]:
    """A study that looks forward and was registered after its data began."""
    for node in facts.nodes("Study"):
        first, registered = facts.one(node, "dataFrom"), facts.one(node, "registered")
        begun, entered = _day(facts, first, "latest"), _day(facts, registered, "earliest")
        if begun and entered and entered > begun and facts.term(node, "perspective") != "retrospective":
            yield Fault("retrospective-registration", Severity.WARNING, node, "registered",
                        _printed(facts, registered, "earliest"),
                        f"the study was registered in {_printed(facts, registered, 'earliest')}, after its data began "
                        f"in {_printed(facts, first, 'latest')}: its plan may have been made in sight of the data")


def results_before_data(facts: Facts) -> Iterator[Fault]:
    """A report that was published before the data of its results can have been there."""
    for study in facts.nodes("Study"):
        for report, results in _by_report(facts, study).items():
            published = facts.one(report, "published")
            if facts.term(report, "reportKind") not in EARLY and _day(facts, published, "latest"):
                yield from _too_early(facts, study, published, results)


def _too_early(facts: Facts, study: str, published: str, results: list[str]) -> Iterator[Fault]:
    """What is wrong with the day on which some results of a study were published, at the last of them to be had."""
    first, last, day = facts.one(study, "dataFrom"), facts.one(study, "dataTo"), _day(facts, published, "latest")
    told, begun = _printed(facts, published, "latest"), _day(facts, first, "earliest")
    node = max(results, key=lambda result: _wait(facts, result))
    if begun and day < begun + _wait(facts, node):
        after = " and the time point is reached" * bool(_wait(facts, node))
        yield Fault("results-before-data", Severity.VIOLATION, node, "report", told,
                    f"the report is dated {told}, but the data begin in {_printed(facts, first, 'earliest')}{after} "
                    "only later; see which date is copied wrongly")
    elif day < _day(facts, last, "earliest") and not all(_at_baseline(facts, result) for result in results):
        yield Fault("results-before-data", Severity.WARNING, node, "report", told,
                    f"the report is dated {told}, and the data go on until {_printed(facts, last, 'earliest')}; if it "
                    "reports before the end, its `report-kind` is interim-report, else see which date is wrong")


def _by_report(facts: Facts, study: str) -> dict[str, list[str]]:
    """The results of a study by the report that prints them."""
    found: dict[str, list[str]] = {}
    for analysis in facts.all(study, "hasAnalysis"):
        for result in facts.all(analysis, "hasResult"):
            found.setdefault(facts.one(result, "report"), []).append(result)
    return found


def _timepoint(facts: Facts, result: str) -> str:
    """The time point of a result's analysis, else of its outcome."""
    analysis = next(iter(facts.having("hasResult", result)), "")
    return facts.one(analysis, "timepoint") or facts.one(facts.one(analysis, "outcome"), "timepoint")


def _at_baseline(facts: Facts, result: str) -> bool:
    return facts.term(_timepoint(facts, result), "timepointKind") == "baseline"


def _wait(facts: Facts, result: str) -> int:
    """The fewest days that pass between the start of a patient and a result; none where that is not told."""
    after = facts.one(_timepoint(facts, result), "after")
    box = facts.box(after, "value") or facts.box(after, "minimum")
    if box is None or facts.term(after, "relation") in {"less-than", "at-most"}:
        return 0
    return max(0, int(max(box.low, Fraction(0)) * SHORTEST.get(facts.one(after, "unit"), 0)))


def _day(facts: Facts, node: str, name: str) -> int:
    """A bound of a date as a number of days; 0 where there is none."""
    try:
        return date.fromisoformat(facts.one(node, name)).toordinal()
    except ValueError:
        return 0


def _printed(facts: Facts, node: str, bound: str) -> str:
    return facts.one(node, "printed") or facts.one(node, bound)
