"""The respondents' forms: nothing is preselected, and "prefer not to say" is always there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from medengage.web.respond.pages import NOT_SAID, Page

__all__ = ["AnswersForm", "CommentForm", "SendForm", "StartForm"]

MISSING = "Choose an answer. You may choose to prefer not to say."
LONGEST = 2_000


class AnswersForm(forms.Form):
    """One page of statements."""

    def __init__(self, page: Page, kept: Mapping[str, int], data: Any = None) -> None:
        super().__init__(data, initial={name: str(value) for name, value in kept.items()})
        for question in page.questions:
            options = [(str(value), label) for value, label in question.options]
            self.fields[question.id] = forms.ChoiceField(
                label=question.text,
                choices=[*options, (str(NOT_SAID), "Prefer not to say")],
                widget=forms.RadioSelect,
                error_messages={"required": MISSING, "invalid_choice": MISSING},
            )

    def answers(self) -> dict[str, int]:
        """Item id -> option, 0 for "prefer not to say"."""
        return {name: int(value) for name, value in self.cleaned_data.items()}


class _Deliberate(forms.Form):
    """A step that a program which fills in forms blindly does not take.

    The harmless choice comes first and nothing is preselected: neither an empty form nor one with
    every first option does anything.
    """

    go = "yes"

    def goes_on(self) -> bool:
        """Did somebody choose to go on?"""
        return self.is_valid() and self.cleaned_data["step"] == self.go


class StartForm(_Deliberate):
    """Look at the questions first, or begin."""

    step = forms.ChoiceField(
        label="What do you want to do?",
        choices=[("look", "Only look at the questions"), ("yes", "Answer the questions")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to do"},
    )


class SendForm(_Deliberate):
    """Wait, or send for good."""

    step = forms.ChoiceField(
        label="Are you ready to send your answers?",
        choices=[("wait", "Not yet, I want to go back"), ("yes", "Yes, send my answers now")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to send your answers"},
    )


class CommentForm(forms.Form):
    """A comment, and whether it may be quoted."""

    comment = forms.CharField(
        label="Is there anything you want to add?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"max_length": f"Write at most {LONGEST:,} characters"},
    )
    may_be_quoted = forms.BooleanField(
        label="My words may be quoted, after names and places are taken out", required=False
    )
