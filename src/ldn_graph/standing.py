"""What the standing evidence knows, as the gate asks for it while a batch is about to replace part of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

import pyoxigraph as ox

from ldn_graph.errors import InputError
from ldn_graph.findings import Finding
from ldn_graph.store import Store
from ldn_graph.terms import LDN, RULES
from ldn_graph.triples import Compiled
from ldn_graph.validate import Entity

_CHUNK = 1000


def known(store: Store, iris: Iterable[str], replaced: Collection[str] = ()) -> dict[str, Entity]:
    """What stands under some IRIs in the documents of a store, apart from those that are being replaced."""
    found: dict[str, Entity] = {}
    for iri, cls, graph in _rows(store, iris, "GRAPH ?graph { ?iri a ?other } BIND(?other AS ?class)",
                                 "?iri ?class ?graph"):
        if graph not in replaced and cls.startswith(LDN):
            before = found[iri].classes if iri in found else frozenset()
            found[iri] = Entity(graph, before | {cls})
    return found


def still_referred_to(store: Store, batch: Iterable[Compiled], dropped: Iterable[str] = ()) -> list[Finding]:
    """A finding for each node that would vanish although a document outside the batch refers to it."""
    documents = list(batch)
    declared = {iri for done in documents for iri in done.nodes}
    going = {iri: done for done in documents for iri in _subjects(store, done.iri) - declared}
    gone = {iri: graph for graph in dropped for iri in _subjects(store, graph)}
    replaced = {done.iri for done in documents} | set(gone.values())
    rows = _rows(store, {*going, *gone}, "GRAPH ?graph { ?subject ?predicate ?iri . ?graph a ?class }",
                 "?iri ?graph")
    return sorted({_referred(iri, graph, going.get(iri)) for iri, graph in rows if graph not in replaced})


def _referred(iri: str, graph: str, done: Compiled | None) -> Finding:
    source, line = (done.document.source, done.document.line(())) if done else (iri, 0)
    what = iri if done else "it"
    return Finding(source, line, (), f"{what} would be gone, but {graph} refers to it; change that document first",
                   RULES + "still-referred-to", focus=iri)


def _subjects(store: Store, graph: str) -> set[str]:
    return {quad.subject.value for quad in store.quads(graph) if isinstance(quad.subject, ox.NamedNode)}


def _rows(store: Store, iris: Iterable[str], pattern: str, columns: str) -> list[tuple[str, ...]]:
    """The rows of a pattern on `?iri` for some IRIs, asked in chunks."""
    rows: list[tuple[str, ...]] = []
    rest = iter(iris)
    while chunk := list(islice(rest, _CHUNK)):
        values = " ".join(str(ox.NamedNode(iri)) for iri in chunk)
        solutions = store.query(f"SELECT DISTINCT {columns} WHERE {{ VALUES ?iri {{ {values} }} {pattern} }}")
        if isinstance(solutions, ox.QuerySolutions):
            rows += [tuple(value.value for value in solution) for solution in solutions]
    return rows


def base_of(store: Store) -> str:
    """The base IRI of the only collection that a store holds; InputError where there is none or more than one."""
    solutions = store.query(f"SELECT ?base WHERE {{ ?it a <{LDN}Collection> ; <{LDN}base> ?base }} ORDER BY ?base")
    bases = [solution[0].value for solution in solutions] if isinstance(solutions, ox.QuerySolutions) else []
    if len(bases) == 1:
        return str(bases[0])
    held = f"holds {len(bases)} collections" if bases else "holds no collection"
    raise InputError(f"the store {held}; put a `collection:` document beside the files and name it too")
