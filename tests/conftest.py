"""Fixtures that several test modules share."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from ldn_graph.documents import read_documents
from ldn_graph.shipped import shipped
from ldn_graph.store import Store
from ldn_graph.triples import Compiled, compile_document

BASE = "https://w3id.org/ldn-graph"
ROOT = Path(__file__).parent.parent


def ontology_quads() -> list[ox.Quad]:
    """The vocabulary and its code lists as quads."""
    graph = ox.NamedNode(BASE + "/ns")
    return [ox.Quad(triple.subject, triple.predicate, triple.object, graph)
            for name in ("ldn", "terms") for triple in ox.parse(path=shipped("ontology") / f"{name}.ttl")]


@pytest.fixture(scope="session")
def collection() -> list[Compiled]:
    """The shipped collection, compiled."""
    documents, findings = read_documents([shipped("evidence")])
    assert not findings
    return [compile_document(document, BASE) for document in documents]


@pytest.fixture(scope="session")
def collection_store(collection: list[Compiled]) -> Store:
    """A store in memory with the ontology and the shipped collection."""
    store = Store()
    store.fill(ontology_quads())
    for done in collection:
        assert not done.findings
        store.fill(done.quads)
    return store
