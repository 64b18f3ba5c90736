"""Averages within their spread, spreads and margins on their scale, and what is named beside a statement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studied import Data, told
from together import document
from together import told as told_together

from ldn_graph.documents import Value
from ldn_graph.rules.references import (
    basis_design_of_none,
    basis_smaller_than_its_studies,
    contributors_share_an_order,
    report_cites_itself,
)

AVERAGE, SPREAD, MARGIN = "average-outside-its-spread", "spread-outside-its-scale", "margin-outside-its-scale"
SCALES: Data = {"scales": {"nrs": {"label": "NRS", "minimum": "0", "maximum": "10"}, "open": {"label": "open"}}}


def value(estimate: str = "5", statistic: str = "median", kind: str = "interquartile-range", scale: str = "nrs",
          metric: str = "value-at-time", analysis: Data | None = None, **more: Value) -> Data:
    """A study with one average and its spread."""
    one: Data = {"kind": "group-value", "group": "all", "statistic": statistic, "estimate": estimate,
                 "spread-kind": kind, **{key.replace("_", "-"): it for key, it in more.items()}}
    return {"groups": {"all": {"label": "all"}},
            "outcomes": {"pain": {"label": "pain", "scale": scale, "metric": metric}},
            "analyses": {"pain": {"outcome": "pain", "group": "all", "adjustment": "unadjusted", **(analysis or {}),
                                  "results": {"one": one}}}}


def found(rule: str, study: Data) -> list[tuple[str, str, str]]:
    """Severity, property and value of what a rule finds."""
    return [(severity, name, figure) for its, severity, name, figure in told(study, SCALES) if its == rule]


@pytest.mark.parametrize(("study", "out"), [
    (value("8", spread_lower="2", spread_upper="5"), True), (value("0", spread_lower="2", spread_upper="5"), True),
    (value("1", spread_lower="2", spread_upper="5"), False),
    (value("5", spread_lower="2", spread_upper="5"), False), (value("5.4", spread_lower="2", spread_upper="5"), False),
    (value("5.56", spread_lower="2", spread_upper="5"), True),
    (value("8", "mean", spread_lower="2", spread_upper="5"), False),
    (value("8", "mean", "value-range", spread_lower="2", spread_upper="5"), True),
    (value("8", "median", "value-range", spread_lower="2", spread_upper="5"), True),
    (value("8", "statistic-not-stated", "value-range", spread_lower="2", spread_upper="5"), False),
    (value("8", spread_lower="-9", spread_upper="-2", change="decrease"), False),
    (value("8", spread_lower="2", spread_upper="5", analysis={"adjustment": "adjusted"}), False),
    (value("8", spread_lower="2", spread_upper="5", estimation="model-based"), False),
])
def test_averages_within_their_spread(study: Data, out: bool) -> None:
    assert [it[:2] for it in found(AVERAGE, study)] == [("violation", "estimate")] * out


@pytest.mark.parametrize(("study", "ends"), [
    (value(spread_lower="0", spread_upper="10"), []), (value(spread_lower="-4", spread_upper="19"), ["-4", "19"]),
    (value(spread_lower="-0.4", spread_upper="10.04"), ["-0.4", "10.04"]),
    (value(spread_lower="-4", spread_upper="19", scale="open"), []),
    (value(spread_lower="-4", spread_upper="9", metric="change-from-baseline"), []),
    (value(spread_lower="-11", spread_upper="9", metric="change-from-baseline"), ["-11"]),
    (value(kind="value-range", spread_lower="4", spread_upper="11"), ["11"]),
    (value(statistic="mean", kind="standard-deviation", spread="12"), ["12"]),
    (value(statistic="mean", kind="standard-deviation", spread="7.1"), []),
    (value(statistic="mean", kind="standard-deviation", spread="7.2"), ["7.2"]),
    (value(statistic="mean", kind="standard-deviation", spread="5.8", participants="5"), ["5.8"]),
    (value(statistic="mean", kind="standard-deviation", spread="5.6", participants="5"), []),
    (value(statistic="mean", kind="standard-deviation", spread="12", metric="change-from-baseline"), []),
    (value(statistic="mean", kind="standard-error", spread="12"), []),
])
def test_spreads_on_their_scale(study: Data, ends: list[str]) -> None:
    assert [(severity, figure) for severity, _, figure in found(SPREAD, study)] == [("violation", it) for it in ends]


@pytest.mark.parametrize(("margin", "out"), [
    ({"value": "10", "unit": "{score}"}, False), ({"value": "10.4", "unit": "{score}"}, True),
    ({"value": "11", "unit": "1"}, True), ({"value": "-11", "unit": "1"}, True), ({"value": "11", "unit": "%"}, False),
    ({"value": "11"}, False),
])
def test_margins_on_their_scale(margin: Data, out: bool) -> None:
    study = value(spread_lower="2", spread_upper="6", analysis={"margin": margin})
    assert found(MARGIN, study) == ([("violation", "value", margin["value"])] if out else [])
    open_ = value(spread_lower="2", spread_upper="6", scale="open", analysis={"margin": margin})
    assert found(MARGIN, open_) == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_a_median_between_its_quartiles_passes_and_one_beyond_is_found(tenths: list[int]) -> None:
    low, middle, high = (f"{it / 10:.1f}" for it in sorted(tenths))
    assert told(value(middle, spread_lower=low, spread_upper=high), SCALES) == []
    beyond = f"{float(high) + 0.2:.1f}"
    assert found(AVERAGE, value(beyond, spread_lower=low, spread_upper=high)) == [("violation", "estimate", beyond)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 10), min_size=2, max_size=30))
def test_the_deviation_of_scores_fits_their_scale_and_a_larger_one_does_not(scores: list[int]) -> None:
    people, mean = len(scores), sum(scores) / len(scores)
    deviation = (sum((it - mean) ** 2 for it in scores) / (people - 1)) ** 0.5

    def of(spread: float) -> Data:
        return value(statistic="mean", kind="standard-deviation", participants=str(people), spread=f"{spread:.2f}")
    assert found(SPREAD, of(deviation)) == []
    assert found(SPREAD, of(deviation + 7.2)) == [("violation", "spread", f"{deviation + 7.2:.2f}")]


def digest(number: str, design: Value, *studies: str) -> tuple[str, Data, str]:
    """A report with one statement and its basis."""
    return document("report/digest", {"statements": {"one": {
        "basis": {"number": number, "design": design, "study": list(studies)}}}})


def study(key: str, design: str, **more: Value) -> tuple[str, Data, str]:
    """A study of a design."""
    return document(f"study/{key}", {"design": design, **more})


@pytest.mark.parametrize(("number", "studies", "out"), [
    ("1", ("a", "b"), True), ("2", ("a", "b"), False), ("3", ("a", "b"), False), ("0", ("a",), False),
])
def test_the_number_of_a_basis(number: str, studies: tuple[str, ...], out: bool) -> None:
    assert [it[0] for it in told_together(basis_smaller_than_its_studies, digest(number, "cohort", *studies))] == (
        ["violation"] * out)


@pytest.mark.parametrize(("number", "design", "out"), [
    ("1", "crossover", []), ("1", "meta-analysis", ["meta-analysis"]), ("2", "meta-analysis", []),
    ("1", ["crossover", "randomised-controlled-trial"], []), ("1", ["crossover", "cohort"], ["cohort"]),
])
def test_the_design_of_a_basis(number: str, design: Value, out: list[str]) -> None:
    found = told_together(basis_design_of_none, digest(number, design, "a"),
                          study("a", "crossover", allocation="randomised"))
    assert [(it[0], it[3]) for it in found] == [("warning", it) for it in out]
    assert told_together(basis_design_of_none, digest(number, design, "a")) == []


def test_a_report_does_not_cite_itself() -> None:
    found = told_together(report_cites_itself, document("report/a", {"cites": ["a", "b"]}))
    assert [(it[0], it[1]) for it in found] == [("warning", "report/a")]
    assert told_together(report_cites_itself, document("report/a", {"cites": "b"})) == []


@pytest.mark.parametrize(("order", "role", "out"), [("1", "author", 1), ("2", "author", 0), ("1", "editor", 0)])
def test_contributors_have_their_own_place(order: str, role: str, out: int) -> None:
    people: Data = {"a": {"name": "A", "contributor-role": "author", "order": "1"},
                    "b": {"name": "B", "contributor-role": role, "order": order}}
    assert len(told_together(contributors_share_an_order, document("report/a", {"contributors": people}))) == out


@settings(deadline=None, max_examples=50)
@given(st.integers(-20, 20), st.integers(1, 100), st.data(), st.sampled_from(["", "-"]))
def test_a_margin_within_the_width_of_its_scale_passes_and_a_wider_one_is_found(
        low: int, width: int, data: st.DataObject, sign: str) -> None:
    scales: Data = {"scales": {"nrs": {"label": "NRS", "minimum": str(low), "maximum": str(low + width)}}}

    def of(tenths: int) -> list[tuple[str, str]]:
        margin: Data = {"value": f"{sign}{tenths // 10}.{tenths % 10}", "unit": "{score}"}
        return [(severity, figure) for rule, severity, _, figure in told(value(analysis={"margin": margin}), scales)
                if rule == MARGIN]
    assert of(data.draw(st.integers(0, 10 * width))) == of(10 * width) == []
    wide = data.draw(st.integers(10 * width + 1, 20 * width))
    assert of(wide) == [("violation", f"{sign}{wide // 10}.{wide % 10}")]


KEYS = st.lists(st.sampled_from("abcdefgh"), min_size=2, unique=True)
DESIGNS = ("case-control", "case-series", "cohort", "crossover", "meta-analysis", "parallel")


@settings(deadline=None, max_examples=50)
@given(KEYS, st.data())
def test_a_basis_of_as_many_studies_or_more_passes_and_one_of_fewer_is_found(
        studies: list[str], data: st.DataObject) -> None:
    enough, few = data.draw(st.integers(len(studies), 40)), data.draw(st.integers(1, len(studies) - 1))
    assert told_together(basis_smaller_than_its_studies, digest(str(enough), "cohort", *studies)) == []
    found = told_together(basis_smaller_than_its_studies, digest(str(few), "cohort", *studies))
    assert [(severity, name, figure) for severity, _, name, figure in found] == [("violation", "number", str(few))]


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(DESIGNS), min_size=1), st.data())
def test_designs_of_its_studies_pass_for_a_basis_and_another_is_found(
        designs: dict[str, str], data: st.DataObject) -> None:
    own = sorted(set(designs.values()))
    named = data.draw(st.lists(st.sampled_from(own), min_size=1, unique=True))
    strange = data.draw(st.sampled_from([*sorted(set(DESIGNS) - set(own)), "single-arm"]))
    known = [study(key, design) for key, design in designs.items()]

    def of(number: int, *design: str) -> list[tuple[str, str, str]]:
        found = told_together(basis_design_of_none, digest(str(number), list(design), *designs), *known)
        return [(severity, name, value) for severity, _, name, value in found]
    assert of(len(designs), *named) == []
    assert of(len(designs), *named, strange) == [("warning", "design", strange)]
    assert of(len(designs) + 1, *named, strange) == []


@settings(deadline=None, max_examples=50)
@given(KEYS, st.data())
def test_a_report_that_cites_others_passes_and_one_that_cites_itself_too_is_found(
        keys: list[str], data: st.DataObject) -> None:
    own, *others = keys
    assert told_together(report_cites_itself, document(f"report/{own}", {"cites": list(others)})) == []
    itself: Data = {"cites": list(data.draw(st.permutations(keys)))}
    found = told_together(report_cites_itself, document(f"report/{own}", itself))
    assert [it[:3] for it in found] == [("warning", f"report/{own}", "cites")]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["author", "editor"]), min_size=2, max_size=8), st.data())
def test_contributors_in_places_of_their_own_pass_and_two_in_one_are_found(
        roles: list[str], data: st.DataObject) -> None:
    orders = data.draw(st.permutations(range(1, len(roles) + 1)))
    one, other = data.draw(st.permutations(range(len(roles))))[:2]

    def of(orders: list[int]) -> list[tuple[str, str, str]]:
        people: Data = {f"p{at}": {"name": f"P{at}", "contributor-role": role, "order": str(order)}
                        for at, (role, order) in enumerate(zip(roles, orders, strict=True))}
        found = told_together(contributors_share_an_order, document("report/a", {"contributors": people}))
        return [(severity, name, value) for severity, _, name, value in found]
    assert of(orders) == []
    shared = [orders[other] if at == one else order for at, order in enumerate(orders)]
    assert of(shared) == [("warning", "order", str(orders[other]))] * (roles[one] == roles[other])
