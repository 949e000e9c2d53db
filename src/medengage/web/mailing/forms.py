"""The form in which managers change a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from medengage.web.mailing.compose import problems
from medengage.web.mailing.kinds import Kind
from medengage.web.mailing.models import BODY, SUBJECT
from medengage.web.mailing.wording import Wording

__all__ = ["LetterForm"]

FIELDS = {"subject": "subject", "text": "body"}


class LetterForm(forms.Form):
    """Subject and text of one letter; every problem is said beside its field."""

    subject = forms.CharField(label="Subject", max_length=SUBJECT, strip=False)
    body = forms.CharField(
        label="Text", max_length=BODY, widget=forms.Textarea(attrs={"rows": 24})
    )

    def __init__(self, kind: Kind, sent: QueryDict | None, *, wording: Wording) -> None:
        """``sent`` is what was posted, ``None`` to show ``wording``."""
        self.kind = kind
        initial = {"subject": wording.subject, "body": wording.body}
        super().__init__(sent, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Check what can be checked of a letter alone."""
        cleaned: dict[str, Any] = super().clean() or {}
        if {"subject", "body"} <= cleaned.keys():
            for problem in problems(self.kind, self.wording):
                self.add_error(FIELDS[problem.place], f"{problem.what} {problem.mend}".strip())
        return cleaned

    @property
    def wording(self) -> Wording:
        """What was typed."""
        body = self.cleaned_data["body"].replace("\r\n", "\n")
        return Wording(self.cleaned_data["subject"], body)
