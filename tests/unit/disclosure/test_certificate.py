"""The proof: fast, slow and by hand agree on what a release gives away."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from medengage.disclosure import tableau as exact
from medengage.disclosure.certificate import Certifier, certify
from medengage.disclosure.programme import (
    certify_slow,
    independent,
    lightest_by_hand,
    null_basis,
    union_programme,
)
from medengage.disclosure.tableau import Tableau, TooLarge, eliminate, primitive
from tests.golden_numbers import golden

CASES = golden("confidentiality")["linear_audit_cases"]


def matrix(case):
    """Released figures of a golden case over its atoms."""
    rows = [[atom in group for atom in case["atoms"]] for group in case["queries"].values()]
    return np.array(rows, dtype=np.int64)


@st.composite
def releases(draw, least=0, most=1):
    """Figures over a few atoms, with sizes and a limit; no figure of nobody."""
    atoms = draw(st.integers(1, 9))
    row = st.lists(st.integers(least, most), min_size=atoms, max_size=atoms).filter(any)
    rows = draw(st.lists(row, min_size=1, max_size=7))
    sizes = draw(st.lists(st.integers(0, 8), min_size=atoms, max_size=atoms))
    return np.array(rows), np.array(sizes), draw(st.integers(2, 12))


@st.composite
def tables(draw):
    """Margins and cells of a table with holes: what releases look like."""
    shape = draw(st.sampled_from([(2, 2), (3, 2), (3, 3), (2, 2, 2), (4, 2), (3, 2, 2)]))
    counts = draw(st.lists(st.integers(0, 9), min_size=prod(shape), max_size=prod(shape)))
    cells = np.array(list(np.ndindex(*shape)))[np.array(counts) > 0]
    assume(len(cells))
    margins = [set_ for set_ in subsets(len(shape)) if len(set_) < len(shape)]
    chosen = draw(st.lists(st.sampled_from(margins), min_size=1, max_size=4, unique=True))
    rows = [
        (cells[:, list(margin)] == key).all(axis=1)
        for margin in chosen
        for key in np.unique(cells[:, list(margin)], axis=0)
    ]
    keep = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    kept = [row for row, wanted in zip(rows, keep, strict=True) if wanted] or rows[:1]
    sizes = np.array(counts)[np.array(counts) > 0]
    return np.array(kept, dtype=np.int64), sizes, draw(st.integers(2, 14))


def prod(shape):
    return int(np.prod(shape))


def subsets(count):
    return [tuple(p for p in range(count) if number >> p & 1) for number in range(2**count)]


def truth(figures, sizes, limit):
    """Is it safe, by the definition?"""
    lightest = lightest_by_hand(figures, sizes)
    return lightest is None or lightest[0] >= limit


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden_cases(case):
    figures, sizes = matrix(case), np.array(case["atom_n"])
    verdict = certify(figures, sizes, case["k"])
    assert verdict.safe == case["safe"]
    if not verdict.safe:
        assert verdict.n == case["smallest"]
    assert certify_slow(figures, sizes, case["k"])[0] == case["safe"]
    assert union_programme(figures, sizes, case["k"])[0] == case["safe"]


@settings(max_examples=150, deadline=None)
@given(st.one_of(releases(), releases(least=-2, most=3), tables()))
def test_fast_is_the_definition(release):
    figures, sizes, limit = release
    verdict = certify(figures, sizes, limit)
    assert verdict.safe == truth(figures, sizes, limit)


@settings(max_examples=25, deadline=None)
@given(st.one_of(releases(), tables()))
def test_slow_is_the_definition(release):
    figures, sizes, limit = release
    safe, witness = certify_slow(figures, sizes, limit)
    assert safe == truth(figures, sizes, limit)
    if witness is not None:
        lightest = lightest_by_hand(figures, sizes)
        assert lightest is not None
        assert sizes[list(witness)].sum() == lightest[0]


@settings(max_examples=60, deadline=None)
@given(st.one_of(releases(), tables()))
def test_a_witness_is_a_combination_that_is_zero_elsewhere(release):
    figures, sizes, limit = release
    verdict = certify(figures, sizes, limit)
    if not verdict.safe:
        rest = [a for a in range(len(sizes)) if sizes[a] > 0 and a not in verdict.witness]
        everybody = independent(figures, range(len(sizes)))
        assert len(independent(figures, rest)) < len(everybody)
        assert verdict.n == sizes[list(verdict.witness)].sum() < limit


@settings(max_examples=40, deadline=None)
@given(tables())
def test_the_certificate_implies_the_weaker_one_for_unions(release):
    figures, sizes, limit = release
    if certify(figures, sizes, limit).safe:
        assert union_programme(figures, sizes, limit)[0]


def crossed(shape, counts):
    """All margins of one and two attributes of a full table."""
    cells = np.array(list(np.ndindex(*shape)))
    margins = [set_ for set_ in subsets(len(shape)) if 0 < len(set_) <= 2]
    rows = [
        (cells[:, list(margin)] == key).all(axis=1)
        for margin in margins
        for key in np.unique(cells[:, list(margin)], axis=0)
    ]
    return np.array(rows, dtype=np.int64), np.asarray(counts)


@pytest.mark.slow  # the slow programme solves dozens of integer programmes
@pytest.mark.parametrize("seed", range(6))
def test_fast_and_slow_agree_on_larger_tables(seed):
    rng = np.random.default_rng(seed)
    shape = [(3, 3, 2), (4, 3, 2), (3, 2, 2, 2)][seed % 3]
    figures, sizes = crossed(shape, rng.integers(1, 5, prod(shape)))
    chosen = rng.random(len(figures)) < 0.6
    for limit in (6, 9, 12):
        large = chosen & (figures @ sizes >= limit)
        fast = certify(figures[large], sizes, limit)
        assert fast.safe == certify_slow(figures[large], sizes, limit)[0]


def test_difference_of_two_tiny_groups_is_refused_though_no_union_can_be_computed():
    """Two groups of 23 share 20 doctors: their difference is 3 doctors less 3 others."""
    figures = np.array([[1, 1, 0], [0, 1, 1]])
    sizes = np.array([3, 20, 3])
    assert union_programme(figures, sizes, 10)[0]
    verdict = certify(figures, sizes, 10)
    assert (verdict.reason, verdict.n, verdict.witness) == ("difference", 6, (0, 2))


def test_a_colluder_breaks_the_weaker_certificate_but_not_this_one():
    """Group + doctor + X, doctor + Y and X + Y: together the group of 9 plus twice the doctor.

    That is no union of atoms. But a doctor who removes his own answer has the other 9.
    """
    figures = np.array([[1, 1, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]])
    sizes = np.array([9, 1, 30, 30])
    assert union_programme(figures, sizes, 11)[0]
    assert lightest_by_hand(figures, sizes) == (10, (0, 1))
    assert certify(figures, sizes, 10).safe
    assert not certify(figures, sizes, 11).safe


def test_atoms_without_a_score_protect_nobody():
    """Two groups differ by two cells; if nobody in one of them has a score, the other is bare."""
    figures = np.array([[1, 1, 0], [0, 1, 1]])
    assert certify(figures, np.array([4, 30, 12]), 10).safe
    verdict = certify(figures, np.array([4, 30, 0]), 10)
    assert (verdict.safe, verdict.n) == (False, 4)


def test_a_figure_that_rests_on_nobody_is_refused():
    assert certify([np.array([0, 0])], np.array([20, 20]), 10).reason == "small group"


def test_what_follows_from_released_figures_is_free():
    judge = Certifier(np.array([12, 15, 3]), 10)
    assert judge.judge(np.array([1, 1, 1])).reason == "proven"
    assert judge.judge(np.array([1, 0, 1])).reason == "proven"
    assert judge.judge(np.array([0, 1, 0])).reason == "derivable"
    assert len(judge.figures) == 3


def test_a_refusal_is_remembered_for_everything_that_amounts_to_the_same():
    judge = Certifier(np.array([12, 3, 12, 14]), 10)
    for figure in ([1, 1, 1, 1], [1, 1, 0, 0]):
        judge.judge(np.array(figure))
    first = judge.judge(np.array([1, 0, 1, 0]))
    assert first.reason == "proven"
    refused = judge.judge(np.array([1, 0, 0, 0]))
    again = judge.judge(np.array([0, 0, 1, 0]))
    assert not refused.safe
    assert (again.reason, again.n, again.witness) == (refused.reason, refused.n, refused.witness)


def test_known_figures_count_but_are_not_judged():
    """A careless old release showed 3 doctors; nothing new may add to that."""
    sizes = np.array([3, 20, 20])
    known = [np.array([1, 0, 0])]
    assert certify([np.array([0, 1, 0])], sizes, 10, known=known).safe
    assert certify([np.array([1, 1, 1])], sizes, 10, known=known).safe
    assert not certify([np.array([0, 1, 0])], np.array([3, 9, 20]), 10, known=known).safe


def test_splitting_atoms_keeps_refusals_and_figures():
    judge = Certifier(np.array([12, 3, 12, 14]), 10)
    for figure in ([1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0]):
        last = judge.judge(np.array(figure))
    assert not last.safe
    judge.split(np.array([0, 0, 1, 2, 3]), np.array([5, 7, 3, 12, 14]))
    again = judge.judge(np.array([1, 1, 0, 0, 0]))
    assert again.n == last.n
    assert judge.figures.shape == (3, 5)


def test_without_enough_effort_nothing_is_released():
    rng = np.random.default_rng(5)
    figures, sizes = crossed((5, 4, 3), rng.integers(1, 4, 60))
    assert any(certify_each(figures, sizes, 8, effort=1, reason="unproven"))
    patient = certify_each(figures, sizes, 8, effort=5000, reason="unproven")
    assert not any(patient)


def certify_each(figures, sizes, limit, *, effort, reason):
    judge = Certifier(sizes, limit, effort=effort)
    return [judge.judge(figure).reason == reason for figure in figures]


def test_same_input_same_verdict():
    rng = np.random.default_rng(9)
    figures, sizes = crossed((4, 3, 3), rng.integers(1, 5, 36))
    first, second = ([Certifier(sizes, 9).judge(figure) for figure in figures] for _ in range(2))
    assert first == second


def test_elimination_is_exact_and_reduces_to_zero_only_what_follows():
    figures = np.array([[2, 1, 0, 3], [1, 0, 1, 1], [0, 3, 1, 0]])
    space = Tableau.empty(4)
    weight = np.array([5, 4, 9, 1])
    for figure in figures:
        space.add(space.reduced(figure), weight)
    combination = np.array([3, -2, 5]) @ figures
    assert not space.reduced(combination).any()
    assert space.reduced(np.array([1, 0, 0, 0])).any()
    own = space.rows[:, space.own]
    assert (np.count_nonzero(own, axis=0) == 1).all()


@given(st.lists(st.lists(st.integers(-4, 4), min_size=5, max_size=5), min_size=1, max_size=4))
def test_null_vectors_are_null_and_enough(rows):
    figures = np.array(rows)
    null = null_basis(figures)
    assert not (figures @ null.T).any()
    assert len(null) == 5 - len(independent(figures, range(5)))
    assert len(independent(null.T, range(len(null)))) == len(null)


def test_numbers_that_outgrow_64_bits_are_refused_not_rounded():
    big = exact.LARGEST - 1
    rows = np.array([[big, big - 2, 1], [big - 4, 3, big - 6]])
    with pytest.raises(TooLarge, match="cannot be proven"):
        eliminate(rows, 0, 0)


@pytest.mark.parametrize("largest", [0, 1, 2])
def test_where_numbers_outgrow_their_limit_figures_are_withheld(monkeypatch, largest):
    """With room for tiny numbers only, proofs fail; nothing is released that is not safe."""
    rng = np.random.default_rng(4)
    figures, sizes = crossed((4, 3, 2), rng.integers(1, 5, 24))
    monkeypatch.setattr(exact, "SMALL", largest)
    monkeypatch.setattr(exact, "LARGEST", largest)
    judge = Certifier(sizes, 8)
    verdicts = [judge.judge(figure) for figure in figures]
    monkeypatch.undo()
    assert ("unproven" in {verdict.reason for verdict in verdicts}) == (largest < 2)
    released = [f for f, verdict in zip(figures, verdicts, strict=True) if verdict.safe]
    assert certify(released, sizes, 8).safe


def test_primitive_vectors_have_no_common_divisor():
    assert primitive(np.array([0, -6, 9])).tolist() == [0, 2, -3]
    assert primitive(np.array([0, 0])).tolist() == [0, 0]


def test_by_hand_stays_small():
    assert lightest_by_hand(np.array([[3, 7], [6, 14]]), np.array([4, 5])) == (9, (0, 1))
    assert lightest_by_hand(np.zeros((1, 2), dtype=np.int64), np.array([4, 5])) is None
    with pytest.raises(ValueError, match="more than 14"):
        lightest_by_hand(np.ones((1, 15), dtype=np.int64), np.ones(15, dtype=np.int64))
