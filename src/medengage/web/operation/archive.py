"""An encrypted file that cannot be changed, cut short or added to without being noticed.

::

    mark               17 bytes   b"medengage archive"
    version             1 byte
    length of header    4 bytes   big-endian
    header                        JSON: what is inside, and how the key is made
    chunks                        each sealed by ChaCha20-Poly1305, the last one marked

The key is made from a passphrase by scrypt (RFC 7914) with a salt of its own, so that no nonce is
ever used twice: chunk ``i`` has the nonce ``i`` in eleven bytes and one byte that says whether it
is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar 2015). All that
stands before the chunks is authenticated with each of them. Memory stays at one chunk.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from medengage.errors import StudyError

__all__ = ["COST", "facts_of", "opened", "passphrase_in", "sealed"]

MARK, VERSION = b"medengage archive", 1
CHUNK, TAG, SALT, KEY = 1 << 20, 16, 16, 32
LENGTH, COUNTER = 4, 11
COST = 1 << 16
"""Of scrypt: 64 MiB and a fifth of a second, for whoever tries each passphrase as well."""

DEAREST, LONGEST_HEADER = 1 << 20, 1 << 16
"""A header that asks for more than this was not written by us."""

SHORTEST = 20
"""Characters of a passphrase: archives last for years."""

BROKEN = "the archive cannot be opened: the passphrase is another one, or the file was changed"
CUT = "the archive is not whole"


def passphrase_in(file: Path) -> bytes:
    """The first line of a file; ``StudyError`` where it cannot be read or is too short."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise StudyError("the passphrase cannot be read", subject=str(file)) from None
    passphrase = (lines or [""])[0].strip()
    if len(passphrase) < SHORTEST:
        raise StudyError(
            f"a passphrase needs {SHORTEST} characters or more",
            subject=str(file),
            hint="make one with: openssl rand -base64 32",
        )
    return passphrase.encode()


def sealed(
    source: BinaryIO, target: BinaryIO, passphrase: bytes, facts: Mapping[str, str]
) -> None:
    """Write an archive of what a source holds; ``facts`` are readable without the passphrase."""
    salt = secrets.token_bytes(SALT)
    header = json.dumps({**facts, "salt": salt.hex(), "cost": COST}, sort_keys=True).encode()
    beginning = MARK + bytes([VERSION]) + len(header).to_bytes(LENGTH, "big") + header
    target.write(beginning)
    cipher = _cipher(passphrase, salt, COST)
    for number, (chunk, is_last) in enumerate(_chunks(source, CHUNK)):
        target.write(cipher.encrypt(_nonce(number, is_last=is_last), chunk, beginning))


def opened(source: BinaryIO, target: BinaryIO, passphrase: bytes) -> Mapping[str, str]:
    """Write what an archive holds into a target, and give its facts.

    Raises ``StudyError`` where anything is wrong. The target then holds the part before that: use
    it only when this has come back.
    """
    beginning, facts = _beginning(source)
    cipher = _cipher(passphrase, bytes.fromhex(facts["salt"]), int(facts["cost"]))
    for number, (box, is_last) in enumerate(_chunks(source, CHUNK + TAG)):
        try:
            target.write(cipher.decrypt(_nonce(number, is_last=is_last), box, beginning))
        except InvalidTag:
            raise StudyError(BROKEN) from None
    return facts


def facts_of(source: BinaryIO) -> Mapping[str, str]:
    """What an archive says of itself; only ``opened`` tells whether it is true."""
    return _beginning(source)[1]


def _beginning(source: BinaryIO) -> tuple[bytes, Mapping[str, str]]:
    mark = source.read(len(MARK) + 1)
    if not mark.startswith(MARK):
        raise StudyError("this is no archive of medengage")
    if mark[len(MARK) :] != bytes([VERSION]):
        raise StudyError("the archive was written by a newer medengage")
    length = source.read(LENGTH)
    size = int.from_bytes(length, "big")
    if len(length) < LENGTH or size > LONGEST_HEADER:
        raise StudyError(CUT)
    header = source.read(size)
    return mark + length + header, _facts(header)


def _facts(header: bytes) -> Mapping[str, str]:
    """The header as names and values, with a salt and a cost that can be believed."""
    try:
        facts = {str(name): str(value) for name, value in json.loads(header).items()}
        salt, cost = bytes.fromhex(facts["salt"]), int(facts["cost"])
    except (ValueError, KeyError, AttributeError):
        raise StudyError(CUT) from None
    if len(salt) != SALT or not 1 < cost <= DEAREST or cost & (cost - 1):
        raise StudyError(BROKEN)
    return facts


def _cipher(passphrase: bytes, salt: bytes, cost: int) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(Scrypt(salt, KEY, n=cost, r=8, p=1).derive(passphrase))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(COUNTER, "big") + bytes([is_last])


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """What a source holds, piece by piece, and whether each is the last; one empty for nothing."""
    here = source.read(size)
    while True:
        after = source.read(size)
        yield here, not after
        if not after:
            return
        here = after
