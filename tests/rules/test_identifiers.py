"""One identifier, one thing; and chains that come back to where they began."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from together import BASE, document, found, report, told

from ldn_graph.documents import Value
from ldn_graph.findings import Severity
from ldn_graph.rules.circles import circular_subgroups, circular_terms
from ldn_graph.rules.findings import Rule
from ldn_graph.rules.identifiers import shared_doi, shared_pmid, shared_registration


@pytest.mark.parametrize(("rule", "key", "value"), [
    (shared_doi, "doi", "10.5555/one"), (shared_pmid, "pmid", "123")])
def test_two_reports_with_one_identifier(rule: Rule, key: str, value: str) -> None:
    one, other, third = (report(name, **{key: own}) for name, own in (
        ("one", value), ("other", value), ("third", f"{value}4")))
    assert told(rule, one, other, third) == [
        ("violation", "report/one", key, value), ("violation", "report/other", key, value)]
    assert told(rule, one, third) == []
    first = found(rule, one, other)[0]
    assert first.message == (f"{BASE}/report/other has the {key.upper()} {value} too; write a report once, or correct "
                             f"the {key.upper()}")


def test_abstracts_may_share_the_identifier_of_their_supplement() -> None:
    assert told(shared_doi, report("one", kind="abstract", doi="10.5555/one"), report("other", doi="10.5555/one")) == [
        ("warning", "report/one", "doi", "10.5555/one"), ("warning", "report/other", "doi", "10.5555/one")]


def test_two_collections_may_hold_one_report() -> None:
    name, data, _ = report("one", doi="10.5555/one")
    faults = found(shared_doi, (name, data, BASE), (name, data, "https://example.org/coffee"))
    assert [fault.severity for fault in faults] == [Severity.WARNING] * 2


def test_two_studies_with_one_number() -> None:
    one, other, third = (document(f"study/{key}", {"registration": numbers}) for key, numbers in (
        ("one", ["NCT01234567", "ISRCTN12345678"]), ("other", "NCT01234567"), ("third", "NCT01234568")))
    assert told(shared_registration, one, other, third) == [
        ("warning", f"study/{key}", "registration", "NCT01234567") for key in ("one", "other")]


def test_a_report_and_a_study_may_have_the_same_digits() -> None:
    assert told(shared_registration, report("one", pmid="123"), document("study/one", {"registration": "123"})) == []


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_each_that_shares_a_number_is_found_and_no_other(numbers: list[int]) -> None:
    reports = [report(f"x{place}", pmid=str(number)) for place, number in enumerate(numbers)]
    expected = sorted(("violation", f"report/x{place}", "pmid", str(number)) for place, number in enumerate(numbers)
                      if numbers.count(number) > 1)
    assert told(shared_pmid, *reports) == expected


def groups(links: dict[str, str]) -> tuple[str, dict[str, Value], str]:
    """A study whose groups are parts of others."""
    data: dict[str, Value] = {key: {"label": key, **({"subgroup-of": whole} if whole else {})}
                              for key, whole in links.items()}
    return document("study/tea", {"groups": data})


def test_groups_in_a_circle() -> None:
    links = {"a": "b", "b": "c", "c": "a", "d": "a", "e": ""}
    node = "study/tea/groups/"
    assert told(circular_subgroups, groups(links)) == [
        ("violation", f"{node}{key}", "subgroupOf", f"{BASE}/{node}{links[key]}") for key in "abc"]
    ways = {fault.message.partition(",")[2].partition(";")[0] for fault in found(circular_subgroups, groups(links))}
    assert ways in (
        {f" {way}"} for way in ("a › b › c › a", "b › c › a › b", "c › a › b › c"))


def test_a_group_that_is_a_part_of_itself_and_two_circles() -> None:
    assert len(told(circular_subgroups, groups({"a": "a"}))) == 1
    assert len(told(circular_subgroups, groups({"a": "b", "b": "a", "c": "d", "d": "c", "e": "e"}))) == 5


@given(st.integers(2, 12), st.data())
def test_a_chain_ends_unless_its_end_is_tied_to_it(length: int, data: st.DataObject) -> None:
    links = {f"g{number}": f"g{data.draw(st.integers(0, number - 1))}" if number else "" for number in range(length)}
    assert told(circular_subgroups, groups(links)) == []
    start, way = data.draw(st.sampled_from(sorted(links))), []
    while start:
        way.append(start)
        start = links[start]
    links["g0"] = way[0]
    assert sorted(fault.node.rpartition("/")[2] for fault in found(circular_subgroups, groups(links))) == sorted(way)


def test_terms_in_a_circle_across_vocabularies() -> None:
    def vocabulary(key: str, term: str, broader: str) -> tuple[str, dict[str, Value], str]:
        return document(f"vocabulary/{key}", {"conditions": {term: {"label": term, "broader": broader}}})

    broader = "http://www.w3.org/2004/02/skos/core#broader"
    assert told(circular_terms, vocabulary("x", "ache", "pain"), vocabulary("y", "pain", "ache")) == [
        ("violation", "conditions/ache", broader, f"{BASE}/conditions/pain"),
        ("violation", "conditions/pain", broader, f"{BASE}/conditions/ache")]
    assert told(circular_terms, vocabulary("x", "ache", "pain"), vocabulary("y", "pain", "symptom")) == []


@settings(deadline=None, max_examples=50)
@given(st.integers(2, 12), st.data())
def test_broader_terms_end_unless_the_broadest_is_tied_to_one_below(length: int, data: st.DataObject) -> None:
    links = {f"t{at}": f"t{data.draw(st.integers(0, at - 1))}" if at else "" for at in range(length)}
    start, way = data.draw(st.sampled_from(sorted(links))), []

    def circular(links: dict[str, str]) -> list[str]:
        vocabularies = [document(f"vocabulary/{term}", {"conditions": {
            term: {"label": term, **({"broader": broader} if broader else {})}}}) for term, broader in links.items()]
        return sorted(fault.node.rpartition("/")[2] for fault in found(circular_terms, *vocabularies))
    assert circular(links) == []
    while start:
        way.append(start)
        start = links[start]
    assert circular({**links, "t0": way[0]}) == sorted(way)
