"""One answer a link: under races, crashes at every step, and kill -9 at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from django.db import connections

from medengage.disclosure.attacks import Dump, linkage
from tests.web.raw_files import bytes_of

ROOT = Path(__file__).resolve().parents[2]


def respondents(campaign, links):
    """Another process that answers with these links."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.web.respondents", campaign, *links],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def written(side):
    """Numbers of all answers of a campaign after it closed, and how many receipts there are."""
    side.actions.flush(side.campaign, side.key, "doctors", closing=True)
    mine = {"campaign": side.campaign}
    assert not side.models.Sealed.objects.filter(**mine).exists()
    numbers = [row.answers["number"] for row in side.models.Response.objects.filter(**mine)]
    return Counter(numbers), side.models.Receipt.objects.filter(**mine).count()


@pytest.mark.slow  # processes start, write durably and end
def test_many_who_use_the_same_links_at_the_same_time_leave_one_answer_each(side):
    links = side.links(40)
    rng = np.random.default_rng(5)
    crowd = [respondents(side.campaign, rng.permutation(links).tolist()) for _ in range(4)]
    told = Counter(
        line.split()[0]
        for one in crowd
        for line in one.communicate(timeout=120)[0].splitlines()
        if line.endswith("True")
    )
    assert told == Counter(links)
    assert written(side) == (Counter(range(40)), 40)


@pytest.mark.slow  # a process is killed and started again several times
def test_no_acknowledged_answer_is_lost_and_none_doubled_when_the_server_is_killed(side):
    links = side.links(60)
    rng = np.random.default_rng(6)
    told: set[str] = set()
    for _ in range(5):
        one = respondents(side.campaign, links)
        assert one.stdout is not None
        for _ in range(int(rng.integers(1, 40))):
            told.add(one.stdout.readline().split()[0])
        time.sleep(float(rng.uniform(0, 0.01)))
        os.kill(one.pid, signal.SIGKILL)
        told |= {line.split()[0] for line in one.communicate()[0].splitlines() if " " in line}
    numbers, receipts = written(side)
    assert {f"{side.campaign}-{number}" for number in numbers} >= told
    assert set(numbers.values()) == {1}
    assert receipts == len(numbers)


class Crash(RuntimeError):
    """The power fails."""


STEPS = {
    "receipt": ("Receipt", "create"),
    "sealed": ("Sealed", "create"),
    "draft": ("Draft", "filter"),
    "responses": ("Response", "bulk_create"),
    "comments": ("Comment", "bulk_create"),
    "emptied": ("Sealed", "filter"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_crash_at_any_step_leaves_all_or_nothing(side, monkeypatch, step, before):
    """Every step of sending and shuffling fails once; the doctor tries again and counts once."""
    for number in range(19):
        assert side.send(number, f"words {number}")
    side.actions.keep_draft(side.campaign, side.key, side.links(20)[19], {"number": 19})
    model, name = STEPS[step]
    owner = getattr(side.models, model).objects
    real = getattr(owner, name)

    def crashes(*arguments, **named):
        if not before:
            real(*arguments, **named)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, crashes)
        with pytest.raises(Crash):
            side.send(19, "words 19")
    assert side.send(19, "words 19") is (step in {"receipt", "sealed", "draft"})
    assert written(side) == (Counter(range(20)), 20)
    mine = {"campaign": side.campaign}
    texts = {row.text for row in side.models.Comment.objects.filter(**mine)}
    assert texts == {f"words {number}" for number in range(20)}
    assert not side.models.Draft.objects.filter(**mine).exists()


def test_ten_of_twenty_are_written_down_and_ten_always_wait(side):
    mine = {"campaign": side.campaign}
    for number in range(45):
        side.send(number)
        waiting = side.models.Sealed.objects.filter(**mine).count()
        assert waiting < 20
        assert waiting >= min(number + 1, 10)
    assert side.models.Response.objects.filter(**mine).count() == 30
    assert side.actions.shut(side.campaign, side.key) == 15
    assert side.models.Response.objects.filter(**mine).count() == 45
    assert not side.models.Sealed.objects.filter(**mine).exists()


def test_a_draft_is_for_its_link_alone_and_ends_with_the_answer(side):
    link, other = side.links(2)
    assert side.actions.keep_draft(side.campaign, side.key, link, {"a": 3})
    assert side.actions.keep_draft(side.campaign, side.key, link, {"a": 3, "b": 4})
    assert side.queries.draft(side.key, link) == {"a": 3, "b": 4}
    assert side.queries.draft(side.key, other) == {}
    side.send(0)
    assert side.queries.was_used(side.key, link)
    assert side.queries.draft(side.key, link) == {}
    assert not side.actions.keep_draft(side.campaign, side.key, link, {"a": 1})
    assert side.queries.answered(side.campaign) == 1


@pytest.mark.slow  # threads write durably side by side
def test_devices_that_write_at_the_same_time_take_nothing_from_each_other(side):
    link, start = side.links(1)[0], threading.Barrier(4)

    def writes(device):
        try:
            for page in range(25):
                start.wait(30)
                side.actions.keep_draft(side.campaign, side.key, link, {f"{device}-{page}": 1})
        finally:
            connections.close_all()

    devices = [threading.Thread(target=writes, args=(n,), daemon=True) for n in range(4)]
    for device in devices:
        device.start()
    for device in devices:
        device.join()
    assert len(side.queries.draft(side.key, link)) == 100


@pytest.mark.slow  # fifty answers are written durably
def test_an_insider_with_everything_but_the_key_links_no_answer_to_a_link(side):
    """Both databases with their journals, and the order in which everybody was seen to answer.

    Row numbers tell batches of ten apart while the campaign is open, nothing finer, and nothing at
    all when it has closed.
    """
    order = np.random.default_rng(9).permutation(50)
    for number in order.tolist():
        side.send(number)
    assert all(one.n <= 15 for one in linkage([dump_of(side, order)]).found)
    side.actions.shut(side.campaign, side.key)
    assert all(one.n <= 8 for one in linkage([dump_of(side, order)]).found)
    everything = bytes_of(side.data)
    assert not any(link.encode() in everything for link in side.links(50))
    assert side.key.master not in everything


def dump_of(side, order):
    """What a copy of both databases tells of those whose answers are written down already."""
    rows = rows_of(side)
    written = np.array([number for _, _, number in rows], dtype=np.int64)
    there = np.sort(written)
    names = [name for _, name, _ in rows]
    return Dump(
        identity={"seen": np.argsort(order)[there].astype(float), "list": there.astype(float)},
        answers={
            "row": np.array([float(row) for row, _, _ in rows]),
            "key": np.argsort(np.argsort(names)).astype(float),
        },
        owner=np.searchsorted(there, written),
    )


ROWS = {
    "sqlite": "select rowid, hex(id), json_extract(answers, '$.number') from responses_response "
    "where campaign = %s order by rowid",
    "postgresql": "select ctid, id::text, (answers->>'number')::int from responses_response "
    "where campaign = %s order by ctid",
}


def rows_of(side):
    """What the database itself knows of the rows: their place, their key, and whose they are."""
    connection = connections["answers"]
    with connection.cursor() as cursor:
        cursor.execute(ROWS[connection.vendor], [side.campaign])
        return [(place, name, number) for place, (_, name, number) in enumerate(cursor.fetchall())]
