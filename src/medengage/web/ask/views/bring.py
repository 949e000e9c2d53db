"""Answers that were collected elsewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from medengage.errors import MedengageError
from medengage.web.accounts.access import at_unit, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import Unit
from medengage.web.ask.forms import BringForm
from medengage.web.results.bringing import Brought, bring

__all__ = ["study"]


@at_unit(Permission.EDIT_CAMPAIGN)
def study(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Examine what is brought, tell every problem, and keep it when there is none."""
    form = BringForm(request.POST or None, request.FILES or None)
    brought: Brought | None = None
    if form.is_valid():
        try:
            brought = bring(form.what(unit), unit, by=visitor(request))
        except MedengageError as error:
            form.add_error("answers", str(error))
        if brought is not None and brought.campaign is not None:
            return redirect("ask:overview", brought.campaign.pk)
    return render(request, "ask/bring.html", {"unit": unit, "form": form, "brought": brought})
