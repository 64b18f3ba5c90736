"""Reads what is to enter a store: files as compiled documents under their base, and the gate's report on them there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from ldn_graph.documents import Document, read_documents
from ldn_graph.errors import InputError, NotConformantError
from ldn_graph.findings import Finding, Report
from ldn_graph.standing import base_of, clashing_bases, known, still_referred_to
from ldn_graph.store import Store
from ldn_graph.triples import Compiled, compile_document
from ldn_graph.validate import validate

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


def judge(store: Store, batch: Sequence[Compiled], leaving: Iterable[str] = (),
          verified: Container[str] = frozenset()) -> Report:
    """The gate's report on a batch beside what a store holds, as if some of its documents were not there.

    `verified` are the nodes whose figures a record says were seen in their passage.
    """
    replaced = {*leaving, *(done.iri for done in batch)}
    report = validate(batch, lambda iris: known(store, iris, replaced), verified)
    findings = [*report.findings, *still_referred_to(store, batch, leaving), *clashing_bases(store, batch)]
    return replace(report, findings=tuple(sorted(findings)))


def told_of(batch: Sequence[Compiled], unreadable: Sequence[Finding], findings: Iterable[Finding]) -> Report:
    """The report on a batch and on the files that could not be read."""
    return Report(len(batch) + _files(unreadable), tuple(sorted([*unreadable, *findings])))


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
