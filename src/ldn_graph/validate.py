"""The gate: decides which documents may enter the standing evidence, and says why not.

Document rules (SHACL shapes) see one document and the classes of what it refers to. A fast engine screens the batch;
pyshacl, the referee, judges every node that was flagged, and a sample of whole documents. Its verdict is the verdict,
and where the two disagree the run stops. References are checked over the batch and what is already known. Collection
rules see a batch and the documents around it. This module knows no store: what stands there is asked through functions.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from ldn_graph.bridge import to_graph
from ldn_graph.documents import KeyPath
from ldn_graph.errors import EvidenceError
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.language import language
from ldn_graph.referee import ReadGraph, judge
from ldn_graph.rules.catalogue import collection_faults, faults
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.impossible import is_open, settled
from ldn_graph.screen import Flag, screen
from ldn_graph.terms import LDN, RDF_TYPE, RULES
from ldn_graph.triples import Compiled, Reference, missing_references
from ldn_graph.verification import verified_nodes

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


@dataclass(frozen=True)
class Neighbourhood:
    """What stands around a batch: the documents that it bears on, and the quads by which these and it are judged."""

    judged: frozenset[str] = frozenset()
    quads: tuple[ox.Quad, ...] = ()


Around = Callable[[Sequence[Compiled]], Neighbourhood]
"""Gives what stands around a batch, without what the batch replaces."""


def nothing_around(_: Sequence[Compiled]) -> Neighbourhood:
    """What stands around a batch in an empty store."""
    return Neighbourhood()


Verified = Callable[[Iterable[ox.Quad]], Mapping[str, str]]
"""Gives the nodes of some quads whose figures were all seen in their passage, with the day of the record."""


def validate(batch: Sequence[Compiled], known: Known = nothing_known, around: Around = nothing_around,
             verified: Verified = verified_nodes) -> Report:
    """The report on a batch of compiled documents, in the order of files and lines.

    `known` and `around` must leave out what stands in graphs that the batch replaces. `verified` is asked only where
    impossible figures are found.
    """
    here = {iri: Entity(done.iri, frozenset()) for done in batch for iri in done.nodes}
    there = known(sorted({*here, *(ref.iri for done in batch for ref in done.references)}))
    first = _first(batch)
    findings = [*chain.from_iterable(done.findings for done in batch), *_twice(batch, first), *_foreign(batch, there),
                *missing_references(batch, set(there))]
    classes = {iri: entity.classes for iri, entity in there.items()} | _classes(batch)
    sound = [done for done in batch if not done.findings and all(first[iri] is done for iri in done.nodes)]
    numbers = [_number_finding(done, fault) for done in sound for fault in faults(done.quads)]
    near = around(sound)
    told = [*findings, *shape_findings(sound, classes), *numbers]
    if any(map(is_open, told)):
        seen = verified(quad for done in sound for quad in done.quads)
        told = [settled(finding, seen) for finding in told]
    together = judge_together(sound, near, verified)
    return Report(len(batch), tuple(sorted([*told, *chain.from_iterable(together.values())])), together)


def judge_together(batch: Sequence[Compiled], near: Neighbourhood, verified: Verified = verified_nodes
                   ) -> dict[str, tuple[Finding, ...]]:
    """What the collection rules find on each document of a batch, and on each standing one that it bears on."""
    here = {done.iri: done for done in batch}
    found: dict[str, list[Finding]] = {iri: [] for iri in sorted({*here, *near.judged})}
    quads = [*(quad for done in batch for quad in done.quads), *near.quads]
    facts = Facts(quads)
    for fault in collection_faults(facts):
        iri = facts.document(fault.node)
        if iri in found:
            found[iri].append(_number_finding(here[iri], fault) if iri in here else _standing_finding(iri, fault))
    if any(is_open(finding) for findings in found.values() for finding in findings):
        seen = verified(quads)
        found = {iri: [settled(finding, seen) for finding in findings] for iri, findings in found.items()}
    return {iri: tuple(sorted(findings if iri in here else map(_refused, findings))) for iri, findings in found.items()}


def _number_finding(done: Compiled, fault: Fault) -> Finding:
    predicate = _predicate(fault)
    keys = _key_path(done, fault.node, predicate)
    return Finding(done.document.source, done.document.line(keys), keys, fault.message, RULES + fault.rule,
                   fault.severity, focus=fault.node, predicate=predicate, value=fault.value)


def _standing_finding(iri: str, fault: Fault) -> Finding:
    """A finding on a document that no file of the batch holds: it has the document for its source, and no line."""
    path = tuple(fault.node.removeprefix(f"{iri}/").split("/")) if fault.node.startswith(f"{iri}/") else ()
    return Finding(iri, 0, path, fault.message, RULES + fault.rule, fault.severity, focus=fault.node,
                   predicate=_predicate(fault), value=fault.value)


def _refused(finding: Finding) -> Finding:
    """A finding on a document that stands, saying so where the document could no longer stand."""
    if finding.severity is not Severity.VIOLATION:
        return finding
    return replace(finding, message=f"this document stands in the store and would no longer conform: {finding.message}")


def _predicate(fault: Fault) -> str:
    return fault.name if ":" in fault.name else LDN + fault.name


def shape_findings(batch: Sequence[Compiled], classes: dict[str, frozenset[str]]) -> list[Finding]:
    """The findings of the shapes on a batch: screened as one, judged a document at a time."""
    flagged: dict[str, set[Flag]] = {}
    for flag in screen([triple for done in batch for triple in triples_of(done, classes)]):
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
    report = judge(to_graph(triples_of(done, classes), ReadGraph()), done.nodes if nodes is None else nodes)
    return [_finding(report, result, done) for result in report.objects(None, SH.result)]


def triples_of(done: Compiled, classes: dict[str, frozenset[str]]) -> list[ox.Triple]:
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
