"""Every way out: the same evidence, readable by anybody, the same bytes everywhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from ldn_graph import EvidenceStore, InputError, Table
from ldn_graph.bridge import to_graph
from ldn_graph.catalogue import find_question
from ldn_graph.export import FORMATS, Statements, describe, export, iri_of, write_file
from ldn_graph.precompiled import ONTOLOGY_GRAPHS, prefixes
from ldn_graph.queries import to_table
from ldn_graph.store import Store
from ldn_graph.terms import LDN, XSD, canonical_number
from mini import BASE, COLLECTION, MINI, STUDY, environment, loaded

OX = {"turtle": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "ntriples": ox.RdfFormat.N_TRIPLES,
      "nquads": ox.RdfFormat.N_QUADS, "json-ld": ox.RdfFormat.JSON_LD, "rdf-xml": ox.RdfFormat.RDF_XML}
RDFLIB = {"turtle": "turtle", "trig": "trig", "ntriples": "nt", "nquads": "nquads", "json-ld": "json-ld",
          "rdf-xml": "xml"}
WITH_GRAPHS = {"trig", "nquads", "json-ld"}
VOID = "http://rdfs.org/ns/void#"


@pytest.fixture(scope="module")
def evidence() -> EvidenceStore:
    return loaded()


def whole(evidence: EvidenceStore) -> list[ox.Quad]:
    quads = evidence.quads()
    return [*quads, *describe(quads)]


def triples(statements: Statements) -> set[ox.Triple]:
    return {ox.Triple(it.subject, it.predicate, it.object) for it in statements}


def canonical(statements: Iterable[ox.Quad | ox.Triple]) -> list[str]:
    """The canonical N-Triples of statements, so that names of blank nodes do not matter."""
    dataset = ox.Dataset(ox.Quad(it.subject, it.predicate, it.object) for it in statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def read_by_rdflib(content: bytes, rdf_format: str) -> rdflib.Graph:
    dataset, graph = rdflib.Dataset(default_union=True), rdflib.Graph()
    dataset.parse(data=content, format=RDFLIB[rdf_format])
    for subject, predicate, value, _ in dataset.quads():
        graph.add((subject, predicate, value))
    return graph


def same_everywhere(statements: list[ox.Quad] | list[ox.Triple], rdf_format: str) -> bytes:
    """The export, after both engines have read it back to the same."""
    content = export(statements, rdf_format, prefixes())
    back = list(ox.parse(content, format=OX[rdf_format]))
    assert canonical(back) == canonical(statements)
    if rdf_format in WITH_GRAPHS and isinstance(statements[0], ox.Quad):
        assert set(back) == set(statements)
    assert isomorphic(read_by_rdflib(content, rdf_format), to_graph(statements))
    return content


@pytest.mark.parametrize("rdf_format", FORMATS)
def test_the_whole_store_comes_back(evidence: EvidenceStore, rdf_format: str) -> None:
    content = same_everywhere(whole(evidence), rdf_format)
    assert b"_:" not in re.sub(rb'"(\\.|[^"\\])*"', b"", content)


@pytest.mark.parametrize("rdf_format", FORMATS)
def test_one_document_comes_back(evidence: EvidenceStore, rdf_format: str) -> None:
    same_everywhere(evidence.quads([STUDY]), rdf_format)


@pytest.mark.parametrize("rdf_format", FORMATS)
def test_what_a_construct_query_gives_comes_back(evidence: EvidenceStore, rdf_format: str) -> None:
    found = evidence.results("CONSTRUCT { ?s schema:name ?l } WHERE { ?s a ldn:Group ; skos:prefLabel ?l }")
    assert isinstance(found, ox.QueryTriples)
    statements = list(found)
    assert len(statements) == 2
    same_everywhere(statements, rdf_format)


@pytest.mark.parametrize("rdf_format", FORMATS)
def test_the_shipped_collection_comes_back(rdf_format: str) -> None:
    quads = whole(EvidenceStore.open())
    assert not any(isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object))
    content = export(quads, rdf_format, prefixes())
    assert triples(ox.parse(content, format=OX[rdf_format])) == triples(quads)
    assert len(read_by_rdflib(content, rdf_format)) == len(triples(quads))


@pytest.mark.parametrize("rdf_format", FORMATS)
def test_nothing_gives_an_export_that_parses(rdf_format: str) -> None:
    assert list(ox.parse(export([], rdf_format, prefixes()), format=OX[rdf_format])) == []


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(InputError, match="there is no format `docx`; choose one of turtle, trig, ntriples, nquads"):
        export([], "docx", {})


WRITE = """
import hashlib, sys
from ldn_graph import EvidenceStore
from ldn_graph.export import FORMATS, describe, export
from ldn_graph.precompiled import prefixes
evidence = EvidenceStore.empty()
evidence.load(sys.argv[1:])
quads = evidence.quads()
for rdf_format in FORMATS:
    content = export([*quads, *describe(quads)], rdf_format, prefixes())
    print(rdf_format, hashlib.sha256(content).hexdigest())
"""


def test_the_bytes_depend_on_nothing_but_the_evidence(evidence: EvidenceStore, tmp_path: Path) -> None:
    files = sorted(map(str, MINI.glob("*.yaml")))
    outputs = {
        subprocess.run([sys.executable, "-c", WRITE, *order], cwd=directory, check=True, capture_output=True, text=True,
                       env=environment(PYTHONHASHSEED=seed, LC_ALL=locale, TZ=zone)).stdout
        for order, directory, seed, locale, zone in (
            (files, MINI, "0", "C", "UTC"), (files[::-1], tmp_path, "1", "C.UTF-8", "Pacific/Auckland"),
            ([str(MINI)], Path("/"), "4242", "de_DE.ISO-8859-1", "America/St_Johns"))}
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) == len(FORMATS)
    quads = whole(evidence)
    for rdf_format in FORMATS:
        assert export(quads, rdf_format, prefixes()) == export(quads[::-1], rdf_format, prefixes())


def test_the_printed_form_of_figures_stands_beside_their_value(evidence: EvidenceStore) -> None:
    for rdf_format in FORMATS:
        back = triples(ox.parse(same_everywhere(evidence.quads([STUDY]), rdf_format), format=OX[rdf_format]))
        figures = {(it.predicate.value.removeprefix(LDN), getattr(it.object, "value", "")) for it in back}
        assert {("maximum", "6"), ("maximumText", "6.0"), ("minimum", "5.4"), ("minimumText", "5.4"),
                ("estimate", "-1.6"), ("estimateText", "-1.60"), ("upper", "-0.9"), ("upperText", "-.90"),
                ("estimate", "3"), ("estimateText", "3.0"), ("pValue", "0.001"), ("pValueText", "0.001")} <= figures


def test_figures_keep_their_datatype_in_json_ld(evidence: EvidenceStore) -> None:
    content = export(evidence.quads([STUDY]), "json-ld", prefixes()).decode()
    assert '"upper": "-0.9"' in content
    assert '"upper-text": "-.90"' in content
    assert '"masking": "open-label"' in content


def test_names_are_short_in_turtle(evidence: EvidenceStore) -> None:
    turtle = export(whole(evidence), "turtle", prefixes()).decode()
    body = "".join(line for line in turtle.splitlines(keepends=True) if not line.startswith("@prefix"))
    assert [found for namespace in prefixes().values()
            for found in re.findall(f"<{re.escape(namespace)}[A-Za-z-]+>", body)] == []
    assert "\tldn:estimateText \"-1.60\" ;" in turtle
    assert "masking:open-label" in turtle
    declared = set(re.findall(r"^@prefix (\S*):", turtle, re.MULTILINE))
    assert {"ldn", "skos", "void", "dcat", "dcterms", "masking"} <= declared
    assert declared <= set(prefixes())


def test_the_type_comes_first_and_documents_are_in_order(evidence: EvidenceStore) -> None:
    turtle = export(evidence.quads([STUDY]), "turtle", prefixes()).decode()
    blocks = re.findall(r"^(<[^>]*>) (\S+) ", turtle, re.MULTILINE)
    assert [iri for iri, _ in blocks] == sorted((iri for iri, _ in blocks), key=lambda iri: iri[1:-1])
    assert {word for _, word in blocks} == {"a"}


def facts(quads: Iterable[ox.Quad], subject: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for quad in quads:
        if iri_of(quad.subject) == subject:
            found.setdefault(quad.predicate.value, set()).add(getattr(quad.object, "value", ""))
    return found


def test_the_description_counts_what_is_there(evidence: EvidenceStore) -> None:
    quads = evidence.quads()
    described = describe(quads)
    held = triples(quad for quad in quads if iri_of(quad.graph_name) not in ONTOLOGY_GRAPHS.values())
    about = facts(described, COLLECTION)
    assert about[VOID + "triples"] == {str(len(held))}
    counted = {facts(described, part)[VOID + "class"].pop(): int(facts(described, part)[VOID + "entities"].pop())
               for part in about[VOID + "classPartition"]}
    table = evidence.query("""SELECT ?class (COUNT(DISTINCT ?it) AS ?n) WHERE {
        ?it a ?class FILTER(STRSTARTS(STR(?it), "https://example.org/mini/") && STRSTARTS(STR(?class), STR(ldn:))) }
        GROUP BY ?class""")
    assert isinstance(table, Table)
    assert counted == {cls: number for cls, number in table.rows}  # noqa: C416 — for the type checker
    assert (counted[LDN + "Study"], counted[LDN + "Result"], counted[LDN + "Condition"]) == (1, 2, 1)


def test_the_count_of_the_shipped_collection_leaves_the_ontology_out() -> None:
    quads = EvidenceStore.open().quads()
    [collection] = {iri_of(quad.subject) for quad in quads if iri_of(quad.object) == LDN + "Collection"
                    and quad.predicate.value.endswith("#type")}
    held = triples(quad for quad in quads if iri_of(quad.graph_name) not in ONTOLOGY_GRAPHS.values())
    assert facts(describe(quads), collection)[VOID + "triples"] == {str(len(held))}


def test_the_description_says_title_licence_and_maker(evidence: EvidenceStore) -> None:
    about, terms = facts(describe(evidence.quads()), COLLECTION), "http://purl.org/dc/terms/"
    assert about["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"] == {"http://www.w3.org/ns/dcat#Dataset",
                                                                       VOID + "Dataset"}
    assert about[terms + "title"] == {"Willow tea for knee pain"}
    assert about[terms + "license"] == {"https://creativecommons.org/licenses/by/4.0"}
    assert about[terms + "creator"] == {"ldn-graph maintainers"}
    assert about[terms + "description"] == {
        "An invented collection for tests; no plant, patient or paper in it is real."}
    assert about[VOID + "uriSpace"] == {f"{BASE}/"}
    assert about[VOID + "vocabulary"] == {LDN}


SAFE = st.text(st.characters(codec="utf-8"))
XML = SAFE.filter(lambda text: not re.search("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text))
TRICKY = st.sampled_from(["null", '"""', "'''", "\\", "\\u0022", "a\rb", "\r\n", "\u202ea\u2066b", "\u2028", "\x85",
                          " x ", "<b>&amp;</b>", "]]>", "_:b0", "@id", "", "\ufeff", "😀", "\u0000", "\x7f"])
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-10**9, max_value=10**9).map(
    lambda number: ox.Literal(canonical_number(f"{number:f}"), datatype=ox.NamedNode(XSD + "decimal")))


def literals(texts: st.SearchStrategy[str]) -> st.SearchStrategy[ox.Literal]:
    return st.one_of(texts.map(ox.Literal), texts.map(lambda text: ox.Literal(text, language="en")), DECIMALS)


def as_triples(values: list[ox.Literal]) -> list[ox.Triple]:
    subject = ox.NamedNode(STUDY)
    return [ox.Triple(subject, ox.NamedNode(LDN + name), value) for value in values
            for name in ("note", "estimate", "estimateText")]


@settings(deadline=None, max_examples=60)
@given(st.lists(literals(SAFE | TRICKY), min_size=1, max_size=3))
def test_any_literal_comes_back(values: list[ox.Literal]) -> None:
    for rdf_format in sorted(set(FORMATS) - {"rdf-xml"}):
        same_everywhere(as_triples(values), rdf_format)


@settings(deadline=None, max_examples=60)
@given(st.lists(literals(XML), min_size=1, max_size=3))
@example([ox.Literal("a\rb"), ox.Literal("\r\n\t x "), ox.Literal("]]><![CDATA[&amp;", language="en")])
def test_any_literal_that_xml_can_hold_comes_back_from_xml(values: list[ox.Literal]) -> None:
    same_everywhere(as_triples(values), "rdf-xml")


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_refused(character: str) -> None:
    with pytest.raises(InputError, match=f"the control character U\\+{ord(character):04X}, which no XML can hold; "):
        export(as_triples([ox.Literal(f"a{character}b")]), "rdf-xml", prefixes())


@pytest.mark.parametrize("predicate", ["https://example.org/1", "https://example.org/p/", "https://example.org/p#"])
def test_a_property_that_xml_cannot_name_is_refused(predicate: str) -> None:
    node = ox.NamedNode(predicate)
    with pytest.raises(InputError, match=f"<{re.escape(predicate)}>: RDF/XML cannot write this property; choose"):
        export([ox.Triple(node, node, node)], "rdf-xml", prefixes())


def test_triples_about_triples_are_no_json_ld() -> None:
    node = ox.NamedNode(STUDY)
    with pytest.raises(InputError, match="JSON-LD cannot hold triples about triples; choose another format"):
        export([ox.Triple(node, node, ox.Triple(node, node, node))], "json-ld", prefixes())


@pytest.mark.parametrize("slug", ["denominators", "study-characteristics", "limitations"])
def test_canned_queries_give_the_same_rows_on_the_export_in_rdflib(slug: str) -> None:
    evidence = EvidenceStore.open()
    question = find_question(evidence.questions(), slug)
    graph = rdflib.Graph().parse(data=export(whole(evidence), "turtle", prefixes()), format="turtle")
    ours = to_table(evidence.solutions(slug)).rows
    assert ours
    theirs = graph.query(question.bind(Store(), {}))
    assert [[None if cell is None else str(cell) for cell in row] for row in ours] == [
        [None if cell is None else str(cell) for cell in row] for row in theirs]  # type: ignore[union-attr]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "evidence.ttl"
    write_file(file, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError) as caught:
        write_file(file, b"new")
    assert str(caught.value) == f"{file}: cannot be written: No space left on device"
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_stopped_writer_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "x", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_has_the_rights_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_file(tmp_path / "new", b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    write_file(tmp_path / "new", b"y")
    assert ((tmp_path / "new").stat().st_mode & 0o777, (tmp_path / "new").read_bytes()) == (0o640, b"y")


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"
    write_file(Path("/dev/null"), b"gone")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(("name", "reason"), [("no/x.ttl", "No such file or directory"), (".", "Is a directory"),
                                              ("f/x.ttl", "Not a directory"), ("x" * 300, "File name too long")])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "f").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        write_file(tmp_path / name, b"x")
    assert str(caught.value) == f"{tmp_path / name}: cannot be written: {reason}"
    assert [file.name for file in tmp_path.iterdir()] == ["f"]


def test_a_long_name_is_written(tmp_path: Path) -> None:
    write_file(tmp_path / ("x" * 255), b"x")
    assert (tmp_path / ("x" * 255)).read_bytes() == b"x"
