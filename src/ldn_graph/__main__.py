"""`python -m ldn_graph` is `ldn-graph`."""

from ldn_graph.cli import main

main(prog_name="ldn-graph")
