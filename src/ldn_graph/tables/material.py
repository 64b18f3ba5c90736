"""What tables and plots are made of: analyses with their results, groups and grades, out of canned queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ldn_graph.queries import Cell, Given, Table
from ldn_graph.sentences import Row

Ask = Callable[..., Table]

NOT_REPORTED = "not reported"
REVIEWS = {"systematic review", "meta-analysis"}


@dataclass(frozen=True)
class Analysis:
    """One analysis: rows of its results, of its groups, and of the grades that rest on it."""

    results: tuple[Row, ...]
    groups: tuple[Row, ...] = ()
    grades: tuple[Row, ...] = ()

    @property
    def first(self) -> Row:
        """The row that tells what all results of the analysis have in common."""
        return self.results[0]

    @property
    def versus(self) -> tuple[str, str]:
        """What was given, and against what; the second is empty where nothing was compared with."""
        against = [row for row in self.groups if is_comparator(row, self.groups)]
        other = [row for row in self.groups if row not in against]
        return _given(other), _given(against)


@dataclass(frozen=True)
class Material:
    """Analyses, and rows of further queries by study or result."""

    analyses: tuple[Analysis, ...]
    wholes: Mapping[Cell, tuple[Row, ...]] = field(default_factory=dict)
    directions: Mapping[Cell, Row] = field(default_factory=dict)


def gather(ask: Ask, condition: Given | None = None, outcome: Given | None = None) -> Material:
    """What the store holds on a condition and an outcome, or on all of them.

    Raises InputError for an unknown condition or outcome.
    """
    rows = [_named(row) for row in ask("effects-by-outcome", **_given_only(outcome=outcome)).dicts()]
    if condition is not None:
        about = {row["result_iri"] for row in ask("effects-by-condition", condition=condition).dicts()}
        rows = [row for row in rows if row["result_iri"] in about]
    groups = by("analysis_iri", ask("groups-of-analyses").dicts())
    grades = by("analysis_iri", ask("grades-of-analyses").dicts())
    analyses = (Analysis(tuple(found), groups.get(iri, ()), grades.get(iri, ()))
                for iri, found in groupby(rows, lambda row: row["analysis_iri"]))
    directions = {row["result_iri"]: row for row in ask("direction-of-results").dicts()}
    return Material(tuple(analyses), _wholes(ask), directions)


def by(column: str, rows: Iterable[Row]) -> dict[Cell, tuple[Row, ...]]:
    """Rows by the cell of a column.

    >>> by("n", [{"n": 1}, {"n": 2}, {"n": 1}])
    {1: ({'n': 1}, {'n': 1}), 2: ({'n': 2},)}
    """
    found: dict[Cell, tuple[Row, ...]] = {}
    for row in rows:
        found[row[column]] = (*found.get(row[column], ()), row)
    return found


def is_comparator(row: Row, groups: Sequence[Row]) -> bool:
    """Whether a group is what the others are compared with: subtracted, the reference, or in another role than tried.

    Where the analysis says which group is subtracted from which, nothing else counts.
    """
    if any(it["side"] in {"minuend", "subtrahend"} for it in groups):
        return row["side"] == "subtrahend"
    return row["side"] == "reference" or row["role"] not in {None, "experimental"}


def is_review(study: Row) -> bool:
    """Whether a row of `study-characteristics` tells of a study of studies.

    >>> is_review({"designs": "meta-analysis, systematic review"}), is_review({"designs": "cohort"})
    (True, False)
    """
    return not REVIEWS.isdisjoint(text(study["designs"]).split(", "))


def distinct(texts: Iterable[str]) -> list[str]:
    """The texts that hold something, each once, in their order.

    >>> distinct(["b", "", "a", "b"])
    ['b', 'a']
    """
    return list(dict.fromkeys(filter(None, texts)))


def text(cell: Cell) -> str:
    """A cell as text; nothing for an empty one."""
    return "" if cell is None else str(cell)


def _given(rows: Iterable[Row]) -> str:
    """What groups got, or else their names."""
    return ", ".join(sorted(distinct(text(row["interventions"] or row["group"]) for row in rows)))


def _named(row: dict[str, Cell]) -> Row:
    return {**row, "outcome": row["outcome_label"]}


def _given_only(**params: Given | None) -> dict[str, Given]:
    return {name: value for name, value in params.items() if value is not None}


def _wholes(ask: Ask) -> dict[Cell, tuple[Row, ...]]:
    """The numbers of all participants of each study, one row a stage."""
    return by("study_iri", [row for row in ask("denominators").dicts()
                            if row["group_kind"] == "whole study" and row["number"] is not None])
