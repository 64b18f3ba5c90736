"""Verdicts, P values and intervals on whether there is a difference."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from studies import found, result

from ldn_graph.documents import Value
from ldn_graph.findings import Severity

BASE = {"statistic": "mean-difference", "level": "95", "p_relation": "equal-to"}


def disagree(analysis: dict[str, Value], **figures: str) -> bool:
    """Whether an interval and its P value are found to disagree."""
    return bool(found(result(analysis, **{**BASE, **figures}), "interval-against-its-p"))


@pytest.mark.parametrize(("analysis", "level", "p", "expected"), [
    ({}, "95", ".21", True), ({}, "0.95", ".21", True), ({}, "90", ".21", False), ({}, "99", ".21", False),
    ({"alpha": "0.10"}, "90", ".21", True), ({"alpha": "0.1"}, "0.9", ".21", True),
    ({"alpha": "0.1"}, "95", ".21", False),
    ({"alpha": "0.01"}, "99", ".03", True), ({"alpha": "0.01"}, "95", ".03", False), ({}, "95", ".03", False),
    ({"alpha": "0.30"}, "70", ".21", False),
    ({"hypothesis": "equivalence"}, "95", ".21", False), ({"hypothesis": "non-inferiority"}, "95", ".21", False),
    ({"sidedness": "one-sided"}, "95", ".21", False), ({"sidedness": "two-sided"}, "95", ".21", True),
    ({"multiplicity": "multiplicity-adjusted"}, "95", ".21", False),
    ({"test-kind": "rank-test"}, "95", ".21", False), ({"test-kind": "t-test"}, "95", ".21", True),
    ({"interval-method": "bootstrap"}, "95", ".21", False),
    ({"interval-method": "profile-likelihood"}, "95", ".21", False),
    ({"interval-method": "profile-likelihood", "test-kind": "score-or-likelihood-test"}, "95", ".21", True),
    ({"interval-method": "score-interval", "test-kind": "chi-squared-test"}, "95", ".21", True),
    ({"interval-method": "exact-interval", "test-kind": "exact-test"}, "95", ".21", False),
    ({"null-value": "2"}, "95", ".21", False), ({"null-value": "2"}, "95", ".01", True),
    ({"null-value": "0.9"}, "95", ".21", False),
])
def test_an_interval_that_leaves_out_0_beside_its_p(
        analysis: dict[str, Value], level: str, p: str, expected: bool) -> None:
    assert disagree(analysis, lower="0.9", upper="4.2", level=level, p_value=p) is expected


@pytest.mark.parametrize(("lower", "upper", "p", "relation", "expected"), [
    ("0.0", "4.2", ".21", "equal-to", False), ("0.1", "4.2", ".21", "equal-to", True),
    ("-0.0", "4.2", ".01", "equal-to", False), ("-0.1", "4.2", ".01", "equal-to", True),
    ("-4.2", "0.0", ".01", "equal-to", False), ("-4.2", "0.1", ".01", "equal-to", True),
    ("-4.2", "-0.1", ".21", "equal-to", True), ("0.1", "4.2", ".05", "equal-to", False),
    ("0.1", "4.2", ".050", "equal-to", False), ("0.1", "4.2", ".051", "equal-to", True),
    ("0.1", "4.2", ".05", "greater-than", True), ("0.1", "4.2", ".05", "at-least", False),
    ("0.1", "4.2", ".049", "greater-than", False), ("-0.1", "4.2", ".05", "less-than", True),
    ("-0.1", "4.2", ".05", "at-most", False), ("-0.1", "4.2", ".051", "less-than", False),
    ("-0.1", "4.2", "0.000", "equal-to", True), ("-0.1", "4.2", "0.000", "less-than", True),
    ("-0.1", "4.2", "0.0", "equal-to", False), ("-0.1", "4.2", "3", "equal-to", False),
])
def test_the_rounding_of_a_limit_or_of_p_decides_nothing(
        lower: str, upper: str, p: str, relation: str, expected: bool) -> None:
    assert disagree({}, lower=lower, upper=upper, p_value=p, p_relation=relation) is expected


@pytest.mark.parametrize(("statistic", "lower", "expected"), [
    ("log-odds-ratio", "0.9", True), ("log-risk-ratio", "0.9", True), ("log-hazard-ratio", "0.9", True),
    ("risk-ratio", "0.9", False), ("risk-ratio", "1.1", True), ("hazard-ratio", "1.1", True),
    ("relative-change", "0.9", False), ("median-difference", "0.9", False), ("mean", "0.9", False),
    ("number-needed-to-treat", "2", False),
])
def test_the_null_value_of_a_statistic(statistic: str, lower: str, expected: bool) -> None:
    assert disagree({}, statistic=statistic, lower=lower, upper="4.2", p_value=".21") is expected


def verdicts(analysis: dict[str, Value], significance: str, **figures: str) -> list[str]:
    """What is found of a verdict."""
    faults = found(result(analysis, significance=significance, **figures), "significance-against-its-figures")
    assert {(fault.severity, fault.name, fault.value) for fault in faults} <= {
        (Severity.WARNING, "significance", significance)}
    return [fault.message for fault in faults]


@pytest.mark.parametrize(("p", "relation", "significance", "expected"), [
    (".21", "equal-to", "not-significant", False), (".21", "equal-to", "significant", True),
    (".048", "equal-to", "significant", False), (".048", "equal-to", "not-significant", True),
    (".05", "equal-to", "significant", False), (".05", "equal-to", "not-significant", False),
    (".05", "less-than", "not-significant", True), (".05", "greater-than", "significant", True),
    (".05", "at-most", "not-significant", False), (".05", "at-least", "significant", False),
    (".001", "less-than", "significant", False), (".1", "less-than", "not-significant", False),
    ("0.000", "equal-to", "not-significant", True),
])
def test_a_verdict_against_p(p: str, relation: str, significance: str, expected: bool) -> None:
    assert len(verdicts({}, significance, kind="test", p_value=p, p_relation=relation)) == expected


@pytest.mark.parametrize(("analysis", "expected"), [
    ({}, 1), ({"alpha": "0.05"}, 1), ({"alpha": "0.01"}, 0), ({"multiplicity": "multiplicity-adjusted"}, 0),
    ({"multiplicity": "multiplicity-unadjusted"}, 1), ({"sidedness": "one-sided"}, 0), ({"sidedness": "two-sided"}, 1),
    ({"hypothesis": "non-inferiority"}, 0), ({"hypothesis": "equivalence"}, 0), ({"test-kind": "rank-test"}, 1),
])
def test_a_verdict_at_its_significance_level(analysis: dict[str, Value], expected: int) -> None:
    assert len(verdicts(analysis, "not-significant", kind="test", p_value=".03", p_relation="equal-to")) == expected


@pytest.mark.parametrize(("lower", "upper", "level", "significance", "expected"), [
    ("-0.9", "4.2", "95", "significant", 1), ("-0.9", "4.2", "95", "not-significant", 0),
    ("0.9", "4.2", "0.95", "not-significant", 1), ("0.9", "4.2", "90", "not-significant", 0),
    ("0.0", "4.2", "95", "not-significant", 0), ("0.0", "4.2", "95", "significant", 0),
])
def test_a_verdict_against_an_interval(lower: str, upper: str, level: str, significance: str, expected: int) -> None:
    interval = {"statistic": "mean-difference", "lower": lower, "upper": upper, "level": level}
    assert len(verdicts({}, significance, **interval)) == expected
    undecided = {"p_value": ".05", "p_relation": "equal-to", **interval}
    assert len(verdicts({}, significance, **undecided)) == expected


def test_a_verdict_alone_and_a_p_that_decides() -> None:
    assert verdicts({}, "significant", kind="narrative") == []
    interval = {"statistic": "mean-difference", "lower": "-0.9", "upper": "4.2", "level": "95"}
    assert verdicts({}, "significant", p_value=".01", p_relation="equal-to", **interval) == []


def test_what_is_said_of_a_verdict() -> None:
    mend = ("; see whether a figure is copied wrongly, or name another level as `alpha`, or `multiplicity` where "
            "several tests are allowed for")
    assert verdicts({}, "not-significant", kind="test", p_value=".048", p_relation="equal-to") == [
        f"it is called not significant, but P = .048 says otherwise at the significance level 0.05{mend}"]
    assert verdicts({"alpha": "0.10"}, "significant", statistic="mean-difference", lower="-0.9", upper="4.2", level="90"
                    ) == [f"it is called significant, but the interval -0.9 to 4.2 says otherwise at the significance "
                          f"level 0.1{mend}"]


def test_what_is_said_of_an_interval() -> None:
    fault, = found(result({}, **BASE, lower="0.9", upper="4.2", p_value=".21"), "interval-against-its-p")
    assert (fault.severity, fault.message) == (Severity.WARNING, (
        "P = .21 and the interval 0.9 to 4.2 disagree on whether 0 is excluded; see whether a figure is copied "
        "wrongly, or P is of another test"))
    small, = found(result({}, **{**BASE, "p_relation": "less-than"}, lower="-0.9", upper="4.2", p_value=".001"),
                   "interval-against-its-p")
    assert small.message.startswith("P < .001 and the interval -0.9 to 4.2 disagree")


@given(st.integers(1, 9999), st.integers(2, 4), st.sampled_from(["0.05", "0.01", "0.1", "0.048"]))
@settings(max_examples=150, deadline=None)
def test_a_verdict_that_follows_p_is_never_accused_and_its_opposite_is(number: int, places: int, alpha: str) -> None:
    p = f"{number / 10000:.{places}f}"
    half = 0.5 / 10 ** places
    assume(abs(float(p) - float(alpha)) > half * 1.0001)
    true, false = ("significant", "not-significant")[:: 1 if float(p) < float(alpha) else -1]
    figures = {"kind": "test", "p_value": p, "p_relation": "equal-to"}
    assert len(verdicts({"alpha": alpha}, true, **figures)) == 0
    assert len(verdicts({"alpha": alpha}, false, **figures)) == 1


@given(st.lists(st.integers(-999, 999).filter(bool), min_size=2, max_size=2, unique=True), st.integers(1, 49),
       st.integers(51, 999))
@settings(max_examples=50, deadline=None)
def test_an_interval_on_the_side_of_its_p_passes_and_one_on_the_other_side_is_found(
        ends: list[int], small: int, large: int) -> None:
    lower, upper = (f"{end / 100:.2f}" for end in sorted(ends))
    fits, wrong = (small, large) if min(ends) > 0 or max(ends) < 0 else (large, small)
    assert not disagree({}, lower=lower, upper=upper, p_value=f"{fits / 1000:.3f}")
    assert disagree({}, lower=lower, upper=upper, p_value=f"{wrong / 1000:.3f}")
