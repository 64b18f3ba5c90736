"""What can be told of a query file from its text alone: groups, parameter lines, prefixes, paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyparsing import ParseResults
from rdflib import SH, Graph
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from ldn_graph.queries import Question

_TOKEN = re.compile(
    r'(?P<skip>"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|<[^<>"{}|^`\\\s]*>|#[^\n]*)'
    r"|(?P<token>[?$]\w+|[{}]|[A-Za-z_][\w-]*(?::[\w.-]*)?)"
)
_PARAM_LINE = re.compile(r"^[ \t]*VALUES \?(\w+) \{ (.*) \}[ \t]*$", re.MULTILINE)
_PREFIX = re.compile(r"^PREFIX ([\w-]*): <([^>]*)>$", re.MULTILINE)


@dataclass
class Group:
    """What stands between two braces, without what stands in braces inside it."""

    words: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def is_query(self) -> bool:
        """Whether this is a query or subselect, whose pattern is its first inner group."""
        return "SELECT" in self.words or "CONSTRUCT" in self.words


def tokens(text: str) -> list[str]:
    """The variables, words and braces of a query, without strings, IRIs and comments."""
    return [match["token"] for match in _TOKEN.finditer(text) if match["token"]]


def read_groups(text: str) -> Group:
    """The tree of groups of a query; data of VALUES and the template of a CONSTRUCT are no groups."""
    stream = iter(tokens(text))
    return _read(stream)


def _read(stream: Iterator[str]) -> Group:
    group, last = Group(), ""
    for word in stream:
        if word == "}":
            return group
        if word == "VALUES":
            names = _values(stream)
            group.values += names if len(names) == 1 else []
        elif word == "{" and last == "CONSTRUCT":
            group.words += _read(stream).words
        elif word == "{":
            group.groups.append(_read(stream))
        else:
            group.words.append(word)
        last = word
    return group


def _values(stream: Iterator[str]) -> list[str]:
    """The names of a VALUES clause, whose data is read away."""
    names: list[str] = []
    for word in stream:
        if word == "}":
            break
        names += [word[1:]] if word[0] in "?$" else []
    return names


def uses_without_line(question: Question) -> list[str]:
    """A message for each group that uses a parameter without a VALUES line of its own, and for bad lines."""
    names = {param.name for param in question.params}
    root = read_groups(question.text)
    lines = [match[1] for match in _PARAM_LINE.finditer(question.text)]
    found = [f"?{name} is never given a VALUES line" for name in sorted(names - set(lines))]
    found += [f"VALUES ?{name} does not stand on a line of its own" for name in sorted(names)
              if lines.count(name) != _count(root, name)]
    found += [f"VALUES ?{name} has more than one default" for name in sorted(names)
              if len({match[2] for match in _PARAM_LINE.finditer(question.text) if match[1] == name}) > 1]
    return found + list(_without_line(root, names, ()))


def _count(group: Group, name: str) -> int:
    return group.values.count(name) + sum(_count(inner, name) for inner in group.groups)


def _without_line(group: Group, names: set[str], outer: tuple[str, ...]) -> Iterator[str]:
    used = [*outer, *group.words]
    if not group.is_query:
        missing = sorted(names & {word[1:] for word in used if word[0] in "?$"} - set(group.values))
        yield from (f"?{name} is used without its VALUES line in: {' '.join(group.words)[:100]}" for name in missing)
    for position, inner in enumerate(group.groups):
        yield from _without_line(inner, names, tuple(used) if group.is_query and position == 0 else ())


def prefixes(text: str) -> dict[str, str]:
    """The prefixes that a query declares."""
    return dict(_PREFIX.findall(text))


def shipped_prefixes(file: Path) -> dict[str, str]:
    """The prefixes of the project's one list."""
    graph = Graph().parse(file)
    return {str(graph.value(declared, SH.prefix)): str(graph.value(declared, SH.namespace))
            for declared in graph.subjects(SH.namespace)}


def endless_paths(text: str) -> list[str]:
    """The modifiers `+` and `*` of a query's property paths, one for each use."""
    return [mod for mod in _path_modifiers(parseQuery(text)) if mod in {"+", "*"}]


def _path_modifiers(part: Any) -> Iterator[str]:
    if isinstance(part, CompValue) and part.name == "PathElt" and part.mod:
        yield str(part.mod)
    inner = part.values() if isinstance(part, CompValue) else part if isinstance(part, list | ParseResults) else ()
    for item in inner:
        yield from _path_modifiers(item)


def last_order_variable(text: str) -> str:
    """The name of the last variable by which the rows are ordered, or nothing."""
    words = tokens(text)
    depth, last, ordered = 0, "", False
    for word in words:
        depth += (word == "{") - (word == "}")
        ordered = (ordered or word == "ORDER") if depth == 0 else False
        last = word[1:] if ordered and word[0] == "?" else last
    return last
