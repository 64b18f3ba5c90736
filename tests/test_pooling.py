"""Pooling of stored results: one test for each reason against it, where variances come from, and what is printed."""

from __future__ import annotations

import csv
import io
import json
import math
import shlex
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from ldn_graph import EvidenceStore, InputError, NotFoundError
from ldn_graph.cli import main
from ldn_graph.queries import Table
from ldn_graph.synthesis import Synthesis, Wanted, pool_results, write_synthesis
from ldn_graph.synthesis.arithmetic import pooled
from trials import analysis, contrast, count, group, mean, merged, outcome, regimen, store, trial

DATA = ROOT.parent / "shared" / "data" / "meta-analysis"
Study = dict[str, Any]

ASH = trial("ash", {"pain": contrast("-0.34", "-0.95", "0.27")})
OAK = trial("oak", {"pain": contrast("-1.2", "-2.1", "-0.3")})
ELM = trial("elm", {"willow": mean("willow", "-2.0", "2.0"), "water": mean("placebo", "-1.5", "2.5")})
COURSE = ["run-in", "carry-over", "period-effect", "washout", "periods"]
Z = 1.959963984540054


def oak(**changes: Any) -> Study:
    """The second trial with changes."""
    return merged(OAK, changes)


def codes(synthesis: Synthesis) -> list[str]:
    """The codes of all reasons; where there are some, there is no pool and no member."""
    assert (synthesis.pool is None) == bool(synthesis.reasons) == (not synthesis.members)
    return sorted(reason.code for reason in synthesis.reasons)


def pool(directory: Path, *studies: Study, **wanted: Any) -> Synthesis:
    """The pool of what the studies give on pain."""
    return store(directory, *studies).pool("knee-pain", "pain", **wanted)


def test_two_trials_are_pooled(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, OAK, method="dl", interval="normal")
    assert codes(synthesis) == []
    assert [(it.study, it.effect.estimate, it.people) for it in synthesis.members] == [
        ("Ash", -0.34, (40, 50)), ("Oak", -1.2, (40, 50))]
    variances = [(1.22 / 2 / Z) ** 2, (1.8 / 2 / Z) ** 2]
    assert [it.effect.variance for it in synthesis.members] == pytest.approx(variances)
    assert {it.effect.how for it in synthesis.members} == {"95 % interval (method not stated, taken as normal)"}
    assert synthesis.pool == pooled([-0.34, -1.2], [it.effect.variance for it in synthesis.members], "dl", "normal")
    assert synthesis.remarks == ("Lower is better, so a value below 0 favours the treated group.",)


# --- one test for each reason ---------------------------------------------------------------------------------------

def crossover(**changes: Any) -> Study:
    """The second trial as a crossover of the same people under both treatments."""
    both = {"willow": {"group-kind": "treatment-condition"}, "placebo": {"group-kind": "treatment-condition"}}
    return merged(OAK, merged({
        "design": ["randomised-controlled-trial", "crossover"], "groups": both,
        "not-reported": [*OAK["not-reported"], *COURSE, "first-period-result"]}, changes))


def means(study: Study, **changes: Any) -> Study:
    """A study with means of both groups instead of its difference."""
    both = {"willow": {"report": study["study"], **mean("willow", "-2.0", "2.0")},
            "water": {"report": study["study"], **mean("placebo", "-1.5", "2.5")}}
    made = merged(study, changes)
    made["analyses"]["pain"]["results"] = both
    return made


def result(**changes: Any) -> Study:
    """The second trial with its difference changed; keys with underscores."""
    figures = {name.replace("_", "-"): value for name, value in changes.items()}
    return oak(**analysis(results={"pain": figures}))


MISMATCHES: dict[str, tuple[Study, list[str]]] = {
    "active comparator": (
        oak(control="active-treatment", groups={"placebo": {"group-role": "active-comparator"}}),
        ["different-comparators"]),
    "usual care": (
        oak(control="usual-care", groups={"placebo": {"group-role": "usual-care-comparator"}}),
        ["different-comparators"]),
    "comparator not told": (
        oak(groups={"placebo": {"group-role": None, "not-reported": ["final-dose", "group-role"]}}),
        ["comparator-not-stated", "different-comparators"]),
    "not randomised": (oak(allocation="non-randomised", design=["cohort"]), ["different-designs"]),
    "fixed order": (
        merged(crossover(**analysis(pairing="paired")), {"allocation": "fixed-order", "design": ["crossover"]}),
        ["different-designs"]),
    "allocation not told": (
        oak(allocation=None, design=["parallel"], **{"not-reported": [*OAK["not-reported"], "allocation"]}),
        ["design-not-stated", "different-designs"]),
    "another treatment": (
        oak(regimens={"willow": regimen("poplar tea", "poplar-tea")}), ["different-interventions"]),
    "another outcome": (oak(**outcome(outcome_domain="sleep")), ["different-outcomes"]),
    "another scale": (oak(**outcome(scale="line-0-100")), ["different-scales"]),
    "bounds not told": (oak(**outcome(scale="plain-line")), ["different-scales", "scale-not-stated"]),
    "several scales": (oak(**outcome(scale=["line-0-10", "line-0-100"])), ["several-scales"]),
    "scale not told": (
        oak(**outcome(scale=None, not_reported=["scale"])), ["different-scales", "scale-not-stated"]),
    "per cent change": (
        oak(**outcome(metric="percent-change-from-baseline")), ["different-metrics"]),
    "form not told": (oak(**outcome(metric=None, not_reported=["metric"])), ["metric-not-stated"]),
    "another time": (
        oak(timepoints={"end": {"label": "week 6", "after": {"value": 6}}}), ["different-times"]),
    "time not told": (
        oak(timepoints={"end": {"label": "last visit", "timepoint-kind": "last-observation", "after": None,
                                "not-reported": ["after"]}}), ["time-not-stated"]),
    "open time": (
        oak(timepoints={"end": {"label": "week 12 or later", "after": {"relation": "at-least"}}}), ["time-not-stated"]),
    "direction not told": (
        oak(**analysis(minuend=None, subtrahend=None, not_reported=["method", "minuend", "subtrahend"])),
        ["direction-not-stated"]),
    "sign not told": (result(estimate="1.2", lower="0.3", upper="2.1", change="decrease"), ["direction-not-stated"]),
    "crossover of unknown pairing": (crossover(), ["unpaired-crossover"]),
    "crossover taken as unpaired": (crossover(**analysis(pairing="unpaired")), ["unpaired-crossover"]),
    "crossover with means alone": (means(crossover(**analysis(pairing="paired"))), ["unpaired-crossover"]),
    "median difference": (result(statistic="median-difference"), ["median"]),
    "another measure": (result(statistic="standardised-mean-difference"), ["different-measures", "no-such-measure"]),
    "no interval": (result(lower=None, upper=None, level=None), ["no-variance"]),
    "half an interval": (result(lower=None, not_reported=["lower"]), ["no-variance"]),
    "level not told": (result(level=None, not_reported=["level"]), ["no-variance"]),
    "P without its figure": (
        result(lower=None, upper=None, level=None, p_value="0.01", p_relation="less-than"), ["no-variance"]),
    "interval of no width": (result(lower="-1.2", upper="-1.2"), ["zero-variance"]),
    "doubted figure": (result(lower="-2.9"), ["doubted-figure"]),
    "unmapped intervention": (
        oak(regimens={"willow": {"intervention": {"text": "tea of some bark", "at": "front"}}}),
        ["different-interventions", "unmapped-term"]),
    "unmapped scale": (
        oak(**outcome(scale={"text": "some line", "at": "front"})),
        ["different-scales", "scale-not-stated", "unmapped-term"]),
    "unmapped condition": (
        oak(population={"condition": {"text": "sore knees", "at": "front"}}), ["unmapped-term"]),
}


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_mismatch_is_refused(tmp_path: Path, name: str) -> None:
    """Each mismatch is refused for its own reasons and no other, and the same results without it are pooled."""
    other, expected = MISMATCHES[name]
    synthesis = store(tmp_path, ASH, other).pool(results=["ash/analyses/pain/results/pain", *named(other)])
    assert codes(synthesis) == expected
    assert all(reason.text.endswith(".") and reason.results for reason in synthesis.reasons)


def named(study: Study) -> list[str]:
    """The ends of the IRIs of a study's results."""
    return [f"{study['study']}/analyses/{key}/results/{name}" for key, held in study["analyses"].items()
            for name in held["results"]]


@pytest.mark.parametrize(("statistic", "expected"), [
    ("median", ["median"]), ("statistic-not-stated", ["not-a-mean"]),
    ("percent-change", ["different-scales", "not-a-mean"])])
def test_values_that_are_no_means(tmp_path: Path, statistic: str, expected: list[str]) -> None:
    other = means(OAK)
    for name in ("willow", "water"):
        other["analyses"]["pain"]["results"][name] |= {"statistic": statistic}
        if statistic == "percent-change":
            other["analyses"]["pain"]["results"][name] |= {"percent-base": "baseline-value", "unit": "%"}
    assert codes(pool(tmp_path, ASH, other)) == expected


@pytest.mark.parametrize(("change", "expected"), [
    ({"spread": None, "spread-kind": None}, ["no-variance"]), ({"spread": "0"}, ["zero-variance"]),
    ({"spread-kind": "interquartile-width"}, ["no-variance"]), ({"change": "improvement"}, ["direction-not-stated"])])
def test_means_without_a_variance(tmp_path: Path, change: dict[str, Any], expected: list[str]) -> None:
    other = merged(means(OAK), analysis(results={"willow": change}))
    assert codes(pool(tmp_path, ASH, other)) == expected


def test_a_value_of_one_group_compares_nothing(tmp_path: Path) -> None:
    other = oak(**analysis(minuend=None, subtrahend=None, group="willow", reference_group=None, results=None))
    other["analyses"]["pain"]["results"] = {"willow": {"report": "oak", **mean("willow", "-2.0", "2.0")}}
    assert codes(pool(tmp_path, ASH, other)) == ["different-comparators", "within-group"]


def test_a_dose_is_no_effect(tmp_path: Path) -> None:
    other = oak(**analysis(results=None, minuend=None, subtrahend=None, group="willow", reference_group=None))
    other["analyses"]["pain"]["results"] = {"dose": {
        "kind": "dose-estimate", "report": "oak", "statistic": "effective-dose-estimate", "unit": "mg", "level": 95,
        "response-share": {"value": 50, "unit": "%"}, "estimate": "3.9", "lower": "3.4", "upper": "4.4"}}
    other["outcomes"]["pain"]["metric"] = "effective-dose"
    assert codes(pool(tmp_path, ASH, other)) == [
        "different-comparators", "different-metrics", "different-scales", "dose-finding", "within-group"]


def twice(**changes: Any) -> Study:
    """The second trial with a second analysis, which is the first with changes; keys with underscores."""
    made = {name.replace("_", "-"): value for name, value in changes.items()}
    return oak(analyses={"again": merged(OAK["analyses"]["pain"], {"label": "again", **made})})


def test_the_same_people_count_once(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, twice())
    assert codes(synthesis) == ["patients-twice"]
    assert synthesis.reasons[0].text == (
        "Oak (again) and Oak (pain) hold the same patients, or may do so; choose one of them.")


def test_a_control_group_counts_once(tmp_path: Path) -> None:
    other = merged(twice(group=["more", "placebo"], minuend="more"),
                   {"groups": {"more": group("much willow tea", "experimental", "willow", 30)}})
    assert codes(pool(tmp_path, ASH, other)) == ["shared-control"]


def test_four_arms_are_two_comparisons(tmp_path: Path) -> None:
    """In a factorial trial no patient is in two arms."""
    more = {"warm": group("willow tea and heat", "experimental", "willow", 30),
            "cool": group("water and heat", "placebo-comparator", "placebo", 30)}
    other = merged(twice(group=["warm", "cool"], minuend="warm", subtrahend="cool", reference_group="cool"),
                   {"groups": more})
    synthesis = pool(tmp_path, ASH, other)
    assert codes(synthesis) == []
    text = write_synthesis(synthesis, "text")
    assert text.startswith("Mean difference from 3 comparisons in 2 studies\n")
    assert "  Oak (again): -1.2" in text
    subgroup = {"groups": {name: {"group-kind": "subgroup", "subgroup-of": "willow", "defined-when": "preset"}
                           for name in more}}
    assert codes(store(directory(tmp_path), ASH, merged(other, subgroup)).pool(
        results=["results/pain"])) == ["patients-twice"]


def directory(parent: Path) -> Path:
    """Another directory."""
    made = parent / "more"
    made.mkdir()
    return made


def test_a_review_holds_the_patients_of_its_studies(tmp_path: Path) -> None:
    """Whether it says which it takes in or not; the properties are set as a loaded review has them."""
    evidence = store(tmp_path, ASH, OAK)
    table = evidence.ask("poolable-results")
    for included, expected in (("https://example.org/teas/study/ash", 1), (None, 1), ("https://example.org/x", 0)):
        rows = [{**row, "study_type": "evidence-synthesis", "includes": included} if row["study"] == "Oak" else row
                for row in table.dicts()]
        found = codes(pool_of(evidence, rows))
        assert found == ["different-designs", *["review-beside-study"] * expected]


def pool_of(evidence: EvidenceStore, rows: list[dict[str, Any]]) -> Synthesis:
    """The pool of changed rows, with the groups that a store has."""
    changed = as_table(rows)
    return pool_results(lambda slug, **_: changed if slug == "poolable-results" else evidence.ask(slug),
                        Wanted(results=("results/pain",)))


def as_table(rows: list[dict[str, Any]]) -> Table:
    """Rows as a canned query gives them."""
    return Table(tuple(rows[0]), tuple(tuple(row.values()) for row in rows))


def test_what_a_later_report_retracts_is_refused_or_left_out(tmp_path: Path) -> None:
    evidence = store(tmp_path, ASH, OAK, ELM)
    rows = [{**row, "withdrawn": "retracts" if row["study"] == "Oak" else None}
            for row in evidence.ask("poolable-results").dicts()]
    assert codes(pool_of(evidence, rows)) == ["withdrawn-report"]


def test_credible_and_other_intervals_tell_no_standard_error(tmp_path: Path) -> None:
    evidence = store(tmp_path, ASH, OAK)
    table = evidence.ask("poolable-results").dicts()
    for change, expected in (({"interval_method": "credible-interval"}, ["no-variance"]),
                             ({"interval_method": "wald-interval"}, []), ({"interval_method": "t-interval"}, []),
                             ({"multiplicity": "multiplicity-adjusted"}, ["no-variance"])):
        rows = [{**row, **change} if row["study"] == "Oak" else row for row in table]
        assert codes(pool_of(evidence, rows)) == expected


def test_a_t_interval_is_read_as_one(tmp_path: Path) -> None:
    evidence = store(tmp_path, ASH, OAK)
    rows = [{**row, "interval_method": "t-interval"} for row in evidence.ask("poolable-results").dicts()]
    member = pool_of(evidence, rows).members[1]
    assert member.effect.how == "95 % interval (t with 88 degrees of freedom)"
    assert member.effect.variance == pytest.approx((1.8 / 2 / 1.9872897) ** 2, rel=1e-6)


# --- what is refused for what it is ---------------------------------------------------------------------------------

FIRST = ["srinivasan-2021/analyses/pain-change/results/difference",
         "martin-2022/analyses/pain-change/results/naltrexone", "bruun-plesner-2020/analyses/ed50/results/dose"]


def test_the_first_three_studies_are_refused() -> None:
    """Three comparators, three designs, a crossover, a cohort and a search for a dose."""
    synthesis = EvidenceStore.open().pool(results=FIRST)
    assert codes(synthesis) == [
        "different-comparators", "different-designs", "different-metrics", "different-outcomes", "different-scales",
        "direction-not-stated", "dose-finding", "no-variance", "not-a-mean", "several-scales", "time-not-stated",
        "time-not-stated", "unpaired-crossover", "within-group"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the published data do not lie beside the project")
def test_published_contrasts_with_faults_are_refused(tmp_path: Path) -> None:
    """The 22 contrasts on pain of dat.haeuser2009 mix end values with changes, and use control groups several times."""
    synthesis = store(tmp_path, *antidepressants()).pool("knee-pain", "pain", measure="smd", weeks=(1, 30),
                                                         intervention="tea")
    found = codes(synthesis)
    assert set(found) == {"change-with-end-values", "shared-control"}
    assert found.count("shared-control") == 2 + 1 + 3
    assert synthesis.left_out == ()


@pytest.mark.skipif(not DATA.is_dir(), reason="the published data do not lie beside the project")
def test_published_contrasts_without_their_faults_are_pooled(tmp_path: Path) -> None:
    """End values alone, one contrast of each control group: the same figures as from the bare numbers."""
    studies = [study for study in antidepressants() if study["outcomes"]["pain"]["metric"] == "value-at-time"]
    for study in studies:
        study["analyses"] = dict(list(study["analyses"].items())[:1])
    synthesis = store(tmp_path, *studies).pool("knee-pain", "pain", measure="smd", weeks=(1, 30), intervention="tea",
                                               method="dl", interval="normal")
    assert codes(synthesis) == []
    assert synthesis.pool is not None
    assert synthesis.pool.k == 9
    assert synthesis.members[0].effect.estimate == pytest.approx(
        (1 - 3 / (4 * 57 - 1)) * -0.7 / 3, rel=1e-9)


def antidepressants() -> list[Study]:
    """The published contrasts on pain as one document for each trial."""
    header, *lines = [shlex.split(line) for line in (DATA / "dat.haeuser2009.txt").read_text("utf-8").splitlines()]
    held: dict[str, list[dict[str, str]]] = {}
    for line in lines:
        row = dict(zip(header, line, strict=True))
        if row["outcome"] == "pain":
            held.setdefault(f"trial-{row['ref']}", []).append(row)
    return [published(key, rows) for key, rows in held.items()]


def published(key: str, rows: list[dict[str, str]]) -> Study:
    """One published trial, with an arm for each treatment and one analysis for each contrast."""
    metric = {"raw": "value-at-time", "change": "change-from-baseline"}[rows[0]["type"]]
    scale = "line-0-10" if abs(float(rows[0]["mti"])) <= 10 else "line-0-100"
    study = trial(key, {}, **outcome(metric=metric, scale=scale), analyses={"pain": {"results": None}},
                  timepoints={"end": {"after": {"value": int(rows[0]["duration"])}, "label": "end"}})
    base = study["analyses"].pop("pain")
    del study["groups"]["willow"]
    for row in rows:
        name = row["tgrp"]
        study["groups"] |= {name: group(row["med"], "experimental", "willow", int(row["nti"])),
                            "placebo": group("placebo", "placebo-comparator", "placebo", int(row["nci"]))}
        figures = {"treated": mean(name, row["mti"], row["sdti"]), "control": mean("placebo", row["mci"], row["sdci"])}
        study["analyses"][name] = merged(base, {
            "label": f"pain {name}", "group": [name, "placebo"], "minuend": name,
            "results": {its: {"report": key, **figure} for its, figure in figures.items()}})
    return study


# --- where variances come from --------------------------------------------------------------------------------------

def test_means_and_spreads(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, ELM)
    effect = synthesis.members[1].effect
    assert (effect.estimate, effect.variance) == pytest.approx((-0.5, 4 / 40 + 6.25 / 50))
    assert effect.how == "means and spreads of both groups"


def test_falls_that_are_printed_without_a_sign(tmp_path: Path) -> None:
    falls = {"willow": {"estimate": "2.0", "change": "decrease"}, "water": {"estimate": "1.5", "change": "decrease"}}
    assert pool(tmp_path, ASH, merged(ELM, analysis(results=falls))).members[1].effect.estimate == pytest.approx(-0.5)


def test_people_as_randomised_are_said_to_be_so(tmp_path: Path) -> None:
    other = merged(ELM, {"groups": {"willow": {"denominators": {"n": {
        "denominator-kind": "randomised", "analysis-population": None}}}}})
    assert pool(tmp_path, ASH, other).members[1].effect.how == (
        "means and spreads of both groups; people as randomised, since the number analysed is not told")


def test_an_exact_p_gives_a_rough_variance(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, result(lower=None, upper=None, level=None, p_value=".05", p_relation="equal-to"))
    effect = synthesis.members[1].effect
    assert (effect.estimate, effect.variance) == pytest.approx((-1.2, (1.2 / Z) ** 2))
    assert effect.reconstructed
    assert effect.how == "reconstructed from the estimate and P = .05 (normal)"
    assert "A variance that is reconstructed from P is as rough as the printed P." in synthesis.remarks


def test_a_standard_error(tmp_path: Path) -> None:
    other = result(lower=None, upper=None, level=None, spread="0.40", spread_kind="standard-error")
    effect = pool(tmp_path, ASH, other).members[1].effect
    assert effect.variance == pytest.approx(0.16)
    assert effect.how == "standard error 0.40"


def test_a_difference_the_other_way_round_is_turned(tmp_path: Path) -> None:
    other = oak(**analysis(minuend="placebo", subtrahend="willow", results={
        "pain": {"estimate": "1.2", "lower": "0.3", "upper": "2.1"}}))
    effect = pool(tmp_path, ASH, other).members[1].effect
    assert effect.estimate == -1.2
    assert effect.how.endswith("; turned, as it is printed the other way round")


def test_a_crossover_with_a_paired_interval(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, crossover(**analysis(pairing="paired")))
    assert codes(synthesis) == []
    assert "Crossover and parallel trials stand together." in synthesis.remarks


def test_a_crossover_with_a_correlation(tmp_path: Path) -> None:
    """4/40 + 6.25/50 - 2 * 0.5 * 2/sqrt(40) * 2.5/sqrt(50)."""
    effect = pool(tmp_path, ASH, means(crossover(**analysis(correlation="0.5")))).members[1].effect
    assert effect.variance == pytest.approx(0.1 + 0.125 - math.sqrt(0.1 * 0.125))
    assert effect.how == "means and spreads under both treatments, correlation 0.5"


def test_the_first_period_alone_is_no_crossover(tmp_path: Path) -> None:
    other = crossover(**{"first-period-result": "pain", "not-reported": [*OAK["not-reported"], *COURSE]})
    assert codes(pool(tmp_path, ASH, other)) == []


def test_changes_with_end_values_in_mean_differences_are_said(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, oak(**outcome(metric="value-at-time")))
    assert codes(synthesis) == []
    assert synthesis.remarks[0] == "Changes from baseline and end values stand together, as mean differences may."


def test_changes_with_end_values_in_standardised_differences_are_refused(tmp_path: Path) -> None:
    higher = analysis(results={"willow": {"estimate": "4.0"}, "water": {"estimate": "4.5"}})
    ended = merged(merged(means(OAK), outcome(metric="value-at-time")), higher)
    assert codes(pool(tmp_path, ELM, ended, measure="smd")) == ["change-with-end-values"]


def test_standardised_differences_put_scales_together(tmp_path: Path) -> None:
    other = merged(means(OAK), outcome(scale="line-0-100"))
    synthesis = pool(tmp_path, ELM, other, measure="smd")
    assert codes(synthesis) == []
    deviation = math.sqrt((39 * 4 + 49 * 6.25) / 88)
    g = (1 - 3 / (4 * 88 - 1)) * -0.5 / deviation
    assert [it.effect.estimate for it in synthesis.members] == pytest.approx([g, g])
    assert synthesis.members[0].effect.variance == pytest.approx(1 / 40 + 1 / 50 + g * g / 180)


def test_scales_that_run_the_other_way_are_not_put_together(tmp_path: Path) -> None:
    other = merged(means(OAK), outcome(scale="smiles"))
    assert codes(pool(tmp_path, ELM, other, measure="smd")) == ["different-better-ends"]


def counted(key: str, treated: int, control: int) -> Study:
    """A trial with counts of responders out of 40 and 50."""
    rule = {"outcome-domain": "pain", "change": "decrease", "threshold": {"value": 50, "unit": "%"},
            "scale": "line-0-10"}
    definition = {"half": {"label": "half the pain", "response-criteria": {"pain": rule}}}
    return trial(key, {"treated": count("willow", treated, 40), "control": count("placebo", control, 50)},
                 **{"responder-definitions": definition}, **outcome(metric="response", responder_definition="half"))


@pytest.mark.parametrize(("measure", "estimate", "variance"), [
    ("rr", math.log(0.5 / 0.2), 1 / 20 - 1 / 40 + 1 / 10 - 1 / 50),
    ("or", math.log(1 / 0.25), 1 / 20 + 1 / 20 + 1 / 10 + 1 / 40),
    ("rd", 0.3, 0.25 / 40 + 0.16 / 50)])
def test_counts(tmp_path: Path, measure: str, estimate: float, variance: float) -> None:
    synthesis = pool(tmp_path, counted("ash", 20, 10), counted("oak", 15, 12), measure=measure)
    effect = synthesis.members[0].effect
    assert (effect.estimate, effect.variance) == pytest.approx((estimate, variance))
    assert effect.how == "counts 20 of 40 and 10 of 50"
    assert "Whether response means the same in each study is not checked." in synthesis.remarks


def test_nobody_counted_gives_no_ratio(tmp_path: Path) -> None:
    assert codes(pool(tmp_path, counted("ash", 20, 10), counted("oak", 5, 0))) == ["zero-variance"]


def test_risk_ratios_are_pooled_as_logarithms(tmp_path: Path) -> None:
    one, other = (merged(trial(key, {"pain": contrast(estimate, lower, upper)}), analysis(
        results={"pain": {"statistic": "risk-ratio", "unit": None}})) for key, estimate, lower, upper in (
            ("ash", "0.8", "0.64", "1.0"), ("oak", "0.5", "0.25", "1.0")))
    synthesis = pool(tmp_path, one, other, method="fixed", interval="normal")
    assert codes(synthesis) == []
    assert [it.effect.estimate for it in synthesis.members] == pytest.approx([math.log(0.8), math.log(0.5)])
    assert synthesis.members[1].effect.variance == pytest.approx((math.log(4) / 2 / Z) ** 2)
    assert "0.5 (0.25 to 1)" in write_synthesis(synthesis, "text")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> EvidenceStore:
    """Three trials that may be pooled."""
    return store(tmp_path_factory.mktemp("three"), ASH, OAK, trial("fir", {"pain": contrast("0.2", "-0.8", "1.2")}))


figures = st.tuples(st.integers(-300, 300), st.integers(1, 200), st.booleans())


@settings(max_examples=25, deadline=None)
@given(st.lists(figures, min_size=3, max_size=3), st.permutations(["Ash", "Fir", "Oak"]))
def test_sides_and_order_change_nothing(
    three: EvidenceStore, drawn: list[tuple[int, int, bool]], order: list[str]
) -> None:
    """A difference printed the other way round, and studies in another order, give the same pool."""
    def printed(row: dict[str, Any], *, turned: bool) -> dict[str, Any]:
        middle, reach, turn = drawn[["Ash", "Fir", "Oak"].index(row["study"])]
        middle = -middle if turned and turn else middle
        told = {"estimate": middle, "lower": middle - reach, "upper": middle + reach}
        return {**row, **{name: Decimal(value) / 100 for name, value in told.items()}}

    def sides(row: dict[str, Any], *, turned: bool) -> dict[str, Any]:
        turn = turned and drawn[["Ash", "Fir", "Oak"].index(row["study_label"])][2]
        return {**row, "minuend": row["subtrahend"], "subtrahend": row["minuend"]} if turn else row

    def found(*, turned: bool) -> Synthesis:
        results = [printed(row, turned=turned) for row in three.ask("poolable-results").dicts()]
        results = sorted(results, key=lambda row: order.index(row["study"])) if turned else results
        groups = [sides(row, turned=turned) for row in three.ask("groups-compared").dicts()]
        tables = {"poolable-results": as_table(results), "groups-compared": as_table(groups)}
        return pool_results(lambda slug, **_: tables[slug], Wanted(results=("results/pain",)))

    one, other = found(turned=False).pool, found(turned=True).pool
    assert one is not None
    assert other is not None
    assert (other.estimate, other.interval.lower, other.interval.upper, other.tau_squared) == pytest.approx(
        (one.estimate, one.interval.lower, one.interval.upper, one.tau_squared), abs=1e-9)


BREAKS: list[dict[str, Any]] = [
    {"domain": "sleep"}, {"scale": "other"}, {"metric": None}, {"allocation": "non-randomised"}, {"time_unit": None},
    {"statistic": "median"}, {"upper": None}, {"unmapped": "bark"}, {"withdrawn": "retracts"}, {"kind": "Test"},
    {"doubts": "p-from-interval"}, {"level": None}, {"designs": "crossover"}, {"time_maximum": Decimal(13)}]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(BREAKS), st.sampled_from(["Ash", "Fir", "Oak"]))
def test_one_break_in_one_study_stops_the_pool(three: EvidenceStore, change: dict[str, Any], study: str) -> None:
    rows = [{**row, **change} if row["study"] == study else row for row in three.ask("poolable-results").dicts()]
    assert pool_of(three, rows).pool is None
    assert pool_of(three, three.ask("poolable-results").dicts()).pool is not None


# --- what is chosen -------------------------------------------------------------------------------------------------

def test_the_primary_outcome_by_intention_to_treat_comes_first(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, twice(analysis_population="per-protocol"))
    assert [it.analysis for it in synthesis.members] == ["pain", "pain"]
    assert [(it.study, it.analysis, it.why) for it in synthesis.left_out] == [
        ("Oak", "again", "comes after pain of the same groups (intention to treat before other analyses)")]


def test_tests_and_words_are_left_out(tmp_path: Path) -> None:
    more = {"told": {"kind": "narrative", "report": "oak", "finding": "consistent-with-primary"},
            "test": {"kind": "test", "report": "oak", "p-value": ".02", "p-relation": "equal-to"}}
    synthesis = pool(tmp_path, ASH, oak(**analysis(results=more)))
    assert [it.why for it in synthesis.left_out] == ["prints a test and no estimate", "is told in words"]


@pytest.mark.parametrize(("wanted", "why"), [
    ({"comparator": "placebo"}, "has another comparator (active)"), ({"weeks": (8, 16)}, "is of another time (week 6)"),
    ({"intervention": "willow-tea"}, "is of another treatment")])
def test_what_was_not_asked_for_is_left_out(tmp_path: Path, wanted: dict[str, Any], why: str) -> None:
    other = merged(ELM, {
        "groups": {"placebo": {"group-role": "active-comparator"}}, "control": "active-treatment",
        "timepoints": {"end": {"label": "week 6", "after": {"value": 6}}},
        "regimens": {"willow": regimen("poplar tea", "poplar-tea")}})
    synthesis = pool(tmp_path, ASH, OAK, other, **wanted)
    assert codes(synthesis) == []
    assert [(it.study, it.why) for it in synthesis.left_out] == [("Elm", why)]


def test_a_wider_treatment_and_a_window_put_together_what_they_name(tmp_path: Path) -> None:
    other = oak(regimens={"willow": regimen("poplar tea", "poplar-tea")},
                timepoints={"end": {"label": "3 months", "after": {"value": 3, "unit": "mo"}}})
    evidence = store(tmp_path, ASH, other)
    assert codes(evidence.pool("knee-pain", "pain")) == ["different-interventions", "different-times"]
    assert codes(evidence.pool("knee-pain", "pain", intervention="tea", weeks=(12, 14))) == []


def test_named_results_outside_what_is_asked_for_are_refused(tmp_path: Path) -> None:
    evidence = store(tmp_path, ASH, OAK)
    assert codes(evidence.pool(results=["results/pain"], weeks=(1, 4))) == ["outside-the-window"] * 2
    assert codes(evidence.pool(results=["results/pain"], comparator="active")) == ["different-comparators"] * 2


@pytest.mark.parametrize(("wanted", "error", "message"), [
    ({}, InputError, "only Ash (pain) is there to be pooled, and a pool needs two results or more"),
    ({"comparator": "active"}, InputError, "nothing is there to be pooled, and a pool needs two results or more; "
                                           "Ash (pain) has another comparator (placebo)"),
    ({"results": ["ash/analyses/pain/results/x"]}, NotFoundError, "there is no result `ash/analyses/pain/results/x`"),
    ({"method": "peto"}, InputError, "there is no method `peto`; choose one of fixed, dl, reml"),
    ({"measure": "nnt"}, InputError, "there is no measure `nnt`"),
    ({"weeks": (9, 3)}, InputError, "ends before it begins"),
    ({"intervention": "bark"}, InputError, "no result there is of the intervention `bark`"),
])
def test_what_cannot_be_done(tmp_path: Path, wanted: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        pool(tmp_path, ASH, **wanted)
    assert message in str(caught.value)


def test_neither_condition_nor_results_is_told() -> None:
    with pytest.raises(InputError, match="name a condition and an outcome, or the results"):
        EvidenceStore.open().pool(outcome="pain")


# --- what is printed ------------------------------------------------------------------------------------------------

TEXT = """\
Mean difference from 3 studies
  pain: willow tea against placebo (water), line of 10.
  -0.6028 (-1.095 to -0.1107; 95 % interval: normal quantile)
  Model: random effects, DerSimonian-Laird.
"""


def test_text_names_every_method(tmp_path: Path) -> None:
    other = merged(ELM, analysis(results={"water": {"spread": "2.2"}}))
    synthesis = pool(tmp_path, ASH, OAK, other, method="dl", interval="normal")
    text = write_synthesis(synthesis, "text")
    assert text.startswith(TEXT)
    for piece in ("t quantile with k − 2 degrees of freedom", "I² 18.4 % (from Q)", "weight 47.4 %", "40 and 50 people",
                  "Without each study in turn", "Lower is better"):
        assert piece in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_refusal_shows_no_pooled_figure(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, crossover())
    text = write_synthesis(synthesis, "text")
    assert text.startswith("Not pooled, for 1 reason\n  Oak (pain): a result of a crossover needs")
    assert "interval" not in text.replace("paired", "")
    assert json.loads(write_synthesis(synthesis, "json"))["pool"] is None
    assert [row["part"] for row in table(synthesis)] == ["refused"]


def table(synthesis: Synthesis) -> list[dict[str, str]]:
    """The rows of the CSV form."""
    return list(csv.DictReader(io.StringIO(write_synthesis(synthesis, "csv"))))


def test_csv_and_json_hold_the_same_numbers(tmp_path: Path) -> None:
    synthesis = pool(tmp_path, ASH, OAK, ELM)
    rows = table(synthesis)
    assert [row["part"] for row in rows] == ["study"] * 3 + ["pool", "prediction"] + ["without"] * 3
    held = json.loads(write_synthesis(synthesis, "json"))
    assert float(rows[3]["estimate"]) == held["pool"]["estimate"]
    assert [float(row["weight"]) for row in rows[:3]] == held["pool"]["weights"]
    assert held["pool"]["interval"]["method"] == rows[3]["interval"]
    with pytest.raises(InputError, match="cannot be written as `svg`"):
        write_synthesis(synthesis, "svg")


@pytest.mark.parametrize(("args", "code", "start"), [
    (["--condition", "chronic-pain", "--outcome", "pain"], 1, "Not pooled, for 8 reasons\n"),
    (["--condition", "chronic-pain", "--outcome", "depression"], 2, "ldn-graph: only Low-dose naltrexone or amitrip"),
    (["--condition", "fibromyalgia", "--outcome", "response-to-treatment"], 1, "Not pooled, for 7 reasons\n"),
    (["--condition", "fibromyalgia", "--outcome", "tenderness"], 2,
     "ldn-graph: only Effective dose of naltrexone in fibromyalgia"),
    (["--condition", "chronic-pian", "--outcome", "pain"], 2,
     "ldn-graph: --condition: there is no Condition `chronic-pian`; did you mean chronic-pain?"),
    (["--weeks", "soon"], 2, "ldn-graph: --weeks soon: write FROM-TO, such as 8-16"),
    ([], 2, "ldn-graph: name a condition"), (["--method", "peto"], 2, "ldn-graph pool: "),
])
def test_command(args: list[str], code: int, start: str) -> None:
    done = CliRunner().invoke(main, ["pool", *args])
    assert (done.exit_code, done.output[:len(start)]) == (code, start)


def test_the_command_pools(tmp_path: Path) -> None:
    store(tmp_path, ASH, OAK).save(tmp_path / "store")
    args = ["--condition", "knee-pain", "--outcome", "pain", "--weeks", "12", "--method", "fixed"]
    done = CliRunner().invoke(main, ["pool", "--store", str(tmp_path / "store"), *args])
    assert done.exit_code == 0
    assert done.output.startswith("Mean difference from 2 studies\n")


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    done = CliRunner().invoke(main, ["pool", "--condition", "chronic-pain", "--outcome", "pain"])
    assert done.exit_code == 2
    assert done.output == ("ldn-graph: pooling needs numpy and scipy and statsmodels; install it with "
                           "`pip install 'ldn-graph[pool]'`\n")
