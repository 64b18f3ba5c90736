"""Options that several commands take, and what becomes of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ldn_graph.errors import InputError
from ldn_graph.export import write_file
from ldn_graph.library import EvidenceStore

STORE = click.option("--store", "store", metavar="DIR", type=click.Path(path_type=Path),
                     help="Store to use; without it, the shipped collection in memory.")
PARAM = click.option("--param", "params", metavar="NAME=VALUE", multiple=True, help="Parameter of the query; repeat.")
HELD = click.option("--held", is_flag=True, help="Ask the documents that are held, and no others.")
OUTPUT = click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path),
                      help="File to write; without it, standard output.")


def dataset(store: Path | None, *, held: bool) -> EvidenceStore:
    """What a command asks: the documents that stand, or those that are held."""
    evidence = EvidenceStore.open(store)
    return evidence.held if held else evidence


def write(content: bytes, output: Path | None) -> None:
    """Writes to a file, or to standard output."""
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(output, content)


def parameters(params: Iterable[str]) -> dict[str, str]:
    """The parameters by name; InputError where one is ill-written or given twice."""
    found: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise InputError(f"--param {name}: write NAME=VALUE")
        if name in found:
            raise InputError(f"--param {name}: is given twice; give it once")
        found[name] = value
    return found


def as_option(error: InputError) -> InputError:
    """An error about a parameter of a query, told as one about an option."""
    return InputError(str(error).replace("--param ", "--"))
