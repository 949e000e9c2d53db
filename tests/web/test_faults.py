"""The real server killed at random moments, and thousands of races for one link each."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from benchmarks.faults import Crowd, Doctor, Found, attacked, judge

ITEMS = [f"item-{place:02}" for place in range(30)]
RUNNERS = 3


@pytest.mark.slow  # a server starts and is killed a dozen times
@pytest.mark.enable_socket
@pytest.mark.parametrize(("engine", "rounds"), [("sqlite", 12), ("postgresql", 6)])
def test_no_answer_is_lost_or_doubled_when_the_real_server_is_killed(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str, rounds: int
) -> None:
    more = {}
    if engine == "postgresql":
        more = dict(request.getfixturevalue("postgres").environment)
    found = attacked(tmp_path, rounds, seed=secrets.randbits(32), more=more)
    assert found.is_well, found
    assert found.acknowledged > rounds
    assert found.interrupted >= rounds


def given(*numbers: int, device: int = 4) -> dict[str, Any]:
    """What there is in the end, where these doctors answered."""
    return {
        "answers": [Doctor("", number, device).choices(ITEMS) for number in numbers],
        "comments": [f"words {number}" for number in numbers],
        "receipts": len(numbers),
        "drafts": 0,
        "sealed": 0,
    }


def judged(told: set[int], state: dict[str, Any]) -> Found:
    """What is found where these doctors were told that their answers are kept."""
    crowd, found = Crowd(1, ITEMS, 1), Found()
    crowd.told = told
    judge(found, state, crowd)
    return found


def test_the_judge_lets_pass_what_is_well() -> None:
    assert judged({0, 7, 3124}, given(0, 7, 3124, 12)).is_well
    assert judged({5}, given(5, device=3)).is_well


def test_the_judge_sees_what_is_lost_doubled_changed_or_left() -> None:
    assert judged({1, 2}, given(1)).lost == [2]
    assert judged({1}, given(1, 1)).doubled == [1]
    other = given(1)
    other["answers"][0]["item-20"] = 1
    assert judged({1}, other).changed == [1]
    assert judged({1}, given(1) | {"comments": []}).comments_wrong == 1
    assert judged({1}, given(1) | {"comments": ["words 1", "words 1"]}).comments_wrong == 1
    for left in ({"drafts": 1}, {"sealed": 1}, {"receipts": 2}):
        assert not judged({1}, given(1) | left).is_well


class Runner(threading.Thread):
    """Somebody with every link, who starts each race together with the others."""

    def __init__(self, side: Any, links: list[str], start: threading.Barrier, lane: int) -> None:
        super().__init__(daemon=True)
        self.side, self.links, self.start_line, self.lane = side, links, start, lane
        self.won: list[str] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        """Send with every link; the last one keeps a draft with it first."""
        actions, mine = self.side.actions, (self.side.campaign, self.side.key)
        try:
            for link in self.links:
                number = int(link.rpartition("-")[2])
                sent = actions.SentAnswers("doctors", 1, {"number": number}, {})
                self.start_line.wait(60)
                if self.lane == RUNNERS - 1:
                    actions.keep_draft(*mine, link, {"a": 1})
                if actions.record(*mine, link, sent):
                    self.won.append(link)
                if self.lane == RUNNERS - 1:
                    actions.keep_draft(*mine, link, {"a": 2})
        except BaseException as error:
            self.error = error
            self.start_line.abort()
        finally:
            connections.close_all()


def race(side: Any, races: int) -> None:
    """So many races for one link each: one wins, one answer is kept, and no draft."""
    links, start = side.links(races), threading.Barrier(RUNNERS)
    runners = [Runner(side, links, start, lane) for lane in range(RUNNERS)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert [runner.error for runner in runners] == [None] * RUNNERS
    assert Counter(link for runner in runners for link in runner.won) == Counter(links)
    mine = {"campaign": side.campaign}
    assert side.models.Receipt.objects.filter(**mine).count() == races
    assert not side.models.Draft.objects.filter(**mine).exists()
    side.actions.shut(*(side.campaign, side.key))
    rows = side.models.Response.objects.filter(**mine)
    assert Counter(row.answers["number"] for row in rows) == Counter(range(races))


@pytest.mark.slow  # every answer is written durably
def test_three_hundred_races_have_one_winner_each(side: Any) -> None:
    race(side, 300)


@pytest.mark.slow  # every answer is written durably
@pytest.mark.nightly
def test_ten_thousand_races_have_one_winner_each(side: Any) -> None:
    race(side, 10_000)
