"""The catalogue of canned queries: reads query files and refuses headers that say too little or too much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from ldn_graph.errors import NotFoundError, QueryError
from ldn_graph.queries import COLUMN_KINDS, PARAM_KINDS, Column, Parameter, Question

_KEYS = {"summary", "description", "tags", "params", "columns", "federates_with"}
_PARAM_KEYS = {"kind", "label", "required", "class", "scheme", "values"}
_COLUMN_KEYS = {"kind", "meaning", "nullable"}


def read_catalogue(directory: Path) -> dict[str, Question]:
    """The questions of a directory's query files by slug; QueryError, with the file, for a bad header."""
    return {file.stem: read_question(file) for file in sorted(directory.glob("*.rq"), key=lambda file: file.stem)}


def read_question(file: Path) -> Question:
    """The question of one query file."""
    return parse_question(file.stem, file.read_text(encoding="utf-8"))


def parse_question(slug: str, text: str) -> Question:
    """The question that a query file's text holds.

    >>> parse_question("x", "#+ summary: Which?\\n#+ description: A row is a thing.\\n#+ tags: [a]\\n"
    ...     "#+ params: {}\\n#+ columns: {}\\n#+ federates_with: []\\nCONSTRUCT WHERE { ?s ?p ?o }").summary
    'Which?'
    """
    header = _header(slug, text)
    _exactly(slug, "header", header, _KEYS)
    if not header["summary"].endswith("?"):
        raise QueryError(f"{slug}.rq: the summary must be a question and end in `?`")
    params = tuple(_param(slug, name, entry) for name, entry in header["params"].items())
    columns = tuple(_column(slug, name, entry) for name, entry in header["columns"].items())
    return Question(slug, header["summary"], " ".join(header["description"].split()), tuple(header["tags"]),
                    params, columns, tuple(header["federates_with"]), text)


def find_question(catalogue: Mapping[str, Question], slug: str) -> Question:
    """The question of a slug; NotFoundError, with near names, where there is none."""
    if slug in catalogue:
        return catalogue[slug]
    import difflib  # noqa: PLC0415 — only for the message

    near = difflib.get_close_matches(slug, catalogue, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`ldn-graph queries` lists them"
    raise NotFoundError(f"there is no query `{slug}`; {hint}")


def _header(slug: str, text: str) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 — kept out of the cold path, which reads the catalogue made at build

    lines = re.match(r"(?:#\+.*\n)*", text)
    try:
        header = yaml.safe_load("\n".join(line[3:] for line in (lines[0] if lines else "").splitlines()))
    except yaml.YAMLError as error:
        raise QueryError(f"{slug}.rq: the header is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(header, dict):
        raise QueryError(f"{slug}.rq: the file must begin with a header of `#+ ` lines")
    return header


def _exactly(slug: str, what: str, entry: Mapping[str, Any], keys: set[str], optional: Set[str] = frozenset()
             ) -> None:
    unknown, missing = set(entry) - keys, keys - optional - set(entry)
    if unknown or missing:
        told = [f"unknown: {', '.join(sorted(unknown))}"] * bool(unknown)
        told += [f"missing: {', '.join(sorted(missing))}"] * bool(missing)
        raise QueryError(f"{slug}.rq: {what}: keys {'; '.join(told)}")


def _param(slug: str, name: str, entry: Mapping[str, Any]) -> Parameter:
    _exactly(slug, f"parameter {name}", entry, _PARAM_KEYS, _PARAM_KEYS - {"kind", "label"})
    if entry["kind"] not in PARAM_KINDS:
        raise QueryError(f"{slug}.rq: parameter {name}: kind must be one of {', '.join(PARAM_KINDS)}")
    return Parameter(name, entry["kind"], entry["label"], bool(entry.get("required")),
                     entry.get("class", ""), entry.get("scheme", ""), tuple(map(str, entry.get("values", ()))))


def _column(slug: str, name: str, entry: Mapping[str, Any]) -> Column:
    _exactly(slug, f"column {name}", entry, _COLUMN_KEYS, frozenset({"nullable"}))
    if entry["kind"] not in COLUMN_KINDS:
        raise QueryError(f"{slug}.rq: column {name}: kind must be one of {', '.join(COLUMN_KINDS)}")
    return Column(name, entry["kind"], entry["meaning"], bool(entry.get("nullable")))
