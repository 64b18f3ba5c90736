"""Documents on their way into the store: whole or not at all, and never out from under another."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from ldn_graph import EvidenceStore, InputError, NotConformantError, NotFoundError, Severity, StoreError
from ldn_graph.export import iri_of
from ldn_graph.precompiled import ONTOLOGY_GRAPHS
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


def rules(error: NotConformantError) -> list[tuple[str, str]]:
    """Where each finding stands, by the name of its file, and its rule."""
    return [(Path(finding.source).name, finding.rule_name) for finding in error.report.findings]


def refused(evidence: EvidenceStore, *paths: Path) -> NotConformantError:
    """The refusal of some files; the store must stay as it is."""
    before = dump(evidence)
    with pytest.raises(NotConformantError) as caught:
        evidence.load(paths)
    assert dump(evidence) == before
    return caught.value


def labels(evidence: EvidenceStore, iri: str) -> list[str]:
    table = evidence.query(f"SELECT ?label WHERE {{ <{iri}> skos:prefLabel ?label }}")
    assert not isinstance(table, bool)
    return [str(row[0]) for row in table]


def test_documents_that_refer_to_each_other_enter_together() -> None:
    evidence = EvidenceStore.empty()
    report = evidence.load([MINI])
    assert (report.conforms, report.documents, report.findings) == (True, 5, ())
    assert evidence.documents() == DOCUMENTS


def test_the_order_of_files_does_not_matter() -> None:
    evidence = EvidenceStore.empty()
    evidence.load(sorted(MINI.glob("*.yaml"), reverse=True))
    assert dump(evidence) == dump(loaded())


@pytest.mark.parametrize("paths", [MINI, str(MINI), (path for path in [MINI])])
def test_one_path_or_several_may_be_named(paths: Path) -> None:
    assert EvidenceStore.empty().load(paths).documents == 5


def test_the_ontology_stands_beside_the_documents() -> None:
    evidence = loaded()
    assert labels(evidence, "https://w3id.org/ldn-graph/terms/masking/open-label") == ["open-label"]
    assert set(ONTOLOGY_GRAPHS.values()) <= {iri_of(quad.graph_name) for quad in evidence.quads()}
    assert EvidenceStore.empty().documents() == []


def test_loading_the_same_again_changes_nothing() -> None:
    evidence = loaded()
    before = dump(evidence)
    evidence.load(MINI)
    assert dump(evidence) == before


def test_a_document_is_replaced_whole(tmp_path: Path) -> None:
    evidence = loaded()
    others = [iri for iri in DOCUMENTS if iri != STUDY]
    before = [evidence.quads([iri]) for iri in others]
    evidence.load(changed(tmp_path, "study.yaml", "label: Willow tea or plain tea for knee pain", "label: Tea"))
    assert labels(evidence, STUDY) == ["Tea"]
    assert [evidence.quads([iri]) for iri in others] == before


def test_old_statements_of_a_replaced_document_are_gone(tmp_path: Path) -> None:
    evidence = loaded()
    assert evidence.query(f"ASK {{ <{STUDY}/setting> ldn:country 'SE' }}")
    evidence.load(changed(tmp_path, "study.yaml", "country: SE", "country: NO"))
    assert not evidence.query("ASK { ?setting ldn:country 'SE' }")
    assert evidence.query(f"ASK {{ <{STUDY}/setting> ldn:country 'NO' }}")


def test_references_may_point_to_what_stands_in_the_store() -> None:
    evidence = EvidenceStore.empty()
    evidence.load([MINI / name for name in ("collection.yaml", "vocabulary.yaml", "report.yaml", "study.yaml")])
    evidence.load(MINI / "question.yaml")
    assert evidence.documents() == DOCUMENTS


def test_a_reference_to_nothing_is_refused(tmp_path: Path) -> None:
    file = changed(tmp_path, "question.yaml", "condition: knee-pain", "condition: knee-pian")
    error = refused(EvidenceStore.empty(), tmp_path)
    assert [str(finding) for finding in error.report.findings] == [
        f"{file}:5: violation: pico › condition: there is no condition `knee-pian`; did you mean `knee-pain`? "
        "(dangling-reference)"]


def test_one_bad_document_keeps_the_whole_batch_out(tmp_path: Path) -> None:
    copied(tmp_path, {"question.yaml": ("wording:", "wroding:"),
                      "study.yaml": ("label: Willow tea or plain tea for knee pain", "label: Tea")})
    assert rules(refused(loaded(), tmp_path)) == [("question.yaml", "unknown-key")]


def test_a_file_that_cannot_be_read_keeps_the_whole_batch_out(tmp_path: Path) -> None:
    copied(tmp_path, {"collection.yaml": ("collection: mini", "collection: [mini")})
    assert rules(refused(EvidenceStore.empty(), tmp_path)) == [("collection.yaml", "yaml")]


def test_a_path_that_is_not_there_keeps_the_whole_batch_out(tmp_path: Path) -> None:
    evidence = EvidenceStore.empty()
    before = dump(evidence)
    with pytest.raises(NotFoundError, match="there is no such file or directory"):
        evidence.load([MINI, tmp_path / "no.yaml"])
    assert dump(evidence) == before


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    copied(tmp_path)
    shutil.copy(tmp_path / "question.yaml", tmp_path / "zzz.yaml")
    error = refused(EvidenceStore.empty(), tmp_path)
    assert error.report.summary() == "6 documents do not conform: 1 violation"
    assert str(error) == str(error.report)
    assert str(error.report.findings[0]) == (
        f"{tmp_path / 'zzz.yaml'}:1: violation: `willow-tea-knee-pain` stands in {tmp_path / 'question.yaml'} too; "
        "keep one of them (declared-twice)")


def test_a_node_others_refer_to_cannot_be_replaced_away(tmp_path: Path) -> None:
    evidence = loaded()
    file = changed(tmp_path, "vocabulary.yaml", "  knee-pain: {label: knee pain,", "  knee-ache: {label: knee ache,")
    error = refused(evidence, file)
    assert [str(finding) for finding in error.report.findings] == [
        f"{file}:1: violation: {BASE}/conditions/knee-pain would be gone, but {document} refers to it; "
        "change that document first (still-referred-to)" for document in (QUESTION, STUDY)]


def test_a_node_may_go_together_with_what_refers_to_it(tmp_path: Path) -> None:
    evidence = loaded()
    copied(tmp_path)
    for file in tmp_path.iterdir():
        file.write_text(file.read_text().replace("knee-pain", "knee-ache").replace("willow-tea-knee-ache",
                                                                                 "willow-tea-knee-pain"))
    evidence.load(tmp_path)
    assert not evidence.query(f"ASK {{ <{BASE}/conditions/knee-pain> ?p ?o }}")
    assert labels(evidence, f"{BASE}/conditions/knee-ache") == ["knee pain"]


def test_a_term_may_move_from_one_vocabulary_to_another(tmp_path: Path) -> None:
    evidence = loaded()
    line = "  knee-pain: {label: knee pain, definition: Pain in a knee., mapping: none-known}\n"
    vocabulary = changed(tmp_path, "vocabulary.yaml", f"conditions:\n{line}", "")
    curation = vocabulary.read_text().splitlines()[-1]
    other = tmp_path / "other.yaml"
    other.write_text(f"vocabulary: other\nlabel: Other\ndefinition: Conditions.\nconditions:\n{line}{curation}\n")
    assert rules(refused(evidence, other)) == [("other.yaml", "declared-elsewhere")]
    evidence.load([vocabulary, other])
    assert labels(evidence, f"{BASE}/conditions/knee-pain") == ["knee pain"]


def test_a_document_that_others_refer_to_cannot_be_removed() -> None:
    evidence = loaded()
    before = dump(evidence)
    with pytest.raises(NotConformantError) as caught:
        evidence.remove([VOCABULARY])
    gone = {(finding.focus.removeprefix(BASE), finding.message.split()[5].removeprefix(BASE))
            for finding in caught.value.report.findings}
    assert ("/conditions/knee-pain", "/question/willow-tea-knee-pain") in gone
    assert ("/scales/line-0-10", "/study/lindgren-2031") in gone
    assert dump(evidence) == before


def test_documents_are_removed_whole_and_together() -> None:
    evidence, without = loaded(), EvidenceStore.empty()
    without.load([MINI / "collection.yaml"])
    evidence.remove([STUDY, REPORT, "question/willow-tea-knee-pain", VOCABULARY])
    assert evidence.documents() == [COLLECTION]
    assert dump(evidence) == dump(without)


def test_removing_what_is_not_there_removes_nothing() -> None:
    evidence = loaded()
    with pytest.raises(NotFoundError, match="there is no document `study/no`; "):
        evidence.remove([QUESTION, "study/no"])
    assert evidence.documents() == DOCUMENTS


@pytest.fixture
def warned(tmp_path: Path) -> tuple[EvidenceStore, Path]:
    """The collection with a study about which a reader should be warned, and the file of that study."""
    evidence = loaded()
    file = changed(tmp_path, "study.yaml", ", allocation-concealment]", "]")
    report = evidence.load(file)
    assert [(finding.severity, finding.rule_name) for finding in report.findings] == [
        (Severity.WARNING, "StudyShape-concealment-told")]
    return evidence, file


KEPT = """SELECT ?message ?rule ?severity WHERE { GRAPH <%s/findings> {
    ?finding a sh:ValidationResult ; sh:resultMessage ?message ; sh:sourceShape ?rule ; sh:resultSeverity ?severity ;
             sh:focusNode <%s> } }""" % (STUDY, STUDY)  # noqa: UP031 — braces


def test_warnings_are_kept_with_their_document(warned: tuple[EvidenceStore, Path]) -> None:
    table = warned[0].query(KEPT)
    assert not isinstance(table, bool)
    [(message, rule, severity)] = list(table)
    assert "allocation-concealment" in str(message)
    assert str(rule).endswith("#StudyShape-concealment-told")
    assert severity == "http://www.w3.org/ns/shacl#Warning"
    assert warned[0].documents() == DOCUMENTS


def test_findings_go_when_their_document_is_mended(warned: tuple[EvidenceStore, Path]) -> None:
    warned[0].load(MINI / "study.yaml")
    assert dump(warned[0]) == dump(loaded())


def test_findings_go_with_their_document(warned: tuple[EvidenceStore, Path]) -> None:
    evidence = warned[0]
    evidence.remove([STUDY, REPORT, QUESTION, VOCABULARY])
    assert not evidence.query("ASK { ?finding a sh:ValidationResult }")


def test_a_document_may_be_called_findings(tmp_path: Path) -> None:
    evidence = loaded()
    file = changed(tmp_path, "question.yaml", "question: willow-tea-knee-pain", "question: findings")
    evidence.load(file)
    assert f"{BASE}/question/findings" in evidence.documents()
    error = refused(evidence, changed(tmp_path / "b", "vocabulary.yaml", "  knee-pain: {label", "  knee-ache: {label"))
    assert f"{BASE}/question/findings" in str(error.report)
    evidence.remove(["question/findings"])
    assert dump(evidence) == dump(loaded())


def test_two_collections_have_two_bases(tmp_path: Path) -> None:
    copied(tmp_path / "a")
    copied(tmp_path / "b" / "deep", {"collection.yaml": ("base: https://example.org/mini", "base: https://example.org/two")})
    (tmp_path / "b" / "deep" / "collection.yaml").rename(tmp_path / "b" / "collection.yaml")
    evidence = EvidenceStore.empty()
    evidence.load(tmp_path)
    assert evidence.documents() == DOCUMENTS + [iri.replace(BASE, "https://example.org/two") for iri in DOCUMENTS]
    with pytest.raises(InputError, match="the store holds 2 collections; put a `collection:` document beside the"):
        evidence.load(MINI / "question.yaml")


@pytest.mark.parametrize("relative", [{"collection"}, {"vocabulary", "question", "report", "study"}])
def test_some_paths_may_be_relative_and_some_not(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: set[str]) -> None:
    copied(tmp_path, {"collection.yaml": ("base: https://example.org/mini", "base: https://example.org/two")})
    monkeypatch.chdir(tmp_path)
    evidence = loaded()
    evidence.load([Path(file.name) if file.stem in relative else file for file in tmp_path.iterdir()])
    assert len(evidence.documents()) == 2 * len(DOCUMENTS)


def test_two_collections_in_one_directory_are_refused(tmp_path: Path) -> None:
    copied(tmp_path)
    text = (tmp_path / "collection.yaml").read_text().replace("example.org/mini", "example.org/two")
    (tmp_path / "second.yaml").write_text(text.replace("collection: mini", "collection: two"))
    with pytest.raises(InputError, match=r"second\.yaml: another collection stands in the same directory; "):
        EvidenceStore.empty().load(tmp_path)


def test_without_a_collection_there_is_no_base() -> None:
    with pytest.raises(InputError, match="the store holds no collection; put a `collection:` document beside"):
        EvidenceStore.empty().load(MINI / "question.yaml")


@pytest.mark.parametrize(("base", "rule"), [
    ("base: [https://example.org/a]", "wrong-type"), ("base: {a: b}", "wrong-type"), ("base: mini", "not-an-address"),
    ("base: https://example.org/a b", "not-an-address"), ("base: https://example.org/mini/", "not-an-address"),
    ("", "CollectionShape-base"),
])
def test_a_collection_without_a_usable_base_is_refused(tmp_path: Path, base: str, rule: str) -> None:
    copied(tmp_path, {"collection.yaml": ("base: https://example.org/mini", base)})
    assert rules(refused(EvidenceStore.empty(), tmp_path)) == [("collection.yaml", rule)]


def test_a_store_saved_to_a_directory_holds_the_same(tmp_path: Path) -> None:
    evidence = loaded()
    evidence.save(tmp_path / "store")
    reopened = EvidenceStore.open(tmp_path / "store")
    assert dump(reopened) == dump(evidence)
    with pytest.raises(StoreError, match="is a store already; name a new or an empty directory"):
        evidence.save(tmp_path / "store")


def test_a_new_directory_becomes_a_store_with_the_ontology(tmp_path: Path) -> None:
    EvidenceStore.open(tmp_path, create=True).load(MINI)
    reopened = EvidenceStore.open(tmp_path, create=True)
    assert dump(reopened) == dump(loaded())


LOAD_FOR_EVER = """
import sys, itertools
from ldn_graph import EvidenceStore
evidence = EvidenceStore.open(sys.argv[1], create=True)
for version in itertools.count():
    evidence.load(sys.argv[2 + version % 2])
    print(version, flush=True)
"""


def test_killed_while_loading_the_store_holds_whole_documents_of_one_batch(tmp_path: Path) -> None:
    copied(tmp_path / "even")
    copied(tmp_path / "odd", {"study.yaml": ("country: SE", "country: NO"), "report.yaml": ("pages: 1-9", "pages: 2-9"),
                              "question.yaml": ("Does willow tea help", "Does tea help")})
    states = []
    for directory in ("even", "odd"):
        evidence = EvidenceStore.empty()
        evidence.load(tmp_path / directory)
        states.append(dump(evidence))
    for acknowledged in (1, 4, 2):
        writer = python(LOAD_FOR_EVER, str(tmp_path / "store"), str(tmp_path / "even"), str(tmp_path / "odd"))
        assert writer.stdout is not None
        for _ in range(acknowledged):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        assert dump(EvidenceStore.open(tmp_path / "store")) in states
