"""Logs that hold no link: whoever reads them learns nothing of who answered.

One line for each event, as text or as JSON: level, where it happened, and what. No time, because
the system's journal adds one to what it keeps, and no address. A request is no event: neither the
application nor its server writes a line for one.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

__all__ = ["STYLES", "AsJson", "WithoutLinks", "application_logs", "server_logs"]

LINK = re.compile(r"/a/[^/\s'\"<>]+")
STYLES = ("text", "json")


class WithoutLinks(logging.Filter):
    """Takes every link out of a record: of its message, its arguments and its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, without links, and without a request or a traceback's values."""
        record.msg = LINK.sub("/a/...", record.getMessage())
        record.args = ()
        record.__dict__.pop("request", None)
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg = f"{record.msg} ({kind.__name__ if kind else 'error'})"
            record.exc_info = record.exc_text = None
        record.stack_info = None
        return True


class AsJson(logging.Formatter):
    """A record as one line of JSON with three fields; whatever else it carries stays out."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, logger and message."""
        fields = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        return json.dumps(fields, ensure_ascii=False)


def application_logs(style: str) -> dict[str, Any]:
    """Settings of Python's logging for the application.

    Raises ``ImproperlyConfigured`` for a style that there is not.
    """
    return _logs(
        style,
        {
            # Django's own handlers would show a traceback with values, or mail it.
            "django": _quiet("INFO"),
            # A page that is not there is no event, and its address may be a link.
            "django.request": _quiet("ERROR"),
            "django.security.csrf": _quiet("ERROR"),
            "django.server": _quiet("ERROR"),
        },
    )


def server_logs(style: str) -> dict[str, Any]:
    """Settings of Python's logging for the server around it: start, stop, failures of its own."""
    return _logs(style, {"_granian": _quiet("INFO"), "granian.access": {"handlers": []}})


def _quiet(level: str) -> dict[str, Any]:
    return {"handlers": ["console"], "level": level, "propagate": False}


def _logs(style: str, loggers: dict[str, Any]) -> dict[str, Any]:
    if style not in STYLES:
        raise ImproperlyConfigured("MEDENGAGE_LOG is neither text nor json")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without links": {"()": WithoutLinks}},
        "formatters": {
            "text": {"format": "{levelname} {name}: {message}", "style": "{"},
            "json": {"()": AsJson},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["without links"],
                "formatter": style,
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": loggers,
    }
