"""Groups of doctors and refusals in words that a data-protection officer can file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from medengage.disclosure.certificate import Reason
from medengage.disclosure.frame import Frame
from medengage.disclosure.tableau import Flags

__all__ = ["Where", "and_list", "described", "refusal", "title"]

Where = tuple[tuple[str, tuple[str, ...]], ...]
"""Attribute and the values that belong to the group, in the order of the wish."""

FEW_NAMED = 3


def and_list(names: Sequence[str], joiner: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if not names[1:]:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joiner} {names[-1]}"


def title(where: Where) -> str:
    """A group's name: its values, attribute by attribute."""
    return ", ".join(and_list([value or "not stated" for value in values]) for _, values in where)


def described(frame: Frame, atoms: Flags) -> str:
    """Who the doctors of some atoms (A,) are, as briefly as the attributes allow."""
    present = frame.answered > 0
    where = _surrounding(frame, atoms & present, present)
    if np.array_equal(frame.mask(dict(where)) & present, atoms & present):
        return title(where) or "everybody"
    cells = sorted({frame.atoms[place] for place in np.flatnonzero(atoms & present)})
    named = "; ".join(", ".join(cell) for cell in cells[:FEW_NAMED])
    more = len(cells) - FEW_NAMED
    return named + (f"; and {more} more combinations" if more > 0 else "")


def _surrounding(frame: Frame, atoms: Flags, present: Flags) -> Where:
    """The smallest group that can be said by naming values of single attributes.

    An attribute is left out where the others say it already, the coarser ones first.
    """
    inside, outside = np.flatnonzero(atoms), np.flatnonzero(present)
    where = {}
    for place, attribute in enumerate(frame.attributes):
        values = _values(frame, inside, place)
        if values != _values(frame, outside, place):
            where[attribute] = tuple(sorted(values))
    around = frame.mask(where) & present
    for attribute in tuple(where):
        fewer = {name: values for name, values in where.items() if name != attribute}
        if np.array_equal(frame.mask(fewer) & present, around):
            where = fewer
    return tuple(where.items())


def _values(frame: Frame, which: Iterable[int], place: int) -> set[str]:
    return {frame.atoms[atom][place] for atom in which}


def refusal(reason: Reason, limit: int) -> str:
    """Why a figure is withheld; neither on whom it would rest, nor on how many.

    Beside the roster that would tell whether somebody answered.
    """
    if reason == "small group":
        return f"fewer than {limit} doctors"
    if reason == "unproven":
        return "its safety could not be proven within the effort allowed"
    how = "the difference from another figure" if reason == "difference" else "several figures"
    return f"with it, {how} would show a result of fewer than {limit} doctors"
