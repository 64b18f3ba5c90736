"""Every way out: Turtle, TriG, N-Triples, N-Quads, JSON-LD and RDF/XML, the same bytes for the same evidence."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ldn_graph.errors import InputError
from ldn_graph.precompiled import ONTOLOGY_GRAPHS
from ldn_graph.shipped import shipped
from ldn_graph.terms import LDN, RDF_TYPE, XSD

Statements = Iterable[ox.Quad | ox.Triple]

_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = "http://purl.org/dc/terms/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"


def _triples(statements: Statements) -> list[ox.Triple]:
    """The triples, each once, by subject, with the type first."""
    found = {ox.Triple(it.subject, it.predicate, it.object) for it in statements}
    return sorted(found, key=_place)


def _quads(statements: Statements) -> list[ox.Quad]:
    return sorted({it if isinstance(it, ox.Quad) else ox.Quad(it.subject, it.predicate, it.object)
                   for it in statements}, key=lambda quad: (str(quad.graph_name), *_place(quad)))


def _place(it: ox.Quad | ox.Triple) -> tuple[str, bool, str, str]:
    return getattr(it.subject, "value", ""), it.predicate.value != RDF_TYPE, it.predicate.value, str(it.object)


def _engine(rdf_format: ox.RdfFormat, order: Callable[[Statements], Any]
            ) -> Callable[[Statements, Mapping[str, str]], bytes]:
    def write(statements: Statements, prefixes: Mapping[str, str]) -> bytes:
        ordered = order(statements)
        return ox.serialize(ordered, format=rdf_format, prefixes=_used(ordered, prefixes)) or b""
    return write


def _used(statements: Statements, prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that some IRI of the statements begins with."""
    iris = {iri for it in statements for iri in _iris(it)}
    return {prefix: namespace for prefix, namespace in sorted(prefixes.items())
            if any(iri.startswith(namespace) for iri in iris)}


_UNWRITTEN = {RDF_TYPE, XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


def _iris(it: ox.Quad | ox.Triple) -> list[str]:
    terms = [it.subject, it.predicate, it.object, getattr(it.object, "datatype", None)]
    return [term.value for term in terms if isinstance(term, ox.NamedNode) and term.value not in _UNWRITTEN]


def _json_ld(statements: Statements, _: Mapping[str, str]) -> bytes:
    """JSON-LD compacted with our context, which stands in the file; nothing is fetched."""
    from pyld import jsonld  # noqa: PLC0415 — only this format needs it

    context = json.loads((shipped("ontology") / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    if any(isinstance(it.object, ox.Triple) for it in statements):
        raise InputError("JSON-LD cannot hold triples about triples; choose another format")
    expanded = json.loads(ox.serialize(_quads(statements), format=ox.RdfFormat.JSON_LD) or b"[]")
    options = {"graph": True, "documentLoader": _refuse}
    compacted = jsonld.compact(expanded, {"@context": context}, options)
    graph = json.dumps(compacted.get("@graph", []), indent=1, ensure_ascii=False)
    return f'{{"@context": {json.dumps(context)},\n"@graph": {graph}}}\n'.encode()


def _rdf_xml(statements: Statements, prefixes: Mapping[str, str]) -> bytes:
    """RDF/XML; InputError for what no XML can hold."""
    for it in statements:
        if not _XML_NAME.search(it.predicate.value):
            raise InputError(f"{it.predicate}: RDF/XML cannot write this property; choose another format")
    return xml_text(_write_rdf_xml(statements, prefixes).decode()).encode()


def xml_text(text: str) -> str:
    r"""The engine's XML with the carriage returns that parsers would lose; InputError for what no XML can hold.

    >>> xml_text("<a>x\r</a>")
    '<a>x&#13;</a>'
    """
    if found := _NOT_XML.search(text):
        raise InputError(f"a text holds the control character U+{ord(found[0]):04X}, which no XML can hold; choose "
                         "another format")
    return text.replace("\r", "&#13;")


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_NAME = re.compile(r"[^\W\d][\w.-]*$")


_write_rdf_xml = _engine(ox.RdfFormat.RDF_XML, _triples)


def _refuse(url: str, _: Mapping[str, Any]) -> None:
    raise InputError(f"{url}: remote contexts are not read")


FORMATS: dict[str, Callable[[Statements, Mapping[str, str]], bytes]] = {
    "turtle": _engine(ox.RdfFormat.TURTLE, _triples),
    "trig": _engine(ox.RdfFormat.TRIG, _quads),
    "ntriples": _engine(ox.RdfFormat.N_TRIPLES, _triples),
    "nquads": _engine(ox.RdfFormat.N_QUADS, _quads),
    "json-ld": _json_ld,
    "rdf-xml": _rdf_xml,
}
"""The formats by name; trig, nquads and json-ld keep the graph of each document, the others hold the union."""


def export(statements: Statements, rdf_format: str, prefixes: Mapping[str, str]) -> bytes:
    """Statements in one of `FORMATS`, in an order that depends on nothing but the statements.

    >>> s = ox.NamedNode("https://example.org/s")
    >>> export([ox.Triple(s, s, ox.Literal("6.0"))], "ntriples", {})
    b'<https://example.org/s> <https://example.org/s> "6.0" .\\n'
    """
    if rdf_format not in FORMATS:
        raise InputError(f"there is no format `{rdf_format}`; choose one of {', '.join(FORMATS)}")
    return FORMATS[rdf_format](list(statements), prefixes)


def describe(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """What is in some documents, as VoID and DCAT: a graph of its own for each collection among them."""
    held = list(quads)
    collections = [quad for quad in held if quad.predicate.value == RDF_TYPE
                   and isinstance(quad.object, ox.NamedNode) and quad.object.value == LDN + "Collection"]
    return [quad for found in collections for quad in _description(iri_of(found.subject), held)]


def _description(collection: str, held: list[ox.Quad]) -> list[ox.Quad]:
    about = {quad.predicate.value: quad.object for quad in held if iri_of(quad.subject) == collection
             and isinstance(quad.object, ox.NamedNode | ox.Literal)}
    base = about[LDN + "base"].value
    mine = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in held
            if iri_of(quad.graph_name).startswith(f"{base}/")
            and iri_of(quad.graph_name) not in ONTOLOGY_GRAPHS.values()}
    facts: list[tuple[str, str, ox.NamedNode | ox.Literal]] = [
        (collection, RDF_TYPE, ox.NamedNode(_DCAT + "Dataset")),
        (collection, RDF_TYPE, ox.NamedNode(_VOID + "Dataset")),
        (collection, _VOID + "triples", _count(len(mine))),
        (collection, _VOID + "uriSpace", ox.Literal(f"{base}/")),
        (collection, _VOID + "vocabulary", ox.NamedNode(LDN)),
        *((collection, target, about[source]) for source, target in _CARRIED.items() if source in about),
        *_partitions(collection, mine),
    ]
    graph = ox.NamedNode(f"{collection}/void")
    return [ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, graph)
            for subject, predicate, value in facts]


_CARRIED = {LDN + "title": _DCTERMS + "title", LDN + "licence": _DCTERMS + "license",
            LDN + "creator": _DCTERMS + "creator", _SKOS + "definition": _DCTERMS + "description"}


def _partitions(collection: str, held: Iterable[ox.Triple]) -> list[tuple[str, str, ox.NamedNode | ox.Literal]]:
    facts: list[tuple[str, str, ox.NamedNode | ox.Literal]] = []
    classes = [it.object.value for it in held if it.predicate.value == RDF_TYPE
               and isinstance(it.object, ox.NamedNode) and it.object.value.startswith(LDN)]
    for cls in sorted(set(classes)):
        part = f"{collection}/void/{cls.removeprefix(LDN)}"
        facts += [(collection, _VOID + "classPartition", ox.NamedNode(part)),
                  (part, _VOID + "class", ox.NamedNode(cls)), (part, _VOID + "entities", _count(classes.count(cls)))]
    return facts


def iri_of(term: object) -> str:
    """The IRI of a named node; nothing for any other term."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def _count(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def write_file(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; InputError where it cannot be written.

    What is no regular file, such as `/dev/null` or a pipe, is written as it stands; a link keeps its place.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def _replace(target: Path, content: bytes) -> None:
    temporary = target.parent / f".ldn-graph-{os.urandom(8).hex()}"
    try:
        with temporary.open("xb") as file:
            file.write(content)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
