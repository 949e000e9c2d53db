"""Study folders for tests: a questionnaire of six items, and any file of answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from medengage.disclosure.ledger import Entry, LedgerFigure
from medengage.measure.study import Study
from medengage.stores.folder import Check, check_study, read_study, write_study
from tests.builders import study

ITEMS = ("learning-1", "learning-2", "learning-3", "voice-1", "voice-2", "voice-3")
HEADER = ",".join(ITEMS)
ROW = "1,2,3,4,5,1"
GRADE = 'attributes = { grade = "Grade" }'

ENTRY = Entry(
    answers="ab" * 32,
    limit=10,
    attributes=("wave", "division"),
    atoms=(("2026", "Medicine"), ("2026", "Surgery")),
    figures=(LedgerFigure(id="organisation", atoms=(0, 1)),),
)
"""One release of the wave of every folder here."""

MANIFEST = """
[study]
id = "st-elsewhere-2026"
organisation = "St Elsewhere Hospital"
wave = "2026"
opened = 2026-03-02
closed = 2026-03-27
instrument = "test-scale@1.0.0"
content = "content"

[responses]
file = "{file}"
{responses}
{more}
"""


def folder(
    path: Path,
    answers: str | bytes,
    *,
    file: str = "responses.csv",
    responses: str = "",
    more: str = "",
    files: Mapping[str, str | bytes] | None = None,
) -> Path:
    """A folder with these answers; ``responses`` are lines of that section, ``more`` others."""
    write_definition(path)
    toml = MANIFEST.format(file=file, responses=responses, more=more)
    for name, data in {"study.toml": toml, file: answers, **(files or {})}.items():
        (path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def write_definition(path: Path) -> None:
    """The definition of the six items, as ``write_study`` puts it into a folder."""
    write_study(study(n=20), path)
    for name in ("responses.csv", "population.csv", "study.toml"):
        (path / name).unlink()


def check(path: Path, answers: str | bytes, **more: Any) -> Check:
    """What ``check_study`` finds in such a folder."""
    return check_study(folder(path, answers, **more))


def problems(path: Path, answers: str | bytes, **more: Any) -> list[str]:
    """The problems of such a folder, as a person reads them."""
    return [str(problem) for problem in check(path, answers, **more).problems]


def advice(path: Path, answers: str | bytes, **more: Any) -> list[str]:
    """The advice on such a folder, as a person reads it."""
    return [str(note) for note in check(path, answers, **more).advice]


def read(path: Path, answers: str | bytes, **more: Any) -> Study:
    """The study of such a folder."""
    return read_study(folder(path, answers, **more))


def table(*rows: str, header: str = HEADER) -> str:
    """A text table: the header of the six items and some rows."""
    return "\n".join([header, *rows]) + "\n"


def rows_of(found: Study) -> Any:
    """The answers as lists, in the canonical order."""
    return found.responses.answers.tolist()


def attribute_table(*values: str) -> str:
    return table(*[f'{ROW},"{value}"' for value in values], header=f"{HEADER},Grade")
