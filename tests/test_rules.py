"""The number rules: what they find, what they leave alone, and where the rounding decides."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conftest import BASE, ROOT
from ldn_graph.documents import Document, Value
from ldn_graph.findings import Severity
from ldn_graph.rules.catalogue import COLLECTION_RULES, RULES, collection_faults, faults
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box, is_mean_of
from ldn_graph.triples import Compiled, compile_document
from ldn_graph.validate import validate

Told = tuple[str, str, str]


def told(data: dict[str, Value]) -> list[Told]:
    """Rule, property and value of what is found in a study."""
    done = compile_document(Document("study", "aura", data), BASE)
    assert done.findings == []
    every = [*faults(done.quads), *collection_faults(Facts(done.quads))]
    return sorted((fault.rule, fault.name, fault.value) for fault in every)


def contrast(statistic: str, estimate: str, lower: str, upper: str) -> dict[str, Value]:
    """A study with one contrast and its interval."""
    figures: dict[str, Value] = {"kind": "contrast", "statistic": statistic, "estimate": estimate, "lower": lower,
                                 "upper": upper}
    return {"analyses": {"pain": {"results": {"one": figures}}}}


@pytest.mark.parametrize(("statistic", "estimate", "lower", "upper"), [
    ("mean-difference", "1.6", "-0.9", "4.2"), ("mean-difference", "1.64", "-0.92", "4.20"),
    ("mean-difference", "-0.34", "-0.95", "0.27"), ("mean", "0", "-1", "1"), ("mean-difference", "1.5", "1", "3"),
    ("risk-ratio", "0.8", "0.5", "1.28"), ("risk-ratio", "0.8", "0.5", "1.1"),
    ("odds-ratio", "2", "1", "4"), ("hazard-ratio", "0.70", "0.49", "1.00"),
    ("median-difference", "1", "0", "9"),
    ("effective-dose-estimate", "3.88", "1", "4"), ("standardised-mean-difference", "-0.11", "-0.96", "2"),
    ("proportion", "0.1", "0.02", "0.4"), ("mean-difference", "0.34", "-0.95", "0.27"),
])
def test_intervals_that_may_stand(statistic: str, estimate: str, lower: str, upper: str) -> None:
    assert told(contrast(statistic, estimate, lower, upper)) == []


def test_the_interval_of_a_number_needed_to_treat_is_left_alone() -> None:
    study = contrast("number-needed-to-treat", "3", "2", "30")
    assert told(study) == [("nnt-not-reproducible", "estimate", "3")]


@pytest.mark.parametrize(("statistic", "estimate", "lower", "upper"), [
    ("mean-difference", "1.6", "0.9", "4.2"), ("mean-difference", "0.24", "-0.95", "0.27"),
    ("mean-difference", "1.4", "1", "3"), ("mean", "5.0", "1.0", "6.0"), ("risk-ratio", "0.80", "0.50", "1.10"),
    ("odds-ratio", "2.5", "1.0", "4.0"),
])
def test_intervals_that_cannot_stand(statistic: str, estimate: str, lower: str, upper: str) -> None:
    assert told(contrast(statistic, estimate, lower, upper)) == [
        ("interval-about-its-estimate", "estimate", estimate)]


@given(st.integers(-999, 999), st.integers(0, 999), st.integers(0, 3))
def test_a_rounded_symmetrical_interval_is_never_accused(middle: int, half: int, places: int) -> None:
    def rounded(thousandths: int) -> str:
        return str(round(Decimal(thousandths) / 1000, places))

    study = contrast("mean-difference", rounded(middle), rounded(middle - half), rounded(middle + half))
    assert told(study) == []


@given(st.integers(-99, 99), st.integers(1, 99), st.integers(2, 9))
def test_a_limit_that_is_off_by_more_than_rounding_is_found(middle: int, half: int, off: int) -> None:
    figures = [f"{Decimal(tenths) / 10:.1f}" for tenths in (middle, middle - half - 2 * off, middle + half)]
    assert told(contrast("mean-difference", *figures)) == [("interval-about-its-estimate", "estimate", figures[0])]


@pytest.mark.parametrize(("statistic", "lower", "upper", "p", "relation", "level", "found"), [
    ("mean-difference", "-0.9", "4.2", "0.21", "equal-to", "95", False),
    ("mean-difference", "-0.9", "4.2", "0.01", "equal-to", "95", True),
    ("mean-difference", "-0.9", "4.2", ".001", "less-than", "95", True),
    ("mean-difference", "-0.9", "4.2", "0.05", "less-than", "95", True),
    ("mean-difference", "-0.9", "4.2", "0.05", "equal-to", "95", False),
    ("mean-difference", "-0.9", "4.2", "0.05", "greater-than", "95", False),
    ("mean-difference", "0.9", "4.2", "0.21", "equal-to", "95", True),
    ("mean-difference", "0.9", "4.2", "0.2", "greater-than", "95", True),
    ("mean-difference", "0.0", "4.2", "0.21", "equal-to", "95", False),
    ("mean-difference", "0.0", "4.2", "0.01", "equal-to", "95", False),
    ("risk-ratio", "1.1", "4.2", "0.21", "equal-to", "95", True),
    ("risk-ratio", "0.9", "4.2", "0.21", "equal-to", "95", False),
    ("mean-difference", "0.9", "4.2", "0.08", "equal-to", "90", False),
    ("standardised-mean-difference", "0.9", "4.2", "0.21", "equal-to", "95", False),
])
def test_an_interval_against_its_p(
        statistic: str, lower: str, upper: str, p: str, relation: str, level: str, found: bool) -> None:
    figures: dict[str, Value] = {"kind": "contrast", "statistic": statistic, "lower": lower, "upper": upper,
                                 "level": level, "p-value": p, "p-relation": relation}
    assert told({"analyses": {"pain": {"results": {"one": figures}}}}) == (
        [("interval-against-its-p", "pValue", p)] if found else [])


@pytest.mark.parametrize(("begin", "end", "found"), [
    ("2014", "2019", []), ("2019", "2019", []), ("2019-05", "2019", []), ("2019-05-03", "2019-05", []),
    ("2019", "2014", [("dates-in-order", "dataTo", "2014-12-31")]),
    ("2019-05", "2019-04-30", [("dates-in-order", "dataTo", "2019-04-30")]),
])
def test_data_end_after_they_begin(begin: str, end: str, found: list[Told]) -> None:
    assert told({"data-from": begin, "data-to": end}) == found


def beside(drug: str, placebo: str, difference: str, adjustment: str) -> dict[str, Value]:
    """A study with two group means and their difference, drug minus placebo."""
    results: dict[str, Value] = {name: {"kind": "group-value", "group": name, "statistic": "mean", "estimate": mean}
                                 for name, mean in (("drug", drug), ("placebo", placebo))}
    results["difference"] = {"kind": "contrast", "statistic": "mean-difference", "estimate": difference}
    return {"groups": {"drug": {"label": "drug"}, "placebo": {"label": "placebo"}},
            "analyses": {"pain": {"minuend": "drug", "subtrahend": "placebo", "adjustment": adjustment,
                                  "results": results}}}


@pytest.mark.parametrize(("drug", "placebo", "difference", "adjustment", "found"), [
    ("-1.3", "-0.9", "-0.34", "unadjusted", False), ("-1.3", "-0.9", "-0.4", "unadjusted", False),
    ("-1.3", "-0.9", "0.4", "unadjusted", True), ("-1.3", "-0.9", "-0.6", "unadjusted", True),
    ("-1.3", "-0.9", "-0.51", "unadjusted", True), ("-1.3", "-0.9", "-0.50", "unadjusted", False),
    ("-1.3", "-0.9", "-0.6", "adjusted", False), ("-1.3", "-0.9", "0.4", "adjusted", True),
    ("-1.3", "-0.9", "-0.6", "adjustment-not-stated", False), ("-0.3", "-0.6", "-0.49", "adjustment-not-stated", True),
])
def test_a_contrast_beside_its_values(drug: str, placebo: str, difference: str, adjustment: str, found: bool) -> None:
    assert told(beside(drug, placebo, difference, adjustment)) == (
        [("contrast-beside-its-values", "estimate", difference)] if found else [])


@settings(deadline=None, max_examples=50)
@given(st.integers(-9999, 9999), st.integers(-9999, 9999), st.integers(0, 3), st.integers(2, 99), st.booleans())
def test_a_rounded_difference_of_its_values_passes_and_one_beyond_rounding_is_found(
        drug: int, placebo: int, places: int, off: int, above: bool) -> None:
    one, other, difference = (round(Decimal(it) / 1000, places) for it in (drug, placebo, drug - placebo))
    assert told(beside(f"{one:f}", f"{other:f}", f"{difference:f}", "unadjusted")) == []
    wrong = f"{one - other + (off if above else -off) * Decimal(1).scaleb(-places):f}"
    assert told(beside(f"{one:f}", f"{other:f}", wrong, "unadjusted")) == [
        ("contrast-beside-its-values", "estimate", wrong)]


def test_a_lost_minus_sign_is_named() -> None:
    done = compile_document(Document("study", "aura", beside("-1.3", "-0.9", "0.4", "unadjusted")), BASE)
    fault, = faults(done.quads)
    assert fault.severity is Severity.WARNING
    assert fault.message.endswith("with the other sign it would be: see whether a minus sign is lost")


def doses(ed50: str, ed95: str, lowest: str = "0.75", highest: str = "6.0") -> dict[str, Value]:
    """A study that gave a range of doses and estimates two effective ones."""
    def estimate(dose: str, share: str) -> Value:
        return {"group": "all", "results": {"dose": {
            "kind": "dose-estimate", "estimate": dose, "unit": "mg", "response-share": {"value": share, "unit": "%"}}}}

    return {"groups": {"all": {"label": "all"}},
            "regimens": {"drug": {"dose-range": {"minimum": lowest, "maximum": highest, "unit": "mg"}}},
            "analyses": {"ed50": estimate(ed50, "50"), "ed95": estimate(ed95, "95")}}


@pytest.mark.parametrize(("ed50", "ed95", "found"), [
    ("3.88", "5.4", []), ("5.4", "5.4", []), ("6.0", "6.0", []), ("0.75", "6", []),
    ("5.4", "3.88", [("effective-doses-in-order", "estimate", "3.88")]),
    ("3.88", "6.01", [("extrapolated-dose", "estimate", "6.01")]),
    ("0.5", "5.4", [("extrapolated-dose", "estimate", "0.5")]),
])
def test_effective_doses(ed50: str, ed95: str, found: list[Told]) -> None:
    assert told(doses(ed50, ed95)) == found


@settings(deadline=None, max_examples=50)
@given(st.lists(st.decimals("0.01", 50, places=2), min_size=4, max_size=4), st.decimals("0.01", 9, places=2))
def test_doses_in_order_within_those_given_pass_and_swapped_or_further_ones_are_found(
        four: list[Decimal], more: Decimal) -> None:
    low, half, most, high = (f"{dose:f}" for dose in sorted(four))
    beyond = f"{Decimal(high) + more:f}"
    assert told(doses(half, most, low, high)) == []
    assert told(doses(half, beyond, low, high)) == [("extrapolated-dose", "estimate", beyond)]
    assume(half != most)
    (rule, name, value), = told(doses(most, half, low, high))
    assert (rule, name, Decimal(value)) == ("effective-doses-in-order", "estimate", Decimal(half))


@pytest.mark.parametrize(("start", "most", "found"), [
    ({"value": "2", "unit": "mg"}, {"value": "4", "unit": "mg"}, []),
    ({"value": "4", "unit": "mg"}, {"value": "4", "unit": "mg"}, []),
    ({"value": "30", "unit": "mg"}, {"minimum": "25", "maximum": "50", "unit": "mg"}, []),
    ({"value": "500", "unit": "ug"}, {"value": "4", "unit": "mg"}, []),
    ({"value": "60", "unit": "mg"}, {"minimum": "25", "maximum": "50", "unit": "mg"},
     [("dose-above-its-maximum", "value", "60")]),
])
def test_a_regimen_does_not_start_above_its_maximum(start: Value, most: Value, found: list[Told]) -> None:
    assert told({"regimens": {"drug": {"start-dose": start, "maximum-dose": most}}}) == found


def scored(estimate: str, people: str, statistic: str = "statistic-not-stated", *, scale: bool = True
           ) -> dict[str, Value]:
    """A study with one value on a scale, of a group of known size."""
    outcome: dict[str, Value] = {"label": "pain", "scale": "nrs-1-10"} if scale else {"label": "pain"}
    return {"groups": {"all": {"label": "all", "denominators": {"n": {"number": people}}}},
            "outcomes": {"pain": outcome},
            "analyses": {"pain": {"outcome": "pain", "results": {"all": {
                "kind": "group-value", "group": "all", "statistic": statistic, "estimate": estimate}}}}}


@pytest.mark.parametrize(("study", "found"), [
    (scored("6.09", "36"), True), (scored("6.38", "42"), False), (scored("6.09", "36", "mean"), True),
    (scored("6.09", "36", "percent-change"), False), (scored("6.1", "36"), False), (scored("6.09", "35"), False),
    (scored("6.09", "36", scale=False), False), (scored("6.09", "100"), False),
])
def test_scores_that_cannot_be_means(study: dict[str, Value], found: bool) -> None:
    assert told(study) == ([("mean-of-whole-scores", "estimate", "6.09")] if found else [])


@given(st.lists(st.integers(1, 10), min_size=1, max_size=60))
def test_the_mean_of_whole_scores_is_never_advised_against(scores: list[int]) -> None:
    mean = round(Decimal(sum(scores)) / len(scores), 2)
    assert told(scored(str(mean), str(len(scores)))) == []


@given(st.decimals(-99, 99, places=2), st.decimals(-99, 99, places=2))
def test_boxes_hold_what_was_rounded(one: Decimal, other: Decimal) -> None:
    tenths = [Box.of(str(round(figure, 1))) for figure in (one, other)]
    assert all(box.meets(Box.of(str(figure))) for box, figure in zip(tenths, (one, other), strict=True))
    assert (tenths[0] - tenths[1]).meets(Box.of(str(one - other)))


def test_a_mean_is_in_reach_at_the_edge_of_its_rounding() -> None:
    assert is_mean_of("0.5", 2, 1)
    assert is_mean_of("0.3", 4, 1)  # 0.25, rounded half up
    assert is_mean_of("0.2", 4, 1)  # 0.25, rounded half to even
    assert not is_mean_of("0.4", 4, 1)


def test_the_gate_tells_all_that_the_rules_find_in_the_first_collection(collection: list[Compiled]) -> None:
    told = [(it.rule_name, it.severity.value, it.message) for it in validate(collection).findings
            if "/rules#" in it.rule]
    with (ROOT / "tests" / "data" / "findings" / "low-dose-naltrexone.csv").open(encoding="utf-8", newline="") as file:
        assert sorted(told) == sorted((row["rule"], row["severity"], row["message"]) for row in csv.DictReader(file))


def test_each_rule_has_its_page() -> None:
    headings = {line.removeprefix("## ") for line in (ROOT / "docs" / "rules.md").read_text("utf-8").splitlines()
                if line.startswith("## ")}
    rules = {rule.__name__.replace("_", "-") for rule in (*RULES, *COLLECTION_RULES)}
    assert headings == {*rules, "rule-not-applied"}
