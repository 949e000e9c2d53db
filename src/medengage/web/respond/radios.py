"""Statements with their options as HTML, quickly: they are most of what the server has to write.

A template would write every option of every statement anew for every doctor. Here each statement
is written once, and only what was chosen and what is missing is put in.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from medengage.web.respond.pages import NOT_SAID, Question

__all__ = ["radios"]

PREFER_NOT = "Prefer not to say"


def radios(question: Question, chosen: str, error: str) -> SafeString:
    """One statement; ``chosen`` and ``error`` are "" for none."""
    before, options, after = _parts(question)
    name = f"id_{question.id}"
    told = (
        f'<span class="nhsuk-error-message" id="{name}-error">'
        f'<span class="nhsuk-u-visually-hidden">Error:</span> {escape(error)}</span>'
        if error
        else ""
    )
    wrong = " nhsuk-form-group--error" if error else ""
    described = f' aria-describedby="{name}-error"' if error else ""
    inner = "".join(
        html.replace(" [checked]", " checked" * (value == chosen)) for value, html in options
    )
    start = before.replace("[wrong]", wrong, 1).replace("[described]", described, 1)
    return mark_safe(f"{start}{told}{after}{inner}</div></fieldset></div>")


@lru_cache(maxsize=1024)
def _parts(question: Question) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """What comes before an error, each option with its number, and what stands between the two."""
    name = f"id_{question.id}"
    before = (
        '<div class="nhsuk-form-group[wrong]"><fieldset class="nhsuk-fieldset"[described]>'
        f'<legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{escape(question.text)}'
        "</legend>"
    )
    every = [*question.options, (NOT_SAID, PREFER_NOT)]
    options = tuple(
        (
            str(value),
            f'<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" '
            f'id="{name}{"" if place == 0 else f"_{place}"}" type="radio" '
            f'name="{question.id}" value="{value}" [checked]>'
            f'<label class="nhsuk-label nhsuk-radios__label" '
            f'for="{name}{"" if place == 0 else f"_{place}"}">{escape(label)}</label></div>',
        )
        for place, (value, label) in enumerate(every)
    )
    return before, options, '<div class="nhsuk-radios">'
