"""``Responses``: the validated answers and attributes of the respondents to one questionnaire.

One row a respondent, in no meaningful order, without a name, a time or an id. The answers are one
C-contiguous int8 matrix (0 = missing, 1 = lowest option), attributes are codes with labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["NOT_STATED", "Attribute", "Responses"]

NOT_STATED = "not stated"
LAST_PHASE = 3


@dataclass(frozen=True, eq=False)
class Attribute:
    """One declared characteristic of the respondents.

    ``codes`` (N,) int32 point into ``labels``; -1 means not stated.
    """

    labels: tuple[str, ...]
    codes: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.codes.ndim != 1 or self.codes.dtype != np.int32:
            raise ValueError("attribute codes are one int32 vector")
        if len(self.codes) and not -1 <= self.codes.min() <= self.codes.max() < len(self.labels):
            raise ValueError("attribute codes point outside the labels")
        self.codes.flags.writeable = False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Attribute)
            and self.labels == other.labels
            and np.array_equal(self.codes, other.codes)
        )

    def __hash__(self) -> int:
        raise TypeError("values that hold arrays cannot be hashed")

    def with_not_stated(self) -> Attribute:
        """The same attribute with "not stated" as a category of its own where it occurs."""
        if not (self.codes < 0).any():
            return self
        codes = np.where(self.codes < 0, len(self.labels), self.codes).astype(np.int32)
        return Attribute((*self.labels, NOT_STATED), codes)


@dataclass(frozen=True, eq=False)
class Responses:
    """Answers (N, J) int8 of N respondents to the J ``items``; attributes by name.

    ``phase`` (N,) int8 is the coarse time of answering: 1 before the first reminder, 2 between,
    3 after the last, 0 unknown. The arrays are made read-only.
    """

    items: tuple[str, ...]
    answers: npt.NDArray[np.int8]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    phase: npt.NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        if self.answers.dtype != np.int8 or self.answers.shape[1:] != (len(self.items),):
            raise ValueError("answers are an int8 matrix with one column an item")
        if not self.answers.flags.c_contiguous:
            raise ValueError("answers are C-contiguous")
        if any(len(attribute.codes) != self.n for attribute in self.attributes.values()):
            raise ValueError("every attribute has one code a respondent")
        if self.phase is not None and self.phase.shape != (self.n,):
            raise ValueError("phase has one value a respondent")
        self.answers.flags.writeable = False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Responses)
            and self.items == other.items
            and np.array_equal(self.answers, other.answers)
            and dict(self.attributes) == dict(other.attributes)
            and _same(self.phase, other.phase)
        )

    def __hash__(self) -> int:
        raise TypeError("values that hold arrays cannot be hashed")

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.answers)

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Item id -> column of ``answers``."""
        return {name: index for index, name in enumerate(self.items)}

    def of(self, rows: npt.NDArray[np.bool_]) -> Responses:
        """The responses of some respondents ((N,) bool)."""
        attributes = {
            name: Attribute(attribute.labels, attribute.codes[rows])
            for name, attribute in self.attributes.items()
        }
        phase = None if self.phase is None else self.phase[rows]
        return Responses(self.items, np.ascontiguousarray(self.answers[rows]), attributes, phase)

    def columns(self, items: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """The columns of these items; raises ``KeyError`` for an item that was not asked."""
        return np.array([self.column[name] for name in items], dtype=np.intp)


def _same(a: npt.NDArray[np.int8] | None, b: npt.NDArray[np.int8] | None) -> bool:
    return a is b or (a is not None and b is not None and np.array_equal(a, b))
