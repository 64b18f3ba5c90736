"""The middle of an interval, and P recomputed from it: what fits, what does not, and what cannot be decided."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from studies import found, of_people, result

from ldn_graph.documents import Value
from ldn_graph.findings import Severity

NORMAL = NormalDist()
FITS: list[Severity] = []
WRONG, OPEN = [Severity.WARNING], [Severity.INFO]


def contrast(printed: str, p: str, statistic: str = "mean-difference", **keys: str) -> dict[str, Value]:
    """A contrast printed as `estimate (lower, upper)`, with a 95 % interval and a P value that may have a relation."""
    estimate, lower, upper = printed.replace("(", "").replace(")", "").replace(",", "").split()
    relation = {"<": "less-than", ">": "greater-than", "≤": "at-most", "≥": "at-least"}.get(p[0], "equal-to")
    return result({}, **{"statistic": statistic, "estimate": estimate, "lower": lower, "upper": upper, "level": "95",
                     "p_value": p.lstrip("<>≤≥"), "p_relation": relation, **keys})


def verdict(study: dict[str, Value]) -> list[Severity]:
    """How grave what P from the interval finds is."""
    return [fault.severity for fault in found(study, "p-from-interval")]


@pytest.mark.parametrize(("study", "expected"), [
    (contrast("1.6 (-0.9, 4.2)", ".21"), FITS),
    (contrast("-0.11 (-0.96, 0.74)", ".31", "standardised-mean-difference", pooled_studies="7"), WRONG),
    (contrast("-0.34 (-0.95, 0.27)", ".27"), FITS),
    (contrast("-0.34 (-0.95, 0.27)", ".27", "standardised-mean-difference", pooled_studies="7"), FITS),
    (contrast("0.23 (-0.20, 0.66)", ".90", "cohens-d"), FITS),
    (contrast("0.23 (-0.20, 0.66)", ".90", "cohens-d", pooled_studies="7"), FITS),
    (contrast("3.88 (3.39, 4.35)", ".90", "effective-dose-estimate"), FITS),
])
def test_triples_of_the_literature(study: dict[str, Value], expected: list[Severity]) -> None:
    assert verdict(study) == expected


@pytest.mark.parametrize(("p", "expected"), [
    (".21", FITS), (".20", FITS), (".22", FITS), (".19", WRONG), (".23", WRONG), (".195", WRONG), (".196", FITS),
    (".219", FITS), (".220", WRONG), ("0.2", FITS), ("0.3", WRONG), ("<.19", WRONG), ("<.20", FITS), ("≤.19", WRONG),
    (">.21", FITS), (">.22", WRONG), ("≥.22", WRONG), (">.05", FITS), ("<.001", WRONG), ("0.000", WRONG), ("1", WRONG),
])
def test_p_at_the_edge_of_the_rounding_of_all_figures(p: str, expected: list[Severity]) -> None:
    """By normal theory 1.6 (−0.9, 4.2) gives .1958 to .2188."""
    assert verdict(contrast("1.6 (-0.9, 4.2)", p, test_kind="wald-test")) == expected


@pytest.mark.parametrize(("p", "expected"), [
    (".21", FITS), (".23", OPEN), (".43", OPEN), (".44", WRONG), (".08", OPEN), (".06", WRONG), ("<.001", WRONG),
])
def test_without_degrees_of_freedom_only_what_no_t_test_gives_is_accused(p: str, expected: list[Severity]) -> None:
    assert verdict(contrast("1.6 (-0.9, 4.2)", p)) == expected


@pytest.mark.parametrize(("p", "adjustment", "kind", "expected"), [
    (".23", "unadjusted", "analysed", FITS), (".24", "unadjusted", "analysed", WRONG),
    (".24", "adjusted", "analysed", OPEN), (".24", "unadjusted", "randomised", OPEN),
    (".24", "adjustment-not-stated", "analysed", WRONG),
])
def test_the_numbers_analysed_bound_the_degrees_of_freedom(
        p: str, adjustment: str, kind: str, expected: list[Severity]) -> None:
    study = contrast("1.6 (-0.9, 4.2)", p)
    analyses = study["analyses"]
    assert isinstance(analyses, dict)
    pain = analyses["pain"]
    assert isinstance(pain, dict)
    told: dict[str, Value] = {**study, "analyses": {"pain": {**pain, "adjustment": adjustment}}}
    assert verdict(of_people(told, "33", "34", kind)) == expected


@pytest.mark.parametrize(("keys", "expected"), [
    ({"degrees_of_freedom": "1"}, FITS), ({"degrees_of_freedom": "1", "test_kind": "t-test"}, FITS),
    ({"pooled_studies": "2"}, FITS), ({"pooled_studies": "2", "interval_method": "hartung-knapp"}, FITS),
    ({}, OPEN), ({"interval_method": "t-interval"}, OPEN), ({"pooled_studies": "1"}, OPEN),
    ({"degrees_of_freedom": "9"}, WRONG), ({"pooled_studies": "9"}, WRONG), ({"test_kind": "wald-test"}, WRONG),
    ({"interval_method": "wald-interval"}, WRONG), ({"degrees_of_freedom": "0.5"}, FITS),
])
def test_an_interval_with_one_degree_of_freedom_is_explained(keys: dict[str, str], expected: list[Severity]) -> None:
    """1.0 (−5.35, 7.35) is 2 standard errors of 1 degree of freedom, with P .295, where normal theory has .76."""
    assert verdict(contrast("1.0 (-5.35, 7.35)", ".30", **keys)) == expected


def test_an_interval_by_normal_theory_may_stand_beside_a_t_test() -> None:
    """1.00 (−0.96, 2.96) has z = 1, and with 1 degree of freedom P = .50."""
    printed = "1.00 (-0.96, 2.96)"
    assert verdict(contrast(printed, ".50", degrees_of_freedom="1")) == FITS
    assert verdict(contrast(printed, ".50", degrees_of_freedom="1", interval_method="wald-interval")) == FITS
    assert verdict(contrast(printed, ".50", degrees_of_freedom="1", interval_method="t-interval")) == WRONG


def test_hartung_and_knapp_leave_no_normal_theory() -> None:
    """1.00 (−0.96, 2.96) gives .317 by normal theory, and .36 from four trials after Hartung and Knapp."""
    keys = {"statistic": "standardised-mean-difference", "pooled_studies": "4"}
    assert verdict(contrast("1.00 (-0.96, 2.96)", ".317", **keys)) == FITS
    assert verdict(contrast("1.00 (-0.96, 2.96)", ".317", interval_method="hartung-knapp", **keys)) == WRONG


@pytest.mark.parametrize("keys", [
    {"sidedness": "one-sided"}, {"multiplicity": "multiplicity-adjusted"}, {"test_kind": "rank-test"},
    {"test_kind": "exact-test"}, {"test_kind": "log-rank-test"}, {"test_kind": "permutation-test"},
    {"test_kind": "f-test"}, {"test_kind": "chi-squared-test"}, {"test_kind": "score-or-likelihood-test"},
    {"interval_method": "exact-interval"}, {"interval_method": "score-interval"}, {"interval_method": "bootstrap"},
    {"interval_method": "profile-likelihood"}, {"interval_method": "credible-interval"},
    {"interval_method": "profile-likelihood", "test_kind": "score-or-likelihood-test"},
    {"statistic": "median-difference"}, {"statistic": "number-needed-to-treat"}, {"statistic": "mean"},
    {"statistic": "standardised-mean-difference"}, {"statistic": "percent-change"}, {"statistic": "proportion"},
    {"statistic": "standardised-mean-difference", "pooled_studies": "1"},
    {"statistic": "cohens-d"}, {"level": "30"}, {"level": "99.999"},
])
def test_what_is_left_alone(keys: dict[str, str]) -> None:
    assert verdict(contrast("1.6 (-0.9, 4.2)", ".001")) == WRONG
    assert verdict(contrast("1.6 (-0.9, 4.2)", ".001", **keys)) == FITS


@pytest.mark.parametrize(("analysis", "expected"), [
    ({"hypothesis": "non-inferiority"}, FITS), ({"hypothesis": "equivalence"}, FITS),
    ({"sidedness": "one-sided"}, FITS),
    ({"multiplicity": "multiplicity-adjusted"}, FITS), ({"test-kind": "rank-test"}, FITS),
    ({"interval-method": "bootstrap"}, FITS), ({"hypothesis": "any-difference"}, WRONG),
    ({"sidedness": "sidedness-not-stated", "multiplicity": "multiplicity-not-stated"}, WRONG),
    ({"interval-method": "interval-method-not-stated", "test-kind": "test-kind-not-stated"}, WRONG),
    ({"null-value": "-3.3"}, FITS), ({"null-value": "0"}, WRONG),
])
def test_what_an_analysis_says_holds_for_its_results(analysis: dict[str, Value], expected: list[Severity]) -> None:
    figures = {"statistic": "mean-difference", "estimate": "1.6", "lower": "-0.9", "upper": "4.2", "level": "95",
               "p_value": ".0002", "p_relation": "equal-to"}
    assert verdict(result(analysis, **figures)) == expected


def test_a_result_speaks_before_its_analysis() -> None:
    figures = {"statistic": "mean-difference", "estimate": "1.6", "lower": "-0.9", "upper": "4.2", "level": "95",
               "p_value": ".23", "p_relation": "equal-to", "test_kind": "wald-test"}
    assert verdict(result({"test-kind": "rank-test"}, **figures)) == WRONG


def test_a_mean_is_tested_against_what_is_stated() -> None:
    figures = {"kind": "group-value", "group": "drug", "statistic": "mean", "estimate": "81.0", "lower": "76.1",
               "upper": "85.9", "level": "95", "p_value": ".90", "p_relation": "equal-to", "test_kind": "wald-test"}
    assert verdict(result({}, **figures)) == FITS
    assert verdict(result({"null-value": "80"}, **figures)) == WRONG
    assert verdict(result({"null-value": "80"}, **{**figures, "p_value": ".69"})) == FITS


@pytest.mark.parametrize(("statistic", "printed", "p", "keys", "expected"), [
    ("risk-ratio", "0.80 (0.50, 1.28)", ".35", {}, FITS), ("risk-ratio", "0.80 (0.50, 1.28)", ".60", {}, OPEN),
    ("risk-ratio", "0.80 (0.50, 1.28)", ".60", {"test_kind": "wald-test"}, WRONG),
    ("odds-ratio", "0.80 (0.50, 1.28)", ".60", {"pooled_studies": "4"}, WRONG),
    ("odds-ratio", "0.80 (0.50, 1.28)", ".60", {"degrees_of_freedom": "40"}, OPEN),
    ("hazard-ratio", "0.80 (0.50, 1.28)", ".60", {"test_kind": "log-rank-test"}, FITS),
    ("hazard-ratio", "0.80 (0.50, 1.28)", ".35", {"test_kind": "wald-test"}, FITS),
    ("risk-difference", "-0.10 (-0.20, 0.00)", ".05", {"test_kind": "wald-test"}, FITS),
    ("risk-difference", "-0.10 (-0.20, 0.00)", ".40", {}, OPEN),
    ("log-odds-ratio", "-0.22 (-0.69, 0.25)", ".36", {"test_kind": "wald-test"}, FITS),
    ("log-odds-ratio", "-0.22 (-0.69, 0.25)", ".60", {"test_kind": "wald-test"}, WRONG),
    ("risk-ratio", "0.02 (0.00, 0.50)", ".90", {"test_kind": "wald-test"}, FITS),
    ("risk-ratio", "-0.5 (-0.9, 1.1)", ".90", {"test_kind": "wald-test"}, FITS),
    ("risk-ratio", "0.80 (0.50, 1.80)", ".90", {"test_kind": "wald-test"}, FITS),
])
def test_ratios_on_the_log_scale(
        statistic: str, printed: str, p: str, keys: dict[str, str], expected: list[Severity]) -> None:
    assert verdict(contrast(printed, p, statistic, **keys)) == expected


@pytest.mark.parametrize(("printed", "p", "expected"), [
    ("0.0 (0.0, 0.0)", ".50", FITS), ("1.5 (1.5, 1.5)", "<.001", FITS), ("1.5 (1.5, 1.5)", ".50", WRONG),
    ("2.4 (-0.9, 4.2)", ".90", FITS), ("5.0 (-0.9, 4.2)", ".90", FITS), ("1.6 (4.2, -0.9)", ".90", FITS),
    ("0 (-1, 1)", "1.000", FITS), ("0 (-1, 1)", ".05", WRONG), ("0.00 (-1.00, 1.00)", ".90", WRONG),
    ("1.6 (-0.9, 4.2)", "3", FITS), ("-1.6 (-4.2, 0.9)", ".21", FITS), ("-1.6 (-4.2, 0.9)", ".23", WRONG),
])
def test_figures_at_the_edges(printed: str, p: str, expected: list[Severity]) -> None:
    assert verdict(contrast(printed, p, test_kind="wald-test")) == expected


@pytest.mark.parametrize(("level", "expected"), [
    ("95", FITS), ("0.95", FITS), (".95", FITS), ("95.0", FITS), ("90", WRONG), ("0.9", WRONG), ("99", WRONG),
])
def test_a_level_in_per_cent_or_as_a_share(level: str, expected: list[Severity]) -> None:
    assert verdict(contrast("1.6 (-0.9, 4.2)", ".21", test_kind="wald-test", level=level)) == expected


@pytest.mark.parametrize("left_out", ["estimate", "lower", "upper", "level", "p_value", "p_relation"])
def test_silent_where_a_figure_is_not_told(left_out: str) -> None:
    figures = {"statistic": "mean-difference", "estimate": "1.6", "lower": "-0.9", "upper": "4.2", "level": "95",
               "p_value": ".001", "p_relation": "equal-to"}
    del figures[left_out]
    assert verdict(result({}, **figures)) == FITS


@pytest.mark.parametrize(("study", "message"), [
    (contrast("1.6 (-0.9, 4.2)", ".23", test_kind="wald-test"),
     "P = .23 does not fit the interval: whatever the rounding, 1.6 (-0.9 to 4.2) gives a P of 0.1958 to 0.2188; see "
     "whether a figure is copied wrongly, or name what the report tells of `test-kind`, `interval-method` or "
     "`degrees-of-freedom`"),
    (contrast("1.6 (-0.9, 4.2)", ".44"),
     "P = .44 does not fit the interval: whatever the rounding and the degrees of freedom, 1.6 (-0.9 to 4.2) gives a P "
     "of 0.0756 to 0.4346; see whether a figure is copied wrongly, or name what the report tells of `test-kind`, "
     "`interval-method` or `degrees-of-freedom`"),
    (contrast("1.0 (-5.35, 7.35)", ".30"),
     "whether P = .30 fits the interval cannot be decided: 1.0 (-5.35 to 7.35) gives a P of 0.7564 to 0.7588 by normal "
     "theory; a t test with 1 degree of freedom would fit: name `degrees-of-freedom` or the numbers analysed, if the "
     "report tells"),
    (contrast("1.6 (-0.9, 4.2)", ".23"),
     "whether P = .23 fits the interval cannot be decided: 1.6 (-0.9 to 4.2) gives a P of 0.1958 to 0.2188 by normal "
     "theory; a t test with few degrees of freedom would fit: name `degrees-of-freedom` or the numbers analysed, if "
     "the report tells"),
    (contrast("0.80 (0.50, 1.28)", ".60", "risk-ratio"),
     "whether P = .60 fits the interval cannot be decided: 0.80 (0.50 to 1.28) gives a P of 0.3411 to 0.3633 by normal "
     "theory; P may be of another test: name it as `test-kind`, if the report tells"),
    (contrast("1.5 (1.5, 1.5)", ".50", test_kind="wald-test"),
     "P = .50 does not fit the interval: whatever the rounding, 1.5 (1.5 to 1.5) gives a P of below 0.0001; see "
     "whether a figure is copied wrongly, or name what the report tells of `test-kind`, `interval-method` or "
     "`degrees-of-freedom`"),
])
def test_what_is_said(study: dict[str, Value], message: str) -> None:
    fault, = found(study, "p-from-interval")
    assert (fault.name, fault.message) == ("pValue", message)


def figures_of(middle: float, half: float, p: float, places: int, p_places: int) -> tuple[str, str]:
    """Figures as a paper would round them; intervals that collapse are left out."""
    low, centre, high = (f"{it:.{places}f}" for it in (middle - half, middle, middle + half))
    return f"{centre} ({low}, {high})", f"{p:.{p_places}f}"


@given(st.floats(-9, 9), st.floats(0.2, 5), st.sampled_from([0.9, 0.95, 0.99]), st.integers(0, 3), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_a_rounded_wald_test_is_never_accused(
        middle: float, error: float, level: float, places: int, p_places: int) -> None:
    half = NORMAL.inv_cdf(0.5 + level / 2) * error
    printed, p = figures_of(middle, half, 2 * NORMAL.cdf(-abs(middle) / error), places, p_places)
    for keys in ({}, {"test_kind": "wald-test"}, {"pooled_studies": "5"}):
        assert verdict(contrast(printed, p, level=str(level), **keys)) == FITS


@given(st.floats(-9, 9), st.floats(0.2, 5), st.sampled_from([1, 2]), st.integers(0, 3), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_a_rounded_t_test_is_never_accused(middle: float, error: float, few: int, places: int, p_places: int) -> None:
    t = abs(middle) / error
    p = 1 - 2 * math.atan(t) / math.pi if few == 1 else 1 - t / math.sqrt(2 + t * t)
    printed, p_text = figures_of(middle, error * (12.7062047, 4.30265273)[few - 1], p, places, p_places)
    for keys in ({"degrees_of_freedom": str(few)}, {"pooled_studies": str(few + 1)}):
        assert verdict(contrast(printed, p_text, **keys)) == FITS
    assert Severity.WARNING not in verdict(contrast(printed, p_text))


@given(st.floats(0.2, 5), st.floats(0.05, 1), st.integers(2, 3), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_a_rounded_ratio_is_never_accused(ratio: float, error: float, places: int, p_places: int) -> None:
    low, high = (ratio * math.exp(sign * 1.959963985 * error) for sign in (-1, 1))
    printed = f"{ratio:.{places}f} ({low:.{places}f}, {high:.{places}f})"
    p = f"{2 * NORMAL.cdf(-abs(math.log(ratio)) / error):.{p_places}f}"
    for statistic in ("risk-ratio", "odds-ratio", "hazard-ratio"):
        assert found(contrast(printed, p, statistic, test_kind="wald-test"), "p-from-interval",
                     "interval-about-its-estimate") == []


@given(st.floats(-9, 9), st.floats(1, 3), st.floats(-1, 1))
@settings(max_examples=200, deadline=None)
def test_a_p_that_is_off_is_found(middle: float, error: float, off: float) -> None:
    true = 2 * NORMAL.cdf(-abs(middle) / error)
    assume(abs(off) > 0.02 and 0 <= true + off <= 1)
    printed, p = figures_of(middle, 1.959963985 * error, true + off, 3, 4)
    assert verdict(contrast(printed, p, test_kind="wald-test")) == WRONG
    assert verdict(contrast(printed, p, "standardised-mean-difference", pooled_studies="500")) == WRONG


@pytest.mark.parametrize(("statistic", "printed", "method", "expected"), [
    ("mean-difference", "0.2 (-1.0, 4.0)", "", True), ("mean-difference", "0.2 (-1.0, 4.0)", "wald-interval", True),
    ("mean-difference", "0.2 (-1.0, 4.0)", "t-interval", True),
    ("mean-difference", "0.2 (-1.0, 4.0)", "hartung-knapp", True),
    ("mean-difference", "0.2 (-1.0, 4.0)", "interval-method-not-stated", True),
    ("mean-difference", "0.2 (-1.0, 4.0)", "exact-interval", False),
    ("mean-difference", "0.2 (-1.0, 4.0)", "profile-likelihood", False),
    ("mean-difference", "0.2 (-1.0, 4.0)", "score-interval", False),
    ("mean-difference", "0.2 (-1.0, 4.0)", "bootstrap", False),
    ("mean-difference", "0.2 (-1.0, 4.0)", "credible-interval", False),
    ("log-odds-ratio", "0.2 (-1.0, 4.0)", "", True), ("log-risk-ratio", "-0.22 (-0.69, 0.25)", "", False),
    ("log-hazard-ratio", "-0.20 (-0.69, 0.25)", "", True), ("relative-change", "-0.2 (-0.9, 4.0)", "", False),
    ("odds-ratio", "2.5 (1.0, 4.0)", "", True), ("odds-ratio", "2.5 (1.0, 4.0)", "profile-likelihood", False),
    ("mean-difference", "1.5 (1, 3)", "", False), ("mean-difference", "1.4 (1, 3)", "", True),
    ("median-difference", "0.2 (-1.0, 4.0)", "", False), ("proportion", "0.2 (0.1, 0.9)", "", False),
])
def test_the_middle_of_an_interval(statistic: str, printed: str, method: str, expected: bool) -> None:
    keys = {"interval_method": method} if method else {}
    faults = found(contrast(printed, ">.0001", statistic, **keys), "interval-about-its-estimate")
    assert [(fault.severity, fault.name) for fault in faults] == [(Severity.WARNING, "estimate")] * expected


def test_a_one_sided_interval_has_one_limit_and_no_middle() -> None:
    for limit in ("lower", "upper"):
        study = result({}, **{"statistic": "mean-difference", "estimate": "1.6", limit: "1.6", "level": "95",
                              "p_value": ".9", "p_relation": "equal-to"})
        assert found(study) == []


def test_slack_is_less_than_any_printed_digit() -> None:
    assert verdict(contrast("0 (-1, 1)", "<.00000000000000001", test_kind="wald-test")) == WRONG
    assert Fraction(1, 10 ** 18) < Fraction("0.00000000000000001")
