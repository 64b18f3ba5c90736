"""Whatever comes in is read and judged, or refused with a finding; figures keep their value and their print."""

from __future__ import annotations

import re
from decimal import Decimal

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldn_graph.documents import KINDS, Document, Value, parse_document
from ldn_graph.errors import DocumentError, InputError
from ldn_graph.language import Form, Key, language
from ldn_graph.terms import LDN, XSD, canonical_number, date_bounds
from ldn_graph.triples import compile_document, missing_references
from ldn_graph.validate import check_shapes, validate

BASE = "https://example.org/headache"

WORDS = st.sampled_from([*language().keys, *KINDS, "kind", "text", "migraine", "double-blind", "1.60", "-0", "NaN",
                         "2019", "a/b", "../x", "MONDO:1", "https://example.org/x", "@id", "@type", "@context", "<x>",
                         '"', "\\u0000"])
SCALARS = st.one_of(WORDS, st.text(min_size=1, max_size=12))
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(SCALARS, st.lists(SCALARS, max_size=3)),
    lambda inner: st.dictionaries(SCALARS, inner, max_size=4), max_leaves=12)


PIECES = st.sampled_from(["study: ", "aura", "\n", "  ", "- ", "? ", ": ", "{", "}", "[", "]", ",", "&a ", "*a", "!t ",
                          "|\n", ">\n", "'", '"', "#", "---\n", "...\n", "%YAML 1.1\n", "<<", "___", "~", "\t", "é"])


def read_or_refused(text: str) -> Document | DocumentError:
    """The document that a text holds, or why it holds none."""
    try:
        return parse_document(text)
    except DocumentError as refusal:
        return refusal


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map(lambda pieces: "study: aura\n" + "".join(pieces))))
@settings(max_examples=800, deadline=None)
def test_any_text_is_a_document_or_is_refused(text: str) -> None:
    read = read_or_refused(text)
    if isinstance(read, Document):
        assert read.kind in KINDS
        assert all(1 <= line <= text.count("\n") + text.count("\r") + 2 for line in read.lines.values())
    else:
        assert read.rule in {"no-document", "bad-key", "duplicate-key", "yaml", "yaml-alias", "yaml-tag", "yaml-key",
                             "blank", "empty", "list-of-mappings", "too-deep", "cut-by-comment", "control-character"}
        assert str(read)


@given(st.sampled_from(KINDS), st.dictionaries(SCALARS, VALUES, max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_content_is_compiled_or_is_refused(kind: str, data: dict[str, Value]) -> None:
    done = compile_document(Document(kind, "aura", data), BASE)
    assert bool(done.quads) != bool(done.findings)
    assert all(finding.message and finding.path for finding in done.findings)
    assert all(iri.startswith(f"{BASE}/") for iri in done.nodes)
    assert all(finding.rule_name == "dangling-reference" for finding in missing_references([done], set()))


FIGURES = st.sampled_from(["0", "1", "2", "-1.5", "95", "6.0", ".04", "100", "250"])
KEYS = st.sampled_from(["a", "b"])
SPELT = {Form.TEXT: st.just("words"), Form.FIGURE: FIGURES, Form.DATE: st.sampled_from(["2019", "2019-05"]),
         Form.REFERENCE: KEYS, Form.OUTSIDE: st.just("MONDO:1"), Form.ADDRESS: st.just("https://example.org/x")}
TYPED = {"integer": st.sampled_from(["0", "1", "2", "-1", "900"]), "boolean": st.sampled_from(["true", "false"]),
         "date": st.sampled_from(["2026-11-22", "2026-11-23"]),
         "string": st.sampled_from(["mg", "a b", "DK", "10.1000/x"])}


def value(key: Key, cls: str, depth: int) -> st.SearchStrategy[Value]:
    """Values that a key takes, right in form and otherwise as it comes."""
    if key.form in {Form.NODE, Form.CONTAINER}:
        inner = content(key.range, depth + 1)
        return inner if key.form is Form.NODE else st.dictionaries(KEYS, inner, min_size=1, max_size=2)
    if key.form is Form.TERM:
        scalar = st.sampled_from(language().terms[key.scheme])
    elif key.form is Form.KEY:
        scalar = st.sampled_from(language().allowed(cls))
    else:
        whole = key.datatype == XSD + "integer"
        scalar = FIGURES.filter(str.isdigit) if whole and key.form is Form.FIGURE else SPELT.get(
            key.form, TYPED.get(key.datatype.removeprefix(XSD), st.just("x")))
    return st.lists(scalar, min_size=1, max_size=2) if key.many else scalar


def content(cls: str, depth: int = 0) -> st.SearchStrategy[dict[str, Value]]:
    """Nodes of a class with some of its keys, fewer the deeper they are."""
    keys = [key for name in language().allowed(cls) if (key := language().keys[name]).range != cls
            and (depth < 4 or key.form not in {Form.NODE, Form.CONTAINER})]
    kinds = st.sampled_from(sorted(language().kinds(cls))) if cls == LDN + "Result" else st.nothing()
    some = st.lists(st.sampled_from(keys), min_size=1, max_size=10 - 2 * depth, unique=True)
    nodes = some.flatmap(lambda chosen: st.fixed_dictionaries({key.name: value(key, cls, depth) for key in chosen}))
    nodes = nodes.map(consistent)
    return st.builds(lambda node, kind: {**node, "kind": kind}, nodes, kinds) if cls == LDN + "Result" else nodes


def consistent(node: dict[str, Value]) -> dict[str, Value]:
    """A node that does not say of what it tells that it is not reported."""
    silent = [name for name in node.get("not-reported", []) if name not in node]
    return {name: told for name, told in node.items() if name != "not-reported"} | (
        {"not-reported": silent} if silent else {})


DOCUMENTS = st.sampled_from(KINDS).flatmap(
    lambda kind: content(LDN + kind.capitalize()).map(lambda data: Document(kind, "aura", data)))


@given(DOCUMENTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_document_of_known_keys_is_judged_alike_by_both_engines(document: Document) -> None:
    done = compile_document(document, BASE)
    assert done.findings == []
    assert validate([done]).documents == 1
    assert set(check_shapes(done, {})) <= set(validate([done]).findings)


@given(st.from_regex(r"[+-]?([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9})", fullmatch=True))
@settings(deadline=None)
def test_a_figure_keeps_its_value_and_its_print(printed: str) -> None:
    data: dict[str, Value] = {"population": {"age": {"value": printed, "unit": "a"}}}
    done = compile_document(Document("study", "aura", data), BASE)
    said = {quad.predicate.value.removeprefix(LDN): quad.object for quad in done.quads
            if isinstance(quad.object, ox.Literal)}
    assert Decimal(said["value"].value) == Decimal(printed)
    assert said["value"].value == canonical_number(printed)
    assert said["value"].datatype.value == XSD + "decimal"
    assert said["valueText"].value == printed


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-10**9, max_value=10**9))
@settings(deadline=None)
def test_a_canonical_number_is_canonical(number: Decimal) -> None:
    canonical = canonical_number(f"{number:f}")
    assert Decimal(canonical) == number
    assert canonical_number(canonical) == canonical
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", canonical)
    assert canonical != "-0"


def number_or_refused(text: str) -> str | InputError:
    """The canonical form of a number, or why a text is none."""
    try:
        return canonical_number(text)
    except InputError as refusal:
        return refusal


@given(st.one_of(st.text(max_size=20), st.text(alphabet="0123456789.-+eE_ ,", max_size=24)))
@settings(deadline=None)
def test_any_text_is_a_number_or_is_refused(text: str) -> None:
    number = number_or_refused(text)
    if isinstance(number, str):
        assert Decimal(number) == Decimal(text)
    else:
        assert str(number).startswith(f"`{text[:20]}")


@given(st.dates())
@settings(deadline=None)
def test_a_day_a_month_and_a_year_hold_the_day(day: object) -> None:
    text = str(day)
    for length in (10, 7, 4):
        first, last = date_bounds(text[:length])
        assert str(first) <= text <= str(last)
        assert str(first)[:length] == str(last)[:length] == text[:length]
