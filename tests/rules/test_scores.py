"""Scores and the scales that a vocabulary declares: bounds, and means that whole scores can have."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studied import Data, Told, messages, numbered, told

from ldn_graph.documents import Value

SCALES: Data = {
    "nrs": {"label": "NRS", "minimum": "0", "maximum": "10", "step": "1"},
    "nrs-1": {"label": "NRS from 1", "minimum": "1", "maximum": "10"},
    "vas": {"label": "VAS", "minimum": "0", "maximum": "100"},
    "half": {"label": "half points", "minimum": "0", "maximum": "10", "step": "0.5"},
    "likert": {"label": "Likert", "minimum": "1", "maximum": "5", "points": "5"},
    "open": {"label": "open", "minimum": "0"},
    "odd": {"label": "odd", "minimum": "0.5", "maximum": "10", "step": "1"},
    "none": {"label": "no step", "minimum": "0", "maximum": "10", "step": "0"},
}
VOCABULARY: Data = {"scales": SCALES}


def score(estimate: str, scale: Value = "nrs", metric: str = "value-at-time", statistic: str = "mean",
          kind: str = "group-value", sizes: Data | None = None, adjustment: str = "unadjusted", **more: Value) -> Data:
    """A study with one figure on a scale."""
    result: Data = {"kind": kind, "statistic": statistic, "estimate": estimate, **more}
    if kind == "group-value":
        result["group"] = "all"
    return {"groups": {"all": {"label": "all", "denominators": sizes or {}}},
            "outcomes": {"pain": {"label": "pain", "scale": scale, "metric": metric}},
            "analyses": {"pain": {"outcome": "pain", "adjustment": adjustment, "results": {"all": result}}}}


CHANGE, CONTRAST = "change-from-baseline", "contrast"


@pytest.mark.parametrize(("study", "found"), [
    (score("6.1"), False), (score("10"), False), (score("10.4"), True), (score("-0.4"), True), (score("-0"), False),
    (score("10.0"), False), (score("10.04"), True), (score("1", "nrs-1"), False), (score("0.9", "nrs-1"), True),
    (score("0.95", "nrs-1"), True), (score("45", ["nrs", "vas"]), False), (score("101", ["nrs", "vas"]), True),
    (score("45", ["nrs", "open"]), False), (score("45", "open"), False), (score("45", statistic="median"), True),
    (score("45", statistic="statistic-not-stated"), True), (score("45", statistic="percent-change"), False),
    (score("45", unit="%"), False), (score("45", unit="{score}"), True), (score("45", unit="1"), True),
    (score("45", unit="mm"), False), (score("45", estimation="model-based"), False),
    (score("45", adjustment="adjusted"), False), (score("45", estimation="observed"), True),
    (score("-9.5", metric=CHANGE), False), (score("-10", metric=CHANGE), False), (score("-10.2", metric=CHANGE), True),
    (score("-9.2", "nrs-1", CHANGE), True), (score("9", "nrs-1", CHANGE), False),
    (score("-38", metric="response"), False),
    (score("-38", metric="percent-change-from-baseline"), False), (score("-3", change="decrease"), False),
    (score("10", kind=CONTRAST, statistic="mean-difference"), False),
    (score("11", kind=CONTRAST, statistic="mean-difference"), True),
    (score("19", metric=CHANGE, kind=CONTRAST, statistic="mean-difference"), False),
    (score("-21", metric=CHANGE, kind=CONTRAST, statistic="median-difference"), True),
    (score("45", kind=CONTRAST, statistic="number-needed-to-treat"), False),
    (score("5", lower="-3", upper="13"), False),
])
def test_scores_and_their_scale(study: Data, found: bool) -> None:
    estimate = study["analyses"]["pain"]["results"]["all"]["estimate"]  # type: ignore[index,call-overload]
    expected = [("score-outside-its-scale", "violation", "estimate", estimate)] if found else []
    assert [it for it in told(study, VOCABULARY) if it[0] == "score-outside-its-scale"] == expected


def test_what_is_possible_is_told() -> None:
    end = "; see which figure is copied wrongly, or whether `scale`, `metric` or `statistic` is another"
    assert messages(score("45"), VOCABULARY) == [f"45 cannot be on its scale: scores on it run from 0 to 10{end}"]
    assert messages(score("45", "nrs-1", CHANGE), VOCABULARY) == [
        f"45 cannot be on its scale: changes on it run from -9 to 9{end}"]
    assert messages(score("45", kind=CONTRAST, statistic="mean-difference"), VOCABULARY) == [
        f"45 cannot be on its scale: differences on it run from -10 to 10{end}"]


def test_a_scale_that_no_vocabulary_declares_is_not_checked() -> None:
    assert told(score("450"), {}) == []
    assert told(score("450", {"text": "a scale"}), VOCABULARY) == []


@given(st.integers(-50, 50), st.integers(1, 100), st.data())
def test_scores_within_bounds_pass_and_others_are_found(low: int, width: int, data: st.DataObject) -> None:
    vocabulary: Data = {"scales": {"own": {"label": "own", "minimum": str(low), "maximum": str(low + width)}}}
    inside = data.draw(st.integers(low, low + width))
    change = data.draw(st.integers(-width, width))
    assert told(score(str(inside), "own"), vocabulary) == []
    assert told(score(str(change), "own", CHANGE), vocabulary) == []
    for outside in (low - 1, low + width + 1):
        assert told(score(str(outside), "own"), vocabulary) == [
            ("score-outside-its-scale", "violation", "estimate", str(outside))]
    assert told(score(str(width + 1), "own", CHANGE), vocabulary) == [
        ("score-outside-its-scale", "violation", "estimate", str(width + 1))]


def threshold(scale: str, change: str = "", unit: str = "{score}", **figures: str) -> Data:
    """A study with a definition of response."""
    criterion: Data = {"scale": scale, "threshold": {**figures, "unit": unit}}
    if change:
        criterion["change"] = change
    return {"responder-definitions": {"response": {"response-criteria": {"score": criterion}}}}


@pytest.mark.parametrize(("study", "found"), [
    (threshold("likert", minimum="1", maximum="3"), []), (threshold("likert", minimum="0", maximum="3"), ["minimum"]),
    (threshold("likert", value="6"), ["value"]), (threshold("likert", "decrease", value="4"), []),
    (threshold("likert", "decrease", value="5"), ["value"]), (threshold("likert", "decrease", "%", value="50"), []),
    (threshold("open", value="500"), []),
])
def test_thresholds_can_be_reached(study: Data, found: list[str]) -> None:
    assert [(rule, name) for rule, _, name, _ in told(study, VOCABULARY)] == [
        ("threshold-outside-its-scale", name) for name in found]


@given(st.integers(1, 5), st.integers(6, 99))
def test_a_threshold_outside_the_scale_is_found(inside: int, outside: int) -> None:
    assert told(threshold("likert", value=str(inside)), VOCABULARY) == []
    assert told(threshold("likert", value=str(outside)), VOCABULARY) == [
        ("threshold-outside-its-scale", "violation", "value", str(outside))]


def grim(severity: str, estimate: str) -> list[Told]:
    """The finding on a mean."""
    return [("mean-of-whole-scores", severity, "estimate", estimate)]


def of(number: int, kind: str = "analysed") -> Data:
    """How many people a group has."""
    return numbered(**{kind: number})


@pytest.mark.parametrize(("study", "expected"), [
    (score("6.08", sizes=of(36)), []), (score("6.09", sizes=of(36)), grim("warning", "6.09")),
    (score("6.11", sizes=of(36)), []), (score("6.10", sizes=of(36)), grim("warning", "6.10")),
    (score("6.1", sizes=of(36)), []),
    (score("6.09", sizes=of(36, "kind_not_stated")), grim("info", "6.09")),
    (score("6.09", sizes=of(36, "randomised")), grim("info", "6.09")),
    (score("6.09", sizes=of(40), participants="36"), grim("warning", "6.09")),
    (score("6.09", sizes=of(36), statistic="statistic-not-stated"), grim("info", "6.09")),
    (score("6.09", sizes=of(36), statistic="median"), grim("info", "6.09")),
    (score("6.50", sizes=of(3), statistic="median"), []), (score("6.50", sizes=of(3)), grim("warning", "6.50")),
    (score("6.09", "vas", sizes=of(36)), grim("info", "6.09")),
    (score("6.09", "half", sizes=of(36)), grim("warning", "6.09")),
    (score("6.07", "half", sizes=of(36)), []), (score("3.09", "likert", sizes=of(36)), grim("warning", "3.09")),
    (score("3.09", ["likert", "half"], sizes=of(36)), grim("info", "3.09")),
    (score("6.09", "odd", sizes=of(36)), grim("info", "6.09")),
    (score("6.09", "none", sizes=of(36)), grim("info", "6.09")),
    (score("-6.09", metric=CHANGE, sizes=of(36)), grim("warning", "-6.09")),
    (score("-6.09", metric="percent-change-from-baseline", sizes=of(36)), []),
    (score("6.09", sizes=of(36), unit="%"), []), (score("6.09", sizes=of(36), adjustment="adjusted"), []),
    (score("6.09", sizes=of(36), estimation="imputed"), []), (score("6.09", sizes=of(100)), []),
    (score("6.12345", sizes=of(20000)), []), (score("6.09"), []),
])
def test_means_of_whole_scores(study: Data, expected: list[Told]) -> None:
    assert [it for it in told(study, VOCABULARY) if it[0] == "mean-of-whole-scores"] == expected


def test_a_huge_number_of_people_takes_no_time() -> None:
    assert told(score("6.1234567890123456", sizes=of(10**17)), VOCABULARY) == []


def test_what_would_fit_is_told() -> None:
    assert messages(score("6.09", sizes=of(36)), VOCABULARY) == [
        "6.09 is not the mean of 36 scores in steps of 1; 35, 34, 33 patients would fit. See whether fewer were "
        "analysed, "
        "or a figure is copied wrongly"]
    assert messages(score("6.09", "vas", sizes=of(36), statistic="statistic-not-stated"), VOCABULARY) == [
        "6.09 is neither the mean nor the median of 36 scores in whole or half points; scores in tenths, as a visual "
        "scale allows, and 35, 34, 33 patients would fit. This is no sign of an error by itself"]


@given(st.lists(st.integers(0, 10), min_size=1, max_size=40), st.integers(2, 4))
def test_the_mean_of_scores_passes_and_another_is_found(scores: list[int], places: int) -> None:
    mean, people = Decimal(sum(scores)) / len(scores), len(scores)
    printed = round(mean, places)
    assert told(score(f"{printed:f}", sizes=of(people)), VOCABULARY) == []
    between = round(mean + Decimal(1) / (2 * people), 4)
    if between < 10:
        assert told(score(f"{between:.4f}", sizes=of(people)), VOCABULARY) == grim("warning", f"{between:.4f}")
