"""The header of a file of answers: its columns by every name they go by."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from medengage.stores.exports import EXPORTS, Export, recognised
from medengage.stores.manifest import MANIFEST, AnswersSection, ManagersSection
from medengage.stores.table import Source
from medengage.tables.names import fold, nearest, shown
from medengage.tables.notes import Notes, Where

__all__ = ["Header"]


@dataclass(frozen=True)
class Header:
    """The columns of one file: their names as written, and all folded names they go by."""

    file: str
    section: str
    export: Export
    written: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    notes: Notes = field(repr=False)

    @classmethod
    def of(cls, source: Source, section: AnswersSection, notes: Notes) -> Header:
        """The header of an open file, read with the habits of the program it comes from.

        A plain table that some program clearly made is noted as a problem.
        """
        kind = "managers" if isinstance(section, ManagersSection) else "responses"
        program = recognised(source.header) if section.export == "plain" else None
        if program:
            notes.problem(
                f"{MANIFEST}, {kind}.export",
                f"{section.file} looks like an export of {EXPORTS[program].title}.",
                f'Write export = "{program}".',
            )
        export = EXPORTS[program or section.export]
        rows = (source.header, *source.subheader)
        names = tuple(
            export.names([row[place] if place < len(row) else "" for row in rows])
            for place in range(len(source.header))
        )
        return cls(section.file, kind, export, source.header, names, notes)

    def places(self, wanted: Iterable[str]) -> list[int]:
        """Columns of any of these folded names; the header's own name beats a further one."""
        names = set(wanted)
        first = [place for place, known in enumerate(self.names) if known[0] in names]
        return first or [place for place, known in enumerate(self.names) if names & set(known)]

    def named(self, column: str, key: str) -> int | None:
        """The column that a key of study.toml names; notes where there is not exactly one."""
        found = self.places([fold(column)])
        if len(found) == 1:
            return found[0]
        if found:
            what = f"several columns of {self.file} have the name given."
        else:
            what = f"{self.file} has no column of the name given."
        hint = "" if found else self.like(column)
        self.notes.problem(f"{MANIFEST}, {self.section}.{key}", what, hint)
        return None

    def like(self, name: str, taken: Container[int] = ()) -> str:
        """ "Did you mean ...?" with the most similar column that is not taken yet."""
        free = [column for place, column in enumerate(self.written) if place not in taken]
        return nearest(name, (shown(column) for column in free if column))

    def where(self, place: int) -> Where:
        """The place of a column, for a note."""
        return Where(self.file, column=self.written[place])
