"""The vocabulary, its code lists, its authoring context and its style shapes agree with one another."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).parent.parent
ONTOLOGY = ROOT / "ontology"
SHAPE_FILES = sorted((ONTOLOGY / "shapes").glob("*.ttl"))
LABELS = ROOT.parent / "shared" / "external-term-labels.tsv"
LDN = Namespace("https://w3id.org/ldn-graph/ns#")
STYLE = Namespace("https://w3id.org/ldn-graph/shapes/style#")
TERMS = "https://w3id.org/ldn-graph/terms"
OURS = "https://w3id.org/ldn-graph"
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty)


# The files


@cache
def graph(name: str) -> Graph:
    """The graph of one Turtle file of the ontology."""
    return Graph().parse(ONTOLOGY / name)


@cache
def vocabulary() -> Graph:
    """The classes and properties together with the code lists."""
    return Graph().parse(ONTOLOGY / "ldn.ttl").parse(ONTOLOGY / "terms.ttl")


@cache
def context() -> dict[str, Any]:
    """The authoring context as a mapping from key to meaning."""
    loaded: dict[str, Any] = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    return loaded


def context_prefixes() -> dict[str, str]:
    """The prefixes that the authoring context declares."""
    return {key: value for key, value in context().items() if isinstance(value, str)}


def expand(curie: str) -> URIRef:
    """The IRI that a compact name of the context stands for."""
    prefix, local = curie.split(":", 1)
    return URIRef(context_prefixes()[prefix] + local)


def keys() -> dict[str, dict[str, Any]]:
    """The authoring keys, each with its meaning."""
    return {key: value for key, value in context().items() if isinstance(value, dict)}


def properties() -> set[Node]:
    """The properties that data may use, annotations left out."""
    return {found for kind in PROPERTY_KINDS for found in vocabulary().subjects(RDF.type, kind)}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table that is separated by tabs."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def local(term: Node | None) -> str:
    """The last part of an IRI."""
    return re.split(r"[#/]", str(term))[-1]


# Style


@cache
def style() -> Graph:
    """The style shapes together with the prefixes that their queries use."""
    return Graph().parse(ONTOLOGY / "shapes" / "style.ttl").parse(ONTOLOGY / "prefixes.ttl")


def offences(data: Graph) -> set[tuple[str, str]]:
    """The (focus, source shape) pairs that the style shapes object to, by their last parts."""
    _, report, _ = validate(data, shacl_graph=style(), inference="none", meta_shacl=False)
    assert isinstance(report, Graph)
    return {(local(report.value(result, SH.focusNode)), local(report.value(result, SH.sourceShape)))
            for result in report.subjects(RDF.type, SH.ValidationResult)}


GOOD = """
@prefix ldn: <https://w3id.org/ldn-graph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix t: <https://w3id.org/ldn-graph/terms/> .
@prefix form: <https://w3id.org/ldn-graph/terms/form/> .

ldn:Pill a owl:Class ; skos:prefLabel "pill"@en ; skos:definition "Dose in solid form."@en ;
    skos:example "Aspirin 75 mg."@en ; rdfs:isDefinedBy <https://w3id.org/ldn-graph/ns> .
ldn:form a owl:ObjectProperty ; skos:prefLabel "form"@en ; skos:definition "Form of a pill."@en ;
    skos:example "Round."@en ; rdfs:isDefinedBy <https://w3id.org/ldn-graph/ns> ; rdfs:range skos:Concept .
ldn:mass a owl:DatatypeProperty ; skos:prefLabel "mass"@en ; skos:definition "Mass of 1.5 mg or more."@en ;
    skos:example "500 mg."@en ; rdfs:isDefinedBy <https://w3id.org/ldn-graph/ns> ; rdfs:range xsd:decimal .
ldn:massText a owl:DatatypeProperty ; skos:prefLabel "mass, printed"@en ; skos:definition "Printed mass."@en ;
    skos:example "500.0"@en ; rdfs:isDefinedBy <https://w3id.org/ldn-graph/ns> ;
    rdfs:range xsd:string ; ldn:printedFormOf ldn:mass .
<https://w3id.org/ldn-graph/terms/form> a skos:ConceptScheme ; skos:prefLabel "form"@en ;
    skos:definition "Forms of pills."@en ; skos:example "Round."@en ;
    rdfs:isDefinedBy <https://w3id.org/ldn-graph/terms> .
form:round a skos:Concept ; skos:prefLabel "round"@en ; skos:definition "Like a disc."@en ;
    skos:example "Aspirin."@en ; rdfs:isDefinedBy <https://w3id.org/ldn-graph/terms> ; skos:inScheme t:form .
"""

BROKEN = [
    ('skos:prefLabel "pill"@en', 'skos:altLabel "pill"@en', {("Pill", "Label")}),
    ('"pill"@en', '"pill"@en , "tablet"@en', {("Pill", "Label")}),
    ('"pill"@en', '"Pille"@de', {("Pill", "Label")}),
    ('skos:definition "Like a disc."@en', 'skos:note "Like a disc."@en', {("round", "Definition")}),
    ('"Like a disc."@en', '"Like a disc."@en , "Like a coin."@en', {("round", "Definition")}),
    ('"Like a disc."@en', '"Like a disc."', {("round", "Definition")}),
    ('"Like a disc."@en', '"Like a disc"@en', {("round", "DefinitionFullStop")}),
    ('"Like a disc."@en', '"Flat. Like a disc."@en', {("round", "DefinitionSentence")}),
    ('"Forms of pills."@en', '"Which forms? All of them."@en', {("form", "DefinitionSentence")}),
    ("rdfs:isDefinedBy <https://w3id.org/ldn-graph/ns> ; rdfs:range skos:Concept", "rdfs:range skos:Concept",
     {("form", "Home")}),
    ("skos:inScheme t:form", "rdfs:isDefinedBy t:form ; skos:inScheme t:form", {("round", "Home")}),
    ('skos:example "Aspirin 75 mg."@en ;', "", {("Pill", "Example")}),
    ('"Aspirin 75 mg."@en', '"Aspirin 75 mg."@fr', {("Pill", "Example")}),
    ("ldn:Pill a", "ldn:pill a", {("pill", "ClassName")}),
    ("ldn:Pill a", "<https://example.org/Pill> a", {("Pill", "ClassName")}),
    ("ldn:form a", "ldn:Form a", {("Form", "PropertyName")}),
    ("ldn:form a", "ldn:pill_form a", {("pill_form", "PropertyName")}),
    ("form:round a", "form:Round a", {("Round", "ConceptKey")}),
    ("terms/form> a", "terms/Form> a", {("Form", "SchemeKey"), ("round", "OneScheme")}),
    ("; rdfs:range xsd:decimal", "", {("mass", "DatatypeRange")}),
    ("rdfs:range xsd:decimal", "rdfs:range xsd:decimal , xsd:integer", {("mass", "DatatypeRange")}),
    ("rdfs:range xsd:decimal", "rdfs:range ldn:Pill", {("mass", "DatatypeRange")}),
    ("; rdfs:range skos:Concept", "", {("form", "ObjectRange")}),
    ("rdfs:range skos:Concept", "rdfs:range skos:Concept , ldn:Pill", {("form", "ObjectRange")}),
    ("rdfs:range skos:Concept", 'rdfs:range "Concept"', {("form", "ObjectRange")}),
    ("ldn:massText a", "ldn:massPrinted a", {("massPrinted", "TwinName")}),
    ("ldn:mass a", "ldn:weight a", {("massText", "TwinTarget")}),
    ("rdfs:range xsd:string", "rdfs:range xsd:decimal", {("massText", "TwinRange")}),
    ("; skos:inScheme t:form", "", {("round", "OneScheme")}),
    ("skos:inScheme t:form", "skos:inScheme t:form , t:taste", {("round", "OneScheme")}),
]


def test_our_files_keep_the_house_style() -> None:
    """No style shape objects to the vocabulary and the code lists."""
    assert offences(vocabulary()) == set()


def test_a_tiny_ontology_in_house_style_passes() -> None:
    """The starting point of the broken examples is itself in order."""
    assert offences(Graph().parse(data=GOOD, format="turtle")) == set()


@pytest.mark.parametrize(("old", "new", "expected"), BROKEN, ids=[f"{n:02}" for n in range(len(BROKEN))])
def test_each_fault_of_style_is_found(old: str, new: str, expected: set[tuple[str, str]]) -> None:
    """One fault in the tiny ontology gives exactly the expected offences."""
    assert GOOD.count(old) == 1
    assert offences(Graph().parse(data=GOOD.replace(old, new), format="turtle")) == expected


def test_every_style_rule_has_a_broken_example() -> None:
    """No rule of style goes untested."""
    shown = {shape for _, _, expected in BROKEN for _, shape in expected}
    assert shown == {local(shape) for shape in style().subjects(SH.severity, SH.Violation)}


def test_every_style_rule_has_an_iri_a_severity_and_one_message() -> None:
    """Each property shape and each rule about names can be cited and tells what to mend."""
    rules = set(style().subjects(SH.path, None)) | set(style().subjects(SH.severity, None))
    assert rules
    for rule in rules:
        assert isinstance(rule, URIRef)
        assert list(style().objects(rule, SH.severity)) == [SH.Violation]
        messages = list(style().objects(rule, SH.message))
        assert [isinstance(message, Literal) and message.language for message in messages] == ["en"]


# SHACL


def unknown_shacl(shapes: Graph) -> set[str]:
    """The sh: names in a graph that the SHACL vocabulary does not have."""
    used = {node for triple in shapes for node in triple if isinstance(node, URIRef) and str(node).startswith(str(SH))}
    return {local(node) for node in used if node not in SH}


def test_shapes_are_there_to_be_checked() -> None:
    """The folder of shapes holds at least the style shapes."""
    assert ONTOLOGY / "shapes" / "style.ttl" in SHAPE_FILES


@pytest.mark.parametrize("path", [*SHAPE_FILES, ONTOLOGY / "prefixes.ttl"], ids=lambda path: path.stem)
def test_shapes_use_shacl_terms_that_exist(path: Path) -> None:
    """A misspelt SHACL term would pass silently in every engine."""
    assert unknown_shacl(Graph().parse(path)) == set()


def test_a_misspelt_shacl_term_is_found() -> None:
    """The check of the SHACL terms can fail."""
    text = "@prefix sh: <http://www.w3.org/ns/shacl#> . <x:a> a sh:PropertyShape ; sh:minConut 1 ."
    assert unknown_shacl(Graph().parse(data=text, format="turtle")) == {"minConut"}


# Prefixes


def declared_prefixes() -> dict[str, str]:
    """The one list of prefixes."""
    prefixes = graph("prefixes.ttl")
    return {str(prefixes.value(found, SH.prefix)): str(prefixes.value(found, SH.namespace))
            for found in prefixes.subjects(RDF.type, SH.PrefixDeclaration)}


def test_the_list_of_prefixes_is_whole() -> None:
    """Every declaration is listed, complete, and no prefix is declared twice."""
    prefixes = graph("prefixes.ttl")
    declarations = set(prefixes.subjects(RDF.type, SH.PrefixDeclaration))
    listed = set(prefixes.objects(URIRef(OURS + "/prefixes"), SH.declare))
    assert declarations == listed
    assert len(declared_prefixes()) == len(declarations)


def test_the_context_uses_the_list_of_prefixes() -> None:
    """A prefix means the same in documents as everywhere else."""
    assert context_prefixes().items() <= declared_prefixes().items()


@pytest.mark.parametrize("path", [ONTOLOGY / "ldn.ttl", ONTOLOGY / "terms.ttl", *SHAPE_FILES,
                                  *sorted((ROOT / "queries").glob("*.rq"))], ids=lambda path: path.name)
def test_files_use_the_list_of_prefixes(path: Path) -> None:
    """Every prefix that a file declares is on the list, with the same namespace."""
    found = re.findall(r"^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", path.read_text("utf-8"), re.M | re.I)
    assert set(found) - declared_prefixes().items() == set()


def test_every_scheme_has_a_prefix() -> None:
    """Terms of any code list can be written short."""
    schemes = {local(scheme): f"{scheme}/" for scheme in vocabulary().subjects(RDF.type, SKOS.ConceptScheme)}
    assert schemes.items() <= declared_prefixes().items()


# The authoring language


def ldn_keys() -> dict[str, URIRef]:
    """The authoring keys that stand for properties of our own."""
    return {key: expand(value["@id"]) for key, value in keys().items() if value["@id"].startswith("ldn:")}


def test_keys_and_properties_match_one_to_one() -> None:
    """Every key names a declared property, and every declared property has one key."""
    assert Counter(ldn_keys().values()) == Counter(properties())


def expected_type(prop: URIRef, container: str | None) -> dict[str, Any]:
    """What the context must say of a property; plain text is xsd:string and named mappings are nodes anyway."""
    value_range, scheme = vocabulary().value(prop, RDFS.range), vocabulary().value(prop, LDN.termScheme)
    if value_range == XSD.string or container == "@id":
        return {}
    if value_range == RDF.langString:
        return {"@language": "en"}
    if (prop, RDF.type, OWL.DatatypeProperty) in vocabulary():
        return {"@type": f"xsd:{local(value_range)}"}
    if scheme:
        return {"@type": "@vocab", "@context": {"@vocab": f"{scheme}/"}}
    return {"@type": "@id"}


@pytest.mark.parametrize("key", sorted(ldn_keys()))
def test_a_key_types_its_values_as_the_range_demands(key: str) -> None:
    """Datatype, language, scheme or reference follow from the declaration of the property."""
    said = {name: value for name, value in keys()[key].items() if name not in ("@id", "@container")}
    assert said == expected_type(ldn_keys()[key], keys()[key].get("@container"))


def test_a_key_of_named_mappings_leads_to_nodes_of_our_own() -> None:
    """Mappings keyed by name are nodes, so the property behind such a key has one of our classes as range."""
    named = [ldn_keys()[key] for key, value in keys().items() if value.get("@container") == "@id"]
    assert named
    assert all(str(vocabulary().value(prop, RDFS.range)).startswith(str(LDN)) for prop in named)


def test_terms_and_keys_have_different_names() -> None:
    """A term named like a key would be read as the key in a flat context."""
    concepts = {local(concept) for concept in vocabulary().subjects(RDF.type, SKOS.Concept)}
    assert concepts & set(context()) == set()


def test_the_schemes_in_use_are_those_declared() -> None:
    """No property takes its terms from a scheme that is not there, and no scheme lies idle."""
    used = set(vocabulary().objects(None, LDN.termScheme))
    assert used == set(vocabulary().subjects(RDF.type, SKOS.ConceptScheme))


def test_no_scheme_is_empty() -> None:
    """Every scheme has a term."""
    schemes = set(vocabulary().subjects(RDF.type, SKOS.ConceptScheme))
    assert schemes == set(vocabulary().objects(None, SKOS.inScheme))


def test_a_term_stands_under_its_scheme() -> None:
    """The IRI of a term is that of its scheme, a slash and its key."""
    for concept, scheme in vocabulary().subject_objects(SKOS.inScheme):
        assert str(concept).rpartition("/")[0] == str(scheme)


def test_classes_named_as_domain_or_range_are_declared() -> None:
    """No property speaks of a class of our own that is not there."""
    classes = set(vocabulary().subjects(RDF.type, OWL.Class))
    spoken = {node for predicate in (RDFS.range, RDFS.subClassOf, URIRef("https://schema.org/domainIncludes"))
              for node in vocabulary().objects(None, predicate) if str(node).startswith(str(LDN))}
    assert spoken - classes == set()


@pytest.mark.parametrize("name", ["ldn.ttl", "terms.ttl", "prefixes.ttl"])
def test_no_blank_nodes(name: str) -> None:
    """Only shapes may use blank nodes, for lists and paths."""
    assert [node for triple in graph(name) for node in triple if isinstance(node, BNode)] == []


# Outside terms


def outside_iris() -> set[str]:
    """The IRIs of others that the vocabulary, the code lists and the context use."""
    nodes = {node for triple in vocabulary() for node in triple}
    used = {str(node) for node in nodes if isinstance(node, URIRef)}
    used |= {str(node.datatype) for node in nodes if isinstance(node, Literal) and node.datatype}
    used |= {str(expand(value["@id"])) for value in keys().values()}
    used |= {str(expand(value["@type"])) for value in keys().values() if value.get("@type", "@")[0] != "@"}
    return {iri for iri in used if not iri.startswith(OURS)}


def external_terms() -> list[dict[str, str]]:
    """The table of outside terms."""
    return rows(ONTOLOGY / "external-terms.tsv")


def test_the_table_of_outside_terms_is_exact() -> None:
    """It lists what is used, each once, in order, and nothing else."""
    assert [row["iri"] for row in external_terms()] == sorted(outside_iris())


def test_every_outside_term_is_accounted_for() -> None:
    """No cell is empty, and each row says how it was checked."""
    for row in external_terms():
        assert list(row) == ["iri", "label", "source", "version", "licence", "checked"]
        assert all(row.values())
        assert row["checked"] == "read in file" or row["checked"].startswith("documentation: ")


def test_outside_labels_are_those_of_the_sources() -> None:
    """Each label said to be read in a file is the one in that file, and no such term is deprecated."""
    if not LABELS.exists():
        pytest.skip("the labels read in the source files are not beside this checkout (../shared)")
    read = {row["iri"]: row for row in rows(LABELS)}
    claimed = {row["iri"]: row["label"] for row in external_terms() if row["checked"] == "read in file"}
    assert claimed == {iri: read[iri]["label"] for iri in outside_iris() & read.keys()}
    assert {read[iri]["deprecated"] for iri in claimed} == {"false"}


def test_terms_of_the_obo_library_were_read_in_a_file() -> None:
    """Their IRIs are numbers, so a slip would not be seen by eye."""
    unread = {row["iri"] for row in external_terms()
              if row["iri"].startswith("http://purl.obolibrary.org/obo/") and row["checked"] != "read in file"}
    assert unread == set()


@pytest.mark.parametrize(("name", "iri"), [
    ("ns#lower", "STATO_0000315"), ("ns#upper", "STATO_0000314"), ("terms/statistic/mean", "STATO_0000573"),
    ("terms/statistic/median", "STATO_0000574"), ("terms/statistic/risk-ratio", "STATO_0000245"),
    ("terms/statistic/odds-ratio", "STATO_0000182"), ("terms/statistic/hazard-ratio", "STATO_0000677"),
    ("terms/design/crossover", "OBI_0500003"),
])
def test_terms_that_others_have_confused_are_matched_rightly(name: str, iri: str) -> None:
    """Each has one close or exact match among the OBO terms, the right one."""
    matches = {str(match) for predicate in (SKOS.exactMatch, SKOS.closeMatch)
               for match in vocabulary().objects(URIRef(f"{OURS}/{name}"), predicate)}
    assert {match for match in matches if "/obo/" in match} == {f"http://purl.obolibrary.org/obo/{iri}"}
