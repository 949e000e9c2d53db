"""``medengage release``: attack what is to be given out, explain it, and close a wave."""

from __future__ import annotations

from pathlib import Path

import click

from medengage.cli.options import content_option, folder_argument, progress
from medengage.disclosure.attacks import AttackResult
from medengage.disclosure.regimes import REGIMES, GivenAway
from medengage.errors import DisclosureRefused
from medengage.findings import Findings, Policy
from medengage.measure.grouping import grouping
from medengage.measure.scoring import score
from medengage.measure.seen import attacked, instead
from medengage.stores import folder as store
from medengage.stores.writing import replace_file

__all__ = ["release"]

MOST_NAMED = 3
"""Of what an attack found, so many are told; there may be hundreds."""


@click.group()
def release() -> None:
    """Attack what is to be given out, explain it, and close a wave."""


@release.command()
@folder_argument
@content_option
@click.option(
    "--instead",
    "regimes",
    type=click.Choice(sorted(REGIMES)),
    multiple=True,
    help="Show what a weaker rule would give away (may be given more than once).",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the text to a file, too."
)
def attack(
    folder: Path, content: tuple[Path, ...], regimes: tuple[str, ...], out: Path | None
) -> None:
    """Try everything on FOLDER/findings.json that a motivated intruder would.

    Ends with the status of a refused disclosure if anything was found.
    """
    with progress() as step:
        step("Reading", 0, 2 + len(regimes))
        study, findings = store.read_study(folder, content), store.read_findings(folder)
        step("Attacking", 1, 2 + len(regimes))
        results = attacked(study, findings, ledger=store.read_ledger(folder))
        lines = [*_what(findings), *_told(results)]
        for done, name in enumerate(regimes, start=2):
            step(f"Attacking {name}", done, 2 + len(regimes))
            lines += _compared(name, instead(study, name), findings.policy)
    verdict = f"{_verdict(results)} SHA-256 of the findings: {findings.checksum}"
    text = "\n".join([verdict, *lines, verdict])
    click.echo(text)
    if out is not None:
        replace_file(out, f"{text}\n".encode())
    if any(one.found for one in results):
        raise DisclosureRefused("do not publish these findings", subject=str(folder))


@release.command()
@folder_argument
@content_option
def explain(folder: Path, content: tuple[Path, ...]) -> None:
    """Say for every group that is withheld on whom a figure would have rested.

    For those who may see the answers: it tells which combinations of attributes answered.
    """
    study = store.read_study(folder, content)
    plan = grouping(study, score(study)).plan
    click.echo("Private: this tells who answered. Do not pass it on.")
    for note in plan.merged:
        click.echo(note)
    for held in plan.withheld:
        who = f" ({held.who})" if held.who else ""
        click.echo(f"{held.title} is not shown: {held.words}{who}.")
    if not plan.withheld:
        click.echo("No group is withheld.")


@release.command()
@folder_argument
@click.confirmation_option(
    prompt="The secret of this wave will be destroyed, and nothing further can be released. Go on?"
)
def archive(folder: Path) -> None:
    """Destroy the wave's secret; after that nothing further can be released from FOLDER."""
    store.archive(folder)
    click.echo(f"{folder}: archived; its findings stay as they are")


def _what(findings: Findings) -> list[str]:
    about, certificate, policy = findings.about, findings.certificate, findings.policy
    groups = f"{certificate.figures} groups, {certificate.measures} scores of each"
    colluders = f", {policy.colluders} colluders" if policy.colluders else ""
    rules = f"Fewest doctors {policy.minimum_group}{colluders}, noise {policy.noise:g}"
    return [f"{about.organisation}, {about.wave}: {groups}. {rules}."]


def _told(results: tuple[AttackResult, ...]) -> list[str]:
    """What every attack tried and got; of what was found, a few with whom it concerns."""
    lines = []
    for one in results:
        lines.append(f"{one.attack:4} {one.words}")
        for found in one.found[:MOST_NAMED]:
            lines.append(f"     {_doctors(found.n)}: {found.who} ({found.how})")
    return lines


def _compared(name: str, away: GivenAway, policy: Policy) -> list[str]:
    """What a weaker rule gives away, in numbers: whom it concerns is nobody's business."""
    few = f"groups of fewer than {policy.minimum_group} doctors"
    single = f"single doctors among them: {away.doctors}"
    return [
        f"By the rule {name} instead ({REGIMES[name].words}): {away.figures:,} figures.",
        f"     {away.tried:,} {few} were tried, {away.groups:,} found, {single}.",
    ]


def _verdict(results: tuple[AttackResult, ...]) -> str:
    """One line that can stand alone."""
    stopped = [one.attack for one in results if not one.finished]
    unfinished = f" Not finished: {', '.join(stopped)}." if stopped else ""
    won = [one.attack for one in results if one.found]
    if not won:
        return f"Nothing was found.{unfinished}"
    found = {(found.who, found.how): found.n for one in results for found in one.found}
    single = len({who for (who, _), n in found.items() if n == 1})
    doctors = f"single doctors among them: {single}"
    return f"FOUND by {', '.join(won)}: {len(found)} successes, {doctors}.{unfinished}"


def _doctors(n: int) -> str:
    return "1 doctor" if n == 1 else f"{n} doctors"
