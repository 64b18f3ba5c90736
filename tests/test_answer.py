"""The clinical answer: its words, its order, its formats, and that it loses and invents nothing."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph import EvidenceStore, InputError, NotFoundError
from ldn_graph.answer import Answer, build_answers
from ldn_graph.catalogue import read_catalogue
from ldn_graph.cli import main
from ldn_graph.outline import NOTICE, escaped, outline, write_answers
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
    number,
    outcome,
    people,
    plain,
    published,
    result,
    treatment,
)
from ldn_graph.shipped import shipped
from mini import copied

DATA = Path(__file__).parent / "data" / "answer"
CATALOGUE = read_catalogue(shipped("queries"))
SCHEMA: dict[str, Any] = json.loads((files("ldn_graph") / "answer.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
USED = ["analyses", "answer-to-question", "denominators", "design-features", "dose-regimens", "effects-by-condition",
        "eligible-studies", "evidence-for-statement", "findings-for-statement", "limitations",
        "not-reported", "remarks", "sources", "study-characteristics", "time-of-assessment"]
NUMBER = re.compile(r"-?\.?\d+(?:\.\d+)?")
Row = Mapping[str, Cell]


def row(slug: str, **cells: Cell) -> dict[str, Cell]:
    """A row of a canned query, empty but for some cells, which must be of its columns."""
    columns = [column.name for column in CATALOGUE[slug].columns]
    assert set(cells) <= set(columns), set(cells) - set(columns)
    return {**dict.fromkeys(columns), **cells}


def told(**cells: Cell) -> str:
    """The sentence of a result."""
    return result(row("evidence-for-statement", **cells))


class Asked:
    """Canned queries whose rows are given, and what was asked of them."""

    def __init__(self, **rows: list[dict[str, Cell]]) -> None:
        self.rows = {slug.replace("_", "-"): held for slug, held in rows.items()}

    def __call__(self, slug: str, /, **_params: str) -> Table:
        columns = tuple(column.name for column in CATALOGUE[slug].columns)
        return Table(columns, tuple(tuple(held.values()) for held in self.rows.get(slug, [])))


def statement_row(**cells: Cell) -> dict[str, Cell]:
    given_cells: dict[str, Cell] = {
        "question_label": "Does it help?", "report": "Smith 2020", "statement_order": 1, "role": "answer",
        "wording": "It helps.", "question_iri": "x:question", "report_iri": "x:report", "statement_iri": "x:statement"}
    return row("answer-to-question", **{**given_cells, **cells})


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def cells_of(rows: Iterable[Row]) -> str:
    return " ".join(str(cell) for held in rows for cell in held.values() if cell is not None)


@pytest.fixture(scope="module")
def evidence() -> EvidenceStore:
    return EvidenceStore.open()


@pytest.fixture(scope="module")
def answers(evidence: EvidenceStore) -> list[Answer]:
    return evidence.answer()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> EvidenceStore:
    """The invented collection with two digests, one saying yes and one saying no to the same question."""
    directory = copied(tmp_path_factory.mktemp("two"))
    digest = (DATA / "digest.yaml").read_text(encoding="utf-8")
    other = re.sub(r"label: .*", "label: Berg 2033", digest, count=1).replace("aalto-2032", "berg-2033")
    changes = {"verdict: yes": "verdict: no", "eases": "does not ease", "favours-intervention": "no-difference"}
    for old, new in changes.items():
        assert other.count(old) == 1
        other = other.replace(old, new)
    (directory / "aalto.yaml").write_text(digest, encoding="utf-8")
    (directory / "berg.yaml").write_text(other, encoding="utf-8")
    held = EvidenceStore.empty()
    held.load(directory)
    return held


# The shipped collection


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("markdown", "md"), ("json", "json")])
def test_answer_on_the_collection(answers: list[Answer], form: str, suffix: str) -> None:
    """The answer is the one that was read line by line against the article."""
    assert write_answers(answers, form) == (DATA / f"low-dose-naltrexone.{suffix}").read_text(encoding="utf-8")


def test_order_of_the_text(answers: list[Answer]) -> None:
    headings = [line.text for line in outline(answers[0]) if line.depth == 0]
    assert [heading[:2] for heading in headings[2:5]] == ["1.", "2.", "3."]
    assert [heading.partition(":")[0] for heading in [*headings[:2], *headings[5:]]] == [
        "Is low-dose naltrexone effective in chronic pain management?", "To bear in mind", "Grades",
        "What the report says besides", "Study", "Study", "Study", "Sources"]


def test_each_graded_statement_has_its_basis_and_a_study(answers: list[Answer]) -> None:
    main_ones = [it for it in answers[0].statements if it.role == "answer"]
    assert [(it.grade, it.basis.partition(":")[0]) for it in main_ones] == [
        ("SORT B", "1 study (randomised controlled trial)"), ("SORT B", "1 study (cohort)"),
        ("SORT B", "1 study (dose-response)")]
    assert [it.basis.partition(": ")[2] for it in main_ones] == [study.label for study in answers[0].studies]


def test_every_figure_comes_from_a_canned_query(evidence: EvidenceStore, answers: list[Answer]) -> None:
    rows = [held for slug in USED for held in evidence.ask(slug).dicts()]
    known = numbers(cells_of(rows))
    assert numbers(write_answers(answers, "text")) <= known
    assert not numbers("(95% confidence interval -0.9 to 4.21)") <= known


def test_every_figure_of_a_result_comes_from_its_own_row(evidence: EvidenceStore, answers: list[Answer]) -> None:
    rows = [*evidence.ask("evidence-for-statement").dicts(), *evidence.ask("effects-by-condition").dicts()]
    known = {held["result_iri"]: numbers(cells_of([held])) for held in rows}
    seen = {it.iri: numbers(it.text) for it in results_of(answers[0])}
    assert {iri for iri, found in seen.items() if not found <= known[iri]} == set()
    assert set(seen) == {iri for iri in known if iri}


def test_every_printed_figure_of_a_result_is_told(evidence: EvidenceStore, answers: list[Answer]) -> None:
    """Not only nothing invented: value, limits, P value and counts of each result stand in its sentence."""
    texts = {it.iri: it.text for it in results_of(answers[0])}
    columns = ["estimate_text", "lower_text", "upper_text", "p_value_text", "participants", "events", "denominator"]
    for held in evidence.ask("effects-by-condition").dicts():
        printed = {str(held[column]) for column in columns if held[column] is not None}
        assert printed <= numbers(texts[str(held["result_iri"])]), held["result_iri"]


def test_text_keeps_figures_whole(answers: list[Answer]) -> None:
    """No line break falls within a figure, and no line is much longer than a terminal is wide."""
    text = write_answers(answers, "text")
    assert [line for line in text.splitlines() if line.endswith("-")] == []
    assert max(map(len, text.splitlines())) <= 100


def results_of(answer: Answer) -> list[Any]:
    analyses = [it for statement in answer.statements for claim_ in statement.claims for it in claim_.analyses]
    analyses += [it for study in answer.studies for it in study.other_results]
    return [it for analysis in analyses for it in analysis.results]


# JSON

ABSENT = object()


def test_json_is_valid(answers: list[Answer], two: EvidenceStore) -> None:
    VALIDATOR.check_schema(SCHEMA)
    VALIDATOR.validate(json.loads(write_answers(answers, "json")))
    VALIDATOR.validate(json.loads(write_answers(two.answer(), "json")))


def broken(answers: list[Answer], path: list[str | int], value: object) -> Any:
    """The JSON of answers with one thing set, or taken away where the value is absent."""
    held = json.loads(write_answers(answers, "json"))
    node = held
    for step in path[:-1]:
        node = node[step]
    if value is ABSENT:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return held


@pytest.mark.parametrize(("path", "value"), [
    ([0, "verdict"], ABSENT), ([0, "verdict"], 1), ([0, "verdict"], None), ([0, "question"], ""), ([0, "score"], "9"),
    ([0, "statements"], []), ([0, "statements", 0, "claims"], {}), ([0, "statements", 0, "claims", 0, "iri"], ABSENT),
    ([0, "statements", 0, "claims", 0, "analyses", 0, "results"], []),
    ([0, "statements", 0, "claims", 0, "analyses", 0, "results", 0, "text"], ""),
    ([0, "statements", 0, "claims", 0, "analyses", 0, "results", 0, "estimate"], 1.6),
    ([0, "studies", 0, "limitations"], [""]), ([0, "studies", 0, "iri"], "no IRI"), ([0, "sources", 0], "a paper"),
    ([0, "grades"], ["SORT B", "SORT B"]),
])
def test_schema_rejects_what_is_broken(answers: list[Answer], path: list[str | int], value: object) -> None:
    assert not VALIDATOR.is_valid(broken(answers, path, value))


def test_schema_describes_every_property() -> None:
    """Each object is closed, needs all its properties, describes them, and they are those of the dataclass."""
    for definition in SCHEMA["$defs"].values():
        assert definition["additionalProperties"] is False
        assert definition["required"] == list(definition["properties"])
        assert all(held.get("description") for held in [definition, *definition["properties"].values()])
    names = [field.name for field in dataclasses.fields(Answer)]
    assert list(SCHEMA["$defs"]["answer"]["properties"]) == names


# Sentences


@pytest.mark.parametrize(("cells", "text"), [
    ({}, "no figure and no finding given"),
    ({"kind": "contrast", "statistic": "mean difference", "estimate_text": "-1.60", "unit": "{score}",
      "level": Decimal(95), "lower_text": "-2.10", "upper_text": "-.90", "p_relation": "<", "p_value_text": "0.001"},
     "mean difference -1.60 points (95% confidence interval -2.10 to -.90), P < 0.001"),
    ({"kind": "contrast", "statistic": "mean difference (tea minus water)", "estimate_text": "-2", "unit": "d",
      "lower_text": "-3", "upper_text": "-1", "level": Decimal(95)},
     "mean difference (tea minus water) -2 days (95% confidence interval -3 to -1)"),
    ({"kind": "contrast", "statistic": "number needed to treat", "estimate_text": "3.2"},
     "number needed to treat 3.2, no confidence interval given"),
    ({"kind": "contrast", "statistic": "risk ratio", "estimate_text": "0.8", "lower_text": "0.5"},
     "risk ratio 0.8 (confidence interval of unstated level from 0.5)"),
    ({"kind": "contrast", "statistic": "risk ratio", "estimate_text": "0.8", "upper_text": "1.1",
      "level": Decimal("97.5")},
     "risk ratio 0.8 (97.5% confidence interval up to 1.1)"),
    ({"kind": "dose estimate", "statistic": "effective dose estimate", "estimate_text": "6.0", "unit": "mg",
      "level": Decimal(95), "lower_text": "4.66", "upper_text": "6.13", "response_share": "95 %"},
     "effective dose estimate 6.0 mg (95% confidence interval 4.66 to 6.13); for a response in 95% of patients"),
    ({"kind": "group value", "group": "drug", "statistic": "per cent change", "estimate_text": "-37.8", "unit": "%",
      "change": "decrease", "percent_base": "base not stated"},
     "drug: per cent change -37.8%, per cent of what is not stated"),
    ({"kind": "group value", "statistic": "per cent change", "estimate_text": "-4", "unit": "%", "change": "worsening",
      "percent_base": "baseline value"}, "per cent change -4% worsening, per cent of baseline value"),
    ({"kind": "group value", "statistic": "statistic not stated", "estimate_text": "32", "unit": "%",
      "change": "decrease"}, "32% decrease, kind of figure not stated"),
    ({"kind": "group value", "estimate_text": "13"}, "13, kind of figure not stated"),
    ({"kind": "group value", "statistic": "mean", "estimate_text": "3.0", "spread": "standard deviation 1.10",
      "participants": 20}, "20 participants, mean 3.0, standard deviation 1.10"),
    ({"kind": "group value", "participants": 20}, "20 participants"),
    ({"kind": "group value", "statistic": "mean", "lower_text": "1", "upper_text": "2", "level": Decimal(95)},
     "95% confidence interval 1 to 2 without its value"),
    ({"kind": "count", "group": "all", "statistic": "count of participants", "participants": 11, "denominator": 25},
     "all: 11 of 25 participants"),
    ({"kind": "count", "participants": 1}, "1 participant"),
    ({"kind": "count", "participants": 1, "denominator": 1}, "1 of 1 participants"),
    ({"kind": "count", "participants": 0, "denominator": 9}, "0 of 9 participants"),
    ({"kind": "count", "statistic": "count of events", "events": 8, "most_common": "diarrhoea, mild"},
     "8 events; most common: diarrhoea, mild"),
    ({"kind": "count", "events": 1, "denominator": 30}, "1 event among 30 at risk"),
    ({"kind": "count", "events": 8, "participants": 5, "denominator": 30}, "5 of 30 participants, 8 events"),
    ({"kind": "count", "statistic": "proportion", "participants": 11, "denominator": 25, "estimate_text": "44",
      "unit": "%"}, "11 of 25 participants, proportion 44%"),
    ({"kind": "test", "p_relation": "<", "p_value_text": ".001", "favours": "drug"},
     "test: P < .001; reported in favour of drug"),
    ({"kind": "test", "p_value_text": ".05"}, "test: P .05 (relation not stated)"),
    ({"kind": "test", "significance": "not significant"}, "test: reported as not significant"),
    ({"kind": "test"}, "test: no figure and no finding given"),
    ({"kind": "narrative", "finding": "consistent with primary"},
     "consistent with the primary outcome (no figures given)"),
    ({"kind": "narrative", "finding": "no significant difference", "significance": "not significant"},
     "no significant difference (no figures given); reported as not significant"),
    ({"kind": "narrative", "finding": "none reported", "group": "a; b", "description": "Nobody slept worse."},
     "a; b: Nobody slept worse (no figures given)"),
    ({"kind": "model finding", "finding": "no other variable"}, "no other variable was significant"),
])
def test_result(cells: dict[str, Cell], text: str) -> None:
    assert told(**cells) == text


@given(st.integers(0, 999), st.integers(0, 999))
def test_events_are_never_told_as_participants(events: int, at_risk: int) -> None:
    text = told(kind="count", statistic="count of events", events=events, denominator=at_risk)
    assert "participant" not in text
    assert text == f"{events} event{'s' * (events != 1)} among {at_risk} at risk"


@pytest.mark.parametrize(("cells", "text"), [
    ({"claim_kind": "usage"}, "The report claims (usage): nothing further"),
    ({"claim_kind": "similarity", "claim_direction": "no difference", "claim_interventions": "a",
      "claim_domains": "pain", "claim_comparators": "b", "claim_conditions": "migraine"},
     "The report claims (similarity): a against b in migraine, for pain; said not to differ"),
    ({"claim_kind": "safety", "claim_direction": "favours comparator", "claim_interventions": "a",
      "claim_comparators": "b"}, "The report claims (safety): a against b; said to favour b"),
    ({"claim_kind": "effect", "claim_direction": "favours comparator"},
     "The report claims (effect): nothing further; no comparator named; said to favour the comparator"),
    ({"claim_kind": "effect", "claim_direction": "favours intervention"},
     "The report claims (effect): nothing further; no comparator named; said to favour the intervention"),
    ({"claim_kind": "dosing", "claim_direction": "favours intervention", "claim_interventions": "a",
      "claim_dose": ">6 mg", "claim_share": "95 %"},
     "The report claims (dosing): a; no comparator named; said to favour a, at a dose of >6 mg, in 95% of patients"),
    ({"claim_kind": "effect", "claim_direction": "sideways", "claim_interventions": "a", "claim_comparators": "b",
      "magnitude": "2 to 3 wk"}, "The report claims (effect): a against b; said: sideways, by 2 to 3 weeks"),
    ({"claim_interventions": "a"}, "The report claims: a"),
])
def test_claim(cells: dict[str, Cell], text: str) -> None:
    """The direction is always told as something that the report says."""
    assert claim(row("evidence-for-statement", **cells)) == text


PAIN: dict[str, Cell] = {"outcome": "pain", "conditions": "migraine"}


@pytest.mark.parametrize(("cells", "within", "responders", "text"), [
    ([PAIN], "", None, "pain, in migraine, time not stated"),
    ([PAIN], "migraine", None, "pain, time not stated"),
    ([{**PAIN, "role": "primary", "time": "week 6", "compared": "a; b", "reference": "b",
       "scale": "VAS, 0 to 100 (0 to 100, lower is better)"}], "", None,
     "pain (primary outcome), in migraine, week 6; scale: VAS, 0 to 100 (lower is better); groups compared: a; b; "
     "reference: b"),
    ([{**PAIN, "group": "a", "compared": "a; b"}, {**PAIN, "group": "b", "compared": "a; b"}], "", None,
     "pain, in migraine, time not stated"),
    ([{**PAIN, "group": "a", "compared": "a; b"}, {**PAIN, "compared": "a; b"}], "", None,
     "pain, in migraine, time not stated; groups compared: a; b"),
    ([{**PAIN, "compared": "all patients"}], "", None, "pain, in migraine, time not stated; in all patients"),
    ([{**PAIN, "outcome": "relief after 6 weeks", "time": "after 6 weeks"}], "", "half the pain",
     "relief after 6 weeks, in migraine; responders: half the pain"),
    ([{**PAIN, "outcome": "half the pain"}], "", "half the pain", "half the pain, in migraine, time not stated"),
    ([{**PAIN, "scale": "NRS, 1 to 10 (1 to 10, lower is better); VAS (0 to 100, lower is better); PGIC"}], "", None,
     "pain, in migraine, time not stated; "
     "scale: NRS, 1 to 10 (lower is better); VAS (0 to 100, lower is better); PGIC"),
    ([{**PAIN, "conditions": None, "role": "role not stated"}], "", None, "pain, time not stated"),
])
def test_comparison(cells: list[dict[str, Cell]], within: str, responders: str | None, text: str) -> None:
    assert comparison([row("evidence-for-statement", **held) for held in cells], within, responders) == text


@pytest.mark.parametrize(("cells", "text"), [
    ({}, ""),
    ({"basis_studies": "A; B"}, "studies: A; B"),
    ({"basis_number": 3}, "3 studies"),
    ({"basis_number": 1, "basis_designs": "cohort"}, "1 study (cohort)"),
    ({"basis_number": 2, "basis_designs": "cohort", "basis_studies": "A; B"}, "2 studies (cohort): A; B"),
])
def test_basis(cells: dict[str, Cell], text: str) -> None:
    assert basis(statement_row(**cells)) == text


@pytest.mark.parametrize(("cells", "text"), [
    ({}, ""), ({"grade": "GRADE low"}, "GRADE low"),
    ({"grade": "SORT B", "grade_meaning": "Weak."}, "SORT B: Weak."),
    ({"grade": "SORT B", "grade_meaning": "Weak.", "grade_system": "Of SORT."}, "SORT B: Weak. (Of SORT)"),
])
def test_graded(cells: dict[str, Cell], text: str) -> None:
    assert graded(statement_row(**cells)) == text


@pytest.mark.parametrize(("cells", "text"), [
    ({}, "date not reported"),
    ({"published": "2031-05", "earliest": date(2031, 5, 1), "latest": date(2031, 5, 31)}, "2031-05"),
    ({"earliest": date(2022, 1, 1), "latest": date(2026, 11, 22), "inferred": True},
     "between 2022-01-01 and 2026-11-22, inferred, as no date is printed"),
    ({"earliest": date(2022, 1, 1), "latest": date(2022, 3, 1), "inferred": False},
     "between 2022-01-01 and 2022-03-01"),
])
def test_published(cells: dict[str, Cell], text: str) -> None:
    assert published(statement_row(**cells)) == text


@pytest.mark.parametrize(("cells", "text"), [
    ({}, "author not reported. title not reported. journal not reported (date not reported)."),
    ({"first_author": "Li A", "title": "Does it?", "journal": "J", "published": "2020", "pmid": "7"},
     "Li A. Does it? J 2020. PMID 7"),
    ({"first_author": "Li A", "more_authors": True, "title": "It does", "journal": "J", "earliest": date(2022, 1, 1),
      "latest": date(2022, 3, 1), "inferred": True, "volume": "1", "pages": "2-3", "doi": "10.1/x"},
     "Li A et al. It does. J (between 2022-01-01 and 2022-03-01, inferred, as no date is printed);1:2-3. doi:10.1/x"),
])
def test_citation(cells: dict[str, Cell], text: str) -> None:
    assert citation(row("sources", **cells)) == text


@pytest.mark.parametrize(("cells", "how", "whom"), [
    ({}, "", ""),
    ({"masking": "single-blind", "masked": "patient", "masked_to": "The dose.", "controls": "uncontrolled",
      "age": "18 to 60 a", "countries": "DK"},
     "single-blind (patient; hidden: The dose); uncontrolled", "18 to 60 years; country DK"),
    ({"designs": "cohort", "data_to": "2019", "centres": 2, "age": "≥1 mo"},
     "cohort; data to 2019", "≥1 month; 2 centres"),
])
def test_study(cells: dict[str, Cell], how: str, whom: str) -> None:
    held = row("study-characteristics", **cells)
    assert (design(held), people(held)) == (how, whom)


@pytest.mark.parametrize(("cells", "text"), [
    ({"intervention_label": "tea"}, "tea"),
    ({"intervention_label": "tea", "description": "As usual."}, "tea: As usual."),
    ({"intervention_label": "drug", "dose": "4.5 mg", "route": "oral", "duration": "≥2 mo", "frequency": "once a day",
      "taken_for": "drug: 12 to 14 mo (quartiles)"},
     "drug: 4.5 mg; oral; once a day; for ≥2 months; taken for: drug: 12 to 14 months (quartiles)"),
    ({"intervention_label": "drug", "start_dose": "2 mg", "titration_change": "increase dose", "titration_step": "1 mg",
      "titration_trigger": "pain: decrease <20 %", "maximum_dose": "25 to 50 mg", "final_dose": "3 mg"},
     "drug: start 2 mg; increase dose by 1 mg if pain: decrease <20%; at most 25 to 50 mg; final 3 mg"),
    ({"intervention_label": "drug", "dose_range": "0.75 to 6.0 mg", "duration": "2 to 3 wk"},
     "drug: 0.75 to 6.0 mg; for 2 to 3 weeks"),
])
def test_treatment(cells: dict[str, Cell], text: str) -> None:
    assert treatment(row("dose-regimens", **cells)) == text


@pytest.mark.parametrize(("cells", "text"), [
    ({}, ""), ({"criteria": "inclusion: As e.g. in A.; exclusion: B. (≥1 mo)"},
               "inclusion: As e.g. in A; exclusion: B (≥1 month)"),
    ({"group_criteria": "inclusion: Stayed. (>2 wk)"}, "of single groups: inclusion: Stayed (>2 weeks)"),
])
def test_criteria(cells: dict[str, Cell], text: str) -> None:
    assert criteria(row("eligible-studies", **cells)) == text


@pytest.mark.parametrize(("cells", "text"), [
    ({}, ""), ({"number": 25, "number_text": "25", "stage": "kind not stated"}, "25 (stage not stated)"),
    ({"number": 80, "number_text": "080", "stage": "analysed", "analysis_population": "per protocol"},
     "080 (analysed, per protocol)"),
    ({"number": 0}, "0"),
])
def test_number(cells: dict[str, Cell], text: str) -> None:
    assert number(row("denominators", study_iri="x:A", **cells)) == text


def test_feature() -> None:
    rows = [row("design-features", feature="matching factor", detail=it) for it in ("1. a sex", "2. age, within 1 a")]
    assert feature(rows) == "Matching factor: 1. a sex; 2. age, within 1 year"


@pytest.mark.parametrize(("role", "text"), [("secondary", "pain (secondary outcome)"), ("role not stated", "pain"),
                                            (None, "pain")])
def test_outcome(role: str | None, text: str) -> None:
    assert outcome(row("time-of-assessment", outcome="pain", role=role)) == text


@pytest.mark.parametrize(("cells", "text"), [
    ({}, "not described"), ({"kind": "small sample"}, "small sample"),
    ({"description": "Few.", "kind": "small sample", "stated_by": "Li 2020"}, "Few (stated by Li 2020)"),
])
def test_limitation(cells: dict[str, Cell], text: str) -> None:
    assert limitation(row("limitations", **cells)) == text


@pytest.mark.parametrize(("quantity", "text"), [
    (None, ""), ("1 a", "1 year"), ("1.0 a", "1.0 years"), ("18 to 75 a", "18 to 75 years"), ("<20 %", "<20%"),
    ("-.9 %", "-.9%"), ("5 {score}", "5 points"), ("5.4 mg", "5.4 mg"), ("2 wk, then 3 d", "2 weeks, then 3 days"),
    ("3 a.u.", "3 years.u."), ("4 administrations", "4 administrations"),
])
def test_plain(quantity: Cell, text: str) -> None:
    assert plain(quantity) == text


# Small cases


def test_no_grade_and_no_basis() -> None:
    answer, = build_answers(Asked(answer_to_question=[statement_row()]))
    text = write_answers([answer], "text")
    assert text == ("Does it help?\n  NO VERDICT, says Smith 2020 (published date not reported).\n\n1. It helps.\n"
                    f"  Grade: not reported. Basis: not reported\n\nSources\n\n{NOTICE}\n")


def test_claim_without_results_says_so() -> None:
    evidence = [row("evidence-for-statement", statement_iri="x:statement", claim_iri="x:claim", claim_kind="usage")]
    answer, = build_answers(Asked(answer_to_question=[statement_row()], evidence_for_statement=evidence))
    assert "    No result in the store bears on this claim.\n" in write_answers([answer], "text")


def test_study_that_is_not_the_basis_is_named() -> None:
    """A claim may rest on another study than the one that the statement names."""
    cells: dict[str, Cell] = {"statement_iri": "x:statement", "claim_iri": "x:claim", "outcome": "pain"}
    evidence = [row("evidence-for-statement", **cells, study=f"Study {it}", study_iri=f"x:{it}", participants=7,
                    analysis_iri=f"x:{it}/a", result_iri=f"x:{it}/r") for it in "AB"]
    answer, = build_answers(Asked(answer_to_question=[statement_row(basis_studies="Study A")],
                                  evidence_for_statement=evidence))
    lines = [line.text for line in outline(answer)]
    assert "pain, time not stated" in lines
    assert "Study B: pain, time not stated" in lines


def test_study_named_as_basis_is_told_without_any_claim() -> None:
    known = [row("study-characteristics", study_label=f"Study {it}", study_iri=f"x:{it}") for it in "AB"]
    answer, = build_answers(Asked(answer_to_question=[statement_row(basis_studies="Study B")],
                                  study_characteristics=known))
    assert [study.label for study in answer.studies] == ["Study B"]


def test_remarks_and_silences_stand_with_their_nodes() -> None:
    cells: dict[str, Cell] = {"statement_iri": "x:statement", "claim_iri": "x:claim", "outcome": "pain", "study": "A",
                              "study_iri": "x:A", "analysis_iri": "x:a"}
    evidence = [row("evidence-for-statement", **cells, result_iri=f"x:{it}", events=it) for it in (1, 2)]
    notes = [row("remarks", property="note", words=f"On {node}.", node_iri=node) for node in ("x:a", "x:2")]
    notes.append(row("remarks", property="description", words="No remark.", node_iri="x:1"))
    silent = [row("not-reported", property=name, node_iri=node)
              for name, node in [("method", "x:a"), ("spread", "x:1"), ("spread", "x:2"), ("unit", "x:2")]]
    answer, = build_answers(Asked(answer_to_question=[statement_row()], evidence_for_statement=evidence, remarks=notes,
                                  not_reported=silent))
    analysis, = answer.statements[0].claims[0].analyses
    assert (analysis.remarks, analysis.not_reported) == (("On x:a.",), ("method", "spread", "unit"))
    assert [it.remarks for it in analysis.results] == [(), ("On x:2.",)]


def study_lines(**rows: list[dict[str, Cell]]) -> list[tuple[int, str]]:
    """The lines of the one study of an answer, after its heading."""
    known = [row("study-characteristics", study_label="A", study_iri="x:A")]
    answer, = build_answers(Asked(answer_to_question=[statement_row(basis_studies="A")], study_characteristics=known,
                                  **rows))
    lines = [(line.depth, line.text) for line in outline(answer)]
    return lines[lines.index((0, "Study: A")) + 1:lines.index((0, "Sources"))]


def test_groups_stand_with_their_numbers_and_each_remark_once() -> None:
    rows = [row("denominators", study_iri="x:A", counted="group", groups=name, number=people, stage="randomised",
                note=note, node_iri=f"x:{name}")
            for name, people, note in [("a", 9, "Few.\nBoth."), ("b", None, "Both."), ("c", 8, None)]]
    rows.append(row("denominators", study_iri="x:A", counted="result", groups="a", number=7, node_iri="x:r"))
    assert study_lines(denominators=rows) == [
        (1, "Groups: a: 9 (randomised); c: 8 (randomised)"), (1, "Groups without a number: b"),
        (2, "Remark (a): Few."), (2, "Remark (a; b): Both.")]


def test_course_of_a_study() -> None:
    """Periods and the like stand with the remarks on them; what is silent or told elsewhere is left out."""
    rows = [row("design-features", study_iri="x:A", feature=name, detail=detail, node_iri=f"x:{detail}")
            for name, detail in [
        ("design", "cohort"), ("dose rule", "not reported"), ("period", "first, 6 wk"), ("period", "second"),
        ("run-in period", "1 wk")]]
    notes = [row("remarks", property="note", words="Short.", node_iri="x:second")]
    assert study_lines(design_features=rows, remarks=notes) == [
        (1, "Run-in period: 1 week"), (1, "Period: first, 6 weeks; second"), (2, "Remark: Short.")]


def test_outcomes_without_a_result_are_told() -> None:
    times = [row("time-of-assessment", study_iri="x:A", outcome=name, role="secondary", time=time)
             for name, time in [("pain", None), ("sleep", "week 1"), ("sleep", "week 2"), ("joy", None)]]
    analyses = [row("analyses", study_iri="x:A", outcome="pain"), row("analyses", study_iri="x:A", domain="joy")]
    assert study_lines(time_of_assessment=times, analyses=analyses) == [
        (1, "Outcomes without a result: sleep (secondary outcome)")]


def test_criteria_and_treatments_stand_with_their_study() -> None:
    fits = [row("eligible-studies", study_iri=f"x:{it}", criteria=f"inclusion: {it}.") for it in "BA"]
    given_ = [row("dose-regimens", study_iri=f"x:{it}", intervention_label=it, note="Often?") for it in "BA"]
    assert study_lines(eligible_studies=fits, dose_regimens=given_) == [
        (1, "Criteria: inclusion: A"), (1, "Treatment: A"), (2, "Remark: Often?")]


def test_unmapped_terms_are_told_as_printed(tmp_path: Path) -> None:
    """A condition that nobody declared is in the answer under the name that the source prints."""
    directory = copied(tmp_path, {"study.yaml": ("  condition: knee-pain\n", "  condition: {text: sore knees}\n")})
    (directory / "digest.yaml").write_text((DATA / "digest.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    held = EvidenceStore.empty()
    held.load(directory)
    answer, = held.answer()
    assert answer.studies[0].people.startswith("sore knees; ")
    assert ", in sore knees, after 6 weeks; " in answer.statements[0].claims[0].analyses[0].text


def test_two_reports_give_two_answers(two: EvidenceStore) -> None:
    answers = two.answer("willow-tea-knee-pain")
    assert [(it.verdict, it.report) for it in answers] == [("yes", "Aalto *2032* [x](y) <b>"), ("no", "Berg 2033")]
    assert [it.statements[0].claims[0].text.rpartition("; ")[2] for it in answers] == [
        "said to favour willow tea", "said not to differ"]
    text = write_answers(answers, "text")
    assert text.count(NOTICE) == 2
    assert text.index("YES, says Aalto") < text.index("NO, says Berg 2033")


def test_empty_store_gives_no_answer() -> None:
    with pytest.raises(NotFoundError, match=r"^no report in the store answers a question; `ldn-graph queries` lists "):
        EvidenceStore.empty().answer()


def test_unknown_question(two: EvidenceStore) -> None:
    with pytest.raises(InputError, match=r"there is no Question `chocolate`; known are willow-tea-knee-pain$"):
        two.answer("chocolate")


@pytest.mark.parametrize(("args", "code", "message"), [
    (["answer"], 1, "no report in the store answers a question"),
    (["answer", "chocolate"], 2, "there is no Question `chocolate`; known are none"),
])
def test_exit_codes(monkeypatch: pytest.MonkeyPatch, args: list[str], code: int, message: str) -> None:
    monkeypatch.setattr(EvidenceStore, "_of_shipped", classmethod(lambda _: EvidenceStore.empty()))
    outcome = CliRunner().invoke(main, args)
    assert (outcome.exit_code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1


# Harmless whatever is in it

NASTY = "a\x1b[2J\x07 \x9b31m\u202e*b* `c` <script> [x](y) | # & ~ \\ _z_\r\n- d"


def nasty_answer() -> Answer:
    names = ["question_label", "verdict", "report", "wording", "grade", "basis_studies"]
    cells: dict[str, Cell] = dict.fromkeys(names, NASTY)
    rows = [row("evidence-for-statement", statement_iri="x:statement", claim_iri="x:claim", claim_interventions=NASTY,
                study=NASTY, study_iri="x:study", analysis_iri="x:a", result_iri="x:r", outcome=NASTY, group=NASTY)]
    return build_answers(Asked(answer_to_question=[statement_row(**cells)], evidence_for_statement=rows))[0]


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_control_characters_are_harmless(form: str) -> None:
    """Nothing that is written can steer a terminal."""
    text = write_answers([nasty_answer()], form)
    assert {it for it in text if not it.isprintable()} == {"\n"}
    assert "script" in text


def test_json_keeps_every_character() -> None:
    held = json.loads(write_answers([nasty_answer()], "json"))
    assert held[0]["question"] == NASTY


def test_markdown_signs_are_harmless() -> None:
    """No sign of a label is left bare, so that none is read as mark-up, and no label begins a line."""
    text = write_answers([nasty_answer()], "markdown")
    bare = re.sub(r"^ *- (\*\*)?|\*\*$|^#{1,2} ", "", re.sub(r"\\[\\`*_<>\[\]|#&~]", "", text), flags=re.MULTILINE)
    assert set("\\`*_<>[]|#&~") & set(bare) == set()
    assert all(re.match(r"#{1,2} | *- |$", line) for line in text.splitlines() if line != NOTICE)


@pytest.mark.parametrize(("text", "point"), [("- a", "- \\- a"), ("+ a", "- \\+ a"), ("12. a", "- 12\\. a"),
                                             ("-0.9 a", "- -0.9 a"), ("4.5 mg", "- 4.5 mg"), ("1) a", "- 1\\) a")])
def test_a_label_begins_no_list_within_a_point(text: str, point: str) -> None:
    answer = dataclasses.replace(nasty_answer(), remarks=(text,))
    assert point in write_answers([answer], "markdown").splitlines()


@given(st.text())
def test_escaped_text_is_one_line_without_bare_signs(text: str) -> None:
    found = escaped(text)
    assert found.isprintable()
    assert not set("\\`*_<>[]|#&~") & set(re.sub(r"\\[\\`*_<>\[\]|#&~]", "", found))


KEY = st.integers(0, 3)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(KEY, KEY, KEY, KEY), max_size=20),
       st.lists(st.sampled_from(["answer", "takeaway"]), min_size=4, max_size=4))
def test_outline_loses_no_result(places: set[tuple[int, int, int, int]], roles: list[str]) -> None:
    """Each result of the evidence is in the JSON, and in the text where its statement is of the answer proper."""
    statements = [statement_row(role=role, statement_iri=f"x:{it}") for it, role in enumerate(roles)]
    evidence = [row("evidence-for-statement", statement_iri=f"x:{it}", claim_iri=f"x:{it}/{claim_}", study="A",
                    study_iri="x:A", analysis_iri=f"x:a{analysis}", result_iri=f"x:r{it}{claim_}{analysis}{number}",
                    outcome="pain", description=f"told {it}{claim_}{analysis}{number}")
                for it, claim_, analysis, number in sorted(places)]
    answer, = build_answers(Asked(answer_to_question=statements, evidence_for_statement=evidence))
    held = {it.iri for it in results_of(answer)}
    assert held == {held_row["result_iri"] for held_row in evidence}
    lines = {line.text for line in outline(answer)}
    assert all((f"told {it}{claim_}{analysis}{number}" in lines) == (roles[it] == "answer")
               for it, claim_, analysis, number in places)


# What the checks found


def finding_row(severity: str, message: str, statement: str = "x:statement") -> dict[str, Cell]:
    return row("findings-for-statement", severity=severity, message=message, rule="a-rule", statement_iri=statement,
               finding_iri=f"x:{message}")


def test_warnings_stand_under_their_statement_and_advice_is_counted() -> None:
    """Each wording stands once and in the order of the query; what bears on another statement stands elsewhere."""
    warnings = [finding_row("warning", message) for message in ("b is odd", "a is odd.", "b is odd")]
    findings = [*warnings, finding_row("info", "c"), finding_row("info", "d"), finding_row("info", "c"),
                finding_row("warning", "e", "x:other")]
    answer, = build_answers(Asked(answer_to_question=[statement_row()], findings_for_statement=findings))
    statement, = answer.statements
    assert [(caution.text, caution.rule) for caution in statement.cautions] == [("b is odd", "a-rule"),
                                                                               ("a is odd.", "a-rule")]
    assert statement.advice == 2
    lines = [line.text for line in outline(answer)]
    start = lines.index("1. It helps.") + 2
    assert lines[start:start + 3] == [
        "Caution: B is odd.", "Caution: A is odd.",
        "Advice of the checks: 2; `ldn-graph ask findings-for-statement --param statement=x:statement --param "
        "severity=info` lists it."]
    assert "e" not in {caution.text for caution in statement.cautions}


def test_findings_on_other_statements_are_not_lost() -> None:
    statements = [statement_row(), statement_row(role="takeaway", statement_order=2, statement_iri="x:other")]
    one = [finding_row("warning", "e", "x:other")]
    for findings, told in [(one, True), ([finding_row("info", "f", "x:other")], True), ([], False)]:
        answer, = build_answers(Asked(answer_to_question=statements, findings_for_statement=findings))
        lines = [line.text for line in outline(answer) if line.text.startswith("The checks found ")]
        assert lines == ["The checks found more in these statements and in what they rest on; `ldn-graph ask "
                         "findings-for-statement` lists it."] * told


def test_warnings_are_told_under_the_statements_that_rest_on_what_they_are_about(answers: list[Answer]) -> None:
    told = {statement.iri.rpartition("/")[2]: {caution.rule for caution in statement.cautions}
            for statement in answers[0].statements if statement.cautions and statement.role == "answer"}
    assert told == {
        "neuropathy": {"safety-claim-incomplete", "similarity-without-margin"},
        "reductions": {"cause-beyond-design", "claimed-size-without-comparison", "selected-by-completion",
                       "subgroup-figures-apart"},
        "fibromyalgia-dose": {"cause-beyond-design", "claimed-outcome-not-measured", "extrapolated-dose",
                              "modelled-share-as-observed", "sort-strength-derived"}}
    assert [caution.rule for caution in answers[0].cautions] == ["verdict-beyond-evidence"]
