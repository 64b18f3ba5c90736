"""The shapes of numbers: figures that fit one another pass, and one broken figure is found by both engines."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import SH

from ldn_graph.bridge import to_graph
from ldn_graph.referee import judge
from ldn_graph.screen import screen
from ldn_graph.terms import LDN, TERMS, XSD

RESULT = ox.NamedNode("https://example.org/result")
RULES = ("IntervalShape-", "RatioShape-", "PValueShape-", "UnitShape-", "CountShape-share")
FIGURES = st.decimals(min_value=-1000, max_value=1000, places=2)
POSITIVE = st.decimals(min_value=Decimal("0.01"), max_value=1000, places=2)
PEOPLE = st.integers(min_value=0, max_value=100000)
DIFFERENCES = st.sampled_from(["mean-difference", "median-difference", "risk-difference", "cohens-d", "percent-change",
                               "relative-change", "log-risk-ratio", "log-odds-ratio", "log-hazard-ratio"])
RATIOS = st.sampled_from(["risk-ratio", "odds-ratio", "hazard-ratio"])
LIMITS = ("lower", "estimate", "upper")
CODES = ["%", "{score}", "{1.73_m2}", "1", "mg", "g", "kg", "ug", "ng", "pg", "mL", "ml", "L", "l", "dL", "uL",
         "mmol/L", "umol/L", "nmol/L", "mg/dL", "g/L", "mm[Hg]", "cm[H2O]", "kPa", "[iU]", "[iU]/L", "m[iU]/L", "U/L",
         "mg/d", "mg/kg", "mg/kg/d", "mg/(kg.d)", "ug/h", "ug/kg/min", "mg/m2", "d", "wk", "mo", "a", "h", "min", "s",
         "ms", "cm", "mm", "m", "m2", "kg/m2", "10*9/L", "10*3/uL", "/min", "1/a", "{event}/(100.a)",
         "mL/min/{1.73_m2}", "Cel", "Gy", "MBq", "kcal/d", "meq/L", "mosm/kg", "Hz", "[drp]", "[lb_av]", "[pH]",
         "mmol/mol", "ug/mL{FEU}", "dB"]
WORDS = ["years", "year", "Years", "yr", "weeks", "months", "days", "hours", "hr", "minutes", "seconds", "mcg", "mcg/d",
         "mg/day", "mg/kg/day", "percent", "points", "units", "IU", "iu/L", "mmHg", "tablets", "grams", "cc", "score"]
STRANGE = ["furlongs", "Mg", "MG", "WK", "mgkg", "mg/", "mg//d", "wk/", "xyz", "Kg", "{", "{score", "mg{}"]


def of(statistic: str, figures: dict[str, Decimal | int]) -> list[ox.Triple]:
    """A result with a statistic and figures."""
    return [ox.Triple(RESULT, ox.NamedNode(f"{LDN}statistic"), ox.NamedNode(f"{TERMS}statistic/{statistic}")),
            *(ox.Triple(RESULT, ox.NamedNode(LDN + key),
                        ox.Literal(f"{value:f}" if isinstance(value, Decimal) else str(value), datatype=ox.NamedNode(
                            XSD + ("decimal" if isinstance(value, Decimal) else "integer"))))
              for key, value in figures.items())]


def interval(*values: Decimal) -> dict[str, Decimal | int]:
    """Lower limit, estimate and upper limit."""
    return dict(zip(LIMITS, values, strict=True))


def broken(triples: list[ox.Triple]) -> set[str]:
    """The number rules that a result breaks; its other rules are broken alike in both engines."""
    report = judge(to_graph(triples), {RESULT.value})
    results = list(report.objects(None, SH.result))
    assert {(str(report.value(it, SH.sourceConstraintComponent)), str(report.value(it, SH.resultSeverity)))
            for it in results} == {(flag.component, flag.severity) for flag in screen(triples)}
    names = {str(report.value(it, SH.sourceShape)).rpartition("#")[2] for it in results}
    return {name for name in names if name.startswith(RULES)}


@given(DIFFERENCES, st.lists(FIGURES, min_size=3, max_size=3), st.sets(st.sampled_from(LIMITS)))
@settings(max_examples=150, deadline=None)
def test_an_interval_that_holds_its_estimate_passes(statistic: str, values: list[Decimal], left_out: set[str]) -> None:
    figures = {key: it for key, it in interval(*sorted(values)).items() if key not in left_out}
    assert broken(of(statistic, figures)) == set()


@given(DIFFERENCES, st.lists(FIGURES, min_size=3, max_size=3, unique=True))
@settings(max_examples=150, deadline=None)
def test_an_estimate_outside_its_interval_and_swapped_limits_are_found(statistic: str, values: list[Decimal]) -> None:
    low, middle, high = sorted(values)
    assert broken(of(statistic, interval(middle, low, high))) == {"IntervalShape-estimate"}
    assert broken(of(statistic, interval(low, high, middle))) == {"IntervalShape-estimate"}
    assert broken(of(statistic, interval(high, middle, low))) == {"IntervalShape-order"}


@given(POSITIVE, FIGURES, POSITIVE, st.booleans())
@settings(max_examples=50, deadline=None)
def test_the_interval_of_a_number_needed_to_treat_may_run_through_infinity(
        one: Decimal, estimate: Decimal, other: Decimal, upwards: bool) -> None:
    limits = (-one, estimate, other) if upwards else (one, estimate, -other)
    assert broken(of("number-needed-to-treat", interval(*limits))) == set()


@given(st.lists(POSITIVE, min_size=3, max_size=3, unique=True), st.booleans())
@settings(max_examples=50, deadline=None)
def test_the_interval_of_a_number_needed_to_treat_on_one_side_holds_it(values: list[Decimal], harm: bool) -> None:
    low, middle, high = sorted(-it if harm else it for it in values)
    assert broken(of("number-needed-to-treat", interval(low, middle, high))) == set()
    assert broken(of("number-needed-to-treat", interval(middle, low, high))) == {"IntervalShape-estimate"}
    assert broken(of("number-needed-to-treat", interval(high, middle, low))) == set()


@given(RATIOS, st.lists(POSITIVE, min_size=3, max_size=3))
@settings(max_examples=150, deadline=None)
def test_ratios_are_positive(statistic: str, values: list[Decimal]) -> None:
    low, middle, high = sorted(values)
    assert broken(of(statistic, interval(low, middle, high))) == set()
    assert broken(of(statistic, interval(-low, middle, high))) == {"RatioShape-negative"}
    assert broken(of(statistic, interval(Decimal(0), middle, high))) == {"RatioShape-zero"}
    assert broken(of(statistic, interval(-high, -middle, -low))) == {"RatioShape-negative"}


@given(PEOPLE, PEOPLE)
@settings(max_examples=100, deadline=None)
def test_people_counted_are_among_people(first: int, second: int) -> None:
    few, many = sorted((first, second))
    assert broken(of("count-of-participants", {"participants": few, "denominator": many})) == set()
    too_many: dict[str, Decimal | int] = {"participants": many + 1, "denominator": few}
    assert broken(of("count-of-participants", too_many)) == {"CountShape-share"}
    assert broken(of("count-of-events", {"events": many + 1, "denominator": few})) == set()


@pytest.mark.parametrize(("printed", "rules"), [("0", {"PValueShape-zero"}), ("0.000", {"PValueShape-zero"}),
                                                ("0.0001", set()), ("1", set()), ("-0.1", set())])
def test_p_is_never_0(printed: str, rules: set[str]) -> None:
    assert broken(of("mean", {"pValue": Decimal(printed)})) == rules


@pytest.mark.parametrize("code", CODES)
def test_units_of_clinical_results_pass(code: str) -> None:
    assert broken(unit(code)) == set()


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_a_unit_is_refused_once(word: str) -> None:
    assert broken(unit(word)) in ({"UnitShape-time-word"}, {"UnitShape-mass-word"}, {"UnitShape-other-word"})


@pytest.mark.parametrize("code", STRANGE)
def test_an_unknown_unit_is_a_warning(code: str) -> None:
    assert broken(unit(code)) == {"UnitShape-known"}


def unit(code: str) -> list[ox.Triple]:
    """A result in a unit."""
    return [ox.Triple(RESULT, ox.NamedNode(f"{LDN}unit"), ox.Literal(code))]
