"""``medengage study``: check a folder of answers, and turn it into findings."""

from __future__ import annotations

from pathlib import Path

import click

from medengage.cli.options import content_option, folder_argument, progress, to_mend
from medengage.errors import StudyError
from medengage.findings import Findings, Suppressed
from medengage.measure.analyse import released
from medengage.stores import folder as store

__all__ = ["study", "summary"]


@click.group()
def study() -> None:
    """Check a folder of answers, and turn it into findings."""


@study.command()
@folder_argument
@content_option
def check(folder: Path, content: tuple[Path, ...]) -> None:
    """List everything in FOLDER that has to be mended; changes nothing."""
    found = store.check_study(folder, content)
    for fact in found.facts:
        click.echo(fact)
    for advice in found.advice:
        click.echo(f"advice: {advice}")
    if found.problems:
        raise StudyError(
            to_mend(len(found.problems)), subject=str(folder), problems=found.problems
        )
    click.echo("nothing to mend")


@study.command()
@folder_argument
@content_option
def analyse(folder: Path, content: tuple[Path, ...]) -> None:
    """Turn the answers in FOLDER into FOLDER/findings.json.

    Every figure is certified together with those of earlier releases of the same answers, which
    FOLDER/ledger.json remembers.
    """
    with progress() as step:
        step("Reading answers", 0, 1)
        read = store.read_study(folder, content)
        findings, ledger = released(read, store.read_ledger(folder), step)
    path = store.write_release(findings, ledger, folder)
    for line in summary(findings):
        click.echo(line)
    click.echo(f"findings: {path}")


def summary(findings: Findings) -> list[str]:
    """The few lines that answer the first question: who answered, and what came out."""
    who = findings.participation
    asked = f" of {who.eligible} doctors answered" if who.eligible else " doctors answered"
    rate = "" if who.response_percent is None else f" ({who.response_percent:.0f} %)"
    about = "" if who.exact else "about "
    lines = [f"{findings.about.organisation}: {about}{who.answered}{asked}{rate}"]
    for scale in findings.scales:
        figure = scale.overall
        if isinstance(figure, Suppressed):
            lines.append(f"{scale.title:40} {figure.words}")
            continue
        alpha = f", alpha {scale.reliability.alpha:.3f}" if scale.reliability else ""
        interval = f"({figure.low:.1f} to {figure.high:.1f})"
        lines.append(f"{scale.title:40} {figure.value:.1f} {interval}, n {figure.n}{alpha}")
    return lines + list(findings.release_notes)
