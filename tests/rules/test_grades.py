"""Published grades beside derived ones, and the arithmetic of GRADE, on documents as they are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import BASE, ROOT
from ldn_graph.appraisal import grades_page, shipped_page
from ldn_graph.documents import Document, Value
from ldn_graph.rules.appraised import Asked, criteria_of, level_of
from ldn_graph.rules.catalogue import COLLECTION_RULES, faults
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault
from ldn_graph.rules.sort import Level
from ldn_graph.terms import LDN, RDF_TYPE
from ldn_graph.triples import Compiled, compile_document

Mapping = dict[str, Value]
GRADE_RULES = [rule for rule in COLLECTION_RULES if rule.__module__ == "ldn_graph.rules.grades"]
KEPT = "The published grade stays, and is shown as the report's"


def group(kind: str, **numbers: Any) -> Mapping:
    """A group with a number for each stage; a pair says by which rule people were chosen."""
    people: Mapping = {}
    for stage, number in numbers.items():
        count, _, rule = str(number).partition(" ")
        people[stage.replace("_", "-")] = {"number": count, "denominator-kind": stage.replace("_", "-"),
                                           **({"analysis-population": rule} if rule else {})}
    return {"group-kind": kind, "denominators": people}


TRIAL: Mapping = {
    "design": "randomised-controlled-trial", "allocation": "randomised", "control": "placebo",
    "allocation-concealment": "concealed", "masking": "double-blind",
    "groups": {"all": group("whole-study", randomised=100, completed=90, needed_for_power=90)},
    "outcomes": {"pain": {"outcome-domain": "pain", "outcome-role": "primary"}},
    "analyses": {"pain": {"outcome": "pain", "analysis-population": "intention-to-treat"}},
}
COHORT: Mapping = {"design": "cohort", "allocation": "non-randomised", "control": "usual-care"}
ONE_GROUP: Mapping = {"design": ["dose-response", "up-and-down"], "allocation": "single-group",
                      "control": "uncontrolled"}
VOCABULARY: Mapping = {"outcome-domains": {
    "pain": {"orientation": "patient-oriented"}, "sleep": {"orientation": "patient-oriented"},
    "threshold": {"orientation": "disease-oriented"}, "mood": {}}}


def facts(**documents: Mapping) -> Facts:
    """The facts of a vocabulary and of documents named by their keys; the report is called digest."""
    whole = [Document("vocabulary", "terms", VOCABULARY),
             *(Document("report" if key == "digest" else "study", key, data) for key, data in documents.items())]
    return Facts(quad for document in whole for quad in sound(compile_document(document, BASE)).quads)


def sound(done: Compiled) -> Compiled:
    assert done.findings == []
    return done


def digest(grade: str, claims: Mapping | None = None, **basis: Value) -> Mapping:
    """A report with one graded statement."""
    return {"statements": {"one": {"grade": grade, "basis": basis, "claims": claims or {"effect": claim()}}}}


def claim(domain: str = "pain", **more: Value) -> Mapping:
    """A claim with a direction and an outcome."""
    return {"claim-direction": "favours-intervention", "outcome-domain": domain, **more}


def told(found: Iterable[Fault]) -> list[tuple[str, str, str, str]]:
    """Rule, severity, value and message."""
    return [(fault.rule, str(fault.severity), fault.value, fault.message) for fault in found]


def collected(facts: Facts) -> list[tuple[str, str, str, str]]:
    """What the rules over several documents find."""
    return told(fault for rule in GRADE_RULES for fault in rule(facts))


def brief(facts: Facts) -> list[tuple[str, str]]:
    """Severity and derived grade of each fault."""
    return [(severity, message.partition(" give ")[2].partition(":")[0] or message.partition(" is level ")[2]
             .partition(":")[0]) for _, severity, _, message in collected(facts)]


def changed(study: Mapping, **keys: Value | None) -> Mapping:
    """A study with some keys changed, and those left out that are nothing."""
    named = {key.replace("_", "-"): value for key, value in keys.items()}
    return {key: value for key, value in {**study, **named}.items() if value is not None}


# Published strengths


@pytest.mark.parametrize(("grade", "studies", "basis", "found"), [
    ("sort-b", {"one-trial": TRIAL}, {"number": "1"}, []),
    ("sort-a", {"one-trial": TRIAL}, {"number": "1"}, [("info", "B")]),
    ("sort-c", {"one-trial": TRIAL}, {"number": "1"}, [("info", "B")]),
    ("sort-a", {"cohort": COHORT}, {"number": "1"}, [("warning", "B")]),
    ("sort-b", {"cohort": COHORT}, {"number": "1"}, []),
    ("sort-a", {"one-trial": TRIAL, "two": TRIAL}, {"number": "2", "consistency": "consistent"}, []),
    ("sort-b", {"one-trial": TRIAL, "two": TRIAL}, {"number": "2", "consistency": "consistent"}, [("info", "A")]),
    ("sort-a", {"one-trial": TRIAL, "two": TRIAL}, {"number": "2"}, [("info", "B (A at best)")]),
    ("sort-b", {"one-trial": TRIAL, "two": TRIAL}, {"number": "2"}, [("info", "B (A at best)")]),
    ("sort-a", {"one-trial": TRIAL, "two": TRIAL}, {"number": "2", "consistency": "inconsistent"}, [("warning", "B")]),
    ("sort-b", {"one-trial": TRIAL, "two": COHORT}, {"number": "2"}, []),
    ("sort-c", {"one": ONE_GROUP}, {"number": "1"}, []),
    ("sort-a", {"one": ONE_GROUP}, {"number": "1"}, [("warning", "C")]),
    ("sort-b", {"one": ONE_GROUP}, {"number": "1"}, [("warning", "C")]),
    ("sort-a", {"one": TRIAL}, {"number": "2"}, [("info", "B (A at best)")]),
    ("sort-b", {"one": ONE_GROUP}, {"number": "2"}, [("info", "C (B at best)")]),
    ("sort-b", {"one": ONE_GROUP}, {}, [("info", "C (B at best)")]),
    ("grade-high", {"one": ONE_GROUP}, {"number": "1"}, []),
])
def test_a_published_strength_is_set_beside_the_derived_one(
        grade: str, studies: dict[str, Mapping], basis: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert brief(facts(**studies, digest=digest(grade, **basis, study=list(studies)))) == found


def test_the_warning_names_each_step_and_that_it_is_a_reading() -> None:
    assert collected(facts(one=ONE_GROUP, digest=digest("sort-b", number="1", study="one"))) == [
        ("sort-strength-derived", "warning", "sort-b",
         "the report gives SORT B; by our reading of SORT its studies give C: nothing above level 3; level 3: one "
         "group without a control, SORT does not name such studies, and that they rank with case series is our "
         "reading. " + KEPT)]


def test_the_advice_names_what_is_not_told() -> None:
    trial = changed(TRIAL, allocation_concealment=None, analyses=None)
    found = collected(facts(one=trial, two=TRIAL, digest=digest("sort-a", number="2", consistency="consistent",
                                                                study=["one", "two"])))
    assert [(rule, severity) for rule, severity, _, _ in found] == [("sort-strength-derived", "info")]
    assert found[0][3].endswith(". Not told: concealment of allocation, analysis by intention to treat. " + KEPT)


@pytest.mark.parametrize(("domain", "found"), [
    ("pain", []), ("threshold", [("warning", "C")]), ("mood", [("info", "C (B at best)")])])
def test_the_outcome_decides_too(domain: str, found: list[tuple[str, str]]) -> None:
    assert brief(facts(one=COHORT, digest=digest("sort-b", {"x": claim(domain)}, number="1", study="one"))) == found


def test_a_claim_on_patients_that_rests_on_a_measurement_of_the_disease_is_c() -> None:
    study = changed(COHORT, outcomes={"device": {"outcome-domain": "threshold"}},
                    analyses={"device": {"outcome": "device"}})
    claims: Mapping = {"x": claim(**{"rests-on": "one/device"})}
    assert brief(facts(one=study, digest=digest("sort-b", claims, number="1", study="one"))) == [("warning", "C")]


def test_one_letter_for_two_claims_is_too_strong_only_if_it_is_for_both() -> None:
    claims: Mapping = {"x": claim("pain"), "y": claim("threshold")}
    report = digest("sort-b", claims, number="1", study="one")
    assert brief(facts(one=COHORT, digest=report)) == [("info", "C (B at best)")]
    assert brief(facts(one=ONE_GROUP, digest=report)) == [("warning", "C")]


@pytest.mark.parametrize("report", [
    digest("sort-a", {"x": {"outcome-domain": "pain"}}, number="1", study="one"),
    digest("sort-a", {"x": {"claim-direction": "favours-intervention"}}, number="1", study="one"),
    digest("sort-a", number="1", study=["one", "elsewhere"]),
    {"statements": {"one": {"grade": "sort-a", "claims": {"x": claim()}}}},
    {"statements": {"one": {"basis": {"number": "1", "study": "one"}, "claims": {"x": claim()}}}},
])
def test_nothing_is_said_where_nothing_follows(report: Mapping) -> None:
    """No direction, no outcome, a study that is not here, no basis, no grade."""
    assert collected(facts(one=ONE_GROUP, digest=report)) == []


def test_a_design_that_a_report_claims_does_not_count() -> None:
    """Neither the design in a basis nor the kind of a report sets the kind of a study."""
    report = digest("sort-b", number="1", study="one", design="randomised-controlled-trial")
    assert brief(facts(one=ONE_GROUP, digest={**report, "report-kind": "journal-article"})) == [("warning", "C")]


# Published levels


def levelled(level: str, **more: Value) -> Mapping:
    """A report that gives a level to one study."""
    return {"study-levels": {"first": {"study": "one", "sort-level": level, **more}}}


@pytest.mark.parametrize(("study", "level", "found"), [
    (TRIAL, "level-1", []), (TRIAL, "level-2", [("info", "1")]), (TRIAL, "level-3", [("info", "1")]),
    (changed(TRIAL, masking=None), "level-1", [("info", "1 to 2")]),
    (changed(TRIAL, masking=None), "level-2", [("info", "1 to 2")]),
    (changed(TRIAL, allocation_concealment="not-concealed"), "level-1", [("warning", "2")]),
    (changed(TRIAL, allocation_concealment="not-concealed"), "level-2", []),
])
def test_a_published_level_is_set_beside_the_derived_one(
        study: Mapping, level: str, found: list[tuple[str, str]]) -> None:
    assert brief(facts(one=study, digest=levelled(level))) == found


def test_a_published_level_may_be_for_one_outcome() -> None:
    study = changed(COHORT, outcomes={"x": {"outcome-domain": "pain"}, "y": {"outcome-domain": "threshold"}},
                    analyses={"x": {"outcome": "x"}, "y": {"outcome": "y"}})
    assert brief(facts(one=study, digest=levelled("level-2", **{"outcome-domain": "pain"}))) == []
    assert brief(facts(one=study, digest=levelled("level-2", **{"outcome-domain": "threshold"}))) == [("warning", "3")]
    assert brief(facts(one=study, digest=levelled("level-2"))) == [("info", "2 to 3")]


def test_the_warning_on_a_level_is_whole() -> None:
    study = changed(COHORT, outcomes=TRIAL["outcomes"], analyses=TRIAL["analyses"])
    assert collected(facts(one=study, digest=levelled("level-1"))) == [
        ("sort-level-derived", "warning", "level-1",
         "the report gives the study level 1; by our reading of SORT it is level 2: cohort. " + KEPT)]


MISSES: dict[str, dict[str, Value | None]] = {
    "concealment": {"allocation_concealment": "not-concealed"},
    "masking": {"masking": "open-label", "masking_possible": "true"},
    "intention-to-treat": {"analyses": {"pain": {"outcome": "pain", "analysis-population": "per-protocol"}}},
    "power": {"groups": {"all": group("whole-study", randomised=100, completed=90, needed_for_power=101)}},
    "follow-up": {"groups": {"all": group("whole-study", randomised=100, completed=80, needed_for_power=80)}},
}


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(["trial", "cohort", "one group"]), st.sampled_from(["pain", "sleep", "threshold"]),
       st.lists(st.sampled_from(sorted(MISSES)), max_size=2), st.integers(1, 3))
def test_the_level_that_follows_passes_and_any_other_is_found(
        kind: str, domain: str, missed: list[str], level: int) -> None:
    study = {"trial": TRIAL, "cohort": COHORT, "one group": ONE_GROUP}[kind]
    study = changed(study, outcomes={"pain": {"outcome-domain": domain, "outcome-role": "primary"}},
                    analyses=TRIAL["analyses"])
    for name in missed if kind == "trial" else ():
        study = changed(study, **MISSES[name])
    right = {"trial": 2 if missed else 1, "cohort": 2, "one group": 3}[kind] if domain != "threshold" else 3
    report = levelled(f"level-{level}", **{"outcome-domain": domain})
    assert [it[:3] for it in collected(facts(one=study, digest=report))] == [
        ("sort-level-derived", "warning" if level < right else "info", f"level-{level}")] * (level != right)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=4), st.sampled_from(["consistent", "inconsistent"]),
       st.sampled_from("abc"))
def test_the_strength_that_follows_passes_and_any_other_is_found(
        levels: list[int], consistency: str, letter: str) -> None:
    named = several([{1: TRIAL, 2: COHORT, 3: ONE_GROUP}[level] for level in levels])
    good = levels.count(1) > 1 and consistency == "consistent"
    right = "c" if set(levels) == {3} else "a" if good else "b"
    severity = "warning" if letter < right and (levels, letter) != ([1], "a") else "info"
    report = digest(f"sort-{letter}", number=str(len(levels)), consistency=consistency, study=list(named))
    assert [it[:3] for it in collected(facts(**named, digest=report))] == [
        ("sort-strength-derived", severity, f"sort-{letter}")] * (letter != right)


# The criteria as documents tell them


def criteria(study: Mapping) -> dict[str, bool | None]:
    """The criteria that a study meets, its analyses being all of it."""
    known = facts(one=study)
    node = f"{BASE}/study/one"
    return criteria_of(known, node, known.all(node, "hasAnalysis"))


def test_a_good_trial_meets_all_criteria() -> None:
    assert set(criteria(TRIAL).values()) == {True}
    assert set(criteria({"label": "silent"}).values()) == {None}


@pytest.mark.parametrize(("keys", "met"), [
    ({"masking": "double-blind"}, True), ({"masking": "triple-blind"}, True), ({"masking": "single-blind"}, None),
    ({"masking": "open-label"}, None), ({"masking": "open-label", "masking_possible": "false"}, True),
    ({"masking": "open-label", "masking_possible": "true"}, False),
    ({"masking": "single-blind", "masking_possible": "true"}, False),
    ({"masking": "single-blind", "masked": ["patient", "outcome-assessor"]}, True),
    ({"masking": "single-blind", "masked": ["patient", "investigator"]}, None),
    ({"masking": "double-blind", "masked_to": "The dose."}, None),
    ({"masking": "double-blind", "masked_to": "The dose.", "masking_possible": "true"}, False),
    ({"masking": None, "masking_possible": "true"}, None), ({"masking": None}, None),
])
def test_masking(keys: dict[str, Value | None], met: bool | None) -> None:
    assert criteria(changed(TRIAL, **keys))["masking"] is met


@pytest.mark.parametrize(("populations", "met"), [
    (["intention-to-treat"], True), (["per-protocol", "intention-to-treat"], True), (["per-protocol"], False),
    (["as-treated", "complete-case"], False), (["population-not-stated"], None), (["per-protocol", ""], None),
    (["per-protocol", "population-not-stated"], None), ([], None),
])
def test_intention_to_treat(populations: list[str], met: bool | None) -> None:
    analyses: Mapping = {f"a{number}": changed({"outcome": "pain"}, analysis_population=population or None)
                         for number, population in enumerate(populations)}
    assert criteria(changed(TRIAL, analyses=analyses))["intention-to-treat"] is met


@pytest.mark.parametrize(("numbers", "met"), [
    ({"randomised": 100, "completed": 81}, True), ({"randomised": 100, "completed": 80}, False),
    ({"randomised": 99, "completed": 80}, True), ({"randomised": 5, "completed": 4}, False),
    ({"randomised": 100, "analysed": "90 complete-case"}, True),
    ({"randomised": 100, "analysed": "80 complete-case"}, False),
    ({"randomised": 100, "analysed": "81 per-protocol"}, True),
    ({"randomised": 100, "analysed": "80 per-protocol"}, None),
    ({"randomised": 100, "analysed": "100 intention-to-treat"}, None),
    ({"randomised": 100, "analysed": "80 intention-to-treat"}, False),
    ({"randomised": 100, "analysed": "90 as-treated"}, None), ({"randomised": 100, "analysed": 90}, None),
    ({"randomised": 100}, None), ({"completed": 90}, None), ({"enrolled": 100, "completed": 90}, None),
    ({"randomised": 0, "completed": 0}, None),
])
def test_follow_up(numbers: dict[str, Any], met: bool | None) -> None:
    assert criteria(changed(TRIAL, groups={"all": group("whole-study", **numbers)}))["follow-up"] is met


@pytest.mark.parametrize(("one", "other", "met"), [
    ({"randomised": 50, "completed": 45}, {"randomised": 50, "completed": 36}, True),
    ({"randomised": 50, "completed": 45}, {"randomised": 50, "completed": 35}, False),
    ({"randomised": 50, "completed": 45}, {"randomised": 50}, None),
])
def test_follow_up_of_arms_is_taken_together(one: dict[str, int], other: dict[str, int], met: bool | None) -> None:
    groups: Mapping = {"x": group("arm", **one), "y": group("arm", **other), "z": group("subgroup", completed=1)}
    assert criteria(changed(TRIAL, groups=groups))["follow-up"] is met


@pytest.mark.parametrize(("numbers", "met"), [
    ({"randomised": 100, "completed": 90, "needed_for_power": 90}, True),
    ({"randomised": 100, "analysed": 90, "completed": 89, "needed_for_power": 90}, None),
    ({"randomised": 100, "completed": 89, "needed_for_power": 90}, None),
    ({"randomised": 89, "completed": 89, "needed_for_power": 90}, False),
    ({"randomised": 90, "needed_for_power": 90}, None), ({"randomised": 100, "completed": 100}, None),
    ({"completed": 90, "needed_for_power": 90}, True),
])
def test_power(numbers: dict[str, int], met: bool | None) -> None:
    assert criteria(changed(TRIAL, groups={"all": group("whole-study", **numbers)}))["power"] is met


def test_the_analyses_of_the_claim_decide_on_intention_to_treat() -> None:
    """The same outcome by intention to treat counts though the claim names the other analysis; another outcome not."""
    both: Mapping = {"pain": {"outcome": "pain", "analysis-population": "per-protocol"},
                     "again": {"outcome": "pain", "analysis-population": "intention-to-treat"}}
    other: Mapping = {"pain": both["pain"], "sleep": {"outcome": "sleep", "analysis-population": "intention-to-treat"}}
    outcomes: Mapping = {"pain": {"outcome-domain": "pain"}, "sleep": {"outcome-domain": "sleep"}}
    for analyses, level in ((both, Level(1, 1)), (other, Level(2, 2))):
        known = facts(one=changed(TRIAL, analyses=analyses, outcomes=outcomes))
        node, domain = f"{BASE}/study/one", f"{BASE}/outcome-domains/pain"
        named = Asked((domain,), (f"{node}/analyses/pain",))
        assert level_of(known, node, named) == level_of(known, node, Asked((domain,))) == level


def test_a_study_that_is_not_here_is_open() -> None:
    found = level_of(facts(one=TRIAL), f"{BASE}/study/elsewhere", Asked())
    assert (found, found.unknown) == (Level(1, 3), ("a study that is not in the collection",))


# GRADE


def rated(start: str, end: str, down: dict[str, str] | None = None, up: dict[str, str] | None = None, **more: Value
          ) -> Mapping:
    """A report whose only claim has a rating of certainty."""
    rating: Mapping = {"start-grade": f"grade-{start}", "grade": f"grade-{end}", **more}
    rating["downgrades"] = {f"d{at}": {"lowered-for": name, "steps": steps}
                            for at, (name, steps) in enumerate((down or {}).items())}
    rating["upgrades"] = {f"u{at}": {"raised-for": name, "steps": steps}
                          for at, (name, steps) in enumerate((up or {}).items())}
    return {"statements": {"one": {"basis": {"number": "1", "study": "one"}, "claims": {"x": {"certainty": rating}}}}}


def arithmetic(report: Mapping) -> list[tuple[str, str, str, str]]:
    """What the rules on one document find in a report."""
    return told(faults(sound(compile_document(Document("report", "digest", report), BASE)).quads))


@pytest.mark.parametrize(("start", "down", "up", "end"), [
    ("high", {}, {}, "high"), ("low", {}, {}, "low"), ("high", {"imprecision": "1"}, {}, "moderate"),
    ("high", {"imprecision": "1", "risk-of-bias": "1"}, {}, "low"), ("high", {"risk-of-bias": "3"}, {}, "very-low"),
    ("high", {"risk-of-bias": "2", "imprecision": "2", "indirectness": "1"}, {}, "very-low"),
    ("low", {"inconsistency": "2"}, {}, "very-low"), ("low", {}, {"large-effect": "1"}, "moderate"),
    ("low", {}, {"large-effect": "2"}, "high"), ("low", {}, {"large-effect": "2", "dose-gradient": "1"}, "high"),
    ("low", {"publication-bias": "1"}, {"opposing-confounding": "1"}, "low"),
    ("low", {"risk-of-bias": "2"}, {"dose-gradient": "1"}, "very-low"),
])
def test_ratings_that_add_up(start: str, down: dict[str, str], up: dict[str, str], end: str) -> None:
    assert arithmetic(rated(start, end, down, up)) == []


def test_a_rating_that_does_not_add_up() -> None:
    assert arithmetic(rated("high", "moderate", {"imprecision": "1", "risk-of-bias": "1"})) == [
        ("grade-arithmetic", "violation", "grade-moderate",
         "from high, 2 down and 0 up lead to low, not to moderate; see whether a step is missing or the grade is "
         "copied wrongly")]


@pytest.mark.parametrize("report", [
    rated("moderate", "high"), rated("high", "moderate", {"imprecision": "4"}),
    rated("low", "low", {}, {"large-effect": "3"}), rated("high", "low", {"imprecision": "0"}),
])
def test_what_the_shapes_refuse_is_left_to_them(report: Mapping) -> None:
    assert arithmetic(report) == []


def test_a_rating_without_a_step_count_or_start_is_left_to_the_shapes() -> None:
    no_steps: Mapping = {"start-grade": "grade-high", "grade": "grade-high",
                         "downgrades": {"x": {"lowered-for": "imprecision"}}}
    no_start: Mapping = {"grade": "grade-low"}
    for rating in (no_start, no_steps):
        assert arithmetic({"statements": {"one": {"claims": {"x": {"certainty": rating}}}}}) == []


def test_a_domain_counts_once() -> None:
    steps: Mapping = {key: {"lowered-for": "imprecision", "steps": "1"} for key in ("x", "y")}
    rating: Mapping = {"start-grade": "grade-high", "grade": "grade-low", "downgrades": steps}
    assert arithmetic({"statements": {"one": {"claims": {"x": {"certainty": rating}}}}}) == [
        ("grade-arithmetic", "violation", "imprecision", "imprecision counts twice; write one item with all its steps")]


ENDS = ("very-low", "low", "moderate", "high")
DOMAINS = ("imprecision", "inconsistency", "indirectness", "publication-bias", "risk-of-bias")


@given(st.sampled_from(["high", "low"]), st.dictionaries(st.sampled_from(DOMAINS), st.integers(1, 3)),
       st.dictionaries(st.sampled_from(["large-effect", "dose-gradient"]), st.integers(1, 2)), st.integers(0, 3))
def test_ratings_made_by_their_steps_pass_and_no_others(
        start: str, down: dict[str, int], up: dict[str, int], end: int) -> None:
    led = min(max(ENDS.index(start) - sum(down.values()) + sum(up.values()), 0), 3)
    texts = [{name: str(steps) for name, steps in side.items()} for side in (down, up)]
    assert [rule for rule, *_ in arithmetic(rated(start, ENDS[end], *texts))] == ["grade-arithmetic"] * (led != end)


@pytest.mark.parametrize(("start", "study", "tool", "found"), [
    ("high", TRIAL, {}, False), ("low", TRIAL, {}, True), ("low", TRIAL, {"bias-tool": "rob-2"}, True),
    ("low", COHORT, {}, False), ("high", COHORT, {}, False), ("high", COHORT, {"bias-tool": "robins-i"}, False),
    ("high", COHORT, {"bias-tool": "other-bias-tool"}, True), ("high", ONE_GROUP, {"bias-tool": "rob-2"}, True),
    ("high", {"design": "parallel"}, {"bias-tool": "rob-2"}, False), ("low", {"design": "parallel"}, {}, False),
])
def test_a_rating_starts_by_the_design(start: str, study: Mapping, tool: dict[str, Any], found: bool) -> None:
    report = rated(start, start, **tool)
    assert [(rule, severity) for rule, severity, _, _ in collected(facts(one=study, digest=report))] == [
        ("grade-start", "warning")] * found


def several(studies: list[Mapping]) -> dict[str, Mapping]:
    """Studies by keys that they get."""
    return {f"s{at}": study for at, study in enumerate(studies)}


BY_CHANCE: list[Mapping] = [TRIAL, {"design": "crossover", "allocation": "randomised"}, {"allocation": "randomised"}]
NOT_BY_CHANCE: list[Mapping] = [COHORT, ONE_GROUP, {"design": "case-control"}, {"design": "case-series"}]


@settings(deadline=None, max_examples=50)
@given(st.booleans(), st.data(), st.sampled_from(["rob-2", "other-bias-tool"]))
def test_a_rating_that_starts_by_its_studies_passes_and_one_the_other_way_is_found(
        chance: bool, data: st.DataObject, tool: str) -> None:
    alike, others = (BY_CHANCE, NOT_BY_CHANCE) if chance else (NOT_BY_CHANCE, BY_CHANCE)
    studies = data.draw(st.lists(st.sampled_from(alike), min_size=1, max_size=4))
    right, wrong = ("high", "low") if chance else ("low", "high")

    def of(start: str, studies: list[Mapping]) -> list[tuple[str, str, str]]:
        named = several(studies)
        rating: Mapping = {"start-grade": f"grade-{start}", "grade": f"grade-{start}", "bias-tool": tool}
        report: Mapping = {"statements": {"one": {"basis": {"study": list(named)},
                                                  "claims": {"x": {"certainty": rating}}}}}
        return [it[:3] for it in collected(facts(**named, digest=report))]
    assert of(right, studies) == []
    assert of(wrong, studies) == [("grade-start", "warning", f"grade-{wrong}")]
    mixed = [*studies, data.draw(st.sampled_from(others))]
    assert of(right, mixed) == of(wrong, mixed) == []


def test_the_start_is_met_with_words_that_say_the_rule() -> None:
    tool: dict[str, Any] = {"bias-tool": "other-bias-tool"}
    known = facts(one=COHORT, digest=rated("high", "high", **tool))
    assert collected(known) == [
        ("grade-start", "warning", "grade-high",
         "the rating starts high, but studies without random allocation start low, or high where their risk of bias "
         "was judged with ROBINS-I; see whether the start or the studies are copied wrongly")]


def test_the_start_of_studies_that_are_not_here_is_not_judged() -> None:
    assert collected(facts(two=TRIAL, digest=rated("low", "low"))) == []


# Reviews, whose facts are written here as quads


def quads(*triples: tuple[str, str, str]) -> list[ox.Quad]:
    """Quads of our own properties and classes; `a` is the class, and a value with a slash is a term."""
    def node(text: str) -> ox.NamedNode:
        return ox.NamedNode(f"{BASE}/terms/{text}" if "/" in text else f"{BASE}/x/{text}")

    return [ox.Quad(node(subject), ox.NamedNode(RDF_TYPE if name == "a" else LDN + name),
                    ox.NamedNode(LDN + value) if name == "a" else ox.Literal(value) if value.isdigit() else node(value))
            for subject, name, value in triples]


POOLED = [("review", "a", "Study"), ("review", "design", "design/meta-analysis"),
          ("review", "hasAnalysis", "pool"), ("pool", "outcome", "relief"), ("relief", "outcomeDomain", "pain"),
          ("pool", "hasResult", "sum"), ("pain", "orientation", "orientation/patient-oriented"),
          ("review", "consistency", "consistency/consistent"),
          *(triple for key in ("one", "two") for triple in (
              ("review", "hasIncludedStudy", f"in-{key}"), (f"in-{key}", "study", key), (key, "a", "Study"),
              (key, "design", "design/cohort")))]


@pytest.mark.parametrize(("more", "level", "unknown"), [
    ([("sum", "studies", "2")], Level(2, 2, review=True), ()),
    ([("sum", "studies", "3")], Level(2, 2, review=True), ("studies included that are not named",)),
    ([], Level(2, 2, review=True), ("studies included that are not named",)),
    ([("sum", "studies", "2"), ("pool", "pools", "in-one")], Level(2, 2, review=True),
     ("studies included that are not named",)),
    ([("sum", "studies", "1"), ("pool", "pools", "in-one")], Level(2, 2, review=True), ()),
    ([("sum", "studies", "3"), ("review", "hasIncludedStudy", "in-three"), ("in-three", "study", "three")],
     Level(2, 2, review=True), ("a study that is not in the collection",)),
])
def test_a_review_is_as_good_as_the_studies_that_it_names(
        more: list[tuple[str, str, str]], level: Level, unknown: tuple[str, ...]) -> None:
    found = level_of(Facts(quads(*POOLED, *more)), f"{BASE}/x/review", Asked((f"{BASE}/x/pain",)))
    assert (found, found.unknown) == (level, unknown)


def test_a_review_of_reviews_that_hold_each_other_is_open() -> None:
    circle = [("one", "design", "design/systematic-review"), ("one", "hasIncludedStudy", "back"),
              ("back", "study", "review"), ("sum", "studies", "2")]
    kept = [triple for triple in POOLED if triple != ("one", "design", "design/cohort")]
    found = level_of(Facts(quads(*kept, *circle)), f"{BASE}/x/review", Asked((f"{BASE}/x/pain",)))
    assert found == Level(2, 2, review=True)


# The shipped collection


def test_findings_on_the_shipped_collection(collection: list[Compiled]) -> None:
    known = Facts(quad for done in collection for quad in done.quads)
    found = [(fault.node.removeprefix(BASE), *told([fault])[0][:3]) for rule in GRADE_RULES
             for fault in rule(known) if rule.__module__.endswith("grades")]
    assert found == [
        ("/report/radi-inquiry/statements/fibromyalgia-dose", "sort-strength-derived", "warning", "sort-b")]


def test_every_outcome_domain_of_the_shipped_collection_has_an_orientation(collection: list[Compiled]) -> None:
    known = Facts(quad for done in collection for quad in done.quads)
    assert {known.term(node, "orientation") for node in known.nodes("OutcomeDomain")} == {"patient-oriented"}


def test_the_page_of_grades_is_what_the_program_makes() -> None:
    assert ROOT.joinpath("docs", "grades.md").read_text("utf-8") == shipped_page(), (
        "renew it: python -m ldn_graph.appraisal > docs/grades.md")


def test_the_page_of_grades_shows_published_levels_and_what_cannot_be_derived() -> None:
    studies: Mapping = {**COHORT, "label": "A study"}
    documents = [Document("vocabulary", "terms", VOCABULARY), Document("study", "one", studies),
                 Document("report", "digest", {
                     **levelled("level-1"), "label": "A digest",
                     "statements": {"x": {"grade": "sort-a", "order": "1", "wording": "It helps."},
                                    "y": {"grade": "grade-low", "order": "2", "wording": "It may help."}}})]
    page = grades_page(quad for document in documents for quad in sound(compile_document(document, BASE)).quads)
    assert [line for line in page.splitlines() if line.startswith("| ") and "---" not in line] == [
        "| Study | Published level | Derived level | Reasons | Not told |",
        "| A study | 1 (A digest) | 2 to 3 | Cohort | Whether the outcome is patient-oriented |",
        "| Statement | Published | Derived | Reasons | Not told |",
        "| It helps. | A (A digest) | not derivable |  |  |"]
