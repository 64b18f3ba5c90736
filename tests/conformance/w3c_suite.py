"""The core tests of the W3C suite for SHACL, run with both engines; as a program it renews docs/conformance.md.

The suite is not part of this project. It stands beside the checkout, in `../shared/conformance/shacl`, where it stands
at all; what a run of it gave is kept in docs/conformance.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
import shacl
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH

from ldn_graph.screen import shape_files

ROOT = Path(__file__).parents[2]
SUITE = ROOT.parent / "shared" / "conformance" / "shacl" / "core"
PAGE = ROOT / "docs" / "conformance.md"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
SAYINGS = frozenset({"name", "description", "message", "severity", "order", "group", "defaultValue", "declare",
                     "prefix", "namespace", "nodeShape", "path"})
"""What shapes say of themselves, and `sh:path`, which every property shape has; kinds of paths are counted apart."""

PREFACE = """\
# Which engine may be trusted with which term of SHACL

Made by `make conformance` from a run of the core tests of the W3C suite with both engines. A test is passed where
conformance, and focus node, path, component and severity of every result, are as the suite demands. Of {number} tests
{totals}. Not passed:

{failed}

The table counts, for each term, the tests whose shapes use it. The shapes of this project use only terms that both
engines pass in every test, which a test checks.

| term | tests | pyshacl | shacl | in our shapes |
|---|---|---|---|---|
{rows}
"""

Saying = tuple[str, str, str, str]
Engine = Callable[[Path, Path], rdflib.Graph]


@dataclass(frozen=True)
class Verdict:
    """Whether data conform, and each result: focus node, path, component and severity."""

    conforms: bool
    results: Mapping[Saying, int]


@dataclass(frozen=True)
class Case:
    """One test of the suite: where it stands, its data and shapes, and the verdict that it demands."""

    name: str
    data: Path
    shapes: Path
    demanded: Verdict

    @property
    def terms(self) -> frozenset[str]:
        """The SHACL terms that its shapes use."""
        return used_terms(read(self.shapes))


def used_terms(graph: rdflib.Graph) -> frozenset[str]:
    """The names of the predicates of SHACL by which shapes aim and constrain."""
    used = {str(predicate).removeprefix(str(SH)) for subject, predicate in graph.subject_predicates()
            if str(predicate).startswith(str(SH)) and not is_told(graph, subject)}
    return frozenset(used - SAYINGS)


def is_told(graph: rdflib.Graph, subject: rdflib.term.Node) -> bool:
    """Whether a node belongs to a report, which stands in the same file as the shapes."""
    return bool({SH.ValidationReport, SH.ValidationResult} & set(graph.objects(subject, RDF.type)))


@cache
def read(file: Path) -> rdflib.Graph:
    """A file of the suite as a graph, whose own name is that of the file."""
    return rdflib.Graph().parse(file, format="turtle", publicID=file.as_uri())


def cases(suite: Path = SUITE) -> list[Case]:
    """All tests of the suite, by their files."""
    return [case for file in sorted(suite.rglob("*.ttl")) for case in cases_of(file, suite)]


def cases_of(file: Path, suite: Path) -> Iterator[Case]:
    """The tests that a file holds."""
    graph = read(file)
    for test in graph.subjects(RDF.type, SHT.Validate):
        action, report = graph.value(test, MF.action), graph.value(test, MF.result)
        data, shapes = (beside(graph.value(action, what)) for what in (SHT.dataGraph, SHT.shapesGraph))
        assert report is not None
        yield Case(str(file.relative_to(suite).with_suffix("")), data, shapes, verdict(graph, report))


def beside(iri: rdflib.term.Node | None) -> Path:
    """The file that an IRI of the suite names."""
    return Path(str(iri).removeprefix("file://"))


def verdict(graph: rdflib.Graph, report: rdflib.term.Node) -> Verdict:
    """What a report says."""
    results = Counter(saying(graph, result) for result in graph.objects(report, SH.result))
    return Verdict(str(graph.value(report, SH.conforms)) == "true", results)


def saying(graph: rdflib.Graph, result: rdflib.term.Node) -> Saying:
    """What a result says, blank nodes without their names."""
    focus, path = graph.value(result, SH.focusNode), graph.value(result, SH.resultPath)
    return (spelt(graph, focus), spelt(graph, path), str(graph.value(result, SH.sourceConstraintComponent)),
            str(graph.value(result, SH.resultSeverity)))


def spelt(graph: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    """A node or path as text; a path that is a structure is spelt with its parts."""
    if isinstance(node, rdflib.BNode):
        if (node, RDF.first, None) in graph:
            return " ".join(["(", *(spelt(graph, part) for part in Collection(graph, node)), ")"])
        parts = sorted((str(how), spelt(graph, what)) for how, what in graph.predicate_objects(node)
                       if str(how).endswith("Path"))
        return f"[{parts}]"
    return "" if node is None else node.n3()


def with_pyshacl(data: Path, shapes: Path) -> rdflib.Graph:
    """The report of pyshacl's public call."""
    report = pyshacl.validate(read(data), shacl_graph=read(shapes), inference="none")[1]
    assert isinstance(report, rdflib.Graph)
    return report


def with_shacl(data: Path, shapes: Path) -> rdflib.Graph:
    """The report of `shacl`, fed as the screen feeds it."""
    compiled = shacl.Shapes.from_text(plain(shapes), format="ntriples")
    return rdflib.Graph().parse(data=compiled.validate_text(plain(data), format="ntriples").serialize("ntriples"),
                                format="nt")


def plain(file: Path) -> str:
    """A Turtle file as N-Triples."""
    triples = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE, base_iri=file.as_uri())
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


ENGINES: dict[str, Engine] = {"pyshacl": with_pyshacl, "shacl": with_shacl}


def passes(case: Case, engine: Engine) -> bool:
    """Whether an engine gives the verdict that a test demands."""
    report = engine(case.data, case.shapes)
    return verdict(report, next(report.subjects(RDF.type, SH.ValidationReport))) == case.demanded


def page(suite: Path = SUITE) -> str:
    """The page of the documentation: for each term the tests whose shapes use it, and those that each engine passes."""
    passed = {(case.name, name): passes(case, ENGINES[name]) for case, name in product(cases(suite), ENGINES)}
    totals = " and ".join(f"{name} {version(name)} passes {sum(passed[case.name, name] for case in cases(suite))}"
                          for name in ENGINES)
    failed = [f"- `{case}`: {name}" for (case, name), passes_it in passed.items() if not passes_it]
    ours = our_terms()
    rows = []
    for term in sorted(frozenset().union(*(case.terms for case in cases(suite)))):
        having = [case.name for case in cases(suite) if term in case.terms]
        counts = " | ".join(str(sum(passed[case, name] for case in having)) for name in ENGINES)
        rows.append(f"| `sh:{term}` | {len(having)} | {counts} | {'yes' if term in ours else ''} |")
    return PREFACE.format(totals=totals, number=len(cases(suite)), failed="\n".join(failed), rows="\n".join(rows))


def our_terms() -> frozenset[str]:
    """The SHACL terms that the shapes of this project use."""
    graph = rdflib.Graph()
    for file in shape_files():
        graph.parse(file, format="turtle")
    return used_terms(graph)


def trusted(text: str) -> frozenset[str]:
    """The terms that, by the page, both engines pass in every test."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "`sh:" in line[:6]]
    return frozenset(term.strip("`").removeprefix("sh:") for term, total, *passed, _ in rows if set(passed) == {total})


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
