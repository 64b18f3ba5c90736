"""Sides that are said to do better, beside figures in which they did worse; and what leaves the direction open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from appraisal import Change, faults, message
from hypothesis import given, settings
from hypothesis import strategies as st

CLAIM, FAVOURS = "claim-against-its-result", "favours-against-its-figures"
EFFECT = "digest>statements>answer>claims>effect"
SAFETY = "digest>statements>answer>claims>safety"
PAIN, HARM = "study>analyses>pain", "study>analyses>harm"
DIFFERENCE = f"{PAIN}>results>difference"
SCALE = "vocabulary>scales>line-10>better"
AGAINST: Change = {f"{EFFECT}>claim-direction": "favours-comparator"}
SAFER: Change = {f"{SAFETY}>claim-direction": "favours-intervention", f"{HARM}>results>ratio": None}
WILLOW: Change = {f"{DIFFERENCE}>favours": "willow"}
DUMMY: Change = {f"{DIFFERENCE}>favours": "dummy"}
TEST: Change = {DIFFERENCE: {"kind": "test", "report": "alder", "p-value": "0.02", "p-relation": "equal-to",
                             "favours": "dummy"}}


def found(rule: str, *changes: Change) -> list[str]:
    """The severities with which a rule speaks."""
    return [fault.severity.value for fault in faults(*changes) if fault.rule == rule]


def limits(estimate: str, lower: str, upper: str) -> Change:
    """Another difference in pain, dummy minus willow."""
    return {f"{DIFFERENCE}>estimate": estimate, f"{DIFFERENCE}>lower": lower, f"{DIFFERENCE}>upper": upper}


def events(willow: str, dummy: str, **more: str) -> Change:
    """Counts of events in place of the counts of people."""
    return {f"{HARM}>results>{key}": {"kind": "count", "report": "alder", "group": key, "events": number,
                                      "statistic": "count-of-events", **more}
            for key, number in (("willow", willow), ("dummy", dummy))}


def people(key: str, number: str | None, out_of: str | None) -> Change:
    """Another count of people in a group."""
    return {f"{HARM}>results>{key}>participants": number, f"{HARM}>results>{key}>denominator": out_of}


COUNTED: Change = {"study>outcomes>harm>metric": "event-count"}
UNNUMBERED: Change = {"study>groups>willow>denominators": None, "study>groups>dummy>denominators": None}


@pytest.mark.parametrize("changes", [
    [AGAINST],
    [limits("-1.4", "-1.9", "-0.9")],
    [AGAINST, limits("1.4", "0.1", "2.7")],
    [{f"{PAIN}>minuend": "willow", f"{PAIN}>subtrahend": "dummy"}],
    [{SCALE: "higher-is-better"}],
    [AGAINST, {f"{EFFECT}>comparator": None}],
    [AGAINST, {f"{DIFFERENCE}>p-value": None}],
    [SAFER, people("willow", "6", "20")],
    [SAFER, COUNTED, events("14", "9")],
    [SAFER, COUNTED, UNNUMBERED, events("14", "9")],
])
def test_claims_against_what_they_rest_on(changes: list[Change]) -> None:
    assert found(CLAIM, *changes) == ["warning"]


@pytest.mark.parametrize("changes", [
    [], [AGAINST, limits("1.4", "0.0", "2.8")], [AGAINST, limits("1.4", "-0.1", "2.9")],
    [AGAINST, {f"{PAIN}>minuend": None}], [AGAINST, {f"{PAIN}>subtrahend": None}],
    [AGAINST, {SCALE: None}], [AGAINST, {f"{DIFFERENCE}>change": "decrease"}],
    [AGAINST, {"study>outcomes>pain>scale": ["line-10", "line-100"], "vocabulary>scales>line-100>better":
               "higher-is-better"}],
    [AGAINST, {"study>outcomes>pain>metric": "percent-change-from-baseline"}],
    [AGAINST, {f"{DIFFERENCE}>p-value": "0.2"}], [AGAINST, {f"{DIFFERENCE}>significance": "not-significant"}],
    [AGAINST, {f"{EFFECT}>outcome-domain": "stiffness"}], [AGAINST, {f"{EFFECT}>claim-kind": "dosing"}],
    [{f"{EFFECT}>claim-direction": "no-difference"}],
    [AGAINST, {"study>regimens>dummy>intervention": "willow"}],
    [AGAINST, {f"{DIFFERENCE}>upper": None}],
    [AGAINST, {f"{PAIN}>results>other": {
        "kind": "contrast", "report": "alder", "statistic": "mean-difference", "estimate": "-2", "lower": "-3",
        "upper": "-1", "level": "95"}}],
    [SAFER], [SAFER, people("willow", "5", "21")], [SAFER, people("willow", "6", "30")],
    [SAFER, COUNTED, events("9", "14")], [SAFER, COUNTED, events("9", "9"), UNNUMBERED],
    [SAFER, COUNTED, events("14", "9"), {f"{HARM}>results>test": {
        "kind": "test", "report": "alder", "p-value": "0.3", "p-relation": "equal-to"}}],
    [SAFER, COUNTED, events("14", "9"), {f"{HARM}>results>told": {
        "kind": "narrative", "report": "alder", "finding": "no-significant-difference"}}],
    [SAFER, events("14", "9"), {"study>outcomes>harm>metric": "value-at-time"}],
])
def test_claims_that_are_borne_out_or_open(changes: list[Change]) -> None:
    assert found(CLAIM, *changes) == []


def test_events_are_weighed_by_the_people_of_both_groups() -> None:
    sized = {f"study>groups>{key}>denominators": {"n": {"number": n, "denominator-kind": "randomised"}}
             for key, n in (("willow", "40"), ("dummy", "20"))}
    assert found(CLAIM, SAFER, COUNTED, events("14", "9"), sized) == []
    assert found(CLAIM, SAFER, COUNTED, events("19", "9"), sized) == ["warning"]


@pytest.mark.parametrize("changes", [
    [DUMMY], [WILLOW, limits("-1.4", "-1.9", "-0.9")], [WILLOW, limits("-0.2", "-1.9", "1.5")],
    [WILLOW, {SCALE: "higher-is-better"}], [DUMMY, {f"{PAIN}>adjustment": "adjusted"}], [TEST],
    [DUMMY, {f"{PAIN}>minuend": None}],
    [WILLOW, {"study>outcomes>pain>metric": "response", f"{DIFFERENCE}>statistic": "risk-ratio"}],
    [DUMMY, {"study>outcomes>pain>metric": "response", f"{DIFFERENCE}>statistic": "risk-ratio",
             f"{DIFFERENCE}>estimate": "0.8"}],
    [DUMMY, {"study>outcomes>pain>metric": "participants-with-event", f"{DIFFERENCE}>statistic": "odds-ratio",
             "study>outcomes>pain>outcome-role": "safety"}],
    [TEST, {"study>outcomes>pain>metric": "change-from-baseline", f"{PAIN}>results>willow>estimate": "-3.1"}],
])
def test_favours_against_its_figures(changes: list[Change]) -> None:
    assert found(FAVOURS, *changes) == ["warning"]


@pytest.mark.parametrize("changes", [
    [WILLOW], [DUMMY, limits("-1.4", "-1.9", "-0.9")], [
        DUMMY, limits("0.0", "-1.9", "1.9"), {f"{PAIN}>results>dummy": None}],
    [DUMMY, {SCALE: None}], [DUMMY, {f"{DIFFERENCE}>change": "improvement"}],
    [WILLOW, {"study>outcomes>pain>metric": "response", f"{DIFFERENCE}>statistic": "mean-difference"}],
    [WILLOW, {"study>outcomes>pain>metric": "response", f"{DIFFERENCE}>statistic": "risk-ratio",
              f"{DIFFERENCE}>estimate": "1.0"}],
    [WILLOW, {"study>outcomes>pain>metric": "participants-with-event", f"{DIFFERENCE}>statistic": "odds-ratio"}],
    [WILLOW, {"study>outcomes>pain>metric": "response", f"{DIFFERENCE}>statistic": "hazard-ratio"}],
    [TEST, {f"{PAIN}>adjustment": "adjusted"}], [TEST, {f"{PAIN}>results>dummy>estimate": "3.1"}],
    [TEST, {f"{PAIN}>results>dummy>statistic": "median"}], [TEST, {f"{PAIN}>results>dummy>change": "decrease"}],
    [TEST, {"study>outcomes>pain>metric": "change-from-baseline"}],
    [TEST, {f"{PAIN}>results>dummy": None}],
])
def test_favours_that_may_stand(changes: list[Change]) -> None:
    assert found(FAVOURS, *changes) == []


def test_what_is_said() -> None:
    assert message(CLAIM, AGAINST) == (
        "favours the comparator says the claim, and of what it rests on, pain (1.4, 0.9 to 1.9) is in favour of "
        "willow; see whether the direction or a figure is copied wrongly; where the source says so, it stands")
    assert message(CLAIM, SAFER, COUNTED, events("14", "9"), UNNUMBERED) == (
        "favours the intervention says the claim, and of what it rests on, the number of events (9 in dummy; 14 in "
        "willow) is in favour of dummy; see whether the direction or a figure is copied wrongly; where the source says "
        "so, it stands")
    assert message(FAVOURS, TEST) == (
        "it is told to favour dummy, and pain (4.5 and 3.1) is in favour of willow; see whether `favours`, a sign, "
        "`minuend` and `subtrahend`, or the better end of the scale is wrong, and say with `change` where figures are "
        "printed without a sign")


@settings(deadline=None, max_examples=25)
@given(st.decimals("0.2", 9, places=1), st.decimals("0.1", 9, places=1))
def test_a_difference_off_zero_bears_out_one_side_only(size: Decimal, half: Decimal) -> None:
    lower = max(size - half, Decimal("0.1"))
    right = limits(f"{size:f}", f"{lower:f}", f"{size + half:f}")
    wrong = limits(f"{-size:f}", f"{-size - half:f}", f"{-lower:f}")
    assert found(CLAIM, right, WILLOW) == found(FAVOURS, right, WILLOW) == []
    assert found(CLAIM, wrong) == found(FAVOURS, wrong, WILLOW) == ["warning"]
