"""Results: the list of what was published, and reports of one campaign."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from medengage.web.accounts.access import signed_in, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import organisations
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.queries import Campaign
from medengage.web.insight import queries
from medengage.web.ui.content_policy import as_report

__all__ = ["campaign", "report", "results"]


@signed_in
def results(request: HttpRequest) -> HttpResponse:
    """Everything published that somebody may see."""
    units = organisations(visitor(request), Permission.VIEW_RESULTS)
    context = {"snapshots": queries.publications(units)}
    return render(request, "insight/results.html", context)


@for_campaign(Permission.VIEW_RESULTS)
def campaign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The results of one campaign: what can be read and downloaded."""
    newest = queries.latest(campaign)
    if newest is None:
        raise Http404
    context = {"campaign": campaign, "snapshot": newest, "kinds": queries.KINDS}
    return render(request, "insight/campaign.html", context)


@for_campaign(Permission.VIEW_RESULTS)
def report(request: HttpRequest, campaign: Campaign, kind: str, form: str) -> HttpResponse:
    """One report: a page is shown, everything else saved."""
    found = queries.document(campaign, kind, form)
    if found is None:
        raise Http404
    answer = HttpResponse(found.content, content_type=found.media_type)
    if form != "html":
        answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return as_report(answer)
