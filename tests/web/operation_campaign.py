"""Programs for the tests of operation, each run in a process of its own, as a server would.

``python -m tests.web.operation_campaign STEP`` with the environment of the server.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import django
from django.conf import settings

DOCTORS, SENT = 25, 23


def app(name: str) -> Any:
    return import_module(f"medengage.web.{name}")


def begin() -> list[str]:
    """An open campaign: ten answers are written down, thirteen wait, one doctor has a draft."""
    campaign = app("campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere Hospital",
        wave="2027",
        instrument="open-medical-engagement@1.0.0",
        words={"organisation": "hospital"},
        closes=date(2100, 1, 1),
    )
    app("campaigns.actions").open_for_answers(campaign, date(2027, 3, 1))
    doctors = [{"division": "Medicine"} for _ in range(DOCTORS)]
    links: list[str] = app("invitations.actions").links_for(campaign, doctors)
    for number, link in enumerate(links[:SENT]):
        assert send(link, number)
    key = the_key()
    app("responses.actions").keep_draft(str(campaign.pk), key, links[-1], {"a": 4})
    return links


def the_campaign() -> Any:
    return app("campaigns.models").Campaign.objects.get()


def the_key() -> Any:
    return app("keys").KeyFolder(settings.MEDENGAGE_KEYS).of(str(the_campaign().pk))


def send(link: str, number: int) -> bool:
    actions = app("responses.actions")
    sent = actions.SentAnswers("doctors", 1, {"number": number}, {"division": "Medicine"})
    return bool(actions.record(str(the_campaign().pk), the_key(), link, sent))


def again(links: list[str]) -> list[bool]:
    """Every link tries to answer; gives which could."""
    return [send(link, number) for number, link in enumerate(links)]


def state() -> dict[str, Any]:
    """What there is of the campaign."""
    name, models = str(the_campaign().pk), app("responses.models")
    counts = {
        kind: getattr(models, kind).objects.filter(campaign=name).count()
        for kind in ("Receipt", "Sealed", "Response", "Draft")
    }
    rows = models.Response.objects.filter(campaign=name)
    return {**counts, "numbers": sorted(row.answers["number"] for row in rows)}


def close() -> None:
    app("results.actions").close_for_good(the_campaign(), date(2027, 3, 29))


STEPS: dict[str, Callable[..., Any]] = {
    "begin": begin,
    "again": again,
    "state": state,
    "close": close,
}

if __name__ == "__main__":
    django.setup()
    step, *given = sys.argv[1:]
    print(json.dumps(STEPS[step](*([given] if given else []))))
