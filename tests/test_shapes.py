"""Each shape has documents that fit it and documents with one defect, every one with its exact report."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl
from pyshacl.rdfutil.load import load_from_source
from pyshacl.validator import assign_baked_in
from rdflib.namespace import RDF, SH

from conftest import ROOT
from ldn_graph.bridge import to_graph
from ldn_graph.documents import parse_document
from ldn_graph.referee import ReadGraph, judge, shapes
from ldn_graph.shipped import shipped
from ldn_graph.terms import LDN, RDF_TYPE, TERMS
from ldn_graph.triples import Compiled, compile_document
from ldn_graph.validate import Entity, check_shapes, validate

SHAPES = rdflib.Namespace("https://w3id.org/ldn-graph/shapes#")
BASE = "https://example.org/headache"
DIRECTORY = ROOT / "tests" / "shapes"
EXAMPLES = sorted(DIRECTORY.glob("*/*.yaml"))
MARK = "# report: "
SAYINGS = {RDF.type, SH.severity, SH.name, SH.description, SH.message}
TARGETS = {SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}
NO_CONSTRAINT = SAYINGS | TARGETS | {SH.path, SH.property}


@cache
def compiled(file: Path) -> Compiled:
    """An example as quads."""
    done = compile_document(parse_document(file.read_text("utf-8"), file.name), BASE)
    assert not done.findings
    return done


def expected(file: Path) -> list[str]:
    """The report that an example holds in its first lines."""
    return [line.removeprefix(MARK) for line in file.read_text("utf-8").splitlines() if line.startswith(MARK)]


def told(file: Path, findings: Iterable[object]) -> list[str]:
    """Findings as the examples write them: without the name of the file."""
    return [str(finding).removeprefix(f"{file.name}:") for finding in findings]


def rules(file: Path) -> set[str]:
    """The rules that an example breaks."""
    return {line.rpartition("(")[2].removesuffix(")") for line in expected(file)}


@pytest.mark.parametrize("file", EXAMPLES, ids=[str(file.relative_to(DIRECTORY)) for file in EXAMPLES])
def test_an_example_has_exactly_its_report(file: Path) -> None:
    done = compiled(file)
    elsewhere = {ref.iri: Entity("https://example.org/other", frozenset({LDN + ref.kind.title().replace(" ", "")}))
                 for ref in done.references if ref.iri not in done.nodes}
    assert told(file, sorted(check_shapes(done, {}))) == expected(file)
    assert told(file, validate([done], lambda _: elsewhere).findings) == expected(file)
    assert worst(file) == file.name.partition(".")[0].replace("invalid", "violation")


def worst(file: Path) -> str:
    """The gravest severity in the report of an example, or that it is valid."""
    severities = {line.split(": ")[1] for line in expected(file)}
    return next((word for word in ("violation", "warning", "info") if word in severities), "valid")


def named_shapes() -> list[rdflib.URIRef]:
    """All shapes that have an IRI."""
    return sorted({shape for type_ in (SH.NodeShape, SH.PropertyShape) for shape in shapes().subjects(RDF.type, type_)
                   if isinstance(shape, rdflib.URIRef)})


def constraints() -> list[rdflib.URIRef]:
    """The shapes by which a result can name its source: those that constrain something themselves."""
    return [shape for shape in named_shapes() if set(shapes().predicates(shape)) - NO_CONSTRAINT]


def holder(shape: rdflib.URIRef) -> str:
    """The node shape to which a constraint belongs, which is the directory of its examples."""
    return shape.removeprefix(SHAPES).partition("-")[0]


def focus_nodes(shape: rdflib.URIRef, done: Compiled) -> set[str]:
    """The nodes of a document at which a shape aims, through itself or the node shape that holds it."""
    aims = [(how, str(what)) for by in (shape, *shapes().subjects(SH.property, shape))
            for how, what in shapes().predicate_objects(by) if how in TARGETS]
    return {found for how, what in aims for quad in done.quads if (found := hit(how, what, quad)) in done.nodes}


def hit(how: rdflib.term.Node, what: str, quad: ox.Quad) -> str:
    """The node at which a target aims through one quad, or nothing."""
    named = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
    subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
    if how == SH.targetClass:
        return subject if quad.predicate.value == RDF_TYPE and named == what else ""
    if quad.predicate.value != what:
        return ""
    return subject if how == SH.targetSubjectsOf else named


def test_each_constraint_has_a_valid_and_a_faulty_example(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {}
    for shape in constraints():
        files = sorted((DIRECTORY / holder(shape)).glob("*.yaml"))
        valid = [file for file in files if not expected(file) and focus_nodes(shape, compiled(file))]
        faulty = [file for file in files if shape.removeprefix(SHAPES) in rules(file)]
        counts[shape.removeprefix(SHAPES)] = len(valid), len(faulty)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(counts)} constraints of {len({holder(shape) for shape in constraints()})} shapes; "
                         f"{sum(not expected(file) for file in EXAMPLES)} valid and "
                         f"{sum(bool(expected(file)) for file in EXAMPLES)} faulty examples\n")
    assert {name: count for name, count in counts.items() if 0 in count} == {}
    assert len(counts) > 200


def test_each_node_shape_finds_a_focus_node_in_its_examples() -> None:
    idle = [shape for shape in named_shapes()
            if not any(focus_nodes(shape, compiled(file)) for file in DIRECTORY.glob(f"{holder(shape)}/*.yaml"))]
    assert idle == []


def test_each_directory_holds_examples_of_one_shape() -> None:
    holders = {holder(shape) for shape in named_shapes()}
    assert {file.name for file in DIRECTORY.iterdir()} == holders
    astray = [str(file) for file in EXAMPLES
              if expected(file) and not any(rule.startswith(f"{file.parent.name}-") for rule in rules(file))]
    assert astray == []


def test_each_constraint_tells_what_is_wrong_and_how_grave_it_is() -> None:
    for shape in constraints():
        assert str(shapes().value(shape, SH.severity)) in {str(SH.Violation), str(SH.Warning), str(SH.Info)}, shape
        for said in (SH.name, SH.description, SH.message):
            assert len(list(shapes().objects(shape, said))) == 1, (shape, said)
            assert len(str(shapes().value(shape, said))) > 5, (shape, said)
    messages = [str(shapes().value(shape, SH.message)) for shape in constraints()]
    assert len(set(messages)) == len(messages)


def test_the_shapes_use_declared_terms_only() -> None:
    declared = {str(getattr(triple.subject, "value", "")) for name in ("ldn", "terms")
                for triple in ox.parse(path=shipped("ontology") / f"{name}.ttl")}
    used = {node for triple in shapes() for node in triple if isinstance(node, rdflib.URIRef)}
    assert {str(iri) for iri in used if str(iri).startswith((LDN, TERMS))} - declared == set()
    assert [iri for iri in used if str(iri).startswith(str(SH)) and iri not in SH] == []
    assert SH.minCount in SH
    assert rdflib.URIRef(f"{SH}minCuont") not in SH


def test_the_shapes_fit_the_shapes_of_shapes() -> None:
    assign_baked_in()  # type: ignore[no-untyped-call]
    theirs = load_from_source(f"{str(SH).removesuffix('#')}-shacl").serialize(format="nt")
    judge_of_shapes = shacl.Shapes.from_text(theirs, format="ntriples")
    ours = shapes().serialize(format="nt")
    assert judge_of_shapes.validate_text(ours, format="ntriples").conforms
    two_paths = f"{ours}<{SHAPES}StudyShape-label> <{SH.path}> <{LDN}label> .\n"
    assert not judge_of_shapes.validate_text(two_paths, format="ntriples").conforms


def test_the_referee_finds_what_the_public_call_finds(collection: list[Compiled]) -> None:
    graph = to_graph(quad for done in collection for quad in done.quads)
    for fault in ("number", "statistic", "notReported", "unit"):
        graph.remove((None, rdflib.URIRef(LDN + fault), None))
    ours = judge(graph, {str(subject) for subject in graph.subjects()})
    public = pyshacl.validate(graph, shacl_graph=shapes(), inference="none")[1]
    assert results(ours) == results(public)
    assert len(results(ours)) > 100


def test_the_referee_finds_every_fault_that_the_public_call_finds() -> None:
    faulty = [file for file in EXAMPLES if expected(file)]
    graph = to_graph(ox.Triple(named(quad.subject, file), quad.predicate, named(quad.object, file))
                     for file in faulty for quad in compiled(file).quads)
    nodes = {named(ox.NamedNode(iri), file).value for file in faulty for iri in compiled(file).nodes}
    public = pyshacl.validate(graph, shacl_graph=shapes(), inference="none")[1]
    found = results(judge(graph, nodes))
    assert found == [result for result in results(public) if result[0] in nodes]
    assert len(found) >= len(faulty) > 300


def named(term: object, file: Path) -> ox.NamedNode:
    """A term, or a node of the example under a name that no other example has."""
    if not isinstance(term, ox.NamedNode) or not term.value.startswith(BASE):
        return term  # type: ignore[return-value]
    return ox.NamedNode(f"{term.value}/{file.parent.name}/{file.stem}")


def test_a_graph_forgets_its_answers_where_it_changes() -> None:
    graph = ReadGraph()
    node = rdflib.URIRef(f"{BASE}/a")
    assert list(graph.triples((node, None, None))) == []
    graph.add((node, RDF.type, RDF.Statement))
    assert list(graph.triples((node, None, None))) == [(node, RDF.type, RDF.Statement)]
    assert list(graph.objects(node, RDF.type)) == [RDF.Statement]
    assert bool(ReadGraph())


def results(report: rdflib.Graph) -> list[tuple[str, ...]]:
    """What a report says, in order."""
    said = (SH.focusNode, SH.value, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity, SH.resultMessage)
    return sorted(tuple(str(report.value(result, what)) for what in said)
                  for result in report.objects(None, SH.result))


def test_the_shipped_collection_has_no_violation(collection: list[Compiled]) -> None:
    report = validate(collection)
    assert report.conforms
    assert {finding.rule_name for finding in report.findings if "/shapes#" in finding.rule} == {"ClaimShape-rests-on"}
