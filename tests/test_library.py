"""`EvidenceStore` as a Python developer uses it, and the queries it will not run."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import ldn_graph
from ldn_graph import EvidenceStore, InputError, NotFoundError, QueryError, StoreError, Table, precompiled
from ldn_graph.catalogue import parse_question
from ldn_graph.export import iri_of
from ldn_graph.guard import MAX_LENGTH, MAX_PARTS, checked_query
from mini import BASE, DOCUMENTS, MINI, QUESTION, REPORT, STUDY, changed, dump, loaded

GROUPS = """#+ summary: Which groups have a study?
#+ description: A row is a group; no rows mean there is none.
#+ tags: [engineer]
#+ params:
#+   study: {kind: entity, class: Study, label: study, required: true}
#+   kind: {kind: term, scheme: group-kind, label: kind of group}
#+   label: {kind: string, label: label}
#+   n: {kind: integer, label: number}
#+   share: {kind: decimal, label: share}
#+   day: {kind: date, label: day}
#+   iri: {kind: iri, label: group}
#+ columns:
#+   label: {kind: string, meaning: The group.}
#+   n: {kind: integer, meaning: How many.}
#+ federates_with: []
PREFIX ldn: <https://w3id.org/ldn-graph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label ?n WHERE {
  VALUES ?study { <https://example.org/mini/study/lindgren-2031> }
  VALUES ?kind { UNDEF }
  VALUES ?label { UNDEF }
  VALUES ?n { UNDEF }
  VALUES ?share { UNDEF }
  VALUES ?day { UNDEF }
  VALUES ?iri { UNDEF }
  ?study ldn:hasGroup ?iri .
  ?iri skos:prefLabel ?text ; ldn:groupKind ?kind ; ldn:hasDenominator/ldn:number ?n .
  BIND(STR(?text) AS ?label)
} ORDER BY ?label
"""
LABELS = """#+ summary: What are the labels?
#+ description: A triple is a label.
#+ tags: [engineer]
#+ params:
#+   study: {kind: entity, class: Study, label: study}
#+ columns: {}
#+ federates_with: []
PREFIX ldn: <https://w3id.org/ldn-graph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?study skos:prefLabel ?label } WHERE {
  VALUES ?study { UNDEF }
  ?study a ldn:Study ; skos:prefLabel ?label
}
"""


@pytest.fixture(scope="module")
def shared() -> EvidenceStore:
    return loaded()


@pytest.fixture
def evidence(shared: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> EvidenceStore:
    """The collection with two canned queries of its own."""
    canned = {"groups": parse_question("groups", GROUPS.replace("  BIND(STR(?text) AS ?label)\n", "").replace(
        "?text", "?label")), "labels": parse_question("labels", LABELS)}
    monkeypatch.setattr(precompiled, "catalogue", lambda: canned)
    return shared


def test_the_package_hands_on_its_public_names() -> None:
    assert [name for name in ldn_graph.__all__ if not hasattr(ldn_graph, name)] == []
    assert sorted(ldn_graph.__all__) == ldn_graph.__all__


def test_without_a_path_the_shipped_collection_is_open() -> None:
    documents = EvidenceStore.open().documents()
    assert "https://w3id.org/ldn-graph/study/martin-2022" in documents
    assert len(documents) == len(list((Path(__file__).parent.parent / "evidence").rglob("*.yaml")))


def test_an_empty_store_holds_no_document() -> None:
    assert EvidenceStore.empty().documents() == []
    assert EvidenceStore.empty().query("ASK { ldn:Study a owl:Class }") is True


def test_validating_stores_nothing() -> None:
    evidence = EvidenceStore.empty()
    before = dump(evidence)
    assert evidence.validate(MINI).conforms
    assert dump(evidence) == before


def test_a_report_says_what_does_not_conform(tmp_path: Path) -> None:
    file = changed(tmp_path, "study.yaml", "population:\n", "#\n#")
    before, _, after = file.read_text().partition("#\n#")
    file.write_text(before + after.partition("not-reported: [sex, ethnicity]\n")[2])
    report = EvidenceStore.empty().validate(tmp_path)
    assert not report.conforms
    assert [finding.rule_name for finding in report.findings] == ["StudyShape-population"]
    assert str(report).splitlines()[0].startswith(f"{file}:1: violation: a study needs `population`")


@pytest.mark.parametrize(("name", "iri"), [
    ("study/lindgren-2031", STUDY), (STUDY, STUDY), ("report/lindgren-2031", REPORT), (QUESTION, QUESTION)])
def test_documents_are_found_by_short_name_or_address(shared: EvidenceStore, name: str, iri: str) -> None:
    assert shared.find(name) == iri


@pytest.mark.parametrize(("name", "hint"), [
    ("study/lindgren-2013", "did you mean study/lindgren-2031"),
    ("study/lindgren-2031/findings", "did you mean study/lindgren-2031"),
    ("https://w3id.org/ldn-graph/ns", "5 stand in the store"), ("", "5 stand in the store"),
])
def test_what_is_no_document_is_not_found(shared: EvidenceStore, name: str, hint: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        shared.find(name)
    assert str(caught.value).startswith(f"there is no document `{name}`; {hint}")


def test_a_name_of_two_documents_is_not_guessed(tmp_path: Path) -> None:
    evidence = loaded()
    for name in ("collection", "vocabulary", "report", "study", "question"):
        text = (MINI / f"{name}.yaml").read_text().replace(BASE, "https://example.org/two")
        (tmp_path / f"{name}.yaml").write_text(text)
    evidence.load(tmp_path)
    with pytest.raises(NotFoundError) as caught:
        evidence.find("study/lindgren-2031")
    assert str(caught.value) == (f"`study/lindgren-2031` may mean {STUDY} or "
                                 "https://example.org/two/study/lindgren-2031; name one of them in full")


def test_one_document_is_a_graph(shared: EvidenceStore) -> None:
    graph = shared.graph("study/lindgren-2031")
    assert isinstance(graph, rdflib.Graph)
    assert len(graph) == len(shared.quads([STUDY])) > 100
    label = rdflib.Literal("Willow tea or plain tea for knee pain", lang="en")
    assert graph.value(rdflib.URIRef(STUDY), rdflib.SKOS.prefLabel) == label


def test_quads_are_of_some_documents_or_of_all(shared: EvidenceStore) -> None:
    assert {iri_of(quad.graph_name) for quad in shared.quads([STUDY, "report/lindgren-2031"])} == {STUDY, REPORT}
    assert {iri_of(quad.graph_name) for quad in shared.quads()} == {*DOCUMENTS, *precompiled.ONTOLOGY_GRAPHS.values()}
    with pytest.raises(NotFoundError):
        shared.quads(["study/no"])


def test_a_canned_query_gives_typed_rows(evidence: EvidenceStore) -> None:
    table = evidence.ask("groups", study="lindgren-2031")
    assert table == Table(("label", "n"), (("plain tea", 21), ("willow tea", 20)))
    assert table.dicts()[0] == {"label": "plain tea", "n": 21}
    assert len(table) == 2


@pytest.mark.parametrize(("params", "labels"), [
    ({"kind": "arm"}, ["plain tea", "willow tea"]), ({"kind": "sequence"}, []), ({"n": "020"}, ["willow tea"]),
    ({"iri": f"{STUDY}/groups/plain"}, ["plain tea"]), ({"study": STUDY}, ["plain tea", "willow tea"]),
    ({"share": ".50", "day": "2031-05-01"}, ["plain tea", "willow tea"]), ({"label": '" } UNION { ?s ?p ?o . "'}, []),
])
def test_parameters_narrow_the_rows(evidence: EvidenceStore, params: dict[str, str], labels: list[str]) -> None:
    assert [row[0] for row in evidence.ask("groups", **{"study": "lindgren-2031", **params})] == labels


@pytest.mark.parametrize(("params", "message"), [
    ({}, "groups needs `--param study=…` (study)"),
    ({"study": "nobody"}, "--param study: there is no Study `nobody`; known are lindgren-2031"),
    ({"study": "lindgren"}, "--param study: there is no Study `lindgren`; did you mean lindgren-2031?"),
    ({"study": "x> } #"}, "--param study: there is no Study `x> } #`; known are lindgren-2031"),
    ({"study": "lindgren-2031", "kind": "arms"}, "--param kind: there is no group-kind `arms`; did you mean arm?"),
    ({"study": "lindgren-2031", "n": "two"}, "--param n: `two` is no number; write it in digits"),
    ({"study": "lindgren-2031", "n": "1.5"}, "--param n: `1.5` is no whole number"),
    ({"study": "lindgren-2031", "share": "1e3"}, "--param share: `1e3` is no number; write it in digits"),
    ({"study": "lindgren-2031", "day": "May 2031"}, "--param day: `May 2031` is no day; write YYYY-MM-DD"),
    ({"study": "lindgren-2031", "day": "2031-02-30"}, "--param day: "),
    ({"study": "lindgren-2031", "iri": "no address"}, "--param iri: "),
    ({"study": "lindgren-2031", "iri": "https://x> } #"}, "--param iri: "),
    ({"study": "lindgren-2031", "slug": "x"}, "groups has no parameter `slug`; its parameters are: study, "),
    ({"study": "lindgren-2031", "self": "x"}, "groups has no parameter `self`; its parameters are: study, "),
    ({"study": "lindgren-2031", "store": "x"}, "groups has no parameter `store`; its parameters are: study, "),
])
def test_a_parameter_that_does_not_fit_is_told(evidence: EvidenceStore, params: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        evidence.ask("groups", **params)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("way", ["validate", "load", "hold"])
@pytest.mark.parametrize("paths", [None, 3, [3], [MINI, None]])
def test_what_is_no_path_is_refused(way: str, paths: object) -> None:
    with pytest.raises(InputError, match="is no path; name a file, a directory, or several"):
        getattr(EvidenceStore.empty(), way)(paths)


def test_a_closed_store_checks_and_holds_nothing() -> None:
    evidence = EvidenceStore.empty()
    evidence.close()
    for act in (evidence.validate, evidence.load, evidence.hold):
        with pytest.raises(StoreError, match="is closed; open it again"):
            act(MINI)
    with pytest.raises(StoreError, match="is closed; open it again"):
        evidence.held.documents()


def test_what_the_methods_give_can_be_named() -> None:
    assert {"Answer", "Intake", "Outcome"} <= set(ldn_graph.__all__)
    assert all(hasattr(ldn_graph, name) for name in ldn_graph.__all__)
    with pytest.raises(AttributeError, match="no attribute `Nothing`"):
        ldn_graph.Nothing  # noqa: B018


def test_a_query_nobody_wrote_is_not_found(evidence: EvidenceStore) -> None:
    with pytest.raises(NotFoundError, match=r"there is no query `group`; did you mean groups\?"):
        evidence.ask("group")
    with pytest.raises(NotFoundError, match="there is no query `zzz`; `ldn-graph queries` lists them"):
        evidence.question("zzz")


def test_a_construct_query_gives_triples(evidence: EvidenceStore) -> None:
    [triple] = evidence.construct("labels", study="lindgren-2031")
    assert (triple.subject, triple.object) == (ox.NamedNode(STUDY),
                                               ox.Literal("Willow tea or plain tea for knee pain", language="en"))


def test_rows_and_graphs_are_not_mistaken_for_each_other(evidence: EvidenceStore) -> None:
    with pytest.raises(QueryError, match="groups gives rows, not a graph; ask it"):
        evidence.construct("groups", study="lindgren-2031")
    with pytest.raises(QueryError, match="labels gives a graph; export it with `ldn-graph export --query labels`"):
        evidence.ask("labels")


def test_a_select_gives_a_table_an_ask_a_bool_and_a_construct_a_graph(shared: EvidenceStore) -> None:
    rows = shared.query("SELECT ?text ?value { ?r ldn:estimateText ?text ; ldn:estimate ?value } ORDER BY ?text")
    assert rows == Table(("text", "value"), (("-1.60", Decimal("-1.6")), ("3.0", Decimal(3))))
    assert shared.query("ASK { ?s a ldn:Study }") is True
    assert shared.query("ASK { ?s a ldn:Unicorn }") is False
    graph = shared.query("CONSTRUCT { ?s a ldn:Study } WHERE { ?s a ldn:Study }")
    assert isinstance(graph, rdflib.Graph)
    assert set(graph.subjects()) == {rdflib.URIRef(STUDY)}


@pytest.mark.parametrize(("term", "cell"), [
    ("7", 7), ("1.50", Decimal("1.5")), ("true", True), ("'x'@en", "x"), ("ldn:Study", "https://w3id.org/ldn-graph/ns#Study"),
    ("'2031-05-01'^^xsd:date", date(2031, 5, 1)), ("1.5e0", "1.5"), ("?unbound", None),
    ("'2031-05-01Z'^^xsd:date", "2031-05-01Z"), ("'seven'^^xsd:integer", "seven"), ("'x'^^xsd:decimal", "x"),
])
def test_cells_are_python_values_where_they_can_be(shared: EvidenceStore, term: str, cell: object) -> None:
    table = shared.query(f"SELECT ?x {{ BIND({term} AS ?x) }}")
    assert not isinstance(table, bool)
    [[found]] = list(table)
    assert (found, type(found)) == (cell, type(cell)) or term == "1.5e0"


def test_a_query_may_name_the_documents_it_asks(shared: EvidenceStore) -> None:
    def labelled(clause: str) -> object:
        return shared.query(f"SELECT ?s {clause} WHERE {{ ?s a ldn:Study }}")
    assert labelled("") == labelled(f"FROM <{STUDY}>") == Table(("s",), ((STUDY,),))
    assert labelled(f"from<{REPORT}>") == labelled("FROM NAMED ldn:x") == Table(("s",), ())


def test_from_reads_no_file_and_no_address(shared: EvidenceStore, tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("<https://e.org/s> <https://e.org/p> 1 .")
    for clause in (f"FROM <file://{tmp_path}/x.ttl>", f"FROM NAMED <file://{tmp_path}/x.ttl>"):
        for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
            assert shared.query(f"SELECT * {clause} {{ {pattern} }}").rows == ()  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a server of our own, and the requests it gets."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(500)

        do_POST = do_GET  # noqa: N815 — the library's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the library's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", requests
    server.shutdown()
    server.server_close()


CALLS = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { service <%s> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE# not here\n<%s>{?s ?p ?o}}",
    "SELECT * { # SERVICE in a comment\n service <%s> { ?s ?p ?o } }",
    "SELECT * { { SELECT ?s { SERVICE <%s> { ?s ?p ?o } } } }",
    "ASK { SERVICE <%s> { ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE SILENT <%s> { ?s ?p ?o } } }",
    "ASK { FILTER NOT EXISTS { ?s ?p ?o . SERVICE SILENT <%s> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { SERVICE SILENT <%s> { ?s ?p ?o } } }",
    "SELECT * { { ?s a ldn:Study } UNION { SERVICE SILENT <%s> { ?s ?p ?o } } }",
    "SELECT * { ?s a ldn:Study MINUS { SERVICE SILENT <%s> { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE SILENT <%s> { ?s ?p ?o } } }",
    "SELECT * { VALUES ?where { <%s> } SERVICE SILENT ?where { ?s ?p ?o } }",
    "PREFIX x: <%s> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "BASE <%s> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
    "DESCRIBE ?s WHERE { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT ('\"' AS ?x) { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''it's # \" ''' . SERVICE <%s> { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { BIND(EXISTS { SERVICE <%s> { ?s ?p ?o } } AS ?x) }",
    "SELECT * { LATERAL { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { # x\r SERVICE <%s> { ?s ?p ?o }\n }",
    'SELECT * { BIND("\\u0022" AS ?x) SERVICE <%s> { ?s ?p ?o } BIND("\\u0022" AS ?y) }',
    "SELECT * { BIND('\\u0027' AS ?x) SERVICE SILENT <%s> { ?s ?p ?o } BIND('\\u0027' AS ?y) }",
]


@pytest.mark.parametrize("query", CALLS)
def test_a_query_that_would_call_another_endpoint_is_refused(
        shared: EvidenceStore, listener: tuple[str, list[str]], query: str) -> None:
    address, requests = listener
    with pytest.raises(QueryError, match="SERVICE"):
        shared.query(query % address)
    assert requests == []


@pytest.mark.parametrize("query", [
    "SELECT * FROM <%s> { ?s ?p ?o }", "SELECT * FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH <%s> { ?s ?p ?o } }", "LOAD <%s>", "SELECT * { SERV\\u0049CE <%s> { ?s ?p ?o } }",
    "SELECT * { \u017fERVICE <%s> { ?s ?p ?o } }", "SELECT (<%s>(1) AS ?x) {}", "DESCRIBE <%s>",
    "CLEAR ALL ; LOAD <%s>", "SELECT * { SERV#\nICE <%s> { ?s ?p ?o } }",
])
def test_no_other_clause_calls_anybody(shared: EvidenceStore, listener: tuple[str, list[str]], query: str) -> None:
    address, requests = listener
    before = dump(shared)
    try:
        found = shared.query(query % address)
    except QueryError:
        found = []  # type: ignore[assignment]
    assert len(found) == 0  # type: ignore[arg-type]
    assert requests == []
    assert dump(shared) == before


@pytest.mark.parametrize("query", [
    "SELECT * { ?s ?p 'service' }", "SELECT * { ?service a ldn:Nothing }", "SELECT ?s { ?s a ldn:Service }",
    "SELECT ?s { ?s <https://example.org/service> ?o } # SERVICE", "SELECT ?s { ?s ?p \"\"\"SERVICE <x> {}\"\"\" }",
])
def test_the_word_alone_is_allowed(shared: EvidenceStore, query: str) -> None:
    assert shared.query(query).rows == ()  # type: ignore[union-attr]


def test_a_query_with_the_word_that_does_not_parse_says_where(shared: EvidenceStore) -> None:
    with pytest.raises(QueryError, match="the query does not parse at line 2, column "):
        shared.query("SELECT ?service {\n ?service nonsense }")


@pytest.mark.parametrize(("query", "message"), [
    ("SELECT * { ?s ?p '" + "x" * MAX_LENGTH + "' }", "the query is longer than 64 KiB"),
    ("SELECT * " + "{" * 101 + "}" * 101, "the query nests brackets or operators more than 100 deep"),
    ("ASK { FILTER(" + "!" * 101 + "true) }", "the query nests brackets or operators more than 100 deep"),
    ("ASK { ?s " + "^" * 101 + "ldn:x ?o }", "the query nests brackets or operators more than 100 deep"),
    ("SELECT (1" + "+1" * 20_000 + " AS ?x) {}", f"the query has more than {MAX_PARTS} brackets, operators"),
    ("ASK { ?s a" + "/a" * 15_000 + " ?o }", f"the query has more than {MAX_PARTS} brackets, operators"),
    ("ASK { " + "?s?p?o." * 9000 + " }", f"the query has more than {MAX_PARTS} brackets, operators"),
    ("SELECT * { FILTER(1<" + "(" * 6000 + "1" + ")" * 6000 + "&&2>1) }", "the query "),
    ("SELECT * { FILTER(1<" + "!" * 6000 + "true&&2>1) }", "the query "),
    ("SELECT * { #\r FILTER(" + "(" * 6000 + "1" + ")" * 6000 + ")\n }", "the query "),
    ("ASK { " + "MINUS{}" * 8000 + " }", f"the query has more than {MAX_PARTS} brackets, operators"),
])
def test_a_query_that_would_overflow_the_engine_is_refused(shared: EvidenceStore, query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        shared.query(query)


def test_long_lists_of_values_are_allowed() -> None:
    addresses = " ".join(f"<https://example.org/{number}>" for number in range(1500))
    checked_query(f"SELECT * {{ VALUES ?s {{ {addresses} }} ?s ?p '{'{' * 500}' }} # {'{' * 500}")


@pytest.mark.parametrize(("query", "message"), [
    ("", "the query is empty"), (" # only a comment", "the query is empty"),
    ("PREFIX x: <https://example.org/> insert data { x:a x:b x:c }", "INSERT is an update; only queries are answered"),
    ("LOAD <https://example.org/x>", "LOAD is an update"),
])
def test_what_is_no_query_is_told(shared: EvidenceStore, query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        shared.query(query)


def test_parameters_may_be_numbers(shared: EvidenceStore) -> None:
    assert shared.ask("eligible-studies", age=50) == shared.ask("eligible-studies", age="50")


def test_a_store_is_free_once_it_is_closed(tmp_path: Path) -> None:
    with EvidenceStore.open(tmp_path / "s", create=True) as evidence:
        with pytest.raises(StoreError, match="it is open already"):
            EvidenceStore.open(tmp_path / "s")
        assert evidence.documents() == []
        evidence.close()
        with pytest.raises(StoreError, match="is closed; open it again"):
            evidence.documents()
    assert EvidenceStore.open(tmp_path / "s").documents() == []


def test_a_store_without_its_data_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    EvidenceStore.open(tmp_path / "s", create=True).close()
    shutil.rmtree(tmp_path / "s" / "standing")
    with pytest.raises(StoreError, match="the store is damaged"):
        EvidenceStore.open(tmp_path / "s")


COLLECTION = "collection: {key}\nlabel: x\ntitle: x\ndefinition: x\nbase: {base}\n"


@pytest.mark.parametrize(("one", "other"), [
    ("https://example.org/x", "https://example.org/x"), ("https://example.org/x", "https://example.org/x/study"),
    ("https://example.org/x/study", "https://example.org/x"), ("https://example.org/x", "https://w3id.org/ldn-graph/ns"),
    ("https://example.org/x", "https://w3id.org/ldn-graph/terms/design"),
])
def test_collections_whose_graphs_could_clash_are_refused(tmp_path: Path, one: str, other: str) -> None:
    for key, base in (("one", one), ("other", other)):
        (tmp_path / key).mkdir()
        (tmp_path / key / "c.yaml").write_text(COLLECTION.format(key=key, base=base))
    report = EvidenceStore.empty().validate([tmp_path / "one", tmp_path / "other"])
    assert "base-clash" in {finding.rule_name for finding in report.findings}


@pytest.mark.parametrize("base", ["https://example.org/a/../b", "https://example.org/x?q=1", "https://example.org/x#y",
                                  "HTTPS://example.org", "https://example.org/"])
def test_a_base_that_would_swallow_what_follows_is_refused(tmp_path: Path, base: str) -> None:
    (tmp_path / "c.yaml").write_text(COLLECTION.format(key="c", base=base))
    report = EvidenceStore.empty().validate(tmp_path)
    assert "not-an-address" in {finding.rule_name for finding in report.findings}


def test_one_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(MINI / "study.yaml")
    assert EvidenceStore.empty().validate([MINI, MINI / "study.yaml", tmp_path / "link.yaml"]).documents == 5


def test_a_device_is_no_document(shared: EvidenceStore) -> None:
    with pytest.raises(InputError, match="/dev/zero: is no file that a document can stand in"):
        shared.validate("/dev/zero")
