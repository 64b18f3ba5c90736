"""Refuses queries that would make a request: no SPARQL text that a user brings may reach the network by itself.

The engine calls any address a SERVICE clause names and cannot be told not to. A text without the word cannot hold the
clause; a text with it is parsed, and refused if a SERVICE pattern is in the parsed query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeGuard

from ldn_graph.errors import QueryError

MAX_LENGTH = 64 * 1024
MAX_DEPTH = 100
MAX_PARTS = 1000
"""Most brackets, operators and separators in a query: the engine's recursion overflows the stack at some 3,000."""

_TEXTS = re.compile(
    r"<[A-Za-z][^<>\"{}|^`\\\s()\[\]!&*;]{0,2000}>"
    r"|\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*", re.DOTALL)
_SERVICE = re.compile(r"(?<![?$:\w.-])SERVICE(?![\w:.-])", re.IGNORECASE)
_PART = re.compile(r"[({\[.;,|&/+*^!-]")
_FROM = re.compile(r"(?<![?$:\w.-])FROM(?=\s*<|\s+NAMED\b|\s+[^\s:]*:)", re.IGNORECASE)


_UPDATE = re.compile(r"\s*(?:(?:PREFIX\s+\S*\s*<>|BASE\s*<>)\s*)*"
                     r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.IGNORECASE)


def checked_query(text: str) -> str:
    """A query with its line ends made plain, once it is known to be harmless.

    Raises QueryError for an update, for a query that is too long, nested too deep or of too many parts, and for one
    that calls another endpoint.

    >>> checked_query("SELECT ?s WHERE { ?s ?p 'SERVICE <http://example.org>' }")
    "SELECT ?s WHERE { ?s ?p 'SERVICE <http://example.org>' }"
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH // 1024} KiB")
    bare = _bare(text)
    _check_kind(bare)
    if len(_PART.findall(bare)) > MAX_PARTS:
        raise QueryError(f"the query has more than {MAX_PARTS} brackets, operators and separators; split it")
    if _depth(bare) > MAX_DEPTH:
        raise QueryError(f"the query nests brackets or operators more than {MAX_DEPTH} deep")
    if "service" in text.lower() and (_SERVICE.search(bare) or _calls_service(text)):
        raise QueryError("the query has a SERVICE clause; requests to other endpoints are not allowed here")
    return text


def _check_kind(bare: str) -> None:
    if not bare.strip():
        raise QueryError("the query is empty")
    if update := _UPDATE.match(bare):
        raise QueryError(f"{update[1].upper()} is an update; only queries are answered, and documents are taken in "
                         "with `ldn-graph build`")


def names_graphs(text: str) -> bool:
    """Whether a query says itself, by FROM, which graphs it is asked over.

    >>> names_graphs("SELECT ?from FROM <https://example.org/g> { ?from ?p 'FROM <x>' }")
    True
    """
    return _FROM.search(_bare(text)) is not None


def _bare(text: str) -> str:
    """A query with addresses and texts emptied and comments left out."""
    return _TEXTS.sub(lambda match: {"<": "<>", "#": " "}.get(match[0][0], "''"), text)


def _depth(bare: str) -> int:
    """The deepest nesting of brackets, or the longest run of one-sided operators."""
    depth = deepest = 0
    for character in bare:
        depth += (character in "({[") - (character in ")}]")
        deepest = max(deepest, depth)
    runs = (len(run[0]) for run in re.finditer(r"[!^]+", re.sub(r"\s+", "", bare)))
    return max(deepest, *runs, 0)


def _calls_service(text: str) -> bool:
    from pyparsing import ParseBaseException  # noqa: PLC0415 — rdflib's parser is slow to import and seldom needed
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415
    from rdflib.plugins.sparql.parserutils import CompValue  # noqa: PLC0415

    def holds(part: object) -> bool:
        if isinstance(part, CompValue) and part.name == "ServiceGraphPattern":
            return True
        inner: Iterable[object] = part.values() if isinstance(part, dict) else part if _is_list(part) else ()
        return any(holds(it) for it in inner)

    if re.search(r"\\u", text, re.IGNORECASE):
        raise QueryError("a query with the word service must not have \\u escapes; write the characters themselves")
    try:
        return holds(parseQuery(text))
    except ParseBaseException as error:
        raise QueryError(f"the query does not parse at line {error.lineno}, column {error.column} (a SERVICE clause "
                         "would not be allowed)") from None
    except RecursionError:
        return True


def _is_list(part: object) -> TypeGuard[Iterable[object]]:
    from pyparsing import ParseResults  # noqa: PLC0415

    return isinstance(part, list | tuple | ParseResults)
