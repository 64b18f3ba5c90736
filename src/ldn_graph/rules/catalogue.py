"""All number rules, and what they find in a document's quads."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.rules.circles import circular_subgroups, circular_terms
from ldn_graph.rules.dates import dates_in_order, results_before_data, retrospective_registration
from ldn_graph.rules.doses import dose_above_its_maximum, effective_doses_in_order, extrapolated_dose
from ldn_graph.rules.estimates import contrast_beside_its_values, interval_about_its_estimate, mean_of_whole_scores
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault, Rule
from ldn_graph.rules.headlines import headline_untraced
from ldn_graph.rules.identifiers import shared_doi, shared_pmid, shared_registration
from ldn_graph.rules.reporting import analysis_left_out, contradicting_reports
from ldn_graph.rules.significance import interval_against_its_p

RULES: tuple[Rule, ...] = (
    circular_subgroups,
    contrast_beside_its_values,
    dates_in_order,
    dose_above_its_maximum,
    effective_doses_in_order,
    extrapolated_dose,
    interval_about_its_estimate,
    interval_against_its_p,
    mean_of_whole_scores,
    retrospective_registration,
)
"""Rules that need no more than one document."""

COLLECTION_RULES: tuple[Rule, ...] = (
    analysis_left_out,
    circular_terms,
    contradicting_reports,
    headline_untraced,
    results_before_data,
    shared_doi,
    shared_pmid,
    shared_registration,
)
"""Rules that need a document and its neighbours; they are given the facts of all of them together.

A rule may look from the node that it finds fault with to what that node's document refers to, and to what this refers
to in turn, but not back to who refers to it: such findings would not be renewed.
"""


def faults(quads: Iterable[ox.Quad]) -> list[Fault]:
    """What the number rules find in the quads of one document."""
    facts = Facts(quads)
    return [fault for rule in RULES for fault in rule(facts)]


def collection_faults(facts: Facts) -> list[Fault]:
    """What the collection rules find in several documents."""
    return [fault for rule in COLLECTION_RULES for fault in rule(facts)]
