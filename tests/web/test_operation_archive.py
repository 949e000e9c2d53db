"""An archive opens with its passphrase, and not after any change."""

import io

import pytest

from medengage.errors import StudyError
from medengage.web.operation import archive

PASSPHRASE = b"a passphrase of some length"
FACTS = {"side": "answers"}


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Keys in no time, and chunks of eight bytes."""
    monkeypatch.setattr(archive, "COST", 2)
    monkeypatch.setattr(archive, "CHUNK", 8)


def made(content):
    target = io.BytesIO()
    archive.sealed(io.BytesIO(content), target, PASSPHRASE, FACTS)
    return target.getvalue()


def opened(box, passphrase=PASSPHRASE):
    target = io.BytesIO()
    facts = archive.opened(io.BytesIO(box), target, passphrase)
    return target.getvalue(), facts


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 16, 1000])
def test_what_went_in_comes_out(length):
    content = bytes(number % 251 for number in range(length))
    found, facts = opened(made(content))
    assert found == content
    assert facts["side"] == "answers"


def test_the_same_content_never_looks_the_same():
    assert made(b"answers")[-23:] != made(b"answers")[-23:]


def test_nothing_of_the_content_is_seen():
    assert b"answers of" not in made(b"the answers of a doctor")


def test_facts_are_read_without_a_passphrase():
    assert archive.facts_of(io.BytesIO(made(b"")))["side"] == "answers"


def test_another_passphrase_opens_nothing():
    with pytest.raises(StudyError, match="passphrase is another one"):
        opened(made(b"answers"), b"a passphrase of another sort")


def test_no_byte_can_be_changed():
    whole = made(b"twenty bytes of data")
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(StudyError):
            opened(bytes(changed))


def test_it_cannot_be_cut_short_anywhere():
    whole = made(b"twenty bytes of data")
    for length in range(len(whole)):
        with pytest.raises(StudyError):
            opened(whole[:length])


@pytest.mark.parametrize("more", [b"x", b"x" * 24])
def test_nothing_can_be_added(more):
    with pytest.raises(StudyError):
        opened(made(b"answers!") + more)


def test_chunks_keep_their_places():
    whole = made(b"firstpart" * 3)
    box = 8 + 16
    chunks = whole[-(27 + 4 * 16) :]
    start = whole[: -len(chunks)]
    with pytest.raises(StudyError):
        opened(start + chunks[box : 2 * box] + chunks[:box] + chunks[2 * box :])


@pytest.mark.parametrize("cost", [0, 1, 3, 1 << 21, -2, "many"])
def test_a_header_cannot_ask_for_anything(cost, monkeypatch):
    monkeypatch.setattr(archive, "Scrypt", None)
    whole = made_with(cost)
    with pytest.raises(StudyError):
        opened(whole)


def made_with(cost):
    header = f'{{"salt": "{"00" * 16}", "cost": "{cost}"}}'.encode()
    size = len(header).to_bytes(4, "big")
    return archive.MARK + bytes([archive.VERSION]) + size + header + b"x" * 16


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), ("", "20 characters"), ("short\n" + "x" * 40, "20 characters")],
)
def test_a_passphrase_is_long(tmp_path, content, words):
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(StudyError, match=words):
        archive.passphrase_in(file)


def test_a_passphrase_is_the_first_line(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE.decode()}\nnot this\n", encoding="utf-8")
    assert archive.passphrase_in(file) == PASSPHRASE
