"""Small functions that build values with defaults, so that a test says only what matters to it.

``study(n=40, policy=Policy(breakdown="division"))`` is a whole study of forty doctors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from medengage.definitions.instrument import Instrument, Item, ResponseOptions, Scale
from medengage.measure.responses import Attribute, Responses
from medengage.measure.study import Managers, Population, Study
from medengage.stores.ordering import in_order

SECRET = bytes(range(32))
DIVISIONS = ("Medicine", "Surgery", "Women and children")
GRADES = ("Foundation doctor", "Specialty trainee", "Consultant")
ATTRIBUTES: Mapping[str, Sequence[str]] = {"division": DIVISIONS, "grade": GRADES}
AGREE = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")


def instrument(
    name: str = "test-scale",
    *,
    scales: Sequence[str] = ("learning", "voice"),
    items_per_scale: int = 3,
    labels: Sequence[str] = AGREE,
    reversed_every: int = 3,
    **more: Any,
) -> Instrument:
    """An instrument with one index over some subscales; every third item is reverse-keyed.

    Items are called ``learning-1``, ``learning-2`` ... and have texts; the subscales take turns
    in the two aspects. ``more`` are further fields of ``Instrument``.
    """
    ids = [f"{scale}-{k + 1}" for scale in scales for k in range(items_per_scale)]
    options = more.pop("options", {"agree": ResponseOptions(labels=tuple(labels))})
    first = next(iter(options))
    items = tuple(
        Item(
            id=item_id,
            text=f"This is what {{organisation}} asks as {item_id.replace('-', ' number ')}.",
            options=first,
            reversed=bool(reversed_every) and k % reversed_every == reversed_every - 1,
        )
        for k, item_id in enumerate(ids)
    )
    facts: dict[str, Any] = {
        "version": "1.0.0",
        "title": f"Instrument {name}",
        "licence": "CC-BY-4.0",
        "sources": (),
        "reviewed": date(2026, 1, 1),
        "next_review": date(2027, 1, 1),
        "words": {"organisation": "hospital"},
    }
    return Instrument(
        id=name, options=options, items=items, scales=_tree(name, scales, ids), **(facts | more)
    )


def _tree(name: str, scales: Sequence[str], items: Sequence[str]) -> tuple[Scale, ...]:
    index = f"{name}-index"
    size = len(items) // len(scales)
    leaves = tuple(
        Scale(
            id=scale,
            title=scale.capitalize(),
            part_of=index,
            aspect="organisation" if k % 2 else "individual",
            items=tuple(items[k * size : (k + 1) * size]),
        )
        for k, scale in enumerate(scales)
    )
    return (Scale(id=index, title="Index"), *leaves)


def answers(
    of: Sequence[Instrument], n: int, rng: np.random.Generator, missing: float = 0.05
) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """(n, J) answers with a common leaning of each doctor; every doctor answers something."""
    high = np.array([i.options_of(name).highest for i in of for name in i.item_ids])
    leaning = rng.normal(0.6, 0.2, (n, 1)) + rng.normal(0, 0.2, (n, len(high)))
    values = 1 + np.floor(np.clip(leaning, 0, 0.999) * high)
    values[:, 1:][rng.random((n, len(high) - 1)) < missing] = 0
    return np.ascontiguousarray(values.astype(np.int8))


def responses(
    *of: Instrument,
    n: int = 60,
    rng: np.random.Generator | int = 7,
    attributes: Mapping[str, Sequence[str]] = ATTRIBUTES,
    missing: float = 0.05,
    phases: bool = False,
) -> Responses:
    """Answers of ``n`` doctors to some instruments, with attributes, in canonical order."""
    of = of or (instrument(),)
    rng = np.random.default_rng(rng)
    columns = {
        name: Attribute(tuple(labels), rng.integers(0, len(labels), n).astype(np.int32))
        for name, labels in attributes.items()
    }
    phase = rng.integers(1, 4, n).astype(np.int8) if phases else None
    items = tuple(name for i in of for name in i.item_ids)
    return in_order(Responses(items, answers(of, n, rng, missing), columns, phase))


def population(answered: Responses, asked_for_each: int = 2) -> Population:
    """A roster in which this many doctors were asked for each one that answered."""
    labels = [
        [attribute.labels[code] for code in attribute.codes]
        for attribute in answered.attributes.values()
    ]
    cells: dict[tuple[str, ...], int] = {}
    for values in zip(*labels, strict=True):
        cells[values] = cells.get(values, 0) + asked_for_each
    return Population.of_cells(answered.attributes, cells)


def managers(of: Instrument | None = None, n: int = 20, rng: int = 8) -> Managers:
    """The answers of managers to their form of an instrument."""
    form = of or instrument("test-scale-managers", respondents="managers")
    return Managers(form, responses(form, n=n, rng=rng, attributes={}))


def study(n: int = 60, *, rng: np.random.Generator | int = 7, **more: Any) -> Study:
    """A study of ``n`` doctors; ``more`` are fields of ``Study`` that replace the defaults."""
    asked = more.setdefault("instrument", instrument())
    modules = more.setdefault("modules", ())
    answered = more.setdefault("responses", responses(asked, *modules, n=n, rng=rng))
    more.setdefault("population", population(answered) if answered.attributes else None)
    facts: dict[str, Any] = {
        "id": "st-elsewhere-2026",
        "organisation": "St Elsewhere Hospital",
        "wave": "2026",
        "opened": date(2026, 3, 2),
        "closed": date(2026, 3, 27),
    }
    return Study(**(facts | {"secret": SECRET} | more))


def changed(study: Study, **fields: Any) -> Study:
    """The same study with some fields replaced."""
    return replace(study, **fields)
