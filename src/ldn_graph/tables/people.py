"""How many people stand behind some analyses: each patient of a study once, or nothing where it cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ldn_graph.queries import Cell
from ldn_graph.sentences import Row
from ldn_graph.tables.material import NOT_REPORTED, Analysis, Material, by, distinct, text

APART = {"arm", "sequence", "exposure group", "control group"}
"""Kinds of groups of which one study's patients are in one at most."""

STAGES = ("analysed", "evaluable", "randomised", "allocated", "started", "enrolled", "kind not stated", "completed", "")
"""Stages at which those are counted who took part, the nearest to the result first; not screened, not planned."""


@dataclass(frozen=True)
class People:
    """A number of people and the stage at which they are counted; nothing where it is not known."""

    number: int | None = None
    stage: str = ""


def of_study(analyses: Sequence[Analysis], material: Material) -> People:
    """How many people of one study are in some of its analyses, each counted once."""
    rows = by("group_iri", [row for analysis in analyses for row in analysis.groups])
    groups = {iri: found for iri, found in rows.items() if found[0]["parent_iri"] not in rows}
    wholes = material.wholes.get(analyses[0].first["study_iri"], ())
    kinds = [text(found[0]["group_kind"]) for found in groups.values()]
    if "whole study" in kinds:
        return _counted([found for found in groups.values() if found[0]["group_kind"] == "whole study"][:1])
    if kinds and set(kinds) == {"treatment condition"}:
        return _counted([wholes]) if wholes else People()
    if len(groups) == 1 or _apart(rows, list(groups)):
        return _counted(list(groups.values()))
    return People()


def told(people: Sequence[People]) -> str:
    """The people of several studies in words.

    >>> told([People(67, "kind not stated"), People()])
    '67 in 1 of 2 studies (stage not stated); not reported for 1 study'
    >>> told([People(40, "randomised")]), told([People()])
    ('40 (1 study; randomised)', 'not reported (1 study)')
    """
    known = [it for it in people if it.number is not None]
    studies = f"{len(people)} stud{'y' if len(people) == 1 else 'ies'}"
    if not known:
        return f"{NOT_REPORTED} ({studies})"
    total = sum(it.number or 0 for it in known)
    stages = " or ".join(distinct(it.stage.replace("kind not stated", "stage not stated") for it in known))
    if len(known) == len(people):
        return f"{total} ({'; '.join(filter(None, [studies, stages]))})"
    silent = len(people) - len(known)
    counted = f"{total} in {len(known)} of {studies}{f' ({stages})' if stages else ''}"
    return f"{counted}; {NOT_REPORTED} for {silent} stud{'y' if silent == 1 else 'ies'}"


def _apart(rows: dict[Cell, tuple[Row, ...]], groups: Sequence[Cell]) -> bool:
    """Whether nobody is in two of the groups: they are apart by kind, or parts of different groups of one analysis."""
    found = [rows[iri][0] for iri in groups]
    if all(row["group_kind"] in APART for row in found):
        return len({row["group_kind"] == "sequence" for row in found}) == 1
    parents = {row["parent_iri"] for row in found if row["parent_kind"] in APART - {"sequence"}}
    return len(parents) == len(found)


def _counted(groups: Sequence[Sequence[Row]]) -> People:
    """The sum of what groups number at the first stage that all of them tell."""
    numbers = [{text(row["stage"]): row["number"] for row in rows if isinstance(row["number"], int)} for rows in groups]
    for stage in STAGES:
        counts = [it.get(stage) for it in numbers]
        if counts and None not in counts:
            return People(sum(filter(None, counts)), stage)
    return People()
