"""Rules on identifiers: one report for a DOI or a PMID, one study for a number in a registry."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault

_LISTED_TOGETHER = "abstract"
"""Reports of this kind may share an identifier: a supplement of abstracts often has but one."""


def shared_doi(facts: Facts) -> Iterator[Fault]:
    """A report that has the DOI of another report."""
    yield from _report_twice(facts, "shared-doi", "doi", "DOI")


def shared_pmid(facts: Facts) -> Iterator[Fault]:
    """A report that has the PMID of another report."""
    yield from _report_twice(facts, "shared-pmid", "pmid", "PMID")


def shared_registration(facts: Facts) -> Iterator[Fault]:
    """A study that has the number of another study in a registry."""
    for node, value, others in _sharing(facts, "Study", "registration"):
        yield Fault("shared-registration", Severity.WARNING, node, "registration", value,
                    f"{_listed(others)} {'is' if len(others) == 1 else 'are'} registered as {value} too; if it is one "
                    "study, write one document, or its patients are counted twice; if this is a part of it or goes on "
                    "from it, say so in a `note`")


def _report_twice(facts: Facts, rule: str, name: str, word: str) -> Iterator[Fault]:
    for node, value, others in _sharing(facts, "Report", name):
        grave = any(_collection(facts, other) == _collection(facts, node) for other in others) and not any(
            facts.term(it, "reportKind") == _LISTED_TOGETHER for it in (node, *others))
        yield Fault(rule, Severity.VIOLATION if grave else Severity.WARNING, node, name, value,
                    f"{_listed(others)} {'has' if len(others) == 1 else 'have'} the {word} {value} too; write a report "
                    f"once, or correct the {word}")


def _sharing(facts: Facts, cls: str, name: str) -> Iterator[tuple[str, str, list[str]]]:
    """Each node of a class that shares a value with others, the value, and those others."""
    for node in facts.nodes(cls):
        for value in facts.all(node, name):
            if others := [other for other in facts.having(name, value) if other != node]:
                yield node, value, others


def _collection(facts: Facts, node: str) -> str:
    """The base of the collection that the document of a node belongs to."""
    return facts.document(node).rsplit("/", 2)[0]


def _listed(nodes: list[str]) -> str:
    return " and ".join(nodes)
