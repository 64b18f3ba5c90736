"""Collection rules in a store: what a document bears on is judged anew, kept with it, and forgotten with its cause."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pyoxigraph as ox
import pytest

from ldn_graph import EvidenceStore, NotConformantError, Severity
from ldn_graph.documents import Document, Value
from ldn_graph.findings import Report
from ldn_graph.neighbours import neighbourhood
from ldn_graph.reports import collection_findings_graph
from ldn_graph.store import Store
from ldn_graph.triples import Compiled, compile_document
from mini import BASE, MINI, QUESTION, REPORT, STUDY, VOCABULARY, changed, copied, dump, loaded

DIGEST = f"{BASE}/report/digest-2032"
TWIN = f"{BASE}/report/twin-2031"
ANSWER = """report: digest-2032
label: Digest 2032
report-kind: clinical-inquiry
title: Is willow tea good for knees?
doi: 10.5555/invented.2
published: 2032
answers: willow-tea-knee-pain
verdict: yes
about: lindgren-2031
cites: lindgren-2031
at: answer
not-reported: [contributors, journal, funding, competing-interests]
statements:
  main:
    statement-role: answer
    order: 1
    wording: Willow tea lessens knee pain by 1.6 points.
    not-reported: [grade]
    basis: {number: 1, design: randomised-controlled-trial, study: lindgren-2031}
    claims:
      effect:
        claim-kind: effect
        claim-direction: favours-intervention
        condition: knee-pain
        intervention: willow-tea
        comparator: plain-tea
        outcome-domain: pain
        magnitude: {value: 1.6, unit: "{score}"}
        rests-on: lindgren-2031/pain
places:
  answer: {report: digest-2032, place: answer}
curation: {extracted-by: ldn-graph maintainers, extracted-on: 2026-11-22, check-status: not-checked}
"""


def digest(directory: Path, old: str = "", new: str = "") -> Path:
    """A digest that rests its answer on the study, perhaps with a text changed."""
    assert ANSWER.count(old) == 1 or not old
    file = directory / "digest.yaml"
    file.write_text(ANSWER.replace(old, new) if old else ANSWER, encoding="utf-8")
    return file


def twin(directory: Path, kind: str = "abstract") -> Path:
    """A report with the DOI of the one in the collection."""
    text = (MINI / "report.yaml").read_text("utf-8").replace("report: lindgren-2031\n", "report: twin-2031\n", 1)
    file = directory / "twin.yaml"
    file.write_text(text.replace("journal-article", kind), encoding="utf-8")
    return file


def other_study(directory: Path, estimate: str = "-1.80") -> Path:
    """The study with another estimate, which the digest does not give."""
    file = changed(directory / "study", "study.yaml", "estimate: -1.60", f"estimate: {estimate}")
    file.write_text(file.read_text("utf-8").replace("lower: -2.30", "lower: -2.70"), encoding="utf-8")
    return file


WATCHED = {"headline-untraced", "shared-doi"}
"""The rules whose findings these tests follow; what others say of the same documents has tests of its own."""


def lines(report: Report) -> list[tuple[str, int, str, str]]:
    """Source, line, rule and value of each finding of the rules that are watched."""
    return [(Path(it.source).name if it.line else it.source, it.line, it.rule_name, it.value) for it in report.findings
            if it.rule_name in WATCHED]


def kept(evidence: EvidenceStore, document: str) -> list[str]:
    """The watched rules among those of the findings that are kept in the graph for findings of collection rules."""
    table = evidence.query(f"""SELECT ?rule WHERE {{ GRAPH <{collection_findings_graph(document)}> {{
        ?finding a sh:ValidationResult ; sh:sourceShape ?rule }} }} ORDER BY ?rule""")
    assert not isinstance(table, bool)
    return [rule for row in table if (rule := str(row[0]).rpartition("#")[2]) in WATCHED]


def test_a_change_of_a_study_is_told_of_the_digest_that_rests_on_it(tmp_path: Path) -> None:
    evidence = loaded()
    assert lines(evidence.load(digest(tmp_path))) == []
    before = dump(evidence)
    finding, = (it for it in evidence.load(other_study(tmp_path)).findings if it.rule_name in WATCHED)
    assert (finding.source, finding.line, finding.rule_name, finding.severity) == (
        DIGEST, 0, "headline-untraced", Severity.WARNING)
    assert finding.path == ("statements", "main", "claims", "effect", "magnitude")
    assert str(finding).startswith(
        f"{DIGEST}: warning: statements › main › claims › effect › magnitude: 1.6 {{score}} is none of ")
    assert (kept(evidence, DIGEST), kept(evidence, STUDY)) == (["headline-untraced"], [])
    assert lines(evidence.load(MINI / "study.yaml")) == []
    assert dump(evidence) == before


def test_what_is_kept_with_a_neighbour_is_not_told_again(tmp_path: Path) -> None:
    evidence = loaded()
    evidence.load(digest(tmp_path))
    study = other_study(tmp_path)
    assert len(lines(evidence.validate(study))) == 1
    assert kept(evidence, DIGEST) == []
    evidence.load(study)
    assert evidence.validate(study).findings == ()
    assert lines(evidence.load(other_study(tmp_path / "again", "-1.81"))) == []
    assert kept(evidence, DIGEST) == ["headline-untraced"]
    assert lines(evidence.load(digest(tmp_path))) == [("digest.yaml", 28, "headline-untraced", "1.6")]


def test_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    paths = [digest(tmp_path), twin(tmp_path), other_study(tmp_path)]
    together = loaded()
    together.load(paths)
    for order in permutations(paths):
        evidence = loaded()
        for path in order:
            evidence.load(path)
        assert dump(evidence) == dump(together)
    assert [kept(together, iri) for iri in (DIGEST, TWIN, REPORT)] == [
        ["headline-untraced"], ["shared-doi"], ["shared-doi"]]


def test_only_what_changes_bears_on_others(tmp_path: Path) -> None:
    evidence = loaded()
    evidence.load(digest(tmp_path))
    assert sorted(evidence.validate(MINI / "study.yaml").together) == [STUDY]
    assert sorted(evidence.validate(other_study(tmp_path)).together) == [DIGEST, REPORT, STUDY]


def test_of_a_faulty_document_nothing_old_is_read(tmp_path: Path) -> None:
    evidence = loaded()
    report = changed(tmp_path / "report", "report.yaml", "doi: 10.5555/invented.1\n", "dio: 10.5555/invented.9\n")
    told = evidence.validate([report, twin(tmp_path, "journal-article")])
    assert [it.rule_name for it in told.findings] == ["unknown-key"]


def test_a_removed_document_takes_its_traces_from_its_neighbours(tmp_path: Path) -> None:
    evidence = loaded()
    evidence.load(twin(tmp_path))
    assert kept(evidence, REPORT) == ["shared-doi"]
    evidence.remove(TWIN)
    assert dump(evidence) == dump(loaded())


def test_a_corrected_identifier_frees_the_other_report(tmp_path: Path) -> None:
    evidence = loaded()
    file = twin(tmp_path)
    evidence.load(file)
    file.write_text(file.read_text("utf-8").replace("10.5555/invented.1", "10.5555/invented.3"), encoding="utf-8")
    assert evidence.load(file).findings == ()
    assert (kept(evidence, REPORT), kept(evidence, TWIN)) == ([], [])


def test_a_neighbour_that_would_no_longer_conform_keeps_the_batch_out(tmp_path: Path) -> None:
    evidence = loaded()
    before = dump(evidence)
    with pytest.raises(NotConformantError) as caught:
        evidence.load(twin(tmp_path, "journal-article"))
    told = caught.value.report
    assert [(it.source, it.line, it.rule_name) for it in told.findings] == [
        (str(tmp_path / "twin.yaml"), 9, "shared-doi"), (REPORT, 0, "shared-doi")]
    assert told.findings[1].message.startswith(
        f"this document stands in the store and would no longer conform: {TWIN} has the DOI 10.5555/invented.1 too; ")
    assert told.summary() == "1 document does not conform: 2 violations"
    assert dump(evidence) == before


def test_a_neighbour_may_be_mended_in_the_same_batch(tmp_path: Path) -> None:
    evidence = loaded()
    report = changed(tmp_path / "report", "report.yaml", "10.5555/invented.1", "10.5555/invented.9")
    assert evidence.load([report, twin(tmp_path, "journal-article")]).findings == ()


def test_a_batch_into_an_empty_store_is_judged_together(tmp_path: Path) -> None:
    copied(tmp_path)
    digest(tmp_path, "value: 1.6,", "value: 1.7,")
    evidence = EvidenceStore.empty()
    assert lines(evidence.load(tmp_path)) == [("digest.yaml", 28, "headline-untraced", "1.7")]
    assert kept(evidence, DIGEST) == ["headline-untraced"]
    evidence.remove([DIGEST, REPORT, STUDY, QUESTION, VOCABULARY])
    assert not evidence.query("ASK { ?finding a sh:ValidationResult }")


def test_findings_of_one_document_and_of_several_are_kept_apart(tmp_path: Path) -> None:
    evidence = loaded()
    file = digest(tmp_path, "magnitude: {value: 1.6,", "magnitude: {value: 1.7,")
    file.write_text(file.read_text("utf-8").replace(", funding,", ","), encoding="utf-8")
    evidence.load(file)
    assert evidence.query(f"ASK {{ GRAPH <{DIGEST}/findings> {{ ?x sh:sourceShape ?rule }} }}")
    assert not evidence.query(f"""ASK {{ GRAPH <{DIGEST}/findings> {{
        ?x sh:sourceShape <https://w3id.org/ldn-graph/rules#headline-untraced> }} }}""")
    assert kept(evidence, DIGEST) == ["headline-untraced"]


def test_a_store_on_disk_keeps_them_too(tmp_path: Path) -> None:
    loaded().save(tmp_path / "store")
    with EvidenceStore.open(tmp_path / "store") as evidence:
        evidence.load([digest(tmp_path), other_study(tmp_path)])
    with EvidenceStore.open(tmp_path / "store") as evidence:
        assert kept(evidence, DIGEST) == ["headline-untraced"]


def compiled(kind: str, key: str, **data: Value) -> Compiled:
    done = compile_document(Document(kind, key, {name.replace("_", "-"): value for name, value in data.items()}), BASE)
    assert done.findings == []
    return done


def standing(*documents: Compiled) -> Store:
    store = Store()
    store.fill(quad for done in documents for quad in done.quads)
    return store


def analysed(key: str, *more: str) -> Compiled:
    return compiled("study", key, reported_in=["digest", *more], analyses={"pain": {"label": "pain"}})


def read(store: Store, *batch: Compiled) -> tuple[list[str], list[str]]:
    """The keys of the documents that are judged anew, and of those that stand and are read for it."""
    found = neighbourhood(store, batch)
    graphs = {quad.graph_name.value for quad in found.quads if isinstance(quad.graph_name, ox.NamedNode)}
    return (sorted(iri.rpartition("/")[2] for iri in found.judged), sorted(iri.rpartition("/")[2] for iri in graphs))


def test_the_neighbours_of_a_new_study_do_not_grow_with_the_store() -> None:
    studies = [analysed(f"s{number}") for number in range(40)]
    about = [f"s{number}" for number in range(40)]
    claims: Value = {key: {"rests-on": f"{key}/pain"} for key in about}
    store = standing(compiled("report", "digest", about=about, cites=about, statements={"one": {"claims": claims}}),
                     compiled("vocabulary", "words"), *studies)
    assert read(store, analysed("new")) == ([], ["digest"])
    assert read(store, studies[0]) == ([], ["digest"])
    other = compiled("study", "s0", label="Other", reported_in="digest", analyses={"pain": {"label": "x"}})
    assert read(store, other) == (["digest"], sorted(["digest", *about[1:]]))


def test_what_changes_is_told_two_references_up() -> None:
    term = compiled("vocabulary", "words", conditions={"ache": {"label": "ache"}})
    study = compiled("study", "s", population={"condition": "ache"}, analyses={"pain": {"label": "pain"}})
    report = compiled("report", "r", statements={"one": {"claims": {"one": {"rests-on": "s/pain"}}}})
    question = compiled("question", "q", note="x", pico={"intervention": "tea"})
    store = standing(term, study, report, question)
    changed = compiled("vocabulary", "words", conditions={"ache": {"label": "pain"}})
    assert read(store, changed) == (["r", "s"], ["r", "s"])
    assert read(store, changed, study) == (["r"], ["r"])
    assert read(store, term) == ([], [])
    assert read(store, compiled("report", "new", statements={"one": {"claims": {"one": {"rests-on": "s/pain"}}}})) == (
        ["s"], ["r", "s", "words"])


def test_only_the_users_of_a_changed_term_are_told() -> None:
    terms: dict[str, Value] = {"ache": {"label": "ache", "broader": "pain"}, "pain": {"label": "pain"},
                               "itch": {"label": "itch"}}
    users = [compiled("study", key, population={"condition": key}) for key in terms]
    scales: dict[str, Value] = {"nrs": {"label": "NRS", "anchors": {"none": {"label": "none", "value": "0"}}}}
    user = compiled("study", "scored", outcomes={"pain": {"scale": "nrs"}})
    store = standing(compiled("vocabulary", "words", conditions=terms, scales=scales), *users, user)

    def judged(conditions: dict[str, Value], scales: dict[str, Value]) -> list[str]:
        return read(store, compiled("vocabulary", "words", conditions=conditions, scales=scales))[0]

    assert judged({**terms, "new": {"label": "new", "broader": "pain"}}, scales) == []
    assert judged({**terms, "itch": {"label": "itching"}}, scales) == ["itch"]
    assert judged({**terms, "pain": {"label": "dolour"}}, scales) == ["ache", "pain"]
    assert judged(terms, {"nrs": {"label": "NRS", "anchors": {"none": {"label": "none", "value": "1"}}}}) == ["scored"]


def test_sharing_an_identifier_makes_neighbours() -> None:
    store = standing(compiled("report", "a", doi="10.5555/a", pmid="1"), compiled("report", "b", doi="10.5555/b"),
                     compiled("report", "c", pmid="2"), compiled("study", "d", registration=["NCT01234567", "X"]))
    assert read(store, compiled("report", "new", doi="10.5555/b", pmid="2")) == (["b", "c"], ["b", "c"])
    assert read(store, compiled("report", "a", doi="10.5555/z")) == ([], [])
    assert read(store, compiled("study", "new", registration="X")) == (["d"], ["d"])
