"""The commands that read the user's own copies of sources: `verify-sources` and `locate`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ldn_graph import __version__
from ldn_graph.cli.options import STORE
from ldn_graph.errors import InputError
from ldn_graph.export import write_file
from ldn_graph.findings import one_line
from ldn_graph.library import EvidenceStore
from ldn_graph.terms import is_key

if TYPE_CHECKING:
    from ldn_graph.passages.checks import Outcome


@click.command("verify-sources")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--source", "sources", metavar="[REPORT=]FILE", multiple=True, required=True,
              help="Your copy of the text of a report; repeat for more.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="Form of the outcome.")
@click.option("--record", metavar="FILE", type=click.Path(path_type=Path),
              help="Document to write, or to renew, that records what was found; the gate reads it.")
@click.option("--date", "day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]),
              help="Day of the record; today, if not given.")
@STORE
def verify_sources(paths: tuple[Path, ...], sources: tuple[str, ...], form: str, record: Path | None,
                   day: datetime | None, store: Path | None) -> None:
    """Look for every figure in its passage of your own copy of a source.

    PATHS are YAML files or directories; without any, the figures of the store are looked for. White space, hyphenation
    and the kind of signs may differ from the copy that was read. What moved is told with its new place, what is missing
    with its figure. Exit code 1 where something moved, reads differently or is missing.

    \b
    Examples:
      ldn-graph verify-sources my-evidence/ --source article.txt
      ldn-graph verify-sources my-evidence/ --source smith-2020=article.txt --format json
      ldn-graph verify-sources my-evidence/ --source article.txt --record my-evidence/verification-smith-2020.yaml
    """
    from ldn_graph.passages.forms import write_outcome  # noqa: PLC0415 — kept out of the cold path

    if day and day.date() > date.today():
        raise InputError(f"--date {day.date()}: lies in the future; give the day on which the copy was read")
    outcome = EvidenceStore.open(store).verify_sources(sources, paths or None)
    if record and not outcome.strange:
        _record(record, outcome, day.date() if day else date.today())
    click.echo(write_outcome(outcome, form), nl=False)
    if record and outcome.strange:
        raise InputError(f"{record}: no record is written, as nothing of the evidence stands in the copy")
    if not outcome.sound:
        raise click.exceptions.Exit(1)


def _record(file: Path, outcome: Outcome, day: date) -> None:
    from ldn_graph.verification import write_record  # noqa: PLC0415 — kept out of the cold path

    if file.exists() and not file.read_bytes().startswith(b"verification:"):
        raise InputError(f"{file}: is already there and is no record of verification; name another file")
    key = file.stem.removeprefix("verification-")
    write_file(file, write_record(outcome, key, __version__, day).encode())


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("text")
@click.option("--key", metavar="NAME", help="Key of the passage; made of the first words, if not given.")
@click.option("--copy", metavar="NAME", help="Name of the copy under `texts`.")
@click.option("--section", metavar="TEXT", help="Section of the text in which the passage stands.")
def locate(file: Path, text: str, key: str | None, copy: str | None, section: str | None) -> None:
    """Print the passage to paste: where TEXT stands in FILE, your copy of a source.

    White space, hyphenation and the kind of signs do not matter. A line of YAML goes to standard output for each place;
    the digest of the file and what stands around each place, to standard error. Exit code 1 where TEXT is not found.

    \b
    Examples:
      ldn-graph locate article.txt "margin of 7.75 points"
      ldn-graph locate article.txt "margin of 7.75 points" --key margin --copy article --section methods
    """
    from ldn_graph.documents import BLANK  # noqa: PLC0415 — YAML is kept out of the cold path
    from ldn_graph.passages.locating import key_of, locate  # noqa: PLC0415
    from ldn_graph.passages.sources import read_source  # noqa: PLC0415

    if key is not None and not is_key(key):
        raise InputError(f"--key {key}: cannot name a passage; use a-z, 0-9, `.` and `-`")
    source = read_source(file)
    found = locate(source, text)
    if not found:
        click.echo(one_line(f"ldn-graph: {file}: `{text[:80]}` does not stand there"), err=True)
        raise click.exceptions.Exit(1)
    told = f"{{report: {BLANK}, sha256: {source.sha256}, characters: {len(source.text)}}}"
    click.echo(f"{copy or BLANK}: {told}", err=True)
    for number, place in enumerate(found, 1):
        click.echo(f"{f'{number} of {len(found)}: ' if len(found) > 1 else ''}{place.context}", err=True)
        name = key or key_of(text)
        click.echo(place.line(f"{name}-{number}" if len(found) > 1 else name, copy or BLANK, section or BLANK))
