"""A hospital gives the sums of published results to the norm of its region."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from medengage.disclosure.ledger import Ledger
from medengage.errors import StudyError
from medengage.measure.contributing import certified, contribution
from medengage.measure.study import Study
from medengage.norms.contribution import public_key, signed
from medengage.web.accounts.models import Unit, User
from medengage.web.accounts.queries import above
from medengage.web.campaigns.models import Campaign, State
from medengage.web.norms import actions, queries
from medengage.web.results.queries import ledger, study

__all__ = ["contribute", "give"]

KEY = 32


def contribute(campaign: Campaign, *, by: User | None) -> bool:
    """Sign the sums of a published campaign and leave them with the coordinator.

    ``False`` where they wait there already. Raises ``StudyError`` for a campaign that is not
    published, and as ``contribution``.
    """
    if campaign.state != State.PUBLISHED or campaign.unit is None:
        raise StudyError("publish the results first: only what was released is contributed")
    return give(study(campaign), ledger(campaign), campaign.unit, by=by)


def give(found: Study, released: Ledger | None, unit: Unit, *, by: User | None) -> bool:
    """Sign the sums of a study with the key of its organisation, which joins with it first.

    Without a ledger the groups are certified now. The key is made once and lies with the other
    keys. A number that was used before is not used again.
    """
    top, key = above(unit)[-1], _key(unit)
    here = queries.ledger(top)
    if unit.name not in {one.name for one in queries.members(here)}:
        actions.let_in(top, unit.name, public_key(key), by=by)
    before = [one.seq for one in here.standing() if one.organisation == unit.name]
    made = contribution(
        found, released or certified(found), organisation=unit.name, seq=max(before, default=0) + 1
    )
    text = signed(made, key).model_dump_json(indent=1)
    return actions.bring(top, unit.name, text, by=by)


def _key(unit: Unit) -> Ed25519PrivateKey:
    """The key of an organisation, made where there is none."""
    file = Path(settings.MEDENGAGE_KEYS) / f"norm-{unit.pk}.key"
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(Ed25519PrivateKey.generate().private_bytes_raw())
            opened.flush()
            os.fsync(opened.fileno())
    content = file.read_bytes()
    if len(content) != KEY:
        raise StudyError("the key of the organisation is damaged", subject=unit.name)
    return Ed25519PrivateKey.from_private_bytes(content)
