"""Answers that were collected elsewhere: a study folder, packed, or spreadsheets with some facts.

Everything is examined as ``medengage study check`` does, and nothing is kept while there is a
problem. What is kept is the folder itself, on the side of the answers, and a closed campaign.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction

from medengage.errors import Problem, StudyError
from medengage.measure.study import Study
from medengage.stores.folder import Facts, check_study, read_study, write_study
from medengage.stores.manifest import MANIFEST
from medengage.stores.toml_text import toml_text
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import Unit, User
from medengage.web.campaigns.models import Campaign, State

__all__ = ["Brought", "Packed", "Spreadsheets", "bring", "brought_study", "keep"]

LARGEST = 200 * 1024 * 1024
MOST_FILES = 50
Content = tuple[str, bytes]


@dataclass(frozen=True)
class Packed:
    """A study folder as a .zip file."""

    content: bytes = field(repr=False)

    def write(self, folder: Path) -> None:
        """Unpack into an empty folder; raises ``StudyError`` for what is no such file."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as packed:
                for name, entry in self._entries(packed):
                    (folder / name).write_bytes(packed.read(entry))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
            raise StudyError(
                "this is no .zip file that can be read", hint="pack the study folder again"
            ) from None

    @staticmethod
    def _entries(packed: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Files with their plain names: the folder may be packed with or without itself."""
        files = [one for one in packed.infolist() if not one.is_dir()]
        size = sum(one.file_size for one in files)
        if len(files) > MOST_FILES or size > LARGEST:
            raise StudyError("this .zip file holds too much", hint="pack one study folder alone")
        names = [PurePosixPath(one.filename).name for one in files]
        if len(set(names)) < len(names):
            raise StudyError("two files of this .zip file have one name")
        yield from zip(names, files, strict=True)


@dataclass(frozen=True)
class Spreadsheets:
    """A file of answers, one of counts where there is one, and what ``study.toml`` would say."""

    facts: Mapping[str, Any]
    answers: Content = field(repr=False)
    counts: Content | None = field(default=None, repr=False)

    def write(self, folder: Path) -> None:
        """Write a study folder."""
        groups = list(self.facts["groups"])
        table: dict[str, Any] = {
            "study": {
                name: self.facts[name]
                for name in ("id", "organisation", "wave", "opened", "closed", "instrument")
            },
            "responses": {
                "file": _named("responses", self.answers),
                "attributes": {name: name for name in groups},
            },
            "policy": {
                "minimum_group": self.facts["minimum_group"],
                "breakdown": groups[0],
                "further": groups[1:],
            },
        }
        if self.counts is not None:
            table["population"] = {"file": _named("population", self.counts)}
            (folder / _named("population", self.counts)).write_bytes(self.counts[1])
        (folder / _named("responses", self.answers)).write_bytes(self.answers[1])
        (folder / MANIFEST).write_text(toml_text(table), encoding="utf-8")


@dataclass(frozen=True)
class Brought:
    """What became of it: a closed campaign, or problems; and what should be known."""

    campaign: Campaign | None
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    facts: Facts


def bring(what: Packed | Spreadsheets, unit: Unit, *, by: User | None) -> Brought:
    """Examine answers and, where nothing is wrong with them, keep them as a closed campaign.

    Raises ``StudyError`` for a file that cannot be unpacked.
    """
    with _scratch() as folder:
        what.write(folder)
        check = check_study(folder)
        if not check.passed:
            return Brought(None, check.problems, check.advice, check.facts)
        campaign = _kept(folder, read_study(folder), unit, by=by)
    return Brought(campaign, (), check.advice, check.facts)


def keep(study: Study, unit: Unit, *, by: User | None) -> Campaign:
    """Keep a study, as a program made it, as a closed campaign."""
    with _scratch() as folder:
        write_study(study, folder)
        return _kept(folder, study, unit, by=by)


def _kept(folder: Path, study: Study, unit: Unit, *, by: User | None) -> Campaign:
    """A closed campaign with a copy of the folder."""
    with transaction.atomic():
        campaign = _campaign(study, unit)
        record(
            Event.ANSWERS_BROUGHT,
            str(campaign),
            by=by,
            unit=unit,
            instrument=campaign.instrument,
        )
        shutil.copytree(folder, _home(campaign))
        _home(campaign).chmod(0o700)
    return campaign


def brought_study(campaign: Campaign) -> Study | None:
    """The study of a campaign whose answers were brought; ``None`` for any other."""
    home = _home(campaign)
    return read_study(home) if home.is_dir() else None


def _home(campaign: Campaign) -> Path:
    return Path(settings.MEDENGAGE_STUDIES) / str(campaign.pk)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for the time of the examination, on the side of the answers."""
    top = Path(settings.MEDENGAGE_STUDIES)
    top.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=top, prefix="examined-") as name:
        yield Path(name)


def _named(stem: str, content: Content) -> str:
    return f"{stem}{Path(content[0]).suffix.lower()}"


def _campaign(study: Study, unit: Unit) -> Campaign:
    return Campaign.objects.create(
        unit=unit,
        organisation=study.organisation,
        wave=study.wave,
        instrument=study.instrument.reference,
        policy=study.policy.model_dump(mode="json", exclude_defaults=True),
        words=dict(study.words),
        state=State.CLOSED,
        phase=1,
        opens=study.opened,
        closes=study.closed,
        opened=study.opened,
        closed=study.closed,
    )
