"""Links on paper, for doctors without mail: pages of cut-outs, each with a QR code to scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import segno
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from medengage.errors import StudyError
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import User
from medengage.web.campaigns.models import Campaign, State
from medengage.web.invitations.actions import links_for
from medengage.web.invitations.queries import spares
from medengage.web.mailing.queries import address_of_link, values

__all__ = ["MOST", "posters"]

MOST = 500
"""Cut-outs at a time."""


@dataclass(frozen=True, repr=False)
class _CutOut:
    """One link on paper: to scan, and in letters to type."""

    code: SafeString
    address: str


def posters(
    campaign: Campaign,
    count: int,
    attributes: Mapping[str, str] | None = None,
    *,
    by: User | None = None,
) -> str:
    """A page to print, with links for doctors whose address nobody has; each works once.

    ``attributes`` are those of the one group the page is for, or none. The links are new ones,
    given out once: printed again, there would be others. ``StudyError`` where the campaign is not
    open, or for no link, or for more than there are doctors without an address: otherwise more
    could answer than were asked.
    """
    with transaction.atomic():
        fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
        _check(fresh, count)
        tokens = links_for(fresh, [dict(attributes or {})] * count, spare=True)
        record(Event.POSTERS_PRINTED, str(fresh), by=by, unit=fresh.unit, links=count)
    told = values(campaign, "en", "")
    cut_outs = [_cut_out(token) for token in tokens]
    context = {"told": told, "attributes": attributes or {}, "cut_outs": cut_outs}
    return render_to_string("mailing/posters.html", context)


def _check(campaign: Campaign, count: int) -> None:
    if campaign.state != State.OPEN:
        raise StudyError("links exist only while a campaign is open", subject=str(campaign))
    most = min(MOST, spares(campaign))
    if not 1 <= count <= most:
        raise StudyError(
            f"{most} links can be printed now",
            subject=str(campaign),
            hint="as many as there are doctors without an address, less those printed before",
        )


def _cut_out(token: str) -> _CutOut:
    """A code of medium correction, so that a creased one still scans; drawn inline.

    Its size is left to the page, and with it goes the white border that scanners need.
    """
    address = address_of_link(token)
    drawn = segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, svgclass="code")
    return _CutOut(mark_safe(drawn), address)
