"""A file that waits, read the way its columns are understood so far."""

from __future__ import annotations

from dataclasses import dataclass

from medengage.errors import StudyError
from medengage.tables.sheet import Sheet, read_sheet
from medengage.web.campaigns.queries import DOCTORS, Campaign, policy
from medengage.web.invitations.models import Upload
from medengage.web.invitations.queries import remembered
from medengage.web.roster.checks import Checked, checked
from medengage.web.roster.coarsening import Coarsening, coarsened
from medengage.web.roster.mapping import Columns, guessed

__all__ = ["Reading", "reading"]


@dataclass(frozen=True)
class Reading:
    """What comes of a file: its table and people, and how small groups will be joined.

    ``refused`` says why it cannot be read at all; then there is nothing else.
    """

    filename: str
    attributes: tuple[str, ...]
    columns: Columns
    sheet: Sheet | None = None
    checked: Checked | None = None
    coarsening: Coarsening | None = None
    refused: str = ""


def reading(campaign: Campaign, upload: Upload) -> Reading:
    """Read a file that waits; never raises for what is wrong with it."""
    rules = policy(campaign)
    attributes = rules.attributes if upload.form == DOCTORS else ()
    try:
        sheet = read_sheet(bytes(upload.content), upload.filename)
    except StudyError as error:
        return Reading(upload.filename, attributes, Columns(), refused=str(error))
    if upload.mapping:
        columns = Columns.from_json(upload.mapping)
    else:
        columns = guessed(sheet.header, attributes, Columns.from_json(remembered(campaign)))
    found = checked(sheet, columns)
    joined = coarsened(
        [person.attributes for person in found.people], attributes, rules.limit, rules.within
    )
    return Reading(upload.filename, attributes, columns, sheet, found, joined)
