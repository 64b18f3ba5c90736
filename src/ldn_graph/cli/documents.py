"""The commands on documents: `new`, `validate`, `rules`, `build`, `held` and `remove`."""

from __future__ import annotations

from pathlib import Path

import click

from ldn_graph.cli.options import OUTPUT, STORE
from ldn_graph.cli.running import as_text
from ldn_graph.findings import Severity
from ldn_graph.library import EvidenceStore, Intake
from ldn_graph.store import is_store


@click.command()
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


@click.command()
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


@click.command()
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


@click.command()
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
    click.echo(as_text(intake.report), err=True, nl=False)
    if intake.held:
        click.echo(f"{len(intake.entered)} taken in, {len(intake.held)} held: {', '.join(intake.held)}", err=True)
    if intake.kept:
        click.echo(f"the version that stands is kept: {', '.join(intake.kept)}", err=True)
    if freed := sorted(set(before) - set(evidence.held.documents())):
        click.echo(f"no longer held: {', '.join(freed)}", err=True)
    if not intake.report.conforms:
        raise click.exceptions.Exit(1)


@click.command()
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


@click.command()
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
