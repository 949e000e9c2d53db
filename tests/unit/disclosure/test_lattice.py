"""Which groups are shown: certified, monotone in priority, the same every time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.disclosure.blocks import BlockRule
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Wish, build
from medengage.disclosure.programme import lightest_by_hand
from medengage.disclosure.words import and_list, described
from medengage.errors import DisclosureRefused, StudyError

NAMES = ("division", "specialty", "grade")
RULES = {"specialty": BlockRule(parent="division")}
WISHES = [
    Wish(("division",)),
    Wish(("specialty",)),
    Wish(("grade",)),
    Wish(("division", "grade")),
    Wish(("specialty", "grade")),
]


def frame(counts, *, names=NAMES, scored=None, eligible=None):
    """Frame from a mapping of attribute values to respondents."""
    answered = np.array(list(counts.values()), dtype=np.int64)
    least = answered if scored is None else np.array(scored, dtype=np.int64)
    roster = None if eligible is None else np.array(eligible, dtype=np.int64)
    return Frame(names, tuple(counts), answered, least, roster)


@st.composite
def frames(draw):
    """Small hospitals: six specialties in three divisions, three grades, some without a score."""
    cells = st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"))
    counts = draw(st.dictionaries(cells, st.integers(0, 12), min_size=1, max_size=12))
    skipped = draw(st.lists(st.integers(0, 2), min_size=len(counts), max_size=len(counts)))
    full = {(division(specialty), specialty, grade): n for (specialty, grade), n in counts.items()}
    scored = [max(0, n - less) for n, less in zip(counts.values(), skipped, strict=True)]
    return frame(full, scored=scored)


def division(specialty):
    return {"a": "I", "b": "I", "c": "II", "d": "II", "e": "III", "f": "III"}[specialty]


def hospital(seed=1, doctors=240):
    """A few hundred respondents in 12 specialties of 3 divisions, 3 grades and 2 sexes."""
    rng = np.random.default_rng(seed)
    specialty = rng.choice(12, doctors, p=rng.dirichlet(np.full(12, 2.0)))
    codes = np.column_stack([specialty % 3, specialty, rng.integers(0, 3, (doctors, 2))])
    codes[:, 3] %= 2
    atoms, counts = np.unique(codes, axis=0, return_counts=True)
    labels = [tuple(f"{n}{v}" for n, v in zip("dsgx", atom, strict=True)) for atom in atoms]
    return frame(dict(zip(labels, counts, strict=True)), names=(*NAMES, "sex"))


def facts(lattice):
    """What can be seen of a lattice, without the order of atoms."""
    groups = [(g.id, g.title, g.n, g.scored, g.verdict.reason) for g in lattice.groups]
    return groups, [(held.id, held.title, held.words) for held in lattice.withheld]


@settings(max_examples=60, deadline=None)
@given(
    frames(),
    st.permutations(WISHES),
    st.integers(2, 12),
    st.integers(0, 2),
)
def test_no_combination_of_released_figures_rests_on_too_few(counts, wishes, k, collusion):
    try:
        lattice = build(counts, wishes, k, collusion=collusion, rules=RULES)
    except DisclosureRefused:
        assert counts.scored.sum() < k + collusion
        return
    present = counts.answered > 0
    lightest = lightest_by_hand(lattice.matrix[:, present], counts.scored[present])
    assert lightest is not None
    assert lightest[0] >= k + collusion


@settings(max_examples=40, deadline=None)
@given(frames(), st.permutations(WISHES), st.integers(2, 9), st.integers(0, 4))
def test_a_wish_at_the_end_changes_nothing_before_it(counts, wishes, k, first):
    if counts.scored.sum() < k:
        return
    fewer = build(counts, wishes[:first], k, rules=RULES)
    more = build(counts, wishes[: first + 1], k, rules=RULES)
    for short, long in zip(facts(fewer), facts(more), strict=True):
        assert long[: len(short)] == short


def test_a_wish_at_the_end_changes_nothing_in_a_hospital():
    wishes = [*WISHES[:4], Wish(("grade", "sex")), Wish(("division", "sex")), WISHES[4]]
    all_ = facts(build(hospital(), wishes, 10, rules=RULES))
    for count in range(len(wishes)):
        part = facts(build(hospital(), wishes[:count], 10, rules=RULES))
        assert all_[0][: len(part[0])] == part[0]
        assert all_[1][: len(part[1])] == part[1]


@settings(max_examples=30, deadline=None)
@given(frames(), st.randoms(use_true_random=False))
def test_same_counts_same_lattice_whatever_the_order_of_atoms(counts, shuffler):
    if counts.scored.sum() < 5:
        return
    order = list(range(len(counts.atoms)))
    shuffler.shuffle(order)
    other = Frame(
        counts.attributes,
        tuple(counts.atoms[place] for place in order),
        counts.answered[order],
        counts.scored[order],
    )
    first, second = (build(f, WISHES, 5, rules=RULES) for f in (counts, other))
    assert facts(first) == facts(second)


def test_golden_lattice_of_a_small_hospital():
    counts = {
        ("Medicine", "Cardiology", "Consultant"): 14,
        ("Medicine", "Cardiology", "Trainee"): 11,
        ("Medicine", "Dermatology", "Consultant"): 4,
        ("Medicine", "Neurology", "Trainee"): 8,
        ("Surgery", "Orthopaedics", "Consultant"): 19,
        ("Surgery", "Orthopaedics", "Trainee"): 4,
        ("Surgery", "Urology", "Trainee"): 7,
    }
    lattice = build(frame(counts), WISHES, 10, rules=RULES)
    assert [(group.id, group.title, group.n) for group in lattice.groups] == [
        ("organisation", "", 67),
        ("division-1", "Medicine", 37),
        ("division-2", "Surgery", 30),
        ("specialty-3", "Orthopaedics and Urology", 30),
        ("specialty-1", "Cardiology", 25),
        ("specialty-2", "Dermatology and Neurology", 12),
        ("grade-1", "Consultant", 37),
        ("grade-2", "Trainee", 30),
        ("division-by-grade-2", "Medicine, Trainee", 19),
        ("division-by-grade-3", "Surgery, Consultant", 19),
        ("division-by-grade-1", "Medicine, Consultant", 18),
        ("division-by-grade-4", "Surgery, Trainee", 11),
        ("specialty-by-grade-5", "Orthopaedics and Urology, Consultant", 19),
        ("specialty-by-grade-6", "Orthopaedics and Urology, Trainee", 11),
    ]
    assert lattice.notes == (
        "Dermatology and Neurology are shown as one group: one of them is too small alone.",
        "Orthopaedics and Urology are shown as one group: one of them is too small alone.",
        "Cardiology, Consultant is not shown: with it, the difference from another figure "
        "would show a result of fewer than 10 doctors.",
        "Cardiology, Trainee is not shown: with it, the difference from another figure "
        "would show a result of fewer than 10 doctors.",
        "Dermatology and Neurology, Trainee is not shown: fewer than 10 doctors.",
        "Dermatology and Neurology, Consultant is not shown: fewer than 10 doctors.",
    )
    assert {held.who for held in lattice.withheld[:2]} == {"Dermatology"}
    assert lattice.statistics == 11


def test_what_is_left_of_a_parent_is_shown_together():
    counts = {("I", "a", "x"): 20, ("I", "a", "y"): 4, ("I", "a", "z"): 7, ("II", "c", "x"): 15}
    lattice = build(frame(counts), [Wish(("division",)), Wish(("division", "grade"))], 10)
    assert [g.title for g in lattice.groups] == ["", "I", "II", "I, x", "II, x", "I, y and z"]
    assert lattice.groups[-1].verdict.reason == "derivable"


def test_one_way_margins_that_do_not_fit_together_are_refused():
    """Golden bridge: every group has 11 or more, yet two of them differ by one doctor."""
    counts = {("S1", "C"): 12, ("S1", "T"): 1, ("S2", "T"): 11}
    lattice = build(
        frame(counts, names=("site", "grade")), [Wish(("site",)), Wish(("grade",))], 10
    )
    assert [g.title for g in lattice.groups] == ["", "S1", "S2"]
    words = [(held.words, held.who) for held in lattice.withheld]
    assert words[0] == (
        "with it, the difference from another figure would show a result of fewer than 10 doctors",
        "S1, T",
    )


def test_a_release_that_is_out_is_taken_into_account():
    counts = {("I", "a", "x"): 30, ("I", "a", "y"): 4, ("II", "c", "x"): 40}
    fresh = build(frame(counts), [Wish(("division",))], 10)
    assert len(fresh.groups) == 3
    without_four = np.array([[1, 0, 0]])
    later = build(frame(counts), [Wish(("division",))], 10, known=without_four)
    assert [g.title for g in later.groups] == [""]
    with pytest.raises(DisclosureRefused, match="beside what was released before"):
        build(frame(counts), [Wish(("division",))], 10, known=np.array([[1, 0, 1]]))


def test_doctors_without_a_score_are_not_left_bare():
    """Three doctors skipped a measure; on the others, division less cell would be those three."""
    counts = {("I", "a", "x"): 12, ("II", "c", "x"): 30, ("I", "a", "y"): 3, ("II", "c", "y"): 12}
    shown = frame(counts, scored=[12, 30, 0, 12])
    lattice = build(shown, [Wish(("division",)), Wish(("division", "grade"))], 10)
    assert [g.title for g in lattice.groups] == ["", "II", "I", "II, x", "II, y"]
    assert [(held.title, held.words) for held in lattice.withheld] == [
        (
            "I, x",
            "with it, the difference from another figure would show a result of fewer than 10 "
            "doctors",
        ),
        ("I, y", "fewer than 10 doctors"),
    ]


SENSITIVE = {"grade": BlockRule(least=20)}


def test_sensitive_attributes_have_a_limit_of_their_own():
    """Both values have 15 or more, but a sensitive figure and the organisation need 20 each."""
    counts = {("I", "a", "x"): 15, ("I", "a", "y"): 35, ("I", "a", "z"): 25}
    lattice = build(frame(counts), [Wish(("grade",))], 10, rules=SENSITIVE)
    assert lattice.blocks["grade"] == (("x", "z"), ("y",))
    assert [g.scored for g in lattice.groups] == [75, 40, 35]


def test_combinations_with_a_sensitive_figure_keep_its_limit():
    """Division I and value x differ by 7 + 8 doctors: enough for 10, not for 20."""
    counts = {("I", "a", "x"): 30, ("I", "a", "y"): 7, ("II", "c", "x"): 8, ("II", "c", "y"): 40}
    wishes = [Wish(("division",)), Wish(("grade",))]
    assert len(build(frame(counts), wishes, 10).groups) == 5
    lattice = build(frame(counts), wishes, 10, rules=SENSITIVE)
    assert [g.title for g in lattice.groups] == ["", "II", "I"]
    assert {held.reason for held in lattice.withheld} == {"difference"}


@pytest.mark.parametrize(
    ("counts", "match"),
    [
        ({}, "too few doctors"),
        ({("I", "a", "x"): 0}, "too few doctors"),
        ({("I", "a", "x"): 9}, "too few doctors"),
    ],
    ids=["nobody on the roster", "nobody answered", "k larger than the organisation"],
)
def test_too_few_answers_are_refused(counts, match):
    with pytest.raises(DisclosureRefused, match=match):
        build(frame(counts), WISHES, 10, rules=RULES)


def test_one_giant_unit_shows_the_organisation_alone():
    lattice = build(frame({("I", "a", "x"): 500}), WISHES, 10, rules=RULES)
    assert lattice.statistics == 1
    assert {group.n for group in lattice.groups} == {500}


def test_everybody_in_a_unit_of_one():
    counts = {("I", f"s{place:02d}", "x"): 1 for place in range(25)}
    lattice = build(frame(counts), WISHES, 10, rules=RULES)
    assert all(group.scored >= 10 for group in lattice.groups)
    assert lattice.statistics > 1


def test_an_attribute_that_says_the_same_as_another_adds_nothing():
    counts = {("I", "I", "x"): 20, ("II", "II", "x"): 20, ("III", "III", "x"): 20}
    lattice = build(frame(counts), [Wish(("division",)), Wish(("specialty",))], 10)
    assert lattice.statistics == 4
    assert [g.verdict.reason for g in lattice.groups[4:]] == ["derivable"] * 3


def test_missing_values_are_values():
    counts = {("I", "a", ""): 12, ("I", "a", "x"): 30}
    lattice = build(frame(counts), [Wish(("grade",))], 10)
    assert [g.title for g in lattice.groups] == ["", "x", "not stated"]


@pytest.mark.parametrize(
    ("action", "error", "match"),
    [
        (lambda: Wish(("grade", "grade")), StudyError, "names an attribute twice"),
        (lambda: build(frame({("I", "a", "x"): 30}), [Wish(("age",))], 10), StudyError, "age"),
        (lambda: build(frame({("I", "a", "x"): 30}), [], 1), ValueError, "at least 2"),
        (
            lambda: frame({("I", "a", "x"): 30}, eligible=[29]),
            StudyError,
            "more doctors answered than the roster has",
        ),
        (lambda: frame({("I", "a"): 3}, names=("x", "x")), ValueError, "stands twice"),
        (
            lambda: build(
                frame({("I", "a", "x"): 30}),
                [Wish(("grade",))],
                10,
                rules={"grade": BlockRule("division"), "division": BlockRule("grade")},
            ),
            StudyError,
            "own ancestor",
        ),
        (
            lambda: build(
                frame({("I", "a", "x"): 30}), [Wish(("division", "grade"))], 10, rules=SENSITIVE
            ),
            StudyError,
            "never crossed: division by grade",
        ),
        (
            lambda: build(
                frame({("I", "a", "x"): 30}),
                [Wish(("grade",)), Wish(("division",))],
                10,
                rules=SENSITIVE,
            ),
            StudyError,
            "come last: division",
        ),
    ],
    ids=["duplicate", "unknown", "k of one", "roster", "frame", "circle", "crossed", "not last"],
)
def test_bad_input_has_a_clear_error(action, error, match):
    with pytest.raises(error, match=match):
        action()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"atoms": (("I",), ("II",))}, "one value an attribute"),
        ({"atoms": (("I", "x"), ("I", "x"))}, "stands twice"),
        ({"answered": np.array([3])}, "one count an atom"),
        ({"scored": np.array([3, 9])}, "more scores than answers"),
        ({"eligible": np.array([3])}, "one count an atom"),
        ({"gone": np.array([True])}, "one mark an atom"),
    ],
)
def test_frames_that_contradict_themselves(change, match):
    facts = {
        "attributes": ("division", "grade"),
        "atoms": (("I", "x"), ("II", "x")),
        "answered": np.array([3, 4]),
        "scored": np.array([3, 4]),
    }
    with pytest.raises(ValueError, match=match):
        Frame(**{**facts, **change})


def test_a_wish_asked_twice_counts_once():
    once = build(hospital(), WISHES[:1], 10)
    assert facts(build(hospital(), WISHES[:1] * 2, 10)) == facts(once)


def test_groups_are_described_by_the_fewest_attributes():
    shown = hospital()
    every = shown.answered > 0
    assert described(shown, every) == "everybody"
    place = int(np.flatnonzero(every)[0])
    one = np.arange(len(shown.atoms)) == place
    assert described(shown, one) == ", ".join(shown.atoms[place][1:])
    three = np.isin(np.arange(len(shown.atoms)), [0, 3, 17, 18, 25])
    assert described(shown, three).endswith("and 2 more combinations")


def test_lists_of_names():
    assert [and_list(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
