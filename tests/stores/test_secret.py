"""The wave's secret: drawn once, for its owner alone, never replaced and never told."""

import logging
import os
import stat
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import Policy
from medengage.stores.folder import archive, check_study, read_study, write_study
from medengage.stores.secret import KEY, destroy_secret, drawn_secret, keep_secret, secret_in
from tests.builders import SECRET, study

OTHER = bytes(32)
READERS = 8


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def unkept(folder: Path, **fields: Any) -> Path:
    """A study folder that has no secret yet."""
    write_study(study(secret=None, **fields), folder)
    return folder


def test_the_first_reading_draws_a_secret_that_stays(tmp_path):
    made = unkept(tmp_path)
    assert KEY not in names(made)
    first, second = read_study(made), read_study(made)
    assert first.secret == second.secret
    assert len(first.secret or b"") == 32
    assert (made / KEY).read_text() == f"{(first.secret or b'').hex()}\n"


def test_two_folders_get_two_secrets(tmp_path):
    assert drawn_secret(tmp_path / "a") != drawn_secret(tmp_path / "b")


def test_a_study_without_noise_has_a_secret_too(tmp_path):
    """The fingerprint by which changed answers are recognised needs it."""
    exact = unkept(tmp_path, policy=Policy(noise=0))
    drawn = read_study(exact).secret
    assert drawn is not None
    assert read_study(exact).secret == drawn


def test_checking_needs_no_secret_and_makes_none(tmp_path):
    made = unkept(tmp_path)
    assert check_study(made).passed
    assert KEY not in names(made)


def test_a_study_with_problems_draws_none(tmp_path):
    made = unkept(tmp_path)
    (made / "responses.csv").write_text("nothing\n1\n")
    with pytest.raises(StudyError, match="the study cannot be read"):
        read_study(made)
    assert KEY not in names(made)


def test_a_study_is_written_with_its_secret(tmp_path):
    write_study(study(), tmp_path)
    assert read_study(tmp_path).secret == SECRET


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_file_is_for_its_owner_alone(tmp_path, mask):
    before = os.umask(mask)
    try:
        drawn_secret(tmp_path / "drawn")
        write_study(study(), tmp_path / "written")
    finally:
        os.umask(before)
    for made in ("drawn", "written"):
        assert stat.S_IMODE((tmp_path / made / KEY).stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_a_secret_that_others_can_open_is_advised_against(tmp_path):
    write_study(study(), tmp_path)
    assert not check_study(tmp_path).advice
    (tmp_path / KEY).chmod(0o640)
    assert [str(note) for note in check_study(tmp_path).advice] == [
        "noise.key: others can open the secret. Let nobody but its owner read it."
    ]


def test_many_who_read_first_at_the_same_time_get_the_same_secret(tmp_path):
    for attempt in range(20):
        place, start = tmp_path / str(attempt), threading.Barrier(READERS)

        def read(place: Path = place, start: threading.Barrier = start) -> bytes:
            start.wait()
            return drawn_secret(place)

        with ThreadPoolExecutor(READERS) as pool:
            found = [task.result() for task in [pool.submit(read) for _ in range(READERS)]]
        assert len(set(found)) == 1
        assert names(place) == [KEY]


@pytest.mark.slow  # two fresh interpreters import the library
def test_two_programs_that_read_first_at_the_same_time_get_the_same_secret(tmp_path):
    made = unkept(tmp_path / "study")
    show = (
        "import sys; from medengage import read_study; print('ready', flush=True);"
        " sys.stdin.readline(); print(read_study(sys.argv[1]).secret.hex())"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", show, str(made)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    said = {program.communicate("go\n")[0] for program in programs}
    assert said == {f"{drawn_secret(made).hex()}\n"}


def test_who_comes_second_takes_the_secret_of_the_first(tmp_path, monkeypatch):
    """The other program's file appears after ours was found missing and before it is linked."""
    link = os.link

    def late(draft: Path, path: Path) -> None:
        path.write_text(OTHER.hex())
        link(draft, path)

    monkeypatch.setattr(os, "link", late)
    assert drawn_secret(tmp_path) == OTHER


@pytest.mark.parametrize("faster", [False, True], ids=["alone", "somebody was faster"])
def test_a_disk_without_links_keeps_the_secret_as_well(tmp_path, monkeypatch, faster):
    def refused(_: Path, path: Path) -> None:
        if faster:
            path.write_text(OTHER.hex())
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    found = drawn_secret(tmp_path)
    assert drawn_secret(tmp_path) == found
    assert (found == OTHER) == faster
    assert names(tmp_path) == [KEY]


DAMAGED = {
    "empty": b"",
    "too short": b"ab" * 31,
    "too long": b"ab" * 33,
    "odd": b"ab" * 31 + b"a",
    "not hexadecimal": b"zz" * 32,
    "not text": b"\xff\x00" * 32,
    "two lines": b"ab" * 16 + b"\n" + b"ab" * 16,
    "huge": b"ab" * 1_000_000,
    "spaces before": b"   " + b"ab" * 32,
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_secret_is_never_replaced(tmp_path, data):
    made = unkept(tmp_path)
    (made / KEY).write_bytes(data)
    places = [problem.place for problem in check_study(made).problems]
    assert places == [KEY]
    for read in (read_study, drawn_secret):
        with pytest.raises(StudyError) as caught:
            read(made)
        assert "it does not hold 64 hexadecimal digits; bring it back" in str(caught.value)
        assert "abab" not in str(caught.value)
    with pytest.raises(StudyError, match="damaged"):
        keep_secret(made, SECRET)
    assert (made / KEY).read_bytes() == data


def test_something_else_under_the_name_of_the_secret(tmp_path):
    made = unkept(tmp_path)
    (made / KEY).mkdir()
    assert [problem.place for problem in check_study(made).problems] == [KEY]
    (made / KEY).rmdir()
    (made / KEY).symlink_to(made / "nowhere")
    with pytest.raises(StudyError, match="the study cannot be read"):
        read_study(made)
    (made / KEY).unlink()
    os.mkfifo(made / KEY)
    assert [problem.place for problem in check_study(made).problems] == [KEY]


def test_a_folder_that_cannot_be_written_says_why_the_secret_must_be_kept(tmp_path, monkeypatch):
    made = unkept(tmp_path)

    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refused)
    with pytest.raises(StudyError) as caught:
        read_study(made)
    assert str(caught.value) == (
        "the secret of the wave cannot be kept: noise.key: Permission denied; the same secret is"
        " needed each time these answers are analysed, or their noise could be averaged away"
    )


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="cannot be kept"):
        write_study(study(), tmp_path / "file")


def test_a_secret_is_never_written_over_another(tmp_path):
    write_study(study(), tmp_path)
    write_study(study(), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(StudyError, match="the secret of another study"):
        write_study(study(n=40, secret=OTHER), tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    write_study(study(secret=None), tmp_path)
    assert secret_in(tmp_path) == SECRET


def test_a_secret_has_32_bytes(tmp_path):
    with pytest.raises(ValueError, match="has 32 bytes") as caught:
        write_study(study(secret=b"short"), tmp_path)
    assert "short" not in str(caught.value)
    assert names(tmp_path) == []


def test_a_destroyed_secret_does_not_come_back_by_writing(tmp_path):
    write_study(study(), tmp_path)
    archive(tmp_path)
    with pytest.raises(DisclosureRefused, match="archived"):
        write_study(study(), tmp_path)
    assert KEY not in names(tmp_path)


def test_destroying_overwrites_before_it_removes(tmp_path):
    """Another name for the same file stays behind, as a copy after a crash would: it is empty."""
    drawn_secret(tmp_path)
    (tmp_path / ".writing-crash").mkdir()
    (tmp_path / ".writing-crash" / KEY).write_text(OTHER.hex())
    os.link(tmp_path / KEY, tmp_path / "twin")
    destroy_secret(tmp_path)
    destroy_secret(tmp_path)
    assert (tmp_path / "twin").read_bytes() == bytes(65)
    assert not [path for path in tmp_path.rglob("*") if path.name == KEY]


def test_a_secret_that_cannot_be_destroyed(tmp_path):
    (tmp_path / KEY).mkdir()
    with pytest.raises(StudyError, match="cannot be destroyed"):
        destroy_secret(tmp_path)


def test_the_secret_is_never_told(tmp_path, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        made = read_study(unkept(tmp_path))
    assert made.secret is not None
    told = repr(made) + str(check_study(tmp_path)) + caplog.text + "".join(capfd.readouterr())
    assert made.secret.hex() not in told
    assert repr(made.secret) not in told
