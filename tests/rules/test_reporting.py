"""Two reports of one study: where they contradict each other, where they round, and what one leaves out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import BASE, Data, difference, facts, found, report, study, told

from ldn_graph.documents import Value
from ldn_graph.findings import Severity
from ldn_graph.rules.comparison import Kind, differences
from ldn_graph.rules.reporting import analysis_left_out, contradicting_reports

REPORTS = report("early", "2019"), report("late", "2020")
RESULT = "study/tea/analyses/pain/results/"


def pair(one: Data, other: Data) -> list[tuple[str, str, tuple[str, str]]]:
    """How two results of one analysis differ, the first of the earlier report."""
    it = study({"pain": {"a": one, "b": other}})
    return [(diff.kind.value, diff.name, diff.printed)
            for diff in differences(facts(it, *REPORTS), f"{BASE}/study/tea")]


def both(one: dict[str, str], other: dict[str, str]) -> list[tuple[str, str, tuple[str, str]]]:
    """How two mean differences of 1.6 differ, each with more figures."""
    return pair(difference("early", "1.6", **one), difference("late", "1.6", **other))


@pytest.mark.parametrize(("one", "other", "kind"), [
    ("1.6", "1.6", None), ("1.6", "1.64", "rounding"), ("1.64", "1.6", "rounding"), ("1.6", "1.60", "rounding"),
    ("1.6", "1.65", "rounding"), ("1.6", "1.650", "rounding"), ("1.6", "1.66", "contradiction"),
    ("1.6", "1.651", "contradiction"), ("1.6", "1.7", "rounding"), ("1.6", "1.8", "contradiction"),
    ("1.6", "-1.6", "contradiction"), ("2", "1.5", "rounding"), ("2", "1.4", "contradiction"),
    ("0", "-0.5", "rounding"),
])
def test_two_estimates(one: str, other: str, kind: str | None) -> None:
    expected = [(kind, "estimate", (one, other))] if kind else []
    assert pair(difference("early", one), difference("late", other)) == expected


@given(st.integers(-99999, 99999), st.integers(0, 3), st.integers(0, 3))
def test_one_number_rounded_in_two_ways_is_no_contradiction(number: int, places: int, others: int) -> None:
    exact = Decimal(number) / 1000
    kinds = {kind for kind, _, _ in pair(difference("early", str(round(exact, places))),
                                         difference("late", str(round(exact, others))))}
    assert kinds <= {"rounding"}


@given(st.integers(-999, 999), st.integers(0, 2), st.integers(0, 2), st.integers(1, 50), st.booleans())
def test_numbers_apart_by_more_than_rounding_contradict(
        number: int, places: int, others: int, off: int, below: bool) -> None:
    one = round(Decimal(number) / 100, places)
    apart = Decimal(10) ** -places / 2 + Decimal(10) ** -others / 2
    steps = int(apart * 10 ** others) + off
    other = round(one, others) + (-1 if below else 1) * (Decimal(steps) * Decimal(10) ** -others + Decimal(1))
    assert [kind for kind, _, _ in pair(difference("early", str(one)), difference("late", str(other)))] == [
        "contradiction"]


@pytest.mark.parametrize(("one", "other", "found"), [
    ({"lower": "-0.9", "level": "95"}, {"lower": "-0.5", "level": "95"},
     [("contradiction", "lower", ("-0.9", "-0.5"))]),
    ({"lower": "-0.9", "level": "95"}, {"lower": "-0.92", "level": "95"}, [("rounding", "lower", ("-0.9", "-0.92"))]),
    ({"lower": "-0.9", "level": "95"}, {"lower": "-0.5", "level": "90"}, []),
    ({"lower": "-0.9", "upper": "4.1", "level": "95"}, {"lower": "-0.9", "upper": "4.10", "level": "90"},
     [("contradiction", "level", ("95", "90"))]),
    ({"lower": "-0.9", "upper": "4.1", "level": "95"}, {"lower": "-0.9", "upper": "3.1", "level": "90"}, []),
    ({"lower": "-0.9", "level": "95"}, {"lower": "-0.9"}, []),
    ({"spread": "1.1", "spread-kind": "standard-deviation"}, {"spread": "1.3", "spread-kind": "standard-deviation"},
     [("contradiction", "spread", ("1.1", "1.3"))]),
    ({"spread": "1.1", "spread-kind": "standard-deviation"}, {"spread": "0.2", "spread-kind": "standard-error"}, []),
    ({"participants": "36"}, {"participants": "36"}, []),
    ({"participants": "36"}, {"participants": "37"}, [("contradiction", "participants", ("36", "37"))]),
    ({"participants": "36"}, {}, []),
    ({"denominator": "36"}, {"denominator": "35"}, [("contradiction", "denominator", ("36", "35"))]),
    ({"events": "8"}, {"events": "9"}, [("contradiction", "events", ("8", "9"))]),
    ({"p-value": ".001", "p-relation": "less-than"}, {"p-value": ".0004", "p-relation": "equal-to"},
     [("rounding", "pValue", ("< .001", ".0004"))]),
    ({"p-value": ".05", "p-relation": "less-than"}, {"p-value": ".21", "p-relation": "equal-to"},
     [("contradiction", "pValue", ("< .05", ".21"))]),
    ({"p-value": ".05", "p-relation": "greater-than"}, {"p-value": ".21", "p-relation": "equal-to"},
     [("rounding", "pValue", ("> .05", ".21"))]),
    ({"significance": "significant"}, {"significance": "not-significant"},
     [("contradiction", "significance", ("significant", "not-significant"))]),
    ({"significance": "significant"}, {}, []),
    ({"favours": "drug"}, {"favours": "placebo"}, [("contradiction", "favours", ("drug", "placebo"))]),
    ({"analysis-population": "per-protocol"}, {"analysis-population": "intention-to-treat"},
     [("contradiction", "analysisPopulation", ("per-protocol", "intention-to-treat"))]),
    ({"unit": "mg"}, {"unit": "ug"}, []), ({"unit": "mg"}, {}, []),
    ({"statistic": "mean-difference"}, {"statistic": "median-difference", "estimate": "9"}, []),
    ({"group": "drug"}, {"group": "placebo", "estimate": "9"}, []),
])
def test_the_other_figures(
        one: dict[str, str], other: dict[str, str], found: list[tuple[str, str, tuple[str, str]]]) -> None:
    ours = {**difference("early", "1.6"), **one}
    theirs = {**difference("late", "1.6"), **other}
    assert pair(ours, theirs) == found


@pytest.mark.parametrize(("one", "other", "kinds"), [
    (("32", "decrease"), ("-32", ""), []), (("32", "decrease"), ("-32.4", ""), ["rounding"]),
    (("32", "decrease"), ("-32", "decrease"), []), (("32", "decrease"), ("44", ""), ["contradiction"]),
    (("32", "decrease"), ("32", "increase"), ["contradiction"]), (("32", "decrease"), ("-44", ""), ["contradiction"]),
    (("32", "improvement"), ("44", ""), []), (("32", "improvement"), ("44", "improvement"), ["contradiction"]),
])
def test_a_fall_is_a_fall_with_or_without_its_sign(
        one: tuple[str, str], other: tuple[str, str], kinds: list[str]) -> None:
    ours, theirs = ({**difference(by, figure), **({"change": word} if word else {})}
                    for by, (figure, word) in (("early", one), ("late", other)))
    assert [kind for kind, _, _ in pair(ours, theirs)] == kinds


def test_doses_for_two_shares_are_two_things() -> None:
    def dose(by: str, estimate: str, share: str) -> Data:
        return {"kind": "dose-estimate", "report": by, "estimate": estimate, "unit": "mg",
                "response-share": {"value": share, "unit": "%"}}

    assert pair(dose("early", "3.88", "50"), dose("late", "5.4", "95")) == []
    assert [kind for kind, _, _ in pair(dose("early", "3.88", "50"), dose("late", "5.4", "50"))] == ["contradiction"]


def test_one_of_several_results_may_be_the_same() -> None:
    results = {"a": difference("early", "1.6"), "b": difference("early", "2.6"), "c": difference("late", "2.6")}
    assert told(contradicting_reports, study({"pain": results}), *REPORTS) == []
    results["c"] = difference("late", "3.6")
    assert told(contradicting_reports, study({"pain": results}), *REPORTS) == [
        ("warning", RESULT + "c", "estimate", "3.6")]


def test_a_contradiction_stands_at_the_later_report_and_names_both() -> None:
    results = {"a": difference("late", "1.6", lower="-0.9", level="95"),
               "b": difference("early", "1.9", lower="-0.5", level="95")}
    fault, = found(contradicting_reports, study({"pain": results}), *REPORTS)
    assert (fault.severity, fault.node, fault.name, fault.value) == (
        Severity.WARNING, f"{BASE}/{RESULT}a", "estimate", "1.6")
    assert fault.message == (
        "`late` prints estimate 1.6, lower -0.9 where `early` prints estimate 1.9, lower -0.5, of one analysis and by "
        "more than rounding; see whether one is copied wrongly, else both are kept")


def test_results_of_one_report_are_not_compared() -> None:
    results = {"a": difference("late", "1.6"), "b": difference("late", "9")}
    assert told(contradicting_reports, study({"pain": results}), *REPORTS) == []


def test_an_analysis_that_only_one_report_prints_is_left_out() -> None:
    results = {"pain": {"a": difference("early", "1.6"), "b": difference("late", "1.6")},
               "sleep": {"a": difference("early", "1.6")}, "mood": {"a": difference("early", "2")}}
    fault, = found(analysis_left_out, study(results), *REPORTS)
    assert (fault.severity, fault.node, fault.value) == (
        Severity.INFO, f"{BASE}/study/tea", f"{BASE}/report/late")
    assert fault.message == (
        "`late` prints results of this study, but none of `mood`, `sleep`, of which `early` does; see whether it was "
        "overlooked in reading, else the report leaves it out")


def test_a_report_without_any_result_leaves_nothing_out() -> None:
    it = study({"pain": {"a": difference("early", "1.6")}}, **{"reported-in": ["early", "late"]})
    assert told(analysis_left_out, it, *REPORTS) == []


def test_more_than_five_analyses_are_counted() -> None:
    results = {f"x{number}": {"a": difference("early", "1")} for number in range(7)}
    results["pain"] = {"a": difference("late", "1"), "b": difference("early", "1")}
    fault, = found(analysis_left_out, study(results), *REPORTS)
    assert "`x0`, `x1`, `x2`, `x3`, `x4` and 2 more, of which" in fault.message


@given(st.lists(st.sampled_from(["early", "late", "third"]), min_size=1, max_size=3, unique=True),
       st.integers(1, 4), st.data())
def test_what_each_report_prints_is_left_out_by_none(by: list[str], analyses: int, data: st.DataObject) -> None:
    results = {f"x{number}": {one: difference(one, "1.6") for one in by} for number in range(analyses)}
    reports = (*REPORTS, report("third", "2021"))
    assert told(analysis_left_out, study(results), *reports) == []
    if analyses > 1 and len(by) > 1:
        silent, where = data.draw(st.sampled_from(by)), data.draw(st.sampled_from(sorted(results)))
        del results[where][silent]
        assert told(analysis_left_out, study(results), *reports) == [
            ("info", "study/tea", "hasAnalysis", f"{BASE}/report/{silent}")]


def test_three_reports_are_compared_pair_by_pair() -> None:
    results: dict[str, dict[str, Data]] = {"pain": {
        "a": difference("early", "1.6"), "b": difference("late", "1.64"), "c": difference("third", "1.9")}}
    them = differences(facts(study(results), *REPORTS, report("third", "2021")), f"{BASE}/study/tea")
    assert [(it.kind, it.first.rpartition("/")[2], it.second.rpartition("/")[2]) for it in them] == [
        (Kind.ROUNDING, "early", "late"), (Kind.CONTRADICTION, "early", "third"), (Kind.CONTRADICTION, "late", "third")]


def test_an_omission_names_the_silent_one_by_its_empty_result() -> None:
    value: dict[str, Value] = difference("late", "1.6")
    it, _ = differences(facts(study({"mood": {"a": difference("early", "1")}, "pain": {"a": value}}), *REPORTS),
                        f"{BASE}/study/tea")
    assert (it.kind, it.analysis, it.results) == (
        Kind.OMISSION, f"{BASE}/study/tea/analyses/mood", (f"{BASE}/study/tea/analyses/mood/results/a", ""))
