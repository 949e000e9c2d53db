"""Units beside their organisation: what the heat map may say, and what it may not."""

from __future__ import annotations

import numpy as np
import pytest

from medengage.compare.calls import Call
from medengage.compare.units import beside_organisation
from medengage.findings import Estimate, Findings, Suppressed
from tests.findings_samples import fullest, ninety_nine_units, not_told_apart, smallest

INDEX = "medical-engagement-index"


def with_units(means: list[float], half: float, **group: float) -> Findings:
    """The fullest findings with other means of the units on the index."""
    found = fullest()
    names = [unit.id for unit in found.blocks][: len(means)]
    figures = {
        name: Estimate(value=m, low=m - half, high=m + half, n=40)
        for name, m in zip(names, means, strict=True)
    }
    scales = tuple(
        s.model_copy(update={"groups": figures}) if s.id == INDEX else s for s in found.scales
    )
    groups = tuple(
        one.model_copy(update=group) if one.id in names else one for one in found.groups
    )
    return found.model_copy(update={"scales": scales, "groups": groups})


def calls(found: Findings) -> list[Call]:
    rows = beside_organisation(found, (found.scale(INDEX),)).cells
    return [row[0].call for row in rows]


def test_clear_differences_are_called_and_chance_is_not() -> None:
    assert calls(with_units([40, 50, 58, 66, 76], 2.0)) == [
        Call.BELOW,
        Call.BELOW,
        Call.SIMILAR,
        Call.ABOVE,
        Call.ABOVE,
    ]
    assert set(calls(with_units([57, 59, 58, 60, 56], 9.0))) == {Call.CANNOT_TELL}


def test_units_in_which_few_answered_are_called_nothing() -> None:
    found = with_units([40, 50, 58, 66, 76], 2.0, response_percent=35.0)
    rows = beside_organisation(found, (found.scale(INDEX),)).cells
    assert {row[0].words for row in rows} == {"cannot tell: only 35 % answered"}


def test_a_withheld_figure_says_why_and_is_called_nothing() -> None:
    found = not_told_apart()
    rows = beside_organisation(found).cells
    hidden = [cell for row in rows for cell in row if isinstance(cell.figure, Suppressed)]
    assert hidden
    assert all(cell.called is None and cell.words for cell in hidden)


def test_without_units_there_is_an_empty_map() -> None:
    assert beside_organisation(smallest()).cells == ()


def test_fewer_than_five_units_are_each_compared_by_themselves() -> None:
    found = with_units([40, 50, 58, 66, 76], 2.0)
    blocks = {unit.id for unit in found.blocks[:2]}
    scales = tuple(
        s.model_copy(update={"groups": {k: v for k, v in s.groups.items() if k in blocks}})
        for s in found.scales
    )
    few = found.model_copy(update={"scales": scales})
    rows = beside_organisation(few, (few.scale(INDEX),)).cells
    assert [row[0].call for row in rows[:2]] == [Call.BELOW, Call.BELOW]
    assert all(isinstance(row[0].figure, Suppressed) for row in rows[2:])


def test_how_many_calls_may_be_wrong_is_told() -> None:
    heat = beside_organisation(with_units([40, 50, 58, 66, 76], 2.0))
    assert heat.false_share is not None
    assert 0.0 <= heat.false_share <= 0.20
    assert len(heat.cells) == len(heat.units)
    assert all(len(row) == len(heat.scales) for row in heat.cells)


@pytest.mark.parametrize("spread", [0.0, 6.0])
def test_calls_are_right_as_often_as_they_claim(spread: float) -> None:
    """A hundred times 99 units with known levels: no more false calls than claimed."""
    rng = np.random.default_rng(3)
    wrong, claimed, made, template = 0, 0.0, 0, ninety_nine_units()
    index = template.index
    assert index is not None
    names = list(index.groups)
    se = 2.0
    for _ in range(8):
        levels = 58 + spread * rng.standard_normal(len(names))
        means = levels + se * rng.standard_normal(len(names))
        figures = {
            name: Estimate(value=m, low=m - 1.96 * se, high=m + 1.96 * se, n=40)
            for name, m in zip(names, np.clip(means, 5, 95).tolist(), strict=True)
        }
        overall = Estimate(value=58, low=57, high=59, n=2000)
        scale = index.model_copy(update={"groups": figures, "overall": overall})
        found = beside_organisation(template, (scale,))
        for level, (cell,) in zip(levels, found.cells, strict=True):
            if cell.called is not None and cell.call.is_different:
                made += 1
                claimed += 1 - cell.called.probability
                side = 1 if cell.call in (Call.ABOVE, Call.PROBABLY_ABOVE) else -1
                wrong += side * (level - 58) < 3.0
    if spread == 0.0:
        assert made <= 2
    else:
        assert made > 100
        assert wrong <= claimed + 3 * claimed**0.5 + 3
