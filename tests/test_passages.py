"""Passages are found again however a text is typeset, and what differs in it is told, figure by figure."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from ldn_graph import EvidenceStore
from ldn_graph.errors import InputError, NotFoundError
from ldn_graph.passages.checks import Outcome
from ldn_graph.passages.forms import write_outcome
from ldn_graph.passages.locating import locate
from ldn_graph.passages.numerals import numerals
from ldn_graph.passages.reading import read
from ldn_graph.passages.sources import MAX_BYTES, Source, given_source, matched, read_source
from ldn_graph.passages.wanted import Figure, wanted
from ldn_graph.passages.wording import Wording
from passage_text import (
    PASSAGES,
    STUDY,
    TEXT,
    hyphenated,
    missing,
    outcome,
    replaced,
    sought,
    source,
    statuses,
    study,
    unicode_signs,
)

EVIDENCE = sought()
ALL = (len(EVIDENCE.figures), len(PASSAGES))
SEED = sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))


def seen(text: str) -> list[str]:
    """The numbers of a text with their signs, what may be read in two ways twice."""
    return [f"{'' if found.signs == '+' else found.signs}{found.number}" for found in numerals(read(text))]


@pytest.mark.parametrize(("text", "numbers"), [
    ("95% CI, -0.9 to 4.2", ["95", "-0.9", "4.2"]),
    ("4.66-6.13", ["4.66", "6.13"]),
    ("4.66–6.13", ["4.66", "6.13"]),
    ("4.66-\n6.13", ["4.66", "6.13"]),
    ("4.66 -6.13", ["4.66", "+-6.13"]),
    ("-1.6--0.2", ["-1.6", "+-0.2"]),
    ("(−37.8% vs –4.3%)", ["-37.8", "-4.3"]),
    ("(- 37.8%)", ["-37.8"]),
    ("MD = − 1.6", ["-1.6"]),
    ("minus 2.5", ["-2.5"]),
    ("weeks - 6 in all", ["6"]),
    (r"($-37.8\%$)", ["-37.8"]),
    (r"$4.66$-$6.13$", ["4.66", "6.13"]),
    (r"$45 \pm 5$", ["45", "5"]),
    ("2-week and 5-point", ["2", "5"]),
    ("1,204 of 12,345,678", ["1204", "12345678"]),
    ("1{,}204", ["1204"]),
    ("1\u2009204 and 36\u00a0042", ["1204", "36042"]),
    ("0·21", ["0.21"]),
    ("３．８８ mg", ["3.88"]),
    ("P = ٠٫٢١", ["0.21"]),
    ("(n=36,42)", ["36", "36.42", "42"]),
    ("3,39", ["3", "3.39", "39"]),
    ("pain.3 Then", ["3"]),
    ("P < .001; .5", ["0.001", "0.5"]),
    ("10^{-3} and cm^2", ["10"]),
    ("month.¹ and 25³", ["25"]),
    ("ED50", ["50"]),
    ("Eleven of twenty-five; Ninety nine", ["11", "25", "99"]),
    ("twenty-\nfive and thir-\nteen", ["25", "13"]),
    ("a single one, none", ["1", "1", "0"]),
    ("half", ["0.5", "50"]),
    ("someone often noted", []),
    ("1" * 19, []),
])
def test_numbers_are_read_as_they_are_printed(text: str, numbers: list[str]) -> None:
    assert seen(text) == numbers


@pytest.mark.parametrize(("text", "relation"), [
    ("P < .001", "less-than"), ("P<.001", "less-than"), (r"$P \leq .05$", "at-most"), ("P = .03", "equal-to"),
    ("p >= 0.1", "at-least"), ("P ＜ .001", "less-than"), ("P less than .001", "less-than"), ("P .454", ""),
    ("difference = -0.9", "equal-to"),
])
def test_the_relation_before_a_number_is_read(text: str, relation: str) -> None:
    assert [found.relation for found in numerals(read(text))] == [relation]


def figure(printed: str, key: str = "estimate", *, relation: str = "", sign: bool = True) -> Figure:
    return Figure("node", "document", key, printed, ("span",), relation=relation, sign=sign)


@pytest.mark.parametrize(("wanted_figure", "text", "stands"), [
    (figure(".001", "p-value", relation="less-than"), "P < 0.001", True),
    (figure(".001", "p-value", relation="less-than"), "P = 0.001", False),
    (figure(".454", "p-value", relation="equal-to"), "P .454", True),
    (figure(".454", "p-value", relation="equal-to"), "P < .454", False),
    (figure(".001", "p-value", relation="less-than"), "P .001", False),
    (figure("1.60"), "1.6", False),
    (figure("1.6"), "1.60", False),
    (figure("6.0"), "6.0 mg", True),
    (figure("-37.8"), "37.8%", False),
    (figure("37.8"), "−37.8%", False),
    (figure("37.8", sign=False), "−37.8%", True),
    (figure("95", "level"), "0.95", True),
    (figure("97.5", "level"), "0.975 interval", True),
    (figure("95", "estimate"), "0.95", False),
    (figure("1.6"), "11.6 and 1.65", False),
    (figure("2014", "printed"), "in 2014", True),
    (figure("2014-03", "printed"), "March 2014", True),
    (figure("2014-03", "printed"), "April 2014", False),
    (figure("2014-03-05", "printed"), "5 Mar 2014", True),
    (figure("2014-03-05", "printed"), "6 Mar 2014", False),
    (figure("spring 2014", "printed"), "2014", True),
])
def test_a_figure_stands_where_its_digits_do(wanted_figure: Figure, text: str, stands: bool) -> None:
    assert wanted_figure.stands_among(numerals(read(text)), text) is stands


def test_the_copy_that_was_read_verifies_everything() -> None:
    assert statuses(outcome(TEXT, EVIDENCE)) == ({"verified": ALL[0]}, {"verified": ALL[1]})
    assert ALL == (29, 17)


WAYS = st.tuples(st.integers(18, 200), st.booleans(), st.booleans(), st.booleans())


def typeset(text: str, width: int, broken: bool, signs: bool, soft: bool) -> str:
    """The same text with other line breaks, hyphens and signs."""
    text = unicode_signs(text) if signs else text
    text = textwrap.fill(" ".join(text.split()), width, break_long_words=False)
    text = hyphenated(text) if broken else text
    return text.replace("ing", "in\u00adg") if soft else text


@given(WAYS)
def test_typesetting_changes_nothing(ways: tuple[int, bool, bool, bool]) -> None:
    found = outcome(typeset(TEXT, *ways), EVIDENCE)
    assert statuses(found) == ({"verified": ALL[0]}, {"verified": ALL[1]})
    assert found.sound


@given(WAYS, st.sampled_from(["Preprint", "Volume 12,\n", "zz "]))
def test_a_word_at_the_top_moves_everything(ways: tuple[int, bool, bool, bool], word: str) -> None:
    text = typeset(f"{word} {TEXT}", *ways)
    found = outcome(text, EVIDENCE)
    assert statuses(found) == ({"moved": ALL[0]}, {"moved": ALL[1]})
    assert not found.sound
    for check in found.spans:
        key = check.span.iri.rpartition("/")[2]
        assert letters(text[check.start:check.end]) == letters(PASSAGES[key])


def letters(text: str) -> str:
    """The letters and digits of a text without typesetting commands."""
    return re.sub(r"[\W_]|\\[a-z]+", "", text.replace("\\geq", "").replace("\\pm", ""))


def test_a_word_in_the_middle_moves_what_follows() -> None:
    found = outcome(TEXT.replace("Discussion.", "Some discussion."), EVIDENCE)
    assert statuses(found) == ({"verified": ALL[0] - 1, "moved": 1}, {"verified": ALL[1] - 1, "moved": 1})


CHANGES = [
    ("1,204", "1,240", "number 1204"),
    ("45 to 80", "46 to 80", "minimum 45"),
    ("to 80 years", "to 88 years", "maximum 80"),
    ("240 mg", "24 mg", "value 240"),
    ("n = 601", "n = 610", "number 601"),
    ("n = 603", "n = 630", "number 603"),
    ("12 weeks", "2 weeks", "value 12"),
    ("Eleven of", "Twelve of", "number 11"),
    ("of 38 centres", "of 83 centres", "centres 38"),
    ("every 3 weeks", "every 4 weeks", "value 3"),
    ("21.50", "21.5", "estimate ±21.50"),
    ("SD 8.4", "SD 4.8", "spread ±8.4"),
    ("$-4.3$", "$4.3$", "estimate -4.3"),
    ("$-17.2$", "$-172$", "estimate -17.2"),
    ("95% CI", "90% CI", "level 95"),
    ("-19.6 to", "19.6 to", "lower -19.6"),
    ("to -14.9", "to -14.8", "upper -14.9"),
    ("P < .001", "P = .001", "p-value P < .001"),
    ("4.66-6.13", "4.66 to -6.13", "upper 6.13"),
    ("4.66", "4.65", "lower 4.66"),
    (r"50\%", r"40\%", "value 50"),
    ("71 part", "17 part", "participants 71"),
    ("0·21", "0·12", "estimate 0.21"),
    (r"\pm 5", r"\pm 6", "value 5"),
    ("Thirty-seven", "Thirty-six", "number 37"),
    ("-32%", "-23%", "estimate ±32"),
    ("March 2014", "May 2014", "printed 2014-03"),
    ("to 2019", "to 2018", "printed 2019"),
    ("7.75", "77.5", "value 7.75"),
]


@given(st.sampled_from(CHANGES), WAYS, st.booleans())
def test_a_changed_figure_and_no_other_is_missing(change: tuple[str, str, str], ways: tuple[int, bool, bool, bool],
                                                  inserted: bool) -> None:
    old, new, told = change
    assert TEXT.count(old) == 1
    found = outcome(typeset("Preprint. " * inserted + TEXT.replace(old, new), *ways), EVIDENCE)
    assert missing(found) == [told]
    others = {check.status for check in found.figures} - {"missing"}
    if inserted:
        assert others == {"moved"}
    elif len(letters(old)) == len(letters(new)):
        assert others == {"verified"}
    else:
        assert others <= {"verified", "moved"}, "what stands behind a longer or shorter figure has moved"


def test_every_figure_is_changed_once() -> None:
    assert sorted(told for _, _, told in CHANGES) == sorted(f"{one.key} {one}" for one in EVIDENCE.figures)


def test_wording_that_changes_around_figures_is_told_apart_from_missing() -> None:
    found = outcome(TEXT.replace("fell ill", "felt ill"), EVIDENCE)
    assert statuses(found) == ({"verified": ALL[0]}, {"verified": ALL[1] - 1, "changed": 1})
    assert not found.sound


def test_a_passage_that_is_gone_is_missing_with_its_figures() -> None:
    found = outcome(TEXT[:TEXT.index("Discussion")], EVIDENCE)
    assert missing(found) == ["value 7.75"]


def test_another_text_has_nothing_of_it() -> None:
    found = outcome("lorem ipsum dolor sit amet " * 40, EVIDENCE)
    assert statuses(found) == ({"missing": ALL[0]}, {"missing": ALL[1]})


def test_a_source_in_which_nothing_stands_is_asked_about_in_one_sentence() -> None:
    for text in ("", "lorem ipsum dolor sit amet " * 40):
        found = outcome(text, EVIDENCE)
        assert found.strange == ("https://example.org/knees/report/willow-paper",)
        assert write_outcome(found, "text").splitlines() == [
            "copy.txt: none of the passages in willow-paper stands here; is it the right file?",
            f"{ALL[0]} figures ({ALL[0]} missing), {ALL[1]} passages ({ALL[1]} missing)"]
    assert outcome(TEXT[:TEXT.index("Discussion")], EVIDENCE).strange == ()


def test_what_is_not_checked_is_named_with_the_reason() -> None:
    text = STUDY.replace("at: margin", "at: table") + "places: {table: {place: table 2, report: willow-paper}}\n"
    assert write_outcome(outcome(TEXT, wanted(study(text))), "text").splitlines()[:2] == [
        "study/willow",
        "  analyses › pain › margin › value: 7.75 is not checked: its passage is only a named place, or none is told"]


def test_offsets_that_a_curator_miscounted_are_corrected() -> None:
    quads = study()
    text = "\n".join(map(str, quads))
    span = next(span for span in EVIDENCE.spans.values() if span.iri.endswith("/margin"))
    assert text.count(f'"{span.start}"') == 1
    found = outcome(TEXT, wanted(replaced(quads, str(span.start), "3")))
    moved = [(check.span.iri, check.start, check.end) for check in found.spans if check.status == "moved"]
    assert moved == [(span.iri, span.start, span.end)]
    assert statuses(found)[0] == {"verified": ALL[0] - 1, "moved": 1}


def test_without_fingerprints_the_same_copy_is_verified_and_figures_together_are_found() -> None:
    plain = sought(fingerprints=False)
    assert statuses(outcome(TEXT, plain)) == ({"verified": ALL[0]}, {"verified": ALL[1]})
    found = outcome("Preprint without figures. " * 8 + TEXT, plain)
    by_node = {check.figure.key: (check.status, check.start) for check in found.figures
               if check.figure.node.endswith("/difference")}
    assert set(by_node) == {"estimate", "level", "lower", "upper", "p-value"}
    assert {status for status, _ in by_node.values()} == {"moved"}


def test_a_figure_without_a_text_is_not_checked() -> None:
    text = STUDY.replace("at: margin", "at: table") + "places: {table: {place: table 2, report: willow-paper}}\n"
    figures, _ = statuses(outcome(TEXT, wanted(study(text))))
    assert figures == {"verified": ALL[0] - 1, "not-checked": 1}


def test_one_of_several_passages_is_enough() -> None:
    text = STUDY.replace("at: margin", "at: [margin, size]")
    assert statuses(outcome(TEXT, wanted(study(text))))[0] == {"verified": ALL[0]}


def test_a_digest_settles_the_report_and_else_the_only_one_is_taken() -> None:
    assert list(matched([("", source(TEXT))], EVIDENCE)) == ["https://example.org/knees/report/willow-paper"]
    assert list(matched([("", source("other"))], EVIDENCE)) == ["https://example.org/knees/report/willow-paper"]
    assert list(matched([("willow-paper", source("other"))], EVIDENCE)) == [
        "https://example.org/knees/report/willow-paper"]


@pytest.mark.parametrize(("told", "message"), [
    ([("nope", source(TEXT))], "there is no report `nope` with passages in a text; known are willow-paper"),
    ([("", source(TEXT, "a")), ("", source("b", "b"))],
     "b: no digest tells of which report this is a copy, and the documents draw on none other; "
     "write --source REPORT=FILE"),
    ([("willow-paper", source(TEXT, "a")), ("willow-paper", source("b", "b"))],
     "a and b are both taken for copies of willow-paper; name one of them, or write --source REPORT=FILE"),
])
def test_a_source_of_no_report_or_of_one_too_many_is_refused(told: list[tuple[str, Source]], message: str) -> None:
    with pytest.raises(InputError) as caught:
        matched(told, EVIDENCE)
    assert str(caught.value) == message


def test_documents_without_passages_are_refused() -> None:
    with pytest.raises(InputError, match="none of these documents has passages in a text"):
        matched([("", source(TEXT))], wanted([]))


@pytest.mark.parametrize(("content", "message"), [
    (b"a\0b", "is no text but bytes of another kind"), (b"\xff\xfe\x41", "byte 0 is no UTF-8 text"),
    (b"abc\xe9 d", "byte 3 is no UTF-8 text"), (b"a" * (MAX_BYTES + 1), "is larger than 4 MiB"),
])
def test_what_is_no_text_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_source(file)


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(InputError, match="is larger than 4 MiB"):
        read_source(file)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no such file"):
        read_source(tmp_path / "none.txt")
    with pytest.raises(InputError, match="is no file that a text can stand in"):
        read_source(tmp_path)


def test_a_source_may_name_its_report(tmp_path: Path) -> None:
    file = tmp_path / "a=b.txt"
    file.write_text("text")
    assert [given_source(str(told))[0] for told in (file, f"paper={file}")] == ["", "paper"]


@pytest.mark.parametrize("sought_text", [
    "difference −17.2; 95% CI, −19.6 to −14.9", "DIFFERENCE -17.2; 95% CI,\n-19.6 to -14.9",
    r"difference $-17.2$; 95\% CI, -19.6 to -14.9",
])
def test_a_passage_is_located_however_it_is_typed(sought_text: str) -> None:
    found = locate(source(TEXT), sought_text)
    assert [TEXT[place.start:place.end] for place in found] == ["difference $-17.2$; 95% CI, -19.6 to -14.9"]


def test_locating_takes_the_signs_along_and_tells_numbers_apart() -> None:
    assert [TEXT[place.start:place.end] for place in locate(source(TEXT), "-32%")] == ["-32%"]
    assert [TEXT[place.start:place.end] for place in locate(source(TEXT), "(n = 601)")] == ["(n = 601)"]
    assert locate(source(TEXT), "32") == []
    assert locate(source(TEXT), "7.2") == []
    assert locate(source(TEXT), "45%") == []
    assert len(locate(source(TEXT), "nurse")) == 2
    with pytest.raises(InputError, match="neither letter nor digit"):
        locate(source(TEXT), "…")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read(text)
    assert len(reading.text) == len(reading.offsets) == len(reading.ends)
    for found in numerals(reading):
        assert 0 <= found.start < found.end <= len(text)
    assert isinstance(outcome(text, EVIDENCE), Outcome)


@given(st.text(min_size=1, max_size=60), st.text(max_size=40))
def test_what_stands_in_a_text_is_located_there(word: str, around: str) -> None:
    if Wording.of(read(word)).letters:
        for place in locate(source(around + word + around), word):
            assert 0 <= place.start < place.end <= len(word) + 2 * len(around)
            assert place.context.isprintable()


def test_the_outcome_is_told_with_the_new_places() -> None:
    text = TEXT.replace("Discussion.", "Some discussion.").replace("-14.9", "-14.8").replace("fell ill", "felt ill")
    start = text.index("margin of")
    lines = write_outcome(outcome(text, EVIDENCE), "text").splitlines()
    span = EVIDENCE.spans["https://example.org/knees/study/willow/passages/difference"]
    assert [re.sub(r"start: \d+, end: \d+$", "…", lines[1]), *lines[2:]] == [
        "  passages › ill: the wording differs; its place is …",
        f"  passages › margin: moved; it now stands at start: {start}, end: {start + 21}",
        f"  analyses › pain › results › difference › upper: -14.9 is missing in the passage difference (characters "
        f"{span.start} to {text.index('; $P') + 11})",
        "29 figures (27 verified, 1 moved, 1 missing), 17 passages (14 verified, 1 moved, 1 changed, 1 missing)"]
    assert lines[0] == "study/willow"


def test_the_outcome_as_json_has_everything() -> None:
    told = json.loads(write_outcome(outcome(TEXT, EVIDENCE), "json"))
    assert told["sound"] is True
    assert told["counts"] == {"figures": {"verified": 29}, "passages": {"verified": 17}}
    assert (len(told["figures"]), len(told["passages"])) == (29, 17)
    assert told["sources"][0]["characters"] == len(TEXT)


def shipped_outcome(text: str) -> Outcome:
    """What comes of looking for the shipped collection in a text."""
    return outcome(text, wanted(EvidenceStore.open().quads()))


@pytest.mark.skipif(not SEED, reason="the text of the first article is not shipped")
class TestFirstArticle:
    """The figures of the first collection in the copy that was read, which only its owner has."""

    text = SEED[0].read_text("utf-8") if SEED else ""

    def test_all_figures_stand(self) -> None:
        found = shipped_outcome(self.text)
        assert {check.status for check in found.figures} == {check.status for check in found.spans} == {"verified"}
        assert len(found.figures) >= 111

    def test_all_figures_stand_in_another_typesetting(self) -> None:
        found = shipped_outcome(typeset(self.text, 47, broken=True, signs=True, soft=True))
        assert {check.status for check in found.figures} == {check.status for check in found.spans} == {"verified"}

    def test_a_word_at_the_top_moves_all(self) -> None:
        found = shipped_outcome("Preprint " + self.text)
        assert {check.status for check in found.figures} == {check.status for check in found.spans} == {"moved"}
        assert {check.start - check.span.start for check in found.spans} <= {9, 10}, "an opening sign may stay outside"

    @pytest.mark.parametrize(("old", "new", "told"), [
        ("to 4.2;", "to 4.3;", "upper 4.2"), ("-0.9 to", "0.9 to", "lower -0.9"),
        ("3.88 mg", "38.8 mg", "estimate 3.88"), ("(n = 36)", "(n = 37)", "number 36"),
        ("-37.8%", "37.8%", "estimate -37.8"), ("$P = .763$", "$P < .763$", "p-value P = .763"),
    ])
    def test_a_changed_figure_and_no_other_is_missing(self, old: str, new: str, told: str) -> None:
        assert self.text.count(old) == 1
        found = shipped_outcome(self.text.replace(old, new))
        assert missing(found) == [told]
        assert {check.status for check in found.figures} == {"verified", "missing"}
