"""A folder as an analyst really has it: a spreadsheet from elsewhere, and a list of counts.

The spreadsheet comes from a program set to German: semicolons, a byte order mark, ``4,0`` for 4.
Most answers are written out as labels, the columns carry the statements. It has faults of every
kind, and in it stand marks that must never be seen again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.measure.study import Study
from medengage.simulate import study as simulated

__all__ = ["MANIFEST", "MARK", "MENDED", "mend", "write_folder"]

MARK = "MARK-7731"
"""Stands in comments, in a name, in an id and in a wrong answer."""

MANIFEST = """
[study]
id = "st-elsewhere-2026"
organisation = "St Elsewhere Hospital"
wave = "2026"
opened = 2026-03-02
closed = 2026-03-27
instrument = "open-medical-engagement@1.0.0"

[responses]
file = "answers.csv"
id = "Nr."
attributes = { division = "Division", grade = "Grade" }

[population]
file = "counts.csv"

[policy]
breakdown = "division"
further = ["grade", ["division", "grade"]]
"""

MENDED = MANIFEST.replace(
    'id = "Nr."\n',
    """id = "Nr."
ignore = ["Anything else?", "Doctor"]
values = { "Fully agree" = 5 }
recode = { grade = { "SpR" = "Senior trainee" } }
""",
)
"""The same with everything said that the check asks for."""

DECIMALS = 5
"""Every fifth item is a number with a decimal comma; the others are labels."""

Table = list[list[str]]


def write_folder(folder: Path, doctors: int = 300) -> Study:
    """Writes the folder with its faults; gives the study that stands behind it."""
    truth = simulated(
        seed=11, instrument=catalogue.instrument("open-medical-engagement"), eligible=doctors
    )
    folder.mkdir()
    (folder / "study.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "answers.csv").write_bytes(as_csv(with_faults(answers(truth))))
    (folder / "counts.csv").write_bytes(as_csv(counts(truth)))
    return truth


def mend(folder: Path) -> None:
    """What the check asks for: say more in ``study.toml``, and correct two cells."""
    (folder / "study.toml").write_text(MENDED, encoding="utf-8")
    path = folder / "answers.csv"
    text = path.read_text(encoding="utf-8-sig")
    table = [*csv.reader(io.StringIO(text), delimiter=";")]
    table[2][0] = "2"
    table[3][4] = ""
    path.write_bytes(as_csv(table))


def as_csv(table: Table) -> bytes:
    """Semicolons, Windows line ends and a byte order mark."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(table)
    return text.getvalue().encode("utf-8-sig")


def answers(study: Study) -> Table:
    """One row a doctor: number, name, division, grade, thirty statements, a comment."""
    items = study.instrument.item_ids
    head = [study.instrument.item(name).text or "" for name in items]
    head = [text.replace("{organisation}", "hospital") for text in head]
    rows = [["Nr.", "Doctor", "Division", "Grade", *head, "Anything else?"]]
    attributes = [attribute_of(study, name) for name in ("division", "grade")]
    columns = study.responses.answers[:, study.responses.columns(items)]
    for number, (who, given) in enumerate(
        zip(zip(*attributes, strict=True), columns, strict=True)
    ):
        cells = [cell(study.instrument, place, int(option)) for place, option in enumerate(given)]
        rows.append([str(number + 1), f"{MARK} {number}", *who, *cells, f"{MARK}; so it is"])
    return rows


def attribute_of(study: Study, name: str) -> Sequence[str]:
    """One value of an attribute per doctor."""
    attribute = study.responses.attributes[name]
    return [attribute.labels[code] for code in attribute.codes]


def cell(instrument: Instrument, place: int, option: int) -> str:
    """An answer as the spreadsheet has it; empty for none."""
    if option == 0:
        return ""
    if place % DECIMALS == DECIMALS - 1:
        return f"{option},0"
    return instrument.options_of(instrument.item_ids[place]).labels[option - 1]


def with_faults(table: Table) -> Table:
    """An id twice, a wrong answer, labels and a grade that nobody has explained."""
    table[2][0] = table[1][0]
    table[3][4] = f"{MARK} no idea"
    senior = next(row for row in table if row[3] == "Senior trainee")
    senior[3] = "SpR"
    for row in table[1:]:
        row[5] = "Fully agree" if row[5] == "Strongly agree" else row[5]
    return table


def counts(study: Study) -> Table:
    """How many doctors could have answered, by division and grade, with decimal commas."""
    assert study.population is not None
    cells = study.population.cross(("division", "grade")) or {}
    rows = [[*names, f"{count},0"] for names, count in sorted(cells.items())]
    return [["division", "grade", "count"], *rows]
