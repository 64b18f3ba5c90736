"""The command that pools results: `pool`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from ldn_graph.cli.options import STORE, as_option
from ldn_graph.errors import InputError
from ldn_graph.library import EvidenceStore


@click.command()
@click.option("--condition", metavar="NAME", default="", help="Condition, with narrower ones.")
@click.option("--outcome", metavar="NAME", default="", help="Outcome domain.")
@click.option("--results", metavar="IRI", multiple=True, help="This result, by its IRI or the end of it; repeat.")
@click.option("--comparator", type=click.Choice(["placebo", "active", "usual-care"]), help="Only this comparator.")
@click.option("--intervention", metavar="NAME", default="", help="Only this treatment, with narrower ones.")
@click.option("--weeks", metavar="FROM-TO", callback=lambda _ctx, _param, value: _weeks(value),
              help="Only this window of time, such as 8-16; without it, all times must be the same.")
@click.option("--measure", type=click.Choice(["md", "smd", "d", "rr", "or", "hr", "rd"]),
              help="Effect measure; without it, the one that is printed.")
@click.option("--method", type=click.Choice(["fixed", "dl", "reml"]), default="reml", show_default=True,
              help="Fixed effect, DerSimonian-Laird or restricted maximum likelihood.")
@click.option("--interval", type=click.Choice(["normal", "t", "hartung-knapp", "hartung-knapp-truncated"]),
              default="hartung-knapp-truncated", show_default=True, help="Interval of the pooled effect.")
@click.option("--format", "pool_format", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True,
              help="Form of the pool.")
@STORE
def pool(pool_format: str, store: Path | None, comparator: str | None, measure: str | None, **wanted: Any) -> None:
    """Pool results where that is honest; else say why not, with all reasons.

    Name a condition and an outcome, and of each study its primary outcome is taken, by intention to treat before other
    analyses; or name the results. Results are refused that differ in comparator, design, outcome, scale, form or time,
    that share patients, or that have no variance. Exit code 1 where nothing may be pooled, 2 where there are fewer than
    two results. Needs `pip install 'ldn-graph[pool]'`.

    \b
    Examples:
      ldn-graph pool --condition chronic-pain --outcome pain
      ldn-graph pool --condition chronic-pain --outcome pain --weeks 6-12 --format json
      ldn-graph pool --condition chronic-pain --outcome pain --measure smd --method dl --interval normal
    """
    from ldn_graph.synthesis import write_synthesis  # noqa: PLC0415 — kept out of the cold path

    try:
        synthesis = EvidenceStore.open(store).pool(comparator=comparator or "", measure=measure or "", **wanted)
    except InputError as error:
        raise as_option(error) from None
    click.echo(write_synthesis(synthesis, pool_format), nl=False)
    if synthesis.pool is None:
        raise click.exceptions.Exit(1)


def _weeks(value: str | None) -> tuple[float, float] | None:
    """A window of weeks from `FROM-TO` or one number."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?", value)
    if not found:
        raise InputError(f"--weeks {value}: write FROM-TO, such as 8-16")
    return float(found[1]), float(found[2] or found[1])
