"""Results against the dates of their data, and registration against the start."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import BASE, Data, difference, document, found, report, study, told

from ldn_graph.documents import Value
from ldn_graph.rules.dates import results_before_data, retrospective_registration

NODE = "study/tea/analyses/pain/results/one"


def timed(after: Value = "", kind: str = "fixed-time", **dates: Value) -> tuple[str, Data, str]:
    """The study `tea` with one result of the report `paper` at a time point, and its dates."""
    it = study({"pain": {"one": difference("paper", "1.6")}}, **{key.replace("_", "-"): value
                                                              for key, value in dates.items()})
    point: Data = {"label": "end", "timepoint-kind": kind, **({"after": after} if after else {})}
    it[1]["timepoints"] = {"end": point}
    analyses = it[1]["analyses"]
    assert isinstance(analyses, dict)
    analyses["pain"] = {**dict(analyses["pain"]), "timepoint": "end"}  # type: ignore[arg-type]
    return it


def weeks(value: str, unit: str = "wk", **more: str) -> Data:
    return {"value": value, "unit": unit, **more}


@pytest.mark.parametrize(("published", "after", "expected"), [
    ("2019-01", "", ""), ("2018-12", "", "violation"), ("2018", "", "violation"), ("2019", "", ""),
    ("2019-02-07", weeks("6"), "violation"), ("2019-02-08", weeks("6"), ""),  # 5.5 weeks are 38.5 days
    ("2019-02", weeks("6"), ""), ("2019-05", weeks("6", "mo"), "violation"), ("2019-06", weeks("6", "mo"), ""),
    ("2019-05", weeks("6", "mo", relation="at-most"), ""),
    ("2019-05", {"minimum": "2", "maximum": "6", "unit": "mo"}, ""),
    ("2019-05", {"minimum": "6", "maximum": "9", "unit": "mo"}, "violation"), ("2019-05", weeks("9", "h"), ""),
    ("2019-05", weeks("999999999999999999", "a"), "violation"),
])
def test_results_cannot_be_older_than_their_data(published: str, after: Value, expected: str) -> None:
    faults = told(results_before_data, timed(after, data_from="2019-01"), report("paper", published))
    assert faults == ([(expected, NODE, "report", published)] if expected else [])


@pytest.mark.parametrize("kind", ["study-protocol", "registry-record", "baseline-report", "interim-report"])
def test_some_reports_may_come_early(kind: str) -> None:
    assert told(results_before_data, timed(data_from="2019", data_to="2021"), report("paper", "2018", kind)) == []


@pytest.mark.parametrize(("published", "kind", "expected"), [
    ("2020", "fixed-time", "warning"), ("2021", "fixed-time", ""), ("2020-12-31", "fixed-time", "warning"),
    ("2020", "baseline", ""), ("2018", "baseline", "violation"),
])
def test_results_before_the_end_of_the_data(published: str, kind: str, expected: str) -> None:
    faults = told(results_before_data, timed(kind=kind, data_from="2019", data_to="2021"), report("paper", published))
    assert faults == ([(expected, NODE, "report", published)] if expected else [])


def test_the_messages_name_both_dates() -> None:
    it = timed(weeks("6", "mo"), data_from="2019", data_to="2021")
    assert [found(results_before_data, it, report("paper", year))[0].message for year in ("2018", "2020")] == [
        "the report is dated 2018, but the data begin in 2019 and the time point is reached only later; see which date "
        "is copied wrongly",
        "the report is dated 2020, and the data go on until 2021; if it reports before the end, its `report-kind` is "
        "interim-report, else see which date is wrong"]


def test_it_is_silent_without_dates_or_without_the_report() -> None:
    it = timed(data_from="2019")
    assert told(results_before_data, it) == []
    assert told(results_before_data, it, document("report/paper", {"report-kind": "journal-article"})) == []
    assert told(results_before_data, timed(), report("paper", "1900")) == []


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(1, 60), st.integers(0, 400))
def test_a_report_after_the_time_point_is_never_accused_and_one_before_the_data_always(
        begin: date, after: int, later: int) -> None:
    it = timed(weeks(str(after)), data_from=str(begin))
    out = begin + timedelta(weeks=after, days=later)
    assert told(results_before_data, it, report("paper", str(out))) == []
    too_early = str(begin - timedelta(days=1 + later))
    assert told(results_before_data, it, report("paper", too_early)) == [("violation", NODE, "report", too_early)]


@pytest.mark.parametrize(("registered", "begun", "expected"), [
    ("2018", "2019", False), ("2019", "2019", False), ("2019-06", "2019", False), ("2020", "2019", True),
    ("2019-06", "2019-05", True), ("2019-05-02", "2019-05-01", True), ("2019-05-01", "2019-05-01", False),
])
def test_registration_after_the_start(registered: str, begun: str, expected: bool) -> None:
    it = document("study/tea", {"registered": registered, "data-from": begun})
    assert told(retrospective_registration, it) == (
        [("warning", "study/tea", "registered", registered)] if expected else [])


def test_a_study_that_looks_back_is_registered_after_its_data() -> None:
    it = document("study/tea", {"registered": "2020", "data-from": "2014", "perspective": "retrospective"})
    assert told(retrospective_registration, it) == []
    it[1]["perspective"] = "prospective"
    fault, = found(retrospective_registration, it)
    assert (fault.node, fault.message) == (
        f"{BASE}/study/tea", "the study was registered in 2020, after its data began in 2014: its plan may have been "
                             "made in sight of the data")


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 900))
def test_a_study_registered_in_time_is_never_accused(begin: date, before: int) -> None:
    early, late = str(begin - timedelta(days=before)), str(begin + timedelta(days=1 + before))
    for registered, count in ((early, 0), (late, 1)):
        it = document("study/tea", {"registered": registered, "data-from": str(begin)})
        assert len(told(retrospective_registration, it)) == count
