"""What one organisation gives to a norm: sums, signed; no answer leaves it.

A contribution is a release like any other: it holds only groups that the organisation's certified
release holds as well, and says by which rules. It has no number that is not whole, so that it has
exactly one spelling (RFC 8785), and a signature is about that spelling.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from typing import Annotated, Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pydantic import Field, StringConstraints, ValidationError, model_validator

from medengage.errors import Problem, StudyError
from medengage.findings import Fact
from medengage.norms.privacy import NoisyHistogram
from medengage.norms.sums import ScaleSums

__all__ = [
    "ALL",
    "FEWEST",
    "SCHEMA",
    "Contribution",
    "Signed",
    "canonical",
    "public_key",
    "read_signed",
    "signed",
]

SCHEMA = 2
ALL = "all"
"""The stratum of all doctors."""
FEWEST = 30
"""Doctors of an organisation, and of a stratum, below whom nothing is contributed."""
LISTED = 10

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]


class Contribution(Fact):
    """The sums of one organisation, one instrument and one wave.

    ``instrument_checksum`` says which wording was answered. ``seq`` counts versions of the same
    contribution, the higher one stands. ``scales`` maps scale -> stratum -> sums, always with
    ``all``; ``products`` maps "a b" to the sum of products of two scales over all doctors, on the
    grid; ``items`` maps an item to how many chose each option. ``phases`` are doctors who answered
    before the first reminder, between, and after the last. ``noisy`` holds histograms with noise
    in place of everything else, for a hospital that does not want to show its coordinator more.
    """

    schema_version: int = SCHEMA
    organisation: Name
    instrument: Name
    instrument_checksum: Hash
    language: Name
    wave: Name
    opened: date
    closed: date
    seq: int = Field(ge=1)
    minimum_group: int = Field(ge=5)
    eligible: int = Field(ge=1)
    phases: tuple[int, int, int]
    scales: dict[str, dict[str, ScaleSums]] = Field(default_factory=dict)
    noisy: dict[str, NoisyHistogram] = Field(default_factory=dict)
    products: dict[str, int] = Field(default_factory=dict)
    items: dict[str, tuple[int, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_safe_and_whole(self) -> Self:
        if self.schema_version != SCHEMA:
            raise ValueError("this contribution was written by another version of medengage")
        if self.closed < self.opened:
            raise ValueError("a wave closes after it opens")
        for scale, strata in self.scales.items():
            if ALL not in strata:
                raise ValueError(f"{scale}: the sums of all doctors are missing")
            if any(sums.n < FEWEST for sums in strata.values()):
                raise ValueError(f"{scale}: a stratum of fewer than {FEWEST} doctors")
            parts = sum(sums.n for name, sums in strata.items() if name != ALL)
            if parts > strata[ALL].n:
                raise ValueError(f"{scale}: strata hold more doctors than there are")
            if strata[ALL].n > self.eligible:
                raise ValueError(f"{scale}: more doctors than could have answered")
        return self

    @model_validator(mode="after")
    def _tells_nothing_beside_noise(self) -> Self:
        if bool(self.scales) == bool(self.noisy):
            raise ValueError("a contribution holds sums, or histograms with noise, and not both")
        if self.noisy and (self.products or self.items or any(self.phases)):
            raise ValueError("beside histograms with noise nothing may be told")
        return self

    @property
    def key(self) -> tuple[str, str, str]:
        """What a later version takes the place of: organisation, instrument, wave."""
        return self.organisation, self.instrument, self.wave

    @property
    def doctors(self) -> int:
        """How many doctors have the scale that most have; about, where there is noise."""
        exact = [strata[ALL].n for strata in self.scales.values()]
        return max(exact or [histogram.n for histogram in self.noisy.values()])

    @property
    def epsilon(self) -> int:
        """Thousandths of epsilon that it spends; 0 for exact sums, which are certified."""
        return sum(histogram.epsilon for histogram in self.noisy.values())

    @property
    def id(self) -> str:
        """SHA-256 of its one spelling."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


class Signed(Fact):
    """A contribution with the signature of its organisation (Ed25519, RFC 8032)."""

    contribution: Contribution
    public_key: Key
    signature: Signature

    @property
    def is_genuine(self) -> bool:
        """Was this contribution signed by the holder of the key, to the last character?"""
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key))
        content = canonical(self.contribution.model_dump(mode="json"))
        try:
            key.verify(base64.b64decode(self.signature), content)
        except InvalidSignature:
            return False
        return True


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value without fractions (RFC 8785).

    Raises ``ValueError`` for a number that is not whole: it could be spelled in several ways.
    """
    return json.dumps(
        _whole(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def signed(contribution: Contribution, key: Ed25519PrivateKey) -> Signed:
    """Sign a contribution."""
    content = canonical(contribution.model_dump(mode="json"))
    return Signed(
        contribution=contribution,
        public_key=public_key(key),
        signature=base64.b64encode(key.sign(content)).decode(),
    )


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half of a key, in base64: 44 characters to tell the coordinator."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def read_signed(text: str, name: str) -> Signed:
    """A signed contribution from JSON; ``name`` is that of the file.

    Raises ``StudyError`` with every problem where it is none. Whether the signature is genuine,
    and the key one that is known, the ledger asks.
    """
    try:
        return Signed.model_validate_json(text)
    except ValidationError as error:
        problems = [
            Problem(".".join(map(str, one["loc"])) or name, f"{one['msg']}.")
            for one in error.errors(include_input=False, include_url=False)[:LISTED]
        ]
        raise StudyError(
            "this is no contribution to a norm", subject=name, problems=problems
        ) from None


def _whole(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("a number that is not whole has no single spelling")
    if isinstance(value, dict):
        return {str(name): _whole(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(part) for part in value]
    return value
