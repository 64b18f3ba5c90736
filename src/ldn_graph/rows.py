"""Rows as people and programs read them: text, Markdown, and the W3C result formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import chain

import pyoxigraph as ox

from ldn_graph.errors import InputError
from ldn_graph.export import FORMATS, export, xml_text
from ldn_graph.findings import one_line
from ldn_graph.precompiled import prefixes
from ldn_graph.queries import Cell, Table, to_table
from ldn_graph.store import Results

WIDTH = 120
"""The widest table that is still printed as a table; wider rows are printed as records, a line a cell."""

W3C_FORMATS = {"csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV,
               "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}


def to_text(table: Table) -> str:
    """The rows in aligned columns, or as records where they are too wide, and their number.

    >>> print(to_text(Table(("group", "n"), (("naltrexone", 33),))))
    group       n
    ----------  --
    naltrexone  33
    (1 row)
    """
    cells = [[show(cell) for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(table.columns, *cells, strict=True)]
    body = _records(table.columns, cells) if sum(widths) + 2 * (len(widths) - 1) > WIDTH else _aligned(
        [list(table.columns), ["-" * width for width in widths], *cells], widths)
    return "\n".join([*body, f"({len(table)} row{'s' * (len(table) != 1)})"])


def to_markdown(table: Table) -> str:
    r"""The rows as a Markdown table.

    >>> print(to_markdown(Table(("a",), (("x|y",),))))
    | a |
    | --- |
    | x\|y |
    """
    lines = [list(table.columns), ["---"] * len(table.columns), *([_escaped(cell) for cell in row] for row in table)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show(cell: Cell) -> str:
    """A cell as text; control characters, which could steer a terminal, are shown as spaces."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return one_line(str(cell))


def write_rows(solutions: ox.QuerySolutions, row_format: str, hidden: Iterable[str] = ()) -> str:
    """Solutions in one of the formats `text`, `markdown`, `csv`, `tsv`, `json`, `xml`; InputError for another.

    `hidden` columns are left out of `text` and `markdown`, which are for people.
    """
    if row_format in W3C_FORMATS:
        text = (solutions.serialize(format=W3C_FORMATS[row_format]) or b"").decode()
        return xml_text(text) if row_format == "xml" else text
    if row_format not in ROW_FORMATS:
        raise InputError(f"rows cannot be written as `{row_format}`; choose one of {', '.join(ROW_FORMATS)}")
    writers: dict[str, Callable[[Table], str]] = {"text": to_text, "markdown": to_markdown}
    return writers[row_format](to_table(solutions).without(hidden)) + "\n"


ROW_FORMATS = ("text", "markdown", *W3C_FORMATS)


def write_results(results: Results, chosen: str | None) -> str:
    """What a query gives, in a format for rows or for graphs; text or Turtle if none is chosen."""
    if isinstance(results, ox.QuerySolutions):
        return write_rows(results, chosen or "text")
    if isinstance(results, ox.QueryTriples):
        if chosen in ROW_FORMATS:
            raise InputError(f"the query gives a graph; choose one of {', '.join(FORMATS)}")
        return export(results, chosen or "turtle", prefixes()).decode()
    if chosen in {"json", "xml"}:
        return (results.serialize(format=W3C_FORMATS[chosen]) or b"").decode()
    if chosen not in {None, "text"}:
        raise InputError("the query gives yes or no; choose one of text, json, xml")
    return f"{'yes' if results else 'no'}\n"


def _aligned(lines: list[list[str]], widths: list[int]) -> list[str]:
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _records(columns: tuple[str, ...], cells: list[list[str]]) -> list[str]:
    width = max(map(len, columns))
    return list(chain.from_iterable(
        [*(f"{name.ljust(width)}  {cell}" for name, cell in zip(columns, row, strict=True) if cell), ""]
        for row in cells))


def _escaped(cell: Cell) -> str:
    return show(cell).replace("\\", "\\\\").replace("|", "\\|")
