"""How each command runs: expected errors become one line on standard error and an exit code, output is UTF-8."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from ldn_graph.errors import EvidenceError, NotConformantError
from ldn_graph.findings import Report, one_line


class Commands(click.Group):
    """Commands whose expected errors become one line on standard error and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """The result of a command; errors that people can mend end the program with a message, never a traceback."""
        _speak_utf8()
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except NotConformantError as error:
            click.echo(as_text(error.report), err=True, nl=False)
            ctx.exit(1)
        except EvidenceError as error:
            stop(ctx, f"ldn-graph: {error}", 2)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else ctx.command_path
            stop(ctx, f"{path}: {error.format_message()} See `{path} --help`.", 2)
        except KeyboardInterrupt:
            stop(ctx, "ldn-graph: stopped", 130)
        except BrokenPipeError:
            _silence()
            ctx.exit(0)
        except OSError as error:
            _silence()
            stop(ctx, f"ldn-graph: {error.filename or 'standard output'}: {error.strerror or error}", 2)
        return result


def stop(ctx: click.Context, message: str, code: int) -> NoReturn:
    """Ends the program with a line on standard error."""
    click.echo(one_line(message), err=True)
    ctx.exit(code)


def as_text(report: Report) -> str:
    """A report as text."""
    from ldn_graph.reports import write_report  # noqa: PLC0415 — the gate is kept out of the cold path

    return write_report(report, "text")


def _speak_utf8() -> None:
    """Makes standard output and error UTF-8, so that the same evidence gives the same bytes under any locale.

    Where one of them is closed, the null device takes its place, or else a store's file would take its number.
    """
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 — open as long as the program
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence() -> None:
    """Lets what is still to be written to standard output go nowhere, since nobody can read it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
