"""The form of a campaign's draft."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings

from medengage.web.campaigns.models import Campaign
from medengage.web.campaigns.queries import DOCTORS, MANAGERS, choices

__all__ = ["CampaignForm"]

SMALLEST, LARGEST = 10, 50
MOST_GROUPS, MOST_REMINDERS = 6, 3
SENSITIVE = {"disability", "ethnicity", "religion", "sexual orientation"}
"""Attributes that are shown for the whole organisation alone, wherever they are named."""
NAME = re.compile(r"[a-z][a-z0-9 -]{0,38}[a-z0-9]")


class CampaignForm(forms.Form):
    """What is asked, when, in whose name, and by which groups results are shown."""

    wave = forms.CharField(
        label="Name of this survey", help_text="For example: Spring 2027", max_length=100
    )
    instrument = forms.ChoiceField(label="What doctors are asked", widget=forms.RadioSelect)
    managers_instrument = forms.ChoiceField(
        label="What managers are asked", widget=forms.RadioSelect, required=False
    )
    statements_a_page = forms.TypedChoiceField(
        label="How statements are shown",
        choices=[("5", "Five on a page: best on a telephone"), ("0", "All on one page")],
        coerce=int,
        widget=forms.RadioSelect,
        initial="5",
    )
    word = forms.CharField(
        label="Word for your organisation in the statements",
        help_text="As in: This hospital listens to its doctors.",
        max_length=40,
        initial="hospital",
    )
    languages = forms.MultipleChoiceField(
        label="Languages", widget=forms.CheckboxSelectMultiple, initial=["en"]
    )
    opens = forms.DateField(
        label="First day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closes = forms.DateField(
        label="Last day",
        help_text="Four weeks are usual. Answers are taken until the end of this day.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reminders = forms.CharField(
        label="Reminders",
        help_text="Days after opening, at most three. They go to everybody.",
        required=False,
        initial="7, 14, 21",
    )
    medical_director = forms.CharField(
        label="Medical director", help_text="Signs the letters.", max_length=200, required=False
    )
    peer = forms.CharField(
        label="A doctor whom other doctors respect",
        help_text="Signs beside the medical director.",
        max_length=200,
        required=False,
    )
    contact = forms.CharField(
        label="Who answers questions",
        help_text="A name with a telephone number or address inside your organisation.",
        max_length=300,
        required=False,
    )
    groups = forms.CharField(
        label="Results are shown by",
        help_text="Columns of your roster, the most important first, with commas.",
        initial="division, specialty, grade",
        max_length=300,
    )
    minimum_group = forms.IntegerField(
        label="Fewest doctors behind any figure",
        help_text="Ten or more. Doctors are told this number.",
        min_value=SMALLEST,
        max_value=LARGEST,
        initial=SMALLEST,
    )

    def __init__(self, data: Any = None, *, campaign: Campaign | None = None) -> None:
        super().__init__(data, initial=None if campaign is None else _facts(campaign))
        self._offer("instrument", [(one.reference, one.title) for one in choices(DOCTORS)])
        managers = [(one.reference, one.title) for one in choices(MANAGERS)]
        self._offer("managers_instrument", [("", "Managers are not asked"), *managers])
        self._offer("languages", list(settings.MEDENGAGE_LANGUAGES))

    def _offer(self, name: str, offered: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered
        if name == "instrument" and field.initial is None and offered:
            field.initial = offered[0][0]

    def clean_reminders(self) -> list[int]:
        """Days as numbers, in order."""
        parts = [part for part in re.split(r"[,;\s]+", self.cleaned_data["reminders"]) if part]
        if len(parts) > MOST_REMINDERS or not all(part.isdecimal() for part in parts):
            raise forms.ValidationError("Write at most three numbers with commas: 7, 14, 21")
        days = [int(part) for part in parts]
        if days != sorted(set(days)) or any(day < 1 for day in days):
            raise forms.ValidationError("Write each day once, the earliest first: 7, 14, 21")
        return days

    def clean_groups(self) -> list[str]:
        """Names of attributes, each once."""
        names = [part.strip().lower() for part in self.cleaned_data["groups"].split(",")]
        names = [name for name in names if name]
        if not names or len(names) > MOST_GROUPS:
            raise forms.ValidationError(f"Name between one and {MOST_GROUPS} columns")
        if len(set(names)) < len(names):
            raise forms.ValidationError("Name each column once")
        if names[0] in SENSITIVE:
            raise forms.ValidationError(f"Units are not compared by {names[0]}: name it later")
        if not all(NAME.fullmatch(name) for name in names):
            raise forms.ValidationError("Use letters, digits, spaces and hyphens: division, grade")
        return names

    def clean(self) -> dict[str, Any]:
        """Dates and reminders in order, and a first group that units can be compared by."""
        cleaned: dict[str, Any] = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", "The last day comes after the first")
        elif (
            opens
            and closes
            and any(day >= (closes - opens).days for day in cleaned.get("reminders", []))
        ):
            self.add_error("reminders", "Every reminder goes out before the last day")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Fields of the campaign."""
        kept = dict(self.cleaned_data)
        groups = kept.pop("groups")
        kept["words"] = {"organisation": kept.pop("word")}
        kept["policy"] = {
            "minimum_group": kept.pop("minimum_group"),
            "breakdown": groups[0],
            "further": [[name] for name in groups[1:]],
            "within": {"specialty": "division"} if {"specialty", "division"} <= {*groups} else {},
            "sensitive": [name for name in groups if name in SENSITIVE],
            "weighting": "grade" if "grade" in groups else None,
        }
        return kept


def _facts(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the form shows it."""
    kept = {
        name: getattr(campaign, name)
        for name in (
            "wave",
            "instrument",
            "managers_instrument",
            "statements_a_page",
            "languages",
            "opens",
            "closes",
            "medical_director",
            "peer",
            "contact",
        )
    }
    rules = campaign.policy
    groups = [
        rules.get("breakdown"),
        *(name for names in rules.get("further", []) for name in names),
    ]
    return kept | {
        "word": campaign.words.get("organisation", "hospital"),
        "reminders": ", ".join(map(str, campaign.reminders)),
        "groups": ", ".join(name for name in groups if name),
        "minimum_group": rules.get("minimum_group", SMALLEST),
    }
