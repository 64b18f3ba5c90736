"""Whether each figure of the evidence stands in its passage of the user's copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ldn_graph.passages.places import Place, places
from ldn_graph.passages.sources import Source
from ldn_graph.passages.wanted import Figure, Span, Wanted

STATUSES = ("verified", "moved", "changed", "missing", "not-checked")


@dataclass(frozen=True)
class FigureCheck:
    """What became of one figure, and the span of the copy in which it stands, or should stand."""

    figure: Figure
    status: str
    span: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class SpanCheck:
    """What became of one passage, its span in the copy, and the figures that stand there."""

    span: Span
    status: str
    start: int
    end: int
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came out of reading the user's copies: the sources by report, and every figure and passage.

    `sound` says whether all that could be checked stands in its place.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    figures: tuple[FigureCheck, ...] = ()
    spans: tuple[SpanCheck, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether every figure and passage that could be checked is in its place."""
        found = {check.status for check in self.figures} | {check.status for check in self.spans}
        return found <= {"verified", "not-checked"}

    @property
    def strange(self) -> tuple[str, ...]:
        """The reports of whose passages, though there are some, not one stands in the source that was taken for it."""
        met = {report: [check.status for check in self.spans if check.span.report == report] for report in self.sources}
        return tuple(report for report, found in met.items() if found and set(found) == {"missing"})

    def counts(self) -> tuple[Counter[str], Counter[str]]:
        """How many figures and how many passages have each status."""
        return Counter(check.status for check in self.figures), Counter(check.status for check in self.spans)


def check(wanted: Wanted, sources: Mapping[str, Source]) -> Outcome:
    """The outcome of looking for all passages and figures in the sources, which are given by report."""
    spans = [span for span in wanted.spans.values() if span.report in sources]
    placed: dict[str, Place] = {}
    for report, source in sources.items():
        placed |= places([span for span in spans if span.report == report], source)
    texts = {span.iri: sources[span.report] for span in spans}
    figures = tuple(_figure(figure, wanted, placed, texts) for figure in wanted.figures)
    return Outcome(sources, figures, tuple(_span(span, placed[span.iri], figures) for span in spans))


def _figure(figure: Figure, wanted: Wanted, placed: Mapping[str, Place], texts: Mapping[str, Source]) -> FigureCheck:
    held = [span for span in figure.spans if span in placed]
    for span in held:
        place = placed[span]
        if place.status != "missing" and _stands(figure, texts[span], place.start, place.end):
            return FigureCheck(figure, "moved" if place.shifted else "verified", span, place.start, place.end)
    if not held or figure.elsewhere or len(held) < len(figure.spans):
        return FigureCheck(figure, "not-checked")
    siblings = [other for other in wanted.figures if other.node == figure.node]
    for span in held:
        if not wanted.spans[span].fingerprint and (near := _together(siblings, texts[span], wanted.spans[span])):
            return FigureCheck(figure, "moved", span, *near)
    return FigureCheck(figure, "missing", held[0], placed[held[0]].start, placed[held[0]].end)


def _stands(figure: Figure, source: Source, start: int, end: int) -> bool:
    return figure.stands_among(source.numerals_in(start, end), source.text[start:end])


def _together(figures: list[Figure], source: Source, span: Span) -> tuple[int, int] | None:
    """The stretch, no longer than a passage and nearest to it, in which all figures of a node stand.

    A single figure must stand in the text once only, since anywhere else it may mean something else.
    """
    width = span.end - span.start
    starts = {numeral.start for numeral in source.numerals if any(one.stands_among([numeral]) for one in figures)}
    fitting = [start for start in starts
               if all(_stands(figure, source, start, start + width) for figure in figures)]
    if not fitting or (len({str(figure) for figure in figures}) == 1 and len(fitting) > 1):
        return None
    nearest = min(fitting, key=lambda start: abs(start - span.start))
    return nearest, min(nearest + width, len(source.text))


def _span(span: Span, place: Place, figures: tuple[FigureCheck, ...]) -> SpanCheck:
    here = [check for check in figures if check.span == span.iri]
    stand = [check for check in here if check.status in {"verified", "moved"}]
    lacking = any(check.status == "missing" and span.iri in check.figure.spans for check in figures)
    elsewhere = next((check for check in stand if (check.start, check.end) != (place.start, place.end)), None)
    status = place.status
    if lacking:
        status = "missing"
    elif elsewhere:
        return SpanCheck(span, "moved", elsewhere.start, elsewhere.end, _printed(stand))
    elif place.guessed and not here:
        status = "not-checked"
    return SpanCheck(span, status, place.start, place.end, _printed(stand))


def _printed(checks: list[FigureCheck]) -> tuple[str, ...]:
    return tuple(sorted({str(check.figure) for check in checks}))
