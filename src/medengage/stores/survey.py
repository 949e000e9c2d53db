"""One file of answers, whole: from a file to ``Responses``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from medengage.definitions.instrument import Instrument
from medengage.measure.responses import Attribute, Responses
from medengage.stores.answers import answer_matrix
from medengage.stores.attributes import attribute, note_repeated_ids, phases
from medengage.stores.columns import Roles, assign, item_names
from medengage.stores.exports import EXPORTS
from medengage.stores.headers import Header
from medengage.stores.manifest import AnswersSection
from medengage.stores.ordering import in_order
from medengage.stores.population import Roster
from medengage.stores.table import Table
from medengage.stores.tables import open_table
from medengage.tables.names import counted
from medengage.tables.notes import Notes, Where

__all__ = ["Asked", "read_responses"]


@dataclass(frozen=True)
class Asked:
    """One file of answers: its section of study.toml, and what was asked of whom."""

    section: AnswersSection
    instruments: Sequence[Instrument]
    words: Mapping[str, str] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)


def read_responses(folder: Path, asked: Asked, notes: Notes) -> Responses | None:
    """The answers in a file, sorted canonically; ``None`` where the file cannot be read.

    Cells that are wrong are noted and left empty, so that one reading finds all problems. Rows
    without any answer are left out. Ids are compared and forgotten.
    """
    section = asked.section
    source = open_table(
        folder / section.file,
        section.file,
        notes,
        sheet=section.sheet,
        subheader_rows=EXPORTS[section.export].subheader_rows,
    )
    if source is None:
        return None
    header = Header.of(source, section, notes)
    roles = assign(header, section, item_names(asked.instruments, asked.words))
    if roles is None:
        return None
    table = source.take(roles.positions)
    items, answers = answer_matrix(table, roles, asked.instruments, section, header)
    if roles.id is not None:
        note_repeated_ids(table.columns[roles.id], table.rows, header.where(roles.id), notes)
    everybody = Responses(
        items,
        answers,
        _attributes(table, roles, asked, header),
        None
        if roles.phase is None
        else phases(table.columns[roles.phase], table.rows, header.where(roles.phase), notes),
    )
    return in_order(_who_answered(everybody, table, section.file, notes))


def _attributes(table: Table, roles: Roles, asked: Asked, header: Header) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for name, place in roles.attributes.items():
        rules = asked.roster.rules(name, asked.section)
        cells, where = table.columns[place], header.where(place)
        column = attribute(cells, rules, table.rows, where, header.notes)
        if column is not None:
            found[name] = column
    return found


def _who_answered(responses: Responses, table: Table, file: str, notes: Notes) -> Responses:
    """Without the rows that hold no answer; notes them, blank lines, and a file without any."""
    if lines := counted(table.blank, "blank line"):
        notes.advise(file, f"{lines} passed over.")
    answered = np.logical_or.reduce(responses.answers, axis=1, dtype=bool)
    empty = table.rows[~answered]
    if len(empty) == responses.n:
        notes.problem(file, "the file holds no answers.")
    elif len(empty):
        what = f"{counted(len(empty), 'row')} without any answer left out."
        notes.advise(Where.of(file, empty), what)
        return responses.of(answered)
    return responses
