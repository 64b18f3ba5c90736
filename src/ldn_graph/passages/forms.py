"""The outcome of re-reading sources for people and programs: text and JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from ldn_graph.findings import MAX_LINES, one_line
from ldn_graph.passages.checks import STATUSES, FigureCheck, Outcome, SpanCheck

_MENDS = {
    "moved": "moved; it now stands at start: {start}, end: {end}",
    "changed": "the wording differs; its place is start: {start}, end: {end}",
    "missing": "is not in this copy as it was read",
    "not-checked": "is not checked: it has neither a fingerprint nor a figure by which it could be found",
}


def write_outcome(outcome: Outcome, form: str) -> str:
    """An outcome as `text` or `json`.

    >>> print(write_outcome(Outcome(), "text"), end="")
    0 figures, 0 passages
    """
    return (_json(outcome) if form == "json" else _text(outcome)) + "\n"


def _text(outcome: Outcome) -> str:
    lines = list(map(one_line, _lines(outcome)))
    more = len(lines) - MAX_LINES
    return "\n".join([*map(one_line, _strange(outcome)), *lines[:MAX_LINES],
                      *[f"… and {more} more lines"] * (more > 0), _summary(outcome)])


def _strange(outcome: Outcome) -> Iterator[str]:
    """A sentence for each source in which nothing of its report stands."""
    for report in outcome.strange:
        yield (f"{outcome.sources[report].name}: none of the passages in {report.rpartition('/')[2]} stands here; "
               "is it the right file?")


def _lines(outcome: Outcome) -> Iterator[str]:
    """A line for each figure and passage that is not in its place, under the name of its document."""
    checks: dict[str, list[str]] = {}
    gone = {span.span.iri for span in outcome.spans if span.span.report in outcome.strange}
    for span in outcome.spans:
        told = _MENDS.get(span.status, "").format(start=span.start, end=span.end)
        if told and span.span.iri not in gone and not (span.status == "missing" and span.end):
            checks.setdefault(span.span.document, []).append(f"{_path(span.span.iri, span.span.document)}: {told}")
    for figure in outcome.figures:
        if figure.span not in gone and (told := _of_figure(figure)):
            checks.setdefault(figure.figure.document, []).append(told)
    for document, lines in sorted(checks.items()):
        yield "/".join(document.split("/")[-2:])
        yield from (f"  {line}" for line in lines)


def _of_figure(check: FigureCheck) -> str:
    """What is to be told of a figure, or nothing."""
    if check.status == "missing":
        return _missing(check)
    if check.status != "not-checked":
        return ""
    path = _path(check.figure.node, check.figure.document)
    why = "one of its passages is not in the copies given, or only a named place" if check.figure.spans else (
        "its passage is only a named place, or none is told")
    return f"{path} › {check.figure.key}: {check.figure} is not checked: {why}"


def _missing(check: FigureCheck) -> str:
    passage = check.span.rpartition("/")[2]
    where = f"characters {check.start} to {check.end}" if check.end else "not found in this copy"
    path = _path(check.figure.node, check.figure.document)
    return f"{path} › {check.figure.key}: {check.figure} is missing in the passage {passage} ({where})"


def _path(iri: str, document: str) -> str:
    """The keys that lead to a node from its document; those of a vocabulary term stand under the collection."""
    base = document.rsplit("/", 2)[0]
    return iri.removeprefix(f"{document}/").removeprefix(f"{base}/").replace("/", " › ")


def _summary(outcome: Outcome) -> str:
    figures, spans = outcome.counts()
    return f"{_counted(figures, 'figure')}, {_counted(spans, 'passage')}"


def _counted(counts: Counter[str], noun: str) -> str:
    told = ", ".join(f"{counts[status]} {status.replace('-', ' ')}" for status in STATUSES if counts[status])
    total = counts.total()
    return f"{total} {noun}{'s' * (total != 1)}{f' ({told})' if told else ''}"


def _json(outcome: Outcome) -> str:
    figures, spans = outcome.counts()
    return json.dumps({
        "sound": outcome.sound,
        "sources": [{"file": source.name, "sha256": source.sha256, "characters": len(source.text), "report": report}
                    for report, source in outcome.sources.items()],
        "counts": {"figures": dict(sorted(figures.items())), "passages": dict(sorted(spans.items()))},
        "passages": [_span(check) for check in outcome.spans],
        "figures": [_figure(check) for check in outcome.figures],
    }, indent=1, ensure_ascii=False)


def _span(check: SpanCheck) -> dict[str, object]:
    return {"passage": check.span.iri, "status": check.status, "start": check.start, "end": check.end,
            "figures": list(check.figures)}


def _figure(check: FigureCheck) -> dict[str, object]:
    return {"node": check.figure.node, "key": check.figure.key, "printed": check.figure.printed,
            "status": check.status, "passage": check.span, "start": check.start, "end": check.end}
