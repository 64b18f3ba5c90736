"""Small documents for the tests of collection rules, and what the rules find in several of them together."""

from __future__ import annotations

from ldn_graph.documents import Document, Value
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault, Rule
from ldn_graph.triples import compile_document

BASE = "https://example.org/tea"
Data = dict[str, Value]


def document(name: str, data: Data, base: str = BASE) -> tuple[str, Data, str]:
    """A document called `kind/key`, in a collection."""
    return name, data, base


def facts(*documents: tuple[str, Data, str]) -> Facts:
    """The facts of several documents together."""
    quads = []
    for name, data, base in documents:
        kind, _, key = name.partition("/")
        done = compile_document(Document(kind, key, data), base)
        assert done.findings == []
        quads += done.quads
    return Facts(quads)


def found(rule: Rule, *documents: tuple[str, Data, str]) -> list[Fault]:
    """What a rule finds in several documents; each finding bears the name of the rule."""
    faults = list(rule(facts(*documents)))
    assert {fault.rule for fault in faults} <= {rule.__name__.replace("_", "-")}
    return faults


def told(rule: Rule, *documents: tuple[str, Data, str]) -> list[tuple[str, str, str, str]]:
    """Severity, node without the base, property and value of what a rule finds."""
    return sorted((fault.severity.value, fault.node.removeprefix(BASE + "/"), fault.name, fault.value)
                  for fault in found(rule, *documents))


def report(key: str, published: Value = "2020", kind: str = "journal-article", **more: Value) -> tuple[str, Data, str]:
    """A report of a kind with its date."""
    return document(f"report/{key}", {"report-kind": kind, "published": published, **more})


def study(results: dict[str, dict[str, Data]], **more: Value) -> tuple[str, Data, str]:
    """The study `tea`, with results by analysis and key, on two groups."""
    analyses: Data = {key: {"outcome": "pain", "group": ["drug", "placebo"], "results": dict(some)}
                      for key, some in results.items()}
    return document("study/tea", {
        "groups": {"drug": {"label": "drug"}, "placebo": {"label": "placebo"}}, "outcomes": {"pain": {"label": "pain"}},
        "analyses": analyses, **more})


def difference(by: str, estimate: str, **more: str) -> Data:
    """A mean difference that a report prints."""
    return {"kind": "contrast", "report": by, "statistic": "mean-difference", "estimate": estimate, **more}
