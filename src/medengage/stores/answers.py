"""Columns of cells to the matrix of answers, with every fault noted and none quoted.

A cell that is no answer is noted with its rows and column; what stands in it is never repeated,
because even a wrong cell may be what a doctor wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument, ResponseOptions
from medengage.stores.cells import looked_up
from medengage.stores.columns import Roles
from medengage.stores.exports import EXPORTS
from medengage.stores.headers import Header
from medengage.stores.manifest import AnswersSection
from medengage.stores.table import Table
from medengage.stores.vocabulary import Fault, Form, Vocabulary
from medengage.tables.names import counted
from medengage.tables.notes import Notes, Where

__all__ = ["answer_matrix"]

Codes = npt.NDArray[np.int16]
Matrix = npt.NDArray[np.int8]


def answer_matrix(
    table: Table,
    roles: Roles,
    instruments: Sequence[Instrument],
    section: AnswersSection,
    header: Header,
) -> tuple[tuple[str, ...], Matrix]:
    """Item ids in the order of the instruments, and answers (N, J) int8, 0 = no answer.

    Faulty cells are noted and left as no answer. Items without a column are left out.
    """
    reading = _Reading(section, header, table)
    items = [
        (item.id, instrument.options_of(item.id))
        for instrument in instruments
        for item in instrument.items
        if item.id in roles.items
    ]
    # Filled by rows and turned over once: writing whole columns of a row-major matrix is slow.
    matrix = np.zeros((len(items), len(table.rows)), dtype=np.int8)
    faulty: dict[int, Codes] = {}
    for row, (name, options) in enumerate(items):
        codes = looked_up(table.columns[roles.items[name]], reading.vocabulary(options).read)
        if codes.size and codes.min() < 0:
            faulty[roles.items[name]] = codes
            codes = np.maximum(codes, 0)
        matrix[row] = codes
    highest = {roles.items[name]: options.highest for name, options in items}
    top_chosen = any(
        row.max(initial=0) == options.highest
        for row, (_, options) in zip(matrix, items, strict=True)
    )
    reading.note_faults(faulty, highest, from_zero=not top_chosen)
    reading.note_empty_columns([roles.items[name] for name, _ in items], matrix)
    reading.note_forms()
    return tuple(name for name, _ in items), np.ascontiguousarray(matrix.T)


class _Reading:
    """One file of answers: its vocabularies, and the notes about its cells."""

    def __init__(self, section: AnswersSection, header: Header, table: Table) -> None:
        self._section = section
        self._header = header
        self._rows = table.rows
        self._vocabularies: dict[ResponseOptions, Vocabulary] = {}

    @property
    def _notes(self) -> Notes:
        return self._header.notes

    def vocabulary(self, options: ResponseOptions) -> Vocabulary:
        """The vocabulary that items with these options share."""
        if options not in self._vocabularies:
            self._vocabularies[options] = Vocabulary(
                options,
                self._section.values,
                self._section.lowest_option,
                EXPORTS[self._section.export].codes,
            )
        return self._vocabularies[options]

    def note_faults(
        self, faulty: Mapping[int, Codes], highest: Mapping[int, int], *, from_zero: bool
    ) -> None:
        """One note for every kind of fault in every column.

        Where nobody chose the highest option (``from_zero``), zeros mean that the file numbers
        its options from 0: that is one note for the whole file.
        """
        zeros = [place for place, codes in faulty.items() if (codes == Fault.ZERO).any()]
        if from_zero and zeros:
            self._note_from_zero(zeros)
        for place, codes in faulty.items():
            for fault in Fault:
                rows = self._rows[codes == fault]
                if len(rows) and not (fault is Fault.ZERO and from_zero):
                    where = Where.of(self._header.file, rows, self._header.written[place])
                    self._notes.problem(where, *_words(fault, highest[place]))

    def _note_from_zero(self, places: Sequence[int]) -> None:
        single = self._header.written[places[0]] if len(places) == 1 else ""
        self._notes.problem(
            Where(self._header.file, column=single),
            f"the options seem to be numbered from 0 in {counted(len(places), 'column')}.",
            "If so, write lowest_option = 0. If 0 means no answer, write values = { 0 = 0 }.",
        )

    def note_empty_columns(self, places: Sequence[int], matrix: Matrix) -> None:
        """An item that nobody answered was perhaps not asked."""
        for place, column in zip(places, matrix, strict=True):
            if column.size and not column.any():
                where = self._header.where(place)
                self._notes.advise(where, "no doctor answered this item.", "Was it asked?")

    def note_forms(self) -> None:
        """A file in which some answers are numbers and others labels was edited by hand."""
        forms = {form for known in self._vocabularies.values() for form in known.forms}
        if {Form.NUMBER, Form.LABEL} <= forms:
            self._notes.advise(
                self._header.file,
                "some answers are numbers and some are labels; both were read.",
                "Check that the numbers follow the order of the labels.",
            )
        if Form.CODE in forms:
            self._notes.advise(
                self._header.file,
                "answer codes such as A1 were read by their number, the first as the lowest.",
                "If the questionnaire showed the highest option first, export full answers.",
            )


def _words(fault: Fault, highest: int) -> tuple[str, str]:
    options = f"an option from 1 to {highest} or its label"
    return {
        Fault.DATE: (
            "a spreadsheet program turned the answer into a date.",
            "Export again and open the file with all columns as text.",
        ),
        Fault.FRACTION: ("the answer is not a whole number.", f"Write {options}."),
        Fault.ZERO: (
            "the number lies below the lowest option.",
            "If 0 means no answer, write values = { 0 = 0 }.",
        ),
        Fault.OUT_OF_RANGE: ("the number is none of the options.", f"Write {options}."),
        Fault.UNKNOWN: (
            "the cell is none of the options.",
            f"Write {options}, or explain the label in values.",
        ),
    }[fault]
