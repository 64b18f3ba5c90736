"""The command line: each command reads its arguments, calls the library, and prints.

Data go to standard output, everything else to standard error. Exit codes: 0 fine, 1 the evidence does not conform (or
there is no answer), 2 it could not be done.
"""

from __future__ import annotations

import click

from ldn_graph import __version__
from ldn_graph.cli.asking import answer, ask, export_, queries, query
from ldn_graph.cli.documents import build, held, new, remove, rules, validate
from ldn_graph.cli.pooling import pool
from ldn_graph.cli.running import Commands
from ldn_graph.cli.sources import locate, verify_sources
from ldn_graph.cli.tables import forest, table


@click.group("ldn-graph", cls=Commands,
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ldn-graph")
def main() -> None:
    """Clinical evidence as a graph that can be asked, checked, cited and joined to other graphs.

    Without --store, commands work on the shipped collection: low-dose naltrexone for chronic pain.
    """


for command in (answer, ask, build, export_, forest, held, locate, new, pool, queries, query, remove, rules, table,
                validate, verify_sources):
    main.add_command(command)
