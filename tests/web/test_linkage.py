"""An insider who copies everything after every answer, and knows when each doctor was seen.

Boxes that vanish tell which ten doctors' answers were written down, so nobody hides among more
than ten while a survey is open. Among these ten, no column of any table and no place in the files
or their journals may find a doctor better than chance does; after closing, among all. Each rule
that hides the order is then broken, and the same attack has to succeed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.db import connections
from scipy.special import gammainc, ndtr

from medengage.disclosure.attacks import Dump
from tests.web.raw_files import bytes_of

DOCTORS, SURVEYS = 60, 4
CHANCE = 1e-8
PLACE = {"sqlite": "rowid", "postgresql": "ctid"}
Rows = dict[str, tuple[int, int]]
Sides = Callable[[], Any]


def table(name: str, key: str, what: str, campaign: str) -> Rows:
    """Key -> place in the table, and whose it is: what the attack is judged by alone."""
    connection = connections["answers"]
    with connection.cursor() as cursor:
        place = PLACE[connection.vendor]
        cursor.execute(
            f"select {key}, {what} from responses_{name} where campaign = %s order by {place}",
            [campaign],
        )
        return {
            str(found): (n, int("0" + "".join(filter(str.isdigit, str(content)))))
            for n, (found, content) in enumerate(cursor.fetchall())
        }


class Insider:
    """Copies everything after every answer, and keeps what is new each time."""

    def __init__(self, side: Any) -> None:
        self.side = side
        self.seen: dict[int, int] = {}
        self.receipts: dict[str, int] = {}
        self.before: dict[str, Rows] = {"response": {}, "comment": {}}
        self.batches: dict[str, list[Dump]] = {"response": [], "comment": []}

    def tables(self) -> dict[str, Rows]:
        """One copy."""
        what = {"response": "answers", "comment": "text"}
        return {name: table(name, "id", what[name], self.side.campaign) for name in self.before}

    def looks(self, seen: int) -> None:
        """A doctor was seen to answer: a receipt is new, and perhaps answers are."""
        self.seen[seen] = len(self.seen)
        for key in table("receipt", "name", "''", self.side.campaign):
            self.receipts.setdefault(key, seen)
        now = self.tables()
        for name, rows in now.items():
            new = {key: row for key, row in rows.items() if key not in self.before[name]}
            if new:
                self.batches[name].append(self.dump(new))
        self.before = now

    def everything(self, name: str) -> Dump:
        """All there is, as one copy."""
        return self.dump(self.tables()[name])

    def dump(self, rows: Rows) -> Dump:
        """Every column of both sides; the attack is told which doctors these are, not who is who.

        Only the boxes tell that, and not to everybody.
        """
        doctors = sorted(owner for _, owner in rows.values())
        receipts = table("receipt", "name", "''", self.side.campaign)
        mine = {self.receipts[key]: (place, key) for key, (place, _) in receipts.items()}
        keys = list(rows)
        stands = places_in(bytes_of(self.side.data), keys)
        return Dump(
            identity={
                "order of being seen": column(self.seen[one] for one in doctors),
                "order on the roster": column(doctors),
                "place of the receipt": column(mine[one][0] for one in doctors),
                "name of the receipt": ranks([mine[one][1] for one in doctors]),
            },
            answers={
                "place in the table": column(rows[key][0] for key in keys),
                "key": ranks(keys),
                "first place in the files": column(stands[key][0] for key in keys),
                "last place in the files": column(stands[key][-1] for key in keys),
            },
            owner=np.array([doctors.index(rows[key][1]) for key in keys], dtype=np.int64),
        )


def column(values: Iterable[float]) -> np.ndarray:
    return np.array(list(values), dtype=float)


def ranks(words: list[str]) -> np.ndarray:
    return places_of(np.array(words))


def places_of(values: np.ndarray) -> np.ndarray:
    """From 0, in the order of the values."""
    return column(np.argsort(np.argsort(values, kind="stable")))


def places_in(raw: bytes, keys: list[str]) -> dict[str, list[int]]:
    """Every place of each key in the files: as text, or as PostgreSQL keeps it."""
    forms = {form: key for key in keys for form in (UUID(key).hex.encode(), UUID(key).bytes)}
    found: dict[str, list[int]] = {key: [] for key in keys}
    pattern = b"|".join(map(re.escape, forms))
    for one in re.finditer(pattern, raw.replace(bytes(1024), b"")):  # empty pages take long
        found[forms[one.group()]].append(one.start())
    assert all(found.values())
    return found


def attacked(side: Any) -> Insider:
    """A survey with an insider, answered in an order of chance."""
    insider = Insider(side)
    for number in np.random.default_rng(secrets.randbits(32)).permutation(DOCTORS).tolist():
        side.send(number, comment=f"words {number}")
        insider.looks(seen=number)
    return insider


def closed(insider: Insider) -> Insider:
    """The same after its survey has closed."""
    insider.side.actions.shut(insider.side.campaign, insider.side.key)
    return insider


def found_in(dumps: list[Dump]) -> list[str]:
    """Pairs of columns whose orders agree beyond chance, over all copies together.

    Either more doctors stand at the same place than one a copy, which is chance (Poisson), or the
    ranks go together (Spearman's r times the root of n - 1 is standard normal).
    """
    found = []
    for one, other in product(dumps[0].identity, dumps[0].answers):
        pairs = [(dump.identity[one][dump.owner], dump.answers[other]) for dump in dumps]
        ordered = [(places_of(left), places_of(right)) for left, right in pairs]
        hits = sum(int((left == right).sum()) for left, right in ordered)
        mirrored = sum(int((left == len(left) - 1 - right).sum()) for left, right in ordered)
        at_place = gammainc(max(hits, mirrored, 1), len(dumps))  # P(so many or more)
        z = [np.corrcoef(left, right)[0, 1] * np.sqrt(len(left) - 1) for left, right in ordered]
        together = 2 * ndtr(-abs(sum(z)) / np.sqrt(len(z)))
        if min(at_place, together) < CHANCE:
            found.append(f"{one}, {other}")
    return found


@pytest.mark.slow  # hundreds of answers are written durably, and all is read after each
def test_nobody_is_found_among_the_ten_that_are_written_down_or_among_all(new_side: Sides) -> None:
    insiders = [attacked(new_side()) for _ in range(SURVEYS)]
    for name in ("response", "comment"):
        batches = [one for insider in insiders for one in insider.batches[name]]
        assert [len(one.owner) for one in batches] == [10] * (SURVEYS * (DOCTORS // 10 - 1))
        assert found_in(batches) == []
    finals = [closed(insider) for insider in insiders]
    for name in ("response", "comment"):
        copies = [insider.everything(name) for insider in finals]
        assert [len(one.owner) for one in copies] == [DOCTORS] * SURVEYS
        assert found_in(copies) == []


# The same attack against a protocol that is broken.


class Orderly:
    """No chance at all: everything stays as it came."""

    def shuffle(self, _: list[Any]) -> None:
        """Leave them."""


@pytest.mark.slow  # a survey is answered, and all is read after each answer
def test_without_chance_the_order_of_ten_gives_doctors_away(
    new_side: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = new_side()
    monkeypatch.setattr(side.actions, "chance", Orderly())
    found = found_in(attacked(side).batches["response"])
    assert "order of being seen, place in the table" in found


@pytest.mark.slow  # surveys are answered, and all is read after each answer
def test_without_mixing_at_closing_the_order_of_batches_gives_doctors_away(
    new_side: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = []
    for _ in range(SURVEYS):
        side = new_side()
        monkeypatch.setattr(side.actions, "_mix_all", lambda *_: None)
        copies.append(closed(attacked(side)).everything("response"))
    assert any("order of being seen, place" in one for one in found_in(copies))


@pytest.mark.slow  # a survey is answered, and all is read after each answer
def test_without_waiting_for_others_everybody_is_alone(
    new_side: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = new_side()
    monkeypatch.setattr(side.actions, "BATCH", 1)
    assert {len(one.owner) for one in attacked(side).batches["response"]} == {1}
