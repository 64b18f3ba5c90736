"""Pooled reviews: patients and studies against those listed, I-squared against Q, and nobody counted twice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studied import Data, Told, messages, numbered, told

from ldn_graph.documents import Value


def review(included: Data, people: int = 1000, kind: str = "randomised", **more: Value) -> Data:
    """A review with the studies that it includes."""
    whole: Data = {"label": "all", "group-kind": "whole-study", "denominators": numbered(**{kind: people})}
    return {"study-type": "evidence-synthesis", "groups": {"all": whole}, "included": included, **more}


def study(participants: int | None = None, of: str = "", contrasts: int | None = None) -> Data:
    """A study as a review includes it."""
    told = {"label": "Beech 2011", "study": of, "participants": participants, "contrasts": contrasts}
    return {key: str(value) for key, value in told.items() if value}


TWO: Data = {"beech": study(60), "cedar": study(40)}


@pytest.mark.parametrize(("data", "expected"), [
    (review(TWO, 100), []), (review(TWO, 101), []),
    (review(TWO, 99), [("patients-of-a-review", "warning", "number", "99")]),
    (review({"beech": study(60), "cedar": study()}, 60), []),
    (review({"beech": study(60), "cedar": study()}, 59), [("patients-of-a-review", "warning", "number", "59")]),
    (review(TWO, 99, "analysed"), []), (review(TWO, 99, "kind_not_stated"),
                                        [("patients-of-a-review", "warning", "number", "99")]),
    (review({"a": study(60, "beech"), "b": study(40, "cedar")}, 100), []),
    (review(TWO, studies="2"), []), (review(TWO, studies="7"), []),
    (review(TWO, studies="1"), [("studies-of-a-review", "violation", "studies", "1")]),
])
def test_patients_and_studies_of_a_review(data: Data, expected: list[Told]) -> None:
    assert told(data) == expected


def test_a_study_listed_twice_is_found_and_counted_once() -> None:
    twice: Data = {"low": study(60, "beech"), "high": study(50, "beech"), "cedar": study(40)}
    expected = ("included-twice", "violation", "study", "https://w3id.org/ldn-graph/study/beech")
    assert told(review(twice, 100, studies="2")) == [expected, expected]
    assert told(review(twice, 99))[2:] == [("patients-of-a-review", "warning", "number", "99")]
    assert messages(review(twice))[0] == (
        "`beech` is listed 2 times under `included`, and its patients would be counted as often; write it once, "
        "with the "
        "number of its `contrasts`")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True), st.data())
def test_studies_listed_once_pass_and_one_listed_again_is_found(names: list[str], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(names))

    def twice(names: list[str]) -> list[str]:
        included: Data = {f"i{at}": study(10, name) for at, name in enumerate(names)}
        return [value for rule, _, _, value in told(review(included)) if rule == "included-twice"]
    assert twice(names) == []
    place = data.draw(st.integers(0, len(names)))
    assert twice([*names[:place], again, *names[place:]]) == [f"https://w3id.org/ldn-graph/study/{again}"] * 2


def pool(*pools: str, **figures: str) -> Data:
    """A review with one pooled result."""
    result: Data = {"kind": "contrast", "statistic": "risk-ratio",
                    **{key.replace("_", "-"): value for key, value in figures.items()}}
    analysis: Data = {"results": {"pooled": result}}
    if pools:
        analysis["pools"] = list(pools)
    return review({"beech": study(60, contrasts=2), "cedar": study(40)}, analyses={"main": analysis})


@pytest.mark.parametrize(("data", "expected"), [
    (pool("beech", "cedar", participants="100", pooled_studies="2"), []),
    (pool("beech", participants="60", pooled_studies="1"), []),
    (pool(participants="10", pooled_studies="1"), []),
    (pool("beech", "cedar", participants="99"), [("patients-of-a-review", "warning", "participants", "99")]),
    (pool("beech", "cedar", denominator="99"), [("patients-of-a-review", "warning", "denominator", "99")]),
    (pool("beech", "cedar", pooled_studies="1"), [("studies-of-a-review", "violation", "pooledStudies", "1")]),
])
def test_patients_and_studies_of_a_pool(data: Data, expected: list[Told]) -> None:
    assert told(data) == expected


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6), st.integers(0, 50))
def test_sums_pass_and_smaller_wholes_are_found(people: list[int], more: int) -> None:
    included: Data = {f"s{n}": study(number) for n, number in enumerate(people)}
    assert told(review(included, sum(people) + more, studies=str(len(people)))) == []
    assert told(review(included, sum(people) - 1)) == [
        ("patients-of-a-review", "warning", "number", str(sum(people) - 1))]


@pytest.mark.parametrize(("square", "q", "studies", "found"), [
    ("50", "12.0", "7", False), ("50", "12", "7", False), ("50.0", "12.00", "7", False), ("0", "6", "7", False),
    ("0", "3.1", "7", False), ("0", "0", "7", False), ("0", "0.0", "1", False), ("48", "12.00", "7", True),
    ("48", "12", "7", False), ("0", "12.0", "7", True), ("50", "6.0", "7", True), ("100", "12", "1", False),
    ("1", "0.0", "7", True), ("99.9", "9999.9", "7", False),
])
def test_i_squared_and_q(square: str, q: str, studies: str, found: bool) -> None:
    data = pool(i_squared=square, cochran_q=q, pooled_studies=studies)
    assert told(data) == ([("i-squared-of-its-q", "warning", "iSquared", square)] if found else [])
    other = pool(i_squared=square, cochran_q=q, pooled_studies=studies, tau_squared="0.1")
    assert told(other) == ([("i-squared-of-its-q", "info", "iSquared", square)] if found else [])


def test_several_contrasts_of_a_study_count_for_q() -> None:
    figures: dict[str, str] = {"i_squared": "80", "cochran_q": "10.0", "pooled_studies": "2"}
    assert [rule for rule, *_ in told(pool(**figures))] == ["i-squared-of-its-q"]
    assert told(pool("beech", "cedar", **figures)) == []


def test_what_q_gives_is_told() -> None:
    assert messages(pool(i_squared="48", cochran_q="12.00", pooled_studies="7")) == [
        "an I-squared of 48 does not follow from Q = 12.00 and 7 studies, which give 50; see which figure is copied "
        "wrongly, or whether it was computed from tau-squared"]


@given(st.decimals("0.01", 200, places=2), st.integers(1, 40), st.integers(0, 2))
def test_computed_i_squared_passes_and_another_is_found(q: Decimal, studies: int, places: int) -> None:
    exact = max(Fraction(0), 100 * (Fraction(q) - (studies - 1)) / Fraction(q))
    printed = round(Decimal(exact.numerator) / exact.denominator, places)
    data: dict[str, str] = {"cochran_q": f"{q:f}", "pooled_studies": str(studies)}
    assert told(pool(i_squared=f"{printed:f}", **data)) == []
    wrong = printed + 3 if printed < 50 else printed - 3
    if q > 10:
        assert [rule for rule, *_ in told(pool(i_squared=f"{wrong:f}", **data))] == ["i-squared-of-its-q"]
