"""How figures are rounded and capped before anybody sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.disclosure import display
from medengage.disclosure.display import response_percent
from medengage.findings import Distribution, Estimate, Policy, Share, Suppressed

POLICY = Policy()


def estimate(value=58.26, low=55.91, high=60.44, n=60):
    return Estimate(value=value, low=low, high=high, n=n)


@pytest.mark.parametrize(("n", "shown"), [(49, (58.0, 55.0, 61.0)), (50, (58.3, 55.9, 60.5))])
def test_means_are_whole_below_fifty_and_interval_ends_go_outwards(n, shown):
    found = display.rounded_estimate(estimate(n=n), n)
    assert (found.value, found.low, found.high) == shown


@given(st.floats(0, 100), st.floats(0, 30), st.integers(10, 400))
def test_a_shown_interval_never_claims_more_than_the_computed_one(value, half, n):
    low, high = max(0.0, value - half), min(100.0, value + half)
    found = display.rounded_estimate(estimate(value, low, high, n), n)
    assert 0 <= found.low <= low + 1e-6
    assert high - 1e-6 <= found.high <= 100


@pytest.mark.parametrize(
    ("percent", "n", "shown", "bound"),
    [
        (62.4, 240, 62, None),
        (62.4, 30, 60, None),
        (100.0, 40, 90, "at least"),
        (95.0, 40, 90, "at least"),
        (92.5, 40, 95, None),
        (0.0, 32, 10, "at most"),
        (99.5, 400, 90, "at least"),
    ],
)
def test_percentages_come_in_steps_and_one_or_two_doctors_are_never_told_apart(
    percent, n, shown, bound
):
    found = display.share(Share(value=percent, low=percent, high=percent, n=n), POLICY)
    assert isinstance(found, Share)
    assert (found.value, found.bound) == (shown, bound)


@pytest.mark.parametrize(("percent", "n"), [(0.0, 12), (100.0, 29), (6.9, 29)])
def test_below_thirty_doctors_a_cap_would_tell_one_or_two_and_is_withheld(percent, n):
    found = display.share(Share(value=percent, low=percent, high=percent, n=n), POLICY)
    assert found == display.nearly_unanimous()


@pytest.mark.parametrize(
    ("low", "high", "n", "loud"),
    [
        (97.5, 98.5, 10, False),
        (98.1, 99.0, 10, True),
        (0.0, 1.9, 10, True),
        (99.0, 99.8, 19, True),
        (99.0, 99.8, 20, False),
    ],
)
def test_a_mean_near_an_end_speaks_for_every_doctor(low, high, n, loud):
    """Ten doctors with a mean above 98 are together less than 20 points from the top."""
    assert display.speaks_for_all(low, high, n, top=100.0, away=20.0) is loud


def test_a_percentage_of_nine_doctors_is_withheld_in_words():
    found = display.share(Share(value=50, low=20, high=80, n=9), POLICY)
    assert found == Suppressed(reason="small group", words="not shown: fewer than 10 doctors")


LABELS = ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("counts", "labels"),
    [
        ((10, 10, 10, 10, 10), LABELS),
        ((1, 10, 10, 10, 10), ("a to b", "c", "d", "e")),
        ((0, 0, 10, 10, 2), ("a", "b", "c", "d to e")),
        ((1, 0, 0, 20, 20), ("a to d", "e")),
        ((2, 1, 20, 20, 0), ("a to b", "c", "d", "e")),
    ],
)
def test_categories_merge_until_none_holds_one_or_two_doctors(counts, labels):
    found = display.distribution(LABELS, counts, POLICY)
    assert isinstance(found, Distribution)
    assert found.labels == labels


@pytest.mark.parametrize("counts", [(4, 4, 4, 4, 3), (0, 0, 0, 1, 40)])
def test_no_distribution_of_few_doctors_or_of_near_unanimity(counts):
    assert isinstance(display.distribution(LABELS, counts, POLICY), Suppressed)


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_every_shown_category_is_empty_or_holds_three(counts):
    found = display.distribution(LABELS, tuple(counts), POLICY)
    if isinstance(found, Distribution):
        places = {label: place for place, label in enumerate(LABELS)}
        for label in found.labels:
            first, _, last = label.partition(" to ")
            size = sum(counts[places[first] : places[last or first] + 1])
            assert size == 0 or size >= display.FEW


@pytest.mark.parametrize(("n", "shown"), [(10, 10), (12, 10), (13, 15), (48, 50)])
def test_the_n_of_a_block_comes_in_fives(n, shown):
    assert display.rounded_n(n, 10) == shown


@pytest.mark.parametrize(
    ("n", "eligible", "shown"),
    [(17, 29, None), (18, 30, 60), (30, 30, 95), (0, 30, 5), (212, 356, 60)],
)
def test_response_rates_come_in_bands_of_five_and_hide_everybody_and_nobody(n, eligible, shown):
    assert response_percent(n, eligible) == shown


def test_the_organisations_response_rate_is_told_in_whole_percents():
    assert response_percent(212, 400, exact=True) == 53
