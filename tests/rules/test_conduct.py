"""Rules on how a study was done and how its results are told: each finds its one fault in a sound study."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from appraisal import BASE, Change, faults, message, told
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.terms import LDN, TERMS

PAIN = "study>analyses>pain"
RESULTS = f"{PAIN}>results"
STAYED = {"stayed": {"criterion-kind": "inclusion", "aspect": "completed-treatment", "description": "Had gone on.",
                     "duration": {"value": "2", "unit": "mo", "relation": "at-least"}}}
NOT_INTERVENTIONAL: Change = {"study>study-type": "observational"}
PRINTED: dict[str, object] = {"kind": "contrast", "report": "alder", "statistic": "mean-difference", "estimate": "1",
                              "favours": "willow"}
SECOND: Change = {
    "study>outcomes>second": {"label": "stiffness", "outcome-domain": "stiffness", "scale": "line-10",
                              "metric": "change-from-baseline", "outcome-role": "secondary", "timepoint": "week-6"},
    "study>analyses>second": {"label": "stiffness", "outcome": "second", "group": ["willow", "dummy"],
                              "method": "t test", "results": {"difference": PRINTED}}}
NAMED: Change = {key: value for key, value in SECOND.items() if "outcomes" in key}
DIFFERENCE = "study>analyses>second>results>difference"
UP_AND_DOWN: Change = {
    "study>design": ["randomised-controlled-trial", "up-and-down"],
    "study>dose-rule": {"after-response": "decrease-dose", "after-no-response": "increase-dose"},
    "study>analyses>dose": {"label": "dose", "outcome": "pain", "group": "willow", "method": "isotonic regression",
                            "responder-definition": "less", "results": {"dose": {
                                "kind": "dose-estimate", "report": "alder", "estimate": "5.4", "unit": "mg",
                                "response-share": {"value": "95", "unit": "%"}}}},
    "study>responder-definitions>less": {
        "label": "less pain", "response-criteria": {"pain": {"outcome-domain": "pain"}}}}
SHARE = "study>analyses>dose>results>dose>response-share>value"
CROSSED: Change = {"study>design": ["randomised-controlled-trial", "crossover"], "study>carry-over": "pain",
                   "study>period-effect": "pain", "study>first-period-result": "pain"}
MATCHED: Change = {"study>matching": {"matched-group": "dummy", "matched-to": "willow", "factors": {"age": {
    "order": "1", "aspect": "age-range"}}}}
SUBGROUP: Change = {
    "study>groups>old": {"label": "old, willow", "group-kind": "subgroup", "subgroup-of": "willow",
                         "defined-when": "preset",
                         "denominators": {"n": {"number": "9", "denominator-kind": "analysed"}}},
    "study>analyses>harm>group": ["willow", "dummy", "old"]}
RESPONDERS: Change = {
    "study>groups>better": {"label": "the better", "group-kind": "responders", "subgroup-of": "willow",
                            "denominators": {"n": {"number": "9", "denominator-kind": "kind-not-stated"}}},
    "study>analyses>later": {"label": "later", "outcome": "pain", "group": "better", "results": {"count": {
        "kind": "count", "report": "alder", "group": "better", "participants": "5", "denominator": "9"}}}}
EITHER = {"label": "either", "combination": "any-criterion", "response-criteria": {
    "one": {"outcome-domain": "pain"}, "two": {"outcome-domain": "stiffness"}}}
LAST: Change = {"study>timepoints>last": {"label": "when last seen", "timepoint-kind": "last-observation"},
                "study>outcomes>pain>timepoint": "last"}


@pytest.mark.parametrize("changes", [
    [{"study>groups>willow>criteria": STAYED, "study>groups>dummy>criteria": STAYED}],
    [{"study>groups>willow>criteria": {"ill": {**STAYED["stayed"], "aspect": "diagnosis"}}}],
    [{"study>groups>willow>criteria": {"ill": {**STAYED["stayed"], "criterion-kind": "exclusion"}}}],
    [{"study>masking": "open-label", "study>masked": None, "study>outcomes>pain>scale": None}],
    [{"study>control": ["uncontrolled", "placebo"]}],
    [{"study>groups>willow>duration": {"value": "6", "unit": "wk"}}],
    [{"study>registration": None, "study>allocation-concealment": None}, NOT_INTERVENTIONAL],
    [{"study>groups>willow>denominators>analysed": None}],
    [CROSSED], [MATCHED], [UP_AND_DOWN, {SHARE: "89"}], [UP_AND_DOWN, {SHARE: "11"}],
    [UP_AND_DOWN, {"study>dose-rule>after-response": None}], [UP_AND_DOWN, {"study>design": "dose-response"},
                                                              {"study>allocation": "randomised"}],
    [{"study>regimens>willow>dose-range": {"minimum": "5", "maximum": "5", "unit": "mg"}}],
    [{"study>regimens>willow>titration": {"occasion": "weekly"},
      "study>groups>willow>final-dose": {"value": "5", "unit": "mg"}}],
    [SUBGROUP], [{"study>responder-definitions>either": {**EITHER, "combination": "all-criteria"}}],
    [SECOND], [SECOND, {f"{DIFFERENCE}>p-value": "0.024", f"{DIFFERENCE}>p-relation": "equal-to"}],
    [SECOND, {f"{DIFFERENCE}>p-value": "0.03", f"{DIFFERENCE}>p-relation": "less-than"}],
    [SECOND, {"study>outcomes>second>outcome-role": "baseline-characteristic", "study>analyses>second": None}],
    [SECOND, {"study>analyses>second>results": {"one": {**PRINTED, "kind": "group-value", "statistic": "proportion",
                                                        "unit": "1", "group": "willow"}}}],
    [SECOND, {"study>analyses>second>group": "willow", f"{DIFFERENCE}>favours": None}],
    [SECOND, {"study>analyses>second>group": "willow",
              "study>analyses>second>results": {"test": {"kind": "test", "report": "alder", "p-value": "0.3",
                                                         "p-relation": "equal-to"}}}],
    [SECOND, {f"{DIFFERENCE}>statistic": "number-needed-to-treat", f"{DIFFERENCE}>lower": "2",
              "study>analyses>second>reference-group": "dummy"}],
    [SECOND, {f"{DIFFERENCE}>favours": None, f"{DIFFERENCE}>statistic": "risk-ratio",
              "study>analyses>second>reference-group": "dummy"}],
    [{"study>outcomes>second": {"label": "x", "outcome-domain": "pain", "scale": ["line-10", "line-100"],
                                "outcome-role": "baseline-characteristic"}}],
])
def test_studies_that_may_stand(changes: list[Change]) -> None:
    assert faults(*changes) == []


@pytest.mark.parametrize(("rule", "changes", "words"), [
    ("selected-by-completion", [{"study>groups>willow>criteria": STAYED}],
     "willow holds only people who kept up the treatment (a criterion of 2 months), unlike dummy; those who stopped "
     "sooner, for want of effect or for harm, are left out"),
    ("ratings-without-masking", [{"study>masking": "open-label", "study>masked": None}],
     "everybody knew the treatment, and these are ratings: pain at 6 weeks"),
    ("masking-without-control", [{"study>control": "uncontrolled"}],
     "called double-blind, but all participants got the treatment, so expecting an effect is not masked"),
    ("follow-up-uneven", [LAST],
     "each person was assessed when last seen, which may be at different times (pain at 6 weeks)"),
    ("conduct-not-reported", [{"study>registration": None, "study>masked": None}],
     "not reported of this study: its registration, which would show the outcomes that were planned; who was blind"),
    ("conduct-not-reported", [{"study>allocation-concealment": None}],
     "not reported of this study: whether the next allocation could be foreseen"),
    ("crossover-analysis-not-reported",
     [CROSSED, {"study>carry-over": None, "study>period-effect": None, "study>first-period-result": None,
                f"{PAIN}>method": None}],
     "not reported of this crossover: whether the first treatment still acted in the second period; whether the "
     "periods differed whatever the treatment; the result of the first period alone; whether each patient was compared "
     "with himself or herself (pain)"),
    ("matching-not-carried-through", [MATCHED, {f"{RESULTS}>test": {"kind": "test", "report": "alder",
      "p-value": "0.2", "p-relation": "equal-to"}, f"{PAIN}>method": None,
      "study>groups>willow>denominators>analysed": None, "study>analyses>harm>results>willow>denominator": "20"}],
     "the groups were matched, and 20 and 21 are not one to one; whether the comparison kept to that is not reported "
     "(pain)"),
    ("final-dose-not-reported", [{"study>regimens>willow>titration": {"occasion": "weekly"}}],
     "doses differed or could be changed, and how many patients had which is not reported: willow"),
    ("final-dose-not-reported",
     [{"study>regimens>willow>dose-range": {"minimum": "4", "maximum": "5", "unit": "mg"}}],
     "doses differed or could be changed, and how many patients had which is not reported: willow"),
    ("subgroups-not-described",
     [SUBGROUP, {"study>groups>old>defined-when": None, "study>groups>old>denominators": None}],
     "1 subgroup was analysed: all not said to have been planned; all without a size"),
    ("subgroups-not-described", [SUBGROUP, {"study>groups>old>defined-when": "after-results"}],
     "1 subgroup was analysed: all formed after the results were known"),
    ("response-by-either", [{"study>responder-definitions>either": EITHER}],
     "either: a responder need have only one of pain and stiffness; no result of its own is reported for "
     "stiffness"),
    ("counted-among-responders", [RESPONDERS],
     "the better are picked out by what became of them; later: not to be read as shares of willow"),
    ("tail-dose-from-up-and-down", [UP_AND_DOWN],
     "a search that steps down after a response and up after none gathers near the dose for half of the patients; that "
     "for 95 % rests on the curve that was assumed beyond it"),
    ("tail-dose-from-up-and-down", [UP_AND_DOWN, {SHARE: "10"}],
     "a search that steps down after a response and up after none gathers near the dose for half of the patients; that "
     "for 10 % rests on the curve that was assumed beyond it"),
    ("outcome-without-result", [SECOND, {"study>analyses>second": None}],
     "named as measured, but without a result in the reports that were read: stiffness (secondary)"),
    ("told-without-figures", [SECOND, {DIFFERENCE: {"kind": "narrative", "report": "alder",
                                                    "finding": "no-significant-difference"}}],
     "told in words, without a figure: stiffness (no significant difference)"),
    ("p-without-estimate", [SECOND, {DIFFERENCE: {"kind": "test", "report": "alder", "p-value": ".3",
                                                  "p-relation": "equal-to"}}],
     "the difference that was tested is not printed, nor its interval: stiffness (P = .3)"),
    ("spread-not-reported", [{f"{RESULTS}>dummy>spread": None, f"{RESULTS}>dummy>spread-kind": None}],
     "values of groups without a spread or an interval: pain"),
    ("figure-of-unknown-kind", [{f"{RESULTS}>dummy>statistic": "statistic-not-stated"}],
     "whether these are means, medians or something else is not stated: pain (4.5)"),
    ("baseline-tested",
     [SECOND, {"study>outcomes>second>timepoint": "baseline",
               DIFFERENCE: {"kind": "test", "report": "alder", "p-value": ".3", "p-relation": "equal-to"}}],
     "groups were tested for a difference at baseline (P = .3); chance made any difference here"),
    ("number-needed-without-its-terms",
     [SECOND, {f"{DIFFERENCE}>statistic": "number-needed-to-treat", "study>outcomes>second>timepoint": None}],
     "of a number needed to treat of 1 it is not reported: its interval, over what time and compared with whom"),
    ("dose-estimate-without-method",
     [UP_AND_DOWN, {SHARE: "50", "study>analyses>dose>method": None, "study>analyses>dose>responder-definition": None}],
     "effective doses are estimated; not reported is by which method (dose) and what counts as effective (the same "
     "ones)"),
    ("significance-among-several",
     [SECOND, {f"{DIFFERENCE}>p-value": "0.026", f"{DIFFERENCE}>p-relation": "equal-to"}],
     "P = 0.026 in stiffness is one of 2 comparisons that are reported; at 0.05 / 2, which allows for them all, it "
     "would not be significant, and no allowance is reported"),
    ("percent-for-a-change",
     [SECOND, {"study>analyses>second>results>one": {
         "kind": "group-value", "report": "alder", "group": "willow", "statistic": "mean", "estimate": "-30",
         "unit": "%", "spread": "1", "spread-kind": "standard-deviation"}}],
     "named as a change on a scale and printed in per cent, which depends on where each patient began: stiffness "
     "(-30 %)"),
    ("scales-taken-together", [{"study>outcomes>pain>scale": ["line-10", "line-100"]}],
     "values of several scales are taken as one: pain at 6 weeks"),
    ("sign-without-direction", [SECOND, {f"{DIFFERENCE}>favours": None}],
     "1 does not say who did better: which of dummy and willow stands first is not reported"),
    ("people-at-unknown-stage", [{"study>groups>dummy>denominators>n>denominator-kind": "kind-not-stated"}],
     "whether these people were enrolled, treated or analysed is not stated: 21 (dummy)"),
])
def test_studies_that_leave_something_out(rule: str, changes: list[Change], words: str) -> None:
    assert [(fault.rule, fault.message) for fault in faults(*changes) if fault.rule == rule] == [(rule, words)]
    assert {fault.rule for fault in faults(*changes)} <= {rule, *BESIDE.get(rule, set())}


BESIDE = {"masking-without-control": {"cause-beyond-design"}, "matching-not-carried-through": {"direction-not-shown"},
          "figure-of-unknown-kind": set[str](), "tail-dose-from-up-and-down": set[str]()}


def test_who_can_be_chosen_by_chance_decides_what_a_test_at_baseline_means() -> None:
    test = {"kind": "test", "report": "alder", "p-value": ".3", "p-relation": "equal-to"}
    chosen: Change = {"study>design": "cohort", "study>allocation": "non-randomised", DIFFERENCE: test,
                      "study>outcomes>second>outcome-role": "baseline-characteristic"}
    assert message("baseline-tested", SECOND, chosen) == (
        "groups were tested for a difference at baseline (P = .3); in small groups a difference that matters can be "
        "missed; its size says more")


def test_follow_up_of_one_group_only() -> None:
    lone: Change = {"study>groups>willow>duration": {"value": "6", "unit": "wk"}}
    assert message("follow-up-uneven", LAST, lone, {"study>timepoints>week-6>timepoint-kind": "during-treatment"}) == (
        "each person was assessed when last seen, which may be at different times (pain at 6 weeks); the length of "
        "follow-up is told of willow and not of dummy")


def test_nobody_counted_and_no_population_told() -> None:
    silent: Change = {"study>groups>willow>denominators>analysed": None, "study>outcomes>harm": None,
                      "study>outcomes>grave": None, "digest>statements>answer>claims>safety": None,
                      f"{PAIN}>analysis-population": None,
                      **{f"study>analyses>{key}": None for key in ("harm", "grave")}}
    assert message("conduct-not-reported", silent) == (
        "not reported of this study: how many people were analysed, so what became of missing values cannot be told "
        "either; whether people were analysed as randomised (intention to treat)")


def test_a_primary_outcome_without_a_result_is_a_warning() -> None:
    assert told(NAMED, {"study>outcomes>second>outcome-role": "primary"}) == ["outcome-without-result warning"]


def test_a_lone_figure_of_no_stated_kind_may_be_the_difference() -> None:
    figure = {"kind": "group-value", "report": "alder", "group": "willow", "statistic": "statistic-not-stated",
              "estimate": "32", "unit": "{score}"}
    test = {"kind": "test", "report": "alder", "p-value": ".3", "p-relation": "equal-to"}
    lone: Change = {"study>analyses>second>results": {"figure": figure, "test": test}}
    both: Change = {"study>analyses>second>results>other": {**figure, "group": "dummy"}}
    assert "p-without-estimate info" not in told(SECOND, lone)
    assert "p-without-estimate info" in told(SECOND, lone, both)


LATE: Change = {f"{DIFFERENCE}>p-value": "0.026", f"{DIFFERENCE}>p-relation": "equal-to"}


def test_only_the_one_primary_outcome_needs_no_allowance() -> None:
    primary = {f"{RESULTS}>difference>p-value": "0.04"}
    assert told(SECOND, {f"{DIFFERENCE}>significance": "not-significant"}, primary) == []
    assert told(SECOND, LATE, {"study>outcomes>pain>outcome-role": "secondary"}) == ["significance-among-several info"]


@pytest.mark.parametrize("node", ["study/alder/analyses/second", "study/alder/analyses/second/results/difference"])
def test_an_allowance_for_several_tests_is_heard(node: str) -> None:
    allowed = ox.Quad(ox.NamedNode(f"{BASE}/{node}"), ox.NamedNode(f"{LDN}multiplicity"),
                      ox.NamedNode(f"{TERMS}multiplicity/multiplicity-adjusted"))
    assert [fault.rule for fault in faults(SECOND, LATE)] == ["significance-among-several"]
    assert faults(SECOND, LATE, more=[allowed]) == []


def test_a_study_on_which_nothing_rests_gets_no_advice() -> None:
    silent: Change = {"digest>statements>answer": None, "study>registration": None, "study>masked": None}
    assert told(silent) == []


BREAKS: dict[str, Change] = {
    "selected-by-completion warning": {"study>groups>willow>criteria": STAYED},
    "conduct-not-reported info": {"study>registration": None},
    "final-dose-not-reported info": {"study>regimens>willow>titration": {"occasion": "weekly"}},
    "subgroups-not-described info": {**SUBGROUP, "study>groups>old>defined-when": "time-not-stated"},
    "response-by-either info": {"study>responder-definitions>either": EITHER},
    "counted-among-responders info": RESPONDERS,
    "spread-not-reported info": {f"{RESULTS}>dummy>spread": None, f"{RESULTS}>dummy>spread-kind": None},
    "figure-of-unknown-kind info": {f"{RESULTS}>dummy>statistic": "statistic-not-stated"},
    "scales-taken-together info": {"study>outcomes>pain>scale": ["line-10", "line-100"]},
    "people-at-unknown-stage info": {"study>groups>dummy>denominators>n>denominator-kind": "kind-not-stated"},
    "outcome-without-result info": NAMED,
    "follow-up-uneven info": LAST,
}


@given(st.sets(st.sampled_from(sorted(BREAKS))))
def test_what_is_broken_is_found_and_nothing_else(broken: set[str]) -> None:
    assert told(*(BREAKS[line] for line in broken)) == sorted(broken)


@given(st.integers(1, 999), st.integers(2, 9))
def test_only_a_p_above_its_share_of_alpha_is_named(p: int, others: int) -> None:
    more = {f"study>analyses>x{n}": {"outcome": "second", "group": "willow", "results": {"told": {
        "kind": "count", "report": "alder", "significance": "not-significant", "participants": "1"}}}
        for n in range(others)}
    figure = {f"{DIFFERENCE}>p-value": f"0.{p:03d}5", f"{DIFFERENCE}>p-relation": "equal-to"}
    found = [fault for fault in faults(SECOND, more, figure) if fault.rule == "significance-among-several"]
    assert bool(found) == (10 * p + 4 < 500 and (10 * p + 5) * 2 - 1 > 1000 / (others + 2))
