"""What a manager's browser may load: this server's own files, and nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest, HttpResponse

__all__ = ["INSIDE", "ContentPolicy", "as_report"]

HEADER = "Content-Security-Policy"
SHEET = Path(__file__).parent / "static" / "ui" / "base.css"
INSIDE = b64encode(sha256(SHEET.read_bytes()).digest()).decode()
"""The sheet that stands inside a doctor's page, so that managers can look at such a page too."""
PAGE = (
    f"default-src 'none'; style-src 'self' 'sha256-{INSIDE}'; script-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
REPORT = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""A report is one file that can be sent on, so that its styles and figures stand in it."""


class ContentPolicy:
    """Middleware: every page says what may be loaded, unless its view has said so."""

    def __init__(self, inside: Callable[[HttpRequest], HttpResponse]) -> None:
        self.inside = inside

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with the header."""
        answer = self.inside(request)
        answer.headers.setdefault(HEADER, PAGE)
        return answer


def as_report(answer: HttpResponse) -> HttpResponse:
    """Let an answer be shown as a report: with styles of its own, and without any script."""
    answer.headers[HEADER] = REPORT
    return answer
