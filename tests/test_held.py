"""Documents that do not conform are held apart with their findings: in no answer and no query on what stands."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ldn_graph import EvidenceStore
from ldn_graph.cli import main
from ldn_graph.documents import read_documents
from ldn_graph.errors import NotConformantError, NotFoundError, StoreError
from ldn_graph.findings import Finding, Report
from ldn_graph.held import sift
from ldn_graph.triples import Compiled, compile_document
from mini import (
    BASE,
    COLLECTION,
    DOCUMENTS,
    MINI,
    QUESTION,
    REPORT,
    STUDY,
    VOCABULARY,
    changed,
    copied,
    dump,
    loaded,
    python,
)

SWAPPED = ("study.yaml", "lower: -2.30\n        upper: -.90", "lower: -.90\n        upper: -2.30")
MISSPELT = ("question.yaml", "wording:", "wroding:")
TOGETHER = [QUESTION, REPORT, STUDY, VOCABULARY]
"""The documents that lead to the study: each names a passage of the report, and the report is about the study."""
ASK_STUDIES = "SELECT ?it WHERE { ?it a ldn:Study }"


def rules_on(evidence: EvidenceStore) -> dict[str, set[str]]:
    """The rules that held documents break, by document."""
    found: dict[str, set[str]] = {}
    for row in evidence.held.ask("findings", severity="violation").dicts():
        found.setdefault(str(row["document_iri"]), set()).add(str(row["rule"]))
    return found


def held(directory: Path, *changes: tuple[str, str, str]) -> Path:
    """The collection with some texts changed."""
    return copied(directory, {name: (old, new) for name, old, new in changes})


def test_what_conforms_enters_and_what_does_not_is_held(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    intake = evidence.hold(held(tmp_path, MISSPELT))
    assert intake.held == (QUESTION,)
    assert set(intake.entered) == set(DOCUMENTS) - {QUESTION}
    assert evidence.documents() == sorted(intake.entered)
    assert evidence.held.documents() == [QUESTION]
    assert rules_on(evidence) == {QUESTION: {"unknown-key"}}
    assert not intake.report.conforms
    assert {finding.rule_name for finding in intake.report.findings if finding.severity == "violation"} == {
        "unknown-key"}


def test_what_refers_to_a_held_document_is_held_until_nothing_does(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    intake = evidence.hold(held(tmp_path, SWAPPED))
    assert intake.held == tuple(TOGETHER)
    assert evidence.documents() == [COLLECTION]
    assert rules_on(evidence) == {STUDY: {"IntervalShape-order"}, REPORT: {"refers-to-held"},
                                  QUESTION: {"refers-to-held"}, VOCABULARY: {"refers-to-held"}}
    message = next(row["message"] for row in evidence.held.ask("findings", document="report/lindgren-2031").dicts()
                   if row["rule"] == "refers-to-held")
    assert message == (f"this refers to {STUDY}, and it is held; mend that document, and this one is tried again with "
                       "it")


def test_what_is_held_is_in_no_query_on_what_stands(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, SWAPPED))
    assert [list(evidence.query(ASK_STUDIES)), list(evidence.held.query(ASK_STUDIES))] == [[], [(STUDY,)]]  # type: ignore[arg-type]
    assert STUDY not in "\n".join(dump(evidence))
    assert list(evidence.ask("findings", severity="violation")) == []
    assert len(evidence.held.ask("analyses")) == 1
    with pytest.raises(NotFoundError, match="there is no document"):
        evidence.find("study/lindgren-2031")


def test_a_document_that_conforms_later_is_held_no_longer(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, SWAPPED))
    evidence.load(MINI)
    assert (evidence.documents(), evidence.held.documents()) == (DOCUMENTS, [])
    assert dump(evidence) == dump(loaded())


def test_holding_again_lets_go_what_conforms_now(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, SWAPPED))
    assert evidence.hold(MINI).held == ()
    assert (evidence.documents(), evidence.held.documents()) == (DOCUMENTS, [])
    assert dump(evidence) == dump(loaded())


def test_without_faults_holding_is_building(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    intake = evidence.hold(MINI)
    assert (intake.report.conforms, sorted(intake.entered), intake.held) == (True, DOCUMENTS, ())
    assert dump(evidence) == dump(loaded())
    evidence.save(tmp_path / "store")
    assert not (tmp_path / "store" / "held").exists()


def test_a_reference_to_what_was_held_before_says_so(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path / "a", SWAPPED))
    intake = evidence.hold(MINI / "question.yaml")
    assert intake.held == (QUESTION,)
    assert {finding.rule_name for finding in intake.report.findings} == {"refers-to-held"}


def test_a_broken_new_version_is_held_while_the_old_one_stands(tmp_path: Path) -> None:
    evidence = loaded()
    intake = evidence.hold(held(tmp_path, SWAPPED))
    assert (sorted(intake.entered), intake.held, intake.kept) == ([COLLECTION, QUESTION, REPORT, VOCABULARY], (STUDY,),
                                                                  (STUDY,))
    assert dump(evidence) == dump(loaded())
    assert evidence.held.documents() == [STUDY]
    assert rules_on(evidence) == {STUDY: {"IntervalShape-order"}}
    assert set(evidence.held.quads([STUDY])) != set(evidence.quads([STUDY]))


def test_a_new_version_that_would_break_what_stands_is_held(tmp_path: Path) -> None:
    evidence, batch = loaded(), [compile_document(it, BASE) for it in read_documents([held(tmp_path)])[0]]

    def judged(some: Sequence[Compiled]) -> Report:
        clash = Finding(REPORT, 0, ("doi",), "would no longer conform", "#clash", focus=REPORT)
        return Report(len(some), (clash,) if any(done.iri == STUDY for done in some) else ())

    others = [done for done in batch if done.iri != REPORT]
    sifted = sift(evidence._store, evidence.held._store, others, judged)
    assert (sifted.held, {done.iri for done in sifted.entering}) == ((STUDY,), {COLLECTION, QUESTION, VOCABULARY})
    assert [(finding.source, finding.line, finding.path, finding.rule) for finding in sifted.findings] == [
        (str(tmp_path / "study.yaml"), 1, (), "#clash")]


def test_two_reports_with_one_doi_leave_the_standing_one(tmp_path: Path) -> None:
    evidence = loaded()
    twin = changed(tmp_path, "report.yaml", "report: lindgren-2031\nlabel", "report: lindgren-2032\nlabel")
    intake = evidence.hold(twin)
    assert (intake.entered, intake.held, intake.kept) == ((), (f"{BASE}/report/lindgren-2032",), ())
    assert dump(evidence) == dump(loaded())
    assert not intake.report.conforms


def test_what_was_held_beside_a_standing_version_stays_until_a_newer_one_enters(tmp_path: Path) -> None:
    evidence = loaded()
    evidence.hold(changed(tmp_path / "a", *SWAPPED))
    evidence.save(tmp_path / "store")
    with EvidenceStore.open(tmp_path / "store") as again:
        assert (again.documents(), again.held.documents()) == (DOCUMENTS, [STUDY])
        again.load(MINI / "study.yaml")
        assert (again.documents(), again.held.documents()) == (DOCUMENTS, [])


def test_two_findings_of_one_message_are_both_kept_with_their_places(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    file = directory / "study.yaml"
    text = file.read_text("utf-8").replace("    label: ", "    colour: green\n    label: ", 2)
    file.write_text(text, encoding="utf-8")
    evidence = EvidenceStore.empty()
    told = [finding for finding in evidence.hold(directory).report.findings if finding.rule_name == "unknown-key"]
    assert len(told) == 2
    rows = evidence.held.ask("findings", document="study/lindgren-2031").dicts()
    assert sorted(str(row["place"]) for row in rows) == sorted("/".join(finding.path) for finding in told)
    assert {row["node_iri"] for row in rows} == {f"{STUDY}/{'/'.join(finding.path)}" for finding in told}


def test_places_are_addresses_however_keys_are_written(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, ("question.yaml", "wording:", '"wro <ding>":')))
    [row] = evidence.held.ask("findings", document=QUESTION, severity="violation").dicts()
    assert (row["place"], row["rule"]) == ("wro%20%3Cding%3E", "unknown-key")


def test_held_documents_are_changed_through_the_store_alone(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, MISSPELT))
    for change in (evidence.held.load, evidence.held.hold, evidence.held.remove):
        with pytest.raises(StoreError, match="held documents are asked, not changed here"):
            change([str(MINI)])
    assert evidence.held.documents() == [QUESTION]


def test_removed_is_what_stands_and_what_is_held_beside_it(tmp_path: Path) -> None:
    evidence = loaded()
    evidence.hold(changed(tmp_path / "a", "question.yaml", MISSPELT[1], MISSPELT[2]))
    assert evidence.held.documents() == [QUESTION]
    evidence.remove(QUESTION)
    assert (evidence.documents(), evidence.held.documents()) == ([it for it in DOCUMENTS if it != QUESTION], [])


@pytest.mark.parametrize("way", ["load", "hold"])
def test_what_waited_for_a_held_document_enters_with_it(way: str, tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, SWAPPED))
    assert evidence.held.documents() == TOGETHER
    getattr(evidence, way)(MINI / "study.yaml")
    assert (evidence.documents(), evidence.held.documents()) == (DOCUMENTS, [])
    assert dump(evidence) == dump(loaded())


@pytest.mark.parametrize("way", ["load", "hold"])
def test_what_has_another_fault_waits_on(way: str, tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, SWAPPED, MISSPELT))
    getattr(evidence, way)(MINI / "study.yaml")
    assert (evidence.documents(), evidence.held.documents()) == ([it for it in DOCUMENTS if it != QUESTION], [QUESTION])
    assert rules_on(evidence) == {QUESTION: {"unknown-key"}}


def test_what_is_still_broken_lets_nothing_enter(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, SWAPPED))
    before = dump(evidence.held)
    with pytest.raises(NotConformantError, match="IntervalShape-order"):
        evidence.load(tmp_path / "study.yaml")
    assert (evidence.documents(), dump(evidence.held)) == ([COLLECTION], before)


KILLED_BESIDE = ("study.yaml", "label: Willow tea or plain tea for knee pain", "label: Willow tea for knee pain")


def test_killed_when_a_newer_version_has_entered_the_held_one_is_gone(tmp_path: Path) -> None:
    evidence = loaded()
    evidence.hold(changed(tmp_path / "a", *SWAPPED))
    evidence.save(tmp_path / "store")
    writer = python(WRITER, str(tmp_path / "store"), str(changed(tmp_path / "b", *KILLED_BESIDE)), "1")
    with writer:
        assert writer.wait() == -signal.SIGKILL
    with EvidenceStore.open(tmp_path / "store") as after:
        assert (after.documents(), after.held.documents()) == (DOCUMENTS, [])
        assert "Willow tea for knee pain" in "\n".join(dump(after))


def test_without_hold_nothing_changes(tmp_path: Path) -> None:
    evidence = loaded()
    before = dump(evidence)
    with pytest.raises(NotConformantError):
        evidence.load(changed(tmp_path, *SWAPPED))
    assert (dump(evidence), evidence.held.documents()) == (before, [])


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    (directory / "twin.yaml").write_text((directory / "study.yaml").read_text("utf-8"), encoding="utf-8")
    evidence = EvidenceStore.empty()
    with pytest.raises(NotConformantError, match=r"twin\.yaml:1: violation: `lindgren-2031` stands in .*study\.yaml"):
        evidence.hold(directory)
    assert (evidence.documents(), evidence.held.documents()) == ([], [])


def test_a_file_that_is_no_document_is_told_and_left_out(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    (directory / "broken.yaml").write_text("study: [\n", encoding="utf-8")
    intake = EvidenceStore.empty().hold(directory)
    assert (sorted(intake.entered), intake.held, intake.report.documents) == (DOCUMENTS, (), 6)
    assert [finding.rule_name for finding in intake.report.findings if finding.severity == "violation"] == ["yaml"]


def test_a_held_document_can_be_removed(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, MISSPELT))
    evidence.remove("question/willow-tea-knee-pain")
    assert evidence.held.documents() == []
    assert [str(quad) for quad in evidence.held.quads() if QUESTION in str(quad)] == []
    with pytest.raises(NotFoundError):
        evidence.remove("question/willow-tea-knee-pain")


def test_a_held_document_takes_no_standing_one_with_it_when_removed(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path, MISSPELT))
    with pytest.raises(NotConformantError, match="still-referred-to"):
        evidence.remove([QUESTION, VOCABULARY])
    assert evidence.held.documents() == [QUESTION]


def run(*arguments: object) -> Result:
    """The command line with some arguments."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_commands_hold_list_ask_and_remove(tmp_path: Path) -> None:
    store = tmp_path / "store"
    built = run("build", "--store", store, "--hold", held(tmp_path / "a", SWAPPED))
    assert (built.exit_code, built.stdout) == (1, "")
    assert built.stderr.splitlines()[-1] == f"1 taken in, 4 held: {', '.join(TOGETHER)}"
    assert run("held", "--store", store).stdout.splitlines() == [
        f"{QUESTION}  1 violation", f"{REPORT}  1 violation", f"{STUDY}  1 violation",
        f"{VOCABULARY}  1 violation"]
    assert run("ask", "findings", "--held", "--store", store, "--param", "document=study/lindgren-2031",
               "--format", "csv").stdout.splitlines()[1].split(",")[:2] == [
                   "Willow tea or plain tea for knee pain", "violation"]
    query = CliRunner().invoke(main, ["query", "--held", "--store", str(store), "--format", "csv"], input=ASK_STUDIES)
    assert query.stdout.splitlines() == ["it", STUDY]
    assert run("remove", "--store", store, "study/lindgren-2031").exit_code == 0
    assert [line.partition(" ")[0] for line in run("held", "--store", store).stdout.splitlines()] == [QUESTION, REPORT,
                                                                                                       VOCABULARY]
    freed = run("build", "--store", store, MINI / "study.yaml")
    released = ", ".join([QUESTION, REPORT, VOCABULARY])
    assert (freed.exit_code, freed.stderr.splitlines()[-1]) == (0, f"no longer held: {released}")
    assert run("held", "--store", store).stdout == ""
    again = run("build", "--store", store, "--hold", changed(tmp_path / "b", *SWAPPED))
    assert again.exit_code == 1
    assert again.stderr.splitlines()[-2:] == [f"0 taken in, 1 held: {STUDY}",
                                              f"the version that stands is kept: {STUDY}"]
    assert run("held", "--store", store).stdout == f"{STUDY}  1 violation  (an earlier version stands)\n"
    assert run("build", "--store", store, "--hold", MINI).exit_code == 0
    assert EvidenceStore.open(store).documents() == DOCUMENTS


def test_a_store_without_held_documents_stays_as_it_is(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run("build", "--store", store, MINI)
    assert run("held", "--store", store).stdout == ""
    assert run("ask", "findings", "--held", "--store", store, "--format", "csv").stdout.count("\n") == 1
    assert sorted(path.name for path in store.iterdir()) == ["ldn-graph.json", "standing"]


WRITER = """
import os, signal, sys
from ldn_graph import EvidenceStore
from ldn_graph.store import Store
store, paths, stop = sys.argv[1], sys.argv[2], int(sys.argv[3])
evidence, replace, calls = EvidenceStore.open(store), Store.replace, []
def stopping(self, graphs, drop=()):
    replace(self, graphs, drop)
    calls.append(self)
    if len(calls) == stop:
        os.kill(os.getpid(), signal.SIGKILL)
Store.replace = stopping
evidence.hold(paths)
"""


@pytest.mark.parametrize("stop", [1, 2])
def test_killed_while_a_new_version_is_held_the_old_one_stands(stop: int, tmp_path: Path) -> None:
    loaded().save(tmp_path / "store")
    writer = python(WRITER, str(tmp_path / "store"), str(changed(tmp_path / "a", *SWAPPED)), str(stop))
    with writer:
        assert writer.wait() == -signal.SIGKILL
    with EvidenceStore.open(tmp_path / "store") as evidence:
        assert (evidence.documents(), evidence.held.documents()) == (DOCUMENTS, [STUDY])
        assert dump(evidence) == dump(loaded())


@pytest.mark.parametrize("stop", [1, 2])
def test_killed_while_documents_move_in_none_is_lost(stop: int, tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path / "a", SWAPPED))
    evidence.save(tmp_path / "store")
    writer = python(WRITER, str(tmp_path / "store"), str(MINI), str(stop))
    with writer:
        assert writer.wait() == -signal.SIGKILL
    with EvidenceStore.open(tmp_path / "store") as after:
        assert (after.documents(), after.held.documents()) == (DOCUMENTS, [])


def test_both_datasets_are_let_go(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    evidence.hold(held(tmp_path / "a", SWAPPED))
    evidence.save(tmp_path / "store")
    for _ in range(2):
        with EvidenceStore.open(tmp_path / "store") as again:
            assert again.held.documents() == TOGETHER
