"""What could enter a pool: comparisons of two groups as studies print them, out of the rows of canned queries."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from ldn_graph.queries import Cell

Row: TypeAlias = Mapping[str, Cell]

COMPARATORS = {"placebo-comparator": "placebo", "active-comparator": "active", "usual-care-comparator": "usual-care"}
"""The classes of comparators by the role of the group."""

DESIGNS = {"randomised": "randomised", "fixed-order": "in fixed order", "single-group": "of a single group",
           "": "allocation not stated"}
"""The classes of designs by allocation; any other allocation is not randomised."""

_DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25}
EFFECTS = {"mean-difference": "md", "standardised-mean-difference": "smd", "cohens-d": "d", "risk-difference": "rd",
           "risk-ratio": "rr", "log-risk-ratio": "rr", "odds-ratio": "or", "log-odds-ratio": "or",
           "hazard-ratio": "hr", "log-hazard-ratio": "hr"}
"""The statistics that can be pooled, with their measure."""

_OF_GROUPS = {"GroupValue", "Count"}


@dataclass(frozen=True)
class Group:
    """One side of a comparison; `wider` are the IRIs of its treatments and of the terms above them."""

    iri: str
    label: str
    kind: str
    role: str
    treatments: str
    wider: frozenset[str]
    people: int | None
    people_known_as: str
    minuend: bool
    subtrahend: bool
    reference: bool

    @property
    def comparator(self) -> str:
        """Its class as a comparator: placebo, active, usual-care, or nothing where it is none."""
        return COMPARATORS.get(self.role, "")


@dataclass(frozen=True)
class Figure:
    """One printed result: its row, and what it is of."""

    iri: str
    kind: str
    statistic: str
    row: Row

    def number(self, name: str) -> float | None:
        """A figure of the result, or nothing where none is printed."""
        value = self.row[name]
        return float(value) if isinstance(value, Decimal | int) else None

    def text(self, name: str) -> str:
        """A word of the result, or nothing."""
        return str(self.row[name] or "")


@dataclass(frozen=True)
class Candidate:
    """A comparison: one figure that compares, or one figure of each of two groups."""

    figures: tuple[Figure, ...]
    treated: Group | None
    compared: Group | None
    domains: frozenset[str]
    scales: frozenset[str]
    beside: tuple[tuple[Figure, Figure], ...] = ()
    """Figures of the two groups that the same report prints beside a contrast, treated first."""

    def word(self, name: str) -> str:
        """A word of the study or the analysis by a column of `poolable-results`, or nothing."""
        return str(self.row[name] or "")

    @property
    def row(self) -> Row:
        """What the rows say of the study and the analysis."""
        return self.figures[0].row

    @property
    def iris(self) -> tuple[str, ...]:
        """The results that it is made of."""
        return tuple(figure.iri for figure in self.figures)

    @property
    def study(self) -> str:
        """The IRI of the study."""
        return self.word("study_iri")

    @property
    def name(self) -> str:
        """The study and the analysis, as messages name them."""
        analysis = self.word("analysis")
        return f"{self.word('study')} ({analysis})" if analysis else self.word("study")

    @property
    def pair(self) -> tuple[str, str, str]:
        """Study, treated and compared group: who is compared, whatever the outcome."""
        return (self.study, self.treated.iri if self.treated else "", self.compared.iri if self.compared else "")

    @property
    def comparator(self) -> str:
        """The class of its comparator: placebo, active, usual-care, none, or not-stated."""
        if self.compared is None:
            return "none"
        return self.compared.comparator or "not-stated"

    @property
    def crossover(self) -> bool:
        """Whether the same people are on both sides."""
        return "crossover" in self.word("designs").split(", ") and self.row["first_period"] is not True

    @property
    def design(self) -> str:
        """The class of its design, which a pool must share."""
        if self.word("study_type") == "evidence-synthesis":
            return "review of studies"
        return DESIGNS.get(self.word("allocation"), "not randomised")

    @property
    def days(self) -> tuple[float, float] | None:
        """The least and the greatest time since the start in days, where a time for all participants is told."""
        least, most = (self.row[name] for name in ("time_minimum", "time_maximum"))
        unit = _DAYS.get(self.word("time_unit"))
        if unit is None or self.word("time_kind") != "fixed-time":
            return None
        if not isinstance(least, Decimal) or not isinstance(most, Decimal):
            return None
        return float(least) * unit, float(most) * unit

    def within(self, weeks: tuple[float, float]) -> bool:
        """Whether its time lies between two numbers of weeks, ends included."""
        days = self.days
        return days is not None and weeks[0] * 7 - 1e-9 <= days[0] and days[1] <= weeks[1] * 7 + 1e-9

    def same_time(self, other: Candidate) -> bool:
        """Whether both are told for the same time."""
        mine, theirs = self.days, other.days
        return mine is not None and theirs is not None and all(map(math.isclose, mine, theirs))


def read_candidates(results: Iterable[Row], groups: Iterable[Row]) -> list[Candidate]:
    """All comparisons, and all results that compare nothing, in the order of their studies and analyses."""
    sides: dict[str, list[Group]] = {}
    for row in groups:
        sides.setdefault(str(row["analysis_iri"]), []).append(_group(row))
    analyses: dict[str, list[Row]] = {}
    for row in results:
        analyses.setdefault(str(row["analysis_iri"]), []).append(row)
    return [candidate for analysis, rows in analyses.items() for candidate in _of(rows, sides.get(analysis, []))]


def _of(rows: list[Row], groups: list[Group]) -> list[Candidate]:
    """The candidates of one analysis: its contrasts, or the pairs of figures of groups where it has none."""
    domains = frozenset(str(row["domain_iri"]) for row in rows)
    scales = frozenset(str(row["scale_iri"]) for row in rows if row["scale_iri"])
    found = {str(row["result_iri"]): row for row in reversed(rows)}
    figures = [Figure(iri, str(row["kind"]), str(row["statistic"] or ""), row) for iri, row in sorted(found.items())]
    treated, compared = sides(groups)
    pairs = [Candidate(its, _group_of(its[0], groups), compared if len(its) > 1 else None, domains, scales)
             for its in _pairs([figure for figure in figures if figure.kind in _OF_GROUPS], compared)]
    alone = [Candidate((figure,), treated, compared, domains, scales, _beside(figure, pairs))
             for figure in figures if figure.kind not in _OF_GROUPS]
    told = {it.row["report_iri"] for it in alone if it.figures[0].statistic in EFFECTS}
    return [*alone, *(pair for pair in pairs if pair.row["report_iri"] not in told)]


def _beside(figure: Figure, pairs: Iterable[Candidate]) -> tuple[tuple[Figure, Figure], ...]:
    return tuple((pair.figures[0], pair.figures[1]) for pair in pairs
                 if len(pair.figures) == 2 and pair.row["report_iri"] == figure.row["report_iri"])


def _pairs(figures: list[Figure], compared: Group | None) -> list[tuple[Figure, ...]]:
    """Each figure of a treated group with the one of the compared group, by report and statistic; else it alone."""
    kinds: dict[tuple[Cell, str, str], list[Figure]] = {}
    for figure in figures:
        kinds.setdefault((figure.row["report_iri"], figure.kind, figure.statistic), []).append(figure)
    found: list[tuple[Figure, ...]] = []
    for held in kinds.values():
        others = [figure for figure in held if compared and figure.row["group_iri"] == compared.iri]
        rest = [figure for figure in held if figure not in others]
        found += [(figure, others[0]) for figure in rest] if len(others) == 1 and rest else [(it,) for it in held]
    return found


def sides(groups: list[Group]) -> tuple[Group | None, Group | None]:
    """The treated and the compared group of an analysis, as far as sides, roles or a reference group tell them."""
    told = [group for group in groups if group.minuend or group.subtrahend]
    held = told if len(told) == 2 else groups
    ways = ([group for group in held if group.comparator], [group for group in held if group.reference],
            [group for group in held if group.subtrahend])
    compared = next((way[0] for way in ways if len(way) == 1), held[-1] if len(held) == 2 else None)
    rest = [group for group in held if group != compared]
    return (rest[0] if len(rest) == 1 else None), compared


def _group_of(figure: Figure, groups: list[Group]) -> Group | None:
    return next((group for group in groups if group.iri == figure.row["group_iri"]), None)


def _group(row: Row) -> Group:
    stages = [(name, row[name]) for name in ("analysed", "randomised", "counted")]
    known_as, people = next(((name, int(value)) for name, value in stages if isinstance(value, int)), ("", None))
    return Group(str(row["group_iri"]), str(row["group"] or ""), str(row["group_kind"] or ""),
                 str(row["group_role"] or ""), str(row["interventions"] or ""),
                 frozenset(str(row["intervention_iris"] or "").split()), people, known_as,
                 row["minuend"] is True, row["subtrahend"] is True, row["reference"] is True)


