"""An axis: from figures to places on a picture, and the ticks beneath it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Axis:
    """An axis between two figures, drawn from `left` to `right`; logarithmic where equal factors take up equal room."""

    low: float
    high: float
    left: float
    right: float
    logarithmic: bool = False

    def place(self, figure: Decimal | float) -> float:
        """Where a figure stands, to a tenth.

        >>> Axis(0, 10, 100, 200).place(Decimal("2.5"))
        125.0
        >>> Axis(0.1, 10, 100, 200, logarithmic=True).place(1)
        150.0
        """
        low, high, here = (self._stretched(it) for it in (self.low, self.high, float(figure)))
        return round(self.left + (here - low) / (high - low) * (self.right - self.left), 1)

    def ticks(self) -> list[Decimal]:
        """Round figures along the axis, from left to right.

        >>> [str(it) for it in Axis(-2.2, 4.5, 0, 1).ticks()]
        ['-2', '-1', '0', '1', '2', '3', '4']
        >>> [str(it) for it in Axis(0.15, 6, 0, 1, logarithmic=True).ticks()]
        ['0.2', '0.5', '1', '2', '5']
        >>> [str(it) for it in Axis(0.7, 3.4, 0, 1, logarithmic=True).ticks()]
        ['0.8', '1', '1.5', '2', '3']
        """
        return _decades(self.low, self.high) if self.logarithmic else _steps(self.low, self.high)

    def _stretched(self, figure: float) -> float:
        return math.log10(figure) if self.logarithmic else figure


def axis_around(figures: Iterable[Decimal], left: float, right: float, *, logarithmic: bool) -> Axis:
    """An axis that holds all figures, with some room at both ends.

    >>> axis_around([Decimal(0), Decimal(10)], 0, 100, logarithmic=False)
    Axis(low=-1.0, high=11.0, left=0, right=100, logarithmic=False)
    """
    known = [float(it) for it in figures]
    low, high = min(known), max(known)
    if logarithmic:
        room = max((math.log10(high) - math.log10(low)) / 10, 0.1)
        return Axis(10 ** (math.log10(low) - room), 10 ** (math.log10(high) + room), left, right, logarithmic=True)
    room = (high - low) / 10 or abs(high) / 10 or 1
    return Axis(low - room, high + room, left, right)


def as_printed(tick: Decimal) -> str:
    """A tick in plain digits, without zeros at the end.

    >>> as_printed(Decimal("1E+2")), as_printed(Decimal("0.50"))
    ('100', '0.5')
    """
    return f"{tick.normalize():f}"


def _steps(low: float, high: float) -> list[Decimal]:
    """Multiples of 1, 2 or 5 times a power of ten, so many that four to eight of them lie between two figures."""
    power = math.floor(math.log10((high - low) / 4))
    steps = (Decimal(factor).scaleb(power) for factor in (1, 2, 5, 10))
    step = next(it for it in steps if (high - low) / float(it) <= 8)
    first, last = math.ceil(low / float(step)), math.floor(high / float(step))
    return [number * step for number in range(first, last + 1)]


def _decades(low: float, high: float) -> list[Decimal]:
    """Round figures among the powers of ten: as many as can be read, the finer the nearer two figures are."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    apart = math.ceil((last - first) / 8)
    first -= first % apart
    for factors in ("1",), ("1", "2", "5"), ("1", "1.5", "2", "3", "4", "5", "6", "8"):
        found = [Decimal(factor).scaleb(power) for power in range(first, last + 1, apart) for factor in factors]
        ticks = [tick for tick in found if low <= float(tick) <= high]
        if len(ticks) >= 4:
            return ticks
    return ticks if len(ticks) > 2 else _steps(low, high)
