"""The exceptions of ldn-graph.

::

    EvidenceError                what could not be done; its text says what, where and what to do
    ├── InputError (ValueError)        an argument, a file or a parameter that cannot be used
    ├── DocumentError (ValueError)     a text that is no document of the authoring language
    ├── NotFoundError (LookupError)    a name, a document or a file that is not there
    ├── QueryError (ValueError)        SPARQL or a query file that does not parse or run
    ├── StoreError (OSError)           a store that cannot be opened, read or written
    └── NotConformantError (ValueError)  evidence that the gate refuses; carries the report

Evidence that does not conform is a `Report`, not an exception: `NotConformantError` is raised only where
a caller asked for a commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ldn_graph.findings import Report


class EvidenceError(Exception):
    """Base of all errors that ldn-graph raises on purpose."""


class InputError(EvidenceError, ValueError):
    """An argument, a file or a parameter cannot be used."""


class DocumentError(EvidenceError, ValueError):
    """A text is no document of the language; `rule` and `line` say what and where, `also` what else was found."""

    def __init__(self, rule: str, line: int, message: str) -> None:
        super().__init__(message)
        self.rule, self.line = rule, line
        self.also: tuple[DocumentError, ...] = ()

    def with_others(self, others: Iterable[DocumentError]) -> DocumentError:
        """The same error, with others that were found in the same text."""
        self.also = tuple(others)
        return self


class NotFoundError(EvidenceError, LookupError):
    """A name, a document or a file is not there."""


class QueryError(EvidenceError, ValueError):
    """A query does not parse or run."""


class StoreError(EvidenceError, OSError):
    """A store cannot be opened, read or written."""


class NotConformantError(EvidenceError, ValueError):
    """The gate refuses evidence; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report
