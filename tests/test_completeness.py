"""The first article is in the graph: each of its figures, and each of its sentences, is the answer to a canned query.

`completeness/figures.csv` has a row for every figure in the text, number words too: the query, the row and the column
that give it back, or the reason why it is no evidence. `completeness/sentences.csv` has one or more checks for every
sentence. The article itself is not ours to ship; where it lies beside the project (`../shared/seed`), the tables are
held against it.

In both tables `params` and the conditions on a row read `name=value;name=value`; a condition `column~piece` asks for a
piece of the cell, `column=` for an empty one. IRIs are written from the collection's base on.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from conftest import BASE, ROOT
from ldn_graph.catalogue import read_catalogue
from ldn_graph.queries import Cell, to_table
from ldn_graph.shipped import shipped
from ldn_graph.store import Store

TABLES = Path(__file__).parent / "completeness"
SEED = ROOT.parent / "shared" / "seed"
CATALOGUE = read_catalogue(shipped("queries"))

WORDS = {word: str(number) for number, word in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])}
WORDS |= {"single": "1", "double": "2", "triple": "3", "twice": "2", "half": "0.5", "dozen": "12"}
NUMBER = re.compile(
    rf"(?:(?<![\w.,)])[-−])?(?:\d+(?:[.,]\d+)*|\.\d+)(?:\\?%)?|\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
CONDITION = re.compile(r"(\w+)([=~])(.*)", re.DOTALL)
LONGEST_WITHOUT_EVIDENCE = 25

Row = dict[str, str]
Span = tuple[int, int]
Ask = Callable[[str, str], list[Row]]


class Figure(NamedTuple):
    """A figure of the article: the query, row and column that give it back, or why it is no evidence."""

    start: int
    end: int
    printed: str
    meaning: str
    query: str
    params: str
    where: str
    column: str
    value: str
    reason: str


class Check(NamedTuple):
    """One thing that a sentence of the article says, and the row of an answer that says it too."""

    start: int
    end: int
    says: str
    query: str
    params: str
    row: str
    reason: str


def table(name: str) -> Iterator[list[str]]:
    """The rows of a table, after its header."""
    with (TABLES / name).open(encoding="utf-8", newline="") as lines:
        yield from list(csv.reader(lines))[1:]


FIGURES = [Figure(int(start), int(end), *rest) for start, end, *rest in table("figures.csv")]
CHECKS = [Check(int(start), int(end), *rest) for start, end, *rest in table("sentences.csv")]
RETURNED = [figure for figure in FIGURES if figure.query]
ASKED = [check for check in CHECKS if check.query]


def test_headers() -> None:
    for name, kind in (("figures.csv", Figure), ("sentences.csv", Check)):
        assert (TABLES / name).read_text("utf-8").splitlines()[0] == ",".join(kind._fields)


def numbers(text: str) -> Iterator[Span]:
    """The spans of all numbers in a text: in digits, with sign and per cent, in words, or as other numerals."""
    found = [match.span() for match in NUMBER.finditer(text)]
    taken = {offset for start, end in found for offset in range(start, end)}
    return iter(sorted(found + [(at, at + 1) for at, sign in enumerate(text) if sign.isnumeric() and at not in taken]))


def bare(printed: str) -> str:
    """A printed number in digits, without its per cent sign."""
    return WORDS.get(printed.lower(), printed.replace("−", "-").rstrip("%").rstrip("\\"))


def is_identifier(figure: Figure) -> bool:
    """Whether a row holds several numbers that are one text, such as a DOI or a range of pages."""
    return len(list(numbers(figure.printed))) > 1 and figure.printed == figure.value


def unaccounted(text: str, figures: Sequence[Figure]) -> list[tuple[int, str]]:
    """Each number of a text that no row of the table is about, or whose row says something else."""
    spans = {(figure.start, figure.end): figure for figure in figures}
    wide = [span for span, figure in spans.items() if is_identifier(figure)]
    return [(start, text[start:end]) for start, end in numbers(text)
            if ((start, end) not in spans or spans[start, end].printed != text[start:end])
            and not any(first <= start and end <= last for first, last in wide)]


def conditions(text: str) -> list[tuple[str, str, str]]:
    """The conditions on a row: column, `=` or `~`, and text."""
    found = [CONDITION.fullmatch(part) for part in re.split(r";(?=\w+[=~])", text)] if text else []
    return [(match[1], match[2], match[3]) for match in found if match]


def holds(row: Row, wanted: str) -> bool:
    """Whether a row fulfils conditions; KeyError for a column that it does not have."""
    return all(row[column] == value if sign == "=" else value in row[column]
               for column, sign, value in conditions(wanted))


def to_text(cell: Cell, kind: str) -> str:
    """A cell as text: true or false, an IRI from the base on, nothing where it is empty."""
    text = "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
    return text.removeprefix(BASE + "/") if kind == "iri" else text


@pytest.fixture(scope="session")
def ask(collection_store: Store) -> Ask:
    """Asks the shipped collection a canned query, each only once."""
    known: dict[tuple[str, str], list[Row]] = {}

    def answer(slug: str, params: str) -> list[Row]:
        if (slug, params) not in known:
            question = CATALOGUE[slug]
            found = to_table(question.run(collection_store, **{name: value for name, _, value in conditions(params)}))
            known[slug, params] = [{column.name: to_text(cell, column.kind)
                                    for column, cell in zip(question.columns, row, strict=True)} for row in found]
        return known[slug, params]

    return answer


@pytest.fixture(scope="session")
def digest(collection_store: Store) -> tuple[str, int]:
    """The digest and the length of the text in which the collection's documents count."""
    found = collection_store.query(f"SELECT DISTINCT ?a ?b WHERE {{ ?c <{BASE}/ns#sha256> ?a ; "
                                   f"<{BASE}/ns#characters> ?b }}")
    assert isinstance(found, ox.QuerySolutions)
    ((sha256, characters),) = [(solution[0].value, int(solution[1].value)) for solution in found]
    return sha256, characters


@pytest.fixture(scope="session")
def article(digest: tuple[str, int]) -> str:
    """The text of the article, found by its digest."""
    if not SEED.is_dir():
        pytest.skip("the article is not ours to ship, and no ../shared/seed lies beside the project")
    files = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in SEED.glob("*.txt")}
    assert digest[0] in files, f"no text in {SEED} has the digest that the documents name"
    return files[digest[0]].read_bytes().decode("utf-8")


# The table of figures


def test_each_figure_has_a_row_of_its_own() -> None:
    """Rows are in the order of the text, overlap nowhere, and have either a query or a reason."""
    assert all(first.end <= second.start for first, second in pairwise(FIGURES))
    for figure in FIGURES:
        asked = [figure.meaning, figure.query, figure.column, figure.value]
        assert figure.end - figure.start == len(figure.printed)
        assert all(asked) if not figure.reason else not any([*asked, figure.params, figure.where]), figure


@pytest.mark.parametrize("figure", RETURNED, ids=[f"{figure.start}: {figure.printed}" for figure in RETURNED])
def test_figure_is_returned(figure: Figure, ask: Ask) -> None:
    """The query gives the figure back; where several rows fit, all of them say the same."""
    rows = [row for row in ask(figure.query, figure.params) if holds(row, figure.where)]
    assert {row[figure.column] for row in rows} == {figure.value}


@pytest.mark.parametrize("figure", RETURNED, ids=[f"{figure.start}: {figure.printed}" for figure in RETURNED])
def test_expected_cell_holds_the_figure(figure: Figure) -> None:
    """What is expected of the query is the number as printed, digit for digit; words stand for their number."""
    held = {bare(figure.value[start:end]) for start, end in numbers(figure.value)}
    assert is_identifier(figure) or bare(figure.printed) in held


def test_text_is_the_one_that_was_read(article: str, digest: tuple[str, int]) -> None:
    assert len(article) == digest[1]


def test_every_number_of_the_text_is_accounted_for(article: str) -> None:
    assert unaccounted(article, FIGURES) == []
    assert [figure for figure in FIGURES if article[figure.start:figure.end] != figure.printed] == []


@pytest.mark.parametrize("number", ["7", "1,200", ".03", "-2.5", "−2.5", "9%", "9\\%", "Nine", "half", "²", "⅓", "٣"])
def test_a_new_number_is_found(article: str, number: str) -> None:
    """A number written over some words of the article is not accounted for, wherever it stands."""
    taken = [False] * len(article)
    for figure in FIGURES:
        taken[figure.start - 2:figure.end + 2] = [True] * (figure.end - figure.start + 4)
    width = len(number) + 2
    for at in range(0, len(article) - width, 97):
        if not any(taken[at:at + width]):
            changed = f"{article[:at]} {number} {article[at + width:]}"
            assert (at + 1, number) in unaccounted(changed, FIGURES)


@pytest.mark.parametrize(("text", "found"), [
    ("P < .001, 95% CI, -0.9 to 4.2", [".001", "95%", "-0.9", "4.2"]),
    ("12-14 months, (-37.8% vs −4.3% ), $\\geq 50\\%$", ["12", "14", "-37.8%", "−4.3%", "50\\%"]),
    ("Eleven of 1,200 in a single 2-week trial.¹ Someone", ["Eleven", "1,200", "single", "2", "¹"]),
    ("½ of B12 on 10.5.", ["½", "12", "10.5"]),
])
def test_numbers_are_found_as_printed(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in numbers(text)] == found


def test_a_wrong_row_is_found() -> None:
    """A row whose offsets or printed form differ from the text does not account for the number."""
    row = Figure(3, 6, "7.5", "dose", "dose-regimens", "", "", "dose", "7.5 mg", "")
    assert unaccounted("of 7.5 mg", [row]) == []
    assert unaccounted("of 7.6 mg", [row]) == [(3, "7.6")]
    assert unaccounted("of 7.55 mg", [row]) == [(3, "7.55")]
    assert unaccounted("at 17.5 mg", [row]) == [(3, "17.5")]


# The other way round: from the graph to the text


class Value(NamedTuple):
    """A figure of the graph: its node, the property, its printed form, and the passages in which it should stand."""

    node: str
    name: str
    printed: str
    spans: list[Span]


@pytest.fixture(scope="session")
def values(collection_store: Store) -> list[Value]:
    """Every figure of the graph in its printed form; dates, volumes, pages and DOIs too."""
    found = collection_store.query(f"""PREFIX ldn: <{BASE}/ns#>
        SELECT DISTINCT ?node ?name ?printed ?start ?end WHERE {{
          ?node ?name ?printed .
          FILTER(STRSTARTS(STR(?name), STR(ldn:)) && (STRENDS(STR(?name), "Text")
            || ?name IN (ldn:printed, ldn:volume, ldn:pages, ldn:doi)))
          OPTIONAL {{ ?node ldn:passage ?passage . ?passage ldn:start ?start ; ldn:end ?end }}
        }}""")
    assert isinstance(found, ox.QuerySolutions)
    spans: dict[tuple[str, str, str], list[Span]] = {}
    for node, name, printed, start, end in found:
        held = spans.setdefault((node.value.removeprefix(BASE), name.value.rpartition("#")[2], printed.value), [])
        held += [(int(start.value), int(end.value))] if start and end else []
    return [Value(*key, held) for key, held in sorted(spans.items())]


def nowhere(values: Sequence[Value], figures: Sequence[Figure]) -> list[Value]:
    """The values of which no row of the table lies, with the same number, in a passage of theirs."""
    return [value for value in values if not any(
        start <= figure.start and figure.end <= end and value.printed in {bare(figure.printed), figure.printed}
        for start, end in value.spans for figure in figures)]


def test_each_figure_of_the_graph_stands_in_its_passage(values: list[Value]) -> None:
    kinds = {value.name for value in values}
    assert {"estimateText", "lowerText", "upperText", "levelText", "pValueText", "numberText", "participantsText",
            "eventsText", "denominatorText", "valueText", "minimumText", "maximumText", "doi", "pages"} <= kinds
    assert nowhere(values, FIGURES) == []


def test_each_figure_of_the_graph_stands_in_the_text(values: list[Value], article: str) -> None:
    for value in values:
        pieces = [article[start:end] for start, end in value.spans]
        held = {bare(piece[start:end]) for piece in pieces for start, end in numbers(piece)}
        whole = any(value.printed in piece for piece in pieces) and value.name in {"pages", "doi"}
        assert value.printed in held or whole, value


def test_a_figure_without_its_passage_is_found(values: list[Value]) -> None:
    """A value tells of a row that is missing, of another printed form, and of a passage elsewhere or nowhere."""
    value = next(value for value in values if value.printed == "3.88")
    assert nowhere([value], FIGURES) == []
    assert nowhere([value], [figure for figure in FIGURES if figure.printed != "3.88"]) == [value]
    assert nowhere([value._replace(printed="3.880")], FIGURES) != []
    assert nowhere([value._replace(spans=[(0, 400)])], FIGURES) != []
    assert nowhere([value._replace(spans=[])], FIGURES) != []


# The article sentence by sentence


def test_each_sentence_has_a_check() -> None:
    """Spans are in the order of the text and overlap nowhere; what is not asked for is short and has its reason."""
    spans = sorted({(check.start, check.end) for check in CHECKS})
    assert [(check.start, check.end) for check in CHECKS] == sorted((check.start, check.end) for check in CHECKS)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    for check in CHECKS:
        assert all([check.says, check.query, check.row]) != bool(check.reason), check
        assert check.query or check.end - check.start <= LONGEST_WITHOUT_EVIDENCE, check


@pytest.mark.parametrize("check", ASKED, ids=[f"{check.start}: {check.says}" for check in ASKED])
def test_sentence_is_answered(check: Check, ask: Ask) -> None:
    """Some row of the query's answer says what the sentence says."""
    assert conditions(check.row)
    rows = ask(check.query, check.params)
    assert any(holds(row, check.row) for row in rows), rows


def left_out(text: str, spans: Sequence[Span]) -> str:
    """What of a text stands in no span, without blanks."""
    covered = {offset for start, end in spans for offset in range(start, end)}
    return "".join(sign for at, sign in enumerate(text) if at not in covered and not sign.isspace())


def test_sentences_are_the_whole_article(article: str) -> None:
    marks = [(figure.start, figure.end) for figure in FIGURES if figure.reason.startswith("citation mark")]
    assert {article[start:end] for start, end in marks} == {"¹", "²", "³"}
    sentences = [(check.start, check.end) for check in CHECKS]
    assert left_out(article, [*sentences, *marks]) == ""


def test_no_sentence_is_cut() -> None:
    """The check of coverage tells of each sign that is left out, but not of blanks."""
    assert left_out("One. Two!\n", [(0, 4)]) == "Two!"
    assert left_out("One. Two!\n", [(0, 4), (5, 9)]) == ""


@pytest.mark.parametrize(("wanted", "fits"), [
    ("a=1", True), ("a=1;b=x; y=z", True), ("b~y=", True), ("c=", True), ("a=11", False), ("a=;b~x", False),
    ("b~w", False), ("a~1;c~q", False),
])
def test_conditions(wanted: str, fits: bool) -> None:
    assert holds({"a": "1", "b": "x; y=z", "c": ""}, wanted) is fits


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(KeyError):
        holds({"a": "1"}, "d=1")
