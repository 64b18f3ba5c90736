"""An invented study and the digest that claims something from it, without a finding, and changed copies of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache

import pyoxigraph as ox

from conftest import ROOT
from ldn_graph.documents import Document, Value, parse_document
from ldn_graph.rules import claimed_figures, claims, conduct, directions, results, similarity
from ldn_graph.rules.catalogue import COLLECTION_RULES
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.triples import compile_document

BASE = "https://example.org/joints"
DIRECTORY = ROOT / "tests" / "data" / "appraisal"
MODULES = {module.__name__ for module in (claimed_figures, claims, conduct, directions, results, similarity)}
"""The modules of the rules that are tried on these documents."""
Change = Mapping[str, object]
"""New values by their path: the name of a file, then keys, with `>` between; None deletes."""


@cache
def sound() -> tuple[tuple[str, Document], ...]:
    """The documents without a finding, by the name of their file."""
    files = sorted(DIRECTORY.glob("*.yaml"))
    return tuple((file.stem, parse_document(file.read_text("utf-8"), file.name)) for file in files)


def faults(*changes: Change, also: Document | None = None, more: Iterable[ox.Quad] = ()) -> list[Fault]:
    """What the rules find in a changed copy, in the order of rules and nodes."""
    documents = {name: deepcopy(document) for name, document in sound()}
    for change in changes:
        for path, value in change.items():
            name, *keys = path.split(">")
            put(documents[name].data, keys, deepcopy(value))
    compiled = [compile_document(document, BASE) for document in (*documents.values(), also) if document]
    assert [finding for done in compiled for finding in done.findings] == []
    facts = Facts([*(quad for done in compiled for quad in done.quads), *more])
    found = [fault for rule in COLLECTION_RULES if rule.__module__ in MODULES for fault in rule(facts)]
    return sorted(found, key=lambda fault: (fault.rule, fault.node))


def told(*changes: Change, also: Document | None = None) -> list[str]:
    """Rule and severity of what the rules find in a changed copy."""
    return [f"{fault.rule} {fault.severity}" for fault in faults(*changes, also=also)]


def message(rule: str, *changes: Change, also: Document | None = None) -> str:
    """The message of the only finding of a rule in a changed copy."""
    (only,) = [fault.message for fault in faults(*changes, also=also) if fault.rule == rule]
    return only


def put(data: dict[str, Value], keys: Iterable[str], value: object) -> None:
    """Puts a value where keys lead, or deletes what stands there."""
    *way, last = keys
    for key in way:
        step = data.setdefault(key, {})
        assert isinstance(step, dict)
        data = step
    if value is None:
        del data[last]
    else:
        data[last] = value  # type: ignore[assignment]
