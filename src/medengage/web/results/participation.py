"""Roughly how many have answered, while doctors still answer.

Exact numbers would tell who came next, so that a manager who sees somebody at a screen could watch
one more answer arrive. A band of ten points of the whole organisation, once a day, does not tell
(docs/explanation/privacy.md). It counts answers that were shuffled with others, never those that
wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from medengage.web.campaigns.models import Campaign
from medengage.web.invitations.queries import invited
from medengage.web.responses.queries import mixed
from medengage.web.results.models import DayBand

__all__ = ["Band", "band"]

WIDTH, FEWEST, ALL = 10, 30, 100


@dataclass(frozen=True)
class Band:
    """Between ``low`` and ``high`` percent of ``asked`` had answered on the morning of ``day``."""

    day: date
    asked: int
    low: int
    high: int

    @property
    def width(self) -> int:
        """Percent from ``low`` to ``high``."""
        return self.high - self.low

    @property
    def words(self) -> str:
        """In words."""
        if self.low == 0:
            return f"under {self.high} %"
        return f"{self.low} % or more" if self.high == ALL else f"{self.low} to {self.high} %"


def band(campaign: Campaign, form: str, today: date) -> Band | None:
    """How many have answered a form; ``None`` where fewer than thirty were asked.

    The first who looks on a day fixes what everybody sees until the next.
    """
    asked = len(invited(campaign, form))
    if asked < FEWEST:
        return None
    low = min(ALL - WIDTH, ALL * mixed(str(campaign.pk), form) // asked // WIDTH * WIDTH)
    kept, _ = DayBand.objects.get_or_create(
        campaign=campaign, form=form, defaults={"day": today, "low": low}
    )
    if kept.day < today:
        kept.day, kept.low = today, low
        kept.save()
    return Band(kept.day, asked, kept.low, kept.low + WIDTH)
