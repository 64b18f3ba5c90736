"""Doses inside their regimen, and steps that fit their range."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studied import Data, messages, told

from ldn_graph.documents import Value


def mg(value: str, unit: str = "mg") -> Data:
    """A dose."""
    return {"value": value, "unit": unit}


def span(low: str, high: str, unit: str = "mg") -> Data:
    """A range of doses."""
    return {"minimum": low, "maximum": high, "unit": unit}


def regimen(**doses: Value) -> Data:
    """A study with one regimen."""
    return {"regimens": {"drug": {key.replace("_", "-"): value for key, value in doses.items()}}}


@pytest.mark.parametrize(("study", "found"), [
    (regimen(dose=mg("4.5"), dose_range=span("0.75", "6.0")), []),
    (regimen(dose=mg("6"), dose_range=span("0.75", "6.0")), []),
    (regimen(dose=mg("0.75"), dose_range=span("0.75", "6.0")), []),
    (regimen(dose=mg("6.01"), dose_range=span("0.75", "6.0")), ["6.01"]),
    (regimen(start_dose=mg("0.5"), dose_range=span("0.75", "6.0")), ["0.5"]),
    (regimen(maximum_dose=span("5", "7"), dose_range=span("0.75", "6.0")), ["7"]),
    (regimen(dose=mg("500", "ug"), dose_range=span("0.75", "6.0")), []),
    (regimen(dose=mg("7"), dose_range={"maximum": "6", "unit": "mg"}), ["7"]),
    (regimen(dose=mg("7"), dose_range={"minimum": "6", "unit": "mg"}), []),
])
def test_doses_inside_their_range(study: Data, found: list[str]) -> None:
    assert [(rule, severity, value) for rule, severity, _, value in told(study)] == [
        ("dose-outside-its-range", "violation", value) for value in found]


@given(st.decimals(0, 500, places=2), st.decimals(0, 500, places=2), st.decimals(0, 500, places=2))
def test_a_dose_between_passes_and_one_outside_is_found(one: Decimal, other: Decimal, third: Decimal) -> None:
    low, middle, high = sorted((one, other, third))
    inside = span(f"{low:f}", f"{high:f}")
    assert told(regimen(dose=mg(f"{middle:f}"), dose_range=inside)) == []
    above = f"{high + Decimal('0.01'):f}"
    assert told(regimen(dose=mg(above), dose_range=inside)) == [("dose-outside-its-range", "violation", "value", above)]


RISING: Data = {"dose-change": "increase-dose"}


def final(reached: Data, *, second: bool = False, **doses: Value) -> Data:
    """A study with a group that reached a final dose."""
    study = regimen(**doses)
    group: Data = {"label": "drug", "final-dose": reached, "regimen": ["drug", "other"] if second else "drug"}
    return {**study, "groups": {"drug": group}}


@pytest.mark.parametrize(("study", "found"), [
    (final(mg("3.9"), start_dose=mg("2"), maximum_dose=mg("4"), titration=RISING), []),
    (final(mg("4.0"), start_dose=mg("2"), maximum_dose=mg("4")), []),
    (final(mg("4.04"), start_dose=mg("2"), maximum_dose=mg("4")), ["value"]),
    (final(mg("4.1"), maximum_dose=mg("4")), ["value"]),
    (final(mg("4.0"), maximum_dose=mg("3.96")), []),
    (final(mg("1.9"), start_dose=mg("2"), maximum_dose=mg("4"), titration=RISING), ["value"]),
    (final(mg("1.9"), start_dose=mg("2"), maximum_dose=mg("4")), []),
    (final(span("1", "5"), start_dose=mg("2"), maximum_dose=mg("4"), titration=RISING), ["maximum", "minimum"]),
    (final(mg("60"), maximum_dose=span("25", "50")), ["value"]), (final(mg("40"), maximum_dose=span("25", "50")), []),
    (final(mg("7"), dose_range=span("0.75", "6")), ["value"]),
    (final(mg("0.5"), dose_range=span("0.75", "6")), ["value"]),
    (final(mg("4"), dose_range={"maximum": "6", "unit": "mg"}), []),
    (final(mg("7"), dose_range={"minimum": "6", "unit": "mg"}), []),
    (final(mg("7"), dose=mg("4.5")), []), (final(mg("7", "ug"), maximum_dose=mg("4")), []),
    (final(mg("7"), second=True, maximum_dose=mg("4")), []),
])
def test_final_doses(study: Data, found: list[str]) -> None:
    assert [(rule, severity, name) for rule, severity, name, _ in told(study)] == [
        ("final-dose-outside-its-regimen", "warning", name) for name in found]


def test_the_limits_are_told() -> None:
    assert messages(final(mg("1.9"), start_dose=mg("2"), maximum_dose=mg("4"), titration=RISING)) == [
        "the final dose 1.9 lies outside what the regimen allows, from 2 up to 4; see which is copied wrongly, or "
        "whether patients left the regimen"]


@given(st.decimals(1, 500, places=1), st.decimals(1, 500, places=1), st.decimals(1, 500, places=1))
def test_a_final_dose_between_start_and_maximum_passes(one: Decimal, other: Decimal, third: Decimal) -> None:
    low, middle, high = (f"{it:f}" for it in sorted((one, other, third)))
    limits: dict[str, Value] = {"start_dose": mg(low), "maximum_dose": mg(high), "titration": RISING}
    assert told({**final(mg(middle)), **regimen(**limits)}) == []
    above = f"{Decimal(high) + 1:f}"
    assert told({**final(mg(above)), **regimen(**limits)}) == [
        ("final-dose-outside-its-regimen", "warning", "value", above)]


def stepped(step: Data, given: Data, *, on_rule: bool = False) -> Data:
    """An up-and-down study."""
    if on_rule:
        return {"dose-rule": {"dose-step": step, "dose-range": given}}
    return {"dose-rule": {"dose-step": step}, **regimen(dose_range=given)}


@pytest.mark.parametrize(("study", "found"), [
    (stepped(mg("0.75"), span("0.75", "6.0")), ""), (stepped(mg("0.75"), span("0.75", "6.0"), on_rule=True), ""),
    (stepped(mg("0.8"), span("0.75", "6.0")), "0.8"), (stepped(mg("0.8"), span("0.75", "6.0"), on_rule=True), "0.8"),
    (stepped(mg("0.1"), span("0.1", "0.7")), ""), (stepped(mg("0"), span("1", "2")), "0"),
    (stepped(mg("-1"), span("1", "2")), "-1"), (stepped(mg("1"), span("2", "2")), ""),
    (stepped(mg("0"), span("2", "2")), ""),
    (stepped(mg("750", "ug"), span("1", "2")), ""), (stepped(mg("3"), span("1", "2")), "3"),
])
def test_steps_fit_the_range(study: Data, found: str) -> None:
    assert [it for it in told(study) if it[0] == "steps-fit-their-range"] == (
        [("steps-fit-their-range", "warning", "value", found)] if found else [])


def test_two_ranges_leave_open_which_is_meant() -> None:
    study = stepped(mg("0.8"), span("0.75", "6.0"))
    study["regimens"] = {**dict(study["regimens"]), "b": {"dose-range": span("1", "2")}}  # type: ignore[arg-type]
    assert told(study) == []


@pytest.mark.parametrize(("step", "start", "most", "found"), [
    (mg("1"), mg("2"), mg("4"), False), (mg("1.5"), mg("2"), mg("4"), True),
    (mg("1.5"), mg("2"), span("3", "4"), False),
    (mg("15"), mg("2"), mg("4", "ug"), False),
])
def test_steps_of_a_titration(step: Data, start: Data, most: Data, found: bool) -> None:
    study = regimen(start_dose=start, maximum_dose=most, titration={"dose-step": step})
    assert [it for it in told(study) if it[0] == "steps-fit-their-range"] == (
        [("steps-fit-their-range", "info", "value", step["value"])] if found else [])


@given(st.decimals("0.01", 50, places=2), st.integers(1, 20), st.decimals(0, 50, places=2))
def test_ranges_made_of_steps_pass_and_others_are_found(step: Decimal, steps: int, low: Decimal) -> None:
    high = low + step * steps
    assert told(stepped(mg(f"{step:f}"), span(f"{low:f}", f"{high:f}"))) == []
    off = stepped(mg(f"{step:f}"), span(f"{low:f}", f"{high + step / 2:f}"))
    assert told(off) == [("steps-fit-their-range", "warning", "value", f"{step:f}")]
