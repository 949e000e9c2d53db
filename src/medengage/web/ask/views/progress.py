"""Roughly how many have answered; working out, publishing and contributing results."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from medengage.errors import MedengageError
from medengage.web.accounts.access import visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.ask import actions, queries
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.queries import DOCTORS, MANAGERS, Campaign, State
from medengage.web.results.contributing import contribute as give_to_the_norm
from medengage.web.results.participation import band

__all__ = ["contribute", "participation", "publish"]


@for_campaign(Permission.VIEW_PARTICIPATION)
def participation(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """In bands, once a day, for the whole organisation."""
    today = timezone.localdate()
    bands = [("Doctors", band(campaign, DOCTORS, today))]
    if campaign.managers_instrument:
        bands.append(("Managers", band(campaign, MANAGERS, today)))
    return render(request, "ask/participation.html", {"campaign": campaign, "bands": bands})


@for_campaign(Permission.PUBLISH)
def publish(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Begin, watch how far it is, and see why nothing could be published."""
    if request.method == "POST":
        try:
            actions.publish_results(campaign, by=visitor(request))
        except MedengageError as error:
            messages.error(request, str(error))
        return redirect("ask:publish", campaign.pk)
    job = queries.job(campaign)
    working = job is not None and queries.is_under_way(job)
    context = {"campaign": campaign, "job": job, "working": working}
    return render(request, "ask/publish.html", context)


@for_campaign(Permission.PUBLISH)
def contribute(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Sign the sums of published results, and leave them with the coordinator of the norm."""
    if campaign.state != State.PUBLISHED:
        raise Http404
    if request.method == "POST":
        try:
            fresh = give_to_the_norm(campaign, by=visitor(request))
        except MedengageError as error:
            messages.error(request, str(error))
        else:
            told = (
                "The coordinator has your sums." if fresh else "The coordinator has them already."
            )
            messages.success(request, told)
        return redirect("ask:overview", campaign.pk)
    return render(request, "ask/contribute.html", {"campaign": campaign})
