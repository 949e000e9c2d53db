"""Components that stand around something: a table in its region, a row of a list of facts."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

__all__ = ["fact", "register", "table"]

register = template.Library()


@register.simple_block_tag
def table(content: str, caption: str, kind: str = "") -> SafeString:
    """A table with its caption, in a region of its own that scrolls where the screen is narrow.

    With the kind ``stacked`` each row becomes a block on a telephone. Then every cell names its
    column in ``data-label``, and rows and cells say their roles, which browsers forget otherwise.
    """
    return format_html(
        '<div class="nhsuk-table-container" role="region" aria-label="{caption}" tabindex="0">'
        '<table class="nhsuk-table {kind}" role="table">'
        '<caption class="nhsuk-table__caption">{caption}</caption>{content}</table></div>',
        caption=caption,
        kind=kind,
        content=content,
    )


@register.simple_block_tag
def fact(content: str, name: str) -> SafeString:
    """One row of a list of facts: what it is called, and what it is."""
    return format_html(
        '<div class="nhsuk-summary-list__row"><dt class="nhsuk-summary-list__key">{}</dt>'
        '<dd class="nhsuk-summary-list__value">{}</dd></div>',
        name,
        content,
    )
