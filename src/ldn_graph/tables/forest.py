"""The panels of a forest plot: estimates that share an axis, and what cannot be drawn, with the reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from ldn_graph.queries import Cell, Given
from ldn_graph.sentences import Row, interval, plain
from ldn_graph.tables.material import Analysis, Ask, distinct, gather, is_review, text
from ldn_graph.tables.sheet import Sheet
from ldn_graph.tables.summary import compared

RATIOS = {"risk-ratio", "odds-ratio", "hazard-ratio"}
DIFFERENCES = {"mean-difference", "median-difference", "standardised-mean-difference", "cohens-d"}
LOGARITHMS = {"log-risk-ratio", "log-odds-ratio", "log-hazard-ratio"}
NULL_AT_ZERO = {*DIFFERENCES, *LOGARITHMS, "risk-difference"}
WITHOUT_SCALE = {*RATIOS, *LOGARITHMS, "standardised-mean-difference", "cohens-d", "risk-difference", "relative-change",
                 "effective-dose-estimate", "proportion"}
_COLUMNS = ("study", "comparison", "condition", "outcome", "statistic", "estimate", "remark", "report")

NO_INTERVAL = "no interval printed"
NOT_POSITIVE = "a logarithmic axis cannot show zero or less"
TOO_LARGE = "too large for an axis"
NNT = "a number needed to treat has no axis of its own: its interval can run through infinity"
SIDES_SILENT = "which treatment was subtracted from which is not reported"
END_SILENT = "which end of the scale is better is not reported"
GOOD_SILENT = "whether the outcome is good or bad for a patient is not reported"
SIGN_SILENT = "what the sign of the printed figure means is not reported"


@dataclass(frozen=True)
class Estimate:
    """One printed estimate with its interval, of which one limit may be missing; no weight is attached to it."""

    study: str
    compared: str
    conditions: str
    outcome: str
    printed: str
    value: Decimal
    lower: Decimal | None
    upper: Decimal | None
    report: str = ""


@dataclass(frozen=True)
class Pooled:
    """What estimates were pooled to elsewhere: drawn as a diamond."""

    effect: Decimal
    lower: Decimal
    upper: Decimal
    label: str


@dataclass(frozen=True)
class Panel:
    """Estimates of one statistic on one scale; `left` and `right` name who is better off at the ends of the axis.

    Where nobody is named, `silent` says why; it is empty where the figures compare nothing. `marks` are differences on
    the scale that are worth a dashed line, each with its name, such as the least that matters to patients.
    """

    title: str
    axis: str
    statistic: str
    estimates: tuple[Estimate, ...]
    left: str = ""
    right: str = ""
    silent: str = ""
    pooled: Pooled | None = None
    marks: tuple[tuple[Decimal, str], ...] = ()

    @property
    def logarithmic(self) -> bool:
        """Whether equal factors take up equal room, as ratios need."""
        return self.statistic in RATIOS

    @property
    def null(self) -> Decimal | None:
        """The figure that means no difference, where the statistic has one."""
        return Decimal(1) if self.logarithmic else Decimal(0) if self.statistic in NULL_AT_ZERO else None

    @property
    def figures(self) -> list[Decimal]:
        """All figures that the axis must hold."""
        shown = [it for item in self.estimates for it in (item.value, item.lower, item.upper)]
        pooled = [self.pooled.effect, self.pooled.lower, self.pooled.upper] if self.pooled else []
        return [it for it in (*shown, *pooled, self.null, *(mark for mark, _ in self.marks)) if it is not None]

    @property
    def direction(self) -> str:
        """Who is favoured at either end, in words."""
        if self.left:
            return f"left: favours {self.left}; right: favours {self.right}"
        return f"direction not stated: {self.silent}" if self.silent else ""


@dataclass(frozen=True)
class NotDrawn:
    """An estimate that no axis can show, what it is of, and why."""

    estimate: Estimate
    axis: str
    reason: str


@dataclass(frozen=True)
class Forest:
    """The panels of a plot, and what is not drawn."""

    panels: tuple[Panel, ...]
    not_drawn: tuple[NotDrawn, ...] = ()
    without_estimate: int = 0


def forest(ask: Ask, condition: Given | None = None, outcome: Given | None = None,
           pooled: Callable[[Panel], Pooled | None] = lambda _: None) -> Forest:
    """The estimates of a store in panels that never mix statistics or scales, as they are printed.

    `pooled` says for a panel what its estimates were pooled to, if they were. Baseline characteristics are left out.

    >>> from ldn_graph import EvidenceStore
    >>> [panel.axis for panel in forest(EvidenceStore.open().ask, outcome="pain").panels]
    ['mean difference (pain VAS, 0 to 100)']
    """
    material = gather(ask, condition, outcome)
    reviews = {row["study_iri"] for row in ask("study-characteristics").dicts() if is_review(row)}
    panels: dict[tuple[str, ...], Panel] = {}
    not_drawn: list[NotDrawn] = []
    silent = 0
    for analysis, row in _results(material.analyses):
        if not isinstance(row["estimate"], Decimal) or not row["estimate_text"]:
            silent += 1
            continue
        direction = material.directions.get(row["result_iri"], {})
        key = text(direction.get("statistic_key"))
        estimate = _estimate(analysis, row, direction)
        panel = _panel(analysis, row, direction, review=row["study_iri"] in reviews)
        if reason := _why_not(estimate, key):
            not_drawn.append(NotDrawn(estimate, panel.axis, reason))
            continue
        name = (panel.title, panel.axis, panel.direction, *_scale(row, direction))
        panels[name] = replace(panel, estimates=(*panels.get(name, panel).estimates, estimate))
    drawn = (replace(panel, pooled=pooled(panel)) for panel in panels.values())
    return Forest(tuple(drawn), tuple(not_drawn), silent)


def table(plot: Forest) -> Sheet:
    """The figures of a plot as a table, for readers who cannot see it."""
    rows = [_cells(item, panel.axis, panel.direction or "nothing is compared")
            for panel in plot.panels for item in panel.estimates]
    pooled = [(panel.pooled.label, "", "", "", panel.axis, as_text(panel.pooled), panel.direction, "")
              for panel in plot.panels if panel.pooled]
    rest = [_cells(item.estimate, item.axis, f"not drawn: {item.reason}") for item in plot.not_drawn]
    return Sheet("Estimates", _COLUMNS, (*rows, *pooled, *rest), notes(plot))


def _cells(item: Estimate, statistic: str, remark: str) -> tuple[str, ...]:
    return item.study, item.compared, item.conditions, item.outcome, statistic, item.printed, remark, item.report


def notes(plot: Forest) -> tuple[str, ...]:
    """What a reader of the plot should know."""
    alone = plot.panels and not any(panel.pooled for panel in plot.panels)
    drawn = "Squares have one size and show no weight." if plot.panels else ""
    number = plot.without_estimate
    counted = f"{number} other result{'s have' if number != 1 else ' has'} no estimate, such as counts and tests alone."
    unpooled = "Nothing was pooled, so there is no diamond." if alone else ""
    return tuple(filter(None, [drawn, unpooled, counted if number else ""]))


def as_text(pooled: Pooled) -> str:
    """A pooled effect with its interval.

    >>> as_text(Pooled(Decimal("0.5"), Decimal("0.2"), Decimal("0.9"), "all"))
    '0.5 (0.2 to 0.9)'
    """
    return f"{pooled.effect:f} ({pooled.lower:f} to {pooled.upper:f})"


def _results(analyses: Iterable[Analysis]) -> Iterable[tuple[Analysis, Row]]:
    return ((analysis, row) for analysis in analyses for row in analysis.results
            if row["role"] != "baseline characteristic")


def _estimate(analysis: Analysis, row: Row, direction: Row) -> Estimate:
    time = text(row["time"])
    outcome = ", ".join(distinct([text(row["outcome"]), "" if time in text(row["outcome"]) else time]))
    group = text(row["group"]) if row["kind"] == "group value" else ""
    unit = "" if row["unit"] is None else f" {row['unit']}"
    change = "" if row["change"] is None else f" {row['change']}"
    limits = f" ({interval(row)})" if interval(row) else ""
    printed = f"{plain(text(row['estimate_text']) + unit)}{change}{limits}"
    return Estimate(text(row["study"]), group or compared(analysis), text(row["conditions"]), outcome, printed,
                    Decimal(text(row["estimate"])), _decimal(row["lower"]), _decimal(row["upper"]),
                    text(direction.get("report")))


def _decimal(cell: Cell) -> Decimal | None:
    return cell if isinstance(cell, Decimal) else None


def _why_not(estimate: Estimate, statistic: str) -> str:
    """Why an estimate cannot be drawn; nothing where it can."""
    figures = [it for it in (estimate.value, estimate.lower, estimate.upper) if it is not None]
    if statistic == "number-needed-to-treat":
        return NNT
    if estimate.lower is None and estimate.upper is None:
        return NO_INTERVAL
    if not all(math.isfinite(float(it)) and abs(it) < Decimal("1e100") for it in figures):
        return TOO_LARGE
    return NOT_POSITIVE if statistic in RATIOS and min(figures) <= 0 else ""


def _scale(row: Row, direction: Row) -> tuple[str, ...]:
    """What estimates must share to stand on one axis, beyond what can be read from its name.

    Where neither a scale nor a unit of measurement is stated, nothing shows that two studies measured alike.
    """
    key, unit = text(direction.get("statistic_key")), text(row["unit"])
    scales = "" if key in WITHOUT_SCALE else text(direction.get("scales"))
    unknown = key not in WITHOUT_SCALE and not scales and unit in {"", "{score}", "%"}
    alone = unknown or key in {"", "statistic-not-stated"} or row["percent_base"] == "base not stated"
    return key, unit, scales, text(row["percent_base"]), text(row["change"]), text(row["study_iri"]) if alone else ""


def _panel(analysis: Analysis, row: Row, direction: Row, *, review: bool) -> Panel:
    """The panel that a result belongs to, still without estimates; reviews stand apart from the studies they pool."""
    key, unit = text(direction.get("statistic_key")), plain(f"1 {row['unit']}").removeprefix("1").strip()
    scale = text(direction.get("scale_names")) if key not in WITHOUT_SCALE else ""
    share = f"in {plain(row['response_share'])} of patients" if row["response_share"] else ""
    named = text(row["statistic"]).partition(" (")[0]
    measured = ", ".join(filter(None, [scale, "" if row["unit"] is None else unit.replace("point", "points"), share]))
    kind = text(row["kind"]).replace("group value", "in one group")
    ending = "" if kind in {"", "contrast", "dose estimate"} else f", {kind}"
    axis = f"{named}{f' ({measured})' if measured else ''}{ending}{', of a review' if review else ''}"
    left, right, silent = _favoured(analysis, row, direction)
    return Panel(text(row["domain"]), axis, key, (), left, right, silent)


def _favoured(analysis: Analysis, row: Row, direction: Row) -> tuple[str, str, str]:
    """Who is better off below and above no difference; or why that cannot be told."""
    if row["kind"] != "contrast":
        return "", "", ""
    sides = {text(group["side"]): group for group in analysis.groups}
    if direction.get("statistic_key") not in DIFFERENCES:
        return "", "", GOOD_SILENT
    if not {"minuend", "subtrahend"} <= sides.keys():
        return "", "", SIDES_SILENT
    better = direction.get("better")
    if better not in {"lower is better", "higher is better"} or direction.get("silent_scales"):
        return "", "", END_SILENT
    low, high = (sides[side] for side in (("minuend", "subtrahend") if better == "lower is better" else
                                          ("subtrahend", "minuend")))
    value = Decimal(text(row["estimate"]))
    said = row["favours"]
    if row["change"] or (said and value and said != (low if value < 0 else high)["group"]):
        return "", "", SIGN_SILENT
    return _name(low), _name(high), ""


def _name(group: Row) -> str:
    return text(group["interventions"] or group["group"])
