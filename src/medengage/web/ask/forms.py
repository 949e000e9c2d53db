"""Forms of the managers' pages that belong to no single app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator

from medengage.web.accounts.queries import Unit
from medengage.web.ask.rosters import Reading
from medengage.web.campaigns.queries import DOCTORS, choices
from medengage.web.results.bringing import Packed, Spreadsheets
from medengage.web.roster.mapping import Columns

__all__ = ["BringForm", "ColumnsForm", "ConfirmForm", "PostersForm", "UploadForm"]

LARGEST = 20 * 1024 * 1024


class ConfirmForm(forms.Form):
    """A box to tick before something that cannot be undone."""

    sure = forms.BooleanField(error_messages={"required": "Tick the box to go on"})

    def __init__(self, data: Any = None, *, label: str) -> None:
        super().__init__(data)
        self.fields["sure"].label = label


class UploadForm(forms.Form):
    """A spreadsheet."""

    file = forms.FileField(
        label="File", help_text="A spreadsheet (.xlsx) or a text file (.csv), at most 20 MB."
    )

    def clean_file(self) -> Any:
        """Not too large."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("This file is larger than 20 MB")
        return file


class PostersForm(forms.Form):
    """How many codes to print."""

    number = forms.IntegerField(label="How many", min_value=1)

    def __init__(self, data: Any = None, *, most: int) -> None:
        super().__init__(data, initial={"number": most})
        field = self.fields["number"]
        field.help_text = f"At most {most}: so many doctors on the roster have no address."
        field.validators.append(MaxValueValidator(most))


class BringForm(forms.Form):
    """A packed study folder; or a spreadsheet, with the facts that such a folder would hold."""

    answers = forms.FileField(
        label="Answers", help_text="A study folder (.zip), or a file of answers (.xlsx, .csv)."
    )
    counts = forms.FileField(
        label="Counts of doctors who could have answered",
        help_text="A table of groups and counts (.xlsx, .csv). Without it no rate is told.",
        required=False,
    )
    wave = forms.CharField(label="Name of this survey", max_length=100, required=False)
    instrument = forms.ChoiceField(
        label="What doctors were asked", widget=forms.RadioSelect, required=False
    )
    opened = forms.DateField(
        label="First day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    closed = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    groups = forms.CharField(
        label="Results are shown by",
        help_text="Columns of the answers, the most important first, with commas.",
        required=False,
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        field = self.fields["instrument"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.reference, one.title) for one in choices(DOCTORS)]

    def clean(self) -> dict[str, Any]:
        """A study folder says everything itself; a spreadsheet needs the facts."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "answers" in cleaned and not self._packed():
            for name in ("wave", "instrument", "opened", "closed", "groups"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "A spreadsheet needs this")
        return cleaned

    def _packed(self) -> bool:
        return str(self.cleaned_data["answers"].name).lower().endswith(".zip")

    def what(self, unit: Unit) -> Packed | Spreadsheets:
        """What was brought."""
        given = self.cleaned_data
        if self._packed():
            return Packed(given["answers"].read())
        facts = {name: given[name] for name in ("wave", "instrument", "opened", "closed")}
        facts |= {
            "id": f"brought-{given['opened']:%Y-%m-%d}",
            "organisation": unit.name,
            "groups": [name.strip() for name in given["groups"].split(",") if name.strip()],
            "minimum_group": 10,
        }
        counts = given["counts"]
        return Spreadsheets(
            facts,
            (given["answers"].name, given["answers"].read()),
            None if counts is None else (counts.name, counts.read()),
        )


class ColumnsForm(forms.Form):
    """What the columns of a roster are."""

    def __init__(self, data: Any = None, *, read: Reading) -> None:
        super().__init__(data)
        self.attributes = read.attributes
        header = () if read.sheet is None else read.sheet.header
        offered = [("", "not in this file"), *((name, name) for name in header)]
        now = read.columns
        before = (*now.name, "", "")
        self._column("first", "Name, or first name", offered, before[0])
        self._column("last", "Family name, if it is a column of its own", offered, before[1])
        self._column("address", "E-mail address", offered, now.address)
        for at, group in enumerate(read.attributes):
            label = f"{group.capitalize()}, by which results are shown"
            self._column(f"group-{at}", label, offered, now.groups.get(group, ""))

    def _column(self, name: str, label: str, offered: list[tuple[str, str]], now: str) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=offered, required=False, initial=now
        )

    def columns(self) -> Columns:
        """What was chosen."""
        chosen = self.cleaned_data
        name = tuple(filter(None, (chosen["first"], chosen["last"])))
        groups = {
            group: chosen[f"group-{at}"]
            for at, group in enumerate(self.attributes)
            if chosen[f"group-{at}"]
        }
        return Columns(name, chosen["address"], groups)
