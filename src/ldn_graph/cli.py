"""The command line: each command reads its arguments, calls the library, and prints.

Data go to standard output, everything else to standard error. Exit codes: 0 fine, 1 the evidence does not conform (or
there is no answer), 2 it could not be done.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from ldn_graph import __version__
from ldn_graph.cli_sources import locate, verify_sources
from ldn_graph.cli_tables import forest, table
from ldn_graph.errors import EvidenceError, InputError, NotConformantError, NotFoundError
from ldn_graph.export import FORMATS, describe, export, write_file
from ldn_graph.findings import Report, Severity, one_line
from ldn_graph.library import EvidenceStore, Intake
from ldn_graph.precompiled import prefixes
from ldn_graph.rows import ROW_FORMATS, write_results, write_rows
from ldn_graph.store import is_store

STORE = click.option("--store", "store", metavar="DIR", type=click.Path(path_type=Path),
                     help="Store to use; without it, the shipped collection in memory.")
PARAM = click.option("--param", "params", metavar="NAME=VALUE", multiple=True, help="Parameter of the query; repeat.")
HELD = click.option("--held", is_flag=True, help="Ask the documents that are held, and no others.")
OUTPUT = click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path),
                      help="File to write; without it, standard output.")


class Commands(click.Group):
    """Commands whose expected errors become one line on standard error and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """The result of a command; errors that people can mend end the program with a message, never a traceback."""
        _speak_utf8()
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except NotConformantError as error:
            click.echo(_report(error.report), err=True, nl=False)
            ctx.exit(1)
        except EvidenceError as error:
            _stop(ctx, f"ldn-graph: {error}", 2)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else ctx.command_path
            _stop(ctx, f"{path}: {error.format_message()} See `{path} --help`.", 2)
        except KeyboardInterrupt:
            _stop(ctx, "ldn-graph: stopped", 130)
        except BrokenPipeError:
            _silence()
            ctx.exit(0)
        except OSError as error:
            _silence()
            _stop(ctx, f"ldn-graph: {error.filename or 'standard output'}: {error.strerror or error}", 2)
        return result


def _stop(ctx: click.Context, message: str, code: int) -> NoReturn:
    click.echo(one_line(message), err=True)
    ctx.exit(code)


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


@click.group("ldn-graph", cls=Commands,
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ldn-graph")
def main() -> None:
    """Clinical evidence as a graph that can be asked, checked, cited and joined to other graphs.

    Without --store, commands work on the shipped collection: low-dose naltrexone for chronic pain.
    """


main.add_command(verify_sources)
main.add_command(locate)
main.add_command(table)
main.add_command(forest)


@main.command()
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
        _stop(click.get_current_context(), f"ldn-graph: {error}", 1)
    click.echo(write_answers(answers, answer_format), nl=False)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "report_format", default="text",
              type=click.Choice(["text", "json", "sarif", "turtle"]), help="Form of the report.", show_default=True)
@click.option("--severity", type=click.Choice([str(it) for it in Severity]), default="info", show_default=True,
              help="Least severity shown; verdict and exit code are about all.")
@STORE
def validate(paths: tuple[Path, ...], report_format: str, severity: str, store: Path | None) -> None:
    """Check documents and say what is wrong, where, and how to mend it; nothing is stored.

    PATHS are YAML files or directories; without any, the shipped collection is checked. References are looked up among
    PATHS and in the store. Exit code 1 where a document does not conform.

    \b
    Examples:
      ldn-graph validate
      ldn-graph validate my-study.yaml
      ldn-graph validate --format json evidence/
    """
    from ldn_graph.reports import write_report  # noqa: PLC0415 — the gate is kept out of the cold path
    from ldn_graph.shipped import shipped  # noqa: PLC0415

    evidence = EvidenceStore.open(store) if paths else EvidenceStore.empty()
    report = evidence.validate(paths or [shipped("evidence")])
    click.echo(write_report(report, report_format, Severity(severity)), nl=False)
    if not report.conforms:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("rule", required=False)
def rules(rule: str | None) -> None:
    """List the rules of the gate with their severities, or say what one of them checks.

    RULE is the name that stands in brackets behind each finding.

    \b
    Examples:
      ldn-graph rules
      ldn-graph rules extrapolated-dose
    """
    from ldn_graph.rulebook import find_rule, rulebook  # noqa: PLC0415

    if rule:
        entry = find_rule(rule)
        click.echo(f"{entry.name} ({entry.severity})\n{entry.iri}\n\n{entry.text}")
    else:
        width = max(map(len, rulebook()))
        click.echo("\n".join(f"{entry.name.ljust(width)}  {entry.severity.ljust(9)}  {entry.summary}"
                             for entry in rulebook().values()))


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--store", "store", metavar="DIR", required=True, type=click.Path(path_type=Path),
              help="Store to write; a new or empty directory becomes one.")
@click.option("--hold", is_flag=True, help="Take in what conforms, and hold the rest apart with its findings.")
def build(paths: tuple[Path, ...], store: Path, hold: bool) -> None:
    """Take documents into a store on disk, each replaced whole, all or none of them.

    PATHS are YAML files or directories; without any, the shipped collection is taken in. With --hold, documents that do
    not conform, and those that refer to them, are kept where no answer sees them; the exit code is then 1. A version
    that stands goes on standing. Held documents enter once what they refer to does.

    \b
    Examples:
      ldn-graph build --store pain-store
      ldn-graph build --store pain-store my-study.yaml
      ldn-graph build --store pain-store --hold my-studies/
    """
    from ldn_graph.shipped import shipped  # noqa: PLC0415

    new = not is_store(store)
    evidence = EvidenceStore.empty() if new else EvidenceStore.open(store)
    named, before = paths or [shipped("evidence")], evidence.held.documents()
    intake = evidence.hold(named) if hold else Intake(evidence.load(named))
    if new:
        evidence.save(store)
    click.echo(_report(intake.report), err=True, nl=False)
    if intake.held:
        click.echo(f"{len(intake.entered)} taken in, {len(intake.held)} held: {', '.join(intake.held)}", err=True)
    if intake.kept:
        click.echo(f"the version that stands is kept: {', '.join(intake.kept)}", err=True)
    if freed := sorted(set(before) - set(evidence.held.documents())):
        click.echo(f"no longer held: {', '.join(freed)}", err=True)
    if not intake.report.conforms:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("kind", type=click.Choice(["collection", "vocabulary", "question", "report", "study"]))
@click.argument("key", default="")
@OUTPUT
def new(kind: str, key: str, output: Path | None) -> None:
    """Write a commented template for a new document; it validates once its blanks are filled in.

    KIND is the kind of document, KEY the name that others refer to it by. A file that is there is never overwritten.

    \b
    Examples:
      ldn-graph new study
      ldn-graph new study smith-2020 -o smith-2020.yaml
    """
    from ldn_graph.authoring import template, write_template  # noqa: PLC0415 — YAML is kept out of the cold path

    if output is None or str(output) == "-":
        click.echo(template(kind, key), nl=False)
    else:
        write_template(output, kind, key)


@main.command()
@click.argument("documents", nargs=-1, required=True)
@click.option("--store", "store", metavar="DIR", required=True, type=click.Path(path_type=Path),
              help="Store to take the documents out of.")
def remove(documents: tuple[str, ...], store: Path) -> None:
    """Take documents out of a store, held ones too; refused while others refer to them.

    DOCUMENTS are named by IRI or by their last two parts.

    \b
    Example:
      ldn-graph remove --store pain-store study/smith-2020
    """
    EvidenceStore.open(store).remove(documents)


@main.command()
@click.option("--store", "store", metavar="DIR", required=True, type=click.Path(path_type=Path),
              help="Store to look at.")
def held(store: Path) -> None:
    """List the documents that are held, with the number of findings on each.

    `ldn-graph ask findings --held` says what was found, and `ldn-graph query --held` asks anything else of them.

    \b
    Example:
      ldn-graph held --store pain-store
    """
    evidence = EvidenceStore.open(store)
    stand = set(evidence.documents())
    for name, counts in evidence.held.findings_by_document().items():
        told = ", ".join(f"{number} {severity}{'s' * (number != 1)}" for severity, number in counts.items())
        click.echo(f"{name}  {told}{'  (an earlier version stands)' if name in stand else ''}")


@main.command()
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


@main.command()
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
    evidence = _dataset(store, held=held)
    if explain:
        click.echo(evidence.question(query).explanation())
    else:
        hidden = evidence.question(query).columns_for_programs()
        click.echo(write_rows(evidence.solutions(query, **_params(params)), row_format, hidden), nl=False)


@main.command()
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
        raise InputError(str(error).replace("--param ", "--")) from None
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


@main.command()
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
    results = _dataset(store, held=held).results(text)
    click.echo(write_results(results, chosen), nl=False)


@main.command("export")
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
        content = export(evidence.construct(slug, **_params(params)), rdf_format, prefixes())
    else:
        quads = evidence.quads([evidence.find(name) for name in documents] or None)
        content = export(quads if documents else [*quads, *describe(quads)], rdf_format, prefixes())
    _write(content, output)


def _report(report: Report) -> str:
    from ldn_graph.reports import write_report  # noqa: PLC0415 — the gate is kept out of the cold path

    return write_report(report, "text")


def _dataset(store: Path | None, *, held: bool) -> EvidenceStore:
    evidence = EvidenceStore.open(store)
    return evidence.held if held else evidence


def _write(content: bytes, output: Path | None) -> None:
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(content)
    else:
        write_file(output, content)


def _params(params: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise InputError(f"--param {name}: write NAME=VALUE")
        if name in found:
            raise InputError(f"--param {name}: is given twice; give it once")
        found[name] = value
    return found
