"""Browsers ask every site for a small picture. There is none, and that is no mistake to report."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

__all__ = ["no_icon"]

A_YEAR = 365 * 24 * 3600


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def no_icon(_: HttpRequest) -> HttpResponse:
    """Nothing, which browsers remember."""
    return HttpResponse(status=204)
