"""A knowledge-graph store for clinical evidence.

>>> from ldn_graph import EvidenceStore
>>> evidence = EvidenceStore.open()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldn_graph.answer import Answer
from ldn_graph.errors import (
    DocumentError,
    EvidenceError,
    InputError,
    NotConformantError,
    NotFoundError,
    QueryError,
    StoreError,
)
from ldn_graph.findings import Finding, Report, Severity
from ldn_graph.library import EvidenceStore, Intake
from ldn_graph.queries import Question, Table

if TYPE_CHECKING:
    from ldn_graph.passages.checks import Outcome

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "DocumentError",
    "EvidenceError",
    "EvidenceStore",
    "Finding",
    "InputError",
    "Intake",
    "NotConformantError",
    "NotFoundError",
    "Outcome",
    "QueryError",
    "Question",
    "Report",
    "Severity",
    "StoreError",
    "Table",
]


def __getattr__(name: str) -> object:
    """The class of what `verify_sources` gives, which is kept out of the cold path."""
    if name == "Outcome":
        from ldn_graph.passages.checks import Outcome  # noqa: PLC0415

        return Outcome
    raise AttributeError(f"module `ldn_graph` has no attribute `{name}`")
