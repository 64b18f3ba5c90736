"""pyshacl, the referee of the gate.

The one module that reaches into pyshacl beyond its public call, which reads all shapes anew each time and takes longer
for that than for checking a document. The package is pinned, and a test compares this module with the public call.
"""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache

import rdflib
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator

from ldn_graph.screen import shape_files


def judge(graph: rdflib.Graph, nodes: Container[str]) -> rdflib.Graph:
    """The validation report on some nodes of a graph, as RDF; other nodes only lend their classes."""
    data = DataGraph.from_rdflib(graph)
    executor = Validator(data, shacl_graph=rdflib.Graph()).make_executor()
    results = []
    for shape in _aimed_shapes():
        aimed_at = shape.focus_nodes(data)  # type: ignore[no-untyped-call]
        if focus := [node for node in aimed_at if str(node) in nodes]:
            results += shape.validate(executor, data, focus=focus)[1]
    report: rdflib.Graph = Validator.create_validation_report(_read_shapes(), not results, results)[0]
    return report


@lru_cache(maxsize=1)
def shapes() -> rdflib.Graph:
    """The shapes that documents must fit."""
    graph = rdflib.Graph()
    for file in shape_files():
        graph.parse(file, format="turtle")
    return graph


@lru_cache(maxsize=1)
def _read_shapes() -> ShapesGraph:
    return ShapesGraph(shapes())


@lru_cache(maxsize=1)
def _aimed_shapes() -> list[Shape]:
    """The shapes that have targets, as pyshacl reads them; the others are reached through these."""
    return [shape for shape in _read_shapes().shapes if any(map(list, shape.target()))]
