"""How closely shown means pin down small groups, and what is dropped for it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.disclosure.audit import (
    Displayed,
    audit,
    feasible_range,
    narrow_ranges,
    small_cells,
)
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Wish, build
from tests.golden_numbers import golden

CASES = golden("confidentiality")["linear_audit_cases"]


def frame(counts, names=("division", "grade")):
    answered = np.array(list(counts.values()), dtype=np.int64)
    return Frame(names, tuple(counts), answered, answered)


def displayed(lattice, atom_means, *, step=0.0, sizes=None):
    """The means that a lattice would show for these means of atoms."""
    n = lattice.frame.scored if sizes is None else sizes
    means = lattice.matrix @ (n * np.asarray(atom_means)) / (lattice.matrix @ n)
    shown = np.round(means / step) * step if step else means
    return Displayed("index", shown, np.full(len(means), step / 2), n)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden_intervals(case):
    groups = case["queries"].values()
    figures = np.array([[atom in group for atom in case["atoms"]] for group in groups])
    means = np.array(list(case["means"].values()))
    shown = Displayed("index", means, np.zeros(len(means)), np.array(case["atom_n"]))
    for place, (_, low, high) in enumerate(case["interval"]):
        cell = np.arange(len(case["atoms"])) == place
        found = feasible_range(figures.astype(np.int64), shown, cell)
        assert found[:2] == pytest.approx((low, high), abs=1e-5)


def test_rounding_widens_a_range_and_names_what_binds():
    figures = np.array([[1, 1], [1, 0]])
    exact = Displayed("index", np.array([62.5, 64.0]), np.zeros(2), np.array([15, 9]))
    rounded = Displayed("index", np.array([62.5, 64.0]), np.full(2, 0.5), np.array([15, 9]))
    cell = np.array([False, True])
    assert feasible_range(figures, exact, cell)[:2] == pytest.approx((60, 60), abs=1e-5)
    low, high, bind = feasible_range(figures, rounded, cell)
    assert high - low == pytest.approx(2 * (24 * 0.5 + 15 * 0.5) / 9, abs=1e-5)
    assert bind == (0, 1)


def test_means_that_contradict_each_other_are_a_mistake():
    figures = np.array([[1, 1], [1, 0], [0, 1]])
    shown = Displayed("index", np.array([90.0, 10, 10]), np.zeros(3), np.array([15, 9]))
    with pytest.raises(ValueError, match="contradict"):
        feasible_range(figures, shown, np.array([True, False]))


COUNTS = {("I", "x"): 12, ("I", "y"): 6, ("II", "x"): 6, ("II", "y"): 12, ("III", "x"): 30}
WISHES = [Wish(("division",)), Wish(("grade",))]


def test_ordinary_results_pass():
    lattice = build(frame(COUNTS), WISHES, 10)
    kept = audit(lattice, [displayed(lattice, [60, 40, 55, 50, 62], step=1)])
    assert kept.kept == tuple(range(len(lattice.groups)))
    assert kept.narrow == ()


def test_a_result_at_the_end_of_the_scale_costs_the_last_figure():
    """Everybody in division I scored 98 or more: its six registrars did, too."""
    lattice = build(frame(COUNTS), WISHES, 10)
    found = audit(lattice, [displayed(lattice, [99, 98, 55, 50, 62])])
    titles = [lattice.groups[place].title for place in found.kept]
    assert "I" not in titles
    gone = set(range(len(lattice.groups))) - set(found.kept)
    assert {narrow.dropped for narrow in found.narrow} == gone
    assert "I" in {lattice.groups[place].title for place in gone}
    first = found.narrow[0]
    assert first.high - first.low < 20
    assert first.measure == "index"


def test_what_stays_is_wide_enough_for_every_small_cell():
    lattice = build(frame(COUNTS), WISHES, 10)
    shown = displayed(lattice, [95, 93, 20, 90, 97])
    kept = list(audit(lattice, [shown]).kept)
    for cell in small_cells(lattice.frame, lattice.limit):
        low, high, _ = feasible_range(lattice.matrix[kept], shown.part(kept), cell)
        assert high - low >= 20 - 1e-6


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 14), min_size=6, max_size=6),
    st.lists(st.integers(0, 100), min_size=6, max_size=6),
    st.sampled_from([0.0, 1.0]),
)
def test_fast_audit_finds_what_plain_linear_programmes_find(sizes, means, step):
    cells = [(division, grade) for division in ("I", "II", "III") for grade in "xy"]
    counts = frame(dict(zip(cells, sizes, strict=True)))
    if counts.n < 8:
        return
    lattice = build(counts, WISHES, 8)
    shown = displayed(lattice, means, step=step)
    ranges = [
        feasible_range(lattice.matrix, shown, cell) for cell in small_cells(counts, lattice.limit)
    ]
    narrow = any(high - low < 20 - 1e-4 for low, high, _ in ranges)
    surely_wide = all(high - low > 20 + 1e-4 for low, high, _ in ranges)
    dropped = len(audit(lattice, [shown]).kept) < len(lattice.groups)
    assert dropped if narrow else not (dropped and surely_wide)


def test_a_later_wish_never_costs_an_earlier_one_a_figure():
    counts = frame(COUNTS)
    means = [99, 98, 55, 50, 62]
    short = build(counts, WISHES[:1], 10)
    long = build(counts, WISHES, 10)
    few = [short.groups[p].id for p in audit(short, [displayed(short, means)]).kept]
    more = [long.groups[p].id for p in audit(long, [displayed(long, means)]).kept]
    assert more[: len(few)] == few


def test_several_measures_are_audited_together():
    lattice = build(frame(COUNTS), WISHES, 10)
    plain = displayed(lattice, [60, 40, 55, 50, 62])
    extreme = displayed(lattice, [99, 98, 55, 50, 62])
    both = audit(lattice, [plain, extreme])
    assert both.kept == audit(lattice, [extreme]).kept
    assert audit(lattice, [plain]).narrow == ()


def test_a_cell_in_which_nobody_answered_a_measure_is_left_out():
    """Nobody in (I, y) has a value: then the other small cell follows, but not that one."""
    lattice = build(frame(COUNTS), WISHES, 10)
    sizes = np.array([12, 0, 6, 12, 30])
    narrow = audit(lattice, [displayed(lattice, [60, 0, 55, 50, 62], sizes=sizes)]).narrow
    assert [np.flatnonzero(found.cell).tolist() for found in narrow] == [[2]] * len(narrow)
    assert narrow


def test_small_cells_depend_on_the_frame_alone():
    cells = small_cells(frame(COUNTS), 10)
    assert [int(frame(COUNTS).scored[cell].sum()) for cell in cells] == [6, 6]


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=6),
    st.data(),
)
def test_beside_one_mean_no_programme_is_needed(sizes, data):
    """The closed form for a single shown mean gives what the linear programmes give."""
    n = np.array(sizes, dtype=np.int64)
    figure = np.array(data.draw(st.lists(st.booleans(), min_size=len(n), max_size=len(n))))
    figure[0] = True
    mean = data.draw(st.floats(1, 99))
    shown = Displayed("index", np.array([mean]), np.array([0.5]), n)
    cells = np.eye(len(n), dtype=bool)
    rows = figure[None].astype(np.int64)
    found = {one.cell.tobytes(): one for one in narrow_ranges(rows, shown, cells, 101.0)}
    for cell in cells:
        low, high, _ = feasible_range(rows, shown, cell)
        assert (found[cell.tobytes()].low, found[cell.tobytes()].high) == pytest.approx(
            (low, high), abs=1e-4
        )
