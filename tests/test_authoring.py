"""Templates validate once filled in, show the whole language, and the key reference is what the ontology says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import ROOT
from ldn_graph import EvidenceStore, InputError, Report
from ldn_graph.authoring import key_reference, template, write_template
from ldn_graph.cli import main
from ldn_graph.documents import BLANK, KINDS
from ldn_graph.findings import Severity
from ldn_graph.language import Form, language

TABLES = Path(__file__).parent / "data" / "authoring"
PROSE = re.compile(r"\s*# ")
VALUE = re.compile(rf"(?:([a-z0-9-]+):|-) \[?{BLANK}")
TERMS_OF = re.compile(r"Terms of ([a-z-]+): ([a-z0-9, -]+)\.")
NOT_SHOWN = {
    "collection": set[str](),
    "vocabulary": set[str](),
    "question": set[str](),
    "report": {"bounds", "minimum", "maximum", "printed", "earliest", "latest", "inferred"},
    "study": {"funding", "printed", "earliest", "latest", "inferred"},
}
"""What a template leaves out on purpose: forms of quantities and dates that its comments tell of, and rare keys."""


def filled(kind: str) -> str:
    """A template with the values of its table in all blanks, those of optional lines too."""
    rows = iter(TABLES.joinpath(f"{kind}.txt").read_text("utf-8").splitlines())
    lines = [line if PROSE.match(line) else VALUE.sub(lambda match: fill(match, rows), line)
             for line in template(kind).splitlines()]
    assert list(rows) == [], "the table has more rows than the template has blanks"
    return "\n".join(lines) + "\n"


def fill(match: re.Match[str], rows: Iterator[str]) -> str:
    """A blank with the next value of the table, which must be meant for the blank's key."""
    key, _, value = next(rows).partition(" ")
    assert key == (match[1] or "-")
    return match[0].replace(BLANK, value)


def uncommented(text: str) -> str:
    """A template with all its optional lines in use."""
    lines = [line for line in text.splitlines() if not PROSE.match(line)]
    used = "\n".join(re.sub(r"^( *)#", r"\1", line) for line in lines) + "\n"
    return used.replace("check-status: not-checked", "check-status: checked")


def prose(text: str) -> str:
    """What a template explains, without line breaks."""
    return " ".join(line.strip().removeprefix("# ") for line in text.splitlines() if PROSE.match(line))


def validate(directory: Path, texts: dict[str, str]) -> Report:
    """The gate's report on the texts as files of one directory."""
    for kind, text in texts.items():
        directory.joinpath(f"{kind}.yaml").write_text(text, "utf-8")
    return EvidenceStore.empty().validate([directory])


def told(report: Report) -> list[str]:
    """The findings as lines without the directory."""
    return [str(finding).rpartition("/")[2] for finding in report.findings]


@pytest.mark.parametrize("kind", KINDS)
def test_an_unfilled_template_is_refused_at_its_first_blank(kind: str, tmp_path: Path) -> None:
    report = validate(tmp_path, {kind: template(kind)})
    assert told(report)[0] == (
        f"{kind}.yaml:1: violation: `{kind}` is still blank; fill it in, or delete the line (blank)")


def test_every_blank_is_found_on_its_line(tmp_path: Path) -> None:
    text = template("study", "vega-2023")
    blanks = [number for number, line in enumerate(text.splitlines(), 1)
              if "___" in line and not line.lstrip().startswith("#")]
    report = validate(tmp_path, {"study": text})
    keys = [number for number in blanks if text.splitlines()[number - 1].lstrip().startswith("___:")]
    assert sorted({finding.line for finding in report.findings} | set(keys)) == blanks
    assert {finding.rule_name for finding in report.findings} == {"blank"}


def test_filled_templates_conform_together_without_a_finding(tmp_path: Path) -> None:
    report = validate(tmp_path, {kind: filled(kind) for kind in KINDS})
    assert (told(report), report.documents) == ([], 5)


def test_all_optional_lines_in_use_conform_too(tmp_path: Path) -> None:
    report = validate(tmp_path, {kind: uncommented(filled(kind)) for kind in KINDS})
    assert {(finding.rule_name, finding.severity) for finding in report.findings} == {
        ("claim-from-narrow-group", Severity.INFO), ("dose-estimate-without-method", Severity.INFO),
        ("report-cites-itself", Severity.WARNING)}


def test_what_the_sources_leave_out_is_deleted_and_named(tmp_path: Path) -> None:
    texts = {kind: filled(kind) for kind in KINDS}
    silent = {"study": ("allocation-concealment", "registration", "data-from", "data-to"),
              "report": ("doi", "funding", "competing-interests")}
    for kind, keys in silent.items():
        kept = [line for line in texts[kind].splitlines() if line.partition(":")[0] not in keys]
        texts[kind] = "\n".join([*kept, f"not-reported: [{', '.join(keys)}]"])
    assert told(validate(tmp_path, texts)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_terms_that_comments_list_are_those_of_the_scheme(kind: str) -> None:
    listed = TERMS_OF.findall(prose(template(kind)))
    assert len(listed) == prose(template(kind)).count("Terms of ")
    for key, terms in listed:
        assert terms.split(", ") == language().terms[language().keys[key].scheme], key


@pytest.mark.parametrize("kind", KINDS)
def test_every_term_that_a_template_asks_for_is_listed(kind: str) -> None:
    asked = {name for name in re.findall(r"([a-z0-9-]+): ", uncommented(template(kind)))
             if name in language().keys and language().keys[name].form is Form.TERM}
    assert asked <= {key for key, _ in TERMS_OF.findall(prose(template(kind)))}


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_shows_every_key_of_its_documents(kind: str) -> None:
    shown = set(re.findall(r"([a-z0-9-]+):", uncommented(template(kind))))
    assert reachable(kind) - shown == NOT_SHOWN[kind]


def reachable(kind: str) -> set[str]:
    """The keys that may stand somewhere in a document of a kind, without those that may stand anywhere."""
    classes, keys = [language().document_class(kind)], set[str]()
    for cls in classes:
        for below in (cls, *language().kinds(cls).values()):
            found = [language().keys[name] for name in language().allowed(below)]
            keys |= {key.name for key in found if key.domain}
            classes += [key.range for key in found if key.form in {Form.CONTAINER, Form.NODE, Form.DATE}
                        and key.range not in classes]
    return keys


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["new", *args], prog_name="ldn-graph")


def test_new_prints_the_template() -> None:
    result = run("question")
    assert (result.exit_code, result.stdout, result.stderr) == (0, template("question"), "")


def test_new_with_a_key_fills_the_first_line_and_nothing_else() -> None:
    result = run("study", "vega-2023")
    assert result.stdout == template("study").replace("study: ___\n", "study: vega-2023\n")


def test_new_writes_a_file_and_keeps_one_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "vega.yaml"
    assert run("study", "vega-2023", "-o", str(file)).exit_code == 0
    assert file.read_text("utf-8") == template("study", "vega-2023")
    again = run("report", "-o", str(file))
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == f"ldn-graph: {file}: is already there and stays as it is; name another file\n"
    assert file.read_text("utf-8") == template("study", "vega-2023")


def test_new_says_why_it_cannot_write(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "vega.yaml"
    result = run("study", "-o", str(file))
    assert result.exit_code == 2
    assert result.stderr == f"ldn-graph: {file}: cannot be written: No such file or directory\n"


def test_new_knows_the_kinds_of_document() -> None:
    kind = main.commands["new"].params[0]
    assert (kind.name, getattr(kind.type, "choices", ())) == ("kind", KINDS)


def test_new_refuses_what_cannot_be_a_key_and_an_unknown_kind() -> None:
    result = run("study", "Vega 2023")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "ldn-graph: `Vega 2023` cannot name a study; use a-z, 0-9, `.` and `-`\n"
    assert run("trial").exit_code == 2
    with pytest.raises(InputError, match="`trial` is no kind of document; use collection, vocabulary"):
        template("trial")


def test_write_template_writes_nothing_for_a_bad_key(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_template(tmp_path / "x.yaml", "study", "../x")
    assert list(tmp_path.iterdir()) == []


def test_the_key_reference_is_what_the_ontology_says() -> None:
    assert ROOT.joinpath("docs", "guide", "keys.md").read_text("utf-8") == key_reference(), (
        "renew it: python -m ldn_graph.authoring > docs/guide/keys.md")


def test_the_key_reference_has_every_key_and_every_term() -> None:
    page = key_reference()
    first_cells = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    terms = {term for terms in language().terms.values() for term in terms}
    assert set(language().keys) | terms <= first_cells


def test_links_of_the_key_reference_lead_to_its_headings() -> None:
    page = key_reference()
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^##? (.+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= headings
