"""The authoring language: what each YAML key means, read from the JSON-LD context, the ontology and the code lists.

Nothing here knows a key by name except the four whose meaning no ontology holds: `kind`, `at`, `text` and `label`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ldn_graph.documents import KINDS
from ldn_graph.shipped import shipped
from ldn_graph.terms import LDN, RDF_TYPE, XSD

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL_CLASS = "http://www.w3.org/2002/07/owl#Class"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DOMAIN_INCLUDES = "https://schema.org/domainIncludes"


class Form(Enum):
    """What the value of a key looks like in a document."""

    TEXT = auto()  # words in English
    LITERAL = auto()  # a typed scalar
    FIGURE = auto()  # a number of the evidence, whose printed form is kept beside it
    DATE = auto()  # YYYY, YYYY-MM, YYYY-MM-DD or a mapping of bounds
    TERM = auto()  # the short name of a term of a closed scheme
    REFERENCE = auto()  # the key of another node
    CONTAINER = auto()  # a mapping of keys to nodes
    NODE = auto()  # a mapping that is one node
    OUTSIDE = auto()  # an outside term as prefix:name
    ADDRESS = auto()  # an absolute web address
    KEY = auto()  # the name of another key


@dataclass(frozen=True)
class Key:
    """What one key of the language means; `domain` is empty where the key may stand on any node."""

    name: str
    iri: str
    form: Form
    many: bool = False
    datatype: str = ""
    scheme: str = ""
    range: str = ""
    domain: frozenset[str] = field(default=frozenset())


def kebab(name: str) -> str:
    """A CamelCase name as the authoring language writes it.

    >>> kebab("GroupValue")
    'group-value'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


class Language:
    """The keys, classes and terms of the authoring language.

    >>> language().keys["lower"].datatype
    'http://www.w3.org/2001/XMLSchema#decimal'
    """

    def __init__(self, directory: Path) -> None:
        self.context: dict[str, Any] = json.loads((directory / "context.jsonld").read_text("utf-8"))["@context"]
        self._triples = [*ox.parse(path=directory / "ldn.ttl"), *ox.parse(path=directory / "terms.ttl")]
        self.keys = {name: self._key(name, entry) for name, entry in self.context.items()
                     if isinstance(entry, dict) and not self._is_twin(name)}

    def _values(self, predicate: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for triple in self._triples:
            if triple.predicate.value == predicate and not isinstance(triple.object, ox.Triple):
                found.setdefault(str(getattr(triple.subject, "value", "")), set()).add(triple.object.value)
        return found

    @cached_property
    def parents(self) -> dict[str, set[str]]:
        """The direct superclasses of each class."""
        return self._values(RDFS + "subClassOf")

    @cached_property
    def classes(self) -> set[str]:
        """All classes of the vocabulary."""
        return {name for name, classes in self._values(RDF_TYPE).items() if _OWL_CLASS in classes}

    @cached_property
    def _ranges(self) -> dict[str, set[str]]:
        return self._values(RDFS + "range")

    @cached_property
    def _domains(self) -> dict[str, set[str]]:
        return self._values(DOMAIN_INCLUDES)

    @cached_property
    def plain_context(self) -> dict[str, Any]:
        """The context without the namespaces of term schemes, for documents whose terms are written out as IRIs.

        A context inside a context is copied for each value, which makes parsing several times slower.
        """
        return {name: {word: value for word, value in entry.items() if word != "@context"}
                if isinstance(entry, dict) else entry for name, entry in self.context.items()}

    @cached_property
    def terms(self) -> dict[str, list[str]]:
        """The short names of the terms of each scheme, by the scheme's namespace."""
        found: dict[str, list[str]] = {}
        for term, schemes in sorted(self._values(SKOS + "inScheme").items()):
            for scheme in schemes:
                found.setdefault(f"{scheme}/", []).append(term.removeprefix(f"{scheme}/"))
        return found

    @cache  # noqa: B019 — one language lives as long as the process
    def ancestors(self, cls: str) -> set[str]:
        """A class and all classes of ours above it."""
        found = {cls}
        for parent in self.parents.get(cls, ()):
            if parent.startswith(LDN):
                found |= self.ancestors(parent)
        return found

    @cache  # noqa: B019 — one language lives as long as the process
    def kinds(self, cls: str) -> dict[str, str]:
        """The direct subclasses of a class by the names that `kind` takes."""
        return {kebab(child.removeprefix(LDN)): child for child, parents in sorted(self.parents.items())
                if cls in parents}

    @cache  # noqa: B019 — one language lives as long as the process
    def containers(self, cls: str) -> list[Key]:
        """The keys whose mappings hold nodes of a class or of a class below it."""
        return [key for key in self.keys.values() if key.form is Form.CONTAINER and cls in self.ancestors(key.range)]

    @cache  # noqa: B019 — one language lives as long as the process
    def document_class(self, kind: str) -> str:
        """The class of the documents of a kind."""
        return LDN + kind.capitalize()

    @cache  # noqa: B019 — one language lives as long as the process
    def allowed(self, cls: str) -> list[str]:
        """The keys that may stand on a node of a class."""
        classes = self.ancestors(cls)
        return [key.name for key in self.keys.values() if not key.domain or key.domain & classes]

    def key_of(self, iri: str) -> str:
        """The key of a property, or the property itself where no key has it."""
        return next((key.name for key in self.keys.values() if key.iri == iri), iri)

    def _is_twin(self, name: str) -> bool:
        return name.endswith("-text") and name.removesuffix("-text") in self.context

    def iri(self, compact: str) -> str:
        """The IRI of a name with one of the prefixes of the context."""
        prefix, _, local = compact.partition(":")
        return f"{self.context[prefix]}{local}"

    def _key(self, name: str, entry: dict[str, Any]) -> Key:
        iri, type_ = self.iri(entry["@id"]), entry.get("@type", "")
        container = entry.get("@container")
        range_ = next(iter(self._ranges.get(iri, ())), "")
        form = self._form(name, entry, iri, range_)
        return Key(name, iri, form, many=container == "@set",
                   datatype=XSD + (type_.removeprefix("xsd:") if type_.startswith("xsd:") else "string"),
                   scheme=entry.get("@context", {}).get("@vocab", ""), range=range_,
                   domain=frozenset(self._domain(iri)))

    def _domain(self, iri: str) -> set[str]:
        if iri.startswith(SKOS) and iri not in {SKOS + "prefLabel", SKOS + "definition"}:
            return {LDN + "VocabularyTerm"}
        return self._domains.get(iri, set())

    def _form(self, name: str, entry: dict[str, Any], iri: str, range_: str) -> Form:
        type_ = entry.get("@type", "")
        if "@language" in entry:
            return Form.TEXT
        if type_ == "@vocab":
            return Form.TERM
        if type_.startswith("xsd:"):
            return Form.FIGURE if f"{name}-text" in self.context else Form.LITERAL
        if entry.get("@container") == "@id":
            return Form.CONTAINER
        return self._object_form(iri, range_) if type_ == "@id" else Form.LITERAL

    def _object_form(self, iri: str, range_: str) -> Form:
        if iri.startswith(SKOS):
            return Form.REFERENCE if iri == SKOS + "broader" else Form.OUTSIDE
        fixed = {LDN + "PartialDate": Form.DATE, RDFS + "Resource": Form.ADDRESS,
                 "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property": Form.KEY}
        if range_ in fixed:
            return fixed[range_]
        held = any(entry.get("@container") == "@id" and self._holds(self.iri(entry["@id"]), range_)
                   for entry in self.context.values() if isinstance(entry, dict))
        return Form.REFERENCE if held or range_ in map(self.document_class, KINDS) else Form.NODE

    def _holds(self, container: str, cls: str) -> bool:
        return any(cls in self.ancestors(held) for held in self._ranges.get(container, ()))


@lru_cache(maxsize=1)
def language() -> Language:
    """The shipped authoring language."""
    return Language(shipped("ontology"))
