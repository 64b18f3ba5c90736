"""What a claim of a report rests on: its statement, its analyses and their studies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.reading import results_of, study_of, wider


@dataclass(frozen=True)
class Grounds:
    """A claim with all the analyses that it rests on and the studies that these belong to."""

    claim: str
    kind: str
    direction: str
    severity: Severity
    analyses: tuple[str, ...]
    studies: tuple[str, ...]

    @property
    def favours(self) -> bool:
        """Whether the claim says that one side did better."""
        return self.direction.startswith("favours-")


def grounds(facts: Facts) -> Iterator[Grounds]:
    """The claims that rest on analyses, all of which are among the facts; the others cannot be judged."""
    for claim in facts.nodes("Claim"):
        analyses = facts.all(claim, "restsOn")
        studies = [study_of(facts, analysis) for analysis in analyses]
        if analyses and all(studies):
            yield Grounds(claim, facts.term(claim, "claimKind"), facts.term(claim, "claimDirection"),
                          _severity(facts, claim), tuple(analyses), tuple(dict.fromkeys(studies)))


def statement_of(facts: Facts, claim: str) -> str:
    """The statement that asserts a claim, or nothing."""
    return next(iter(facts.having("asserts", claim)), "")


def conditions_of(facts: Facts, analysis: str) -> set[str]:
    """The conditions of the people in an analysis: of its groups where each of them has some, else of the study."""
    groups = [facts.all(group, "condition") for group in facts.all(analysis, "group")]
    if groups and all(groups):
        return {condition for conditions in groups for condition in conditions}
    return set(facts.all(facts.one(study_of(facts, analysis), "population"), "condition"))


def has_placebo(facts: Facts, study: str) -> bool:
    """Whether a study had a placebo control, by its control or by the part of a group."""
    roles = {facts.term(group, "groupRole") for group in facts.all(study, "hasGroup")}
    return "placebo" in facts.terms(study, "control") or "placebo-comparator" in roles


def interventions_of(facts: Facts, group: str) -> set[str]:
    """The interventions that a group received, by its regimens."""
    return {it for regimen in facts.all(group, "regimen") for it in facts.all(regimen, "intervention")}


def gives(facts: Facts, group: str, intervention: str) -> bool:
    """Whether a group received an intervention or a narrower one."""
    return any(intervention in wider(facts, it) for it in interventions_of(facts, group))


def values_like(facts: Facts, analyses: tuple[str, ...], value: str, unit: str) -> list[str]:
    """The results of some analyses whose estimate is a given figure in a given unit, whatever its sign."""
    return [node for node in results_of(facts, analyses) if value and facts.one(node, "unit") == unit
            and facts.one(node, "estimate").lstrip("-") == value.lstrip("-")]


def _severity(facts: Facts, claim: str) -> Severity:
    """Warning for the claims of an answer or a graded statement, advice for others."""
    statement = statement_of(facts, claim)
    graded = facts.term(statement, "statementRole") == "answer" or bool(facts.one(statement, "grade"))
    return Severity.WARNING if graded else Severity.INFO
