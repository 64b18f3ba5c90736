"""Records of verification say what was seen, and vouch for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from conftest import ROOT
from ldn_graph import EvidenceStore, __version__
from ldn_graph.cli import main
from ldn_graph.documents import parse_document
from ldn_graph.errors import InputError
from ldn_graph.passages.checks import Outcome
from ldn_graph.passages.wanted import wanted
from ldn_graph.shipped import shipped
from ldn_graph.triples import compile_document
from ldn_graph.verification import verified_nodes, write_record
from passage_text import BASE, FILE, STUDY, TEXT, outcome, passages, replaced, study

DAY = date(2026, 5, 17)
NODE = f"{BASE}/study/willow/analyses/pain/results/difference"
SEED = sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))


def vouched(quads: Iterable[ox.Quad]) -> set[str]:
    """The verified nodes, without the day."""
    return set(verified_nodes(quads))



def record(text: str = TEXT, evidence: list[ox.Quad] | None = None) -> list[ox.Quad]:
    """The quads of the record of looking for the study in a text."""
    written = write_record(outcome(text, wanted(evidence or study())), "willow-paper", "0.1.0", DAY)
    done = compile_document(parse_document(written), BASE)
    assert not done.findings
    return done.quads


def figured(quads: list[ox.Quad]) -> set[str]:
    """The nodes that have figures."""
    return {figure.node for figure in wanted(quads).figures}


def test_a_record_vouches_for_every_node_with_figures() -> None:
    quads = study()
    assert vouched([*quads, *record()]) == figured(quads)
    assert NODE in figured(quads)


def test_without_a_record_nothing_is_vouched_for() -> None:
    assert vouched(study()) == set()


@pytest.mark.parametrize(("change", "lost"), [
    (lambda text: text.replace("upper: -14.9", "upper: -14.8"), "results/difference"),
    (lambda text: text.replace("p-relation: less-than", "p-relation: equal-to"), "results/difference"),
    (lambda text: text.replace("estimate: 32, change: decrease", "estimate: 32"), "results/reduction"),
    (lambda text: text.replace("21.50", "21.5"), "results/willow"),
    (lambda text: text.replace("number: 601", "number: 610"), "groups/willow/denominators/n"),
])
def test_a_figure_that_is_edited_later_is_no_longer_vouched_for(change: Callable[[str], str], lost: str) -> None:
    edited = study(change(STUDY))
    gone = figured(edited) - vouched([*edited, *record()])
    assert {iri.removeprefix(f"{BASE}/study/willow/").removeprefix("analyses/pain/") for iri in gone} == {lost}


def test_a_record_of_another_copy_or_another_span_vouches_for_nothing() -> None:
    quads = study()
    digest = next(iter(wanted(quads).spans.values())).sha256
    assert vouched([*quads, *replaced(record(), digest, "0" * 64)]) == set()
    span = wanted(quads).spans[f"{BASE}/study/willow/passages/difference"]
    assert figured(quads) - vouched([*quads, *replaced(record(), str(span.end), str(span.end + 1))]) == {NODE}


def test_what_was_missing_is_not_vouched_for() -> None:
    quads = replaced(study(), "-14.9", "-14.8")
    written = record(evidence=quads)
    assert figured(quads) - vouched([*quads, *written]) == {NODE}


def test_what_moved_in_another_copy_is_not_vouched_for() -> None:
    assert vouched([*study(), *record("Preprint " + TEXT)]) == set()


def test_a_record_is_of_one_source_and_has_a_key() -> None:
    found = outcome(TEXT, wanted(study()))
    with pytest.raises(InputError, match="a record is of one source"):
        write_record(Outcome(), "x", "0.1.0", DAY)
    with pytest.raises(InputError, match="`A b` cannot name a record"):
        write_record(found, "A b", "0.1.0", DAY)


def test_a_record_reads_like_this() -> None:
    lines = write_record(outcome(TEXT, wanted(study())), "willow-paper", "0.1.0", DAY).splitlines()
    span = wanted(study()).spans[f"{BASE}/study/willow/passages/difference"]
    assert lines[:7] == ["verification: willow-paper", "report: willow-paper", f"sha256: {span.sha256}",
                         f"characters: {len(TEXT)}", "program-version: 0.1.0", "checked-on: 2026-05-17", "checks:"]
    assert lines[7 + 3] == (
        f'  study.willow.difference: {{checked-passage: "{span.iri}", start: {span.start}, end: {span.end}, '
        'passage-status: verified, figures: ["-14.9", "-17.2", "-19.6", "95", "P < .001"]}')
    assert len(lines) == 7 + 17


def test_names_of_checks_are_keys_however_long_the_passages_are_called() -> None:
    long = "p" * 95
    text = STUDY.replace("at: margin", f"at: {long}") + passages().replace("  margin:", f"  {long}:")
    done = compile_document(parse_document(text), BASE)
    assert not done.findings
    assert vouched([*done.quads, *record(evidence=done.quads)]) == figured(done.quads)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with a collection of one study and a copy of the text it was read in."""
    told = "curation: {extracted-by: A. Curator, extracted-on: 2026-01-01, check-status: not-checked}\n"
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "collection.yaml").write_text(
        f"collection: knees\nlabel: Knees\ntitle: Knees\nbase: {BASE}\n" + told, "utf-8")
    (tmp_path / "evidence" / "willow.yaml").write_text(STUDY + passages(), "utf-8")
    (tmp_path / "copy.txt").write_bytes(FILE.read_bytes())
    return tmp_path


def run(*args: object) -> Result:
    return CliRunner().invoke(main, list(map(str, args)), prog_name="ldn-graph")


def test_the_command_verifies_and_records(project: Path) -> None:
    file = project / "evidence" / "verification-willow-paper.yaml"
    result = run("verify-sources", project / "evidence", "--source", project / "copy.txt", "--record", file,
                 "--date", "2026-05-17")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0, "29 figures (29 verified), 17 passages (17 verified)\n", "")
    assert file.read_text("utf-8") == write_record(outcome(TEXT, wanted(study())), "willow-paper", __version__, DAY)
    again = run("verify-sources", project / "evidence", "--source", project / "copy.txt", "--record", file)
    assert (again.exit_code, file.read_text("utf-8").count("verification:")) == (0, 1)


def test_a_record_never_overwrites_evidence(project: Path) -> None:
    file = project / "evidence" / "willow.yaml"
    before = file.read_bytes()
    result = run("verify-sources", project / "evidence", "--source", project / "copy.txt", "--record", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (f"ldn-graph: {file}: is already there and is no record of verification; "
                             "name another file\n")
    assert file.read_bytes() == before


def test_of_a_source_in_which_nothing_stands_no_record_is_written(project: Path) -> None:
    (project / "copy.txt").write_text("", "utf-8")
    file = project / "evidence" / "verification-willow-paper.yaml"
    result = run("verify-sources", project / "evidence", "--source", f"willow-paper={project / 'copy.txt'}",
                 "--record", file)
    assert (result.exit_code, file.exists()) == (2, False)
    assert result.stdout.splitlines()[0].endswith("stands here; is it the right file?")
    assert result.stderr == f"ldn-graph: {file}: no record is written, as nothing of the evidence stands in the copy\n"


def test_a_record_is_not_of_a_day_to_come(project: Path) -> None:
    file = project / "evidence" / "verification-willow-paper.yaml"
    result = run("verify-sources", project / "evidence", "--source", project / "copy.txt", "--record", file,
                 "--date", "2999-01-01")
    assert (result.exit_code, result.stdout, file.exists()) == (2, "", False)
    assert result.stderr == ("ldn-graph: --date 2999-01-01: lies in the future; give the day on which the copy was "
                             "read\n")


def test_a_key_that_can_name_no_passage_is_refused(project: Path) -> None:
    result = run("locate", project / "copy.txt", "margin of 7.75 points", "--key", "bad key: x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "ldn-graph: --key bad key: x: cannot name a passage; use a-z, 0-9, `.` and `-`\n"


def test_a_missing_figure_ends_with_one(project: Path) -> None:
    (project / "copy.txt").write_text(TEXT.replace("7.75", "77.5"), "utf-8")
    result = run("verify-sources", project / "evidence", "--source", f"willow-paper={project / 'copy.txt'}")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].startswith(
        "  analyses › pain › margin › value: 7.75 is missing in the passage margin (characters ")
    assert result.stdout.splitlines()[2:] == [
        "29 figures (28 verified, 1 missing), 17 passages (16 verified, 1 missing)"]


@pytest.mark.parametrize(("content", "told"), [(b"\0", "is no text"), (b"\xff", "byte 0 is no UTF-8")])
def test_what_cannot_be_done_ends_with_two(project: Path, content: bytes, told: str) -> None:
    (project / "copy.txt").write_bytes(content)
    result = run("verify-sources", project / "evidence", "--source", project / "copy.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert run("verify-sources", project / "evidence", "--source", project / "none.txt").exit_code == 2
    assert run("verify-sources", project / "evidence").exit_code == 2


def test_documents_that_are_none_are_refused_with_their_lines(project: Path) -> None:
    (project / "evidence" / "willow.yaml").write_text("study: willow\nlable: x\n", "utf-8")
    result = run("verify-sources", project / "evidence", "--source", project / "copy.txt")
    assert result.exit_code == 1
    assert "willow.yaml:2: violation: lable:" in result.stderr


def test_locate_prints_the_line_to_paste(project: Path) -> None:
    result = run("locate", project / "copy.txt", "margin of 7.75 points", "--key", "margin", "--copy", "article",
                 "--section", "discussion")
    line = next(line for line in passages().splitlines() if line.startswith("  margin:"))
    assert (result.exit_code, result.stdout) == (0, line.strip().replace('"text"', '"discussion"') + "\n")
    assert result.stderr.splitlines()[0].startswith("article: {report: ___, sha256: ")
    assert "[margin of 7.75 points]" in result.stderr.splitlines()[1]


def test_locate_numbers_several_places_and_says_when_there_is_none(project: Path) -> None:
    result = run("locate", project / "copy.txt", "nurse")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["nurse-1", "nurse-2"]
    assert result.stderr.splitlines()[2].startswith("2 of 2: ")
    result = run("locate", project / "copy.txt", "oak bark")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"ldn-graph: {project / 'copy.txt'}: `oak bark` does not stand there\n"


def test_what_could_steer_a_terminal_is_not_printed(project: Path) -> None:
    (project / "copy.txt").write_text("a\x1b[2J\u202eoak bark\x07 z\u2066 and \x9b31m more", "utf-8")
    result = run("locate", project / "copy.txt", "oak bark")
    assert result.exit_code == 0
    assert all(character.isprintable() or character == "\n" for character in result.stdout + result.stderr)


def test_the_shipped_record_is_of_the_shipped_evidence() -> None:
    quads = EvidenceStore.open().quads()
    assert vouched(quads) == figured(quads), "renew it: verify-sources --record"


@pytest.mark.skipif(not SEED, reason="the text of the first article is not shipped")
def test_the_shipped_record_is_what_the_command_writes(tmp_path: Path) -> None:
    shipped_record = shipped("evidence") / "low-dose-naltrexone" / "verification-radi-inquiry.yaml"
    day = next(line.partition(": ")[2] for line in shipped_record.read_text("utf-8").splitlines()
               if line.startswith("checked-on"))
    file = tmp_path / "verification-radi-inquiry.yaml"
    assert run("verify-sources", "--source", SEED[0], "--record", file, "--date", day).exit_code == 0
    assert file.read_text("utf-8") == shipped_record.read_text("utf-8")
