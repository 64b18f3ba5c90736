"""Prints how long the cold answer and the gate take, each beside its baseline, and the ratio.

Run with `make benchmark`. Each figure is the median of several runs, taken in turn with its baseline.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyshacl
import rdflib

from benchmarks.gate import compare_gate
from ldn_graph import EvidenceStore
from ldn_graph.export import export
from ldn_graph.precompiled import prefixes
from ldn_graph.shipped import shipped

RUNS = 11
BIN = Path(sys.executable).parent


def seconds(run: Callable[[], object]) -> float:
    """The time that one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def command(*words: str) -> Callable[[], object]:
    """A call that runs a command to its end."""
    return lambda: subprocess.run(words, check=True, capture_output=True)


def compare(title: str, ours: Callable[[], object], baseline: Callable[[], object], *, runs: int = RUNS) -> None:
    """Prints the medians of two calls, run in turn, and how the first stands to the second."""
    pairs = [(seconds(ours), seconds(baseline)) for _ in range(runs)]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{title}\n  ours {mine * 1000:8.1f} ms\n  base {theirs * 1000:8.1f} ms\n"
          f"  ours takes {mine / theirs:.3f} of the base: {theirs / mine:.1f} times as fast\n")


def plain_way(turtle: bytes, shapes: list[Path]) -> None:
    """Validates and loads the collection as one would without this program: rdflib and pyshacl, called plainly."""
    data, rules = rdflib.Graph(), rdflib.Graph()
    data.parse(data=turtle, format="turtle")
    for file in shapes:
        rules.parse(file, format="turtle")
    conforms, _, _ = pyshacl.validate(data, shacl_graph=rules)
    assert conforms or conforms is False


def document_by_document(turtles: list[bytes], shapes: list[Path]) -> None:
    """The same as `plain_way`, but a verdict on each document, as the gate gives it."""
    for turtle in turtles:
        plain_way(turtle, shapes)


def our_way() -> None:
    """Reads, compiles, validates and loads the collection from its YAML documents into a new store."""
    EvidenceStore.empty().load([shipped("evidence")])


def main() -> None:
    """Prints all comparisons."""
    compare_gate()
    compare("cold answer against the bare import of rdflib and pyoxigraph",
            command(str(BIN / "ldn-graph"), "answer"),
            command(sys.executable, "-c", "import rdflib, pyoxigraph"))
    evidence = EvidenceStore.open()
    turtle = export(evidence.quads(evidence.documents()), "turtle", prefixes())
    shapes = [file for file in sorted((shipped("ontology") / "shapes").glob("*.ttl")) if file.name != "style.ttl"]
    compare("validate and load the collection against plain rdflib and pyshacl, all documents as one graph",
            our_way, lambda: plain_way(turtle, shapes), runs=5)
    turtles = [export(evidence.quads([name]), "turtle", prefixes()) for name in evidence.documents()]
    compare("validate and load the collection against plain rdflib and pyshacl, a verdict on each document",
            our_way, lambda: document_by_document(turtles, shapes), runs=5)


if __name__ == "__main__":
    main()
