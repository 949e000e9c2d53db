"""What a coordinator fills in."""

from __future__ import annotations

from typing import Any

from django import forms

__all__ = ["BringForm", "JoinForm", "PublishForm", "WithdrawForm"]

LARGEST = 5 * 1024 * 1024
SEVERAL = 500


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _SeveralFiles(forms.FileField):
    """One file or several."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each of them, none too large."""
        every = data if isinstance(data, list | tuple) else [data]
        if len(every) > SEVERAL:
            raise forms.ValidationError(f"Choose at most {SEVERAL} files at a time")
        found = [super(_SeveralFiles, self).clean(one, initial) for one in every]
        if any(one.size > LARGEST for one in found if one):
            raise forms.ValidationError("A file is larger than 5 MB")
        return found


class BringForm(forms.Form):
    """Signed contributions."""

    contributions = _SeveralFiles(
        label="Contributions",
        help_text="Files that hospitals signed (.json). Choose as many as you like.",
        error_messages={"required": "Choose at least one file"},
    )


class JoinForm(forms.Form):
    """An organisation that may contribute."""

    organisation = forms.CharField(
        label="Code of the organisation", max_length=100, help_text="As it stands in its files."
    )
    public_key = forms.CharField(
        label="Public key",
        max_length=100,
        help_text="44 letters, digits and signs that end with =.",
    )


class PublishForm(forms.Form):
    """Which norm to work out."""

    of = forms.ChoiceField(
        label="Norm of",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the norm is of"},
    )

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["of"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f"{one} {language}", f"{one} ({language})") for one, language in choices]

    def chosen(self) -> tuple[str, str]:
        """Instrument and language."""
        instrument, _, language = str(self.cleaned_data["of"]).rpartition(" ")
        return instrument, language


class WithdrawForm(forms.Form):
    """Which contribution is taken back."""

    which = forms.ChoiceField(
        label="Contribution", error_messages={"required": "Choose a contribution"}
    )
    sure = forms.BooleanField(
        label="Take it out of all future norms",
        error_messages={"required": "Tick the box to go on"},
    )

    def __init__(self, data: Any = None, *, keys: list[tuple[str, str, str]]) -> None:
        super().__init__(data)
        self.keys = {str(place): key for place, key in enumerate(keys)}
        field = self.fields["which"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(place, ", ".join(key)) for place, key in self.keys.items()]

    def chosen(self) -> tuple[str, str, str]:
        """Organisation, instrument and wave."""
        return self.keys[self.cleaned_data["which"]]
