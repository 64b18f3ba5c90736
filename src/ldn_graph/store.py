"""The store: named graphs in memory or in a directory, one graph per document, replaced whole.

Every query sees the union of the standing documents and the ontology. Only `EvidenceStore` writes here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from ldn_graph.errors import NotFoundError, QueryError, StoreError
from ldn_graph.terms import RDF_TYPE

FORMAT = 1
MANIFEST = "ldn-graph.json"
STANDING = "standing"
HELD = "held"
"""The dataset of documents that do not conform: a directory beside that of the standing ones, in no query on these."""

_BUSY = re.compile(r"lock (hold|held) by|LOCK: Resource temporarily unavailable")

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Store:
    """Named graphs in a pyoxigraph store.

    >>> store = Store()
    >>> graph = ox.NamedNode("https://example.org/g")
    >>> store.replace({graph.value: [ox.Quad(graph, graph, ox.Literal("x"), graph)]})
    >>> store.graphs()
    ['https://example.org/g']
    """

    def __init__(self, engine: ox.Store | None = None, path: Path | None = None) -> None:
        self._engine: ox.Store | None = engine if engine is not None else ox.Store()
        self.path = path

    @property
    def engine(self) -> ox.Store:
        """The engine; StoreError once the store is closed."""
        if self._engine is None:
            raise StoreError(f"{self.path or 'the store'}: is closed; open it again")
        return self._engine

    def check_open(self) -> None:
        """Raises StoreError once the store is closed."""
        _ = self.engine

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False) -> Self:
        """The store in a directory; with `create`, a new or empty directory becomes one.

        Raises NotFoundError where there is no directory, StoreError where it is no store or another process holds it.
        """
        directory = Path(path)
        if create and not is_store(directory):
            _create(directory)
        _check(directory)
        if not create and not _exists(directory / STANDING):
            raise StoreError(f"{directory}: the store is damaged: its directory `{STANDING}` is gone; make it anew")
        return cls(_engine(directory, STANDING), directory)

    def held(self, *, create: bool) -> Store | None:
        """The held dataset beside a store on disk; nothing where there is none and it is not to be made."""
        if self.path is None or not (create or self.holds()):
            return None
        return Store(_engine(self.path, HELD), self.path)

    def holds(self) -> bool:
        """Whether a store on disk has a held dataset."""
        return self.path is not None and _exists(self.path / HELD)

    def replace(self, graphs: Mapping[str, Iterable[ox.Quad]], drop: Iterable[str] = ()) -> None:
        """Replaces each named graph by its new quads and drops others, all in one transaction."""
        parts = [f"DROP SILENT GRAPH {ox.NamedNode(name)}" for name in (*drop, *graphs)]
        parts += filter(None, (_insertion(name, quads) for name, quads in graphs.items()))
        try:
            self.engine.update(" ;\n".join(parts))
            self.engine.flush()
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{self.path}: nothing was written: {_one_line(error)}") from None

    def fill(self, quads: Iterable[ox.Quad]) -> None:
        """Adds quads to a store that is being made, all or none; not for documents that are to be replaced."""
        try:
            self.engine.extend(quads)
            self.engine.flush()
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{self.path}: nothing was written: {_one_line(error)}") from None

    def read(self, file: Path) -> None:
        """Adds the quads of an N-Quads file to a store that is being made."""
        self.engine.load(path=str(file), format=ox.RdfFormat.N_QUADS, lenient=True)

    def query(self, text: str, prefixes: Mapping[str, str] | None = None, *, union: bool = True) -> Results:
        """The results of a SPARQL query over the union of all graphs; QueryError where it cannot run.

        `prefixes` need not be declared in the text. Without `union`, the query is asked over the graphs it names by
        FROM, which the engine would otherwise pass over in silence.
        """
        try:
            return self.engine.query(text, use_default_graph_as_union=union, prefixes=dict(prefixes or {}))
        except (SyntaxError, ValueError) as error:
            raise QueryError(_syntax(error)) from None
        except (OSError, RuntimeError) as error:
            raise QueryError(f"the query failed: {_one_line(error)}") from None

    def close(self) -> None:
        """Lets go of the engine, and with it of the lock on the directory; a second time does nothing."""
        self._engine = None

    def graphs(self) -> list[str]:
        """The IRIs of all named graphs, sorted."""
        return sorted(graph.value for graph in self.engine.named_graphs() if isinstance(graph, ox.NamedNode))

    def describes_itself(self, graph: str) -> bool:
        """Whether a named graph says what its own name is, as the graph of each document does."""
        name = ox.NamedNode(graph)
        return next(self.engine.quads_for_pattern(name, ox.NamedNode(RDF_TYPE), None, name), None) is not None

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """The quads of one named graph, or of all."""
        return self.engine.quads_for_pattern(None, None, None, ox.NamedNode(graph) if graph else None)

    def having(self, predicate: ox.NamedNode, value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
               ) -> Iterator[ox.Quad]:
        """The quads of all graphs that have a property with a value."""
        return self.engine.quads_for_pattern(None, predicate, value, None)


def _engine(directory: Path, dataset: str) -> ox.Store:
    try:
        return ox.Store(str(directory / dataset))
    except (OSError, RuntimeError) as error:
        busy = _BUSY.search(str(error)) is not None
        reason = "it is open already; wait until the other program is done" if busy else _one_line(error)
        raise StoreError(f"{directory}: the store cannot be opened: {reason}") from None


def is_store(directory: Path) -> bool:
    """Whether a directory is a store; StoreError where that cannot be seen."""
    return _exists(directory / MANIFEST)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise StoreError(f"{path}: cannot be looked at: {error.strerror}") from None


def _insertion(name: str, quads: Iterable[ox.Quad]) -> str:
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return f"INSERT DATA {{ GRAPH {ox.NamedNode(name)} {{\n{body.decode()}}} }}" if body else ""


def _create(directory: Path) -> None:
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise StoreError(f"{directory}: is not a store and not empty; name a new or an empty directory")
        directory.mkdir(parents=True, exist_ok=True)
        (directory / MANIFEST).write_text(json.dumps({"format": FORMAT}) + "\n", encoding="utf-8")
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(f"{directory}: the store cannot be made: {error.strerror}") from None


def _check(directory: Path) -> None:
    if not _exists(directory):
        raise NotFoundError(f"{directory}: there is no store; make one with `ldn-graph build --store {directory}`")
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        version = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreError(f"{directory}: is not a store (it has no readable {MANIFEST}); name another directory"
                         ) from None
    if version != FORMAT:
        raise StoreError(f"{directory}: the store has format {version}; this program reads format {FORMAT}, so build "
                         "the store anew from its documents")


def _syntax(error: Exception) -> str:
    """Where a query stops making sense; the engine's list of all that could follow is cut short."""
    text = _one_line(error)
    match = re.match(r"error at (\d+):(\d+): (.*)", text)
    if match is None:
        return f"the query does not parse: {text}"
    expected = match[3] if len(match[3]) <= 120 else f"{match[3][:120].rsplit(',', 1)[0]}, …"
    return f"the query does not parse at line {match[1]}, column {match[2]}: {expected}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
