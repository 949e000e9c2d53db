"""The attacks find the leaks of broken rules, and nothing in a certified release."""

import numpy as np
import pytest

from benchmarks import release as hospitals
from medengage.disclosure import regimes
from medengage.disclosure.attacks import (
    Dump,
    Release,
    ShownCount,
    ShownMean,
    ShownShare,
    averaging,
    channels,
    closure,
    colluders,
    differencing,
    extremes,
    intervals,
    linkage,
    membership,
    over_time,
    run,
    telling_texts,
    unions,
)
from medengage.disclosure.attacks.release import small_targets
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Wish, build
from tests.golden_numbers import golden

GOLD = golden("confidentiality")
CASES = GOLD["linear_audit_cases"]


def frame(counts, names=("division", "grade"), eligible=None):
    answered = np.array(list(counts.values()), dtype=np.int64)
    roster = None if eligible is None else np.array(eligible, dtype=np.int64)
    return Frame(names, tuple(counts), answered, answered, roster)


def seen(counts, groups, *, k=10, **more):
    """A release of these groups of atoms (places), without values."""
    atoms = np.arange(len(counts.atoms))
    means = tuple(ShownMean(str(g), np.isin(atoms, list(g))) for g in groups)
    return Release(counts, k, means, **more)


def golden_release(case):
    counts = frame(
        {(atom,): n for atom, n in zip(case["atoms"], case["atom_n"], strict=True)}, ("atom",)
    )
    groups = [[case["atoms"].index(atom) for atom in group] for group in case["queries"].values()]
    shown = seen(counts, groups, k=case["k"])
    values = zip(shown.means, case["means"].values(), strict=True)
    means = [ShownMean(mean.label, mean.atoms, value) for mean, value in values]
    return shown.only(means)


def certified(seed=0, k=10, collusion=0):
    """A certified release of a simulated hospital with rounded means, and its lattice."""
    rng = np.random.default_rng([99, seed])
    counts = hospitals.hospital(rng)
    wishes = [Wish(tuple(margin)) for margin in hospitals.STANDARD]
    lattice = build(counts, wishes, k, collusion=collusion, rules=hospitals.RULES)
    sums = np.array([rng.normal(60, 18, n).clip(0, 100).sum() for n in counts.scored])
    means = []
    for group in lattice.groups:
        step = 1.0 if group.n < 50 else 0.1
        value = round(sums[group.atoms].sum() / group.scored / step) * step
        means.append(ShownMean(group.title, group.atoms, value, step / 2))
    return Release(counts, k, tuple(means), collusion=collusion)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden_cases(case):
    """Exact attacks on every golden case: the named small group is found, or none is."""
    shown = golden_release(case)
    found = closure(shown).found
    assert bool(found) != case["safe"]
    assert bool(unions(shown).found) != case["safe"]
    assert bool(intervals(shown).found) != case["safe"]
    if not case["safe"]:
        assert min(one.n for one in found) == case["smallest"]


def test_every_attack_fails_against_a_certified_release():
    results = run(certified())
    assert all(result.failed for result in results), [result.words for result in results]
    assert [result.attack for result in results] == [
        *("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A10", "A12")
    ]


def test_results_say_what_was_tried_and_what_was_got():
    shown = golden_release(CASES[0])
    assert differencing(shown).words == (
        "Subtracting shown groups from shown groups that contain them: 1 tried, 1 found."
    )
    assert averaging(shown).words == (
        "There is no noise that could be averaged away: 0 tried, nothing found."
    )


def published(regime):
    return GOLD["simulated"][regime]["exact_small_groups"]


@pytest.mark.slow  # four hospitals under four rules, each attacked by projection
def test_broken_rules_leak_about_as_much_as_was_published():
    found: dict[str, list[int]] = {name: [] for name in hospitals.REGIMES}
    for number in range(4):
        counts = hospitals.hospital(np.random.default_rng([5, number]))
        small = hospitals.targets(counts, 10)
        for name, regime in hospitals.REGIMES.items():
            found[name].append(len(closure(regime(counts), small).found))
    mean = {name: np.mean(values) for name, values in found.items()}
    threshold, remainder, lean, _ = mean.values()
    assert threshold == pytest.approx(published("R0_full_threshold"), rel=0.25)
    assert remainder == pytest.approx(published("R1_full_threshold+remainder"), abs=4)
    assert lean == pytest.approx(published("R0_lean_threshold"), abs=3)


def test_a1_subtracts_nested_groups():
    counts = frame({("I", "x"): 15, ("I", "y"): 9, ("II", "x"): 30})
    found = differencing(seen(counts, [[0, 1], [0], [0, 1, 2]])).found
    assert [(one.who, one.n) for one in found] == [("y", 9)]
    assert not differencing(seen(counts, [[0, 1], [2], [0, 1, 2]])).found


def test_a3_finds_unions_that_no_attribute_names():
    """Two cells of 4 in different divisions and grades follow together though neither does."""
    counts = frame({("I", "x"): 20, ("I", "y"): 4, ("II", "x"): 4, ("II", "y"): 20})
    shown = seen(counts, [[0, 1, 2, 3], [0, 3]])
    assert not closure(shown).found
    assert [(one.who, one.n) for one in unions(shown).found] == [("I, y; II, x", 8)]


def test_a3_says_that_a_stopped_search_proves_nothing():
    """It found nothing and is no success of the attack; nor is it taken for a proof."""
    shown = certified()
    stopped = unions(shown, effort=0)
    assert stopped.failed
    assert not stopped.finished
    assert "stopped before the end, which proves nothing" in stopped.words
    assert unions(shown).finished


@pytest.mark.parametrize(("unit", "width"), [(1.0, "0.2"), (None, "0.4")])
def test_a4_uses_that_sums_of_answers_are_whole(unit, width):
    """Means of 24 and 15 answers of 0 to 4, to one decimal: the other nine's mean is narrow."""
    counts = frame({("I", "x"): 15, ("I", "y"): 9})
    groups = [np.array([True, True]), np.array([True, False])]
    means = tuple(
        ShownMean("group", group, value, 0.05, "item", 4.0, unit)
        for group, value in zip(groups, (2.1, 2.1), strict=True)
    )
    found = intervals(Release(counts, 10, means)).found
    assert [one.how for one in found] == [f"its mean of item lies within {width} points"]


@pytest.mark.parametrize(
    ("share", "leaks"),
    [
        (ShownShare("all", 12, 100.0), True),
        (ShownShare("all but one", 12, 100 * 11 / 12), True),
        (ShownShare("all but three", 12, 75.0), False),
        (ShownShare("rounded to five", 12, 90.0, 2.5), True),
        (ShownShare("capped", 12, 90.0, low=75.0, high=100.0), False),
    ],
    ids=lambda value: value.label if isinstance(value, ShownShare) else "",
)
def test_a5_shares_that_speak_for_everybody(share, leaks):
    counts = frame({("I", "x"): 12})
    assert bool(extremes(Release(counts, 10, (), (share,))).found) == leaks


@pytest.mark.parametrize(
    ("value", "unit", "top", "leaks"),
    [
        (99.0, None, 100.0, True),
        (97.0, None, 100.0, False),
        (1.0, None, 100.0, True),
        (4.0, 1.0, 4.0, True),
        (46 / 12, 1.0, 4.0, True),
        (45 / 12, 1.0, 4.0, False),
    ],
)
def test_a5_means_at_the_end_of_a_scale(value, unit, top, leaks):
    counts = frame({("I", "x"): 12})
    mean = ShownMean("division I", np.array([True]), value, unit=unit, top=top)
    assert bool(extremes(Release(counts, 10, (mean,))).found) == leaks


def test_a5_finds_unrounded_percentages():
    rng = np.random.default_rng(3)
    counts = hospitals.hospital(rng)
    favourable = rng.binomial(counts.scored, 0.85)
    shown = regimes.unrounded_percentages(counts, favourable, hospitals.STANDARD)
    assert extremes(shown).found


def test_a6_colluders_break_a_release_that_did_not_expect_them():
    """Ten doctors, one of them the attacker: nine others. With collusion 2, k is kept."""
    counts = frame({("I", "x"): 10, ("II", "x"): 30})
    naive = seen(counts, [[0, 1], [0]], collusion=1)
    assert {one.who for one in colluders(naive).found} == {"I"}
    assert colluders(seen(counts, [[0, 1], [0]])).tried == 0
    assert colluders(certified(collusion=2)).failed
    assert colluders(certified(collusion=2)).tried > 0


def test_a7_live_refresh_gives_the_last_answers_away():
    found = over_time(regimes.live_refresh(hospitals.hospital(np.random.default_rng(1)))).found
    assert sum(one.n == 1 for one in found) == 5
    case = GOLD["live_refresh"]
    recovered = case["n1"] * case["mean1"] - case["n0"] * case["mean0"]
    assert recovered == pytest.approx(case["recovered"])


def months(*counts):
    return frame({(f"month {m}",): n for m, n in enumerate(counts)}, ("month",))


def test_a7_rolling_windows_give_single_months_away():
    found = over_time(regimes.rolling_window(months(12, 6, 7, 5))).found
    assert sorted(one.n for one in found) == [5, 6, 7]
    assert over_time(regimes.rolling_window(months(12, 11, 13, 10))).failed
    case = GOLD["rolling_window"]
    n, means = case["months_n"], case["months_mean"]
    for place, shown in enumerate(case["series"]):
        pair = slice(place, place + 2)
        assert np.average(means[pair], weights=n[pair]) == pytest.approx(shown)


def test_a7_waves_with_different_answers_cannot_be_compared():
    counts = frame({("2025", "x"): 10, ("2026", "x"): 9, ("2026", "y"): 12}, ("wave", "grade"))
    atoms = np.arange(3)
    means = [ShownMean("2025", atoms == 0), ShownMean("2026", atoms > 0, moment=1)]
    assert over_time(Release(counts, 10, tuple(means))).failed


def test_a8_channels_that_are_safe_alone():
    counts = frame({("I", "x"): 15, ("I", "y"): 9})
    both = np.array([True, True])
    first = ShownMean("dashboard", both, 60.0, 0.5)
    second = ShownMean("file", np.array([True, False]), 61.0, 0.5, channel="csv")
    finer = ShownMean("file", both, 60.2, 0.05, channel="csv")
    assert [one.who for one in channels(Release(counts, 10, (first, second))).found] == ["y"]
    found = channels(Release(counts, 10, (first, finer))).found
    assert [one.how for one in found] == ["one channel rounds finer than another"]
    assert channels(Release(counts, 10, (first, first))).failed


def dumps(rng, *, shuffled, count=40, doctors=20):
    """Copies of both sides of a survey, written in the order of answering or shuffled."""
    copies = []
    for _ in range(count):
        owner = rng.permutation(doctors)
        arrival = np.argsort(owner).astype(float)
        written = np.arange(doctors, dtype=float)
        if shuffled:
            written = rng.permutation(doctors).astype(float)
        copies.append(
            Dump(
                {"token used at": arrival, "id": rng.random(doctors)},
                {"row": written, "id": rng.random(doctors), "time": np.zeros(doctors)},
                owner,
            )
        )
    return copies


def test_a9_order_of_writing_links_answers_to_doctors():
    found = linkage(dumps(np.random.default_rng(1), shuffled=False)).found
    assert [one.who for one in found] == ["doctors linked by token used at and row"]
    assert found[0].n == 800


def test_a9_backwards_order_is_found_too():
    rng = np.random.default_rng(1)
    turned = [
        Dump(d.identity, {"row": -d.answers["row"]}, d.owner) for d in dumps(rng, shuffled=False)
    ]
    assert len(linkage(turned).found) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a9_shuffled_records_are_not_told_from_chance(seed):
    result = linkage(dumps(np.random.default_rng(seed), shuffled=True))
    assert result.failed
    assert result.tried == 12


def test_a10_noise_alone_is_averaged_away():
    counts = hospitals.hospital(np.random.default_rng(2))
    assert averaging(regimes.noise_without_lattice(counts, hospitals.FREE)).found
    safe = certified()
    noisy = Release(safe.frame, 10, safe.means, alpha=0.25)
    assert averaging(noisy).failed
    assert averaging(noisy).tried > 100


def test_a10_more_pairs_that_differ_by_one_doctor_average_better():
    """M pairs of groups with and without one doctor: error 35 / sqrt(M)."""
    for pairs in (1, 4, 16):
        cells = {(f"d{place}", "x"): 20 for place in range(pairs)}
        counts = frame({**cells, ("special", "y"): 1})
        groups = [[place] for place in range(pairs)]
        shown = seen(counts, [*groups, *[[*group, pairs] for group in groups]], alpha=0.25)
        error = 25 * np.sqrt(2) / np.sqrt(pairs)
        assert bool(averaging(shown).found) == (error < 18)


def test_a11_rare_words_make_a_list_for_the_reviewer():
    comments = ["Rounds are fine", "As the only Cardiothoracic surgeon ...", "cardiology is busy"]
    result = telling_texts(comments, {"cardiothoracic": 1, "cardiology": 30, "rounds": 9}, 10)
    assert [(one.who, one.n) for one in result.found] == [("comment 1", 9), ("comment 2", 1)]
    assert "surgeon" not in result.words
    assert telling_texts(comments, {"rheumatology": 2, "card": 1}, 10).failed


def test_a12_everybody_of_a_small_group_answered():
    counts = frame({("I", "x"): 10, ("II", "x"): 25}, eligible=[10, 40])
    exact = ShownCount("division I", np.array([True, False]), 10, 10)
    assert [one.how for one in membership(Release(counts, 10, (), (), (exact,))).found] == [
        "everybody answered"
    ]
    total = ShownCount("all", np.array([True, True]), 35, 35)
    other = ShownCount("division II", np.array([False, True]), 35, 35)
    found = membership(Release(counts, 10, (), (), (total, other))).found
    assert [(one.who, one.how) for one in found] == [("I", "nobody answered")]


def test_a12_rounded_counts_and_no_roster_say_nothing():
    counts = frame({("I", "x"): 20, ("II", "x"): 25}, eligible=[30, 40])
    shown = (ShownCount("all", np.array([True, True]), 43, 47),)
    assert membership(Release(counts, 10, (), (), shown)).failed
    bare = frame({("I", "x"): 20})
    assert membership(Release(bare, 10, (), (), shown)).tried == 0
    wrong = ShownCount("all", np.array([True, True]), 80, 80)
    doubtful = membership(Release(counts, 10, (), (), (wrong,)))
    assert doubtful.failed
    assert not doubtful.finished
    assert doubtful.words.endswith("the shown counts contradict each other.")


def test_targets_are_all_small_groups_that_attributes_name():
    counts = frame({("I", "x"): 3, ("I", "y"): 4, ("II", "x"): 30, ("II", "y"): 0})
    sizes = [int(counts.scored[group].sum()) for group in small_targets(counts, 10)]
    assert sorted(sizes) == [3, 4, 7]
