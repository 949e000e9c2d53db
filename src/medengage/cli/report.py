"""``medengage report``: findings become a document."""

from __future__ import annotations

from pathlib import Path

import click

from medengage.cli.options import progress
from medengage.norms.release import read_norm
from medengage.report import REPORTS, Beside, compose
from medengage.report.formats import FORMATS, render
from medengage.stores import folder as store
from medengage.stores.writing import replace_file

__all__ = ["report"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("kind", type=click.Choice(sorted(REPORTS)))
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "formats",
    type=click.Choice(sorted(FORMATS)),
    multiple=True,
    default=("html",),
    help="What to write (may be given more than once).",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write, for one format."
)
@click.option("--norm", type=FILE, help="A norm to compare with, as it was published.")
@click.option(
    "--before",
    type=click.Path(exists=True, path_type=Path),
    help="An earlier wave to compare with: its study folder or findings.json.",
)
def report(
    kind: str,
    source: Path,
    formats: tuple[str, ...],
    out: Path | None,
    norm: Path | None,
    before: Path | None,
) -> None:
    """Write a report of KIND from SOURCE, a study folder or a findings.json file."""
    findings = store.read_findings(source)
    beside = Beside(
        norm=None if norm is None else read_norm(norm.read_text(encoding="utf-8"), norm.name),
        before=None if before is None else store.read_findings(before),
    )
    folder = source if source.is_dir() else source.parent
    if out is not None and len(formats) > 1:
        raise click.UsageError("--out names one file, so give one --format")
    with progress() as step:
        document = compose(kind, findings, beside)
        for done, name in enumerate(formats):
            step(f"Writing {name}", done, len(formats))
            path = out or folder / f"{kind}-report.{FORMATS[name].suffix}"
            replace_file(path, render(document, name))
            click.echo(path)
