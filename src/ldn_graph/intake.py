"""Reads what is to enter a store: files as compiled documents under their base, and the gate's report on them there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from ldn_graph.documents import Document, read_documents
from ldn_graph.errors import InputError, NotConformantError
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.neighbours import neighbourhood
from ldn_graph.reports import collection_findings_graph, finding_quads
from ldn_graph.standing import base_of, clashing_bases, known, rows_on, still_referred_to
from ldn_graph.store import Store
from ldn_graph.terms import LDN
from ldn_graph.triples import Compiled, compile_document
from ldn_graph.validate import judge_together, validate
from ldn_graph.verification import verified_nodes

_NO_BASE = "https://base.invalid"


def read_batch(store: Store, paths: str | Path | Iterable[str | Path], unread: Sequence[Finding] = ()
               ) -> tuple[list[Compiled], list[Finding]]:
    """The documents of files and directories, and what is wrong with files that are none; `unread` was found before.

    Raises NotFoundError for a path that is not there, InputError where no collection gives documents their base, and
    NotConformantError where that may be so since a file could not be read.
    """
    documents, unreadable = read_documents([paths] if isinstance(paths, str | Path) else paths)
    unreadable += unread
    try:
        return _compile(store, documents), unreadable
    except InputError:
        if not unreadable:
            raise
        raise NotConformantError(Report(len(documents) + _files(unreadable), tuple(sorted(unreadable)))) from None


def judge(store: Store, batch: Sequence[Compiled]) -> Report:
    """The gate's report on a batch beside what a store holds."""
    replaced = {done.iri for done in batch}
    report = validate(batch, lambda iris: known(store, iris, replaced),
                      lambda sound: neighbourhood(store, sound, (), replaced),
                      lambda quads: _verified(store, quads, replaced))
    kept = _kept_already(store, report.together, replaced)
    findings = [*(finding for finding in report.findings if finding not in kept),
                *still_referred_to(store, batch), *clashing_bases(store, batch)]
    return replace(report, findings=tuple(sorted(findings)))


def judge_going(store: Store, leaving: Sequence[str]) -> Report:
    """The gate's report on what a store holds, as if some of its documents were not there."""
    together = judge_together([], neighbourhood(store, [], leaving), lambda quads: _verified(store, quads, leaving))
    broken = [finding for found in together.values() for finding in found if finding.severity is Severity.VIOLATION]
    return Report(len(leaving), (*still_referred_to(store, [], leaving), *broken), together)


def told_of(batch: Sequence[Compiled], unreadable: Sequence[Finding], findings: Iterable[Finding],
            together: Mapping[str, tuple[Finding, ...]] | None = None) -> Report:
    """The report on a batch and on the files that could not be read."""
    return Report(len(batch) + _files(unreadable), tuple(sorted([*unreadable, *findings])), together or {})


def _kept_already(store: Store, together: Mapping[str, tuple[Finding, ...]], replaced: Container[str]) -> set[Finding]:
    """The findings on documents outside a batch that are kept with them already."""
    found: set[Finding] = set()
    for iri in together:
        graph = collection_findings_graph(iri)
        there = set(store.quads(graph)) if iri not in replaced else set()
        found |= {finding for finding in together[iri] if there.issuperset(finding_quads(graph, [finding]))}
    return found


def _verified(store: Store, quads: Iterable[ox.Quad], replaced: Container[str]) -> dict[str, str]:
    """The nodes of some quads whose figures were all seen in their passage, as they or the records of a store say."""
    told = list(quads)
    passages = sorted({quad.object.value for quad in told if quad.predicate.value == f"{LDN}passage"
                       and isinstance(quad.object, ox.NamedNode)})
    rows = rows_on(store, passages, f"GRAPH ?graph {{ ?check <{LDN}checkedPassage> ?iri }}", "?graph")
    records = sorted({graph for (graph,) in rows if graph not in replaced})
    return verified_nodes([*told, *(quad for record in records for quad in store.quads(record))])


def _files(findings: Iterable[Finding]) -> int:
    return len({finding.source for finding in findings})


def _compile(store: Store, documents: Sequence[Document]) -> list[Compiled]:
    bases: dict[Path, str] = {}
    for document in documents:
        directory, base = Path(document.source).resolve().parent, _base_told(document)
        if document.kind == "collection" and bases.setdefault(directory, base) != base:
            raise InputError(f"{document.source}: another collection stands in the same directory; "
                             "give each collection a directory of its own")
    return [compile_document(document, _base(store, document, bases)) for document in documents]


def _base(store: Store, document: Document, bases: dict[Path, str]) -> str:
    """The base of the nearest collection above a document among those named, else of the store's only one."""
    for directory in Path(document.source).resolve().parents:
        if directory in bases:
            return bases[directory]
    return base_of(store)


def _base_told(document: Document) -> str:
    """The base that a collection declares; one that nothing can have where it declares none that can be used."""
    base = document.data.get("base")
    try:
        told = ox.NamedNode(base).value if isinstance(base, str) else ""
    except ValueError:
        told = ""
    return told if told.startswith(("https://", "http://")) and not told.endswith(("/", "#")) else _NO_BASE
