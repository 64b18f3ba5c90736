"""Which standing documents a batch bears on, and what has to be read to judge them anew.

A document is judged by what it refers to, by what that refers to in turn, and by what has the same identifier. So what
changes bears on the documents that stand one or two references before it, and on those that share an identifier with
it, and on the studies that a report speaks of; of a vocabulary only the terms that change count, and those that lead to
them. The studies that a report is about, cites or rests on are reached from that report alone: else a digest of a
hundred studies would make each of them a neighbour of all others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import pyoxigraph as ox

from ldn_graph.standing import known, rows_on
from ldn_graph.store import Store
from ldn_graph.terms import LDN, TERMS
from ldn_graph.triples import Compiled
from ldn_graph.validate import Neighbourhood

IDENTIFIERS = tuple(LDN + name for name in ("doi", "pmid", "registration"))
LOOSE = frozenset(LDN + name for name in ("about", "cites", "restsOn", "study"))
"""References that are no second step of a way: whoever refers to the referring document does not reach their end."""


def neighbourhood(store: Store, batch: Sequence[Compiled], dropped: Collection[str] = (),
                  unsound: Collection[str] = ()) -> Neighbourhood:
    """The standing documents that a batch, or the going of some documents, bears on, and the quads to judge them by.

    Of documents that are about to be replaced, but are unsound in the batch, nothing is read.
    """
    replaced = {done.iri for done in batch} | {*dropped, *unsound}
    touched = _touched(store, batch, dropped)
    before = _referring(store, touched) - replaced
    between = _referring(store, touched, LOOSE)
    further = _referring(store, _all(store, between))
    told_of = _referred(store, (quad for quad in touched if quad.predicate.value in LOOSE))
    judged = (before | further | told_of | _sharing(store, touched)) - replaced
    own = [*(quad for done in batch for quad in done.quads), *_all(store, judged)]
    after = (_referred(store, own) | _referring(store, _all(store, told_of))) - replaced
    second = _referred(store, (quad for quad in _all(store, after) if quad.predicate.value not in LOOSE))
    context = (judged | after | second | _sharing(store, own)) - replaced
    return Neighbourhood(frozenset(judged), tuple(_all(store, context)))


def _touched(store: Store, batch: Iterable[Compiled], dropped: Iterable[str]) -> list[ox.Quad]:
    """What stands and will stand of what changes; a document that stays as it is touches nothing."""
    touched = [quad for name in dropped for quad in store.quads(name)]
    for done in batch:
        before, after = set(store.quads(done.iri)), set(done.quads)
        changed = _subjects(before ^ after)
        if changed and done.document.kind == "vocabulary":
            changed = _with_dependants(changed, before | after)
            touched += [quad for quad in before | after if getattr(quad.subject, "value", "") in changed]
        elif changed:
            touched += [*before, *after]
    return touched


def _with_dependants(changed: set[str], quads: Iterable[ox.Quad]) -> set[str]:
    """The terms of a vocabulary that changed, those around a part that changed, and those below them."""
    links = {(quad.subject.value, quad.object.value) for quad in quads
             if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)}
    while more := {subject for subject, other in links if other in changed} - changed:
        changed = changed | more
    return changed


def _all(store: Store, documents: Iterable[str]) -> list[ox.Quad]:
    return [quad for name in sorted(documents) for quad in store.quads(name)]


def _subjects(quads: Iterable[ox.Quad]) -> set[str]:
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def _referring(store: Store, quads: Iterable[ox.Quad], loose: Collection[str] = ()) -> set[str]:
    """The documents that refer to the subjects of some quads of other documents, by properties that are not loose."""
    own = {quad.subject.value: getattr(quad.graph_name, "value", "") for quad in quads
           if isinstance(quad.subject, ox.NamedNode)}
    rows = rows_on(store, sorted(own), "GRAPH ?graph { ?subject ?predicate ?iri . ?graph a ?class }",
                   "?iri ?predicate ?graph")
    return {graph for iri, predicate, graph in rows if predicate not in loose and own[iri] != graph}


def _referred(store: Store, quads: Iterable[ox.Quad]) -> set[str]:
    """The documents that some quads refer to."""
    iris = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    sought = sorted(iri for iri in iris if not iri.startswith((LDN, TERMS)))
    return {entity.graph for entity in known(store, sought).values()}


def _sharing(store: Store, quads: Iterable[ox.Quad]) -> set[str]:
    """The documents that have an identifier which stands in some quads."""
    values = {(quad.predicate, quad.object) for quad in quads if quad.predicate.value in IDENTIFIERS}
    return {quad.graph_name.value for predicate, value in values for quad in store.having(predicate, value)
            if isinstance(quad.graph_name, ox.NamedNode)}
