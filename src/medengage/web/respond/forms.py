"""The respondents' forms: nothing is preselected, and "prefer not to say" is always there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from medengage.web.respond.pages import Page, Question
from medengage.web.respond.radios import radios

__all__ = ["AnswersForm", "CommentForm", "SendForm", "StartForm"]

LONGEST = 2_000
UNDECIDED = ("required", "invalid_choice")
"""Nothing was chosen, or something that is not offered."""


class AnswersForm:
    """One page of statements: what was chosen now, or before.

    Not a form of Django's: its widgets would write every option anew for every doctor.
    """

    def __init__(
        self, page: Page, kept: Mapping[str, Any], data: Mapping[str, Any] | None = None
    ) -> None:
        self.page = page
        names = [question.id for question in page.questions]
        source = kept if data is None else data
        self.chosen = {name: str(source.get(name, "")) for name in names}
        self.errors = {} if data is None else dict(self._missing())

    def _missing(self) -> Iterator[tuple[str, str]]:
        """Statements without one of their options."""
        for question in self.page.questions:
            options = {str(value) for value, label in question.options}
            if self.chosen[question.id] not in options:
                self.chosen[question.id] = ""
                yield (
                    question.id,
                    gettext("Choose an answer. You may choose to prefer not to say."),
                )

    def __iter__(self) -> Iterator[SafeString]:
        """Every statement as HTML."""
        for question in self.page.questions:
            error = self.errors.get(question.id, "")
            yield radios(question, self.chosen[question.id], error)

    @property
    def mistakes(self) -> list[tuple[str, Question]]:
        """Where something is missing (the id of its first option), and which statement it is."""
        return [
            (f"id_{question.id}", question)
            for question in self.page.questions
            if question.id in self.errors
        ]

    def answers(self) -> dict[str, int]:
        """Item id -> option, 0 for "prefer not to say", of every statement that was answered."""
        return {name: int(value) for name, value in self.chosen.items() if value}


class _Deliberate(forms.Form):
    """A step that a program which fills in forms blindly does not take.

    Nothing is preselected, and going on stands between two harmless choices: neither an empty form
    nor one with every first or every last option does anything.
    """

    go, later = "yes", "later"

    def goes_on(self) -> bool:
        """Did somebody choose to go on?"""
        return self.is_valid() and self.cleaned_data["step"] == self.go

    def is_put_off(self) -> bool:
        """Did somebody choose to come back another time?"""
        return self.is_valid() and self.cleaned_data["step"] == self.later


class StartForm(_Deliberate):
    """Look at the questions first, begin, or come back another time."""

    step = forms.ChoiceField(
        label=_("What do you want to do?"),
        choices=[
            ("look", _("Only look at the questions")),
            ("yes", _("Answer the questions")),
            ("later", _("Come back another time")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(UNDECIDED, _("Choose what you want to do")),
    )


class SendForm(_Deliberate):
    """Go back, send for good, or come back another time."""

    step = forms.ChoiceField(
        label=_("Are you ready to send your answers?"),
        choices=[
            ("wait", _("Not yet, I want to go back")),
            ("yes", _("Yes, send my answers now")),
            ("later", _("Come back another time")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(UNDECIDED, _("Choose whether to send your answers")),
    )


class CommentForm(forms.Form):
    """A comment, and whether it may be quoted."""

    comment = forms.CharField(
        label=_("Is there anything you want to add?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={
            # Translators: limit_value is a number, such as 2000
            "max_length": _("Write at most %(limit_value)d characters"),
            "null_characters_not_allowed": _("Write letters, digits and signs alone"),
        },
    )
    may_be_quoted = forms.BooleanField(
        label=_("My words may be quoted, after names and places are taken out"), required=False
    )
