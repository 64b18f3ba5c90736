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
    for iri, cls, graph in rows_on(store, iris, "GRAPH ?graph { ?iri a ?other } BIND(?other AS ?class)",
                                 "?iri ?class ?graph"):
        if graph not in replaced and cls.startswith(LDN):
            before = found[iri].classes if iri in found else frozenset()
            found[iri] = Entity(graph, before | {cls})
    return found


def still_referred_to(store: Store, batch: Iterable[Compiled], dropped: Iterable[str] = ()) -> list[Finding]:
    """A finding for each node that would vanish although a document outside the batch refers to it.

    A record of verification tells of a day that is past: it may speak of passages that are gone.
    """
    documents = list(batch)
    declared = {iri for done in documents for iri in done.nodes}
    going = {iri: done for done in documents for iri in _subjects(store, done.iri) - declared}
    gone = {iri: graph for graph in dropped for iri in _subjects(store, graph)}
    replaced = {done.iri for done in documents} | set(gone.values())
    rows = rows_on(store, {*going, *gone}, "GRAPH ?graph { ?subject ?predicate ?iri . ?graph a ?class } "
                 f"FILTER(?predicate != <{LDN}checkedPassage>)", "?iri ?graph")
    return sorted({_referred(iri, graph, going.get(iri)) for iri, graph in rows if graph not in replaced})


def _referred(iri: str, graph: str, done: Compiled | None) -> Finding:
    source, line = (done.document.source, done.document.line(())) if done else (iri, 0)
    what = iri if done else "it"
    return Finding(source, line, (), f"{what} would be gone, but {graph} refers to it; change that document first",
                   RULES + "still-referred-to", focus=iri)


def _subjects(store: Store, graph: str) -> set[str]:
    return {quad.subject.value for quad in store.quads(graph) if isinstance(quad.subject, ox.NamedNode)}


def rows_on(store: Store, iris: Iterable[str], pattern: str, columns: str) -> list[tuple[str, ...]]:
    """The rows of a pattern on `?iri` for some IRIs, asked in chunks."""
    rows: list[tuple[str, ...]] = []
    rest = iter(iris)
    while chunk := list(islice(rest, _CHUNK)):
        values = " ".join(str(ox.NamedNode(iri)) for iri in chunk)
        solutions = store.query(f"SELECT DISTINCT {columns} WHERE {{ VALUES ?iri {{ {values} }} {pattern} }}")
        if isinstance(solutions, ox.QuerySolutions):
            rows += [tuple(value.value for value in solution) for solution in solutions]
    return rows


def clashing_bases(store: Store, batch: Iterable[Compiled]) -> list[Finding]:
    """A finding for each collection whose base is, or lies inside or above, the base of another or a part of our own.

    The graphs of one would else take the names of the other's, and replace them.
    """
    standing = _bases(store)
    coming = {done.iri: (done, str(done.document.data.get("base", ""))) for done in batch
              if done.document.kind == "collection"}
    bases = {**{part: part for part in _OURS}, **standing, **{iri: base for iri, (_, base) in coming.items()}}
    return [done.document.finding("base-clash", ("base",), f"the base clashes with {base} of {other}; choose another")
            for iri, (done, own) in coming.items() for other, base in bases.items()
            if other != iri and _nested(own, base)]


_OURS = tuple(f"https://w3id.org/ldn-graph/{part}" for part in ("ns", "terms", "shapes", "rules", "prefixes"))


def _nested(one: str, other: str) -> bool:
    """Whether one base is the other or lies inside it; a collection may lie above our own namespaces, as ours does."""
    if other in _OURS:
        return one == other or one.startswith(f"{other}/")
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _bases(store: Store) -> dict[str, str]:
    """The bases of the collections that a store holds, by collection."""
    solutions = store.query(f"SELECT ?it ?base WHERE {{ ?it a <{LDN}Collection> ; <{LDN}base> ?base }} ORDER BY ?base")
    return {it.value: base.value for it, base in solutions} if isinstance(solutions, ox.QuerySolutions) else {}


def base_of(store: Store) -> str:
    """The base IRI of the only collection that a store holds; InputError where there is none or more than one."""
    bases = list(_bases(store).values())
    if len(bases) == 1:
        return bases[0]
    held = f"holds {len(bases)} collections" if bases else "holds no collection"
    raise InputError(f"the store {held}; put a `collection:` document beside the files and name it too")
