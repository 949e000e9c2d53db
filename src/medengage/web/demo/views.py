"""Pages that only a demonstration has: the letters that were sent, and doctors who answer."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email import policy
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from medengage.web.accounts.permissions import Permission
from medengage.web.campaigns.access import for_campaign
from medengage.web.campaigns.queries import Campaign, is_open
from medengage.web.demo.region import MOST, let_others_answer
from medengage.web.invitations.queries import invitation
from medengage.web.mailing.actions import queue_due
from medengage.web.mailing.delivery import deliver

__all__ = ["answer", "letters"]

SHOWN = 30


@for_campaign(Permission.SEND_LETTERS)
def letters(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Send what waits, and show the newest letters of a campaign with their links."""
    _refuse_elsewhere()
    now = timezone.now()
    if request.method == "POST":
        queue_due(now)
        deliver(MOST, now)
        return redirect("demo:letters", campaign.pk)
    found = islice(_letters(campaign), SHOWN)
    return render(request, "demo/letters.html", {"campaign": campaign, "letters": list(found)})


@for_campaign(Permission.EDIT_CAMPAIGN)
def answer(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Let invented doctors answer an open survey."""
    _refuse_elsewhere()
    if request.method == "POST" and is_open(campaign):
        number = let_others_answer(campaign, seed=campaign.pk.int % 2**32)
        messages.success(request, f"{number} invented doctors have answered.")
        return redirect("ask:overview", campaign.pk)
    return render(request, "demo/answer.html", {"campaign": campaign})


def _refuse_elsewhere() -> None:
    if not settings.MEDENGAGE_DEMO:
        raise Http404


def _letters(campaign: Campaign) -> Iterator[dict[str, str]]:
    """The letters whose link belongs to a campaign, the newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    for file in sorted(folder.glob("*"), key=lambda one: one.stat().st_mtime, reverse=True):
        letter = _letter(file)
        found = invitation(letter["link"].rstrip("/").rpartition("/")[2])
        if found is not None and found.campaign.pk == campaign.pk:
            yield letter


def _letter(file: Path) -> dict[str, str]:
    """A letter as its reader sees it."""
    with file.open("rb") as opened:
        found = email.message_from_binary_file(opened, policy=policy.default)
    body = found.get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    links = [line.strip() for line in text.splitlines() if "/a/" in line and "://" in line]
    return {
        "to": str(found["To"]),
        "subject": str(found["Subject"]),
        "text": text,
        "link": links[0] if links else "",
    }
