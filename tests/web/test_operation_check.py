"""Every fault that the check names is found, and a sound deployment has none."""

from __future__ import annotations

import json
import os
import secrets
import time
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone

SOUND = {
    "DEBUG": False,
    "SECRET_KEY": "b7Jq0mVwKzP4tYxR2nLs8dGhC5eFuA1oI9kQvNpMjWyTgXrSlZ",
    "MEDENGAGE_ADDRESS": "https://survey.example.org",
    "ALLOWED_HOSTS": ["survey.example.org"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}


def app(name: str) -> Any:
    return import_module(f"medengage.web.{name}")


@pytest.fixture(autouse=True)
def _loaded(data):
    """Django is set up."""


def found(question: str, **changed: Any) -> list[str]:
    """What a question finds where one thing is other than it should be."""
    with override_settings(**{**SOUND, **changed}):
        return [one.what for one in app("operation.check").QUESTIONS[question]()]


SETTINGS = [
    ("development is off", {"DEBUG": True}, "Development is on"),
    ("secret key", {"SECRET_KEY": "short"}, "SECRET_KEY can be guessed"),
    ("secret key", {"SECRET_KEY": "ab" * 40}, "SECRET_KEY can be guessed"),
    (
        "secret key",
        {"SECRET_KEY": f"only-for-development-{SOUND['SECRET_KEY']}"},
        "SECRET_KEY can be guessed",
    ),
    ("address and names", {"MEDENGAGE_ADDRESS": "http://survey.example.org"}, "begin with https"),
    ("address and names", {"ALLOWED_HOSTS": ["*"]}, "answers to every name"),
    ("address and names", {"ALLOWED_HOSTS": ["localhost"]}, "refuses the address"),
    ("https", {"SESSION_COOKIE_SECURE": False}, "Cookies of managers"),
    ("https", {"CSRF_COOKIE_SECURE": False}, "Cookies of managers"),
    ("https", {"SECURE_PROXY_SSL_HEADER": None}, "does not know"),
    ("https", {"SECURE_HSTS_SECONDS": 3600}, "not told to stay"),
    ("letters", {"EMAIL_BACKEND": "medengage.web.mailing.backends.Nowhere"}, "No letter"),
    ("letters", {"EMAIL_BACKEND": "medengage.web.mailing.backends.Files"}, "reach nobody"),
]


@pytest.mark.parametrize(("question", "changed", "words"), SETTINGS)
def test_a_setting_that_is_not_sound_is_found(question, changed, words):
    [what] = found(question, **changed)
    assert words in what


@pytest.mark.parametrize("question", sorted({question for question, _, _ in SETTINGS}))
def test_sound_settings_have_no_fault(question):
    assert found(question) == []


def test_folders_and_files_are_for_the_server_alone(tmp_path):
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    tmp_path.chmod(0o700)
    ask = ("folders and their permissions",)
    places = {"DATA": tmp_path, "MEDENGAGE_KEYS": keys}
    assert found(*ask, **places) == []
    for path, right, wrong in (
        (tmp_path, 0o700, 0o750),
        (keys, 0o700, 0o755),
        (keys / "one.key", 0o600, 0o640),
        (tmp_path / "answers.sqlite3", 0o600, 0o644),
        (tmp_path / "answers.sqlite3-wal", 0o600, 0o604),
    ):
        if not path.exists():
            path.touch()
        path.chmod(wrong)
        [what] = found(*ask, **places)
        assert what == f"Others can reach into {path}"
        path.chmod(right)


def test_a_folder_of_somebody_else_is_found(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    whats = found("folders and their permissions", DATA=tmp_path, MEDENGAGE_KEYS=tmp_path / "k")
    assert whats == [f"{tmp_path} belongs to another user"]


def test_a_missing_folder_is_found(tmp_path):
    [what] = found("folders and their permissions", DATA=tmp_path / "none")
    assert "There is no folder" in what


def test_both_databases_are_looked_at():
    assert found("both databases") == []


def test_a_database_that_cannot_be_reached_is_found(monkeypatch):
    stores = app("operation.check_stores")
    monkeypatch.setattr(stores, "is_reachable", lambda alias: alias == "default")
    assert found("both databases") == ["The database of answers cannot be reached"]


def test_a_broken_database_cannot_be_reached(tmp_path, monkeypatch):
    (tmp_path / "broken").write_bytes(b"no database" * 1000)
    connection = connections["answers"]
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "broken"))
    try:
        assert not app("operation.check_stores").is_reachable("answers")
    finally:
        connection.close()


def test_a_database_that_was_not_migrated_is_found(tmp_path, monkeypatch):
    connection = connections["answers"]
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "empty"))
    try:
        assert found("both databases") == ["The database of answers is not up to date"]
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("synchronous", "NORMAL"), ("secure_delete", "OFF"), ("foreign_keys", "OFF")],
)
def test_a_database_that_a_crash_could_harm_is_found(pragma, value):
    with connections["answers"].cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}={value}")
    try:
        [what] = found("both databases")
        assert what == f"A crash could harm the database of answers: PRAGMA {pragma}"
    finally:
        connections["answers"].close()


def campaign(**facts: Any) -> Any:
    plain = {"state": "open", "phase": 1, "opened": "2027-03-01", "closes": "2027-03-29"}
    return app("campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere", wave=secrets.token_hex(6), instrument="x", **plain | facts
    )


def about(made: Any) -> list[str]:
    return [what for what in found("campaigns and their keys") if made.wave in what]


def test_an_open_campaign_without_its_key_is_found():
    made = campaign()
    [what] = about(made)
    assert "lost or damaged" in what
    keys = app("keys").KeyFolder(settings.MEDENGAGE_KEYS)
    keys.made(str(made.pk))
    assert about(made) == []
    (settings.MEDENGAGE_KEYS / f"{made.pk}.key").write_bytes(b"short")
    assert len(about(made)) == 1
    made.delete()


def test_an_open_campaign_without_a_last_day_is_found():
    made = campaign(closes=None)
    app("keys").KeyFolder(settings.MEDENGAGE_KEYS).made(str(made.pk))
    [what] = about(made)
    assert "no last day" in what
    made.delete()


def test_a_full_disk_is_found(monkeypatch):
    assert found("disk") == []
    full = SimpleNamespace(free=1 << 29)
    monkeypatch.setattr(app("operation.check_machine").shutil, "disk_usage", lambda _: full)
    [what] = found("disk")
    assert "Less than a gigabyte" in what


def test_a_mail_server_that_does_not_answer_is_found(monkeypatch):
    machine, trouble = app("operation.check_machine"), app("mailing.server").Trouble
    monkeypatch.setattr(machine, "hung_up", lambda _: None)
    monkeypatch.setattr(machine, "opened", lambda _: None)
    assert found("mail server") == []
    monkeypatch.setattr(machine, "opened", lambda _: trouble.SIGN_IN)
    [what] = found("mail server")
    assert "does not accept our user" in what


def test_a_clock_that_goes_wrong_is_found(monkeypatch):
    machine = app("operation.check_machine")
    monkeypatch.setattr(machine, "_synchronised", lambda: True)
    tomorrow = timezone.now() + timedelta(days=1)
    event = app("accounts.models").AuditEvent.objects.create(event="x", subject="x", who="x")
    app("accounts.models").AuditEvent.objects.filter(pk=event.pk).update(at=tomorrow)
    assert found("clock and time zone") == ["Something was done in the future"]
    event.delete()
    assert found("clock and time zone") == []
    assert found("clock and time zone", TIME_ZONE="UTC") == ["Days begin and end in UTC"]
    monkeypatch.setattr(machine, "_synchronised", lambda: False)
    assert found("clock and time zone") == ["Nobody sets the clock"]


def test_the_kernel_says_whether_its_clock_is_set():
    assert app("operation.check_machine")._synchronised() in {True, False, None}


def test_root_and_core_dumps_are_found(monkeypatch):
    machine = app("operation.check_machine")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(machine.resource, "getrlimit", lambda _: (-1, -1))
    assert found("user and memory") == [
        "This runs as root",
        "A crash could write keys to the disk",
    ]
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(machine.resource, "getrlimit", lambda _: (0, 0))
    assert found("user and memory") == []


def test_work_that_is_not_done_is_found(tmp_path):
    with override_settings(DATA=tmp_path):
        assert len(found("backup and periodic work", DATA=tmp_path)) == 2
        for name in ("ticked", "backed-up"):
            app("operation.marks").leave(name)
        assert found("backup and periodic work", DATA=tmp_path) == []
        old = time.time() - 3 * 24 * 3600
        os.utime(tmp_path / "backed-up.mark", (old, old))
        [what] = found("backup and periodic work", DATA=tmp_path)
        assert "no backup" in what


def test_a_question_that_cannot_be_asked_is_a_fault(monkeypatch):
    check = app("operation.check")

    def breaks():
        raise OSError("somebody@example.org")

    monkeypatch.setattr(check, "QUESTIONS", {"disk": breaks})
    [answer] = check.check()
    assert not answer.is_sound
    assert "somebody" not in str(answer.found[0])


def test_nothing_that_is_found_names_a_secret(monkeypatch):
    machine, trouble = app("operation.check_machine"), app("mailing.server").Trouble
    monkeypatch.setattr(machine, "opened", lambda _: trouble.SIGN_IN)
    with override_settings(**SOUND, EMAIL_HOST_PASSWORD="marked-password"):
        told = " ".join(
            str(one) for answer in app("operation.check").check() for one in answer.found
        )
    assert str(SOUND["SECRET_KEY"]) not in told
    assert "marked-password" not in told


def asked(method: str = "get") -> Any:
    return getattr(Client(SERVER_NAME="localhost"), method)("/health/")


def test_the_page_of_health_tells_that_all_is_well():
    answer = asked()
    told = json.loads(answer.content)
    assert (answer.status_code, told["healthy"]) == (200, True)
    assert told["words"] == "Answers are taken."
    assert set(told["parts"].values()) == {"well"}
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize(
    ("name", "says"),
    [("is_reachable", "database of answers"), ("has_room", "room on the disk")],
)
def test_the_page_of_health_tells_what_is_not_well(monkeypatch, name, says):
    monkeypatch.setattr(app("operation.health"), name, lambda where: where == "default")
    answer = asked()
    told = json.loads(answer.content)
    assert (answer.status_code, told["healthy"]) == (503, False)
    assert told["parts"][says] == "not well"


def test_keys_that_cannot_be_made_are_not_well(tmp_path):
    with override_settings(MEDENGAGE_KEYS=tmp_path / "gone" / "keys"):
        assert asked().status_code == 503


def test_the_page_of_health_only_answers_questions():
    assert asked("head").status_code == 200
    assert asked("post").status_code == 405
