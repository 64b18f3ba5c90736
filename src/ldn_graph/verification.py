"""Records of verification: writing one as a document, and telling which nodes the records vouch for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import pyoxigraph as ox

from ldn_graph.errors import InputError
from ldn_graph.passages.checks import Outcome, SpanCheck
from ldn_graph.passages.wanted import Figure, Wanted, by_node, wanted
from ldn_graph.terms import is_key

_Seen = dict[tuple[str, str, int, int], dict[str, str]]


def verified_nodes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The nodes of which a record says that each of their figures was seen in its passage, with the day of the record.

    The record must be of the very copy in which the passage counts, and of the span and the figures as they are now.
    Nodes without figures, and those of which a figure has no passage in a text, are not among them.

    >>> verified_nodes([])
    {}
    """
    statements = list(quads)
    seen, evidence = _seen(statements), wanted(statements)
    days: dict[str, list[str]] = {}
    for figure in evidence.figures:
        days.setdefault(figure.node, []).append(_day(figure, evidence, seen))
    return {node: max(told) for node, told in days.items() if all(told)}


def _seen(quads: Iterable[ox.Quad]) -> _Seen:
    """The day on which records say that figures were seen, by passage, digest of the copy, start and end."""
    values, found = by_node(quads), _Seen()
    for about in values.values():
        day = about.get("checkedOn", [""])[0]
        for check in (values.get(iri, {}) for iri in about.get("hasPassageCheck", [])):
            if {"checkedPassage", "start", "end"} <= check.keys() and "sha256" in about:
                key = (check["checkedPassage"][0], about["sha256"][0], int(check["start"][0]), int(check["end"][0]))
                days = found.setdefault(key, {})
                days |= {figure: max(day, days.get(figure, "")) for figure in check.get("verifiedFigure", [])}
    return found


def _day(figure: Figure, evidence: Wanted, seen: _Seen) -> str:
    """The last day on which a figure was seen in one of its passages, or nothing."""
    spans = [evidence.spans[iri] for iri in figure.spans]
    return max((seen.get((span.iri, span.sha256, span.start, span.end), {}).get(str(figure), "") for span in spans),
               default="")


def write_record(outcome: Outcome, key: str, version: str, day: date) -> str:
    """What came out of reading one source, as a document of the kind `verification`.

    Raises InputError where several sources were read, or the key can name no document.
    """
    if len(outcome.sources) != 1:
        raise InputError("a record is of one source; name each with a command of its own")
    if not is_key(key):
        raise InputError(f"`{key}` cannot name a record; use a-z, 0-9, `.` and `-`")
    report, source = next(iter(outcome.sources.items()))
    checks = {_name(check): _line(check) for check in outcome.spans}
    return "\n".join([
        f"verification: {key}", f"report: {report.rpartition('/')[2]}", f"sha256: {source.sha256}",
        f"characters: {len(source.text)}", f"program-version: {version}", f"checked-on: {day.isoformat()}", "checks:",
        *(f"  {name}: {line}" for name, line in sorted(checks.items())), ""])


def _name(check: SpanCheck) -> str:
    """A key for the check of a passage: kind and key of its document, and its own key."""
    document, passage = check.span.document, check.span.iri
    name = ".".join([*document.rsplit("/", 2)[1:], passage.removeprefix(f"{document}/passages/")])
    digest = hashlib.sha256(passage.encode()).hexdigest()[:16]
    return name if is_key(name) else f"{name[:60]}-{digest}".replace("/", ".")


def _line(check: SpanCheck) -> str:
    figures = f", figures: [{', '.join(map(_quoted, check.figures))}]" if check.figures else ""
    return (f"{{checked-passage: {_quoted(check.span.iri)}, start: {check.start}, end: {check.end}, "
            f"passage-status: {check.status}{figures}}}")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
