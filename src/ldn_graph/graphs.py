"""RDF files in our vocabulary as compiled documents, so that they pass the same gate as YAML.

A file may hold many documents, in whatever graphs: the nodes of one are those that its study, report, question,
vocabulary or collection leads to. What the vocabulary does not know is left aside, findings of an earlier check, shapes
and the ontology among it: only our own shapes run. Nothing that a file points to is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from ldn_graph.documents import KINDS, RECORDS, Document
from ldn_graph.errors import DocumentError, InputError
from ldn_graph.findings import Finding
from ldn_graph.language import Form, Key, kebab, language
from ldn_graph.literals import Literals
from ldn_graph.terms import LDN, RDF_TYPE, RULES, TERMS
from ldn_graph.triples import Compiled, Reference

FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".nq": ox.RdfFormat.N_QUADS,
           ".trig": ox.RdfFormat.TRIG, ".jsonld": ox.RdfFormat.JSON_LD, ".rdf": ox.RdfFormat.RDF_XML}
"""The formats by the ends of file names."""

MAX_BYTES = 64 * 1024 * 1024
MAX_TRIPLES = 1_000_000

_SH = "http://www.w3.org/ns/shacl#"
_OURS = (LDN, LDN.removesuffix("#"), TERMS)
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)
_PARTS = {Form.CONTAINER, Form.NODE, Form.DATE}
_POINTERS = {*_PARTS, Form.REFERENCE, Form.TERM, Form.OUTSIDE, Form.ADDRESS, Form.KEY}

Objects = list[tuple[str, ox.NamedNode | ox.Literal]]


def is_graph(path: str | Path) -> bool:
    """Whether a path has the name of an RDF file.

    >>> is_graph("evidence.TTL"), is_graph("study.yaml")
    (True, False)
    """
    return Path(path).suffix.lower() in FORMATS


def read_graph(path: str | Path) -> tuple[list[Compiled], list[Finding]]:
    """The documents of an RDF file, and what was wrong with the file itself.

    Raises InputError for a file that is not there, that is too large, or that holds nothing in our vocabulary.
    """
    file = Path(path)
    try:
        nodes, findings = _nodes(str(file), _triples(file))
    except DocumentError as refusal:
        return [], [Finding(str(file), refusal.line, (), str(refusal), RULES + refusal.rule)]
    roots = sorted(iri for iri in nodes if _kind(nodes, iri))
    if not roots and not findings:
        raise InputError(f"{file}: holds no document: no node is of class {', '.join(sorted(_document_classes()))}")
    done = [_Reader(str(file), nodes, iri).run() for iri in roots]
    owned = {iri for document in done for iri in document.nodes}
    return done, [*findings, *_astray(file, nodes, owned)]


def from_quads(iri: str, quads: Iterable[ox.Quad]) -> Compiled:
    """A document as it was compiled, from the quads that a store keeps of it; its source is its IRI."""
    nodes, _ = _nodes(iri, (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads))
    return _Reader(iri, nodes, iri).run()


def _triples(file: Path) -> set[ox.Triple]:
    """The triples of a file, whatever graph they stand in; DocumentError where it cannot be read as RDF."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError(f"{file}: is larger than {MAX_BYTES // 1024 // 1024} MiB; export and check its documents "
                             "in parts")
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    rdf_format = FORMATS[file.suffix.lower()]
    if rdf_format == ox.RdfFormat.RDF_XML and _DOCTYPE.search(content):
        raise DocumentError("rdf", 0, "the file has a document type declaration, and no entities are read; write it "
                                      "without")
    try:
        quads = islice(ox.parse(content, format=rdf_format), MAX_TRIPLES + 1)
        triples = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    except (SyntaxError, ValueError) as error:
        raise DocumentError("rdf", getattr(error, "lineno", None) or 0, _told(error)) from None
    if len(triples) > MAX_TRIPLES:
        raise InputError(f"{file}: has more than {MAX_TRIPLES:,} triples; export and check its documents in parts")
    return triples


def _told(error: Exception) -> str:
    text = " ".join(str(error).split())
    if "LoadDocumentCallback" in text:
        return "the file names a context elsewhere, which is not fetched; put the context into the file"
    return f"this is not the RDF that the name of the file tells: {text}"


def _nodes(file: str, triples: Iterable[ox.Triple]) -> tuple[dict[str, Objects], list[Finding]]:
    """What is said of each node that is named, in order; and a finding where some that count are not."""
    held = list(triples)
    foreign = {triple.subject for triple in held if triple.predicate.value == RDF_TYPE
               and isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(_SH)}
    nodes: dict[str, Objects] = {}
    nameless = set()
    for triple in held:
        if triple.subject in foreign or triple.predicate.value.startswith(_SH):
            continue
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            if not triple.subject.value.startswith(_OURS):
                nodes.setdefault(triple.subject.value, []).append((triple.predicate.value, triple.object))
        elif triple.predicate.value.startswith(LDN) or triple.predicate.value == RDF_TYPE:
            nameless.add(str(triple.subject))
    for said in nodes.values():
        said.sort(key=lambda pair: (pair[0], str(pair[1])))
    return nodes, _nameless(file, nameless)


def _nameless(file: str, nodes: set[str]) -> list[Finding]:
    if not nodes:
        return []
    message = (f"{len(nodes)} node{'s' * (len(nodes) != 1)} {'have' if len(nodes) != 1 else 'has'} no IRI, or point"
               f"{'s' * (len(nodes) == 1)} to one without; give each node an IRI")
    return [Finding(file, 0, (), message, f"{RULES}blank-node")]


@lru_cache(maxsize=1)
def _document_classes() -> dict[str, str]:
    """The kinds of documents by their classes."""
    return {language().document_class(kind): kind for kind in (*KINDS, *RECORDS)}


def _classes(nodes: dict[str, Objects], iri: str) -> set[str]:
    """The classes of ours that a node says it has, and those above them."""
    named = {value.value for predicate, value in nodes.get(iri, ()) if predicate == RDF_TYPE
             and isinstance(value, ox.NamedNode) and value.value.startswith(LDN)}
    return {cls for name in named for cls in language().ancestors(name)}


def _kind(nodes: dict[str, Objects], iri: str) -> str:
    return next((_document_classes()[cls] for cls in sorted(_classes(nodes, iri)) if cls in _document_classes()), "")


def _astray(file: Path, nodes: dict[str, Objects], owned: set[str]) -> list[Finding]:
    """A finding for each node of ours that no document leads to."""
    return [Finding(str(file), 0, (iri,), f"this {_noun(nodes, iri)} is a part of no document; let a study, report, "
                                          "question, vocabulary or collection lead to it",
                    f"{RULES}not-in-a-document", focus=iri)
            for iri in sorted(nodes) if iri not in owned and _classes(nodes, iri)]


def _noun(nodes: dict[str, Objects], iri: str) -> str:
    """The narrowest class of a node in words."""
    classes = _classes(nodes, iri)
    narrow = [cls for cls in classes if not any(cls in language().ancestors(other) - {other} for other in classes)]
    return _words(min(narrow))


def _words(cls: str) -> str:
    return kebab(cls.removeprefix(LDN)).replace("-", " ")


@lru_cache(maxsize=1)
def _keys() -> dict[str, Key]:
    """The keys of the language by their properties."""
    return {key.iri: key for key in language().keys.values()}


@dataclass
class _Reader:
    """Reads one document out of the nodes of a file."""

    file: str
    said: dict[str, Objects]
    iri: str
    quads: list[ox.Quad] = field(default_factory=list)

    def run(self) -> Compiled:
        kind = _kind(self.said, self.iri)
        base = {value.value for predicate, value in self.said[self.iri] if predicate == f"{LDN}base"}
        document = Document(kind, self.iri.rpartition("/")[2], {"base": min(base)} if base else {}, self.file)
        self.done = Compiled(document, self.iri)
        self.literals = Literals(self.fault)
        waiting = [self.iri]
        while waiting:
            iri = waiting.pop()
            if iri not in self.done.nodes:
                self.done.nodes[iri] = (iri,)
                waiting += sorted(self.node(iri), reverse=True)
        self.done.quads = [] if self.done.findings else self.quads
        return self.done

    def fault(self, rule: str, iri: str, message: str) -> None:
        """Keeps a violation on a node."""
        self.done.findings.append(self.done.document.finding(rule, (iri,), message))

    def keep(self, iri: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        quad = ox.Quad(ox.NamedNode(iri), ox.NamedNode(predicate), value, ox.NamedNode(self.iri))
        self.quads.append(quad)

    def node(self, iri: str) -> Iterator[str]:
        """Takes in what is said of a node; the nodes that are parts of it."""
        classes = _classes(self.said, iri)
        for cls in sorted(classes):
            self.keep(iri, RDF_TYPE, ox.NamedNode(cls))
            if cls not in language().classes:
                self.fault("unknown-class", iri, f"{cls} is no class of this vocabulary")
        allowed = {name for cls in classes for name in language().allowed(cls)}
        for predicate, value in self.said[iri]:
            key = _keys().get(predicate)
            if key is None:
                self.unknown(iri, predicate)
            elif classes and key.name not in allowed:
                self.fault("unknown-key", iri, f"`{key.name}` ({predicate}) is no property of a "
                                               f"{_noun(self.said, iri)}")
            elif key.form in _POINTERS:
                yield from self.pointer(iri, key, value)
            else:
                for said in self.literals.read(iri, key, value, self.said[iri]):
                    self.keep(iri, *said)

    def unknown(self, iri: str, predicate: str) -> None:
        """Tells of a property that our vocabulary lacks although it has its namespace; others are left aside."""
        if predicate.startswith(LDN) and not self.literals.is_printed_form(predicate):
            self.fault("unknown-key", iri, f"{predicate} is no property of this vocabulary")

    def pointer(self, iri: str, key: Key, value: ox.NamedNode | ox.Literal) -> Iterator[str]:
        """Takes in a value that is a node, a term or an address; the node, where it is a part of this one."""
        if isinstance(value, ox.Literal):
            self.fault("wrong-type", iri, f"`{key.name}` takes an IRI, not `{value.value[:60]}`")
            return
        self.keep(iri, key.iri, value)
        if key.form is Form.TERM:
            self.term(iri, key, value.value)
        elif key.form is Form.KEY and value.value not in _keys():
            self.fault("unknown-key", iri, f"{value.value} is no property of this vocabulary")
        elif key.form in _PARTS or key.form is Form.REFERENCE:
            yield from self.other_node(iri, key, value.value)

    def other_node(self, iri: str, key: Key, other: str) -> Iterator[str]:
        unmapped = LDN + "UnmappedTerm" in _classes(self.said, other)
        if other in self.said and (key.form in _PARTS or unmapped) and not _kind(self.said, other):
            yield other
        else:
            wanted = key.range or min(_classes(self.said, iri), default=f"{LDN}Node")
            self.done.references.append(Reference((iri,), other, other, _words(wanted)))

    def term(self, iri: str, key: Key, value: str) -> None:
        known = language().terms.get(key.scheme, [])
        if not value.startswith(key.scheme) or value.removeprefix(key.scheme) not in known:
            self.fault("unknown-term", iri, f"{value} is no term of `{key.name}`; its terms are {', '.join(known)}")
