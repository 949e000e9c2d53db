"""Frames over time: waves put side by side, and records that were corrected after a release.

Answers to different waves are different answers, so two waves have no atom in common and nothing
in one release of them can be subtracted from the other. Only three things bring answers of one
release into another: a re-build of the same wave, a correction of records, and pooled waves.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medengage.disclosure.frame import Flags, Frame
from medengage.errors import StudyError

__all__ = ["ABSENT", "BEFORE", "WAVE", "Atom", "Change", "corrected", "pooled", "with_wave"]

WAVE = "wave"
"""The attribute that tells the waves of a pooled frame apart."""
BEFORE = "before "
"""Put before an attribute's name: its value before a correction."""
ABSENT = "not counted"
"""The value of all attributes of a record on the side of a correction where it is missing."""

Atom = tuple[str, ...]
Change = tuple[Atom | None, Atom | None]
"""A record's atom before and after a correction; ``None`` where it is not counted."""


def with_wave(frame: Frame, wave: str) -> Frame:
    """The frame of one wave with the wave as its first attribute (unchanged if it has one)."""
    if WAVE in frame.attributes:
        return frame
    return Frame(
        (WAVE, *frame.attributes),
        tuple((wave, *atom) for atom in frame.atoms),
        frame.answered,
        frame.scored,
        frame.eligible,
        frame.gone,
    )


def pooled(frames: Mapping[str, Frame]) -> Frame:
    """Several waves as one frame; a figure over it sums the answers of all of them.

    Raises ``StudyError`` where the waves have different attributes, ``ValueError`` for no wave.
    """
    if not frames:
        raise ValueError("at least one wave")
    parts = [with_wave(frame, wave) for wave, frame in frames.items()]
    if len({part.attributes for part in parts}) > 1:
        raise StudyError(
            "waves with different attributes cannot be pooled", subject=", ".join(frames)
        )
    return Frame(
        parts[0].attributes,
        tuple(atom for part in parts for atom in part.atoms),
        np.concatenate([part.answered for part in parts]),
        np.concatenate([part.scored for part in parts]),
        gone=np.concatenate([_gone(part) for part in parts]),
    )


def _gone(frame: Frame) -> Flags:
    return np.zeros(len(frame.atoms), dtype=bool) if frame.gone is None else frame.gone


def corrected(old: Frame, new: Frame, changes: Mapping[Change, int]) -> Frame:
    """The records of a wave before and after a correction, told apart by both.

    ``changes`` counts doctors by atom before and after: ``(a, b)`` got another attribute,
    ``(a, None)`` left, ``(None, b)`` came, ``(a, a)`` had their answers corrected. Doctors with
    corrected answers stand twice, with their old answers (gone) and their new, but are counted
    once: the old ones have no scored doctor, so that no group looks larger than it is. Where it is
    not known which of the changed records have a complete score, as few as possible are assumed to
    have one. ``old`` may be the result of an earlier correction. Raises ``StudyError`` where the
    changes do not lead from the old counts to the new.
    """
    width = len(new.attributes)
    added = [name for name in old.attributes[width:] if not name.startswith(BEFORE)]
    if added or old.attributes[:width] != new.attributes:
        raise StudyError("a correction cannot change which attributes there are")
    absent = (ABSENT,) * width, (ABSENT,) * len(old.attributes)
    rows: dict[tuple[Atom, Atom], tuple[int, int]] = {}
    for (source, target), n in changes.items():
        scored = max(0, n - _incomplete(old, source) if source else n - _incomplete(new, target))
        if source is not None and source[:width] == target:
            rows[(absent[0], source)] = (n, 0)
            rows[(target, absent[1])] = (n, scored)
        else:
            rows[(target or absent[0], source or absent[1])] = (n, scored)
    rows |= _unchanged(old, changes, width)
    _check_sums(rows, new)
    return Frame(
        (*new.attributes, *(BEFORE + name for name in old.attributes)),
        tuple((*now, *before) for now, before in rows),
        np.array([answered for answered, _ in rows.values()], dtype=np.int64),
        np.array([scored for _, scored in rows.values()], dtype=np.int64),
        gone=np.array([now == absent[0] for now, _ in rows], dtype=bool),
    )


def _incomplete(frame: Frame, atom: Atom | None) -> int:
    """Doctors of an atom without a complete score."""
    if atom not in frame.atoms:
        raise StudyError("a correction names a combination of attributes that nobody has")
    place = frame.atoms.index(atom)
    return int(frame.answered[place] - frame.scored[place])


def _unchanged(
    old: Frame, changes: Mapping[Change, int], width: int
) -> dict[tuple[Atom, Atom], tuple[int, int]]:
    """All records that the correction did not touch, with those that were gone before."""
    rows = {}
    for atom, answered, scored in zip(old.atoms, old.answered, old.scored, strict=True):
        left = sum(n for (source, _), n in changes.items() if source == atom)
        if left > answered:
            raise StudyError("more doctors are corrected than there are", subject=", ".join(atom))
        if answered > left:
            rows[(atom[:width], atom)] = int(answered) - left, max(0, int(scored) - left)
    return rows


def _check_sums(rows: Mapping[tuple[Atom, Atom], tuple[int, int]], new: Frame) -> None:
    """The records after the correction are those of the new frame."""
    sums = dict.fromkeys(new.atoms, 0)
    for (now, _), (answered, _) in rows.items():
        if now != (ABSENT,) * len(now):
            sums[now] = sums.get(now, 0) + answered
    counts = dict(zip(new.atoms, new.answered.tolist(), strict=True))
    for atom, n in sums.items():
        if counts.get(atom, 0) != n:
            raise StudyError(
                "the corrections do not lead from the old counts to the new",
                subject=", ".join(atom),
            )
