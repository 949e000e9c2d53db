"""``medengage simulate``: studies with a known truth, to try everything without a doctor."""

from __future__ import annotations

from pathlib import Path

import click

from medengage import simulate as simulator
from medengage.cli.options import progress
from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.stores import folder as store

__all__ = ["simulate"]

OURS = "open-medical-engagement"
MODULE = "say-stay-strive"
MANAGERS = "open-medical-engagement-managers"

seed_option = click.option(
    "--seed", type=click.IntRange(0), required=True, help="Same seed, same answers."
)


def _empty(_: click.Context, __: click.Parameter, folder: Path) -> Path:
    """Simulated answers must never take the place of real ones."""
    if folder.exists() and any(folder.iterdir()):
        raise click.BadParameter(f"{folder} is not empty.")
    return folder


empty_folder = click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), callback=_empty
)


@click.group()
def simulate() -> None:
    """Make study folders with a known truth, to try everything without a doctor."""


@simulate.command()
@empty_folder
@seed_option
@click.option("--doctors", type=click.IntRange(1), default=400, help="Doctors who could answer.")
def study(folder: Path, seed: int, doctors: int) -> None:
    """One hospital's campaign, written to FOLDER."""
    made = simulator.study(
        seed=seed,
        instrument=catalogue.instrument(OURS),
        eligible=doctors,
        modules=(catalogue.instrument(MODULE),),
        managers=catalogue.instrument(MANAGERS),
    )
    store.write_study(made, folder)
    click.echo(f"{made.responses.n} answers of {doctors} doctors: {folder}")


@simulate.command()
@empty_folder
@seed_option
@click.option("--organisations", type=click.IntRange(1), default=50, help="Number of hospitals.")
@click.option("--waves", type=click.IntRange(1), default=1, help="Quarterly waves of each.")
def region(folder: Path, seed: int, organisations: int, waves: int) -> None:
    """Many hospitals over time, one study folder each and wave: FOLDER/01/wave-01, ..."""
    questions = (OURS, MODULE, MANAGERS)
    ours, module, managers = (catalogue.instrument(name) for name in questions)
    made = simulator.region(seed=seed, organisations=organisations, waves=waves)
    with progress() as step:
        for number in range(1, organisations + 1):
            step("Simulating hospitals", number - 1, organisations)
            for wave in range(1, waves + 1):
                answers = made.study(number, wave, ours, modules=(module,), managers=managers)
                store.write_study(answers, folder / f"{number:02d}" / f"wave-{wave:02d}")
    _write_truth(made, ours, folder, waves)
    click.echo(f"{organisations} hospitals, {waves} waves: {folder}")


def _write_truth(made: simulator.Region, instrument: Instrument, folder: Path, waves: int) -> None:
    """What only a simulator can know: every hospital's true mean index, roster and process."""
    lines = ["organisation,wave,true_index_of_roster,true_index_of_process"]
    for wave in range(1, waves + 1):
        true = made.true_means(wave, instrument)
        for number, (roster, process) in enumerate(_pairs(true), start=1):
            lines.append(f"{number},{wave},{roster:.4f},{process:.4f}")
    (folder / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _pairs(true: simulator.TrueMeans) -> zip[tuple[float, float]]:
    if true.roster is None or true.process is None:
        raise TypeError("an instrument gives scored means")
    return zip(true.roster.tolist(), true.process.tolist(), strict=True)
