"""All number rules, and what they find in a document's quads."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ldn_graph.findings import Severity
from ldn_graph.rules.changes import sign_against_its_direction
from ldn_graph.rules.circles import circular_subgroups, circular_terms
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
from ldn_graph.rules.counts import (
    counted_above_the_group,
    groups_add_up,
    part_above_its_whole,
    percentage_of_its_count,
    stages_in_order,
)
from ldn_graph.rules.dates import dates_in_order, results_before_data, retrospective_registration
from ldn_graph.rules.directions import claim_against_its_result, favours_against_its_figures
from ldn_graph.rules.doses import (
    dose_above_its_maximum,
    dose_outside_its_range,
    effective_doses_in_order,
    extrapolated_dose,
    final_dose_outside_its_regimen,
    steps_fit_their_range,
)
from ldn_graph.rules.estimates import contrast_beside_its_values
from ldn_graph.rules.facts import Facts
from ldn_graph.rules.findings import Fault, Rule
from ldn_graph.rules.grades import grade_arithmetic, grade_start, sort_level_derived, sort_strength_derived
from ldn_graph.rules.headlines import headline_untraced
from ldn_graph.rules.identifiers import shared_doi, shared_pmid, shared_registration
from ldn_graph.rules.intervals import interval_about_its_estimate, p_from_interval
from ldn_graph.rules.references import (
    basis_design_of_none,
    basis_smaller_than_its_studies,
    contributors_share_an_order,
    report_cites_itself,
)
from ldn_graph.rules.reporting import analysis_left_out, contradicting_reports
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
from ldn_graph.rules.reviews import i_squared_of_its_q, included_twice, patients_of_a_review, studies_of_a_review
from ldn_graph.rules.risks import (
    contrast_beside_its_counts,
    nnt_below_one,
    nnt_beside_its_counts,
    nnt_beyond_its_groups,
    nnt_not_reproducible,
)
from ldn_graph.rules.scores import (
    margin_outside_its_scale,
    mean_of_whole_scores,
    score_outside_its_scale,
    spread_outside_its_scale,
    threshold_outside_its_scale,
)
from ldn_graph.rules.significance import interval_against_its_p, significance_against_its_figures
from ldn_graph.rules.similarity import similarity_without_margin
from ldn_graph.rules.spreads import average_outside_its_spread, spreads_of_a_mean

RULES: tuple[Rule, ...] = (
    average_outside_its_spread,
    basis_smaller_than_its_studies,
    circular_subgroups,
    contrast_beside_its_counts,
    contrast_beside_its_values,
    contributors_share_an_order,
    counted_above_the_group,
    dates_in_order,
    dose_above_its_maximum,
    dose_outside_its_range,
    effective_doses_in_order,
    extrapolated_dose,
    final_dose_outside_its_regimen,
    grade_arithmetic,
    groups_add_up,
    i_squared_of_its_q,
    included_twice,
    interval_about_its_estimate,
    interval_against_its_p,
    nnt_below_one,
    nnt_beside_its_counts,
    nnt_beyond_its_groups,
    nnt_not_reproducible,
    p_from_interval,
    part_above_its_whole,
    patients_of_a_review,
    percentage_of_its_count,
    report_cites_itself,
    retrospective_registration,
    significance_against_its_figures,
    spreads_of_a_mean,
    stages_in_order,
    steps_fit_their_range,
    studies_of_a_review,
)
"""Rules that need no more than one document."""

COLLECTION_RULES: tuple[Rule, ...] = (
    analysis_left_out,
    baseline_tested,
    basis_design_of_none,
    cause_beyond_design,
    circular_terms,
    claim_against_its_result,
    claim_beyond_people_studied,
    claim_from_narrow_group,
    claimed_outcome_not_measured,
    claimed_size_without_comparison,
    comparator_left_out,
    conduct_not_reported,
    contradicting_reports,
    counted_among_responders,
    crossover_analysis_not_reported,
    direction_not_shown,
    dose_estimate_without_method,
    effect_without_placebo,
    favours_against_its_figures,
    figure_of_unknown_kind,
    figures_at_second_hand,
    final_dose_not_reported,
    follow_up_uneven,
    grade_start,
    headline_untraced,
    margin_outside_its_scale,
    masking_without_control,
    matching_not_carried_through,
    mean_of_whole_scores,
    modelled_share_as_observed,
    number_needed_without_its_terms,
    outcome_without_result,
    p_without_estimate,
    people_at_unknown_stage,
    percent_for_a_change,
    ratings_without_masking,
    recommendation_without_grade,
    response_by_either,
    results_before_data,
    safety_claim_incomplete,
    scales_taken_together,
    score_outside_its_scale,
    selected_by_completion,
    shared_doi,
    shared_pmid,
    shared_registration,
    sign_against_its_direction,
    sign_without_direction,
    significance_among_several,
    similarity_without_margin,
    sort_level_derived,
    sort_strength_derived,
    spread_not_reported,
    spread_outside_its_scale,
    subgroup_figures_apart,
    subgroups_not_described,
    tail_dose_from_up_and_down,
    threshold_outside_its_scale,
    told_without_figures,
    verdict_beyond_evidence,
)
"""Rules that need a document and its neighbours; they are given the facts of all of them together.

A rule may look from the node that it finds fault with to what that node's document refers to, and to what this refers
to in turn, but not back to who refers to it: such findings would not be renewed.
"""


def faults(quads: Iterable[ox.Quad]) -> list[Fault]:
    """What the number rules find in the quads of one document."""
    facts = Facts(quads)
    return [fault for rule in RULES for fault in _applied(rule, facts)]


def collection_faults(facts: Facts) -> list[Fault]:
    """What the collection rules find in several documents."""
    return [fault for rule in COLLECTION_RULES for fault in _applied(rule, facts)]


def _applied(rule: Rule, facts: Facts) -> list[Fault]:
    """What a rule finds, or that its arithmetic failed, on figures that no shape and no test foresaw."""
    try:
        return list(rule(facts))
    except (ArithmeticError, RecursionError, ValueError) as error:
        name = rule.__name__.replace("_", "-")
        return [Fault("rule-not-applied", Severity.WARNING, document, "note", name,
                      f"the rule {name} could not be applied ({type(error).__name__}), so nothing is known of what it "
                      "checks; look for figures that cannot be, and please report this as a bug")
                for document in facts.documents()]
