"""All number rules, and what they find in a document's quads."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.rules.dates import dates_in_order
from ldn_graph.rules.doses import dose_above_its_maximum, effective_doses_in_order, extrapolated_dose
from ldn_graph.rules.estimates import contrast_beside_its_values, mean_of_whole_scores
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault, Rule
from ldn_graph.rules.intervals import interval_about_its_estimate, p_from_interval
from ldn_graph.rules.significance import interval_against_its_p, significance_against_its_figures
from ldn_graph.rules.spreads import spreads_of_a_mean

RULES: tuple[Rule, ...] = (
    contrast_beside_its_values,
    dates_in_order,
    dose_above_its_maximum,
    effective_doses_in_order,
    extrapolated_dose,
    interval_about_its_estimate,
    interval_against_its_p,
    mean_of_whole_scores,
    p_from_interval,
    significance_against_its_figures,
    spreads_of_a_mean,
)


def faults(quads: Iterable[ox.Quad]) -> list[Fault]:
    """What the number rules find in the quads of one document."""
    facts = Facts(quads)
    return [fault for rule in RULES for fault in rule(facts)]
