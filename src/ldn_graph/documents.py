"""Reads YAML files into documents and remembers the line of every key.

A document is a plain dict of our authoring language whose first key names its kind and key (`study: smith-2020`).
Scalars stay the text that stands in the file. This module knows YAML and nothing of the language's keys.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from ldn_graph.errors import DocumentError, InputError, NotFoundError
from ldn_graph.findings import Finding
from ldn_graph.terms import RULES, is_key

Value: TypeAlias = "str | list[str] | dict[str, Value]"
KeyPath: TypeAlias = tuple[str, ...]

KINDS = ("collection", "vocabulary", "question", "report", "study")
"""The kinds of document that people write."""
RECORDS = ("verification",)
"""The kinds of document that the program writes."""
SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 16
MAX_KEYS = 50_000
BLANK = "___"
"""What a template writes where the curator has to fill something in."""

_CONTROL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML can hold, so that no way out would be barred to a document that was let in."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """One document: its kind and key, its content without the first line, and where everything stands.

    `lines` maps key paths to line numbers counted from 1; it is empty for documents that no file holds.

    >>> Document("study", "smith-2020", {"label": "A trial"}).source
    'study/smith-2020'
    """

    kind: str
    key: str
    data: dict[str, Value]
    source: str = ""
    lines: dict[KeyPath, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.source:
            object.__setattr__(self, "source", f"{self.kind}/{self.key}")

    def line(self, path: KeyPath) -> int:
        """The line of the longest part of a key path that the file holds, else the first key's; 0 without a file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path or (self.kind,), 0)

    def finding(self, rule: str, path: KeyPath, message: str) -> Finding:
        """A violation of a rule of the authoring language at a key path."""
        return Finding(self.source, self.line(path), path, message, RULES + rule)


class _Builder:
    """Builds nested values from YAML events and refuses what the language does not allow.

    What is wrong with the structure ends the reading; what is wrong with single values is gathered as `problems`.
    """

    def __init__(self, events: Iterator[yaml.Event], text: str) -> None:
        self.events, self.text_lines = events, text.splitlines()
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[DocumentError] = []
        self.braces = 0

    def value(self, event: yaml.Event, path: KeyPath) -> Value:
        """The value that begins with an event."""
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DocumentError("yaml-alias", line, "anchors and aliases (& and *) are not allowed; write it out")
        if tag := getattr(event, "tag", None):
            raise DocumentError("yaml-tag", line, f"the tag {tag} is not allowed; write the value without it")
        if len(path) > MAX_DEPTH:
            raise DocumentError("too-deep", line, f"mappings are nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path, line)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path, inside=bool(getattr(event, "flow_style", False)))

    def scalar(self, event: yaml.ScalarEvent, path: KeyPath, line: int) -> str:
        """The text of a scalar, trimmed; blanks of a template and empty values are problems."""
        text: str = event.value.strip()
        name = path[-1] if path else "the document"
        if text == BLANK:
            self.problem("blank", line, f"`{name}` is still blank; fill it in, or delete the line")
        elif control := _CONTROL.search(text):
            self.problem("control-character", line,
                         f"`{name}` holds the control character U+{ord(control[0]):04X}; delete it")
        elif not text or (not event.style and text in {"~", "null"}):
            self.problem("empty", line, f"`{name}` has no value; {self.mend_of_empty(path)}")
        elif not event.style and self.is_cut(event):
            self.problem("cut-by-comment", line, f"`{name}` is cut at the `#`, which begins a comment; put the text "
                                                 "into quotation marks, or the comment on a line of its own")
        return text

    def problem(self, rule: str, line: int, message: str) -> None:
        self.problems.append(DocumentError(rule, line, message))

    def mend_of_empty(self, path: KeyPath) -> str:
        if self.braces:
            return ("inside braces a comma begins a new key: write decimals with a point, and put text that has a "
                    "comma into quotation marks")
        return "write its key" if path[0] in KINDS else "fill it in, or name it under `not-reported`"

    def is_cut(self, event: yaml.ScalarEvent) -> bool:
        """Whether a comment stands right behind a plain value, which may have been meant as a part of it."""
        mark = event.end_mark
        return mark is not None and self.text_lines[mark.line:] != [] and (
            self.text_lines[mark.line][mark.column:].lstrip().startswith("#"))

    def sequence(self, path: KeyPath) -> list[str]:
        """The texts of a list; lists of mappings are refused, since ids made from positions would shift."""
        items: list[str] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            item = None if isinstance(event, yaml.CollectionStartEvent) else self.value(event, path)
            if not isinstance(item, str):
                raise DocumentError("list-of-mappings", _line(event),
                               f"`{path[-1] if path else 'the document'}` is a list of mappings; name the items")
            items.append(item)
        return items

    def mapping(self, path: KeyPath, *, inside: bool) -> dict[str, Value]:
        """The keys and values of a mapping, each key once."""
        result: dict[str, Value] = {}
        self.braces += inside
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise DocumentError("yaml-key", line, "a key must be a plain word")
            key = event.value
            if key in result:
                raise DocumentError("duplicate-key", line, f"`{key}` stands here twice; the first is on line "
                                                      f"{self.lines[(*path, key)]}")
            if len(self.lines) >= MAX_KEYS:
                raise DocumentError("too-large", line, f"the document has more than {MAX_KEYS} keys; split it")
            self.lines[*path, key] = line
            result[key] = self.value(next(self.events), (*path, key))
        self.braces -= inside
        return result


def read_documents(paths: Iterable[str | Path]) -> tuple[list[Document], list[Finding]]:
    """The documents of files and directories (their `*.yaml`, in the order of their names), and what was wrong.

    A file that cannot be a document is left out and has a finding. Raises NotFoundError for a path that is not there
    or a directory without documents.
    """
    documents, findings = [], []
    for file in _files(paths):
        try:
            documents.append(parse_document(_text(file), str(file)))
        except DocumentError as refusal:
            findings += [Finding(str(file), each.line, (), str(each), RULES + each.rule)
                         for each in (refusal, *refusal.also)]
    return documents, findings


def parse_document(text: str, source: str = "") -> Document:
    """The document that a YAML text holds; DocumentError, with rule and line, where it holds none.

    >>> parse_document("study: smith-2020\\nlabel: A trial").data
    {'label': 'A trial'}
    """
    events = yaml.parse(text, Loader=_Loader)
    try:
        return _document(events, text, source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        read = text.encode(errors="replace")[:getattr(error, "position", 0)]
        line = mark.line + 1 if mark else read.count(b"\n") + 1
        raise DocumentError("yaml", line, f"this is no YAML: {problem}{_mend(problem)}") from None


def _document(events: Iterator[yaml.Event], text: str, source: str) -> Document:
    builder = _Builder(events, text)
    content = next(itertools.islice(events, 2, None), None)
    if not isinstance(content, yaml.MappingStartEvent):
        raise DocumentError("no-document", 1, f"the file must begin with one of {_kinds()} and a key")
    data = builder.value(content, ())
    if not isinstance(next(events), yaml.DocumentEndEvent) or isinstance(next(events), yaml.DocumentStartEvent):
        raise DocumentError("no-document", 1, "the file holds more than one document; make a file of each")
    if builder.problems:
        raise builder.problems[0].with_others(builder.problems[1:])
    assert isinstance(data, dict)  # noqa: S101 — a mapping event builds a mapping
    kind, key = next(iter(data.items()), ("", ""))
    if kind not in {*KINDS, *RECORDS} or not isinstance(key, str):
        raise DocumentError("no-document", builder.lines.get((kind,), 1),
                       f"the file begins with `{kind}`; it must begin with one of {_kinds()} and a key")
    if not is_key(key):
        raise DocumentError("bad-key", builder.lines[kind,], f"`{key}` cannot name a {kind}; use a-z, 0-9, `.` and `-`")
    del data[kind]
    return Document(kind, key, data, source, builder.lines)


def _mend(problem: str) -> str:
    """What a curator can do about a problem that the YAML reader names."""
    return next((f"; {mend}" for words, mend in _MENDS.items() if words in problem), "")


_MENDS = {
    "cannot start any token": "indent with spaces, not tabs, and put a value that begins with %, @ or ` into "
                              "quotation marks",
    "mapping values are not allowed": "put text with a colon and a space into quotation marks, and indent the line "
                                      "like its neighbours",
    "could not find expected ':'": "the key on this line or the one above may lack a colon and a space",
    "did not find expected key": "indent the line like its neighbours, and close quotation marks",
    "expected ',' or '}'": "close the braces, and put text with a colon into quotation marks",
}


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _kinds() -> str:
    return ", ".join(f"`{kind}:`" for kind in (*KINDS, *RECORDS))


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise DocumentError("too-large", 0, f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB; split it")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError("encoding", 0, f"byte {error.start} is no UTF-8 text; save the file as UTF-8") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files of some paths, each once, whatever names lead to it."""
    seen: set[Path] = set()
    for file in (file for path in map(Path, paths) for file in _files_of(path)):
        if file.resolve() not in seen:
            seen.add(file.resolve())
            yield file


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
        if not found:
            raise NotFoundError(f"{path}: the directory holds no *.yaml document")
        return found
    if not path.exists():
        raise NotFoundError(f"{path}: there is no such file or directory")
    if not path.is_file():
        raise InputError(f"{path}: is no file that a document can stand in")
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: documents are written in YAML and their names end in {' or '.join(SUFFIXES)}; RDF "
                         "can be validated, not stored, and ends in .ttl, .nt, .nq, .trig, .jsonld or .rdf")
    return [path]
