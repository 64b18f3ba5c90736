"""The gate refuses what is no document, no evidence or no number, and says the line, the thing and the mend."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from ldn_graph.documents import MAX_BYTES, MAX_DEPTH, Document, parse_document, read_documents
from ldn_graph.errors import DocumentError, NotFoundError
from ldn_graph.terms import LDN, MAX_DIGITS
from ldn_graph.triples import Compiled, compile_document
from ldn_graph.validate import Entity, validate

BASE = "https://example.org/headache"
BEGINNINGS = "`collection:`, `vocabulary:`, `question:`, `report:`, `study:`, `verification:` and a key"
NO_NUMBER = "is no number; write it in digits, with a point and an ASCII minus sign (not-a-number)"

NO_KIND = ("`kind` of a result must be one of contrast, count, dose-estimate, group-value, model-finding, narrative, "
           "test (unknown-kind)")

NO_DOCUMENT = [
    ("empty", "", 1, "no-document", f"the file must begin with one of {BEGINNINGS}"),
    ("comment only", "# nothing yet\n", 1, "no-document", f"the file must begin with one of {BEGINNINGS}"),
    ("list", "- study: aura\n", 1, "no-document", f"the file must begin with one of {BEGINNINGS}"),
    ("words", "a study\n", 1, "no-document", f"the file must begin with one of {BEGINNINGS}"),
    ("unknown kind", "trial: aura\n", 1, "no-document",
     f"the file begins with `trial`; it must begin with one of {BEGINNINGS}"),
    ("kind not first", "# made by hand\nlabel: Aura\nstudy: aura\n", 2, "no-document",
     f"the file begins with `label`; it must begin with one of {BEGINNINGS}"),
    ("bad document key", "study: Aura Study\n", 1, "bad-key",
     "`Aura Study` cannot name a study; use a-z, 0-9, `.` and `-`"),
    ("two documents", "study: aura\n---\nstudy: bora\n", 1, "no-document",
     "the file holds more than one document; make a file of each"),
    ("duplicate key", "study: aura\nlabel: Aura\n# again\nlabel: Bora\n", 4, "duplicate-key",
     "`label` stands here twice; the first is on line 2"),
    ("duplicate nested key", "study: aura\ngroups:\n  all: {label: all, label: everybody}\n", 3, "duplicate-key",
     "`label` stands here twice; the first is on line 3"),
    ("anchor", "study: aura\nlabel: &a Aura\n", 2, "yaml-alias",
     "anchors and aliases (& and *) are not allowed; write it out"),
    ("alias", "study: aura\nlabel: *a\n", 2, "yaml-alias",
     "anchors and aliases (& and *) are not allowed; write it out"),
    ("tag", "study: aura\nlabel: !!python/object:os.system Aura\n", 2, "yaml-tag",
     "the tag tag:yaml.org,2002:python/object:os.system is not allowed; write the value without it"),
    ("own tag", "study: aura\nlabel: !secret Aura\n", 2, "yaml-tag",
     "the tag !secret is not allowed; write the value without it"),
    ("template blank", "study: aura\npopulation:\n  sex: ___\n", 3, "blank",
     "`sex` is still blank; fill it in, or delete the line"),
    ("blank in a list", "study: aura\ndesign: [cohort, ___]\n", 2, "blank",
     "`design` is still blank; fill it in, or delete the line"),
    ("no value", "study: aura\nmasking:\nlabel: Aura\n", 2, "empty",
     "`masking` has no value; fill it in, or name it under `not-reported`"),
    ("null", "study: aura\nmasking: null\n", 2, "empty",
     "`masking` has no value; fill it in, or name it under `not-reported`"),
    ("only spaces", "study: aura\nlabel: '  '\n", 2, "empty",
     "`label` has no value; fill it in, or name it under `not-reported`"),
    ("list of mappings", "study: aura\ngroups:\n  - label: all\n", 3, "list-of-mappings",
     "`groups` is a list of mappings; name the items"),
    ("list in a list", "study: aura\ndesign: [cohort, [parallel]]\n", 2, "list-of-mappings",
     "`design` is a list of mappings; name the items"),
    ("key that is a list", "study: aura\n? [label]\n: Aura\n", 2, "yaml-key", "a key must be a plain word"),
    ("open quote", 'study: aura\nlabel: "Aura\n', 3, "yaml", "this is no YAML: found unexpected end of stream"),
    ("wrong indentation", "study: aura\nlabel: Aura\n title: Bora\n", 3, "yaml",
     "this is no YAML: mapping values are not allowed in this context; put text with a colon and a space into "
     "quotation marks, and indent the line like its neighbours"),
    ("percent sign", "study: aura\nlabel: %\n", 2, "yaml",
     "this is no YAML: found character that cannot start any token; indent with spaces, not tabs, and put a value that "
     "begins with %, @ or ` into quotation marks"),
    ("no key", "study:\n", 1, "empty", "`study` has no value; write its key"),
    ("comma in braces", "study: aura\nsetting: {region: -3,4}\n", 2, "empty",
     "`4` has no value; inside braces a comma begins a new key: write decimals with a point, and put text that has "
     "a comma into quotation marks"),
    ("comment behind a value", "study: aura\nlabel: spray #1 of two\n", 2, "cut-by-comment",
     "`label` is cut at the `#`, which begins a comment; put the text into quotation marks, or the comment on a line "
     "of its own"),
    ("tab", "study: aura\n\tlabel: Aura\n", 2, "yaml",
     "this is no YAML: found a tab character that violates indentation"),
    ("too deep", "study: aura\nnote: " + "{a: " * (MAX_DEPTH + 1) + "b" + "}" * (MAX_DEPTH + 1), 2, "too-deep",
     f"mappings are nested more than {MAX_DEPTH} deep"),
    ("thousands of braces", "study: aura\nnote: " + "{a: " * 4000, 2, "too-deep",
     f"mappings are nested more than {MAX_DEPTH} deep"),
    ("thousands of brackets", "study: aura\nnote: " + "[" * 4000, 2, "list-of-mappings",
     "`note` is a list of mappings; name the items"),
]


@pytest.mark.parametrize(("text", "line", "rule", "message"), [case[1:] for case in NO_DOCUMENT],
                         ids=[case[0] for case in NO_DOCUMENT])
def test_what_is_no_document_is_refused_with_its_line(text: str, line: int, rule: str, message: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        parse_document(text)
    assert (refusal.value.line, refusal.value.rule, str(refusal.value)) == (line, rule, message)


NO_EVIDENCE = [
    ("misspelt key", "maskng: double-blind",
     "maskng: `maskng` is no key of a study; did you mean `masking`? (unknown-key)"),
    ("key of another class", "matching: {doi: 10.1000/xyz}",
     "matching › doi: `doi` is no key of a matching; its keys are at, definition, factors, label, matched-group, "
     "matched-to, not-reported, note (unknown-key)"),
    ("misspelt nested key", "population: {aeg: {value: 3, unit: a}}",
     "population › aeg: `aeg` is no key of a population; did you mean `age`? (unknown-key)"),
    ("key of a strange script", "groups: {all: {масштаб: x}}",
     "groups › all › масштаб: `масштаб` is no key of a group; its keys are at, condition, criteria, defined-when, "
     "definition, denominators, description, divided-into, duration, final-dose, group-kind, group-role, label, "
     "not-reported, note, regimen, responder-definition, subgroup-of, treatments (unknown-key)"),
    ("unknown term", "masking: blind",
     "masking: `blind` is no term of masking; its terms are double-blind, open-label, single-blind, triple-blind "
     "(unknown-term)"),
    ("term of another key", "masking: randomised",
     "masking: `randomised` is no term of masking; its terms are double-blind, open-label, single-blind, triple-blind "
     "(unknown-term)"),
    ("unknown kind of result", "analyses: {pain: {results: {printed: {kind: p-value}}}}",
     f"analyses › pain › results › printed: {NO_KIND}"),
    ("no kind of result", "analyses: {pain: {results: {printed: {estimate: 3}}}}",
     f"analyses › pain › results › printed: {NO_KIND}"),
    ("silent about no key", "not-reported: [maskng]",
     "not-reported: `maskng` is no key of a study; did you mean `masking`? (unknown-key)"),
    ("list for one value", "masking: [double-blind, open-label]",
     "masking: `masking` takes one value, not a list (wrong-type)"),
    ("word for a node", "setting: Denmark",
     "setting: `setting` takes a mapping with the keys of a setting (wrong-type)"),
    ("word for named nodes", "groups: all", "groups: `groups` takes a mapping of keys to groups (wrong-type)"),
    ("word for a named node", "groups: {all: everybody}",
     "groups › all: `all` takes a mapping with the keys of a group (wrong-type)"),
    ("mapping for a word", "note: {text: Aura}", "note: `note` takes a single value, not a mapping (wrong-type)"),
    ("more than a text for a term", "population: {condition: {text: odd pain, label: pain}}",
     "population › condition: `condition` takes a single value, not a mapping (wrong-type)"),
    ("capital in a key", "groups: {All: {label: all}}",
     "groups › All: `All` cannot be a key; use a-z, 0-9, `.` and `-` (bad-key)"),
    ("space in a key", "groups: {all of them: {label: all}}",
     "groups › all of them: `all of them` cannot be a key; use a-z, 0-9, `.` and `-` (bad-key)"),
    ("path in a key", "groups: {../all: {label: all}}",
     "groups › ../all: `../all` cannot be a key; use a-z, 0-9, `.` and `-` (bad-key)"),
    ("address in a key", "groups: {ltn:4.5: {label: all}}",
     "groups › ltn:4.5: `ltn:4.5` cannot be a key; use a-z, 0-9, `.` and `-` (bad-key)"),
    ("path as a reference", "reported-in: ../report/x",
     "reported-in: `../report/x` is no reference; write a key, or document/key (bad-reference)"),
    ("address as a reference", "reported-in: https://example.org/x",
     "reported-in: `https://example.org/x` is no reference; write a key, or document/key (bad-reference)"),
    ("month by name", "data-from: May 2019",
     "data-from: `May 2019` is no date; write YYYY, YYYY-MM or YYYY-MM-DD (not-a-date)"),
    ("thirteenth month", "data-from: 2019-13",
     "data-from: `2019-13` is no date; write YYYY, YYYY-MM or YYYY-MM-DD (not-a-date)"),
    ("year nought", "data-from: 0000", "data-from: `0000` is no date; write YYYY, YYYY-MM or YYYY-MM-DD (not-a-date)"),
    ("day that never was", "curation: {extracted-on: 2026-11-31}",
     "curation › extracted-on: `2026-11-31` is no day; write YYYY-MM-DD (not-a-date)"),
    ("perhaps", "data-from: {earliest: 2019-01-01, latest: 2019-01-02, inferred: perhaps}",
     "data-from › inferred: `inferred` takes true or false, not `perhaps` (not-a-boolean)"),
    ("half a centre", "setting: {centres: 1.5}", "setting › centres: `1.5` is no whole number (not-a-number)"),
    ("first", "periods: {one: {order: first}}", f"periods › one › order: `first` {NO_NUMBER}"),
]


def findings(text: str) -> list[str]:
    """What is wrong with a text that is a document, without the name of its file."""
    done = compile_document(parse_document(text, "a.yaml"), BASE)
    assert not (done.findings and done.quads)
    return [str(finding).removeprefix("a.yaml:") for finding in done.findings]


@pytest.mark.parametrize(("text", "report"), [case[1:] for case in NO_EVIDENCE], ids=[case[0] for case in NO_EVIDENCE])
def test_what_the_language_does_not_know_is_refused_with_its_line(text: str, report: str) -> None:
    assert findings(f"study: aura\nlabel: Aura\n{text}\n") == [f"3: violation: {report}"]


def test_an_unknown_key_far_from_all_others_is_answered_with_the_keys() -> None:
    [report] = findings("question: aura\nzzz: 1\n")
    assert report == ("2: violation: zzz: `zzz` is no key of a question; its keys are at, curation, definition, label, "
                      "not-reported, note, passages, pico, places, texts, wording (unknown-key)")


@pytest.mark.parametrize("figure", ["1e400", "1e-7", "NaN", "nan", ".nan", "Infinity", "-inf", ".inf", "−0.9", "–3",
                                    "1,5", "1.2.3", "--1", "0x10", "1_000", "1 000", "٣", "½", "10%", "<0.05", ".",
                                    "-", "+"])
def test_what_is_no_plain_decimal_number_is_refused_with_its_line(figure: str) -> None:
    text = f"study: aura\npopulation:\n  age:\n    unit: a\n    value: '{figure}'\n"
    assert findings(text) == [f"5: violation: population › age › value: `{figure}` {NO_NUMBER}"]


def test_a_thousand_digits_are_refused_with_their_line() -> None:
    text = f"study: aura\npopulation:\n  age: {{value: {'9' * 1000}, unit: a}}\n"
    assert findings(text) == [f"3: violation: population › age › value: `{'9' * 24}…` has more than {MAX_DIGITS} "
                              "digits; no clinical figure has (not-a-number)"]


BASE_FORM = " in small letters, with neither `?` nor `#` nor a slash at its end"
ADDRESS = ", such as https://example.org/x (not-an-address)"


def test_an_address_may_end_with_a_slash_where_nothing_is_put_behind_it() -> None:
    text = "collection: aura\nbase: https://example.org\nlicence: https://creativecommons.org/licenses/by/4.0/\n"
    assert findings(text) == []


@pytest.mark.parametrize(("text", "report"), [
    ("base: https://example.org/", f"base: `base` takes a web address{BASE_FORM}{ADDRESS}"),
    ("base: ftp://example.org", f"base: `base` takes a web address{BASE_FORM}{ADDRESS}"),
    ("base: https://example.org/a b", f"base: `base` takes a web address{BASE_FORM}{ADDRESS}"),
    ("licence: CC BY", f"licence: `licence` takes a web address{ADDRESS}"),
])
def test_what_is_no_address_is_refused(text: str, report: str) -> None:
    assert findings(f"collection: headache\n{text}\n") == [f"2: violation: {report}"]


@pytest.mark.parametrize("term", ["FOO:1", "fibromyalgia", "MONDO", "MONDO:1 2", "MONDO:../x", "https://example.org/x"])
def test_what_is_no_outside_term_is_refused(term: str) -> None:
    text = f"vocabulary: pain\nconditions:\n  odd:\n    exact-match: '{term}'\n"
    assert findings(text) == [f"4: violation: conditions › odd › exact-match: `{term}` is no outside term; write "
                              "prefix:code with one of MONDO, HP, CHEBI, MESH, SNOMED, WIKIDATA, LOINC "
                              "(unknown-prefix)"]


# Files


def refusals(path: Path) -> list[str]:
    """What is wrong with a file or directory that cannot be read as documents."""
    documents, found = read_documents([path])
    assert documents == []
    return [str(finding).removeprefix(str(path)) for finding in found]


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"study: aura\nlabel: Caf\xe9\n")
    assert refusals(file) == [": violation: byte 22 is no UTF-8 text; save the file as UTF-8 (encoding)"]


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfstudy: aura\r\nlabel: Aura\r\n")
    assert read_documents([file])[0] == [Document("study", "aura", {"label": "Aura"}, str(file))]


def test_a_file_of_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("")
    assert refusals(file) == [f":1: violation: the file must begin with one of {BEGINNINGS} (no-document)"]


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"study: aura\nnote: " + b"a" * MAX_BYTES)
    assert refusals(file) == [": violation: the file is larger than 4 MiB; split it (too-large)"]


def test_a_control_character_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("study: aura\nlabel: A\x00ura\n")
    [report] = refusals(file)
    assert re.fullmatch(r".*this is no YAML: .*character.* \(yaml\)", report)


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    tmp_path.joinpath("a.yaml").write_text("study: [\n")
    tmp_path.joinpath("b.yaml").write_text("study: bora\n")
    documents, found = read_documents([tmp_path])
    assert [document.key for document in documents] == ["bora"]
    assert [(finding.source, finding.rule_name) for finding in found] == [(str(tmp_path / "a.yaml"), "yaml")]


def test_a_path_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=re.escape(f"{tmp_path}/none: there is no such file or directory")):
        read_documents([tmp_path / "none"])
    with pytest.raises(NotFoundError, match=re.escape(f"{tmp_path}: the directory holds no *.yaml document")):
        read_documents([tmp_path])


# Batches


def batch(**texts: str) -> list[Compiled]:
    """Documents by the names of their files."""
    return [compile_document(parse_document(text, f"{name}.yaml"), BASE) for name, text in texts.items()]


def language_findings(documents: Iterable[Compiled], **known: str) -> list[str]:
    """What the gate says of a batch apart from the shapes; `known` gives nodes that stand in the evidence, by key."""
    there = {f"{BASE}/conditions/{key}": Entity(graph, frozenset({LDN + "Condition"})) for key, graph in known.items()}
    report = validate(list(documents), lambda iris: {iri: there[iri] for iri in iris if iri in there})
    return [str(finding) for finding in report.findings if finding.rule.startswith("https://w3id.org/ldn-graph/rules#")]


CONDITION = "conditions: {migraine: {label: migraine}}\n"


def test_two_documents_with_one_id_are_refused() -> None:
    group = "groups: {all: {label: all}}\n"
    report = language_findings(batch(a=f"study: aura\nlabel: A\n{group}", b=f"study: aura\nlabel: B\n{group}"))
    assert report == ["b.yaml:1: violation: `aura` stands in a.yaml too; keep one of them (declared-twice)"]


def test_a_term_that_two_documents_declare_is_refused() -> None:
    report = language_findings(batch(a=f"vocabulary: a\n{CONDITION}", b=f"vocabulary: b\n{CONDITION}"))
    assert report == ["b.yaml:2: violation: conditions › migraine: `migraine` stands in a.yaml too; keep one of them "
                      "(declared-twice)"]


def test_a_term_that_the_standing_evidence_declares_is_refused() -> None:
    elsewhere = f"{BASE}/vocabulary/old"
    report = language_findings(batch(a=f"vocabulary: a\n{CONDITION}"), migraine=elsewhere)
    assert report == [f"a.yaml:2: violation: conditions › migraine: `migraine` already stands in {elsewhere}; use "
                      "another key, or change that document; if this is a collection of its own, name its "
        "collection document too (declared-elsewhere)"]


def test_a_document_may_replace_itself() -> None:
    assert language_findings(batch(a=f"vocabulary: a\n{CONDITION}"), migraine=f"{BASE}/vocabulary/a") == []


def test_a_reference_to_nothing_is_refused_with_the_nearest_name() -> None:
    text = ("study: aura\ngroups: {drug: {label: x}, placebo: {label: y}}\n"
            "analyses:\n  pain:\n    group: [drug, plazebo]\n")
    assert language_findings(batch(a=text)) == [
        "a.yaml:5: violation: analyses › pain › group: there is no group `plazebo`; did you mean `placebo`? "
        "(dangling-reference)"]


def test_a_reference_to_nothing_is_refused_with_the_known_names() -> None:
    text = "study: aura\npopulation: {condition: zoster}\n"
    assert language_findings(batch(a=text, b=f"vocabulary: b\n{CONDITION}")) == [
        "a.yaml:2: violation: population › condition: there is no condition `zoster`; known are migraine "
        "(dangling-reference)"]


def test_a_reference_into_the_standing_evidence_holds() -> None:
    text = "study: aura\npopulation: {condition: zoster}\n"
    assert language_findings(batch(a=text), zoster=f"{BASE}/vocabulary/old") == []


def test_a_group_of_another_study_is_not_taken_for_ones_own() -> None:
    one = "study: aura\nanalyses: {pain: {group: drug}}\n"
    other = "study: bora\ngroups: {drug: {label: x}}\n"
    assert language_findings(batch(a=one, b=other)) == [
        "a.yaml:2: violation: analyses › pain › group: there is no group `drug`; write it, and name its document "
        "beside this one (dangling-reference)"]


@pytest.mark.parametrize(("text", "key"), [
    ("masking: double-blind\nnot-reported: [masking]", "masking"),
    ("population: {age: {minimum: 18, unit: a}, not-reported: age}", "population › age"),
])
def test_what_is_told_cannot_be_not_reported(text: str, key: str) -> None:
    assert findings(f"study: aura\n{text}\n") == [
        f"2: violation: {key}: `{key.rpartition(' ')[2]}` has a value and is named under `not-reported` too; keep one "
        "of them (told-and-not-reported)"]


def test_of_a_container_some_may_be_told_and_others_not() -> None:
    assert findings("study: aura\ngroups: {all: {label: all}}\nnot-reported: [groups]\n") == []


def test_all_blanks_are_found_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document("study: aura\nlabel: ___\nmasking:\npopulation: {age: ___}\n")
    assert [(error.rule, error.line) for error in (caught.value, *caught.value.also)] == [
        ("blank", 2), ("empty", 3), ("blank", 4)]
