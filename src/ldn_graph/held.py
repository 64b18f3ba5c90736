"""Parts the documents of a batch that may stand from those that are to be held, until nothing refers to a held one.

What stands is not touched: a new version is held beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from ldn_graph.errors import NotConformantError
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.graphs import from_quads
from ldn_graph.language import SKOS, language
from ldn_graph.precompiled import ONTOLOGY_GRAPHS
from ldn_graph.reports import SH, finding_quads, findings_graph, graphs_of
from ldn_graph.store import Store
from ldn_graph.terms import LDN, RDF_TYPE, RULES
from ldn_graph.triples import Compiled

Judge = Callable[[Sequence[Compiled]], Report]
"""Gives the gate's report on documents beside what a store holds."""

REFERS_TO_HELD = f"{RULES}refers-to-held"
_DIGEST = ox.NamedNode(f"{LDN}sha256")


@dataclass
class Sifted:
    """What of a batch enters and what is held: `graphs` are those to hold."""

    entering: list[Compiled]
    entering_report: Report = field(default_factory=Report)
    findings: list[Finding] = field(default_factory=list)
    graphs: dict[str, list[ox.Quad]] = field(default_factory=dict)

    @property
    def held(self) -> tuple[str, ...]:
        """The documents to hold."""
        return tuple(sorted(name for name in self.graphs if findings_graph(name) in self.graphs))


def sift(standing: Store, held: Store, batch: Sequence[Compiled], judge: Judge) -> Sifted:
    """The documents of a batch that may enter, with held ones that may now enter too, and those to be held.

    What stands is left as it is where its new version is to be held. Raises NotConformantError where two documents of
    the batch have one name, since only one of them could be kept.
    """
    _check_names(batch)
    tried = waiting(held, {done.iri for done in batch})
    candidates = [*batch, *tried]
    sifting = _Sifting(standing, Sifted(candidates), _owners(held, {done.iri for done in candidates}),
                       {done.iri for done in tried}, judge)
    while True:
        report = judge(sifting.sifted.entering)
        findings = sifting.explained(report.findings)
        if not sifting.hold(findings):
            sifting.sifted.entering_report = replace(report, findings=tuple(findings))
            return sifting.sifted


def waiting(held: Store, coming: Collection[str] = ()) -> list[Compiled]:
    """The documents that are held for nothing but their references to held ones, apart from those that come anew."""
    return [from_quads(graph, held.quads(graph)) for graph in _documents(held, coming)
            if _violated(held, graph) == {REFERS_TO_HELD}]


def superseded(standing: Store, held: Store, document: str) -> bool:
    """Whether a held document stands in another version than the one that stood when it was held."""
    graph = ox.NamedNode(findings_graph(document))
    then = {quad.object.value for quad in held.quads(graph.value) if quad.subject == graph
            and quad.predicate == _DIGEST and isinstance(quad.object, ox.Literal)}
    return digest(standing.quads(document)) not in then


def digest(quads: Iterable[ox.Quad]) -> str:
    """The digest of what a document says."""
    lines = sorted(f"{quad.subject} {quad.predicate} {quad.object}" for quad in quads)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _check_names(batch: Sequence[Compiled]) -> None:
    first: dict[str, Compiled] = {}
    twice = [done.document.finding("declared-twice", (), f"`{done.document.key}` stands in "
                                   f"{first[done.iri].document.source} too; keep one of them")
             for done in batch if first.setdefault(done.iri, done) is not done]
    if twice:
        raise NotConformantError(Report(len(batch), tuple(twice)))


def _documents(held: Store, coming: Collection[str]) -> list[str]:
    """The held documents, apart from those that come anew."""
    return [graph for graph in held.graphs() if graph not in coming and graph not in ONTOLOGY_GRAPHS.values()
            and held.describes_itself(graph)]


def _violated(held: Store, document: str) -> set[str]:
    """The rules by which a document is held."""
    quads = [quad for graph in graphs_of(document)[1:] for quad in held.quads(graph)]
    grave = {quad.subject for quad in quads if quad.predicate.value == f"{SH}resultSeverity"
             and quad.object == ox.NamedNode(f"{SH}Violation")}
    return {str(getattr(quad.object, "value", "")) for quad in quads
            if quad.predicate.value == f"{SH}sourceShape" and quad.subject in grave}


def _owners(held: Store, coming: set[str]) -> dict[str, str]:
    """The held documents, apart from those that come anew, by the nodes that they declare."""
    return {quad.subject.value: graph for graph in _documents(held, coming) for quad in held.quads(graph)
            if isinstance(quad.subject, ox.NamedNode)}


@dataclass
class _Sifting:
    """Holds documents one round after another.

    `owners` are the held documents by the nodes that they declare, `tried` those that were held before and are tried
    again: they stay held as they are where they cannot enter.
    """

    standing: Store
    sifted: Sifted
    owners: dict[str, str]
    tried: set[str]
    judge: Judge

    def explained(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings, with the reason where a reference is missing since what it names is held."""
        reasons = {(done.document.source, reference.path): (done, reference.iri) for done in self.sifted.entering
                   for reference in done.references if reference.iri in self.owners}
        found = []
        for finding in findings:
            place = (finding.source, finding.path)
            if finding.rule_name == "dangling-reference" and place in reasons:
                done, iri = reasons[place]
                found.append(done.document.finding("refers-to-held", finding.path, _reason(iri, self.owners[iri])))
            else:
                found.append(finding)
        return sorted(set(found))

    def hold(self, findings: Sequence[Finding]) -> bool:
        """Whether another document had to be held."""
        faulty = {finding.source for finding in findings if finding.severity is Severity.VIOLATION}
        going = {done.iri: [finding for finding in findings if finding.source == done.document.source]
                 for done in self.sifted.entering if done.document.source in faulty}
        going = going or self.clashing([finding for finding in findings if finding.severity is Severity.VIOLATION])
        for done in [done for done in self.sifted.entering if done.iri in going]:
            self.keep(done, going[done.iri])
        self.sifted.entering = [done for done in self.sifted.entering if done.iri not in going]
        return bool(going)

    def clashing(self, findings: Sequence[Finding]) -> dict[str, list[Finding]]:
        """The documents beside which standing ones could no longer stand, with what is found on these.

        One of them where one alone is the reason, those that were tried again before others; else all.
        """
        if not findings:
            return {}
        entering = sorted(self.sifted.entering, key=lambda done: done.iri not in self.tried)
        alone = (done for done in entering if self.judge([it for it in entering if it is not done]).conforms)
        one = next(alone, None)
        return {done.iri: [replace(finding, source=done.document.source, line=done.document.line(()), path=())
                           for finding in findings] for done in ([one] if one else entering)}

    def keep(self, done: Compiled, findings: list[Finding]) -> None:
        """Holds a document with its findings, and the digest of the version that stands, where there is one."""
        self.owners |= dict.fromkeys(done.nodes, done.iri)
        if done.iri in self.tried:
            return
        graph = ox.NamedNode(findings_graph(done.iri))
        stands = list(self.standing.quads(done.iri))
        beside = [ox.Quad(graph, _DIGEST, ox.Literal(digest(stands)), graph)] if stands else []
        self.sifted.graphs |= {done.iri: done.quads or _stub(done),
                               graph.value: [*finding_quads(graph.value, findings), *beside]}
        self.sifted.findings += findings


def _reason(iri: str, document: str) -> str:
    what = "it" if iri == document else f"`{iri.rpartition('/')[2]}`"
    return f"this refers to {document}, and {what} is held; mend that document, and this one is tried again with it"


def _stub(done: Compiled) -> list[ox.Quad]:
    """What can be held of a document that is not in our language: what it is, and its label."""
    name, label = ox.NamedNode(done.iri), done.document.data.get("label")
    cls = ox.NamedNode(language().document_class(done.document.kind))
    quads = [ox.Quad(name, ox.NamedNode(RDF_TYPE), cls, name)]
    if isinstance(label, str):
        quads.append(ox.Quad(name, ox.NamedNode(f"{SKOS}prefLabel"), ox.Literal(label, language="en"), name))
    return quads
