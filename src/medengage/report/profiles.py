"""Findings as charts of profiles: the quadrant, and the answers to the items of a scale."""

from __future__ import annotations

from collections.abc import Sequence

from medengage.findings import (
    ORGANISATION,
    Distribution,
    Findings,
    ItemFinding,
    QuadrantFinding,
    QuadrantPoint,
    ScaleFinding,
    Share,
    Suppressed,
)
from medengage.report.answers import all_answers, places
from medengage.report.blocks import Cell, Chart, Table
from medengage.report.readings import units_banded
from medengage.report.words import (
    breakdown,
    confidence,
    group_name,
    listed,
    number,
    period,
    plural,
    probability,
)

__all__ = ["CAUTION", "item_name", "items_chart", "quadrant_chart", "quadrant_words"]

MOST_NAMED = 2
CAUTION = "with caution: no reading"
"""Stands in the place of a reading where the means of units are only fairly reliable."""
TOGETHER = "see left"
"""Stands in a table for a percentage that is shown together with the answer on its left."""

DEGREES = {1: ("",), 2: ("most ", ""), 3: ("most ", "", "slightly ")}
"""How favourable an answer is, from the outside in, by the number of answers on one side."""

Placed = tuple[ItemFinding, Distribution, tuple[tuple[int, int], ...]]


def quadrant_chart(findings: Findings) -> Chart | None:
    """Organisation and blocks on both aspects, as ellipses; ``None`` without a quadrant."""
    found = findings.quadrant
    if found is None:
        return None
    return Chart(
        kind="quadrant",
        title=_quadrant_title(findings, found),
        subtitle=f"What doctors bring and what the organisation offers, {period(findings)}. "
        f"Each ellipse is a {confidence(findings)} in two directions. {_cuts(found)}",
        description=_quadrant_description(findings, found),
        data=_quadrant_table(findings, found),
        options={
            "ellipses": tuple((*point.axes, point.angle) for point in found.points),
            "borderline": tuple(point.borderline for point in found.points),
            "cuts": (found.cut_x, found.cut_y),
            "corners": found.names,
            "titles": ("What doctors bring", "What the organisation offers"),
            "accent": group_name(findings, ORGANISATION),
        },
    )


def quadrant_words(findings: Findings, point: QuadrantPoint) -> str:
    """``Engaged (86 %)`` or ``cannot tell: Engaged or Held back``."""
    if point.group != ORGANISATION and not units_banded(findings):
        return CAUTION
    if point.borderline:
        return f"cannot tell: {point.label.replace(' / ', ' or ')}"
    return f"{point.label} ({probability(max(point.probabilities))})"


def items_chart(
    findings: Findings, scale: ScaleFinding, items: Sequence[ItemFinding]
) -> Chart | None:
    """Answers to the items of one scale as bars around the middle, favourable to the right.

    Answers to reverse-keyed items are turned round. ``None`` where no answers may be shown, or
    where the names of the answers are not known because none of the items shows all of them.
    """
    options = items[0].options
    answers = all_answers([item for item in findings.items if item.options == options], options)
    placed = [] if answers is None else _placed(items, answers)
    if answers is None or not placed:
        return None
    turned = " Bars of reversed statements are turned round."
    subtitle = "Percent of doctors by answer; at the end of each bar the share of favourable ones."
    return Chart(
        kind="stacked",
        title=_items_title(scale, [item for item, _, _ in placed]),
        subtitle=subtitle + (turned if any(item.reversed for item, *_ in placed) else ""),
        description=_items_description(scale, placed),
        data=_answers_table(scale, placed, answers),
        options={
            "answers": _sides(answers, mixed=any(item.reversed for item, *_ in placed)),
            "turned": tuple(item_name(item) for item, *_ in placed if item.reversed),
            "beside": {item_name(item): _favourable(item) for item, _, _ in placed},
        },
    )


def item_name(item: ItemFinding) -> str:
    """The words of an item, or its id; whether agreeing is unfavourable."""
    return (item.text or item.id) + (" (reversed)" if item.reversed else "")


def _cuts(found: QuadrantFinding) -> str:
    if found.cut_source == "norm median":
        return "The lines are the medians of the norm."
    return f"The lines at {number(found.cut_x)} are a fixed criterion, no norm."


def _quadrant_title(findings: Findings, found: QuadrantFinding) -> str:
    whole = next(point for point in found.points if point.group == ORGANISATION)
    others = [point for point in found.points if point.group != ORGANISATION]
    name = group_name(findings, ORGANISATION)
    told = [f"{name} is in “{whole.label}”"]
    if whole.borderline:
        told = [f"{name} is on the border of {_quoted(whole.label)}"]
    if not units_banded(findings):
        return told[0]
    away = [p for p in others if not p.borderline and p.label != whole.label]
    if 0 < len(away) <= MOST_NAMED:
        told += [f"{group_name(findings, p.group)} in “{p.label}”" for p in away]
    elif away:
        told.append(f"{len(away)} {plural(breakdown(findings))} are elsewhere")
    unsure = sum(point.borderline for point in others)
    if unsure:
        told.append(f"{unsure} of {len(others)} {plural(breakdown(findings))} cannot be placed")
    return "; ".join(told)


def _quoted(label: str) -> str:
    return listed([f"“{name}”" for name in label.split(" / ")])


def _quadrant_table(findings: Findings, found: QuadrantFinding) -> Table:
    columns = ("Group", "What doctors bring", "What the organisation offers", "Doctors", "Place")
    rows = tuple(
        (group_name(findings, p.group), p.x, p.y, p.n, quadrant_words(findings, p))
        for p in found.points
    )
    return Table("Places in the quadrant, each aspect from 0 to 100", columns, rows)


def _quadrant_description(findings: Findings, found: QuadrantFinding) -> str:
    told = [
        f"{group_name(findings, p.group)}: doctors bring {number(p.x)}, the organisation offers "
        f"{number(p.y)}, {quadrant_words(findings, p)}"
        for p in found.points
    ]
    return "Groups on two axes, each from 0 to 100. " + "; ".join(told) + "."


def _placed(items: Sequence[ItemFinding], answers: tuple[str, ...]) -> list[Placed]:
    """Items whose answers may be drawn, with the places of the answers."""
    found = []
    for item in items:
        shape = item.distribution
        if isinstance(shape, Suppressed):
            continue
        where = places(shape.labels, answers)
        if where is not None:
            found.append((item, shape, where))
    return found


def _answers_table(
    scale: ScaleFinding, placed: Sequence[Placed], answers: tuple[str, ...]
) -> Table:
    """Percent of doctors by answer, as the statements were worded."""
    columns = ("Statement", *(f"{answer} (%)" for answer in answers), "Doctors")
    rows: list[tuple[Cell, ...]] = []
    for item, shape, where in placed:
        cells: list[Cell] = [TOGETHER] * len(answers)
        for percent, (first, _) in zip(shape.percent, where, strict=True):
            cells[first - 1] = percent
        rows.append((item_name(item), *cells, shape.n))
    joined = any(TOGETHER in row for row in rows)
    note = (f"{TOGETHER.capitalize()}: shown together with the answer on the left.",) * joined
    return Table(f"Answers to {scale.title}, percent of doctors", columns, tuple(rows), note)


def _sides(answers: tuple[str, ...], *, mixed: bool) -> tuple[str, ...]:
    """Names of the places: the answers, or how favourable they are where some are turned round."""
    side = len(answers) // 2
    if not mixed or side not in DEGREES:
        return answers
    bad = tuple(f"{degree}unfavourable" for degree in DEGREES[side])
    good = tuple(f"{degree}favourable" for degree in DEGREES[side][::-1])
    return (*bad, *answers[side : len(answers) - side], *good)


def _favourable(item: ItemFinding) -> str:
    share = item.favourable
    if isinstance(share, Suppressed):
        return ""
    sign = {"at most": "≤ ", "at least": "≥ ", None: ""}[share.bound]
    return f"{sign}{number(share.value)} %"


def _items_title(scale: ScaleFinding, items: Sequence[ItemFinding]) -> str:
    shares = [item.favourable.value for item in items if isinstance(item.favourable, Share)]
    if not shares:
        return f"Answers to {scale.title}"
    low, high = number(min(shares)), number(max(shares))
    if low == high:
        return f"{low} % of doctors answered favourably"
    return f"Between {low} % and {high} % of doctors answered favourably"


def _items_description(scale: ScaleFinding, placed: Sequence[Placed]) -> str:
    told = "; ".join(f"{item_name(item)}: {_favourable(item)}" for item, *_ in placed)
    return f"Stacked bars of the answers to {scale.title}. Favourable answers: {told}."
