"""Standard deviation, standard error and interval of one mean."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studies import found, of_people, result

from ldn_graph.documents import Value
from ldn_graph.findings import Severity

MEAN = {"kind": "group-value", "group": "drug", "statistic": "mean", "estimate": "4.20"}


def mean(spreads: dict[str, str], analysis: dict[str, Value] | None = None, /, **keys: str) -> dict[str, Value]:
    """A mean with its spreads by kind; the first stands on the result, the others beside it."""
    study = result(analysis or {}, **{**MEAN, **keys})
    analyses = study["analyses"]
    assert isinstance(analyses, dict)
    pain = analyses["pain"]
    assert isinstance(pain, dict)
    results = pain["results"]
    assert isinstance(results, dict)
    one = results["one"]
    assert isinstance(one, dict)
    told: list[dict[str, Value]] = [{"spread-kind": kind, "spread": figure} for kind, figure in spreads.items()]
    if told:
        one.update(told[0])
    if len(told) > 1:
        one["further-spreads"] = {f"s{number}": it for number, it in enumerate(told[1:])}
    return study


def told(study: dict[str, Value]) -> list[tuple[str, str]]:
    """Property and value of what is found."""
    faults = found(study, "spreads-of-a-mean")
    assert {fault.severity for fault in faults} <= {Severity.WARNING}
    return [(fault.name, fault.value) for fault in faults]


def both(deviation: str, error: str) -> dict[str, str]:
    """A standard deviation and a standard error."""
    return {"standard-deviation": deviation, "standard-error": error}


@pytest.mark.parametrize(("deviation", "error", "expected"), [
    ("1.1", "0.22", False), ("1.1", "0.2", False), ("1.1", "0.21", False), ("1.1", "0.20", True), ("1.1", "0.24", True),
    ("1.1", "0.23", False), ("0.22", "1.1", True), ("1.10", "0.23", True), ("1.12", "0.23", False),
    ("1.13", "0.2", False), ("0", "0", False), ("0.0", "0.1", True), ("1.1", "0", False), ("1.1", "0.0", True),
])
def test_deviation_and_error_of_25_people(deviation: str, error: str, expected: bool) -> None:
    for spreads in (both(deviation, error), dict(reversed(both(deviation, error).items()))):
        assert told(mean(spreads, participants="25")) == [("spread", deviation)] * expected


@pytest.mark.parametrize(("error", "expected"), [("0.22", False), ("0.4", False), ("0.78", False), ("0.79", False),
                                                 ("0.82", True), ("0.20", True), ("1.1", True)])
def test_fewer_may_be_meant_than_are_counted(error: str, expected: bool) -> None:
    """A standard error of two people is the standard deviation divided by 1.41."""
    for kind in ("analysed", "randomised"):
        study = of_people(mean(both("1.1", error)), "25", "30", kind)
        assert told(study) == [("spread", "1.1")] * expected


@pytest.mark.parametrize("keys", [
    {"statistic": "median"}, {"statistic": "statistic-not-stated"}, {"participants": "1"}])
def test_what_is_left_alone(keys: dict[str, str]) -> None:
    assert told(mean(both("0.22", "1.1"), participants="25")) == [("spread", "0.22")]
    assert told(mean(both("0.22", "1.1"), **{"participants": "25", **keys})) == []


def test_means_of_models_and_of_unknown_numbers_are_left_alone() -> None:
    assert told(mean(both("0.22", "1.1"), {"adjustment": "adjusted"}, participants="25")) == []
    assert told(mean(both("0.22", "1.1"), {"adjustment": "unadjusted"}, participants="25")) == [("spread", "0.22")]
    assert told(mean(both("0.22", "1.1"))) == []


INTERVALS = [
    ("3.75", "4.65", False), ("3.77", "4.63", False), ("3.7", "4.7", False), ("3.70", "4.70", True),
    ("3.80", "4.60", True), ("3.0", "5.4", True), ("4.65", "3.75", False),
]


@pytest.mark.parametrize(("lower", "upper", "expected"), INTERVALS)
def test_an_interval_of_25_people(lower: str, upper: str, expected: bool) -> None:
    """1.10 / 5 = 0.22, times 1.96 to 2.06, is 0.43 to 0.45."""
    interval = {"lower": lower, "upper": upper, "level": "95", "participants": "25"}
    for spreads in ({"standard-deviation": "1.10"}, {"standard-error": "0.220"}, both("1.10", "0.220")):
        assert told(mean(spreads, **interval)) == [("lower", f"{lower} to {upper}")] * expected
    assert told(mean({"standard-deviation": "1.10"}, **{**interval, "level": "0.95"})) == (
        [("lower", f"{lower} to {upper}")] * expected)


@pytest.mark.parametrize("keys", [
    {"interval_method": "bootstrap"}, {"interval_method": "credible-interval"}, {"level": "30"}])
def test_other_intervals_are_left_alone(keys: dict[str, str]) -> None:
    figures = {"lower": "3.0", "upper": "5.4", "level": "95", "participants": "25"}
    assert told(mean({"standard-error": "0.220"}, **figures)) == [("lower", "3.0 to 5.4")]
    assert told(mean({"standard-error": "0.220"}, **{**figures, **keys})) == []
    assert told(mean({}, **figures)) == []


def test_quartiles_and_ranges_and_spreads_told_twice_are_left_alone() -> None:
    assert told(mean({"interquartile-width": "0.22", "standard-error": "1.1"}, participants="25")) == []
    study = mean({"standard-deviation": "0.22"}, participants="25")
    assert told(study) == []
    one = found(mean(both("0.22", "1.1"), participants="25"), "spreads-of-a-mean")[0]
    assert one.message == (
        "the standard deviation 0.22 and the standard error 1.1 do not go together for 25 people, whatever the rounding"
        "; see whether one is taken for the other, a figure is copied wrongly, or the mean comes from a model")


def test_what_is_said_of_an_interval() -> None:
    study = of_people(mean({"standard-deviation": "1.10"}, lower="4.19", upper="4.21", level="95"), "25", "30")
    fault, = found(study, "spreads-of-a-mean")
    assert fault.message == (
        "the interval 4.19 to 4.21 and the standard deviation 1.10 do not go together for 25 people or fewer, whatever "
        "the rounding; see whether one is taken for the other, a figure is copied wrongly, or the mean comes from a "
        "model")


@given(st.floats(0.1, 20), st.integers(2, 400), st.integers(0, 3), st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_rounded_spreads_of_one_mean_are_never_accused(sd: float, people: int, places: int, more: int) -> None:
    error = sd / math.sqrt(people)
    spreads = both(f"{sd:.{places}f}", f"{error:.{more}f}")
    interval = {name: f"{4.2 + sign * 1.959963985 * error:.{places}f}" for name, sign in (("lower", -1), ("upper", 1))}
    assert told(mean(spreads, participants=str(people), level="95", **interval)) == []
    assert told(of_people(mean(spreads, level="95", **interval), str(people + 3), "9")) == []


@given(st.floats(1, 20), st.integers(2, 400), st.floats(1.1, 9), st.booleans())
@settings(max_examples=200, deadline=None)
def test_an_error_that_is_off_is_found(sd: float, people: int, off: float, above: bool) -> None:
    error = sd / math.sqrt(people) * (off if above else 1 / off)
    study = mean(both(f"{sd:.3f}", f"{error:.5f}"), participants=str(people))
    assert told(study) == [("spread", f"{sd:.3f}")]
