"""Rules on reports of one study: what they print of the same analysis against each other, and what one leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from ldn_graph.findings import Severity
from ldn_graph.language import kebab
from ldn_graph.rules.comparison import Difference, Kind, differences
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault

MOST_NAMED = 5
"""Most analyses that one finding names."""


def contradicting_reports(facts: Facts) -> Iterator[Fault]:
    """A result that differs by more than rounding from what an earlier report prints of the same analysis."""
    for study in facts.nodes("Study"):
        apart: dict[tuple[str, str], list[Difference]] = {}
        for it in differences(facts, study):
            if it.kind is Kind.CONTRADICTION:
                apart.setdefault((it.results[1], it.first), []).append(it)
        for (result, _), found in apart.items():
            yield Fault("contradicting-reports", Severity.WARNING, result, found[0].name, found[0].printed[1],
                        f"{_name(found[0].second)} prints {_figures(found, 1)} where {_name(found[0].first)} prints "
                        f"{_figures(found, 0)}, of one analysis and by more than rounding; see whether one is copied "
                        "wrongly, else both are kept")


def analysis_left_out(facts: Facts) -> Iterator[Fault]:
    """A report that prints results of a study and nothing of analyses of which another report prints results."""
    for study in facts.nodes("Study"):
        missing: dict[str, dict[str, set[str]]] = {}
        for it in differences(facts, study):
            if it.kind is Kind.OMISSION:
                silent, telling = (it.first, it.second) if it.results[1] else (it.second, it.first)
                missing.setdefault(silent, {}).setdefault(it.analysis, set()).add(telling)
        for silent, analyses in missing.items():
            named = ", ".join(f"`{node.rpartition('/')[2]}`" for node in sorted(analyses)[:MOST_NAMED])
            more = f" and {len(analyses) - MOST_NAMED} more" * (len(analyses) > MOST_NAMED)
            tellers = " and ".join(_name(it) for it in sorted(set.union(*analyses.values())))
            yield Fault("analysis-left-out", Severity.INFO, study, "hasAnalysis", silent,
                        f"{_name(silent)} prints results of this study, but none of {named}{more}, of which {tellers} "
                        "does; see whether it was overlooked in reading, else the report leaves it out")


def _figures(found: list[Difference], side: int) -> str:
    return ", ".join(f"{kebab(it.name)} {it.printed[side]}" for it in found)


def _name(report: str) -> str:
    return f"`{report.rpartition('/')[2]}`"
