"""An answer as an outline, and the outline as text or Markdown: one order of things for both."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ldn_graph.answer import Analysis, Answer, Claim, Statement

WIDTH = 100
NOTICE = "This is what published reports say. It is not advice for a patient."


@dataclass(frozen=True)
class Line:
    """One line of an outline: a heading (level 0) or a point at a depth of 1 or more."""

    depth: int
    text: str
    strong: bool = False


def outline(answer: Answer) -> Iterator[Line]:
    """The lines of an answer, from the verdict down to the sources."""
    yield Line(0, answer.question)
    verdict = answer.verdict.upper() or "NO VERDICT"
    yield Line(1, f"{verdict}, says {answer.report}, {answer.published}.", strong=True)
    main = [statement for statement in answer.statements if statement.role == "answer"]
    for number, statement in enumerate(main, 1):
        yield from _statement(number, statement)
    yield from _section("What the report says besides", _others(answer.statements))
    yield from _section("To bear in mind", answer.remarks)
    yield from _section("Other results of these studies", answer.other_results)
    yield from _section("Studies", answer.studies)
    yield from _section("Limitations that reports state", answer.limitations)
    yield from _section("Not reported", answer.not_reported)
    yield from _section("Sources", answer.sources)
    yield Line(0, "")
    yield Line(1, NOTICE)


def _statement(number: int, statement: Statement) -> Iterator[Line]:
    yield Line(0, f"{number}. {statement.wording}")
    grade = f"Grade: {statement.grade} (as the report gives it)" if statement.grade else "Grade: not reported"
    yield Line(1, f"{grade}; {statement.basis or 'basis not reported'}", strong=True)
    yield from _remarks(1, "But", statement.remarks)
    for claim in statement.claims:
        yield from _claim(claim)


def _claim(claim: Claim) -> Iterator[Line]:
    yield Line(1, claim.text)
    yield from _remarks(2, "But", claim.remarks)
    for analysis in claim.analyses:
        yield from _analysis(analysis)


def _analysis(analysis: Analysis) -> Iterator[Line]:
    yield Line(2, analysis.text)
    for result in analysis.results:
        yield Line(3, result.text)
        yield from _remarks(4, "Note", result.remarks)
    yield from _remarks(3, "Note", analysis.remarks)
    if analysis.not_reported:
        yield Line(3, f"Not reported: {analysis.not_reported}")


def _remarks(depth: int, word: str, remarks: Iterable[str]) -> Iterator[Line]:
    for remark in remarks:
        yield Line(depth, f"{word}: {remark}")


def _others(statements: Iterable[Statement]) -> list[str]:
    return [f"{statement.role.capitalize()}: {statement.wording}" for statement in statements
            if statement.role != "answer"]


def _section(title: str, points: Iterable[str]) -> Iterator[Line]:
    held = list(points)
    if held:
        yield Line(0, title)
    for point in held:
        yield Line(1, point)


def to_text(answer: Answer) -> str:
    """The answer as text for a terminal."""
    lines: list[str] = []
    for line in outline(answer):
        if line.depth == 0:
            lines += ["", *textwrap.wrap(line.text, WIDTH)] if lines else textwrap.wrap(line.text, WIDTH)
        else:
            indent = "  " * line.depth
            lines += textwrap.wrap(line.text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")
    return "\n".join(lines) + "\n"


def to_markdown(answer: Answer) -> str:
    """The answer as Markdown."""
    lines: list[str] = []
    for line in outline(answer):
        text = _escaped(line.text)
        if line.depth == 0:
            lines += ["", f"{'##' if lines else '#'} {text}", ""] if text else [""]
        else:
            lines.append(f"{'  ' * (line.depth - 1)}- {f'**{text}**' if line.strong else text}")
    return "\n".join(lines).strip() + "\n"


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_<>[]|#" else character for character in text)


def write_answers(answers: Iterable[Answer], answer_format: str) -> str:
    """Answers as `text`, `markdown` or `json`."""
    if answer_format == "json":
        return json.dumps([answer.to_dict() for answer in answers], indent=1, ensure_ascii=False) + "\n"
    return "\n".join(map(to_text if answer_format == "text" else to_markdown, answers))
