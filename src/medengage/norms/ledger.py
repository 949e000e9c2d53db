"""The coordinator's ledger: who may contribute, what came, what was taken back; nothing is erased.

Each entry holds the hash of the one before, so that none can be changed, taken out or put between
without every later hash being wrong. The newest hash is published with each norm: whoever keeps it
sees whether the end was cut off. A norm is always worked out from the entries that stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError

from medengage.errors import StudyError
from medengage.findings import Fact
from medengage.norms.contribution import Contribution, Key, Name, Signed, canonical
from medengage.norms.privacy import MOST_A_YEAR

__all__ = ["EMPTY", "Entry", "Joined", "NormLedger", "Received", "Withdrawn"]

EMPTY = "0" * 64
"""The hash before the first entry."""


class Joined(Fact):
    """An organisation may contribute from now on, with this key; a new one replaces the old."""

    kind: Literal["joined"] = "joined"
    organisation: Name
    public_key: Key


class Received(Fact):
    """A contribution that was accepted."""

    kind: Literal["received"] = "received"
    signed: Signed


class Withdrawn(Fact):
    """An organisation took a contribution back."""

    kind: Literal["withdrawn"] = "withdrawn"
    organisation: Name
    instrument: Name
    wave: Name
    seq: int = Field(ge=1)


Event = Annotated[Joined | Received | Withdrawn, Field(discriminator="kind")]


class Entry(Fact):
    """One line of the ledger: what happened, and the chain."""

    number: int = Field(ge=1)
    previous: str
    event: Event

    @property
    def hash(self) -> str:
        """SHA-256 of number, previous hash and event, in their one spelling."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


class NormLedger(Fact):
    """All entries in their order; every method that adds gives a longer ledger."""

    entries: tuple[Entry, ...] = ()

    @property
    def head(self) -> str:
        """The hash of the newest entry."""
        return self.entries[-1].hash if self.entries else EMPTY

    def joined(self, organisation: str, public_key: str) -> Self:
        """With an organisation that may contribute; raises ``ValueError`` for what is no key."""
        return self._with(Joined(organisation=organisation, public_key=public_key))

    def received(self, signed: Signed) -> Self:
        """With a contribution.

        Raises ``StudyError`` for an organisation or key that is not known, a signature that is not
        genuine, a version that is not newer than the last, one that was withdrawn, or histograms
        with noise that together spend more than epsilon 3 for one year.
        """
        one = signed.contribution
        known = self._key_of(one.organisation)
        if known is None:
            self._refuse(one, "this organisation has not joined")
        if known != signed.public_key:
            self._refuse(one, "the key is not the one that this organisation joined with")
        if not signed.is_genuine:
            self._refuse(one, "the signature is not genuine: the contribution was changed")
        if one.seq <= self._last_seq(one.key):
            self._refuse(one, "this version is not newer than the one that is there")
        if one.epsilon and self._spent(one) + one.epsilon > MOST_A_YEAR:
            self._refuse(one, "more noise-protected figures of one year would tell too much")
        return self._with(Received(signed=signed))

    def withdrawn(self, organisation: str, instrument: str, wave: str) -> Self:
        """With a contribution taken back; ``StudyError`` where none stands.

        Its number is not used again, so that an old copy of it cannot come back.
        """
        key = (organisation, instrument, wave)
        if key not in {one.key for one in self.standing()}:
            raise StudyError("there is no such contribution", subject=" ".join(key))
        return self._with(
            Withdrawn(
                organisation=organisation,
                instrument=instrument,
                wave=wave,
                seq=self._last_seq(key),
            )
        )

    def standing(self) -> list[Contribution]:
        """The newest version of every contribution that was not withdrawn, in order of keys."""
        found: dict[tuple[str, str, str], Contribution] = {}
        for event in self._events():
            if isinstance(event, Received):
                found[event.signed.contribution.key] = event.signed.contribution
            elif isinstance(event, Withdrawn):
                found.pop((event.organisation, event.instrument, event.wave), None)
        return [found[key] for key in sorted(found)]

    def verify(self, head: str | None = None) -> None:
        """Read everything anew, from the first entry, as if it had just come.

        Raises ``StudyError`` where the chain is broken, something would not be accepted, or the
        newest hash is not ``head``: then entries at the end were cut off or changed.
        """
        again = type(self)()
        for entry in self.entries:
            if (entry.number, entry.previous) != (len(again.entries) + 1, again.head):
                raise StudyError(
                    "the chain of the ledger is broken", subject=f"entry {entry.number}"
                )
            again = again._replayed(entry.event)
        if head is not None and head not in {EMPTY, *(entry.hash for entry in self.entries)}:
            raise StudyError("entries at the end of the ledger are missing, or were changed")

    def lines(self) -> str:
        """The ledger as text: one line of JSON an entry."""
        return "".join(
            f"{canonical(one.model_dump(mode='json')).decode()}\n" for one in self.entries
        )

    @classmethod
    def read(cls, text: str, name: str) -> Self:
        """A ledger from its text; raises ``StudyError`` with the line that is damaged."""
        entries = []
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                entries.append(Entry.model_validate(_strict(json.loads(line))))
            except (ValidationError, ValueError):
                raise StudyError(
                    "the ledger is damaged", subject=f"{name}, line {number}"
                ) from None
        ledger = cls(entries=tuple(entries))
        ledger.verify()
        return ledger

    def _replayed(self, event: Joined | Received | Withdrawn) -> Self:
        if isinstance(event, Received):
            return self.received(event.signed)
        if isinstance(event, Withdrawn):
            return self.withdrawn(event.organisation, event.instrument, event.wave)
        return self.joined(event.organisation, event.public_key)

    def _with(self, event: Joined | Received | Withdrawn) -> Self:
        entry = Entry(number=len(self.entries) + 1, previous=self.head, event=event)
        return type(self)(entries=(*self.entries, entry))

    def _events(self) -> Iterator[Joined | Received | Withdrawn]:
        return (entry.event for entry in self.entries)

    def _key_of(self, organisation: str) -> str | None:
        keys = [
            event.public_key
            for event in self._events()
            if isinstance(event, Joined) and event.organisation == organisation
        ]
        return keys[-1] if keys else None

    def _last_seq(self, key: tuple[str, str, str]) -> int:
        return max(
            (
                event.signed.contribution.seq
                for event in self._events()
                if isinstance(event, Received) and event.signed.contribution.key == key
            ),
            default=0,
        )

    def _spent(self, one: Contribution) -> int:
        """What the organisation has spent for that year, also on what was taken back."""
        return sum(
            event.signed.contribution.epsilon
            for event in self._events()
            if isinstance(event, Received)
            and event.signed.contribution.organisation == one.organisation
            and event.signed.contribution.closed.year == one.closed.year
        )

    def _refuse(self, one: Contribution, why: str) -> None:
        raise StudyError(why, subject=f"{one.organisation}, {one.wave}")


def _strict(value: Any) -> Any:
    """A value that came from JSON, with numbers as they stand there."""
    canonical(value)
    return value
