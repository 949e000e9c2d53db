"""Answers become a study; snapshots become findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from django.conf import settings

from medengage.disclosure.ledger import Ledger
from medengage.findings import Findings, Policy
from medengage.measure.responses import Attribute, Responses
from medengage.measure.study import Population, Study
from medengage.web.campaigns.models import Campaign
from medengage.web.campaigns.queries import instrument
from medengage.web.invitations.queries import invited
from medengage.web.keys import KeyFolder
from medengage.web.responses import queries as responses
from medengage.web.results.models import Snapshot

__all__ = ["findings", "ledger", "study"]

DOCTORS = "doctors"


def study(campaign: Campaign) -> Study:
    """Everything that is known of a closed campaign, as the library reads it.

    Doctors who could have answered are those who got a link. Raises ``ValueError`` for a campaign
    that is not closed.
    """
    if campaign.opened is None or campaign.closed is None:
        raise ValueError("a campaign is analysed when it has closed")
    asked, names = instrument(campaign), invited(campaign, DOCTORS)
    attributes = tuple(sorted({name for one in names for name in one}))
    cells = Counter(tuple(one.get(name, "") for name in attributes) for one in names)
    rows = responses.rows(str(campaign.pk), DOCTORS)
    return Study(
        id=f"campaign-{campaign.pk}",
        organisation=campaign.organisation,
        wave=campaign.wave,
        opened=campaign.opened,
        closed=campaign.closed,
        instrument=asked,
        responses=_responses(rows, asked.item_ids, attributes),
        population=Population.of_cells(attributes, cells),
        policy=Policy.model_validate(campaign.policy),
        words=campaign.words,
        secret=KeyFolder(settings.MEDENGAGE_KEYS).wave_secret(str(campaign.pk)),
    )


def ledger(campaign: Campaign) -> Ledger:
    """What was released of a campaign before."""
    kept = responses.ledger(str(campaign.pk))
    return Ledger() if kept is None else Ledger.from_json(kept)


def findings(campaign: Campaign) -> Findings | None:
    """The newest published findings of a campaign; ``None`` before anything is published."""
    newest = Snapshot.objects.filter(campaign=campaign).first()
    return None if newest is None else Findings.from_json(newest.findings)


def _responses(
    rows: Sequence[responses.Row], items: tuple[str, ...], attributes: tuple[str, ...]
) -> Responses:
    answers = np.array(
        [[row.answers.get(name, 0) for name in items] for row in rows], dtype=np.int8
    ).reshape(len(rows), len(items))
    columns = {name: _attribute([row.attributes.get(name) for row in rows]) for name in attributes}
    phase = np.array([row.phase for row in rows], dtype=np.int8)
    return Responses(items, np.ascontiguousarray(answers), columns, phase)


def _attribute(values: Sequence[str | None]) -> Attribute:
    labels = tuple(sorted({value for value in values if value}))
    codes = [labels.index(value) if value else -1 for value in values]
    return Attribute(labels, np.array(codes, dtype=np.int32))
