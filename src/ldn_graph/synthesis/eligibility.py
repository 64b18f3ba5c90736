"""Whether comparisons may be pooled: all reasons against it, each checked by one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from ldn_graph.synthesis.candidates import Candidate
from ldn_graph.synthesis.effects import MEASURES, RATIOS, Reason, own_measure

DOUBTING = frozenset({
    "contradicting-reports", "contrast-beside-its-counts", "contrast-beside-its-values", "counted-above-the-group",
    "interval-about-its-estimate", "interval-against-its-p", "mean-of-whole-scores", "p-from-interval",
    "percentage-of-its-count", "sign-against-its-direction", "significance-against-its-figures", "spreads-of-a-mean"})
"""The rules whose warnings say that a figure cannot be as it is printed; others tell what a reader should know."""

_ON_A_SCALE = frozenset({"md", "smd", "d"})
_MIXABLE = frozenset({"change-from-baseline", "value-at-time"})


def reasons_against(candidates: Sequence[Candidate], measure: str, *, window: bool, named: bool) -> list[Reason]:
    """All reasons why comparisons must not be pooled in a measure, but for those of their variances.

    `window` says that a window of time was asked for and all lie in it, `named` that an intervention was asked for and
    all gave it.
    """
    checks = [_unmapped, _doubted, _withdrawn, _outcomes, _comparators, _designs, _overlaps, _reviews]
    checks += [] if window else [_times]
    checks += [] if named else [_interventions]
    found = [reason for check in checks for reason in check(candidates)]
    return [*found, *_measures(candidates, measure), *_scales(candidates, measure), *_metrics(candidates, measure)]


def _each(code: str, candidates: Iterable[Candidate], says: Callable[[Candidate], str]) -> Iterator[Reason]:
    """A reason for each candidate of which there is something to say."""
    for candidate in candidates:
        text = says(candidate)
        if text:
            yield Reason(code, f"{candidate.name}: {text}.", candidate.iris)


def _differing(code: str, what: str, candidates: Iterable[Candidate],
               key: Callable[[Candidate], str]) -> Iterator[Reason]:
    """One reason where candidates differ in something, with who has what."""
    held: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        held.setdefault(key(candidate), []).append(candidate)
    if len(held) > 1:
        told = "; ".join(f"{value}: {', '.join(dict.fromkeys(it.name for it in those))}"
                         for value, those in sorted(held.items()))
        yield Reason(code, f"{what} ({told}).", _results(it for those in held.values() for it in those))


def _results(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    return tuple(iri for candidate in candidates for iri in candidate.iris)


def _unmapped(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    return _each("unmapped-term", candidates, lambda it: it.word("unmapped") and (
        f"`{it.word('unmapped')}` is kept as printed and has no declared term, so that nobody knows what is pooled"))


def _doubted(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    def says(candidate: Candidate) -> str:
        told = {name for figure in (*candidate.figures, *(it for pair in candidate.beside for it in pair))
                for name in figure.text("doubts").split(", ")} & DOUBTING
        return f"a figure cannot be as it is printed ({', '.join(sorted(told))}); settle it first" if told else ""
    return _each("doubted-figure", candidates, says)


def _withdrawn(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    return _each("withdrawn-report", candidates, lambda it: it.word("withdrawn") and (
        f"a later report {it.word('withdrawn').replace(', ', ' and ')} the one that prints it"))


def _outcomes(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    held = list(candidates)
    yield from _each("several-outcomes", held, lambda it: "several outcomes are taken together" * (len(it.domains) > 1))
    yield from _differing("different-outcomes", "The outcomes differ", held, lambda it: it.word("domain"))


def _comparators(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    def key(candidate: Candidate) -> str:
        treatments = candidate.compared.treatments if candidate.compared else ""
        return f"active, {treatments or 'not told'}" if candidate.comparator == "active" else candidate.comparator
    return _differing("different-comparators", "The comparators differ", candidates, key)


def _designs(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    held = list(candidates)
    yield from _each("design-not-stated", held, lambda it: (
        "how its groups came about is not told by `allocation`" * (it.design == "allocation not stated")))
    yield from _differing("different-designs", "The designs differ", held, lambda it: it.design)


def _interventions(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    held = [candidate for candidate in candidates if candidate.treated]
    yield from _each("intervention-not-stated", held, lambda it: (
        "what the treated group received is not told" * (not it.treated or not it.treated.treatments)))
    yield from _differing("different-interventions", "The treatments differ; name a wider one if they belong together",
                          held, lambda it: it.treated.treatments if it.treated else "")


def _times(candidates: Sequence[Candidate]) -> Iterator[Reason]:
    untold = [candidate for candidate in candidates if candidate.days is None]
    told = [candidate for candidate in candidates if candidate.days is not None]
    yield from _each("time-not-stated", untold, lambda it: (
        f"it has no time that holds for all participants ({it.word('time') or 'none is told'})"))
    if any(not candidate.same_time(told[0]) for candidate in told):
        yield from _differing("different-times", "The times differ; give a window of weeks if they belong together",
                              told, _time)


def _time(candidate: Candidate) -> str:
    least, most = (f"{day / 7:.4g}" for day in candidate.days or (0, 0))
    return f"week {least}" if least == most else f"weeks {least} to {most}"


def _overlaps(candidates: Iterable[Candidate]) -> Iterator[Reason]:
    for one, other in combinations(candidates, 2):
        if one.study != other.study or _disjoint(one, other):
            continue
        if one.compared and one.pair[2] == other.pair[2] and one.pair[1] != other.pair[1]:
            code, text = "shared-control", (f"{one.word('study')}: the group `{one.compared.label}` is compared with "
                                            "more than one other, and its patients would count twice.")
        else:
            code, text = "patients-twice", (f"{one.name} and {other.name} hold the same patients, or may do so; choose "
                                            "one of them.")
        yield Reason(code, text, _results([one, other]))


def _disjoint(one: Candidate, other: Candidate) -> bool:
    """Whether two comparisons of one study are of four different arms."""
    groups = [group for it in (one, other) for group in (it.treated, it.compared) if group]
    return len({group.iri for group in groups}) == 4 and all(group.kind == "arm" for group in groups)


def _reviews(candidates: Sequence[Candidate]) -> Iterator[Reason]:
    for one, other in combinations(candidates, 2):
        reviews = [it for it in (one, other) if it.design == "review of studies"]
        if not reviews or one.study == other.study:
            continue
        shared = _patients_of(one) & _patients_of(other)
        if shared or not all(it.word("includes") for it in reviews):
            why = ("a review has the patients of the studies that it takes in" if shared else
                   "which studies a review takes in is not told, so patients may count twice")
            yield Reason("review-beside-study", f"{one.name} and {other.name}: {why}.", _results([one, other]))


def _patients_of(candidate: Candidate) -> set[str]:
    return {candidate.study, *candidate.word("includes").split()}


def _measures(candidates: Iterable[Candidate], measure: str) -> Iterator[Reason]:
    held = [candidate for candidate in candidates if own_measure(candidate)]
    if measure != "smd" and not measure_of_counts(held, measure):
        yield from _differing("different-measures", "The effect measures differ", held,
                              lambda it: MEASURES[own_measure(it)])


def measure_of_counts(candidates: Iterable[Candidate], measure: str) -> bool:
    """Whether all are counts in two groups, of which the measure can be computed."""
    return measure in {*RATIOS, "rd"} - {"hr"} and all(
        any(figure.statistic == "count-of-participants" for figure in candidate.figures) for candidate in candidates)


def _scales(candidates: Sequence[Candidate], measure: str) -> Iterator[Reason]:
    held = [candidate for candidate in candidates if measure in _ON_A_SCALE]
    yield from _each("several-scales", held, lambda it: (
        "scores of several scales are taken together" * (len(it.scales) > 1)))
    single = [candidate for candidate in held if len(candidate.scales) < 2]
    alike = len({_yardstick(candidate) for candidate in single}) < 2
    if measure == "md":
        yield from _each("scale-not-stated", single, _unscaled)
        yield from _differing("different-scales", "The scales differ, and a point on one is no point on another; give "
                              "another measure if that is meant", single, _yardstick)
    elif not alike:
        yield from _each("better-end-not-stated", single, lambda it: (
            "which end of its scale is the better one is not told" * (not it.word("better"))))
        yield from _differing("different-better-ends", "The scales run in different directions",
                              [it for it in single if it.word("better")], lambda it: it.word("better"))


def _yardstick(candidate: Candidate) -> str:
    """The scale with its bounds, and a unit that is more than a remark."""
    unit = candidate.word("unit")
    unit = "" if unit == "1" or unit.startswith("{") else unit
    scale = candidate.word("scale")
    bounds = [f"{candidate.row[name]:f}" if candidate.row[name] is not None else "?"
              for name in ("scale_minimum", "scale_maximum")]
    return ", ".join(it for it in (f"{scale} [{' to '.join(bounds)}]" if scale else "", unit) if it) or "not told"


def _unscaled(candidate: Candidate) -> str:
    if not candidate.scales:
        return "neither a scale nor a unit is told" * (_yardstick(candidate) == "not told")
    bounds = (candidate.row["scale_minimum"], candidate.row["scale_maximum"])
    return "the bounds of its scale are not told, so that its points mean nothing" * (None in bounds)


def _metrics(candidates: Sequence[Candidate], measure: str) -> Iterator[Reason]:
    held = [candidate for candidate in candidates if measure in _ON_A_SCALE]
    yield from _each("metric-not-stated", held, lambda it: (
        "whether it is a change or an end value is not told by `metric`" * (not it.word("metric"))))
    told = [candidate for candidate in held if candidate.word("metric")]
    metrics = {candidate.word("metric") for candidate in told}
    if metrics <= _MIXABLE and measure == "md":
        return
    code = "change-with-end-values" if metrics == _MIXABLE else "different-metrics"
    yield from _differing(code, "Changes and end values have different standard deviations" if metrics == _MIXABLE else
                          "What was measured enters in different forms", told, lambda it: it.word("metric"))
