"""Quantiles and tails of the normal and the t distribution, as fractions that are right to 24 decimals."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath

Freedom = Fraction | None
"""Degrees of freedom of a t distribution; none for the normal distribution, which it becomes as they grow."""

_PLACES = 10 ** 24
_REALS: Any = mpmath.mp.clone()
_REALS.dps = 40


@lru_cache(maxsize=4096)
def tail(distance: Fraction, freedom: Freedom) -> Fraction:
    """The probability of a value at least so far from 0, on either side: the two-sided P of a test statistic.

    >>> round(float(tail(Fraction(196, 100), None)), 4), round(float(tail(Fraction(1), Fraction(1))), 4)
    (0.05, 0.5)
    """
    return _fraction(_tail(_real(distance), freedom))


@lru_cache(maxsize=4096)
def quantile(level: Fraction, freedom: Freedom) -> Fraction:
    """The distance from 0 within which a share of all values lies: half the width of an interval in standard errors.

    >>> round(float(quantile(Fraction(95, 100), None)), 3), round(float(quantile(Fraction(95, 100), Fraction(1))), 3)
    (1.96, 12.706)
    """
    outside = 1 - _real(level)
    last = _REALS.mpf(1)
    while _tail(last, freedom) > outside:
        last *= 2
    return _fraction(_REALS.findroot(lambda it: _tail(it, freedom) - outside, (last / 2 * (last > 1), last),
                                     solver="anderson", tol=_REALS.mpf(10) ** -60))


@lru_cache(maxsize=4096)
def logarithm(number: Fraction) -> Fraction:
    """The natural logarithm of a number above 0.

    >>> round(float(logarithm(Fraction(2))), 4)
    0.6931
    """
    return _fraction(_REALS.log(_real(number)))


def _tail(distance: Any, freedom: Freedom) -> Any:
    if freedom is None:
        return _REALS.erfc(distance / _REALS.sqrt(2))
    half = _real(freedom) / 2
    return _REALS.betainc(half, 0.5, 0, 2 * half / (2 * half + distance ** 2), regularized=True)


def _real(number: Fraction) -> Any:
    return _REALS.mpf(number.numerator) / number.denominator


def _fraction(number: Any) -> Fraction:
    return Fraction(int(_REALS.nint(number * _PLACES)), _PLACES)
