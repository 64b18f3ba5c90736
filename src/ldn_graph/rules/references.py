"""Rules on who is named beside a statement: the studies of its basis, the reports that are cited, the authors."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.reading import listed, words


def basis_smaller_than_its_studies(facts: Facts) -> Iterator[Fault]:
    """A basis that is said to be of fewer studies than it names."""
    for basis in facts.nodes("Basis"):
        told, named = facts.one(basis, "number"), facts.all(basis, "study")
        if told and 0 < int(told) < len(named):
            yield Fault("basis-smaller-than-its-studies", Severity.VIOLATION, basis, "number", told,
                        f"the basis is said to be of {told}, and names {len(named)} studies; see whether the number is "
                        "copied wrongly, or a study does not belong to it")


def basis_design_of_none(facts: Facts) -> Iterator[Fault]:
    """A design of a basis that none of its studies has, where all of them are known."""
    for basis in facts.nodes("Basis"):
        studies = facts.all(basis, "study")
        designs = [_designs(facts, study) for study in studies]
        if not all(designs) or not studies or facts.one(basis, "number") != str(len(studies)):
            continue
        strange = [it for it in facts.terms(basis, "design") if it not in set().union(*designs)]
        if strange:
            yield Fault("basis-design-of-none", Severity.WARNING, basis, "design", listed(strange),
                        f"the basis is called {listed(map(words, strange))}, which none of its studies is told to be; "
                        "see whether the design of the basis or of a study is wrong; where the source says so, it "
                        "stands")


def _designs(facts: Facts, study: str) -> set[str]:
    """The designs of a study; one that left the treatment to chance counts as a randomised controlled trial."""
    chance = facts.term(study, "allocation") == "randomised"
    return {*facts.terms(study, "design"), *(["randomised-controlled-trial"] if chance else [])}


def report_cites_itself(facts: Facts) -> Iterator[Fault]:
    """A report among the reports that it cites."""
    for report in facts.nodes("Report"):
        if report in facts.all(report, "cites"):
            yield Fault("report-cites-itself", Severity.WARNING, report, "cites", report,
                        "the report is among those that it cites; name the other report, or take it out")


def contributors_share_an_order(facts: Facts) -> Iterator[Fault]:
    """Two contributors of one report, in one role, at one place in the order of names."""
    for report in facts.nodes("Report"):
        places: dict[tuple[str, str], list[str]] = {}
        for person in facts.all(report, "hasContributor"):
            for role in facts.terms(person, "contributorRole") if facts.one(person, "order") else ():
                places.setdefault((role, facts.one(person, "order")), []).append(person)
        for (role, order), people in sorted(places.items()):
            if len(people) > 1:
                yield Fault("contributors-share-an-order", Severity.WARNING, people[1], "order", order,
                            f"{len(people)} of the role {words(role)} stand at place {order}; see what the order of "
                            "the names is")
