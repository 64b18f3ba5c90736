"""`EvidenceStore`, the public face: load, validate, ask, query and export. The only one that writes to a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from ldn_graph.reports import collection_findings_graph, finding_quads, findings_graph, graphs_of
from ldn_graph.shipped import shipped
from ldn_graph.store import Store, is_store

if TYPE_CHECKING:
    import rdflib

    from ldn_graph.passages.checks import Outcome
    from ldn_graph.synthesis import Synthesis
    from ldn_graph.triples import Compiled

Paths = str | Path | Iterable[str | Path]
"""A file or directory, or several."""


@dataclass(frozen=True)
class Intake:
    """What became of documents: the report on all, and the IRIs of those that stand now and of those that are held.

    `kept` are those of the held ones of which an earlier version goes on standing.
    """

    report: Report
    entered: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


class EvidenceStore:
    """Clinical evidence in a graph that can be asked, checked and exported.

    >>> evidence = EvidenceStore.open()
    >>> evidence.query("ASK { ?study a ldn:Study }")
    True
    """

    def __init__(self, store: Store, *, writable: bool = True) -> None:
        self._store = store
        self._writable = writable
        self._held: EvidenceStore | None = None

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
        if self._held is not None:
            self._held.close()

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
        store = Store.open(path, create=True)
        held = store.held(create=True) if self.held.documents() else None
        if held is not None:
            _filled(held, self.held._store.quads())
        _filled(store, self._store.quads())

    @property
    def held(self) -> EvidenceStore:
        """The documents that are held since they do not conform, with their findings: in no answer and no other query.

        >>> EvidenceStore.open().held.documents()
        []
        """
        self._store.check_open()
        if self._held is None:
            self._held = self._open_held(create=False)
        return self._held

    def _open_held(self, *, create: bool) -> EvidenceStore:
        """The held dataset; a document that has entered since, as a program was stopped halfway, is held no longer."""
        store = self._store.held(create=create) or Store()
        if not store.graphs():
            _filled(store, precompiled.ontology_quads())
        held = EvidenceStore(store, writable=False)
        if twice := set(held.documents()) & set(self.documents()):
            from ldn_graph.held import superseded  # noqa: PLC0415 — the gate is kept out of the cold path

            if gone := [name for name in twice if superseded(self._store, store, name)]:
                store.replace({}, [graph for name in gone for graph in graphs_of(name)])
        return held

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
        """The gate's report on the documents of files and directories, YAML or RDF; nothing is stored.

        Raises NotFoundError for a path that is not there.
        """
        from ldn_graph.graphs import is_graph, read_graph  # noqa: PLC0415 — the gate is kept out of the cold path

        self._store.check_open()
        named = _named(paths)
        graphs = [read_graph(path) for path in dict.fromkeys(named) if is_graph(path)]
        batch = [done for documents, _ in graphs for done in documents]
        unreadable = [finding for _, findings in graphs for finding in findings]
        return self._check([path for path in named if not is_graph(path)], batch, unreadable)[1]

    def load(self, paths: Paths) -> Report:
        """Takes the documents of files and directories into the store, each replaced whole, in one transaction.

        Documents that were held for nothing but their references to held ones enter with these, once they conform.
        Raises NotConformantError, and changes nothing, where the gate refuses one of them; the error has the report.
        """
        self._check_writable()
        named = _named(paths)
        batch, report = self._with_waiting(named) or self._check(named)
        if not report.conforms:
            raise NotConformantError(report)
        self._commit(batch, report)
        return report

    def _with_waiting(self, paths: Paths) -> tuple[list[Compiled], Report] | None:
        """The documents of files with held ones that waited for them, and their report; nothing if not all conform."""
        if not (self._held or self._store.holds()) or not self.held.documents():
            return None
        from ldn_graph.held import sift  # noqa: PLC0415 — the gate is kept out of the cold path
        from ldn_graph.intake import judge, read_batch  # noqa: PLC0415

        batch, unreadable = read_batch(self._store, paths)
        if unreadable:
            return None
        sifted = sift(self._store, self.held._store, batch, lambda some: judge(self._store, some))
        return None if sifted.held else (sifted.entering, sifted.entering_report)

    def hold(self, paths: Paths) -> Intake:
        """Takes the documents that conform into the store, and holds those that do not, with their findings.

        A document that refers to a held one is held too. Where a version of a held document stands already, that one
        goes on standing. What was held for nothing but its references to held documents enters with these. Raises
        NotConformantError where two documents have one name.
        """
        from ldn_graph.held import sift  # noqa: PLC0415 — the gate is kept out of the cold path
        from ldn_graph.intake import judge, read_batch, told_of  # noqa: PLC0415

        self._check_writable()
        batch, unreadable = read_batch(self._store, _named(paths))
        sifted = sift(self._store, self.held._store, batch, lambda some: judge(self._store, some))
        if sifted.graphs:
            self._held_on_disk().replace(sifted.graphs)
        self._commit(sifted.entering, sifted.entering_report)
        report = told_of(batch, unreadable, [*sifted.entering_report.findings, *sifted.findings])
        stand = set(self.documents())
        return Intake(report, tuple(done.iri for done in sifted.entering), sifted.held,
                      tuple(name for name in sifted.held if name in stand))

    def _check_writable(self) -> None:
        """Raises StoreError where documents are to go into the held dataset, or the store is closed."""
        self._store.check_open()
        if not self._writable:
            raise StoreError("held documents are asked, not changed here; load, hold and remove with the store itself")

    def _held_on_disk(self) -> Store:
        """The store of the held dataset, which is made where a store on disk has none yet."""
        if self._store.path is not None and self.held._store.path is None:
            self._held = self._open_held(create=True)
        return self.held._store

    def _release(self, documents: Iterable[str]) -> None:
        """Lets documents that stand now be held no longer."""
        if self._held is None and not self._store.holds():
            return
        if gone := set(documents) & set(self.held.documents()):
            self.held._store.replace({}, [graph for name in gone for graph in graphs_of(name)])

    def remove(self, documents: str | Iterable[str]) -> None:
        """Takes documents, named as for `find`, out of the store in one transaction, with what is held of them.

        Raises NotFoundError for a document that is not there, NotConformantError where others refer to it.
        """
        self._check_writable()
        wanted = [documents] if isinstance(documents, str) else list(documents)
        held = {name: self._find_held(name) for name in wanted}
        stand = set(self.documents())
        names = sorted({held[name] or self.find(name) for name in wanted} & stand)
        from ldn_graph.intake import judge_going  # noqa: PLC0415 — the gate is kept out of the cold path

        report = judge_going(self._store, names)
        if not report.conforms:
            raise NotConformantError(report)
        self._store.replace(_kept_together(report.together), [graph for name in names for graph in graphs_of(name)])
        self._release(filter(None, held.values()))

    def _find_held(self, name: str) -> str:
        """The held document of a name; nothing where there is none."""
        try:
            return self.held.find(name)
        except NotFoundError:
            return ""

    def findings_by_document(self) -> dict[str, dict[str, int]]:
        """How many findings of each severity are kept with each document, by its IRI.

        >>> EvidenceStore.open().held.findings_by_document()
        {}
        """
        found: dict[str, dict[str, int]] = {}
        for row in self.ask("findings").dicts():
            counts = found.setdefault(str(row["document_iri"]), {})
            counts[str(row["severity"])] = counts.get(str(row["severity"]), 0) + 1
        return found

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

    def verify_sources(self, sources: Iterable[str | Path], paths: Paths | None = None) -> Outcome:
        """Whether each figure stands in its passage of the user's own copies of sources; nothing is stored.

        A source is a file, or `REPORT=FILE` where its digest does not tell of which report it is a copy. The figures
        are those of the documents of `paths`, or without any of the whole store. Raises NotFoundError for a file that
        is not there, InputError for one that is no text or of no report, NotConformantError for paths that are no
        documents.
        """
        from ldn_graph.passages.checks import check  # noqa: PLC0415 — the ontology is kept out of the cold path
        from ldn_graph.passages.sources import given_source, matched  # noqa: PLC0415
        from ldn_graph.passages.wanted import wanted  # noqa: PLC0415

        self._store.check_open()
        sought = wanted(self.quads() if paths is None else self._compiled(_named(paths)))
        return check(sought, matched(list(map(given_source, sources)), sought))

    def _compiled(self, paths: Paths) -> list[ox.Quad]:
        """The quads of the documents of files and directories, without the gate's judgement of what they say."""
        from ldn_graph.intake import read_batch  # noqa: PLC0415 — the gate is kept out of the cold path

        batch, unreadable = read_batch(self._store, paths)
        findings = [*unreadable, *(finding for done in batch for finding in done.findings)]
        if findings:
            raise NotConformantError(Report(len(batch), tuple(sorted(findings))))
        return [quad for done in batch for quad in done.quads]

    def _check(self, paths: Paths, graphs: Sequence[Compiled] = (), unread: Sequence[Finding] = ()
               ) -> tuple[list[Compiled], Report]:
        """The documents of files, beside those that were read from graphs, and the gate's report on all of them."""
        from ldn_graph.intake import judge, read_batch, told_of  # noqa: PLC0415 — the gate is kept out of the cold path

        try:
            batch, unreadable = read_batch(self._store, paths, unread)
        except NotConformantError as error:
            return [], error.report
        batch += graphs
        report = judge(self._store, batch)
        findings = [finding for finding in report.findings
                    if not (unreadable and finding.rule_name == "dangling-reference")]
        return batch, told_of(batch, unreadable, findings, report.together)

    def _commit(self, batch: Sequence[Compiled], report: Report) -> None:
        together = {finding for found in report.together.values() for finding in found}
        kept = [finding for finding in report.findings
                if finding.severity is not Severity.VIOLATION and finding not in together]
        graphs = self._newer_ontology() | _kept_together(report.together)
        for done in batch:
            graphs[done.iri] = done.quads
            told = [finding for finding in kept if finding.source == done.document.source]
            graphs[findings_graph(done.iri)] = finding_quads(findings_graph(done.iri), told)
        self._store.replace(graphs)
        self._release(done.iri for done in batch)

    def _newer_ontology(self) -> dict[str, list[ox.Quad]]:
        """The graphs of the ontology that a store on disk, made by another version, does not hold as they are now."""
        graphs: dict[str, list[ox.Quad]] = {}
        for quad in precompiled.ontology_quads() if self._store.path else ():
            graphs.setdefault(iri_of(quad.graph_name), []).append(quad)
        return {name: quads for name, quads in graphs.items() if set(quads) != set(self._store.quads(name))}


def _named(paths: Paths) -> list[str | Path]:
    """The paths that a caller names; InputError for what is none."""
    named: object = [paths] if isinstance(paths, str | Path) else paths
    if not isinstance(named, Iterable):
        raise InputError(f"`{named}` is no path; name a file, a directory, or several")
    found = list(named)
    if wrong := [path for path in found if not isinstance(path, str | Path)]:
        raise InputError(f"`{wrong[0]}` is no path; name a file, a directory, or several")
    return found


def _kept_together(together: Mapping[str, tuple[Finding, ...]]) -> dict[str, list[ox.Quad]]:
    """The graphs that keep what the collection rules find, by name."""
    graphs = {iri: collection_findings_graph(iri) for iri in together}
    return {graph: finding_quads(graph, together[iri]) for iri, graph in graphs.items()}


def _filled(store: Store, quads: Iterable[ox.Quad]) -> Store:
    store.fill(quads)
    return store

