"""The command line, as a person or a script uses it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from ldn_graph import EvidenceStore, __version__
from ldn_graph.cli import main
from mini import MINI, STUDY, changed, copied, dump, loaded

COMMANDS = sorted(main.commands)
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def evidence() -> EvidenceStore:
    return loaded()


@pytest.fixture
def run(evidence: EvidenceStore, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command; the invented collection stands for the shipped one."""
    monkeypatch.setattr(EvidenceStore, "_of_shipped", classmethod(lambda _: evidence))

    def invoke(*args: str | Path, stdin: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


def fails(result: Result, code: int = 2) -> str:
    """The one line that a failed command wrote to standard error; nothing went to standard output."""
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("ldn-graph")
    return result.stderr.rstrip("\n")


def works(result: Result) -> str:
    """What a command that worked wrote to standard output; nothing went to standard error."""
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    for option in ("--help", "-h"):
        text = works(run(command, option))
        assert text.startswith(f"Usage: ldn-graph {command} ")
        assert re.search(rf"^  Examples?:\n(    .*\n)*?    .*ldn-graph {command}\b", text, re.MULTILINE)


def test_every_option_says_what_it_does() -> None:
    params = [param for command in main.commands.values() for param in command.params]
    assert [param.name for param in params if isinstance(param, click.Option) and not param.help] == []


def test_help_names_every_command(run: Run) -> None:
    text = works(run("--help"))
    assert [command for command in COMMANDS if not re.search(rf"^  {command} ", text, re.MULTILINE)] == []


def test_the_version_is_the_packages(run: Run) -> None:
    assert works(run("--version")) == f"ldn-graph, version {__version__}\n"


def test_validate_says_that_documents_conform(run: Run) -> None:
    assert works(run("validate", MINI)) == "5 documents conform: no findings\n"


def test_validate_looks_up_references_in_the_collection(run: Run) -> None:
    assert works(run("validate", MINI / "study.yaml")) == "1 document conforms: no findings\n"


def test_validate_reports_faults_as_data(run: Run, tmp_path: Path) -> None:
    file = changed(tmp_path, "question.yaml", "wording:", "wroding:")
    result = run("validate", file)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[0] == (
        f"{file}:3: violation: wroding: `wroding` is no key of a question; did you mean `wording`? (unknown-key)")
    assert result.stdout.splitlines()[-1] == "1 document does not conform: 1 violation"


def test_validate_reports_as_json(run: Run, tmp_path: Path) -> None:
    file = changed(tmp_path, "question.yaml", "wording:", "wroding:")
    result = run("validate", "--format", "json", file)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["conforms"], report["documents"]) == (False, 1)
    [finding] = report["findings"]
    assert (finding["source"], finding["line"], finding["path"]) == (str(file), 3, ["wroding"])
    assert (finding["severity"], finding["rule_name"]) == ("violation", "unknown-key")


def test_validate_reports_as_shacl(run: Run, tmp_path: Path) -> None:
    result = run("validate", "--format", "turtle", changed(tmp_path, "study.yaml", ", allocation-concealment]", "]"))
    assert (result.exit_code, result.stderr) == (0, "")
    store = ox.Store()
    store.load(result.stdout.encode(), format=ox.RdfFormat.TURTLE)
    prefix = {"sh": "http://www.w3.org/ns/shacl#"}
    assert store.query("ASK { ?r a sh:ValidationReport ; sh:conforms true ; sh:result ?x . ?x sh:resultMessage ?m ;"
                       f" a sh:ValidationResult ; sh:resultSeverity sh:Warning ; sh:focusNode <{STUDY}> }}",
                       prefixes=prefix)


def test_build_says_on_standard_error_what_it_took_in(run: Run, tmp_path: Path) -> None:
    result = run("build", "--store", tmp_path / "store", MINI)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "5 documents conform: no findings\n")
    assert dump(EvidenceStore.open(tmp_path / "store")) == dump(loaded())


def test_build_adds_to_a_store_that_is_there(run: Run, tmp_path: Path) -> None:
    run("build", "--store", tmp_path / "store", MINI)
    file = changed(tmp_path / "new", "question.yaml", "Does willow tea help", "Does tea help")
    result = run("build", "--store", tmp_path / "store", file)
    assert (result.exit_code, result.stderr) == (0, "1 document conforms: no findings\n")
    query = "SELECT ?w { ?q ldn:wording ?w }"
    found = works(run("query", "--store", tmp_path / "store", "--format", "csv", stdin=query))
    assert found.splitlines() == ["w", "Does tea help against knee pain?"]


def test_build_that_is_refused_makes_no_store(run: Run, tmp_path: Path) -> None:
    file = changed(tmp_path, "question.yaml", "wording:", "wroding:")
    result = run("build", "--store", tmp_path / "store", file.parent)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[0].startswith(f"{file}:3: violation: ")
    fails(run("build", "--store", tmp_path / "store", tmp_path / "no.yaml"))
    assert not (tmp_path / "store").exists()


def test_build_that_is_refused_changes_no_store(run: Run, tmp_path: Path) -> None:
    run("build", "--store", tmp_path / "store", MINI)
    before = dump(EvidenceStore.open(tmp_path / "store"))
    file = changed(tmp_path / "new", "vocabulary.yaml", "  knee-pain: {label", "  knee-ache: {label")
    result = run("build", "--store", tmp_path / "store", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{file}:1: violation: https://example.org/mini/conditions/knee-pain would be gone")
    assert result.stderr.splitlines()[-1] == "1 document does not conform: 2 violations"
    assert dump(EvidenceStore.open(tmp_path / "store")) == before


def test_remove_takes_documents_out(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run("build", "--store", store, MINI)
    assert works(run("remove", "--store", store, "question/willow-tea-knee-pain")) == ""
    assert len(EvidenceStore.open(store).documents()) == 4
    result = run("remove", "--store", store, "vocabulary/knee")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "change that document first (still-referred-to)" in result.stderr.splitlines()[1]
    assert "there is no document `question/willow-tea-knee-pain`" in fails(
        run("remove", "--store", store, "question/willow-tea-knee-pain"))
    assert len(EvidenceStore.open(store).documents()) == 4


def test_queries_are_listed_with_their_questions(run: Run, evidence: EvidenceStore) -> None:
    lines = works(run("queries")).splitlines()
    assert [line.split()[0] for line in lines] == sorted(evidence.questions())
    assert [line for line, question in zip(lines, evidence.questions().values(), strict=True)
            if question.summary not in line] == []


def test_ask_gives_rows(run: Run, evidence: EvidenceStore) -> None:
    text = works(run("ask", "denominators", "--format", "csv"))
    assert text.splitlines()[0].split(",") == list(evidence.ask("denominators").columns)
    assert "21" in text
    of_study = json.loads(works(run("ask", "denominators", "--format", "json", "--param", "study=lindgren-2031")))
    assert len(of_study["results"]["bindings"]) == len(evidence.ask("denominators")) > 0
    assert works(run("ask", "denominators")).splitlines()[-1] == f"({len(evidence.ask('denominators'))} rows)"


def test_ask_explains_a_query(run: Run, evidence: EvidenceStore) -> None:
    text = works(run("ask", "denominators", "--explain"))
    assert text.startswith(evidence.questions()["denominators"].summary + "\n")
    assert "--param study=…" in text


QUERY = "SELECT ?label { ?g a ldn:Group ; skos:prefLabel ?label } ORDER BY ?label"


def test_query_reads_a_file_or_standard_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("\ufeff" + QUERY, encoding="utf-8")
    expected = "label\r\nplain tea\r\nwillow tea\r\n"
    for args in (["query", tmp_path / "q.rq"], ["query", "-"], ["query"]):
        result = run(*args, "--format", "csv", stdin=QUERY)
        assert (result.exit_code, result.stdout_bytes.decode()) == (0, expected)


def test_query_gives_graphs_in_any_format(run: Run) -> None:
    query = "CONSTRUCT { ?s a ldn:Study } WHERE { ?s a ldn:Study }"
    assert works(run("query", "--format", "ntriples", stdin=query)) == (
        f"<{STUDY}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ldn-graph/ns#Study> .\n")
    assert works(run("query", stdin=query)) == (
        f"@prefix ldn: <https://w3id.org/ldn-graph/ns#> .\n<{STUDY}> a ldn:Study .\n")


def test_export_writes_the_same_to_a_file_and_to_standard_output(run: Run, tmp_path: Path) -> None:
    printed = run("export")
    result = run("export", "-o", tmp_path / "x.ttl")
    assert (printed.exit_code, result.exit_code, result.output) == (0, 0, "")
    assert (tmp_path / "x.ttl").read_bytes() == printed.stdout_bytes
    assert run("export", "--output", "-").stdout_bytes == printed.stdout_bytes
    assert b"a void:Dataset , dcat:Dataset , ldn:Collection ;" in printed.stdout_bytes


def test_export_writes_one_document_or_a_construct(run: Run) -> None:
    only = list(ox.parse(run("export", "--document", "study/lindgren-2031", "--format", "nquads").stdout_bytes,
                         format=ox.RdfFormat.N_QUADS))
    assert {str(quad.graph_name) for quad in only} == {f"<{STUDY}>"}
    told = run("export", "--query", "study-as-schema-org", "--param", "study=lindgren-2031", "--format", "ntriples")
    assert (told.exit_code, told.stderr) == (0, "")
    assert f"<{STUDY}> " in told.stdout


def test_new_writes_a_template(run: Run, tmp_path: Path) -> None:
    assert "\nstudy: smith-2020\n" in "\n" + works(run("new", "study", "smith-2020"))
    assert works(run("new", "study", "smith-2020", "-o", tmp_path / "s.yaml")) == ""
    assert "study: smith-2020" in (tmp_path / "s.yaml").read_text()


BROKEN = [
    ("collection.yaml", "collection: mini", "collection: [mini", "yaml", "this is no YAML: "),
    ("study.yaml", "country: SE", "country: &a SE", "yaml-alias", "anchors and aliases (& and *) are not allowed"),
    ("study.yaml", "label: Willow tea or", "label: !!python/name:os.system Willow", "yaml-tag", "the tag "),
    ("study.yaml", "country: SE", "country: {a: b}", "wrong-type", "`country` takes a single value, not a mapping"),
    ("study.yaml", "masking: open-label", "masking: [open-label]", "wrong-type",
     "`masking` takes one value, not a list"),
    ("study.yaml", "minimum: 40", "minimum: forty", "not-a-number", "`forty` is no number; write it in digits"),
    ("study.yaml", "masking: open-label", "masking: blindfold", "unknown-term", "`blindfold` is no term of masking"),
    ("study.yaml", "masking: open-label", "masking: open-label\nmasking: open-label", "duplicate-key",
     "`masking` stands here twice"),
    ("study.yaml", "        group: willow\n", "        group: wilow\n", "dangling-reference",
     "there is no group `wilow`; did you mean `willow`?"),
    ("study.yaml", "subtrahend: plain", "subtrahend: nobody", "dangling-reference", "there is no group `nobody`; "),
    ("study.yaml", "kind: contrast", "kind: contest", "unknown-kind", "`kind` of a result must be one of "),
    ("report.yaml", "published: 2031-05", "published: May 2031", "not-a-date", "`May 2031` is no date; write YYYY"),
    ("question.yaml", "wording: Does willow tea help against knee pain?", "wording: ___", "blank",
     "`wording` is still blank; fill it in, or delete the line"),
    ("question.yaml", "wording:", '"wro\\nding\\x1b[2J":', "unknown-key", "`wro ding [2J` is no key of a question"),
    ("question.yaml", "label:", "\x01label:", "yaml", "this is no YAML: unacceptable character #x0001"),
    ("question.yaml", "label: Willow", 'label: "\\x1b[2J" #', "control-character",
     "`label` holds the control character U+001B; delete it"),
]


@pytest.mark.parametrize(("name", "old", "new", "rule", "message"), BROKEN)
def test_a_bad_document_is_told_in_a_line(
        run: Run, tmp_path: Path, name: str, old: str, new: str, rule: str, message: str) -> None:
    file = changed(tmp_path, name, old, new)
    result = run("validate", tmp_path)
    assert (result.exit_code, result.stderr) == (1, "")
    told = [line for line in result.stdout.splitlines()[:-1] if line.endswith(f"({rule})")]
    assert len(told) == 1, result.stdout
    assert re.match(rf"{re.escape(str(file))}:\d+: violation: ", told[0])
    assert message in told[0]


def test_a_study_without_population_is_told_in_a_line(run: Run, tmp_path: Path) -> None:
    copied(tmp_path)
    text = (tmp_path / "study.yaml").read_text()
    text = re.sub(r"population:\n(  .*\n)+", "", text)
    (tmp_path / "study.yaml").write_text(text)
    result = run("validate", tmp_path)
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if "(StudyShape-population)" in line] == [
        result.stdout.splitlines()[0]]
    assert result.stdout.startswith(f"{tmp_path / 'study.yaml'}:1: violation: a study needs `population`")


def test_two_documents_with_one_id_are_told_in_a_line(run: Run, tmp_path: Path) -> None:
    copied(tmp_path)
    (tmp_path / "zzz.yaml").write_text((tmp_path / "study.yaml").read_text())
    result = run("validate", tmp_path)
    assert result.exit_code == 1
    assert result.stdout == (
        f"{tmp_path / 'zzz.yaml'}:1: violation: `lindgren-2031` stands in {tmp_path / 'study.yaml'} too; keep one of "
        "them (declared-twice)\n6 documents do not conform: 1 violation\n")


def test_bytes_that_are_no_text_are_told_in_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"study: x\nlabel: \xff\xfe")
    result = run("validate", tmp_path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        f"{tmp_path / 'x.yaml'}: violation: byte 16 is no UTF-8 text; save the file as UTF-8 (encoding)")


NO_STORE = "there is no store; make one with `ldn-graph build --store {0}`"
BAD = [
    (["validate", "no.yaml"], "no.yaml: there is no such file or directory"),
    (["validate", "empty"], "empty: the directory holds no *.yaml document"),
    (["build", "--store", "thesis", "mini"], "thesis: is not a store and not empty; name a new or an empty directory"),
    (["build", "--store", "notes.txt", "mini"], "notes.txt: is not a store and not empty"),
    (["build", "--store", "notes.txt/store", "mini"], "notes.txt/store: the store cannot be made: Not a directory"),
    (["ask", "denominators", "--store", "no"], "no: " + NO_STORE.format("no")),
    (["ask", "denominators", "--store", "thesis"], "thesis: is not a store (it has no readable ldn-graph.json)"),
    (["queries", "extra"], "Got unexpected extra argument (extra)"),
    (["query", "--store", "empty"], "empty: is not a store (it has no readable ldn-graph.json)"),
    (["export", "--store", "notes.txt"], "notes.txt: is not a store"),
    (["remove", "--store", "no", "study/x"], "no: " + NO_STORE.format("no")),
    (["remove", "study/x"], "Missing option '--store'"),
    (["remove", "--store", "no"], "Missing argument 'DOCUMENTS...'"),
    (["build", "mini"], "Missing option '--store'"),
    (["ask"], "Missing argument 'QUERY'"),
    (["ask", "denominator"], "there is no query `denominator`; did you mean denominators"),
    (["ask", "zzz"], "there is no query `zzz`; `ldn-graph queries` lists them"),
    (["ask", "zz\nz\x1b[2J"], "there is no query `zz z [2J`; "),
    (["ask", "denominators", "--param", "study"], "--param study: write NAME=VALUE"),
    (["ask", "denominators", "--param", "study=no"], "--param study: there is no Study `no`; known are lindgren-2031"),
    (["ask", "denominators", "--param", "studi=no"],
     "denominators has no parameter `studi`; its parameters are: study"),
    (["ask", "denominators", "--param", "self=no"], "denominators has no parameter `self`; its parameters are: study"),
    (["ask", "denominators", "--param", "slug=no"], "denominators has no parameter `slug`; its parameters are: study"),
    (["ask", "denominators", "--param", "study=a", "--param", "study=b"],
     "--param study: is given twice; give it once"),
    (["ask", "denominators", "--format", "pdf"],
     "Invalid value for '--format': 'pdf' is not one of 'text', 'markdown'"),
    (["ask", "study-as-schema-org"], "study-as-schema-org gives a graph; export it with `ldn-graph export --query"),
    (["query", "no.rq"], "Invalid value for '[FILE|-]': 'no.rq': No such file or directory"),
    (["query", "empty"], "Invalid value for '[FILE|-]': 'empty': Is a directory"),
    (["query", "broken.rq"], "the query does not parse at line 2, column "),
    (["query", "binary.rq"], "binary.rq: byte 0 is no UTF-8 text; save the query as UTF-8"),
    (["query", "service.rq"], "the query has a SERVICE clause; requests to other endpoints are not allowed here"),
    (["query", "good.rq", "--format", "turtle"], "rows cannot be written as `turtle`; choose one of text, markdown"),
    (["export", "--format", "docx"], "Invalid value for '--format': 'docx' is not one of 'turtle', 'trig'"),
    (["export", "--document", "study/no"], "there is no document `study/no`; "),
    (["export", "--document", "x", "--query", "y"], "--document and --query cannot go together"),
    (["export", "--query", "denominators"], "denominators gives rows, not a graph; ask it"),
    (["export", "--query", "zzz"], "there is no query `zzz`; "),
    (["export", "--param", "study=x"], "--param goes with --query"),
    (["export", "-o", "no/x.ttl"], "no/x.ttl: cannot be written: No such file or directory"),
    (["export", "-o", "empty"], "empty: cannot be written: Is a directory"),
    (["new", "trial"], "Invalid value for '{collection|vocabulary|question|report|study}': 'trial' is not one of "),
    (["new", "study", "-o", "notes.txt"], "notes.txt: is already there"),
    (["validat"], "No such command 'validat'"),
    (["ask", "denominators", "--stor", "x"], "No such option '--stor'"),
    (["validate", "x" * 5000], ": File name too long"),
    (["ask", "denominators", "--store", "x" * 5000], "cannot be looked at: File name too long"),
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the files that bad commands name."""
    copied(tmp_path / "mini")
    (tmp_path / "empty").mkdir()
    (tmp_path / "thesis").mkdir()
    for name, content in {"thesis/x.tex": b"x", "notes.txt": b"mine", "broken.rq": b"SELECT ?s {\n ?s }",
                          "binary.rq": b"\xff\xfe\x00", "good.rq": QUERY.encode(),
                          "service.rq": b"ASK { SERVICE <http://127.0.0.1:9/> {} }"}.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("args", "message"), BAD, ids=[" ".join(args)[:60] for args, _ in BAD])
def test_what_cannot_be_done_is_told_in_a_line(run: Run, desk: Path, args: list[str], message: str) -> None:
    before = {file: file.read_bytes() for file in desk.rglob("*") if file.is_file()}
    told = fails(run(*args))
    assert message in told
    assert {file: file.read_bytes() for file in desk.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(("stdin", "message"), [
    (b"", "the query is empty"), (b"   \n", "the query is empty"),
    (b"\x89PNG\x00\xff", "<stdin>: byte 0 is no UTF-8 text; save the query as UTF-8"),
    (b"\x00", "the query does not parse at line 1, column "),
    (b"DELETE WHERE { ?s ?p ?o }", "DELETE is an update; only queries are answered"),
    (b"SELECT * {" + b"{" * 4000, "the query has more than "),
])
def test_bad_standard_input_is_told_in_a_line(run: Run, stdin: bytes, message: str) -> None:
    assert message in fails(run("query", "-", stdin=stdin))
