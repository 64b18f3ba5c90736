"""The gate: decides which documents may enter the standing evidence, and says why not.

Document rules (SHACL shapes) see one document and the classes of what it refers to. A fast engine screens the batch;
pyshacl, the referee, judges every node that was flagged, and a sample of whole documents. Its verdict is the verdict,
and where the two disagree the run stops. References are checked over the batch and what is already known. This module
knows no store: what stands there is asked through a function.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from ldn_graph.bridge import to_graph
from ldn_graph.documents import KeyPath
from ldn_graph.errors import EvidenceError
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.language import language
from ldn_graph.referee import judge
from ldn_graph.rules.catalogue import faults
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.impossible import settled
from ldn_graph.screen import Flag, screen
from ldn_graph.terms import LDN, RDF_TYPE, RULES
from ldn_graph.triples import Compiled, Reference, missing_references

SAMPLE = 50
"""One in this many documents of a batch goes before the referee whole, whether the screen flagged it or not."""


@dataclass(frozen=True)
class Entity:
    """What is known of an IRI that stands in the evidence: its graph and its classes."""

    graph: str
    classes: frozenset[str]


Known = Callable[[Iterable[str]], dict[str, Entity]]
"""Gives what stands in the evidence under some IRIs; IRIs that do not stand there are left out."""


def nothing_known(_: Iterable[str]) -> dict[str, Entity]:
    """What an empty store knows."""
    return {}


def validate(batch: Sequence[Compiled], known: Known = nothing_known, verified: Container[str] = frozenset()) -> Report:
    """The report on a batch of compiled documents, in the order of files and lines.

    `known` must leave out what stands in graphs that the batch replaces. `verified` are the nodes whose figures were
    seen in their passage, as a record says.
    """
    here = {iri: Entity(done.iri, frozenset()) for done in batch for iri in done.nodes}
    there = known(sorted({*here, *(ref.iri for done in batch for ref in done.references)}))
    first = _first(batch)
    findings = [*chain.from_iterable(done.findings for done in batch), *_twice(batch, first), *_foreign(batch, there),
                *missing_references(batch, set(there))]
    classes = {iri: entity.classes for iri, entity in there.items()} | _classes(batch)
    sound = [done for done in batch if not done.findings and all(first[iri] is done for iri in done.nodes)]
    numbers = [_number_finding(done, fault) for done in sound for fault in faults(done.quads)]
    told = [settled(finding, verified) for finding in (*findings, *_shape_findings(sound, classes), *numbers)]
    return Report(len(batch), tuple(sorted(told)))


def _number_finding(done: Compiled, fault: Fault) -> Finding:
    keys = _key_path(done, fault.node, LDN + fault.name)
    return Finding(done.document.source, done.document.line(keys), keys, fault.message, RULES + fault.rule,
                   fault.severity, focus=fault.node, predicate=LDN + fault.name, value=fault.value)


def _shape_findings(batch: Sequence[Compiled], classes: dict[str, frozenset[str]]) -> list[Finding]:
    """The findings of the shapes on a batch: screened as one, judged a document at a time."""
    flagged: dict[str, set[Flag]] = {}
    for flag in screen([triple for done in batch for triple in _triples(done, classes)]):
        flagged.setdefault(flag.focus, set()).add(flag)
    findings, sample = [], _sample(batch)
    for done in batch:
        flags = {iri: flagged[iri] for iri in done.nodes if iri in flagged}
        if flags or done.iri in sample:
            judged = check_shapes(done, classes, None if done.iri in sample else flags)
            _agree(done, {flag for some in flags.values() for flag in some}, judged)
            findings += judged
    return findings


def check_shapes(done: Compiled, classes: dict[str, frozenset[str]], nodes: Container[str] | None = None
                 ) -> list[Finding]:
    """The referee's findings on one document, or on some of its nodes; `classes` are those of what it refers to.

    What is not among them is taken to be what the reference asks for: that it is missing is a finding of its own.
    """
    report = judge(to_graph(_triples(done, classes)), done.nodes if nodes is None else nodes)
    return [_finding(report, result, done) for result in report.objects(None, SH.result)]


def _triples(done: Compiled, classes: dict[str, frozenset[str]]) -> list[ox.Triple]:
    """A document's triples and the classes of what it refers to."""
    outside = {(reference.iri, cls) for reference in done.references
               for cls in classes.get(reference.iri, {_asked(reference)})}
    return [*(ox.Triple(quad.subject, quad.predicate, quad.object) for quad in done.quads),
            *(ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDF_TYPE), ox.NamedNode(cls)) for iri, cls in outside)]


def _sample(batch: Sequence[Compiled]) -> set[str]:
    """The documents that the referee sees whole, flagged or not: as good as random, but the same on each run."""
    return set(sorted((done.iri for done in batch), key=_checksum)[: len(batch) // SAMPLE])


def _checksum(iri: str) -> int:
    return zlib.crc32(iri.encode())


def _agree(done: Compiled, flags: set[Flag], judged: Iterable[Finding]) -> None:
    """Stops the run where screen and referee do not find the same."""
    verdicts = {Flag(finding.focus, finding.predicate, finding.component, str(SH) + finding.severity.capitalize())
                for finding in judged}
    if apart := sorted(flags ^ verdicts):
        raise EvidenceError(f"{done.document.source}: the two SHACL engines disagree on {apart[0]}; "
                            "nothing was decided. Please report this as a bug")


def _asked(reference: Reference) -> str:
    return LDN + "".join(word.capitalize() for word in reference.kind.split())


def _finding(report: rdflib.Graph, result: rdflib.term.Node, done: Compiled) -> Finding:
    focus, path = str(report.value(result, SH.focusNode)), report.value(result, SH.resultPath)
    predicate = str(path) if isinstance(path, rdflib.URIRef) else ""
    keys = _key_path(done, focus, predicate)
    return Finding(
        done.document.source, done.document.line(keys), keys,
        message=str(report.value(result, SH.resultMessage)),
        rule=str(report.value(result, SH.sourceShape)),
        severity=Severity(str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)).lower()),
        focus=focus, predicate=predicate, value=str(report.value(result, SH.value) or ""),
        component=str(report.value(result, SH.sourceConstraintComponent)),
    )


def _key_path(done: Compiled, focus: str, predicate: str) -> KeyPath:
    node = done.nodes[focus]
    key = language().key_of(predicate)
    return (*node, key) if (*node, key) in done.document.lines else node


def _classes(batch: Iterable[Compiled]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for done in batch:
        for quad in done.quads:
            if quad.predicate.value == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
                found.setdefault(str(getattr(quad.subject, "value", "")), set()).add(quad.object.value)
    return {iri: frozenset(classes) for iri, classes in found.items()}


def _first(batch: Iterable[Compiled]) -> dict[str, Compiled]:
    """The first document that declares each node."""
    first: dict[str, Compiled] = {}
    for done in batch:
        for iri in done.nodes:
            first.setdefault(iri, done)
    return first


def _twice(batch: Iterable[Compiled], first: dict[str, Compiled]) -> list[Finding]:
    """A finding for each node that two documents of a batch declare; one for all where the documents have one name."""
    return [done.document.finding("declared-twice", path, f"{_name(iri)} stands in {first[iri].document.source} too; "
                                                          "keep one of them")
            for done in batch for iri, path in done.nodes.items()
            if first[iri] is not done and (iri == done.iri or first[done.iri] is done)]


def _foreign(batch: Iterable[Compiled], there: dict[str, Entity]) -> list[Finding]:
    """A finding for each node that another document of the standing evidence declares."""
    return [done.document.finding("declared-elsewhere", path, f"{_name(iri)} already stands in {there[iri].graph}; "
                                                              "use another key, or change that document; if this is a "
                                                              "collection of its own, name its collection document too")
            for done in batch for iri, path in done.nodes.items() if iri in there and there[iri].graph != done.iri]


def _name(iri: str) -> str:
    return f"`{iri.rpartition('/')[2]}`"
