"""The clinical answer: what a report says to a question, with grade, basis, numbers, and what speaks against it.

Everything in it comes out of canned queries: this module orders their rows and joins their cells with a few words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

from ldn_graph.errors import NotFoundError
from ldn_graph.queries import Cell, Table
from ldn_graph.sentences import (
    basis,
    citation,
    claim,
    comparison,
    criteria,
    design,
    feature,
    graded,
    limitation,
    method,
    number,
    outcome,
    part_name,
    people,
    published,
    result,
    treatment,
)

Ask = Callable[..., Table]
Row = Mapping[str, Cell]

_COURSE = ("run-in period", "period", "washout period", "dose rule", "matching factor")


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
    not_reported: tuple[str, ...]
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
class Caution:
    """One thing that a check found in a statement or in what it rests on, and a reader should know."""

    text: str
    rule: str
    iri: str


@dataclass(frozen=True)
class Statement:
    """One statement with the grade that its report gives it and the basis that it names.

    `cautions` are what the checks warn of in it and in what it rests on; `advice` counts what else they found there.
    """

    role: str
    wording: str
    grade: str
    grade_printed: str
    basis: str
    cautions: tuple[Caution, ...]
    advice: int
    remarks: tuple[str, ...]
    claims: tuple[Claim, ...]
    iri: str


@dataclass(frozen=True)
class Part:
    """A part of a study in words, such as a treatment."""

    text: str
    remarks: tuple[str, ...]
    iri: str


@dataclass(frozen=True)
class Group:
    """A group of a study; `number` is empty where no number of people is given."""

    label: str
    number: str
    remarks: tuple[str, ...]
    iri: str


@dataclass(frozen=True)
class Study:
    """How a study was done and in whom, what else it found, and what is said against it.

    `told_in` are reports; `course` are periods, washout, dose rule and matching; `further` is what curators say of
    other parts, such as outcomes and scales.
    """

    label: str
    told_in: tuple[str, ...]
    design: str
    course: tuple[Part, ...]
    people: str
    criteria: str
    treatments: tuple[Part, ...]
    groups: tuple[Group, ...]
    without_result: tuple[str, ...]
    other_results: tuple[Analysis, ...]
    limitations: tuple[str, ...]
    not_reported: tuple[str, ...]
    remarks: tuple[str, ...]
    further: tuple[Part, ...]
    iri: str
    report_iris: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """How a report is cited, and what the curators remark on it."""

    text: str
    remarks: tuple[str, ...]
    iri: str


@dataclass(frozen=True)
class Answer:
    """The answer of one report to one question, in layers from the verdict down to the sources."""

    question: str
    verdict: str
    report: str
    published: str
    statements: tuple[Statement, ...]
    grades: tuple[str, ...]
    cautions: tuple[Caution, ...]
    remarks: tuple[str, ...]
    not_reported: tuple[str, ...]
    studies: tuple[Study, ...]
    sources: tuple[Source, ...]
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
        raise NotFoundError(f"no report in the store answers {f'`{question}`' if question else 'a question'}; "
                            "`ldn-graph queries` lists what can be asked of the studies")
    words, analyses = ask("remarks").dicts(), ask("analyses").dicts()
    notes = [row for row in words if row["property"] == "note"]
    found = _Found(
        ask, ask("evidence-for-statement").dicts(), ask("effects-by-condition").dicts(), ask("dose-regimens").dicts(),
        words, _lists(notes, "words"), _lists(ask("not-reported").dicts(), "property"),
        {row["analysis_iri"]: row["responders"] for row in analyses},
        {row["study_iri"]: criteria(row) for row in ask("eligible-studies").dicts()},
        {row["analysis_iri"]: method(row) for row in analyses},
        ask("findings-for-statement").dicts(), {"analyses": list(analyses)})
    return [_answer(found, group) for group in _groups(rows, "question_iri", "report_iri")]


@dataclass(frozen=True)
class _Found:
    """What the canned queries found, for all answers: rows, and what else is said of a node, by the node."""

    ask: Ask
    evidence: Sequence[Row]
    effects: Sequence[Row]
    regimens: Sequence[Row]
    words: Sequence[Row]
    remarks: Mapping[Cell, tuple[str, ...]]
    silences: Mapping[Cell, tuple[str, ...]]
    responders: Mapping[Cell, Cell]
    criteria: Mapping[Cell, str]
    methods: Mapping[Cell, str]
    findings: Sequence[Row]
    asked: dict[str, list[Row]] = field(default_factory=dict)

    def of_study(self, slug: str, study: Cell) -> list[Row]:
        """The rows of a canned query about one study; the query is asked once for all."""
        if slug not in self.asked:
            self.asked[slug] = list(self.ask(slug).dicts())
        return [row for row in self.asked[slug] if row["study_iri"] == study]


def _answer(found: _Found, rows: Sequence[Row]) -> Answer:
    first = rows[0]
    statements = tuple(_statement(found, row) for row in rows)
    studies = _studies(found, rows, "\n".join(map(str, statements)))
    return Answer(
        question=_text(first["question_label"]), verdict=_text(first["verdict"]), report=_text(first["report"]),
        published=published(first), statements=statements,
        grades=tuple(dict.fromkeys(filter(None, map(graded, rows)))), remarks=_lines(first["report_note"]),
        cautions=_cautions(it for it in found.ask("findings", document=_text(first["report_iri"])).dicts()
                           if it["node_iri"] == first["report_iri"] and it["severity"] != "info"),
        not_reported=found.silences.get(first["report_iri"], ()), studies=studies,
        sources=_sources(found, {first["report_iri"], *(iri for study in studies for iri in study.report_iris)}),
        question_iri=_text(first["question_iri"]), report_iri=_text(first["report_iri"]),
    )


def _statement(found: _Found, row: Row) -> Statement:
    mine = [it for it in found.evidence if it["statement_iri"] == row["statement_iri"]]
    found_there = [it for it in found.findings if it["statement_iri"] == row["statement_iri"]]
    return Statement(
        role=_text(row["role"]), wording=_text(row["wording"]), grade=_text(row["grade"]),
        grade_printed=_text(row["grade_printed"]), basis=basis(row),
        cautions=_cautions(it for it in found_there if it["severity"] != "info"),
        advice=len({it["finding_iri"] for it in found_there if it["severity"] == "info"}),
        remarks=_lines(row["note"]), claims=tuple(_claim(found, group) for group in _groups(mine, "claim_iri")),
        iri=_text(row["statement_iri"]),
    )


def _cautions(rows: Iterable[Row]) -> tuple[Caution, ...]:
    """The findings, each wording once, whatever it was found on."""
    first: dict[Cell, Row] = {}
    for row in rows:
        first.setdefault(row["message"], row)
    return tuple(Caution(_text(row["message"]), _text(row["rule"]), _text(row["finding_iri"]))
                 for row in first.values())


def _claim(found: _Found, rows: Sequence[Row]) -> Claim:
    analysed = [row for row in rows if row["analysis_iri"]]
    return Claim(
        text=claim(rows[0]), remarks=_lines(rows[0]["claim_note"]), iri=_text(rows[0]["claim_iri"]),
        analyses=tuple(_analysis(found, group) for group in _groups(analysed, "analysis_iri")),
    )


def _analysis(found: _Found, rows: Sequence[Row], within: str = "") -> Analysis:
    first, iri = rows[0], rows[0]["analysis_iri"]
    nodes = [iri, *(row["result_iri"] for row in rows)]
    silent = dict.fromkeys(name for node in nodes for name in found.silences.get(node, ()))
    return Analysis(
        text="; ".join(filter(None, [comparison(rows, within, found.responders.get(iri)), found.methods.get(iri, "")])),
        study=_text(first["study"]),
        not_reported=tuple(silent), remarks=found.remarks.get(iri, ()), iri=_text(iri),
        results=tuple(Result(result(row), found.remarks.get(row["result_iri"], ()), _text(row["result_iri"]))
                      for row in rows),
    )


def _studies(found: _Found, rows: Sequence[Row], told_above: str) -> tuple[Study, ...]:
    """The studies on which statements rest, by their claims or by the basis that they name."""
    roles = {row["statement_iri"]: row["role"] for row in rows}
    mine = [row for row in found.evidence if row["statement_iri"] in roles]
    iris = {row["study_iri"] for row in mine if row["study_iri"]}
    named = {label for row in rows for label in _text(row["basis_studies"]).split("; ")}
    told = {row["analysis_iri"] for row in mine if roles[row["statement_iri"]] == "answer"}
    others = [row for row in found.effects if row["analysis_iri"] not in told]
    known = [row for row in found.ask("study-characteristics").dicts()
             if row["study_iri"] in iris or row["study_label"] in named]
    order = [row["study_iri"] for row in mine]
    known.sort(key=lambda row: order.index(row["study_iri"]) if row["study_iri"] in iris else len(order))
    return tuple(_with_the_rest(found, _study(found, row, others), told_above) for row in known)


def _study(found: _Found, row: Row, others: Sequence[Row]) -> Study:
    iri = row["study_iri"]
    reports = found.ask("sources", study=iri).dicts()
    effects = _groups([it for it in others if it["study_iri"] == iri], "analysis_iri")
    return Study(
        label=_text(row["study_label"]), told_in=tuple(_text(it["report_label"]) for it in reports),
        design=design(row), course=_course(found, iri), people=people(row), criteria=found.criteria.get(iri, ""),
        treatments=tuple(Part(treatment(it), _lines(it["note"]), _text(it["regimen_iri"])) for it in found.regimens
                         if it["study_iri"] == iri),
        groups=tuple(Group(_text(it["groups"]), number(it), _lines(it["note"]), _text(it["node_iri"]))
                     for it in found.of_study("denominators", iri) if it["counted"] == "group"),
        without_result=_without_result(found, iri),
        other_results=tuple(_analysis(found, group, _text(row["conditions"])) for group in effects),
        limitations=tuple(limitation(it) for it in found.of_study("limitations", iri)),
        not_reported=found.silences.get(iri, ()), remarks=found.remarks.get(iri, ()), further=(),
        iri=_text(iri), report_iris=tuple(_text(it["report_iri"]) for it in reports),
    )


def _with_the_rest(found: _Found, study: Study, told_above: str) -> Study:
    """A study with all that curators say of its parts and scales and that stands nowhere else in the answer."""
    told = f"{told_above}\n{study}"
    scales = {row["scale_iri"] for row in found.of_study("scale-comparability", study.iri)}
    rows = [row for row in found.words if (row["document_iri"] == study.iri or row["node_iri"] in scales)
            and repr(_text(row["words"]).removesuffix("."))[1:-1] not in told]
    further = (Part(part_name(group[0]), tuple(_text(row["words"]) for row in group), _text(group[0]["node_iri"]))
               for group in _groups(rows, "node_iri"))
    return replace(study, further=tuple(further))


def _course(found: _Found, study: Cell) -> tuple[Part, ...]:
    """What happened in a study, one part a feature of the design."""
    rows = [row for row in found.of_study("design-features", study)
            if row["feature"] in _COURSE and row["detail"] != "not reported"]
    rows.sort(key=lambda row: _COURSE.index(_text(row["feature"])))
    return tuple(Part(feature(group), tuple(it for row in group for it in found.remarks.get(row["node_iri"], ())),
                      _text(group[0]["node_iri"])) for group in _groups(rows, "feature"))


def _without_result(found: _Found, study: Cell) -> tuple[str, ...]:
    """The outcomes of a study that no analysis is about."""
    analysed = {row["outcome"] or row["domain"] for row in found.of_study("analyses", study)}
    rows = found.of_study("time-of-assessment", study)
    return tuple(dict.fromkeys(outcome(row) for row in rows if row["outcome"] not in analysed))


def _sources(found: _Found, iris: set[Cell]) -> tuple[Source, ...]:
    return tuple(Source(citation(row), found.remarks.get(row["report_iri"], ()), _text(row["report_iri"]))
                 for row in found.ask("sources").dicts() if row["report_iri"] in iris)


def _lists(rows: Iterable[Row], column: str) -> dict[Cell, tuple[str, ...]]:
    """The cells of a column by the node that they are about."""
    return {group[0]["node_iri"]: tuple(_text(row[column]) for row in group)
            for group in _groups(sorted(rows, key=lambda row: _text(row["node_iri"])), "node_iri")}


def _groups(rows: Iterable[Row], *columns: str) -> list[list[Row]]:
    """Runs of rows with the same cells in some columns."""
    return [list(group) for _, group in groupby(rows, lambda row: [row[column] for column in columns])]


def _lines(cell: Cell) -> tuple[str, ...]:
    return tuple(_text(cell).splitlines())


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
