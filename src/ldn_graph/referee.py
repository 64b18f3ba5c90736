"""pyshacl, the referee of the gate.

The one module that reaches into pyshacl beyond its public call, which reads all shapes anew each time, and each
constraint anew for each node. Here they are read once. What a constraint says of a node is pyshacl's own word. The
package is pinned, and tests compare this module with the public call.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, lru_cache

import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.graph_abstraction import DataGraph
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from ldn_graph.screen import shape_files

_AIMS = _CLASS, _SUBJECTS, _OBJECTS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)

_Aim = tuple[Node, Node]
_Result = tuple[str, rdflib.BNode, list[tuple[Node, Node, object]]]
_Told = tuple[bool, list[_Result]]


def judge(graph: rdflib.Graph, nodes: Container[str]) -> rdflib.Graph:
    """The validation report on some nodes of a graph, as RDF; other nodes only lend their classes."""
    data = graph if isinstance(graph, ReadGraph) else ReadGraph(graph)
    aimed_at, results = _aimed_at(graph, nodes), []
    for shape, aims in _aimed_shapes():
        if focus := {node for aim in aims if aim in aimed_at for node in aimed_at[aim]}:
            results += shape.validate(_executor(), data, list(focus))[1]
    report: rdflib.Graph = Validator.create_validation_report(_read_shapes(), not results, results)[0]
    return report


def _aimed_at(graph: rdflib.Graph, nodes: Container[str]) -> dict[_Aim, set[Node]]:
    """What a shape can aim at in a graph, each with those of some nodes that it hits; classes are taken as they stand.

    Documents hold no class hierarchy: classes are declared in the ontology alone.
    """
    found: dict[_Aim, set[Node]] = {}
    for subject, predicate, value in graph:
        if str(subject) in nodes:
            found.setdefault((_SUBJECTS, predicate), set()).add(subject)
            if predicate == RDF.type:
                found.setdefault((_CLASS, value), set()).add(subject)
        if str(value) in nodes:
            found.setdefault((_OBJECTS, predicate), set()).add(value)
    return found


@lru_cache(maxsize=1)
def shapes() -> rdflib.Graph:
    """The shapes that documents must fit."""
    graph = rdflib.Graph()
    for file in shape_files():
        graph.parse(file, format="turtle")
    return graph


class ReadGraph(rdflib.Graph):
    """A graph to be read often: it remembers what it was asked.

    It is true without counting its triples, which pyshacl has done for each result.
    """

    def __init__(self, triples: Iterable[tuple[Node, Node, Node]] = ()) -> None:
        super().__init__("SimpleMemory")
        self.answers: dict[object, list[tuple[Node, Node, Node]]] = {}
        for triple in triples:
            self.add(triple)

    def __bool__(self) -> bool:
        return True

    def add(self, triple: tuple[Node, Node, Node]) -> ReadGraph:
        """The graph itself, which has forgotten its answers."""
        self.answers.clear()
        super().add(triple)
        return self

    def triples(self, triple: object) -> Iterator[tuple[Node, Node, Node]]:  # type: ignore[override]
        """The triples that fit, looked up once."""
        if triple not in self.answers:
            self.answers[triple] = list(super().triples(triple))  # type: ignore[call-overload]
        return iter(self.answers[triple])


class _Prepared(Shape):
    """A shape of pyshacl that builds its constraints once, where pyshacl builds them for each node."""

    __slots__ = ()

    def validate(self, executor: SHACLExecutor, target_graph: rdflib.Graph,
                 focus: Node | Sequence[Node] | None = None, _evaluation_path: Sequence[object] | None = None) -> _Told:
        nodes = [focus] if isinstance(focus, Node) else focus
        if not nodes or self.deactivated:
            return True, []
        values = self.value_nodes(target_graph, nodes)
        way = [*(_evaluation_path or ()), self]
        told = [part.evaluate(executor, target_graph, values, [*way, part]) for part in _components(self)]
        return all(fits for fits, _ in told), [result for _, results in told for result in results]


@cache
def _components(shape: _Prepared) -> list[ConstraintComponent]:
    """The constraints of a shape; those inside others, which no report shows, are spared their wording."""
    kinds = {CONSTRAINT_PARAMETERS_MAP[parameter]: None for parameter in shape.sg.graph.predicates(shape.node)
             if parameter in CONSTRAINT_PARAMETERS_MAP}
    components = [kind(shape) for kind in kinds]
    for component in components:
        component.make_v_result_description = _no_text  # type: ignore[method-assign]
        if isinstance(shape.node, rdflib.BNode):
            component.make_generic_messages = _no_messages  # type: ignore[method-assign,assignment]
    return components


def _no_text(*_: object, **__: object) -> str:
    return ""


def _no_messages(*_: object) -> list[rdflib.Literal]:
    return []


@lru_cache(maxsize=1)
def _executor() -> SHACLExecutor:
    return Validator(DataGraph.from_rdflib(rdflib.Graph()), shacl_graph=rdflib.Graph()).make_executor()


@lru_cache(maxsize=1)
def _read_shapes() -> ShapesGraph:
    read = ShapesGraph(ReadGraph(shapes()))
    for shape in read.shapes:
        shape.__class__ = _Prepared
    return read


@lru_cache(maxsize=1)
def _aimed_shapes() -> list[tuple[_Prepared, list[_Aim]]]:
    """The shapes that have targets, each with what it aims at; the others are reached through these."""
    aimed = []
    for shape in _read_shapes().shapes:
        aims: list[_Aim] = [(how, aim) for how in _AIMS for aim in shape.sg.graph.objects(shape.node, how)]
        aimed += [(shape, aims)] if aims else []
    return aimed
