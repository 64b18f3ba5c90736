"""Reports for people and programs: grouped text, the least severity shown, SARIF, and the list of all rules."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rdflib

from conftest import ROOT
from ldn_graph.errors import NotFoundError
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.reports import finding_quads, write_report
from ldn_graph.rulebook import find_rule, rulebook
from ldn_graph.rules.catalogue import RULES as RULE_FUNCTIONS
from ldn_graph.terms import RULES

SHAPES = "https://w3id.org/ldn-graph/shapes#"
WARNING = Finding("a b.yaml", 3, ("groups", "x"), "has\nno kind", f"{SHAPES}GroupShape-kind", Severity.WARNING,
                  "https://example.org/x", "https://example.org/kind", "", "http://www.w3.org/ns/shacl#Min")
ADVICE = Finding("a b.yaml", 4, (), "is odd", f"{RULES}mean-of-whole-scores", Severity.INFO)
FAULT = Finding("https://example.org/study/y", 0, (), "would be gone", f"{RULES}still-referred-to")
REPORT = Report(3, (WARNING, ADVICE, FAULT))

SARIF = {
    "type": "object", "required": ["$schema", "version", "runs"], "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["tool", "results"], "additionalProperties": False, "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "additionalProperties": False, "properties": {
                    "driver": {"type": "object", "required": ["name"], "additionalProperties": False, "properties": {
                        "name": {"type": "string"}, "version": {"type": "string"},
                        "informationUri": {"type": "string", "format": "uri"},
                        "rules": {"type": "array", "uniqueItems": True, "items": {"$ref": "#/$defs/rule"}}}}}},
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}}}}}},
    "$defs": {
        "text": {"type": "object", "required": ["text"], "additionalProperties": False,
                 "properties": {"text": {"type": "string", "minLength": 1}}},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "rule": {"type": "object", "required": ["id"], "additionalProperties": False, "properties": {
            "id": {"type": "string"}, "helpUri": {"type": "string", "format": "uri"},
            "shortDescription": {"$ref": "#/$defs/text"}, "fullDescription": {"$ref": "#/$defs/text"},
            "defaultConfiguration": {"type": "object", "additionalProperties": False,
                                     "properties": {"level": {"$ref": "#/$defs/level"}}}}},
        "result": {"type": "object", "required": ["message"], "additionalProperties": False, "properties": {
            "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0},
            "level": {"$ref": "#/$defs/level"}, "message": {"$ref": "#/$defs/text"}, "properties": {"type": "object"},
            "locations": {"type": "array", "items": {"type": "object", "additionalProperties": False, "properties": {
                "physicalLocation": {"type": "object", "required": ["artifactLocation"], "additionalProperties": False,
                                     "properties": {
                    "artifactLocation": {"type": "object", "additionalProperties": False, "properties": {
                        "uri": {"type": "string", "pattern": "^[^ ]+$"}, "uriBaseId": {"type": "string"}}},
                    "region": {"type": "object", "required": ["startLine"], "additionalProperties": False,
                               "properties": {"startLine": {"type": "integer", "minimum": 1}}}}},
                "logicalLocations": {"type": "array", "items": {"type": "object", "additionalProperties": False,
                                     "properties": {"name": {"type": "string"},
                                                    "fullyQualifiedName": {"type": "string"}}}}}}}}}}}
"""The parts of the published schema of SARIF 2.1.0 that a report uses, closed against all others."""


def sarif(report: Report, least: Severity = Severity.INFO) -> dict[str, Any]:
    """A report as SARIF, once it fits the schema."""
    log: dict[str, Any] = json.loads(write_report(report, "sarif", least))
    jsonschema.validate(log, SARIF, cls=jsonschema.Draft202012Validator)
    run: dict[str, Any] = log["runs"][0]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [ids[result["ruleIndex"]] for result in run["results"]] == [it["ruleId"] for it in run["results"]]
    return run


def test_text_is_grouped_by_document_and_each_line_leads_to_its_place() -> None:
    assert write_report(REPORT, "text").splitlines() == [
        "a b.yaml: 1 warning, 1 info",
        "a b.yaml:3: warning: groups › x: has no kind (GroupShape-kind)",
        "a b.yaml:4: info: is odd (mean-of-whole-scores)",
        "",
        "https://example.org/study/y: 1 violation",
        "https://example.org/study/y: violation: would be gone (still-referred-to)",
        "",
        "3 documents do not conform: 1 violation, 1 warning, 1 info"]


def test_one_document_needs_no_heading() -> None:
    assert write_report(Report(1, (ADVICE,)), "text").splitlines() == [
        "a b.yaml:4: info: is odd (mean-of-whole-scores)", "1 document conforms: 1 info"]


@pytest.mark.parametrize(("least", "lines", "results"), [
    (Severity.VIOLATION, ["https://example.org/study/y: violation: would be gone (still-referred-to)",
                          "2 less grave than violation not shown"], 1),
    (Severity.WARNING, ["a b.yaml: 1 warning", "a b.yaml:3: warning: groups › x: has no kind (GroupShape-kind)", "",
                        "https://example.org/study/y: 1 violation",
                        "https://example.org/study/y: violation: would be gone (still-referred-to)", "",
                        "1 less grave than warning not shown"], 2),
])
def test_the_summary_is_about_all_whatever_is_shown(least: Severity, lines: list[str], results: int) -> None:
    assert write_report(REPORT, "text", least).splitlines() == [
        *lines, "3 documents do not conform: 1 violation, 1 warning, 1 info"]
    data = json.loads(write_report(REPORT, "json", least))
    assert (len(data["findings"]), data["conforms"]) == (results, False)
    assert write_report(REPORT, "turtle", least).count("sh:ValidationResult ") == results
    assert len(sarif(REPORT, least)["results"]) == results


def test_sarif_names_rule_level_file_line_and_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    run = sarif(REPORT)
    assert [result["level"] for result in run["results"]] == ["warning", "note", "error"]
    assert run["results"][0] == {
        "ruleId": "GroupShape-kind", "ruleIndex": 0, "level": "warning", "message": {"text": "has no kind"},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": "a%20b.yaml", "uriBaseId": "%SRCROOT%"},
                                 "region": {"startLine": 3}},
            "logicalLocations": [{"name": "x", "fullyQualifiedName": "groups/x"}]}],
        "properties": {"focus": "https://example.org/x", "predicate": "https://example.org/kind"}}
    assert run["results"][2]["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "https://example.org/study/y"}}}]
    rule = run["tool"]["driver"]["rules"][1]
    assert rule["helpUri"] == f"{RULES}mean-of-whole-scores"
    assert rule["defaultConfiguration"] == {"level": "note"}
    assert rule["shortDescription"]["text"].startswith("The mean of n scores in whole points is a multiple of 1/n")


def test_sarif_of_a_file_elsewhere_has_its_full_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    [result] = sarif(Report(1, (Finding("/data/é.yaml", 0, (), "…", f"{RULES}empty"),)))["results"]
    assert result["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "file:///data/%C3%A9.yaml"}}


def test_each_result_in_rdf_has_a_component() -> None:
    graph = rdflib.Graph().parse(data=write_report(REPORT, "turtle"), format="turtle")
    sh = rdflib.SH
    components = {str(graph.value(result, sh.sourceShape)): str(graph.value(result, sh.sourceConstraintComponent))
                  for result in graph.subjects(rdflib.RDF.type, sh.ValidationResult)}
    assert components == {WARNING.rule: WARNING.component, ADVICE.rule: ADVICE.rule, FAULT.rule: FAULT.rule}
    assert set(graph.subjects(rdflib.RDF.type, sh.ConstraintComponent)) == {
        rdflib.URIRef(ADVICE.rule), rdflib.URIRef(FAULT.rule)}


def test_each_stored_finding_has_a_component_and_a_node() -> None:
    graph = "https://example.org/study/y/findings"
    misspelt = Finding("y.yaml", 3, ("groups", "a b"), "no key", f"{RULES}unknown-key")
    quads = finding_quads(graph, [misspelt, replace(misspelt, path=("groups", "c")), replace(misspelt, path=())])
    assert len({quad.subject for quad in quads}) == 3
    assert {str(quad.object)[1:-1] for quad in quads if quad.predicate.value.endswith("#focusNode")} == {
        "https://example.org/study/y/groups/a%20b", "https://example.org/study/y/groups/c",
        "https://example.org/study/y"}
    assert {str(quad.object) for quad in quads if quad.predicate.value.endswith("#sourceConstraintComponent")} == {
        f"<{misspelt.rule}>"}


def test_sarif_without_findings_is_whole() -> None:
    assert sarif(Report(2))["results"] == []


def told_in_code() -> set[str]:
    """The names of rules that the program gives to findings, read from its text."""
    calls = [node for file in (ROOT / "src").rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))
             if isinstance(node, ast.Call)]
    named = {"fault", "finding", "problem", "DocumentError", "Fault"}
    return {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)
            and isinstance(call.args[0].value, str)
            and getattr(call.func, "attr", getattr(call.func, "id", "")) in named}


def test_each_rule_that_the_program_names_is_described() -> None:
    assert {"unknown-key", "extrapolated-dose", "yaml-tag"} <= told_in_code()
    assert told_in_code() - set(rulebook()) == set()
    assert {rule.__name__.replace("_", "-") for rule in RULE_FUNCTIONS} - set(rulebook()) == set()


def test_each_described_rule_has_a_severity_and_one_line() -> None:
    for entry in rulebook().values():
        assert entry.severity in list(Severity), entry.name
        assert 10 < len(entry.summary) < 300, entry.name
        assert "\n" not in entry.summary
        assert entry.iri.endswith(f"#{entry.name}")
    assert {entry.iri.rpartition("#")[0] + "#" for entry in rulebook().values()} == {RULES, SHAPES}


def test_a_rule_is_found_by_name_and_by_address() -> None:
    entry = find_rule("extrapolated-dose")
    assert (entry.severity, entry.iri) == ("warning", f"{RULES}extrapolated-dose")
    assert find_rule(entry.iri) is entry
    assert find_rule("IntervalShape-order").summary == (
        "order of the limits of an interval: An interval runs upwards. A number needed to treat is exempt: where the "
        "risk difference may be 0, its interval runs through infinity")
    with pytest.raises(NotFoundError, match="there is no rule `extrapolated-dosis`; did you mean extrapolated-dose"):
        find_rule("extrapolated-dosis")
