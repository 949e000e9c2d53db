"""Engagement of a region's hospitals beside outer measures, and the same for public data."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from medengage.definitions import catalogue
from medengage.definitions.indicator import Indicator
from medengage.errors import TooFewResponses, UnknownDefinition
from medengage.findings import Estimate, Findings
from medengage.outcomes.association import Association, associate
from medengage.outcomes.indicators import Guarded, Reading, guarded
from medengage.outcomes.reading import Columns, read_levels, read_readings
from medengage.report.blocks import Report
from medengage.report.formats import FORMATS, render
from medengage.report.formats.html import fragment
from medengage.report.performance import association_blocks, association_report
from medengage.tables.names import fold
from medengage.web.accounts.models import Kind, Unit
from medengage.web.accounts.queries import below
from medengage.web.campaigns.queries import campaigns
from medengage.web.performance.models import Value
from medengage.web.results.queries import newest

__all__ = [
    "Document",
    "Measure",
    "brought",
    "document",
    "example_document",
    "example_page",
    "examples",
    "hospitals",
    "measures",
    "own_page",
    "refused",
    "rule",
    "sheet",
]

FILE = "english-trusts-2026.csv"
COLUMN = "engagement"
EXAMPLES = (
    "cqc-overall",
    "cqc-safe",
    "cqc-effective",
    "cqc-caring",
    "cqc-responsive",
    "cqc-well-led",
    "shmi",
)
MEASURED = date(2026, 1, 1)
"""The framework's third quarter of 2025/26 ends with the year."""
SEED = 20_240_607


@dataclass(frozen=True)
class Document:
    """A report as a file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Measure:
    """A measure that was brought in, and of how many organisations."""

    rule: Indicator
    organisations: int


@dataclass(frozen=True)
class _Compared:
    """Everything that a page is made of."""

    engagement: dict[str, float]
    outcome: Guarded
    found: Association
    measured: date

    @property
    def inside(self) -> str:
        """The inside of a page as HTML."""
        return fragment(association_blocks(self.engagement, self.outcome, self.found))

    @property
    def report(self) -> Report:
        """The same as a document."""
        return association_report(self.engagement, self.outcome, self.found, self.measured)


def rule(name: str) -> Indicator | None:
    """A measure that may be compared; ``None`` for an unknown one and for a circular one."""
    try:
        found = catalogue.indicator(name)
    except UnknownDefinition:
        return None
    return None if found.circular else found


def measures() -> list[Indicator]:
    """Every measure that may be compared with engagement."""
    return [one for one in _indicators() if not one.circular]


def refused() -> list[Indicator]:
    """Every measure that contains engagement, and is refused."""
    return [one for one in _indicators() if one.circular]


def examples() -> list[Indicator]:
    """Measures of the public example."""
    known = {one.id: one for one in _indicators()}
    return [known[name] for name in EXAMPLES]


def hospitals(unit: Unit) -> dict[str, Findings]:
    """The newest published findings of every organisation below a unit, by its name.

    Of several questionnaires the one that most answered.
    """
    places = [one for one in below([unit]) if one.kind == Kind.ORGANISATION]
    found = {
        str(one.campaign.unit): Findings.from_json(one.findings)
        for one in newest(campaigns(places))
    }
    asked = [one.about.instruments[0].checksum for one in found.values()]
    usual = max(asked, key=asked.count, default="")
    return {
        name: one
        for name, one in sorted(found.items())
        if one.about.instruments[0].checksum == usual
    }


def brought(unit: Unit) -> list[Measure]:
    """Measures that were brought to a unit."""
    counts: dict[str, int] = {}
    for name in Value.objects.filter(unit=unit).values_list("indicator", flat=True):
        counts[name] = counts.get(name, 0) + 1
    return [Measure(catalogue.indicator(name), n) for name, n in counts.items()]


def sheet(unit: Unit) -> str:
    """A sheet to fill in: one row for each organisation, with its name as it is known here."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["organisation", "value", "day", "place"])
    places = [one for one in below([unit]) if one.kind == Kind.ORGANISATION]
    writer.writerows([one.name, "", "", ""] for one in sorted(places, key=str))
    return target.getvalue()


def own_page(unit: Unit, indicator: Indicator) -> str | None:
    """A region's hospitals beside a measure as HTML; ``None`` where fewer than three have both."""
    found = _own(unit, indicator)
    return None if found is None else found.inside


def document(unit: Unit, indicator: Indicator, form: str) -> Document | None:
    """The same as a file; ``None`` as above or for an unknown format."""
    found = _own(unit, indicator)
    return None if found is None else _written(found.report, indicator, form)


@lru_cache(maxsize=16)
def example_page(name: str) -> str | None:
    """English trusts beside a measure as HTML; ``None`` for one that the example does not have."""
    return _example(name).inside if name in EXAMPLES else None


@lru_cache(maxsize=32)
def example_document(name: str, form: str) -> Document | None:
    """The same as a file."""
    if name not in EXAMPLES:
        return None
    return _written(_example(name).report, catalogue.indicator(name), form)


@lru_cache(maxsize=1)
def _indicators() -> tuple[Indicator, ...]:
    """All that come with the program; they do not change while it runs."""
    return tuple(one for one in catalogue.find("indicators") if isinstance(one, Indicator))


def _own(unit: Unit, indicator: Indicator) -> _Compared | None:
    every = hospitals(unit)
    level = {
        name: figure.value
        for name, one in every.items()
        if one.index is not None and isinstance(figure := one.index.analytic, Estimate)
    }
    if not level:
        return None
    known = {fold(name): name for name in level}
    values = [
        Reading(known[fold(one.organisation)], one.value, one.day, one.place or None)
        for one in Value.objects.filter(unit=unit, indicator=indicator.reference)
        if fold(one.organisation) in known
    ]
    measured = max(one.about.closed for one in every.values())
    return _compared(level, indicator, values, measured)


@lru_cache(maxsize=16)
def _example(name: str) -> _Compared:
    content, indicator = catalogue.example(FILE), catalogue.indicator(name)
    only = () if indicator.levels else (("kind", "Acute trust"),)
    columns = Columns("trust", name, "rated", "place")
    values = read_readings(content, FILE, indicator, columns, only=only)
    if not indicator.levels:
        # The days in the file are those of ratings; deaths are those of the year before.
        values = tuple(Reading(one.organisation, one.value, date(2025, 12, 31)) for one in values)
    level = read_levels(content, FILE, Columns("trust", COLUMN))
    found = _compared(level, indicator, list(values), MEASURED)
    assert found is not None
    return found


def _compared(
    level: Mapping[str, float], indicator: Indicator, values: list[Reading], measured: date
) -> _Compared | None:
    outcome = guarded(indicator, values, measured)
    try:
        found = associate(level, outcome, np.random.default_rng(SEED))
    except TooFewResponses:
        return None
    return _Compared(dict(level), outcome, found, measured)


def _written(report: Report, indicator: Indicator, form: str) -> Document | None:
    if form not in FORMATS:
        return None
    how = FORMATS[form]
    name = f"engagement-and-{indicator.id}.{how.suffix}"
    return Document(name, how.media_type, render(report, form))
