"""The user's own copies of sources: reading them with care, and telling of which report each is a copy."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ldn_graph.errors import InputError, NotFoundError
from ldn_graph.passages.numerals import Numeral, numerals
from ldn_graph.passages.reading import Reading, read
from ldn_graph.passages.wanted import Wanted
from ldn_graph.passages.wording import Wording

MAX_BYTES = 4 * 1024 * 1024
"""Largest text that is read; ten times a long article."""


@dataclass(frozen=True)
class Source:
    """A text that the user owns: the name of its file, the digest of its bytes, and its characters."""

    name: str
    sha256: str
    text: str

    @cached_property
    def reading(self) -> Reading:
        """The text as a reader sees it."""
        return read(self.text)

    @cached_property
    def wording(self) -> Wording:
        """Its letters and digits."""
        return Wording.of(self.reading)

    @cached_property
    def numerals(self) -> list[Numeral]:
        """Its printed numbers."""
        return numerals(self.reading)

    def numerals_in(self, start: int, end: int) -> list[Numeral]:
        """The numbers that are printed between two offsets."""
        first = bisect_left(self.numerals, start, key=lambda numeral: numeral.start)
        behind = bisect_left(self.numerals, end, key=lambda numeral: numeral.start)
        return [numeral for numeral in self.numerals[first:behind] if numeral.end <= end]


def read_source(file: Path) -> Source:
    """The text of a file.

    Raises NotFoundError where there is no file, InputError where it is too large or no UTF-8 text.
    """
    if not file.exists():
        raise NotFoundError(f"{file}: there is no such file")
    if not file.is_file():
        raise InputError(f"{file}: is no file that a text can stand in")
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(f"{file}: is larger than {MAX_BYTES // 1024 // 1024} MiB; no article is; name its text alone")
    if b"\0" in content:
        raise InputError(f"{file}: is no text but bytes of another kind; save the text of the article as UTF-8")
    try:
        return Source(str(file), hashlib.sha256(content).hexdigest(), content.decode("utf-8"))
    except UnicodeDecodeError as error:
        told = f"{file}: byte {error.start} is no UTF-8 text; save the text of the article as UTF-8"
        raise InputError(told) from None


def given_source(told: str | Path) -> tuple[str, Source]:
    """The name of a report and the source that `REPORT=FILE` tells; without a report, an empty name."""
    name, equals, file = str(told).partition("=")
    if not equals or isinstance(told, Path) or not name or Path(told).exists():
        return "", read_source(Path(told))
    return name, read_source(Path(file))


def matched(given: Iterable[tuple[str, Source]], wanted: Wanted) -> dict[str, Source]:
    """The sources by the report of which each is a copy: the one named, the one of the digest, or the only one left.

    `given` holds the name of a report, or nothing, with each source. Raises InputError where that cannot be told.
    """
    sources = list(given)
    if not wanted.digests:
        raise InputError("none of these documents has passages in a text; name the documents that have")
    found: dict[str, Source] = {}
    for name, source in sources:
        for report in [_named(name, wanted)] if name else _by_digest(source, wanted):
            _assign(found, report, source)
    for source in [source for name, source in sources if not name and source not in found.values()]:
        _assign(found, _only_one_left(source, wanted, found), source)
    return found


def _by_digest(source: Source, wanted: Wanted) -> list[str]:
    return [report for report, digests in wanted.digests.items() if source.sha256 in digests]


def _assign(found: dict[str, Source], report: str, source: Source) -> None:
    if report in found:
        raise InputError(f"{found[report].name} and {source.name} are both taken for copies of {_short(report)}; "
                         "name one of them, or write --source REPORT=FILE")
    found[report] = source


def _named(name: str, wanted: Wanted) -> str:
    reports = [report for report in wanted.digests if name in {report, _short(report)}]
    if len(reports) != 1:
        many = "are several reports" if reports else "is no report"
        raise InputError(f"there {many} `{name}` with passages in a text; known are {_listed(wanted.digests)}")
    return reports[0]


def _only_one_left(source: Source, wanted: Wanted, found: dict[str, Source]) -> str:
    left = [report for report in wanted.digests if report not in found]
    if len(left) != 1:
        why = "the documents draw on none other" if not left else f"it may be one of {_listed(left)}"
        raise InputError(f"{source.name}: no digest tells of which report this is a copy, and {why}; "
                         "write --source REPORT=FILE")
    return left[0]


def _short(report: str) -> str:
    return report.rpartition("/")[2]


def _listed(reports: Iterable[str]) -> str:
    names: Sequence[str] = sorted(map(_short, reports))
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(names[:12]) + more
