"""Reports as SARIF 2.1.0, which editors and code hosts show beside the lines of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ldn_graph import __version__
from ldn_graph.findings import Finding, Report, Severity, one_line
from ldn_graph.rulebook import rulebook

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def to_sarif(report: Report) -> str:
    """A report as one SARIF run; files under the current directory are named relative to it.

    >>> '"results": []' in to_sarif(Report(documents=1))
    True
    """
    names = list(dict.fromkeys(finding.rule_name for finding in report.findings))
    driver = {"name": "ldn-graph", "version": __version__, "informationUri": "https://w3id.org/ldn-graph",
              "rules": [_rule(name, report) for name in names]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints",
           "results": [_result(finding, names.index(finding.rule_name)) for finding in report.findings]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)


def _rule(name: str, report: Report) -> dict[str, Any]:
    iri = next(finding.rule for finding in report.findings if finding.rule_name == name)
    entry = rulebook().get(name)
    told = {"shortDescription": {"text": entry.summary}, "fullDescription": {"text": entry.text},
            "defaultConfiguration": {"level": _LEVELS[Severity(entry.severity)]}} if entry else {}
    return {"id": name, "helpUri": iri, **told}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"physicalLocation": _physical(finding)}
    if finding.path:
        place["logicalLocations"] = [{"name": finding.path[-1], "fullyQualifiedName": "/".join(finding.path)}]
    properties = {"focus": finding.focus, "predicate": finding.predicate, "value": finding.value}
    return {"ruleId": finding.rule_name, "ruleIndex": index, "level": _LEVELS[finding.severity],
            "message": {"text": one_line(finding.message)}, "locations": [place],
            "properties": {name: value for name, value in properties.items() if value}}


def _physical(finding: Finding) -> dict[str, Any]:
    """Where a finding stands: a file and line, or the IRI of a document that no file holds."""
    region = {"region": {"startLine": finding.line}} if finding.line else {}
    if "://" in finding.source:
        return {"artifactLocation": {"uri": quote(finding.source, safe=":/#?&=%")}, **region}
    file = Path(finding.source).absolute()
    if file.is_relative_to(Path.cwd()):
        return {"artifactLocation": {"uri": quote(file.relative_to(Path.cwd()).as_posix()), "uriBaseId": "%SRCROOT%"},
                **region}
    return {"artifactLocation": {"uri": file.as_uri()}, **region}
