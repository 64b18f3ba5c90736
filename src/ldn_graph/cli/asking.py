"""The commands that ask: `answer`, `queries`, `ask`, `query` and `export`."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from ldn_graph.cli.options import HELD, OUTPUT, PARAM, STORE, dataset, parameters, write
from ldn_graph.cli.running import stop
from ldn_graph.errors import InputError, NotFoundError
from ldn_graph.export import FORMATS, describe, export
from ldn_graph.library import EvidenceStore
from ldn_graph.precompiled import prefixes
from ldn_graph.rows import ROW_FORMATS, write_results, write_rows


@click.command()
@click.argument("question", required=False)
@click.option("--format", "answer_format", type=click.Choice(["text", "markdown", "json"]), default="text",
              help="Form of the answer.", show_default=True)
@STORE
def answer(question: str | None, answer_format: str, store: Path | None) -> None:
    """Print the answer to a clinical question.

    The verdict, the statements with their grade and basis, the numbers under each, what is not reported, limitations
    and sources. QUESTION is the key of a question; without it, every question is answered. Exit code 1 where no report
    answers.

    \b
    Examples:
      ldn-graph answer
      ldn-graph answer naltrexone-chronic-pain --format markdown
    """
    from ldn_graph.outline import write_answers  # noqa: PLC0415

    evidence = EvidenceStore.open(store)
    try:
        answers = evidence.answer(question)
    except NotFoundError as error:
        stop(click.get_current_context(), f"ldn-graph: {error}", 1)
    click.echo(write_answers(answers, answer_format), nl=False)


@click.command()
def queries() -> None:
    """List the canned queries with the questions they answer.

    \b
    Example:
      ldn-graph queries
    """
    questions = EvidenceStore.empty().questions()
    width = max(map(len, questions), default=0)
    for slug, question in questions.items():
        params = f"  [{', '.join(param.name for param in question.params)}]" if question.params else ""
        click.echo(f"{slug.ljust(width)}  {question.summary}{params}")


@click.command()
@click.argument("query")
@PARAM
@click.option("--format", "row_format", type=click.Choice(ROW_FORMATS), default="text", help="Form of the rows.",
              show_default=True)
@click.option("--explain", is_flag=True, help="Say what the query's rows and columns mean, and its parameters.")
@HELD
@STORE
def ask(query: str, params: tuple[str, ...], row_format: str, explain: bool, held: bool, store: Path | None) -> None:
    """Ask a canned query; `ldn-graph queries` lists them.

    Text and Markdown leave out IRIs, and numbers whose printed form is shown; the other formats have every column.

    \b
    Examples:
      ldn-graph ask adverse-events
      ldn-graph ask effects-by-condition --param condition=fibromyalgia --format csv
      ldn-graph ask responders --explain
    """
    evidence = dataset(store, held=held)
    if explain:
        click.echo(evidence.question(query).explanation())
    else:
        hidden = evidence.question(query).columns_for_programs()
        click.echo(write_rows(evidence.solutions(query, **parameters(params)), row_format, hidden), nl=False)


@click.command()
@click.argument("query", metavar="[FILE|-]", default="-", type=click.File(encoding="utf-8"))
@click.option("--format", "chosen", type=click.Choice([*ROW_FORMATS, *FORMATS]),
              help="Form of the answer; text for rows and turtle for graphs, if not given.")
@HELD
@STORE
def query(query: TextIO, chosen: str | None, held: bool, store: Path | None) -> None:
    """Run a SPARQL query from a file or standard input over all documents.

    The project's prefixes need not be declared. No request leaves the program: SERVICE is refused.

    \b
    Examples:
      echo 'SELECT ?study WHERE { ?study a ldn:Study }' | ldn-graph query
      ldn-graph query my-query.rq --format csv
    """
    try:
        text = query.read().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(f"{query.name}: byte {error.start} is no UTF-8 text; save the query as UTF-8") from None
    results = dataset(store, held=held).results(text)
    click.echo(write_results(results, chosen), nl=False)


@click.command("export")
@click.option("--format", "rdf_format", type=click.Choice(list(FORMATS)), default="turtle", help="Form of the RDF.",
              show_default=True)
@click.option("--document", "documents", metavar="NAME", multiple=True, help="Only this document; repeat for more.")
@click.option("--query", "slug", metavar="QUERY", help="Only what this canned construct query gives.")
@PARAM
@OUTPUT
@STORE
def export_(rdf_format: str, documents: tuple[str, ...], slug: str | None, params: tuple[str, ...],
            output: Path | None, store: Path | None) -> None:
    """Write the evidence as linked data: everything, some documents, or what a construct query gives.

    The whole store goes out with its ontology and a VoID and DCAT description. The same evidence gives the same bytes.

    \b
    Examples:
      ldn-graph export --format turtle -o evidence.ttl
      ldn-graph export --document study/srinivasan-2021 --format json-ld
      ldn-graph export --query study-as-schema-org --param study=srinivasan-2021
    """
    evidence = EvidenceStore.open(store)
    if slug and documents:
        raise InputError("--document and --query cannot go together")
    if params and not slug:
        raise InputError("--param goes with --query; name the query too")
    if slug:
        content = export(evidence.construct(slug, **parameters(params)), rdf_format, prefixes())
    else:
        quads = evidence.quads([evidence.find(name) for name in documents] or None)
        content = export(quads if documents else [*quads, *describe(quads)], rdf_format, prefixes())
    write(content, output)
