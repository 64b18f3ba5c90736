"""Printed figures and the numbers that they can stand for.

A figure printed with d decimals stands for every number within half a unit of its last place, both ends included, since
sources differ in how they round a half.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self


@dataclass(frozen=True)
class Box:
    """The closed interval of the numbers that a printed figure, or a computation on such figures, can stand for."""

    low: Fraction
    high: Fraction

    @classmethod
    def of(cls, printed: str) -> Self:
        """The rounding box of a figure as printed.

        >>> Box.of("1.6")
        Box(low=Fraction(31, 20), high=Fraction(33, 20))
        """
        half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
        return cls(Fraction(printed) - half, Fraction(printed) + half)

    def __sub__(self, other: Box) -> Box:
        return Box(self.low - other.high, self.high - other.low)

    def __add__(self, other: Box) -> Box:
        return Box(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Box:
        return Box(-self.high, -self.low)

    def times(self, other: Box) -> Box:
        """All products of the numbers of two boxes."""
        corners = [one * two for one in (self.low, self.high) for two in (other.low, other.high)]
        return Box(min(corners), max(corners))

    def size(self) -> Box:
        """The numbers of a box without their sign.

        >>> Box.of("-0.34").size() == Box.of("0.34"), Box.of("0").size().low
        (True, Fraction(0, 1))
        """
        if self.low >= 0:
            return self
        return -self if self.high <= 0 else Box(Fraction(0), max(-self.low, self.high))

    def meets(self, other: Box) -> bool:
        """Whether some number lies in both.

        >>> Box.of("-0.4").meets(Box.of("-0.34")), Box.of("1.0").meets(Box.of("1.2"))
        (False, False)
        >>> (Box.of("-1.3") - Box.of("-0.9")).meets(Box.of("-0.34"))
        True
        """
        return self.low <= other.high and other.low <= self.high


def is_mean_of(printed: str, people: int, grain: int) -> bool:
    """Whether a figure can be the mean of so many scores in steps of 1/grain (the GRIM test).

    >>> is_mean_of("6.09", 36, 1), is_mean_of("6.38", 42, 1), is_mean_of("6.09", 36, 10)
    (False, True, True)
    """
    box, steps = Box.of(printed), people * grain
    return -(-box.low * steps // 1) <= box.high * steps // 1
