"""What the evidence says of passages: the copies it was read in, the spans in them, and the figures in the spans."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from ldn_graph.language import Form, language
from ldn_graph.passages.numerals import Numeral, decimals, numerals
from ldn_graph.passages.reading import read
from ldn_graph.passages.wording import Fingerprint
from ldn_graph.terms import LDN, canonical_number

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Span:
    """One passage of a document: its IRI, the report and digest of the text it counts in, its offsets."""

    iri: str
    document: str
    report: str
    sha256: str
    start: int
    end: int
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True)
class Figure:
    """One printed figure of a node, and the passages in one of which it must stand.

    `sign` says whether its sign counts: not where a word gives the direction. `relation` is that of a P value.
    """

    node: str
    document: str
    key: str
    printed: str
    spans: tuple[str, ...]
    elsewhere: bool = False
    sign: bool = True
    relation: str = ""

    def __str__(self) -> str:
        """The figure as a record writes it: a P value with its relation, ± where the sign does not count."""
        if self.key == "p-value":
            return f"P {_SIGNS.get(self.relation, '?')} {self.printed}"
        return self.printed if self.sign else f"±{self.printed.lstrip('+-')}"

    def stands_among(self, found: Iterable[Numeral], text: str = "") -> bool:
        """Whether the figure is one of the numbers of a passage; `text` is the passage, for the names of months."""
        if self.key == "printed":
            return _date_stands(self.printed, list(found), text)
        return any(self.is_printed_by(numeral) for numeral in found)

    def is_printed_by(self, numeral: Numeral) -> bool:
        """Whether a number in the text is this figure, digit by digit."""
        printed = self.printed.lstrip("+-")
        same = (numeral.number, numeral.decimals) == (canonical_number(printed), decimals(printed))
        if not same and not (self.key == "level" and _is_share(numeral, printed)):
            return False
        sign = "-" if self.printed.startswith("-") else "+"
        return (not self.sign or sign in numeral.signs) and self._relation_fits(numeral)

    def _relation_fits(self, numeral: Numeral) -> bool:
        return not self.relation or numeral.relation == self.relation or (
            self.relation == "equal-to" and not numeral.relation)


_SIGNS = {"less-than": "<", "greater-than": ">", "equal-to": "=", "at-most": "≤", "at-least": "≥"}


@dataclass
class Wanted:
    """All spans and figures of some documents, and the digests of the copies of each report."""

    spans: dict[str, Span] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    digests: dict[str, set[str]] = field(default_factory=dict)


def wanted(quads: Iterable[ox.Quad]) -> Wanted:
    """What some quads say of passages."""
    values = by_node(quads)
    found = Wanted()
    for iri, about in sorted(values.items()):
        copy = values.get(about["textCopy"][0], {}) if "textCopy" in about else {}
        if {"start", "end"} <= about.keys() and {"report", "sha256"} <= copy.keys():
            found.spans[iri] = _span(iri, about, copy)
            found.digests.setdefault(copy["report"][0], set()).add(copy["sha256"][0])
    for iri, about in sorted(values.items()):
        found.figures += _figures(iri, about, found.spans)
    return found


def by_node(quads: Iterable[ox.Quad]) -> dict[str, dict[str, list[str]]]:
    """The values of the properties of each node, without their namespace; `graph` is that of its document."""
    values: dict[str, dict[str, list[str]]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            graph = getattr(quad.graph_name, "value", "")
            about = values.setdefault(quad.subject.value, {"graph": [graph]})
            about.setdefault(quad.predicate.value.removeprefix(LDN), []).append(quad.object.value)
    return values


def _span(iri: str, about: dict[str, list[str]], copy: dict[str, list[str]]) -> Span:
    return Span(iri, about["graph"][0], copy["report"][0], copy["sha256"][0], int(about["start"][0]),
                int(about["end"][0]), Fingerprint.parse(about.get("fingerprint", [""])[0]))


def _figures(iri: str, about: dict[str, list[str]], spans: dict[str, Span]) -> list[Figure]:
    """The figures of a node, each with the passages of the node that are spans."""
    passages = sorted(about.get("passage", []))
    held = tuple(passage for passage in passages if passage in spans)
    relation = about.get("pRelation", [""])[0].rpartition("/")[2]
    return [Figure(iri, about["graph"][0], key, text, held, elsewhere=len(held) < len(passages) or not passages,
                   sign="change" not in about, relation=relation if key == "p-value" else "")
            for name, key in _printed_keys().items() for text in sorted(about.get(name, []))]


@lru_cache(maxsize=1)
def _printed_keys() -> dict[str, str]:
    """The keys of figures by the name of the property that keeps the printed form."""
    keys = {f"{key.iri.removeprefix(LDN)}Text": key.name for key in language().keys.values() if key.form is Form.FIGURE}
    return {**keys, "printed": "printed"}


def _is_share(numeral: Numeral, percent: str) -> bool:
    """Whether a number is a percentage as a share of one, such as 0.95 for 95."""
    whole, _, rest = percent.partition(".")
    share = f"{whole.zfill(3)[:-2]}.{whole.zfill(3)[-2:]}{rest}"
    return numeral.number == canonical_number(share)


def _date_stands(printed: str, found: list[Numeral], text: str) -> bool:
    """Whether the year, the month by number or name, and the day of a date are among the numbers of a passage."""
    match = _DATE.fullmatch(printed)
    numbers = {numeral.number for numeral in found}
    if match is None:
        return {numeral.number for numeral in numerals(read(printed))} <= numbers
    year, month, day = match.groups()
    named = month and re.search(rf"\b{_MONTHS[int(month) - 1]}", text, re.IGNORECASE)
    return year in numbers and (not month or bool(named) or str(int(month)) in numbers) and (
        not day or str(int(day)) in numbers)
