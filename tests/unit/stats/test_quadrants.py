import doctest
import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats import normal as normal_module
from medengage.stats import quadrants as quadrants_module
from medengage.stats.normal import phi2, stage_probabilities
from medengage.stats.quadrants import (
    Quadrant,
    UncertainPoints,
    UnitPoints,
    UnitSums,
    ellipse,
    placement,
    quadrant_probabilities,
    uncertain_points,
    unit_points,
    unit_sums,
)
from tests.golden_numbers import golden

GOLD = golden("quadrants")
MANOVA = GOLD["manova"]

z = st.floats(-8.0, 8.0)
correlations = st.floats(-1.0, 1.0)
spreads = st.floats(0.1, 30.0)


def covariance(case: dict[str, Any], rho: float) -> np.ndarray:
    a, b = case["sd"]
    return np.array([[a * a, rho * a * b], [rho * a * b, b * b]])


@pytest.mark.parametrize("module", [normal_module, quadrants_module])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


class TestPhi2:
    def test_like_mvtnorm_on_160_points(self):
        h, k, r, p = (np.array(GOLD["bvncdf"][column]) for column in "hkrp")
        assert len(p) == 160
        assert np.abs(phi2(h, k, r) - p).max() < 1e-15

    def test_known_values(self):
        rho = np.linspace(-1.0, 1.0, 41)
        np.testing.assert_allclose(
            phi2(0.0, 0.0, rho), 0.25 + np.arcsin(rho) / (2 * math.pi), atol=1e-16
        )

    @pytest.mark.parametrize(
        ("h", "k", "r", "expected"),
        [
            (0.3, 1.2, 1.0, NormalDist().cdf(0.3)),
            (0.3, -0.1, -1.0, NormalDist().cdf(0.3) + NormalDist().cdf(-0.1) - 1.0),
            (0.3, -0.4, -1.0, 0.0),
            (math.inf, 0.7, 0.4, NormalDist().cdf(0.7)),
            (0.7, -math.inf, 0.4, 0.0),
            (math.inf, math.inf, -0.9, 1.0),
            (-0.0, 0.7, 0.0, NormalDist().cdf(0.7) / 2),
            (0.7, -0.0, 0.0, NormalDist().cdf(0.7) / 2),
            (-0.0, -0.7, 0.0, NormalDist().cdf(-0.7) / 2),
        ],
    )
    def test_edges(self, h, k, r, expected):
        assert phi2(h, k, r) == pytest.approx(expected, abs=1e-15)

    @given(z, z, correlations)
    def test_symmetric(self, h, k, r):
        assert phi2(h, k, r) == phi2(k, h, r)

    @given(z, z, correlations)
    def test_turning_one_axis_round_gives_the_rest(self, h, k, r):
        rest = NormalDist().cdf(h) - float(phi2(h, -k, -r))
        assert phi2(h, k, r) == pytest.approx(rest, abs=3e-15)

    @given(z, z)
    def test_independent_is_the_product(self, h, k):
        product = NormalDist().cdf(h) * NormalDist().cdf(k)
        assert phi2(h, k, 0.0) == pytest.approx(product, abs=1e-15)

    @settings(max_examples=40)
    @given(z, z, st.floats(-0.999, 0.999))
    def test_the_slope_in_the_correlation_is_the_density(self, h, k, r):
        step = 1e-5 * (1 - r * r)
        slope = float(phi2(h, k, r + step) - phi2(h, k, r - step)) / (2 * step)
        s2 = 1 - r * r
        density = math.exp(-(h * h - 2 * r * h * k + k * k) / (2 * s2)) / (
            2 * math.pi * math.sqrt(s2)
        )
        assert slope == pytest.approx(density, rel=1e-4, abs=1e-7)

    @given(z, z, st.floats(0.0, 1e-6))
    def test_continuous_up_to_perfect_correlation(self, h, k, gap):
        # Phi2 cannot move faster than its density at the origin allows.
        allowed = math.acos(1 - gap) / (2 * math.pi) + 1e-15
        assert abs(float(phi2(h, k, 1 - gap) - phi2(h, k, 1.0))) <= allowed

    def test_any_shape(self):
        assert phi2(np.zeros((3, 1)), np.zeros(4), 0.5).shape == (3, 4)

    @pytest.mark.parametrize(("h", "r"), [(0.0, 1.1), (math.nan, 0.5), (0.0, math.nan)])
    def test_refusals(self, h, r):
        with pytest.raises(ValueError, match=r"probability|correlation"):
            phi2(h, 0.0, r)


class TestStages:
    @pytest.mark.parametrize("case", GOLD["band_probability"])
    def test_bands(self, case):
        found = stage_probabilities(case["post_mean"], case["post_sd"], cuts=case["cuts"])
        # The oracle takes its top band from 1 and loses digits there; ours does not.
        np.testing.assert_allclose(found, list(case["P"].values()), rtol=1e-9, atol=1e-16)

    @given(st.floats(0.0, 100.0), st.floats(0.0, 30.0))
    def test_stages_sum_to_one(self, mean, sd):
        found = stage_probabilities(mean, sd, cuts=[20, 40, 60, 80])
        assert found.sum() == pytest.approx(1.0, abs=1e-14)
        assert (found >= 0.0).all()

    def test_tiny_probabilities_keep_their_digits_on_both_sides(self):
        low = stage_probabilities(20.0, 1.0, cuts=[30.0])
        high = stage_probabilities(40.0, 1.0, cuts=[30.0])
        assert low[1] == high[0] == pytest.approx(7.619853024160527e-24, rel=1e-9)

    def test_without_uncertainty_the_stage_is_certain(self):
        found = stage_probabilities([39.9, 40.0, 90.0], 0.0, cuts=[40, 80])
        assert found.tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]

    @pytest.mark.parametrize(("sd", "cuts"), [(1.0, []), (1.0, [40, 40]), (-1.0, [40])])
    def test_refusals(self, sd, cuts):
        with pytest.raises(ValueError, match=r"increasing|negative"):
            stage_probabilities(50.0, sd, cuts=cuts)


class TestQuadrantProbabilities:
    @pytest.mark.parametrize("case", GOLD["quadrant"])
    def test_probabilities_and_ellipse(self, case):
        matrix = covariance(case, case["rho"])
        found = quadrant_probabilities(case["mean"], matrix, cut=case["cut"])
        names = ["P_LL", "P_LH_x_low_y_high", "P_HL_x_high_y_low", "P_HH"]
        np.testing.assert_allclose(found, [case[name] for name in names], atol=1e-12)
        oval, expected = ellipse(matrix), case["ellipse95"]
        assert (oval.major, oval.minor) == pytest.approx(tuple(expected["semi_axes"]), rel=1e-9)
        if oval.major > oval.minor:  # a circle has no direction
            assert oval.angle == pytest.approx(expected["angle_deg"], abs=1e-9)

    @given(st.tuples(z, z), st.tuples(spreads, spreads), correlations)
    def test_they_sum_to_one(self, mean, sd, rho):
        found = quadrant_probabilities(mean, covariance({"sd": list(sd)}, rho), cut=[0.0, 0.0])
        assert found.sum() == pytest.approx(1.0, abs=1e-14)
        assert (found >= 0.0).all()

    @given(st.tuples(z, z), st.tuples(spreads, spreads), correlations)
    def test_the_margins_are_normal(self, mean, sd, rho):
        found = quadrant_probabilities(mean, covariance({"sd": list(sd)}, rho), cut=[0.0, 0.0])
        low_x = NormalDist(mean[0], sd[0]).cdf(0.0)
        assert found[0] + found[1] == pytest.approx(low_x, abs=1e-14)

    def test_many_units_at_once(self):
        means = [[62.0, 55.0], [58.5, 57.0]]
        matrices = [covariance(case, case["rho"]) for case in GOLD["quadrant"][2:]]
        found = quadrant_probabilities(means, np.stack(matrices), cut=[58, 58])
        assert found.shape == (2, 4)
        assert found[:, 3] == pytest.approx([c["P_HH"] for c in GOLD["quadrant"][2:]], abs=1e-12)

    def test_a_point_known_exactly_lies_in_one_quadrant(self):
        found = quadrant_probabilities([60.0, 40.0], np.zeros((2, 2)), cut=[50.0, 50.0])
        assert found.tolist() == [0.0, 0.0, 1.0, 0.0]
        on_the_cut = quadrant_probabilities([50.0, 50.0], np.zeros((2, 2)), cut=[50.0, 50.0])
        assert on_the_cut.tolist() == [0.0, 0.0, 0.0, 1.0]

    def test_negative_variance(self):
        with pytest.raises(ValueError, match="negative"):
            quadrant_probabilities([0, 0], [[-1.0, 0.0], [0.0, 1.0]], cut=[0, 0])


class TestPlacement:
    @pytest.mark.parametrize(
        ("probabilities", "quadrants", "named"),
        [
            ([0.05, 0.0, 0.80, 0.15], ["high-low"], [0.80]),
            ([0.05, 0.0, 0.799, 0.151], ["high-low", "high-high"], [0.799, 0.151]),
            ([0.25] * 4, ["low-low", "low-high"], [0.25, 0.25]),
            ([0.0, 1.0, 0.0, 0.0], ["low-high"], [1.0]),
        ],
    )
    def test_clear_or_borderline(self, probabilities, quadrants, named):
        found = placement(probabilities)
        assert list(found.quadrants) == quadrants
        assert list(found.probabilities) == named
        assert found.borderline == (len(quadrants) == 2)

    def test_of_an_array_of_probabilities(self):
        found = quadrant_probabilities([70.0, 70.0], np.eye(2), cut=[50.0, 50.0])
        assert placement(found.tolist()).quadrants == (Quadrant.HIGH_HIGH,)

    @pytest.mark.parametrize("p", [[0.5, 0.5], [0.5, 0.5, 0.5, 0.5], [1.5, -0.5, 0.0, 0.0]])
    def test_refusals(self, p):
        with pytest.raises(ValueError, match="four probabilities"):
            placement(p)


class TestEllipse:
    @pytest.mark.parametrize(
        ("matrix", "angle"),
        [
            ([[4.0, 0.0], [0.0, 1.0]], 0.0),
            ([[1.0, 0.0], [0.0, 4.0]], 90.0),
            ([[1.0, 0.5], [0.5, 1.0]], 45.0),
            ([[1.0, -0.5], [-0.5, 1.0]], -45.0),
        ],
    )
    def test_direction_of_the_longer_axis(self, matrix, angle):
        assert ellipse(matrix).angle == pytest.approx(angle)

    def test_holds_its_share_of_points(self):
        rng = np.random.default_rng(8)
        matrix = np.array([[9.0, 4.0], [4.0, 6.0]])
        points = rng.multivariate_normal([0.0, 0.0], matrix, 40_000)
        oval = ellipse(matrix, confidence=0.80)
        turn = math.radians(oval.angle)
        along = points @ [math.cos(turn), math.sin(turn)]
        across = points @ [-math.sin(turn), math.cos(turn)]
        inside = (along / oval.major) ** 2 + (across / oval.minor) ** 2 <= 1.0
        assert inside.mean() == pytest.approx(0.80, abs=0.008)

    def test_a_line_is_a_flat_ellipse(self):
        assert ellipse([[1.0, 1.0], [1.0, 1.0]]).minor == pytest.approx(0.0, abs=1e-7)

    @pytest.mark.parametrize("matrix", [[[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.5], [0.4, 1.0]]])
    def test_no_covariance(self, matrix):
        with pytest.raises(ValueError, match="covariance matrix"):
            ellipse(matrix)

    def test_confidence(self):
        with pytest.raises(ValueError, match="confidence"):
            ellipse(np.eye(2), confidence=1.0)


def uncertain_centre(points):
    """The part of V that comes from not knowing the centre: (I - W) Var(mu) (I - W)'."""
    precision = np.linalg.inv(points.between + points.within / points.n[:, None, None])
    drawn = np.eye(2) - points.between @ precision
    return drawn @ np.linalg.inv(precision.sum(axis=0)) @ drawn.swapaxes(1, 2)


class TestUnitPoints:
    def fitted(self) -> UnitPoints:
        return unit_points(unit_sums(MANOVA["x"], MANOVA["y"], MANOVA["unit"]))

    def test_like_manova_and_matrix_algebra_in_r(self):
        found = self.fitted()
        np.testing.assert_allclose(found.within, MANOVA["within"], rtol=1e-10)
        np.testing.assert_allclose(found.between, MANOVA["between"], rtol=1e-10)
        np.testing.assert_allclose(found.centre, MANOVA["centre"], rtol=1e-10)
        np.testing.assert_allclose(found.mean, MANOVA["mean"], rtol=1e-10)
        known = found.covariance - uncertain_centre(found)
        np.testing.assert_allclose(known.reshape(-1, 4), MANOVA["covariance"], rtol=1e-9)

    def test_no_direction_is_known_better_than_the_centre_itself(self):
        """Units that differ along one line only are still uncertain across it."""
        found = self.fitted()
        across = np.linalg.eigh(found.between)[1][:, 0]
        spread = [across @ matrix @ across for matrix in found.covariance]
        assert min(spread) > 0.9 * (across @ found.within @ across) / found.n.sum()

    def test_a_negative_direction_of_the_moment_estimate_is_taken_out(self):
        assert min(MANOVA["raw_eigen"]) < 0.0
        values = np.linalg.eigvalsh(self.fitted().between)
        assert values[0] == pytest.approx(0.0, abs=1e-12)
        assert values[1] == pytest.approx(max(MANOVA["raw_eigen"]))

    def test_small_units_are_drawn_further_and_stay_less_certain(self):
        found = self.fitted()
        spread = np.trace(found.covariance, axis1=1, axis2=2)
        assert np.argsort(spread).tolist() == np.argsort(-found.n).tolist()

    def test_without_differences_every_unit_is_at_the_centre(self):
        # Two units with the same three points each.
        x, y = [40.0, 50.0, 63.0] * 2, [52.0, 50.0, 57.0] * 2
        found = unit_points(unit_sums(x, y, [1, 1, 1, 2, 2, 2]))
        np.testing.assert_allclose(found.between, 0.0, atol=1e-12)
        np.testing.assert_allclose(found.mean, [[51.0, 53.0]] * 2, rtol=1e-12)
        for matrix in found.covariance:
            np.testing.assert_allclose(matrix, found.within / 6, rtol=1e-10)

    def test_two_axes_that_are_the_same(self):
        found = unit_points(unit_sums(MANOVA["x"], MANOVA["x"], MANOVA["unit"]))
        np.testing.assert_allclose(found.mean[:, 0], found.mean[:, 1], rtol=1e-9)
        p = quadrant_probabilities(found.mean, found.covariance, cut=[58.0, 58.0])
        np.testing.assert_allclose(p[:, 1:3], 0.0, atol=1e-6)

    def test_missing_scores_are_left_out(self):
        x, y = [*MANOVA["x"], np.nan, 50.0], [*MANOVA["y"], 50.0, np.nan]
        found = unit_points(unit_sums(x, y, [*MANOVA["unit"], 1, 1]))
        np.testing.assert_array_equal(found.mean, self.fitted().mean)

    @given(st.permutations(range(len(MANOVA["unit"]))))
    def test_the_order_of_doctors_does_not_matter(self, order):
        x, y, unit = (np.array(MANOVA[name])[order] for name in ("x", "y", "unit"))
        found = unit_points(unit_sums(x, y, unit))
        np.testing.assert_allclose(found.mean, self.fitted().mean, rtol=1e-9)

    @given(st.floats(-50.0, 50.0), st.floats(0.1, 10.0))
    def test_shifting_and_stretching_the_scores_moves_the_points_alike(self, shift, factor):
        x, y = (np.array(MANOVA[name], dtype=float) * factor + shift for name in "xy")
        found, before = unit_points(unit_sums(x, y, MANOVA["unit"])), self.fitted()
        np.testing.assert_allclose(found.mean, before.mean * factor + shift, rtol=1e-6, atol=1e-6)

    def test_refusals(self):
        with pytest.raises(ValueError, match="one unit per doctor"):
            unit_sums([1.0, 2.0], [1.0, 2.0], [1])
        for units in ([1, 1, 1], [1, 2, 3]):
            with pytest.raises(TooFewResponses):
                unit_points(unit_sums([1.0, 2.0, 4.0], [1.0, 5.0, 2.0], units))
        nobody = UnitSums(
            np.array([]), np.array([], dtype=int), np.ones((0, 2)), np.ones((0, 2, 2))
        )
        with pytest.raises(TooFewResponses):
            unit_points(nobody)

    def test_probabilities_mean_what_they_say(self):
        # Known truth: 2,000 units of 10 to 60 doctors; axes correlated .4 between units.
        rng = np.random.default_rng(20)
        n = rng.integers(10, 61, 2000)
        between = np.array([[25.0, 10.0], [10.0, 25.0]])
        truth = rng.multivariate_normal([60.0, 55.0], between, 2000)
        units = np.repeat(np.arange(2000), n)
        noise = rng.multivariate_normal([0.0, 0.0], [[324.0, 130.0], [130.0, 324.0]], units.size)
        scores = truth[units] + noise
        points = unit_points(unit_sums(scores[:, 0], scores[:, 1], units))
        p = quadrant_probabilities(points.mean, points.covariance, cut=[60.0, 55.0])
        high = truth >= [60.0, 55.0]
        actual = np.eye(4)[2 * high[:, 0] + high[:, 1]]
        bins = np.minimum((p * 5).astype(int), 4)
        for bin_ in range(5):
            here = bins == bin_
            assert actual[here].mean() == pytest.approx(p[here].mean(), abs=0.05)


class TestNotKnowingHowFarUnitsDiffer:
    """With few units the covariance between them is hardly known: probabilities have to say so."""

    @staticmethod
    def sums(seed: int, units: int = 8) -> UnitSums:
        gen = np.random.default_rng(seed)
        n = gen.integers(12, 60, units)
        theta = gen.multivariate_normal([52, 50], [[16, 6], [6, 12]], units)
        unit = np.repeat(np.arange(units), n)
        own = gen.multivariate_normal([0, 0], [[300, 120], [120, 260]], unit.size)
        x, y = (theta[unit] + own).T
        return unit_sums(x, y, unit)

    def found(self, sums: UnitSums) -> UncertainPoints:
        return uncertain_points(sums, np.random.default_rng(1), cut=(50, 50))

    def test_probabilities_add_up_and_are_less_sure_on_the_whole(self):
        gaps = []
        for seed in range(60):
            sums = self.sums(seed)
            found, known = self.found(sums), unit_points(sums)
            np.testing.assert_allclose(found.probabilities.sum(axis=1), 1.0)
            plain = quadrant_probabilities(known.mean, known.covariance, cut=(50, 50))
            gaps.append(plain.max(axis=1).mean() - found.probabilities.max(axis=1).mean())
        assert np.mean(gaps) > 0.03

    def test_ellipses_are_wider_where_units_are_few(self):
        ratios = []
        for units in (6, 60):
            sums = self.sums(3, units)
            wide = np.linalg.det(self.found(sums).covariance)
            plain = np.linalg.det(unit_points(sums).covariance)
            ratios.append(float(np.median(wide / plain)))
        assert ratios[0] > 1.3
        assert ratios[1] == pytest.approx(1.0, abs=0.25)

    def test_many_units_are_placed_as_if_all_were_known(self):
        sums = self.sums(4, 400)
        found, known = self.found(sums), unit_points(sums)
        assert found.mean == pytest.approx(known.mean, abs=0.3)
        plain = quadrant_probabilities(known.mean, known.covariance, cut=(50, 50))
        assert found.probabilities == pytest.approx(plain, abs=0.05)

    def test_the_same_draws_give_the_same_points(self):
        sums = self.sums(5)
        assert (self.found(sums).probabilities == self.found(sums).probabilities).all()

    @pytest.mark.parametrize("units", [2, 3, 4])
    def test_two_units_are_placed_with_all_their_doubt(self, units):
        found = self.found(self.sums(6, units))
        assert np.isfinite(found.probabilities).all()
        assert (np.linalg.eigvalsh(found.covariance) > 0).all()

    def test_units_that_do_not_differ_stay_in_the_middle(self):
        gen = np.random.default_rng(8)
        x, y = gen.multivariate_normal([52, 50], [[300, 120], [120, 260]], 4000).T
        found = self.found(unit_sums(x, y, np.arange(4000) % 40))
        assert np.ptp(found.mean[:, 0]) < 2.5

    def test_one_unit_has_no_point(self):
        with pytest.raises(TooFewResponses):
            self.found(unit_sums([1.0, 2.0], [1.0, 2.0], [1, 1]))
