"""Which groups may be shown: a partition into blocks of at least k, and nothing finer."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.disclosure.frame import Frame
from medengage.disclosure.plan import plan_release
from medengage.errors import DisclosureRefused, StudyError
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


def test_blocks_are_named_after_their_units_and_the_merge_is_told():
    plan = plan_release(
        by_division(Medicine=40, Surgery=30, Pathology=4, Radiology=12),
        Policy(breakdown="division"),
    )
    assert [group.title for group in plan.in_order[1:]] == [
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
    assert [block.title for block in plan.blocks] == ["A and C", "B"]


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
    assert [b.title for b in first.in_order] == [b.title for b in second.in_order]


BOTH = Policy(breakdown="division", further=(("division", "grade"),))
EVERYTHING = Policy(
    breakdown="division",
    further=("grade", ("division", "grade"), "belief"),
    sensitive=("belief",),
    weighting="grade",
)


def three_way(**more):
    """Two divisions, three grades, one sensitive attribute; 20 doctors in every combination."""
    cells = [(d, g, b) for d in "AB" for g in "xyz" for b in ("p", "q")]
    n = np.array([more.get("".join(cell), 20) for cell in cells])
    return Frame(("division", "grade", "belief"), tuple(cells), n, n)


def test_every_breakdown_is_shown_in_the_order_of_its_priority():
    plan = plan_release(three_way(), EVERYTHING)
    assert plan.margins == (("division",), ("grade",), ("division", "grade"), ("belief",))
    names = "|A|B|x|y|z|A, x|A, y|A, z|B, x|B, y|B, z|p|q"
    assert [group.title for group in plan.in_order] == names.split("|")


def test_strata_of_weights_are_certified_groups_that_nobody_sees():
    policy = EVERYTHING.model_copy(update={"further": ()})
    plan = plan_release(three_way(), policy)
    assert [group.title for group in plan.groups] == ["", "A", "B"]
    assert {group.title for group in plan.silent} == {f"{d}, {g}" for d in "AB" for g in "xyz"} | {
        *"xyz"
    }
    certified = {frozenset(np.flatnonzero(g.atoms)) for g in plan.lattice.groups}
    strata = {frozenset(np.flatnonzero(plan.strata == s)) for s in np.unique(plan.strata)}
    assert len(strata) == 6
    assert strata <= certified


def test_a_stratum_that_would_be_small_is_what_is_left_of_its_unit():
    """A, z has four doctors, so beside A and A, x the cell A, y is not shown; likewise in B."""
    plan = plan_release(three_way(Azp=2, Azq=2), EVERYTHING)
    strata = {tuple(np.flatnonzero(plan.strata == s)) for s in np.unique(plan.strata)}
    sizes = {int(plan.frame.scored[list(stratum)].sum()) for stratum in strata}
    assert min(sizes) >= K
    assert all(len({plan.frame.atoms[a][0] for a in stratum}) == 1 for stratum in strata)
    assert len(strata) == 4


@given(CELLS)
def test_every_stratum_is_a_certified_group(sizes):
    if sum(sizes.values()) < K:
        return
    plan = plan_release(frame(sizes), Policy(breakdown="division"))
    certified = {frozenset(np.flatnonzero(g.atoms)) for g in plan.lattice.groups}
    for stratum in np.unique(plan.strata):
        assert frozenset(np.flatnonzero(plan.strata == stratum)) in certified


@given(CELLS, st.permutations(["grade", ("division", "grade"), ("grade", "division")]))
def test_a_further_wish_costs_no_figure_before_it(sizes, further):
    if sum(sizes.values()) < K:
        return
    less, more = (
        plan_release(frame(sizes), Policy(breakdown="division", further=wished, weighting=None))
        for wished in (further[:-1], further)
    )
    assert [g.title for g in more.groups][: len(less.groups)] == [g.title for g in less.groups]


def test_a_breakdown_with_a_single_group_is_not_shown_twice():
    plan = plan_release(by_division(A=30), Policy(breakdown="division", further=("grade",)))
    assert [group.title for group in plan.groups] == [""]
    assert plan.silent == ()
    assert plan.merged == (
        "No results by division: there are not two groups of 10 doctors.",
        "No results by grade: there are not two groups of 10 doctors.",
    )


def test_no_name_tells_in_which_small_unit_nobody_answered():
    """Pathology (3 answers) and Genetics (none) are both on the roster: both are named."""
    silent = Frame(
        ("division",),
        (("Medicine",), ("Surgery",), ("Pathology",), ("Genetics",)),
        np.array([40, 12, 3, 0]),
        np.array([40, 12, 3, 0]),
    )
    plan = plan_release(silent, Policy(breakdown="division"))
    assert [group.title for group in plan.in_order[1:]] == [
        "Genetics, Pathology and Surgery",
        "Medicine",
    ]


def test_an_empty_cell_is_withheld_like_a_small_one():
    sizes = {("A", "x"): 30, ("A", "y"): 4, ("B", "x"): 30, ("B", "y"): 12, ("C", "x"): 30}
    plan = plan_release(frame(sizes), BOTH)
    held = {one.title: one.words for one in plan.withheld}
    assert held["A, y"] == held["C, y"] == "fewer than 10 doctors"


def test_what_is_left_is_named_with_its_empty_cells():
    sizes = {("A", "w"): 30, ("A", "x"): 6, ("A", "y"): 7}
    sizes |= {("B", "x"): 20, ("B", "y"): 20, ("B", "z"): 40}
    plan = plan_release(frame(sizes), BOTH)
    assert ("A, x, y and z", 13) in {(group.title, group.n) for group in plan.groups}


def test_more_colluders_need_more_doctors():
    plan = plan_release(by_division(A=11, B=30), Policy(breakdown="division", colluders=2))
    assert plan.blocks == ()
    assert len(plan_release(by_division(A=12, B=30), plan.policy).blocks) == 2


def test_a_sensitive_figure_needs_more_doctors_and_is_never_crossed():
    few = plan_release(three_way(Axp=0, Ayp=0, Azp=0, Bxp=0, Byp=0, Bzp=19), EVERYTHING)
    assert ("belief",) not in few.margins
    with pytest.raises(ValueError, match="never crossed"):
        Policy(breakdown="division", further=(("division", "belief"),), sensitive=("belief",))


@pytest.mark.parametrize(
    ("further", "problem"),
    [((("grade", "grade"),), "names an attribute twice")],
)
def test_an_attribute_stands_once_in_a_breakdown(further, problem):
    with pytest.raises(ValueError, match=problem):
        Policy(further=further)


def test_an_attribute_nobody_has_is_named():
    with pytest.raises(StudyError, match="attribute that the answers do not have"):
        plan_release(by_division(A=30), Policy(further=("hospital",)))


def test_earlier_figures_bind_later_ones():
    """Division A without its four grade-y doctors is out; A itself would give those four away."""
    sizes = {("A", "x"): 30, ("A", "y"): 4, ("B", "x"): 30}
    out = np.array([[1, 1, 1], [1, 0, 0]])
    plan = plan_release(frame(sizes), Policy(breakdown="division", weighting=None), known=out)
    assert [group.title for group in plan.groups] == [""]
    assert plan.earlier == 1
