"""The store: what is in it, what comes back, and what it refuses."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph.errors import EvidenceError, NotFoundError, QueryError, StoreError
from ldn_graph.store import FORMAT, MANIFEST, STANDING, Results, Store
from mini import environment, python

G1, G2, S, P = (ox.NamedNode(f"https://example.org/{name}") for name in ("g1", "g2", "s", "p"))


def quad(text: str, graph: ox.NamedNode = G1) -> ox.Quad:
    return ox.Quad(S, P, ox.Literal(text), graph)


def texts(store: Store, graph: ox.NamedNode | None = None) -> list[str]:
    return sorted(str(getattr(it.object, "value", "")) for it in store.quads(graph.value if graph else None))


def rows(results: Results) -> list[list[str]]:
    assert isinstance(results, ox.QuerySolutions)
    return sorted([value.value for value in solution] for solution in results)


def test_a_graph_is_replaced_whole() -> None:
    store = Store()
    store.replace({G1.value: [quad("old"), quad("older")], G2.value: [quad("other", G2)]})
    store.replace({G1.value: [quad("new")]})
    assert texts(store, G1) == ["new"]
    assert texts(store, G2) == ["other"]


def test_a_graph_replaced_by_nothing_is_gone() -> None:
    store = Store()
    store.replace({G1.value: [quad("x")], G2.value: [quad("y", G2)]})
    store.replace({G1.value: []})
    assert store.graphs() == [G2.value]


def test_graphs_are_dropped_and_others_replaced_at_once() -> None:
    store = Store()
    store.replace({G1.value: [quad("x")]})
    store.replace({G2.value: [quad("y", G2)]}, drop=[G1.value, "https://example.org/never-was"])
    assert store.graphs() == [G2.value]


def test_a_graph_with_an_impossible_name_changes_nothing() -> None:
    store = Store()
    store.replace({G1.value: [quad("x")]})
    with pytest.raises(ValueError, match="IRI"):
        store.replace({G1.value: [quad("y")], "no address": [quad("z")]})
    assert texts(store) == ["x"]


@settings(deadline=None)
@given(st.lists(st.text(), max_size=5) | st.just(['\\u0022 } } ; DROP ALL ; INSERT DATA { GRAPH <x:y> { <x:y> <x:y> "'])
       | st.just(["C:\\users", '"""', "'''", "\\", "\\u0041", "\r\n\t\x00"]))
def test_any_text_comes_back_as_it_went_in(given_texts: list[str]) -> None:
    store = Store()
    store.replace({G2.value: [quad("bystander", G2)]})
    store.replace({G1.value: [quad(text) for text in given_texts]})
    assert texts(store, G1) == sorted(set(given_texts))
    assert texts(store, G2) == ["bystander"]


def test_queries_see_the_union_of_all_graphs() -> None:
    store = Store()
    store.replace({G1.value: [quad("x")], G2.value: [quad("y", G2)]})
    assert rows(store.query("SELECT ?o { ?s ?p ?o }")) == [["x"], ["y"]]
    assert rows(store.query("SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }")) == [[G1.value, "x"], [G2.value, "y"]]


def test_without_union_a_query_sees_the_graphs_it_names() -> None:
    store = Store()
    store.replace({G1.value: [quad("x")], G2.value: [quad("y", G2)]})
    assert rows(store.query("SELECT ?o FROM <https://example.org/g1> { ?s ?p ?o }", union=False)) == [["x"]]


@pytest.mark.parametrize(("query", "message"), [
    ("", "the query does not parse at line 1, column 1: "),
    ("SELECT ?s WHERE {\n  ?s ?p }", "the query does not parse at line 2, column 10: "),
    ("SELECT ?s WHERE {\n  ?s x:p ?o }", "the query does not parse at line 2, column "),
    ("DROP ALL", "the query does not parse at line 1, column "),
    ("SELECT (<https://example.org/f>(1) AS ?x) {}",
     "the query failed: The custom function <https://example.org/f> is not supported"),
])
def test_a_query_that_cannot_run_is_told_in_one_line(query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        list(rows(Store().query(query)))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 240


def test_prefixes_move_no_place_in_a_message() -> None:
    with pytest.raises(QueryError, match="at line 1, column 12:"):
        Store().query("SELECT ?s {", {"ldn": "https://w3id.org/ldn-graph/ns#"})


def test_a_store_in_a_directory_is_there_when_opened_again(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store", create=True)
    store.replace({G1.value: [quad("kept")]})
    del store
    assert texts(Store.open(tmp_path / "store")) == ["kept"]
    assert json.loads((tmp_path / "store" / MANIFEST).read_text()) == {"format": FORMAT}


def test_creating_what_is_a_store_already_keeps_it(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    store.replace({G1.value: [quad("kept")]})
    del store
    assert texts(Store.open(tmp_path, create=True)) == ["kept"]


def test_an_empty_directory_becomes_a_store_only_if_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a store"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert Store.open(tmp_path, create=True).graphs() == []


def test_a_store_that_is_not_there_is_not_made_by_opening(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        Store.open(tmp_path / "no")
    assert str(caught.value) == (f"{tmp_path / 'no'}: there is no store; make one with "
                                 f"`ldn-graph build --store {tmp_path / 'no'}`")
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("manifest", ["", "{", "[]", "7", "{}", '"format"'])
def test_a_directory_with_an_unknown_manifest_is_no_store(tmp_path: Path, manifest: str) -> None:
    (tmp_path / MANIFEST).write_text(manifest)
    for create in (False, True):
        with pytest.raises(StoreError, match=f"is not a store \\(it has no readable {MANIFEST}\\)"):
            Store.open(tmp_path, create=create)
    assert [file.name for file in tmp_path.iterdir()] == [MANIFEST]


def test_a_store_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"format": 99}')
    with pytest.raises(StoreError, match=f"has format 99; this program reads format {FORMAT}, so build"):
        Store.open(tmp_path)


def test_a_directory_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(StoreError, match="is not a store and not empty; name a new or an empty directory"):
        Store.open(tmp_path, create=True)
    with pytest.raises(StoreError, match="is not a store"):
        Store.open(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("create", [False, True])
def test_a_file_is_no_store(tmp_path: Path, create: bool) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    with pytest.raises(StoreError, match="is not a store"):
        Store.open(file, create=create)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["x" * 5000, "/dev/null/store", "/proc/no-such-process/store"])
@pytest.mark.parametrize("create", [False, True])
def test_an_impossible_path_is_told(name: str, create: bool) -> None:
    with pytest.raises(EvidenceError) as caught:
        Store.open(name, create=create)
    assert str(caught.value).startswith(f"{name}")
    assert "\n" not in str(caught.value)


def test_a_damaged_store_is_told_in_one_line(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).replace({G1.value: [quad("x")]})
    (tmp_path / STANDING / "CURRENT").write_text("nonsense")
    with pytest.raises(StoreError, match="the store cannot be opened: Corruption: CURRENT file") as caught:
        Store.open(tmp_path)
    assert "\n" not in str(caught.value)


OPEN = """
import sys; from ldn_graph.store import Store
Store.open(sys.argv[1], create=len(sys.argv) > 2)
"""


def run(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *args], env=environment(), capture_output=True, text=True,
                          check=False)


@pytest.mark.parametrize(("more", "told"), [(["create"], "the store cannot be made: Permission denied"),
                                            ([], "is not a store")])
def test_a_directory_that_may_not_be_written_is_told(more: list[str], told: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        unprivileged = "import os; os.geteuid() or os.setuid(65534)\n"
        done = run(OPEN.replace("Store.open", f"{unprivileged}Store.open"), name, *more)
        assert f"StoreError: {name}: {told}" in done.stderr
        assert list(Path(name).iterdir()) == []


def test_a_store_that_may_not_be_written_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:
        Store.open(name, create=True).replace({G1.value: [quad("x")]})
        Path(name).chmod(0o755)
        done = run(OPEN.replace("Store.open", "import os; os.geteuid() or os.setuid(65534)\nStore.open"), name)
        assert f"StoreError: {name}: the store cannot be opened: " in done.stderr
        assert "Permission denied" in done.stderr


def test_a_second_process_is_refused_with_a_reason(tmp_path: Path) -> None:
    holder = Store.open(tmp_path, create=True)
    done = run(OPEN, str(tmp_path))
    assert (f"StoreError: {tmp_path}: the store cannot be opened: it is open already; wait until the other program is "
            "done\n") in done.stderr
    del holder
    assert run(OPEN, str(tmp_path)).stderr == ""


def test_a_second_opening_in_one_process_is_refused_too(tmp_path: Path) -> None:
    holder = Store.open(tmp_path, create=True)
    with pytest.raises(StoreError, match="it is open already"):
        Store.open(tmp_path)
    assert holder.graphs() == []


WRITE_FOR_EVER = """
import sys, itertools
import pyoxigraph as ox
from ldn_graph.store import Store
store, p = Store.open(sys.argv[1], create=True), ox.NamedNode("https://example.org/p")
for version in itertools.count(int(sys.argv[2])):
    graphs = [ox.NamedNode(f"https://example.org/{n}") for n in range(10)]
    store.replace({g.value: [ox.Quad(g, p, ox.Literal(f"{version} {i}"), g) for i in range(40)] for g in graphs})
    print(version, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill_and_nothing_is_half_written(tmp_path: Path) -> None:
    acknowledged = 0
    for after in (1, 3, 8, 2, 21):
        writer = python(WRITE_FOR_EVER, str(tmp_path), str(acknowledged + 1))
        assert writer.stdout is not None
        for _ in range(after):
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        rest = writer.communicate()[0].split()
        acknowledged = int(rest[-1]) if rest else acknowledged
        store = Store.open(tmp_path)
        versions = {text.split()[0] for text in texts(store)}
        assert versions in ({str(acknowledged)}, {str(acknowledged + 1)})
        assert sorted(len(list(store.quads(graph))) for graph in store.graphs()) == [40] * 10
        del store
        acknowledged = int(versions.pop())
