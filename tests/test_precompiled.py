"""What the build makes: the same as the sources give now, used while they have not changed, and cheap to start with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ldn_graph import EvidenceStore, NotConformantError, build, precompiled
from ldn_graph.build import compile_shipped
from ldn_graph.catalogue import read_catalogue
from ldn_graph.export import iri_of
from ldn_graph.shipped import made, shipped
from mini import dump

ROOT = Path(__file__).parent.parent
MADE = ["collection.nq", "manifest.json", "ontology.nq"]


def forget() -> None:
    """Makes the module read its files again."""
    for cached in (precompiled._made, precompiled.catalogue, precompiled.prefixes):
        cached.cache_clear()


@pytest.fixture
def from_sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package as if nothing had been made."""
    monkeypatch.setattr(precompiled, "made", lambda name: Path("/nowhere") / name)
    forget()
    yield
    forget()


def use(monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    """Lets the package use what was made in a directory."""
    monkeypatch.setattr(precompiled, "made", lambda name: directory / name)
    forget()


@pytest.fixture
def fresh(from_sources: None, tmp_path: Path) -> Path:
    """What the build makes from the sources now."""
    del from_sources
    compile_shipped(tmp_path / "made")
    return tmp_path / "made"


def test_what_is_made_is_what_the_gate_lets_in_now(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gated = EvidenceStore.open()
    catalogue, prefixes = precompiled.catalogue(), precompiled.prefixes()
    use(monkeypatch, fresh)
    assert sorted(file.name for file in fresh.iterdir()) == MADE
    assert precompiled.standing_files()
    assert dump(EvidenceStore.open()) == dump(gated)
    assert precompiled.catalogue() == catalogue == read_catalogue(shipped("queries"))
    assert list(precompiled.catalogue()) == list(catalogue)
    assert precompiled.prefixes() == prefixes
    assert (prefixes["ldn"], prefixes["skos"]) == ("https://w3id.org/ldn-graph/ns#", "http://www.w3.org/2004/02/skos/core#")


def test_what_stands_beside_the_package_is_true(fresh: Path) -> None:
    if not made("manifest.json").is_file():
        pytest.skip("nothing has been made beside the package")
    if json.loads(made("manifest.json").read_text())["digest"] != precompiled.digest():
        pytest.skip("the sources have changed since it was made, so it is not used")
    assert {name: made(name).read_bytes() for name in MADE} == {name: (fresh / name).read_bytes() for name in MADE}


def test_the_build_gives_the_same_bytes_each_time(fresh: Path, tmp_path: Path) -> None:
    compile_shipped(tmp_path / "again")
    assert {name: (fresh / name).read_bytes() for name in MADE} == {
        name: (tmp_path / "again" / name).read_bytes() for name in MADE}


def test_ontology_and_collection_are_apart_and_without_blank_nodes(fresh: Path) -> None:
    ontology, collection = (list(ox.parse(path=fresh / name)) for name in ("ontology.nq", "collection.nq"))
    assert {iri_of(quad.graph_name) for quad in ontology} == set(precompiled.ONTOLOGY_GRAPHS.values())
    assert not {iri_of(quad.graph_name) for quad in collection} & set(precompiled.ONTOLOGY_GRAPHS.values())
    assert not any(isinstance(term, ox.BlankNode)
                   for quad in (*ontology, *collection) for term in (quad.subject, quad.object))


def spoil(directory: Path, manifest: str) -> None:
    (directory / "manifest.json").write_text(manifest)


@pytest.mark.parametrize("manifest", ['{"digest": "0"}', "", "{", "[]", '"x"', "{}"])
def test_a_manifest_of_other_sources_is_not_used(
        fresh: Path, monkeypatch: pytest.MonkeyPatch, manifest: str) -> None:
    (fresh / "collection.nq").write_text("")
    (fresh / "ontology.nq").write_text("")
    spoil(fresh, manifest)
    use(monkeypatch, fresh)
    assert not precompiled.standing_files()
    assert len(precompiled.ontology_quads()) > 1000
    assert "adverse-events" in precompiled.catalogue()
    assert precompiled.prefixes()["ldn"] == "https://w3id.org/ldn-graph/ns#"


@pytest.mark.parametrize("name", ["ontology/terms.ttl", "queries/limitations.rq", "evidence/new.yaml",
                                  "src/ldn_graph/terms.py"])
def test_any_change_of_a_source_changes_the_digest(tmp_path: Path, name: str) -> None:
    tree = checkout(tmp_path)
    before = digest_of(tree)
    assert digest_of(tree) == before
    with (tree / name).open("a") as file:
        file.write("\n#\n")
    assert digest_of(tree) != before


def test_a_renamed_source_changes_the_digest(tmp_path: Path) -> None:
    tree = checkout(tmp_path)
    before = digest_of(tree)
    (tree / "queries" / "limitations.rq").rename(tree / "queries" / "weaknesses.rq")
    assert digest_of(tree) != before


def test_a_build_that_fails_leaves_no_manifest(fresh: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("collection: x\nlabell: y\n")
    monkeypatch.setattr(build, "shipped", lambda _: tmp_path / "bad.yaml")
    with pytest.raises(NotConformantError):
        compile_shipped(fresh)
    assert not (fresh / "manifest.json").exists()


def checkout(directory: Path) -> Path:
    """A copy of all that the package needs, as in a checkout."""
    for name in ("ontology", "queries", "evidence"):
        shutil.copytree(shipped(name), directory / "tree" / name)
    package = Path(precompiled.__file__).parent
    shutil.copytree(package, directory / "tree" / "src" / "ldn_graph",
                    ignore=shutil.ignore_patterns("shipped", "__pycache__"))
    (directory / "tree" / "pyproject.toml").write_text("")
    return directory / "tree"


def python(tree: Path, code: str, *args: str, stdin: str = "") -> str:
    done = subprocess.run([sys.executable, "-c", code, *args], cwd=tree.parent, input=stdin, capture_output=True,
                          text=True, check=False, env={**os.environ, "PYTHONPATH": str(tree / "src")})
    assert done.returncode == 0, done.stderr
    return done.stdout


def digest_of(tree: Path) -> str:
    return python(tree, "from ldn_graph.precompiled import digest; print(digest())").strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copied checkout with what the build makes in its place."""
    tree = checkout(tmp_path_factory.mktemp("built"))
    code = "import sys, pathlib; from ldn_graph.build import *; compile_shipped(pathlib.Path(sys.argv[1]))"
    python(tree, code, str(tree / "src" / "ldn_graph" / "shipped"))
    return tree


IMPORTED = """
import sys
from ldn_graph.cli import main
try:
    main(sys.argv[1:], prog_name="ldn-graph")
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(sys.modules), file=sys.stderr)
"""
SLOW = {"yaml", "pyshacl", "rdflib", "pyld", "shacl", "pyparsing", "ldn_graph.validate", "ldn_graph.triples",
        "ldn_graph.documents", "ldn_graph.language", "ldn_graph.screen", "ldn_graph.referee", "mpmath"}


@pytest.mark.parametrize("args", [
    ["queries"], ["answer"], ["ask", "adverse-events", "--format", "csv"], ["ask", "limitations", "--explain"],
    ["query", "-"],
    ["ask", "effects-by-condition", "--param", "condition=fibromyalgia", "--format", "json"], ["export"], ["--help"],
])
def test_a_cold_start_imports_nothing_slow(built: Path, args: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED, *args], cwd=built.parent, input="ASK { ?s a ldn:Study }",
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(built / "src")})
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert sorted(SLOW & set(done.stderr.split())) == []


def test_the_check_for_slow_imports_can_fail(built: Path) -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED, "validate"], cwd=built.parent, capture_output=True,
                          text=True, check=True, env={**os.environ, "PYTHONPATH": str(built / "src")})
    assert SLOW - set(done.stderr.split()) <= {"pyld", "pyparsing", "shacl"}


def test_what_was_made_gives_the_same_answers_as_the_sources(built: Path, tmp_path: Path) -> None:
    sources = checkout(tmp_path)
    code = ("from ldn_graph import EvidenceStore, precompiled\nimport hashlib\n"
            "print(hashlib.sha256(chr(10).join(sorted(map(str, EvidenceStore.open().quads()))).encode()).hexdigest())")
    used = "from ldn_graph import precompiled; print(not precompiled.standing_files())"
    assert (python(built, used), python(sources, used)) == ("False\n", "True\n")
    assert python(built, code) == python(sources, code)


def test_a_changed_source_is_used_at_once(built: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(built, tree)
    file = next((tree / "evidence").rglob("naltrexone-chronic-pain.yaml"))
    file.write_text(file.read_text().replace("label: Low-dose naltrexone for chronic pain", "label: Changed"))
    code = ("from ldn_graph import EvidenceStore\n"
            "print(EvidenceStore.open().query('ASK { ?q a ldn:Question ; skos:prefLabel \"Changed\"@en }'))")
    assert (python(built, code), python(tree, code)) == ("False\n", "True\n")
