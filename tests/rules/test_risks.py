"""Ratios and differences of risks, and numbers needed to treat, beside the counts that they come from."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import lcm

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from studied import Data, Told, compared, count, messages, numbered, told

from ldn_graph.documents import Value
from ldn_graph.rules.risks import feasible

SIZES = st.integers(2, 400)


def contrast(statistic: str, estimate: str, drug: tuple[int, int] = (12, 40), placebo: tuple[int, int] = (20, 40),
             adjustment: str = "unadjusted", **more: Value) -> Data:
    """A study with two counts and their contrast; drug is set against placebo."""
    figure: Data = {"kind": "contrast", "statistic": statistic, "estimate": estimate}
    unit = more.pop("unit", None)
    figure |= {"unit": unit} if unit else {}
    results: Data = {"drug": count(*drug), "placebo": count(*placebo, group="placebo"), "figure": figure}
    order: dict[str, Value] = {"minuend": "drug", "subtrahend": "placebo"} if not more else {}
    return compared(results, adjustment=adjustment, **order, **more)


def found(severity: str, estimate: str) -> list[Told]:
    """The finding on a contrast."""
    return [("contrast-beside-its-counts", severity, "estimate", estimate)]


@pytest.mark.parametrize(("study", "expected"), [
    (contrast("risk-ratio", "0.60"), []), (contrast("risk-ratio", "0.6"), []),
    (contrast("risk-ratio", "0.595"), found("warning", "0.595")),
    (contrast("risk-ratio", "0.5"), found("warning", "0.5")),
    (contrast("risk-ratio", "1.67"), found("info", "1.67")),
    (contrast("risk-ratio", "1.67", group=["drug", "placebo"]), []),
    (contrast("risk-ratio", "0.60", reference_group="placebo"), []),
    (contrast("risk-ratio", "0.60", reference_group="drug"), found("info", "0.60")),
    (contrast("risk-ratio", "1", (10, 40), (10, 40)), []),
    (contrast("odds-ratio", "0.43"), []), (contrast("odds-ratio", "0.60"), found("warning", "0.60")),
    (contrast("odds-ratio", "2.33"), found("info", "2.33")),
    (contrast("risk-difference", "-20", unit="%"), []), (contrast("risk-difference", "-0.2", unit="1"), []),
    (contrast("risk-difference", "-0.20"), []), (contrast("risk-difference", "-20"), []),
    (contrast("risk-difference", "-0.2", unit="%"), found("warning", "-0.2")),
    (contrast("risk-difference", "20", unit="%"), found("warning", "20")),
    (contrast("risk-difference", "20", unit="%", group=["drug", "placebo"]), []),
    (contrast("risk-difference", "21", unit="%", group=["drug", "placebo"]), found("warning", "21")),
    (contrast("risk-ratio", "0.5", adjustment="adjusted"), []),
    (contrast("risk-ratio", "1.4", adjustment="adjusted"), found("info", "1.4")),
    (contrast("risk-ratio", "1.0", adjustment="adjusted"), []),
    (contrast("risk-ratio", "1.4", adjustment="adjustment-not-stated"), found("info", "1.4")),
    (contrast("risk-ratio", "1.4", adjustment="adjusted", group=["drug", "placebo"]), []),
    (contrast("risk-difference", "5", unit="%", adjustment="adjusted"), found("info", "5")),
    (contrast("risk-ratio", "0.05", (0, 40)), []), (contrast("odds-ratio", "9", (40, 40)), []),
    (contrast("hazard-ratio", "0.1"), []), (contrast("mean-difference", "0.1"), []),
    (contrast("risk-ratio", "0.5", group=["drug", "placebo", "other"]), []),
])
def test_contrasts_of_counts(study: Data, expected: list[Told]) -> None:
    study["groups"] = {**dict(study["groups"]), "other": {"label": "other"}}  # type: ignore[arg-type]
    assert told(study) == expected


@pytest.mark.parametrize("study", [{"design": "crossover"}, {"matching": {"matched-group": "drug"}}])
def test_the_odds_ratio_of_pairs_is_another_one(study: Data) -> None:
    assert told({**contrast("odds-ratio", "0.60"), **study}) == []
    assert told({**contrast("risk-ratio", "0.50"), **study}) == found("warning", "0.50")


def test_counts_of_another_report_or_of_a_model_are_left_alone() -> None:
    study = contrast("risk-ratio", "0.5")
    figure: Data = {"kind": "contrast", "statistic": "risk-ratio", "estimate": "0.5"}
    both: Data = {"drug": count(12, 40), "placebo": count(20, 40, "placebo")}
    assert told(study) != []
    assert told(compared({**both, "figure": {**figure, "report": "other"}}, adjustment="unadjusted")) == []
    modelled = {name: {**dict(item), "estimation": "model-based"} for name, item in both.items()}  # type: ignore[arg-type]
    assert told(compared({**modelled, "figure": figure}, adjustment="unadjusted")) == []
    twice: Data = {**both, "again": count(13, 40), "figure": figure}
    assert told(compared(twice, adjustment="unadjusted")) == []


def test_what_the_counts_give_is_told() -> None:
    assert messages(contrast("risk-ratio", "0.5")) == [
        "0.5 is not what the counts beside it give, 0.6, whatever the rounding; see which figure is copied wrongly"]
    assert messages(contrast("risk-difference", "20", unit="%")) == [
        "20 is what the counts beside it give the other way round; see whether the groups are the wrong way round in "
        "`minuend`, `subtrahend` or `reference-group`, or a minus sign is lost"]


@given(SIZES, SIZES, st.data(), st.integers(0, 3))
def test_rounded_contrasts_pass_and_wrong_ones_are_found(
        one: int, other: int, data: st.DataObject, places: int) -> None:
    top, bottom = data.draw(st.integers(1, one - 1)), data.draw(st.integers(1, other - 1))
    ratio = Fraction(top * other, bottom * one)
    odds = Fraction(top * (other - bottom), bottom * (one - top))
    difference = Fraction(top, one) - Fraction(bottom, other)
    wrong = Decimal(3).scaleb(-places)
    for statistic, value in (("risk-ratio", ratio), ("odds-ratio", odds), ("risk-difference", difference)):
        printed = round(Decimal(value.numerator) / value.denominator, places)
        unit = {"unit": "1"} if statistic == "risk-difference" else {}
        figure: Data = {"kind": "contrast", "statistic": statistic, "estimate": f"{printed:f}", **unit}
        results: Data = {"drug": count(top, one), "placebo": count(bottom, other, "placebo"), "figure": figure}
        order: dict[str, Value] = {"minuend": "drug", "subtrahend": "placebo", "adjustment": "unadjusted"}
        assert told(compared(results, **order)) == []
        figure["estimate"] = f"{printed + wrong:f}"
        assert [rule for rule, *_ in told(compared(results, **order))] == ["contrast-beside-its-counts"]


def needed(estimate: str, results: Data | None = None, sizes: tuple[Data, Data] | None = None, **more: Value) -> Data:
    """A study with a number needed to treat."""
    figure: Data = {"kind": "contrast", "statistic": "number-needed-to-treat", "estimate": estimate}
    study = compared({**(results or {}), "figure": figure}, **more)
    if sizes:
        study["groups"] = {name: {"label": name, "denominators": size}
                           for name, size in zip(("drug", "placebo"), sizes, strict=True)}
    return study


COUNTS: Data = {"drug": count(20, 40), "placebo": count(10, 40, "placebo")}


@pytest.mark.parametrize(("estimate", "results", "severity"), [
    ("4", COUNTS, ""), ("4.0", COUNTS, ""), ("-4", COUNTS, ""), ("5", COUNTS, "warning"), ("3", COUNTS, "warning"),
    ("4.2", COUNTS, "warning"), ("4.1", COUNTS, "warning"),
    ("3.6", {"drug": count(11, 40), "placebo": count(0, 40, "placebo")}, ""),
    ("3.5", {"drug": count(11, 40), "placebo": count(0, 40, "placebo")}, "warning"),
    ("3.7", {"drug": count(11, 40), "placebo": count(0, 40, "placebo")}, ""),
    ("4", {"drug": count(11, 40), "placebo": count(0, 40, "placebo")}, ""),
    ("3", {"drug": count(11, 40), "placebo": count(0, 40, "placebo")}, "warning"), ("3.9", COUNTS, "warning"),
    ("6", COUNTS, "warning"),
    ("8", {"drug": count(10, 40), "placebo": count(10, 40, "placebo")}, "warning"),
    ("1", {"drug": count(40, 40), "placebo": count(0, 40, "placebo")}, ""),
])
def test_a_number_needed_to_treat_beside_its_counts(estimate: str, results: Data, severity: str) -> None:
    study = needed(estimate, results, adjustment="unadjusted")
    assert told(study) == ([("nnt-beside-its-counts", severity, "estimate", estimate)] if severity else [])
    unknown = [("nnt-beside-its-counts", "info", "estimate", estimate)] if severity else []
    assert told(needed(estimate, results)) == unknown
    assert told(needed(estimate, results, adjustment="adjusted")) == [
        ("nnt-not-reproducible", "info", "estimate", estimate)]


def test_equal_shares_give_no_number_and_no_crash() -> None:
    equal: Data = {"drug": count(10, 40), "placebo": count(5, 20, "placebo")}
    assert messages(needed("8", equal, adjustment="unadjusted")) == [
        "8 is not the number needed to treat of the counts beside it, 10 of 40 and 5 of 20: that is none, as the "
        "shares "
        "are equal. See which figure is copied wrongly"]


@pytest.mark.parametrize(("estimate", "found"), [
    ("1", False), ("0.96", True), ("0.9", True), ("0.95", True), ("0", True), ("-0.5", True),
    ("1.0", False), ("-1", False), ("0.999", True)])
def test_nobody_is_treated_less_than_once(estimate: str, found: bool) -> None:
    rules = [rule for rule, *_ in told(needed(estimate))]
    assert ("nnt-below-one" in rules) == found


SIZED = numbered(kind_not_stated=36), numbered(kind_not_stated=42)


@pytest.mark.parametrize(("study", "words"), [
    (needed("3.2", sizes=SIZED), "how many people responded in each group is not printed, and whether it is crude "
                                 "is not "
                                 "said; groups of 36 and 42 can give it"),
    (needed("3.2"), "how many people responded in each group is not printed, and whether it is crude is not said"),
    (needed("3.2", sizes=SIZED, adjustment="adjusted"),
     "how many people responded in each group is not printed, and it is adjusted or comes from a model"),
    (needed("7.00", sizes=(numbered(analysed=3), numbered(analysed=4))),
     "how many people responded in each group is not printed, and whether it is crude is not said; no whole numbers of "
     "people in groups of 3 and 4 give it"),
    (needed("3.2", group="drug"), "which two groups are compared is not told, and how many people responded in each "
                                  "group "
                                  "is not printed, and whether it is crude is not said"),
    (needed("4", COUNTS, adjustment="adjusted"), "it is adjusted or comes from a model"),
])
def test_what_is_missing_to_compute_it_again(study: Data, words: str) -> None:
    estimate = "7.00" if "7.00" in str(study) else "4" if "'4'" in str(study) else "3.2"
    assert messages(study) == [f"{estimate} cannot be reproduced: {words}"]


@pytest.mark.parametrize(("estimate", "kind", "adjustment", "found"), [
    ("7.00", "analysed", "unadjusted", True), ("6", "analysed", "unadjusted", False),
    ("7.00", "randomised", "unadjusted", False), ("7.00", "analysed", "adjustment-not-stated", False),
])
def test_a_number_that_groups_cannot_give(estimate: str, kind: str, adjustment: str, found: bool) -> None:
    sizes = numbered(**{kind: 3}), numbered(**{kind: 4})
    rules = [rule for rule, *_ in told(needed(estimate, sizes=sizes, adjustment=adjustment))]
    assert ("nnt-beyond-its-groups" in rules) == found


@given(st.integers(1, 60), st.integers(1, 60), st.data(), st.integers(0, 2))
def test_what_counts_give_is_feasible_and_passes(one: int, other: int, data: st.DataObject, places: int) -> None:
    top, bottom = data.draw(st.integers(0, one)), data.draw(st.integers(0, other))
    gain = abs(Fraction(top, one) - Fraction(bottom, other))
    assume(gain)
    exact = Decimal(gain.denominator) / gain.numerator
    results: Data = {"drug": count(top, one), "placebo": count(bottom, other, "placebo")}
    for printed in (round(exact, places), exact.quantize(Decimal(1).scaleb(-places), ROUND_CEILING)):
        assert feasible(f"{printed:f}", one, other)
        assert told(needed(f"{printed:f}", results, adjustment="unadjusted")) == []
    wrong = f"{round(exact, places) + 2 * Decimal(1).scaleb(-places):f}"
    assert [rule for rule, *_ in told(needed(wrong, results, adjustment="unadjusted"))] == ["nnt-beside-its-counts"]


@given(st.integers(1, 25), st.integers(1, 25), st.decimals(1, 40, places=2))
def test_feasible_is_what_trying_all_counts_says(one: int, other: int, printed: Decimal) -> None:
    low, high = Fraction(printed) - Fraction(1, 100), Fraction(printed) + Fraction(1, 200)
    gains = {abs(Fraction(a, one) - Fraction(b, other)) for a in range(one + 1) for b in range(other + 1)}
    assert feasible(f"{printed:f}", one, other) == any(gain and low < 1 / gain <= high for gain in gains)


@pytest.mark.parametrize(("printed", "one", "other"), [("0", 3, 4), ("3", 0, 4), ("9" * 17, 3, 10**17)])
def test_feasibility_of_what_cannot_be_is_left_open(printed: str, one: int, other: int) -> None:
    assert feasible(printed, one, other) in (True, False)


GROUPS = st.tuples(st.integers(1, 40), st.integers(1, 40))


def of_rule(rule: str, study: Data) -> list[tuple[str, str]]:
    """Severity and value of what one rule finds."""
    return [(severity, value) for its, severity, _, value in told(study) if its == rule]


def unequal(data: st.DataObject, sizes: tuple[int, int]) -> tuple[Data, Fraction]:
    """Counts in groups of two sizes whose shares differ, and by how much."""
    top, bottom = (data.draw(st.integers(0, size)) for size in sizes)
    gain = abs(Fraction(top, sizes[0]) - Fraction(bottom, sizes[1]))
    assume(gain)
    return {"drug": count(top, sizes[0]), "placebo": count(bottom, sizes[1], "placebo")}, gain


def rounded(number: Fraction, places: int) -> str:
    return f"{round(Decimal(number.numerator) / number.denominator, places):f}"


@settings(deadline=None, max_examples=50)
@given(GROUPS, st.data(), st.integers(0, 3), st.sampled_from(["", "-"]))
def test_one_over_a_gain_is_no_number_below_one_but_the_gain_itself_is(
        sizes: tuple[int, int], data: st.DataObject, places: int, sign: str) -> None:
    counts, gain = unequal(data, sizes)
    assert of_rule("nnt-below-one", needed(sign + rounded(1 / gain, places), counts)) == []
    assume(gain < 1)
    wrong = sign + rounded(gain, places + 2)
    assert of_rule("nnt-below-one", needed(wrong, counts)) == [("violation", wrong)]


@settings(deadline=None, max_examples=50)
@given(GROUPS, st.data(), st.integers(0, 2))
def test_what_groups_can_give_passes_and_more_than_their_least_gain_asks_is_found(
        sizes: tuple[int, int], data: st.DataObject, places: int) -> None:
    analysed = numbered(analysed=sizes[0]), numbered(analysed=sizes[1])
    counts, gain = unequal(data, sizes)

    def beyond(printed: str, results: Data | None = None, adjustment: str = "unadjusted") -> list[tuple[str, str]]:
        study = needed(printed, results, sizes=analysed, adjustment=adjustment)
        return of_rule("nnt-beyond-its-groups", study)
    assert beyond(rounded(1 / gain, places)) == []
    wrong = rounded(Fraction(lcm(*sizes) + 2), places)  # two shares differ by no less than 1 / lcm
    assert beyond(wrong) == [("warning", wrong)]
    assert beyond(wrong, counts) == beyond(wrong, adjustment="adjusted") == []


@settings(deadline=None, max_examples=50)
@given(GROUPS, st.data(), st.sampled_from(["unadjusted", "adjustment-not-stated"]), st.sampled_from([
    "drug", "placebo", "adjusted", "model-based", "one group"]))
def test_a_number_with_its_counts_can_be_computed_again_and_one_that_lacks_a_thing_cannot(
        sizes: tuple[int, int], data: st.DataObject, adjustment: str, lack: str) -> None:
    counts, gain = unequal(data, sizes)
    printed, rule = rounded(1 / gain, 1), "nnt-not-reproducible"
    assert of_rule(rule, needed(printed, counts, adjustment=adjustment)) == []
    figure: Data = {"kind": "contrast", "statistic": "number-needed-to-treat", "estimate": printed}
    lacking = {
        "adjusted": needed(printed, counts, adjustment="adjusted"),
        "model-based": compared({**counts, "figure": {**figure, "estimation": "model-based"}}, adjustment=adjustment),
        "one group": needed(printed, counts, adjustment=adjustment, group="drug"),
    }
    without: Data = {key: value for key, value in counts.items() if key != lack}
    study = lacking.get(lack) or needed(printed, without, adjustment=adjustment)
    assert of_rule(rule, study) == [("info", printed)]
