"""Letters: wording, sending, links for a mail-merge, posters."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from medengage.errors import MedengageError
from medengage.web.accounts.access import visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.ask import queries
from medengage.web.ask.forms import ConfirmForm, PostersForm
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.queries import Campaign
from medengage.web.invitations.queries import spares
from medengage.web.mailing import actions as mailing
from medengage.web.mailing import queries as outbox
from medengage.web.mailing.forms import LetterForm
from medengage.web.mailing.kinds import Kind
from medengage.web.mailing.posters import posters as drawn
from medengage.web.ui.content_policy import as_report

__all__ = ["every", "links", "one", "posters", "send"]


@for_campaign(Permission.SEND_LETTERS)
def every(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every letter in the order of sending, with how far each is."""
    context = {
        "campaign": campaign,
        "letters": queries.letters(campaign),
        "reasons": sorted(outbox.reasons(campaign).items()),
    }
    return render(request, "ask/letters.html", context)


@for_campaign(Permission.SEND_LETTERS)
def one(request: HttpRequest, campaign: Campaign, kind: str, language: str) -> HttpResponse:
    """Read one letter as its reader will, and change its words."""
    which = _kind(kind)
    if language not in outbox.languages(campaign):
        raise Http404
    wording = outbox.letter_for(campaign, which, language)
    form = LetterForm(which, request.POST or None, wording=wording)
    if form.is_valid():
        mailing.write_letter(campaign, which, language, form.wording, by=visitor(request))
        messages.success(request, "The letter is kept.")
        return redirect("ask:letter", campaign.pk, kind, language)
    context = {
        "campaign": campaign,
        "kind": which,
        "form": form,
        "preview": outbox.preview(campaign, wording, language),
    }
    return render(request, "ask/letter.html", context)


@for_campaign(Permission.SEND_LETTERS)
def send(request: HttpRequest, campaign: Campaign, kind: str) -> HttpResponse:
    """Queue a letter now, after asking; what was queued is not queued again."""
    which = _kind(kind)
    form = ConfirmForm(request.POST or None, label="Send this letter now")
    if form.is_valid():
        try:
            number = mailing.queue(campaign, which, by=visitor(request))
            messages.success(request, f"{number:,} letters wait to be sent.")
        except MedengageError as error:
            messages.error(request, str(error))
        return redirect("ask:letters", campaign.pk)
    readers = len(outbox.readers(campaign, which))
    context = {"campaign": campaign, "kind": which, "form": form, "readers": readers}
    return render(request, "ask/send.html", context)


@for_campaign(Permission.SEND_LETTERS)
def links(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Links as a file, for somebody outside who sends them by other means."""
    form = ConfirmForm(request.POST or None, label="I will give this file to nobody else")
    if form.is_valid():
        content = mailing.mail_merge(campaign, by=visitor(request))
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="links.csv"'},
        )
    context = {"campaign": campaign, "form": form, "asked": queries.asked_counts(campaign)}
    return render(request, "ask/links.html", context)


@for_campaign(Permission.SEND_LETTERS)
def posters(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Codes to cut out, for doctors without mail."""
    form = PostersForm(request.POST or None, most=spares(campaign))
    if form.is_valid():
        try:
            number = form.cleaned_data["number"]
            return as_report(HttpResponse(drawn(campaign, number, by=visitor(request))))
        except MedengageError as error:
            form.add_error(None, str(error))
    return render(request, "ask/posters.html", {"campaign": campaign, "form": form})


def _kind(name: str) -> Kind:
    """The kind of a letter by its name in an address."""
    if name not in Kind.values:
        raise Http404
    return Kind(name)
