"""Figures that are none, and figures that would make a rule stumble: a finding with its line, and no crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ldn_graph import EvidenceStore
from ldn_graph.findings import Finding, Severity
from ldn_graph.rules import catalogue
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault, Rule
from mini import MINI, STUDY, changed

NONE = ["NaN", "nan", ".nan", "inf", "-Infinity", ".inf", "1e400", "1e-7", "0x10", "1_000", "1,000", "9" * 1000,
        "0." + "1" * 1000]
COUNT = """      willow:
        kind: count
        report: lindgren-2031
        group: willow
        participants: 5
        denominator: 20
        percentage: 25
        i-squared: 50
        cochran-q: 4
        tau-squared: 0.1
        pooled-studies: 3
        prediction-lower: 0.1
        prediction-upper: 0.2
"""
VALUE = (MINI / "study.yaml").read_text("utf-8").partition("      willow:\n        kind: group-value")[2]
VALUE = "      willow:\n        kind: group-value" + VALUE.partition("\nplaces:")[0]
KEYS = ["participants", "denominator", "percentage", "i-squared", "cochran-q", "tau-squared", "pooled-studies",
        "prediction-lower", "prediction-upper"]


def findings(directory: Path, old: str, new: str) -> list[Finding]:
    """The findings on the invented study with a text changed."""
    file = changed(directory, "study.yaml", old, new)
    return [it for it in EvidenceStore.empty().validate([directory]).findings if it.source == str(file)]


def line_of(directory: Path, text: str) -> int:
    """The line of the changed study on which a text stands."""
    lines = (directory / "study.yaml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("key", ["number", *KEYS])
def test_what_is_no_number_is_refused_with_its_line(key: str, text: str, tmp_path: Path) -> None:
    if key == "number":
        told = findings(tmp_path, "number: 20", f"number: {text!r}")
    else:
        value = next(line for line in COUNT.splitlines() if f" {key}: " in line)
        told = findings(tmp_path, VALUE.rstrip("\n"), COUNT.replace(value, f"        {key}: {text!r}").rstrip("\n"))
    assert [(it.rule_name, it.line, it.severity.value) for it in told] == [
        ("not-a-number", line_of(tmp_path, f"{key}: {text!r}"), "violation")]
    assert len(told[0].message) < 200


@pytest.mark.parametrize(("key", "rule"), [
    ("participants", "ResultShape-participants"), ("denominator", "ResultShape-denominator"),
    ("percentage", "CountShape-percentage"), ("i-squared", "PooledShape-i-squared"),
    ("cochran-q", "PooledShape-q"), ("tau-squared", "PooledShape-tau-squared"),
    ("pooled-studies", "PooledShape-studies"),
])
def test_negative_numbers_of_what_is_counted_are_refused(key: str, rule: str, tmp_path: Path) -> None:
    value = next(line for line in COUNT.splitlines() if f" {key}: " in line)
    told = findings(tmp_path, VALUE.rstrip("\n"), COUNT.replace(value, f"        {key}: -5").rstrip("\n"))
    line = line_of(tmp_path, "      willow:" if rule == "PooledShape-studies" else f"{key}: -5")
    assert [(it.severity.value, it.line) for it in told if it.rule_name == rule] == [("violation", line)]


def test_a_negative_number_of_people_is_refused(tmp_path: Path) -> None:
    told = findings(tmp_path, "number: 20", "number: -20")
    assert [(it.rule_name, it.severity.value) for it in told] == [("DenominatorShape-number", "violation")]
    assert told[0].line == line_of(tmp_path, "number: -20")


@pytest.mark.parametrize(("old", "new"), [
    ("statistic: mean-difference\n        estimate: -1.60", "statistic: number-needed-to-treat\n        estimate: 0"),
    ("statistic: mean-difference\n        estimate: -1.60", "statistic: risk-ratio\n        estimate: 0.000"),
    ("participants: 5\n        denominator: 20", "participants: 0\n        denominator: 0"),
    ("participants: 5\n        denominator: 20", "participants: 20\n        denominator: 5"),
    ("cochran-q: 4", "cochran-q: 0"), ("cochran-q: 4", "cochran-q: 0.0"), ("pooled-studies: 3", "pooled-studies: 0"),
    ("participants: 5\n        denominator: 20", f"participants: {10**17}\n        denominator: {10**17}"),
    ("percentage: 25", "percentage: 0"), ("percentage: 25", f"percentage: 25.{'1' * 16}"),
])
def test_figures_that_divide_by_nothing_or_are_huge_give_findings_and_no_crash(
        old: str, new: str, tmp_path: Path) -> None:
    text = (MINI / "study.yaml").read_text("utf-8").replace(VALUE.rstrip("\n"), COUNT.rstrip("\n"))
    assert text.count(old) == 1
    told = findings(tmp_path, (MINI / "study.yaml").read_text("utf-8"), text.replace(old, new))
    assert told
    assert "rule-not-applied" not in {it.rule_name for it in told}


def stumbles(error: Exception) -> Rule:
    """A rule that stumbles after a first finding."""
    def a_rule(facts: Facts) -> Iterator[Fault]:
        yield from (Fault("a-rule", Severity.VIOLATION, node, "label", "", "") for node in facts.nodes("Study"))
        raise error
    return a_rule


@pytest.mark.parametrize("error", [ZeroDivisionError(), OverflowError(), RecursionError(), ValueError("nan")])
@pytest.mark.parametrize("tuple_name", ["RULES", "COLLECTION_RULES"])
def test_a_rule_that_stumbles_is_a_finding(
        error: Exception, tuple_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, tuple_name, (stumbles(error),))
    told = [it for it in findings(tmp_path, "", "") if it.focus == STUDY]
    assert [(it.rule_name, it.severity.value, it.value) for it in told] == [("rule-not-applied", "warning", "a-rule")]
    assert type(error).__name__ in told[0].message


def test_other_errors_are_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "RULES", (stumbles(KeyError("x")),))
    with pytest.raises(KeyError):
        findings(tmp_path, "", "")
