"""Reports for people and programs: text, JSON, SARIF, and RDF, where each finding is a `sh:ValidationResult`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from urllib.parse import quote

import pyoxigraph as ox

from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.rules.impossible import MEND, is_open, is_settled
from ldn_graph.terms import LDN, RDF_TYPE, XSD

SH = "http://www.w3.org/ns/shacl#"

_ABOUT = "https://schema.org/about"
"""Leads from a stored finding to the document that it is kept with."""

_Statement = tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal]


def findings_graph(document: str) -> str:
    """The name of the graph that keeps the findings on a document.

    >>> findings_graph("https://example.org/pain/study/x")
    'https://example.org/pain/study/x/findings'
    """
    return f"{document}/findings"


def collection_findings_graph(document: str) -> str:
    """The name of the graph that keeps what the collection rules find on a document, to be renewed with its neighbours.

    >>> collection_findings_graph("https://example.org/pain/study/x")
    'https://example.org/pain/study/x/collection-findings'
    """
    return f"{document}/collection-findings"


def graphs_of(document: str) -> tuple[str, ...]:
    """The names of all graphs that belong to a document: its own, and those of the findings on it.

    >>> len(graphs_of("https://example.org/pain/study/x"))
    3
    """
    return document, findings_graph(document), collection_findings_graph(document)


def finding_quads(graph: str, findings: Iterable[Finding]) -> list[ox.Quad]:
    """Findings on a document as quads of the graph that keeps them, each with an IRI below the name of that graph.

    A finding of the reading stage has no node; the place to which its keys lead takes that part.
    """
    document = graph.rpartition("/")[0]
    about: _Statement = (_ABOUT, ox.NamedNode(document))
    impossible: _Statement = (RDF_TYPE, ox.NamedNode(f"{LDN}ImpossibleFigure"))
    placed = [finding if finding.focus else replace(finding, focus=_place(document, finding.path))
              for finding in findings]
    return [ox.Quad(ox.NamedNode(_iri(graph, finding)), ox.NamedNode(predicate), value, ox.NamedNode(graph))
            for finding in placed for predicate, value in (
                *_statements(finding), about, *[impossible] * is_settled(finding))]


def _place(document: str, path: tuple[str, ...]) -> str:
    """The IRI of the place in a document to which keys lead; a path that is an IRI already is the place."""
    if len(path) == 1 and path[0].startswith(("https://", "http://")):
        return path[0]
    return "/".join([document, *(quote(key, safe="") for key in path)])



def write_report(report: Report, report_format: str, least: Severity = Severity.INFO) -> str:
    """A report as `text`, `json`, `sarif` or `turtle`, with the findings that are at least so grave.

    >>> print(write_report(Report(documents=1), "text"), end="")
    1 document conforms: no findings
    """
    if report_format == "text":
        mend = f"{MEND}\n" if any(map(is_open, report.findings)) else ""
        return f"{report.text(least)}\n{mend}"
    return _WRITERS[report_format](report.at_least(least)) + "\n"


def _json(report: Report) -> str:
    findings = [{**asdict(finding), "rule_name": finding.rule_name} for finding in report.findings]
    return json.dumps({"conforms": report.conforms, "documents": report.documents, "findings": findings}, indent=1,
                      ensure_ascii=False)


def _sarif(report: Report) -> str:
    from ldn_graph.sarif import to_sarif  # noqa: PLC0415 — this module is on the cold path

    return to_sarif(report)


def _turtle(report: Report) -> str:
    """The report as a `sh:ValidationReport`."""
    node, triples = ox.BlankNode("report"), []
    conforms = ox.Literal(str(report.conforms).lower(), datatype=ox.NamedNode(XSD + "boolean"))
    triples += _triples(node, [(RDF_TYPE, ox.NamedNode(SH + "ValidationReport")), (SH + "conforms", conforms)])
    for number, finding in enumerate(report.findings):
        result = ox.BlankNode(f"result{number}")
        triples += _triples(node, [(SH + "result", result)])
        triples += _triples(result, _statements(finding))
        if not finding.component:
            component = ox.NamedNode(SH + "ConstraintComponent")
            triples.append(ox.Triple(ox.NamedNode(finding.rule), ox.NamedNode(RDF_TYPE), component))
    turtle = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes={"sh": SH}) or b""
    return turtle.decode().rstrip("\n")


def _triples(subject: ox.BlankNode, statements: Iterable[_Statement]) -> list[ox.Triple]:
    return [ox.Triple(subject, ox.NamedNode(predicate), value) for predicate, value in statements]


_WRITERS: dict[str, Callable[[Report], str]] = {"json": _json, "sarif": _sarif, "turtle": _turtle}


def _iri(graph: str, finding: Finding) -> str:
    parts = (finding.rule, finding.focus, finding.predicate, finding.value, finding.message)
    return f"{graph}/{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


def _statements(finding: Finding) -> list[_Statement]:
    nodes = {"focusNode": finding.focus, "resultPath": finding.predicate, "sourceShape": finding.rule,
             "sourceConstraintComponent": finding.component or finding.rule,
             "resultSeverity": SH + finding.severity.capitalize()}
    found: list[_Statement] = [(RDF_TYPE, ox.NamedNode(SH + "ValidationResult"))]
    found += [(SH + name, ox.NamedNode(iri)) for name, iri in nodes.items() if ":" in iri]
    found.append((SH + "resultMessage", ox.Literal(finding.message, language="en")))
    return found
