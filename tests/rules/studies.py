"""Studies of one result, and what the rules find in them, through the compiler."""

from __future__ import annotations

from conftest import BASE
from ldn_graph.documents import Document, Value
from ldn_graph.rules.catalogue import faults
from ldn_graph.rules.findings import Fault
from ldn_graph.triples import compile_document


def found(data: dict[str, Value], *rules: str) -> list[Fault]:
    """What some rules find in a study; all rules where none are named."""
    done = compile_document(Document("study", "aura", data), BASE)
    assert done.findings == []
    return [fault for fault in faults(done.quads) if fault.rule in rules or not rules]


def result(analysis: dict[str, Value], /, kind: str = "contrast", **figures: str) -> dict[str, Value]:
    """A study with one result, whose keys are written with `_` for `-`, in an analysis of two groups."""
    printed: dict[str, Value] = {key.replace("_", "-"): value for key, value in figures.items()}
    return {"groups": {"drug": {"label": "drug"}, "placebo": {"label": "placebo"}},
            "analyses": {"pain": {"group": ["drug", "placebo"], **analysis,
                                  "results": {"one": {"kind": kind, **printed}}}}}


def of_people(study: dict[str, Value], drug: str, placebo: str, kind: str = "analysed") -> dict[str, Value]:
    """The same study with the numbers of its groups."""
    groups: dict[str, Value] = {name: {"label": name, "denominators": {"n": {"number": n, "denominator-kind": kind}}}
                                for name, n in (("drug", drug), ("placebo", placebo))}
    return {**study, "groups": groups}
