"""What the library gives for a row of the spec tables on groups, display and decisions.

Each function takes the cells of a row that are given, and returns those that are expected.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medengage.disclosure import display
from medengage.disclosure.blocks import merged_by_size, merged_in_order
from medengage.disclosure.display import response_percent
from medengage.disclosure.frame import Frame
from medengage.disclosure.plan import plan_release
from medengage.errors import DisclosureRefused
from medengage.findings import Estimate, Policy, Share, Suppressed
from medengage.stats import quadrants
from medengage.stats.measurement_error import reliable_change
from medengage.stats.multilevel import aggregation_decision
from medengage.stats.nonresponse import response_label

Cells = Mapping[str, str]
Given = dict[str, str | float | bool]

POLICY = Policy()


def number_or_none(cell: str) -> float | None:
    """A number, or None for ``none``."""
    return None if cell == "none" else float(cell)


def response(row: Cells) -> Given:
    """The organisation's rate and how it is read."""
    answered, eligible = int(row["answered"]), int(row["could have answered"])
    percent = response_percent(answered, eligible, exact=True)
    assert percent is not None
    return {"percent": percent, "label": response_label(answered / eligible).value}


def response_of_group(row: Cells) -> Given:
    """The rate of a group as it is shown."""
    percent = response_percent(int(row["answered"]), int(row["could have answered"]))
    return {"shown": "none" if percent is None else percent}


def joined(row: Cells) -> Given:
    """Units joined into groups."""
    return {"groups": groups(row["units"], in_order=False)}


def joined_in_order(row: Cells) -> Given:
    """Units with an order joined into groups."""
    return {"groups": groups(row["units"], in_order=True)}


def groups(units: str, *, in_order: bool) -> str:
    """``A 12, C 4`` joined: ``A + C``."""
    sizes = {name: int(size) for name, size in (unit.split() for unit in units.split(", "))}
    merge = merged_in_order if in_order else merged_by_size
    return ", ".join(" + ".join(block) for block in merge(sizes, POLICY.minimum_group))


def whole_organisation(row: Cells) -> Given:
    """Whether anything is shown of an organisation with so few doctors."""
    n = np.array([int(row["doctors with a complete score"])])
    try:
        plan_release(Frame((), ((),), n, n), POLICY)
    except DisclosureRefused:
        return {"shown": False}
    return {"shown": True}


def mean_as_shown(row: Cells) -> Given:
    """A mean with its interval."""
    value, low, high = (float(row[name]) for name in ("mean", "from", "to"))
    n = int(row["doctors"])
    found = display.rounded_estimate(Estimate(value=value, low=low, high=high, n=n), n)
    return {"shown": f"{found.value:g} ({found.low:g} to {found.high:g})"}


def doctors_as_shown(row: Cells) -> Given:
    """The number of doctors of a group."""
    return {"shown": display.rounded_n(int(row["doctors"]), POLICY.minimum_group)}


def percent_as_shown(row: Cells) -> Given:
    """A percentage of doctors."""
    count, n = int(row["favourable"]), int(row["doctors"])
    figure = display.share(Share(value=100 * count / n, low=0, high=100, n=n), POLICY)
    if isinstance(figure, Suppressed):
        return {"shown": "none"}
    return {"shown": f"{figure.bound or ''} {figure.value:g}".strip()}


def distribution_as_shown(row: Cells) -> Given:
    """How many doctors chose each option."""
    counts = tuple(int(cell) for cell in row["doctors per option"].split())
    labels = tuple(str(place + 1) for place in range(len(counts)))
    figure = display.distribution(labels, counts, POLICY)
    if isinstance(figure, Suppressed):
        return {"options": "none", "percent": "none"}
    percent = " ".join(f"{value:g}" for value in figure.percent)
    return {"options": ", ".join(figure.labels), "percent": percent}


def probabilities(row: Cells) -> Given:
    """A point with its uncertainty among the four quadrants."""
    mean = [float(cell) for cell in row["scores"].split()]
    sd = np.array([float(cell) for cell in row["uncertainty"].split()])
    together = float(row["together"])
    covariance = np.outer(sd, sd) * np.array([[1, together], [together, 1]])
    found = quadrants.quadrant_probabilities(mean, covariance, cut=[50, 50])
    return {
        quadrant.value: float(p) for quadrant, p in zip(quadrants.Quadrant, found, strict=True)
    }


def placement(row: Cells) -> Given:
    """One quadrant, or the two likeliest."""
    placed = quadrants.placement([float(cell) for cell in row["probabilities"].split()])
    assert placed.borderline == (len(placed.quadrants) == 2)
    return {"quadrant": " or ".join(quadrant.value for quadrant in placed.quadrants)}


def aggregation(row: Cells) -> Given:
    """Whether units may be compared."""
    p, agreement, reliability = (
        number_or_none(row[name]) for name in ("p", "agreement", "reliability")
    )
    return {"decision": aggregation_decision(p, agreement, icc2=reliability).value}


def change(row: Cells) -> Given:
    """Two scores of one doctor."""
    before, after, sd, r = (
        float(row[name]) for name in ("before", "after", "spread", "reliability")
    )
    found = reliable_change(before, after, sd=sd, r=r)
    return {
        "index": found.index,
        "smallest reliable change": found.smallest,
        "reliable": found.reliable,
    }
