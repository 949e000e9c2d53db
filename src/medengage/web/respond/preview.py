"""The survey as a doctor sees it, for managers who prepare it. Nothing is kept or sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from medengage.web.accounts.permissions import Permission
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.queries import DOCTORS, MANAGERS, Campaign, policy
from medengage.web.invitations.queries import Invitation
from medengage.web.respond.forms import AnswersForm, CommentForm, SendForm, StartForm
from medengage.web.respond.languages import offered, speaking, speech
from medengage.web.respond.visits import Visit

__all__ = ["app_name", "page", "urlpatterns"]

LINK = "preview"
"""Stands where a doctor's link would; no link is so short."""

app_name = "preview"


@csrf_exempt
@for_campaign(Permission.VIEW_CAMPAIGN)
def page(request: HttpRequest, campaign: Campaign, form: str, where: str = "") -> HttpResponse:
    """One page of the survey; every button leads to the next page and keeps nothing."""
    if form not in {DOCTORS, MANAGERS} or (form == MANAGERS and not campaign.managers_instrument):
        raise Http404
    spoken = speech(request, offered(campaign))
    with speaking(spoken.tag):
        groups = dict.fromkeys(policy(campaign).attributes, gettext("as on your roster"))
        begun = {"-preview": True} if where else {}
        visit = Visit(LINK, Invitation(campaign, form, groups), begun, spoken)
        return _answered(request, visit, where)


def _answered(request: HttpRequest, visit: Visit, where: str) -> HttpResponse:
    """A page, or the way to the next one."""
    order = ["", *(str(one.number) for one in visit.pages), "comment", "send", "thanks"]
    base = reverse("preview:start", args=[visit.campaign.pk, visit.invitation.form])
    if where not in {*order, "look", "privacy"}:
        raise Http404
    if request.method == "POST":
        place = order.index(where) if where in order else 0
        return redirect(f"{base}{order[min(place + 1, len(order) - 1)]}/{visit.tail}")
    ours = reverse("respond:start", args=[LINK])
    return HttpResponse(_drawn(where, visit).replace(f'href="{ours}', f'href="{base}'))


def _drawn(where: str, visit: Visit) -> str:
    """A page as the doctor's browser gets it, with nothing chosen."""
    context: dict[str, Any] = {"visit": visit, "speech": visit.speech}
    name = where or "start"
    if where.isdecimal():
        name, context["page"] = "questions", visit.pages[int(where) - 1]
        context["form"] = AnswersForm(context["page"], {})
    elif where == "send":
        number = sum(len(one.questions) for one in visit.pages)
        context |= {"form": SendForm(), "left": 0, "asked": number}
    elif where in {"", "comment"}:
        context["form"] = CommentForm() if where else StartForm()
    return render_to_string(f"respond/{name}.html", context)


urlpatterns = [
    path("campaigns/<uuid:campaign_id>/preview/<str:form>/", page, name="start"),
    path("campaigns/<uuid:campaign_id>/preview/<str:form>/<str:where>/", page, name="page"),
]
