"""What a ratio means beside a baseline risk: so many more or fewer in a thousand. Computed, and said to be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from ldn_graph.sentences import Row
from ldn_graph.tables.material import Analysis, Material, is_comparator, text

RATIOS = {"risk-ratio": "risk ratio", "odds-ratio": "odds ratio"}


def absolute_effect(row: Row, analysis: Analysis, material: Material) -> str:
    """The absolute effect that follows from a ratio and the baseline risk that the same analysis counts, or nothing.

    Nothing too where the analysis does not say which group is the reference, since a ratio may stand upside down.
    """
    statistic = text(material.directions.get(row["result_iri"], {}).get("statistic_key"))
    baseline = _baseline(analysis)
    estimate = row["estimate"]
    if statistic not in RATIOS or baseline is None or not isinstance(estimate, Decimal) or estimate < 0:
        return ""
    risk = Fraction(int(text(baseline["participants"])), int(text(baseline["denominator"])))
    limits = [fewer_or_more(risk, limit, statistic) for limit in (row["lower"], row["upper"])
              if isinstance(limit, Decimal) and limit >= 0]
    interval = f" ({limits[0]} to {limits[1]})" if len(limits) == 2 else ""
    return (f"{fewer_or_more(risk, estimate, statistic)} in 1,000{interval}; computed from the {RATIOS[statistic]} and "
            f"{baseline['participants']} of {baseline['denominator']} {text(baseline['group'])}")


def fewer_or_more(baseline: Fraction, ratio: Decimal, statistic: str) -> str:
    """The difference that a ratio makes to a baseline risk, in a thousand.

    >>> fewer_or_more(Fraction(1, 5), Decimal("0.50"), "risk-ratio")
    '100 fewer'
    >>> fewer_or_more(Fraction(1, 5), Decimal("2"), "odds-ratio")
    '133 more'
    """
    risk = Fraction(ratio) * baseline
    if statistic == "odds-ratio":
        risk = risk / (1 - baseline + risk) if baseline < 1 else baseline
    change = 1000 * (min(risk, Fraction(1)) - baseline)
    number = int(abs(change) + Fraction(1, 2))
    return f"{number} {'fewer' if change < 0 else 'more'}" if number else "0 fewer or more"


def _baseline(analysis: Analysis) -> Row | None:
    """The count of the group that the analysis states as its reference, where it is the only one."""
    groups = {text(row["group"]) for row in analysis.groups
              if row["side"] in {"subtrahend", "reference"} and is_comparator(row, analysis.groups)}
    counts = [row for row in analysis.results if row["participants"] is not None and row["denominator"]
              and row["group"] in groups]
    return counts[0] if len(counts) == 1 else None
