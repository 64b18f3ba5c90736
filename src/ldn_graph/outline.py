"""An answer as an outline, and the outline as text or Markdown: one order of things for both."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ldn_graph.answer import Analysis, Answer, Caution, Claim, Group, Part, Statement, Study
from ldn_graph.findings import one_line

WIDTH = 100
NOTICE = "This is what published reports say; remarks are the curators' own. It is not advice for a patient."

_SIGNS = re.compile(r"[\\`*_<>\[\]|#&~]")
_MARKER = re.compile(r"^(\d*)([-+.)](?=\s|$))")


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
    yield Line(1, f"{verdict}, says {answer.report} (published {answer.published}).", strong=True)
    yield from _section("To bear in mind", [*map(_caution, answer.cautions), *answer.remarks])
    main = [statement for statement in answer.statements if statement.role == "answer"]
    for number, statement in enumerate(main, 1):
        yield from _statement(number, statement)
    yield from _section("Grades", answer.grades)
    yield from _besides(answer.statements)
    for study in answer.studies:
        yield from _study(study)
    yield from _sources(answer)


def _statement(number: int, statement: Statement) -> Iterator[Line]:
    yield Line(0, f"{number}. {statement.wording}")
    printed = f" (printed: {statement.grade_printed})" if statement.grade_printed else ""
    grade = f"{statement.grade}, as the report grades it{printed}" if statement.grade else "not reported"
    yield Line(1, f"Grade: {grade}. Basis: {statement.basis or 'not reported'}", strong=True)
    yield from _remarks(1, statement.remarks)
    for caution in statement.cautions:
        yield Line(1, _caution(caution))
    if statement.advice:
        name = statement.iri.rpartition("/")[2]
        yield Line(1, f"Advice of the checks: {statement.advice}; `ldn-graph ask findings-for-statement --param "
                      f"statement={name} --param severity=info` lists it.")
    for claim in statement.claims:
        yield from _claim(claim, statement.basis)


def _claim(claim: Claim, basis: str) -> Iterator[Line]:
    yield Line(1, claim.text)
    yield from _remarks(2, claim.remarks)
    if not claim.analyses:
        yield Line(2, "No result in the store bears on this claim.")
    for analysis in claim.analyses:
        yield from _analysis(2, analysis, "" if analysis.study in basis else f"{analysis.study}: ")


def _analysis(depth: int, analysis: Analysis, study: str = "") -> Iterator[Line]:
    yield Line(depth, study + analysis.text)
    for result in analysis.results:
        yield Line(depth + 1, result.text)
        yield from _remarks(depth + 2, result.remarks)
    yield from _remarks(depth + 1, analysis.remarks)
    yield from _silence(depth + 1, analysis.not_reported)


def _study(study: Study) -> Iterator[Line]:
    yield Line(0, f"Study: {study.label}")
    yield from _named("Reports", "; ".join(study.told_in))
    yield from _named("Design", study.design)
    for part in study.course:
        yield from _part("", part)
    yield from _named("People", study.people)
    yield from _named("Criteria", study.criteria)
    for treatment in study.treatments:
        yield from _part("Treatment: ", treatment)
    yield from _groups(study.groups)
    yield from _named("Outcomes without a result", "; ".join(study.without_result))
    yield from _named("Limitations", "; ".join(study.limitations))
    yield from _remarks(1, study.remarks)
    yield from _silence(1, study.not_reported)
    for part in study.further:
        yield Line(1, f"Remark ({part.text}): {' '.join(part.remarks)}")
    if study.other_results:
        yield Line(1, "Other results")
    for analysis in study.other_results:
        yield from _other(analysis)


def _part(name: str, part: Part) -> Iterator[Line]:
    yield Line(1, f"{name}{part.text}")
    yield from _remarks(2, part.remarks)


def _groups(groups: Iterable[Group]) -> Iterator[Line]:
    """The groups with their numbers, those without one, and each remark once with the groups that it is on."""
    held = list(groups)
    on: dict[str, tuple[str, ...]] = {}
    for group in held:
        on |= {remark: (*on.get(remark, ()), group.label) for remark in group.remarks}
    yield from _named("Groups", "; ".join(f"{group.label}: {group.number}" for group in held if group.number))
    yield from _named("Groups without a number", "; ".join(group.label for group in held if not group.number))
    for labels in dict.fromkeys(on.values()):
        told = " ".join(remark for remark, its in on.items() if its == labels)
        yield Line(2, f"Remark ({'; '.join(dict.fromkeys(labels))}): {told}")


def _other(analysis: Analysis) -> Iterator[Line]:
    yield Line(2, analysis.text)
    for result in analysis.results:
        yield Line(3, result.text)
    yield from _remarks(3, [*(remark for result in analysis.results for remark in result.remarks), *analysis.remarks])


def _sources(answer: Answer) -> Iterator[Line]:
    yield Line(0, "Sources")
    for source in answer.sources:
        yield Line(1, source.text)
        yield from _remarks(2, [] if source.iri == answer.report_iri else source.remarks)
        yield from _silence(2, answer.not_reported if source.iri == answer.report_iri else ())


def _remarks(depth: int, remarks: Iterable[str]) -> Iterator[Line]:
    told = " ".join(remarks)
    if told:
        yield Line(depth, f"Remark: {told}")


def _silence(depth: int, properties: Iterable[str]) -> Iterator[Line]:
    told = ", ".join(properties)
    if told:
        yield Line(depth, f"Not reported: {told}")


def sentence(text: str) -> str:
    """A message as a sentence of its own.

    >>> sentence("this claim rests on nothing")
    'This claim rests on nothing.'
    """
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def _named(name: str, text: str) -> Iterator[Line]:
    if text:
        yield Line(1, f"{name}: {text}")


def _caution(caution: Caution) -> str:
    return f"Caution: {sentence(caution.text)}"


def _besides(statements: Iterable[Statement]) -> Iterator[Line]:
    """What a report says outside its answer, each with what the curators remark on it and on its claims."""
    held = [statement for statement in statements if statement.role != "answer"]
    if held:
        yield Line(0, "What the report says besides")
    for statement in held:
        grade = f" Grade: {statement.grade}" if statement.grade else ""
        yield Line(1, f"{statement.role.capitalize()}: {statement.wording}{grade}")
        yield from _remarks(2, [*statement.remarks, *(it for claim in statement.claims for it in claim.remarks)])
    yield from _found_besides(held)


def _found_besides(besides: Iterable[Statement]) -> Iterator[Line]:
    """One line on what the checks found in the other statements, so that it is not lost."""
    if any(statement.cautions or statement.advice for statement in besides):
        yield Line(1, "The checks found more in these statements and in what they rest on; `ldn-graph ask "
                      "findings-for-statement` lists it.")


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
        indent = "  " * line.depth
        lines += [""] * (line.depth == 0 and bool(lines))
        lines += textwrap.wrap(one_line(line.text), WIDTH, initial_indent=indent, break_on_hyphens=False,
                               subsequent_indent=indent + "  " * bool(line.depth), break_long_words=False)
    return "\n".join([*lines, "", NOTICE]) + "\n"


def to_markdown(answer: Answer) -> str:
    """The answer as Markdown."""
    lines: list[str] = []
    for line in outline(answer):
        text = escaped(line.text)
        if line.depth == 0:
            lines += ["", f"## {text}", ""] if lines else [f"# {text}", ""]
        else:
            point = f"**{text}**" if line.strong else _MARKER.sub(r"\1\\\2", text)
            lines.append(f"{'  ' * (line.depth - 1)}- {point}")
    return "\n".join([*lines, "", NOTICE]) + "\n"


def escaped(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> print(escaped("P < .001 * & -0.9"))
    P \< .001 \* \& -0.9
    """
    return _SIGNS.sub(r"\\\g<0>", one_line(text).strip())


def write_answers(answers: Iterable[Answer], answer_format: str) -> str:
    """Answers as `text`, `markdown` or `json`."""
    if answer_format == "json":
        text = json.dumps([answer.to_dict() for answer in answers], indent=1, ensure_ascii=False) + "\n"
        return "".join(it if it.isprintable() or it == "\n" else json.dumps(it)[1:-1] for it in text)
    return "\n".join(map(to_text if answer_format == "text" else to_markdown, answers))
