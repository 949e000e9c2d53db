"""The respondents' pages. Nothing here sets a cookie, writes a log line or knows an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from medengage.web.campaigns.queries import MANAGERS, asked, is_open
from medengage.web.invitations.queries import Invitation, invitation
from medengage.web.respond import actions
from medengage.web.respond.forms import AnswersForm, CommentForm, SendForm, StartForm
from medengage.web.respond.pages import Page, pages

__all__ = ["Visit", "comment", "look", "questions", "send", "start", "thanks"]

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Visit:
    """Somebody with a link that can be used: what it stands for, and the draft so far."""

    token: str
    invitation: Invitation
    kept: Mapping[str, Any]

    @property
    def pages(self) -> tuple[Page, ...]:
        """What is asked, page by page."""
        campaign = self.invitation.campaign
        survey = asked(campaign, self.invitation.form)
        return pages(survey, tuple(sorted(campaign.words.items())))

    @property
    def is_manager(self) -> bool:
        """Is this the form that asks managers how doctors feel?"""
        return self.invitation.form == MANAGERS


def _without_referrer(view: View) -> View:
    """The address of these pages is somebody's link: the browser tells it to nobody."""

    @wraps(view)
    def silent(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        answer = view(request, *args, **named)
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return silent


def _with_link(view: View) -> View:
    """Find what the link stands for; a friendly page where nothing can be done with it.

    The link itself is the credential. No cookie goes with it, so nobody can make a doctor's
    browser send something in the doctor's name, and no token against that is needed.
    """

    @csrf_exempt
    @never_cache
    @_without_referrer
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def found(request: HttpRequest, token: str, **more: int) -> HttpResponse:
        ours = invitation(token)
        if ours is None:
            return render(request, "respond/unknown.html", status=404)
        if not is_open(ours.campaign):
            return render(request, "respond/closed.html", {"invitation": ours}, status=410)
        kept = actions.draft(ours, token)
        # A draft ends with the answer, so with a draft the link was not used yet.
        if not kept and actions.was_used(ours, token) and view.__name__ != "thanks":
            return redirect("respond:thanks", token)
        return view(request, Visit(token, ours, kept), **more)

    return found


def _sent(request: HttpRequest) -> QueryDict | None:
    """What a form sends, be it empty; ``None`` where no form was sent."""
    return request.POST if request.method == "POST" else None


@_with_link
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What this is about, what is attached to the link; begin or look first."""
    form = StartForm(_sent(request))
    if form.is_valid():
        if not form.goes_on():
            return redirect("respond:look", visit.token)
        actions.keep(visit.invitation, visit.token, {**visit.kept, actions.STARTED: True})
        return redirect("respond:questions", visit.token, 1)
    return render(request, "respond/start.html", {"visit": visit, "form": form})


@_with_link
def look(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All questions, to read."""
    return render(request, "respond/look.html", {"visit": visit})


@_with_link
def questions(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One page of statements; what is chosen is kept as a draft."""
    if not visit.kept:
        return redirect("respond:start", visit.token)
    page = visit.pages[min(max(number, 1), len(visit.pages)) - 1]
    form = AnswersForm(page, visit.kept, _sent(request))
    if request.method == "POST" and not form.errors:
        actions.keep(visit.invitation, visit.token, {**visit.kept, **form.answers()})
        if page.number < page.of:
            return redirect("respond:questions", visit.token, page.number + 1)
        return redirect("respond:comment", visit.token)
    return render(request, "respond/questions.html", {"visit": visit, "page": page, "form": form})


@_with_link
def comment(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A comment, if somebody wants to make one."""
    kept = visit.kept
    if not kept:
        return redirect("respond:start", visit.token)
    known = {
        "comment": kept.get(actions.COMMENT),
        "may_be_quoted": kept.get(actions.MAY_BE_QUOTED),
    }
    form = CommentForm(_sent(request), initial=known)
    if form.is_valid():
        said = form.cleaned_data
        entries = {actions.COMMENT: said["comment"], actions.MAY_BE_QUOTED: said["may_be_quoted"]}
        actions.keep(visit.invitation, visit.token, {**kept, **entries})
        return redirect("respond:send", visit.token)
    return render(request, "respond/comment.html", {"visit": visit, "form": form})


@_with_link
def send(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The deliberate last step."""
    if not visit.kept:
        return redirect("respond:start", visit.token)
    form = SendForm(_sent(request))
    if form.is_valid():
        if form.goes_on() and actions.send(visit.invitation, visit.token, visit.kept):
            return redirect("respond:thanks", visit.token)
        return redirect("respond:questions", visit.token, 1)
    names = asked(visit.invitation.campaign, visit.invitation.form).item_ids
    left = sum(not visit.kept.get(name) for name in names)
    context = {"visit": visit, "form": form, "left": left, "asked": len(names)}
    return render(request, "respond/send.html", context)


@_with_link
def thanks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Thank you, and what happens when."""
    if visit.kept or not actions.was_used(visit.invitation, visit.token):
        return redirect("respond:start", visit.token)
    return render(request, "respond/thanks.html", {"visit": visit})
