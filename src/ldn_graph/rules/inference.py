"""What a result says of its test and its interval: the null value, the level, the methods, and what P may be."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ldn_graph.rules.facts import Facts
from ldn_graph.rules.figures import Box

RATIOS = {"risk-ratio", "odds-ratio", "hazard-ratio"}
LOG_RATIOS = {f"log-{ratio}" for ratio in RATIOS}
NULLS = {**dict.fromkeys(("mean-difference", "risk-difference", *LOG_RATIOS), Fraction(0)),
         **dict.fromkeys(RATIOS, Fraction(1))}
WALD_INTERVALS = {"", "wald-interval", "t-interval", "hartung-knapp"}
"""Intervals of so many standard errors on either side; where the method is not stated, it may be one of them."""
_TESTS_OF = {"": {"", "wald-test", "t-test"}, "wald-interval": {"", "wald-test", "t-test"},
             "t-interval": {"", "t-test"}, "hartung-knapp": {"", "t-test"}, "profile-likelihood":
             {"score-or-likelihood-test"}, "score-interval": {"score-or-likelihood-test", "chi-squared-test"}}


@dataclass(frozen=True)
class PValue:
    """What a printed P value may be: all numbers of a box, of which `strict` leaves out the end that is printed."""

    box: Box
    strict: bool = False

    def below(self, alpha: Fraction) -> bool | None:
        """Whether P is below a significance level; nothing where its rounding or its relation leaves that open."""
        if self.box.high < alpha or (self.strict and self.box.high == alpha):
            return True
        return False if self.box.low > alpha or (self.strict and self.box.low == alpha) else None


def printed_p(facts: Facts, node: str) -> PValue | None:
    """What the printed P value of a result may be; nothing where none is printed or it can be no P value.

    A P printed as 0 is read as below half of its last digit.
    """
    box, relation = facts.box(node, "pValue"), facts.term(node, "pRelation")
    if box is None or not 0 <= (printed := Fraction(facts.printed(node, "pValue"))) <= 1:
        return None
    strict = relation in {"less-than", "greater-than"} and printed > 0
    if relation in {"less-than", "at-most"}:
        return PValue(Box(Fraction(0), printed or box.high), strict)
    if relation in {"greater-than", "at-least"}:
        return PValue(Box(printed, Fraction(1)), strict)
    return PValue(Box(max(box.low, Fraction(0)), min(box.high, Fraction(1)))) if relation == "equal-to" else None


def analysis_of(facts: Facts, node: str) -> str:
    """The analysis that a result belongs to, or nothing."""
    return facts.holder(node, "hasResult")


def stated(facts: Facts, node: str, name: str) -> str:
    """The term of a result, or else of its analysis; nothing where neither says, or both say that nothing is stated."""
    term = facts.term(node, name) or facts.term(analysis_of(facts, node), name)
    return "" if term.endswith("-not-stated") else term


def level(facts: Facts, node: str) -> Fraction | None:
    """The level of an interval as a share, whether 95 or 0.95 is printed; nothing where it is no usual level."""
    printed = Fraction(facts.printed(node, "level") or 0)
    share = printed if printed < 1 else printed / 100
    return share if Fraction(1, 2) <= share <= Fraction(9999, 10000) else None


def alpha(facts: Facts, node: str) -> Fraction:
    """The significance level of a result: the one that its analysis states, or else the usual 0.05."""
    return Fraction(facts.printed(analysis_of(facts, node), "alpha") or "0.05")


def null_value(facts: Facts, node: str) -> Fraction | None:
    """The value that a test speaks against: the one that is stated, or else that of no difference, if there is one."""
    printed, statistic = facts.printed(analysis_of(facts, node), "nullValue"), facts.term(node, "statistic")
    if statistic == "standardised-mean-difference" and pooled_studies(facts, node) > 1 and not printed:
        return Fraction(0)  # of a single study it is a figure beside a test, and not what is tested
    return Fraction(printed) if printed else NULLS.get(statistic)


def pooled_studies(facts: Facts, node: str) -> int:
    """The number of studies that a result is pooled from, or 0 where none is told."""
    return int(facts.one(node, "pooledStudies") or 0)


def for_a_difference(facts: Facts, node: str) -> bool:
    """Whether a result may be of one two-sided test for a difference that allows for no other tests."""
    hypothesis = facts.term(analysis_of(facts, node), "hypothesis")
    return (stated(facts, node, "sidedness") != "one-sided" and hypothesis not in {"non-inferiority", "equivalence"}
            and stated(facts, node, "multiplicity") != "multiplicity-adjusted")


def of_one_test(facts: Facts, node: str) -> bool:
    """Whether the interval and the P value of a result may both be of one two-sided test for a difference."""
    tests = _TESTS_OF.get(stated(facts, node, "intervalMethod"), set())
    return for_a_difference(facts, node) and stated(facts, node, "testKind") in tests


def on_its_scale(facts: Facts, node: str) -> bool:
    """Whether estimate and limits of a result stand where its statistic may be: above 0 for a ratio."""
    return facts.term(node, "statistic") not in RATIOS or all(
        (box := facts.box(node, name)) is None or box.high > 0 for name in ("lower", "estimate", "upper"))
