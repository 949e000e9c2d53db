"""``medengage norm``: give sums to a norm, keep the ledger of one, and publish it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from medengage.cli.options import content_option, folder_argument
from medengage.errors import StudyError
from medengage.measure.contributing import contribution
from medengage.norms.bridge import bridge as bridged
from medengage.norms.contribution import public_key, read_signed, signed
from medengage.norms.drift import drift as drifted
from medengage.norms.drift import is_due
from medengage.norms.ledger import NormLedger
from medengage.norms.release import published, read_norm
from medengage.stores import folder as store
from medengage.stores.writing import replace_file
from medengage.tables.names import nearest

__all__ = ["norm"]

FILE = click.Path(dir_okay=False, path_type=Path)
KEY = 32
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def norm() -> None:
    """Give sums to a norm, keep the ledger of one, and publish it. No answer leaves a hospital."""


@norm.command()
@click.argument("file", type=FILE)
def key(file: Path) -> None:
    """Make the key that signs your contributions; prints its public half for the coordinator."""
    made = Ed25519PrivateKey.generate()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise StudyError("a key is there already", subject=str(file)) from None
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(made.private_bytes_raw())
    click.echo(public_key(made))


@norm.command()
@folder_argument
@content_option
@click.option("--organisation", required=True, help="Your code, as the coordinator knows it.")
@click.option("--key", "key_file", type=FILE, required=True, help="The key that signs.")
@click.option("--seq", type=click.IntRange(1), default=1, help="Version of this contribution.")
@click.option(
    "--epsilon",
    type=click.FloatRange(0.01, 3.0),
    help="Give the histogram of the index alone, with noise: 1.0 is usual.",
)
@click.option("--out", type=FILE, required=True, help="File for the coordinator.")
def contribute(
    folder: Path, content: tuple[Path, ...], key_file: Path, out: Path, **how: Any
) -> None:
    """Sign the sums of FOLDER, which was analysed before, for a norm.

    With --epsilon not even the coordinator learns the hospital's own figures: noise in every bin
    of a histogram hides whether any one doctor answered.
    """
    study = store.read_study(folder, content)
    made = contribution(study, store.read_ledger(folder), **how)
    replace_file(out, signed(made, _key(key_file)).model_dump_json(indent=1).encode())
    noisy = f", noise of epsilon {made.epsilon / 1000:g}" if made.noisy else ""
    count = len(made.scales) + len(made.noisy)
    scales = "1 scale" if count == 1 else f"{count} scales"
    doctors = f"{scales} of {made.doctors} doctors{noisy}"
    click.echo(f"{out}: {doctors}, {made.id[:12]}")


@norm.command()
@click.argument("ledger", type=FILE)
@click.argument("organisation")
@click.argument("public")
def join(ledger: Path, organisation: str, public: str) -> None:
    """Let ORGANISATION contribute, with the PUBLIC half of its key."""
    try:
        _write(ledger, _read(ledger).joined(organisation, public))
    except ValueError:
        raise StudyError("this is no public key", subject=organisation) from None
    click.echo(f"{organisation} may contribute")


@norm.command()
@click.argument("ledger", type=FILE)
@click.argument("files", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1)
def merge(ledger: Path, files: tuple[Path, ...]) -> None:
    """Take contributions into LEDGER: all of them, or none where one is refused."""
    found = _read(ledger)
    for file in files:
        found = found.received(read_signed(file.read_text(encoding="utf-8"), file.name))
    _write(ledger, found)
    click.echo(f"{len(files)} taken, {len(found.standing())} stand; newest hash {found.head}")


@norm.command()
@click.argument("ledger", type=FILE)
@click.argument("organisation")
@click.argument("instrument")
@click.argument("wave")
def withdraw(ledger: Path, organisation: str, instrument: str, wave: str) -> None:
    """Take back what ORGANISATION gave of one WAVE; the ledger remembers that it was there."""
    found = _read(ledger).withdrawn(organisation, instrument, wave)
    _write(ledger, found)
    click.echo(f"withdrawn, {len(found.standing())} stand; newest hash {found.head}")


@norm.command()
@click.argument("ledger", type=FILE)
@click.argument("instrument")
@click.option("--language", default="en", help="Language of the statements.")
@click.option("--day", type=DAY, required=True, help="The day of the norm, such as 2027-06-01.")
@click.option("--out", type=FILE, required=True, help="File for the norm.")
def publish(ledger: Path, instrument: str, language: str, day: datetime, out: Path) -> None:
    """Work the norm of INSTRUMENT out from all contributions that stand."""
    made = published(_read(ledger), instrument, language, day.date())
    replace_file(out, made.model_dump_json(indent=1).encode())
    click.echo(
        f"{out}: {made.status}, {made.organisations} organisations, {made.doctors:,} doctors"
    )
    for reason in made.reasons:
        click.echo(f"provisional: {reason}")
    click.echo(f"norm {made.id}")


@norm.command()
@click.argument("file", type=FILE)
@click.argument("ledger", type=FILE)
def drift(file: Path, ledger: Path) -> None:
    """Compare the norm in FILE with what came into LEDGER since, and say if it has become old."""
    known = read_norm(file.read_text(encoding="utf-8"), file.name)
    since = [
        one
        for one in _read(ledger).standing()
        if one.closed > known.last and one.instrument == known.instrument
    ]
    found = drifted(known, since)
    for one in found:
        state = "look at it" if one.alert else "as before"
        shift = f"{one.shift:+.2f} standard deviations (error {one.se:.2f})"
        shape = f"shape {one.psi:.2f}, {one.organisations} organisations"
        click.echo(f"{one.scale:32} {shift}, {shape}: {state}")
    if is_due([found]):
        click.echo("a new norm is due")


@norm.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--scale", help="Only this scale, with all scores from 0 to 100.")
def bridge(old: Path, new: Path, scale: str | None) -> None:
    """What scores were against the norm in OLD, and are against the one in NEW."""
    first, second = (read_norm(file.read_text(encoding="utf-8"), file.name) for file in (old, new))
    found = {one.scale: one for one in bridged(first, second)}
    if scale is not None and scale not in found:
        hint = nearest(scale, found) or f"known: {', '.join(found)}"
        raise StudyError("both norms have no such scale", subject=scale, hint=hint)
    click.echo(f"norm {first.id[:12]} to {second.id[:12]}")
    for name, one in found.items() if scale is None else [(scale, found[scale])]:
        sure = "moved" if one.moved else "no move that is more than chance"
        click.echo(f"{name:32} {one.shift:+5.1f} points (error {one.se:.1f}): {sure}")
        for before, after in one.cuts if scale else ():
            click.echo(f"  cut {before:5.1f} is now {after:5.1f}")
        for step in one.steps if scale else ():
            (share, band), (now, band_now) = step.before, step.after
            places = f"{share:4.1f} % {band.value:8} now {now:4.1f} % {band_now.value}"
            click.echo(f"  {step.score:3.0f}: {places}")


@norm.command()
@click.argument("ledger", type=FILE)
@click.option("--head", help="A hash that was published: is it still there?")
def verify(ledger: Path, head: str | None) -> None:
    """Read LEDGER anew from its first entry, with every signature."""
    found = _read(ledger)
    found.verify(head)
    click.echo(f"{len(found.entries)} entries are sound; newest hash {found.head}")


def _key(file: Path) -> Ed25519PrivateKey:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise StudyError("the key cannot be read", subject=str(file)) from error
    if len(content) != KEY:
        raise StudyError("this is no key", subject=str(file))
    return Ed25519PrivateKey.from_private_bytes(content)


def _read(file: Path) -> NormLedger:
    """The ledger in a file; an empty one where there is no file."""
    return (
        NormLedger.read(file.read_text(encoding="utf-8"), file.name)
        if file.exists()
        else NormLedger()
    )


def _write(file: Path, ledger: NormLedger) -> None:
    replace_file(file, ledger.lines().encode())
