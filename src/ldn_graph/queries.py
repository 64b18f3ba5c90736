"""Canned queries: one question a file, its header, its parameters, and its rows.

A query file is plain SPARQL that runs as it stands. Its head, lines that begin with `#+ `, is YAML. A parameter is a
line `VALUES ?name { <default> }` in every group that uses it; the runner replaces what stands in the braces by a typed
term and drops the lines of an optional parameter that is not given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from ldn_graph.errors import InputError, QueryError
from ldn_graph.store import Store
from ldn_graph.terms import LDN, TERMS, XSD, canonical_number

Given: TypeAlias = "str | int | Decimal | date"
Cell: TypeAlias = "str | int | Decimal | bool | date | None"

PARAM_KINDS = ("entity", "term", "iri", "string", "integer", "decimal", "date")
COLUMN_KINDS = ("iri", "string", "integer", "decimal", "boolean", "date")

_VALUES = re.compile(r"^[ \t]*VALUES \?(\w+) \{ (.*) \}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Parameter:
    """A parameter: `class_` is the class of an entity, `scheme` the scheme of a term, `values` all that it may be."""

    name: str
    kind: str
    label: str
    required: bool = False
    class_: str = ""
    scheme: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of the answer."""

    name: str
    kind: str
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Question:
    """A canned query: the question it answers, its parameters and columns, and its text.

    `form` is `select` or `construct`; a construct has no columns.
    """

    slug: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    federates_with: tuple[str, ...]
    text: str = field(repr=False)

    @property
    def form(self) -> str:
        """`select` or `construct`."""
        return "select" if self.columns else "construct"

    def columns_for_programs(self) -> set[str]:
        """The columns that people can do without: IRIs, but for engineers, and numbers whose printed form is shown."""
        names = {column.name for column in self.columns}
        twins = {name for name in names if f"{name}_text" in names}
        iris = {column.name for column in self.columns if column.kind == "iri"}
        return twins | (iris if "engineer" not in self.tags else set())

    def explanation(self) -> str:
        """What the rows, parameters and columns mean, in lines."""
        params = [f"  --param {param.name}=…  {param.label} ({_one_of(param.values) or param.kind}"
                  f"{', required' * param.required})" for param in self.params]
        columns = [f"  {column.name}: {column.meaning} ({column.kind}{', may be empty' * column.nullable})"
                   for column in self.columns]
        return "\n".join([self.summary, self.description, *["Parameters:"] * bool(params), *params,
                          *["Columns:"] * bool(columns), *columns])

    def bind(self, store: Store, values: Mapping[str, Given]) -> str:
        """The query text with parameters filled in; InputError for a missing, unknown or ill-typed one."""
        unknown = set(values) - {param.name for param in self.params}
        if unknown:
            names = ", ".join(param.name for param in self.params) or "none"
            raise InputError(f"{self.slug} has no parameter `{min(unknown)}`; its parameters are: {names}")
        terms = {param.name: to_term(param, str(values[param.name]), store) for param in self.params
                 if param.name in values}
        for param in self.params:
            if param.required and param.name not in terms:
                raise InputError(f"{self.slug} needs `--param {param.name}=…` ({param.label})")
        return _VALUES.sub(lambda match: self._line(match, terms), self.text)

    def _line(self, match: re.Match[str], terms: Mapping[str, str]) -> str:
        name = match[1]
        if name in terms:
            return f"VALUES ?{name} {{ {terms[name]} }}"
        return "" if any(param.name == name for param in self.params) else match[0]

    def run(self, store: Store, /, **values: Given) -> ox.QuerySolutions:
        """The solutions of a select query.

        Raises InputError for bad parameters, QueryError where the query is a construct.
        """
        results = store.query(self.bind(store, values))
        if not isinstance(results, ox.QuerySolutions):
            raise QueryError(f"{self.slug} gives a graph; export it with `ldn-graph export --query {self.slug}`")
        return results


@dataclass(frozen=True)
class Table:
    """Columns and rows of typed cells; an IRI is its text, a missing value None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def dicts(self) -> list[dict[str, Cell]]:
        """The rows as dicts by column.

        >>> Table(("n",), ((33,),)).dicts()
        [{'n': 33}]
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def without(self, columns: Iterable[str]) -> Table:
        """The table without some columns.

        >>> Table(("n", "iri"), ((33, "x"),)).without({"iri"})
        Table(columns=('n',), rows=((33,),))
        """
        left_out = set(columns)
        kept = [index for index, column in enumerate(self.columns) if column not in left_out]
        return Table(tuple(self.columns[index] for index in kept),
                     tuple(tuple(row[index] for index in kept) for row in self.rows))

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def to_table(solutions: ox.QuerySolutions) -> Table:
    """The solutions of a select query as a table."""
    columns = tuple(variable.value for variable in solutions.variables)
    return Table(columns, tuple(tuple(to_cell(value) for value in solution) for solution in solutions))


def to_cell(term: object) -> Cell:
    """A term as a Python value: Decimal for decimals, int, bool, date, else (or where none of them fits) text."""
    if term is None:
        return None
    value = str(getattr(term, "value", term))
    datatype = term.datatype.value.removeprefix(XSD) if isinstance(term, ox.Literal) else ""
    try:
        return _PYTHON[datatype](value) if datatype in _PYTHON else value
    except (ArithmeticError, ValueError):
        return value


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _boolean(text: str) -> bool:
    if text not in {"true", "1", "false", "0"}:
        raise ValueError(text)
    return text in {"true", "1"}


_PYTHON: dict[str, Callable[[str], Cell]] = {"decimal": Decimal, "integer": _integer, "date": date.fromisoformat,
                                             "boolean": _boolean}


def to_term(param: Parameter, value: str, store: Store) -> str:
    """A parameter's value as SPARQL text of one term; InputError where it does not fit."""
    try:
        if param.values and value not in param.values:
            raise InputError(f"`{value}` is not {_one_of(param.values)}")
        return _TERMS[param.kind](param, value, store)
    except (InputError, ValueError) as error:
        raise InputError(f"--param {param.name}: {error}") from None


def _one_of(values: tuple[str, ...]) -> str:
    """Some values as a choice: `a, b or c`."""
    return " or ".join(filter(None, [", ".join(values[:-1]), *values[-1:]]))


def _number(datatype: str, value: str) -> str:
    number = canonical_number(value)
    if datatype == "integer" and "." in number:
        raise InputError(f"`{value}` is no whole number")
    return str(ox.Literal(number, datatype=ox.NamedNode(XSD + datatype)))


def _date(value: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise InputError(f"`{value}` is no day; write YYYY-MM-DD")
    return str(ox.Literal(str(date.fromisoformat(value)), datatype=ox.NamedNode(XSD + "date")))


def _term(param: Parameter, value: str, store: Store) -> str:
    known = entities(store, f"?it <http://www.w3.org/2004/02/skos/core#inScheme> <{TERMS}{param.scheme}>")
    return _choose(known, value, param.scheme)


def _entity(param: Parameter, value: str, store: Store) -> str:
    return _choose(entities(store, f"?it a <{LDN}{param.class_}>"), value, param.class_)


def _choose(known: Mapping[str, set[str]], value: str, noun: str) -> str:
    """The only IRI that a value names: the IRI itself, its last part or parts, or its label, in capitals or not."""
    wanted = value.casefold()
    found = [iri for iri in known if iri == value] or [
        iri for iri in known if iri.casefold().endswith(f"/{wanted}")] or [
        iri for iri, labels in known.items() if wanted in labels]
    if len(found) == 1:
        return str(ox.NamedNode(found[0]))
    if found:
        raise InputError(f"`{value}` may be any of {', '.join(found[:5])}; write the IRI")
    raise InputError(f"there is no {noun} `{value}`; {_near(known, wanted)}")


def _near(known: Iterable[str], wanted: str) -> str:
    import difflib  # noqa: PLC0415 — only for the message

    names = sorted({iri.rpartition("/")[2] for iri in known})
    near = difflib.get_close_matches(wanted.replace(" ", "-"), names, 3)
    return f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names[:20]) or 'none'}"


def entities(store: Store, pattern: str) -> dict[str, set[str]]:
    """The IRIs that fit a pattern on `?it`, sorted, each with its labels in small letters."""
    labels = "OPTIONAL { ?it <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
    solutions = store.query(f"SELECT ?it ?label WHERE {{ {pattern} {labels} }} ORDER BY ?it")
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 — a SELECT gives solutions
    found: dict[str, set[str]] = {}
    for iri, label in solutions:
        found.setdefault(iri.value, set()).update([label.value.casefold()] if label else [])
    return found


_TERMS: dict[str, Callable[[Parameter, str, Store], str]] = {
    "entity": _entity,
    "term": _term,
    "iri": lambda _param, value, _store: str(ox.NamedNode(value)),
    "string": lambda _param, value, _store: str(ox.Literal(value)),
    "integer": lambda _param, value, _store: _number("integer", value),
    "decimal": lambda _param, value, _store: _number("decimal", value),
    "date": lambda _param, value, _store: _date(value),
}
