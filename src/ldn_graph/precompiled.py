"""What was made at build so that a cold start reads neither YAML nor shapes: quads, catalogue and prefixes.

It carries the digest of the sources it was made from and is not used once they have changed: ontology and catalogue are
then read from their sources, and the collection is to go through the gate again. The program counts as a source, since
another program may make other quads of the same documents.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ldn_graph.queries import Column, Parameter, Question
from ldn_graph.shipped import made, shipped

ONTOLOGY_GRAPHS = {"ldn": "https://w3id.org/ldn-graph/ns", "terms": "https://w3id.org/ldn-graph/terms"}
"""The graphs in which the vocabulary and its code lists stand, by the names of their files."""

_SHACL = "http://www.w3.org/ns/shacl#"


def ontology_quads() -> list[ox.Quad]:
    """The quads of the vocabulary and its code lists, each in a graph of its own."""
    if _made():
        return _read("ontology.nq")
    return [ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))
            for name, graph in ONTOLOGY_GRAPHS.items()
            for triple in ox.parse(path=str(shipped("ontology") / f"{name}.ttl"))]


def standing_files() -> tuple[Path, ...]:
    """The N-Quads files of the ontology and of the shipped collection as the gate let it in.

    None of them where their sources have changed since.
    """
    return (made("ontology.nq"), made("collection.nq")) if _made() else ()


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Question]:
    """The canned queries by slug."""
    if not _made():
        from ldn_graph.catalogue import read_catalogue  # noqa: PLC0415 — a cold start must not read YAML

        return read_catalogue(shipped("queries"))
    questions = [_question(entry) for entry in _made()["catalogue"]]
    return {question.slug: question for question in questions}


@lru_cache(maxsize=1)
def prefixes() -> dict[str, str]:
    """The project's prefixes."""
    if _made():
        return dict(_made()["prefixes"])
    found: dict[str, dict[str, str]] = {}
    for triple in ox.parse(path=str(shipped("ontology") / "prefixes.ttl")):
        if triple.predicate.value in {_SHACL + "prefix", _SHACL + "namespace"}:
            found.setdefault(str(triple.subject), {})[triple.predicate.value] = str(getattr(triple.object, "value", ""))
    return dict(sorted((pair[_SHACL + "prefix"], pair[_SHACL + "namespace"]) for pair in found.values()))


def digest() -> str:
    """The digest of all sources: names and bytes of the ontology, the queries, the collection and the program."""
    whole = hashlib.sha256()
    for root, pattern in (*((shipped(name), "*") for name in ("ontology", "queries", "evidence")),
                          (Path(__file__).parent, "*.py")):
        for file in sorted(path for path in root.rglob(pattern) if path.is_file()):
            whole.update(f"{root.name}/{file.relative_to(root).as_posix()}\0".encode())
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


@lru_cache(maxsize=1)
def _made() -> dict[str, Any]:
    """The manifest of what was made, or nothing where it is missing or its sources have changed."""
    try:
        manifest = json.loads(made("manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) and manifest.get("digest") == digest() else {}


def _read(name: str) -> list[ox.Quad]:
    return list(ox.parse(path=str(made(name)), format=ox.RdfFormat.N_QUADS))


def _question(entry: dict[str, Any]) -> Question:
    params = (Parameter(**{**param, "values": tuple(param["values"])}) for param in entry["params"])
    return Question(**{**entry, "tags": tuple(entry["tags"]), "federates_with": tuple(entry["federates_with"]),
                       "params": tuple(params),
                       "columns": tuple(Column(**column) for column in entry["columns"])})
