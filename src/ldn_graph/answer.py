"""The clinical answer: what a report says to a question, with grade, basis, numbers, and what speaks against it.

Everything in it comes out of canned queries; nothing is computed or worded here that the graph does not hold, but the
few words that join its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from ldn_graph.errors import NotFoundError
from ldn_graph.queries import Cell, Table

Ask = Callable[..., Table]
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Result:
    """One result as one report prints it: a sentence, and the IRI that leads to its figures and passage."""

    text: str
    iri: str


@dataclass(frozen=True)
class Analysis:
    """What was analysed, in whom, how and when, with its results; `remarks` are the curator's."""

    study: str
    outcome: str
    scale: str
    time: str
    compared: str
    results: tuple[Result, ...]
    remarks: tuple[str, ...]
    iri: str


@dataclass(frozen=True)
class Claim:
    """One claim of a statement and the analyses that it rests on."""

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
    statements: tuple[Statement, ...]
    studies: tuple[str, ...]
    limitations: tuple[str, ...]
    not_reported: tuple[str, ...]
    sources: tuple[str, ...]
    remarks: tuple[str, ...]
    question_iri: str
    report_iri: str

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, as `answer.schema.json` describes it."""
        return asdict(self)


def build_answers(ask: Ask, question: str | None = None) -> list[Answer]:
    """The answers that reports give to a question, or to every question that the graph holds.

    `ask` runs a canned query by slug with its parameters. Raises NotFoundError where no report answers.
    """
    rows = ask("answer-to-question", **({"question": question} if question else {})).dicts()
    if not rows:
        raise NotFoundError(f"no report in the store answers {f'the question `{question}`' if question else 'a question'}")
    evidence = ask("evidence-for-statement").dicts()
    return [_answer(ask, group, evidence) for group in _groups(rows, "report_iri")]


def _answer(ask: Ask, rows: Sequence[Row], evidence: Sequence[Row]) -> Answer:
    first = rows[0]
    statements = [_statement(row, [it for it in evidence if it["statement_iri"] == row["statement_iri"]]) for row in rows]
    cited = {str(row["study_iri"]) for row in evidence if row["study_iri"]}
    return Answer(
        question=_text(first["question"]), verdict=_text(first["verdict"]), report=_text(first["report"]),
        published=_published(first), statements=tuple(statements),
        studies=tuple(_study(row) for row in ask("study-characteristics") .dicts() if row["study_iri"] in cited),
        limitations=tuple(f"{row['study_label']}: {row['description']}" for row in ask("limitations").dicts()
                          if row["study_iri"] in cited),
        not_reported=tuple(_silence(ask("not-reported").dicts(), cited)),
        sources=tuple(_source(row) for row in ask("sources").dicts()),
        remarks=(), question_iri=_text(first["question_iri"]), report_iri=_text(first["report_iri"]),
    )
