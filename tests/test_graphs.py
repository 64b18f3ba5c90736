"""RDF files pass the same gate as YAML: the same quads and findings, and nothing fetched, run or guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

import mini
from ldn_graph import EvidenceStore
from ldn_graph.errors import InputError
from ldn_graph.export import FORMATS, describe, export
from ldn_graph.findings import Finding
from ldn_graph.graphs import MAX_BYTES, is_graph, read_graph
from ldn_graph.precompiled import prefixes
from ldn_graph.shipped import shipped
from ldn_graph.triples import Compiled

ENDS = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "trig": "trig", "json-ld": "jsonld", "rdf-xml": "rdf"}

HEAD = """@prefix ldn: <https://w3id.org/ldn-graph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix statistic: <https://w3id.org/ldn-graph/terms/statistic/> .
@prefix : <http://other.example/> .
:s a ldn:Study ; ldn:hasAnalysis :a .
:a a ldn:Analysis ; ldn:hasResult :r .
"""


def said(findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    """What findings say, without the place in a file."""
    return sorted((it.rule, it.severity, it.focus, it.predicate, it.value, it.component, it.message)
                  for it in findings)


def written(evidence: EvidenceStore, rdf_format: str, file: Path) -> Path:
    """The whole of a store with its ontology, findings and description in a file."""
    quads = evidence.quads()
    file.write_bytes(export([*quads, *describe(quads)], rdf_format, prefixes()))
    return file


@pytest.mark.parametrize("rdf_format", FORMATS)
def test_an_export_has_the_findings_of_the_documents_it_came_from(
        rdf_format: str, tmp_path: Path, collection: list[Compiled]) -> None:
    file = written(EvidenceStore.open(), rdf_format, tmp_path / f"all.{ENDS[rdf_format]}")
    report, original = EvidenceStore.empty().validate(file), EvidenceStore.empty().validate(shipped("evidence"))
    assert report.documents == original.documents == 11
    assert said(report.findings) == said(original.findings)
    assert {finding.source for finding in report.findings} == {str(file)}
    documents, findings = read_graph(file)
    assert findings == []
    assert {done.iri: set(done.quads) for done in documents} == {done.iri: set(done.quads) for done in collection}
    assert {done.iri: set(done.nodes) for done in documents} == {done.iri: set(done.nodes) for done in collection}


def test_names_may_be_any_addresses(tmp_path: Path) -> None:
    """The documents of a file are told apart by what leads where, not by how nodes are called."""
    text = written(mini.loaded(), "ntriples", tmp_path / "mini.nt").read_text("utf-8")
    numbers: dict[str, int] = {}

    def renamed(match: re.Match[str]) -> str:
        return f"<urn:other:{numbers.setdefault(match[0], len(numbers))}>"

    (tmp_path / "other.nt").write_text(re.sub(rf"<{mini.BASE}/[^>]*>", renamed, text), encoding="utf-8")
    report, original = (EvidenceStore.empty().validate(tmp_path / name) for name in ("other.nt", "mini.nt"))
    assert report.documents == original.documents == 5
    assert [(it.rule, it.message) for it in report.findings] == [(it.rule, it.message) for it in original.findings]
    assert len(numbers) > 50


def findings(tmp_path: Path, text: str, name: str = "x.ttl") -> list[str]:
    """What is found in a study in Turtle that hangs together, with the text added, apart from what it lacks."""
    file = tmp_path / name
    file.write_text(HEAD + text, encoding="utf-8")
    report = EvidenceStore.empty().validate(file)
    return [str(it).removeprefix(f"{file}: violation: ") for it in report.findings if "/shapes#" not in it.rule]


R = "http://other.example/r"


@pytest.mark.parametrize(("text", "told"), [
    (":r a ldn:Contrast ; ldn:estimate 1.60 ; ldn:lower 1 .", []),
    (':r a ldn:Contrast ; ldn:estimate 1.6 ; ldn:estimateText "1.60" .', []),
    (':r a ldn:Contrast ; ldn:estimate 1.6 ; ldn:estimateText "1.5" .',
     [f"{R}: `estimate` is 1.6, but its printed form is `1.5`; look it up again (figure-not-printed)"]),
    (":r a ldn:Contrast ; ldn:estimate 1.6E0 .",
     [f"{R}: `estimate`: `1.6E0` is of http://www.w3.org/2001/XMLSchema#double; write xsd:decimal in digits "
      "(figure-not-printed)"]),
    (':r a ldn:Contrast ; ldn:estimate "NaN"^^xsd:decimal .',
     [f"{R}: `estimate`: `NaN` is no number; write it in digits, with a point and an ASCII minus sign; write "
      "xsd:decimal in digits (figure-not-printed)"]),
    (f':r a ldn:Contrast ; ldn:estimate "{"9" * 1000}"^^xsd:decimal .',
     [f"{R}: `estimate`: `{'9' * 24}…` has more than 18 digits; no clinical figure has; write xsd:decimal in digits "
      "(figure-not-printed)"]),
    (":r a ldn:Count ; ldn:participants 1.5 .",
     [f"{R}: `participants`: `1.5` is no whole number; write xsd:integer in digits (figure-not-printed)"]),
    (":r a ldn:Contrast ; ldn:estimat 1.6 .",
     [f"{R}: https://w3id.org/ldn-graph/ns#estimat is no property of this vocabulary (unknown-key)"]),
    (":r a ldn:Contrast , ldn:Bogus .",
     [f"{R}: https://w3id.org/ldn-graph/ns#Bogus is no class of this vocabulary (unknown-class)"]),
    (":r a ldn:Contrast ; ldn:masking <https://w3id.org/ldn-graph/terms/masking/open-label> .",
     [f"{R}: `masking` (https://w3id.org/ldn-graph/ns#masking) is no property of a contrast (unknown-key)"]),
    (":r a ldn:Contrast ; ldn:estimate :s .",
     [f"{R}: `estimate` takes a value, not the address http://other.example/s (wrong-type)"]),
    (':r a ldn:Contrast ; ldn:statistic "mean" .', [f"{R}: `statistic` takes an IRI, not `mean` (wrong-type)"]),
    (":r a ldn:Contrast . :s ldn:reportedIn :gone .",
     ["http://other.example/s: there is no report `http://other.example/gone`; known are a, r, s "
      "(dangling-reference)"]),
    (":r a ldn:Contrast . :odd a ldn:Group .",
     ["http://other.example/odd: this group is a part of no document; let a study, report, question, vocabulary or "
      "collection lead to it (not-in-a-document)"]),
    (":r a ldn:Contrast . :t a ldn:Study ; ldn:hasAnalysis :a .",
     ["http://other.example/a: `a` stands in FILE too; keep one of them (declared-twice)",
      "http://other.example/r: `r` stands in FILE too; keep one of them (declared-twice)"]),
    (":r a ldn:Contrast ; ldn:passage [ a ldn:NamedPlace ] .",
     ["2 nodes have no IRI, or point to one without; give each node an IRI (blank-node)"]),
    (":r a ldn:Contrast . :r ldn:group <<( :s :s :s )>> .",
     ["1 node has no IRI, or points to one without; give each node an IRI (blank-node)"]),
])
def test_what_rdf_can_have_wrong(text: str, told: list[str], tmp_path: Path) -> None:
    assert findings(tmp_path, text) == [line.replace("FILE", str(tmp_path / "x.ttl")) for line in told]


def test_numbers_keep_their_printed_form_and_classes_what_stands_above_them(tmp_path: Path) -> None:
    findings(tmp_path, ":r a ldn:Contrast ; ldn:estimate 1.60 ; ldn:lower 007 .")
    [done] = read_graph(tmp_path / "x.ttl")[0]
    about = {(quad.predicate.value.rpartition("#")[2], str(quad.object)) for quad in done.quads
             if quad.subject == ox.NamedNode(R)}
    number = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
    assert about == {("type", "<https://w3id.org/ldn-graph/ns#Contrast>"),
                     ("type", "<https://w3id.org/ldn-graph/ns#Result>"), ("estimate", f'"1.6"{number}'),
                     ("estimateText", '"1.60"'), ("lower", f'"7"{number}'), ("lowerText", '"007"')}


def test_number_rules_see_rdf(tmp_path: Path) -> None:
    text = (":r a ldn:Contrast ; ldn:statistic statistic:mean-difference ; ldn:estimate 1.5 ; ldn:lower 1 ; "
            "ldn:upper 3.00 .")
    [told] = findings(tmp_path, text)
    assert told.endswith("(interval-about-its-estimate)")


def test_shapes_and_findings_in_a_file_are_left_aside(tmp_path: Path) -> None:
    text = (":r a ldn:Contrast . :S a sh:NodeShape ; sh:targetClass ldn:Study ; sh:property [ sh:path ldn:label ; "
            'sh:minCount 9 ; sh:message "obey" ] . :f a sh:ValidationResult ; ldn:broken 1 ; sh:focusNode :s .')
    assert findings(tmp_path, text) == []
    assert "obey" not in str(EvidenceStore.empty().validate(tmp_path / "x.ttl"))


@pytest.mark.parametrize(("name", "text", "told"), [
    ("x.ttl", "<http://a/>\n<http://b/> 'c", "x.ttl:2: violation: this is not the RDF that the name"),
    ("x.nt", "study: aura\n", "x.nt:1: violation: this is not the RDF that the name of the file tells"),
    ("x.jsonld", '{"@context": "http://127.0.0.1:9/c", "@id": "http://x/y"}',
     "x.jsonld: violation: the file names a context elsewhere, which is not fetched; put the context into the file"),
    ("x.rdf", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
     "x.rdf: violation: the file has a document type declaration, and no entities are read; write it without (rdf)"),
    ("x.jsonld", "[" * 100_000, "x.jsonld:1: violation: this is not the RDF"),
])
def test_what_is_no_rdf_is_told_with_its_line(name: str, text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = EvidenceStore.empty().validate(tmp_path / name)
    assert (report.documents, len(report.findings)) == (1, 1)
    assert str(report.findings[0]).removeprefix(f"{tmp_path}/").startswith(told)


def test_a_document_without_a_name_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text("@prefix ldn: <https://w3id.org/ldn-graph/ns#> . [] a ldn:Study .", encoding="utf-8")
    assert str(EvidenceStore.empty().validate(file)) == (
        f"{file}: violation: 1 node has no IRI, or points to one without; give each node an IRI (blank-node)\n"
        "1 document does not conform: 1 violation")


@pytest.mark.parametrize(("name", "size", "told"), [
    ("x.xml", 3, "RDF can be validated, not stored, and ends in .ttl, .nt, .nq, .trig, .jsonld or .rdf"),
    ("empty.ttl", 0, "holds no document: no node is of class"), ("huge.nt", 1 << 30, "is larger than 64 MiB"),
    ("gone.ttl", -1, "cannot be read: No such file"), ("notes.txt", 3, "documents are written in YAML"),
])
def test_what_cannot_be_looked_at_is_an_error(name: str, size: int, told: str, tmp_path: Path) -> None:
    if size >= 0:
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    assert MAX_BYTES < 1 << 30
    with pytest.raises(InputError, match=told):
        EvidenceStore.empty().validate(tmp_path / name)


def test_rdf_and_yaml_are_checked_together_and_only_yaml_is_stored(tmp_path: Path) -> None:
    evidence = mini.loaded()
    study = tmp_path / "study.ttl"
    study.write_bytes(export(evidence.quads([mini.STUDY]), "turtle", prefixes()))
    others = [file for file in mini.MINI.glob("*.yaml") if not file.name.startswith("study")]
    assert EvidenceStore.empty().validate([study, *others]).conforms
    alone = EvidenceStore.empty().validate(study)
    assert {it.rule_name for it in alone.findings} >= {"dangling-reference"}
    assert evidence.validate(study).conforms
    with pytest.raises(InputError, match="RDF can be validated, not stored"):
        EvidenceStore.empty().load([study, *others])
    assert is_graph(study)
    assert not any(map(is_graph, others))
