"""What a cell of an item column means: the number of an option, no answer, or a fault.

Options may be written as numbers (``4``, ``4.0``, ``4,0``), as labels in any case and spacing, as
both (``4 - Agree``, ``Agree (4)``), or in the codes of the survey program (``A4``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from medengage.definitions.instrument import ResponseOptions
from medengage.tables.names import NO_ANSWER, fold

__all__ = ["Fault", "Form", "Vocabulary"]


class Fault(IntEnum):
    """Why a cell is no answer; stored in place of the option's number."""

    DATE = -1
    FRACTION = -2
    ZERO = -3
    OUT_OF_RANGE = -4
    UNKNOWN = -5


class Form(IntEnum):
    """How an answer was written."""

    EMPTY = 0
    NUMBER = 1
    LABEL = 2
    CODE = 3


WHOLE = re.compile(r"[+-]?([0-9]{1,9})(\.0*|,(0{0,2}|0{4,}))?")
"""4, 4.0 and 4,00; but 4,000 may be four thousand."""
FRACTION = re.compile(r"[+-]?[0-9]*[.,][0-9]+")
MONTHS = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = re.compile(
    rf"[0-9]{{1,4}}[-/. ]{MONTHS}([-/. ][0-9]{{2,4}})?|{MONTHS}[-/. ][0-9]{{1,4}}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}([ t][0-9:.]+)?|[0-9]{1,2}[/.-][0-9]{1,2}[/.-]([0-9]{2}){1,2}"
    r"|[0-9]{1,2}/[0-9]{1,2}"
)
SERIAL_DAYS = range(30_000, 60_000)
NUMBERED = re.compile(r"([0-9]{1,2})\s*[-:.=)]\s*(.+)|(.+?)\s*\(([0-9]{1,2})\)")


@dataclass
class Vocabulary:
    """The words of one set of options in one file; ``read`` says what a cell means.

    ``extra`` are further labels (0 = no answer), ``lowest`` the number of the lowest option in
    the file, ``codes`` a pattern whose first group is the option. ``forms`` remembers how answers
    were written.
    """

    options: ResponseOptions
    extra: Mapping[str, int] = field(default_factory=dict)
    lowest: int = 1
    codes: re.Pattern[str] | None = None
    forms: set[Form] = field(default_factory=set)
    _labels: dict[str, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.options.not_applicable:
            self._labels[fold(self.options.not_applicable)] = 0
        self._labels |= {fold(label): k for k, label in enumerate(self.options.labels, start=1)}
        self._labels |= {
            fold(label): k for label, k in self.extra.items() if k <= self.options.highest
        }

    def read(self, cell: str) -> int:
        """Number of the option (1 = lowest), 0 for no answer, or a ``Fault``."""
        folded = fold(cell)
        if folded in self._labels:
            return self._said(self._labels[folded], Form.LABEL)
        if folded in NO_ANSWER:
            return 0
        if number := WHOLE.fullmatch(folded):
            return self._numbered(-1 if folded[0] == "-" else 1, int(number[1]))
        if self.codes and (code := self.codes.fullmatch(folded)):
            return self._said(self._in_range(int(code[1])), Form.CODE)
        return self._spelled(folded)

    def _said(self, value: int, form: Form) -> int:
        if value > 0:
            self.forms.add(form)
        return value

    def _numbered(self, sign: int, number: int) -> int:
        if number == 0 and self.lowest == 1:
            return Fault.ZERO
        if number in SERIAL_DAYS:
            return Fault.DATE
        return self._said(self._in_range(sign * number - self.lowest + 1), Form.NUMBER)

    def _in_range(self, value: int) -> int:
        return value if 1 <= value <= self.options.highest else Fault.OUT_OF_RANGE

    def _spelled(self, folded: str) -> int:
        """A label with its number beside it, a date, a fraction, or something unknown."""
        if match := NUMBERED.fullmatch(folded):
            value = self._labels.get(match[2] or match[3], -1)
            stated = int(match[1] or match[4]) - self.lowest + 1
            if value == stated:
                return self._said(value, Form.LABEL)
        if DATE.fullmatch(folded):
            return Fault.DATE
        return Fault.FRACTION if FRACTION.fullmatch(folded) else Fault.UNKNOWN
