"""Published results as reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Thread

from medengage.compare.peers import beside_peers
from medengage.errors import StudyError, TooFewResponses
from medengage.findings import Findings
from medengage.norms.release import read_norm
from medengage.report import Beside, compose, figures
from medengage.report.formats import FORMATS, render
from medengage.report.formats.html import fragment
from medengage.report.pages import Topic, page, topics
from medengage.report.region import region_blocks
from medengage.web.accounts.models import Unit
from medengage.web.campaigns.models import Campaign
from medengage.web.campaigns.queries import campaigns
from medengage.web.norms.models import Norm
from medengage.web.norms.queries import norm_for
from medengage.web.results.models import Snapshot
from medengage.web.results.queries import newest, published, snapshot

__all__ = [
    "KINDS",
    "Document",
    "Part",
    "Snapshot",
    "document",
    "latest",
    "menu",
    "prepare",
    "publications",
    "region",
    "shown",
]

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


@dataclass(frozen=True)
class _Key:
    """What a page is made of: it is drawn once, because nothing of it ever changes."""

    checksum: str
    norm: str
    before: str


@dataclass(frozen=True)
class Part:
    """A part of the menu of pages, and its pages."""

    title: str
    topics: tuple[Topic, ...]


def document(campaign: Campaign, kind: str, form: str) -> Document | None:
    """A report as a file; ``None`` where nothing was published or there is no such report."""
    key = _key(campaign)
    if key is None or kind not in KINDS or form not in FORMATS:
        return None
    return _document(key, kind, form)


def menu(campaign: Campaign) -> tuple[Part, ...]:
    """Every page of the newest results that has something to say; () before publication."""
    key = _key(campaign)
    return () if key is None else _menu(key)


def shown(campaign: Campaign, name: str) -> str | None:
    """The inside of one page as HTML; ``None`` where there is no such page."""
    key = _key(campaign)
    if key is None or name not in {t.name for part in _menu(key) for t in part.topics}:
        return None
    return _page(key, name)


def region(units: list[Unit]) -> str | None:
    """Hospitals beside each other as HTML: the newest results of each, of the same questions.

    ``None`` where fewer than five have any.
    """
    return _region(tuple(sorted(one.checksum for one in newest(campaigns(units)))))


def _key(campaign: Campaign) -> _Key | None:
    """The newest results with the norm and the earlier results that they are compared with."""
    newest = snapshot(campaign)
    if newest is None:
        return None
    about = _findings(newest.checksum).about
    unit = campaign.unit
    norm = None if unit is None else norm_for(unit, about.instruments[0].checksum)
    return _Key(newest.checksum, norm.identifier if norm else "", _before(campaign, newest))


def _before(campaign: Campaign, newest: Snapshot) -> str:
    """The last results of the same organisation and questions that closed before; "" for none."""
    now = _findings(newest.checksum).about
    found = []
    for one in published(campaigns([] if campaign.unit is None else [campaign.unit])):
        about = _findings(one.checksum).about
        same = about.instruments[0].checksum == now.instruments[0].checksum
        if same and about.organisation == now.organisation and about.closed < now.closed:
            found.append((about.closed, one.checksum))
    return max(found)[1] if found else ""


@lru_cache(maxsize=1)
def prepare() -> Thread:
    """Load what draws figures beside other work: whoever sees a list will open a page soon."""
    loading = Thread(target=figures.prepare, daemon=True)
    loading.start()
    return loading


@lru_cache(maxsize=64)
def _findings(checksum: str) -> Findings:
    return Findings.from_json(Snapshot.objects.get(checksum=checksum).findings)


@lru_cache(maxsize=64)
def _beside(key: _Key) -> Beside:
    norm = Norm.objects.get(identifier=key.norm).text if key.norm else ""
    return Beside(
        norm=read_norm(norm, key.norm) if norm else None,
        before=_findings(key.before) if key.before else None,
    )


@lru_cache(maxsize=64)
def _menu(key: _Key) -> tuple[Part, ...]:
    parts: dict[str, list[Topic]] = {}
    for one in topics(_findings(key.checksum), _beside(key)):
        parts.setdefault(one.part, []).append(one)
    return tuple(Part(title, tuple(found)) for title, found in parts.items())


@lru_cache(maxsize=512)
def _page(key: _Key, name: str) -> str:
    return fragment(page(_findings(key.checksum), name, _beside(key)))


@lru_cache(maxsize=8)
def _region(checksums: tuple[str, ...]) -> str | None:
    every = [_findings(checksum) for checksum in checksums]
    try:
        return fragment(region_blocks(beside_peers(every))) if every else None
    except (StudyError, TooFewResponses):
        return None


@lru_cache(maxsize=64)
def _document(key: _Key, kind: str, form: str) -> Document:
    found = render(compose(kind, _findings(key.checksum), _beside(key)), form)
    how = FORMATS[form]
    return Document(f"{kind}-report.{how.suffix}", how.media_type, found)
