"""The rule on claims that two treatments do equally well, made without saying beforehand what counts as equal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.grounds import Grounds, grounds, has_placebo
from ldn_graph.rules.reading import (
    DIFFERENCES,
    RATIOS,
    differs,
    is_a,
    listed,
    name,
    names,
    p_told,
    results_of,
    unit,
)

POPULATIONS = ("intention-to-treat", "per-protocol")


def similarity_without_margin(facts: Facts) -> Iterator[Fault]:
    """A claim that two treatments do alike, none of whose analyses tells the margin that was set for it."""
    for found in grounds(facts):
        same = found.direction == "no-difference" and found.kind in {"effect", "safety"}
        preset = any(facts.all(analysis, "margin") for analysis in found.analyses)
        if preset or not (same or found.kind == "similarity"):
            continue
        told = [*_open(facts, found), *_not_apart(facts, found), *_populations(facts, found), *_assay(facts, found)]
        yield Fault("similarity-without-margin", Severity.WARNING, found.claim, "claimDirection", found.direction,
                    f"no margin is reported for what counts as doing equally well; {'; '.join(told)}")


def _open(facts: Facts, found: Grounds) -> Iterator[str]:
    """What the intervals behind a claim leave open, and which analyses have none."""
    bare = []
    for analysis in found.analyses:
        results = [node for node in facts.all(analysis, "hasResult") if is_a(facts, node, "Contrast")
                   and facts.printed(node, "lower") and facts.printed(node, "upper")]
        bare += [analysis] * (not results)
        for node in results:
            of = name(facts, analysis) + _population(facts, analysis)
            yield f"the interval of {of} leaves open {_worst(facts, node)}"
    if bare:
        yield f"no interval is reported for {names(facts, bare)}, so how large a difference stays open is unknown"


def _worst(facts: Facts, result: str) -> str:
    """The largest difference or the most unequal ratio that an interval leaves open, in words."""
    lower, upper = facts.printed(result, "lower"), facts.printed(result, "upper")
    low, high, statistic = Fraction(lower), Fraction(upper), facts.term(result, "statistic")
    if statistic in DIFFERENCES:
        largest = max(lower, upper, key=lambda limit: abs(Fraction(limit)))
        return f"a difference of {largest.lstrip('-+')}{_unit(facts, result)}"
    if statistic in RATIOS and low > 0:
        return f"a {statistic.replace('-', ' ')} of {upper if low * high >= 1 else lower}"
    return f"all from {lower} to {upper}{_unit(facts, result)}"


def _unit(facts: Facts, result: str) -> str:
    """The unit of a result, or the scale of its outcome, as words to put behind a figure."""
    analysis = next(iter(facts.having("hasResult", result)), "")
    scales = facts.all(facts.one(analysis, "outcome"), "scale")
    scale = f" ({names(facts, scales)})" if scales else ""
    return unit(facts, result) + scale


def _population(facts: Facts, analysis: str) -> str:
    population = facts.term(analysis, "analysisPopulation")
    return f" by {population.replace('-', ' ')}" if population in POPULATIONS else ""


def _not_apart(facts: Facts, found: Grounds) -> Iterator[str]:
    """Why a difference that is not significant is no likeness, where the claim rests on one."""
    results = [node for node in results_of(facts, found.analyses) if differs(facts, node) is False]
    if results:
        told = listed([p_told(facts, node) or "no P printed" for node in results])
        yield f"a difference that is not significant ({told}) does not show likeness"


def _populations(facts: Facts, found: Grounds) -> Iterator[str]:
    """Whether intention to treat and per protocol are both reported for the outcomes of a claim, and agree."""
    by_population = {population: _verdicts(facts, found, population) for population in POPULATIONS}
    told = [population.replace("-", " ") for population in POPULATIONS if by_population[population]]
    if len(told) < 2:
        only = f"only {told[0]} is reported" if told else "neither is reported"
        yield f"whether intention to treat and per protocol agree cannot be told: {only}"
    elif len(set.union(*by_population.values())) > 1:
        yield "intention to treat and per protocol do not agree on whether there is a difference"


def _verdicts(facts: Facts, found: Grounds, population: str) -> set[bool | None]:
    """What the analyses of one population say on the outcomes of a claim: a difference, none shown, or open."""
    outcomes = {facts.one(analysis, "outcome") for analysis in found.analyses}
    analyses = [analysis for outcome in outcomes for analysis in facts.having("outcome", outcome)
                if facts.term(analysis, "analysisPopulation") == population]
    return {differs(facts, node) for node in results_of(facts, analyses) if not is_a(facts, node, "GroupValue")}


def _assay(facts: Facts, found: Grounds) -> Iterator[str]:
    """That no placebo group shows that the study could have found a difference, where there is none."""
    controls = {control for study in found.studies for control in facts.terms(study, "control")}
    placebo = any(has_placebo(facts, study) for study in found.studies)
    if found.kind != "safety" and not placebo and "no-treatment" not in controls:
        yield "and no placebo group is reported, without which it cannot be told that either treatment worked"
