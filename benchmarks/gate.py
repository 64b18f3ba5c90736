"""Measures the shapes on invented studies: pyshacl called plainly, the referee alone, the screen with the referee."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

import pyshacl
import rdflib
from rdflib.namespace import SH

from benchmarks.studies import EVERY, studies
from ldn_graph.bridge import to_graph
from ldn_graph.findings import Finding
from ldn_graph.referee import shapes
from ldn_graph.screen import Flag
from ldn_graph.triples import Compiled
from ldn_graph.validate import check_shapes, shape_findings, triples_of

STUDIES = 1000
SAMPLE = 100
"""How many of them go to the two slow ways; the tenth of them has faults, as of all. Of what a study only refers to,
pyshacl says that it is empty; only the nodes of the study are compared."""


def compare_gate() -> None:
    """Prints milliseconds a study for each way, and the ratio; stops where two ways find different things."""
    batch = studies(STUDIES)
    sample = [done for number, done in enumerate(batch) if number // EVERY % (STUDIES // SAMPLE) == 0]
    shape_findings(batch[:1], {})
    nodes = {node for done in sample for node in done.nodes}
    plain, flags = timed(lambda: flags_of_reports(map(plainly, sample)), sample)
    referee, judged = timed(lambda: flags_of(found for done in sample for found in check_shapes(done, {})), sample)
    both, screened = timed(lambda: flags_of(shape_findings(batch, {})), batch)
    if not of(flags, nodes) == judged == of(screened, nodes):
        raise SystemExit("the ways find different things")
    quads = sum(len(done.quads) for done in batch) / len(batch)
    print(f"shapes on {STUDIES} studies of {quads:.0f} quads, each tenth with faults (the first two: {len(sample)} of "
          f"them); {len(screened)} findings, the same for each way")
    for name, taken in (("pyshacl.validate", plain), ("referee", referee), ("screen and referee", both)):
        print(f"  {name:20}{taken * 1000:8.2f} ms a study{plain / taken:8.1f} times as fast")
    print()


def timed(run: Callable[[], set[Flag]], batch: Sequence[Compiled]) -> tuple[float, set[Flag]]:
    """Processor seconds a study for a run, and what it gave."""
    start = time.process_time()
    found = run()
    return (time.process_time() - start) / len(batch), found


def of(flags: set[Flag], nodes: set[str]) -> set[Flag]:
    """Those flags that are on some nodes."""
    return {flag for flag in flags if flag.focus in nodes}


def plainly(done: Compiled) -> rdflib.Graph:
    """The report of pyshacl's public call on one document, with the shapes parsed before."""
    report = pyshacl.validate(to_graph(triples_of(done, {})), shacl_graph=shapes(), inference="none")[1]
    assert isinstance(report, rdflib.Graph)
    return report


def flags_of_reports(reports: Iterable[rdflib.Graph]) -> set[Flag]:
    """What reports say, as the engines must agree on it."""
    return {flag_of(report, result) for report in reports for result in report.objects(None, SH.result)}


def flag_of(report: rdflib.Graph, result: rdflib.term.Node) -> Flag:
    """What a result says, as the engines must agree on it."""
    focus, path, component, severity = (report.value(result, what) for what in (
        SH.focusNode, SH.resultPath, SH.sourceConstraintComponent, SH.resultSeverity))
    return Flag(str(focus), str(path) if isinstance(path, rdflib.URIRef) else "", str(component), str(severity))


def flags_of(findings: Iterable[Finding]) -> set[Flag]:
    """What findings say, as the engines must agree on it."""
    return {Flag(found.focus, found.predicate, found.component, str(SH) + found.severity.capitalize())
            for found in findings}
