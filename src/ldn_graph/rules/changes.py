"""Rules on changes: a sign that says the opposite of the direction told in words.

A figure of a percent change is never computed again from two means: the mean of percent changes is another number than
the percent change of the means.
"""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault


def sign_against_its_direction(facts: Facts) -> Iterator[Fault]:
    """A negative figure of what is told to be an increase, by its word or by the better end of its scale."""
    for node in facts.nodes("Result"):
        printed, told = facts.printed(node, "estimate"), facts.term(node, "change")
        if told and printed and facts.one(node, "estimate").startswith("-") and _upward(facts, node, told):
            yield Fault("sign-against-its-direction", Severity.WARNING, node, "estimate", printed,
                        f"{printed} has a minus sign, and `change` says {told}, which is upwards; see which of the two "
                        "is copied wrongly. A reduction may be printed with or without the sign")


def _upward(facts: Facts, node: str, told: str) -> bool:
    """Whether a direction in words means that the number becomes higher, on all scales of the outcome."""
    outcome = facts.one(facts.analysis(node), "outcome")
    ends = {facts.term(scale, "better") for scale in facts.all(outcome, "scale")}
    return told == "increase" or (told, ends) in (("improvement", {"higher-is-better"}),
                                                  ("worsening", {"lower-is-better"}))
