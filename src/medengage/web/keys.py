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
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["CampaignKey", "Damaged", "KeyFolder"]

BYTES, NONCE, LINK = 32, 12, 16
BLOCK = 4096
"""Boxes are filled up to a multiple of this, so that their length does not tell who wrote much."""


class Damaged(ValueError):
    """A box that was not made with this key, or was changed."""


@dataclass(frozen=True, repr=False)
class CampaignKey:
    """The key of one campaign; never shown, compared or logged."""

    master: bytes

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
        return _sealed(self._derived("buffer"), content)

    def unseal(self, box: bytes) -> bytes:
        """The content of a box; raises ``Damaged``."""
        return _opened(self._derived("buffer"), box)

    def seal_draft(self, token: str, content: bytes) -> bytes:
        """Answers that a doctor has not sent yet: only the link opens them again."""
        return _sealed(self._derived("draft", token), content)

    def open_draft(self, token: str, box: bytes) -> bytes:
        """The content of a draft; raises ``Damaged``."""
        return _opened(self._derived("draft", token), box)

    def _derived(self, purpose: str, token: str = "") -> bytes:
        salt = token.encode() or None
        return HKDF(SHA256(), BYTES, salt, f"medengage {purpose}".encode()).derive(self.master)


@dataclass(frozen=True)
class KeyFolder:
    """The folder with one file a campaign, readable by the server's user alone."""

    path: Path

    def made(self, campaign: str) -> CampaignKey:
        """A new key for a campaign that opens; ``FileExistsError`` where there is one."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._file(campaign), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        master = secrets.token_bytes(BYTES)
        with os.fdopen(descriptor, "wb") as file:
            file.write(master)
            file.flush()
            os.fsync(file.fileno())
        return CampaignKey(master)

    def of(self, campaign: str) -> CampaignKey | None:
        """The key of an open campaign; ``None`` once it is destroyed. Raises ``Damaged``."""
        try:
            master = self._file(campaign).read_bytes()
        except FileNotFoundError:
            return None
        if len(master) != BYTES:
            raise Damaged("the key of the campaign is damaged")
        return CampaignKey(master)

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
        """The secret of the wave's noise: made at the first call, kept until it is archived."""
        path = self._file(f"{campaign}-noise")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
        return path.read_bytes()

    def _file(self, campaign: str) -> Path:
        if not campaign.isascii() or not campaign.replace("-", "").isalnum():
            raise ValueError("a campaign is named by letters, digits and hyphens")
        return self.path / f"{campaign}.key"


def _sealed(key: bytes, content: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    length = len(content).to_bytes(4, "big")
    filled = length + content + bytes(-(len(content) + len(length)) % BLOCK)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, filled, None)


def _opened(key: bytes, box: bytes) -> bytes:
    try:
        filled = ChaCha20Poly1305(key).decrypt(bytes(box[:NONCE]), bytes(box[NONCE:]), None)
    except (InvalidTag, ValueError):
        filled = b""
    if len(filled) < BLOCK:
        raise Damaged("a box of answers cannot be opened")
    length = int.from_bytes(filled[:4], "big")
    return filled[4 : 4 + length]
