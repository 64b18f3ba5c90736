"""All number rules, and what they find in a document's quads."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.rules.dates import dates_in_order
from ldn_graph.rules.doses import dose_above_its_maximum, effective_doses_in_order, extrapolated_dose
from ldn_graph.rules.estimates import contrast_beside_its_values, interval_about_its_estimate, mean_of_whole_scores
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault, Rule
from ldn_graph.rules.grades import grade_arithmetic, grade_start, sort_level_derived, sort_strength_derived
from ldn_graph.rules.significance import interval_against_its_p

RULES: tuple[Rule, ...] = (
    contrast_beside_its_values,
    dates_in_order,
    dose_above_its_maximum,
    effective_doses_in_order,
    extrapolated_dose,
    grade_arithmetic,
    interval_about_its_estimate,
    interval_against_its_p,
    mean_of_whole_scores,
)
COLLECTION_RULES: tuple[Rule, ...] = (
    grade_start,
    sort_level_derived,
    sort_strength_derived,
)
"""Rules that look at a document together with those that it refers to, or that refer to it."""


def faults(quads: Iterable[ox.Quad]) -> list[Fault]:
    """What the number rules find in the quads of one document."""
    facts = Facts(quads)
    return [fault for rule in RULES for fault in rule(facts)]
