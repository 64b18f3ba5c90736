"""Values of RDF files as documents would have them: canonical figures beside their printed form, days, truth values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from ldn_graph.errors import InputError
from ldn_graph.language import Form, Key, language
from ldn_graph.terms import XSD, canonical_number

Said = tuple[str, ox.NamedNode | ox.Literal]

_NUMBERS = {XSD + "decimal", XSD + "integer"}


class Literals:
    """Reads the literals of nodes; `fault` is told the rule, the node and the message of what is wrong with one."""

    def __init__(self, fault: Callable[[str, str, str], None]) -> None:
        self.fault = fault

    def is_printed_form(self, predicate: str) -> bool:
        """Whether a property holds the printed form of a figure."""
        return predicate in _printed_forms().values()

    def read(self, iri: str, key: Key, value: ox.NamedNode | ox.Literal, said: Sequence[Said]) -> Iterator[Said]:
        """The property and value, once it fits its key; with a figure, its printed form too."""
        if not isinstance(value, ox.Literal):
            self.fault("wrong-type", iri, f"`{key.name}` takes a value, not the address {value.value}")
        elif key.form is Form.TEXT:
            yield key.iri, value
        elif key.datatype in _NUMBERS:
            yield from self.number(iri, key, value, said)
        elif value.datatype.value != key.datatype:
            wanted = f"xsd:{key.datatype.removeprefix(XSD)}"
            self.fault("wrong-type", iri, f"`{key.name}` takes a literal of {wanted}, not {value.datatype.value}")
        elif not _is_legal(value):
            rule = {"date": "not-a-date", "boolean": "not-a-boolean"}[key.datatype.removeprefix(XSD)]
            self.fault(rule, iri, f"`{value.value[:24]}` is no {key.datatype.removeprefix(XSD)}")
        else:
            yield key.iri, value

    def number(self, iri: str, key: Key, value: ox.Literal, said: Sequence[Said]) -> Iterator[Said]:
        """A number in canonical form, and for a figure its printed form, which is its own where none is told."""
        try:
            if value.datatype.value not in _NUMBERS:
                raise InputError(f"`{value.value[:24]}` is of {value.datatype.value}")
            number = canonical_number(value.value)
            if key.datatype == XSD + "integer" and "." in number:
                raise InputError(f"`{value.value[:24]}` is no whole number")
        except InputError as error:
            self.fault("figure-not-printed", iri, f"`{key.name}`: {error}; write xsd:{key.datatype.removeprefix(XSD)} "
                                                  "in digits")
            return
        yield key.iri, ox.Literal(number, datatype=ox.NamedNode(key.datatype))
        if key.form is Form.FIGURE:
            yield from self.printed(iri, key, value, number, said)

    def printed(self, iri: str, key: Key, value: ox.Literal, number: str, said: Sequence[Said]) -> Iterator[Said]:
        """The printed form of a figure, once it says the same number."""
        twin = _printed_forms()[key.iri]
        texts = [text for predicate, text in said if predicate == twin] or [ox.Literal(value.value)]
        for text in texts:
            if _number(text.value) != number:
                self.fault("figure-not-printed", iri, f"`{key.name}` is {number}, but its printed form is "
                                                      f"`{text.value[:24]}`; look it up again")
            else:
                yield twin, text


def _number(text: str) -> str:
    try:
        return canonical_number(text)
    except InputError:
        return ""


def _is_legal(value: ox.Literal) -> bool:
    """Whether the text of a day or a truth value is one."""
    if value.datatype.value == XSD + "boolean":
        return value.value in {"true", "false"}
    try:
        return value.datatype.value != XSD + "date" or bool(date.fromisoformat(value.value))
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _printed_forms() -> dict[str, str]:
    """The properties of printed forms by those of their figures."""
    lang = language()
    return {key.iri: lang.iri(lang.context[f"{key.name}-text"]["@id"]) for key in lang.keys.values()
            if key.form is Form.FIGURE}
