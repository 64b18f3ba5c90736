"""The arithmetic of pooling: by hand, by independent formulas, and against published values where they are at hand."""

from __future__ import annotations

import importlib.util
import math
import shlex
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from ldn_graph import InputError
from ldn_graph.synthesis.arithmetic import INTERVALS, METHODS, Pool, pooled

DATA = ROOT.parent / "shared" / "data" / "meta-analysis"
Z = 1.959963984540054
T1 = math.tan(math.pi * 0.475)
"""The 97.5 % quantile of t with one degree of freedom, which is a Cauchy distribution."""
T2 = 0.95 * math.sqrt(2 / (4 * 0.975 * 0.025))
"""That with two degrees of freedom, in closed form."""

THREE = [0.0, 1.0, 5.0]
ONES = [1.0, 1.0, 1.0]

beside = pytest.mark.skipif(not DATA.is_dir(), reason="the published data do not lie beside the project")


def close(*values: float) -> object:
    """Numbers equal up to rounding in the last digits."""
    return pytest.approx(values, rel=1e-9, abs=1e-12)


def limits(pool: Pool) -> tuple[float, float]:
    return pool.interval.lower, pool.interval.upper


def test_a_fixed_effect_by_hand() -> None:
    """Weights 1, 1/4: mean (0 * 1 + 5 * 1/4) / (5/4) = 1, standard error sqrt(4/5), Q = 1 + 16/4 = 5."""
    pool = pooled([0.0, 5.0], [1.0, 4.0], "fixed", "normal")
    assert (pool.estimate, pool.standard_error, pool.q, pool.i_squared) == close(1, math.sqrt(0.8), 5, 80)
    assert pool.weights == close(0.8, 0.2)
    assert limits(pool) == close(1 - Z * math.sqrt(0.8), 1 + Z * math.sqrt(0.8))
    assert pool.q_p == pytest.approx(math.erfc(math.sqrt(2.5)))
    assert (pool.tau_squared, pool.prediction, pool.left_out, pool.k) == (0, None, (), 2)


def test_dersimonian_laird_by_hand() -> None:
    """Q = 4 + 1 + 9 = 14, C = 3 - 1, τ² = (14 - 2) / 2 = 6, standard error sqrt(7 / 3), P of Q is e^-7."""
    pool = pooled(THREE, ONES, "dl", "normal")
    assert (pool.estimate, pool.q, pool.tau_squared, pool.i_squared) == close(2, 14, 6, 100 * 12 / 14)
    assert (pool.standard_error, pool.q_p) == close(math.sqrt(7 / 3), math.exp(-7))
    assert pool.prediction is not None
    away = T1 * math.sqrt(6 + 7 / 3)
    assert (pool.prediction.lower, pool.prediction.upper) == close(2 - away, 2 + away)


def test_restricted_maximum_likelihood_by_hand() -> None:
    """With equal variances it is the variance of the effects minus theirs: 7 - 1."""
    assert pooled(THREE, ONES, "reml").tau_squared == pytest.approx(6, rel=1e-9)
    assert pooled([0.0, 1.0, 1.5], ONES, "reml").tau_squared == 0
    assert pooled([3.0, 3.0, 3.0], [1.0, 2.0, 9.0], "reml").tau_squared == 0


def test_every_interval_by_hand() -> None:
    """Hartung-Knapp: sum of w (y - mean)² over (k - 1) sum of w, here 14 / 6 for any τ² as the weights are equal."""
    error = math.sqrt(7 / 3)
    for interval, reach in (("normal", Z * error), ("t", T2 * error), ("hartung-knapp", T2 * math.sqrt(14 / 6)),
                            ("hartung-knapp-truncated", T2 * error)):
        pool = pooled(THREE, ONES, "dl", interval)
        assert limits(pool) == close(2 - reach, 2 + reach)
        assert pool.interval.method == INTERVALS[interval]


def test_truncation_keeps_the_interval_from_getting_narrower_than_t() -> None:
    """Effects 0.0 and 0.1 with variances of 1 lie far closer together than chance lets them."""
    narrow, wide = (pooled([0.0, 0.1], [1.0, 1.0], "dl", it) for it in ("hartung-knapp", "hartung-knapp-truncated"))
    assert limits(narrow) == close(0.05 - T1 * math.sqrt(0.005 / 2), 0.05 + T1 * math.sqrt(0.005 / 2))
    assert limits(wide) == close(0.05 - T1 * math.sqrt(0.5), 0.05 + T1 * math.sqrt(0.5))
    assert wide.tau_squared == 0
    assert wide.i_squared == 0


def test_other_levels() -> None:
    pool = pooled(THREE, ONES, "dl", "normal", 90)
    assert limits(pool)[1] == pytest.approx(2 + 1.6448536269514722 * math.sqrt(7 / 3), rel=1e-9)


def test_there_is_no_prediction_below_three_studies_or_with_a_fixed_effect() -> None:
    assert pooled([0.0, 5.0], [1.0, 1.0], "dl").prediction is None
    assert pooled(THREE, ONES, "fixed").prediction is None
    assert pooled(THREE, ONES, "reml").prediction is not None


def test_leaving_one_out() -> None:
    pool = pooled(THREE, ONES, "dl", "normal")
    assert [rest.estimate for rest in pool.left_out] == pytest.approx([3, 2.5, 0.5])
    assert [rest.tau_squared for rest in pool.left_out] == pytest.approx([7, 11.5, 0])
    assert [rest.left_out for rest in pool.left_out] == [(), (), ()]


def test_equal_effects_divide_nothing_by_zero() -> None:
    for method in METHODS:
        pool = pooled([0.3, 0.3, 0.3], [1.0, 2.0, 3.0], method, "hartung-knapp-truncated")
        assert (pool.estimate, pool.q, pool.i_squared, pool.tau_squared, pool.q_p) == close(0.3, 0, 0, 0, 1)


@pytest.mark.parametrize(("effects", "variances", "message"), [
    ([1.0], [1.0], "one alone is no pool"), ([], [], "two results or more"), ([1.0, 2.0], [1.0], "do not go together"),
    ([1.0, 2.0], [1.0, 0.0], "effect 2 .* must be above zero"), ([1.0, 2.0], [-1.0, 1.0], "effect 1"),
    ([1.0, math.nan], [1.0, 1.0], "effect 2"), ([1.0, 2.0], [1.0, math.inf], "effect 2"),
    ([1.0, 2.0], [math.nan, 1.0], "effect 1"),
])
def test_what_cannot_be_pooled(effects: list[float], variances: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        pooled(effects, variances)


@pytest.mark.parametrize(("method", "interval", "level"), [
    ("peto", "normal", 95), ("dl", "bayes", 95), ("dl", "t", 0), ("dl", "t", 100)])
def test_what_is_not_known(method: str, interval: str, level: float) -> None:
    with pytest.raises(InputError, match=r"there is no method|cannot be computed"):
        pooled(THREE, ONES, method, interval, level)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "statsmodels" else object())
    with pytest.raises(InputError) as caught:
        pooled(THREE, ONES)
    assert str(caught.value) == "pooling needs statsmodels; install it with `pip install 'ldn-graph[pool]'`"


# --- independent formulas -------------------------------------------------------------------------------------------

effects_and_variances = st.lists(
    st.tuples(st.floats(-5, 5), st.floats(0.01, 4)), min_size=2, max_size=9).map(
        lambda pairs: list(zip(*pairs, strict=True)))


def plain(effects: Sequence[float], variances: Sequence[float], tau_squared: float) -> tuple[float, float, float]:
    """Mean, variance and Q of the textbook, in plain Python."""
    weights = [1 / (variance + tau_squared) for variance in variances]
    mean = sum(w * y for w, y in zip(weights, effects, strict=True)) / sum(weights)
    q = sum(w * (y - mean) ** 2 for w, y in zip(weights, effects, strict=True))
    return mean, 1 / sum(weights), q


def likelihood(tau_squared: float, effects: Sequence[float], variances: Sequence[float]) -> float:
    """The restricted log likelihood without its constant."""
    _, variance, q = plain(effects, variances, tau_squared)
    return -0.5 * (sum(math.log(v + tau_squared) for v in variances) - math.log(variance) + q)


@settings(max_examples=60, deadline=None)
@given(effects_and_variances)
def test_the_textbook_agrees(given_: list[tuple[float, ...]]) -> None:
    effects, variances = given_
    mean, variance, q = plain(effects, variances, 0)
    fixed, dl = pooled(effects, variances, "fixed", "normal"), pooled(effects, variances, "dl", "normal")
    assert (fixed.estimate, fixed.standard_error, fixed.q) == pytest.approx((mean, math.sqrt(variance), q), abs=1e-7)
    weights = [1 / v for v in variances]
    c = sum(weights) - sum(w * w for w in weights) / sum(weights)
    tau_squared = max(0, (q - len(effects) + 1) / c)
    assert dl.tau_squared == pytest.approx(tau_squared, abs=1e-6)
    mean, variance, _ = plain(effects, variances, dl.tau_squared)
    assert (dl.estimate, dl.standard_error) == pytest.approx((mean, math.sqrt(variance)), abs=1e-7)
    assert sum(dl.weights) == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(effects_and_variances)
def test_nothing_is_more_likely_than_the_restricted_maximum(given_: list[tuple[float, ...]]) -> None:
    effects, variances = given_
    found = pooled(effects, variances, "reml", "normal").tau_squared
    best = likelihood(found, effects, variances)
    tried = [0.0, *(10 ** (step / 20) for step in range(-160, 60)), *(found * (1 + step) for step in (-1e-4, 1e-4))]
    assert all(likelihood(tau_squared, effects, variances) <= best + 1e-9 for tau_squared in tried)


@settings(max_examples=25, deadline=None)
@given(effects_and_variances, st.floats(-1000, 1000), st.sampled_from([0.01, 0.5, 30.0]),
       st.sampled_from(sorted(METHODS)))
def test_moving_and_stretching(given_: list[tuple[float, ...]], shift: float, factor: float, method: str) -> None:
    """Another zero and another unit change nothing but the numbers."""
    effects, variances = given_
    one = pooled(effects, variances, method)
    other = pooled([factor * y + shift for y in effects], [factor ** 2 * v for v in variances], method)
    assert other.estimate == pytest.approx(factor * one.estimate + shift, rel=1e-6, abs=1e-5)
    assert other.tau_squared == pytest.approx(factor ** 2 * one.tau_squared, rel=1e-4, abs=1e-5 * factor ** 2)
    assert other.standard_error == pytest.approx(factor * one.standard_error, rel=1e-4, abs=1e-5 * factor)
    assert other.q == pytest.approx(one.q, rel=1e-4, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(effects_and_variances)
def test_truncated_intervals_are_never_narrower(given_: list[tuple[float, ...]]) -> None:
    effects, variances = given_
    widths = [interval.upper - interval.lower for interval in (
        pooled(effects, variances, "dl", it).interval for it in ("normal", "t", "hartung-knapp-truncated"))]
    assert all(narrow <= wide + 1e-9 for narrow, wide in pairwise(widths))


# --- published values -----------------------------------------------------------------------------------------------

def rows(name: str) -> list[dict[str, str]]:
    """The rows of a published table."""
    header, *lines = [shlex.split(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    return [dict(zip(header, line, strict=True)) for line in lines]


def vaccine() -> tuple[list[float], list[float]]:
    """Log risk ratios of dat.bcg."""
    counts = [[float(row[name]) for name in ("tpos", "tneg", "cpos", "cneg")] for row in rows("dat.bcg.txt")]
    return ([math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in counts],
            [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in counts])


@beside
@pytest.mark.parametrize(("method", "expected", "tau_squared"), [
    ("fixed", ("-0.4303", "-0.5097", "-0.3509"), "0.0000"), ("dl", ("-0.7141", "-1.0644", "-0.3638"), "0.3088")])
def test_a_vaccine(method: str, expected: tuple[str, ...], tau_squared: str) -> None:
    pool = pooled(*vaccine(), method, "normal")
    assert tuple(f"{it:.4f}" for it in (pool.estimate, *limits(pool))) == expected
    assert (f"{pool.q:.4f}", f"{pool.i_squared:.4f}", f"{pool.tau_squared:.4f}") == ("152.2330", "92.1173", tau_squared)


@beside
def test_a_vaccine_by_restricted_maximum_likelihood() -> None:
    pool = pooled(*vaccine(), "reml", "normal")
    assert (f"{pool.estimate:.6f}", f"{pool.tau_squared:.6f}") == ("-0.714532", "0.313243")


@beside
def test_antidepressants_in_fibromyalgia() -> None:
    """22 contrasts of pain as Hedges' g, with variance 1/n + 1/m + g²/(2 N)."""
    effects, variances = [], []
    for row in rows("dat.haeuser2009.txt"):
        n, mean, deviation, m, other, spread = (
            float(row[name]) for name in ("nti", "mti", "sdti", "nci", "mci", "sdci"))
        pooled_deviation = math.sqrt(((n - 1) * deviation ** 2 + (m - 1) * spread ** 2) / (n + m - 2))
        g = (1 - 3 / (4 * (n + m - 2) - 1)) * (mean - other) / pooled_deviation
        if row["outcome"] == "pain":
            effects.append(g)
            variances.append(1 / n + 1 / m + g * g / (2 * (n + m)))
    pool = pooled(effects, variances, "dl", "normal")
    assert pool.k == 22
    assert tuple(f"{it:.3f}" for it in (pool.estimate, *limits(pool))) == ("-0.427", "-0.553", "-0.302")
    assert pool.prediction is not None
    assert (pool.prediction.lower, pool.prediction.upper) == pytest.approx((-0.83, -0.02), abs=0.008)
