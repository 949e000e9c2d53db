"""Results: the list of what was published, and reports of one campaign."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.gzip import gzip_page

from medengage.web.accounts.access import signed_in, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import organisations
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.queries import Campaign
from medengage.web.insight import queries
from medengage.web.ui.content_policy import as_report

__all__ = ["campaign", "region", "report", "results", "topic"]


@signed_in
def results(request: HttpRequest) -> HttpResponse:
    """Everything published that somebody may see."""
    queries.prepare()
    units = organisations(visitor(request), Permission.VIEW_RESULTS)
    context = {"snapshots": queries.publications(units)}
    return render(request, "insight/results.html", context)


@for_campaign(Permission.VIEW_RESULTS)
def campaign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The results of one campaign: what can be read and downloaded."""
    queries.prepare()
    newest = queries.latest(campaign)
    if newest is None:
        raise Http404
    context = {
        "campaign": campaign,
        "snapshot": newest,
        "kinds": queries.KINDS,
        "menu": queries.menu(campaign),
    }
    return render(request, "insight/campaign.html", context)


@gzip_page
@for_campaign(Permission.VIEW_RESULTS)
def topic(request: HttpRequest, campaign: Campaign, name: str) -> HttpResponse:
    """One question about the results: a sentence, a figure, a table, and what it does not say."""
    inside = queries.shown(campaign, name)
    if inside is None:
        raise Http404
    menu = queries.menu(campaign)
    title = next(one.title for part in menu for one in part.topics if one.name == name)
    context = {
        "campaign": campaign,
        "title": title,
        "inside": mark_safe(inside),
        "menu": menu,
        "name": name,
    }
    return render(request, "insight/topic.html", context)


@gzip_page
@signed_in
def region(request: HttpRequest) -> HttpResponse:
    """Hospitals beside each other."""
    units = organisations(visitor(request), Permission.VIEW_RESULTS)
    inside = queries.region(units)
    context = {"inside": None if inside is None else mark_safe(inside)}
    return render(request, "insight/region.html", context)


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
