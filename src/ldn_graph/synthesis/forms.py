"""A pool, or the reasons why there is none, as text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import math
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from statistics import NormalDist
from typing import Any

from ldn_graph.errors import InputError
from ldn_graph.findings import one_line
from ldn_graph.synthesis.arithmetic import METHODS, PREDICTION, Interval, Pool
from ldn_graph.synthesis.effects import MEASURES, RATIOS, Effect
from ldn_graph.synthesis.pooling import Member, Synthesis

WIDTH = 100
COLUMNS = ("part", "study", "analysis", "measure", "estimate", "lower", "upper", "interval", "weight", "variance_from",
           "why", "results")
_NORMAL = "normal quantile"

_Lines = Iterator[tuple[int, str]]


def write_synthesis(synthesis: Synthesis, form: str) -> str:
    """A synthesis as `text`, `json` or `csv`; InputError for another form."""
    writers: dict[str, Callable[[Synthesis], str]] = {"text": _text, "json": _json, "csv": _csv}
    if form not in writers:
        raise InputError(f"a pool cannot be written as `{form}`; choose one of {', '.join(writers)}")
    return writers[form](synthesis)


def limits(effect: Effect) -> Interval:
    """The normal 95 % interval of one effect."""
    reach = NormalDist().inv_cdf(0.975) * math.sqrt(effect.variance)
    return Interval(effect.estimate - reach, effect.estimate + reach, _NORMAL)


def _text(synthesis: Synthesis) -> str:
    lines: list[str] = []
    for depth, text in _outline(synthesis):
        indent = "  " * depth
        lines += [""] * (depth == 0 and bool(lines))
        lines += textwrap.wrap(one_line(text), WIDTH, initial_indent=indent, break_on_hyphens=False,
                               subsequent_indent=indent + "  " * bool(depth), break_long_words=False)
    return "\n".join(lines) + "\n"


def _outline(synthesis: Synthesis) -> _Lines:
    if synthesis.pool is None:
        yield 0, f"Not pooled, for {_several(len(synthesis.reasons), 'reason')}"
        yield from ((1, reason.text) for reason in synthesis.reasons)
    else:
        yield from _pooled(synthesis, synthesis.pool)
    if synthesis.left_out:
        yield 0, "Left out"
    yield from ((1, f"{it.study} ({it.analysis or 'no name'}): {it.why}.") for it in synthesis.left_out)


def _pooled(synthesis: Synthesis, pool: Pool) -> _Lines:
    measure = synthesis.measure
    show = _shown(measure)
    studies = len({member.study_iri for member in synthesis.members})
    several = f"{pool.k} comparisons in " if studies < pool.k else ""
    title = f"{MEASURES[measure]} from {several}{_several(studies, 'study', 'studies')}"
    yield 0, title[0].upper() + title[1:]
    yield 1, f"{synthesis.subject}."
    yield 1, f"{show(pool.estimate)} ({_range(pool.interval, show)}; {pool.level:g} % interval: {pool.interval.method})"
    yield 1, f"Model: {METHODS[pool.method]}."
    yield 1, _prediction(pool, show)
    yield 1, (f"Between the studies: Q {pool.q:.4g} with {_several(pool.k - 1, 'degree')} of freedom, "
              f"P {_p(pool.q_p)}; I² {pool.i_squared:.1f} % (from Q); τ² {pool.tau_squared:.4g}"
              f"{' (of logarithms)' * (measure in RATIOS)}.")
    yield 1, "The treated group is divided by the compared one." if measure in RATIOS else (
        "The compared group is subtracted from the treated one.")
    yield 0, f"Studies, each with its normal 95 % interval and the source of its variance ({_weights(pool)})"
    for member, weight in zip(synthesis.members, pool.weights, strict=True):
        told = f"{show(member.effect.estimate)} ({_range(limits(member.effect), show)})"
        yield 1, (f"{_name(member, synthesis)}: {told}, weight {100 * weight:.1f} %{_people(member)}; "
                  f"{member.effect.how}")
    yield from _without(synthesis, pool, show)
    if synthesis.remarks:
        yield 0, "To bear in mind"
    yield from ((1, remark) for remark in synthesis.remarks)


def _prediction(pool: Pool, show: Callable[[float], str]) -> str:
    if pool.prediction:
        return f"Prediction interval for a further study: {_range(pool.prediction, show)} ({pool.prediction.method})."
    why = "a fixed effect leaves no room for one" if pool.method == "fixed" else "it takes three studies"
    return f"No prediction interval: {why}."


def _without(synthesis: Synthesis, pool: Pool, show: Callable[[float], str]) -> _Lines:
    if pool.left_out:
        yield 0, "Without each study in turn (model and interval as above)"
    for member, rest in zip(synthesis.members, pool.left_out, strict=False):
        told = f"{show(rest.estimate)} ({_range(rest.interval, show)})"
        yield 1, f"{_name(member, synthesis)}: {told}, τ² {rest.tau_squared:.4g}"


def _name(member: Member, synthesis: Synthesis) -> str:
    """The study, and its analysis where the pool has more than one of it."""
    alone = [it.study for it in synthesis.members].count(member.study) == 1
    return member.study if alone else f"{member.study} ({member.analysis})"


def _people(member: Member) -> str:
    told = [str(number) for number in member.people if number]
    return f", {' and '.join(told)} people" if len(told) == 2 else ""


def _weights(pool: Pool) -> str:
    return "weights by variance" if pool.method == "fixed" else "weights by variance and τ²"


def _several(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _shown(measure: str) -> Callable[[float], str]:
    return (lambda value: f"{math.exp(value):.4g}") if measure in RATIOS else (lambda value: f"{value:.4g}")


def _range(interval: Interval, show: Callable[[float], str]) -> str:
    return f"{show(interval.lower)} to {show(interval.upper)}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _json(synthesis: Synthesis) -> str:
    held = {name: value for name, value in asdict(synthesis).items() if name != "wanted"}
    pool = synthesis.pool
    words: dict[str, Any] = {"pooled": pool is not None, "logarithms": synthesis.measure in RATIOS,
                             "measure_in_words": MEASURES[synthesis.measure],
                             "method_in_words": METHODS[synthesis.wanted.method], "prediction_method": PREDICTION}
    return json.dumps({**words, **held}, indent=1, ensure_ascii=False) + "\n"


def _csv(synthesis: Synthesis) -> str:
    """A row for each study, pool, prediction, study left out in turn, comparison left out, and reason."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(synthesis))
    return out.getvalue()


def _rows(synthesis: Synthesis) -> Iterator[dict[str, str]]:
    pool, measure = synthesis.pool, synthesis.measure
    for member, weight in zip(synthesis.members, pool.weights if pool else (), strict=True):
        yield {"part": "study", "study": member.study, "analysis": member.analysis, "results": " ".join(member.results),
               "weight": repr(weight), "variance_from": member.effect.how,
               **_numbers(measure, member.effect.estimate, limits(member.effect))}
    if pool:
        yield {"part": "pool", "why": METHODS[pool.method], **_numbers(measure, pool.estimate, pool.interval)}
        if pool.prediction:
            yield {"part": "prediction", **_numbers(measure, pool.estimate, pool.prediction)}
        for member, rest in zip(synthesis.members, pool.left_out, strict=False):
            yield {"part": "without", "study": member.study, **_numbers(measure, rest.estimate, rest.interval)}
    yield from ({"part": "refused", "why": reason.text, "results": " ".join(reason.results)}
                for reason in synthesis.reasons)
    yield from ({"part": "left-out", "study": it.study, "analysis": it.analysis, "why": it.why,
                 "results": " ".join(it.results)} for it in synthesis.left_out)


def _numbers(measure: str, estimate: float, interval: Interval) -> dict[str, str]:
    """An estimate and its limits on the scale of the measure, not as logarithms."""
    def scale(values: Iterable[float]) -> list[str]:
        return [repr(math.exp(value) if measure in RATIOS else value) for value in values]
    told = dict(zip(("estimate", "lower", "upper"), scale((estimate, interval.lower, interval.upper)), strict=True))
    return {"measure": measure, "interval": interval.method, **told}
