"""Gives a curator the passage to paste: where a piece of text stands in a copy, however it is typeset there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ldn_graph.documents import BLANK
from ldn_graph.errors import InputError
from ldn_graph.findings import one_line
from ldn_graph.passages.numerals import Numeral, numerals
from ldn_graph.passages.reading import Reading, read
from ldn_graph.passages.sources import Source
from ldn_graph.passages.wording import Fingerprint, Wording

_AROUND = 40


@dataclass(frozen=True)
class Located:
    """One place where the sought text stands: its span, its fingerprint, and what stands around it."""

    start: int
    end: int
    fingerprint: Fingerprint
    context: str

    def line(self, key: str, copy: str = BLANK, section: str = BLANK) -> str:
        """The passage as a line of YAML.

        >>> Located(2, 9, Fingerprint(0, 7, 700, "0123456789abcdef"), "").line("n", "article", "methods, arms")
        'n: {copy: article, section: "methods, arms", start: 2, end: 9, fingerprint: 0-7-700-0123456789abcdef}'
        """
        told = section if section == BLANK else '"' + section.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{key}: {{copy: {copy}, section: {told}, start: {self.start}, end: {self.end}, " \
               f"fingerprint: {self.fingerprint}}}"


def locate(source: Source, sought: str) -> list[Located]:
    """All places of a source where a text stands, whatever the white space, hyphenation and signs.

    Raises InputError where the sought text has neither letter nor digit.
    """
    pattern = read(sought)
    letters = Wording.of(pattern).letters
    if not letters:
        raise InputError("the text to look for has neither letter nor digit; give some words of the passage")
    return [found for first in _occurrences(source.wording.letters, letters)
            if (found := _located(source, pattern, *source.wording.span(first, first + len(letters))))]


def key_of(sought: str) -> str:
    """A key for a passage, made of its first words.

    >>> key_of("On zelamine 21 of 46 patients")
    'on-zelamine-21-of'
    """
    words = re.findall(r"[a-z0-9]+", read(sought).text.lower())
    return "-".join(words[:4])[:60].strip("-") or "passage"


def _occurrences(letters: str, sought: str) -> Iterator[int]:
    first = letters.find(sought)
    while first >= 0:
        yield first
        first = letters.find(sought, first + 1)


def _located(source: Source, pattern: Reading, start: int, end: int) -> Located | None:
    """The place between two offsets, with the signs that the sought text begins and ends with; nothing by mistake."""
    start, end = _with_signs(source.reading, pattern, start, end)
    mark = source.wording.fingerprint(start, end)
    same = _same_numbers(numerals(pattern), source.numerals_in(start, end))
    if not mark or not same or pattern.text.count("%") > source.text[start:end].count("%"):
        return None
    before, behind = source.text[max(0, start - _AROUND):start], source.text[end:end + _AROUND]
    return Located(start, end, mark, " ".join(one_line(f"…{before}[{source.text[start:end]}]{behind}…").split()))


def _same_numbers(sought: list[Numeral], found: list[Numeral]) -> bool:
    """Whether the numbers of the sought text are those of the place: 0.9 is not 09, and 1.6 no part of 11.6."""
    there = [(numeral.number, numeral.decimals) for numeral in found]
    return [(numeral.number, numeral.decimals) for numeral in sought] == there and all(
        set(one.signs) & set(other.signs) for one, other in zip(sought, found, strict=True))


def _with_signs(reading: Reading, pattern: Reading, start: int, end: int) -> tuple[int, int]:
    text, shown = pattern.text, reading.text
    first, last = reading.offsets.index(start), reading.ends.index(end)
    for character in reversed(re.match(r"[\W_]*", text)[0].replace(" ", "")):  # type: ignore[index]
        at = len(shown[:first].rstrip()) - 1
        if at < 0 or not _alike(shown[at], character):
            break
        first = at
    for character in re.search(r"[\W_]*$", text)[0].replace(" ", ""):  # type: ignore[index]
        at = last + 1 + len(shown[last + 1:last + 9]) - len(shown[last + 1:last + 9].lstrip())
        if at >= len(shown) or not _alike(shown[at], character):
            break
        last = at
    return reading.offsets[first], reading.ends[last]


def _alike(one: str, other: str) -> bool:
    dashes = "-\u2010\u2011\u2012\u2013\u2212"
    return one == other or (one in dashes and other in dashes)
