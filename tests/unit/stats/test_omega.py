import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.stats.moments import moments
from medengage.stats.omega import Omega, omega, schmid_leiman
from medengage.stats.scoring import mirror
from tests.golden_numbers import METAS, SCALES, SUBSCALES, golden, int8_matrix, sim2000
from tests.shared_data import shared

FACTORS = {**dict.fromkeys(SUBSCALES, 1), **dict.fromkeys(METAS, 2), "INDEX": 6}
BFI = [f"{letter}{i}" for letter in "ACENO" for i in range(1, 6)]


def of(answers: np.ndarray, columns: list[int], factors: int) -> Omega:
    correlation = moments(answers).select(columns).correlation()
    assert correlation is not None
    return found_in(correlation, factors)


def found_in(correlation: np.ndarray, factors: int) -> Omega:
    found = omega(correlation, factors)
    assert found is not None
    return found


def assert_like_psych(found: Omega, key: str) -> None:
    """psych's optimisers stop early: 1e-5 for omega and loadings, 1e-4 for what is rotated."""
    expected = golden("reliability")[key]
    table = np.array(expected["sl"])
    general, group, communalities = table[:, 0], table[:, 1:-1], table[:, -1]
    ours = [found.hierarchical, found.total, found.limit, found.explained_common_variance]
    theirs = [expected[name] for name in ("omega_h", "omega_t", "omega_lim", "ECV")]
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    np.testing.assert_allclose(found.solution.general, general, atol=1e-5)
    np.testing.assert_allclose(found.solution.communalities, communalities, atol=1e-5)
    order = np.abs(found.solution.group.T @ group).argmax(axis=0)
    sign = np.sign((found.solution.group[:, order] * group).sum(axis=0))
    np.testing.assert_allclose(found.solution.group[:, order] * sign, group, atol=1e-4)
    for name in ("total", "general", "group"):
        part = getattr(found, f"subscale_{name}")[order]
        np.testing.assert_allclose(part, expected["subscales"][name], atol=1e-4)


class TestAgainstPsych:
    @pytest.mark.parametrize("scale", SCALES)
    def test_ten_scales(self, scale: str) -> None:
        found = of(sim2000(), SCALES[scale], FACTORS[scale])
        assert_like_psych(found, f"omega.{scale}")
        assert found.solution.converged
        assert not found.reflected.any()

    def test_three_factors_of_thirty_items(self):
        assert_like_psych(of(sim2000(), SCALES["INDEX"], 3), "omega.INDEX.nf3")

    def test_bfi_turns_items_that_point_the_other_way(self):
        answers = int8_matrix(shared("data/psych-items/bfi.csv"), BFI)
        turned = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
        keyed = mirror(answers, [name in turned for name in BFI], 1, 6)
        found = of(keyed, list(range(25)), 5)
        assert_like_psych(found, "bfi.omega5")
        reflected = [name for name, flag in zip(BFI, found.reflected, strict=True) if flag]
        assert reflected == ["N1", "N2", "N3", "N4", "N5", "O4"]


def bifactor(general: float, narrow: float, groups: int) -> np.ndarray:
    """Correlations of groups of four items with proportional loadings (exact Schmid-Leiman)."""
    home = np.kron(np.eye(groups), np.ones((4, 1)))
    correlation = general**2 + narrow**2 * home @ home.T
    np.fill_diagonal(correlation, 1.0)
    return correlation


class TestKnownTruth:
    @settings(max_examples=40)
    @given(st.floats(0.3, 0.75), st.floats(0.25, 0.6), st.integers(3, 5))
    def test_a_bifactor_model_is_found_again(
        self, general: float, narrow: float, groups: int
    ) -> None:
        correlation = bifactor(general, narrow, groups)
        found = found_in(correlation, groups)
        variance, items = correlation.sum(), 4 * groups
        assert found.hierarchical == pytest.approx((items * general) ** 2 / variance, abs=1e-5)
        shared_ = (items * general) ** 2 + groups * (4 * narrow) ** 2
        assert found.total == pytest.approx(shared_ / variance, abs=1e-5)
        assert found.solution.identified

    def test_parallel_items_have_omega_equal_to_alpha(self):
        correlation = np.full((5, 5), 0.4) + 0.6 * np.eye(5)
        expected = 5 * 0.4 / (1 + 4 * 0.4)
        found = found_in(correlation, 1)
        assert found.total == pytest.approx(expected, abs=1e-9)
        assert found.hierarchical == pytest.approx(expected, abs=1e-9)

    def test_hierarchical_is_never_above_total_when_the_model_fits(self):
        for narrow in (0.25, 0.45, 0.6):
            found = found_in(bifactor(0.5, narrow, 3), 3)
            assert found.hierarchical < found.total < 1.0


class TestMeaning:
    """Pitfall: below three group factors the general factor is an assumption, not a finding."""

    @pytest.mark.parametrize(("scale", "identified"), [("S1", False), ("M1", False)])
    def test_fewer_than_three_factors_are_marked(self, scale: str, identified: bool) -> None:
        assert of(sim2000(), SCALES[scale], FACTORS[scale]).solution.identified is identified

    def test_two_factors_share_their_correlation_equally(self):
        correlation = bifactor(0.6, 0.4, 2)
        found = schmid_leiman(correlation, 2)
        np.testing.assert_allclose(found.general, 0.6, atol=1e-6)
        np.testing.assert_allclose(np.abs(found.group).max(axis=1), 0.4, atol=1e-6)

    def test_turning_an_item_round_changes_nothing_but_its_mark(self):
        correlation = bifactor(0.6, 0.4, 3)
        sign = np.ones(12)
        sign[5] = -1.0
        turned = found_in(correlation * np.outer(sign, sign), 3)
        assert turned.reflected.tolist() == (sign < 0).tolist()
        assert turned.hierarchical == pytest.approx(
            found_in(correlation, 3).hierarchical, abs=1e-6
        )

    def test_more_factors_than_the_items_can_tell_apart(self):
        with pytest.raises(ValueError, match="cannot be found"):
            omega(np.eye(4), 2)

    def test_items_that_share_nothing_have_no_omega(self) -> None:
        assert omega(np.eye(12), 3) is None
        assert omega(np.eye(5), 1) is None
