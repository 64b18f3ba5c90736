"""Rows as people and programs read them."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph.errors import InputError
from ldn_graph.queries import Cell, Table
from ldn_graph.rows import ROW_FORMATS, WIDTH, show, to_markdown, to_text, write_results, write_rows
from ldn_graph.store import Results, Store

SPARQL = "{http://www.w3.org/2005/sparql-results#}"


def solutions(values: str) -> ox.QuerySolutions:
    """The rows `?a ?b` of a VALUES block."""
    found = Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found


TWO = '("x" 1.50) ("y" UNDEF)'


def test_text_aligns_columns() -> None:
    assert write_rows(solutions(TWO), "text") == (
        "a  b\n"
        "-  ---\n"
        "x  1.5\n"
        "y\n"
        "(2 rows)\n")


def test_text_of_no_rows_says_so() -> None:
    assert write_rows(solutions(""), "text") == "a  b\n-  -\n(0 rows)\n"


def test_rows_that_are_too_wide_are_records() -> None:
    wide = "w" * WIDTH
    assert to_text(Table(("label", "n"), ((wide, 1), ("v", None)))) == (
        f"label  {wide}\n"
        "n      1\n"
        "\n"
        "label  v\n"
        "\n"
        "(2 rows)")


@pytest.mark.parametrize(("width", "aligned"), [(WIDTH - 1, True), (WIDTH, True), (WIDTH + 1, False)])
def test_the_widest_table_is_as_wide_as_the_page(width: int, aligned: bool) -> None:
    lines = to_text(Table(("a", "b"), (("x" * (width - 3), "y"),))).splitlines()
    assert lines[1].startswith("---") is aligned
    assert not aligned or max(map(len, lines)) == width


def test_markdown_is_a_table() -> None:
    assert write_rows(solutions(TWO), "markdown") == "| a | b |\n| --- | --- |\n| x | 1.5 |\n| y |  |\n"


@pytest.mark.parametrize(("cell", "escaped"), [("a|b", r"a\|b"), ("a\\|b", r"a\\\|b"), ("a\nb", "a b"), ("\\", r"\\")])
def test_markdown_cells_cannot_break_out(cell: str, escaped: str) -> None:
    assert to_markdown(Table(("c",), ((cell,),))).splitlines()[2:] == [f"| {escaped} |"]


@pytest.mark.parametrize(("cell", "shown"), [
    (None, ""), (True, "yes"), (False, "no"), (7, "7"), (Decimal("1.50"), "1.50"),
    (Decimal("0.00000001"), "0.00000001"), (Decimal("1E+3"), "1000"),
    (date(2031, 5, 1), "2031-05-01"), ("plain – ü 😀", "plain – ü 😀"),
])
def test_cells_are_shown_as_people_write_them(cell: Cell, shown: str) -> None:
    assert show(cell) == shown


@pytest.mark.parametrize("harm", ["\x1b[2J", "\x07", "\r", "\n", "\x08", "\x9b31m", "\u202e", "\u2066", "\u2028",
                                  "\ud800", "\x00"])
def test_what_could_steer_a_terminal_is_a_space(harm: str) -> None:
    assert show(f"a{harm}b") == f"a {harm[1:]}b"


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_text_has_no_line_but_its_own(rows: list[tuple[str, str]]) -> None:
    text = to_text(Table(("a", "b"), tuple(rows)))
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text.split("\n")) <= 3 * max(len(rows), 1) + 3
    markdown = to_markdown(Table(("a", "b"), tuple(rows)))
    assert len(markdown.split("\n")) == len(rows) + 2


def test_csv_is_what_spreadsheets_read() -> None:
    text = write_rows(solutions('("a,\\"b\\"\\nc" 1.50) (<https://e.org/x> UNDEF) ("é"@fr true)'), "csv")
    assert list(csv.reader(io.StringIO(text))) == [
        ["a", "b"], ['a,"b"\nc', "1.5"], ["https://e.org/x", ""], ["é", "true"]]


def test_tsv_tells_addresses_from_texts() -> None:
    text = write_rows(solutions('("a\\tb" 1.50) (<https://e.org/x> UNDEF)'), "tsv")
    assert text == '?a\t?b\n"a\\tb"\t1.5\n<https://e.org/x>\t\n'


def test_json_has_types() -> None:
    found = json.loads(write_rows(solutions('("x\\u0001" 1.50) ("y"@en UNDEF)'), "json"))
    decimal = "http://www.w3.org/2001/XMLSchema#decimal"
    assert found == {"head": {"vars": ["a", "b"]}, "results": {"bindings": [
        {"a": {"type": "literal", "value": "x\x01"}, "b": {"type": "literal", "value": "1.5", "datatype": decimal}},
        {"a": {"type": "literal", "value": "y", "xml:lang": "en"}}]}}


def test_xml_is_read_back_even_with_carriage_returns() -> None:
    root = ET.fromstring(write_rows(solutions('("<a>&\\r\\n" 1.50)'), "xml"))  # noqa: S314 — our own
    assert [value.text for value in root.iter(f"{SPARQL}literal")] == ["<a>&\r\n", "1.5"]


def test_xml_that_no_parser_would_read_is_refused() -> None:
    with pytest.raises(InputError, match=r"the control character U\+001B, which no XML can hold; choose another"):
        write_rows(solutions('("\\u001b[2J" 1)'), "xml")


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(InputError, match="rows cannot be written as `pdf`; choose one of text, markdown, csv, tsv"):
        write_rows(solutions(TWO), "pdf")


def results(query: str) -> Results:
    return Store().query(query)


@pytest.mark.parametrize(("chosen", "text"), [
    (None, "yes\n"), ("text", "yes\n"), ("json", '{"head":{},"boolean":true}')])
def test_yes_or_no(chosen: str | None, text: str) -> None:
    assert write_results(results("ASK {}"), chosen) == text


def test_yes_or_no_in_xml() -> None:
    root = ET.fromstring(write_results(results("ASK { ?s ?p ?o }"), "xml"))  # noqa: S314 — our own
    assert root.findtext(f"{SPARQL}boolean") == "false"


@pytest.mark.parametrize("chosen", ["csv", "tsv", "markdown", "turtle"])
def test_yes_or_no_is_no_table_and_no_graph(chosen: str) -> None:
    with pytest.raises(InputError, match="the query gives yes or no; choose one of text, json, xml"):
        write_results(results("ASK {}"), chosen)


def test_a_graph_is_turtle_if_nothing_is_chosen() -> None:
    query = "CONSTRUCT { <https://e.org/s> <https://w3id.org/ldn-graph/ns#label> 'x' } WHERE {}"
    assert write_results(results(query), None) == (
        '@prefix ldn: <https://w3id.org/ldn-graph/ns#> .\n<https://e.org/s> ldn:label "x" .\n')
    assert write_results(results(query), "ntriples") == (
        '<https://e.org/s> <https://w3id.org/ldn-graph/ns#label> "x" .\n')


@pytest.mark.parametrize("chosen", ROW_FORMATS)
def test_a_graph_is_no_table(chosen: str) -> None:
    with pytest.raises(InputError, match="the query gives a graph; choose one of turtle, trig, ntriples, nquads"):
        write_results(results("CONSTRUCT {} WHERE {}"), chosen)


def test_rows_are_no_graph() -> None:
    with pytest.raises(InputError, match="rows cannot be written as `turtle`; choose one of text, markdown"):
        write_results(results("SELECT ?s { ?s ?p ?o }"), "turtle")
