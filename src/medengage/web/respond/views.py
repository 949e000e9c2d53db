"""The respondents' pages. Nothing here sets a cookie, writes a log line or knows an address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from medengage.web.campaigns.queries import asked, is_open
from medengage.web.invitations.queries import invitation
from medengage.web.respond import actions, languages
from medengage.web.respond.forms import AnswersForm, CommentForm, SendForm, StartForm
from medengage.web.respond.visits import Visit
from medengage.web.respond.visits import visit as visit_of

__all__ = [
    "comment",
    "later",
    "look",
    "lost",
    "privacy",
    "questions",
    "rules",
    "send",
    "start",
    "thanks",
]

View = Callable[..., HttpResponse]


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
            return _general(request, "unknown", status=404)
        if not is_open(ours.campaign):
            return _closed(request, visit_of(request, token, ours, {}))
        visit = visit_of(request, token, ours, actions.draft(ours, token))
        # A draft ends with the answer, so with a draft the link was not used yet.
        unused = visit.kept or view.__name__ in AFTERWARDS or not actions.was_used(ours, token)
        if not unused:
            return HttpResponseRedirect(visit.to("thanks"))
        with languages.speaking(visit.speech.tag):
            return view(request, visit, **more)

    return found


AFTERWARDS = {"thanks", "privacy"}
"""Pages that can be read after the answers were sent."""


def _general(request: HttpRequest, page: str, status: int = 200) -> HttpResponse:
    """A page that belongs to no survey, in any language."""
    speech = languages.speech(request, tuple(languages.known()))
    with languages.speaking(speech.tag):
        return render(request, f"respond/{page}.html", {"speech": speech}, status=status)


def _closed(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A page of a survey that is not open."""
    with languages.speaking(visit.speech.tag):
        return _page(request, "closed", visit, status=410)


def _page(
    request: HttpRequest, name: str, visit: Visit, status: int = 200, **more: object
) -> HttpResponse:
    """A page of a visit."""
    context = {"visit": visit, "speech": visit.speech, **more}
    return render(request, f"respond/{name}.html", context, status=status)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What a form sends, be it empty; ``None`` where no form was sent."""
    return request.POST if request.method == "POST" else None


@_with_link
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What this is about, what is attached to the link; begin or look first."""
    form = StartForm(_sent(request))
    if form.is_valid():
        if not form.goes_on():
            return HttpResponseRedirect(visit.to("later" if form.is_put_off() else "look"))
        return HttpResponseRedirect(visit.keep({actions.STARTED: True}).to("questions", 1))
    return _page(request, "start", visit, form=form)


@_with_link
def look(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All questions, to read."""
    return _page(request, "look", visit)


@_with_link
def questions(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One page of statements; what is chosen is kept as a draft, even where some are missing."""
    if not visit.kept:
        return HttpResponseRedirect(visit.to("start"))
    page = visit.pages[min(max(number, 1), len(visit.pages)) - 1]
    form = AnswersForm(page, visit.kept, _sent(request))
    if request.method == "POST" and form.answers():
        visit = visit.keep(form.answers())
    if request.method == "POST" and not form.errors:
        if page.number < page.of:
            return HttpResponseRedirect(visit.to("questions", page.number + 1))
        return HttpResponseRedirect(visit.to("comment"))
    return _page(request, "questions", visit, page=page, form=form)


@_with_link
def comment(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A comment, if somebody wants to make one."""
    kept = visit.kept
    if not kept:
        return HttpResponseRedirect(visit.to("start"))
    known = {
        "comment": kept.get(actions.COMMENT),
        "may_be_quoted": kept.get(actions.MAY_BE_QUOTED),
    }
    form = CommentForm(_sent(request), initial=known)
    if form.is_valid():
        said = form.cleaned_data
        entries = {actions.COMMENT: said["comment"], actions.MAY_BE_QUOTED: said["may_be_quoted"]}
        return HttpResponseRedirect(visit.keep(entries).to("send"))
    return _page(request, "comment", visit, form=form)


@_with_link
def send(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The deliberate last step."""
    if not visit.kept:
        return HttpResponseRedirect(visit.to("start"))
    form = SendForm(_sent(request))
    if form.is_valid():
        if form.goes_on() and actions.send(visit.invitation, visit.token, visit.kept):
            return HttpResponseRedirect(visit.sent().to("thanks"))
        page = visit.to("later") if form.is_put_off() else visit.to("questions", 1)
        return HttpResponseRedirect(page)
    names = asked(visit.campaign, visit.invitation.form).item_ids
    left = sum(not visit.kept.get(name) for name in names)
    return _page(request, "send", visit, form=form, left=left, asked=len(names))


@_with_link
def later(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Until when one can come back, and that nothing is lost meanwhile."""
    return _page(request, "later", visit)


@_with_link
def thanks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Thank you, and what happens when."""
    if visit.kept or not actions.was_used(visit.invitation, visit.token):
        return HttpResponseRedirect(visit.to("start"))
    return _page(request, "thanks", visit)


@_with_link
def privacy(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What is stored, who sees what, and for how long; and whom to ask."""
    return _page(request, "privacy", visit)


@never_cache
@_without_referrer
@require_http_methods(["GET", "HEAD"])
def rules(request: HttpRequest) -> HttpResponse:
    """The same for anybody, without a link."""
    return _general(request, "privacy")


@never_cache
@_without_referrer
@require_http_methods(["GET", "HEAD"])
def lost(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address that is no page: half a link, or one with something after it."""
    return _general(request, "unknown", status=404)
