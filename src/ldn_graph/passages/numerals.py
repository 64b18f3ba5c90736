"""Printed numbers of a text: their digits, their signs, and the relation before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ldn_graph.errors import InputError
from ldn_graph.passages.reading import Reading
from ldn_graph.terms import canonical_number

_DASHES = "-\u2010\u2011\u2012\u2013\u2212"
_NUMBER = re.compile(
    "(?<![\\^\\d])(?<!\\^[-\u2212])(?:\\d{1,3}(?:[,\u00a0\u2009\u202f]\\d{3})+(?!\\d)|\\d+)(?:[.·\u2027\u066b]\\d+)?"
    "|(?<![\\w).%\\]\\^])[.·]\\d+")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,^])\d+,(?:\d{1,2}|\d{4,})(?![\d,])")
_GROUPING = re.compile("[,\u00a0\u2009\u202f]")
_POINT = re.compile("[·\u2027\u066b]")
_RELATIONS = {"<": "less-than", ">": "greater-than", "=": "equal-to", "≤": "at-most", "≥": "at-least",
              "<=": "at-most", ">=": "at-least"}
_RELATION = re.compile(rf"(<=|>=|[<>=≤≥])\s*[+{_DASHES}]?\s*$")

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {**{word: (str(number),) for number, word in enumerate(_UNITS)},
           **{word: (str(10 * number),) for number, word in enumerate(_TENS, 2)},
           "no": ("0",), "none": ("0",), "single": ("1",), "both": ("2",), "half": ("0.5", "50")}
_WORD = re.compile(rf"\b(?:({'|'.join(_TENS)})[-\s\u2010\u2011]*({'|'.join(_UNITS[1:10])})|({'|'.join(_VALUES)}))\b",
                   re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Numeral:
    """One number as it is printed, from `start` to `end` of the text; `signs` holds each sign that it may have.

    `number` is without sign, `decimals` counts its printed decimals, `relation` is the term of the sign before it.
    """

    start: int
    end: int
    number: str
    decimals: int
    signs: str = "+"
    relation: str = ""


def numerals(reading: Reading) -> list[Numeral]:
    r"""The numbers of a text, in the order in which they stand; what may be read in two ways is there twice.

    >>> from ldn_graph.passages.reading import read
    >>> [(found.signs, found.number) for found in numerals(read("−0.9 to 4.2; 4.66-6.13, Eleven of 1,204"))]
    [('-', '0.9'), ('+', '4.2'), ('+', '4.66'), ('+', '6.13'), ('+', '11'), ('+', '1204')]
    """
    return sorted(found for found in (*_printed(reading), *_words(reading)) if found)


def _printed(reading: Reading) -> Iterator[Numeral]:
    for pattern, comma in ((_NUMBER, ""), (_DECIMAL_COMMA, ".")):
        for match in pattern.finditer(reading.text):
            digits = _POINT.sub(".", _GROUPING.sub(comma, match[0]))
            try:
                number = canonical_number(digits)
            except InputError:
                continue
            yield Numeral(*_span(reading, match), number, decimals(digits),
                          _signs(reading.text, match.start()), _relation(reading.text, match.start()))


def _words(reading: Reading) -> Iterator[Numeral]:
    for match in _WORD.finditer(reading.text):
        tens, units, word = match.groups()
        values = _VALUES[word.lower()] if word else (
            str(int(_VALUES[tens.lower()][0]) + int(_VALUES[units.lower()][0])),)
        for value in values:
            yield Numeral(*_span(reading, match), value, decimals(value))


def decimals(printed: str) -> int:
    """How many digits a printed number has behind its point.

    >>> decimals("1.60"), decimals("25")
    (2, 0)
    """
    return len(printed.partition(".")[2])


def _span(reading: Reading, match: re.Match[str]) -> tuple[int, int]:
    return reading.offsets[match.start()], reading.ends[match.end() - 1]


def _signs(text: str, start: int) -> str:
    """The signs that a number may have: a dash behind a number or a letter joins, elsewhere it is a minus.

    Behind a number and a space nobody can tell, so both are given.
    """
    before = text[max(0, start - 60):start]
    stem = before.rstrip()
    if stem.lower().endswith(("minus", "negative")):
        return "-"
    if not stem or stem[-1] not in _DASHES:
        return "+"
    apart, lead = stem != before, stem[:-1]
    last = lead.rstrip()[-1:]
    if last and last in _DASHES:
        return "+-"
    if lead[-1:].isalnum() or lead[-1:] in {")", "%", "]", "°"}:
        return "+"
    if apart:
        return "+" if last.isalnum() or last in {")", "%"} else "-"
    return "+-" if last.isdigit() or last == "%" else "-"


def _relation(text: str, start: int) -> str:
    before = text[max(0, start - 60):start]
    if match := _RELATION.search(before):
        return _RELATIONS[match[1]]
    return next((term for words, term in _TOLD.items() if before.rstrip().lower().endswith(words)), "")


_TOLD = {"less than": "less-than", "below": "less-than", "under": "less-than", "greater than": "greater-than",
         "more than": "greater-than", "above": "greater-than", "at least": "at-least", "at most": "at-most"}
