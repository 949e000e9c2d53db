"""Every interleaving of some actors, and what may be true in none of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.web.protocol_model import BATCH, Rules, World, crashed, link_of
from tests.web.protocol_programs import actor

__all__ = ["Search", "beginning_with", "search"]


@dataclass
class Search:
    """How many worlds, what was told in the end, and the shortest way to each harm."""

    worlds: int = 0
    ends: set[frozenset[tuple[str, str]]] = field(default_factory=set)
    harms: dict[str, list[str]] = field(default_factory=dict)


def beginning_with(
    work: Sequence[str], rules: Rules, *, waiting: int = 0, draft: bool = False, crashes: int = 1
) -> World:
    """Nobody has begun. ``waiting`` answers of others are sealed; ``draft`` of link a is kept."""
    others = [f"other{number}" for number in range(waiting)]
    rows = {("receipt", one) for one in others} | {("sealed", f"{one}#") for one in others}
    if draft:
        rows.add(("draft", "a"))
    actors = tuple(actor(what, place, rules, crashes) for place, what in enumerate(work))
    told = frozenset(("sent", one) for one in others)
    return World(frozenset(rows), actors, told=told)


def search(start: World, until: str = "") -> Search:
    """Go through every world that can be reached, each once; or until one harm was found."""
    found = Search()
    came_from: dict[World, tuple[World, str] | None] = {start: None}
    waiting = deque([start])
    while waiting and until not in found.harms:
        world = waiting.popleft()
        moves = list(_moves(world))
        if not moves:
            found.ends.add(world.told)
        for harm in _stuck(world, moves):
            found.harms.setdefault(harm, _way(came_from, world))
        for move, after in moves:
            if after not in came_from:
                came_from[after] = (world, move)
                waiting.append(after)
            for harm in _harms(world, after):
                found.harms.setdefault(harm, [*_way(came_from, world), move])
    found.worlds = len(came_from)
    return found


def _moves(world: World) -> Iterator[tuple[str, World]]:
    """The next step of everybody, and every crash that is left."""
    for who, one in enumerate(world.actors):
        if one.is_done:
            continue
        name, step = one.program[one.at]
        for after in step(world, who):
            yield f"{one.name} {name}", after
        if one.crashes and one.at:
            yield f"{one.name} crashes", crashed(world, who, one.crashes - 1)


def _way(came_from: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    """The shortest way from the beginning to a world."""
    steps: list[str] = []
    while (before := came_from[world]) is not None:
        world, move = before
        steps.insert(0, move)
    return steps


def _stuck(world: World, moves: Sequence[object]) -> Iterator[str]:
    if not moves and not all(one.is_done for one in world.actors):
        yield "everybody waits for somebody else"
    if not moves and (world.locks or any(one.added | one.gone for one in world.actors)):
        yield "a transaction stays open"


def _harms(before: World, after: World) -> Iterator[str]:
    """What is wrong after a step, in words; nothing in a sound protocol."""
    if before.rows == after.rows and before.told == after.told:
        return
    yield from _wrong_answers(after)
    yield from _wrong_drafts(after)
    if ("closed", "it") in after.rows:
        yield from _wrong_when_closed(before, after)
    else:
        written = len(after.keys("response")) - len(before.keys("response"))
        if written not in {0, BATCH} and BATCH > 1:
            yield "rows were written down in a batch that is too small"


def _wrong_answers(world: World) -> Iterator[str]:
    answers = Counter(map(link_of, [*world.keys("sealed"), *world.keys("response")]))
    if any(n > 1 for n in answers.values()):
        yield "a link has two answers"
    sent = {link for word, link in world.told if word == "sent"}
    if sent - set(answers):
        yield "an acknowledged answer is lost"
    if set(answers) - set(world.keys("receipt")):
        yield "a link that was used can be used again"


def _wrong_drafts(world: World) -> Iterator[str]:
    drafts, receipts = set(world.keys("draft")), set(world.keys("receipt"))
    if drafts & receipts:
        yield "a draft stays after sending"
    kept = {link for word, link in world.told if word == "kept"}
    if kept - drafts - receipts and ("closed", "it") not in world.rows:
        yield "a draft that was kept is lost"


def _wrong_when_closed(before: World, after: World) -> Iterator[str]:
    if after.keys("draft"):
        yield "a draft stays after closing"
    if after.keys("sealed"):
        yield "a box stays after closing"
    if any(not key.endswith("*") for key in after.keys("response")):
        yield "rows that were not mixed at closing tell their batch"
    if ("closed", "it") in before.rows:
        plain = [{(t, key.rstrip("*")) for t, key in w.rows} for w in (before, after)]
        if plain[0] != plain[1]:
            yield "something is written after closing"
