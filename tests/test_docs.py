"""Everything in a fence in the documentation runs: documents validate, commands print what stands there, Python works.

In a page, blocks that begin with `# file: <name>` are files; they are written first, into one directory, in which the
other blocks run in their order.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import ldn_graph
from conftest import ROOT
from ldn_graph import EvidenceStore
from ldn_graph.documents import KINDS, parse_document
from ldn_graph.triples import compile_document

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# file: (\S+)\n")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
SHOWN = {"text", "json", "turtle", "sparql", "markdown"}
"""Languages of blocks that are only shown."""
SKIPPED = ("make", "git", "cd", "pip", "python3 -m venv")
"""Beginnings of commands that the tests leave to continuous integration."""


def blocks(page: Path) -> list[tuple[str, str]]:
    """The language and the text of each fenced block."""
    return FENCE.findall(page.read_text("utf-8"))


def written(page: Path, directory: Path) -> list[Path]:
    """Writes the files that a page holds; gives the YAML documents among them."""
    files = []
    for language, text in blocks(page):
        if match := FILE.match(text):
            file = directory / match[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text if language == "yaml" else text[match.end():], "utf-8")
            files += [file] * (language == "yaml")
    return files


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = written(page, tmp_path)
    if files:
        report = EvidenceStore.empty().validate(files)
        assert (report.documents, report.conforms) == (len(files), True), str(report)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for language, text in blocks(page):
        if FILE.match(text):
            continue
        if language == "yaml":
            check_fragment(text)
        elif language == "console":
            check_console(text, tmp_path)
        elif language == "python":
            check_python(text, names)
        else:
            assert language in SHOWN, f"a block of `{language}` would not be run; use yaml, console or python"


def check_fragment(text: str) -> None:
    """A document, or a part of a study, is known language; what it refers to may stand elsewhere."""
    whole = text if re.match(rf"(#.*\n)*({'|'.join(KINDS)}): ", text) else f"study: fragment\n{text}"
    assert [str(finding) for finding in compile_document(parse_document(whole), "https://example.org/x").findings] == []


def check_console(text: str, directory: Path) -> None:
    """Commands print exactly what stands below them, standard output and error together."""
    if "$ " not in text:
        assert [line for line in text.splitlines() if not is_skipped(line)] == [], "write `$ ` before each command"
        return
    assert text.startswith("$ ")
    for command, expected in commands(text):
        if not is_skipped(command):
            assert run(command, directory) == expected, f"$ {command}"


def is_skipped(command: str) -> bool:
    """Whether a command is left to continuous integration."""
    return command.startswith(tuple(f"{word} " for word in SKIPPED))


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output that follows."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def run(command: str, directory: Path) -> str:
    """What a command prints in a shell in which `ldn-graph` is this one."""
    tools = directory / ".tools"
    if not tools.is_dir():
        tools.mkdir()
        tools.joinpath("ldn-graph").write_text(f'#!/bin/sh\nexec {sys.executable} -m ldn_graph "$@"\n', "utf-8")
        tools.joinpath("ldn-graph").chmod(0o755)
    here = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100", "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(Path(ldn_graph.__file__).parent.parent)}
    done = subprocess.run([shutil.which("bash") or "bash", "-c", command], cwd=directory, env={**os.environ, **here},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False)
    return done.stdout


def check_python(text: str, names: dict[str, object]) -> None:
    """Examples with prompts print what stands below them; a block without prompts runs to its end."""
    if ">>> " not in text:
        subprocess.run([sys.executable, "-c", text], check=True, capture_output=True)
        return
    told: list[str] = []
    example = doctest.DocTestParser().get_doctest(text, {}, "block", None, 0)
    example.globs = names
    assert doctest.DocTestRunner().run(example, out=told.append, clear_globs=False).failed == 0, "".join(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    links = LINK.findall(FENCE.sub("", page.read_text("utf-8")))
    assert [link for link in links if not page.parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("text", ["masking: double\n", "study: x\nlabels: A trial\n", "groups: {a: {regimen: [{}]}}\n"])
def test_a_wrong_fragment_is_found(text: str) -> None:
    with pytest.raises((AssertionError, ldn_graph.DocumentError)):
        check_fragment(text)


@pytest.mark.parametrize("text", ["$ echo one\ntwo\n", "$ echo one\n", "$ echo one\none\n$ echo two\n\n", "echo one\n"])
def test_a_wrong_output_is_found(text: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check_console(text, tmp_path)


@pytest.mark.parametrize("text", [">>> 1 + 1\n3\n", "raise ValueError\n"])
def test_wrong_python_is_found(text: str) -> None:
    with pytest.raises((AssertionError, subprocess.CalledProcessError)):
        check_python(text, {})


def test_what_is_skipped_is_not_run(tmp_path: Path) -> None:
    check_console("$ make answer\nanything\n$ git clone somewhere\n$ echo run\nrun\n", tmp_path)
    check_console("make answer\nmake test\n", tmp_path)


def test_contributors_are_told_where_every_module_is() -> None:
    page = ROOT.joinpath("CONTRIBUTING.md").read_text("utf-8")
    table = page.partition("In `src/ldn_graph/`:")[2].partition("\nA module")[0]
    listed = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])]
    assert sorted(listed) == sorted(file.stem for file in ROOT.glob("src/ldn_graph/[a-z]*.py"))


def test_the_citation_names_this_version_and_no_identifier_that_does_not_exist() -> None:
    citation = yaml.safe_load(ROOT.joinpath("CITATION.cff").read_text("utf-8"))
    assert (citation["version"], citation["license"]) == (ldn_graph.__version__, "Apache-2.0")
    assert citation["authors"] == [{"name": "ldn-graph maintainers"}]
    assert citation.keys() & {"doi", "identifiers"} == set()
