"""The Strength of Recommendation Taxonomy (SORT) as this project reads it, as pure functions.

A level (1 to 3) belongs to a study and an outcome, a strength (A to C) to a body of evidence. Both are ranges: what no
report tells is left open, and named. How SORT is read, and where it is silent, stands in decision 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Family(StrEnum):
    """What kind of evidence a study is, in the words of the reasons."""

    RANDOMISED = "randomised controlled trial"
    CONTROLLED = "controlled trial without random allocation"
    COHORT = "cohort"
    CASE_CONTROL = "case-control study"
    UNCONTROLLED = "one group without a control"
    SERIES = "case series"
    REVIEW = "review"
    ALL_OR_NONE = "all-or-none study"


COMPARED = frozenset({Family.RANDOMISED, Family.CONTROLLED, Family.COHORT, Family.CASE_CONTROL})
TRIALS = frozenset({Family.RANDOMISED, Family.CONTROLLED})
ALONE = frozenset({Family.UNCONTROLLED, Family.SERIES})

DESIGNS = {
    "randomised-controlled-trial": frozenset({Family.RANDOMISED}), "cohort": frozenset({Family.COHORT}),
    "case-control": frozenset({Family.CASE_CONTROL}), "case-series": frozenset({Family.SERIES}),
    "single-arm": frozenset({Family.UNCONTROLLED}), "parallel": COMPARED, "crossover": TRIALS, "factorial": TRIALS,
}
ALLOCATIONS = {
    "randomised": frozenset({Family.RANDOMISED}), "single-group": ALONE,
    "non-randomised": (COMPARED | ALONE) - {Family.RANDOMISED}, "fixed-order": ALONE | {Family.CONTROLLED},
}
READING = "SORT does not name such studies, and that they rank with case series is our reading"
REVIEWS = {"systematic-review", "meta-analysis"}

CRITERIA = {
    "concealment": ("allocation was concealed", "allocation was not concealed", "concealment of allocation"),
    "masking": ("masked as far as possible", "not masked, although it was possible", "masking as far as possible"),
    "intention-to-treat": ("analysed by intention to treat", "not analysed by intention to treat",
                           "analysis by intention to treat"),
    "power": ("as many took part as the power calculation asked for",
              "fewer took part than the power calculation asked for", "statistical power"),
    "follow-up": ("more than 80% were followed up", "80% or fewer were followed up", "share followed up"),
}
"""What makes a randomised trial one of good quality: in words where it is met, where not, and where it is not told."""


@dataclass(frozen=True)
class Setup:
    """What decides the kind of a study: its design, allocation and control, never a label of publication."""

    designs: frozenset[str] = frozenset()
    allocation: str = ""
    controls: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Level:
    """The levels that a study can have, with the reason for each step and what was not told."""

    best: int
    worst: int
    reasons: tuple[str, ...] = field(default=(), compare=False)
    unknown: tuple[str, ...] = field(default=(), compare=False)
    review: bool = False

    def __str__(self) -> str:
        """The level, or its two ends.

        >>> str(Level(1, 2)), str(Level(3, 3))
        ('1 to 2', '3')
        """
        return str(self.best) if self.best == self.worst else f"{self.best} to {self.worst}"


@dataclass(frozen=True)
class Strength:
    """The strengths that a body of evidence can have; what is shown as derived is the weaker end."""

    best: str
    worst: str
    reasons: tuple[str, ...] = field(default=(), compare=False)
    unknown: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """The strength, the weaker end first.

        >>> str(Strength("A", "B")), str(Strength("C", "C"))
        ('B (A at best)', 'C')
        """
        return self.worst if self.best == self.worst else f"{self.worst} ({self.best} at best)"


def families(setup: Setup) -> frozenset[Family]:
    """The kinds that a study can be; where its design, allocation and control contradict each other, all they allow.

    >>> sorted(families(Setup(allocation="single-group", controls=frozenset({"uncontrolled"}))))
    [<Family.UNCONTROLLED: 'one group without a control'>]
    """
    if setup.designs & REVIEWS:
        return frozenset({Family.REVIEW})
    if "all-or-none" in setup.designs:
        return frozenset({Family.ALL_OR_NONE})
    told = _told(setup)
    agreed = (COMPARED | ALONE).intersection(*told) or frozenset(kind for kinds in told for kind in kinds)
    return agreed if "case-series" in setup.designs else agreed - {Family.SERIES}


def contradicts(setup: Setup) -> bool:
    """Whether design, allocation and control cannot all be true."""
    return not (COMPARED | ALONE).intersection(*_told(setup))


def study_level(setup: Setup, criteria: Mapping[str, bool | None], *, patient_oriented: bool | None,
                included: Sequence[Level] = (), consistent: bool | None = None) -> Level:
    """The levels that a study can have for an outcome; `included` and `consistent` are those of a review.

    >>> str(study_level(Setup(allocation="randomised"), {"masking": True}, patient_oriented=True))
    '1 to 2'
    """
    if patient_oriented is False:
        return Level(3, 3, ("the outcome is disease-oriented",), review=bool(setup.designs & REVIEWS))
    kinds = sorted(families(setup), key=list(Family).index)
    parts = [_of_kind(kind, criteria, included, consistent) for kind in kinds]
    unknown = [what for part in parts for what in part.unknown]
    if len({(part.best, part.worst) for part in parts}) > 1:
        unknown.insert(0, "kind of study (design, allocation and control contradict each other)"
                       if contradicts(setup) else "kind of study")
    if patient_oriented is None:
        unknown.append("whether the outcome is patient-oriented")
    worst = 3 if patient_oriented is None else max(part.worst for part in parts)
    reasons = [" or ".join(kinds), *(why for part in parts for why in part.reasons)]
    return Level(min(part.best for part in parts), worst, _once(reasons), _once(unknown),
                 review=Family.REVIEW in kinds)


def strength(levels: Sequence[Level], *, consistent: bool | None, patient_oriented: bool | None) -> Strength:
    """The strengths of a recommendation on one outcome that rests on studies of these levels.

    >>> str(strength([Level(1, 2)], consistent=None, patient_oriented=True))
    'B'
    """
    best, why = _letter([(level.best, level.review) for level in levels], consistent is not False,
                        patient_oriented is not False)
    worst, why_worst = _letter([(level.worst, level.review) for level in levels], consistent is True,
                               patient_oriented is True)
    unknown = [what for level in levels for what in level.unknown]
    unknown += ["whether the studies agree"] * (consistent is None and len(levels) > 1)
    unknown += ["whether the outcome is patient-oriented"] * (patient_oriented is None)
    return Strength(best, worst, _once([why, why_worst]), _once(unknown))


def _told(setup: Setup) -> list[frozenset[Family]]:
    """The kinds that each thing told of a study allows."""
    told = [DESIGNS[design] for design in sorted(setup.designs) if design in DESIGNS]
    if setup.allocation in ALLOCATIONS:
        told.append(ALLOCATIONS[setup.allocation])
    if setup.controls and "uncontrolled" not in setup.controls:
        told.append(COMPARED)
    if setup.controls == {"uncontrolled"}:
        told.append(ALONE)
    return told


def _of_kind(kind: Family, criteria: Mapping[str, bool | None], included: Sequence[Level], consistent: bool | None
             ) -> Level:
    """The levels of a study of a certain kind, its outcome being patient-oriented."""
    if kind is Family.RANDOMISED:
        return _trial(criteria)
    if kind is Family.REVIEW:
        return _review(included, consistent)
    if kind is Family.ALL_OR_NONE:
        return Level(1, 1)
    level = 3 if kind in ALONE else 2
    return Level(level, level, (READING,) * (kind is Family.UNCONTROLLED))


def _trial(criteria: Mapping[str, bool | None]) -> Level:
    """The levels of a randomised trial: 1 if all criteria are met, 2 if one is not, both if one is not told."""
    told = {name: criteria.get(name) for name in CRITERIA}
    met = [CRITERIA[name][0] for name, value in told.items() if value is True]
    missed = [CRITERIA[name][1] for name, value in told.items() if value is False]
    unknown = [CRITERIA[name][2] for name, value in told.items() if value is None]
    return Level(2 if missed else 1, 2 if missed or unknown else 1, (*met, *missed), () if missed else tuple(unknown))


def _review(included: Sequence[Level], consistent: bool | None) -> Level:
    """The levels of a review: 1 if its studies are and agree, 3 if all of them are level 3, else 2."""
    known = included or (Level(1, 3, unknown=("levels of the studies included",)),)
    unknown = [what for level in known for what in level.unknown]
    unknown += ["whether the studies included agree"] * (consistent is None)
    best = _pooled([level.best for level in known], consistent is not False)
    worst = _pooled([level.worst for level in known], consistent is True)
    agree = {True: ("findings agree",), False: ("findings disagree",), None: ()}[consistent]
    levels = "studies included are of level " + ", ".join(sorted({str(level) for level in known}))
    return Level(best, worst, (levels, *agree), _once(unknown), review=True)


def _pooled(levels: Sequence[int], consistent: bool) -> int:
    if min(levels) == 3:
        return 3
    return 1 if max(levels) == 1 and consistent else 2


def _letter(levels: Sequence[tuple[int, bool]], consistent: bool, patient_oriented: bool) -> tuple[str, str]:
    """The strength of studies of certain levels, each with whether it is a review, and the reason."""
    if not patient_oriented:
        return "C", "disease-oriented outcome"
    if all(level == 3 for level, _ in levels):
        return "C", "nothing above level 3"
    good = [review for level, review in levels if level == 1]
    agree = consistent or len(levels) == 1
    if agree and any(good):
        return "A", "level 1 review"
    if agree and len(good) > 1:
        return "A", "consistent trials of level 1"
    if not agree:
        return "B", "inconsistent"
    if len(levels) > 1:
        return "B", "limited: fewer than two trials of level 1"
    return "B", "a review whose studies are limited or inconsistent" if levels[0][1] else "limited: a single study"


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
