"""The comparison study by study: one row an analysis, with how, in whom, what was found, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ldn_graph.queries import Cell, Given
from ldn_graph.sentences import Row, design, limitation, outcome, people, result, treatment
from ldn_graph.tables.material import NOT_REPORTED, Analysis, Ask, Material, by, distinct, gather, text
from ldn_graph.tables.people import of_study
from ldn_graph.tables.sheet import Sheet
from ldn_graph.tables.summary import certainty

COLUMNS = ("study", "design", "masking", "comparator", "population", "participants", "dose", "outcome", "time",
           "result", "grade", "limitations", "reports")

NOTES = ("Figures are as printed. The participants are those of the groups that the row compares.",)


def comparison(ask: Ask, condition: Given | None = None, outcome: Given | None = None) -> Sheet:
    """The studies of a store side by side, on a condition and an outcome or on all of them.

    >>> from ldn_graph import EvidenceStore
    >>> comparison(EvidenceStore.open().ask, outcome="depression").rows[0][2:4]
    ('double-blind', 'amitriptyline')
    """
    material = gather(ask, condition, outcome)
    studies = {row["study_iri"]: row for row in ask("study-characteristics").dicts()}
    regimens, weaknesses = (by("study_iri", ask(slug).dicts()) for slug in ("dose-regimens", "limitations"))
    order = sorted(material.analyses, key=lambda it: (text(it.first["study"]), text(it.first["study_iri"])))
    rows = (_row(it, material, studies.get(it.first["study_iri"]), regimens, weaknesses) for it in order)
    return Sheet("Comparison study by study", COLUMNS, tuple(rows), NOTES)


def _row(analysis: Analysis, material: Material, study: Row | None, regimens: Mapping[Cell, Sequence[Row]],
         weaknesses: Mapping[Cell, Sequence[Row]]) -> tuple[str, ...]:
    first = analysis.first
    iri, against = first["study_iri"], analysis.versus[1]
    number = of_study([analysis], material)
    cells = (
        _design(study), _masking(study), against or "no comparator", _people(study, first),
        "" if number.number is None else f"{number.number} ({number.stage or 'stage not stated'})".replace(
            "kind not stated", "stage not stated"),
        "\n".join(treatment(row) for row in regimens.get(iri, ())), outcome(first), text(first["time"]),
        "\n".join(map(result, analysis.results)), certainty([analysis]),
        "\n".join(map(limitation, weaknesses.get(iri, ()))) or "none stated", _reports(analysis, material))
    return (text(first["study"]), *(cell or NOT_REPORTED for cell in cells))


def _design(study: Row | None) -> str:
    return "" if study is None else design({**study, "masking": None, "masked": None, "masked_to": None})


def _masking(study: Row | None) -> str:
    if study is None or not study["masking"]:
        return ""
    return ": ".join(distinct([text(study["masking"]), text(study["masked"])]))


def _people(study: Row | None, first: Row) -> str:
    """Who was studied; the conditions are those of the analysis."""
    return "" if study is None else people({**study, "conditions": first["conditions"] or study["conditions"]})


def _reports(analysis: Analysis, material: Material) -> str:
    rows = (material.directions.get(row["result_iri"], {}) for row in analysis.results)
    return "\n".join(distinct(text(row.get("report")) for row in rows))
