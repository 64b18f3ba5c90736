"""Rules on claims: each finds its one fault in a sound study and digest, and leaves alone what is sound."""

from __future__ import annotations

import pytest
from appraisal import Change, faults, message, told
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.documents import Document

EFFECT = "digest>statements>answer>claims>effect"
SAFETY = "digest>statements>answer>claims>safety"
ADVICE = "digest>statements>aside>claims>advice"
PAIN = "study>analyses>pain"
CONTRAST = f"{PAIN}>results>difference"
SIMILAR: Change = {f"{EFFECT}>claim-kind": "similarity", f"{EFFECT}>claim-direction": "no-difference"}
UNGRADED: Change = {"digest>statements>answer>statement-role": "takeaway", "digest>statements>answer>grade": None}
COHORT: Change = {"study>design": "cohort", "study>allocation": "non-randomised", "study>study-type": "observational"}
ONE_GROUP: Change = {"study>design": "single-arm", "study>allocation": "single-group",
                     "study>study-type": "observational"}
FLAT: Change = {f"{CONTRAST}>p-value": "0.2"}
NO_PLACEBO: Change = {"study>control": "usual-care", "study>groups>dummy>group-role": "usual-care-comparator"}
UNNAMED: Change = {f"{EFFECT}>comparator": None}
SUBGROUPS: Change = {
    **{f"study>groups>{key}": {
        "label": key, "group-kind": "subgroup", "condition": f"{key}-pain", "defined-when": "preset",
        "denominators": {"n": {"number": "9", "denominator-kind": "analysed"}}}
       for key in ("knee", "hip")},
    **{f"study>analyses>{key}": {
        "outcome": "pain", "group": key, "method": "t test",
        "results": {"value": {
            "kind": "group-value", "report": "alder", "group": key, "statistic": "mean", "estimate": value,
            "unit": "{score}", "spread": "1", "spread-kind": "standard-deviation"}}}
       for key, value in (("knee", "2.5"), ("hip", "3.5"))},
    "study>analyses>between": {"outcome": "pain", "group": ["knee", "hip"], "method": "interaction", "results": {
        "difference": {"kind": "contrast", "report": "alder", "statistic": "mean-difference", "estimate": "1",
                       "favours": "knee", "p-value": "0.7", "p-relation": "equal-to"}}},
    "digest>statements>answer>claims": {
        key: {"claim-kind": "effect", "claim-direction": "favours-intervention", "condition": f"{key}-pain",
              "intervention": "willow", "comparator": "dummy", "outcome-domain": "pain",
              "magnitude": {"value": value, "unit": "{score}"}, "rests-on": f"alder/{key}"}
        for key, value in (("knee", "2.5"), ("hip", "3.5"))},
}
BETWEEN = "study>analyses>between>results>difference"
MODEL: Change = {
    "study>outcomes>dose": {"label": "dose", "outcome-domain": "pain", "metric": "effective-dose",
                            "outcome-role": "secondary", "responder-definition": "less", "timepoint": "week-6"},
    "study>responder-definitions>less": {
        "label": "less pain", "response-criteria": {"pain": {"outcome-domain": "pain"}}},
    "study>analyses>dose": {"outcome": "dose", "group": "willow", "method": "probit", "results": {
        "dose": {"kind": "dose-estimate", "report": "alder", "estimate": "5.4", "unit": "mg", "lower": "4.7",
                 "upper": "6.1", "level": "95", "response-share": {"value": "95", "unit": "%"}}}},
    EFFECT: {"claim-kind": "dosing", "claim-direction": "favours-intervention", "condition": "knee-pain",
             "intervention": "willow", "comparator": "dummy", "outcome-domain": "pain",
             "dose": {"value": "5.4", "unit": "mg"}, "response-share": {"value": "95", "unit": "%"},
             "rests-on": "alder/dose"},
}
RESPONDED: Change = {"study>analyses>response": {"outcome": "pain", "group": "willow", "method": "count", "results": {
    "count": {"kind": "count", "report": "alder", "group": "willow", "statistic": "count-of-participants",
              "participants": "7", "denominator": "19"}}}}
OTHER: Change = {f"{EFFECT}>outcome-domain": "stiffness"}


def either(combination: str) -> Change:
    """A response in which less stiffness is one criterion of two."""
    return {"study>outcomes>pain>responder-definition": "mix", "study>responder-definitions>mix": {
        "label": "less of something", "combination": combination,
        "response-criteria": {"one": {"outcome-domain": "pain"}, "two": {"outcome-domain": "stiffness"}}}}


def test_what_is_sound_is_left_alone() -> None:
    assert faults() == []


@pytest.mark.parametrize("changes", [
    [{**SIMILAR, f"{PAIN}>margin": {"value": "1", "unit": "{score}"}}],
    [{f"{EFFECT}>claim-kind": "subgroup-difference", f"{EFFECT}>claim-direction": "no-difference"}],
    [{f"{EFFECT}>claim-kind": "usage"}, COHORT],
    [{f"{EFFECT}>claim-direction": None}, ONE_GROUP],
    [{"study>allocation": None, "study>design": "parallel", "study>not-reported": "allocation"}],
    [{f"{EFFECT}>condition": "old-knee-pain"}],
    [{f"{EFFECT}>condition": None, "digest>statements>answer>claims>effect>not-reported": "condition"}],
    [{f"{EFFECT}>condition": {"text": "sore knees"}}],
    [{f"{EFFECT}>rests-on": ["alder/pain", "birch/pain"]}, COHORT],
    [{"study>groups>willow>condition": "hip-pain"}],
    [{f"{EFFECT}>outcome-domain": {"text": "soreness"}}],
    [OTHER, either("all-criteria")],
    [{f"{EFFECT}>magnitude": {"value": "3.2", "unit": "{score}"}, f"{PAIN}>results>dummy": None}],
    [{f"{EFFECT}>magnitude": {"value": "3.1", "unit": "%"}, f"{PAIN}>results>dummy": None}],
    [UNNAMED, {"digest>statements>answer>claims>effect>intervention": ["willow", "dummy"]}],
    [{f"{CONTRAST}>p-value": "0.05"}], [{f"{CONTRAST}>p-value": "0.050", f"{CONTRAST}>p-relation": "greater-than",
                                         f"{EFFECT}>claim-direction": None}],
    [SUBGROUPS, {"study>population>condition": ["knee-pain", "hip-pain"], f"{BETWEEN}>p-value": "0.001"}],
    [SUBGROUPS, {f"{EFFECT.rpartition('>')[0]}>hip": None}],
    [MODEL, {f"{EFFECT}>response-share": {"value": "90", "unit": "%"}}],
    [MODEL, {f"{EFFECT}>dose": {"value": "5.5", "unit": "mg"}}],
    [{"digest>verdict": "no"}, NO_PLACEBO], [{"digest>verdict": "uncertain", "question>pico>condition": "joint-pain"}],
    [{"question>pico>comparator": "dummy"}, NO_PLACEBO],
    [{"study>population>sex": "female", EFFECT: None, SAFETY: None, "digest>statements>answer>basis": None}],
])
def test_claims_that_may_stand(changes: list[Change]) -> None:
    assert told(*changes) == []


@pytest.mark.parametrize(("expected", "changes"), [
    (["similarity-without-margin warning"], [SIMILAR]),
    (["similarity-without-margin warning"], [{f"{EFFECT}>claim-direction": "no-difference"}]),
    (["similarity-without-margin warning"], [SIMILAR, UNGRADED]),
    (["similarity-without-margin warning"], [{"study>analyses>harm>margin": None}]),
    (["cause-beyond-design warning"], [COHORT]),
    (["cause-beyond-design info"], [COHORT, UNGRADED]),
    (["cause-beyond-design warning"], [ONE_GROUP]),
    (["cause-beyond-design warning"], [COHORT, {f"{EFFECT}>claim-kind": "dosing"}]),
    (["claim-beyond-people-studied warning"], [{f"{EFFECT}>condition": "joint-pain"}]),
    (["claim-beyond-people-studied info"], [{f"{EFFECT}>condition": "joint-pain"}, UNGRADED]),
    (["claim-beyond-people-studied warning"], [{f"{EFFECT}>condition": ["knee-pain", "hip-pain"]}, UNGRADED]),
    (["claimed-outcome-not-measured warning"], [OTHER]),
    (["claimed-outcome-not-measured info"], [OTHER, UNGRADED]),
    (["claimed-outcome-not-measured warning", "response-by-either info"], [OTHER, either("any-criterion")]),
    (["claimed-size-without-comparison warning"], [{f"{PAIN}>results>dummy": None}]),
    (["claimed-size-without-comparison info"], [{f"{PAIN}>results>dummy": None}, UNGRADED]),
    (["claimed-size-without-comparison warning", "figure-of-unknown-kind info"],
     [{f"{PAIN}>results>willow>statistic": "statistic-not-stated"}]),
    (["claimed-size-without-comparison warning"], [{f"{PAIN}>results>willow>percent-base": "base-not-stated"}]),
    (["comparator-left-out info"], [UNNAMED]),
    (["comparator-left-out info", "effect-without-placebo info", "verdict-beyond-evidence warning"],
     [UNNAMED, NO_PLACEBO]),
    (["cause-beyond-design warning", "comparator-left-out info", "verdict-beyond-evidence warning"],
     [UNNAMED, NO_PLACEBO, COHORT]),
    (["direction-not-shown warning"], [FLAT]), (["direction-not-shown info"], [FLAT, UNGRADED]),
    (["claim-from-narrow-group info"] * 2, [{"study>population>sex": "female"}]),
    (["claim-from-narrow-group info"] * 2, [{"study>population>criteria": {"failed": {
        "criterion-kind": "inclusion", "aspect": "earlier-treatment", "description": "Had tried all else."}}}]),
    (["recommendation-without-grade info"], [{"digest>statements>aside>grade": None}]),
    (["figures-at-second-hand info"], [{f"study>analyses>{key}": None for key in ("harm", "grave")},
                                       {SAFETY: None, "study>outcomes>harm": None, "study>outcomes>grave": None},
                                       {f"{PAIN}>results>{key}>report": "digest" for key in
                                        ("willow", "dummy", "difference")}]),
    (["modelled-share-as-observed warning"], [MODEL]),
    (["modelled-share-as-observed info"], [MODEL, UNGRADED]),
    (["subgroup-figures-apart warning"],
     [SUBGROUPS, {"study>population>condition": ["knee-pain", "hip-pain"]}]),
    (["subgroup-figures-apart warning"],
     [SUBGROUPS, {"study>population>condition": ["knee-pain", "hip-pain"], "study>analyses>between": None}]),
    (["verdict-beyond-evidence warning"], [{"question>pico>condition": "joint-pain"}]),
    (["verdict-beyond-evidence warning"], [{"question>pico>condition": "hip-pain"}]),
    (["verdict-beyond-evidence warning"], [{"digest>statements>answer>basis>number": "1"}]),
    (["verdict-beyond-evidence warning"], [NO_PLACEBO]),
    (["safety-claim-incomplete warning"], [{f"{SAFETY}>comparator": None}]),
    (["safety-claim-incomplete warning"], [{"study>outcomes>harm>timepoint": None}]),
    (["safety-claim-incomplete warning"], [{"study>analyses>grave": None, "study>outcomes>grave": None}]),
    (["safety-claim-incomplete info"], [{f"{SAFETY}>comparator": None}, UNGRADED]),
])
def test_claims_that_go_too_far(expected: list[str], changes: list[Change]) -> None:
    assert told(*changes) == expected


@pytest.mark.parametrize(("p", "relation", "flat"), [
    ("0.049", "equal-to", False), ("0.05", "equal-to", False), ("0.0505", "equal-to", True), ("0.06", "equal-to", True),
    ("0.05", "greater-than", True), ("0.04", "greater-than", False), ("0.05", "at-least", True),
    ("0.05", "less-than", False), ("0.1", "less-than", False), ("0.2", "at-most", False),
])
def test_rounding_and_sign_of_p_decide(p: str, relation: str, flat: bool) -> None:
    found = told({f"{CONTRAST}>p-value": p, f"{CONTRAST}>p-relation": relation})
    assert ("direction-not-shown warning" in found) == flat


@pytest.mark.parametrize(("statistic", "lower", "upper", "level", "flat"), [
    ("mean-difference", "-0.9", "4.2", "95", True), ("mean-difference", "0.0", "4.2", "95", False),
    ("mean-difference", "-0.1", "0.1", "95", True), ("mean-difference", "0.1", "4.2", "95", False),
    ("mean-difference", "-0.9", "4.2", "90", False), ("risk-ratio", "0.5", "1.2", "95", True),
    ("risk-ratio", "1.0", "1.2", "95", False), ("number-needed-to-treat", "-9", "4", "95", False),
])
def test_an_interval_decides_where_no_p_is_printed(statistic: str, lower: str, upper: str, level: str, flat: bool
                                                   ) -> None:
    found = told({f"{CONTRAST}>p-value": None, f"{CONTRAST}>p-relation": None, f"{CONTRAST}>statistic": statistic,
                  f"{CONTRAST}>lower": lower, f"{CONTRAST}>upper": upper, f"{CONTRAST}>level": level})
    assert ("direction-not-shown warning" in found) == flat


def test_the_limit_further_off_is_what_an_interval_leaves_open() -> None:
    found = message("similarity-without-margin", SIMILAR, FLAT, NO_PLACEBO,
                    {f"{CONTRAST}>lower": "-2.90", f"{CONTRAST}>upper": "1.9"})
    assert found == (
        "no margin is reported for what counts as doing equally well; the interval of pain by intention to treat "
        "leaves open a difference of 2.90 (line of 10); a difference that is not significant (P = 0.2) does not show "
        "likeness; whether intention to treat and per protocol agree cannot be told: only intention to treat is "
        "reported; and no placebo group is reported, without which it cannot be told that either treatment worked")


@pytest.mark.parametrize(("statistic", "lower", "upper", "open_"), [
    ("mean-difference", "-0.9", "4.2", "a difference of 4.2 (line of 10)"),
    ("mean-difference", "-4.2", "4.2", "a difference of 4.2 (line of 10)"),
    ("risk-ratio", "0.5", "1.9", "a risk ratio of 0.5"),
    ("risk-ratio", "0.5", "2.0", "a risk ratio of 2.0"),
    ("risk-ratio", "0.5", "2.1", "a risk ratio of 2.1"),
    ("number-needed-to-treat", "-9", "4", "all from -9 to 4 (line of 10)"),
])
def test_what_stays_open_by_statistic(statistic: str, lower: str, upper: str, open_: str) -> None:
    found = message("similarity-without-margin", SIMILAR, {
        f"{CONTRAST}>statistic": statistic, f"{CONTRAST}>lower": lower, f"{CONTRAST}>upper": upper})
    assert f"leaves open {open_};" in found


@pytest.mark.parametrize(("p", "words"), [
    ("0.2", "intention to treat and per protocol do not agree on whether there is a difference"), ("0.02", "")])
def test_two_populations_are_compared(p: str, words: str) -> None:
    result = {"kind": "contrast", "report": "alder", "statistic": "mean-difference", "estimate": "1", "p-value": p,
              "p-relation": "equal-to", "favours": "willow"}
    second = {"outcome": "pain", "group": ["willow", "dummy"], "analysis-population": "per-protocol",
              "method": "t test", "results": {"difference": result}}
    found = message("similarity-without-margin", SIMILAR, {"study>analyses>second": second})
    assert words in found
    assert ("per protocol" in found) == bool(words)


def test_an_untreated_group_shows_that_treatments_work_and_harms_need_none() -> None:
    assert "placebo" not in message("similarity-without-margin", SIMILAR, NO_PLACEBO, {"study>control": "no-treatment"})
    assert "placebo" not in message("similarity-without-margin", NO_PLACEBO, {"study>analyses>harm>margin": None})


def test_an_interval_that_is_not_printed_leaves_all_open() -> None:
    bare = {f"{CONTRAST}>{key}": None for key in ("lower", "upper", "level")}
    found = message("similarity-without-margin", SIMILAR, bare)
    assert "no interval is reported for pain, so how large a difference stays open is unknown" in found


def test_the_reasons_against_a_cause_are_those_of_the_design() -> None:
    start = "an effect of the treatment is claimed, and no study behind it left the treatment to chance: "
    assert message("cause-beyond-design", COHORT) == (
        f"{start}in Willow or dummy the groups may have differed in more than the treatment")
    assert message("cause-beyond-design", ONE_GROUP) == (
        f"{start}Willow or dummy had no other group, so time, regression to the mean and expectation may account for "
        "what was seen")


def test_what_was_seen_stands_beside_what_was_modelled() -> None:
    start = ("95 % is the share that the dose was estimated for, not one that was seen; the interval of the dose is "
             "4.7 to 6.1 mg; ")
    assert message("modelled-share-as-observed", MODEL) == f"{start}how many responded is not reported"
    assert message("modelled-share-as-observed", MODEL, RESPONDED) == (
        f"{start}7 of 19 were seen to respond, over all doses")


def test_all_that_a_safety_claim_leaves_open_is_one_finding() -> None:
    events = {f"study>analyses>harm>results>{key}": {"kind": "count", "report": "alder", "group": key, "events": number,
                                                     "statistic": "count-of-events", "most-common": {
                                                         "outcome-domain": "grave-harm", "severity": "mild"}}
              for key, number in (("willow", "8"), ("dummy", "52"))}
    test = {"kind": "test", "report": "alder", "p-value": ".001", "p-relation": "less-than"}
    found = message("safety-claim-incomplete", events, {
        f"{SAFETY}>comparator": None, "study>analyses>harm>method": None, "study>analyses>harm>results>test": test,
        "study>outcomes>harm>timepoint": None, "study>analyses>grave": None, "study>outcomes>grave": None})
    assert found == (
        "events are counted, and how many patients had them is not reported; the test behind P < .001 is not named, "
        "and one on events must allow for several in one patient; over what time they were counted is not reported; "
        "how grave they were is told only of the most common one (dummy and willow); the claim does not say compared "
        "with what")


def test_an_event_that_is_named_as_the_most_common_was_measured() -> None:
    common = {"study>analyses>harm>results>willow>most-common": {"outcome-domain": "stiffness", "severity": "mild"}}
    stiffness: Change = {f"{SAFETY}>outcome-domain": "stiffness"}
    assert "claimed-outcome-not-measured warning" in told(stiffness)
    assert "claimed-outcome-not-measured warning" not in told(stiffness, common)


@pytest.mark.parametrize(("condition", "intervention", "named"), [
    ("knee-pain", "willow", True), ("old-knee-pain", "willow", True), ("joint-pain", "willow", False),
    ("hip-pain", "willow", False), ("knee-pain", "dummy", False)])
def test_a_silent_study_is_named_where_the_claim_covers_it(condition: str, intervention: str, named: bool) -> None:
    birch = second_study(condition, intervention)
    assert told({"digest>about": ["alder", "birch"]}, also=birch) == ["safety-claim-incomplete warning"] * named
    if named:
        assert message("safety-claim-incomplete", {"digest>about": ["alder", "birch"]}, also=birch) == (
            "nothing of the kind is reported for Birch")


def second_study(condition: str, intervention: str) -> Document:
    """A study that reports nothing."""
    return Document("study", "birch", {
        "label": "Birch", "population": {"condition": condition}, "regimens": {"one": {"intervention": intervention}},
        "groups": {"all": {"label": "all", "group-kind": "whole-study", "regimen": "one"}}})


BREAKS: dict[str, Change] = {
    "claimed-size-without-comparison warning": {f"{PAIN}>results>dummy": None},
    "claim-beyond-people-studied warning": {f"{EFFECT}>condition": "joint-pain"},
    "comparator-left-out info": UNNAMED,
    "direction-not-shown warning": FLAT,
    "cause-beyond-design warning": COHORT,
    "safety-claim-incomplete warning": {f"{SAFETY}>comparator": None},
    "recommendation-without-grade info": {"digest>statements>aside>grade": None},
    "similarity-without-margin warning": {"study>analyses>harm>margin": None},
    "verdict-beyond-evidence warning": {"digest>statements>answer>basis>number": "1"},
    "claimed-outcome-not-measured warning": OTHER,
}


@given(st.sets(st.sampled_from(sorted(BREAKS))))
def test_what_is_broken_is_found_and_nothing_else(broken: set[str]) -> None:
    assert told(*(BREAKS[line] for line in broken)) == sorted(broken)


@given(st.integers(1, 999), st.integers(1, 999), st.integers(0, 2))
def test_the_largest_difference_is_the_limit_further_off(lower: int, upper: int, places: int) -> None:
    low, high = f"{-lower / 10**places:.{places}f}", f"{upper / 10**places:.{places}f}"
    found = message("similarity-without-margin", SIMILAR, {f"{CONTRAST}>lower": low, f"{CONTRAST}>upper": high})
    assert f"leaves open a difference of {max(low.lstrip('-'), high, key=float)} (" in found
