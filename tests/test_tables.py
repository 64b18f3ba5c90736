"""Tables and plots: exact on an invented collection and on the shipped one, whole with hostile labels, stable."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from html5rdf import HTMLParser  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph import EvidenceStore
from ldn_graph.cli import main
from ldn_graph.errors import InputError
from ldn_graph.queries import Cell, Table
from ldn_graph.tables.absolute import fewer_or_more
from ldn_graph.tables.axis import axis_around
from ldn_graph.tables.comparison import comparison
from ldn_graph.tables.drawing import LEFT, RIGHT, to_svg, write_forest
from ldn_graph.tables.forest import (
    END_SILENT,
    GOOD_SILENT,
    NNT,
    NO_INTERVAL,
    NOT_POSITIVE,
    SIDES_SILENT,
    SIGN_SILENT,
    TOO_LARGE,
    Estimate,
    Forest,
    Panel,
    Pooled,
    forest,
    table,
)
from ldn_graph.tables.sheet import SHEET_FORMATS, Sheet, to_csv, to_html, to_markdown, to_text, write_sheet
from ldn_graph.tables.summary import summary_of_findings
from mini import MINI, python

KNEES = Path(__file__).parent / "data" / "knees"
EXPECTED = Path(__file__).parent / "data" / "tables"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = 'Willow tea <strong> or "plain" tea & knees | 2030'


def collected(directory: Path) -> EvidenceStore:
    """The invented collection with a second trial, whose label is hostile."""
    for file in (*MINI.glob("*.yaml"), *KNEES.glob("*.yaml")):
        shutil.copy(file, directory)
    evidence = EvidenceStore.empty()
    evidence.load(directory)
    return evidence


@pytest.fixture(scope="module")
def knees(tmp_path_factory: pytest.TempPathFactory) -> EvidenceStore:
    return collected(tmp_path_factory.mktemp("knees"))


@pytest.fixture(scope="module")
def naltrexone() -> EvidenceStore:
    return EvidenceStore.open()


FORMS: dict[str, Callable[[EvidenceStore], str]] = {
    "summary.txt": lambda it: to_text(summary_of_findings(it.ask)),
    "summary.md": lambda it: to_markdown(summary_of_findings(it.ask)),
    "summary.html": lambda it: to_html(summary_of_findings(it.ask)),
    "summary.csv": lambda it: to_csv(summary_of_findings(it.ask)),
    "comparison.txt": lambda it: to_text(comparison(it.ask)),
    "forest.txt": lambda it: write_forest(forest(it.ask), "text"),
    "forest.svg": lambda it: to_svg(forest(it.ask)),
    "forest.html": lambda it: write_forest(forest(it.ask), "html"),
}


@pytest.mark.parametrize("name", FORMS)
def test_exact_on_the_invented_collection(knees: EvidenceStore, name: str) -> None:
    assert FORMS[name](knees).encode() == (EXPECTED / f"knees-{name}").read_bytes()


@pytest.mark.parametrize("name", ["summary.txt", "comparison.txt", "forest.txt", "forest.svg"])
def test_exact_on_the_shipped_collection(naltrexone: EvidenceStore, name: str) -> None:
    assert FORMS[name](naltrexone).encode() == (EXPECTED / f"low-dose-naltrexone-{name}").read_bytes()


@pytest.mark.parametrize("name", [name for name in FORMS if name.endswith((".txt", ".md"))])
def test_text_has_no_long_lines(naltrexone: EvidenceStore, name: str) -> None:
    if name.endswith(".txt"):
        assert max(map(len, FORMS[name](naltrexone).splitlines())) <= 100


def test_what_the_article_does_not_tell_is_not_invented(naltrexone: EvidenceStore) -> None:
    """No ratio stands in the article, one difference has an interval, and no grade is given to what is not graded."""
    sheet = summary_of_findings(naltrexone.ask)
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    assert {row["relative effect"] for row in rows} == {"not reported"}
    assert [row["absolute effect"].count("confidence interval -0.9 to 4.2") for row in rows].count(1) == 1
    assert {row["certainty"].partition(" (")[0] for row in rows} == {"SORT B", "not graded"}
    plot = forest(naltrexone.ask)
    assert [panel.silent for panel in plot.panels] == [SIDES_SILENT, "", ""]
    assert not any(panel.left or panel.pooled for panel in plot.panels)


def test_conditions_and_outcomes_narrow_a_table(naltrexone: EvidenceStore) -> None:
    assert {row[2] for row in summary_of_findings(naltrexone.ask, condition="fibromyalgia").rows} == {"fibromyalgia"}
    assert {row[0] for row in summary_of_findings(naltrexone.ask, outcome="depression").rows} == {"depression"}
    assert summary_of_findings(naltrexone.ask, "fibromyalgia", "depression").rows == ()
    with pytest.raises(InputError, match="there is no Condition `hay-fever`"):
        forest(naltrexone.ask, condition="hay-fever")


def test_an_empty_store_has_no_results() -> None:
    ask = EvidenceStore.empty().ask
    assert to_text(summary_of_findings(ask)).startswith("Summary of findings\n\nNo results.\n")
    assert "<p>No results.</p>" in to_html(comparison(ask))
    assert to_csv(comparison(ask)).count("\r\n") == 1
    assert "No results." in texts(to_svg(forest(ask)))
    assert write_forest(forest(ask), "text") == "Estimates\n\nNo results.\n"
    assert "polygon" not in to_svg(forest(ask))


# What is drawn


def texts(svg: str) -> list[str]:
    """The text nodes of a picture."""
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 — our own picture


def test_figures_are_text(naltrexone: EvidenceStore) -> None:
    found = texts(to_svg(forest(naltrexone.ask)))
    for printed in ("1.6 (95% confidence interval -0.9 to 4.2)", "3.88 mg (95% confidence interval 3.39 to 4.35)",
                    "5.4 mg (95% confidence interval 4.66 to 6.13)"):
        assert printed in found
    assert "Not drawn: no interval printed" in found
    assert not any("favours" in it for it in found)


def test_a_picture_says_what_it_is(knees: EvidenceStore) -> None:
    root = ElementTree.fromstring(to_svg(forest(knees.ask)))  # noqa: S314
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "-1.60 points (95% confidence interval -2.30 to -.90)" in (description.text or "")


@pytest.mark.parametrize("name", ["forest.svg", "forest.html", "summary.html"])
def test_hostile_labels_stay_text(knees: EvidenceStore, name: str) -> None:
    written = FORMS[name](knees)
    assert "<strong>" not in written
    assert "Willow tea &lt;strong&gt;" in written
    for forbidden in ("<script", "href", "url(", "@import", "src="):
        assert forbidden not in written
    assert written.count("http") == (0 if name == "summary.html" else 1)
    if name.endswith(".html"):
        HTMLParser(strict=True).parse(written)


def test_a_picture_is_the_same_in_another_process(naltrexone: EvidenceStore) -> None:
    code = ("import sys\nfrom ldn_graph import EvidenceStore\nfrom ldn_graph.tables.drawing import to_svg\n"
            "from ldn_graph.tables.forest import forest\n"
            "sys.stdout.buffer.write(to_svg(forest(EvidenceStore.open().ask)).encode())")
    expected = to_svg(forest(naltrexone.ask)).encode()
    for seed in ("0", "1"):
        process = python(f"import os; os.environ['LC_ALL'] = 'C'\n{code}" if seed == "1" else code)
        assert process.communicate()[0] == expected


# Panels, out of rows of an invented store

COLUMNS = ("study", "conditions", "outcome_label", "domain", "role", "scale", "time", "group", "compared", "reference",
           "kind", "statistic", "response_share", "change", "estimate", "estimate_text", "unit", "level", "lower",
           "lower_text", "upper", "upper_text", "spread", "p_relation", "p_value", "p_value_text", "participants",
           "events", "denominator", "most_common", "percent_base", "significance", "finding", "favours", "description",
           "note", "not_reported", "study_iri", "analysis_iri", "result_iri")
EFFECT: dict[str, Cell] = {
    "study": "Oak trial", "conditions": "knee pain", "outcome_label": "pain", "domain": "pain", "kind": "contrast",
    "statistic": "mean difference", "estimate": "-1.5", "lower": "-2.0", "upper": "-1.0", "level": Decimal(95),
    "study_iri": "oak"}
DIRECTION: dict[str, Cell] = {
    "report": "Oak 2031", "statistic_key": "mean-difference", "scales": "line", "scale_names": "pain line",
    "better": "lower is better", "silent_scales": 0}
SIDES: tuple[dict[str, Cell], ...] = (
    {"group": "on tea", "interventions": "tea", "side": "minuend", "role": "experimental", "group_iri": "tea"},
    {"group": "on water", "interventions": "water", "side": "subtrahend", "role": None, "group_iri": "water"})
GROUP: dict[str, Cell] = {"group_kind": "arm", "parent_iri": None, "parent_kind": None, "number": 20,
                          "number_text": "20", "stage": "randomised"}


def store_of(*results: dict[str, Any], groups: tuple[dict[str, Cell], ...] = SIDES,
             wholes: int | None = None, designs: tuple[dict[str, Cell], ...] = (),
             included: tuple[tuple[str, str], ...] = ()) -> Callable[..., Table]:
    """An `ask` whose store holds one analysis for each result: changes of EFFECT and DIRECTION by key."""
    effects, directions, compared = [], [], []
    for number, changes in enumerate(results):
        given = {**EFFECT, **{key: value for key, value in changes.items() if key not in DIRECTION}}
        for figure in ("estimate", "lower", "upper"):
            given[f"{figure}_text"], given[figure] = given[figure], given[figure] and Decimal(str(given[figure]))
        iris: dict[str, Cell] = {"analysis_iri": f"a{number}", "result_iri": f"r{number}"}
        effects.append(tuple({**dict.fromkeys(COLUMNS), **given, **iris}[column] for column in COLUMNS))
        directions.append({**DIRECTION, **{key: value for key, value in changes.items() if key in DIRECTION}, **iris})
        compared += [{**GROUP, **group, **iris, "study_iri": given["study_iri"]} for group in groups]
    everybody: dict[str, Cell] = {"study_iri": "oak", "group_kind": "whole study", "number": wholes,
                                  "stage": "enrolled"}
    answers: dict[str, Table] = {
        "effects-by-outcome": Table(COLUMNS, tuple(effects)), "direction-of-results": rows_of(directions),
        "groups-of-analyses": rows_of(compared), "study-characteristics": rows_of(list(designs)),
        "denominators": rows_of([everybody]),
        "included-studies": rows_of([{"review_iri": review, "study_iri": study} for review, study in included])}
    return lambda slug, **_: answers.get(slug, Table((), ()))


def rows_of(rows: list[dict[str, Cell]]) -> Table:
    return Table(tuple(rows[0]) if rows else (), tuple(tuple(row.values()) for row in rows))


def only(ask: Callable[..., Table]) -> Panel:
    """The only panel of a plot."""
    (panel,) = forest(ask).panels
    return panel


def test_both_ends_are_named_where_sides_and_better_end_are_stated() -> None:
    assert (only(store_of({})).left, only(store_of({})).right) == ("tea", "water")
    higher = only(store_of({"better": "higher is better"}))
    assert (higher.left, higher.right) == ("water", "tea")


@pytest.mark.parametrize(("changes", "reason"), [
    ({"better": None}, END_SILENT),
    ({"better": "higher is better; lower is better"}, END_SILENT),
    ({"silent_scales": 1}, END_SILENT),
    ({"change": "decrease"}, SIGN_SILENT),
    ({"favours": "on water"}, SIGN_SILENT),
    ({"statistic_key": "risk-ratio", "estimate": "0.5", "lower": "0.2", "upper": "0.9"}, GOOD_SILENT),
    ({"statistic_key": "risk-difference"}, GOOD_SILENT),
])
def test_no_end_is_named_where_something_is_silent(changes: dict[str, Any], reason: str) -> None:
    panel = only(store_of(changes))
    assert (panel.left, panel.right, panel.silent) == ("", "", reason)
    assert not any("favours" in it for it in texts(to_svg(Forest((panel,)))))


def test_no_end_is_named_without_sides() -> None:
    groups = tuple({**group, "side": None} for group in SIDES)
    assert only(store_of({}, groups=groups)).silent == SIDES_SILENT


def test_a_group_that_the_report_favours_agrees_with_the_sign() -> None:
    assert only(store_of({"favours": "on tea"})).left == "tea"


@pytest.mark.parametrize("other", [
    {"statistic_key": "median-difference", "statistic": "median difference"},
    {"scales": "rating", "scale_names": "pain rating"},
    {"unit": "mm"},
    {"domain": "sleep"},
    {"better": None},
    {"statistic_key": "risk-ratio", "statistic": "risk ratio", "estimate": "0.5", "lower": "0.2", "upper": "0.9"},
    {"change": "decrease"},
])
def test_unlike_things_never_share_an_axis(other: dict[str, Any]) -> None:
    assert len(forest(store_of({}, other)).panels) == 2


def test_scales_of_one_name_that_are_two_do_not_share_an_axis() -> None:
    assert len(forest(store_of({}, {"scales": "line-of-another-collection"})).panels) == 2


def test_like_things_share_an_axis() -> None:
    (panel,) = forest(store_of({}, {"study": "Elm trial", "study_iri": "elm"})).panels
    assert [item.study for item in panel.estimates] == ["Oak trial", "Elm trial"]


@pytest.mark.parametrize(("shared", "panels"), [
    ({"scales": None, "scale_names": None}, 2),
    ({"scales": None, "scale_names": None, "unit": "{score}"}, 2),
    ({"scales": None, "scale_names": None, "unit": "mm[Hg]"}, 1),
    ({"scales": None, "scale_names": None, "statistic_key": "standardised-mean-difference"}, 1),
    ({"percent_base": "base not stated"}, 2),
])
def test_two_studies_share_an_axis_only_if_they_measured_alike(shared: dict[str, Any], panels: int) -> None:
    assert len(forest(store_of(shared, {**shared, "study_iri": "elm"})).panels) == panels


@pytest.mark.parametrize(("changes", "reason"), [
    ({"lower": None, "upper": None}, NO_INTERVAL),
    ({"statistic_key": "number-needed-to-treat"}, NNT),
    ({"statistic_key": "odds-ratio", "estimate": "0.5", "lower": "0.0", "upper": "0.9"}, NOT_POSITIVE),
    ({"upper": "1" + "0" * 400}, TOO_LARGE),
])
def test_what_cannot_be_drawn_is_listed_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    plot = forest(store_of(changes))
    assert plot.panels == ()
    assert [item.reason for item in plot.not_drawn] == [reason]
    assert any(it.startswith("Not drawn: " + reason) for it in texts(to_svg(plot)))
    assert table(plot).rows[0][6] == f"not drawn: {reason}"


def test_baselines_are_no_findings() -> None:
    ask = store_of({"role": "baseline characteristic"})
    assert forest(ask) == Forest(())
    assert summary_of_findings(ask).rows == ()
    assert len(comparison(ask).rows) == 1


def test_results_without_estimate_are_counted() -> None:
    assert forest(store_of({}, {"estimate": None, "lower": None, "upper": None})).without_estimate == 1


@pytest.mark.parametrize(("changes", "printed"), [
    ({}, "-1.5 (95% confidence interval -2.0 to -1.0)"),
    ({"level": Decimal("0.95")}, "-1.5 (95% confidence interval -2.0 to -1.0)"),
    ({"level": Decimal("97.5")}, "-1.5 (97.5% confidence interval -2.0 to -1.0)"),
    ({"level": Decimal(90)}, "-1.5 (90% confidence interval -2.0 to -1.0)"),
    ({"level": None}, "-1.5 (confidence interval of unstated level -2.0 to -1.0)"),
    ({"lower": None}, "-1.5 (95% confidence interval up to -1.0)"),
    ({"upper": None, "unit": "%"}, "-1.5% (95% confidence interval from -2.0)"),
    ({"estimate": "-1.50", "change": "decrease"}, "-1.50 decrease (95% confidence interval -2.0 to -1.0)"),
])
def test_estimates_are_as_printed(changes: dict[str, Any], printed: str) -> None:
    assert only(store_of(changes)).estimates[0].printed == printed


def estimate(value: str, lower: str | None, upper: str | None) -> Estimate:
    return Estimate("Oak trial", "tea against water", "knee pain", "pain", f"{value} as printed", Decimal(value),
                    lower and Decimal(lower), upper and Decimal(upper))  # type: ignore[arg-type]


def shapes(panel: Panel, tag: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(to_svg(Forest((panel,))))  # noqa: S314
    return [dict(node.attrib) for node in root.iter(SVG + tag)]


def test_an_open_interval_ends_in_one_arrow_at_the_edge() -> None:
    panel = Panel("pain", "risk ratio", "risk-ratio", (estimate("0.5", None, "0.9"),))
    (arrow,) = shapes(panel, "polygon")
    assert arrow["points"].startswith(f"{LEFT},")
    (other,) = shapes(Panel("pain", "odds ratio", "odds-ratio", (estimate("0.5", "0.2", None),)), "polygon")
    assert other["points"].startswith(f"{RIGHT},")


def test_a_diamond_stands_only_where_something_was_pooled() -> None:
    panel = Panel("pain", "risk ratio", "risk-ratio", (estimate("0.5", "0.2", "0.9"),))
    assert shapes(panel, "polygon") == []
    seen: list[str] = []

    def pooled(it: Panel) -> Pooled:
        seen.append(it.axis)
        return Pooled(Decimal("-1.2"), Decimal("-1.8"), Decimal("-0.6"), "All trials, REML")

    plot = forest(store_of({}), pooled=pooled)
    assert seen == ["mean difference (pain line)"]
    assert len(shapes(plot.panels[0], "polygon")) == 1
    assert {"All trials, REML", "-1.2 (-1.8 to -0.6)"} <= set(texts(to_svg(plot)))
    assert "Nothing was pooled" not in to_svg(plot)
    assert table(plot).rows[-1][5] == "-1.2 (-1.8 to -0.6)"


def test_marks_are_dashed_and_named() -> None:
    panel = Panel("pain", "mean difference", "mean-difference", (estimate("-1.5", "-2", "-1"),), "tea", "water",
                  marks=((Decimal("-1.2"), "least that matters to patients"),))
    assert [it["stroke-dasharray"] for it in shapes(panel, "line") if "stroke-dasharray" in it] == ["5 4"]
    assert "dashed line at -1.2: least that matters to patients" in " ".join(texts(to_svg(Forest((panel,)))))


def test_ratios_have_a_logarithmic_axis() -> None:
    """A half and a double are equally far from one, whose logarithms span 0.602 of 0.802."""
    panel = Panel("pain", "risk ratio", "risk-ratio", (estimate("1", "0.5", "2"),))
    places = [float(it["x1"]) for it in shapes(panel, "line") if it.get("stroke-width") and it["x1"] == it["x2"]]
    middle = float(shapes(panel, "rect")[1]["x"]) + 4.5
    assert [round(middle - places[0], 1), round(places[1] - middle, 1)] == [111.1, 111.1]


# People


def people(*groups: dict[str, Any], wholes: int | None = None) -> str:
    """The first line of the cell of participants."""
    given = tuple({"group": f"g{number}", "interventions": None, "side": None, "role": None, "group_iri": f"g{number}",
                   **group} for number, group in enumerate(groups))
    return summary_of_findings(store_of({}, groups=given, wholes=wholes)).rows[0][3].splitlines()[0]


@pytest.mark.parametrize(("groups", "wholes", "told"), [
    (({}, {}), None, "40 (1 study; randomised)"),
    (({}, {"number": None}), None, "not reported (1 study)"),
    (({}, {"group_kind": None}), None, "not reported (1 study)"),
    (({}, {"group_kind": "sequence"}), None, "not reported (1 study)"),
    (({"group_kind": "treatment condition"}, {"group_kind": "treatment condition"}), 37, "37 (1 study; enrolled)"),
    (({"group_kind": "treatment condition"}, {"group_kind": "treatment condition"}), None, "not reported (1 study)"),
    (({"group_kind": "whole study", "number": 50}, {"group_kind": "subgroup"}), None, "50 (1 study; randomised)"),
    (({"group_kind": "subgroup"}, {"group_kind": "subgroup"}), None, "not reported (1 study)"),
    (({"group_kind": "subgroup", "parent_iri": "x", "parent_kind": "arm"},
      {"group_kind": "subgroup", "parent_iri": "y", "parent_kind": "arm"}), None, "40 (1 study; randomised)"),
    (({"group_kind": "subgroup", "parent_iri": "x", "parent_kind": "arm"},
      {"group_kind": "subgroup", "parent_iri": "x", "parent_kind": "arm"}), None, "not reported (1 study)"),
    (({}, {"group_kind": "subgroup", "parent_iri": "g0"}), None, "20 (1 study; randomised)"),
    (({"stage": "needed for power"},), None, "not reported (1 study)"),
    (({"stage": "screened"},), None, "not reported (1 study)"),
    (({}, {"stage": "analysed"}), None, "not reported (1 study)"),
    (({"stage": "kind not stated"},), None, "20 (1 study; stage not stated)"),
])
def test_nobody_is_counted_twice_or_guessed(groups: tuple[dict[str, Any], ...], wholes: int | None, told: str) -> None:
    assert people(*groups, wholes=wholes) == told


def test_a_control_group_of_two_analyses_is_counted_once() -> None:
    assert summary_of_findings(store_of({}, {})).rows[0][3].splitlines()[0] == "40 (1 study; randomised)"


def test_two_studies_are_added_up() -> None:
    cell = summary_of_findings(store_of({}, {"study_iri": "elm", "study": "Elm trial"})).rows[0][3]
    assert cell.splitlines()[0] == "80 (2 studies; randomised)"


def test_a_study_inside_a_review_is_not_counted_beside_it() -> None:
    results: tuple[dict[str, Any], ...] = ({}, {"study_iri": "review", "study": "Review of oaks"})
    first, *names = summary_of_findings(store_of(*results, included=(("review", "oak"),))).rows[0][3].splitlines()
    assert first == "40 (1 study; randomised)"
    assert names[0] == "Oak trial (design not reported); its patients are counted in a review"


def test_two_reviews_of_one_study_are_not_added_up() -> None:
    results = ({"study_iri": "one"}, {"study_iri": "two"})
    cell = summary_of_findings(store_of(*results, included=(("one", "oak"), ("two", "oak")))).rows[0][3]
    assert cell.splitlines()[0] == "not reported (2 studies)"


def test_a_review_stands_apart_from_studies() -> None:
    designs: tuple[dict[str, Cell], ...] = tuple(
        {"study_iri": iri, "designs": designs, "allocation": allocation} for iri, designs, allocation in (
            ("oak", "cohort", "non-randomised"), ("two", "meta-analysis, systematic review", None)))
    ask = store_of({}, {"study_iri": "two", "domain": "pain"}, designs=designs)
    assert [panel.axis for panel in forest(ask).panels] == [
        "mean difference (pain line)", "mean difference (pain line), of a review"]
    assert summary_of_findings(ask).rows[0][-1].splitlines() == [
        "Results stand side by side; not pooled.", "1 of 2 studies not randomised."]
    alone = store_of({"study_iri": "two"}, designs=designs)
    assert summary_of_findings(alone).rows[0][-1] == "One review, with what it pooled itself."
    one = summary_of_findings(store_of({}, designs=designs)).rows[0][-1]
    assert one == "One study; nothing to pool.\nNot randomised."


# Absolute effects


@pytest.mark.parametrize(("baseline", "ratio", "statistic", "told"), [
    ("1/5", "0.5", "risk-ratio", "100 fewer"),
    ("1/5", "1", "risk-ratio", "0 fewer or more"),
    ("1/5", "1.0025", "risk-ratio", "1 more"),
    ("1/5", "1.0024", "risk-ratio", "0 fewer or more"),
    ("1/2", "3", "risk-ratio", "500 more"),
    ("1/5", "2", "odds-ratio", "133 more"),
    ("0", "2", "odds-ratio", "0 fewer or more"),
    ("1", "0", "odds-ratio", "0 fewer or more"),
])
def test_more_or_fewer_in_a_thousand(baseline: str, ratio: str, statistic: str, told: str) -> None:
    assert fewer_or_more(Fraction(baseline), Decimal(ratio), statistic) == told


@given(st.fractions(min_value=0, max_value=1), st.decimals(min_value="0.01", max_value=100, places=2))
def test_no_risk_leaves_its_bounds(baseline: Fraction, ratio: Decimal) -> None:
    for statistic in ("risk-ratio", "odds-ratio"):
        number, word = fewer_or_more(baseline, ratio, statistic).split()[:2]
        room = 1000 * (baseline if word == "fewer" else 1 - baseline)
        assert int(number) <= room + Fraction(1, 2)


def test_a_ratio_without_a_stated_reference_stays_alone(tmp_path: Path) -> None:
    """It may stand upside down."""
    study = tmp_path / "study-aho.yaml"
    evidence = collected(tmp_path)
    assert "100 more in 1,000" in to_text(summary_of_findings(evidence.ask))
    study.write_text(study.read_text("utf-8").replace("    reference-group: plain\n", ""), "utf-8")
    evidence.load(tmp_path)
    assert "in 1,000" not in to_text(summary_of_findings(evidence.ask))


# Forms of tables

PLAIN = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.lists(st.tuples(PLAIN, PLAIN), max_size=4), PLAIN)
def test_any_text_fits_any_form(rows: list[tuple[str, str]], note: str) -> None:
    sheet = Sheet("Trees", ("tree", "height"), tuple(rows), (note,))
    assert all(len(line) <= 100 for line in to_text(sheet).split("\n"))
    assert list(csv.reader(io.StringIO(to_csv(sheet), newline=""))) == [["tree", "height"], *map(list, rows)]
    assert to_csv(sheet).endswith("\r\n")
    ElementTree.fromstring(to_html(sheet).removeprefix("<!DOCTYPE html>\n"))  # noqa: S314
    lines = [line for line in to_markdown(sheet).split("\n") if line.startswith("|")]
    assert len(lines) == (len(rows) + 2 if rows else 0)


@given(PLAIN, PLAIN)
def test_any_label_fits_a_picture(label: str, outcome: str) -> None:
    item = Estimate(label, label, outcome, outcome, "0.5", Decimal("0.5"), Decimal("0.2"), None)
    panel = Panel(label, outcome, "risk-ratio", (item,), label, outcome)
    ElementTree.fromstring(to_svg(Forest((panel,)), label))  # noqa: S314


@given(st.lists(st.decimals(min_value="0.000001", max_value=1000000, places=6), min_size=1, max_size=6), st.booleans())
def test_an_axis_holds_its_figures_in_order(figures: list[Decimal], logarithmic: bool) -> None:
    axis = axis_around(figures, LEFT, RIGHT, logarithmic=logarithmic)
    places = [axis.place(figure) for figure in sorted(figures)]
    assert places == sorted(places)
    assert all(LEFT <= place <= RIGHT for place in places)
    assert 2 <= len(axis.ticks()) <= 12
    assert all(LEFT <= axis.place(tick) <= RIGHT for tick in axis.ticks())


def test_unknown_forms_are_refused() -> None:
    with pytest.raises(InputError, match="choose one of text, markdown, html, csv"):
        write_sheet(Sheet("Trees", ("tree",), ()), "pdf")
    with pytest.raises(InputError, match="choose one of svg, html, text"):
        write_forest(Forest(()), "pdf")
    assert [bool(write_sheet(Sheet("Trees", ("tree",), ()), it)) for it in SHEET_FORMATS] == [True] * 4


# The command line


def test_commands_write_what_the_library_makes(naltrexone: EvidenceStore, tmp_path: Path) -> None:
    def run(*args: str) -> bytes:
        result = CliRunner().invoke(main, list(args))
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout_bytes

    assert run("table", "summary-of-findings", "--format", "csv") == FORMS["summary.csv"](naltrexone).encode()
    assert run("table", "comparison") == FORMS["comparison.txt"](naltrexone).encode()
    file = tmp_path / "forest.svg"
    assert run("forest", "-o", str(file)) == b""
    assert file.read_bytes() == FORMS["forest.svg"](naltrexone).encode()
    assert b"Hamilton" in run("forest", "--format", "text", "--outcome", "depression")


def test_an_unknown_outcome_is_told_in_one_line() -> None:
    for args in (["forest"], ["table", "comparison"]):
        result = CliRunner().invoke(main, [*args, "--outcome", "hay-fever"])
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("ldn-graph: --outcome: there is no OutcomeDomain `hay-fever`")
        assert result.stderr.count("\n") == 1
