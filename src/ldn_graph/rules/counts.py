"""Rules on numbers of people: parts that make up a whole, stages of a study in order, percentages of counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box, shown, unit_of_last_place
from ldn_graph.rules.findings import Fault
from ldn_graph.terms import TERMS

WITHIN: dict[str, tuple[str, ...]] = {
    "enrolled": ("screened",),
    "randomised": ("enrolled", "screened"),
    "allocated": ("enrolled", "screened"),
    "started": ("enrolled", "screened"),
    "completed": ("started", "randomised", "allocated", "enrolled", "screened"),
    "evaluable": ("randomised", "allocated", "enrolled", "screened"),
    "analysed": ("randomised", "allocated", "enrolled", "screened"),
}
"""The stages of a study, each with those whose numbers it cannot exceed in the same group."""
NOT_OBSERVED = {"model-based", "kaplan-meier", "imputed"}
"""Ways of estimation whose percentages are no quotients of counts."""


@dataclass(frozen=True)
class Size:
    """A number of people of a group, with the stage at which and the rule by which they are counted."""

    node: str
    kind: str
    population: str
    number: int

    def cannot_exceed(self, other: Size) -> bool:
        """Whether these people are some of the others: the same stage, or a later one of people as allotted."""
        if "as-treated" in {self.population, other.population}:
            return False
        same = self.kind == other.kind != "kind-not-stated" and self.population == other.population
        return same or other.kind in WITHIN.get(self.kind, ())


def sizes(facts: Facts, group: str) -> list[Size]:
    """The numbers of people of a group."""
    return [Size(node, facts.term(node, "denominatorKind"), facts.term(node, "analysisPopulation"),
                 int(facts.one(node, "number")))
            for node in facts.all(group, "hasDenominator") if facts.one(node, "number")]


def groups_add_up(facts: Facts) -> Iterator[Fault]:
    """Groups that are all of a whole, each person once, whose numbers do not add up to those of the whole."""
    for whole in facts.nodes("Group"):
        parts = facts.all(whole, "dividedInto")
        if len(parts) > 1:
            yield from _added_up(facts, whole, parts, told=True)
            continue
        for kind in ("arm", "sequence"):
            allotted = [group for group in facts.having("subgroupOf", whole) if facts.term(group, "groupKind") == kind]
            if len(allotted) > 1 and not _factorial(facts):
                yield from _added_up(facts, whole, allotted, told=False)


def stages_in_order(facts: Facts) -> Iterator[Fault]:
    """More people of a group at a later stage than at an earlier one."""
    for group in facts.nodes("Group"):
        numbers = sizes(facts, group)
        for size in numbers:
            above = [other for other in numbers if size.number > other.number and size.kind != other.kind
                     and size.cannot_exceed(other)]
            for other in above[:1]:
                yield Fault("stages-in-order", Severity.VIOLATION, size.node, "number", str(size.number),
                            f"{size.number} people {size.kind} are more than the {other.number} {other.kind} of the "
                            "same group; see which number or which `denominator-kind` is copied wrongly")


def part_above_its_whole(facts: Facts) -> Iterator[Fault]:
    """A subgroup that has more people than the group of which it is a part."""
    for group in facts.nodes("Group"):
        whole = sizes(facts, facts.one(group, "subgroupOf"))
        for size in sizes(facts, group):
            above = [other for other in whole if size.number > other.number and size.cannot_exceed(other)]
            for other in above[:1]:
                yield Fault("part-above-its-whole", Severity.VIOLATION, size.node, "number", str(size.number),
                            f"{size.number} people {size.kind} are more than the {other.number} {other.kind} of the "
                            "group of which they are a part; see which number is copied wrongly")


def counted_above_the_group(facts: Facts) -> Iterator[Fault]:
    """People counted, or out of whom they are counted, who are more than the group had at any stage."""
    for node in facts.nodes("Count"):
        group, analysis = facts.one(node, "group"), facts.analysis(node)
        numbers = sizes(facts, group)
        if not {size.kind for size in numbers} & {"screened", "enrolled", "randomised", "allocated"} or (
                facts.term(analysis, "analysisPopulation") == "as-treated"
                or {size.kind for size in numbers} & {"kind-not-stated"}):
            continue
        most = max(size.number for size in numbers)
        for name in ("denominator", "participants"):
            told = facts.one(node, name)
            if told and int(told) > most:
                yield Fault("counted-above-the-group", Severity.WARNING, node, name, told,
                            f"{told} people are more than the group had at any stage, {most}; see whether they are of "
                            "another group, or counted by the treatment that they really had")
                break


def percentage_of_its_count(facts: Facts) -> Iterator[Fault]:
    """A printed percentage that is not the count beside it out of its denominator."""
    for node in facts.nodes("Count"):
        people, out_of = facts.one(node, "participants"), facts.one(node, "denominator")
        if not people or not out_of or not 0 <= int(people) <= int(out_of) or int(out_of) == 0:
            continue  # what cannot be a share is a matter of the shapes
        for holder, name, unit in _percentages(facts, node):
            printed = facts.printed(holder, name)
            if not NOT_OBSERVED & {facts.term(it, "estimation") for it in (node, holder)}:
                yield from _share(facts, node, (holder, name, printed), int(people), int(out_of), unit)


def _added_up(facts: Facts, whole: str, parts: list[str], *, told: bool) -> Iterator[Fault]:
    known = [{(size.kind, size.population): size for size in sizes(facts, part)} for part in parts]
    for size in sizes(facts, whole):
        stage = size.kind, size.population
        allotted = size.kind in {"randomised", "allocated"}
        if size.kind == "kind-not-stated" or not (told or allotted) or any(stage not in it for it in known):
            continue
        numbers = [it[stage].number for it in known]
        if sum(numbers) != size.number:
            mend = "see which number is copied wrongly" if told else (
                "see whether a group is missing, two of them overlap, or a number is copied wrongly")
            yield Fault("groups-add-up", Severity.VIOLATION if told else Severity.WARNING, size.node, "number",
                        str(size.number), f"the parts have {' + '.join(map(str, numbers))} = {sum(numbers)} people "
                        f"{size.kind} and the whole {size.number}; {mend}")


def _factorial(facts: Facts) -> bool:
    return bool(facts.having("design", f"{TERMS}design/factorial"))


def _percentages(facts: Facts, node: str) -> Iterator[tuple[str, str, Fraction]]:
    """Where a percentage of a count stands: node, property, and what a whole is in its unit."""
    if facts.printed(node, "percentage"):
        yield node, "percentage", Fraction(100)
    analysis, group, report = facts.analysis(node), facts.all(node, "group"), facts.one(node, "report")
    alike = [it for it in facts.all(analysis, "hasResult")
             if facts.all(it, "group") == group and facts.one(it, "report") == report]
    alone = [it for it in alike if facts.one(it, "participants") and facts.one(it, "denominator")] == [node]
    for other in [node, *(it for it in alike if it != node)]:
        share = facts.term(other, "statistic") == "proportion"
        if facts.printed(other, "estimate") and (other == node or (share and alone and len(group) == 1)):
            if facts.one(other, "unit") == "%":
                yield other, "estimate", Fraction(100)
            elif share and facts.one(other, "unit") == "1":
                yield other, "estimate", Fraction(1)


def _share(facts: Facts, node: str, place: tuple[str, str, str], people: int, out_of: int, unit: Fraction
           ) -> Iterator[Fault]:
    holder, name, printed = place
    box, share = Box.of(printed), unit * people / out_of
    if box.holds(share) or not 0 <= Fraction(printed) <= unit:
        return  # what is no share at all is a matter of the shapes
    cut = 0 <= share - Fraction(printed) < unit_of_last_place(printed)
    fits = _would_fit(facts, node, box, people, out_of, unit)
    reasons = ["it looks cut off, not rounded"] * cut + [f"{fits} would fit"] * bool(fits)
    sign = "%" if unit == 100 else ""
    yield Fault("percentage-of-its-count", Severity.WARNING if reasons else Severity.VIOLATION, holder, name, printed,
                f"{printed}{sign} is not {people} of {out_of}, which is {shown(share, 1 if unit == 100 else 3)}{sign}; "
                f"{' and '.join(reasons) or 'no smaller number of people would fit'}. See which figure is copied "
                "wrongly, or whether not all were analysed")


def _would_fit(facts: Facts, node: str, box: Box, people: int, out_of: int, unit: Fraction) -> str:
    """The numbers of people, fewer than those told or known of the group, of whom the count is the share printed."""
    if not people or box.high <= 0:
        return ""
    least = max(people, -(-unit * people // box.high))
    most = min(out_of - 1, unit * people // box.low if box.low > 0 else out_of - 1)
    larger = sorted({size.number for group in facts.all(node, "group") for size in sizes(facts, group)
                     if size.number > out_of and box.holds(unit * people / size.number)})
    fewer = [f"{least}" if least == most else f"{least} to {most}"] * (least <= most)
    told = " or ".join([*fewer, *map(str, larger)])
    return f"{told} people" if told else ""
