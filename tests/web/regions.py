"""A region with published results of several hospitals, made without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from medengage.findings import Estimate, Findings
from tests.findings_samples import fullest
from tests.web.cast import app, signed_in

__all__ = ["Region", "of_level", "region"]

INDEX = "medical-engagement-index"


@dataclass(frozen=True)
class Region:
    """A system of hospitals, and campaigns with published results by hospital."""

    unit: Any
    campaigns: dict[str, Any]

    def person(self, role: str) -> Any:
        """Somebody with this role in the whole region."""
        address = f"{role}-{uuid4().hex[:8]}@example.org"
        roles = app("accounts.permissions").Role
        return app("accounts.actions").give_role(address, "Bo", roles(role), self.unit, by=None)

    def with_role(self, role: str) -> Client:
        """A browser in which somebody with this role is signed in."""
        return signed_in(self.person(role))


def of_level(name: str, level: float, days: int = 0) -> Findings:
    """The fullest findings of a hospital with this mean of the index, so many days later."""
    found = fullest()
    figure = Estimate(
        value=round(level, 1),
        low=round(level - 2.0, 1),
        high=round(level + 2.0, 1),
        n=200,
        method="analytic",
    )
    scales = tuple(
        s.model_copy(update={"analytic": figure}) if s.id == INDEX else s for s in found.scales
    )
    later = timedelta(days=days)
    about = found.about.model_copy(
        update={
            "organisation": name,
            "wave": str(found.about.opened.year + days // 365),
            "opened": found.about.opened + later,
            "closed": found.about.closed + later,
        }
    )
    return found.model_copy(update={"scales": scales, "about": about})


def region(count: int = 6, waves: int = 1) -> Region:
    """So many hospitals with published results, a year apart where there are several waves."""
    accounts, actions = app("accounts.models"), app("accounts.actions")
    top = actions.make_unit(f"North Vale {uuid4().hex[:6]}", accounts.Kind.SYSTEM, None, by=None)
    made: dict[str, Any] = {}
    for number in range(count):
        name = f"Hospital {number + 1:02} of {top.name[-6:]}"
        unit = actions.make_unit(name, accounts.Kind.ORGANISATION, top, by=None)
        for wave in range(waves):
            made[name] = _published(unit, of_level(name, 48.0 + 2.0 * number, 365 * wave))
    return Region(top, made)


def _published(unit: Any, found: Findings) -> Any:
    """A published campaign with these findings."""
    campaigns = app("campaigns.models")
    campaign = campaigns.Campaign.objects.create(
        unit=unit,
        organisation=unit.name,
        wave=found.about.wave,
        instrument="open-medical-engagement@1.0.0",
        opened=found.about.opened,
        closed=found.about.closed,
        state=campaigns.State.PUBLISHED,
    )
    app("results.models").Snapshot.objects.create(
        campaign=campaign, findings=found.to_json(), checksum=found.checksum
    )
    return campaign
