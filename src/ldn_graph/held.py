"""Parts the documents of a batch that may stand from those that are to be held, until nothing refers to a held one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from ldn_graph.errors import NotConformantError
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.language import SKOS, language
from ldn_graph.precompiled import ONTOLOGY_GRAPHS
from ldn_graph.reports import collection_findings_graph, finding_quads, findings_graph
from ldn_graph.standing import referring
from ldn_graph.store import Store
from ldn_graph.terms import RDF_TYPE, RULES
from ldn_graph.triples import Compiled

Judge = Callable[[Sequence[Compiled], Collection[str]], Report]
"""Gives the gate's report on documents, as if some documents of the store were not there."""


@dataclass
class Sifted:
    """What stands and what is held: `graphs` are those to hold, `leaving` the documents that stand no longer."""

    entering: list[Compiled]
    entering_report: Report = field(default_factory=Report)
    findings: list[Finding] = field(default_factory=list)
    graphs: dict[str, list[ox.Quad]] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)

    @property
    def held(self) -> tuple[str, ...]:
        """The documents to hold."""
        return tuple(sorted(name for name in self.graphs if findings_graph(name) in self.graphs))


def sift(standing: Store, held: Store, batch: Sequence[Compiled], judge: Judge) -> Sifted:
    """The documents of a batch that may enter, and those to be held with the standing ones that refer to them.

    Raises NotConformantError where two documents of the batch have one name, since only one of them could be kept.
    """
    _check_names(batch)
    sifting = _Sifting(standing, Sifted(list(batch)), _owners(held, {done.iri for done in batch}))
    stands = set(standing.graphs())
    while True:
        report = judge(sifting.sifted.entering, sifting.sifted.leaving)
        findings = sifting.explained(report.findings)
        if not sifting.hold(findings, stands):
            sifting.sifted.entering_report = replace(report, findings=tuple(findings))
            return sifting.sifted


def _check_names(batch: Sequence[Compiled]) -> None:
    first: dict[str, Compiled] = {}
    twice = [done.document.finding("declared-twice", (), f"`{done.document.key}` stands in "
                                   f"{first[done.iri].document.source} too; keep one of them")
             for done in batch if first.setdefault(done.iri, done) is not done]
    if twice:
        raise NotConformantError(Report(len(batch), tuple(twice)))


def _owners(held: Store, coming: set[str]) -> dict[str, str]:
    """The held documents, apart from those that come anew, by the nodes that they declare."""
    documents = [graph for graph in held.graphs() if held.describes_itself(graph) and graph not in coming
                 and graph not in ONTOLOGY_GRAPHS.values()]
    return {quad.subject.value: graph for graph in documents for quad in held.quads(graph)
            if isinstance(quad.subject, ox.NamedNode)}


class _Sifting:
    """Holds documents one round after another; `owners` are the held documents by the nodes that they declare."""

    def __init__(self, standing: Store, sifted: Sifted, owners: dict[str, str]) -> None:
        self.standing, self.sifted, self.owners = standing, sifted, owners

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

    def hold(self, findings: Sequence[Finding], stands: set[str]) -> bool:
        """Whether another document had to be held: one of the batch, or one that stands and refers to a held one."""
        faulty = {finding.source for finding in findings if finding.severity is Severity.VIOLATION}
        going = [done for done in self.sifted.entering if done.document.source in faulty]
        for done in going:
            told = [finding for finding in findings if finding.source == done.document.source]
            self.keep(done.iri, done.quads or _stub(done), told)
            self.owners |= dict.fromkeys(done.nodes, done.iri)
        self.sifted.entering = [done for done in self.sifted.entering if done not in going]
        self.sifted.leaving |= {done.iri for done in going} & stands
        clashing = set() if going else faulty & stands - self.sifted.leaving
        self.expel({iri: [finding for finding in findings if finding.source == iri] for iri in clashing})
        return bool(going or clashing) | self.pull()

    def pull(self) -> bool:
        """Whether a document that stands refers to one that leaves, and so has to leave with it."""
        coming = {done.iri for done in self.sifted.entering}
        pulled = {iri: [Finding(iri, 0, (), _reason(other, other), f"{RULES}refers-to-held", focus=iri)]
                  for iri, other in referring(self.standing, self.sifted.leaving).items() if iri not in coming}
        self.expel(pulled)
        return bool(pulled)

    def expel(self, documents: Mapping[str, list[Finding]]) -> None:
        """Holds documents that stand, with what was found on them before and the findings for which they leave."""
        for iri, findings in documents.items():
            quads = list(self.standing.quads(iri))
            self.keep(iri, quads, findings)
            self.sifted.graphs[findings_graph(iri)] += self.standing.quads(findings_graph(iri))
            together = collection_findings_graph(iri)
            self.sifted.graphs[together] = list(self.standing.quads(together))
            self.owners |= {quad.subject.value: iri for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        self.sifted.leaving |= set(documents)

    def keep(self, iri: str, quads: list[ox.Quad], findings: list[Finding]) -> None:
        self.sifted.graphs |= {iri: quads, findings_graph(iri): finding_quads(findings_graph(iri), findings)}
        self.sifted.findings += findings


def _reason(iri: str, document: str) -> str:
    what = "it" if iri == document else f"`{iri.rpartition('/')[2]}`"
    return f"this refers to {document}, and {what} is held; mend that document and build both again"


def _stub(done: Compiled) -> list[ox.Quad]:
    """What can be held of a document that is not in our language: what it is, and its label."""
    name, label = ox.NamedNode(done.iri), done.document.data.get("label")
    cls = ox.NamedNode(language().document_class(done.document.kind))
    quads = [ox.Quad(name, ox.NamedNode(RDF_TYPE), cls, name)]
    if isinstance(label, str):
        quads.append(ox.Quad(name, ox.NamedNode(f"{SKOS}prefLabel"), ox.Literal(label, language="en"), name))
    return quads
