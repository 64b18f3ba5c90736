"""Quantiles and tails against printed tables, closed forms, and the order that the bounds of P rely on."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph.rules.distributions import logarithm, quantile, tail

RATIOS = st.fractions(Fraction(1, 100), 5, max_denominator=100)
FREEDOMS = st.fractions(1, 200, max_denominator=10)


@pytest.mark.parametrize(("level", "freedom", "value"), [
    ("0.90", None, "1.644854"), ("0.95", None, "1.959964"), ("0.99", None, "2.575829"),
    ("0.95", 1, "12.706205"), ("0.95", 2, "4.302653"), ("0.95", 6, "2.446912"), ("0.95", 30, "2.042272"),
    ("0.99", 10, "3.169273"), ("0.90", 5, "2.015048"), ("0.50", 1, "1.000000"), ("0.9999", 1, "6366.197671"),
])
def test_quantiles_are_those_of_printed_tables(level: str, freedom: int | None, value: str) -> None:
    assert f"{float(quantile(Fraction(level), None if freedom is None else Fraction(freedom))):.6f}" == value


@given(st.fractions(0, 20, max_denominator=1000))
@settings(max_examples=60, deadline=None)
def test_tails_are_those_of_the_closed_forms(distance: Fraction) -> None:
    it = float(distance)
    assert float(tail(distance, None)) == pytest.approx(2 * NormalDist().cdf(-it), abs=1e-12)
    assert float(tail(distance, Fraction(1))) == pytest.approx(1 - 2 * math.atan(it) / math.pi, abs=1e-12)
    assert float(tail(distance, Fraction(2))) == pytest.approx(1 - it / math.sqrt(2 + it * it), abs=1e-12)


@given(st.fractions(Fraction(1, 2), Fraction(9999, 10000), max_denominator=10000), st.none() | FREEDOMS)
@settings(max_examples=60, deadline=None)
def test_the_tail_beyond_a_quantile_is_what_the_level_leaves(level: Fraction, freedom: Fraction | None) -> None:
    assert abs(tail(quantile(level, freedom), freedom) - (1 - level)) < Fraction(1, 10 ** 18)


@given(RATIOS, FREEDOMS, FREEDOMS)
@settings(max_examples=60, deadline=None)
def test_at_one_ratio_p_is_monotone_in_the_degrees_of_freedom(ratio: Fraction, one: Fraction, other: Fraction) -> None:
    level = Fraction(95, 100)
    few, more, normal = (tail(ratio * quantile(level, it), it) for it in (*sorted((one, other)), None))
    slack = Fraction(1, 10 ** 20)
    assert (few <= more + slack and more <= normal + slack) if ratio <= 1 else (
        few + slack >= more and more + slack >= normal)
    mixed = [tail(ratio * quantile(level, None), it) for it in (*sorted((one, other)), None)]
    assert mixed == sorted(mixed, reverse=True)


def test_a_logarithm() -> None:
    assert logarithm(Fraction(1)) == 0
    assert f"{float(logarithm(Fraction(1, 2))):.12f}" == "-0.693147180560"
