"""Figures that cannot all be right keep a document out, until a record says that their source prints them so."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.documents import Document, Value
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.reports import finding_quads, write_report
from ldn_graph.rulebook import rulebook
from ldn_graph.rules.impossible import IMPOSSIBLE, MEND, settled
from ldn_graph.terms import LDN, RDF_TYPE
from ldn_graph.triples import compile_document
from ldn_graph.validate import validate

BASE = "https://example.org/headache"
RESULT = f"{BASE}/study/aura/analyses/pain/results/one"
OTHER = f"{BASE}/study/aura/analyses/pain/results/other"
DAY = "2031-05-04"
NO_NUMBERS = {"ResultShape-p-value", "RatioShape-negative"}


def found(figures: dict[str, Value], *verified: str) -> dict[str, Finding]:
    """What is found of impossible figures, and of what cannot be a number, in a study with one result, by rule."""
    one: dict[str, Value] = {"kind": "contrast", "statistic": "mean-difference", **figures}
    done = compile_document(Document("study", "aura", {"analyses": {"pain": {"results": {"one": one}}}}), BASE)
    assert done.findings == []
    told = validate([done], verified=lambda _: dict.fromkeys(verified, DAY)).findings
    return {it.rule_name: it for it in told if it.rule_name in {*IMPOSSIBLE, *NO_NUMBERS}}


SWAPPED: dict[str, Value] = {"estimate": "1", "lower": "3", "upper": "-1"}


def test_each_is_a_rule_that_refuses() -> None:
    assert {name: rulebook()[name].severity for name in IMPOSSIBLE} == dict.fromkeys(IMPOSSIBLE, "violation")


def test_unverified_figures_are_refused() -> None:
    finding, = found(SWAPPED).values()
    assert (finding.rule_name, finding.severity, finding.focus) == ("IntervalShape-order", Severity.VIOLATION, RESULT)


def test_verified_figures_are_kept_with_a_warning() -> None:
    refused, = found(SWAPPED).values()
    warned, = found(SWAPPED, RESULT).values()
    assert (warned.severity, warned.focus, warned.rule) == (Severity.WARNING, refused.focus, refused.rule)
    assert warned.message == f"{refused.message}. The source prints it so: its passage was checked on 2031-05-04"


def test_that_another_node_is_verified_changes_nothing() -> None:
    assert found(SWAPPED, OTHER) == found(SWAPPED)


@pytest.mark.parametrize(("figures", "rule"), [
    ({"p-value": "3", "p-relation": "equal-to"}, "ResultShape-p-value"),
    ({"statistic": "risk-ratio", "estimate": "-2"}, "RatioShape-negative"),
])
def test_what_cannot_be_a_number_is_refused_whatever_is_printed(figures: dict[str, Value], rule: str) -> None:
    assert found(figures, RESULT)[rule].severity is Severity.VIOLATION


@given(st.sampled_from(sorted(IMPOSSIBLE)), st.sampled_from(list(Severity)), st.booleans())
def test_only_refusals_of_verified_nodes_are_settled(rule: str, severity: Severity, verified: bool) -> None:
    finding = Finding("a.yaml", 3, (), "…", f"https://example.org/#{rule}", severity, RESULT)
    after = settled(finding, {RESULT: DAY} if verified else {})
    assert (after != finding) == (verified and severity is Severity.VIOLATION)
    assert after.severity is (Severity.WARNING if after != finding else severity)


def test_what_the_source_prints_wrongly_is_flagged_in_the_store() -> None:
    flag = ox.NamedNode(f"{LDN}ImpossibleFigure")

    def flagged(finding: Finding) -> list[str]:
        quads = finding_quads(f"{BASE}/study/aura/findings", [finding])
        return [quad.predicate.value for quad in quads if quad.object == flag]

    assert flagged(found(SWAPPED, RESULT)["IntervalShape-order"]) == [RDF_TYPE]
    assert flagged(found(SWAPPED)["IntervalShape-order"]) == []
    assert flagged(Finding("a.yaml", 3, (), "…", "https://example.org/#extrapolated-dose", Severity.WARNING)) == []


def test_a_report_says_how_such_figures_may_enter() -> None:
    refused, warned = found(SWAPPED), found(SWAPPED, RESULT)
    assert write_report(Report(1, tuple(refused.values())), "text").splitlines()[-1] == MEND
    assert MEND not in write_report(Report(1, tuple(warned.values())), "text")
