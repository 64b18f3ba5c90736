"""The command line as a process of its own: pipes, signals, locales, locks, and the examples of its own help."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import passage_text
from ldn_graph.cli import main
from ldn_graph.shipped import shipped
from mini import MINI, copied, environment

PROGRAM = [sys.executable, "-m", "ldn_graph"]
QUERY = "SELECT ?label { ?g a ldn:Group ; skos:prefLabel ?label } ORDER BY ?label"


def run(*args: str | Path, cwd: Path | None = None, stdin: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, args)], input=stdin, cwd=cwd, env=environment(**extra), check=False,
                          capture_output=True, text=True, encoding="utf-8")


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `ldn-graph` is this package."""
    program = f'ldn-graph() {{ "{sys.executable}" -m ldn_graph "$@"; }}\nset -o pipefail\n{command}'
    return subprocess.run(["bash", "-c", program], cwd=cwd, env=environment(), check=False,  # noqa: S607
                          capture_output=True, text=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the invented collection, made by the program."""
    directory = tmp_path_factory.mktemp("process") / "store"
    done = run("build", "--store", directory, MINI)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "5 documents conform: no findings\n")
    return directory


def test_rows_come_out_of_a_store(store: Path) -> None:
    done = run("query", "--store", store, "--format", "csv", stdin=QUERY)
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", ["label", "plain", "tea", "willow", "tea"])


def test_the_exit_code_says_how_it_went(store: Path, tmp_path: Path) -> None:
    copied(tmp_path, {"question.yaml": ("wording:", "wroding:")})
    assert run("validate", "--store", store, MINI / "study.yaml").returncode == 0
    assert run("validate", "--store", store, tmp_path / "question.yaml").returncode == 1
    assert run("validate", "--store", store, tmp_path / "no.yaml").returncode == 2


@pytest.mark.parametrize("args", [["export", "--format", "nquads"], ["export", "--format", "json-ld"],
                                  ["validate", "-h"], ["query", "--format", "tsv", "-"]])
def test_a_reader_that_stops_early_is_no_error(store: Path, tmp_path: Path, args: list[str]) -> None:
    where = [] if "-h" in args else ["--store", str(store)]
    (tmp_path / "all.rq").write_text("SELECT ?s ?p ?o ?x { ?s ?p ?o . ?x a ldn:Group }")
    done = shell(f"ldn-graph {' '.join(args + where)} < all.rq | head -c 20; echo ${{PIPESTATUS[0]}} >&2", tmp_path)
    assert (done.stderr, len(done.stdout)) == ("0\n", 20)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("args", ["export --format turtle", "export --document question/willow-tea-knee-pain",
                                  "query --format csv -", "ask denominators"])
def test_a_full_disk_is_told_in_a_line(store: Path, tmp_path: Path, args: str) -> None:
    done = shell(f"ldn-graph {args} --store '{store}' <<< '{QUERY}' > /dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (2, "ldn-graph: standard output: No space left on device\n")


def test_a_closed_standard_output_harms_nothing(store: Path, tmp_path: Path) -> None:
    shutil.copytree(store, tmp_path / "copy")
    for args in ("export", "ask denominators", f"build '{MINI}'"):
        done = shell(f"ldn-graph {args} --store copy >&-", tmp_path)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    same = f"ldn-graph export --store copy | cmp - <(ldn-graph export --store '{store}')"
    assert shell(same, tmp_path).returncode == 0


def test_control_c_stops_without_a_traceback(store: Path) -> None:
    with subprocess.Popen([*PROGRAM, "query", "--store", str(store), "-"], env=environment(), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not reads(process.pid):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate()
    assert (process.returncode, stdout, stderr) == (130, b"", b"ldn-graph: stopped\n")


def reads(pid: int) -> bool:
    """Whether a process waits for its standard input."""
    try:
        call = Path(f"/proc/{pid}/syscall").read_text()
    except OSError:
        pytest.skip("this system does not say what a process waits for")
    return call.startswith("0 0x0 ") or call.startswith("63 0x0 ")


def test_another_process_that_has_the_store_open_is_told(store: Path) -> None:
    hold = "import sys; from ldn_graph.store import Store; s = Store.open(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold, str(store)], env=environment(), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = run("ask", "denominators", "--store", store)
        holder.communicate(b"\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (f"ldn-graph: {store}: the store cannot be opened: it is open already; wait until the other "
                           "program is done\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_output_is_utf8_under_any_locale(tmp_path: Path, encoding: str) -> None:
    copied(tmp_path, {"study.yaml": ("country: SE", "county: SE")})
    done = run("validate", tmp_path, PYTHONIOENCODING=encoding, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 1
    assert ": violation: setting › county: `county` is no key of a setting" in done.stdout


def test_a_file_name_that_is_no_text_is_no_traceback(tmp_path: Path) -> None:
    file = bytes(tmp_path) + b"/caf\xe9.yaml"
    Path(file.decode(errors="surrogateescape")).write_bytes(b"study: x\nlabell: y\n")
    done = subprocess.run([*map(str.encode, PROGRAM), b"validate", file], env=environment(), check=False,
                          capture_output=True)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"caf .yaml:2: violation: labell: " in done.stdout


def test_unreadable_files_are_told_in_a_line() -> None:
    """Root may read everything, so the program gives up that right first, when all that it imports has been read."""
    program = ("import difflib, os, sys; import ldn_graph.standing, ldn_graph.validate, ldn_graph.reports\n"
               "from ldn_graph import EvidenceStore; from ldn_graph.cli import main; EvidenceStore.open()\n"
               "os.geteuid() or os.setuid(65534)\nmain(sys.argv[1:], prog_name='ldn-graph')")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        for file in ("x.yaml", "x.rq"):
            (directory / file).write_text("study: x\n")
            (directory / file).chmod(0o000)
        (directory / "closed").mkdir(mode=0o000)
        for args, told in ((["validate", "x.yaml"], "Path 'x.yaml' is not readable."),
                           (["query", "x.rq"], "Invalid value for '[FILE|-]': 'x.rq': Permission denied"),
                           (["export", "-o", "x.ttl"], "x.ttl: cannot be written: Permission denied"),
                           (["validate", "closed/x.yaml"], "closed/x.yaml: Permission denied")):
            done = subprocess.run([sys.executable, "-c", program, *args], cwd=directory, env=environment(), text=True,
                                  capture_output=True, check=False)
            assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
            assert told in done.stderr


def examples() -> list[str]:
    """The lines that the help of each command gives as examples."""
    return [line.strip() for command in main.commands.values() for line in (command.help or "").splitlines()
            if re.match(r" +(echo .*\| )?ldn-graph ", line) and "\b" not in line]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with all that the examples of the help name."""
    directory = tmp_path_factory.mktemp("examples")
    study = next(shipped("evidence").rglob("study-martin-2022.yaml")).read_text(encoding="utf-8")
    study = study.replace("study: martin-2022", "study: smith-2020", 1)
    (directory / "my-study.yaml").write_text(study, encoding="utf-8")
    (directory / "my-query.rq").write_text(QUERY)
    (directory / "evidence").mkdir()
    for file in shipped("evidence").rglob("*.yaml"):
        (directory / "evidence" / file.name).write_bytes(file.read_bytes())
    sourced(directory)
    assert run("build", "--store", "pain-store", cwd=directory).returncode == 0
    assert run("build", "--store", "pain-store", "my-study.yaml", cwd=directory).returncode == 0
    (directory / "my-studies").mkdir()
    (directory / "my-studies" / "one.yaml").write_text(study.replace("smith-2020", "jones-2020", 1), encoding="utf-8")
    (directory / "bad.yaml").write_text("study: bad-2020\nlabel: A bad study\n", encoding="utf-8")
    assert run("build", "--store", "pain-store", "--hold", "bad.yaml", cwd=directory).returncode == 1
    return directory


def sourced(directory: Path) -> None:
    """Writes a text and evidence that was read in it."""
    (directory / "article.txt").write_bytes(passage_text.FILE.read_bytes())
    (directory / "my-evidence").mkdir()
    study = (passage_text.STUDY + passage_text.passages()).replace("willow-paper", "smith-2020")
    (directory / "my-evidence" / "study.yaml").write_text(study, encoding="utf-8")
    collection = f"collection: knees\nlabel: Knees\nbase: {passage_text.BASE}\n"
    (directory / "my-evidence" / "collection.yaml").write_text(collection, encoding="utf-8")


def test_the_examples_of_the_help_are_found() -> None:
    assert {line.partition("ldn-graph ")[2].split()[0] for line in examples()} >= set(main.commands)


@pytest.mark.parametrize("line", examples())
def test_an_example_of_the_help_runs(workplace: Path, line: str) -> None:
    done = shell(line, workplace)
    refused = line.startswith("ldn-graph pool")  # of the shipped collection nothing may be pooled
    assert done.returncode == int(refused), done.stderr
    assert done.stdout or " -o " in line or line.startswith(("ldn-graph build", "ldn-graph remove"))
