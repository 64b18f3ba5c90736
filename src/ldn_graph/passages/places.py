"""Where the passages of the evidence stand in the user's copy of a text, which may not be theirs.

A passage is known again by its fingerprint; one whose wording has changed, by its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ldn_graph.passages.sources import Source
from ldn_graph.passages.wanted import Span
from ldn_graph.passages.wording import Fingerprint

SHORT = 16
"""Passages with fewer letters and digits may stand in a text by chance; neighbours must bear out where they are."""


@dataclass(frozen=True)
class Place:
    """Where a passage stands in a copy: `verified` in its place, `moved`, `changed` in its wording, or `missing`.

    It is `shifted` where it stands elsewhere by more than typesetting explains, and `guessed` where a passage has no
    fingerprint and only its neighbours speak for the place.
    """

    status: str
    start: int = 0
    end: int = 0
    shifted: bool = False
    guessed: bool = False


@dataclass(frozen=True)
class _Anchor:
    """A passage found again: where it stood and stands, in letters (`first`, `behind`) and in characters."""

    first: int
    behind: int
    shift: int
    start: int
    moved: int


def places(spans: Iterable[Span], source: Source) -> dict[str, Place]:
    """Where passages of one report stand in a source, by IRI."""
    copies: dict[str, list[Span]] = {}
    for span in spans:
        copies.setdefault(span.sha256, []).append(span)
    return {iri: place for group in copies.values() for iri, place in _Search(group, source).run().items()}


class _Search:
    """The search for the passages that count in one and the same copy."""

    def __init__(self, spans: list[Span], source: Source) -> None:
        self.spans, self.source = spans, source
        self.found: dict[str, Place] = {}
        self.anchors: list[_Anchor] = []

    def run(self) -> dict[str, Place]:
        for span in self.spans:
            if span.sha256 == self.source.sha256 and self.fits(span):
                self.settle(span, Place("verified", span.start, span.end), 0)
        candidates = {span.iri: (span, span.fingerprint, self.source.wording.find(span.fingerprint))
                      for span in self.rest() if span.fingerprint}
        for span, mark, firsts in candidates.values():
            if len(firsts) == 1 and mark.length >= SHORT:
                self.settle_at(span, mark, firsts[0])
        for span, mark, firsts in candidates.values():
            if span.iri not in self.found and (first := self.choice(mark, firsts)) is not None:
                self.settle_at(span, mark, first)
        for span in self.rest():
            self.found[span.iri] = self.between(span.fingerprint) if span.fingerprint else self.shifted(span)
        return self.found

    def rest(self) -> list[Span]:
        return [span for span in self.spans if span.iri not in self.found]

    def fits(self, span: Span) -> bool:
        """Whether a passage has, in the very copy it counts in, the wording that its fingerprint tells."""
        if not span.fingerprint:
            return span.end <= len(self.source.text)
        return self.source.wording.fingerprint(span.start, span.end) == span.fingerprint

    def settle(self, span: Span, place: Place, shift: int) -> None:
        self.found[span.iri] = place
        first, length = (span.fingerprint.offset, span.fingerprint.length) if span.fingerprint else (-1, 0)
        self.anchors.append(_Anchor(first, first + length, shift, span.start, place.start - span.start))

    def settle_at(self, span: Span, mark: Fingerprint, first: int) -> None:
        start, end = self.source.wording.span(first, first + mark.length)
        here = first == mark.offset and span.sha256 != self.source.sha256
        place = Place("verified" if here else "moved", start, end, shifted=not here)
        self.settle(span, place, first - mark.offset)

    def choice(self, mark: Fingerprint, firsts: list[int]) -> int | None:
        """The one of several places that neighbours bear out; of a longer passage, the nearest to where they say."""
        shifts = self.shifts(mark) or [0]
        borne_out = [first for first in firsts if first - mark.offset in shifts]
        if borne_out or mark.length < SHORT:
            return borne_out[0] if borne_out else None
        return min(firsts, key=lambda first: abs(first - mark.offset - shifts[0]), default=None)

    def shifts(self, mark: Fingerprint) -> list[int]:
        """By how many letters the nearest passages before and behind have shifted."""
        known = [anchor for anchor in self.anchors if anchor.first >= 0]
        before = max((anchor for anchor in known if anchor.first <= mark.offset), key=lambda a: a.first, default=None)
        behind = min((anchor for anchor in known if anchor.first > mark.offset), key=lambda a: a.first, default=None)
        return [anchor.shift for anchor in (before, behind) if anchor]

    def between(self, mark: Fingerprint) -> Place:
        """The place of a passage whose wording has changed: what lies between those of its neighbours that have not."""
        known = [anchor for anchor in self.anchors if anchor.first >= 0]
        if not known:
            return Place("missing")
        first, behind = mark.offset, mark.offset + mark.length
        before = min(known, key=lambda anchor: _distance(anchor, first, behind=False))
        after = min(known, key=lambda anchor: _distance(anchor, behind, behind=True))
        low, high = first + before.shift, behind + after.shift
        if not mark.length <= 2 * (high - low) <= 4 * mark.length + 40:
            high = low + mark.length
        start, end = self.source.wording.span(low, high)
        return Place("changed", start, end, shifted=before.shift != 0)

    def shifted(self, span: Span) -> Place:
        """The place of a passage without fingerprint: where it stood, shifted as its nearest neighbour is."""
        near = min(self.anchors, key=lambda anchor: abs(anchor.start - span.start), default=None)
        moved = near.moved if near else 0
        start, end = max(0, span.start + moved), span.end + moved
        return Place("moved" if moved else "verified", start, end, shifted=moved != 0, guessed=True)


def _distance(anchor: _Anchor, letter: int, *, behind: bool) -> tuple[int, int]:
    """How far an unchanged passage is from a letter, those on the wanted side first."""
    if anchor.first <= letter <= anchor.behind:
        return 0, 0
    wrong_side = anchor.behind <= letter if behind else anchor.first >= letter
    return 1 + wrong_side, min(abs(anchor.first - letter), abs(anchor.behind - letter))
