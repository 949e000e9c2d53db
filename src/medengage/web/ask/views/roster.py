"""The roster: bring a file, say what its columns are, look at what comes of it, accept it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from medengage.errors import MedengageError
from medengage.web.accounts.access import signed_in, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.ask.forms import ColumnsForm, UploadForm
from medengage.web.ask.rosters import reading
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.queries import DOCTORS, MANAGERS, Campaign
from medengage.web.invitations import actions
from medengage.web.invitations.queries import Upload, groups_of, upload
from medengage.web.roster.sample import sample_roster

__all__ = ["doctors", "drop", "managers", "sample", "take"]

PAGES = {DOCTORS: "ask:roster", MANAGERS: "ask:managers"}


@for_campaign(Permission.EDIT_ROSTER)
def doctors(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Who is asked as a doctor."""
    return _roster(request, campaign, DOCTORS)


@for_campaign(Permission.EDIT_ROSTER)
def managers(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Who is asked as a manager, where the survey has a form for managers."""
    if not campaign.managers_instrument:
        raise Http404
    return _roster(request, campaign, MANAGERS)


@for_campaign(Permission.EDIT_ROSTER)
def take(request: HttpRequest, campaign: Campaign, form: str) -> HttpResponse:
    """Accept the file that waits: its doctors are the roster now."""
    waiting = upload(campaign, _known(form))
    if request.method == "POST" and waiting is not None:
        read = reading(campaign, waiting)
        try:
            people = read.checked.people if read.checked else ()
            number = actions.take_roster(campaign, form, people, read.columns, by=visitor(request))
            messages.success(request, f"{number:,} people are on the roster now.")
            return redirect("ask:overview", campaign.pk)
        except MedengageError as error:
            messages.error(request, str(error))
    return redirect(PAGES[form], campaign.pk)


@for_campaign(Permission.EDIT_ROSTER)
def drop(request: HttpRequest, campaign: Campaign, form: str) -> HttpResponse:
    """Forget the file that waits; the roster stays as it is."""
    known = _known(form)
    if request.method == "POST":
        actions.drop_upload(campaign, known, by=visitor(request))
    return redirect(PAGES[form], campaign.pk)


@signed_in
def sample(request: HttpRequest) -> HttpResponse:
    """A roster to try everything with."""
    answer = HttpResponse(sample_roster(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sample-roster.csv"'
    return answer


def _roster(request: HttpRequest, campaign: Campaign, form: str) -> HttpResponse:
    """What is on the roster and a form for a file; or the file that waits, as it is read."""
    waiting = upload(campaign, form)
    if waiting is not None and "file" not in request.FILES:
        return _waiting(request, campaign, waiting)
    sent = UploadForm(request.POST or None, request.FILES or None)
    if sent.is_valid():
        file = sent.cleaned_data["file"]
        try:
            actions.keep_upload(campaign, form, file.name, file.read(), by=visitor(request))
            return redirect(PAGES[form], campaign.pk)
        except MedengageError as error:
            sent.add_error("file", str(error))
    context = {
        "campaign": campaign,
        "who": form,
        "form": sent,
        "groups": groups_of(campaign, form),
    }
    return render(request, "ask/roster.html", context)


def _waiting(request: HttpRequest, campaign: Campaign, waiting: Upload) -> HttpResponse:
    """A file that waits: say what its columns are, and see what comes of it."""
    read = reading(campaign, waiting)
    form = ColumnsForm(request.POST or None, read=read)
    if form.is_valid():
        actions.map_upload(waiting, form.columns().as_json())
        return redirect(PAGES[waiting.form], campaign.pk)
    context = {"campaign": campaign, "who": waiting.form, "form": form, "read": read}
    return render(request, "ask/preview.html", context)


def _known(form: str) -> str:
    if form not in PAGES:
        raise Http404
    return form
