"""All number rules, and what they find in a document's quads."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.rules.claimed_figures import (
    claimed_size_without_comparison,
    figures_at_second_hand,
    modelled_share_as_observed,
    safety_claim_incomplete,
    subgroup_figures_apart,
)
from ldn_graph.rules.claims import (
    cause_beyond_design,
    claim_beyond_people_studied,
    claim_from_narrow_group,
    claimed_outcome_not_measured,
    comparator_left_out,
    direction_not_shown,
    effect_without_placebo,
    recommendation_without_grade,
    verdict_beyond_evidence,
)
from ldn_graph.rules.conduct import (
    conduct_not_reported,
    counted_among_responders,
    crossover_analysis_not_reported,
    final_dose_not_reported,
    follow_up_uneven,
    masking_without_control,
    matching_not_carried_through,
    ratings_without_masking,
    response_by_either,
    selected_by_completion,
    subgroups_not_described,
    tail_dose_from_up_and_down,
)
from ldn_graph.rules.dates import dates_in_order
from ldn_graph.rules.doses import dose_above_its_maximum, effective_doses_in_order, extrapolated_dose
from ldn_graph.rules.estimates import contrast_beside_its_values, interval_about_its_estimate, mean_of_whole_scores
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault, Rule
from ldn_graph.rules.results import (
    baseline_tested,
    dose_estimate_without_method,
    figure_of_unknown_kind,
    number_needed_without_its_terms,
    outcome_without_result,
    p_without_estimate,
    people_at_unknown_stage,
    percent_for_a_change,
    scales_taken_together,
    sign_without_direction,
    significance_among_several,
    spread_not_reported,
    told_without_figures,
)
from ldn_graph.rules.significance import interval_against_its_p
from ldn_graph.rules.similarity import similarity_without_margin

RULES: tuple[Rule, ...] = (
    contrast_beside_its_values,
    dates_in_order,
    dose_above_its_maximum,
    effective_doses_in_order,
    extrapolated_dose,
    interval_about_its_estimate,
    interval_against_its_p,
    mean_of_whole_scores,
)
"""Rules that need no more than one document."""

COLLECTION_RULES: tuple[Rule, ...] = (
    baseline_tested,
    cause_beyond_design,
    claim_beyond_people_studied,
    claim_from_narrow_group,
    claimed_outcome_not_measured,
    claimed_size_without_comparison,
    comparator_left_out,
    conduct_not_reported,
    counted_among_responders,
    crossover_analysis_not_reported,
    direction_not_shown,
    dose_estimate_without_method,
    effect_without_placebo,
    figure_of_unknown_kind,
    figures_at_second_hand,
    final_dose_not_reported,
    follow_up_uneven,
    masking_without_control,
    matching_not_carried_through,
    modelled_share_as_observed,
    number_needed_without_its_terms,
    outcome_without_result,
    p_without_estimate,
    people_at_unknown_stage,
    percent_for_a_change,
    ratings_without_masking,
    recommendation_without_grade,
    response_by_either,
    safety_claim_incomplete,
    scales_taken_together,
    selected_by_completion,
    sign_without_direction,
    significance_among_several,
    similarity_without_margin,
    spread_not_reported,
    subgroup_figures_apart,
    subgroups_not_described,
    tail_dose_from_up_and_down,
    told_without_figures,
    verdict_beyond_evidence,
)
"""Rules that need a document and its neighbours; they are given the facts of all of them together."""


def faults(quads: Iterable[ox.Quad]) -> list[Fault]:
    """What the number rules find in the quads of one document."""
    facts = Facts(quads)
    return [fault for rule in RULES for fault in rule(facts)]


def collection_faults(facts: Facts) -> list[Fault]:
    """What the collection rules find in several documents."""
    return [fault for rule in COLLECTION_RULES for fault in rule(facts)]
