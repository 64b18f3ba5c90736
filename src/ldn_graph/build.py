"""Makes what the wheel ships beside the sources, through the same gate as everything else."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pyoxigraph as ox

from ldn_graph.export import iri_of, write_file
from ldn_graph.library import EvidenceStore
from ldn_graph.precompiled import ONTOLOGY_GRAPHS, catalogue, digest, ontology_quads, prefixes
from ldn_graph.shipped import shipped


def compile_shipped(directory: Path) -> None:
    """Writes ontology and collection as sorted N-Quads, and the manifest with catalogue, prefixes and digest.

    Raises NotConformantError where the collection does not conform.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "manifest.json").unlink(missing_ok=True)
    evidence = EvidenceStore.empty()
    evidence.load([shipped("evidence")])
    collection = [quad for quad in evidence.quads() if iri_of(quad.graph_name) not in ONTOLOGY_GRAPHS.values()]
    _write(directory / "ontology.nq", ontology_quads())
    _write(directory / "collection.nq", collection)
    manifest = {"digest": digest(), "prefixes": prefixes(),
                "catalogue": [asdict(question) for question in catalogue().values()]}
    write_file(directory / "manifest.json", json.dumps(manifest, indent=1).encode() + b"\n")


def _write(file: Path, quads: list[ox.Quad]) -> None:
    ox.serialize(sorted(quads, key=str), str(file), format=ox.RdfFormat.N_QUADS)
