"""The facts of one document, or of several, as rules ask for them: nodes of a class, values of a node by property."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.rules.figures import Box
from ldn_graph.terms import LDN, RDF_TYPE


class Facts:
    """What the quads of documents say, by node and property; properties are named without their namespace."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._values: dict[tuple[str, str], list[str]] = {}
        self._nodes: dict[str, list[str]] = {}
        self._documents: dict[str, str] = {}
        self._holders: dict[tuple[str, str], list[str]] = {}
        for quad in quads:
            subject, value = str(getattr(quad.subject, "value", "")), str(getattr(quad.object, "value", ""))
            if quad.predicate.value == RDF_TYPE:
                self._nodes.setdefault(value.removeprefix(LDN), []).append(subject)
                self._documents[subject] = str(getattr(quad.graph_name, "value", ""))
            name = quad.predicate.value.removeprefix(LDN)
            self._values.setdefault((subject, name), []).append(value)
            self._holders.setdefault((name, value), []).append(subject)

    def nodes(self, cls: str) -> list[str]:
        """The nodes of a class, sorted."""
        return sorted(self._nodes.get(cls, []))

    def all(self, node: str, name: str) -> list[str]:
        """All values of a property of a node, sorted."""
        return sorted(self._values.get((node, name), []))

    def one(self, node: str, name: str) -> str:
        """The only value of a property of a node, or nothing."""
        values = self._values.get((node, name), [])
        return values[0] if len(values) == 1 else ""

    def having(self, name: str, value: str) -> list[str]:
        """The nodes that have a value under a property, sorted: the way back from a result to its analysis."""
        return sorted(self._holders.get((name, value), []))

    def document(self, node: str) -> str:
        """The document that declares a node, or nothing where none of these does."""
        return self._documents.get(node, "")

    def printed(self, node: str, name: str) -> str:
        """The printed form of a figure of a node, or nothing."""
        return self.one(node, f"{name}Text")

    def box(self, node: str, name: str) -> Box | None:
        """The rounding box of a figure of a node, or nothing."""
        printed = self.printed(node, name)
        return Box.of(printed) if printed else None

    def term(self, node: str, name: str) -> str:
        """The short name of the term that a property of a node has, or nothing."""
        return self.one(node, name).rpartition("/")[2]

    def terms(self, node: str, name: str) -> list[str]:
        """The short names of all terms that a property of a node has, sorted."""
        return sorted(value.rpartition("/")[2] for value in self.all(node, name))
