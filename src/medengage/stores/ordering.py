"""One order of rows for the same answers, whatever the order of the file.

The order of a file may follow the time of answering or the staff list. Sorting the rows by what
they hold forgets it, and makes the same answers give the same ``Study``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from medengage.measure.responses import Attribute, Responses

__all__ = ["in_order"]

Codes = npt.NDArray[np.integer]
ROOM = 2**63


def in_order(responses: Responses) -> Responses:
    """The same respondents, sorted by attributes (by name), phase and answers, lowest first.

    Missing comes before every value. O(N log N); 1,000,000 respondents to 30 items take about
    half a second.
    """
    keys = list(_packed(_columns(responses))) if responses.n else []
    if not keys:
        return responses
    order = np.lexsort(keys[::-1])
    attributes = {
        name: Attribute(attribute.labels, attribute.codes[order])
        for name, attribute in responses.attributes.items()
    }
    phase = None if responses.phase is None else responses.phase[order]
    return Responses(responses.items, responses.answers[order], attributes, phase)


def _columns(responses: Responses) -> Iterator[Codes]:
    """Everything a row holds as numbers from 0, the most important first."""
    for _, attribute in sorted(responses.attributes.items()):
        yield attribute.codes + 1
    if responses.phase is not None:
        yield responses.phase
    yield from np.ascontiguousarray(responses.answers.T)


def _packed(columns: Iterable[Codes]) -> Iterator[npt.NDArray[np.int64]]:
    """Several columns in one number each: sorting three numbers is faster than sorting thirty."""
    key: npt.NDArray[np.int64] | None = None
    used = 1
    for column in columns:
        base = int(column.max()) + 1
        if key is None or used * base > ROOM:
            if key is not None:
                yield key
            key, used = column.astype(np.int64), base
        else:
            key, used = key * base + column, used * base
    if key is not None:
        yield key
