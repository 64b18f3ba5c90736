"""Terms on their way from pyoxigraph to rdflib."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from ldn_graph.bridge import to_graph, to_rdflib
from ldn_graph.terms import XSD


@pytest.mark.parametrize(("ours", "theirs"), [
    (ox.NamedNode("https://example.org/x"), rdflib.URIRef("https://example.org/x")),
    (ox.BlankNode("b1"), rdflib.BNode("b1")),
    (ox.Literal("mg"), rdflib.Literal("mg")),
    (ox.Literal("mg", datatype=ox.NamedNode(XSD + "string")), rdflib.Literal("mg")),
    (ox.Literal("Schmerz", language="de"), rdflib.Literal("Schmerz", lang="de")),
    (ox.Literal("6.5", datatype=ox.NamedNode(XSD + "decimal")), rdflib.Literal("6.5", datatype=rdflib.XSD.decimal)),
])
def test_a_term_becomes_its_counterpart(ours: object, theirs: rdflib.term.Node) -> None:
    assert to_rdflib(ours) == theirs


@pytest.mark.parametrize(("lexical", "datatype"), [("6.0", "decimal"), ("007", "integer"), ("1e5", "double"),
                                                   ("2031-05", "gYearMonth"), ("x", "integer")])
def test_lexical_forms_stay_as_they_are(lexical: str, datatype: str) -> None:
    literal = to_rdflib(ox.Literal(lexical, datatype=ox.NamedNode(XSD + datatype)))
    assert isinstance(literal, rdflib.Literal)
    assert (str(literal), str(literal.datatype)) == (lexical, XSD + datatype)


def test_a_triple_is_no_term_of_rdflib() -> None:
    node = ox.NamedNode("https://example.org/x")
    with pytest.raises(TypeError, match="has no counterpart in rdflib"):
        to_rdflib(ox.Triple(node, node, node))


def test_quads_of_all_graphs_become_one_graph() -> None:
    node, other = ox.NamedNode("https://example.org/x"), ox.NamedNode("https://example.org/y")
    statements: list[ox.Quad | ox.Triple] = [ox.Quad(node, node, node, node), ox.Quad(node, node, node, other),
                                             ox.Triple(node, node, other)]
    assert len(to_graph(statements)) == 2
