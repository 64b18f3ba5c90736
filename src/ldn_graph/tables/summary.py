"""The Summary of Findings: one row an outcome, what was compared, and in whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ldn_graph.queries import Cell, Given
from ldn_graph.sentences import Row, result
from ldn_graph.tables.absolute import absolute_effect
from ldn_graph.tables.material import NOT_REPORTED, Analysis, Ask, Material, by, distinct, gather, is_review, text
from ldn_graph.tables.people import People, of_study, told
from ldn_graph.tables.sheet import Sheet

COLUMNS = ("outcome", "comparison", "condition", "participants (studies)", "relative effect", "absolute effect",
           "other figures", "certainty", "comment")

RELATIVE = {"risk-ratio", "odds-ratio", "hazard-ratio", "log-risk-ratio", "log-odds-ratio", "log-hazard-ratio",
            "relative-change"}
ABSOLUTE = {"mean-difference", "median-difference", "standardised-mean-difference", "cohens-d", "risk-difference",
            "number-needed-to-treat"}

NOT_RANDOMISED = {"non-randomised", "single group", "fixed order"}

NOTES = ("Figures are as printed; nothing was pooled for this table. An absolute effect that was computed says so.",
         "A grade is the one that the named report gives to a whole statement, which may speak of more than the row.")


@dataclass(frozen=True)
class _Sources:
    """What the cells of the table are looked up in."""

    material: Material
    studies: Mapping[Cell, Row]
    within: dict[Cell, set[Cell]]


def summary_of_findings(ask: Ask, condition: Given | None = None, outcome: Given | None = None) -> Sheet:
    """The Summary of Findings of a store on a condition and an outcome, or on all of them.

    Baseline characteristics are no findings and are left out.

    >>> from ldn_graph import EvidenceStore
    >>> summary_of_findings(EvidenceStore.open().ask).rows[0][:4]
    ('adverse events', 'low-dose naltrexone against amitriptyline', 'painful diabetic neuropathy', '67 (1 study; \
stage not stated)\\nLow-dose naltrexone or amitriptyline in painful diabetic neuropathy (crossover, randomised \
controlled trial)')
    """
    material = gather(ask, condition, outcome)
    studies: dict[Cell, Row] = {row["study_iri"]: row for row in ask("study-characteristics").dicts()}
    reviews = by("review_iri", [row for row in ask("included-studies").dicts() if row["study_iri"]])
    found = _Sources(material, studies, {iri: {row["study_iri"] for row in rows} for iri, rows in reviews.items()})
    rows: dict[tuple[str, str, str], list[Analysis]] = {}
    for analysis in material.analyses:
        if analysis.first["role"] != "baseline characteristic":
            key = (text(analysis.first["domain"]), compared(analysis), text(analysis.first["conditions"]))
            rows.setdefault(key, []).append(analysis)
    return Sheet("Summary of findings", COLUMNS,
                 tuple((*key, *_cells(analyses, found)) for key, analyses in rows.items()), NOTES)


def compared(analysis: Analysis) -> str:
    """What an analysis compares, in words."""
    given, against = analysis.versus
    if len(analysis.groups) > 1 and not any(row["interventions"] or row["role"] for row in analysis.groups):
        return f"between groups: {given}"
    if against:
        return f"{given or 'treatment not stated'} against {against}"
    return f"{given or 'treatment not stated'}; no comparator"


def _cells(analyses: Sequence[Analysis], found: _Sources) -> tuple[str, ...]:
    """The cells of a row behind its outcome, comparison and condition."""
    told_of: dict[str, list[str]] = {"relative": [], "absolute": [], "other": []}
    computed: list[str] = []
    for analysis in analyses:
        for row in analysis.results:
            told_of[_kind(row, found.material)].append(_figure(row, analyses))
            if effect := absolute_effect(row, analysis, found.material):
                computed.append(_figure(row, analyses, effect))
    return (_participants(analyses, found), "\n".join(told_of["relative"]) or NOT_REPORTED,
            "\n".join([*told_of["absolute"], *computed]) or NOT_REPORTED, "\n".join(told_of["other"]),
            certainty(analyses), _comment(analyses, found))


def _kind(row: Row, material: Material) -> str:
    direction = material.directions.get(row["result_iri"])
    key = text(direction["statistic_key"]) if direction else ""
    if row["kind"] not in {None, "contrast"} or not row["estimate_text"]:
        return "other"
    return "relative" if key in RELATIVE else "absolute" if key in ABSOLUTE else "other"


def _figure(row: Row, analyses: Sequence[Analysis], words: str = "") -> str:
    """A result with its outcome and time, and with its study where the row has several."""
    outcomes = {(it.first["outcome"], it.first["time"]) for it in analyses}
    studies = {it.first["study_iri"] for it in analyses}
    time = text(row["time"]) or "time not stated"
    outcome = ", ".join(distinct([text(row["outcome"]), "" if time in text(row["outcome"]) else time]))
    names = [text(row["study"]) if len(studies) > 1 else "", outcome if len(outcomes) > 1 else ""]
    return ": ".join([*filter(None, names), words or result(row)])


def certainty(analyses: Sequence[Analysis]) -> str:
    """The published grades that rest on analyses, each with the report that gives it and what it is given to."""
    rows = {row["graded_iri"]: row for analysis in analyses for row in analysis.grades}
    told_of = [f"{row['grade']} (published; {row['report']}), for the {row['given_to']}: "
               f"{text(row['wording']) or 'wording not told'}" for row in rows.values()]
    return "\n".join(told_of) or "not graded"


def _participants(analyses: Sequence[Analysis], found: _Sources) -> str:
    """How many people of how many studies, each once, and which studies with their designs."""
    studies: dict[Cell, list[Analysis]] = {}
    for analysis in analyses:
        studies.setdefault(analysis.first["study_iri"], []).append(analysis)
    twice = {iri for review in studies for iri in found.within.get(review, ())} & studies.keys()
    people = [_people(iri, mine, found, studies) for iri, mine in studies.items() if iri not in twice]
    names = [f"{text(mine[0].first['study'])} ({_told(found, iri, 'designs') or 'design not reported'})"
             f"{'; its patients are counted in a review' if iri in twice else ''}" for iri, mine in studies.items()]
    return "\n".join([told(people), *names])


def _people(iri: Cell, mine: Sequence[Analysis], found: _Sources, studies: dict[Cell, list[Analysis]]) -> People:
    """The people of a study; not known for a review beside another review of the same studies."""
    shared = found.within.get(iri, set())
    if any(shared & found.within.get(other, set()) for other in studies if other != iri):
        return People()
    return of_study(mine, found.material)


def _comment(analyses: Sequence[Analysis], found: _Sources) -> str:
    """What a reader should know: that nothing is pooled, which scales are used, and what is not reported."""
    studies = {it.first["study_iri"] for it in analyses}
    reviews = sum(is_review(found.studies[iri]) for iri in studies if iri in found.studies)
    single = "One study; nothing to pool." if len(studies) == 1 else "Results stand side by side; not pooled."
    single = "One review, with what it pooled itself." if reviews == len(studies) == 1 else single
    plain = sum(_told(found, iri, "allocation") in NOT_RANDOMISED for iri in studies)
    some = f"{plain} of {len(studies)} studies not randomised."
    allocated = {0: "", len(studies): "Not randomised."}.get(plain, some)
    scales = sorted(distinct(text(it.first["scale"]) for it in analyses))
    mixed = f"Different scales: {'; '.join(scales)}." if len(scales) > 1 else ""
    silent = {name for it in analyses for row in it.results for name in text(row["not_reported"]).split(", ") if name}
    missing = f"Not reported: {', '.join(sorted(silent, key=str.casefold))}." if silent else ""
    return "\n".join(filter(None, [single, allocated, mixed, missing]))


def _told(found: _Sources, iri: Cell, column: str) -> str:
    return text(found.studies.get(iri, {}).get(column))
