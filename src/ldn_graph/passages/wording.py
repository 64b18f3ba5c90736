"""The wording of a text, letters and digits only, and fingerprints by which a passage is known again without it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Self

from ldn_graph.passages.reading import Reading

_FINGERPRINT = re.compile(r"(\d{1,9})-(\d{1,9})-(\d{1,15})-([0-9a-f]{16})")


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a passage's wording: where it begins in that of the whole text, its length, a sum, a digest."""

    offset: int
    length: int
    total: int
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The fingerprint that a text writes, or nothing.

        >>> print(Fingerprint.parse("12-3-322-0123456789abcdef"))
        12-3-322-0123456789abcdef
        """
        match = _FINGERPRINT.fullmatch(text)
        return cls(int(match[1]), int(match[2]), int(match[3]), match[4]) if match else None

    def __str__(self) -> str:
        return f"{self.offset}-{self.length}-{self.total}-{self.digest}"


@dataclass(frozen=True)
class Wording:
    """The letters and digits of a text, folded, and for each the offsets between which the text prints it."""

    letters: str
    offsets: list[int]
    ends: list[int]

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """The wording of a text.

        >>> from ldn_graph.passages.reading import read
        >>> Wording.of(read("Re-\\nduced by 32%")).letters
        'reducedby32'
        """
        letters, offsets, ends = [], [], []
        for character, start, end in zip(reading.text, reading.offsets, reading.ends, strict=True):
            for letter in _folded(character):
                letters.append(letter)
                offsets.append(start)
                ends.append(end)
        return cls("".join(letters), offsets, ends)

    def fingerprint(self, start: int, end: int) -> Fingerprint | None:
        """The fingerprint of the passage between two offsets of the text; nothing where it has no letter or digit."""
        first, behind = bisect_left(self.offsets, start), bisect_left(self.offsets, end)
        return self._print(first, behind - first) if behind > first else None

    def find(self, sought: Fingerprint) -> list[int]:
        """The places of this wording at which a passage with the same letters and digits begins."""
        sums, length = self._sums, sought.length
        return [first for first, (low, high) in enumerate(zip(sums, sums[length:], strict=False))
                if high - low == sought.total and _digest(self.letters[first:first + length]) == sought.digest]

    def span(self, first: int, behind: int) -> tuple[int, int]:
        """The offsets in the text between which a part of the wording stands."""
        first = min(max(first, 0), len(self.letters) - 1)
        behind = min(max(behind, first + 1), len(self.letters))
        return self.offsets[first], self.ends[behind - 1]

    @cached_property
    def _sums(self) -> list[int]:
        return list(accumulate(map(ord, self.letters), initial=0))

    def _print(self, first: int, length: int) -> Fingerprint:
        part = self.letters[first:first + length]
        return Fingerprint(first, length, sum(map(ord, part)), _digest(part))


def _digest(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def _folded(character: str) -> str:
    """The letters and digits that a character stands for, without case and accents.

    >>> _folded("É"), _folded("ﬁ"), _folded("²"), _folded("-")
    ('e', 'fi', '2', '')
    """
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(part for part in parts if part.isalnum())
