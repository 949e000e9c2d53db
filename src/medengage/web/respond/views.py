"""The respondents' pages. Nothing here sets a cookie, writes a log line or knows an address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from medengage.web.campaigns.queries import instrument, is_open
from medengage.web.invitations.queries import Invitation, invitation
from medengage.web.respond import actions
from medengage.web.respond.forms import AnswersForm, CommentForm, SendForm, StartForm
from medengage.web.respond.pages import Page, pages

__all__ = ["comment", "look", "questions", "send", "start", "thanks"]

View = Callable[..., HttpResponse]


def _with_link(view: View) -> View:
    """Find what the link stands for; a friendly page where nothing can be done with it.

    The link itself is the credential. No cookie goes with it, so nobody can make a doctor's
    browser send something in the doctor's name, and no token against that is needed.
    """

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def found(request: HttpRequest, token: str, **more: int) -> HttpResponse:
        ours = invitation(token)
        if ours is None:
            return render(request, "respond/unknown.html", status=404)
        if not is_open(ours.campaign):
            return render(request, "respond/closed.html", {"invitation": ours}, status=410)
        if actions.was_used(ours, token) and view.__name__ != "thanks":
            return redirect("respond:thanks", token)
        return view(request, token, ours, **more)

    return found


def _sent(request: HttpRequest) -> QueryDict | None:
    """What a form sends, be it empty; ``None`` where no form was sent."""
    return request.POST if request.method == "POST" else None


def _pages(ours: Invitation) -> tuple[Page, ...]:
    return pages(instrument(ours.campaign), ours.campaign.words)


@_with_link
def start(request: HttpRequest, token: str, ours: Invitation) -> HttpResponse:
    """What this is about, what is attached to the link; begin or look first."""
    form = StartForm(_sent(request))
    if form.is_valid():
        if not form.goes_on():
            return redirect("respond:look", token)
        actions.keep(ours, token, {actions.STARTED: True})
        return redirect("respond:questions", token, 1)
    begun = bool(actions.draft(ours, token))
    context = {"invitation": ours, "form": form, "pages": _pages(ours), "begun": begun}
    return render(request, "respond/start.html", context)


@_with_link
def look(request: HttpRequest, token: str, ours: Invitation) -> HttpResponse:
    """All questions, to read."""
    return render(request, "respond/look.html", {"token": token, "pages": _pages(ours)})


@_with_link
def questions(request: HttpRequest, token: str, ours: Invitation, number: int) -> HttpResponse:
    """One page of statements; what is chosen is kept as a draft."""
    every, kept = _pages(ours), actions.draft(ours, token)
    if not kept:
        return redirect("respond:start", token)
    page = every[min(max(number, 1), len(every)) - 1]
    form = AnswersForm(page, kept, _sent(request))
    if request.method == "POST" and not form.errors:
        actions.keep(ours, token, form.answers())
        if page.number < page.of:
            return redirect("respond:questions", token, page.number + 1)
        return redirect("respond:comment", token)
    context = {"token": token, "page": page, "form": form}
    return render(request, "respond/questions.html", context)


@_with_link
def comment(request: HttpRequest, token: str, ours: Invitation) -> HttpResponse:
    """A comment, if somebody wants to make one."""
    kept = actions.draft(ours, token)
    if not kept:
        return redirect("respond:start", token)
    known = {
        "comment": kept.get(actions.COMMENT),
        "may_be_quoted": kept.get(actions.MAY_BE_QUOTED),
    }
    form = CommentForm(_sent(request), initial=known)
    if form.is_valid():
        said = form.cleaned_data
        entries = {actions.COMMENT: said["comment"], actions.MAY_BE_QUOTED: said["may_be_quoted"]}
        actions.keep(ours, token, entries)
        return redirect("respond:send", token)
    context = {"token": token, "form": form, "last": len(_pages(ours))}
    return render(request, "respond/comment.html", context)


@_with_link
def send(request: HttpRequest, token: str, ours: Invitation) -> HttpResponse:
    """The deliberate last step."""
    kept = actions.draft(ours, token)
    if not kept:
        return redirect("respond:start", token)
    form = SendForm(_sent(request))
    if form.is_valid():
        if form.goes_on() and actions.send(ours, token):
            return redirect("respond:thanks", token)
        return redirect("respond:questions", token, 1)
    asked = instrument(ours.campaign).item_ids
    left = sum(not kept.get(name) for name in asked)
    context = {"token": token, "form": form, "left": left, "asked": len(asked)}
    return render(request, "respond/send.html", context)


@_with_link
def thanks(request: HttpRequest, token: str, ours: Invitation) -> HttpResponse:
    """Thank you, and what happens when."""
    if not actions.was_used(ours, token):
        return redirect("respond:start", token)
    return render(request, "respond/thanks.html", {"invitation": ours})
