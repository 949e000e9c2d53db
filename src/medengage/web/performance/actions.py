"""Bring values of an outer measure; every action writes an event in the same transaction."""

from __future__ import annotations

from django.db import transaction

from medengage.definitions.indicator import Indicator
from medengage.errors import Problem, StudyError
from medengage.outcomes.reading import read_readings
from medengage.tables.names import fold, nearest
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import Kind, Unit, User
from medengage.web.accounts.queries import below
from medengage.web.performance.models import Value

__all__ = ["bring"]


def bring(
    unit: Unit, indicator: Indicator, content: bytes, filename: str, *, by: User | None
) -> int:
    """Keep the values in a file in place of those of the same measure; how many there are.

    Raises ``StudyError`` that lists every row that cannot be read, and every organisation that is
    not known here; then nothing is changed.
    """
    values = read_readings(content, filename, indicator)
    known = {fold(one.name): one.name for one in below([unit]) if one.kind == Kind.ORGANISATION}
    problems = [
        Problem(
            filename,
            f"no organisation here is called {one.organisation[:100]}.",
            nearest(one.organisation, known.values())
            or "Take the names from the sheet to fill in.",
        )
        for one in values
        if fold(one.organisation) not in known
    ]
    if problems:
        raise StudyError("these values cannot be taken", subject=filename, problems=problems)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        Value.objects.filter(unit=unit, indicator=indicator.reference).delete()
        Value.objects.bulk_create(
            Value(
                unit=unit,
                indicator=indicator.reference,
                organisation=known[fold(one.organisation)],
                value=one.value,
                day=one.day,
                place=one.place or "",
            )
            for one in values
        )
        record(Event.VALUES_BROUGHT, indicator.title, by=by, unit=unit, values=len(values))
    return len(values)
