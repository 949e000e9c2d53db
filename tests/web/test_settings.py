"""Settings: safe by default, strict in production, and all of them explained."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def started(**variables):
    """How a server with these variables starts: status and the last line of what it says."""
    plain = {name: value for name, value in os.environ.items() if "MEDENGAGE" not in name}
    plain.pop("SECRET_KEY", None)
    done = subprocess.run(
        [sys.executable, "-c", "import medengage.web.settings"],
        env=plain | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stderr.strip().splitlines() or [""])[-1]


@pytest.mark.slow  # a server starts
@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "set SECRET_KEY"),
        ({"MEDENGAGE_DEBUG": "perhaps"}, "MEDENGAGE_DEBUG is neither yes nor no"),
        ({"MEDENGAGE_DEBUG": "1", "MEDENGAGE_UPLOAD_BYTES": "big"}, "is not a whole number"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE cannot be read"),
        (
            {
                "MEDENGAGE_DEBUG": "1",
                "DATABASE_URL": "sqlite:///one.sqlite3",
                "ANSWERS_DATABASE_URL": "sqlite:///one.sqlite3",
            },
            "people and answers need two databases",
        ),
    ],
)
def test_a_server_that_is_not_safe_does_not_start(variables, words):
    status, last = started(**variables)
    assert status == 1
    assert words in last


@pytest.mark.slow  # a server starts
def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "secret").write_text("s" * 50)
    assert started(SECRET_KEY_FILE=str(tmp_path / "secret"))[0] == 0


def test_every_variable_is_explained_and_no_other():
    source = (ROOT / "src/medengage/web/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env(?:_\w+)?\(\s*"([A-Z_]+)"', source))
    explained = set(re.findall(r"`([A-Z][A-Z_]+)`", PAGE)) - {
        "SECRET_KEY_FILE",
        "MEDENGAGE_MAIL_PASSWORD_FILE",
    }
    assert explained == read


def test_no_relation_leads_from_people_to_answers(data):
    """Neither side has a foreign key to the other, whatever apps there are."""
    sides = {model: model._meta.app_label == "responses" for model in apps.get_models()}
    for model, answers in sides.items():
        for field in model._meta.get_fields():
            if field.related_model in sides:
                assert sides[field.related_model] == answers


def test_answers_have_no_time_and_no_counting_key(data):
    for model in apps.get_app_config("responses").get_models():
        kinds = {type(field).__name__ for field in model._meta.fields}
        assert not kinds & {"DateTimeField", "DateField", "TimeField", "AutoField", "BigAutoField"}
