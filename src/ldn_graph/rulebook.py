"""All rules of the gate by name, with severity and what they check, from the shapes and the two pages of rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from ldn_graph.errors import NotFoundError
from ldn_graph.shipped import shipped
from ldn_graph.terms import RULES

_SH = "http://www.w3.org/ns/shacl#"
_SECTION = re.compile(r"^## (\S+)\n\n(.*?)(?=^## |^# |\Z)", re.MULTILINE | re.DOTALL)
_SEVERITY = re.compile(r"\*(\w+)[^*]*\*\s+")
_SENTENCE = re.compile(r"(?:\([^()]*\)|[^().:;]|[.:;](?!\s|$))+")
_NAMES = {"Advice": "info"}


@dataclass(frozen=True)
class RuleEntry:
    """One rule: its gravest severity, one line on what it checks, and all that is told of it."""

    name: str
    iri: str
    severity: str
    summary: str
    text: str


@lru_cache(maxsize=1)
def rulebook() -> dict[str, RuleEntry]:
    """The rules by name.

    >>> rulebook()["dates-in-order"].summary
    'The data of a study cannot end before they begin'
    """
    pages = [shipped(f"docs/{page}.md").read_text(encoding="utf-8") for page in ("rules", "rules-of-reading")]
    entries = [*(_described(*section) for page in pages for section in _SECTION.findall(page)), *_shapes()]
    return {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name.casefold())}


def find_rule(name: str) -> RuleEntry:
    """A rule by its name or IRI; NotFoundError, with near names, where there is none."""
    rules, short = rulebook(), name.rpartition("#")[2]
    if short in rules:
        return rules[short]
    import difflib  # noqa: PLC0415 — only for the message

    near = difflib.get_close_matches(short, rules, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`ldn-graph rules` lists them"
    raise NotFoundError(f"there is no rule `{name}`; {hint}")


def _described(name: str, text: str) -> RuleEntry:
    """A rule as a section of the page tells of it; the severity stands before its text."""
    told = _SEVERITY.match(text)
    severity = told[1] if told else "Violation"
    rest = text[told.end():] if told else text
    sentence = _SENTENCE.match(rest)
    summary = " ".join((sentence[0] if sentence else rest).split())
    return RuleEntry(name, RULES + name, _NAMES.get(severity, severity.lower()), summary, text.strip())


def _shapes() -> list[RuleEntry]:
    """A rule for each shape that can be broken."""
    told: dict[str, dict[str, str]] = {}
    for file in sorted((shipped("ontology") / "shapes").glob("*.ttl")):
        for triple in ox.parse(path=str(file)) if file.name != "style.ttl" else ():
            if isinstance(triple.subject, ox.NamedNode) and triple.predicate.value.startswith(_SH):
                value = str(getattr(triple.object, "value", ""))
                told.setdefault(triple.subject.value, {})[triple.predicate.value.removeprefix(_SH)] = value
    whole = {"severity", "name", "description", "message"}
    return [_told(iri, said) for iri, said in told.items() if whole <= set(said)]


def _told(iri: str, said: dict[str, str]) -> RuleEntry:
    return RuleEntry(iri.rpartition("#")[2], iri, said["severity"].removeprefix(_SH).lower(),
                     f"{said['name']}: {said['description'].removesuffix('.')}",
                     f"{said['description']}\n\nIt says: {said['message']}")
