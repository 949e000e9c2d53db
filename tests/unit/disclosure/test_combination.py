"""What a weighted mean or a late-minus-early difference gives away beside the blocks."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.disclosure.combination import smallest_support


def brute_force(block, extra):
    """Fewest doctors outside which all released rows lose rank, over all sets of cells.

    Cells are doctors who cannot be told apart; sets made of whole blocks are left out, because
    those are released anyway.
    """
    rows, size = np.unique(np.column_stack([block, extra]), axis=0, return_counts=True)
    blocks = np.unique(rows[:, 0])
    matrix = np.array([*[(rows[:, 0] == b).astype(float) for b in blocks], *rows[:, 1:].T])
    plain = matrix[: len(blocks)]
    best = None
    for count in range(1, len(rows) + 1):
        for chosen in combinations(range(len(rows)), count):
            rest = [cell for cell in range(len(rows)) if cell not in chosen]
            lost = np.linalg.matrix_rank(matrix) - np.linalg.matrix_rank(matrix[:, rest])
            usual = len(blocks) - np.linalg.matrix_rank(plain[:, rest])
            if lost > usual:
                found = int(size[list(chosen)].sum())
                best = found if best is None else min(best, found)
    return best


@pytest.mark.parametrize(
    ("block", "extra", "fewest"),
    [
        ([0] * 40 + [0] * 4, [1.2] * 40 + [0.7] * 4, 4),
        ([0] * 30 + [1] * 20, [1.0] * 30 + [2.0] * 20, None),
        ([0] * 30 + [0] * 12 + [1] * 20, [1.0] * 30 + [2.0] * 12 + [1.0] * 20, 12),
        ([0] * 10 + [0] * 10 + [1] * 9 + [1] * 11, [1, 2] * 10 + [1] * 9 + [2] * 11, 19),
    ],
    ids=["four alone", "only whole blocks", "twelve", "nine and ten together"],
)
def test_one_further_statistic(block, extra, fewest):
    assert smallest_support(np.array(block), np.array(extra, dtype=float)[:, None]) == fewest


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 2)), min_size=3, max_size=14
    )
)
def test_two_further_statistics_agree_with_trying_everything(rows):
    table = np.array(rows, dtype=float)
    block, extra = table[:, 0].astype(np.int64), table[:, 1:]
    if np.ptp(extra, axis=0).min() == 0:
        return
    found, true = smallest_support(block, extra), brute_force(block, extra)
    assert found == true


def test_three_are_not_examined_but_refused():
    with pytest.raises(ValueError, match="one or two"):
        smallest_support(np.zeros(3, dtype=np.int64), np.ones((3, 3)))
