"""The commands as an administrator runs them, in processes of their own and a fresh folder."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from click.testing import CliRunner

from medengage.web.commands import web

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).parent / "medengage"
PORT = 18473


class Server:
    """A folder with a server's data, and its environment."""

    def __init__(self, place: Path) -> None:
        self.place = place
        plain = {name: value for name, value in os.environ.items() if "MEDENGAGE" not in name}
        self.environment = plain | {
            "SECRET_KEY": "b7Jq0mVwKzP4tYxR2nLs8dGhC5eFuA1oI9kQvNpMjWyTgXrSlZ",
            "MEDENGAGE_DATA": str(place / "data"),
            "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
            "PYTHONPATH": str(ROOT),
        }
        (place / "passphrase").write_text("a passphrase of some length\n")

    def run(self, *arguments: str) -> tuple[int, str]:
        """Status and words of a command."""
        done = subprocess.run(
            [COMMAND, "web", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def well(self, *arguments: str) -> str:
        """Words of a command that succeeds."""
        status, words = self.run(*arguments)
        assert status == 0, words
        return words

    def step(self, *arguments: str) -> Any:
        """What a program of the tests says."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.web.operation_campaign", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    def backup(self) -> list[str]:
        """Copies of both stores, as arguments for the restore."""
        folders = ["--identity", str(self.place / "people"), "--answers", str(self.place / "an")]
        words = self.well("backup", *folders, *self.passphrase)
        identity, answers = words.split()
        return ["--identity", identity, "--answers", answers, *self.passphrase]

    @property
    def passphrase(self) -> list[str]:
        return ["--passphrase-file", str(self.place / "passphrase")]


@pytest.fixture
def server(tmp_path: Path) -> Server:
    made = Server(tmp_path)
    made.well("migrate")
    return made


@pytest.mark.slow  # a dozen commands, each a process of its own
def test_answers_that_wait_come_back_with_a_backup(server):
    links = server.step("begin")
    before = server.step("state")
    assert (before["Response"], before["Sealed"], before["Draft"]) == (10, 13, 1)
    archives = server.backup()
    for file in (server.place / "data").glob("*.sqlite3*"):
        file.unlink()
    words = server.well("restore", *archives)
    assert "is open" in words
    assert "can answer again" in words
    assert server.step("state") == before
    assert server.step("again", *links) == [False] * 23 + [True] * 2
    server.step("close")
    after = server.step("state")
    assert after["numbers"] == list(range(25))
    assert (after["Sealed"], after["Draft"]) == (0, 0)


@pytest.mark.slow  # some commands, each a process of its own
def test_without_the_key_a_restored_campaign_is_told_to_be_closed(server):
    server.step("begin")
    archives = server.backup()
    status, words = server.run("restore", *archives)
    assert (status, "--replace" in words) == (12, True)
    keys = (server.place / "data" / "keys").glob("*.key")
    [key] = (one for one in keys if not one.stem.endswith("-noise"))
    key.unlink()
    assert "its key is gone" in server.well("restore", *archives, "--replace")
    status, words = server.run("check")
    assert status == 1
    assert "The key of St Elsewhere Hospital, 2027 is lost or damaged" in words


@pytest.mark.slow  # some commands, each a process of its own
def test_a_tick_says_what_it_did_and_then_nothing(server):
    server.step("begin")
    with closing(sqlite3.connect(server.place / "data" / "identity.sqlite3")) as people:
        people.execute("UPDATE campaigns_campaign SET closes = '2020-01-01'")
        people.commit()
    assert server.well("tick") == "closed: St Elsewhere Hospital, 2027\n"
    assert server.well("tick") == ""


@pytest.mark.parametrize(
    "arguments",
    [["backup"], ["backup", "--identity", "people"], ["restore"], ["restore", "--replace"]],
)
def test_a_command_that_lacks_something_explains_itself(arguments):
    done = CliRunner().invoke(web, [*arguments, "--passphrase-file", "passphrase"])
    assert done.exit_code == 2
    assert "Usage: web" in done.output


@contextmanager
def serving(server: Server, style: str) -> Iterator[subprocess.Popen[str]]:
    """The server at work, until it has been stopped."""
    command = [str(COMMAND), "web", "serve", "--port", str(PORT)]
    environment = server.environment | {"MEDENGAGE_LOG": style}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            for _ in range(100):
                if status("health/") == 200:
                    break
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Redirections are answers."""


def status(path: str, **fields: str) -> int:
    """Status of a page; 0 where nobody answers."""
    content = urlencode(fields).encode() if fields else None
    try:
        address = f"http://127.0.0.1:{PORT}/{path}"
        with build_opener(_Stay).open(address, content, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.slow  # a server starts and stops
@pytest.mark.enable_socket
def test_a_request_is_finished_when_the_server_is_told_to_stop(server):
    links = server.step("begin")
    seen: list[int] = []
    with serving(server, "text") as process:
        with closing(sqlite3.connect(server.place / "data" / "answers.sqlite3")) as answers:
            answers.execute("BEGIN IMMEDIATE")
            doctor = threading.Thread(
                target=lambda: seen.append(status(f"a/{links[23]}/", step="yes"))
            )
            doctor.start()
            time.sleep(0.7)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.7)
            assert doctor.is_alive(), seen
            answers.rollback()
        doctor.join()
        process.wait(timeout=20)
        assert process.returncode == 0
    assert seen == [302]
    assert status("health/") == 0


@pytest.mark.slow  # a server starts and stops
@pytest.mark.enable_socket
def test_the_log_is_lines_of_json_and_knows_no_visitor(server):
    links = server.step("begin")
    with serving(server, "json") as process:
        for path in (f"a/{links[0]}/", f"a/{links[23]}/1/", "a/nobody/", "m/", "nowhere/"):
            status(path)
            status(path, step="yes")
        process.terminate()
        assert process.stdout is not None
        words = process.stdout.read()
    first, *lines = words.splitlines()
    assert first == f"http://127.0.0.1:{PORT}/"
    for line in lines:
        assert set(json.loads(line)) == {"level", "logger", "message"}
    assert not re.search(r"/a/|nowhere|csrf", words, re.I)
    assert not any(link in words for link in links)


@pytest.mark.slow  # a server starts and stops
@pytest.mark.enable_socket
def test_nothing_is_put_back_under_a_server_that_runs(server):
    archives = server.backup()
    with serving(server, "text"):
        code, words = server.run("restore", *archives, "--replace")
    assert (code, "stop it first" in words) == (12, True)
