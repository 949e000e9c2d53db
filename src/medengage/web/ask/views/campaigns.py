"""The list of campaigns, a draft, its check-list, opening, closing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from medengage.errors import MedengageError
from medengage.web.accounts.access import at_unit, signed_in, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import Unit, organisations, permissions_at
from medengage.web.ask import actions, queries
from medengage.web.ask.forms import ConfirmForm
from medengage.web.campaigns import actions as drafts
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.forms import CampaignForm
from medengage.web.campaigns.queries import Campaign, campaigns

__all__ = ["change", "close", "delete", "home", "new", "open_now", "overview", "ready"]


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Every campaign that somebody may see; results for those who may see nothing else."""
    user = visitor(request)
    seen = organisations(user, Permission.VIEW_CAMPAIGN)
    if not seen and organisations(user, Permission.VIEW_RESULTS):
        return redirect("insight:results")
    context = {
        "campaigns": campaigns(seen),
        "startable": organisations(user, Permission.EDIT_CAMPAIGN),
        "managed": organisations(user, Permission.MANAGE_MEMBERS),
        "recorded": organisations(user, Permission.VIEW_AUDIT),
    }
    return render(request, "ask/home.html", context)


@at_unit(Permission.EDIT_CAMPAIGN)
def new(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Start a campaign."""
    form = CampaignForm(request.POST or None)
    if form.is_valid():
        campaign = drafts.make(unit, form.facts(), by=visitor(request))
        return redirect("ask:overview", campaign.pk)
    return render(request, "ask/draft.html", {"form": form, "unit": unit})


@for_campaign(Permission.EDIT_CAMPAIGN)
def change(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Change a draft."""
    form = CampaignForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        try:
            drafts.change(campaign, form.facts(), by=visitor(request))
            return redirect("ask:overview", campaign.pk)
        except MedengageError as error:
            form.add_error(None, str(error))
    return render(request, "ask/draft.html", {"form": form, "campaign": campaign})


@for_campaign(Permission.VIEW_CAMPAIGN)
def overview(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Where a campaign is, what is still to do, and what comes next."""
    assert campaign.unit is not None
    mine = permissions_at(visitor(request), campaign.unit)
    checks = queries.checks(campaign)
    context = {
        "campaign": campaign,
        "checks": checks,
        "left": sum(check.needed and not check.done for check in checks),
        "may": {right.name.lower(): True for right in mine},
        "steps": queries.steps(campaign),
        "letters": queries.letters(campaign),
        "job": queries.job(campaign),
        "today": timezone.localdate(),
    }
    return render(request, "ask/overview.html", context)


@for_campaign(Permission.EDIT_CAMPAIGN)
def ready(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Everything is checked."""
    if request.method == "POST":
        _tried(request, lambda: actions.make_ready(campaign, by=visitor(request)))
    return redirect("ask:overview", campaign.pk)


@for_campaign(Permission.OPEN_CAMPAIGN)
def open_now(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Open for answers, after asking: from now on nothing of the draft can be changed."""
    form = ConfirmForm(request.POST or None, label="Open the survey now")
    if form.is_valid():
        today, user = timezone.localdate(), visitor(request)
        if _tried(request, lambda: actions.open_campaign(campaign, today, by=user)):
            messages.success(request, "The survey is open. Invitations go out within the hour.")
        return redirect("ask:overview", campaign.pk)
    context = {"campaign": campaign, "form": form, "asked": queries.asked_counts(campaign)}
    return render(request, "ask/open.html", context)


@for_campaign(Permission.CLOSE_CAMPAIGN)
def close(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Close for good, after asking."""
    form = ConfirmForm(request.POST or None, label="Close the survey for good")
    if form.is_valid():
        today, user = timezone.localdate(), visitor(request)
        if _tried(request, lambda: actions.close_campaign(campaign, today, by=user)):
            messages.success(request, "The survey is closed. No more answers are taken.")
        return redirect("ask:overview", campaign.pk)
    context = {"campaign": campaign, "form": form, "asked": queries.asked_counts(campaign)}
    return render(request, "ask/close.html", context)


@for_campaign(Permission.EDIT_CAMPAIGN)
def delete(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Throw a draft away, after asking."""
    form = ConfirmForm(request.POST or None, label="Throw this draft away")
    if form.is_valid():
        if _tried(request, lambda: drafts.delete(campaign, by=visitor(request))):
            messages.success(request, "The draft and its roster are deleted.")
        return redirect("ask:home")
    context = {"campaign": campaign, "form": form, "asked": queries.asked_counts(campaign)}
    return render(request, "ask/delete.html", context)


def _tried(request: HttpRequest, act: actions.Act) -> bool:
    """Do something; say in words where it is refused."""
    try:
        act()
    except MedengageError as error:
        messages.error(request, str(error))
        return False
    return True
