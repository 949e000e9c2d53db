"""Logs that hold no link: whoever reads them learns nothing of who answered."""

from __future__ import annotations

import logging
import re
from typing import Any

__all__ = ["LOGGING", "WithoutLinks"]

LINK = re.compile(r"/a/[^/\s'\"<>]+")


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
        return True


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without links": {"()": WithoutLinks}},
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["without links"],
            "formatter": "plain",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # A page that is not there is no event, and its address may be a link.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
"""What the settings hand to Python's logging: no times of requests, no addresses, no links."""
