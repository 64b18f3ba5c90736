"""Rules on figures that cannot all be right, though each is a number: a source may print them so all the same.

They keep a document out only as long as nobody has seen the figures in their passage. Once a record says so, it is the
source that is wrong: the figures are kept as printed, with a warning, and nothing may be derived from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ldn_graph.findings import Finding, Severity

IMPOSSIBLE = frozenset({
    "CountShape-share",
    "IntervalShape-estimate",
    "IntervalShape-order",
    "PooledShape-prediction-order",
    "average-outside-its-spread",
    "dose-above-its-maximum",
    "dose-outside-its-range",
    "effective-doses-in-order",
    "groups-add-up",
    "margin-outside-its-scale",
    "nnt-below-one",
    "part-above-its-whole",
    "percentage-of-its-count",
    "score-outside-its-scale",
    "spread-outside-its-scale",
    "stages-in-order",
    "studies-of-a-review",
    "threshold-outside-its-scale",
})
"""The names of these rules. What cannot be a number at all (a P of 3, a negative count) is not of this kind."""

MEND = ("If the source prints impossible figures so, the document can be held (`ldn-graph build --hold`) until its "
        "passages are verified: run `ldn-graph verify-sources`")


def settled(finding: Finding, verified: Mapping[str, str]) -> Finding:
    """The finding, or a warning in its place where the source is known to print the figures of the node so."""
    if not is_open(finding) or finding.focus not in verified:
        return finding
    seen = f"The source prints it so: its passage was checked on {verified[finding.focus]}"
    return replace(finding, severity=Severity.WARNING, message=f"{finding.message}. {seen}")


def is_open(finding: Finding) -> bool:
    """Whether a finding keeps impossible figures out that may yet turn out to be printed so."""
    return finding.severity is Severity.VIOLATION and finding.rule_name in IMPOSSIBLE


def is_settled(finding: Finding) -> bool:
    """Whether a finding is on impossible figures that the source prints so."""
    return finding.severity is Severity.WARNING and finding.rule_name in IMPOSSIBLE
