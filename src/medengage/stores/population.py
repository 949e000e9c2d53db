"""How many doctors could have answered: files of counts to a ``Population``.

A file of counts has either one column an attribute and a count (``division,grade,count``: the
number in every combination) or the columns ``attribute,value,count`` (the number in every value).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from medengage.measure.responses import Responses
from medengage.measure.study import Population
from medengage.stores.attributes import Rules
from medengage.stores.counts import Line, read_counts
from medengage.stores.manifest import MANIFEST, AnswersSection, PopulationSection
from medengage.tables.names import fold
from medengage.tables.notes import Notes, Where

__all__ = ["Roster", "check_counts", "read_roster"]

Cell = tuple[str, ...]


@dataclass
class Roster:
    """What the files of counts say, and in which row every value stands.

    ``margins`` is attribute -> value -> count, ``joint`` the counts of every combination of
    ``attributes`` where a file has them.
    """

    total: int | None = None
    margins: dict[str, dict[str, int]] = field(default_factory=dict)
    attributes: Cell = ()
    joint: dict[Cell, int] = field(default_factory=dict)
    places: dict[tuple[str, str], Where] = field(default_factory=dict, repr=False)

    def rules(self, attribute: str, answers: AnswersSection) -> Rules:
        """The values an attribute may have: listed in study.toml, or else in the counts."""
        recode = answers.recode.get(attribute, {})
        if attribute in answers.categories:
            source = f"categories.{attribute} of {MANIFEST}"
            return Rules(recode, answers.categories[attribute], source)
        labels = tuple(self.margins.get(attribute, ()))
        source = self.places[attribute, labels[0]].file if labels else ""
        return Rules(recode, labels, source)

    def population(self) -> Population | None:
        """The value; ``None`` where the counts do not fit together."""
        sums = {sum(counts.values()) for counts in self.margins.values()}
        if self.total is None or sums - {self.total}:
            return None
        return Population(self.total, self.margins, self.attributes, self.joint)


def read_roster(
    folder: Path, section: PopulationSection, answers: AnswersSection, notes: Notes
) -> Roster:
    """Read all files of counts; what is wrong with them is noted."""
    roster = Roster(section.total)
    spelling = _Spelling(answers, notes)
    for name in section.file:
        lines = read_counts(folder / name, name, section, answers, notes)
        _add(roster, name, [spelling.of(line) for line in lines], notes)
    if not roster.margins and roster.total is None:
        notes.problem(f"{MANIFEST}, population", "no count could be read.")
    return roster


class _Spelling:
    """One spelling for every value: that of study.toml, or else the first that occurs."""

    def __init__(self, answers: AnswersSection, notes: Notes) -> None:
        self._rules = {name: Roster().rules(name, answers) for name in answers.attributes}
        self._first: dict[tuple[str, str], str] = {}
        self._notes = notes

    def of(self, line: Line) -> Line:
        """The line with every value recoded and spelled as everywhere else."""
        values = {name: self._value(line, name, raw) for name, raw in line.values.items()}
        return replace(line, values=values)

    def _value(self, line: Line, name: str, raw: str) -> str:
        rules = self._rules.get(name, Rules())
        value = rules.canonical(raw) or raw
        if rules.labels and fold(value) not in rules.place:
            what = f"the value is not one of {rules.source}."
            self._notes.problem(line.where, what, "Mend the spelling, or add it there.")
        return self._first.setdefault((name, fold(value)), value)


def _add(roster: Roster, file: str, lines: list[Line], notes: Notes) -> None:
    margins: dict[str, Counter[str]] = {}
    for line in lines:
        for name, value in line.values.items():
            margins.setdefault(name, Counter())[value] += line.count
            roster.places.setdefault((name, value), line.where)
    for name, counts in margins.items():
        if roster.margins.setdefault(name, dict(counts)) != dict(counts):
            notes.problem(file, f"another file has different counts of {name}.")
        total = counts.total()
        roster.total = total if roster.total is None else roster.total
        if roster.total != total:
            what = f"the counts of {name} add up to {total:,}, others to {roster.total:,}."
            notes.problem(file, what, "Every doctor stands once in every attribute.")
    attributes = tuple(lines[0].values) if lines and lines[0].joint else ()
    if len(attributes) > len(roster.attributes):
        joint: Counter[Cell] = Counter()
        for line in lines:
            joint[tuple(line.values.values())] += line.count
        roster.attributes, roster.joint = attributes, dict(joint)


def check_counts(roster: Roster, responses: Responses, notes: Notes) -> None:
    """Note where more doctors answered than could have: in all, and in every value."""
    if roster.total is not None and responses.n > roster.total:
        notes.problem(
            f"{MANIFEST}, population",
            f"{responses.n:,} doctors answered, but only {roster.total:,} could have.",
            "Complete the counts, or remove the answers of others.",
        )
    for name, attribute in responses.attributes.items():
        counts = roster.margins.get(name, {})
        answered = Counter(attribute.codes[attribute.codes >= 0].tolist())
        for code, number in sorted(answered.items()):
            label = attribute.labels[code]
            could = counts.get(label, number)
            if counts and label not in counts:
                notes.problem(
                    f"{MANIFEST}, responses.categories.{name}",
                    f"category {code + 1} has {number:,} answers, but no count of doctors.",
                    "Add it to the file of counts.",
                )
            if number > could:
                notes.problem(
                    roster.places[name, label],
                    f"{number:,} doctors of this {name} answered, but only {could:,} could have.",
                    "Mend the count, or the attribute of the answers.",
                )
