"""All interleavings of the answering protocol, in small; and that the real code moves as small."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.db import OperationalError, connections

from tests.web.interleavings import beginning_with, search
from tests.web.protocol_model import Rules, World, crashed

ENGINES = ["postgresql", "sqlite"]
PATIENCE = 30.0

SCENES: dict[str, tuple[list[str], int]] = {
    "a double click": (["send a", "send a"], 0),
    "a double click and a draft on another device": (["send a", "send a", "draft a"], 0),
    "sending, drafting and closing": (["send a", "draft a", "shut"], 0),
    "sending, closing twice": (["send a", "shut", "shut"], 1),
    "sending that shuffles, shuffling and closing": (["send a", "flush", "shut"], 3),
    "shuffling twice and closing": (["flush", "flush", "shut"], 4),
    "shuffling, closing and drafting": (["flush", "shut", "draft a"], 4),
    "two who send while a batch fills, and closing": (["send a", "send b", "shut"], 2),
}

LOST, TWICE = "an acknowledged answer is lost", "a link has two answers"
LEFT, LATE = "a draft stays after sending", "something is written after closing"
BROKEN = {
    "receipt apart": (LOST, ["send a", "send a"], 0),
    "told before commit": (LOST, ["send a"], 0),
    "draft apart": (LEFT, ["send a"], 0),
    "emptied before written": (LOST, ["flush", "flush"], 4),
    "written before emptied": (TWICE, ["flush", "flush"], 4),
    "draft without looking": (LEFT, ["send a", "draft a"], 0),
}
"""Broken on any database: what has to be seen, and who is enough for it."""

UNLOCKED = {
    "no gate": (LATE, ["send a", "draft a", "shut"], 0),
    "no turn to draft": (LEFT, ["send a", "draft a"], 0),
    "no turn to send": (LEFT, ["send a", "draft a"], 0),
    "no turn to shuffle": (TWICE, ["flush", "flush"], 4),
    "receipt not unique, no turn to send": (TWICE, ["send a", "send a"], 0),
}
"""Broken where transactions run side by side; SQLite lets one write at a time."""


@pytest.mark.slow  # a hundred thousand worlds in the largest
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scene", SCENES)
def test_no_interleaving_loses_doubles_or_leaves_anything(engine: str, scene: str) -> None:
    """Everybody may crash once, at any step, and tries again."""
    work, waiting = SCENES[scene]
    found = search(beginning_with(work, Rules(engine), waiting=waiting, draft=True))
    assert found.harms == {}
    assert found.worlds > 100 * (len(work) - 1)


def test_the_search_meets_every_order_that_a_doctor_could_notice() -> None:
    found = search(beginning_with(["send a", "draft a", "shut"], Rules()))
    shut = ("shut", "it")
    words = {frozenset(word for word, _ in end - {shut}) for end in found.ends}
    expected = [{"sent", "kept"}, {"sent", "used"}, {"sent", "late"}, {"late", "kept"}, {"late"}]
    # The server died after it had kept the answer, and the doctor tried again after closing.
    expected.append({"late", "used"})
    assert words == set(map(frozenset, expected))
    assert all(shut in end for end in found.ends)


@pytest.mark.parametrize(("fault", "engine"), list(product(BROKEN, ENGINES)))
def test_a_broken_protocol_is_seen_to_be_broken(fault: str, engine: str) -> None:
    harm, work, waiting = BROKEN[fault]
    rules = Rules(engine, frozenset([fault]))
    found = search(beginning_with(work, rules, waiting=waiting, draft=True), until=harm)
    assert harm in found.harms


@pytest.mark.parametrize("faults", UNLOCKED)
def test_without_a_lock_postgresql_is_seen_to_be_broken(faults: str) -> None:
    harm, work, waiting = UNLOCKED[faults]
    for engine, expected in (("postgresql", True), ("sqlite", False)):
        rules = Rules(engine, frozenset(faults.split(", ")))
        found = search(beginning_with(work, rules, waiting=waiting, draft=True), until=harm)
        assert (harm in found.harms) is expected, engine


# The real code, stopped after one of its statements while somebody else tries.

STOPS = {
    "send a": [
        "select closed",
        "insert receipt",
        "insert sealed",
        "delete draft",
        "select count sealed",
    ],
    "draft a": ["select closed", "insert draft"],
    "flush": ["select sealed", "insert response", "delete sealed"],
    "shut": ["insert closed", "insert response", "delete sealed", "delete draft"],
}
OTHERS = ["send a", "send b", "draft a", "flush", "shut"]
CASES = [(one, stop, other) for one, stops in STOPS.items() for stop in stops for other in OTHERS]
WAITING = 4
Outcome = tuple[bool, set[tuple[str, str]], Counter[str]]


def predicted(first: str, stop: str, second: str, engine: str) -> Outcome:
    """Whether the second one had to wait, what both were told, and the rows in the end."""
    rules = Rules(engine)
    start = beginning_with([first, second], rules, waiting=WAITING, draft=True)
    stopped = run(start, 0, stop)
    after = run(stopped, 1)
    waited = not after.actors[1].is_done
    after = run(run(crashed(after, 1, 0) if waited else after, 0), 1)
    assert all(one.is_done for one in after.actors)
    told = {(word, link) for word, link in after.told if not link.startswith("other")}
    return waited, told, Counter(table for table, _ in after.rows)


def run(world: World, who: int, until: str = "") -> World:
    """One actor alone: up to a step, to the end, or until it has to wait."""
    while not (mine := world.actors[who]).is_done:
        name, step = mine.program[mine.at]
        after = next(step(world, who), None)
        if after is None:
            return world
        world = after
        if name == until:
            break
    return world


class Works:
    """The real code on a campaign of its own, where some answers wait and a draft is kept."""

    def __init__(self, side: Any) -> None:
        self.side = side
        self.told: set[tuple[str, str]] = set()

    def __call__(self, what: str) -> None:
        """Do what an actor of the model does."""
        verb, _, link = what.partition(" ")
        actions, mine = self.side.actions, (self.side.campaign, self.side.key)
        try:
            if verb == "send":
                sent = actions.SentAnswers("doctors", 1, {"number": ord(link)}, {})
                actions.record(*mine, link, sent)
                self.told.add(("sent", link))
            elif verb == "draft":
                kept = actions.keep_draft(*mine, link, {"a": 1})
                self.told.add(("kept" if kept else "used", link))
            elif verb == "flush":
                actions.flush(*mine, "doctors")
            else:
                actions.shut(*mine)
                self.told.add(("shut", "it"))
        except actions.TooLate:
            self.told.add(("late", link))

    def rows(self) -> Counter[str]:
        """How many rows of each table there are."""
        counts = {
            name.lower(): getattr(self.side.models, name)
            .objects.filter(campaign=self.side.campaign)
            .count()
            for name in ("Receipt", "Sealed", "Response", "Draft", "Closed")
        }
        return +Counter(counts)


class Stopped(threading.Thread):
    """Somebody who stops after one statement, until told to go on."""

    def __init__(self, works: Works, what: str, stop: str) -> None:
        super().__init__(daemon=True)
        self.works, self.what = works, what
        self.verb, _, self.table = stop.rpartition(" ")
        self.is_there, self.may_go = threading.Event(), threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """On a connection of this thread's own."""
        try:
            with connections["answers"].execute_wrapper(self._execute):
                self.works(self.what)
        except BaseException as error:
            self.error = error
        finally:
            self.is_there.set()
            connections.close_all()

    def _execute(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        is_it = sql.lower().startswith(self.verb) and f"responses_{self.table}" in sql
        if is_it and not self.is_there.is_set():
            self.is_there.set()
            assert self.may_go.wait(PATIENCE)
        return result

    def finish(self) -> None:
        """Let it go on, to its end."""
        self.may_go.set()
        self.join(PATIENCE)
        assert not self.is_alive()
        if self.error is not None:
            raise self.error


@contextmanager
def impatient() -> Iterator[str]:
    """Whoever has to wait for a lock fails at once; gives the kind of database."""
    connection = connections["answers"]
    short, long = {
        "sqlite": ("PRAGMA busy_timeout=20", "PRAGMA busy_timeout=20000"),
        "postgresql": ("SET lock_timeout='50ms'", "SET lock_timeout=0"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(short)
    try:
        yield connection.vendor
    finally:
        with connection.cursor() as cursor:
            cursor.execute(long)


@pytest.mark.slow  # real transactions, each stopped in its middle
@pytest.mark.parametrize(("first", "stop", "second"), CASES)
def test_the_real_code_waits_and_ends_as_the_model_does(
    side: Any, monkeypatch: pytest.MonkeyPatch, first: str, stop: str, second: str
) -> None:
    for number in range(WAITING):
        side.send(number)
    monkeypatch.setattr(side.actions, "BATCH", 2)
    works = Works(side)
    works("draft a")
    works.told.clear()
    one = Stopped(works, first, stop)
    one.start()
    assert one.is_there.wait(PATIENCE)
    assert one.is_alive(), one.error
    waited = False
    with impatient() as engine:
        try:
            works(second)
        except OperationalError:
            waited = True
    one.finish()
    if waited:
        works(second)
    assert (waited, works.told, works.rows()) == predicted(first, stop, second, engine)
    works("shut")
    rows = side.models.Response.objects.filter(campaign=side.campaign)
    numbers = Counter(row.answers["number"] for row in rows)
    sent = {ord(link) for word, link in works.told if word == "sent"}
    assert numbers == Counter({*range(WAITING), *sent})
