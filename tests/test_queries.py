"""Every canned query: its header and text, its expected rows, and two engines that must agree.

Each query has a directory in `tests/queries` with small graphs, `cases.yaml` and the answer that the shipped collection
gives. `cases.yaml` holds a list of cases, or a mapping of `cases` and `collection`; a case has a `name`, optionally
`data` (another graph than `data.ttl`) and `params`, and `rows`, or for a CONSTRUCT `graph` (a file, or nothing for an
empty graph). An entry of `collection` has `params` and `file`; without it, `collection.csv` is the answer without
parameters.
"""

from __future__ import annotations

import csv
import dataclasses
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib.compare import to_isomorphic

import query_text
from conftest import BASE, ontology_quads
from ldn_graph.bridge import to_graph
from ldn_graph.catalogue import parse_question, read_catalogue
from ldn_graph.errors import InputError
from ldn_graph.queries import Cell, Column, to_cell, to_table
from ldn_graph.shipped import shipped
from ldn_graph.store import Store
from ldn_graph.terms import XSD
from ldn_graph.triples import Compiled

DIRECTORY = Path(__file__).parent / "queries"
CATALOGUE = read_catalogue(shipped("queries"))
SLUGS = sorted(CATALOGUE)
SELECTS = [slug for slug in SLUGS if CATALOGUE[slug].form == "select"]
CONSTRUCTS = [slug for slug in SLUGS if CATALOGUE[slug].form == "construct"]

Rows = list[tuple[Cell, ...]]
Sides = tuple[Store, rdflib.Graph]


def case_file(slug: str) -> dict[str, Any]:
    """The cases of a query, and the answers on the shipped collection that it names."""
    file = DIRECTORY / slug / "cases.yaml"
    if not file.is_file():
        return {"cases": [], "collection": []}
    held = yaml.safe_load(file.read_text("utf-8"))
    held = held if isinstance(held, dict) else {"cases": held}
    default = [{"params": {}, "file": "collection.csv"}] if slug in SELECTS else []
    return {"collection": default, **held}


CASES = [(slug, case) for slug in SLUGS for case in case_file(slug)["cases"]]
ANSWERS = [(slug, answer) for slug in SLUGS for answer in case_file(slug)["collection"]]
CASE_IDS = [f"{slug}-{case['name']}" for slug, case in CASES]
ANSWER_IDS = [f"{slug}-{answer['file']}" for slug, answer in ANSWERS]


def sides_of(file: Path) -> Sides:
    """A file's graph in both engines."""
    store, other = Store(), rdflib.Dataset(default_union=True) if file.suffix == ".trig" else rdflib.Graph()
    store.fill(ox.parse(path=file))
    other.parse(file)
    return store, other


@pytest.fixture(scope="session")
def shipped_sides(collection: list[Compiled], collection_store: Store) -> Sides:
    """The shipped collection in both engines."""
    return collection_store, to_graph([*ontology_quads(), *(quad for done in collection for quad in done.quads)])


@pytest.fixture(scope="session")
def shipped_dataset(collection: list[Compiled]) -> rdflib.Dataset:
    """The shipped collection in rdflib with its named graphs, for queries that ask for them."""
    dataset = rdflib.Dataset(default_union=True)
    parts = [(BASE + "/ns", ontology_quads()), *((done.iri, done.quads) for done in collection)]
    for name, quads in parts:
        graph = dataset.graph(rdflib.URIRef(name))
        for triple in to_graph(quads):
            graph.add(triple)
    return dataset


def params_of(entry: dict[str, Any]) -> dict[str, str]:
    """The parameters of a case as a user types them."""
    return {name: str(value) for name, value in (entry.get("params") or {}).items()}


def oxigraph_rows(store: Store, text: str, columns: tuple[Column, ...]) -> Rows:
    """The rows that pyoxigraph gives; each cell must be of its column's kind."""
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [variable.value for variable in solutions.variables] == [column.name for column in columns]
    rows = [list(solution) for solution in solutions]
    for row in rows:
        for column, term in zip(columns, row, strict=True):
            check_kind(column, term)
    return [tuple(map(to_cell, row)) for row in rows]


def check_kind(column: Column, term: object) -> None:
    """Fails where a cell is not of its column's kind."""
    if term is None:
        assert column.nullable, f"{column.name} is empty, but not nullable"
    elif isinstance(term, ox.Literal):
        kind = "string" if term.language else term.datatype.value.removeprefix(XSD)
        assert kind == column.kind, f"{column.name}: {term} is no {column.kind}"
        assert term.value, f"{column.name} holds an empty text"
    else:
        assert column.kind == "iri", f"{column.name}: {term} is no {column.kind}"


def rdflib_rows(graph: rdflib.Graph, text: str, columns: tuple[Column, ...]) -> Rows:
    """The rows that rdflib gives."""
    result = graph.query(text)
    assert [str(variable) for variable in result.vars or []] == [column.name for column in columns]
    return [tuple(map(rdflib_cell, row)) for row in result if isinstance(row, tuple)]


def rdflib_cell(term: object) -> Cell:
    """An rdflib term as a Python value, read from its lexical form."""
    if term is None:
        return None
    text = str(term)
    match str(getattr(term, "datatype", "") or "").removeprefix(XSD):
        case "decimal":
            return Decimal(text)
        case "integer":
            return int(text)
        case "boolean":
            return text in {"true", "1"}
        case "date":
            return date.fromisoformat(text)
    return text


def expected_rows(rows: list[list[Any]], columns: tuple[Column, ...]) -> Rows:
    """Rows as they stand in YAML or CSV, read by the kinds of their columns."""
    return [tuple(expected_cell(value, column) for value, column in zip(row, columns, strict=True)) for row in rows]


def expected_cell(value: object, column: Column) -> Cell:
    """One expected cell."""
    if value is None:
        return None
    match column.kind:
        case "decimal":
            return Decimal(str(value))
        case "integer":
            return int(str(value))
        case "boolean":
            return str(value).lower() == "true"
        case "date":
            return date.fromisoformat(str(value))
    assert isinstance(value, str), f"{column.name}: write the text {value!r} in quotes"
    return value


def test_every_query_has_its_cases() -> None:
    """Each query has a directory with a case that has an answer and one whose right answer is empty."""
    assert sorted(path.name for path in DIRECTORY.iterdir() if path.is_dir()) == SLUGS
    for slug in SLUGS:
        answers = [case.get("rows") or case.get("graph") for case in case_file(slug)["cases"]]
        assert any(answers), f"{slug} has no case with an answer"
        assert not all(answers), f"{slug} has no case whose right answer is empty"
        assert case_file(slug)["collection"] or slug in CONSTRUCTS, f"{slug} has no answer on the collection"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_parameter_is_tried(slug: str) -> None:
    tried = {name for case in case_file(slug)["cases"] for name in params_of(case)}
    assert tried == {param.name for param in CATALOGUE[slug].params}


@pytest.mark.parametrize(("slug", "case"), CASES, ids=CASE_IDS)
def test_case(slug: str, case: dict[str, Any]) -> None:
    """Both engines give exactly the expected rows or graph."""
    question = CATALOGUE[slug]
    store, other = sides_of(DIRECTORY / slug / case.get("data", "data.ttl"))
    text = question.bind(store, params_of(case))
    if question.form == "construct":
        expected = rdflib.Graph()
        if case.get("graph"):
            expected.parse(DIRECTORY / slug / case["graph"])
        check_graph(store, other, text, expected)
    else:
        expected_table = expected_rows(case["rows"], question.columns)
        assert oxigraph_rows(store, text, question.columns) == expected_table
        assert rdflib_rows(other, text, question.columns) == expected_table


def check_graph(store: Store, other: rdflib.Graph, text: str, expected: rdflib.Graph | None) -> None:
    """Fails where the engines give other graphs than expected, or than each other."""
    triples = store.query(text)
    assert isinstance(triples, ox.QueryTriples)
    mine, theirs = to_isomorphic(to_graph(triples)), to_isomorphic(plain(other.query(text).graph))
    assert mine == theirs
    if expected is not None:
        assert mine == to_isomorphic(plain(expected))


def plain(graph: rdflib.Graph | None) -> rdflib.Graph:
    """A graph whose strings are plain literals, as the bridge writes them."""
    assert graph is not None
    lines = graph.serialize(format="nt", encoding="utf-8")
    statements: list[ox.Quad] = list(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    return to_graph(statements)


@pytest.mark.parametrize(("slug", "answer"), ANSWERS, ids=ANSWER_IDS)
def test_answer_on_the_collection(slug: str, answer: dict[str, Any], shipped_sides: Sides) -> None:
    """The shipped collection gives the answer that was checked by hand against the article."""
    question, file = CATALOGUE[slug], DIRECTORY / slug / answer["file"]
    text = question.bind(shipped_sides[0], params_of(answer))
    if question.form == "construct":
        check_graph(*shipped_sides, text, rdflib.Graph().parse(file))
        return
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header == [column.name for column in question.columns]
    expected = expected_rows([[cell or None for cell in row] for row in rows], question.columns)
    assert oxigraph_rows(shipped_sides[0], text, question.columns) == expected


@pytest.mark.parametrize("slug", SLUGS)
def test_engines_agree_on_the_collection(
    slug: str, shipped_sides: Sides, shipped_dataset: rdflib.Dataset
) -> None:
    """The file as it stands runs in both engines and gives the same, without a row told twice."""
    question, (store, merged) = CATALOGUE[slug], shipped_sides
    other = shipped_dataset if "GRAPH" in query_text.tokens(question.text) else merged
    if question.form == "construct":
        check_graph(store, other, question.text, None)
        return
    rows = oxigraph_rows(store, question.text, question.columns)
    assert rdflib_rows(other, question.text, question.columns) == rows
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize("slug", SLUGS)
def test_header(slug: str) -> None:
    question = CATALOGUE[slug]
    assert question.tags
    assert question.tags[0] in {"clinician", "methodologist", "engineer"}
    assert question.federates_with == ()
    for param in question.params:
        assert (param.kind == "entity") == bool(param.class_), f"{param.name}: an entity, and only it, has a class"
        assert (param.kind == "term") == bool(param.scheme), f"{param.name}: a term, and only it, has a scheme"


@pytest.mark.parametrize("slug", SLUGS)
def test_text(slug: str) -> None:
    """No `SELECT *`, a total order, no endless path, and a VALUES line in each group that uses a parameter."""
    question = CATALOGUE[slug]
    assert not re.search(r"SELECT\s+(DISTINCT\s+)?\*", question.text)
    assert query_text.endless_paths(question.text) == []
    assert query_text.uses_without_line(question) == []
    if question.form == "select":
        last = query_text.last_order_variable(question.text)
        assert last in {column.name for column in question.columns if column.kind == "iri"}


@pytest.mark.parametrize("slug", SLUGS)
def test_prefixes(slug: str) -> None:
    """The prefixes are the project's, and each is used."""
    text, known = CATALOGUE[slug].text, query_text.shipped_prefixes(shipped("ontology") / "prefixes.ttl")
    declared = query_text.prefixes(text)
    assert declared == {name: known.get(name) for name in declared}
    body = re.sub(r"^(PREFIX|#).*$", "", text, flags=re.MULTILINE)
    assert [name for name in declared if not re.search(rf"(?<![\w-]){name}:", body)] == []


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if CATALOGUE[slug].params])
def test_a_missing_line_is_found(slug: str) -> None:
    """Whichever VALUES line is taken away from a query, the check tells of it."""
    question = CATALOGUE[slug]
    names = {param.name for param in question.params}
    lines = [match for match in re.finditer(r"^[ \t]*VALUES \?(\w+) \{ .* \}\n", question.text, re.MULTILINE)
             if match[1] in names]
    for line in lines:
        text = question.text[:line.start()] + question.text[line.end():]
        assert query_text.uses_without_line(dataclasses.replace(question, text=text)), line[0]


HEADER = """#+ summary: Which?
#+ description: A row is a thing.
#+ tags: [engineer]
#+ params: {thing: {kind: string, label: thing}}
#+ columns: {it: {kind: iri, meaning: thing}}
#+ federates_with: []
"""
LINE = 'VALUES ?thing { "x" }\n'


@pytest.mark.parametrize(("body", "message"), [
    ("SELECT ?it WHERE { ?it ?p ?thing }", "never given"),
    ("SELECT ?it WHERE {\n" + LINE + "OPTIONAL { ?it ?p ?thing } }", "in: ?it ?p ?thing"),
    ("SELECT ?it WHERE {\n" + LINE + "?it ?p ?thing { ?it ?q ?thing } UNION {\n" + LINE + "?it ?r ?thing } }", "?q"),
    ("SELECT ?it WHERE {\n" + LINE + "?it ?p ?o FILTER NOT EXISTS { ?it ?q ?thing } }", "?q"),
    ("SELECT ?it WHERE {\n" + LINE + "{ SELECT ?it ?thing WHERE { ?it ?q ?o } } }", "?q"),
    ("SELECT ?it ?thing WHERE { ?it ?p ?o {\n" + LINE + "?it ?q ?thing } }", "?p"),
    ("SELECT ?it WHERE { VALUES ?thing { 'x' } ?it ?p ?thing }", "line of its own"),
    ("SELECT ?it WHERE {\n" + LINE + "?it ?p ?thing {\nVALUES ?thing { UNDEF }\n?it ?p ?thing } }", "one default"),
    ("SELECT ?it WHERE {\n" + LINE + "?it ?p ?o } ORDER BY ?thing", ""),
    ("SELECT ?it WHERE {\n" + LINE + "?it ?p ?o FILTER(!BOUND(?thing) || ?o = ?thing) }", ""),
])
def test_use_without_line(body: str, message: str) -> None:
    """The check of VALUES lines fails where it should, and only there."""
    found = "; ".join(query_text.uses_without_line(parse_question("x", HEADER + body)))
    assert message in found
    assert bool(found) == bool(message)


def test_endless_paths_are_found() -> None:
    text = "SELECT ?a WHERE { ?a <x:p>+ ?b . ?b (<x:q>/<x:r>*) ?c . ?c <x:s>? ?d FILTER EXISTS { ?a (^<x:t>)* ?d } }"
    assert len(query_text.endless_paths(text)) == 3


def test_quotes_in_a_parameter_stay_text() -> None:
    """A text with quotes, braces and backslashes is one term, not SPARQL."""
    graph, text = ox.NamedNode("https://example.org/g"), 'a "b" } \\ { \'c\'\n?it'
    store = Store()
    store.fill([ox.Quad(graph, graph, ox.Literal(text), graph), ox.Quad(graph, graph, ox.Literal("x"), graph)])
    question = parse_question("x", HEADER + "SELECT ?it WHERE {\n" + LINE + "?it ?p ?thing }")
    assert to_table(question.run(store, thing=text)).rows == ((graph.value,),)
    assert to_table(question.run(store, thing='" } ?it ?p ?o { "')).rows == ()


def test_a_value_that_the_header_does_not_allow_is_refused() -> None:
    """A parameter with allowed values takes these alone, and says which they are."""
    header = HEADER.replace("kind: string", "kind: string, values: [violation, warning, info]")
    question = parse_question("x", header + "SELECT ?it WHERE {\n" + LINE + "?it ?p ?thing }")
    assert question.params[0].values == ("violation", "warning", "info")
    assert to_table(question.run(Store(), thing="warning")).rows == ()
    for wrong in ("bogus", "Warning", ""):
        with pytest.raises(InputError, match=f"--param thing: `{wrong}` is not violation, warning or info"):
            question.run(Store(), thing=wrong)
    assert "(violation, warning or info)" in question.explanation()


@pytest.mark.parametrize("slug", ["findings", "findings-by-rule", "findings-for-statement"])
def test_a_misspelt_severity_is_refused(slug: str) -> None:
    with pytest.raises(InputError, match="--param severity: `bogus` is not violation, warning or info"):
        CATALOGUE[slug].bind(Store(), {"severity": "bogus"})


def test_bad_parameters_are_refused() -> None:
    """An unknown parameter, a missing required one and an ill-typed one are told, each by name."""
    header = HEADER.replace("kind: string", "kind: integer, required: true")
    question = parse_question("x", header + "SELECT ?it WHERE {\n" + LINE + "?it ?p ?thing }")
    for params, message in [({}, "needs `--param thing=…`"), ({"thing": "1.5"}, "no whole number"),
                            ({"thing": "1", "thong": "2"}, "no parameter `thong`")]:
        with pytest.raises(InputError, match=message):
            question.bind(Store(), params)
