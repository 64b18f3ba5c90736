"""Rules on doses: effective doses in their order and inside what was tested, regimens that do not exceed themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import shown
from ldn_graph.rules.findings import Fault

ENDS = ("value", "minimum", "maximum")
MILLIGRAMS = {"g": Fraction(1000), "mg": Fraction(1), "ug": Fraction(1, 1000)}


def effective_doses_in_order(facts: Facts) -> Iterator[Fault]:
    """A dose for a larger share of patients is not below the dose for a smaller share of the same group."""
    for one, other in combinations(facts.nodes("DoseEstimate"), 2):
        if _of(facts, one) != _of(facts, other) or not (_share(facts, one) and _share(facts, other)):
            continue
        fewer, more = sorted((one, other), key=lambda node: Decimal(_share(facts, node)))
        smaller, larger = (facts.printed(node, "estimate") for node in (fewer, more))
        if smaller and larger and Decimal(smaller) > Decimal(larger) and _share(facts, one) != _share(facts, other):
            yield Fault("effective-doses-in-order", Severity.VIOLATION, more, "estimate", larger,
                        f"the dose for {_share(facts, more)} % of patients, {larger}, is below that for "
                        f"{_share(facts, fewer)} %, {smaller}; see which of the two is copied wrongly")


def extrapolated_dose(facts: Facts) -> Iterator[Fault]:
    """An effective dose, or a limit of it, that lies outside the doses that were given."""
    tested = _tested(facts)
    for node in facts.nodes("DoseEstimate"):
        unit = facts.one(node, "unit")
        doses = sorted(tested.get(unit, []), key=Decimal)
        for name in ("estimate", "lower", "upper"):
            printed = facts.printed(node, name)
            if printed and doses and not Decimal(doses[0]) <= Decimal(printed) <= Decimal(doses[-1]):
                yield Fault("extrapolated-dose", Severity.WARNING, node, name, printed,
                            f"{printed} {unit}{_limit(name)} lies outside the doses that were given, {doses[0]} to "
                            f"{doses[-1]} {unit}: it is extrapolated")


def _limit(name: str) -> str:
    return "" if name == "estimate" else f", the {name} limit of the interval of this dose,"


def dose_above_its_maximum(facts: Facts) -> Iterator[Fault]:
    """A regimen with a dose, or a start, above the highest dose it allows; g, mg and ug are compared as masses."""
    for node in facts.nodes("Regimen"):
        most = facts.one(node, "maximumDose")
        last, unit = facts.printed(most, "value") or facts.printed(most, "maximum"), facts.one(most, "unit")
        for name, words in (("dose", "dose"), ("startDose", "starting dose")):
            dose = facts.one(node, name)
            for end in ("value", "maximum"):
                told, its = facts.printed(dose, end), facts.one(dose, "unit")
                if told and last and _above(told, its, last, unit):
                    yield Fault("dose-above-its-maximum", Severity.VIOLATION, dose, end, told,
                                f"the {words} {told} {its} is above the maximum dose {last} {unit}; see which is "
                                "copied wrongly")


def _above(one: str, unit: str, other: str, its: str) -> bool:
    """Whether one dose is larger than another; not where their units cannot be compared.

    >>> _above("5", "g", "4500", "mg"), _above("4.5", "g", "4500", "mg"), _above("5", "g", "4", "mL")
    (True, False, False)
    """
    if unit == its:
        return Fraction(one) > Fraction(other)
    both = unit in MILLIGRAMS and its in MILLIGRAMS
    return both and Fraction(one) * MILLIGRAMS[unit] > Fraction(other) * MILLIGRAMS[its]


def dose_outside_its_range(facts: Facts) -> Iterator[Fault]:
    """A dose, starting dose or maximum dose of a regimen that lies outside the range of its doses."""
    for node in facts.nodes("Regimen"):
        span = facts.one(node, "doseRange")
        low, high = facts.printed(span, "minimum"), facts.printed(span, "maximum")
        for name in ("dose", "startDose", "maximumDose"):
            dose = facts.one(node, name)
            for end in ENDS if facts.one(dose, "unit") == facts.one(span, "unit") else ():
                told = facts.printed(dose, end)
                if told and ((low and Fraction(told) < Fraction(low)) or (high and Fraction(told) > Fraction(high))):
                    yield Fault("dose-outside-its-range", Severity.VIOLATION, dose, end, told,
                                f"the dose {told} lies outside the range of doses of its regimen, {low or '…'} to "
                                f"{high or '…'}; see which is copied wrongly")


def final_dose_outside_its_regimen(facts: Facts) -> Iterator[Fault]:
    """A dose reached after titration that is above what the regimen allows, or below the start where it only rises."""
    for group in facts.nodes("Group"):
        dose = facts.one(group, "finalDose")
        low, high = _limits(facts, _regimens(facts, group), facts.one(dose, "unit"))
        for end in ENDS:
            box, printed = facts.box(dose, end), facts.printed(dose, end)
            if box and ((high is not None and box.low > high) or (low is not None and box.high < low)):
                told = [f"from {shown(low, 6)}"] if low is not None else []
                told += [f"up to {shown(high, 6)}"] if high is not None else []
                yield Fault("final-dose-outside-its-regimen", Severity.WARNING, dose, end, printed,
                            f"the final dose {printed} lies outside what the regimen allows, {' '.join(told)}; see "
                            "which is copied wrongly, or whether patients left the regimen")


def steps_fit_their_range(facts: Facts) -> Iterator[Fault]:
    """Steps of dose by which one end of a range cannot be reached from the other."""
    given = [facts.one(it, "doseRange") for it in facts.nodes("Regimen") if facts.one(it, "doseRange")]
    for node in facts.nodes("DoseRule"):
        span = facts.one(node, "doseRange") or (given[0] if len(given) == 1 else "")
        ends = facts.printed(span, "minimum"), facts.printed(span, "maximum")
        yield from _steps(facts, facts.one(node, "doseStep"), ends, facts.one(span, "unit"), Severity.WARNING)
    for node in facts.nodes("Regimen"):
        start, most = facts.one(node, "startDose"), facts.one(node, "maximumDose")
        ends = facts.printed(start, "value"), facts.printed(most, "value")
        unit = facts.one(start, "unit") if facts.one(start, "unit") == facts.one(most, "unit") else ""
        step = facts.one(facts.one(node, "titration"), "doseStep")
        yield from _steps(facts, step, ends, unit, Severity.INFO)


def _steps(facts: Facts, step: str, ends: tuple[str, str], unit: str, severity: Severity) -> Iterator[Fault]:
    """A finding where a range is not a whole number of steps; steps of nothing are one too."""
    size, (low, high) = facts.printed(step, "value"), ends
    if not size or not low or not high or not unit or facts.one(step, "unit") != unit:
        return
    width = Fraction(high) - Fraction(low)
    if width and (Fraction(size) <= 0 or (width / Fraction(size)).denominator != 1):
        yield Fault("steps-fit-their-range", severity, step, "value", size,
                    f"steps of {size} {unit} do not lead from {low} to {high} {unit}; see which figure is copied "
                    "wrongly, or whether one step was smaller")


def _regimens(facts: Facts, group: str) -> list[str]:
    """The regimens of a group, in any period."""
    treatments = [regimen for it in facts.all(group, "hasTreatment") for regimen in facts.all(it, "regimen")]
    return [*facts.all(group, "regimen"), *treatments]


def _limits(facts: Facts, regimens: list[str], unit: str) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and highest final dose that a group's only regimen allows, as far as they are told in a unit."""
    if len(regimens) != 1:
        return None, None
    regimen = regimens[0]
    rises = facts.term(facts.one(regimen, "titration"), "doseChange") == "increase-dose"
    highs = [it for name in ("maximumDose", "doseRange") for it in _told(facts, regimen, name, "maximum", unit)]
    starts = ("startDose", "doseRange") if rises else ("doseRange",)
    lows = [it for name in starts for it in _told(facts, regimen, name, "minimum", unit)]
    return min(lows, default=None), max(highs, default=None)


def _told(facts: Facts, regimen: str, name: str, end: str, unit: str) -> list[Fraction]:
    """One end of a dose of a regimen, or its only figure, if it is in a unit."""
    dose = facts.one(regimen, name)
    told = facts.one(dose, "value") or facts.one(dose, end)
    return [Fraction(told)] if told and facts.one(dose, "unit") == unit else []


def _tested(facts: Facts) -> dict[str, list[str]]:
    """The lowest and highest doses that were given, as printed, by unit; units with both ends only."""
    found: dict[str, list[str]] = {}
    for node in (*facts.nodes("Regimen"), *facts.nodes("DoseRule")):
        dose = facts.one(node, "doseRange")
        ends = [facts.printed(dose, name) for name in ("minimum", "maximum")]
        if all(ends):
            found.setdefault(facts.one(dose, "unit"), []).extend(ends)
    return found


def _share(facts: Facts, node: str) -> str:
    """The share of patients, in per cent, for whom a dose is estimated."""
    return facts.one(facts.one(node, "responseShare"), "value")


def _of(facts: Facts, node: str) -> tuple[str, list[str]]:
    """The unit of a dose and the groups that it is estimated in: its own, else those of its analysis."""
    analyses = [it for it in facts.nodes("Analysis") if node in facts.all(it, "hasResult")]
    own = facts.all(node, "group")
    return facts.one(node, "unit"), own or sorted(group for it in analyses for group in facts.all(it, "group"))
