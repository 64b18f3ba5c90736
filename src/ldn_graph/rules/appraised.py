"""What documents tell of the criteria of SORT, and the levels and strengths that follow.

The facts are those of several documents: a report, the studies that it rests on, and the vocabulary of their outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ldn_graph.rules.facts import Facts
from ldn_graph.rules.sort import Level, Setup, Strength, strength, study_level

MASKED = {"double-blind", "triple-blind"}
ENOUGH = 80
"""Per cent: more than this share of those randomised must have been followed up."""


@dataclass(frozen=True)
class Asked:
    """What a level is asked for: outcome domains, and the analyses that are named for them."""

    domains: tuple[str, ...] = ()
    analyses: tuple[str, ...] = ()


def setup_of(facts: Facts, study: str) -> Setup:
    """The design, allocation and control of a study."""
    return Setup(frozenset(facts.terms(study, "design")), facts.term(study, "allocation"),
                 frozenset(facts.terms(study, "control")))


def level_of(facts: Facts, study: str, asked: Asked, above: frozenset[str] = frozenset()) -> Level:
    """The levels that a study can have; `above` are the reviews in which it is looked at."""
    if study in above or study not in facts.nodes("Study"):
        return Level(1, 3, unknown=("a study that is not in the collection",))
    analyses = _analyses(facts, study, asked)
    return study_level(
        setup_of(facts, study), criteria_of(facts, study, analyses),
        patient_oriented=_both(patient_oriented(facts, asked.domains or _measured(facts, analyses)),
                               patient_oriented(facts, _measured(facts, analyses) or asked.domains)),
        included=_included(facts, study, analyses, Asked(asked.domains), above | {study}),
        consistent=_agree(facts, study))


def statement_strength(facts: Facts, statement: str) -> Strength | None:
    """The strengths that the claims of a statement can have; nothing where no claim has a direction and an outcome."""
    basis = facts.one(statement, "basis")
    studies = facts.all(basis, "study")
    if not studies or any(study not in facts.nodes("Study") for study in studies):
        return None
    number = facts.one(basis, "number")
    unnamed = max(int(number) - len(studies), 0) if number else 1
    found = [_claim_strength(facts, claim, studies, unnamed, _agree(facts, basis))
             for claim in facts.all(statement, "asserts")
             if facts.one(claim, "claimDirection") and facts.all(claim, "outcomeDomain")]
    return _united(found) if found else None


def criteria_of(facts: Facts, study: str, analyses: Iterable[str]) -> dict[str, bool | None]:
    """Which criteria of a good trial a study meets, misses or does not tell."""
    populations = {facts.term(analysis, "analysisPopulation") for analysis in analyses}
    concealed = {"concealed": True, "not-concealed": False}.get(facts.term(study, "concealment"))
    return {"concealment": concealed, "masking": _masked(facts, study), "intention-to-treat": _intended(populations),
            "power": _powered(facts, study), "follow-up": _followed(facts, study)}


def patient_oriented(facts: Facts, domains: Iterable[str]) -> bool | None:
    """Whether all outcome domains are patient-oriented, or all are disease-oriented; nothing where that is open."""
    found = {facts.term(domain, "orientation") for domain in domains}
    return {frozenset({"patient-oriented"}): True, frozenset({"disease-oriented"}): False}.get(frozenset(found))


def _claim_strength(facts: Facts, claim: str, studies: list[str], unnamed: int, consistent: bool | None) -> Strength:
    domains, analyses = facts.all(claim, "outcomeDomain"), facts.all(claim, "restsOn")
    levels = [level_of(facts, study, Asked(tuple(domains), tuple(analyses))) for study in studies]
    levels += [Level(1, 3, unknown=("studies that the report does not name",))] * unnamed
    found = strength(levels, consistent=consistent, patient_oriented=patient_oriented(facts, domains))
    steps = tuple(f"level {level}: {', '.join(level.reasons)}" for level in levels if level.reasons)
    return Strength(found.best, found.worst, (*found.reasons, *steps), found.unknown)


def _united(found: list[Strength]) -> Strength:
    """The strengths of several claims as one range."""
    reasons = dict.fromkeys(why for one in found for why in one.reasons)
    unknown = dict.fromkeys(what for one in found for what in one.unknown)
    return Strength(min(one.best for one in found), max(one.worst for one in found), tuple(reasons), tuple(unknown))


def _analyses(facts: Facts, study: str, asked: Asked) -> list[str]:
    """The analyses of a study that are asked for: those named, else those of the outcomes, else of its primary ones."""
    own = facts.all(study, "hasAnalysis")
    if named := [analysis for analysis in own if analysis in asked.analyses]:
        outcomes = {facts.one(analysis, "outcome") for analysis in named}
        return [analysis for analysis in own if facts.one(analysis, "outcome") in outcomes]
    if asked.domains:
        return [analysis for analysis in own if set(_measured(facts, [analysis])) & set(asked.domains)]
    return [analysis for analysis in own if facts.term(facts.one(analysis, "outcome"), "outcomeRole") == "primary"]


def _measured(facts: Facts, analyses: Iterable[str]) -> tuple[str, ...]:
    """The domains of the outcomes that were analysed."""
    return tuple(domain for analysis in analyses
                 for domain in facts.all(facts.one(analysis, "outcome"), "outcomeDomain"))


def _included(facts: Facts, review: str, analyses: list[str], asked: Asked, above: frozenset[str]) -> list[Level]:
    """The levels of the studies in a review, and one that is open unless their number shows that they are all named."""
    pooled = {node for analysis in analyses for node in facts.all(analysis, "pools")}
    nodes = sorted(pooled or facts.all(review, "hasIncludedStudy"))
    levels = [level_of(facts, facts.one(node, "study"), asked, above) for node in nodes]
    counts = [int(count) for analysis in analyses for result in facts.all(analysis, "hasResult")
              for count in facts.all(result, "studies")]
    if levels and (not counts or max(counts) > len(levels)):
        levels.append(Level(1, 3, unknown=("studies included that are not named",)))
    return levels


def _agree(facts: Facts, node: str) -> bool | None:
    return {"consistent": True, "inconsistent": False}.get(facts.term(node, "consistency"))


def _both(claimed: bool | None, measured: bool | None) -> bool | None:
    """Whether an outcome is patient-oriented, as it is claimed and as it was measured."""
    if False in (claimed, measured):
        return False
    return True if claimed and measured else None


def _masked(facts: Facts, study: str) -> bool | None:
    """Whether a study was masked as far as possible; a masking of something else than the treatment tells nothing."""
    possible = facts.one(study, "maskingPossible")
    if possible == "false":
        return True
    if not facts.all(study, "maskedTo") and (
            facts.term(study, "masking") in MASKED
            or {"patient", "outcome-assessor"} <= set(facts.terms(study, "maskedParty"))):
        return True
    return False if possible == "true" and facts.term(study, "masking") else None


def _intended(populations: set[str]) -> bool | None:
    if "intention-to-treat" in populations:
        return True
    told = populations - {"", "population-not-stated"}
    return False if told and told == populations else None


def _powered(facts: Facts, study: str) -> bool | None:
    """Whether as many took part as the power calculation asked for, before and after losses."""
    needed, taken = _people(facts, study, "needed-for-power"), _people(facts, study, "randomised")
    stayed = [count for kind in ("completed", "analysed") if (count := _people(facts, study, kind)) is not None]
    if needed is None:
        return None
    if taken is not None and taken < needed:
        return False
    return True if stayed and min(stayed) >= needed else None


def _followed(facts: Facts, study: str) -> bool | None:
    """Whether more than 80% of those randomised reached the end, from the counts that are told."""
    taken, stayed = _people(facts, study, "randomised"), _people(facts, study, "completed")
    if not taken:
        return None
    if stayed is not None:
        return stayed * 100 > taken * ENOUGH
    analysed, rules = _people(facts, study, "analysed"), _analysed_by(facts, study)
    if analysed is None or len(rules) != 1 or rules == {""}:
        return None
    enough = analysed * 100 > taken * ENOUGH
    if rules == {"complete-case"}:
        return enough
    if rules == {"intention-to-treat"}:
        return None if enough else False
    return True if enough and rules == {"per-protocol"} else None


def _analysed_by(facts: Facts, study: str) -> set[str]:
    """The rules by which those were chosen who are counted as analysed."""
    return {facts.term(node, "analysisPopulation") for group in facts.all(study, "hasGroup")
            for node in facts.all(group, "hasDenominator") if facts.term(node, "denominatorKind") == "analysed"}


def _people(facts: Facts, study: str, kind: str) -> int | None:
    """How many people a study counts at a stage: in the group of all, else in all arms or sequences together."""
    groups = facts.all(study, "hasGroup")
    for kinds in ({"whole-study"}, {"arm", "sequence"}):
        parts = [group for group in groups if facts.term(group, "groupKind") in kinds]
        counts = [_count(facts, group, kind) for group in parts]
        known = [count for count in counts if count is not None]
        if parts and len(known) == len(parts) and (kinds == {"arm", "sequence"} or len(parts) == 1):
            return sum(known)
    return None


def _count(facts: Facts, group: str, kind: str) -> int | None:
    numbers = {facts.one(node, "number") for node in facts.all(group, "hasDenominator")
               if facts.term(node, "denominatorKind") == kind}
    return int(numbers.pop()) if len(numbers) == 1 and numbers != {""} else None
