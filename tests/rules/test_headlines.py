"""Figures of a claim against the results, thresholds and doses that it rests on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import BASE, Data, document, found, study, told

from ldn_graph.documents import Value
from ldn_graph.rules.headlines import headline_untraced

Told = list[tuple[str, str, str, str]]
CLAIM = "report/digest/statements/main/claims/effect"


def claim(headline: str, quantity: Data, rests_on: Value = "tea/pain") -> tuple[str, Data, str]:
    """A digest with one claim that has one headline figure."""
    return document("report/digest", {"statements": {"main": {"claims": {"effect": {
        headline: quantity, **({"rests-on": rests_on} if rests_on else {})}}}}})


def size(value: str, unit: str = "%", **more: str) -> Data:
    return {"value": value, "unit": unit, **more}


def result(**figures: Value) -> Data:
    return {"kind": "group-value", "report": "digest", "group": "drug", **figures}


def traced(headline: str, quantity: Data, one: Data, **more: Value) -> bool:
    """Whether a headline figure traces to a result."""
    faults = told(headline_untraced, claim(headline, quantity), study({"pain": {"one": one}}, **more))
    assert faults in ([], [("warning", f"{CLAIM}/{headline}", "value", str(quantity["value"]))])
    return not faults


@pytest.mark.parametrize(("quantity", "one", "expected"), [
    (size("32"), result(estimate="32", unit="%"), True), (size("44"), result(estimate="32", unit="%"), False),
    (size("38"), result(estimate="-37.8", unit="%"), True), (size("37"), result(estimate="-37.8", unit="%"), False),
    (size("37.8"), result(estimate="38", unit="%"), True), (size("37.4"), result(estimate="38", unit="%"), False),
    (size("37.5"), result(estimate="38", unit="%"), True),
    (size("32", "mm"), result(estimate="32", unit="%"), False), (size("32", "mm"), result(estimate="32"), True),
    (size("0.9", "1"), result(estimate="1.6", lower="-0.9", upper="4.2"), True),
    (size("4.2", "1"), result(estimate="1.6", lower="-0.9", upper="4.2"), True),
    (size("44"), result(participants="11", denominator="25"), True),
    (size("45"), result(participants="11", denominator="25"), False),
    (size("11", "{patient}"), result(participants="11", denominator="25"), True),
    (size("52", "{event}"), result(events="52"), True), (size("51", "{event}"), result(events="52"), False),
    (size("32"), result(estimate="0.32", statistic="proportion"), True),
    (size("34"), result(estimate="0.32", statistic="proportion"), False),
    (size("20"), result(estimate="0.80", statistic="risk-ratio"), True),
    (size("25"), result(estimate="1.25", statistic="odds-ratio"), True),
    (size("30", relation="greater-than"), result(estimate="37.8", unit="%"), True),
    (size("40", relation="at-least"), result(estimate="37.8", unit="%"), False),
    (size("40", relation="less-than"), result(estimate="37.8", unit="%"), True),
    (size("30", relation="at-most"), result(estimate="37.8", unit="%"), False),
    (size("30", relation="equal-to"), result(estimate="37.8", unit="%"), False),
])
def test_the_size_of_an_effect(quantity: Data, one: Data, expected: bool) -> None:
    assert traced("magnitude", quantity, one) is expected


@pytest.mark.parametrize(("headline", "quantity", "expected"), [
    ("response-share", size("95"), True), ("response-share", size("50"), False),
    ("dose", size("5.4", "mg"), True), ("dose", size("5.4", "mg/d"), True), ("dose", size("5.4", "ug"), False),
    ("dose", size("6.13", "mg"), True), ("dose", size("6", "mg"), True), ("dose", size("0.75", "mg"), True),
    ("dose", size("3", "mg"), False),
])
def test_a_dose_and_the_share_it_is_for(headline: str, quantity: Data, expected: bool) -> None:
    dose: Data = {"kind": "dose-estimate", "report": "digest", "estimate": "5.4", "unit": "mg", "lower": "4.66",
                  "upper": "6.13", "level": "95", "response-share": size("95")}
    regimens: Value = {"drug": {"dose-range": {"minimum": "0.75", "maximum": "6.0", "unit": "mg"}}}
    assert traced(headline, quantity, dose, regimens=regimens) is expected


def test_a_threshold_of_response_is_a_figure_of_the_study() -> None:
    definitions: Value = {"less": {"response-criteria": {"pain": {"threshold": size("30")}}}}
    it = study({"pain": {"one": result(participants="11", denominator="25")}}, **{"responder-definitions": definitions})
    analyses = it[1]["analyses"]
    assert isinstance(analyses, dict)
    pain = analyses["pain"]
    assert isinstance(pain, dict)
    assert len(told(headline_untraced, claim("magnitude", size("30")), it)) == 1
    pain["responder-definition"] = "less"
    assert told(headline_untraced, claim("magnitude", size("30")), it) == []


def test_the_ends_of_a_range_are_traced_one_by_one() -> None:
    it = study({"pain": {"one": result(estimate="32", unit="%")}})
    ends = told(headline_untraced, claim("magnitude", {"minimum": "32", "maximum": "44", "unit": "%"}), it)
    assert ends == [("warning", f"{CLAIM}/magnitude", "maximum", "44")]


@pytest.mark.parametrize("rests_on", ["", "other/pain", ["tea/pain", "other/pain"]])
def test_it_is_silent_where_an_analysis_is_not_at_hand(rests_on: Value) -> None:
    it = study({"pain": {"one": result(estimate="32", unit="%")}})
    assert told(headline_untraced, claim("magnitude", size("99"), rests_on), it) == []


def test_a_result_of_another_analysis_does_not_count() -> None:
    it = study({"pain": {"one": result(estimate="32", unit="%")}, "sleep": {"one": result(estimate="44", unit="%")}})
    fault, = found(headline_untraced, claim("magnitude", size("44")), it)
    assert fault.node == f"{BASE}/{CLAIM}/magnitude"
    assert fault.message == (
        "44 % is none of the figures of what the claim rests on, `pain`; see whether it is copied wrongly, or name the "
        "analysis that has it under `rests-on`")
    assert told(headline_untraced, claim("magnitude", size("44"), ["tea/pain", "tea/sleep"]), it) == []


@given(st.lists(st.integers(1, 9999), min_size=1, max_size=5), st.integers(0, 2), st.data())
def test_a_rounded_figure_of_a_result_is_traced_and_one_beyond_all_is_not(
        hundredths: list[int], places: int, data: st.DataObject) -> None:
    figures = [Decimal(number) / 100 for number in hundredths]
    it = study({"pain": {f"x{number}": result(estimate=str(figure), unit="%")
                         for number, figure in enumerate(figures)}})
    told_of = round(data.draw(st.sampled_from(figures)), places)
    assert told(headline_untraced, claim("magnitude", size(str(told_of))), it) == []
    beyond = str(max(figures) + data.draw(st.integers(2, 9)))
    assert told(headline_untraced, claim("magnitude", size(beyond)), it) == [
        ("warning", f"{CLAIM}/magnitude", "value", beyond)]
