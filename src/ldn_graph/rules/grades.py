"""Rules on grades: published SORT grades beside derived ones, and the arithmetic of GRADE."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.appraised import Asked, level_of, setup_of, statement_strength
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.sort import Family, Strength, families

CERTAINTIES = ("grade-very-low", "grade-low", "grade-moderate", "grade-high")
MOST_DOWN, MOST_UP = 3, 2
WITHOUT_CHANCE = {Family.CONTROLLED, Family.COHORT, Family.CASE_CONTROL, Family.UNCONTROLLED, Family.SERIES}


def grade_arithmetic(facts: Facts) -> Iterator[Fault]:
    """A rating of certainty that ends elsewhere than its steps lead, or takes a step for one reason twice."""
    for node in facts.nodes("Certainty"):
        down, up = (_steps(facts, node, name, most)
                    for name, most in (("hasDowngrade", MOST_DOWN), ("hasUpgrade", MOST_UP)))
        start, end = facts.term(node, "startGrade"), facts.term(node, "grade")
        if start not in {"grade-high", "grade-low"} or end not in CERTAINTIES or down is None or up is None:
            continue  # what is missing or out of bounds is a matter of the shapes
        led = CERTAINTIES[min(max(CERTAINTIES.index(start) - down + up, 0), len(CERTAINTIES) - 1)]
        if led != end:
            yield Fault("grade-arithmetic", Severity.VIOLATION, node, "grade", end,
                        f"from {_words(start)}, {down} down and {up} up lead to {_words(led)}, not to {_words(end)}; "
                        "see whether a step is missing or the grade is copied wrongly")
    yield from _twice(facts)


def grade_start(facts: Facts) -> Iterator[Fault]:
    """A rating that starts high on studies without random allocation, or low on randomised trials."""
    for statement in facts.nodes("Statement"):
        studies = facts.all(facts.one(statement, "basis"), "study")
        kinds = [families(setup_of(facts, study)) for study in studies if study in facts.nodes("Study")]
        for claim in facts.all(statement, "asserts"):
            node = facts.one(claim, "certainty")
            start, tool = facts.term(node, "startGrade"), facts.term(node, "biasTool")
            if not kinds or len(kinds) < len(studies):
                continue
            if start == "grade-low" and all(kind == {Family.RANDOMISED} for kind in kinds):
                yield _started(node, start, "randomised trials start high")
            if start == "grade-high" and tool not in {"", "robins-i"} and all(kind <= WITHOUT_CHANCE for kind in kinds):
                yield _started(node, start, "studies without random allocation start low, or high where their risk of "
                                            "bias was judged with ROBINS-I")


def sort_strength_derived(facts: Facts) -> Iterator[Fault]:
    """A published SORT strength that is not, or not surely, the one that follows from the studies of its basis."""
    for node in facts.nodes("Statement"):
        system, _, letter = facts.term(node, "grade").rpartition("-")
        found = statement_strength(facts, node) if system == "sort" else None
        if found is None or (found.best, found.worst) == (letter.upper(), letter.upper()):
            continue
        printed = letter.upper()
        severity = Severity.WARNING if printed < found.best and not _one_trial(printed, found) else Severity.INFO
        yield Fault("sort-strength-derived", severity, node, "grade", f"sort-{letter}",
                    f"the report gives SORT {printed}; by our reading of SORT its studies give {found}: "
                    f"{'; '.join(found.reasons)}{_not_told(found.unknown)}. {_KEPT}")


def sort_level_derived(facts: Facts) -> Iterator[Fault]:
    """A published SORT level of a study that is not, or not surely, the one that follows from what is told of it."""
    for node in facts.nodes("StudyLevel"):
        study, printed = facts.one(node, "study"), facts.term(node, "sortLevel").rpartition("-")[2]
        if not printed or study not in facts.nodes("Study"):
            continue
        found = level_of(facts, study, Asked(tuple(facts.all(node, "outcomeDomain"))))
        if str(found) == printed:
            continue
        severity = Severity.WARNING if int(printed) < found.best else Severity.INFO
        yield Fault("sort-level-derived", severity, node, "sortLevel", f"level-{printed}",
                    f"the report gives the study level {printed}; by our reading of SORT it is level {found}: "
                    f"{'; '.join(found.reasons)}{_not_told(found.unknown)}. {_KEPT}")


_KEPT = "The published grade stays, and is shown as the report's"


def _one_trial(printed: str, found: Strength) -> bool:
    """Whether an A rests on one trial that may be of level 1, as in one of SORT's own examples."""
    return printed == "A" and found.best == "B" and "limited: a single study" in found.reasons and any(
        why.startswith("level 1") for why in found.reasons)


def _not_told(unknown: tuple[str, ...]) -> str:
    return f". Not told: {', '.join(unknown)}" if unknown else ""


def _started(node: str, start: str, rule: str) -> Fault:
    return Fault("grade-start", Severity.WARNING, node, "startGrade", start,
                 f"the rating starts {_words(start)}, but {rule}; see whether the start or the studies are copied "
                 "wrongly")


def _steps(facts: Facts, node: str, name: str, most: int) -> int | None:
    """All steps in one direction together; nothing if one is missing or out of bounds."""
    steps = [facts.one(step, "steps") for step in facts.all(node, name)]
    return sum(map(int, steps)) if all(step and 1 <= int(step) <= most for step in steps) else None


def _twice(facts: Facts) -> Iterator[Fault]:
    for node in facts.nodes("Certainty"):
        for holder, name in (("hasDowngrade", "loweredFor"), ("hasUpgrade", "raisedFor")):
            seen: set[str] = set()
            for step in facts.all(node, holder):
                domain = facts.term(step, name)
                if domain in seen:
                    yield Fault("grade-arithmetic", Severity.VIOLATION, step, name, domain,
                                f"{domain} counts twice; write one item with all its steps")
                seen |= {domain} - {""}


def _words(grade: str) -> str:
    return grade.removeprefix("grade-").replace("-", " ")
