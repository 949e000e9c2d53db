"""Cell-key noise: the same for the same group, independent between groups, counted in errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.disclosure.noise import (
    ALPHA,
    cell_key,
    noise,
    noise_sd,
    noisy_mean,
    record_keys,
)
from tests.golden_numbers import golden

GOLD = golden("confidentiality")
SECRET = bytes(range(32))


def keys(*records, stream="wave-1|index"):
    return record_keys(SECRET, stream, records)


@pytest.mark.parametrize("example", GOLD["cell_key"])
def test_golden_noise(example):
    assert noise(example["cell_key"], example["n"]) == pytest.approx(example["noise"], abs=1e-12)


@pytest.mark.parametrize("design", GOLD["design"], ids=lambda design: f"{design['alpha']}")
def test_golden_design(design):
    """Noise of means, price in variance, and what remains for a difference of two groups."""
    for n, sd in design["noise_sd"].items():
        found = noise_sd(int(n), alpha=design["alpha"])
        assert found == pytest.approx(sd)
        price = 1 + found**2 / (18**2 / int(n))
        assert price == pytest.approx(design["variance_inflation"][n])
    difference = math.hypot(10 * noise_sd(10, alpha=design["alpha"]), 100 * design["alpha"])
    assert difference == pytest.approx(design["diff_attack_sd_points"])


def test_record_keys_are_those_of_the_definition():
    """HMAC-SHA256, worked out with another tool: openssl dgst -mac HMAC -macopt hexkey:..."""
    assert [hex(int(key)) for key in keys("r1", "r2")] == RECORD_KEYS


RECORD_KEYS = ["0xeb46ee1c42fa377", "0x9ee48a56655e6265"]


@given(st.permutations([f"r{place}" for place in range(9)]))
def test_the_order_of_records_does_not_matter(order):
    assert cell_key(keys(*order)) == cell_key(keys(*sorted(order)))


@given(st.lists(st.text(max_size=5), min_size=1, max_size=12, unique=True))
def test_keys_lie_inside_the_unit_interval(records):
    assert 0 < cell_key(keys(*records)) < 1


def test_keys_at_the_ends_give_finite_noise():
    for key in (0, 2**64 - 1):
        group = cell_key(np.array([key], dtype=np.uint64))
        assert math.isfinite(noise(group, 10))


def test_measures_secrets_and_groups_have_noise_of_their_own():
    group = keys("r1", "r2", "r3")
    assert cell_key(group) == cell_key(keys("r1", "r2", "r3"))
    assert cell_key(group) != cell_key(keys("r1", "r2", "r3", stream="wave-1|learning"))
    assert cell_key(group) != cell_key(keys("r1", "r2"))
    other = record_keys(bytes(32), "wave-1|index", ["r1", "r2", "r3"])
    assert cell_key(group) != cell_key(other)


def test_cell_keys_are_uniform_and_groups_that_differ_by_one_are_independent():
    """1,000 groups of 12 and the same without their last: no correlation of the noise."""
    full, less = np.zeros(1000), np.zeros(1000)
    for place in range(1000):
        group = keys(*(f"{place}-{doctor}" for doctor in range(12)))
        full[place], less[place] = cell_key(group), cell_key(group[:-1])
    for found in (full, less):
        counts = np.histogram(found, bins=10, range=(0, 1))[0]
        assert ((counts - 100) ** 2 / 100).sum() < 27.9
    assert abs(np.corrcoef(full, less)[0, 1]) < 3.3 / math.sqrt(1000)


def test_the_standard_error_includes_the_noise_and_the_mean_stays_on_the_scale():
    group = keys(*(f"r{place}" for place in range(12)))
    mean, error = noisy_mean(60.0, 5.0, group)
    assert error == pytest.approx(math.hypot(5, 100 * ALPHA / 12))
    assert mean == pytest.approx(60 + noise(cell_key(group), 12))
    assert noisy_mean(100.0, 5.0, group)[0] <= 100
    assert noisy_mean(0.0, 5.0, group)[0] >= 0


def test_a_difference_of_two_groups_says_less_than_guessing():
    """Attack: 1,000 times, a group of 15 less the same without one doctor; error of about 35."""
    errors = []
    for place in range(1000):
        group = keys(*(f"{place}-{doctor}" for doctor in range(15)))
        with_, without = noise(cell_key(group), 15), noise(cell_key(group[:-1]), 14)
        errors.append(15 * with_ - 14 * without)
    assert np.std(errors) == pytest.approx(100 * ALPHA * math.sqrt(2), rel=0.1)
    assert np.std(errors) > 18


@pytest.mark.parametrize(
    ("action", "match"),
    [
        (lambda: record_keys(b"short", "wave-1|index", ["r1"]), "at least 16 bytes"),
        (lambda: noise_sd(0), "at least one doctor"),
    ],
)
def test_mistakes_are_refused(action, match):
    with pytest.raises(ValueError, match=match):
        action()
