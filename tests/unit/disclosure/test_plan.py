"""Which groups may be shown: a partition into blocks of at least k, and nothing finer."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.disclosure.frame import Frame
from medengage.disclosure.plan import merged, plan_release
from medengage.errors import DisclosureRefused
from medengage.findings import Policy

K = 10


def frame(sizes, *, scored=None):
    """Frame of (division, grade) -> respondents."""
    answered = np.array(list(sizes.values()), dtype=np.int64)
    least = answered if scored is None else np.array(scored, dtype=np.int64)
    return Frame(("division", "grade"), tuple(sizes), answered, least)


def by_division(**sizes):
    return frame({(name, "all"): n for name, n in sizes.items()})


def released_matrix(plan):
    """One row a released statistic (means of blocks, weighted mean), one column an atom."""
    rows = [group.atoms.astype(float) for group in plan.groups]
    weights = np.sqrt(np.arange(2, 2 + plan.strata.max() + 1))[plan.strata]
    return np.array([*rows, weights])


def smallest_recoverable(matrix, sizes):
    """Fewest doctors on whom some combination of the released sums depends (brute force).

    A set of atoms is recoverable if some combination of rows is zero everywhere else: then the
    rows restricted to the other atoms lose rank.
    """
    rank = np.linalg.matrix_rank(matrix)
    atoms = range(len(sizes))
    best = int(sum(sizes))
    for count in range(1, len(sizes)):
        for chosen in combinations(atoms, count):
            rest = [atom for atom in atoms if atom not in chosen]
            if np.linalg.matrix_rank(matrix[:, rest]) < rank:
                best = min(best, int(sum(sizes[atom] for atom in chosen)))
    return best


@pytest.mark.parametrize(
    ("sizes", "in_order", "blocks"),
    [
        ([12, 30, 11], False, [[0], [1], [2]]),
        ([12, 30, 4], False, [[0, 2], [1]]),
        ([4, 30, 12], True, [[0, 1], [2]]),
        ([3, 3, 3, 3], False, [[0, 1, 2, 3]]),
        ([9, 1], False, [[0, 1]]),
        ([5], False, [[0]]),
        ([], False, []),
    ],
)
def test_small_blocks_join_the_smallest_other_or_the_smaller_neighbour(sizes, in_order, blocks):
    assert merged(sizes, K, in_order=in_order) == blocks


@given(st.lists(st.integers(0, 40), max_size=12), st.booleans())
def test_merging_is_a_partition_into_blocks_of_at_least_k(sizes, in_order):
    blocks = merged(sizes, K, in_order=in_order)
    assert sorted(place for block in blocks for place in block) == list(range(len(sizes)))
    if sum(sizes) >= K:
        assert all(sum(sizes[place] for place in block) >= K for block in blocks)


def test_blocks_are_named_after_their_units_and_the_merge_is_told():
    plan = plan_release(
        by_division(Medicine=40, Surgery=30, Pathology=4, Radiology=12),
        Policy(breakdown="division"),
    )
    assert [block.title for block in plan.blocks] == [
        "Medicine",
        "Pathology and Radiology",
        "Surgery",
    ]
    assert plan.notes == (
        "Pathology and Radiology (division) are shown as one group: "
        "together they reach 10 doctors.",
    )


def test_a_skipped_item_makes_a_block_as_small_as_its_fewest_scores():
    sizes = {("A", "x"): 14, ("B", "x"): 30, ("C", "x"): 20}
    plan = plan_release(frame(sizes, scored=[9, 30, 20]), Policy(breakdown="division"))
    assert [block.members for block in plan.blocks] == [("A", "C"), ("B",)]


def test_no_breakdown_where_two_groups_cannot_stand():
    plan = plan_release(by_division(A=9, B=8), Policy(breakdown="division"))
    assert plan.blocks == ()
    assert plan.notes == ("No results by division: there are not two groups of 10 doctors.",)


@pytest.mark.parametrize("n", [0, 1, 9])
def test_nothing_is_shown_of_fewer_doctors_than_the_minimum(n):
    with pytest.raises(DisclosureRefused, match="too few doctors"):
        plan_release(by_division(A=n), Policy())


CELLS = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("xyz")),
    st.integers(1, 25),
    min_size=1,
    max_size=8,
)


@given(CELLS)
def test_no_combination_of_released_numbers_rests_on_fewer_than_k_doctors(sizes):
    """Means of blocks, the total and a weighted mean with arbitrary weights, all combined."""
    if sum(sizes.values()) < K:
        return
    plan = plan_release(frame(sizes), Policy(breakdown="division"))
    assert smallest_recoverable(released_matrix(plan), list(sizes.values())) >= K


def test_the_attack_finds_the_leak_of_the_usual_rule():
    """Threshold only: hide the block of 3, show the total; the difference gives it away."""
    sizes = [40, 30, 3]
    threshold_only = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0]], dtype=float)
    assert smallest_recoverable(threshold_only, sizes) == 3


def test_the_attack_finds_the_leak_of_weighting_by_small_strata():
    """A weighted and an unweighted mean of one block give both strata away."""
    assert smallest_recoverable(np.array([[1.0, 1.0], [1.2, 0.7]]), [40, 4]) == 4


def test_same_counts_same_plan():
    sizes = {("B", "x"): 4, ("A", "x"): 4, ("C", "x"): 30, ("D", "x"): 12}
    first, second = (
        plan_release(frame(dict(order)), Policy(breakdown="division"))
        for order in (sizes.items(), reversed(sizes.items()))
    )
    assert [b.members for b in first.blocks] == [b.members for b in second.blocks]
