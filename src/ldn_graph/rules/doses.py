"""Rules on doses: effective doses in their order and inside what was tested, regimens that do not exceed themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault


def effective_doses_in_order(facts: Facts) -> Iterator[Fault]:
    """A dose for a larger share of patients is not below the dose for a smaller share of the same group."""
    for one, other in combinations(facts.nodes("DoseEstimate"), 2):
        if _of(facts, one) != _of(facts, other) or not (_share(facts, one) and _share(facts, other)):
            continue
        fewer, more = sorted((one, other), key=lambda node: Decimal(_share(facts, node)))
        smaller, larger = (facts.one(node, "estimate") for node in (fewer, more))
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
                            f"{printed} {unit} lies outside the doses that were given, {doses[0]} to {doses[-1]} "
                            f"{unit}: it is extrapolated")


def dose_above_its_maximum(facts: Facts) -> Iterator[Fault]:
    """A regimen that starts above the highest dose it allows."""
    for node in facts.nodes("Regimen"):
        start, most = facts.one(node, "startDose"), facts.one(node, "maximumDose")
        first, last = facts.one(start, "value"), facts.one(most, "value") or facts.one(most, "maximum")
        same_unit = facts.one(start, "unit") == facts.one(most, "unit")
        if first and last and same_unit and Decimal(first) > Decimal(last):
            yield Fault("dose-above-its-maximum", Severity.VIOLATION, start, "value", first,
                        f"the starting dose {first} is above the maximum dose {last}; see which is copied wrongly")


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
    """The unit of a dose and the groups that it is estimated in."""
    analyses = [it for it in facts.nodes("Analysis") if node in facts.all(it, "hasResult")]
    return facts.one(node, "unit"), [group for it in analyses for group in facts.all(it, "group")]
