"""What a coordinator does; every action writes an event in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from medengage.errors import StudyError
from medengage.norms.contribution import Signed, read_signed
from medengage.norms.ledger import NormLedger
from medengage.norms.release import published
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import Unit, User
from medengage.web.norms import queries
from medengage.web.norms.models import Line, Norm, Waiting

__all__ = ["Merged", "bring", "let_in", "merge", "publish_norm", "withdraw"]


@dataclass(frozen=True)
class Merged:
    """How many contributions were taken, and how many were not."""

    taken: int
    refused: int


def let_in(unit: Unit, organisation: str, public_key: str, *, by: User | None) -> None:
    """Let an organisation contribute with a key. Raises ``StudyError`` for what is no key."""
    with transaction.atomic():
        found = _held(unit)
        try:
            longer = found.joined(organisation.strip(), public_key.strip())
        except ValueError:
            raise StudyError("this is no public key", subject=organisation) from None
        _add(unit, found, longer)
        record(Event.NORM_JOINED, organisation, by=by, unit=unit)


def bring(unit: Unit, name: str, text: str, *, by: User | None) -> bool:
    """Keep a contribution until it is merged. ``False`` where the same one waits already.

    Raises ``StudyError`` where it is none. Whether it is genuine is asked when it is merged.
    """
    signed = read_signed(text, name)
    with transaction.atomic():
        one = signed.contribution
        _, made = Waiting.objects.get_or_create(
            unit=unit,
            digest=one.id,
            defaults={
                "organisation": one.organisation,
                "instrument": one.instrument,
                "wave": one.wave,
                "doctors": one.doctors,
                "text": text,
            },
        )
        if made:
            record(Event.NORM_BROUGHT, one.organisation, by=by, unit=unit, wave=one.wave)
    return made


def merge(unit: Unit, *, by: User | None) -> Merged:
    """Take everything that waits into the ledger; what is refused stays and says why."""
    with transaction.atomic():
        before = _held(unit)
        found, refused = before, 0
        for one in queries.waiting(unit):
            try:
                found = found.received(Signed.model_validate_json(one.text))
            except StudyError as error:
                one.told, refused = error.message[:300], refused + 1
                one.save()
            else:
                one.delete()
        taken = len(found.entries) - len(before.entries)
        _add(unit, before, found)
        record(Event.NORM_MERGED, str(unit), by=by, unit=unit, taken=taken, refused=refused)
    return Merged(taken, refused)


def withdraw(unit: Unit, key: tuple[str, str, str], *, by: User | None) -> None:
    """Take a contribution back: organisation, instrument, wave. ``StudyError`` for none."""
    with transaction.atomic():
        found = _held(unit)
        _add(unit, found, found.withdrawn(*key))
        record(Event.NORM_WITHDRAWN, key[0], by=by, unit=unit, wave=key[2])


def publish_norm(
    unit: Unit, instrument: str, language: str, today: date, *, by: User | None
) -> Norm:
    """Work a norm out from what stands, and publish it; the same norm is published once.

    Raises ``StudyError`` where there are fewer than five organisations.
    """
    with transaction.atomic():
        made = published(_held(unit), instrument, language, today)
        norm, new = Norm.objects.get_or_create(
            identifier=made.id,
            defaults={
                "unit": unit,
                "instrument": instrument,
                "checksum": made.instrument_checksum,
                "text": made.model_dump_json(),
            },
        )
        if new:
            record(Event.NORM_PUBLISHED, str(norm), by=by, unit=unit, status=made.status)
    return norm


def _held(unit: Unit) -> NormLedger:
    """The ledger, which nobody else changes until this transaction ends."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    return queries.ledger(unit)


def _add(unit: Unit, before: NormLedger, after: NormLedger) -> None:
    """Write the entries that are new."""
    lines = after.lines().splitlines(keepends=True)
    new: Iterable[tuple[int, str]] = enumerate(lines, start=1)
    for number, text in new:
        if number > len(before.entries):
            Line(unit=unit, number=number, text=text).save()
