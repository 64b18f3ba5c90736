"""`EvidenceStore`, the public face: load, validate, ask, query and export. The only one that writes to a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from ldn_graph import precompiled
from ldn_graph.answer import Answer, build_answers
from ldn_graph.catalogue import find_question
from ldn_graph.errors import InputError, NotConformantError, NotFoundError, QueryError, StoreError
from ldn_graph.export import iri_of
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.guard import checked_query, names_graphs
from ldn_graph.queries import Given, Question, Table, to_table
from ldn_graph.reports import finding_quads, findings_graph
from ldn_graph.shipped import shipped
from ldn_graph.store import Store, is_store

if TYPE_CHECKING:
    import rdflib

    from ldn_graph.documents import Document
    from ldn_graph.synthesis import Synthesis
    from ldn_graph.triples import Compiled

Paths = str | Path | Iterable[str | Path]
"""A file or directory, or several."""

_NO_BASE = "https://base.invalid"


class EvidenceStore:
    """Clinical evidence in a graph that can be asked, checked and exported.

    >>> evidence = EvidenceStore.open()
    >>> evidence.query("ASK { ?study a ldn:Study }")
    True
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def open(cls, path: str | Path | None = None, *, create: bool = False) -> Self:
        """The store in a directory; without a path, a store in memory that holds the shipped collection.

        With `create`, a new or empty directory becomes a store that holds nothing but the ontology. Raises
        NotFoundError where there is no directory, StoreError where it is no store or another process holds it.
        """
        if path is None:
            return cls._of_shipped()
        store = Store.open(path, create=create)
        if not store.graphs():
            _filled(store, precompiled.ontology_quads())
        return cls(store)

    @classmethod
    def _of_shipped(cls) -> Self:
        files = precompiled.standing_files()
        evidence = cls(Store()) if files else cls.empty()
        for file in files:
            evidence._store.read(file)
        if not files:
            evidence.load([shipped("evidence")])
        return evidence

    @classmethod
    def empty(cls) -> Self:
        """A store in memory that holds nothing but the ontology.

        >>> len(EvidenceStore.empty().documents())
        0
        """
        return cls(_filled(Store(), precompiled.ontology_quads()))

    def close(self) -> None:
        """Lets go of the store, so that another program may open it; StoreError for what is asked of it afterwards."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def save(self, path: str | Path) -> None:
        """Writes everything into a new or empty directory, which becomes a store.

        Raises StoreError where the directory is a store already, or holds something else.
        """
        if is_store(Path(path)):
            raise StoreError(f"{path}: is a store already; name a new or an empty directory")
        _filled(Store.open(path, create=True), self._store.quads())

    def documents(self) -> list[str]:
        """The IRIs of the documents that stand in the store, sorted.

        >>> EvidenceStore.open().documents()[0]
        'https://w3id.org/ldn-graph/collection/low-dose-naltrexone'
        """
        return [graph for graph in self._store.graphs()
                if graph not in precompiled.ONTOLOGY_GRAPHS.values() and self._store.describes_itself(graph)]

    def find(self, name: str) -> str:
        """The IRI of the document of a name: its IRI, or its last two parts such as `study/smith-2020`.

        Raises NotFoundError where no document, or more than one, has the name.

        >>> EvidenceStore.open().find("study/martin-2022")
        'https://w3id.org/ldn-graph/study/martin-2022'
        """
        names = {iri: "/".join(iri.rsplit("/", 2)[1:]) for iri in self.documents()}
        found = [iri for iri, short in names.items() if name in {iri, short}]
        if not found:
            import difflib  # noqa: PLC0415 — only for the message

            near = difflib.get_close_matches(name, names.values(), 3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"{len(names)} stand in the store"
            raise NotFoundError(f"there is no document `{name}`; {hint}")
        if len(found) > 1:
            raise NotFoundError(f"`{name}` may mean {' or '.join(found)}; name one of them in full")
        return found[0]

    def validate(self, paths: Paths) -> Report:
        """The gate's report on the documents of files and directories; nothing is stored.

        Raises NotFoundError for a path that is not there.
        """
        return self._check(paths)[1]

    def load(self, paths: Paths) -> Report:
        """Takes the documents of files and directories into the store, each replaced whole, in one transaction.

        Raises NotConformantError, and changes nothing, where the gate refuses one of them; the error has the report.
        """
        batch, report = self._check(paths)
        if not report.conforms:
            raise NotConformantError(report)
        self._commit(batch, report)
        return report

    def remove(self, documents: str | Iterable[str]) -> None:
        """Takes a document or several, named as for `find`, out of the store in one transaction.

        Raises NotFoundError for a document that does not stand there, NotConformantError where others refer to it.
        """
        names = sorted({self.find(name) for name in ([documents] if isinstance(documents, str) else documents)})
        from ldn_graph.standing import still_referred_to  # noqa: PLC0415 — the gate is kept out of the cold path

        findings = still_referred_to(self._store, [], names)
        if findings:
            raise NotConformantError(Report(len(names), tuple(findings)))
        self._store.replace({}, [graph for name in names for graph in (name, findings_graph(name))])

    def questions(self) -> dict[str, Question]:
        """The canned queries by slug.

        >>> EvidenceStore.open().questions()["adverse-events"].form
        'select'
        """
        return precompiled.catalogue()

    def ask(self, slug: str, /, **params: Given) -> Table:
        """The rows of a canned query; parameters by name, entities by key or IRI.

        Raises NotFoundError for an unknown query, InputError for a missing, unknown or ill-typed parameter.

        >>> EvidenceStore.open().ask("adverse-events").columns[0]
        'study'
        """
        return to_table(self.solutions(slug, **params))

    def solutions(self, slug: str, /, **params: Given) -> ox.QuerySolutions:
        """The engine's own solutions of a canned query, which can be written in the W3C result formats."""
        return self.question(slug).run(self._store, **params)

    def question(self, slug: str) -> Question:
        """A canned query by slug; NotFoundError, with near names, where there is none."""
        return find_question(self.questions(), slug)

    def construct(self, slug: str, /, **params: Given) -> list[ox.Triple]:
        """The triples of a canned construct query."""
        question = self.question(slug)
        results = self._store.query(question.bind(self._store, params))
        if not isinstance(results, ox.QueryTriples):
            raise QueryError(f"{slug} gives rows, not a graph; ask it")
        return list(results)

    def answer(self, question: str | None = None) -> list[Answer]:
        """The answers that reports give to a question, named by key or IRI, or to every question in the store.

        Raises NotFoundError where no report answers, InputError for an unknown question.

        >>> EvidenceStore.open().answer()[0].verdict
        'yes'
        """
        return build_answers(self.ask, question)

    def pool(self, condition: str = "", outcome: str = "", *, results: Iterable[str] = (), comparator: str = "",
             intervention: str = "", weeks: tuple[float, float] | None = None, measure: str = "",
             method: str = "reml", interval: str = "hartung-knapp-truncated") -> Synthesis:
        """The pool of the results on an outcome in a condition, or of named results; or all reasons against one.

        Chosen is for each study its primary outcome, by intention to treat before other analyses; `comparator`,
        `intervention` and `weeks` (a window, ends included) narrow the choice. With reasons, there is no pool.
        Raises InputError for fewer than two results, and where `ldn-graph[pool]` is not installed.

        >>> [reason.code for reason in EvidenceStore.open().pool("chronic-pain", "pain").reasons][:2]
        ['different-comparators', 'different-designs']
        """
        from ldn_graph.synthesis import Wanted, pool_results  # noqa: PLC0415 — kept out of the cold path

        wanted = Wanted(condition, outcome, comparator, intervention, tuple(results), weeks, measure, method, interval)
        return pool_results(self.ask, wanted)

    def query(self, text: str) -> Table | bool | rdflib.Graph:
        """The answer to a SPARQL query over all documents: rows, true or false, or a graph.

        The prefixes of the project need not be declared. Raises QueryError where the query does not parse, fails, or
        would call another endpoint.
        """
        results = self.results(text)
        if isinstance(results, ox.QuerySolutions):
            return to_table(results)
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        from ldn_graph.bridge import to_graph  # noqa: PLC0415 — rdflib is slow to import

        return to_graph(results)

    def results(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """The engine's own results of a SPARQL query, which can be written in the W3C result formats."""
        text = checked_query(text)
        return self._store.query(text, precompiled.prefixes(), union=not names_graphs(text))

    def graph(self, document: str) -> rdflib.Graph:
        """One document, named as for `find`, as an rdflib graph."""
        from ldn_graph.bridge import to_graph  # noqa: PLC0415 — rdflib is slow to import

        return to_graph(self.quads([document]))

    def quads(self, documents: Iterable[str] | None = None) -> list[ox.Quad]:
        """The quads of some documents, named as for `find`, or of the whole store.

        Raises NotFoundError for a document that does not stand in the store.
        """
        if documents is None:
            return list(self._store.quads())
        names = list(documents)
        return [quad for name in names for quad in self._store.quads(self.find(name))]

    def _check(self, paths: Paths) -> tuple[list[Compiled], Report]:
        from ldn_graph.documents import read_documents  # noqa: PLC0415 — the gate is kept out of the cold path
        from ldn_graph.standing import clashing_bases, known, still_referred_to  # noqa: PLC0415
        from ldn_graph.validate import validate  # noqa: PLC0415

        documents, unreadable = read_documents([paths] if isinstance(paths, str | Path) else paths)
        try:
            batch = self._compile(documents)
        except InputError:
            if not unreadable:
                raise
            return [], Report(len(documents) + _files(unreadable), tuple(sorted(unreadable)))
        replaced = {done.iri for done in batch}
        report = validate(batch, lambda iris: known(self._store, iris, replaced))
        told = [finding for finding in report.findings
                if not (unreadable and finding.rule_name == "dangling-reference")]
        findings = [*unreadable, *told, *still_referred_to(self._store, batch), *clashing_bases(self._store, batch)]
        return batch, Report(len(batch) + _files(unreadable), tuple(sorted(findings)))

    def _compile(self, documents: Sequence[Document]) -> list[Compiled]:
        from ldn_graph.triples import compile_document  # noqa: PLC0415 — the gate is kept out of the cold path

        bases: dict[Path, str] = {}
        for document in documents:
            directory, base = Path(document.source).resolve().parent, _base_told(document)
            if document.kind == "collection" and bases.setdefault(directory, base) != base:
                raise InputError(f"{document.source}: another collection stands in the same directory; "
                                 "give each collection a directory of its own")
        return [compile_document(document, self._base(document, bases)) for document in documents]

    def _base(self, document: Document, bases: dict[Path, str]) -> str:
        """The base of the nearest collection above a document among those named, else of the store's only one."""
        from ldn_graph.standing import base_of  # noqa: PLC0415 — the gate is kept out of the cold path

        for directory in Path(document.source).resolve().parents:
            if directory in bases:
                return bases[directory]
        return base_of(self._store)

    def _commit(self, batch: Sequence[Compiled], report: Report) -> None:
        kept = [finding for finding in report.findings if finding.severity is not Severity.VIOLATION]
        graphs = self._newer_ontology()
        for done in batch:
            graphs[done.iri] = done.quads
            told = [finding for finding in kept if finding.source == done.document.source]
            graphs[findings_graph(done.iri)] = finding_quads(done.iri, told)
        self._store.replace(graphs)

    def _newer_ontology(self) -> dict[str, list[ox.Quad]]:
        """The graphs of the ontology that a store on disk, made by another version, does not hold as they are now."""
        graphs: dict[str, list[ox.Quad]] = {}
        for quad in precompiled.ontology_quads() if self._store.path else ():
            graphs.setdefault(iri_of(quad.graph_name), []).append(quad)
        return {name: quads for name, quads in graphs.items() if set(quads) != set(self._store.quads(name))}


def _files(findings: Iterable[Finding]) -> int:
    return len({finding.source for finding in findings})


def _base_told(document: Document) -> str:
    """The base that a collection declares; one that nothing can have where it declares none that can be used."""
    base = document.data.get("base")
    try:
        told = ox.NamedNode(base).value if isinstance(base, str) else ""
    except ValueError:
        told = ""
    return told if told.startswith(("https://", "http://")) and not told.endswith(("/", "#")) else _NO_BASE


def _filled(store: Store, quads: Iterable[ox.Quad]) -> Store:
    store.fill(quads)
    return store

