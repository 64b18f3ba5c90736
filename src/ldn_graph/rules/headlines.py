"""Rules on headline figures: what a claim gives as its size, dose or share must stand in the results it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.inference import RATIOS

Figure = tuple[Box, str]
"""A figure without its sign, and its unit, which is empty where none is told."""

HEADLINES = ("magnitude", "responseShare", "dose")
DOSES = ("dose", "startDose", "maximumDose", "doseRange", "finalDose", "doseStep")
ENDS = ("value", "minimum", "maximum")


def headline_untraced(facts: Facts) -> Iterator[Fault]:
    """A figure of a claim that is none of those of the results, or of the doses, that the claim rests on."""
    for claim in facts.nodes("Claim"):
        analyses = facts.all(claim, "restsOn")
        if not analyses or not all(facts.document(it) for it in analyses):
            continue
        there = [figure for it in analyses for figure in _figures_of(facts, it)]
        for name in HEADLINES:
            for quantity in facts.all(claim, name):
                yield from _untraced(facts, quantity, there, analyses)


def _untraced(facts: Facts, quantity: str, there: list[Figure], analyses: list[str]) -> Iterator[Fault]:
    keys = ", ".join(f"`{it.rpartition('/')[2]}`" for it in analyses)
    for name in ENDS:
        for box, unit in _figure(facts, quantity, name):
            relation = facts.term(quantity, "relation")
            if not any(_holds(box, relation, other) and _fits(unit, its) for other, its in there):
                printed = facts.printed(quantity, name)
                yield Fault("headline-untraced", Severity.WARNING, quantity, name, printed,
                            f"{printed} {unit} is none of the figures of what the claim rests on, {keys}; see whether "
                            "it is copied wrongly, or name the analysis that has it under `rests-on`")


def _figures_of(facts: Facts, analysis: str) -> Iterator[Figure]:
    """The figures that a claim on an analysis may give: of its results, its thresholds and the doses of its study."""
    for result in facts.all(analysis, "hasResult"):
        yield from _of_result(facts, result)
    outcome = facts.one(analysis, "outcome")
    for definition in {*facts.all(analysis, "responderDefinition"), *facts.all(outcome, "responderDefinition")}:
        for criterion in facts.all(definition, "hasResponseCriterion"):
            yield from _quantities(facts, criterion, ("threshold",))
    for study in facts.having("hasAnalysis", analysis):
        for node in (study, *facts.all(study, "hasRegimen"), *facts.all(study, "hasGroup"),
                     *facts.all(study, "doseRule")):
            yield from _quantities(facts, node, DOSES)


def _of_result(facts: Facts, result: str) -> Iterator[Figure]:
    """The figures of a result, with the shares in per cent that follow from a count, a proportion or a ratio."""
    unit, statistic = facts.one(result, "unit"), facts.term(result, "statistic")
    for name in ("estimate", "lower", "upper"):
        for box in _boxes(facts, result, name):
            yield box.size(), unit
            if statistic in {"proportion", "risk-difference"} and unit in {"", "1"}:
                yield box.size().times(_exactly(100)), "%"
            if statistic in RATIOS:
                yield (box - _exactly(1)).size().times(_exactly(100)), "%"
    for name in ("participants", "events"):
        yield from ((_exactly(Fraction(count)), "") for count in facts.all(result, name))
    count, people = facts.one(result, "participants"), facts.one(result, "denominator")
    if count and people and Fraction(people):
        yield _exactly(Fraction(count) * 100 / Fraction(people)), "%"
    yield from _quantities(facts, result, ("responseShare",))


def _quantities(facts: Facts, node: str, names: tuple[str, ...]) -> Iterator[Figure]:
    for name in names:
        for quantity in facts.all(node, name):
            for end in ENDS:
                yield from _figure(facts, quantity, end)


def _figure(facts: Facts, quantity: str, name: str) -> Iterator[Figure]:
    yield from ((box.size(), facts.one(quantity, "unit")) for box in _boxes(facts, quantity, name))


def _boxes(facts: Facts, node: str, name: str) -> list[Box]:
    box = facts.box(node, name)
    return [] if box is None else [box]


def _exactly(number: int | Fraction) -> Box:
    return Box(Fraction(number), Fraction(number))


def _holds(claimed: Box, relation: str, figure: Box) -> bool:
    """Whether a figure bears out what is claimed, such as more than 30."""
    if relation in {"greater-than", "at-least"}:
        return figure.high >= claimed.low
    if relation in {"less-than", "at-most"}:
        return figure.low <= claimed.high
    return claimed.meets(figure)


def _fits(one: str, other: str) -> bool:
    """Whether two units are one, or one is not told; what is given and what is given a day count as one."""
    return not (one and other) or one.partition("/")[0] == other.partition("/")[0]
