"""Each fast attack against the plain definition: every union, every team, every programme."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medengage.disclosure.attacks import Release, ShownMean, colluders, unions
from medengage.disclosure.attacks.linear import recovered
from medengage.disclosure.attacks.ranges import Contradiction, ShownSums, narrow_ranges
from medengage.disclosure.attacks.release import small_targets
from medengage.disclosure.attacks.unions import small_union
from medengage.disclosure.audit import Displayed, feasible_range
from medengage.disclosure.frame import Frame

seeds = st.integers(0, 2**32 - 1)


def random_frame(rng, *, values=(3, 3), most=6):
    """Cells of some attributes, some of them empty."""
    cells = [
        tuple(f"{name}{v}" for name, v in zip("abc", cell, strict=False))
        for cell in product(*(range(n) for n in values))
    ]
    n = rng.integers(0, most, len(cells))
    scored = np.maximum(0, n - rng.integers(0, 2, len(cells)))
    return Frame(tuple("abc")[: len(values)], tuple(cells), n, scored)


@given(arrays(np.int64, (4, 8), elements=st.integers(0, 1)), seeds)
@settings(max_examples=60, deadline=None)
def test_every_union_that_can_be_computed_is_found(rows, seed):
    """All 255 unions of eight cells by hand."""
    sizes = np.random.default_rng(seed).integers(1, 6, 8)
    every = np.array(list(product([False, True], repeat=8)))[1:]
    small = every[every @ sizes < 8]
    there = bool(recovered(rows.astype(float), small).any()) if len(small) else False
    union, finished = small_union(rows, sizes, 8)
    assert finished
    assert (union is not None) == there
    if union is not None:
        assert recovered(rows.astype(float), union[None])[0]
        assert 0 < sizes[union].sum() < 8


def test_entries_that_are_halves_are_no_union():
    """Three pairs of three cells give each cell alone, but not by whole entries at first."""
    rows = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    union, _ = small_union(rows, np.array([4, 4, 4]), 5)
    assert union is not None
    assert union.sum() == 1
    assert small_union(rows[:2], np.array([4, 4, 4]), 5)[0] is None


def test_effort_is_counted_and_not_timed():
    """The same release stops at the same place on every computer."""
    rows = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]])
    sizes = np.array([9, 9, 9, 9])
    assert small_union(rows, sizes, 10) == (None, True)
    assert small_union(rows, sizes, 10, effort=1) == (None, False)


@given(seeds, st.integers(1, 2), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_every_team_of_colluders_is_tried(seed, team, k):
    """Against all teams one by one, each with its own projection."""
    rng = np.random.default_rng(seed)
    frame = random_frame(rng, values=(2, 3), most=4)
    scored = frame.scored
    assume(scored.sum() > team)  # or there is nobody else to find
    means = [ShownMean("group", rng.random(6) < 0.5) for _ in range(4)]
    release = Release(frame, k, tuple(means), collusion=team)
    doctors = np.repeat(np.arange(6), scored).tolist()
    targets = small_targets(frame, k + team)
    rows = release.matrix.astype(float)
    by_hand: set[bytes] = set()
    for chosen in combinations(doctors, team):
        others = scored - np.bincount(chosen, minlength=6)
        keep = (others > 0) | (scored == 0)
        n = targets @ others
        wanted = targets[(n > 0) & (n < k)]
        hits = wanted[recovered(rows[:, keep], wanted[:, keep])]
        by_hand |= {(hit & (others > 0)).tobytes() for hit in hits}
    assert bool(colluders(release).found) == bool(by_hand)
    assert len(colluders(release).found) >= len(by_hand)


@given(seeds, st.sampled_from([(3,), (3, 3), (2, 3, 2)]), st.integers(2, 12))
@settings(max_examples=40, deadline=None)
def test_targets_are_the_small_cells_of_all_attributes(seed, values, limit):
    frame = random_frame(np.random.default_rng(seed), values=values)
    names, masks = frame.attributes, [np.eye(len(frame.atoms), dtype=bool)]
    for count in range(1, len(names) + 1):
        for some in combinations(names, count):
            columns = [frame.column(name) for name in some]
            keys = list(zip(*columns, strict=True))
            masks.append(np.array([[key == other for key in keys] for other in sorted(set(keys))]))
    every = np.vstack(masks) & (frame.scored > 0)
    n = every @ frame.scored
    by_hand = {row.tobytes() for row in every[(n > 0) & (n < limit)]}
    assert {row.tobytes() for row in small_targets(frame, limit)} == by_hand


def shown(rng, groups, sizes, *, step):
    """Rounded means of these groups for sums that somebody gave."""
    truth = rng.uniform(0, 100, len(sizes))
    n = groups @ sizes
    mean = np.round((groups @ (truth * sizes)) / n / step) * step
    sums = ShownSums(
        groups.astype(float), (mean - step / 2) * n, (mean + step / 2) * n, sizes * 1.0, 100.0
    )
    return sums, Displayed("index", mean, np.full(len(mean), step / 2), sizes)


@given(seeds, st.sampled_from([0.1, 1.0]), st.sampled_from([5.0, 20.0, 60.0]))
@settings(max_examples=15, deadline=None)
def test_narrow_ranges_are_those_of_two_linear_programmes_each(seed, step, width):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, 7)
    groups = np.unique(np.vstack([np.ones((1, 7)), rng.random((4, 7)) < 0.5]), axis=0)
    groups = groups[groups.any(axis=1)].astype(np.int64)
    sums, displayed = shown(rng, groups, sizes, step=step)
    targets = np.vstack([np.eye(7, dtype=bool)[:3], rng.random((3, 7)) < 0.4])
    targets = targets[targets.any(axis=1)]
    found = {place: (low, high) for place, low, high in narrow_ranges(sums, targets, width)}
    for place, target in enumerate(targets):
        low, high, _ = feasible_range(groups, displayed, target)
        if abs(high - low - width) > 1e-3:
            assert (place in found) == (high - low < width)
        if place in found:
            assert found[place] == pytest.approx((low, high), abs=1e-3)


def test_means_that_contradict_each_other_are_told_so():
    rows, sizes = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), np.array([10.0, 10.0])
    apart = np.array([60.0, 20.0, 20.0]) * (rows @ sizes)
    with pytest.raises(Contradiction):
        list(narrow_ranges(ShownSums(rows, apart, apart, sizes, 100.0), np.eye(2, dtype=bool), 20))


def test_a3_finds_nothing_where_nobody_is_left_out():
    frame = Frame(("a",), (("x",), ("y",)), np.array([12, 15]), np.array([12, 15]))
    release = Release(frame, 10, (ShownMean("all", np.array([True, True])),))
    assert unions(release).failed
    assert unions(release).tried == 2
