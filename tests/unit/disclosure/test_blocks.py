"""Small units are merged with siblings, and only with siblings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.disclosure.blocks import BlockRule, all_blocks, merged_by_size, merged_in_order
from medengage.disclosure.frame import Frame

RULES = {"specialty": BlockRule(parent="division")}


def frame(counts):
    answered = np.array(list(counts.values()), dtype=np.int64)
    return Frame(("division", "specialty", "grade"), tuple(counts), answered, answered)


def test_blocks_are_merged_inside_their_parent():
    counts = {("I", "a", "x"): 4, ("I", "b", "x"): 12, ("II", "c", "x"): 3, ("II", "d", "x"): 30}
    blocks = all_blocks(frame(counts), ["specialty"], 10, RULES)
    assert blocks["specialty"] == (("a", "b"), ("c", "d"))
    assert all_blocks(frame(counts), ["specialty"], 10, {})["specialty"] == (
        ("a", "b", "c"),
        ("d",),
    )


def test_values_of_several_parents_are_siblings_of_each_other():
    counts = {("I", "a", "x"): 12, ("I", "c", "x"): 5, ("II", "c", "x"): 9, ("II", "d", "x"): 11}
    blocks = all_blocks(frame(counts), ["specialty"], 10, RULES)
    assert blocks["specialty"] == (("a",), ("c",), ("d",))


@pytest.mark.parametrize(
    ("sizes", "by_size", "in_order"),
    [
        ({"a": 12, "b": 30, "c": 11}, ["a", "b", "c"], ["a", "b", "c"]),
        ({"a": 12, "b": 30, "c": 4}, ["ac", "b"], ["a", "bc"]),
        ({"a": 9, "b": 8, "c": 3, "d": 2}, ["ad", "bc"], ["abcd"]),
        ({"a": 3, "b": 3, "c": 3}, ["abc"], ["abc"]),
        ({"a": 5}, ["a"], ["a"]),
        ({}, [], []),
    ],
)
def test_merging(sizes, by_size, in_order):
    assert ["".join(block) for block in merged_by_size(sizes, 10)] == by_size
    assert ["".join(block) for block in merged_in_order(sizes, 10)] == in_order


@given(
    st.dictionaries(st.text(min_size=1), st.integers(0, 30), max_size=9),
    st.integers(1, 20),
    st.sampled_from([merged_by_size, merged_in_order]),
)
def test_merging_is_a_partition_into_large_enough_blocks(sizes, limit, merge):
    blocks = merge(sizes, limit)
    assert sorted(value for block in blocks for value in block) == sorted(sizes)
    if sum(sizes.values()) >= limit:
        assert all(sum(sizes[value] for value in block) >= limit for block in blocks)
