"""SORT cell by cell: which level a study has, which strength a body of evidence, and that neither jumps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.rules.sort import (
    ALLOCATIONS,
    CRITERIA,
    DESIGNS,
    READING,
    Family,
    Level,
    Setup,
    Strength,
    contradicts,
    families,
    strength,
    study_level,
)

GOOD: dict[str, bool | None] = dict.fromkeys(CRITERIA, True)
TRIAL = Setup(frozenset({"randomised-controlled-trial"}), "randomised", frozenset({"placebo"}))
REVIEW = Setup(frozenset({"meta-analysis"}))
ONE, TWO, THREE = Level(1, 1), Level(2, 2), Level(3, 3)
OPEN = Level(1, 3)


def setup(designs: str = "", allocation: str = "", controls: str = "") -> Setup:
    """A setup from words between blanks."""
    return Setup(frozenset(designs.split()), allocation, frozenset(controls.split()))


@pytest.mark.parametrize(("told", "kinds"), [
    (setup("randomised-controlled-trial", "randomised", "placebo"), {Family.RANDOMISED}),
    (setup("randomised-controlled-trial crossover", "randomised", "active-treatment"), {Family.RANDOMISED}),
    (setup("randomised-controlled-trial"), {Family.RANDOMISED}),
    (setup(allocation="randomised"), {Family.RANDOMISED}),
    (setup("parallel"), {Family.RANDOMISED, Family.CONTROLLED, Family.COHORT, Family.CASE_CONTROL}),
    (setup("crossover", controls="placebo"), {Family.RANDOMISED, Family.CONTROLLED}),
    (setup("factorial", "non-randomised"), {Family.CONTROLLED}),
    (setup("crossover", "fixed-order", "placebo"), {Family.CONTROLLED}),
    (setup("", "fixed-order", "uncontrolled"), {Family.UNCONTROLLED}),
    (setup("cohort", "non-randomised", "usual-care"), {Family.COHORT}),
    (setup("cohort parallel", "non-randomised"), {Family.COHORT}),
    (setup("case-control", "non-randomised"), {Family.CASE_CONTROL}),
    (setup("", "non-randomised", "usual-care"), {Family.CONTROLLED, Family.COHORT, Family.CASE_CONTROL}),
    (setup("single-arm", "single-group", "uncontrolled"), {Family.UNCONTROLLED}),
    (setup("dose-response up-and-down", "single-group", "uncontrolled"), {Family.UNCONTROLLED}),
    (setup("case-series", "single-group", "uncontrolled"), {Family.SERIES}),
    (setup("all-or-none cohort", "non-randomised"), {Family.ALL_OR_NONE}),
    (setup("systematic-review"), {Family.REVIEW}), (setup("meta-analysis cohort"), {Family.REVIEW}),
    (setup("", "", "uncontrolled placebo"), set(Family) - {Family.REVIEW, Family.ALL_OR_NONE, Family.SERIES}),
    (setup(), set(Family) - {Family.REVIEW, Family.ALL_OR_NONE, Family.SERIES}),
])
def test_kinds_that_agree(told: Setup, kinds: set[Family]) -> None:
    assert set(families(told)) == kinds
    assert not contradicts(told)


@pytest.mark.parametrize(("told", "level"), [
    (setup("randomised-controlled-trial", "single-group", "uncontrolled"), Level(1, 3)),
    (setup("cohort", "non-randomised", "uncontrolled"), Level(2, 3)),
    (setup("", "randomised", "uncontrolled"), Level(1, 3)),
    (setup("", "single-group", "placebo"), Level(1, 3)),
])
def test_what_contradicts_itself_decides_nothing(told: Setup, level: Level) -> None:
    """A label of publication that is copied into the design cannot make a trial of a dose finding in one group."""
    found = study_level(told, GOOD, patient_oriented=True)
    assert contradicts(told)
    assert (found, found.unknown) == (level, ("kind of study (design, allocation and control contradict each other)",))


@pytest.mark.parametrize(("told", "level", "reasons"), [
    (setup("cohort"), TWO, ("cohort",)),
    (setup("case-control"), TWO, ("case-control study",)),
    (setup("crossover", "fixed-order", "placebo"), TWO, ("controlled trial without random allocation",)),
    (setup("", "non-randomised", "usual-care"), TWO,
     ("controlled trial without random allocation or cohort or case-control study",)),
    (setup("case-series"), THREE, ("case series",)),
    (setup("single-arm", "single-group", "uncontrolled"), THREE, ("one group without a control", READING)),
    (setup("all-or-none"), ONE, ("all-or-none study",)),
])
def test_levels_that_the_kind_decides(told: Setup, level: Level, reasons: tuple[str, ...]) -> None:
    for criteria in (GOOD, dict.fromkeys(CRITERIA), {}):
        found = study_level(told, criteria, patient_oriented=True)
        assert (found, found.reasons, found.unknown) == (level, reasons, ())


def test_a_good_trial_is_level_1_and_says_why() -> None:
    found = study_level(TRIAL, GOOD, patient_oriented=True)
    assert (found, found.unknown) == (ONE, ())
    assert found.reasons == ("randomised controlled trial", "allocation was concealed", "masked as far as possible",
                             "analysed by intention to treat",
                             "as many took part as the power calculation asked for", "more than 80% were followed up")


@pytest.mark.parametrize(("name", "words"), [
    ("concealment", "allocation was not concealed"), ("masking", "not masked, although it was possible"),
    ("intention-to-treat", "not analysed by intention to treat"),
    ("power", "fewer took part than the power calculation asked for"),
    ("follow-up", "80% or fewer were followed up"),
])
def test_one_missed_criterion_makes_level_2_whatever_else_is_unknown(name: str, words: str) -> None:
    for others in (True, None):
        found = study_level(TRIAL, {**dict.fromkeys(CRITERIA, others), name: False}, patient_oriented=True)
        assert (found, found.unknown) == (TWO, ())
        assert found.reasons[-1] == words


@pytest.mark.parametrize(("name", "words"), [
    ("concealment", "concealment of allocation"), ("masking", "masking as far as possible"),
    ("intention-to-treat", "analysis by intention to treat"), ("power", "statistical power"),
    ("follow-up", "share followed up"),
])
def test_one_criterion_that_is_not_told_makes_a_range(name: str, words: str) -> None:
    found = study_level(TRIAL, {**GOOD, name: None}, patient_oriented=True)
    assert (found, found.unknown) == (Level(1, 2), (words,))
    without = {key: value for key, value in GOOD.items() if key != name}
    assert study_level(TRIAL, without, patient_oriented=True) == found


def test_nothing_told_of_the_kind_leaves_all_levels_open() -> None:
    found = study_level(setup(), GOOD, patient_oriented=True)
    assert (found, found.unknown) == (OPEN, ("kind of study",))


@pytest.mark.parametrize("told", [TRIAL, REVIEW, setup("all-or-none"), setup("cohort"), setup("case-series"), setup()])
def test_a_disease_oriented_outcome_is_level_3(told: Setup) -> None:
    found = study_level(told, GOOD, patient_oriented=False, included=[ONE], consistent=True)
    assert (str(found), found.reasons, found.unknown) == ("3", ("the outcome is disease-oriented",), ())


@pytest.mark.parametrize(("told", "level"), [
    (TRIAL, Level(1, 3)), (setup("cohort"), Level(2, 3)), (setup("case-series"), THREE)])
def test_an_outcome_without_orientation_leaves_level_3_open(told: Setup, level: Level) -> None:
    found = study_level(told, GOOD, patient_oriented=None)
    assert (found, found.unknown) == (level, ("whether the outcome is patient-oriented",))


@pytest.mark.parametrize(("included", "consistent", "level"), [
    ([ONE, ONE], True, ONE), ([ONE], True, ONE), ([ONE, ONE], False, TWO), ([ONE, ONE], None, Level(1, 2)),
    ([ONE, TWO], True, TWO), ([TWO, TWO], True, TWO), ([TWO], None, TWO), ([ONE, THREE], True, TWO),
    ([THREE, THREE], True, THREE), ([THREE], None, THREE), ([TWO, THREE], False, TWO),
    ([ONE, Level(1, 2)], True, Level(1, 2)), ([Level(1, 3)], True, OPEN), ([Level(2, 3)], True, Level(2, 3)),
    ([ONE, OPEN], True, Level(1, 2)), ([THREE, OPEN], True, Level(2, 3)), ([], True, OPEN), ([], None, OPEN),
    ([], False, Level(2, 3)),
])
def test_levels_of_reviews(included: list[Level], consistent: bool | None, level: Level) -> None:
    found = study_level(REVIEW, {}, patient_oriented=True, included=included, consistent=consistent)
    assert (found.best, found.worst, found.review) == (level.best, level.worst, True)


def test_a_review_says_what_it_holds_and_what_is_open() -> None:
    found = study_level(REVIEW, {}, patient_oriented=True, included=[TWO, Level(1, 2, unknown=("power",))])
    assert found.reasons == ("review", "studies included are of level 1 to 2, 2")
    assert found.unknown == ("power", "whether the studies included agree")
    agreed = study_level(REVIEW, {}, patient_oriented=True, included=[ONE], consistent=True)
    assert (agreed.reasons, agreed.unknown) == (("review", "studies included are of level 1", "findings agree"), ())
    assert study_level(REVIEW, {}, patient_oriented=True).unknown == (
        "levels of the studies included", "whether the studies included agree")


RATED = Level(1, 1, review=True)


@pytest.mark.parametrize(("levels", "consistent", "letter", "why"), [
    ([ONE, ONE], True, "A", "consistent trials of level 1"),
    ([ONE, ONE, THREE], True, "A", "consistent trials of level 1"),
    ([RATED], None, "A", "level 1 review"), ([RATED], False, "A", "level 1 review"),
    ([RATED, TWO], True, "A", "level 1 review"), ([RATED, TWO], False, "B", "inconsistent"),
    ([ONE, ONE], False, "B", "inconsistent"),
    ([ONE], None, "B", "limited: a single study"), ([ONE], True, "B", "limited: a single study"),
    ([TWO], None, "B", "limited: a single study"),
    ([Level(2, 2, review=True)], None, "B", "a review whose studies are limited or inconsistent"),
    ([ONE, TWO], True, "B", "limited: fewer than two trials of level 1"),
    ([TWO, TWO], True, "B", "limited: fewer than two trials of level 1"),
    ([TWO, THREE], True, "B", "limited: fewer than two trials of level 1"),
    ([TWO, THREE], False, "B", "inconsistent"),
    ([THREE], None, "C", "nothing above level 3"), ([THREE, THREE], True, "C", "nothing above level 3"),
    ([], None, "C", "nothing above level 3"),
])
def test_strengths_that_are_certain(levels: list[Level], consistent: bool | None, letter: str, why: str) -> None:
    found = strength(levels, consistent=consistent, patient_oriented=True)
    assert (found, found.reasons, found.unknown) == (Strength(letter, letter), (why,), ())


@pytest.mark.parametrize(("levels", "consistent", "best", "worst", "unknown"), [
    ([ONE, ONE], None, "A", "B", ("whether the studies agree",)),
    ([TWO, TWO], None, "B", "B", ("whether the studies agree",)),
    ([ONE, Level(1, 2, unknown=("power",))], True, "A", "B", ("power",)),
    ([ONE, Level(1, 3, unknown=("power",))], True, "A", "B", ("power",)),
    ([Level(1, 2)], None, "B", "B", ()), ([Level(2, 3)], None, "B", "C", ()),
    ([Level(1, 2, review=True)], None, "A", "B", ()), ([Level(1, 3, review=True)], None, "A", "C", ()),
])
def test_strengths_at_both_ends(levels: list[Level], consistent: bool | None, best: str, worst: str,
                                unknown: tuple[str, ...]) -> None:
    found = strength(levels, consistent=consistent, patient_oriented=True)
    assert (found, found.unknown) == (Strength(best, worst), unknown)


@pytest.mark.parametrize(("patient_oriented", "found"), [(False, Strength("C", "C")), (None, Strength("A", "C"))])
def test_strengths_where_the_outcome_is_of_the_disease_or_not_known(
        patient_oriented: bool | None, found: Strength) -> None:
    assert strength([ONE, ONE], consistent=True, patient_oriented=patient_oriented) == found


def test_the_four_examples_of_the_publication() -> None:
    """The second to fourth come out as printed; the first, one large trial graded A, is B here by decision."""
    trial = study_level(TRIAL, GOOD, patient_oriented=True)
    unmasked = study_level(TRIAL, {**GOOD, "masking": False, "concealment": False}, patient_oriented=True)
    poor = study_level(REVIEW, {}, patient_oriented=True, included=[unmasked] * 7, consistent=True)
    mixed = study_level(REVIEW, {}, patient_oriented=True, included=[trial] * 9, consistent=False)
    surrogate = study_level(TRIAL, GOOD, patient_oriented=False)
    assert str(strength([trial], consistent=None, patient_oriented=True)) == "B"
    assert str(strength([poor], consistent=None, patient_oriented=True)) == "B"
    assert str(strength([mixed], consistent=None, patient_oriented=True)) == "B"
    assert str(strength([surrogate], consistent=None, patient_oriented=False)) == "C"


answers = st.sampled_from([True, False, None])
levels_ = st.tuples(st.integers(1, 3), st.integers(1, 3), st.booleans()).map(
    lambda it: Level(min(it[:2]), max(it[:2]), review=it[2]))
criteria_ = st.fixed_dictionaries(dict.fromkeys(CRITERIA, answers))
setups_ = st.builds(Setup, st.frozensets(st.sampled_from(sorted(DESIGNS)), max_size=2),
                    st.sampled_from(["", *sorted(ALLOCATIONS)]),
                    st.frozensets(st.sampled_from(["placebo", "usual-care", "uncontrolled"]), max_size=2)
                    ) | st.just(REVIEW)


def holds(wide: Level | Strength, narrow: Level | Strength) -> bool:
    """Whether one range holds the other."""
    return str(wide.best) <= str(narrow.best) and str(wide.worst) >= str(narrow.worst)


def no_worse(one: Level | Strength, other: Level | Strength) -> bool:
    """Whether one range is nowhere worse than the other."""
    return str(one.best) <= str(other.best) and str(one.worst) <= str(other.worst)


@given(setups_, criteria_, answers, st.lists(levels_, max_size=3), answers, st.sampled_from(sorted(CRITERIA)))
def test_a_level_moves_the_right_way(told: Setup, criteria: dict[str, bool | None], oriented: bool | None,
                                     included: list[Level], consistent: bool | None, name: str) -> None:
    def level(told: Setup = told, oriented: bool | None = oriented, consistent: bool | None = consistent,
              included: list[Level] = included, criteria: dict[str, bool | None] = criteria) -> Level:
        return study_level(told, criteria, patient_oriented=oriented, included=included, consistent=consistent)

    met, missed, open_ = (level(criteria={**criteria, name: value}) for value in (True, False, None))
    found = level()
    assert 1 <= found.best <= found.worst <= 3
    assert no_worse(met, missed)
    assert no_worse(level(oriented=True), level(oriented=False))
    assert no_worse(level(consistent=True), level(consistent=False))
    assert holds(open_, met)
    assert holds(open_, missed)
    assert all(holds(level(oriented=None), level(oriented=it)) for it in (True, False))
    assert all(holds(level(consistent=None), level(consistent=it)) for it in (True, False))
    assert holds(level(included=[replace(it, best=1, worst=3) for it in included]), found)
    if not contradicts(told) and told != REVIEW:
        assert holds(level(replace(told, allocation="")), found)
        assert holds(level(replace(told, controls=frozenset())), found)
        assert holds(level(replace(told, designs=frozenset())), found)


@given(st.lists(levels_, min_size=1, max_size=4), answers, answers, st.data())
def test_a_strength_moves_the_right_way(levels: list[Level], consistent: bool | None, oriented: bool | None,
                                        data: st.DataObject) -> None:
    def found(levels: list[Level] = levels, consistent: bool | None = consistent, oriented: bool | None = oriented
              ) -> Strength:
        return strength(levels, consistent=consistent, patient_oriented=oriented)

    at = data.draw(st.integers(0, len(levels) - 1))
    better, wider = list(levels), list(levels)
    better[at] = replace(levels[at], best=1, worst=max(levels[at].worst - 1, 1))
    wider[at] = replace(levels[at], best=1, worst=3)
    assert "A" <= found().best <= found().worst <= "C"
    assert no_worse(found(better), found())
    assert holds(found(wider), found())
    assert no_worse(found(consistent=True), found(consistent=False))
    assert no_worse(found(oriented=True), found(oriented=False))
    assert all(holds(found(consistent=None), found(consistent=it)) for it in (True, False))
    assert all(holds(found(oriented=None), found(oriented=it)) for it in (True, False))


@given(st.lists(levels_, min_size=1, max_size=1), answers)
def test_one_study_that_is_no_review_is_never_a(levels: list[Level], consistent: bool | None) -> None:
    found = strength([replace(levels[0], review=False)], consistent=consistent, patient_oriented=True)
    assert found.best > "A"
