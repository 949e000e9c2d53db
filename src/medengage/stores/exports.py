"""What the files of survey programs look like: which columns they add and how they name ours.

LimeSurvey names a column by question code (``engage[SQ001]``), by text (``Question
[Statement]``) or by both (``engage[SQ001]. Question [Statement]``), and can answer in codes
(``A1``, ``AO01``). Qualtrics puts two more header rows below the names: the question's text and a
technical ImportId. Microsoft Forms names a column by the statement. All three add columns that
tell when, from where or by whom a form was filled in; these are never read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from medengage.tables.names import fold

__all__ = ["EXPORTS", "Export", "recognised"]

LONGEST_NAME = 1_000
BRACKETS = re.compile(r"^(?P<before>.*?)\s*\[(?P<inside>[^\]]+)\]$")
CODE_AND_TEXT = re.compile(r"^(?P<code>[a-z][a-z0-9_]*(\[[^\]]+\])?)\s*[.:]\s+(?P<text>.+)$")


@dataclass(frozen=True)
class Export:
    """One program's habits.

    ``own`` are the folded names of columns that the program adds, ``own_starts`` how families of
    them begin; ``signatures`` are sets of names that give the program away. ``codes`` matches
    answer codes whose number is the option. ``aliases`` gives further names of a column from its
    header cells.
    """

    title: str
    own: frozenset[str] = frozenset()
    own_starts: tuple[str, ...] = ()
    signatures: tuple[frozenset[str], ...] = ()
    subheader_rows: int = 0
    codes: re.Pattern[str] | None = None
    aliases: Callable[[Sequence[str]], tuple[str, ...]] = lambda cells: tuple(cells[1:])

    def adds(self, names: Sequence[str]) -> bool:
        """Whether the program added the column of these folded names by itself."""
        return any(name in self.own or name.startswith(self.own_starts) for name in names)

    def names(self, cells: Sequence[str]) -> tuple[str, ...]:
        """All folded names of a column, the header's own first; ``cells`` are its header cells."""
        folded = [fold(cell[:LONGEST_NAME]) for cell in cells]
        return tuple(dict.fromkeys([folded[0], *filter(None, self.aliases(folded))]))


def _limesurvey_aliases(cells: Sequence[str]) -> tuple[str, ...]:
    heading = cells[0]
    both = CODE_AND_TEXT.match(heading)
    found = [both["code"], both["text"]] if both else []
    for name in (heading, *found):
        if brackets := BRACKETS.match(name):
            found.append(brackets["inside"])
    return tuple(found)


def _qualtrics_aliases(cells: Sequence[str]) -> tuple[str, ...]:
    """The question's text, and of a matrix ("stem - statement") the statement alone."""
    text = cells[1] if len(cells) > 1 else ""
    return text, text.rpartition(" - ")[2]


def _forms_aliases(cells: Sequence[str]) -> tuple[str, ...]:
    """Forms joins the title of a grid and its statement with a full stop in older files."""
    return (cells[0].partition(".")[2].strip(),)


EXPORTS = {
    "plain": Export("a plain table"),
    "limesurvey": Export(
        "LimeSurvey",
        own=frozenset(
            (
                "id",
                "submitdate",
                "lastpage",
                "startlanguage",
                "seed",
                "token",
                "startdate",
                "datestamp",
                "ipaddr",
                "refurl",
                "interviewtime",
                "response id",
                "date submitted",
                "last page",
                "start language",
                "access code",
                "date started",
                "date last action",
                "ip address",
                "referrer url",
                "total time",
                "firstname",
                "lastname",
                "first name",
                "last name",
                "email",
                "email address",
            )
        ),
        own_starts=("grouptime", "group time:", "question time:"),
        signatures=(
            frozenset({"submitdate", "lastpage", "startlanguage"}),
            frozenset({"date submitted", "last page", "start language"}),
        ),
        codes=re.compile(r"ao?0*([1-9][0-9]?)"),
        aliases=_limesurvey_aliases,
    ),
    "qualtrics": Export(
        "Qualtrics",
        own=frozenset(
            (
                "startdate",
                "enddate",
                "status",
                "ipaddress",
                "progress",
                "duration (in seconds)",
                "finished",
                "recordeddate",
                "responseid",
                "recipientlastname",
                "recipientfirstname",
                "recipientemail",
                "externalreference",
                "externaldatareference",
                "locationlatitude",
                "locationlongitude",
                "distributionchannel",
                "userlanguage",
                "responseset",
                "participant name",
                "participant email",
            )
        ),
        own_starts=(
            "q_recaptcha",
            "q_relevantid",
            "q_duplicate",
            "q_ballotbox",
            "q_chl",
            "q_totalduration",
        ),
        signatures=(frozenset({"startdate", "enddate", "recordeddate", "responseid"}),),
        subheader_rows=2,
        aliases=_qualtrics_aliases,
    ),
    "microsoft-forms": Export(
        "Microsoft Forms",
        own=frozenset(
            (
                "id",
                "start time",
                "completion time",
                "last modified time",
                "email",
                "name",
                "total points",
                "quiz feedback",
                "grade posted time",
            )
        ),
        own_starts=("points - ", "feedback - "),
        signatures=(frozenset({"start time", "completion time"}),),
        aliases=_forms_aliases,
    ),
}
"""Name in study.toml -> the program's habits."""


def recognised(header: Sequence[str]) -> str | None:
    """The program whose columns this header has, if any."""
    names = {fold(name) for name in header}
    names |= {fold(name).partition(".")[0] for name in header}
    for key, export in EXPORTS.items():
        if any(signature <= names for signature in export.signatures):
            return key
    return None
