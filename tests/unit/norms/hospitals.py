"""Invented hospitals that contribute to a norm."""

import hashlib
from datetime import date
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from medengage.norms.contribution import ALL, Contribution, Signed, public_key, signed
from medengage.norms.ledger import NormLedger
from medengage.norms.sums import scale_sums

INSTRUMENT = "open-medical-engagement@1.0.0"
CHECKSUM = hashlib.sha256(b"wording").hexdigest()


def key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))


def scores(number: int, n: int = 120) -> Any:
    """Scores of a hospital whose true level differs from others' by four points."""
    rng = np.random.default_rng(number)
    level = 57.0 + 4.0 * rng.standard_normal()
    return np.clip(level + 17.0 * rng.standard_normal(n), 0.0, 100.0)


def contribution(number: int, *, n: int = 120, **other: Any) -> Contribution:
    values = scores(number, n)
    sums = scale_sums(values, np.char.add(f"{number}-", (np.arange(n) % 5).astype(str)))
    facts: dict[str, Any] = {
        "organisation": f"hospital-{number}",
        "instrument": INSTRUMENT,
        "instrument_checksum": CHECKSUM,
        "language": "en",
        "wave": "2027",
        "opened": date(2027, 3, 1),
        "closed": date(2027, 3, 29),
        "seq": 1,
        "minimum_group": 10,
        "eligible": 2 * n,
        "phases": (n, 0, 0),
        "scales": {"index": {ALL: sums}},
    }
    return Contribution(**facts | other)


def signed_by(number: int, **other: Any) -> Signed:
    return signed(contribution(number, **other), key(number))


def ledger(count: int, **other: Any) -> NormLedger:
    """A ledger with the contributions of some hospitals."""
    made = NormLedger()
    for number in range(1, count + 1):
        made = made.joined(f"hospital-{number}", public_key(key(number)))
        made = made.received(signed_by(number, **other))
    return made
