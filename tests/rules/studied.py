"""Small studies for the tests of number rules, and what the rules find in them."""

from __future__ import annotations

from itertools import chain

from conftest import BASE
from ldn_graph.documents import Document, Value
from ldn_graph.rules.catalogue import collection_faults, faults
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.triples import compile_document

Data = dict[str, Value]
Told = tuple[str, str, str, str]


def found(study: Data, vocabulary: Data | None = None) -> list[Fault]:
    """What all rules find in a study, and in the vocabulary that it uses."""
    documents = [Document("study", "aura", study), Document("vocabulary", "headache", vocabulary or {})]
    compiled = [compile_document(document, BASE) for document in documents]
    assert [finding for done in compiled for finding in done.findings] == []
    quads = [quad for done in compiled for quad in done.quads]
    alone = chain.from_iterable(faults(done.quads) for done in compiled)
    return sorted([*alone, *collection_faults(Facts(quads))], key=lambda fault: (fault.rule, fault.node, fault.name))


def told(study: Data, vocabulary: Data | None = None) -> list[Told]:
    """Rule, severity, property and value of what is found."""
    return [(fault.rule, fault.severity.value, fault.name, fault.value) for fault in found(study, vocabulary)]


def messages(study: Data, vocabulary: Data | None = None) -> list[str]:
    """The messages of what is found."""
    return [fault.message for fault in found(study, vocabulary)]


def count(people: int | str, out_of: int | str, group: str = "drug", **more: Value) -> Data:
    """A count of people in a group."""
    return {"kind": "count", "group": group, "participants": str(people), "denominator": str(out_of),
            **{key.replace("_", "-"): value for key, value in more.items()}}


def compared(results: dict[str, Value], **more: Value) -> Data:
    """A study whose one analysis compares a drug with a placebo."""
    analysis: Data = {"outcome": "pain", "group": ["drug", "placebo"],
                      **{key.replace("_", "-"): value for key, value in more.items()}, "results": results}
    return {"groups": {"drug": {"label": "drug"}, "placebo": {"label": "placebo"}},
            "outcomes": {"pain": {"label": "pain"}}, "analyses": {"pain": analysis}}


def numbered(**numbers: int | str) -> Data:
    """The numbers of people of a group by their kinds, written with underscores."""
    return {kind: {"number": str(number), "denominator-kind": kind}
            for kind, number in ((key.replace("_", "-"), number) for key, number in numbers.items())}
