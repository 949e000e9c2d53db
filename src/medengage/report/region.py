"""Hospitals of a region beside each other: a figure of what can be told, and no league table."""

from __future__ import annotations

from medengage.compare.calls import MATTERS, Call
from medengage.compare.peers import Peer, Peers
from medengage.report.blocks import Block, Callout, Cell, Chart, Table, Text
from medengage.report.decimals import number
from medengage.report.words import listed, probability

__all__ = ["region_blocks"]

MOST_ROWS = 25
HEADS = ("Hospital", "Level", "Place", "Highest fifth", "Lowest fifth", "Unusual")
SAME_MIX = (
    "At the same mix of grades: as if every hospital had the grades of all together. Calls and "
    "places are about scores as they are."
)
LIMITS = (
    "Which hospital is best: places in a row would mostly be chance.",
    "That those who are similar are alike. Their differences are too small to matter, or unknown.",
    "Why hospitals differ. Size, money and kind of hospital differ as well.",
)


def region_blocks(found: Peers) -> tuple[Block, ...]:
    """Sentence, figure, table of what may be said of each, and limits."""
    return (
        Text(_sentence(found), tone="lead"),
        _chart(found),
        _table(found),
        Callout("What this does not say", "", tone="important", items=LIMITS),
    )


def _sentence(found: Peers) -> str:
    n = len(found.peers)
    low, high = (number(round(end)) for end in (found.low, found.high))
    told = (
        f"{found.title} in {n} hospitals: another hospital like these would lie between {low} "
        f"and {high}."
    )
    different = [one for one in found.peers if one.called.call.is_different]
    if not different:
        return f"{told} No hospital can be called different from the others."
    share = probability(found.false_share or 0.0)
    if len(different) == 1:
        risk = f"the risk that it is not is {share}"
        return f"{told} One can be called different from the mean; {risk}."
    return (
        f"{told} {len(different)} can be called different from the mean; about {share} of these "
        "calls may be wrong."
    )


def _chart(found: Peers) -> Chart:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.organisation, one.figure.value, one.figure.low, one.figure.high, one.figure.n)
        for one in sorted(found.peers, key=lambda peer: -peer.level)
    )
    mean = round(found.mu, 1)
    return Chart(
        kind="dots",
        title=_title(found),
        subtitle=f"{found.title}, 0 to 100. Each line is a 95 % interval; grey: where another "
        "hospital would lie.",
        description=f"{found.title} of {len(rows)} hospitals around a mean of {number(mean)}.",
        data=Table(
            f"{found.title} by hospital", ("Hospital", "Score", "From", "To", "Doctors"), rows
        ),
        options={
            "axis": f"{found.title}, 0 to 100",
            "most_rows": MOST_ROWS,
            "reference": (
                f"mean of hospitals: {number(mean)}",
                mean,
                max(0.0, found.low),
                min(100.0, found.high),
            ),
        },
    )


def _title(found: Peers) -> str:
    sides = {
        "above": [p for p in found.peers if p.called.call in (Call.ABOVE, Call.PROBABLY_ABOVE)],
        "below": [p for p in found.peers if p.called.call in (Call.BELOW, Call.PROBABLY_BELOW)],
    }
    told = [f"{len(some)} {word}" for word, some in sides.items() if some]
    if not told:
        return f"No hospital can be called different from the mean of {len(found.peers)}"
    return f"Of {len(found.peers)} hospitals, {listed(told)} the mean"


def _table(found: Peers) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(_row(one) for one in found.peers)
    mixed = any(one.same_mix is not None for one in found.peers)
    head: tuple[str, ...] = HEADS
    if mixed:
        head = (*head, "At the same mix of grades")
        rows = tuple((*row, _mixed(one)) for row, one in zip(rows, found.peers, strict=True))
    notes = (
        f"Different means: by {number(MATTERS)} points or more from the mean, with a probability "
        "of 90 %; probably: 80 %.",
        "A place is shown only where it is known to within a third of all.",
        "Unusual is another question: outside of the ordinary spread of hospitals.",
        *[SAME_MIX] * mixed,
        *(f"Not shown: {name}." for name in found.left_out),
    )
    return Table("What can be said of each hospital", head, rows, notes)


def _mixed(one: Peer) -> Cell:
    return None if one.same_mix is None else round(one.same_mix, 1)


def _row(one: Peer) -> tuple[Cell, ...]:
    place = "cannot tell"
    if one.rank_low is not None:
        one_place = one.rank_low == one.rank_high
        place = str(one.rank_low) if one_place else f"{one.rank_low} to {one.rank_high}"
    unusual = "look into it" if one.alarm else "yes" if one.unusual else "no"
    fifths = (probability(one.top), probability(one.bottom))
    return (one.organisation, one.called.words, place, *fifths, unusual)
