"""The answering protocol as programs of small steps, and every way in which a test breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.web.protocol_model import (
    Actor,
    Rules,
    Step,
    World,
    adding,
    beginning,
    choosing,
    committing,
    enough,
    jump,
    locking,
    looking,
    mixing,
    onward,
    removing,
    sealing,
    telling,
    visible,
    writing_down,
)

__all__ = ["actor"]

Program = list[tuple[str, Step]]


def _taken(world: World, who: int, key: str) -> bool:
    return key in world.actors[who].seen


def _every(*_: object) -> bool:
    return True


def _draft_of(link: str) -> Callable[[World, int, str], bool]:
    return lambda _world, _who, key: key == link


def _gate(rules: Rules, *, shared: bool) -> Program:
    return [] if rules.has("no gate") else [("gate", locking("gate", shared=shared))]


def _shuffled(rules: Rules, *, closing: bool) -> Program:
    """Boxes become responses."""
    turn = [] if rules.has("no turn to shuffle") else [("turn", locking("shuffling"))]
    taken: Program = [("select sealed", choosing(closing=closing))]
    write: Program = [("insert response", writing_down)]
    empty: Program = [("delete sealed", removing("sealed", _taken))]
    apart: Program = [("part", committing), ("part begin", beginning(rules))]
    if rules.has("emptied before written"):
        return [*turn, *taken, *empty, *apart, *write]
    if rules.has("written before emptied"):
        return [*turn, *taken, *write, *apart, *empty]
    return [*turn, *taken, *write, *empty]


def flushing(rules: Rules) -> Program:
    """Write some of the boxes down."""
    start: Program = [("begin flush", beginning(rules))]
    return [*start, *_shuffled(rules, closing=False), ("commit flush", committing)]


def sending(link: str, rules: Rules) -> Program:
    """Receipt, box and end of the draft in one transaction; then perhaps shuffle."""
    begin, turn = beginning(rules), locking(f"turn {link}")
    receipt: Program = [("insert receipt", adding("receipt", link, "tell"))]
    if rules.has("receipt not unique"):
        receipt = [
            ("look", looking("receipt", link, "tell")),
            ("insert receipt", adding("receipt", link)),
        ]
    if rules.has("receipt apart"):
        receipt += [("part", committing), ("part begin", begin)]
    draft: Program = [("delete draft", removing("draft", _draft_of(link)))]
    end: Program = [("commit", committing)]
    end = [*end, ("more", begin), *draft, *end] if rules.has("draft apart") else [*draft, *end]
    early: Program = [("early", _told_early(link))] if rules.has("told before commit") else []
    mine: Program = [] if rules.has("no turn to send") else [("turn link", turn)]
    return [
        ("begin", begin),
        *_gate(rules, shared=True),
        *mine,
        ("select closed", looking("closed", "it", "late")),
        *receipt,
        ("insert sealed", sealing(link)),
        *early,
        *end,
        ("select count sealed", enough),
        *flushing(rules),
        ("tell", telling("sent", link)),
        ("late", telling("late", link)),
    ]


def _told_early(link: str) -> Step:
    def step(world: World, who: int) -> Iterator[World]:
        yield replace(onward(world, who), told=world.told | {("sent", link)})

    return step


def drafting(link: str, rules: Rules) -> Program:
    """Keep a draft, unless the link was used."""
    looks: Program = [("look", looking("receipt", link, "used"))]
    turn: Program = [("turn link", locking(f"turn {link}"))]
    return [
        ("begin", beginning(rules)),
        *_gate(rules, shared=True),
        *([] if rules.has("no turn to draft") else turn),
        ("select closed", looking("closed", "it", "late")),
        *([] if rules.has("draft without looking") else looks),
        ("insert draft", adding("draft", link)),
        ("commit", committing),
        ("tell", telling("kept", link)),
        ("used", telling("used", link)),
        ("late", telling("late", link)),
    ]


def shutting(rules: Rules) -> Program:
    """Nothing more is taken; all is written down, in one order of chance."""
    turn: Program = [("turn again", locking("shuffling"))]
    return [
        ("begin", beginning(rules)),
        *_gate(rules, shared=False),
        ("insert closed", adding("closed", "it")),
        ("forms", _forms),
        *_shuffled(rules, closing=True),
        ("delete draft", removing("draft", _every)),
        *([] if rules.has("no turn to mix") else turn),
        ("mix", mixing),
        ("commit", committing),
        ("tell", telling("shut", "it")),
    ]


def _forms(world: World, who: int) -> Iterator[World]:
    """Nothing is shuffled, and no turn is taken, where nothing waits."""
    waits = bool(visible(world, who, "sealed"))
    yield onward(world, who) if waits else jump(world, who, "delete draft")


def actor(what: str, number: int, rules: Rules, crashes: int = 0) -> Actor:
    """``send a``, ``draft a``, ``flush`` or ``shut``."""
    verb, _, link = what.partition(" ")
    programs: dict[str, Callable[[], Program]] = {
        "send": lambda: sending(link, rules),
        "draft": lambda: drafting(link, rules),
        "flush": lambda: flushing(rules),
        "shut": lambda: shutting(rules),
    }
    return Actor(f"{what}:{number}.", tuple(programs[verb]()), crashes=crashes)
