"""Published results as reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from medengage.findings import Findings
from medengage.report import compose
from medengage.report.formats import FORMATS, render
from medengage.web.accounts.models import Unit
from medengage.web.campaigns.models import Campaign
from medengage.web.campaigns.queries import campaigns
from medengage.web.results.models import Snapshot
from medengage.web.results.queries import published, snapshot

__all__ = ["KINDS", "Document", "Snapshot", "document", "latest", "publications"]

KINDS = {
    "board": "Board report, one page",
    "full": "Full report",
    "certificate": "Certificate of the release",
}
"""Reports that can be read, and what they are."""


@dataclass(frozen=True)
class Document:
    """A report as a file."""

    name: str
    media_type: str
    content: bytes


def publications(units: list[Unit]) -> list[Snapshot]:
    """The newest results of each campaign of some organisations, the newest first."""
    return published(campaigns(units))


def latest(campaign: Campaign) -> Snapshot | None:
    """The newest results of a campaign."""
    return snapshot(campaign)


def document(campaign: Campaign, kind: str, form: str) -> Document | None:
    """A report as a file; ``None`` where nothing was published or there is no such report."""
    newest = snapshot(campaign)
    if newest is None or kind not in KINDS or form not in FORMATS:
        return None
    return _document(newest.checksum, kind, form)


@lru_cache(maxsize=64)
def _document(checksum: str, kind: str, form: str) -> Document:
    """What was published never changes, so it is drawn once."""
    kept = Snapshot.objects.get(checksum=checksum)
    found = render(compose(kind, Findings.from_json(kept.findings)), form)
    how = FORMATS[form]
    return Document(f"{kind}-report.{how.suffix}", how.media_type, found)
