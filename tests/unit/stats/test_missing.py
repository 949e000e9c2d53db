"""Tables with gaps: closed forms, complete tables, and less bias than leaving rows out."""

from __future__ import annotations

import numpy as np
import pytest

from medengage.errors import TooFewResponses
from medengage.stats.missing import em_moments


def table(n: int, seed: int = 1) -> np.ndarray:
    gen = np.random.default_rng(seed)
    spread = [[300, 150, 90], [150, 250, 60], [90, 60, 200]]
    return gen.multivariate_normal([50, 60, 55], spread, n)


def test_without_gaps_it_is_the_plain_covariance() -> None:
    x = table(80)
    found = em_moments(x)
    np.testing.assert_allclose(found.mean, x.mean(axis=0))
    np.testing.assert_allclose(found.covariance, np.cov(x.T, bias=True))
    assert found.steps == 1


def test_where_one_column_has_gaps_the_closed_form_holds() -> None:
    """Anderson 1957: regress y on x among complete rows, and use all rows for x."""
    x = table(200)[:, :2]
    x[120:, 1] = np.nan
    whole, some = x[:, 0], x[:120]
    slope = np.cov(some.T, bias=True)[0, 1] / some[:, 0].var()
    rest = some[:, 1].var() - slope**2 * some[:, 0].var()
    found = em_moments(x)
    assert found.mean[0] == pytest.approx(whole.mean())
    expected = some[:, 1].mean() + slope * (whole.mean() - some[:, 0].mean())
    assert found.mean[1] == pytest.approx(expected, abs=1e-5)
    assert found.covariance[0, 0] == pytest.approx(whole.var())
    assert found.covariance[0, 1] == pytest.approx(slope * whole.var(), rel=1e-5)
    assert found.covariance[1, 1] == pytest.approx(rest + slope**2 * whole.var(), rel=1e-5)


def test_it_is_nearer_the_truth_where_the_low_ones_skip() -> None:
    x = table(4000, 3)
    truth = np.cov(x.T, bias=True)
    skipped = x.copy()
    gen = np.random.default_rng(4)
    skipped[(x[:, 0] < 45) & (gen.random(4000) < 0.8), 1] = np.nan
    left_out = np.cov(skipped[~np.isnan(skipped).any(axis=1)].T, bias=True)
    found = em_moments(skipped).covariance
    assert np.abs(found - truth).max() < 0.25 * np.abs(left_out - truth).max()


def test_rows_without_any_answer_change_nothing() -> None:
    x = table(60)
    x[3, 2] = x[7, :2] = np.nan
    more = np.vstack([x, np.full((5, 3), np.nan)])
    np.testing.assert_allclose(em_moments(more).covariance, em_moments(x).covariance)


def test_too_few_complete_rows_say_nothing() -> None:
    x = table(10)
    x[3:, 1] = np.nan
    with pytest.raises(TooFewResponses):
        em_moments(x)
