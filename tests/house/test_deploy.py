"""What an administrator copies is right: variables exist, commands run, links are not logged."""

from __future__ import annotations

import re

import click
import pytest

from medengage.web.commands import web
from tests.house.source import ROOT

DEPLOY = sorted((ROOT / "deploy").iterdir())
GUIDE = ROOT / "docs" / "how-to" / "deploy.md"
SETTINGS = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
OURS = re.compile(r"\b(MEDENGAGE_[A-Z_]+|SECRET_KEY(?:_FILE)?|(?:ANSWERS_)?DATABASE_URL)\b")
COMMAND = re.compile(r"medengage(?:-run| web) +([a-z].*)")


def text(name: str) -> str:
    return (ROOT / "deploy" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", [*DEPLOY, GUIDE], ids=lambda file: file.name)
def test_every_variable_is_a_setting(file):
    named = set(OURS.findall(file.read_text(encoding="utf-8")))
    assert {name for name in named if f"`{name}`" not in SETTINGS} == set()


def commands() -> list[str]:
    found = []
    for file in (*DEPLOY, GUIDE):
        whole = re.sub(r"\\\n\s*", "", file.read_text(encoding="utf-8"))
        found += COMMAND.findall(whole)
    return [one.partition("`")[0] for one in found]


def test_there_are_commands():
    assert {one.split()[0] for one in commands()} >= {
        "migrate", "serve", "tick", "backup", "restore", "begin", "check",
    }  # fmt: skip


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_every_command_is_one(line):
    name, *rest = line.split()
    command = web.commands.get(name)
    assert command is not None, line
    options = {flag for one in command.params for flag in one.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def test_every_command_for_administrators_is_in_the_guide():
    told = {one.split()[0] for one in commands()}
    assert set(web.commands) - told == {"demo"}
    assert all(isinstance(one, click.Command) for one in web.commands.values())


def test_doctors_pages_are_not_logged_in_front():
    front = text("nginx.conf")
    doctors = front[front.index("location /a/") :]
    doctors = doctors[: doctors.index("}")]
    assert "access_log off;" in doctors
    assert "error_log /dev/null" in doctors
    plain = front[: front.index("443")]
    assert "access_log off;" in plain
    assert 'X-Forwarded-For ""' in front
    assert 'X-Real-IP ""' in front


@pytest.mark.parametrize("unit", [one for one in DEPLOY if one.suffix == ".service"])
def test_units_run_as_nobody_special_and_hold_no_secret(unit):
    words = unit.read_text(encoding="utf-8")
    for line in ("User=medengage", "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"):
        assert line in words
    assert not re.search(r"(SECRET_KEY|PASSWORD)=\S", words)


def test_copies_of_both_stores_go_into_two_folders():
    words = text("medengage-backup.service")
    identity, answers = re.findall(r"--(?:identity|answers) (\S+)", words)
    assert identity != answers
    assert "InaccessiblePaths=-/var/backups" in text("medengage-web.service")


def test_the_image_installs_what_is_locked_and_all_that_building_needs():
    words = text("Containerfile")
    assert "--require-hashes" in words
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "CHANGELOG.md"):
        assert re.search(rf"^COPY .*\b{re.escape(name)}\b", words, re.M)
    assert "USER medengage" in words
