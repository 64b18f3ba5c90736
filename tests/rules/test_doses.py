"""Effective doses in their order within one group, and regimens that keep to their maximum."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studied import Data, messages, told

from ldn_graph.documents import Value

ORDER = ("effective-doses-in-order", "violation", "estimate")
ABOVE = "dose-above-its-maximum"


def doses(ed50: str, ed95: str, one: Value = "", other: Value = "") -> Data:
    """A study with two effective doses in one analysis of two groups."""
    def dose(estimate: str, share: str, group: Value) -> Data:
        return {"kind": "dose-estimate", "estimate": estimate, "unit": "mg",
                "response-share": {"value": share, "unit": "%"}, **({"group": group} if group else {})}
    return {"groups": {"drug": {"label": "drug"}, "placebo": {"label": "placebo"}},
            "outcomes": {"dose": {"label": "dose"}},
            "analyses": {"dose": {"outcome": "dose", "group": ["drug", "placebo"], "results": {
                "half": dose(ed50, "50", one), "most": dose(ed95, "95", other)}}}}


@pytest.mark.parametrize(("study", "found"), [
    (doses("5.4", "3.88"), ["3.88"]), (doses("3.88", "5.4"), []), (doses("5.4", "5.4"), []),
    (doses("5.4", "3.88", "drug", "placebo"), []), (doses("5.4", "3.88", "drug", "drug"), ["3.88"]),
    (doses("5.4", "3.88", "drug"), []), (doses("5.4", "3.88", ["drug", "placebo"]), ["3.88"]),
])
def test_effective_doses_are_compared_within_the_same_groups(study: Data, found: list[str]) -> None:
    assert [it for it in told(study) if it[0] == ORDER[0]] == [(*ORDER, value) for value in found]


def regimen(name: str, dose: Data, most: Data) -> Data:
    """A study with one regimen that has a maximum dose."""
    return {"regimens": {"drug": {name: dose, "maximum-dose": most}}}


def of(value: str, unit: str = "mg") -> Data:
    """A dose."""
    return {"value": value, "unit": unit}


@pytest.mark.parametrize("name", ["dose", "start-dose"])
@pytest.mark.parametrize(("dose", "most", "found"), [
    (of("4"), of("4"), []), (of("4.0"), of("4"), []), (of("4.01"), of("4"), ["value"]), (of("6"), of("4"), ["value"]),
    (of("6", "g"), of("4000"), ["value"]), (of("4", "g"), of("4000"), []), (of("4500", "ug"), of("4.5"), []),
    (of("4501", "ug"), of("4.5"), ["value"]), (of("1", "ug"), of("0.000001", "g"), []),
    (of("6", "mL"), of("4"), []), (of("6", "mg/d"), of("4"), []), (of("6", "mg/d"), of("4", "mg/d"), ["value"]),
    ({"minimum": "2", "maximum": "6", "unit": "mg"}, of("4"), ["maximum"]),
    (of("6"), {"minimum": "4", "maximum": "8", "unit": "mg"}, []),
    (of("9"), {"minimum": "4", "maximum": "8", "unit": "mg"}, ["value"]),
])
def test_doses_above_their_maximum(name: str, dose: Data, most: Data, found: list[str]) -> None:
    assert [(rule, severity, end) for rule, severity, end, _ in told(regimen(name, dose, most))] == [
        (ABOVE, "violation", end) for end in found]


def test_the_message_names_both_doses_with_their_units() -> None:
    assert messages(regimen("dose", of("6", "g"), of("4000"))) == [
        "the dose 6 g is above the maximum dose 4000 mg; see which is copied wrongly"]


@given(st.decimals("0.001", 500, places=3), st.decimals("0.001", 500, places=3))
def test_a_dose_in_grams_is_found_only_above_a_maximum_in_milligrams(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert told(regimen("dose", of(f"{low:f}", "g"), of(f"{high * 1000:f}"))) == []
    above = f"{high + Decimal('0.001'):f}"
    assert told(regimen("dose", of(above, "g"), of(f"{high * 1000:f}"))) == [(ABOVE, "violation", "value", above)]
