"""Noise on the means of groups: reproducible, independent of order, and counted in intervals."""

import numpy as np
import pytest
from scipy.special import ndtri

from medengage.disclosure import noise as kernel
from medengage.findings import Estimate, Policy
from medengage.measure.analyse import analyse
from medengage.measure.noising import Noise, records, shifted
from medengage.measure.responses import Attribute, Responses
from medengage.measure.summaries import Masked
from medengage.stats.intervals import Interval
from tests import builders

WAVE = "2026"


def noise_of(n, alpha=0.25):
    return Noise(alpha, builders.SECRET, WAVE, tuple(str(k) for k in range(n)))


def test_the_shift_is_that_of_the_cell_key_method():
    noise = noise_of(40)
    keys = kernel.record_keys(builders.SECRET, "2026|index", [str(k) for k in range(40)])
    rows = np.arange(40) < 12
    expected = 25 / 12 * ndtri(kernel.cell_key(keys[:12]))
    shift, sd = noise.shift(noise.keys("index"), rows)
    assert shift == pytest.approx(expected)
    assert sd == 25 / 12


def test_every_measure_and_every_group_has_noise_of_its_own():
    noise = noise_of(40)
    one, other = np.arange(40) < 20, np.arange(40) < 21
    shifts = {
        noise.shift(noise.keys(measure), rows)[0]
        for measure in ("index", "voice")
        for rows in (one, other)
    }
    assert len(shifts) == 4


def test_no_noise_needs_no_secret_and_changes_nothing():
    noise = Noise(0.0, b"", WAVE, ())
    found = Interval(50.0, 2.0, 46.0, 54.0, 30)
    assert noise.keys("index") is None
    assert shifted(found, *noise.shift(None, np.ones(30, dtype=bool)), 0.95) is found


def test_noise_without_a_secret_is_refused():
    with pytest.raises(ValueError, match="needs the wave's secret"):
        analyse(builders.study(secret=None))


def test_the_interval_counts_the_noise_as_error():
    """se 3 and noise 4 make 5: the half-width grows by 5/3."""
    found = shifted(Interval(50.0, 3.0, 44.0, 56.0, 10), 1.5, 4.0, 0.95)
    assert (found.value, found.se) == (51.5, 5.0)
    assert [found.low, found.high] == pytest.approx([41.5, 61.5])


def test_the_noise_of_doctors_who_all_agree_is_all_there_is():
    found = shifted(Interval(50.0, 0.0, 50.0, 50.0, 10), 0.0, 2.5, 0.95)
    assert found.high - found.value == pytest.approx(1.959964 * 2.5, abs=1e-5)


def test_a_mean_stays_on_the_scale_and_a_difference_may_leave_it():
    found = Interval(99.0, 1.0, 97.0, 101.0, 10)
    assert shifted(found, 5.0, 2.5, 0.95).value == 100.0
    assert shifted(found, 5.0, 2.5, 0.95, bounded=False).value == 104.0


def table(order, columns=("a", "b")):
    answers = np.array([[1, 2], [3, 4], [1, 2], [5, 5]], dtype=np.int8)
    grade = Attribute(("Consultant", "Trainee"), np.array([0, 1, 0, -1], dtype=np.int32)[order])
    place = [("a", "b").index(name) for name in columns]
    return Responses(columns, np.ascontiguousarray(answers[order][:, place]), {"grade": grade})


def test_records_are_named_by_their_content_alone():
    plain = records(table([0, 1, 2, 3]))
    assert len(set(plain)) == 4
    assert sorted(records(table([3, 2, 0, 1]))) == sorted(plain)
    assert records(table([0, 1, 2, 3], ("b", "a"))) == plain


def test_labels_count_and_not_their_numbering():
    same = table([0, 1, 2, 3])
    turned = Attribute(("Trainee", "Consultant"), np.array([1, 0, 1, -1], dtype=np.int32))
    assert records(Responses(same.items, same.answers, {"grade": turned})) == records(same)


POLICY = Policy(breakdown="division", further=("grade",), weighting=None)


def figures(**more):
    made = builders.study(n=240, policy=POLICY.model_copy(update=more))
    findings = analyse(made)
    index = findings.index
    assert index is not None
    named = {"organisation": index.overall, **index.groups}
    return {name: one for name, one in named.items() if isinstance(one, Estimate)}


def test_shown_means_differ_from_the_exact_ones_by_the_noise_of_their_group():
    noisy, exact = figures(), figures(noise=0)
    assert noisy.keys() == exact.keys()
    away = {name: abs(noisy[name].value - exact[name].value) for name in noisy}
    assert any(away.values())
    # 4 standard deviations of the noise and one step of rounding.
    assert all(away[name] <= 4 * 25 / (noisy[name].n - 2.5) + 1 for name in noisy)
    width = {name: noisy[name].high - noisy[name].low for name in noisy}
    assert all(width[name] >= exact[name].high - exact[name].low for name in noisy)


def test_the_same_answers_get_the_same_noise_in_any_order():
    made = builders.study(n=120, policy=POLICY)
    turned = made.responses.of(np.ones(120, dtype=bool))
    order = np.random.default_rng(3).permutation(120)
    shuffled = Responses(
        turned.items,
        np.ascontiguousarray(turned.answers[order]),
        {n: Attribute(a.labels, a.codes[order]) for n, a in turned.attributes.items()},
        None if turned.phase is None else turned.phase[order],
    )
    again = builders.study(policy=POLICY, responses=shuffled, population=made.population)
    assert analyse(again) == analyse(made)


def test_another_secret_gives_other_noise():
    one = analyse(builders.study(n=120, policy=POLICY))
    other = analyse(builders.study(n=120, policy=POLICY, secret=bytes(32)))
    assert one.scales != other.scales


def test_what_is_worked_out_further_starts_from_the_mean_that_is_shown():
    """50.83 of three doctors is shown as 51, with or without noise."""
    column = Masked(np.array([50.2, 61.9, 40.4]), Noise(0.0, b"", WAVE, ()), None)
    shift, sd = column.as_shown(np.array([True, True, True]))
    assert np.mean([50.2, 61.9, 40.4]) + shift == pytest.approx(51.0)
    assert sd == 0.0
