"""Rules on dates: data that end before they begin."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault


def dates_in_order(facts: Facts) -> Iterator[Fault]:
    """A study whose data end before they can have begun."""
    for node in facts.nodes("Study"):
        first, last = facts.one(node, "dataFrom"), facts.one(node, "dataTo")
        begin, end = facts.one(first, "earliest"), facts.one(last, "latest")
        if begin and end and end < begin:
            yield Fault("dates-in-order", Severity.VIOLATION, node, "dataTo", end,
                        f"the data end in {facts.one(last, 'printed') or end}, before they begin in "
                        f"{facts.one(first, 'printed') or begin}; see which is copied wrongly")
