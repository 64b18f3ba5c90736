"""Pooling of bare effects and variances. It knows no evidence: what may be pooled is decided in `eligibility`.

Fixed effect, DerSimonian-Laird, Cochran's Q and the Hartung-Knapp variance come from statsmodels; restricted maximum
likelihood, prediction intervals and leaving one out are ours, on scipy. Both are the extra `ldn-graph[pool]`.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ldn_graph.errors import InputError

METHODS = {"fixed": "fixed effect", "dl": "random effects, DerSimonian-Laird",
           "reml": "random effects, restricted maximum likelihood"}
"""The models of a pool, in words."""

INTERVALS = {"normal": "normal quantile", "t": "t quantile with k − 1 degrees of freedom",
             "hartung-knapp": "Hartung-Knapp, t quantile with k − 1 degrees of freedom, not truncated",
             "hartung-knapp-truncated": "Hartung-Knapp, t quantile with k − 1 degrees of freedom, truncated"}
"""The intervals of a pooled effect, in words; truncated means never narrower than the t interval."""

PREDICTION = "t quantile with k − 2 degrees of freedom (Higgins, Thompson and Spiegelhalter)"
LEAST_FOR_PREDICTION = 3

_Array: TypeAlias = Any
_EXTRA = ("numpy", "scipy", "statsmodels")


@dataclass(frozen=True)
class Interval:
    """Two limits, and in words how they were computed."""

    lower: float
    upper: float
    method: str


@dataclass(frozen=True)
class Pool:
    """A pooled effect with all that belongs to it; `weights` add up to 1.

    `i_squared` is a percentage and comes from Q. `prediction` is missing below three studies and for a fixed effect,
    `left_out` (the pool without each of its members in turn) below three. `level` is a percentage.
    """

    method: str
    estimate: float
    standard_error: float
    interval: Interval
    level: float
    weights: tuple[float, ...]
    q: float
    q_p: float
    i_squared: float
    tau_squared: float
    prediction: Interval | None
    left_out: tuple[Pool, ...]

    @property
    def k(self) -> int:
        """The number of effects."""
        return len(self.weights)


def pooled(effects: Sequence[float], variances: Sequence[float], method: str = "reml",
           interval: str = "hartung-knapp-truncated", level: float = 95) -> Pool:
    """The pool of effects by one of `METHODS`, with one of `INTERVALS`.

    Raises InputError for fewer than two effects, a variance that is not above zero, or where statsmodels is missing.

    >>> pool = pooled([0.0, 1.0, 5.0], [1.0, 1.0, 1.0], "dl", "normal")
    >>> round(pool.estimate, 4), round(pool.q, 4), round(pool.tau_squared, 4), round(pool.i_squared, 2)
    (2.0, 14.0, 6.0, 85.71)
    """
    _check(effects, variances, method, interval, level)
    whole = _pool(effects, variances, method, interval, level)
    rest = [_pool(_without(effects, one), _without(variances, one), method, interval, level)
            for one in range(len(effects) if len(effects) > 2 else 0)]
    return replace(whole, left_out=tuple(rest))


def _without(values: Sequence[float], one: int) -> list[float]:
    return [value for at, value in enumerate(values) if at != one]


def t_quantile(probability: float, degrees: float) -> float:
    """A quantile of the t distribution."""
    needs_the_extra()
    from scipy import stats  # noqa: PLC0415 — an extra, and slow to import

    return float(stats.t.ppf(probability, degrees))


def needs_the_extra() -> None:
    """Raises InputError, with what to install, where a package of the extra is missing."""
    missing = [name for name in _EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(f"pooling needs {' and '.join(missing)}; install it with `pip install 'ldn-graph[pool]'`")


def _check(effects: Sequence[float], variances: Sequence[float], method: str, interval: str, level: float) -> None:
    if method not in METHODS or interval not in INTERVALS:
        raise InputError(f"there is no method `{method}` with interval `{interval}`; methods are {', '.join(METHODS)}, "
                         f"intervals {', '.join(INTERVALS)}")
    if not 0 < level < 100:
        raise InputError(f"an interval of {level} % cannot be computed; the level lies between 0 and 100")
    if len(effects) != len(variances):
        raise InputError(f"{len(effects)} effects and {len(variances)} variances do not go together")
    if len(effects) < 2:
        raise InputError("a pool needs two results or more; one alone is no pool")
    for number, (effect, variance) in enumerate(zip(effects, variances, strict=True), 1):
        if not math.isfinite(effect) or not 0 < variance < math.inf:
            raise InputError(f"effect {number} ({effect}, variance {variance}) cannot be pooled; its variance must be "
                             "above zero, and both finite")
    needs_the_extra()


def _pool(effects: Sequence[float], variances: Sequence[float], method: str, interval: str, level: float) -> Pool:
    import numpy as np  # noqa: PLC0415 — an extra, and slow to import
    from scipy import stats  # noqa: PLC0415

    given, spread = np.asarray(effects, dtype=float), np.asarray(variances, dtype=float)
    middle = float(given.mean())
    centred = given - middle
    tau_squared = _TAU[method](centred, spread)
    plain, weighed = _combined(centred, spread), _combined(centred, spread + tau_squared)
    k, q = len(given), max(0.0, float(plain.q))
    estimate, error = float(weighed.mean_effect_fe) + middle, _error(weighed, interval)
    tail = (1 + level / 100) / 2
    reach = float(stats.norm.ppf(tail) if interval == "normal" else stats.t.ppf(tail, k - 1)) * error
    prediction = None
    if method != "fixed" and k >= LEAST_FOR_PREDICTION:
        away = float(stats.t.ppf(tail, k - 2)) * math.sqrt(tau_squared + error ** 2)
        prediction = Interval(estimate - away, estimate + away, PREDICTION)
    return Pool(method, estimate, error, Interval(estimate - reach, estimate + reach, INTERVALS[interval]), level,
                tuple(map(float, weighed.weights_rel_fe)), q, float(stats.chi2.sf(q, k - 1)),
                100 * max(0.0, (q - (k - 1)) / q) if q else 0.0, tau_squared, prediction, ())


def _combined(effects: _Array, variances: _Array) -> Any:
    import numpy as np  # noqa: PLC0415 — an extra, and slow to import
    from statsmodels.stats.meta_analysis import combine_effects  # noqa: PLC0415

    with np.errstate(divide="ignore", invalid="ignore"):
        return combine_effects(effects, variances, method_re="dl")


def _error(combined: Any, interval: str) -> float:
    plain, scaled = float(combined.sd_eff_w_fe), math.sqrt(float(combined.var_hksj_fe))
    errors = {"hartung-knapp": scaled, "hartung-knapp-truncated": max(plain, scaled)}
    return errors.get(interval, plain)


def _tau_dl(effects: _Array, variances: _Array) -> float:
    return max(0.0, float(_combined(effects, variances).tau2))


def _tau_reml(effects: _Array, variances: _Array) -> float:
    """The variance between studies with the greatest restricted likelihood: zero, or a root of its slope.

    Above a hundred times all that varies the slope is negative, so no root lies there.
    """
    import numpy as np  # noqa: PLC0415 — an extra, and slow to import
    from scipy.optimize import brentq  # noqa: PLC0415

    top = 100 * (float(np.ptp(effects)) ** 2 + float(variances.max()))
    steps = [0.0, *(top * np.logspace(-10, 0, 241))]
    slopes = [_slope(step, effects, variances) for step in steps]
    roots = [float(brentq(_slope, steps[at], steps[at + 1], args=(effects, variances), xtol=1e-15 * top, rtol=1e-13))
             for at in range(len(steps) - 1) if slopes[at] > 0 >= slopes[at + 1]]
    return max([0.0, *roots], key=lambda tau: _likelihood(tau, effects, variances))


def _slope(tau_squared: float, effects: _Array, variances: _Array) -> float:
    weights = 1 / (variances + tau_squared)
    total = weights.sum()
    squares = weights ** 2
    return float(squares.sum() / total - total + (squares * (effects - (weights * effects).sum() / total) ** 2).sum())


def _likelihood(tau_squared: float, effects: _Array, variances: _Array) -> float:
    import numpy as np  # noqa: PLC0415 — an extra, and slow to import

    weights = 1 / (variances + tau_squared)
    total = weights.sum()
    mean = (weights * effects).sum() / total
    return float(np.log(weights).sum() - np.log(total) - (weights * (effects - mean) ** 2).sum())


_TAU: dict[str, Callable[[_Array, _Array], float]] = {
    "fixed": lambda _effects, _variances: 0.0, "dl": _tau_dl, "reml": _tau_reml}
