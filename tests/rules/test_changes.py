"""Signs and the words for their direction; percent changes, which are never computed again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studied import Data, messages, told

VOCABULARY: Data = {"scales": {"pain": {"label": "pain", "better": "lower-is-better"},
                               "walk": {"label": "walk", "better": "higher-is-better"},
                               "silent": {"label": "silent"}}}


def changed(estimate: str, change: str, scale: str = "pain", statistic: str = "percent-change") -> Data:
    """A study with one change."""
    return {"groups": {"all": {"label": "all"}}, "outcomes": {"main": {"label": "main", "scale": scale}},
            "analyses": {"main": {"outcome": "main", "results": {"all": {
                "kind": "group-value", "group": "all", "statistic": statistic, "estimate": estimate, "unit": "%",
                "change": change, "percent-base": "baseline-value"}}}}}


@pytest.mark.parametrize(("estimate", "change", "scale", "found"), [
    ("-37.8", "decrease", "pain", False), ("37.8", "decrease", "pain", False), ("37.8", "increase", "pain", False),
    ("-37.8", "increase", "pain", True), ("-37.8", "improvement", "pain", False),
    ("37.8", "improvement", "pain", False),
    ("-37.8", "improvement", "walk", True), ("-37.8", "worsening", "pain", True), ("-37.8", "worsening", "walk", False),
    ("-37.8", "improvement", "silent", False), ("-0.0", "increase", "pain", False),
])
def test_signs_and_words(estimate: str, change: str, scale: str, found: bool) -> None:
    assert told(changed(estimate, change, scale), VOCABULARY) == (
        [("sign-against-its-direction", "warning", "estimate", estimate)] if found else [])


def test_both_are_told() -> None:
    assert messages(changed("-37.8", "increase"), VOCABULARY) == [
        "-37.8 has a minus sign, and `change` says increase, which is upwards; see which of the two is copied "
        "wrongly. A "
        "reduction may be printed with or without the sign"]


@given(st.decimals("0.1", 100, places=1), st.sampled_from(["statistic-not-stated", "percent-change", "mean"]))
def test_a_reduction_may_have_a_sign_and_an_increase_may_not(size: Decimal, statistic: str) -> None:
    assert told(changed(f"{size:f}", "decrease", statistic=statistic)) == []
    assert told(changed(f"-{size:f}", "decrease", statistic=statistic)) == []
    assert told(changed(f"-{size:f}", "increase", statistic=statistic)) == [
        ("sign-against-its-direction", "warning", "estimate", f"-{size:f}")]


@given(st.decimals(-100, 100, places=1))
def test_a_percent_change_is_never_computed_again(printed: Decimal) -> None:
    means: Data = {name: {"kind": "group-value", "group": "all", "statistic": "mean", "estimate": value}
                   for name, value in (("before", "6.0"), ("after", "3.0"))}
    study = changed(f"{printed:f}", "decrease")
    study["analyses"] = {"main": {"outcome": "main", "adjustment": "unadjusted", "results": {
        **means, "change": {"kind": "group-value", "group": "all", "statistic": "percent-change",
                            "estimate": f"{printed:f}", "unit": "%", "percent-base": "baseline-value"}}}}
    assert told(study, VOCABULARY) == []
