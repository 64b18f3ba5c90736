"""Rules on the figures of claims: sizes with nothing to compare, modelled shares, subgroups set side by side, harms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.grounds import Grounds, conditions_of, gives, grounds, statement_of, values_like
from ldn_graph.rules.reading import differs, is_a, listed, names, p_told, results_of, studies, unit, wider


def claimed_size_without_comparison(facts: Facts) -> Iterator[Fault]:
    """A claimed size that is the figure of one group, with nothing printed for the other or no word on what it is."""
    for found in grounds(facts):
        size = facts.one(found.claim, "magnitude")
        for result in values_like(facts, found.analyses, facts.one(size, "value"), facts.one(size, "unit")):
            if told := [*_other_groups(facts, result), *_unclear(facts, result)]:
                figure = facts.printed(size, "value") + unit(facts, size)
                yield Fault("claimed-size-without-comparison", found.severity, found.claim, "magnitude", size,
                            f"{figure} is claimed, and {'; '.join(told)}")


def _other_groups(facts: Facts, result: str) -> Iterator[str]:
    """That no figure is printed for the groups with which the group of a result is compared."""
    analysis = facts.having("hasResult", result)[0]
    told = {group for it in facts.all(analysis, "hasResult") for group in facts.all(it, "group")
            if facts.one(it, "estimate") or facts.one(it, "participants")}
    missing = [group for group in facts.all(analysis, "group") if group not in told]
    if is_a(facts, result, "GroupValue") and missing:
        yield f"no figure is printed for {names(facts, missing)}"


def _unclear(facts: Facts, result: str) -> Iterator[str]:
    if facts.term(result, "statistic") == "statistic-not-stated" and is_a(facts, result, "GroupValue"):
        yield "it is not stated whether it is a change within the group or a difference between groups"
    if facts.term(result, "percentBase") == "base-not-stated":
        yield "it is not stated of what it is a percentage"


def modelled_share_as_observed(facts: Facts) -> Iterator[Fault]:
    """A claimed share of responders at a dose that a model was asked for, and was not seen."""
    for found in grounds(facts):
        share, dose = facts.one(found.claim, "responseShare"), facts.one(found.claim, "dose")
        models = [node for node in values_like(facts, found.analyses, facts.one(dose, "value"), facts.one(dose, "unit"))
                  if is_a(facts, node, "DoseEstimate") and _percent(facts, node) == facts.one(share, "value") != ""]
        if models:
            yield Fault("modelled-share-as-observed", found.severity, found.claim, "responseShare", share,
                        f"{facts.printed(share, 'value')} % is the share that the dose was estimated for, not one that "
                        f"was seen{_limits(facts, models[0])}; {_observed(facts, found)}")


def _percent(facts: Facts, estimate: str) -> str:
    return facts.one(facts.one(estimate, "responseShare"), "value")


def _limits(facts: Facts, estimate: str) -> str:
    lower, upper = facts.printed(estimate, "lower"), facts.printed(estimate, "upper")
    return f"; the interval of the dose is {lower} to {upper}{unit(facts, estimate)}" if lower and upper else ""


def _observed(facts: Facts, found: Grounds) -> str:
    """How many of the same groups were seen to respond, over all doses."""
    groups = {group for analysis in found.analyses for group in facts.all(analysis, "group")}
    domains = {it for analysis in found.analyses for it in facts.all(facts.one(analysis, "outcome"), "outcomeDomain")}
    analyses = [analysis for study in found.studies for analysis in facts.all(study, "hasAnalysis")
                if domains & set(facts.all(facts.one(analysis, "outcome"), "outcomeDomain"))]
    counts = [f"{facts.printed(node, 'participants')} of {facts.printed(node, 'denominator')}"
              for node in results_of(facts, analyses) if groups & set(facts.all(node, "group"))
              and facts.printed(node, "participants") and facts.printed(node, "denominator")]
    return f"{listed(counts)} were seen to respond, over all doses" if counts else "how many responded is not reported"


def subgroup_figures_apart(facts: Facts) -> Iterator[Fault]:
    """A statement that sets figures of subgroups side by side, where no test shows that the subgroups differ."""
    def statement_of_claim(found: Grounds) -> str:
        return statement_of(facts, found.claim)

    for statement, group in groupby(sorted(_of_subgroups(facts), key=statement_of_claim), key=statement_of_claim):
        claims = list(group)
        sizes = [facts.one(found.claim, "magnitude") for found in claims]
        figures = [facts.printed(size, "value") + unit(facts, size) for size in sizes]
        study = claims[0].studies[0]
        if not statement or len(set(figures)) < 2 or any(found.studies != (study,) for found in claims):
            continue
        if told := _between(facts, study, claims):
            yield Fault("subgroup-figures-apart", claims[0].severity, statement, "asserts", listed(figures),
                        f"{listed(figures)} stand side by side for different subgroups; {told}")


def _of_subgroups(facts: Facts) -> Iterator[Grounds]:
    """Claims with a size that rest on analyses of subgroups only."""
    for found in grounds(facts):
        groups = [group for analysis in found.analyses for group in facts.all(analysis, "group")]
        if facts.one(found.claim, "magnitude") and groups and all(
                facts.term(group, "groupKind") == "subgroup" and facts.all(group, "condition") for group in groups):
            yield found


def _between(facts: Facts, study: str, claims: list[Grounds]) -> str:
    """What the study tells of a difference between the subgroups; nothing where it found one or that is open."""
    wanted = set().union(*(conditions_of(facts, analysis) for found in claims for analysis in found.analyses))
    own = {analysis for found in claims for analysis in found.analyses}
    tests = [node for analysis in facts.all(study, "hasAnalysis") if analysis not in own
             and conditions_of(facts, analysis) == wanted and _is_between(facts, analysis)
             for node in facts.all(analysis, "hasResult")]
    if not tests:
        return "no test of a difference between them is reported"
    flat = [node for node in tests if differs(facts, node) is False]
    if len(flat) < len(tests):
        return ""
    told = listed(p_told(facts, node) or "no P printed" for node in flat)
    return f"the test between them found no significant difference ({told})"


def _is_between(facts: Facts, analysis: str) -> bool:
    groups = facts.all(analysis, "group")
    return len(groups) > 1 and all(facts.term(group, "groupKind") == "subgroup" for group in groups)


def safety_claim_incomplete(facts: Facts) -> Iterator[Fault]:
    """A claim on safety whose counts leave out patients, gravity, time, or studies that the claim covers."""
    for found in grounds(facts):
        if found.kind != "safety":
            continue
        told = [*_events_only(facts, found), *_time(facts, found), *_gravity(facts, found),
                *_silent_studies(facts, found), *_few(facts, found)]
        if told:
            yield Fault("safety-claim-incomplete", found.severity, found.claim, "claimKind", found.kind,
                        "; ".join(dict.fromkeys(told)))


def _events_only(facts: Facts, found: Grounds) -> Iterator[str]:
    for analysis in found.analyses:
        counts = [node for node in facts.all(analysis, "hasResult") if is_a(facts, node, "Count")]
        if counts and not any(facts.printed(node, "participants") for node in counts):
            yield "events are counted, and how many patients had them is not reported"
            tests = [p_told(facts, node) for node in facts.all(analysis, "hasResult")
                     if not facts.one(node, "testKind")]
            if any(tests) and not facts.one(analysis, "method"):
                yield (f"the test behind {listed(filter(None, tests))} is not named, and one on events must allow for "
                       "several in one patient")


def _time(facts: Facts, found: Grounds) -> Iterator[str]:
    if not any(facts.one(node, "timepoint") for analysis in found.analyses
               for node in (analysis, facts.one(analysis, "outcome"))):
        yield "over what time they were counted is not reported"


def _gravity(facts: Facts, found: Grounds) -> Iterator[str]:
    """That severity is told of the most common event only, where no analysis is on a narrower kind of event."""
    domains = set(facts.all(found.claim, "outcomeDomain"))
    analyses = [analysis for study in found.studies for analysis in facts.all(study, "hasAnalysis")]
    narrower = [it for analysis in analyses for it in facts.all(facts.one(analysis, "outcome"), "outcomeDomain")
                if it not in domains and wider(facts, it) & domains]
    if domains and not narrower:
        graded = [node for node in results_of(facts, found.analyses)
                  if facts.one(facts.one(node, "mostCommon"), "severity")]
        groups = names(facts, [group for node in graded for group in facts.all(node, "group")])
        yield f"how grave they were is {f'told only of the most common one ({groups})' if graded else 'not reported'}"


def _silent_studies(facts: Facts, found: Grounds) -> Iterator[str]:
    """That other studies of the report, in people whom the claim covers, report no harms."""
    report = next(iter(facts.having("hasStatement", statement_of(facts, found.claim))), "")
    others = [study for study in facts.all(report, "about")
              if study not in found.studies and _covered(facts, found, study)]
    domains = set(facts.all(found.claim, "outcomeDomain"))
    silent = [study for study in others if not any(
        wider(facts, it) & domains for analysis in facts.all(study, "hasAnalysis")
        for it in facts.all(facts.one(analysis, "outcome"), "outcomeDomain"))]
    if silent:
        yield f"nothing of the kind is reported for {names(facts, silent)}"


def _covered(facts: Facts, found: Grounds, study: str) -> bool:
    """Whether a study gave the treatment of a claim to people whom the claim covers."""
    claimed = set(facts.all(found.claim, "condition"))
    people = facts.all(facts.one(study, "population"), "condition")
    treated = any(gives(facts, group, it) for group in facts.all(study, "hasGroup")
                  for it in facts.all(found.claim, "intervention"))
    return treated and any(wider(facts, it) & claimed for it in people)


def _few(facts: Facts, found: Grounds) -> Iterator[str]:
    if not facts.all(found.claim, "comparator"):
        yield "the claim does not say compared with what"


def figures_at_second_hand(facts: Facts) -> Iterator[Fault]:
    """A study of which all figures were taken from a report that digests it, none from its own."""
    for study in studies(facts):
        sources = {facts.one(node, "report") for node in results_of(facts, facts.all(study, "hasAnalysis"))}
        own = [report for report in facts.all(study, "reportedIn")
               if facts.term(report, "reportKind") == "journal-article"]
        digests = {report for report in sources if facts.term(report, "reportKind") == "clinical-inquiry"}
        if sources and own and sources == digests:
            yield Fault("figures-at-second-hand", Severity.INFO, study, "reportedIn", listed(own),
                        f"all figures were taken from {names(facts, sorted(digests))}, none from the study's own "
                        f"report ({names(facts, own)}); what is not reported here may stand there")
