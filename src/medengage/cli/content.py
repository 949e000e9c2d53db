"""``medengage content``: look at instruments and check your own definition files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from medengage.cli.options import content_option, to_mend
from medengage.definitions import catalogue, checks
from medengage.definitions.indicator import Indicator
from medengage.definitions.instrument import Instrument
from medengage.errors import ContentError

__all__ = ["content"]


@click.group()
def content() -> None:
    """Look at instruments, and check your own definition files."""


@content.command("list")
@click.argument("kind", default="instruments", type=click.Choice(sorted(catalogue.KINDS)))
@content_option
def list_(kind: str, content: tuple[Path, ...]) -> None:
    """List all definitions of a kind."""
    for definition in catalogue.find(kind, content):
        click.echo(f"{definition.reference:45} {definition.title} ({definition.licence})")


@content.command()
@click.argument("name")
@content_option
def show(name: str, content: tuple[Path, ...]) -> None:
    """Show one instrument or indicator: what it asks or measures, and its rules.

    NAME is an id or id@version.
    """
    if name.partition("@")[0] in {one.id for one, _ in catalogue.files("indicators", content)}:
        _show_indicator(catalogue.indicator(name, content))
        return
    instrument = catalogue.instrument(name, content)
    click.echo(f"{instrument.title} ({instrument.reference}, {instrument.licence})")
    for scale in instrument.scales:
        aspect = f", {scale.aspect}" if scale.aspect else ""
        click.echo(f"\n{scale.title} [{scale.id}: {instrument.level(scale.id)}{aspect}]")
        for item in scale.items:
            click.echo(f"  {_item_line(instrument, item)}")


@content.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path) -> None:
    """Check every definition file of FOLDER and list all that is wrong."""
    found = checks.check_folder(folder, today=datetime.now(tz=UTC).date())
    for advice in found.advice:
        click.echo(f"advice: {advice}")
    if found.problems:
        raise ContentError(
            to_mend(len(found.problems)), subject=str(folder), problems=found.problems
        )
    click.echo(f"{folder}: nothing to mend")


def _show_indicator(found: Indicator) -> None:
    click.echo(f"{found.title} ({found.reference}, {found.licence})")
    click.echo(found.meaning)
    if found.levels:
        click.echo(f"levels, worst first: {', '.join(found.levels)}")
    else:
        end = "higher" if found.better == "high" else "lower"
        click.echo(f"a number ({found.unit}), {end} is better" if found.unit else "a number")
    if found.place:
        click.echo(f"counts where the place is: {found.place}")
    click.echo(f"may be {found.fresh_months} months old")
    if found.circular:
        click.echo(f"is not compared with engagement: {found.circular}")


def _item_line(instrument: Instrument, item: str) -> str:
    sign = "(reversed) " if instrument.item(item).reversed else ""
    return f"{item}: {sign}{instrument.label(item)}"
