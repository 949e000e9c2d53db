"""Intervals of organisation means hold the truth as often as they say (fast version).

The full version, 500 regions and more settings, is ``benchmarks/coverage.py``. Fifteen regions
make 750 intervals: a Monte-Carlo standard error of .008 at .95.
"""

import pytest

from benchmarks.coverage import EQUALLY_READY, coverage
from medengage.definitions import catalogue
from medengage.simulate import ResponseTruth

REGIONS = 15

SILENCE_TELLS_NOTHING = "silence tells nothing"
BIASED = "the engaged answer more readily"


@pytest.fixture(scope="module")
def found():
    tried = {
        SILENCE_TELLS_NOTHING: ResponseTruth(bias=0.0, grade=EQUALLY_READY),
        BIASED: ResponseTruth(bias=0.3),
    }
    survey = catalogue.instrument("open-medical-engagement")
    return coverage(survey, tried, regions=REGIONS, seed=101)


# Slow: 15 regions of about 20,000 doctors answer 30 items each.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["descriptive", "analytic"])
def test_nominal_without_bias(found, kind):
    result = found[SILENCE_TELLS_NOTHING][kind]
    assert result.intervals == 750
    assert 0.95 - 3 * result.se < result.share < 0.95 + 3 * result.se


@pytest.mark.parametrize("kind", ["descriptive", "analytic"])
def test_visibly_too_low_with_bias(found, kind):
    result = found[BIASED][kind]
    assert result.share + 3 * result.se < 0.90


def test_sensitivity_interval_still_holds_the_truth(found):
    assert found[BIASED]["sensitivity"].share >= 0.90
