"""All that the rules find in the first collection, each finding one that is true of it."""

from __future__ import annotations

import csv

from conftest import BASE, ROOT
from ldn_graph.rules.catalogue import collection_faults, faults
from ldn_graph.rules.facts import Facts
from ldn_graph.triples import Compiled

TABLE = ROOT / "tests" / "data" / "findings" / "low-dose-naltrexone.csv"
Row = tuple[str, str, str, str]


def found(collection: list[Compiled]) -> list[Row]:
    """Rule, severity, node and message of each finding, in this order."""
    together = collection_faults(Facts(quad for done in collection for quad in done.quads))
    alone = [fault for done in collection for fault in faults(done.quads)]
    return sorted((fault.rule, str(fault.severity), fault.node.removeprefix(f"{BASE}/"), fault.message)
                  for fault in [*alone, *together])


def test_the_first_collection_has_exactly_these_findings(collection: list[Compiled]) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["rule", "severity", "node", "message"]
    assert found(collection) == [tuple(row) for row in rows]
