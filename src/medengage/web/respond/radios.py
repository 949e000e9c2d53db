"""Statements with their options as HTML, quickly: they are most of what the server has to write.

A template would write every option of every statement anew for every doctor. Here each statement
is written once in each language, and only what was chosen and what is missing is put in.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from medengage.web.respond.pages import Question

__all__ = ["radios"]


def radios(question: Question, chosen: str, error: str) -> SafeString:
    """One statement; ``chosen`` and ``error`` are "" for none."""
    before, options, after = _parts(question)
    name = f"id_{question.id}"
    told = _told(f"{name}-error", error) if error else ""
    wrong = " nhsuk-form-group--error" if error else ""
    described = f' aria-describedby="{name}-error"' if error else ""
    inner = "".join(
        html.replace(" [checked]", " checked" * (value == chosen)) for value, html in options
    )
    start = before.replace("[wrong]", wrong, 1).replace("[described]", described, 1)
    return mark_safe(f"{start}{told}{after}{inner}</div></fieldset></div>")


def _told(name: str, error: str) -> str:
    """What is missing, for eyes and ears."""
    return (
        f'<span class="nhsuk-error-message" id="{name}">'
        f'<span class="nhsuk-u-visually-hidden">{escape(gettext("Error:"))}</span> '
        f"{escape(error)}</span>"
    )


@lru_cache(maxsize=1024)
def _parts(question: Question) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """What comes before an error, each option with its number, and what stands between the two.

    A question carries its words, so it is another one in another language.
    """
    name = f"id_{question.id}"
    spoken = f' lang="{escape(question.language)}"' if question.language else ""
    before = (
        '<div class="nhsuk-form-group[wrong]"><fieldset class="nhsuk-fieldset"[described]>'
        f'<legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s"{spoken}>'
        f"{escape(question.text)}</legend>"
    )
    options = tuple(
        (
            str(value),
            f'<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" '
            f'id="{name}{"" if place == 0 else f"_{place}"}" type="radio" '
            f'name="{question.id}" value="{value}" [checked]>'
            f'<label class="nhsuk-label nhsuk-radios__label"{spoken} '
            f'for="{name}{"" if place == 0 else f"_{place}"}">{escape(label)}</label></div>',
        )
        for place, (value, label) in enumerate(question.options)
    )
    return before, options, '<div class="nhsuk-radios">'
