"""What a rule finds: at which node and property, how grave, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts


@dataclass(frozen=True)
class Fault:
    """One thing that a rule found; `name` is the property without its namespace, if that is ours."""

    rule: str
    severity: Severity
    node: str
    name: str
    value: str
    message: str


Rule = Callable[[Facts], Iterator[Fault]]
