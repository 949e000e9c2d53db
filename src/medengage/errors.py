"""Every error medengage raises on purpose.

    MedengageError                 message, subject, hint; never contains an answer
    ├── ContentError               a definition file is wrong                              exit 10
    │   └── UnknownDefinition      no such kind, id or version; suggests the nearest       exit 11
    ├── StudyError                 answers do not fit the instrument; folder incomplete    exit 12
    ├── TooFewResponses            a statistic refused, with n and the needed n            exit 13
    ├── DisclosureRefused          the request would reveal a small group                  exit 14
    ├── LicenceRefused             item text may not be shown or exported here             exit 15
    └── FormatError                unknown format, or the report cannot be drawn in it     exit 16

A programmer's mistake is a ``ValueError``, ``TypeError`` or assertion, never one of these.
Messages name places (file, row, column, field) and counts; they never hold an answer, a comment,
a token or an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "ContentError",
    "DisclosureRefused",
    "FormatError",
    "LicenceRefused",
    "MedengageError",
    "Problem",
    "StudyError",
    "TooFewResponses",
    "UnknownDefinition",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in an input, said so that its owner can mend it.

    ``place`` names where (``responses.csv, row 14, column learning-1``), ``what`` says what is
    wrong without quoting the value, ``mend`` says what to do.
    """

    place: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" {self.mend}" if self.mend else "")


class MedengageError(Exception):
    """Root of all errors raised on purpose; prints as ``message: subject: hint``."""

    code = "medengage"
    exit_status = 1

    def __init__(
        self,
        message: str,
        *,
        subject: str = "",
        hint: str = "",
        problems: Iterable[Problem] = (),
    ) -> None:
        self.message = message
        self.subject = subject
        self.hint = hint
        self.problems = tuple(problems)
        super().__init__(message)

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.message, self.subject, self.hint) if part)
        return "\n".join([head, *(f"  - {problem}" for problem in self.problems)])


class ContentError(MedengageError):
    """A definition file is wrong: file, place in the file, reason."""

    code = "content"
    exit_status = 10


class UnknownDefinition(ContentError):
    """There is no definition of this kind, id or version."""

    code = "unknown-definition"
    exit_status = 11


class StudyError(MedengageError):
    """Answers do not fit the instrument, or the study folder is incomplete."""

    code = "study"
    exit_status = 12


class TooFewResponses(MedengageError):
    """A statistic or comparison is refused because too few doctors answered."""

    code = "too-few-responses"
    exit_status = 13

    def __init__(self, what: str, *, n: int, needed: int) -> None:
        self.n = n
        self.needed = needed
        super().__init__(
            f"cannot tell: {n} answered, {needed} are needed",
            subject=what,
            hint="ask more doctors, or report a larger group",
        )


class DisclosureRefused(MedengageError):
    """The request would reveal a small group."""

    code = "disclosure"
    exit_status = 14


class LicenceRefused(MedengageError):
    """Item text may not be shown or exported here."""

    code = "licence"
    exit_status = 15


class FormatError(MedengageError):
    """The format is unknown, or the report cannot be drawn in it."""

    code = "format"
    exit_status = 16
