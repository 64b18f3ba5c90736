"""The commands that set studies side by side: `table` and `forest`."""

from __future__ import annotations

from pathlib import Path

import click

from ldn_graph.cli.options import OUTPUT, STORE, as_option, write
from ldn_graph.errors import InputError
from ldn_graph.library import EvidenceStore

_CONDITION = click.option("--condition", metavar="NAME", help="Only people with this condition or a narrower one.")
_OUTCOME = click.option("--outcome", metavar="NAME", help="Only this outcome domain and narrower ones.")


@click.command()
@click.argument("kind", type=click.Choice(["summary-of-findings", "comparison"]))
@_CONDITION
@_OUTCOME
@click.option("--format", "sheet_format", type=click.Choice(["text", "markdown", "html", "csv"]), default="text",
              show_default=True, help="Form of the table.")
@OUTPUT
@STORE
def table(kind: str, condition: str | None, outcome: str | None, sheet_format: str, output: Path | None,
          store: Path | None) -> None:
    """Set findings side by side: by outcome as a Summary of Findings, or study by study.

    The Summary of Findings has a row for each outcome, what was compared, and in whom: participants, each counted once,
    relative and absolute effect, published grade, and what is not reported. Figures are as printed; nothing is pooled.

    \b
    Examples:
      ldn-graph table summary-of-findings
      ldn-graph table summary-of-findings --condition fibromyalgia --format html -o findings.html
      ldn-graph table comparison --outcome pain --format csv
    """
    from ldn_graph.tables.comparison import comparison  # noqa: PLC0415 — kept out of the cold path
    from ldn_graph.tables.sheet import write_sheet  # noqa: PLC0415
    from ldn_graph.tables.summary import summary_of_findings  # noqa: PLC0415

    build = summary_of_findings if kind == "summary-of-findings" else comparison
    try:
        sheet = build(EvidenceStore.open(store).ask, condition, outcome)
    except InputError as error:
        raise as_option(error) from None
    write(write_sheet(sheet, sheet_format).encode(), output)


@click.command()
@_CONDITION
@_OUTCOME
@click.option("--format", "forest_format", type=click.Choice(["svg", "html", "text"]), default="svg",
              show_default=True, help="A picture, a page with the picture and a table of its figures, or the table.")
@OUTPUT
@STORE
def forest(condition: str | None, outcome: str | None, forest_format: str, output: Path | None,
           store: Path | None) -> None:
    """Draw a forest plot of the printed estimates with their intervals; each statistic and scale has its own axis.

    Ratios have a logarithmic axis. Who is favoured is said only where the evidence tells; what has no interval is
    listed. Nothing is pooled, so there is no diamond.

    \b
    Examples:
      ldn-graph forest -o forest.svg
      ldn-graph forest --condition painful-diabetic-neuropathy --format html -o forest.html
      ldn-graph forest --outcome pain --format text
    """
    from ldn_graph.tables import forest as plots  # noqa: PLC0415 — kept out of the cold path
    from ldn_graph.tables.drawing import write_forest  # noqa: PLC0415

    try:
        plot = plots.forest(EvidenceStore.open(store).ask, condition, outcome)
    except InputError as error:
        raise as_option(error) from None
    write(write_forest(plot, forest_format).encode(), output)
