"""One reading of a study folder: all files in turn, everything noted on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.errors import ContentError
from medengage.measure.study import Managers, Study
from medengage.stores.manifest import MANIFEST, Manifest, manifest
from medengage.stores.policy import advise_coarser, check_values
from medengage.stores.population import Roster, check_counts, read_roster
from medengage.stores.release import check_releases
from medengage.stores.survey import Asked, read_responses
from medengage.tables.notes import Notes

__all__ = ["Facts", "Reading"]


@dataclass(frozen=True)
class Facts:
    """What was found in a study folder, as far as it could be read.

    ``respondents`` gave at least one answer, ``eligible`` could have, ``items`` have a column;
    ``attributes`` are the characteristics that answers can be grouped by.
    """

    respondents: int = 0
    items: int = 0
    attributes: tuple[str, ...] = ()
    eligible: int | None = None
    managers: int = 0

    def __iter__(self) -> Iterator[str]:
        """The facts in words, a line each."""
        asked = "" if self.eligible is None else f" of {self.eligible:,}"
        yield f"doctors who answered: {self.respondents:,}{asked}"
        yield f"items with a column: {self.items:,}"
        yield f"attributes: {', '.join(self.attributes) or 'none'}"
        if self.managers:
            yield f"managers who answered: {self.managers:,}"


class Reading:
    """One reading of a study folder, with everything that was noticed on the way."""

    def __init__(self, folder: Path, content: Sequence[Path]) -> None:
        self._folder = folder
        self._content = tuple(content)
        self.notes = Notes()
        self.facts = Facts()

    def study(self) -> Study | None:
        """The study, or ``None`` where a problem stands in its way."""
        table = self._manifest()
        if table is None:
            return None
        check_releases(self._folder, table.study.wave, self.notes)
        if table.study.content is not None:
            self._content = (*self._content, self._folder / table.study.content)
        asked = [table.study.instrument, *table.study.modules]
        found = [self._instrument(name, "doctors") for name in asked]
        instruments = [instrument for instrument in found if instrument is not None]
        if len(instruments) < len(asked) or not self._differ(instruments):
            return None
        return self._study(table, instruments)

    def _study(self, table: Manifest, instruments: list[Instrument]) -> Study | None:
        section = table.population
        roster = (
            read_roster(self._folder, section, table.responses, self.notes)
            if section is not None
            else Roster()
        )
        asked = Asked(table.responses, instruments, table.words, roster)
        responses = read_responses(self._folder, asked, self.notes)
        managers = self._managers(table)
        if responses is None:
            return None
        check_counts(roster, responses, self.notes)
        check_values(table.policy, responses, self.notes)
        advise_coarser(table.policy, responses, self.notes)
        self.facts = Facts(
            responses.n,
            len(responses.items),
            tuple(responses.attributes),
            roster.total,
            managers.responses.n if managers else 0,
        )
        if section is None:
            what = "there are no counts of the doctors who could have answered."
            self.notes.advise(MANIFEST, what, "Without them no response rate can be told.")
        if self.notes.problems:
            return None
        return Study(
            id=table.study.id,
            organisation=table.study.organisation,
            wave=table.study.wave,
            opened=table.study.opened,
            closed=table.study.closed,
            instrument=instruments[0],
            responses=responses,
            population=roster.population(),
            policy=table.policy,
            modules=tuple(instruments[1:]),
            words=table.words,
            managers=managers,
            synthetic=table.study.synthetic,
        )

    def _manifest(self) -> Manifest | None:
        path = self._folder / MANIFEST
        try:
            data = path.read_bytes() if path.is_file() else None
        except (OSError, ValueError):
            data = None
        if data is None:
            self.notes.problem(
                MANIFEST, "there is no such file to read in this folder.", "Write it first."
            )
            return None
        return manifest(data, self.notes)

    def _instrument(self, name: str, respondents: str) -> Instrument | None:
        place = f"{MANIFEST}, {name}"
        try:
            instrument = catalogue.instrument(name, self._content)
        except ContentError as error:
            self.notes.problem(place, f"{error.message}.", error.hint)
            self.notes.take(error.problems, error.subject)
            return None
        except (OSError, ValueError):
            self.notes.problem(place, "the folder of definitions cannot be read.")
            return None
        if instrument.respondents != respondents:
            self.notes.problem(place, f"this instrument is not for {respondents}.")
            return None
        return instrument

    def _differ(self, instruments: list[Instrument]) -> bool:
        items = [name for instrument in instruments for name in instrument.item_ids]
        scales = [scale.id for instrument in instruments for scale in instrument.scales]
        shared = [
            kind
            for kind, names in (("items", items), ("scales", scales))
            if len(set(names)) < len(names)
        ]
        for kind in shared:
            what = f"two instruments of the study have {kind} of the same id."
            self.notes.problem(f"{MANIFEST}, study.modules", what)
        return not shared

    def _managers(self, table: Manifest) -> Managers | None:
        section = table.managers
        if section is None:
            return None
        instrument = self._instrument(section.instrument, "managers")
        if instrument is None:
            return None
        asked = Asked(section, [instrument], table.words)
        responses = read_responses(self._folder, asked, self.notes)
        return None if responses is None else Managers(instrument, responses)
