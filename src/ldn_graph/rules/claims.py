"""Rules on claims that go beyond what was studied: other people, other outcomes, a cause, a direction."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.grounds import (
    Grounds,
    conditions_of,
    grounds,
    has_placebo,
    interventions_of,
    statement_of,
)
from ldn_graph.rules.reading import (
    differs,
    is_unmapped,
    listed,
    name,
    names,
    p_told,
    results_of,
    wider,
)

UNCONTROLLED = {"single-arm", "case-series"}
OBSERVED = {"cohort", "case-control"}


def cause_beyond_design(facts: Facts) -> Iterator[Fault]:
    """A claim that a treatment does something, which rests on no study that left the treatment to chance."""
    for found in grounds(facts):
        why = [_no_chance(facts, study) for study in found.studies]
        if found.kind in {"effect", "dosing"} and found.favours and all(why):
            yield Fault("cause-beyond-design", found.severity, found.claim, "claimKind", found.kind,
                        "an effect of the treatment is claimed, and no study behind it left the treatment to chance: "
                        + "; ".join(why))


def _no_chance(facts: Facts, study: str) -> str:
    """Why a study cannot show a cause, or nothing where it may."""
    allocation, designs = facts.term(study, "allocation"), set(facts.terms(study, "design"))
    if allocation == "randomised" or "randomised-controlled-trial" in designs:
        return ""
    if allocation == "single-group" or designs & UNCONTROLLED or facts.terms(study, "control") == ["uncontrolled"]:
        return (f"{name(facts, study)} had no other group, so time, regression to the mean and expectation may account "
                "for what was seen")
    if allocation in {"non-randomised", "fixed-order"} or designs & OBSERVED:
        return f"in {name(facts, study)} the groups may have differed in more than the treatment"
    return ""


def effect_without_placebo(facts: Facts) -> Iterator[Fault]:
    """A claim that a treatment works, against nothing that it names, which rests on no study with a placebo group.

    Where no study left the treatment to chance, `cause_beyond_design` says more.
    """
    for found in grounds(facts):
        works = found.kind == "effect" and found.direction == "favours-intervention"
        chance = not all(_no_chance(facts, study) for study in found.studies)
        if works and chance and not facts.all(found.claim, "comparator") and not _any_placebo(facts, [found]):
            yield Fault("effect-without-placebo", Severity.INFO, found.claim, "claimKind", found.kind,
                        f"no study behind this reports a placebo group ({names(facts, found.studies)}), so the effect "
                        "of the treatment is not told apart from that of expecting one")


def claim_beyond_people_studied(facts: Facts) -> Iterator[Fault]:
    """A claim on a condition that the people studied did not have, or only some forms of."""
    for found in grounds(facts):
        claimed = facts.all(found.claim, "condition")
        studied = set().union(*(conditions_of(facts, analysis) for analysis in found.analyses))
        if is_unmapped(facts, [*claimed, *studied]) or not studied:
            continue
        unseen, broader = beyond(facts, claimed, studied)
        if unseen or broader:
            severity = Severity.WARNING if unseen else found.severity
            yield Fault("claim-beyond-people-studied", severity, found.claim, "condition", listed(unseen or broader),
                        f"{_beyond_told(facts, unseen, broader)}; the people studied had "
                        f"{names(facts, sorted(studied))}")


def beyond(facts: Facts, claimed: list[str], studied: set[str]) -> tuple[list[str], list[str]]:
    """The claimed conditions that nobody studied had, and those of which only narrower forms were studied."""
    open_ = [condition for condition in claimed if not wider(facts, condition) & studied]
    broader = [condition for condition in open_ if any(condition in wider(facts, it) for it in studied)]
    return [condition for condition in open_ if condition not in broader], broader


def _beyond_told(facts: Facts, unseen: list[str], broader: list[str]) -> str:
    told = [f"this is said of {names(facts, unseen)}, where it was not studied"] * bool(unseen)
    told += [f"this is said of {names(facts, broader)}, of which only some forms were studied"] * bool(broader)
    return "; ".join(told)


def claimed_outcome_not_measured(facts: Facts) -> Iterator[Fault]:
    """A claim on an outcome that none of its analyses is on."""
    for found in grounds(facts):
        domains = facts.all(found.claim, "outcomeDomain")
        outcomes = [facts.one(analysis, "outcome") for analysis in found.analyses]
        measured = [domain for outcome in outcomes for domain in facts.all(outcome, "outcomeDomain")]
        if is_unmapped(facts, [*domains, *measured]):
            continue
        for domain in domains:
            if not any(_measures(facts, outcome, domain) for outcome in outcomes):
                yield Fault("claimed-outcome-not-measured", found.severity, found.claim, "outcomeDomain", domain,
                            f"this is said of {name(facts, domain)}; analysed was {names(facts, measured)}"
                            f"{_by_other_ways(facts, found, domain)}")


def _measures(facts: Facts, outcome: str, domain: str) -> bool:
    """Whether an outcome is on a domain, or is a response that nobody can have without it."""
    results = results_of(facts, facts.having("outcome", outcome))
    named = [it for node in results for it in facts.all(facts.one(node, "mostCommon"), "outcomeDomain")]
    if any(domain in wider(facts, it) for it in [*facts.all(outcome, "outcomeDomain"), *named]):
        return True
    definition = facts.one(outcome, "responderDefinition")
    return bool(_criteria(facts, definition, domain)) and not _either(facts, definition, domain)


def _criteria(facts: Facts, definition: str, domain: str) -> list[str]:
    """The criteria of a definition that are on a domain."""
    return [criterion for criterion in facts.all(definition, "hasResponseCriterion")
            if any(domain in wider(facts, it) for it in facts.all(criterion, "outcomeDomain"))]


def _either(facts: Facts, definition: str, domain: str) -> bool:
    """Whether a definition can be met without its criteria on a domain."""
    other = set(facts.all(definition, "hasResponseCriterion")) - set(_criteria(facts, definition, domain))
    return bool(other) and facts.term(definition, "combination") != "all-criteria"


def _by_other_ways(facts: Facts, found: Grounds, domain: str) -> str:
    """That responders of the same studies need not have what is claimed, where a definition says so."""
    loose = [definition for study in found.studies for definition in facts.all(study, "hasResponderDefinition")
             if _criteria(facts, definition, domain) and _either(facts, definition, domain)]
    return f", and one can respond without it: {listed(name(facts, it) for it in loose)}" if loose else ""


def direction_not_shown(facts: Facts) -> Iterator[Fault]:
    """A claim that one side did better, with an analysis among its grounds that found no significant difference."""
    for found in grounds(facts):
        told = [f"{name(facts, analysis)} ({flat})" for analysis in found.analyses if (flat := _flat(facts, analysis))]
        if found.favours and told:
            yield Fault("direction-not-shown", found.severity, found.claim, "claimDirection", found.direction,
                        f"one side is said to do better, and among what this rests on no significant difference was "
                        f"found in {listed(told)}")


def _flat(facts: Facts, analysis: str) -> str:
    """The P values of an analysis that found no significant difference; nothing where it found one or that is open."""
    verdicts = {node: differs(facts, node) for node in facts.all(analysis, "hasResult")}
    if True in verdicts.values() or False not in verdicts.values():
        return ""
    return listed(told for node in verdicts if (told := p_told(facts, node))) or "no P printed"


def comparator_left_out(facts: Facts) -> Iterator[Fault]:
    """A claim of an effect that names no comparator, although it rests on a comparison with one."""
    for found in grounds(facts):
        if found.kind != "effect" or not found.favours or facts.all(found.claim, "comparator"):
            continue
        named = set(facts.all(found.claim, "intervention"))
        given = {it for analysis in found.analyses for group in facts.all(analysis, "group")
                 for it in interventions_of(facts, group)}
        others = sorted(it for it in given if not wider(facts, it) & named)
        if others:
            yield Fault("comparator-left-out", Severity.INFO, found.claim, "comparator", listed(others),
                        f"the claim names no comparator; what it rests on is a comparison with {names(facts, others)}")


def claim_from_narrow_group(facts: Facts) -> Iterator[Fault]:
    """A claim that rests only on studies of one sex, one ethnic group, or people whom earlier treatment had failed."""
    for found in grounds(facts):
        limits = [_limits(facts, study) for study in found.studies]
        shared = [limit for limit in limits[0] if all(limit in other for other in limits)]
        if shared:
            yield Fault("claim-from-narrow-group", Severity.INFO, found.claim, "restsOn", listed(found.studies),
                        f"of the people behind this is told: {'; '.join(shared)}; others were not studied here")


def _limits(facts: Facts, study: str) -> list[str]:
    """How the people of a study were narrower than those with its condition, in words."""
    people = facts.one(study, "population")
    sexes, ethnicity = facts.terms(people, "sex"), facts.one(people, "ethnicity")
    aspects = {facts.term(it, "aspect") for it in facts.all(people, "hasCriterion")
               if facts.term(it, "criterionKind") == "inclusion"}
    limits = [f"{sex} only" for sex in sexes if len(sexes) == 1]
    limits += ["chosen by earlier treatment"] * ("earlier-treatment" in aspects)
    return [*limits, *[f"ethnic group as stated: {ethnicity}"] * bool(limits and ethnicity)]


def recommendation_without_grade(facts: Facts) -> Iterator[Fault]:
    """A recommendation whose strength is not graded."""
    for claim in facts.nodes("Claim"):
        statement = statement_of(facts, claim)
        if facts.term(claim, "claimKind") == "recommendation" and statement and not facts.one(statement, "grade"):
            yield Fault("recommendation-without-grade", Severity.INFO, claim, "claimKind", "recommendation",
                        "a recommendation, for whose strength no grade is reported")


def verdict_beyond_evidence(facts: Facts) -> Iterator[Fault]:
    """A report that answers its question with yes or no for more than its studies can show."""
    answers: dict[str, list[Grounds]] = {}
    for found in grounds(facts):
        for report in facts.having("hasStatement", statement_of(facts, found.claim)):
            answers.setdefault(report, []).extend([found] * (found.severity is Severity.WARNING))
    for report, behind in sorted(answers.items()):
        verdict = facts.term(report, "verdict")
        told = [*_wide_verdict(facts, report, behind), *_thin_basis(facts, report), *_no_placebo(facts, report, behind)]
        if verdict in {"yes", "no"} and behind and told:
            yield Fault("verdict-beyond-evidence", Severity.WARNING, report, "verdict", verdict,
                        f"the answer is {verdict}; {'; '.join(told)}")


def _wide_verdict(facts: Facts, report: str, behind: list[Grounds]) -> Iterator[str]:
    asked = facts.all(facts.one(facts.one(report, "answers"), "pico"), "condition")
    studied = set().union(*(conditions_of(facts, analysis) for found in behind for analysis in found.analyses))
    unseen, broader = beyond(facts, asked, studied)
    if (unseen or broader) and not is_unmapped(facts, [*asked, *studied]):
        yield f"the question is on {names(facts, asked)}, and the people studied had {names(facts, sorted(studied))}"


def _thin_basis(facts: Facts, report: str) -> Iterator[str]:
    numbers = [facts.one(facts.one(statement, "basis"), "number") for statement in facts.all(report, "hasStatement")
               if facts.term(statement, "statementRole") == "answer"]
    if numbers and set(numbers) == {"1"}:
        yield "each statement of it rests on one study"


def _no_placebo(facts: Facts, report: str, behind: list[Grounds]) -> Iterator[str]:
    """That no study had a placebo group, where the answer is yes and the question names nothing to compare with."""
    compared = facts.all(facts.one(facts.one(report, "answers"), "pico"), "comparator")
    if facts.term(report, "verdict") == "yes" and not compared and not _any_placebo(facts, behind):
        yield "no study behind it reports a placebo group"


def _any_placebo(facts: Facts, behind: list[Grounds]) -> bool:
    return any(has_placebo(facts, study) for found in behind for study in found.studies)
