"""What somebody fills in to bring values of a measure."""

from __future__ import annotations

from typing import Any

from django import forms

from medengage.web.performance import queries

__all__ = ["BringForm"]

LARGEST = 5 * 1024 * 1024


class BringForm(forms.Form):
    """Which measure, and its values."""

    measure = forms.ChoiceField(
        label="Measure", error_messages={"required": "Choose what the values are of"}
    )
    values = forms.FileField(
        label="Values",
        help_text="A spreadsheet (.xlsx) or a text file (.csv) with the columns organisation and "
        "value, and better also day and place.",
        error_messages={"required": "Choose a file"},
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        field = self.fields["measure"]
        assert isinstance(field, forms.ChoiceField)
        known = [(one.id, one.title) for one in queries.measures()]
        field.choices = [("", "Choose a measure"), *known]

    def clean_values(self) -> Any:
        """Not too large."""
        file = self.cleaned_data["values"]
        if file.size > LARGEST:
            raise forms.ValidationError("This file is larger than 5 MB")
        return file
