"""Numbers of people: what adds up, what cannot exceed what, and percentages of counts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studied import Data, Told, compared, count, messages, numbered, told

from ldn_graph.documents import Value

WHOLE = ("groups-add-up", "violation", "number")
PEOPLE = st.integers(1, 5000)


def divided(whole: int, parts: list[int], kind: str = "randomised", **more: Value) -> Data:
    """A whole that is said to consist of parts."""
    groups: Data = {f"g{n}": {"label": "part", "denominators": numbered(**{kind: part})}
                    for n, part in enumerate(parts)}
    groups["all"] = {"label": "all", "denominators": numbered(**{kind: whole}), "divided-into": list(groups)}
    return {"groups": groups, **more}


def allotted(whole: int, parts: list[int], group_kind: str = "arm", kind: str = "randomised", design: str = "parallel"
             ) -> Data:
    """A whole with groups of one kind that are parts of it, without a word on whether there are others."""
    groups: Data = {f"g{n}": {"label": "part", "group-kind": group_kind, "subgroup-of": "all",
                              "denominators": numbered(**{kind: part})} for n, part in enumerate(parts)}
    groups["all"] = {"label": "all", "denominators": numbered(**{kind: whole})}
    return {"design": design, "groups": groups}


@pytest.mark.parametrize(("study", "expected"), [
    (divided(67, [33, 34]), []),
    (divided(67, [33, 33]), [(*WHOLE, "67")]),
    (divided(67, [33, 35]), [(*WHOLE, "67")]),
    (divided(90, [30, 30, 30]), []),
    (divided(67, [33, 35], "kind_not_stated"), []),
    (divided(67, [33, 35], "analysed"), [(*WHOLE, "67")]),
    (allotted(67, [33, 34], "sequence"), []),
    (allotted(67, [33, 35], "sequence"), [("groups-add-up", "warning", "number", "67")]),
    (allotted(67, [33, 33]), [("groups-add-up", "warning", "number", "67")]),
    (allotted(67, [33, 33], kind="analysed"), []),
    (allotted(67, [33]), []),
    (allotted(67, [33, 33], design="factorial"), []),
    (allotted(67, [33, 20], "subgroup"), []),
    (allotted(67, [60, 62], "treatment-condition"), []),
    (allotted(67, [33, 33], "control-group"), []),
])
def test_parts_of_a_whole(study: Data, expected: list[Told]) -> None:
    assert told(study) == expected


def test_a_part_without_its_number_leaves_the_sum_open() -> None:
    study = divided(67, [33, 20])
    study["groups"] = {**dict(study["groups"]), "g1": {"label": "part"}}  # type: ignore[arg-type]
    assert told(study) == []


def test_the_sum_is_told() -> None:
    assert messages(divided(67, [33, 35])) == [
        "the parts have 33 + 35 = 68 people randomised and the whole 67; see which number is copied wrongly"]
    assert messages(allotted(67, [33, 33])) == [
        "the parts have 33 + 33 = 66 people randomised and the whole 67; see whether a group is missing, two of them "
        "overlap, or a number is copied wrongly"]


@given(st.lists(PEOPLE, min_size=2, max_size=5), st.integers(-3, 3))
def test_parts_add_up_or_are_found(parts: list[int], off: int) -> None:
    whole = max(sum(parts) + off, *parts)
    expected = [] if whole == sum(parts) else [(*WHOLE, str(whole))]
    assert told(divided(whole, parts)) == expected


def staged(population: str = "", **numbers: int) -> Data:
    """A group with its numbers at some stages."""
    sizes = numbered(**numbers)
    if population:
        for size in sizes.values():
            assert isinstance(size, dict)
            size["analysis-population"] = population
    return {"groups": {"all": {"label": "all", "denominators": sizes}}}


@pytest.mark.parametrize(("study", "expected"), [
    (staged(screened=120, enrolled=90, randomised=80, completed=70, analysed=80), []),
    (staged(randomised=80, analysed=80), []),
    (staged(randomised=80, analysed=81), ["81"]),
    (staged(enrolled=79, randomised=80), ["80"]),
    (staged(screened=79, enrolled=80), ["80"]),
    (staged(screened=70, analysed=71), ["71"]),
    (staged(started=70, completed=71), ["71"]),
    (staged(randomised=70, evaluable=71), ["71"]),
    (staged(allocated=70, analysed=71), ["71"]),
    (staged(completed=60, analysed=70), []),
    (staged(randomised=80, started=81), []),
    (staged("as-treated", randomised=80, analysed=81), []),
    (staged("intention-to-treat", randomised=80, analysed=81), ["81"]),
    (staged(randomised=80, kind_not_stated=81), []),
])
def test_stages_of_a_study(study: Data, expected: list[str]) -> None:
    assert told(study) == [("stages-in-order", "violation", "number", number) for number in expected]


@given(st.lists(PEOPLE, min_size=4, max_size=4))
def test_stages_in_order_pass_and_swapped_ones_are_found(numbers: list[int]) -> None:
    analysed, randomised, enrolled, screened = sorted(numbers)
    assert told(staged(screened=screened, enrolled=enrolled, randomised=randomised, analysed=analysed)) == []
    assert ("stages-in-order", "violation", "number", str(randomised + 1)) in told(
        staged(randomised=randomised, analysed=randomised + 1))


def part(size: Data, whole: Data) -> Data:
    """A subgroup and the group that it is part of."""
    return {"groups": {"all": {"label": "all", "denominators": whole},
                       "old": {"label": "old", "subgroup-of": "all", "denominators": size}}}


@pytest.mark.parametrize(("size", "whole", "found"), [
    (numbered(randomised=20), numbered(randomised=20), False),
    (numbered(randomised=21), numbered(randomised=20), True),
    (numbered(analysed=21), numbered(randomised=20), True),
    (numbered(randomised=21), numbered(analysed=20), False),
    (numbered(kind_not_stated=21), numbered(kind_not_stated=20), False),
    (numbered(analysed=21), numbered(analysed=20), True),
])
def test_a_part_has_no_more_people_than_its_whole(size: Data, whole: Data, found: bool) -> None:
    assert told(part(size, whole)) == ([("part-above-its-whole", "violation", "number", "21")] if found else [])


@given(PEOPLE, PEOPLE)
def test_parts_are_within_their_whole_or_are_found(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert told(part(numbered(randomised=small), numbered(randomised=large))) == []
    assert told(part(numbered(randomised=large + 1), numbered(randomised=small))) == [
        ("part-above-its-whole", "violation", "number", str(large + 1))]


def treated(people: int, out_of: int, population: str = "intention-to-treat", **numbers: int) -> Data:
    """A count in a group with its numbers."""
    study = compared({"drug": count(people, out_of)}, analysis_population=population)
    study["groups"] = {"drug": {"label": "drug", "denominators": numbered(**numbers)}, "placebo": {"label": "placebo"}}
    return study


@pytest.mark.parametrize(("study", "found"), [
    (treated(11, 25, randomised=25), ""), (treated(11, 26, randomised=25), "26"),
    (treated(11, 26, "as-treated", randomised=25), ""), (treated(11, 26, analysed=25), ""),
    (treated(11, 26, randomised=25, kind_not_stated=25), ""), (treated(11, 26, screened=30, randomised=25), ""),
])
def test_people_counted_are_people_of_the_group(study: Data, found: str) -> None:
    assert told(study) == ([("counted-above-the-group", "warning", "denominator", found)] if found else [])


@given(PEOPLE, st.integers(1, 50))
def test_a_count_out_of_more_than_the_group_is_found(people: int, more: int) -> None:
    assert told(treated(0, people, randomised=people)) == []
    assert told(treated(0, people + more, randomised=people)) == [
        ("counted-above-the-group", "warning", "denominator", str(people + more))]


@pytest.mark.parametrize(("people", "out_of", "printed", "severity"), [
    (11, 25, "44", ""), (11, 25, "44.0", ""), (11, 25, "43.9", "violation"), (11, 25, "44.04", "violation"),
    (11, 25, "46", "warning"), (11, 25, "45", "violation"), (11, 25, "43", "violation"),
    (1, 8, "12", ""), (1, 8, "13", ""), (1, 8, "12.5", ""), (1, 200, "0", ""), (1, 200, "1", ""), (1, 200, "0.5", ""),
    (2, 3, "66", "warning"), (2, 3, "67", ""), (0, 40, "0", ""), (0, 40, "0.0", ""), (0, 40, "1", "violation"),
    (40, 40, "100", ""), (40, 40, "99", "violation"), (20, 40, "66.7", "warning"), (1, 100, "0", "violation"),
])
def test_a_percentage_beside_its_count(people: int, out_of: int, printed: str, severity: str) -> None:
    study = compared({"drug": count(people, out_of, percentage=printed)})
    assert told(study) == ([("percentage-of-its-count", severity, "percentage", printed)] if severity else [])


def test_the_numbers_that_would_fit_are_told() -> None:
    assert messages(compared({"drug": count(11, 25, percentage="46")})) == [
        "46% is not 11 of 25, which is 44%; 24 people would fit. See which figure is copied wrongly, or whether not "
        "all "
        "were analysed"]
    assert messages(compared({"drug": count(11, 25, percentage="45")})) == [
        "45% is not 11 of 25, which is 44%; no smaller number of people would fit. See which figure is copied wrongly, "
        "or whether not all were analysed"]
    assert messages(compared({"drug": count(2, 3, percentage="66")}))[0].startswith(
        "66% is not 2 of 3, which is 66.7%; it looks cut off, not rounded.")
    assert "; 378 to 392 people would fit." in messages(compared({"drug": count(100, 400, percentage="26")}))[0]


def test_a_larger_number_of_the_group_may_fit() -> None:
    study = treated(11, 25, randomised=30)
    study["analyses"] = compared({"drug": count(11, 25, percentage="37")})["analyses"]
    assert told(study) == [("percentage-of-its-count", "warning", "percentage", "37")]
    assert "30 people would fit" in messages(study)[0]


@pytest.mark.parametrize("estimation", ["model-based", "kaplan-meier", "imputed"])
def test_what_was_not_observed_is_no_quotient(estimation: str) -> None:
    assert told(compared({"drug": count(11, 25, percentage="60", estimation=estimation)})) == []
    assert told(compared({"drug": count(11, 25, percentage="60", estimation="observed")})) != []


def share(printed: str, unit: str = "%", **more: Value) -> Data:
    """A share of a group."""
    return {"kind": "group-value", "group": "drug", "statistic": "proportion", "estimate": printed, "unit": unit,
            **more}


@pytest.mark.parametrize(("results", "found"), [
    ({"n": count(11, 25), "share": share("44")}, ""), ({"n": count(11, 25), "share": share("45")}, "45"),
    ({"n": count(11, 25), "share": share("0.44", "1")}, ""),
    ({"n": count(11, 25), "share": share("0.45", "1")}, "0.45"),
    ({"n": count(11, 25), "more": count(9, 25), "share": share("45")}, ""),
    ({"n": count(11, 25), "share": share("45", group="placebo")}, ""),
    ({"n": count(11, 25), "share": share("45", report="other")}, ""),
    ({"n": count(11, 25), "share": share("45", estimation="model-based")}, ""),
    ({"n": count(11, 25), "share": {**share("45"), "statistic": "percent-change"}}, ""),
    ({"n": {**count(11, 25), "estimate": "45", "unit": "%"}}, "45"),
    ({"n": {**count(11, 25), "estimate": "44", "unit": "%"}}, ""),
])
def test_shares_printed_elsewhere(results: Data, found: str) -> None:
    assert [(rule, name, value) for rule, _, name, value in told(compared(results))] == (
        [("percentage-of-its-count", "estimate", found)] if found else [])


@pytest.mark.parametrize("results", [
    {"drug": count(11, 0, percentage="44")}, {"drug": count(26, 25, percentage="44")},
    {"drug": count(-1, 25, percentage="44")}, {"drug": {"kind": "count", "group": "drug", "percentage": "44"}},
    {"drug": count(10**17, 10**18 - 1, percentage="44.123456")}, {"drug": count(11, 25, percentage="-44")},
    {"drug": count(11, 25, percentage="144")},
])
def test_counts_that_cannot_be_break_no_rule(results: Data) -> None:
    assert {rule for rule, *_ in told(compared(results))} <= {"percentage-of-its-count"}


@given(PEOPLE, PEOPLE, st.integers(0, 3))
def test_rounded_percentages_pass_and_wrong_ones_are_found(one: int, other: int, places: int) -> None:
    people, out_of = sorted((one, other))
    printed = round(Decimal(100 * people) / out_of, places)
    assert told(compared({"drug": count(people, out_of, percentage=f"{printed:f}")})) == []
    off = 2 * Decimal(1).scaleb(-places)
    wrong = f"{printed + off if printed + off <= 100 else printed - off:f}"
    assert [rule for rule, *_ in told(compared({"drug": count(people, out_of, percentage=wrong)}))] == [
        "percentage-of-its-count"]
