"""The effect of one comparison and its variance, with how the variance was got; or the reasons why there is none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

from ldn_graph.synthesis.arithmetic import t_quantile
from ldn_graph.synthesis.candidates import EFFECTS, Candidate, Figure, Group

MEASURES = {"md": "mean difference", "smd": "standardised mean difference", "d": "Cohen's d", "rr": "risk ratio",
            "or": "odds ratio", "hr": "hazard ratio", "rd": "risk difference"}
"""What can be pooled, in words."""

RATIOS = frozenset({"rr", "or", "hr"})
"""The measures that are pooled as logarithms."""

NO_EFFECT = {
    "effective-dose-estimate": ("dose-finding", "an effective dose is no effect of a treatment"),
    "median": ("median", "a median is no mean, and its variance is not that of a mean"),
    "median-difference": ("median", "a difference of medians is no difference of means"),
    "percent-change": ("not-a-mean", "a per cent change is no mean on a scale"),
    "relative-change": ("not-a-mean", "a relative change is no mean on a scale"),
    "statistic-not-stated": ("not-a-mean", "it is not said to be a mean"),
    "proportion": ("no-counts", "a proportion needs its counts"),
    "count-of-events": ("events", "events are not participants, of whom one may have several"),
    "number-needed-to-treat": ("no-effect", "a number needed to treat cannot be pooled; pool the risks"),
}
"""Statistics that cannot enter a pool: the code of the reason, and the reason."""

_NO_FIGURES = {"Test": "a test without an estimate", "Narrative": "a finding in words",
               "ModelFinding": "a finding of a model"}
_NORMAL = {"": "method not stated, taken as normal", "interval-method-not-stated": "method not stated, taken as normal",
           "wald-interval": "Wald"}
_PLAIN_TESTS = {"", "t-test", "wald-test", "test-kind-not-stated"}


@dataclass(frozen=True)
class Reason:
    """Why results cannot be pooled: a code for programs, a sentence for people, and the results it is about."""

    code: str
    text: str
    results: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """An effect with its variance, treated against compared; ratios as logarithms.

    `how` says where the variance comes from; `reconstructed` is true where it stands on a P value.
    """

    measure: str
    estimate: float
    variance: float
    how: str
    reconstructed: bool = False


class _NoneError(Exception):
    """There is no effect, for a reason or several; `told` has their codes and texts."""

    def __init__(self, code: str, text: str, *more: tuple[str, str]) -> None:
        super().__init__(text)
        self.told = ((code, text), *more)


def own_measure(candidate: Candidate) -> str:
    """The measure that a comparison has as it is printed, or nothing."""
    statistics = {figure.statistic for figure in candidate.figures}
    if len(candidate.figures) == 1:
        return EFFECTS.get(statistics.pop(), "")
    return {"mean": "md", "count-of-participants": "rr"}.get(statistics.pop(), "")


def effect_of(candidate: Candidate, measure: str) -> Effect | list[Reason]:
    """The effect of a comparison in a measure, or all reasons why it has none."""
    told = list(_no_comparison(candidate))
    try:
        effect = _effect(candidate, measure)
    except _NoneError as none:
        known = {"no-effect", "no-such-measure", *(code for code, _ in told)} if told else set()
        told += [each for each in none.told if each[0] not in known]
    if not told:
        return effect
    return [Reason(code, f"{candidate.name}: {text}.", candidate.iris) for code, text in dict.fromkeys(told)]


def _effect(candidate: Candidate, measure: str) -> Effect:
    figure = candidate.figures[0]
    if len(candidate.figures) == 2:
        return _of_pair(candidate, (figure, candidate.figures[1]), measure)
    pairs = [pair for pair in candidate.beside if _fits(pair[0].statistic, measure)]
    if EFFECTS.get(figure.statistic) != measure and pairs:
        return _of_pair(candidate, pairs[0], measure)
    try:
        return _of_contrast(candidate, figure, measure)
    except _NoneError as none:
        only_variance = {code for code, _ in none.told} == {"no-variance"}
        if not pairs or not only_variance or candidate.word("adjustment") == "adjusted":
            raise
    return _of_pair(candidate, pairs[0], measure)


def _no_comparison(candidate: Candidate) -> Iterator[tuple[str, str]]:
    """Codes and texts of why a candidate is no comparison of an effect at all."""
    for figure in candidate.figures:
        if figure.kind in _NO_FIGURES:
            yield "no-effect", f"{_NO_FIGURES[figure.kind]} is no effect with a variance"
        if figure.statistic in NO_EFFECT:
            yield NO_EFFECT[figure.statistic]
        if figure.kind == "GroupValue" and all(figure.row[name] is None for name in ("spread", "lower", "upper")):
            yield "no-variance", "a value of a group has no spread and no interval"
    if candidate.compared is None:
        yield "within-group", "it is of one group alone and compares it with no other"
    elif candidate.treated is None:
        yield "direction-not-stated", "which two groups it compares is not told"
    elif candidate.comparator == "not-stated":
        yield "comparator-not-stated", "what the compared group received is not told by its `group-role`"


def _fits(statistic: str, measure: str) -> bool:
    return statistic == ("mean" if measure in {"md", "smd"} else "count-of-participants") and measure not in {"d", "hr"}


def _of_contrast(candidate: Candidate, figure: Figure, measure: str) -> Effect:
    """The effect of a printed contrast, turned so that the compared group is subtracted."""
    if EFFECTS.get(figure.statistic) != measure:
        raise _NoneError("no-such-measure", f"it prints no {MEASURES[measure]}, nor the figures to compute one")
    told: list[tuple[str, str]] = []
    sign, variance, how = 1, 0.0, ""
    try:
        sign = _sign(candidate, measure)
    except _NoneError as none:
        told += none.told
    if candidate.crossover and candidate.word("pairing") != "paired":
        told.append(("unpaired-crossover", "a result of a crossover needs an analysis that is told to be `paired`, or "
                                           "the correlation within participants with both spreads"))
    try:
        estimate, variance, how = _variance(candidate, figure, measure)
    except _NoneError as none:
        told += none.told
    if told:
        raise _NoneError(*told[0], *told[1:])
    turned = "; turned, as it is printed the other way round" if sign < 0 else ""
    return Effect(measure, sign * estimate, variance, how + turned, how.startswith("reconstructed"))


def _sign(candidate: Candidate, measure: str) -> int:
    """1 where the compared group is subtracted or divided by, -1 where the treated one is."""
    treated, compared = candidate.treated, candidate.compared
    if treated is None or compared is None:
        raise _NoneError("no-effect", "it compares no two groups")
    if treated.minuend and compared.subtrahend:
        return 1
    if compared.minuend and treated.subtrahend:
        return -1
    if measure in RATIOS and (compared.reference or treated.reference):
        return 1 if compared.reference else -1
    raise _NoneError("direction-not-stated", "which group is subtracted from which (`minuend` and `subtrahend`) is "
                                             "not told")


def _variance(candidate: Candidate, figure: Figure, measure: str) -> tuple[float, float, str]:
    """An estimate, its variance, and how that was got: from a standard error, an interval, or an exact P."""
    scaled = measure in RATIOS and not figure.statistic.startswith("log-")
    estimate, spread = _number(figure, "estimate", scaled), figure.number("spread")
    if estimate is None:
        raise _NoneError("no-variance", f"no {MEASURES[measure]} above zero is printed")
    if {"decrease": estimate >= 0, "increase": estimate <= 0}.get(figure.text("change"), figure.text("change") != ""):
        raise _NoneError("direction-not-stated", "its difference is printed without its sign")
    if spread is not None and figure.text("spread_kind") == "standard-error" and not scaled:
        return estimate, _above_zero(spread ** 2), f"standard error {figure.text('spread_text')}"
    if figure.text("multiplicity") == "multiplicity-adjusted":
        raise _NoneError("no-variance", "its interval and P are adjusted for several tests")
    lower, upper = _number(figure, "lower", scaled), _number(figure, "upper", scaled)
    if lower is None or upper is None:
        return (estimate, *_from_p(candidate, figure, estimate))
    quantile, how = _quantile(candidate, figure)
    return estimate, _above_zero(((upper - lower) / (2 * quantile)) ** 2), how


def _quantile(candidate: Candidate, figure: Figure) -> tuple[float, str]:
    """How many standard errors an interval reaches to either side, and in words what it is."""
    level, method = figure.number("level"), figure.text("interval_method")
    share = None if level is None else level if level < 1 else level / 100
    if share is None or not 0 < share < 1:
        raise _NoneError("no-variance", "the level of its interval is not told")
    tail, name = (1 + share) / 2, f"{100 * share:g} % interval"
    if method in _NORMAL:
        return NormalDist().inv_cdf(tail), f"{name} ({_NORMAL[method]})"
    if method not in {"t-interval", "hartung-knapp"}:
        raise _NoneError("no-variance", f"no standard error can be taken from a {method.replace('-', ' ')}")
    degrees = figure.number("degrees_of_freedom") or _degrees(candidate, method)
    if not degrees or degrees <= 0:
        raise _NoneError("no-variance", "the degrees of freedom of its t interval are not told")
    return t_quantile(tail, degrees), f"{name} (t with {degrees:g} degrees of freedom)"


def _degrees(candidate: Candidate, method: str) -> float | None:
    """The degrees of freedom of so many people: N - 2, or n - 1 where they are their own controls."""
    people = [group.people for group in (candidate.treated, candidate.compared) if group and group.people]
    if method != "t-interval" or len(people) != 2 or candidate.word("adjustment") == "adjusted":
        return None
    return min(people) - 1 if candidate.crossover else sum(people) - 2


def _from_p(candidate: Candidate, figure: Figure, estimate: float) -> tuple[float, str]:
    p = figure.number("p_value")
    usable = (p is not None and 0 < p < 1 and figure.text("p_relation") == "equal-to" and estimate != 0
              and figure.text("test_kind") in _PLAIN_TESTS and figure.text("sidedness") != "one-sided"
              and EFFECTS.get(figure.statistic) not in {"smd", "d"} and candidate.word("adjustment") != "adjusted")
    if p is None or not usable:
        raise _NoneError("no-variance", "it prints no standard error, no interval and no exact P that tells a variance")
    degrees = figure.number("degrees_of_freedom")
    quantile = t_quantile(1 - p / 2, degrees) if degrees else NormalDist().inv_cdf(1 - p / 2)
    by = f"t with {degrees:g} degrees of freedom" if degrees else "normal"
    return (estimate / quantile) ** 2, f"reconstructed from the estimate and P = {figure.text('p_value_text')} ({by})"


def _of_pair(candidate: Candidate, pair: tuple[Figure, Figure], measure: str) -> Effect:
    """The effect computed from the figures of the two groups."""
    if not _fits(pair[0].statistic, measure):
        raise _NoneError("no-such-measure", f"its figures give no {MEASURES[measure]}")
    if measure == "md":
        return _mean_difference(candidate, pair)
    if candidate.crossover:
        raise _NoneError("unpaired-crossover", f"no {MEASURES[measure]} is computed from the two sides of a crossover")
    return _standardised(candidate, pair) if measure == "smd" else _of_counts(candidate, pair, measure)


def _mean_difference(candidate: Candidate, pair: tuple[Figure, Figure]) -> Effect:
    first, second = map(_mean, pair)
    one, other = (_mean_variance(candidate, figure, group) for figure, group in _with_groups(candidate, pair))
    shared, how = 0.0, "means and spreads of both groups"
    if candidate.crossover:
        correlation = candidate.row["correlation"]
        if correlation is None:
            raise _NoneError("unpaired-crossover", "means of a crossover need the `correlation` within participants")
        shared = 2 * float(str(correlation)) * math.sqrt(one[0] * other[0])
        how = f"means and spreads under both treatments, correlation {correlation}"
    told = sorted({text for text in (one[1], other[1]) if text})
    return Effect("md", first - second, _above_zero(one[0] + other[0] - shared), "; ".join([how, *told]))


def _mean(figure: Figure) -> float:
    """A mean with its sign, which may stand in words beside it."""
    value, change = figure.number("estimate"), figure.text("change")
    if value is None:
        raise _NoneError("no-variance", "a mean is missing")
    if change in {"improvement", "worsening"}:
        raise _NoneError("direction-not-stated", f"whether its {change} is a rise or a fall is not told")
    return {"decrease": -abs(value), "increase": abs(value)}.get(change, value)


def _with_groups(candidate: Candidate, pair: tuple[Figure, Figure]) -> Iterator[tuple[Figure, Group | None]]:
    yield pair[0], candidate.treated
    yield pair[1], candidate.compared


def _mean_variance(candidate: Candidate, figure: Figure, group: Group | None) -> tuple[float, str]:
    """The variance of the mean of one group, and a remark on the number of people."""
    spread, kind = figure.number("spread"), figure.text("spread_kind")
    if spread is not None and kind == "standard-error":
        return _above_zero(spread ** 2), ""
    if spread is not None and kind == "standard-deviation":
        people, remark = _people(figure, group)
        return _above_zero(spread ** 2) / people, remark
    lower, upper = figure.number("lower"), figure.number("upper")
    if lower is None or upper is None:
        raise _NoneError("no-variance", "a mean has neither standard deviation nor standard error nor interval")
    if figure.text("interval_method") not in _NORMAL:
        raise _NoneError("no-variance", "the intervals of its means are not normal ones")
    return ((upper - lower) / (2 * _quantile(candidate, figure)[0])) ** 2, "intervals of the means taken as normal"


def _people(figure: Figure, group: Group | None) -> tuple[int, str]:
    own = figure.number("participants") or figure.number("denominator")
    if own:
        return int(own), ""
    if group is None or not group.people:
        raise _NoneError("no-variance", "how many people a mean is of is not told")
    known = {"analysed": "", "randomised": "people as randomised, since the number analysed is not told"}
    return group.people, known.get(group.people_known_as, "people as counted, since the number analysed is not told")


def _standardised(candidate: Candidate, pair: tuple[Figure, Figure]) -> Effect:
    """Hedges' g with 1 - 3 / (4 (N - 2) - 1), and its variance 1/n + 1/m + g²/(2 N)."""
    sides = [(*_people(figure, group), _deviation(figure, group)) for figure, group in _with_groups(candidate, pair)]
    (n, told, s), (m, also, t) = sides
    first, second = map(_mean, pair)
    if n < 2 or m < 2:
        raise _NoneError("no-variance", "a mean is of one person")
    total = n + m
    pooled = math.sqrt(_above_zero(((n - 1) * s ** 2 + (m - 1) * t ** 2) / (total - 2)))
    g = (1 - 3 / (4 * (total - 2) - 1)) * (first - second) / pooled
    told = "; ".join(["Hedges' g from means and standard deviations", *sorted({told, also} - {""})])
    return Effect("smd", g, 1 / n + 1 / m + g ** 2 / (2 * total), told)


def _deviation(figure: Figure, group: Group | None) -> float:
    spread, kind = figure.number("spread"), figure.text("spread_kind")
    if spread is None or kind not in {"standard-deviation", "standard-error"}:
        raise _NoneError("no-variance", "a mean has no standard deviation")
    return spread if kind == "standard-deviation" else spread * math.sqrt(_people(figure, group)[0])


def _of_counts(candidate: Candidate, pair: tuple[Figure, Figure], measure: str) -> Effect:
    (a, n, told), (b, m, also) = (_counted(figure, group) for figure, group in _with_groups(candidate, pair))
    if measure != "rd" and (0 in {a, b} or (measure == "or" and (a == n or b == m))):
        raise _NoneError("zero-variance", "with nobody or everybody counted in a group a ratio has no variance, and "
                                          "nothing is added to the counts")
    p, q = a / n, b / m
    estimate, variance = {
        "rr": lambda: (math.log(p / q), 1 / a - 1 / n + 1 / b - 1 / m),
        "or": lambda: (math.log(p * (1 - q) / (q * (1 - p))), 1 / a + 1 / (n - a) + 1 / b + 1 / (m - b)),
        "rd": lambda: (p - q, p * (1 - p) / n + q * (1 - q) / m)}[measure]()
    told = "; ".join([f"counts {a:g} of {n:g} and {b:g} of {m:g}", *sorted({told, also} - {""})])
    return Effect(measure, estimate, _above_zero(variance), told)


def _counted(figure: Figure, group: Group | None) -> tuple[float, float, str]:
    counted, out_of, told = figure.number("participants"), figure.number("denominator"), ""
    if counted is None:
        raise _NoneError("no-variance", "participants are not counted")
    if not out_of:
        if group is None or not group.people:
            raise _NoneError("no-variance", "out of how many people are counted is not told")
        out_of, told = float(group.people), "out of the people of the group"
    if counted > out_of:
        raise _NoneError("no-variance", "more people are counted than there are")
    return counted, out_of, told


def _number(figure: Figure, name: str, scaled: bool = False) -> float | None:
    """A figure, or its logarithm; nothing where there is none."""
    value = figure.number(name)
    if value is None or not scaled:
        return value
    return math.log(value) if value > 0 else None


def _above_zero(variance: float) -> float:
    if not variance > 0:
        raise _NoneError("zero-variance", "its variance would be zero, which would outweigh all other studies")
    return variance
