from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medengage.errors import TooFewResponses
from medengage.norms.sums import ScaleSums, gridded, merged, scale_sums, withdrawn
from medengage.stats.groups import group_summaries
from medengage.stats.multilevel import icc_anova
from tests.golden_numbers import golden

MERGE = golden("norms")["merge"]
scores = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 100))


def sums_of(values, seed=0):
    unit = np.random.default_rng(seed).integers(0, 4, len(values))
    return scale_sums(np.asarray(values, dtype=float), np.char.add(f"{seed}-", unit.astype(str)))


class TestMergingIsExact:
    def test_the_worked_example(self):
        """First column of the example, on the grid; its means and squares come out exactly."""
        a, b = ([float(Fraction(row[0])) for row in MERGE[side]] for side in "AB")
        whole = merged(sums_of(a, 1), sums_of(b, 2))
        assert Fraction(whole.s1, whole.n) / 100 == Fraction(MERGE["merged"]["mean"][0])
        around = Fraction(whole.s2) - Fraction(whole.s1**2, whole.n)
        assert around / 100**2 == Fraction(MERGE["merged"]["M2"][0][0])
        assert withdrawn(whole, sums_of(b, 2)) == sums_of(a, 1)

    @given(scores, scores, scores)
    def test_in_any_order_and_grouping(self, a, b, c):
        x, y, z = sums_of(a, 1), sums_of(b, 2), sums_of(c, 3)
        assert merged(x, y) == merged(y, x)
        assert merged(merged(x, y), z) == merged(x, merged(y, z))
        assert withdrawn(merged(merged(x, y), z), y) == merged(x, z)

    @given(scores, scores)
    def test_merged_sums_are_those_of_pooled_answers(self, a, b):
        units = [
            np.char.add("a", (np.arange(len(a)) % 3).astype(str)),
            np.char.add("b", (np.arange(len(b)) % 2).astype(str)),
        ]
        whole = merged(scale_sums(a, units[0]), scale_sums(b, units[1]))
        assert whole == scale_sums(np.concatenate([a, b]), np.concatenate(units))

    @given(scores)
    def test_it_comes_back_from_json_as_it_was(self, a):
        one = sums_of(a)
        assert ScaleSums.model_validate_json(one.model_dump_json()) == one


class TestWhatFollows:
    @given(arrays(np.float64, st.integers(2, 60), elements=st.floats(0, 100)))
    def test_mean_and_variance_are_those_of_the_scores(self, values):
        on_grid = gridded(values) / 100
        found = sums_of(values)
        assert found.mean == pytest.approx(on_grid.mean(), rel=1e-12, abs=1e-12)
        assert found.variance == pytest.approx(on_grid.var(ddof=1), rel=1e-9, abs=1e-9)

    def test_intraclass_correlation_is_that_of_the_scores(self):
        rng = np.random.default_rng(3)
        unit = rng.integers(0, 12, 300)
        values = np.clip(rng.normal(0, 6, 12)[unit] + rng.normal(55, 15, 300), 0, 100)
        values = np.round(values, 2)
        assert scale_sums(values, unit).icc1 == pytest.approx(
            icc_anova(group_summaries(values, unit)).icc1, abs=1e-10
        )

    def test_nobody_has_no_mean(self):
        empty = scale_sums(np.zeros(0), np.zeros(0))
        with pytest.raises(TooFewResponses):
            _ = empty.mean
        assert merged(empty, sums_of([50.0, 60.0])) == sums_of([50.0, 60.0])


class TestWhatNoDoctorsCouldHave:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"histogram": (2, *[0] * 50)}, "count everybody once"),
            ({"n": 4}, "count everybody once"),
            ({"s2": 0}, "cannot be those of scores"),
            ({"s1": 0, "between": Fraction(0)}, "mean does not lie"),
            ({"between": Fraction(1)}, "sums of units"),
            ({"units": 9}, "sizes of units"),
            ({"unit_squares": 100}, "sizes of units"),
        ],
    )
    def test_is_refused(self, change, words):
        good = sums_of([10.0, 50.0, 90.0])
        with pytest.raises(ValueError, match=words):
            ScaleSums(**(good.model_dump() | {"between": good.between} | change))

    def test_a_part_that_is_not_in_the_whole_cannot_be_taken_out(self):
        with pytest.raises(ValueError, match=r".+"):
            withdrawn(sums_of([10.0]), sums_of([90.0, 80.0]))

    def test_a_score_outside_of_0_to_100_is_none(self):
        with pytest.raises(ValueError, match="between 0 and 100"):
            gridded(np.array([101.0]))
