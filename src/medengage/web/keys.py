"""The key of a campaign: a file beside the databases, and never in them or in their copies.

Keys are derived from it: one makes links, one receipts, one seals answers until they are shuffled,
one seals drafts. Whoever has databases, logs and every link but not this file learns nothing from
them; at closing it is destroyed, and then nobody can.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["CampaignKey", "Damaged", "KeyFolder", "WaveKey"]

BYTES, NONCE, LINK = 32, 12, 16
BLOCK = 4096
"""Boxes are filled up to a multiple of this, so that their length does not tell who wrote much."""
SMALL_BLOCK = 512
"""For coarse attributes alone: there are many of these boxes, and nothing long is in them."""


class Damaged(ValueError):
    """A box that was not made with this key, or was changed."""


class WaveKey:
    """Seals what could single a doctor out among the answers; kept until the wave is archived.

    Made from the secret of the wave's noise, which has to live as long: figures are worked out
    anew from the same groups with the same noise, or not at all.
    """

    def __init__(self, secret: bytes) -> None:
        derived = HKDF(SHA256(), BYTES, None, b"medengage attributes").derive(secret)
        self._cipher = ChaCha20Poly1305(derived)

    def seal(self, content: bytes) -> bytes:
        """Attributes and phase of one doctor, in a box that is as long as everybody's."""
        return _sealed(self._cipher, content, SMALL_BLOCK)

    def unseal(self, box: bytes) -> bytes:
        """The content of a box; raises ``Damaged``."""
        return _opened(self._cipher, box)


@dataclass(frozen=True, repr=False)
class CampaignKey:
    """The keys of one open campaign; never shown, compared or logged.

    ``master`` is destroyed at closing; ``wave`` lives on.
    """

    master: bytes
    wave: WaveKey = field(compare=False)

    def link(self, invitee: str) -> str:
        """The link of somebody who is asked: 26 small letters and digits, the same each time."""
        digest = hmac.digest(self._derived("link"), invitee.encode(), "sha256")
        return base64.b32encode(digest[:LINK]).decode().rstrip("=").lower()

    def receipt(self, token: str) -> str:
        """What says that a link was used: 64 hex digits, the same each time for the same link."""
        return hmac.digest(self._derived("receipt"), token.encode(), "sha256").hex()

    def draft_name(self, token: str) -> str:
        """Where the draft of a link is kept."""
        return hmac.digest(self._derived("draft name"), token.encode(), "sha256").hex()

    def seal(self, content: bytes) -> bytes:
        """Answers that wait to be shuffled."""
        return _sealed(ChaCha20Poly1305(self._derived("buffer")), content)

    def unseal(self, box: bytes) -> bytes:
        """The content of a box; raises ``Damaged``."""
        return _opened(ChaCha20Poly1305(self._derived("buffer")), box)

    def seal_draft(self, token: str, content: bytes) -> bytes:
        """Answers that a doctor has not sent yet: only the link opens them again."""
        return _sealed(ChaCha20Poly1305(self._derived("draft", token)), content)

    def open_draft(self, token: str, box: bytes) -> bytes:
        """The content of a draft; raises ``Damaged``."""
        return _opened(ChaCha20Poly1305(self._derived("draft", token)), box)

    def _derived(self, purpose: str, token: str = "") -> bytes:
        salt = token.encode() or None
        return HKDF(SHA256(), BYTES, salt, f"medengage {purpose}".encode()).derive(self.master)


@dataclass(frozen=True)
class KeyFolder:
    """The folder with one file a campaign, readable by the server's user alone."""

    path: Path

    def made(self, campaign: str) -> CampaignKey:
        """New keys for a campaign that opens; ``FileExistsError`` where there are some.

        The secret of the wave comes first: a campaign that has its own key has everything.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._wave(campaign).exists():
            _written(self._wave(campaign))
        return CampaignKey(_written(self._file(campaign)), self.wave(campaign))

    def of(self, campaign: str) -> CampaignKey | None:
        """The keys of an open campaign; ``None`` once destroyed. Raises ``Damaged``."""
        try:
            master = self._file(campaign).read_bytes()
        except FileNotFoundError:
            return None
        if len(master) != BYTES:
            raise Damaged("the key of the campaign is damaged")
        return CampaignKey(master, self.wave(campaign))

    def wave(self, campaign: str) -> WaveKey:
        """What opens the attributes of answers. Raises ``Damaged`` where it is lost."""
        return WaveKey(self.wave_secret(campaign))

    def destroy(self, campaign: str) -> None:
        """Overwrite the key and remove it; nothing happens where there is none."""
        file = self._file(campaign)
        if file.exists():
            with file.open("r+b") as opened:
                opened.write(bytes(BYTES))
                opened.flush()
                os.fsync(opened.fileno())
            file.unlink()

    def wave_secret(self, campaign: str) -> bytes:
        """The secret of the wave: made when the campaign opens, kept until it is archived.

        The noise of its figures comes from it, and the key of its attributes. Raises ``Damaged``
        where it is lost: another one would give other figures, and no groups.
        """
        try:
            secret = self._wave(campaign).read_bytes()
        except FileNotFoundError:
            raise Damaged("the secret of the wave is lost") from None
        if len(secret) != BYTES:
            raise Damaged("the secret of the wave is damaged")
        return secret

    def _wave(self, campaign: str) -> Path:
        return self._file(f"{campaign}-noise")

    def _file(self, campaign: str) -> Path:
        if not campaign.isascii() or not campaign.replace("-", "").isalnum():
            raise ValueError("a campaign is named by letters, digits and hyphens")
        return self.path / f"{campaign}.key"


def _written(file: Path) -> bytes:
    """A new secret, safe on the disk before it is used; ``FileExistsError`` for an old one."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    secret = secrets.token_bytes(BYTES)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(secret)
        opened.flush()
        os.fsync(opened.fileno())
    return secret


def _sealed(cipher: ChaCha20Poly1305, content: bytes, block: int = BLOCK) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    length = len(content).to_bytes(4, "big")
    filled = length + content + bytes(-(len(content) + len(length)) % block)
    return nonce + cipher.encrypt(nonce, filled, None)


def _opened(cipher: ChaCha20Poly1305, box: bytes) -> bytes:
    try:
        filled = cipher.decrypt(bytes(box[:NONCE]), bytes(box[NONCE:]), None)
    except (InvalidTag, ValueError):
        filled = b""
    if len(filled) < SMALL_BLOCK:
        raise Damaged("a box of answers cannot be opened")
    length = int.from_bytes(filled[:4], "big")
    return filled[4 : 4 + length]
