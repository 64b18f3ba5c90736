"""Rules on how results are told: outcomes without any, words without figures, P without an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.reading import (
    ALPHA,
    DIFFERENCES,
    RATIOS,
    differs,
    is_a,
    listed,
    name,
    names,
    p_told,
    results_of,
    studies,
    words,
)

SPREADS = ("spread", "spreadLower", "spreadUpper", "lower", "upper", "hasSpread")
AVERAGES = {"mean", "median", "percent-change", "statistic-not-stated"}


def outcome_without_result(facts: Facts) -> Iterator[Fault]:
    """A study that names outcomes for which no result is printed."""
    for study in studies(facts):
        analysed = {facts.one(it, "outcome") for it in facts.all(study, "hasAnalysis")}
        missing = [it for it in facts.all(study, "hasOutcome") if it not in analysed
                   and facts.term(it, "outcomeRole") != "baseline-characteristic"]
        if analysed and missing:
            primary = any(facts.term(it, "outcomeRole") == "primary" for it in missing)
            told = [f"{name(facts, it)} ({words(facts.term(it, 'outcomeRole'))})" for it in missing]
            yield Fault("outcome-without-result", Severity.WARNING if primary else Severity.INFO, study, "hasOutcome",
                        listed(missing),
                        f"named as measured, but without a result in the reports that were read: {listed(told)}")


def told_without_figures(facts: Facts) -> Iterator[Fault]:
    """A study with analyses of which only words are printed."""
    for study in studies(facts):
        told = [f"{name(facts, analysis)} ({words(facts.term(results[0], 'finding') or 'described')})"
                for analysis in facts.all(study, "hasAnalysis") if (results := facts.all(analysis, "hasResult"))
                and all(is_a(facts, it, "Narrative") or is_a(facts, it, "ModelFinding") for it in results)
                and not any(facts.printed(it, figure) for it in results for figure in ("estimate", "pValue"))]
        if told:
            yield _of_study("told-without-figures", study, "told in words, without a figure: ", told)


def p_without_estimate(facts: Facts) -> Iterator[Fault]:
    """A study with tests of a difference that is not printed itself, with its interval."""
    for study in studies(facts):
        told = [f"{name(facts, analysis)} ({listed(tests)})" for analysis in facts.all(study, "hasAnalysis")
                if _compares(facts, analysis) and not _is_baseline(facts, analysis)
                and not _may_print_it(facts, analysis) and (tests := _tests(facts, analysis))]
        if told:
            yield _of_study("p-without-estimate", study, "the difference that was tested is not printed, nor its "
                            "interval: ", told)


def _may_print_it(facts: Facts, analysis: str) -> bool:
    """Whether an analysis prints a difference, or a lone figure of no stated kind that may be one."""
    results = facts.all(analysis, "hasResult")
    values = [it for it in results if is_a(facts, it, "GroupValue")]
    lone = len(values) == 1 and facts.term(values[0], "statistic") == "statistic-not-stated"
    return lone or any(is_a(facts, it, "Contrast") for it in results)


def spread_not_reported(facts: Facts) -> Iterator[Fault]:
    """A study with averages of groups that have neither a spread nor an interval."""
    for study in studies(facts):
        told = [name(facts, analysis) for analysis in facts.all(study, "hasAnalysis")
                if any(is_a(facts, it, "GroupValue") and facts.term(it, "statistic") in AVERAGES
                       and not any(facts.all(it, figure) for figure in SPREADS)
                       for it in facts.all(analysis, "hasResult"))]
        if told:
            yield _of_study("spread-not-reported", study, "values of groups without a spread or an interval: ", told)


def figure_of_unknown_kind(facts: Facts) -> Iterator[Fault]:
    """A study with figures of which it is not stated whether they are means, medians or something else."""
    for study in studies(facts):
        told = [f"{name(facts, analysis)} ({listed(figures)})" for analysis in facts.all(study, "hasAnalysis")
                if (figures := [facts.printed(it, "estimate") for it in facts.all(analysis, "hasResult")
                                if facts.term(it, "statistic") == "statistic-not-stated"])]
        if told:
            yield _of_study("figure-of-unknown-kind", study,
                            "whether these are means, medians or something else is not stated: ", told)


def baseline_tested(facts: Facts) -> Iterator[Fault]:
    """A test of whether groups differ at baseline."""
    for study in studies(facts):
        for analysis in facts.all(study, "hasAnalysis"):
            told = _tests(facts, analysis)
            if _is_baseline(facts, analysis) and told:
                chance = facts.term(study, "allocation") == "randomised"
                why = ("chance made any difference here" if chance else
                       "in small groups a difference that matters can be missed; its size says more")
                yield Fault("baseline-tested", Severity.INFO, analysis, "hasResult", listed(told),
                            f"groups were tested for a difference at baseline ({listed(told)}); {why}")


def number_needed_without_its_terms(facts: Facts) -> Iterator[Fault]:
    """A number needed to treat without an interval, a time, or the groups that it compares."""
    for node in (it for study in studies(facts) for it in results_of(facts, facts.all(study, "hasAnalysis"))):
        printed = facts.printed(node, "estimate")
        analysis = next(iter(facts.having("hasResult", node)), "")
        missing = ["its interval"] * (not facts.printed(node, "lower") and not facts.printed(node, "upper"))
        timed = facts.one(analysis, "timepoint") or facts.one(facts.one(analysis, "outcome"), "timepoint")
        missing += ["over what time"] * (not timed)
        missing += ["compared with whom"] * (not facts.one(analysis, "referenceGroup"))
        if facts.term(node, "statistic") == "number-needed-to-treat" and missing:
            yield Fault("number-needed-without-its-terms", Severity.INFO, node, "statistic", printed,
                        f"of a number needed to treat of {printed} it is not reported: {listed(missing)}")


def dose_estimate_without_method(facts: Facts) -> Iterator[Fault]:
    """A study with effective doses of which the way of estimation, or what counts as effective, is not told."""
    for study in studies(facts):
        analyses = [it for it in facts.all(study, "hasAnalysis")
                    if any(is_a(facts, node, "DoseEstimate") for node in facts.all(it, "hasResult"))]
        unnamed = [it for it in analyses if not facts.one(it, "method")]
        undefined = [it for it in analyses if not facts.one(it, "responderDefinition")
                     and not facts.one(facts.one(it, "outcome"), "responderDefinition")]
        told = [f"by which method ({names(facts, unnamed)})"] * bool(unnamed)
        told += [f"what counts as effective ({'the same ones' if undefined == unnamed else names(facts, undefined)})"
                 ] * bool(undefined)
        if told:
            yield _of_study("dose-estimate-without-method", study,
                            "effective doses are estimated; not reported is ", told)


def significance_among_several(facts: Facts) -> Iterator[Fault]:
    """A result that is significant by itself and would not be if all tests of the study were allowed for."""
    for study in studies(facts):
        tests = [(analysis, it) for analysis in facts.all(study, "hasAnalysis") if not _is_baseline(facts, analysis)
                 for it in facts.all(analysis, "hasResult") if differs(facts, it) is not None]
        for analysis, node in tests:
            p = facts.box(node, "pValue")
            allowed = {facts.term(it, "multiplicity") for it in (analysis, node)}
            if p is None or facts.term(node, "pRelation") != "equal-to" or not differs(facts, node):
                continue
            if "multiplicity-adjusted" in allowed or _is_the_primary(facts, study, analysis):
                continue
            if p.low > ALPHA / len(tests):
                yield Fault("significance-among-several", Severity.INFO, node, "pValue", facts.printed(node, "pValue"),
                            f"{p_told(facts, node)} in {name(facts, analysis)} is one of {len(tests)} comparisons that "
                            f"are reported; at 0.05 / {len(tests)}, which allows for them all, it would not be "
                            "significant, and no allowance is reported")


def _is_the_primary(facts: Facts, study: str, analysis: str) -> bool:
    """Whether an analysis is of the only primary outcome in whole groups, the one test that needs no allowance."""
    primary = [it for it in facts.all(study, "hasOutcome") if facts.term(it, "outcomeRole") == "primary"]
    kinds = {facts.term(group, "groupKind") for group in facts.all(analysis, "group")}
    return primary == [facts.one(analysis, "outcome")] and not kinds & {"subgroup", "responders"}


def percent_for_a_change(facts: Facts) -> Iterator[Fault]:
    """An outcome that is a change on a scale, with a result in per cent."""
    for study in studies(facts):
        told = [f"{name(facts, analysis)} ({listed(figures)})" for analysis in facts.all(study, "hasAnalysis")
                if _is_scale_change(facts, facts.one(analysis, "outcome"))
                and (figures := [f"{facts.printed(it, 'estimate')} %" for it in facts.all(analysis, "hasResult")
                                 if is_a(facts, it, "GroupValue") and facts.one(it, "unit") == "%"])]
        if told:
            yield _of_study("percent-for-a-change", study,
                            "named as a change on a scale and printed in per cent, which depends on where each patient "
                            "began: ", told)


def _is_scale_change(facts: Facts, outcome: str) -> bool:
    return facts.term(outcome, "metric") == "change-from-baseline" and bool(facts.all(outcome, "scale"))


def scales_taken_together(facts: Facts) -> Iterator[Fault]:
    """An outcome whose values come from several scales and are averaged as one."""
    for study in studies(facts):
        told = [name(facts, outcome) for outcome in facts.all(study, "hasOutcome")
                if len(facts.all(outcome, "scale")) > 1
                and any(facts.printed(it, "estimate") and facts.term(it, "statistic") not in RATIOS
                        for analysis in facts.having("outcome", outcome) for it in facts.all(analysis, "hasResult"))]
        if told:
            yield _of_study("scales-taken-together", study, "values of several scales are taken as one: ", told)


def sign_without_direction(facts: Facts) -> Iterator[Fault]:
    """A difference or ratio of which it is not told which group stands first, nor who did better."""
    for analysis in (it for study in studies(facts) for it in facts.all(study, "hasAnalysis")):
        for node in facts.all(analysis, "hasResult"):
            statistic = facts.term(node, "statistic")
            ordered = facts.one(analysis, "minuend") or facts.one(analysis, "subtrahend")
            ordered = ordered or (facts.one(analysis, "referenceGroup") if statistic in RATIOS else "")
            silent = _compares(facts, analysis) and not ordered and not facts.one(node, "favours")
            if statistic in DIFFERENCES | RATIOS and silent:
                yield Fault("sign-without-direction", Severity.INFO, node, "estimate", facts.printed(node, "estimate"),
                            f"{facts.printed(node, 'estimate')} does not say who did better: which of "
                            f"{names(facts, facts.all(analysis, 'group'))} stands first is not reported")


def people_at_unknown_stage(facts: Facts) -> Iterator[Fault]:
    """A study with numbers of people of which it is not stated at which stage they are counted."""
    for study in studies(facts):
        told = [f"{facts.printed(it, 'number')} ({name(facts, group)})" for group in facts.all(study, "hasGroup")
                if facts.term(group, "groupKind") != "responders"
                for it in facts.all(group, "hasDenominator") if facts.term(it, "denominatorKind") == "kind-not-stated"]
        if told:
            yield Fault("people-at-unknown-stage", Severity.INFO, study, "hasGroup", "",
                        f"whether these people were enrolled, treated or analysed is not stated: {listed(told)}")


def _compares(facts: Facts, analysis: str) -> bool:
    return len(facts.all(analysis, "group")) > 1


def _tests(facts: Facts, analysis: str) -> list[str]:
    """The P values that the tests of an analysis print."""
    return [p_told(facts, it) for it in facts.all(analysis, "hasResult")
            if is_a(facts, it, "Test") and facts.printed(it, "pValue")]


def _is_baseline(facts: Facts, analysis: str) -> bool:
    outcome = facts.one(analysis, "outcome")
    times = [facts.one(node, "timepoint") for node in (analysis, outcome)]
    return facts.term(outcome, "outcomeRole") == "baseline-characteristic" or any(
        facts.term(time, "timepointKind") == "baseline" for time in times)


def _of_study(rule: str, study: str, told: str, items: Iterable[str]) -> Fault:
    return Fault(rule, Severity.INFO, study, "hasAnalysis", "", told + listed(items))
