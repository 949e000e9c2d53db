"""The respondents' forms: nothing is preselected, and "prefer not to say" is always there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from medengage.web.respond.pages import NOT_SAID, Page
from medengage.web.respond.radios import radios

__all__ = ["AnswersForm", "CommentForm", "SendForm", "StartForm"]

MISSING = "Choose an answer. You may choose to prefer not to say."
LONGEST = 2_000


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
            options = {str(value) for value, _ in question.options} | {str(NOT_SAID)}
            if self.chosen[question.id] not in options:
                self.chosen[question.id] = ""
                yield question.id, MISSING

    def __iter__(self) -> Iterator[SafeString]:
        """Every statement as HTML."""
        for question in self.page.questions:
            error = self.errors.get(question.id, "")
            yield radios(question, self.chosen[question.id], error)

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """Where something is missing (the id of its first option), and which statement it is."""
        return [
            (f"id_{question.id}", question.text)
            for question in self.page.questions
            if question.id in self.errors
        ]

    def answers(self) -> dict[str, int]:
        """Item id -> option, 0 for "prefer not to say"."""
        return {name: int(value) for name, value in self.chosen.items()}


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
