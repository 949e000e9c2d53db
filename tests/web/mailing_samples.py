"""A campaign with a roster, as the tests of letters need it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

MARKED = "marked-person"
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def app(name: str) -> Any:
    """A module of the application; models exist only once Django is set up."""
    return import_module(f"medengage.web.{name}")


def drafted(doctors: int, *, managers: int = 0, **named: Any) -> Any:
    """A draft with a roster, and all that letters need."""
    facts: dict[str, Any] = {
        "organisation": "St Elsewhere Hospital",
        "wave": "2027",
        "instrument": "open-medical-engagement@1.0.0",
        "closes": date(2027, 3, 26),
        "medical_director": "Dr Ada Zürich",
        "peer": "Dr Bo Łąka",
        "contact": "Cy in the survey office, 01632 960001",
    }
    campaign = app("campaigns.models").Campaign.objects.create(**facts | named)
    invitee = app("invitations.models").Invitee
    people = [("doctors", number) for number in range(doctors)]
    people += [("managers", number) for number in range(managers)]
    invitee.objects.bulk_create(
        invitee(
            campaign=campaign,
            form=form,
            name=f"Dr Zoë Nº {number}",
            address=f"{MARKED}-{form}-{number}@hospital.example",
        )
        for form, number in people
    )
    return campaign


def made(doctors: int, *, managers: int = 0, **named: Any) -> Any:
    """An open campaign with a roster."""
    campaign = drafted(doctors, managers=managers, **named)
    app("campaigns.actions").open_for_answers(campaign, date(2027, 3, 1))
    campaign.refresh_from_db()
    return campaign


def addresses(number: int, form: str = "doctors") -> list[str]:
    """Whom ``made`` put on the roster."""
    return [f"{MARKED}-{form}-{one}@hospital.example" for one in range(number)]


def deliver(now: datetime = NOW, limit: int = 10_000) -> Any:
    """Send what waits."""
    return app("mailing.delivery").deliver(limit, now)


def queue(campaign: Any, kind: str = "invitation") -> int:
    """Queue a letter for everybody."""
    return int(app("mailing.actions").queue(campaign, app("mailing.kinds").Kind(kind)))


def counted(campaign: Any, kind: str = "invitation") -> tuple[int, int, int, int]:
    """Waiting, sent, failed, bounced."""
    found = app("mailing.queries").counts(campaign)[kind]
    return found.waiting, found.sent, found.failed, found.bounced
