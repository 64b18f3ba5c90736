"""A table with a title and notes, as text, Markdown, HTML or CSV."""

from __future__ import annotations

import csv
import html
import io
import textwrap
from dataclasses import dataclass

from ldn_graph.errors import InputError
from ldn_graph.findings import one_line

WIDTH = 100
"""The longest line of text."""

EMPTY = "No results."

STYLE = """
body { font-family: Helvetica, Arial, sans-serif; font-size: 14px; line-height: 1.4; color: #1a1a1a;
  background: #ffffff; margin: 2em; }
h1 { font-size: 20px; } h2 { font-size: 16px; }
table { border-collapse: collapse; margin: 1em 0; }
caption { text-align: left; font-weight: bold; padding: 0.4em 0; }
th, td { border: 1px solid #8a8a8a; padding: 0.35em 0.6em; text-align: left; vertical-align: top; }
thead th { background: #eeeeee; }
"""


@dataclass(frozen=True)
class Sheet:
    """A table: its title, names of columns, rows of texts, and notes; a cell may have several lines."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def write_sheet(sheet: Sheet, sheet_format: str) -> str:
    """The table in one of the formats `text`, `markdown`, `html`, `csv`; InputError for another."""
    writers = {"text": to_text, "markdown": to_markdown, "html": to_html, "csv": to_csv}
    if sheet_format not in writers:
        raise InputError(f"a table cannot be written as `{sheet_format}`; choose one of {', '.join(writers)}")
    return writers[sheet_format](sheet)


SHEET_FORMATS = ("text", "markdown", "html", "csv")


def to_text(sheet: Sheet) -> str:
    """The table as records, one block a row, in lines of at most a hundred characters.

    >>> print(to_text(Sheet("Trees", ("tree", "height"), (("oak", "20 m"),), ("As printed.",))), end="")
    Trees
    <BLANKLINE>
    tree    oak
    height  20 m
    <BLANKLINE>
    Note: As printed.
    """
    blocks = ["\n".join(_record(sheet.columns, row)) for row in sheet.rows] or [EMPTY]
    notes = ["\n".join(_wrapped(note, "Note: ") for note in sheet.notes)] if sheet.notes else []
    return "\n\n".join([_wrapped(sheet.title, ""), *blocks, *notes]) + "\n"


def _record(columns: tuple[str, ...], row: tuple[str, ...]) -> list[str]:
    """A line or more for each cell that holds something, its name in front of the first."""
    width = max(map(len, columns)) + 2
    lines: list[str] = []
    for name, cell in zip(columns, row, strict=True):
        told = [line for part in cell.splitlines() for line in _lines(part, WIDTH - width)]
        lines += [f"{label.ljust(width)}{line}" for label, line in zip([name, *[""] * len(told)], told, strict=False)]
    return lines


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(one_line(text), width, subsequent_indent="  ", break_on_hyphens=False)


def _wrapped(text: str, before: str) -> str:
    return textwrap.fill(one_line(text), WIDTH, initial_indent=before, subsequent_indent=" " * len(before),
                         break_on_hyphens=False)


def to_markdown(sheet: Sheet) -> str:
    r"""The table in Markdown, under its title.

    >>> print(to_markdown(Sheet("Trees", ("tree",), (("oak|elm\nash",),))), end="")
    ## Trees
    <BLANKLINE>
    | tree |
    | --- |
    | oak\|elm<br>ash |
    """
    lines = [sheet.columns, ("---",) * len(sheet.columns), *(tuple(map(_in_markdown, row)) for row in sheet.rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines) if sheet.rows else EMPTY
    notes = ["\n".join(f"- {_in_markdown(note)}" for note in sheet.notes)] if sheet.notes else []
    return "\n\n".join([f"## {_in_markdown(sheet.title)}", table, *notes]) + "\n"


_SPECIAL = str.maketrans({mark: "\\" + mark for mark in r"\|`*_[]#"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"})


def _in_markdown(text: str) -> str:
    return "<br>".join(one_line(line).translate(_SPECIAL) for line in text.splitlines())


def to_csv(sheet: Sheet) -> str:
    r"""The rows as RFC 4180 has them: lines end in CR and LF; notes are left out.

    >>> to_csv(Sheet("Trees", ("tree", "height"), (("oak, old", "20 m"),)))
    'tree,height\r\n"oak, old",20 m\r\n'
    """
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([sheet.columns, *sheet.rows])
    return stream.getvalue()


def to_html(sheet: Sheet) -> str:
    """The table as a page of its own, without scripts and without requests to anywhere."""
    return page(sheet.title, to_html_table(sheet))


def to_html_table(sheet: Sheet, caption: str = "") -> str:
    """The table and its notes as a part of a page; the first cell of a row is its heading."""
    notes = "".join(f"<p>{in_html(note)}</p>\n" for note in sheet.notes)
    if not sheet.rows:
        return f"<p>{EMPTY}</p>\n{notes}"
    head = "".join(f'<th scope="col">{in_html(name)}</th>' for name in sheet.columns)
    body = "".join(f"<tr>{_html_row(row)}</tr>\n" for row in sheet.rows)
    told = f"<caption>{in_html(caption)}</caption>\n" if caption else ""
    return f"<table>\n{told}<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n</table>\n{notes}"


def _html_row(row: tuple[str, ...]) -> str:
    return f'<th scope="row">{in_html(row[0])}</th>' + "".join(f"<td>{in_html(cell)}</td>" for cell in row[1:])


def in_html(text: str) -> str:
    r"""A text that can stand in HTML and XML, whatever it holds; line breaks become `<br/>`.

    >>> in_html('<b>"a"\x07\nb')
    '&lt;b&gt;&quot;a&quot; <br/>b'
    """
    return "<br/>".join(html.escape(one_line(line)) for line in text.splitlines())


def page(title: str, body: str) -> str:
    """A whole HTML page."""
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n<title>{in_html(title)}</title>\n'
            f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{in_html(title)}</h1>\n{body}</body>\n</html>\n")
