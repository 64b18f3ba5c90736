"""The one place where terms pass between pyoxigraph and rdflib.

pyoxigraph gives plain strings the datatype xsd:string; rdflib holds a plain literal and an xsd:string unequal. Here
every string becomes a plain rdflib literal, so that shapes, reports and graphs compare as people expect.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib
from rdflib.term import Node

from ldn_graph.terms import XSD


def to_rdflib(term: object) -> Node:
    """A pyoxigraph term as an rdflib term.

    >>> to_rdflib(ox.Literal("mg")) == rdflib.Literal("mg")
    True
    """
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"{term!r} has no counterpart in rdflib")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value == XSD + "string" else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def to_graph(statements: Iterable[ox.Quad | ox.Triple], graph: rdflib.Graph | None = None) -> rdflib.Graph:
    """An rdflib graph with the triples of pyoxigraph statements, added to the one that is given."""
    graph = rdflib.Graph() if graph is None else graph
    for statement in statements:
        graph.add((to_rdflib(statement.subject), to_rdflib(statement.predicate), to_rdflib(statement.object)))
    return graph
