"""The clinical answer: what a report says to a question, with grade, basis, numbers, and what speaks against it.

Everything in it comes out of canned queries: this module orders their rows and joins their cells with a few words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from ldn_graph.errors import NotFoundError
from ldn_graph.queries import Cell, Table
from ldn_graph.sentences import basis, citation, claim, comparison, finding, published, result, study

Ask = Callable[..., Table]
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Result:
    """One result as one report prints it: a sentence, remarks, and the IRI that leads to its figures and passage."""

    text: str
    remarks: tuple[str, ...]
    iri: str


@dataclass(frozen=True)
class Analysis:
    """What was analysed, in whom, how and when, with the results; what the sources leave out is `not_reported`."""

    text: str
    study: str
    results: tuple[Result, ...]
    not_reported: str
    remarks: tuple[str, ...]
    iri: str


@dataclass(frozen=True)
class Claim:
    """One claim of a statement and the analyses that it rests on; `remarks` say where it goes beyond them."""

    text: str
    remarks: tuple[str, ...]
    analyses: tuple[Analysis, ...]
    iri: str


@dataclass(frozen=True)
class Statement:
    """One statement with the grade that its report gives it and the basis that it names."""

    role: str
    wording: str
    grade: str
    basis: str
    remarks: tuple[str, ...]
    claims: tuple[Claim, ...]
    iri: str


@dataclass(frozen=True)
class Answer:
    """The answer of one report to one question, in layers from the verdict down to the sources."""

    question: str
    verdict: str
    report: str
    published: str
    remarks: tuple[str, ...]
    statements: tuple[Statement, ...]
    other_results: tuple[str, ...]
    studies: tuple[str, ...]
    limitations: tuple[str, ...]
    not_reported: tuple[str, ...]
    sources: tuple[str, ...]
    question_iri: str
    report_iri: str

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, in the form that `answer.schema.json` describes."""
        return asdict(self)


def build_answers(ask: Ask, question: str | None = None) -> list[Answer]:
    """The answers that reports give to a question, or to every question that the graph holds.

    `ask` runs a canned query by slug with its parameters. Raises NotFoundError where no report answers.
    """
    rows = ask("answer-to-question", **({"question": question} if question else {})).dicts()
    if not rows:
        raise NotFoundError(f"no report in the store answers {f'`{question}`' if question else 'a question'}")
    evidence = ask("evidence-for-statement").dicts()
    return [_answer(ask, group, evidence) for group in _groups(rows, "report_iri")]


def _answer(ask: Ask, rows: Sequence[Row], evidence: Sequence[Row]) -> Answer:
    first, report = rows[0], _text(rows[0]["report_iri"])
    graded = {row["statement_iri"] for row in rows if row["role"] == "answer"}
    mine = [row for row in evidence if row["statement_iri"] in graded]
    studies: set[Cell] = {row["study_iri"] for row in mine if row["study_iri"]}
    return Answer(
        question=_text(first["question_label"]), verdict=_text(first["verdict"]), report=_text(first["report"]),
        published=published(first), remarks=_lines(first["report_note"]),
        statements=tuple(_statement(row, evidence) for row in rows),
        other_results=tuple(_others(ask("effects-by-condition").dicts(), studies, {it["analysis_iri"] for it in mine})),
        studies=tuple(study(row) for row in ask("study-characteristics").dicts() if row["study_iri"] in studies),
        limitations=tuple(f"{row['study_label']}: {row['description']}" for row in ask("limitations").dicts()
                          if row["study_iri"] in studies),
        not_reported=tuple(_silences(ask("not-reported").dicts(), {*studies, report})),
        sources=tuple(citation(row) for row in ask("sources").dicts()),
        question_iri=_text(first["question_iri"]), report_iri=report,
    )


def _statement(row: Row, evidence: Sequence[Row]) -> Statement:
    mine = [it for it in evidence if it["statement_iri"] == row["statement_iri"]]
    return Statement(
        role=_text(row["role"]), wording=_text(row["wording"]), grade=_text(row["grade"]), basis=basis(row),
        remarks=_lines(row["note"]), claims=tuple(_claim(group) for group in _groups(mine, "claim_iri")),
        iri=_text(row["statement_iri"]),
    )


def _claim(rows: Sequence[Row]) -> Claim:
    analysed = [row for row in rows if row["analysis_iri"]]
    return Claim(
        text=claim(rows[0]), remarks=_lines(rows[0]["claim_note"]), iri=_text(rows[0]["claim_iri"]),
        analyses=tuple(_analysis(group) for group in _groups(analysed, "analysis_iri")),
    )


def _analysis(rows: Sequence[Row]) -> Analysis:
    first = rows[0]
    return Analysis(
        text=comparison(first), study=_text(first["study"]), not_reported=_text(first["not_reported"]),
        remarks=_lines(first["analysis_note"]), iri=_text(first["analysis_iri"]),
        results=tuple(Result(result(row), _lines(row["result_note"]), _text(row["result_iri"])) for row in rows),
    )


def _others(rows: Iterable[Row], studies: set[Cell], told: set[Cell]) -> list[str]:
    """The results of some studies that are not among the analyses told already, a line each."""
    return [f"{row['study']}: {finding(row)}" for row in rows
            if row["study_iri"] in studies and row["analysis_iri"] not in told]


def _silences(rows: Iterable[Row], nodes: set[Cell]) -> list[str]:
    """What the sources leave out of some nodes, a line each."""
    mine = [row for row in rows if row["node_iri"] in nodes]
    return [f"{group[0]['node_label']}: {', '.join(_text(row['property']) for row in group)}"
            for group in _groups(mine, "node_iri")]


def _groups(rows: Iterable[Row], column: str) -> list[list[Row]]:
    """Runs of rows with the same cell in a column."""
    return [list(group) for _, group in groupby(rows, lambda row: row[column])]


def _lines(cell: Cell) -> tuple[str, ...]:
    return tuple(_text(cell).splitlines())


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
