"""The respondents' own way in: none of what serves managers stands on it.

No session is opened, no cookie read, nobody is recognised and no message is kept between the
request of a doctor and its page, because the code that does these things is never reached. That
is a promise kept by structure, and it is faster too.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve

from medengage.web.ui.content_policy import INSIDE

__all__ = ["RespondentsDoor"]

PATH = "/a/"
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{INSIDE}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}
"""Nothing is loaded from anywhere, no script runs, and the address is told to nobody."""


class RespondentsDoor:
    """Middleware: respondents' pages are answered here, all others further in."""

    def __init__(self, inside: Callable[[HttpRequest], HttpResponse]) -> None:
        self.inside = inside

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page; raises what the view raises, which the server turns into an error page."""
        if not request.path_info.startswith(PATH):
            return self.inside(request)
        request.get_host()  # refuses a name that the server is not called by
        if not request.path_info.endswith("/"):
            return HttpResponseRedirect(f"{request.path}/")  # as people type it
        match = resolve(request.path_info)
        request.resolver_match = match
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer
