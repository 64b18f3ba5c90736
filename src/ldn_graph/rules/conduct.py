"""Rules on how a study was done: who was chosen, who knew what, how long people were followed, what is not told."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.reading import listed, name, names, results_of, studies, study_of

COUNTED_LATER = {"analysed", "evaluable", "completed"}
BLIND = {"single-blind", "double-blind", "triple-blind"}
TIMES = {"d": "days", "wk": "weeks", "mo": "months", "a": "years"}
COMPARED = {"arm", "exposure-group", "control-group", "treatment-condition"}


def selected_by_completion(facts: Facts) -> Iterator[Fault]:
    """A group of people who kept up their treatment, beside none or one that was not chosen so."""
    for study in studies(facts):
        groups = [it for it in facts.all(study, "hasGroup")
                  if facts.term(it, "groupKind") in {*COMPARED, "whole-study"}]
        stayed = [group for group in groups if _completion(facts, group)]
        others = [group for group in groups if group not in stayed and facts.term(group, "groupKind") in COMPARED]
        for group in stayed:
            if others or len(groups) == 1:
                beside = f", unlike {names(facts, others)}" if others else ""
                yield Fault("selected-by-completion", Severity.WARNING, group, "hasCriterion", "completed-treatment",
                            f"{name(facts, group)} holds only people who kept up the treatment"
                            f"{_for_how_long(facts, group)}{beside}; those who stopped sooner, for want of effect or "
                            "for harm, are left out")


def _completion(facts: Facts, group: str) -> list[str]:
    """The criteria by which only people who completed a treatment entered a group."""
    return [it for it in facts.all(group, "hasCriterion") if facts.term(it, "aspect") == "completed-treatment"
            and facts.term(it, "criterionKind") == "inclusion"]


def _for_how_long(facts: Facts, group: str) -> str:
    told = [facts.one(criterion, "duration") for criterion in _completion(facts, group)]
    times = [f"{facts.printed(it, 'value')} {TIMES.get(unit := facts.one(it, 'unit'), unit)}" for it in told
             if facts.printed(it, "value")]
    return f" (a criterion of {listed(times)})" if times else ""


def ratings_without_masking(facts: Facts) -> Iterator[Fault]:
    """An open study whose outcomes are ratings on a scale, which knowing the treatment can sway."""
    for study in studies(facts):
        rated = [it for it in facts.all(study, "hasOutcome") if facts.all(it, "scale")
                 and facts.term(it, "outcomeRole") != "baseline-characteristic"]
        if facts.term(study, "masking") == "open-label" and rated:
            yield Fault("ratings-without-masking", Severity.INFO, study, "masking", "open-label",
                        f"everybody knew the treatment, and these are ratings: {names(facts, rated)}")


def masking_without_control(facts: Facts) -> Iterator[Fault]:
    """A study called blind in which everybody got the treatment, so that its doses can be hidden but not itself."""
    for study in studies(facts):
        masking = facts.term(study, "masking")
        if masking in BLIND and facts.terms(study, "control") == ["uncontrolled"]:
            yield Fault("masking-without-control", Severity.INFO, study, "masking", masking,
                        f"called {masking}, but all participants got the treatment, so expecting an effect is not "
                        "masked")


def follow_up_uneven(facts: Facts) -> Iterator[Fault]:
    """A comparison at the last time each person was seen, or of groups of which one has no length of follow-up told."""
    for study in studies(facts):
        told = [*_last_seen(facts, study), *_lengths(facts, study)]
        if told and len([it for it in facts.all(study, "hasGroup") if facts.term(it, "groupKind") in COMPARED]) > 1:
            yield Fault("follow-up-uneven", Severity.INFO, study, "hasTimepoint", "", "; ".join(told))


def _last_seen(facts: Facts, study: str) -> Iterator[str]:
    outcomes = [it for it in facts.all(study, "hasOutcome")
                if facts.term(facts.one(it, "timepoint"), "timepointKind") == "last-observation"]
    if outcomes:
        yield f"each person was assessed when last seen, which may be at different times ({names(facts, outcomes)})"


def _lengths(facts: Facts, study: str) -> Iterator[str]:
    """That follow-up is told of some groups only, where no time is fixed for all."""
    if any(facts.term(it, "timepointKind") == "fixed-time" for it in facts.all(study, "hasTimepoint")):
        return
    groups = [it for it in facts.all(study, "hasGroup") if facts.term(it, "groupKind") in COMPARED]
    told = [it for it in groups if facts.one(it, "duration")]
    silent = [it for it in groups if it not in told]
    if told and silent:
        yield f"the length of follow-up is told of {names(facts, told)} and not of {names(facts, silent)}"


def conduct_not_reported(facts: Facts) -> Iterator[Fault]:
    """A study of assigned treatments of which the sources leave out what decides how far it can be trusted."""
    for study in studies(facts):
        missing = [*_of_any_trial(facts, study), *_of_a_randomised_trial(facts, study)]
        if missing and facts.term(study, "studyType") == "interventional":
            yield Fault("conduct-not-reported", Severity.INFO, study, "notReported", "",
                        f"not reported of this study: {'; '.join(missing)}")


def _of_any_trial(facts: Facts, study: str) -> Iterator[str]:
    if not facts.all(study, "registration"):
        yield "its registration, which would show the outcomes that were planned"
    if facts.term(study, "masking") in BLIND and not facts.all(study, "maskedParty"):
        yield "who was blind"


def _of_a_randomised_trial(facts: Facts, study: str) -> Iterator[str]:
    if facts.term(study, "allocation") != "randomised":
        return
    if not facts.one(study, "concealment"):
        yield "whether the next allocation could be foreseen"
    kinds = {facts.term(it, "denominatorKind") for group in facts.all(study, "hasGroup")
             for it in facts.all(group, "hasDenominator")}
    analyses = facts.all(study, "hasAnalysis")
    counted = any(facts.one(node, "denominator") for node in results_of(facts, analyses))
    if not kinds & COUNTED_LATER and not counted:
        yield "how many people were analysed, so what became of missing values cannot be told either"
    populations = {facts.term(analysis, "analysisPopulation") for analysis in analyses}
    if analyses and populations <= {"", "population-not-stated"}:
        yield "whether people were analysed as randomised (intention to treat)"


def crossover_analysis_not_reported(facts: Facts) -> Iterator[Fault]:
    """A crossover of which it is not told how its two periods were brought together."""
    for study in studies(facts):
        missing = [told for analysis, told in _OF_A_CROSSOVER.items() if not facts.all(study, analysis)]
        compared = [it for it in facts.all(study, "hasAnalysis") if len(facts.all(it, "group")) > 1
                    and any(facts.printed(node, "pValue") or facts.printed(node, "lower")
                            for node in facts.all(it, "hasResult")) and not facts.one(it, "method")]
        if compared:
            missing.append(f"whether each patient was compared with himself or herself ({names(facts, compared)})")
        if "crossover" in facts.terms(study, "design") and missing:
            yield Fault("crossover-analysis-not-reported", Severity.INFO, study, "design", "crossover",
                        f"not reported of this crossover: {'; '.join(missing)}")


_OF_A_CROSSOVER = {"carryOver": "whether the first treatment still acted in the second period",
                   "periodEffect": "whether the periods differed whatever the treatment",
                   "firstPeriodResult": "the result of the first period alone"}


def matching_not_carried_through(facts: Facts) -> Iterator[Fault]:
    """A study with matched groups whose comparison does not say whether it kept to the matching."""
    for study in studies(facts):
        matching = facts.one(study, "matching")
        pair = [facts.one(matching, "matchedTo"), facts.one(matching, "matchedGroup")]
        silent = [it for it in facts.all(study, "hasAnalysis") if set(pair) == set(facts.all(it, "group"))
                  and any(facts.printed(node, "pValue") for node in facts.all(it, "hasResult"))
                  and not facts.one(it, "method")]
        if "" not in pair and silent:
            yield Fault("matching-not-carried-through", Severity.INFO, study, "matching", matching,
                        f"the groups were matched{_sizes(facts, pair)}; whether the comparison kept to that is "
                        f"not reported ({names(facts, silent)})")


def _sizes(facts: Facts, pair: list[str]) -> str:
    """The sizes of two matched groups where they are told and cannot be one to one."""
    numbers = [{facts.printed(it, "number") for it in facts.all(group, "hasDenominator")} for group in pair]
    sizes = [number.pop() for number in numbers if len(number) == 1]
    return f", and {sizes[0]} and {sizes[1]} are not one to one" if len(set(sizes)) == 2 else ""


def final_dose_not_reported(facts: Facts) -> Iterator[Fault]:
    """Groups whose dose could change or differed between patients, without the doses that were reached."""
    for study in studies(facts):
        groups = [group for group in facts.all(study, "hasGroup") if not facts.one(group, "finalDose")
                  and facts.term(group, "groupKind") not in {"subgroup", "responders"}
                  and any(_dose_varies(facts, it) for it in facts.all(group, "regimen"))]
        if groups:
            yield Fault("final-dose-not-reported", Severity.INFO, study, "finalDose", "",
                        "doses differed or could be changed, and how many patients had which is not reported: "
                        f"{listed(name(facts, it) for group in groups for it in facts.all(group, 'regimen'))}")


def _dose_varies(facts: Facts, regimen: str) -> bool:
    ends = {facts.one(facts.one(regimen, "doseRange"), end) for end in ("minimum", "maximum")}
    return bool(facts.one(regimen, "titration")) or len(ends - {""}) == 2


def subgroups_not_described(facts: Facts) -> Iterator[Fault]:
    """Analyses of subgroups of which it is not told whether they were planned, or how large they were."""
    for study in studies(facts):
        groups = [it for it in facts.all(study, "hasGroup") if facts.term(it, "groupKind") == "subgroup"
                  and set(facts.having("group", it)) & set(facts.all(study, "hasAnalysis"))]
        told = {"formed after the results were known": [it for it in groups if _formed(facts, it) == "after-results"],
                "not said to have been planned": [it for it in groups if _formed(facts, it) in {"", "time-not-stated"}],
                "without a size": [it for it in groups if not facts.all(it, "hasDenominator")]}
        parts = [f"{'all' if some == groups else names(facts, some)} {what}" for what, some in told.items() if some]
        if parts:
            yield Fault("subgroups-not-described", Severity.INFO, study, "hasGroup", "",
                        f"{len(groups)} subgroup{'s were' if len(groups) > 1 else ' was'} analysed: {'; '.join(parts)}")


def _formed(facts: Facts, group: str) -> str:
    return facts.term(group, "definedWhen")


def response_by_either(facts: Facts) -> Iterator[Fault]:
    """A definition of response that can be met in several ways, with no result for each way."""
    for definition in (it for study in studies(facts) for it in facts.all(study, "hasResponderDefinition")):
        study = facts.having("hasResponderDefinition", definition)[0]
        criteria = facts.all(definition, "hasResponseCriterion")
        domains = list(dict.fromkeys(it for criterion in criteria for it in facts.all(criterion, "outcomeDomain")))
        if facts.term(definition, "combination") == "any-criterion" and len(domains) > 1:
            alone = [it for it in domains if not _analysed(facts, study, it)]
            more = f"; no result of its own is reported for {names(facts, alone)}" if alone else ""
            yield Fault("response-by-either", Severity.INFO, definition, "combination", "any-criterion",
                        f"{name(facts, definition)}: a responder need have only one of {names(facts, domains)}{more}")


def _analysed(facts: Facts, study: str, domain: str) -> bool:
    """Whether a study prints results of an outcome on a domain."""
    return any(domain in facts.all(facts.one(analysis, "outcome"), "outcomeDomain")
               for analysis in facts.all(study, "hasAnalysis"))


def counted_among_responders(facts: Facts) -> Iterator[Fault]:
    """Results among people who were picked out by their response, or after results were known."""
    for group in (it for study in studies(facts) for it in facts.all(study, "hasGroup")):
        analyses = [it for it in facts.having("group", group) if study_of(facts, it)]
        if facts.term(group, "groupKind") == "responders" and analyses:
            whole = facts.one(group, "subgroupOf")
            yield Fault("counted-among-responders", Severity.INFO, group, "groupKind", "responders",
                        f"{name(facts, group)} are picked out by what became of them; {names(facts, analyses)}: not to "
                        f"be read as shares of {name(facts, whole) if whole else 'all'}")


def tail_dose_from_up_and_down(facts: Facts) -> Iterator[Fault]:
    """A dose for nearly all or hardly any patients, estimated from a search that gathers near the dose for half."""
    for study in studies(facts):
        rule = facts.one(study, "doseRule")
        halving = (facts.term(rule, "afterResponse"), facts.term(rule, "afterNoResponse")) == ("decrease-dose",
                                                                                           "increase-dose")
        if "up-and-down" not in facts.terms(study, "design") or not halving:
            continue
        for node in results_of(facts, facts.all(study, "hasAnalysis")):
            share = facts.box(facts.one(node, "responseShare"), "value")
            if share is not None and not (share.low > 10 and share.high < 90):
                told = facts.printed(facts.one(node, "responseShare"), "value")
                yield Fault("tail-dose-from-up-and-down", Severity.INFO, node, "responseShare", told,
                            "a search that steps down after a response and up after none gathers near the dose for "
                            f"half of the patients; that for {told} % rests on the curve that was assumed beyond it")
