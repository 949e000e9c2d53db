"""A study as a folder: ``study.toml``, the answers, the counts of doctors, what was released.

Reading examines everything and finds all problems at once; a study with a problem is not read.
The file formats and every key of ``study.toml`` stand in docs/reference/study-folder.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.errors import Problem, StudyError
from medengage.measure.study import Study
from medengage.stores.manifest import MANIFEST, manifest
from medengage.stores.reading import Facts, Reading
from medengage.stores.release import (
    archive,
    read_findings,
    read_ledger,
    wave_secret,
    write_findings,
    write_release,
)
from medengage.stores.secret import keep_secret
from medengage.stores.writing import AnswerFormat, replace_file, study_files
from medengage.tables.notes import Notes

__all__ = [
    "Check",
    "Facts",
    "archive",
    "check_study",
    "read_findings",
    "read_ledger",
    "read_study",
    "write_findings",
    "write_release",
    "write_study",
]


@dataclass(frozen=True)
class Check:
    """The result of examining a study folder: what must be mended, and what should be known."""

    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    facts: Facts

    @property
    def passed(self) -> bool:
        """Whether the study can be read and analysed."""
        return not self.problems


def read_study(folder: Path | str, content: Sequence[Path] = ()) -> Study:
    """The study in a folder; ``content`` are further folders of definitions.

    Rows come in a canonical order, so that the same answers give the same ``Study`` whatever the
    order of the file. The first reading draws the wave's secret and keeps it in ``noise.key``;
    once the wave is archived the study has none. Raises ``StudyError`` with all problems where
    there is any, or where the secret cannot be kept.
    """
    reading = Reading(Path(folder), content)
    study = reading.study()
    if study is None or reading.notes.problems:
        raise StudyError(
            "the study cannot be read",
            subject=Path(folder).name,
            hint="mend what is listed here; nothing was changed",
            problems=reading.notes.problems,
        )
    return replace(study, secret=wave_secret(folder))


def check_study(folder: Path | str, content: Sequence[Path] = ()) -> Check:
    """Examine a study folder and list all problems and advice; changes nothing, never raises."""
    reading = Reading(Path(folder), content)
    reading.study()
    return Check(reading.notes.problems, reading.notes.advice, reading.facts)


def write_study(
    study: Study,
    folder: Path | str,
    *,
    content: Sequence[Path] = (),
    answers: AnswerFormat = "csv",
) -> None:
    """Write a study as a folder that ``read_study`` reads back equal.

    Equal up to the order of rows, which is not kept, and to items that belong to no instrument,
    which are not written. Definitions that neither the package nor ``content`` has are written
    into the folder as well. The secret, where the study has one, is written first and never over
    another. Raises ``StudyError`` where the folder cannot be written to or belongs to another
    study, ``DisclosureRefused`` where it is archived, ``ContentError`` where ``content`` is wrong,
    and ``ValueError`` for a study that could not be read back.
    """
    if study.secret is not None:
        read_ledger(folder).refuse_archived()
        keep_secret(folder, study.secret)
    known = {found.reference: found for found in catalogue.find("instruments", content)}
    own = [asked for asked in _instruments(study) if known.get(asked.reference) != asked]
    for name, data in study_files(study, own, answers):
        if name == MANIFEST:
            notes = Notes()
            manifest(data, notes)
            if notes.problems:
                raise ValueError(f"the study cannot be written: {notes.problems[0]}")
        replace_file(Path(folder) / name, data)


def _instruments(study: Study) -> list[Instrument]:
    return [*study.instruments, *([study.managers.instrument] if study.managers else [])]
