"""A knowledge-graph store for clinical evidence.

>>> from ldn_graph import EvidenceStore
>>> evidence = EvidenceStore.open()
"""

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
from ldn_graph.library import EvidenceStore
from ldn_graph.queries import Question, Table

__version__ = "0.1.0"

__all__ = [
    "DocumentError",
    "EvidenceError",
    "EvidenceStore",
    "Finding",
    "InputError",
    "NotConformantError",
    "NotFoundError",
    "QueryError",
    "Question",
    "Report",
    "Severity",
    "StoreError",
    "Table",
]
