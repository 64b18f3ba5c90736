"""Turns a document into quads through the JSON-LD context: pure, without input, output or clock.

The compiler below writes an IRI on every node, types it, keeps the printed form of every figure, resolves bare
references by the range of their property, and checks keys and terms. What it cannot accept becomes a finding with the
line; the quads of such a document are not to be used.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pyoxigraph as ox

from ldn_graph.documents import Document, KeyPath, Value
from ldn_graph.errors import InputError
from ldn_graph.findings import Finding
from ldn_graph.language import Form, Key, Language, language
from ldn_graph.terms import LDN, XSD, canonical_number, date_bounds, is_key

Node = dict[str, object]

_OF_SOURCES = {LDN + name for name in ("Curation", "NamedPlace", "PassageCheck", "TextCopy", "TextSpan",
                                      "Verification")}
"""Classes that speak of sources and of reading them: no passage of the evidence is theirs."""

_ADDRESS = re.compile(r"https?://\S+")
_BASE = re.compile(r"https?://[^\s/?#]+(?:/(?!\.{1,2}(?:/|$))[^\s/?#]+)*")
"""What a collection's base may look like: nothing that would swallow or climb over what is put behind it."""

_NAMED_BY_KEY = {LDN + name for name in ("Analysis", "Period", "Regimen", "Report", "ResponderDefinition",
                                         "RunInPeriod", "Timepoint", "Verification", "WashoutPeriod")}
"""Classes whose nodes are called by their key where they have no label, so that no row loses them."""


@dataclass(frozen=True)
class Reference:
    """One bare reference of a document: where it stands, what it names, and among which names it was sought."""

    path: KeyPath
    text: str
    iri: str
    kind: str


@dataclass
class Compiled:
    """A document as quads: its graph, what it declares and refers to, and what was wrong with it.

    `nodes` maps each node's IRI to its key path, so that a finding about the node leads back to its line.
    """

    document: Document
    iri: str
    quads: list[ox.Quad] = field(default_factory=list)
    nodes: dict[str, KeyPath] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def document_iri(kind: str, key: str, base: str) -> str:
    """The IRI of a document, which is also the name of its graph.

    >>> document_iri("study", "smith-2020", "https://example.org/pain")
    'https://example.org/pain/study/smith-2020'
    """
    return f"{base}/{kind}/{key}"


def compile_document(document: Document, base: str) -> Compiled:
    """A document as quads in its own named graph, under the base IRI of its collection.

    >>> done = compile_document(Document("study", "x", {"label": "A trial"}), "https://example.org/pain")
    >>> done.quads[1].object.value
    'A trial'
    """
    return _Compiler(document, base, language()).run()


class _Compiler:
    def __init__(self, document: Document, base: str, lang: Language) -> None:
        self.document, self.base, self.language = document, base, lang
        self.compiled = Compiled(document, document_iri(document.kind, document.key, base))
        self.used = {"at", "label"}

    def run(self) -> Compiled:
        cls = self.language.document_class(self.document.kind)
        root = self.node(self.document.data, self.compiled.iri, cls, (), None)
        if not self.compiled.findings:
            self.compiled.quads = self.quads(root)
        return self.compiled

    def quads(self, root: Node) -> list[ox.Quad]:
        context = {name: entry for name, entry in self.language.plain_context.items()
                   if isinstance(entry, str | float) or name in self.used}
        text = json.dumps({"@context": context, **root})
        graph = ox.NamedNode(self.compiled.iri)
        triples = ox.parse(text, format=ox.RdfFormat.JSON_LD)
        return [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]

    def fault(self, rule: str, path: KeyPath, message: str) -> None:
        self.compiled.findings.append(self.document.finding(rule, path, message))

    def node(self, data: dict[str, Value], iri: str, cls: str, path: KeyPath, passage: object) -> Node:
        """One mapping as a JSON-LD node; `passage` is the enclosing node's `at`, which holds where it has none."""
        self.compiled.nodes[iri] = path
        allowed = self.language.allowed(cls)
        node: Node = {"@id": iri, "@type": sorted(self.language.ancestors(cls))}
        if passage is not None and cls not in _OF_SOURCES:
            node["at"] = passage
        if cls in _NAMED_BY_KEY:
            node["label"] = iri.rpartition("/")[2].replace("-", " ")
        self.contradictions(data, path)
        for name, value in sorted(data.items(), key=_at_first):
            if name not in allowed:
                self.unknown_key(name, cls, allowed, (*path, name))
            elif self.fits(self.language.keys[name], value, (*path, name)):
                node.update(self.entry(self.language.keys[name], value, iri, (*path, name), node.get("at"), cls))
        return node

    def contradictions(self, data: dict[str, Value], path: KeyPath) -> None:
        """Finds what is told and said to be not reported; of a container some items may be missing."""
        silent = data.get("not-reported", [])
        for name in [silent] if isinstance(silent, str) else silent:
            if name in data and self.language.keys[name].form not in {Form.CONTAINER, Form.KEY}:
                self.fault("told-and-not-reported", (*path, name),
                           f"`{name}` has a value and is named under `not-reported` too; keep one of them")

    def unknown_key(self, name: str, cls: str, allowed: list[str], path: KeyPath) -> None:
        near = difflib.get_close_matches(name, allowed, 1)
        hint = f"did you mean `{near[0]}`?" if near else f"its keys are {', '.join(sorted(allowed))}"
        self.fault("unknown-key", path, f"`{name}` is no key of a {_words(cls)}; {hint}")

    def fits(self, key: Key, value: Value, path: KeyPath) -> bool:
        """Whether a value has the shape (scalar, list or mapping) that its key takes."""
        message = ""
        if key.form is Form.CONTAINER and not isinstance(value, dict):
            message = f"`{key.name}` takes a mapping of keys to {_words(key.range)}s"
        elif key.form is Form.NODE and not isinstance(value, dict):
            message = f"`{key.name}` takes a mapping with the keys of a {_words(key.range)}"
        elif isinstance(value, list) and not key.many:
            message = f"`{key.name}` takes one value, not a list"
        elif isinstance(value, dict) and not self.may_be_mapping(key, value):
            message = f"`{key.name}` takes a single value, not a mapping"
        if message:
            self.fault("wrong-type", path, message)
        return not message

    def may_be_mapping(self, key: Key, value: dict[str, Value]) -> bool:
        unmapped = key.form is Form.REFERENCE and LDN + "VocabularyTerm" in self.language.ancestors(key.range)
        return key.form in {Form.CONTAINER, Form.NODE, Form.DATE} or (unmapped and set(value) <= {"text", "at"})

    def entry(self, key: Key, value: Value, iri: str, path: KeyPath, passage: object, cls: str) -> Node:
        """The JSON-LD entries that one key and its value give."""
        self.used |= {key.name, f"{key.name}-text"}
        if key.form is Form.CONTAINER and isinstance(value, dict):
            return {key.name: self.container(key, value, iri, path, passage)}
        if isinstance(value, dict):
            return {key.name: self.single(key, value, f"{iri}/{key.name}", path, passage)}
        items = value if isinstance(value, list) else [value]
        if key.form is Form.DATE:
            return {key.name: self.partial_date(items[0], f"{iri}/{key.name}", path, passage)}
        read = [self.scalar(key, item, path, cls) for item in items]
        node: Node = {key.name: read if key.many else read[0]}
        if key.form is Form.FIGURE:
            node[f"{key.name}-text"] = items[0]
        return node

    def container(self, key: Key, value: dict[str, Value], iri: str, path: KeyPath, passage: object) -> Node:
        """The nodes of a mapping by their IRIs."""
        nodes: Node = {}
        for name, item in value.items():
            here = (*path, name)
            if not is_key(name):
                self.fault("bad-key", here, f"`{name}` cannot be a key; use a-z, 0-9, `.` and `-`")
            elif not isinstance(item, dict):
                self.fault("wrong-type", here, f"`{name}` takes a mapping with the keys of a {_words(key.range)}")
            else:
                nodes[self.item_iri(key, name, iri)] = self.item(key, item, name, iri, here, passage)
        return nodes

    def item_iri(self, key: Key, name: str, iri: str) -> str:
        """The IRI of a mapping's item; the terms of vocabularies stand under the collection, whatever document."""
        shared = LDN + "VocabularyTerm" in self.language.ancestors(key.range)
        return f"{self.base if shared else iri}/{key.name}/{name}"

    def item(self, key: Key, data: dict[str, Value], name: str, iri: str, path: KeyPath, passage: object) -> Node:
        cls, kinds = key.range, self.language.kinds(key.range)
        if kinds and key.range == LDN + "Result":
            kind = str(data.get("kind", ""))
            data = {word: value for word, value in data.items() if word != "kind"}
            if kind not in kinds:
                self.fault("unknown-kind", path, f"`kind` of a {_words(cls)} must be one of {', '.join(kinds)}")
            cls = kinds.get(kind, cls)
        return self.node(data, self.item_iri(key, name, iri), cls, path, passage)

    def single(self, key: Key, data: dict[str, Value], iri: str, path: KeyPath, passage: object) -> Node:
        """The node of a mapping that stands alone: a part, bounds of a date, or a term as printed."""
        if key.form is not Form.REFERENCE:
            return self.node(data, iri, key.range, path, passage)
        node = self.node(data, iri, LDN + "UnmappedTerm", path, passage)
        return {**node, "@type": [LDN + "UnmappedTerm", key.range], "label": data.get("text", "")}

    def partial_date(self, text: str, iri: str, path: KeyPath, passage: object) -> Node:
        try:
            first, last = date_bounds(text)
        except InputError as error:
            self.fault("not-a-date", path, str(error))
            return {}
        bounds: dict[str, Value] = {"printed": text, "earliest": str(first), "latest": str(last)}
        return self.node(bounds, iri, LDN + "PartialDate", path, passage)

    def scalar(self, key: Key, text: str, path: KeyPath, cls: str) -> object:
        """One scalar as the context wants it."""
        match key.form:
            case Form.FIGURE | Form.LITERAL:
                return self.literal(key, text, path)
            case Form.TERM:
                return self.term(key, text, path)
            case Form.REFERENCE:
                return self.reference(key, text, path, cls)
            case Form.OUTSIDE:
                return self.outside(text, path)
            case Form.ADDRESS:
                return self.address(key, text, path)
            case Form.KEY:
                return self.key(text, path, cls)
        return text

    def literal(self, key: Key, text: str, path: KeyPath) -> str:
        try:
            if key.datatype in {XSD + "decimal", XSD + "integer"}:
                number = canonical_number(text)
                if key.datatype == XSD + "integer" and "." in number:
                    raise InputError(f"`{text}` is no whole number")
                return number
            if key.datatype == XSD + "date":
                return str(date.fromisoformat(text))
        except InputError as error:
            self.fault("not-a-number", path, str(error))
        except ValueError:
            self.fault("not-a-date", path, f"`{text}` is no day; write YYYY-MM-DD")
        if key.datatype == XSD + "boolean" and text not in {"true", "false"}:
            self.fault("not-a-boolean", path, f"`{key.name}` takes true or false, not `{text}`")
        return text

    def term(self, key: Key, text: str, path: KeyPath) -> str:
        known = self.language.terms.get(key.scheme, [])
        if text not in known:
            near = difflib.get_close_matches(text.lower(), known, 1)
            hint = f"did you mean `{near[0]}`? Its terms are" if near else "its terms are"
            self.fault("unknown-term", path, f"`{text}` is no term of {key.name}; {hint} {', '.join(known)}")
        return key.scheme + text

    def reference(self, key: Key, text: str, path: KeyPath, cls: str) -> str:
        """The IRI that a bare reference means: `key` in this document or the collection, `document/key` in another."""
        if not all(map(is_key, text.split("/"))) or text.count("/") > 1:
            self.fault("bad-reference", path, f"`{text}` is no reference; write a key, or document/key")
            return self.compiled.iri
        target = key.range if key.range else cls
        iri = self.target(target, text)
        self.compiled.references.append(Reference(path, text, iri, _words(target)))
        return iri

    def target(self, cls: str, text: str) -> str:
        containers = self.language.containers(cls)
        if LDN + "VocabularyTerm" in self.language.ancestors(cls):
            return f"{self.base}/{containers[0].name}/{text}"
        if not containers:
            return document_iri(cls.removeprefix(LDN).lower(), text, self.base)
        other, _, name = text.rpartition("/")
        if other:
            holder = next(iter(containers[0].domain)).removeprefix(LDN).lower()
            return f"{document_iri(holder, other, self.base)}/{containers[0].name}/{name}"
        holding = [held.name for held in containers if name in self.document.data.get(held.name, {})]
        return f"{self.compiled.iri}/{(holding or [containers[0].name])[0]}/{name}"

    def outside(self, text: str, path: KeyPath) -> str:
        prefix, colon, local = text.partition(":")
        if not colon or not isinstance(self.language.context.get(prefix), str) or not local.replace("-", "").isalnum():
            known = ", ".join(name for name, value in self.language.context.items()
                              if name.isupper() and isinstance(value, str))
            self.fault("unknown-prefix", path, f"`{text}` is no outside term; write prefix:code with one of {known}")
            return text
        return f"{self.language.context[prefix]}{local}"

    def address(self, key: Key, text: str, path: KeyPath) -> str:
        try:
            if not (_BASE if key.name == "base" else _ADDRESS).fullmatch(text):
                raise ValueError
            return ox.NamedNode(text).value
        except ValueError:
            mend = " in small letters, with neither `?` nor `#` nor a slash at its end" if key.name == "base" else ""
            self.fault("not-an-address", path, f"`{key.name}` takes a web address{mend}, such as https://example.org/x")
            return self.compiled.iri

    def key(self, name: str, path: KeyPath, cls: str) -> str:
        """The property that a key named under `not-reported` stands for."""
        allowed = self.language.allowed(cls)
        if name not in allowed:
            self.unknown_key(name, cls, allowed, path)
            return self.compiled.iri
        return self.language.keys[name].iri


def missing_references(compiled: Iterable[Compiled], known: set[str]) -> list[Finding]:
    """A finding for each reference to what neither these documents nor the known IRIs hold."""
    documents = list(compiled)
    declared = known.union(*(done.nodes for done in documents))
    return [_missing(done, reference, declared) for done in documents for reference in done.references
            if reference.iri not in declared]


def _missing(done: Compiled, reference: Reference, declared: set[str]) -> Finding:
    prefix = reference.iri.rpartition("/")[0] + "/"
    names = sorted(iri.removeprefix(prefix) for iri in declared if iri.startswith(prefix)
                   and "/" not in iri.removeprefix(prefix))
    near = difflib.get_close_matches(reference.text.rpartition("/")[2], names, 1)
    known = f"known are {', '.join(names[:12])}" if names else "write it, and name its document beside this one"
    hint = f"did you mean `{near[0]}`?" if near else known
    return done.document.finding("dangling-reference", reference.path,
                                 f"there is no {reference.kind} `{reference.text}`; {hint}")


def _at_first(entry: tuple[str, Value]) -> bool:
    return entry[0] != "at"


def _words(cls: str) -> str:
    name = cls.removeprefix(LDN)
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
