"""Working out results in a process of its own, so that the server goes on answering meanwhile.

``python -m medengage.web.results.worker CAMPAIGN`` does what somebody asked for and ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from threading import Thread
from uuid import UUID

import django

__all__ = ["main", "start"]


def start(campaign: str) -> None:
    """Begin in a process of its own and come back at once."""
    process = subprocess.Popen(
        [sys.executable, "-m", "medengage.web.results.worker", campaign],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    Thread(target=_watch, args=(process, campaign), daemon=True).start()


def _watch(process: subprocess.Popen[bytes], campaign: str) -> None:
    """Wait for the end; say so where it came before the work was done."""
    if process.wait() != 0:
        import_module("medengage.web.results.actions").stopped(UUID(campaign))
        import_module("django.db").connections.close_all()


def main(campaign_id: str) -> None:
    """Do the work for one campaign."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medengage.web.settings")
    django.setup()
    found = import_module("medengage.web.campaigns.queries").campaign(campaign_id)
    if found is not None:
        import_module("medengage.web.results.actions").work(found)


if __name__ == "__main__":
    main(sys.argv[1])
