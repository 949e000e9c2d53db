"""The six digits from somebody's telephone (RFC 6238), and codes for the day it is lost."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["accepted_step", "hashed", "new_codes", "new_secret", "opened", "picture", "sealed"]

STEP = 30
"""Seconds that a code is good for; the one before and the one after are taken as well."""
CODES, HALF = 8, 4
ISSUER = "medengage"


def new_secret() -> str:
    """A new secret, 160 random bits in base 32."""
    return pyotp.random_base32()


def sealed(secret: str) -> bytes:
    """As the database keeps a secret: under a key that is derived from the server's."""
    return _box().encrypt(secret.encode())


def opened(box: bytes | memoryview) -> str:
    """The secret in a box; "" for none, and for one that was sealed under another key."""
    try:
        return _box().decrypt(bytes(box)).decode() if box else ""
    except InvalidToken:
        return ""


def picture(secret: str, address: str) -> str:
    """The secret as a square that a telephone reads, SVG."""
    told = pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name=ISSUER)
    drawn = segno.make(told, error="m")
    return str(drawn.svg_inline(scale=5, border=2, title="Square to scan with your telephone"))


def accepted_step(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The time step of a code that is right and newer than ``last``; ``None`` for any other."""
    if not secret:
        return None
    digits = "".join(code.split())
    present = int(now.timestamp()) // STEP
    clock = pyotp.TOTP(secret)
    for step in (present - 1, present, present + 1):
        right = hmac.compare_digest(clock.at(step * STEP).encode(), digits.encode())
        if right and step > last:
            return step
    return None


def new_codes() -> list[str]:
    """Codes for somebody whose telephone is lost, each good once: ``k7qf-2m3x``."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    half = ["".join(secrets.choice(letters) for _ in range(HALF)) for _ in range(2 * CODES)]
    return [f"{one}-{other}" for one, other in zip(half[::2], half[1::2], strict=True)]


def hashed(codes: Sequence[str]) -> list[str]:
    """As the database keeps such codes."""
    return [sha256(code.strip().lower().encode()).hexdigest() for code in codes]


def _box() -> Fernet:
    key = HKDF(SHA256(), 32, None, b"medengage second factor").derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key))
