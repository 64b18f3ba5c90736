"""Rules on circles: chains of groups and of terms that must end, and come back to where they began."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault

BROADER = "http://www.w3.org/2004/02/skos/core#broader"


def circular_subgroups(facts: Facts) -> Iterator[Fault]:
    """A group that is a part of itself by way of others."""
    yield from _circular(facts, "circular-subgroups", "Group", "subgroupOf", "a group cannot be a part of itself")


def circular_terms(facts: Facts) -> Iterator[Fault]:
    """A term that is broader than itself by way of others."""
    yield from _circular(facts, "circular-terms", "VocabularyTerm", BROADER, "a term cannot be broader than itself")


def _circular(facts: Facts, rule: str, cls: str, name: str, reason: str) -> Iterator[Fault]:
    for circle in _circles({node: set(facts.all(node, name)) for node in facts.nodes(cls)}):
        way = " › ".join(node.rpartition("/")[2] for node in circle)
        for node, following in pairwise(circle):
            yield Fault(rule, Severity.VIOLATION, node, name, following,
                        f"the chain comes back to where it began, {way}; {reason}: correct one of the links")


def _circles(links: dict[str, set[str]]) -> Iterator[list[str]]:
    """Circles of a graph, each as its nodes in the order of the links, the first one again at the end."""
    while True:
        try:
            TopologicalSorter(links).prepare()
        except CycleError as error:
            backwards: list[str] = error.args[1]
            yield backwards[::-1]
            links = {node: ends - set(backwards) for node, ends in links.items() if node not in backwards}
        else:
            return
