"""Findings and the report that holds them: what is wrong, where it stands, and how to mend it.

Every check ends here: reading a document, its references, SHACL shapes. A finding names its rule by IRI, so that
programs can rely on it, and speaks to a curator in its message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

MAX_LINES = 500
"""Most findings that are printed; the other forms of a report have all of them."""


class Severity(StrEnum):
    """How grave a finding is."""

    VIOLATION = "violation"
    """An answer would be wrong: the document stays out of the standing evidence."""
    WARNING = "warning"
    """A reader should know: the document enters, and the finding is kept with it."""
    INFO = "info"
    """Advice."""


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that a check found; findings are in the order of files, lines and key paths.

    `source` and `line` say where in the file (line 0: unknown), `path` the keys that lead there. `focus`,
    `predicate`, `value`, `component` and `rule` are IRIs or lexical forms as in `sh:ValidationResult`.
    """

    source: str
    line: int
    path: tuple[str, ...]
    message: str
    rule: str
    severity: Severity = Severity.VIOLATION
    focus: str = ""
    predicate: str = ""
    value: str = ""
    component: str = ""

    @property
    def rule_name(self) -> str:
        """The last part of the rule's IRI, short enough to print.

        >>> Finding("a.yaml", 3, (), "…", "https://example.org/rules#unknown-key").rule_name
        'unknown-key'
        """
        return self.rule.rpartition("#")[2]

    def __str__(self) -> str:
        """One line: place, path, message and rule; what could break the line or steer a terminal is a space.

        >>> print(Finding("a.yaml", 3, ("groups", "x"), "has no kind", "https://example.org/#y", Severity.WARNING))
        a.yaml:3: warning: groups › x: has no kind (y)
        """
        place = f"{self.source}:{self.line}" if self.line else self.source
        path = " › ".join(self.path)
        return one_line(f"{place}: {self.severity}: {path + ': ' if path else ''}{self.message} ({self.rule_name})")


@dataclass(frozen=True)
class Report:
    """All findings of one check, in order; `documents` counts what was checked.

    `together` has, by document, those of the collection rules: on what was checked, and on the standing documents that
    it bears on. A finding that stands with such a document already is not among `findings` again.
    """

    documents: int = 0
    findings: tuple[Finding, ...] = field(default=())
    together: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict, hash=False, repr=False)

    @property
    def conforms(self) -> bool:
        """Whether nothing found keeps a document out.

        >>> Report(documents=1).conforms
        True
        """
        return all(finding.severity is not Severity.VIOLATION for finding in self.findings)

    def at_least(self, severity: Severity) -> Report:
        """The report without what is less grave; it conforms or not as before.

        >>> Report(1, (Finding("a.yaml", 3, (), "…", "#y", Severity.INFO),)).at_least(Severity.WARNING).findings
        ()
        """
        shown = tuple(it for it in self.findings if _rank(it.severity) <= _rank(severity))
        return replace(self, findings=shown)

    def summary(self) -> str:
        """One line with the verdict and the counts.

        >>> Report(documents=2).summary()
        '2 documents conform: no findings'
        """
        noun = "document" if self.documents == 1 else "documents"
        verb = ("conforms" if self.documents == 1 else "conform") if self.conforms else (
            "does not conform" if self.documents == 1 else "do not conform")
        return f"{self.documents} {noun} {verb}: {counted(self.findings)}"

    def text(self, least: Severity = Severity.INFO) -> str:
        """The findings by document, a line each up to `MAX_LINES`, and the summary, which is about all of them."""
        shown = self.at_least(least).findings
        groups = [list(group) for _, group in groupby(shown[:MAX_LINES], lambda finding: finding.source)]
        lines = [line for group in groups for line in _group(group, headed=len(groups) > 1)]
        more, hidden = len(shown) - MAX_LINES, len(self.findings) - len(shown)
        lines += [f"… and {more} more"] * (more > 0)
        lines += [f"{hidden} less grave than {least} not shown"] * (hidden > 0)
        return "\n".join([*lines, self.summary()])

    def __str__(self) -> str:
        return self.text()


def counted(findings: Iterable[Finding]) -> str:
    """How many findings there are of each severity, in words.

    >>> counted([])
    'no findings'
    """
    counts = Counter(finding.severity for finding in findings)
    told = [f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}" for severity in Severity
            if counts[severity]]
    return ", ".join(told) or "no findings"


def _group(findings: list[Finding], *, headed: bool) -> list[str]:
    """The lines of the findings on one document, under its name where there are several."""
    lines = [str(finding) for finding in findings]
    return [one_line(f"{findings[0].source}: {counted(findings)}"), *lines, ""] if headed else lines


def _rank(severity: Severity) -> int:
    return list(Severity).index(severity)


def one_line(text: str) -> str:
    r"""A text with a space for each character that could break the line or steer a terminal.

    >>> one_line("a\nb\x1b[2J")
    'a b [2J'
    """
    return "".join(character if character.isprintable() else " " for character in text)
