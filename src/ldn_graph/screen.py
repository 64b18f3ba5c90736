"""Looks through many documents at once for what the referee has to judge; never a verdict of its own.

pyshacl, the referee, takes tens of milliseconds for a document. The engine here has compiled the same shapes and takes
less than one, so that only what it flags, and a sample of what it does not, goes before the referee.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox
import shacl

from ldn_graph.shipped import shipped


class Flag(NamedTuple):
    """What two engines must agree on in a result: focus node, property (empty if none), component and severity."""

    focus: str
    path: str
    component: str
    severity: str


def screen(triples: Iterable[ox.Triple]) -> set[Flag]:
    """The flags that the shapes raise on some triples."""
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    report = _shapes().validate_text(text.decode(), format="ntriples")
    return {Flag(result.focus_node.strip("<>"), _property(result.path or ""), result.component_iri,
                 result.severity_iri) for result in report.results}


def _property(path: str) -> str:
    """The property that a path names; longer paths are spelt differently by each engine and give an empty text."""
    return path.strip("<>") if path.startswith("<") else ""


@lru_cache(maxsize=1)
def _shapes() -> shacl.Shapes:
    triples = {triple for file in shape_files() for triple in ox.parse(path=str(file))}
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return shacl.Shapes.from_text(text.decode(), format="ntriples")


def shape_files() -> list[str]:
    """The files of the shapes that documents must fit; the style of the ontology is not among them."""
    return [str(file) for file in sorted((shipped("ontology") / "shapes").glob("*.ttl")) if file.name != "style.ttl"]
