"""Published grades beside derived ones, as a page of tables.

`python -m ldn_graph.appraisal` prints the page of the shipped collection.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from ldn_graph.documents import read_documents
from ldn_graph.language import SKOS
from ldn_graph.rules.appraised import Asked, level_of, statement_strength
from ldn_graph.rules.facts import Facts
from ldn_graph.shipped import shipped
from ldn_graph.triples import compile_document

_INTRODUCTION = """\
# Published and derived grades

Made by the program from the shipped collection (`python -m ldn_graph.appraisal`). What stands under *published* is the
grade that a report gives. What stands under *derived* follows from [our reading of SORT](decisions/0010-sort.md) and
from what the documents tell; it is nobody else's grade. Where a criterion is not told, both ends are given, and the
weaker one counts.
"""


def grades_page(quads: Iterable[ox.Quad]) -> str:
    """A Markdown page with the levels of all studies and the strengths of all graded statements in the quads."""
    facts = Facts(quads)
    studies = _table(("Study", "Published level", "Derived level", "Reasons", "Not told"), _studies(facts))
    statements = _table(("Statement", "Published", "Derived", "Reasons", "Not told"), _statements(facts))
    levels = f"## Levels of studies, for their primary outcomes\n\n{studies}"
    return f"{_INTRODUCTION}\n{levels}\n## Strengths of statements\n\n{statements}"


def _studies(facts: Facts) -> Iterator[tuple[str, ...]]:
    for study in facts.nodes("Study"):
        found = level_of(facts, study, Asked())
        published = sorted({f"{facts.term(node, 'sortLevel').rpartition('-')[2]} ({_label(facts, node)})"
                            for node in facts.nodes("StudyLevel") if facts.one(node, "study") == study})
        yield (facts.one(study, SKOS + "prefLabel"), ", ".join(published) or "none", str(found),
               _sentence(found.reasons), _sentence(found.unknown))


def _statements(facts: Facts) -> Iterator[tuple[str, ...]]:
    graded = [node for node in facts.nodes("Statement") if facts.term(node, "grade").startswith("sort-")]
    for node in sorted(graded, key=lambda node: (_label(facts, node), int(facts.one(node, "order") or 0))):
        found = statement_strength(facts, node)
        letter = facts.term(node, "grade").rpartition("-")[2].upper()
        told = (str(found), _sentence(found.reasons), _sentence(found.unknown)) if found else ("not derivable", "", "")
        yield facts.one(node, "wording"), f"{letter} ({_label(facts, node)})", *told


def _label(facts: Facts, node: str) -> str:
    """The label of the report in which a node stands."""
    return next(facts.one(report, SKOS + "prefLabel") for report in facts.nodes("Report")
                if node.startswith(f"{report}/"))


def _sentence(words: Sequence[str]) -> str:
    text = "; ".join(words) or "nothing"
    return text[0].upper() + text[1:]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def shipped_page() -> str:
    """The page of the shipped collection."""
    documents, _ = read_documents([shipped("evidence")])
    base = next(str(document.data["base"]) for document in documents if document.kind == "collection")
    return grades_page(quad for document in documents for quad in compile_document(document, base).quads)


if __name__ == "__main__":
    sys.stdout.write(shipped_page())
