"""The ledger and norms of a region, and the norm that a hospital is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from medengage.norms.ledger import NormLedger
from medengage.norms.release import NormRelease, read_norm
from medengage.web.accounts.models import Unit
from medengage.web.accounts.queries import above
from medengage.web.norms.models import Line, Norm, Waiting

__all__ = [
    "Member",
    "Norm",
    "choices",
    "ledger",
    "members",
    "norm_for",
    "norms",
    "release",
    "waiting",
]


@dataclass(frozen=True)
class Member:
    """An organisation that may contribute, and how much of it stands."""

    name: str
    waves: tuple[str, ...]


def ledger(unit: Unit) -> NormLedger:
    """The ledger as it stands, verified from its first entry. Raises ``StudyError``."""
    lines = Line.objects.filter(unit=unit).values_list("text", flat=True)
    return NormLedger.read("".join(lines), f"the ledger of {unit}")


def waiting(unit: Unit) -> list[Waiting]:
    """Contributions that came in and are not in the ledger."""
    return list(Waiting.objects.filter(unit=unit))


def members(found: NormLedger) -> list[Member]:
    """Every organisation that has joined, with the waves that stand."""
    joined = {e.event.organisation for e in found.entries if e.event.kind == "joined"}
    waves: dict[str, list[str]] = {name: [] for name in sorted(joined)}
    for one in found.standing():
        waves[one.organisation].append(f"{one.wave} ({one.instrument})")
    return [Member(name, tuple(told)) for name, told in waves.items()]


def choices(found: NormLedger) -> list[tuple[str, str]]:
    """Instrument and language of what stands: what a norm can be made of."""
    return sorted({(one.instrument, one.language) for one in found.standing()})


def norms(unit: Unit) -> list[Norm]:
    """Everything that was published, the newest first."""
    return list(Norm.objects.filter(unit=unit))


def release(norm: Norm) -> NormRelease:
    """A norm as a value."""
    return read_norm(norm.text, str(norm))


def norm_for(unit: Unit, checksum: str) -> Norm | None:
    """The newest norm of the same wording at an organisation or above it."""
    places = [one.pk for one in above(unit)]
    return Norm.objects.filter(unit__in=places, checksum=checksum).first()
