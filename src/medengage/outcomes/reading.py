"""Values of an outer measure from a spreadsheet: one row an organisation.

The file names every organisation by one code, and may say of each value from which day and about
which kind of place it is. Nothing is read in part: every problem is listed with its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from medengage.definitions.indicator import Indicator
from medengage.errors import Problem, StudyError
from medengage.outcomes.indicators import Reading
from medengage.outcomes.variation import Cause, Count, Reason
from medengage.tables.names import fold, nearest
from medengage.tables.notes import Notes, Where
from medengage.tables.sheet import Row, Sheet, read_sheet

__all__ = [
    "Columns",
    "CountColumns",
    "PanelColumns",
    "read_counts",
    "read_levels",
    "read_panel",
    "read_readings",
    "read_reasons",
]

Filter = Iterable[tuple[str, str]]
Periods = dict[tuple[str, str], float]
ISO, DAY_FIRST = "2026-03-02", "02/03/2026"
CENTURY = 1900
MOST_DIGITS = 9
YES = ("yes", "y", "true", "1")


@dataclass(frozen=True)
class Columns:
    """What the columns are called; ``day`` and ``place`` may be missing from the file."""

    organisation: str = "organisation"
    value: str = "value"
    day: str = "day"
    place: str = "place"


USUAL = Columns()


@dataclass(frozen=True)
class PanelColumns:
    """What the columns of several periods are called."""

    organisation: str = "organisation"
    period: str = "period"
    engagement: str = "engagement"
    value: str = "value"


@dataclass(frozen=True)
class CountColumns:
    """What the columns of counts are called; ``stratum`` may be missing from the file."""

    clinician: str = "clinician"
    events: str = "events"
    patients: str = "patients"
    stratum: str = "stratum"


def read_readings(
    content: bytes,
    filename: str,
    indicator: Indicator,
    columns: Columns = USUAL,
    *,
    only: Filter = (),
    without: Filter = (),
) -> tuple[Reading, ...]:
    """Every value of ``indicator`` in a CSV or XLSX file; rows without a rating are skipped.

    ``only`` and ``without`` are pairs of a column and what has to stand, or must not stand, in it.
    Raises ``StudyError`` that lists every problem by row and column.
    """
    table = _Table(read_sheet(content, filename), filename)
    at = table.places((columns.organisation, columns.value))
    # A column that was named on purpose has to be there; the usual names need not.
    wanted = [
        name for name in (columns.day, columns.place) if name not in (USUAL.day, USUAL.place)
    ]
    table.places(wanted)
    day, place = table.maybe(columns.day), table.maybe(columns.place)
    filters = [
        *((table.places((name,))[0], text, True) for name, text in only),
        *((table.places((name,))[0], text, False) for name, text in without),
    ]
    table.stop()
    found: list[Reading] = []
    rows: dict[str, list[int]] = {}
    for row in table.sheet.rows:
        if any((fold(row.cells[k]) == fold(text)) is not wanted for k, text, wanted in filters):
            continue
        if (value := table.value(row, at[1], indicator)) is None:
            continue
        if not (name := row.cells[at[0]]):
            table.problem(row, at[0], "there is a value without an organisation.")
            continue
        rows.setdefault(name, []).append(row.number)
        when = None if day is None else table.day(row, day)
        found.append(
            Reading(name, value, when, None if place is None else row.cells[place] or None)
        )
    table.note_twice(rows, at[0])
    table.stop()
    if not found:
        raise StudyError("no value is in this file", subject=filename)
    return tuple(found)


def read_levels(
    content: bytes, filename: str, columns: Columns, *, only: Filter = (), without: Filter = ()
) -> dict[str, float]:
    """Engagement by organisation from a file of numbers. Raises ``StudyError`` as above."""
    found = read_readings(content, filename, ENGAGEMENT, columns, only=only, without=without)
    return {one.organisation: one.value for one in found}


def read_panel(
    content: bytes, filename: str, indicator: Indicator, columns: PanelColumns
) -> tuple[Periods, Periods]:
    """Engagement and values of an indicator by (organisation, period), one row each.

    Cells that are empty are left out. Raises ``StudyError`` as above.
    """
    table = _Table(read_sheet(content, filename), filename)
    names = (columns.organisation, columns.period, columns.engagement, columns.value)
    who, when, level, value = table.places(names)
    table.stop()
    engagement: dict[tuple[str, str], float] = {}
    outcome: dict[tuple[str, str], float] = {}
    rows: dict[str, list[int]] = {}
    for row in table.sheet.rows:
        key = row.cells[who], row.cells[when]
        rows.setdefault("\0".join(key), []).append(row.number)
        for place, rule, found in ((level, ENGAGEMENT, engagement), (value, indicator, outcome)):
            if (number := table.value(row, place, rule)) is not None:
                found[key] = number
    table.note_twice(rows, who)
    table.stop()
    return engagement, outcome


def read_counts(
    content: bytes, filename: str, columns: CountColumns | None = None
) -> tuple[Count, ...]:
    """Events and patients of clinicians or teams, one row for each and each stratum.

    Without a column for the stratum all patients are alike. Raises ``StudyError`` that lists every
    problem by row and column, rows of more events than patients among them.
    """
    named = columns or CountColumns()
    table = _Table(read_sheet(content, filename), filename)
    who, events, patients = table.places((named.clinician, named.events, named.patients))
    if named.stratum != CountColumns().stratum:
        table.places((named.stratum,))
    stratum = table.maybe(named.stratum)
    table.stop()
    found: list[Count] = []
    rows: dict[str, list[int]] = {}
    for row in table.sheet.rows:
        name, kind = row.cells[who], "" if stratum is None else row.cells[stratum]
        counts = table.whole(row, events), table.whole(row, patients)
        if not name:
            table.problem(row, who, "the row has no name or code.")
        elif counts[0] is not None and counts[1] is not None:
            if not 0 <= counts[0] <= counts[1] or counts[1] == 0:
                what = "events lie between 0 and the number of patients, which is above 0."
                table.problem(row, events, what)
            rows.setdefault(f"{name}\0{kind}", []).append(row.number)
            found.append(Count(name, counts[0], counts[1], kind))
    table.note_twice(rows, who)
    table.stop()
    return tuple(found)


def read_reasons(content: bytes, filename: str) -> tuple[Reason, ...]:
    """Reasons that were given for differences: one row each.

    The columns are ``clinician, cause, reason, by, day`` and, where peers have judged,
    ``accepted`` (yes or no). Raises ``StudyError`` that lists every problem by row and column.
    """
    table = _Table(read_sheet(content, filename), filename)
    who, cause, words, by, day = table.places(("clinician", "cause", "reason", "by", "day"))
    accepted = table.maybe("accepted")
    table.stop()
    known = {one.value: one for one in Cause}
    found: list[Reason] = []
    for row in table.sheet.rows:
        kind, when = known.get(fold(row.cells[cause])), table.day(row, day)
        if kind is None:
            table.problem(row, cause, "this is no cause.", f"Use {', '.join(known)}.")
        if not row.cells[who] or not row.cells[words] or not row.cells[by] or when is None:
            table.problem(row, who, "a reason needs whom it is about, words, by whom and a day.")
        elif kind is not None:
            yes = accepted is not None and fold(row.cells[accepted]) in YES
            found.append(Reason(row.cells[who], kind, row.cells[words], row.cells[by], when, yes))
    table.stop()
    return tuple(found)


ENGAGEMENT = Indicator(
    id="engagement",
    version="1.0.0",
    title="Engagement",
    licence="CC-BY-4.0",
    sources=(),
    reviewed=date(2026, 11, 23),
    next_review=date(2027, 11, 23),
    meaning="Mean engagement of an organisation, on whatever scale.",
)


class _Table:
    """A sheet, and everything that is wrong in it."""

    def __init__(self, sheet: Sheet, filename: str) -> None:
        self.sheet, self.filename, self.notes = sheet, filename, Notes()
        self._note_overflow()

    def _note_overflow(self) -> None:
        """Rows with more cells than the heading: a decimal comma may have cut a number in two."""
        nameless = [
            place for place, name in enumerate(self.sheet.header) if name == f"Column {place + 1}"
        ]
        for row in self.sheet.rows:
            if any(row.cells[place] for place in nameless):
                what = "the row has a cell without a heading."
                mend = "Write numbers with a point, or separate columns by semicolons."
                self.notes.problem(Where(self.filename, (row.number,)), what, mend)

    def maybe(self, name: str) -> int | None:
        """Where a column stands, if there is one."""
        folded = [fold(one) for one in self.sheet.header]
        return folded.index(fold(name)) if fold(name) in folded else None

    def places(self, names: Iterable[str]) -> list[int]:
        """Where columns stand; a missing one is noted."""
        found = []
        for name in names:
            place = self.maybe(name)
            if place is None:
                mend = nearest(name, self.sheet.header) or "Say which column it is."
                what = "there is no such column."
                self.notes.problem(Where(self.filename, column=name), what, mend)
            found.append(-1 if place is None else place)
        return found

    def value(self, row: Row, place: int, indicator: Indicator) -> float | None:
        try:
            return indicator.value(row.cells[place])
        except ValueError:
            levels = f"Use {', '.join(indicator.levels)}." if indicator.levels else ""
            what = "this is no level of the rating." if levels else "this is no number."
            self.problem(row, place, what, levels)
            return None

    def whole(self, row: Row, place: int) -> int | None:
        """A whole number, however a spreadsheet writes it; else it is noted."""
        text = row.cells[place].removesuffix(".0")
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
            return int(text)
        self.problem(row, place, "this is no whole number.", "Write it without separators: 1200.")
        return None

    def day(self, row: Row, place: int) -> date | None:
        """A day as spreadsheets write it: ``2026-03-02`` or day first, ``02/03/2026``."""
        text = row.cells[place].partition(" ")[0].partition("T")[0]
        if not text:
            return None
        parts = text.replace("/", "-").replace(".", "-").split("-")
        try:
            year, month, day = (int(part) for part in (parts if "-" in text else parts[::-1]))
            if year < CENTURY:
                raise ValueError
            return date(year, month, day)
        except ValueError:
            self.problem(row, place, "this is no day.", f"Write it as {ISO} or {DAY_FIRST}.")
            return None

    def problem(self, row: Row, place: int, what: str, mend: str = "") -> None:
        where = Where(self.filename, (row.number,), self.sheet.header[place])
        self.notes.problem(where, what, mend)

    def note_twice(self, rows: Mapping[str, list[int]], place: int) -> None:
        for same in rows.values():
            if len(same) > 1:
                where = Where.of(self.filename, same, self.sheet.header[place])
                self.notes.problem(where, "an organisation stands here twice.", "Keep one row.")

    def stop(self) -> None:
        """Raises what was noted so far."""
        problems: tuple[Problem, ...] = self.notes.problems
        if problems:
            raise StudyError(
                "these values cannot be taken", subject=self.filename, problems=problems
            )
