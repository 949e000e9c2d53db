"""Weaker rules leak what is said of them; the same doctors, certified, give nothing away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import release as hospitals
from medengage.disclosure import regimes
from medengage.disclosure.attacks import Release, ShownMean, run
from medengage.disclosure.audit import Displayed, audit
from medengage.disclosure.blocks import BlockRule
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Wish, build
from medengage.errors import DisclosureRefused, StudyError

FEW = {("I", "x"): 24, ("I", "y"): 4, ("II", "x"): 15, ("II", "y"): 15}


def frame(counts, names=("division", "grade")):
    answered = np.array(list(counts.values()), dtype=np.int64)
    return Frame(names, tuple(counts), answered, answered)


@pytest.fixture(scope="module")
def hospital():
    return hospitals.hospital(np.random.default_rng([8, 0]))


def test_free_filters_are_all_combinations_of_up_to_three():
    many = frame({("I", "x", "s", "t"): 9}, ("division", "grade", "sex", "site"))
    filters = regimes.free_filters(many)
    assert len(filters) == 1 + 4 + 6 + 4
    assert filters[0] == ()
    assert filters[-1] == ("grade", "sex", "site")


def test_cells_are_the_occupied_ones_in_the_order_of_their_values():
    counts = frame({("II", "y"): 3, ("I", "x"): 4, ("I", "y"): 0})
    assert regimes.cells(counts, ("division",)).tolist() == [
        [False, True, False],
        [True, False, False],
    ]
    assert regimes.cells(counts, ()).tolist() == [[True, True, False]]


def test_a_threshold_is_undone_by_one_subtraction():
    shown = regimes.threshold_only(frame(FEW), [(), ("division",), ("division", "grade")])
    sizes = {int(mean.atoms @ shown.sizes) for mean in shown.means}
    assert sizes == {15, 24, 28, 30, 58}
    assert regimes.given_away(shown) == regimes.GivenAway(6, 1, 1, 0)


def test_the_remainder_rule_stops_that_subtraction_but_not_two():
    """The cell is hidden, but grade x less its other division gives it away again."""
    margins = [(), ("division",), ("grade",), ("division", "grade")]
    alone = regimes.remainder_rule(frame(FEW), [(), ("division",), ("division", "grade")])
    assert regimes.given_away(alone).groups == 0
    both = regimes.remainder_rule(frame(FEW), margins)
    assert regimes.given_away(both).groups == 1


def test_fixed_breakdowns_leak_in_most_hospitals():
    leaks = [
        regimes.given_away(
            regimes.fixed_breakdowns(
                hospitals.hospital(np.random.default_rng([8, number])), hospitals.LEAN[1:]
            )
        ).groups
        for number in range(4)
    ]
    assert sum(leak > 0 for leak in leaks) >= 3


def test_noise_in_place_of_a_proof_is_averaged_away(hospital):
    noisy = regimes.noise_without_lattice(hospital, regimes.free_filters(hospital))
    exact = regimes.threshold_only(hospital, regimes.free_filters(hospital))
    away = regimes.given_away(noisy)
    assert noisy.alpha == 0.25
    assert 20 < away.groups < regimes.given_away(exact).groups


def test_live_refresh_shows_one_new_doctor_of_each_unit():
    shown = regimes.live_refresh(frame(FEW))
    assert regimes.given_away(shown).doctors == 2
    assert shown.frame.attributes == ("division", "day")
    with pytest.raises(StudyError, match="unit"):
        regimes.live_refresh(frame(FEW), "unit")


def test_live_refresh_of_a_unit_that_just_reaches_ten_shows_it_once():
    shown = regimes.live_refresh(frame({("I",): 10, ("II",): 9}, ("division",)))
    assert [mean.label for mean in shown.means] == ["I"]


def test_rolling_windows_overlap():
    months = frame({("May",): 12, ("June",): 6, ("July",): 7}, ("month",))
    shown = regimes.rolling_window(months)
    assert [int(mean.atoms @ shown.sizes) for mean in shown.means] == [12, 18, 13]
    assert [mean.moment for mean in shown.means] == [0, 1, 2]


def test_unrounded_percentages_are_those_of_the_answers():
    counts = frame(FEW)
    shown = regimes.unrounded_percentages(counts, np.array([24, 1, 5, 7]), [("division",)])
    assert [(share.label, share.n) for share in shown.shares] == [("I", 28), ("II", 30)]
    assert [share.percent for share in shown.shares] == pytest.approx([100 * 25 / 28, 40])


def test_by_attributes_keeps_the_doctors():
    coarse = regimes.by_attributes(frame(FEW), ("grade",))
    assert coarse.atoms == (("x",), ("y",))
    assert coarse.answered.tolist() == [39, 19]
    whole = regimes.by_attributes(frame(FEW), ())
    assert whole.answered.tolist() == [58]


@pytest.mark.parametrize("name", sorted(regimes.REGIMES))
def test_every_named_rule_gives_somebody_away(hospital, name):
    margins = [tuple(margin) for margin in hospitals.STANDARD]
    shown = regimes.REGIMES[name].release(hospital, margins, 10)
    assert regimes.given_away(shown).groups > 0
    assert shown.k == 10


def test_the_certified_release_of_the_same_hospital_gives_nobody_away(hospital):
    lattice = hospitals.certified(hospital, hospitals.STANDARD)
    shown = regimes.without_values(hospital, [group.atoms for group in lattice.groups], 10)
    away = regimes.given_away(shown)
    assert (away.groups, away.doctors) == (0, 0)
    assert away.tried > 300


@given(
    seed=st.integers(0, 2**32 - 1),
    attributes=st.integers(1, 3),
    k=st.integers(5, 11),
    collusion=st.integers(0, 2),
)
@settings(max_examples=40, deadline=None)
def test_the_suite_finds_nothing_in_certified_releases(seed, attributes, k, collusion):
    """Random frames and orders of wishes, audited means, every attack."""
    rng = np.random.default_rng(seed)
    doctors = int(rng.integers(30, 120))
    codes = np.column_stack([rng.integers(0, rng.integers(2, 5), doctors) for _ in range(3)])
    counts = hospitals.frame_of(codes[:, :attributes], rng.random(doctors) < 0.8)
    wishes = [Wish(tuple(names)) for names in regimes.free_filters(counts)[1:]]
    try:
        lattice = build(
            counts,
            [wishes[place] for place in rng.permutation(len(wishes))],
            k,
            collusion=collusion,
            rules={"specialty": BlockRule(parent="division")} if attributes > 1 else {},
        )
    except DisclosureRefused:
        return
    results = run(audited(rng, lattice, collusion))
    assert [one.words for one in results if one.found or not one.finished] == []


def audited(rng, lattice, collusion):
    """The groups whose rounded means pass the audit, as somebody sees them."""
    counts, rows = lattice.frame, lattice.matrix
    sums = np.array([rng.normal(60, 18, n).clip(0, 100).sum() for n in counts.scored])
    n = rows @ counts.scored
    step = np.where(n >= 50, 0.1, 1.0)
    mean = np.round(rows @ sums / n / step) * step
    kept = audit(lattice, [Displayed("index", mean, step / 2, counts.scored)]).kept
    means = [
        ShownMean(
            lattice.groups[g].title, rows[g] > 0, float(mean[g]), step[g] / 2, asked=step[g] / 2
        )
        for g in kept
    ]
    return Release(counts, lattice.k, tuple(means), collusion=collusion)
