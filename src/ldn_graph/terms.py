"""Namespaces, IRIs and canonical numbers: pure functions, no input or output."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ldn_graph.errors import InputError

LDN = "https://w3id.org/ldn-graph/ns#"
TERMS = "https://w3id.org/ldn-graph/terms/"
RULES = "https://w3id.org/ldn-graph/rules#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

MAX_DIGITS = 18
"""Most digits a figure may have: what the engine's xsd:decimal holds without loss."""

_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?")
_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def is_key(text: str) -> bool:
    """Whether a text may name a document or a part of one.

    >>> is_key("ltn.4.5"), is_key("ltn:4.5"), is_key("../x")
    (True, False, False)
    """
    return _KEY.fullmatch(text) is not None


def canonical_number(text: str) -> str:
    """The canonical lexical form of a printed decimal number, as the engine's store writes it.

    Raises InputError where the text is no plain decimal number or has more than `MAX_DIGITS` digits.

    >>> canonical_number("1.60"), canonical_number("-.90"), canonical_number("007"), canonical_number("6.0")
    ('1.6', '-0.9', '7', '6')
    """
    match = _NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise InputError(f"`{text}` is no number; write it in digits, with a point and an ASCII minus sign")
    whole, fraction = match[2].lstrip("0"), (match[3] or "").rstrip("0")
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise InputError(f"`{text[:24]}…` has more than {MAX_DIGITS} digits; no clinical figure has")
    digits = f"{whole or '0'}.{fraction}" if fraction else whole or "0"
    return f"-{digits}" if match[1] == "-" and digits != "0" else digits


def date_bounds(text: str) -> tuple[date, date]:
    """The first and last day that `YYYY`, `YYYY-MM` or `YYYY-MM-DD` can mean; InputError for anything else.

    >>> [str(day) for day in date_bounds("2022-02")]
    ['2022-02-01', '2022-02-28']
    """
    match = _PARTIAL_DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        if year is None:
            raise ValueError
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            following = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month, 1), following - timedelta(days=1)
        return date(year, month, day), date(year, month, day)
    except ValueError:
        raise InputError(f"`{text}` is no date; write YYYY, YYYY-MM or YYYY-MM-DD") from None
