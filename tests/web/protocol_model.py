"""Databases and those who work on them, in small steps: what the answering protocol is made of.

A *world* is what is committed, which locks are held, and how far each *actor* is. Actors send with
a link, keep a draft, shuffle, or shut; each is a program of small steps. From every world every
actor may do its next step or crash, which undoes its open transaction and lets it begin again.

Rows are ``(table, key)``. A transaction reads what is committed and what it wrote itself, as
PostgreSQL does at its usual level; a write that somebody else's open transaction made waits.
SQLite's transactions take one lock for all when they begin. ``faults`` names the ways to break the
protocol: a checker that does not see those proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

__all__ = [
    "BATCH",
    "Actor",
    "Row",
    "Rules",
    "Step",
    "World",
    "adding",
    "beginning",
    "choosing",
    "committing",
    "crashed",
    "enough",
    "jump",
    "link_of",
    "locking",
    "looking",
    "mixing",
    "onward",
    "removing",
    "sealing",
    "telling",
    "visible",
    "writing_down",
]

BATCH = 2
"""So many of twice as many are written down together: ten of twenty, in small."""

Row = tuple[str, str]
NOTHING: frozenset[Row] = frozenset()


@dataclass(frozen=True)
class Rules:
    """Which database is below, and which ``faults`` are built in."""

    engine: str = "postgresql"
    faults: frozenset[str] = frozenset()

    def has(self, fault: str) -> bool:
        """Is the protocol broken in this way?"""
        return fault in self.faults


@dataclass(frozen=True)
class Actor:
    """Somebody at work: what is done, how far, and the transaction that is open."""

    name: str
    program: tuple[tuple[str, Step], ...]
    at: int = 0
    crashes: int = 0
    added: frozenset[Row] = NOTHING
    gone: frozenset[Row] = NOTHING
    seen: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Programs are the same for the same name and rules, and slow to hash."""
        return hash((self.name, self.at, self.crashes, self.added, self.gone, self.seen))

    @property
    def is_done(self) -> bool:
        """Has it come to its end?"""
        return self.at >= len(self.program)

    def to(self, label: str) -> Actor:
        """The same actor before another step; "end" for none."""
        labels = [name for name, _ in self.program]
        return replace(self, at=len(labels) if label == "end" else labels.index(label))


@dataclass(frozen=True)
class World:
    """What is committed, who holds which lock, how far everybody is, and what was told."""

    rows: frozenset[Row]
    actors: tuple[Actor, ...]
    locks: frozenset[tuple[str, int, bool]] = frozenset()
    told: frozenset[tuple[str, str]] = frozenset()

    def keys(self, table: str) -> list[str]:
        """The keys of the committed rows of a table."""
        return sorted(key for name, key in self.rows if name == table)


Step = Callable[[World, int], Iterator[World]]
"""The worlds after a step of an actor: none while it has to wait."""


def link_of(key: str) -> str:
    """The link whose answers a box or a response holds."""
    return key.partition("#")[0]


# What steps are made of.


def _with(world: World, who: int, actor: Actor) -> World:
    actors = (*world.actors[:who], actor, *world.actors[who + 1 :])
    return replace(world, actors=actors)


def onward(world: World, who: int, mine: Actor | None = None) -> World:
    mine = mine or world.actors[who]
    return _with(world, who, replace(mine, at=mine.at + 1))


def jump(world: World, who: int, label: str) -> World:
    return _with(world, who, world.actors[who].to(label))


def visible(world: World, who: int, table: str) -> list[str]:
    mine = world.actors[who]
    return sorted(key for name, key in (world.rows | mine.added) - mine.gone if name == table)


def _is_held(world: World, who: int, rows: Iterable[Row]) -> bool:
    """Has somebody else's open transaction written one of these rows?"""
    others = (one for place, one in enumerate(world.actors) if place != who)
    wanted = frozenset(rows)
    return any(wanted & (one.added | one.gone) for one in others)


def ended(world: World, who: int) -> World:
    """The transaction is over: its locks go, its writes are forgotten."""
    mine = replace(world.actors[who], added=NOTHING, gone=NOTHING)
    return replace(_with(world, who, mine), locks=_free(world, who))


def _free(world: World, who: int) -> frozenset[tuple[str, int, bool]]:
    return frozenset(lock for lock in world.locks if lock[1] != who)


def locking(name: str, *, shared: bool = False) -> Step:
    """Take a lock until the transaction ends."""

    def step(world: World, who: int) -> Iterator[World]:
        for held, holder, held_shared in world.locks:
            if held == name and holder != who and not (shared and held_shared):
                return
        yield replace(onward(world, who), locks=world.locks | {(name, who, shared)})

    return step


def beginning(rules: Rules) -> Step:
    """Begin a transaction: SQLite's waits for all others."""

    def step(world: World, who: int) -> Iterator[World]:
        if rules.engine == "sqlite":
            yield from locking("all")(world, who)
        else:
            yield onward(world, who)

    return step


def committing(world: World, who: int) -> Iterator[World]:
    """Everything that was written is there, at once."""
    mine = world.actors[who]
    rows = (world.rows | mine.added) - mine.gone
    yield replace(onward(ended(world, who), who), rows=rows)


def looking(table: str, key: str, otherwise: str) -> Step:
    """Go on where a row is not there; end the transaction and jump where it is."""

    def step(world: World, who: int) -> Iterator[World]:
        if key in visible(world, who, table):
            yield jump(ended(world, who), who, otherwise)
        else:
            yield onward(world, who)

    return step


def adding(table: str, key: str, otherwise: str = "") -> Step:
    """Write a row; where it is there already, undo all and jump, or leave it as it is."""

    def step(world: World, who: int) -> Iterator[World]:
        mine, row = world.actors[who], (table, key)
        if _is_held(world, who, [row]):
            return
        if key in visible(world, who, table):
            yield jump(ended(world, who), who, otherwise) if otherwise else onward(world, who)
        else:
            yield onward(
                world, who, replace(mine, added=mine.added | {row}, gone=mine.gone - {row})
            )

    return step


def sealing(link: str) -> Step:
    """Write a box: each under a random key of its own."""

    def step(world: World, who: int) -> Iterator[World]:
        mine = world.actors[who]
        row = ("sealed", f"{link}#{mine.name}{mine.crashes}")
        yield onward(world, who, replace(mine, added=mine.added | {row}))

    return step


def removing(table: str, which: Callable[[World, int, str], bool]) -> Step:
    """Delete the rows of a table that somebody wants gone, as far as they are seen."""

    def step(world: World, who: int) -> Iterator[World]:
        mine = world.actors[who]
        rows = {(table, key) for key in visible(world, who, table) if which(world, who, key)}
        if not _is_held(world, who, rows):
            yield onward(
                world,
                who,
                replace(mine, added=mine.added - rows, gone=mine.gone | (rows & world.rows)),
            )

    return step


def telling(word: str, link: str) -> Step:
    """Say so to the doctor: what is told has to stay true."""

    def step(world: World, who: int) -> Iterator[World]:
        yield replace(jump(world, who, "end"), told=world.told | {(word, link)})

    return step


def choosing(*, closing: bool) -> Step:
    """Take the boxes that chance takes, and every other choice in a world of its own."""

    def step(world: World, who: int) -> Iterator[World]:
        waiting, mine = visible(world, who, "sealed"), world.actors[who]
        if closing:
            yield onward(world, who, replace(mine, seen=tuple(waiting)))
        elif len(waiting) < 2 * BATCH:
            yield onward(world, who, replace(mine, seen=()))
        else:
            for some in combinations(waiting, BATCH):
                yield onward(world, who, replace(mine, seen=some))

    return step


def writing_down(world: World, who: int) -> Iterator[World]:
    """A response for each box that was taken."""
    mine = world.actors[who]
    made = {("response", f"{box}/{mine.name}{mine.crashes}") for box in mine.seen}
    yield onward(world, who, replace(mine, added=mine.added | made))


def mixing(world: World, who: int) -> Iterator[World]:
    """Every response that is seen is written anew, in one order of chance."""
    mine = world.actors[who]
    old = {("response", key) for key in visible(world, who, "response")}
    new = {(table, key if key.endswith("*") else f"{key}*") for table, key in old}
    if not _is_held(world, who, old):
        added, gone = (mine.added - old) | (new - world.rows), mine.gone | (old & world.rows) - new
        yield onward(world, who, replace(mine, added=added, gone=gone))


def enough(world: World, who: int) -> Iterator[World]:
    """Go on to shuffle where twice a batch waits."""
    waits = len(visible(world, who, "sealed")) >= 2 * BATCH
    yield onward(world, who) if waits else jump(world, who, "tell")


def crashed(world: World, who: int, left: int) -> World:
    """The process of an actor dies: its transaction is undone, and it begins again."""
    undone = ended(world, who)
    return _with(undone, who, replace(undone.actors[who], at=0, seen=(), crashes=left))
