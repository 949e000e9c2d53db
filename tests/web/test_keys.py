"""The key of a campaign: what it makes cannot be made or opened without it."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.web.keys import BLOCK, CampaignKey, Damaged, KeyFolder, WaveKey

WAVE, OTHER_WAVE = WaveKey(bytes(32)), WaveKey(bytes(range(32)))
KEY, OTHER = CampaignKey(bytes(32), WAVE), CampaignKey(bytes(range(32)), OTHER_WAVE)


@given(st.binary(max_size=3 * BLOCK), st.text(max_size=40))
def test_what_was_sealed_is_opened_by_the_same_key_and_link(content, token):
    assert KEY.unseal(KEY.seal(content)) == content
    assert KEY.open_draft(token, KEY.seal_draft(token, content)) == content


def test_nothing_else_opens_a_box():
    box, draft = KEY.seal(b"answers"), KEY.seal_draft("link", b"answers")
    for opened in (
        lambda: OTHER.unseal(box),
        lambda: KEY.unseal(box[:-1] + bytes([box[-1] ^ 1])),
        lambda: KEY.unseal(b""),
        lambda: KEY.open_draft("another link", draft),
        lambda: OTHER.open_draft("link", draft),
        lambda: KEY.unseal(draft),
    ):
        with pytest.raises(Damaged):
            opened()


def test_the_length_of_a_box_does_not_tell_how_much_was_written():
    assert len(KEY.seal(b"")) == len(KEY.seal(b"a" * (BLOCK - 4)))
    assert len(KEY.seal(b"a" * BLOCK)) == len(KEY.seal(b"")) + BLOCK


def test_the_same_answers_never_look_the_same():
    assert len({KEY.seal(b"answers") for _ in range(20)}) == 20


def test_a_receipt_is_the_same_each_time_and_another_for_every_link_and_key():
    assert KEY.receipt("a") == KEY.receipt("a")
    assert len({KEY.receipt("a"), KEY.receipt("b"), OTHER.receipt("a"), KEY.draft_name("a")}) == 4


def test_a_key_shows_nothing_of_itself():
    secret = b"a secret that can be recognised!"
    for key in (WaveKey(secret), CampaignKey(secret, WaveKey(secret))):
        shown = f"{key!r} {key!s}"
        for form in (secret.decode(), secret.hex(), secret.hex(" "), repr(list(secret))):
            assert form not in shown


def test_a_key_is_made_once_and_for_the_server_alone(tmp_path):
    folder = KeyFolder(tmp_path / "keys")
    made = folder.made("spring-2027")
    file = tmp_path / "keys" / "spring-2027.key"
    assert folder.of("spring-2027") == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        folder.made("spring-2027")


def test_a_destroyed_key_is_gone(tmp_path):
    folder = KeyFolder(tmp_path)
    folder.made("a")
    folder.destroy("a")
    folder.destroy("a")
    assert folder.of("a") is None
    assert [file.name for file in tmp_path.iterdir()] == ["a-noise.key"]


def test_the_secret_of_a_wave_outlives_the_key_of_its_campaign(tmp_path):
    folder = KeyFolder(tmp_path)
    box = folder.made("a").wave.seal(b"surgery")
    folder.destroy("a")
    assert folder.wave("a").unseal(box) == b"surgery"


def test_attributes_are_opened_by_their_wave_alone_and_all_boxes_are_as_long():
    box = WAVE.seal(b"surgery")
    assert len(box) == len(WAVE.seal(b"obstetrics, in the new building"))
    for opened in (lambda: OTHER_WAVE.unseal(box), lambda: KEY.unseal(box)):
        with pytest.raises(Damaged):
            opened()


def test_a_lost_secret_of_a_wave_is_told_and_none_is_made_in_its_place(tmp_path):
    with pytest.raises(Damaged, match="lost"):
        KeyFolder(tmp_path).wave_secret("a")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_is_told(tmp_path):
    (tmp_path / "a.key").write_bytes(b"short")
    with pytest.raises(Damaged):
        KeyFolder(tmp_path).of("a")


@pytest.mark.parametrize("name", ["", "../a", "a/b", "a.b", "\u00e9"])
def test_a_campaign_cannot_name_another_file(tmp_path, name):
    with pytest.raises(ValueError, match="letters, digits and hyphens"):
        KeyFolder(tmp_path).of(name)
