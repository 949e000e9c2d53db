"""The default truth is the planned one, and an impossible truth is refused."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest

from medengage.simulate import (
    AnswerTruth,
    ResponseTruth,
    RosterTruth,
    ScoreTruth,
    Truth,
)
from medengage.simulate.outcomes import DRIVER_CORRELATIONS, DRIVER_VALIDITIES, RATING_CUTS
from medengage.simulate.traits import INDEX, covariance, person_covariance, total_covariance
from tests.golden_numbers import golden

CONTRAST = np.array([0.0, 0.0, 0.0, 1.0])
INDIVIDUAL, OPPORTUNITY = INDEX + CONTRAST, INDEX - CONTRAST


def correlation(matrix, a, b):
    return (a @ matrix @ b) / np.sqrt((a @ matrix @ a) * (b @ matrix @ b))


def test_variance_components_are_the_planned_ones():
    planned, truth = golden("simulator_truth")["variance"], Truth().score
    assert truth.organisation == planned["org"]
    assert truth.unit == planned["unit_within_org"]
    assert truth.person == planned["person"]
    assert truth.total == pytest.approx(planned["total"])
    assert truth.organisation / truth.total == pytest.approx(planned["ICC_org"])
    assert (truth.organisation + truth.unit) / truth.total == pytest.approx(
        planned["ICC_unit_total"]
    )


@pytest.mark.parametrize("metas", [0.7, 0.55])
def test_four_traits_have_the_variance_of_the_index_and_both_correlations(metas):
    matrix = covariance(16.2, metas=metas, aspects=0.4)
    first, second = np.eye(4)[:2]
    assert INDEX @ matrix @ INDEX == pytest.approx(16.2)
    assert correlation(matrix, first, second) == pytest.approx(metas)
    assert correlation(matrix, INDIVIDUAL, OPPORTUNITY) == pytest.approx(0.4)


def test_levels_add_up_to_the_total():
    total = total_covariance(ScoreTruth())
    assert INDEX @ total @ INDEX == pytest.approx(324)
    assert INDEX @ person_covariance(ScoreTruth()) @ INDEX == pytest.approx(288.36)
    assert correlation(total, INDIVIDUAL, OPPORTUNITY) == pytest.approx(0.4)


def test_rating_cuts_and_drivers_are_the_planned_ones():
    values = golden("simulator_truth")
    assert list(RATING_CUTS) == pytest.approx(values["rating_thresholds"]["z"], abs=1e-12)
    assert DRIVER_CORRELATIONS.tolist() == values["drivers"]["corr_x"]
    assert DRIVER_VALIDITIES.tolist() == values["drivers"]["corr_y"]


def explained(chosen):
    """R^2 of some of the drivers."""
    if not chosen:
        return 0.0
    some = list(chosen)
    validity = DRIVER_VALIDITIES[some]
    return validity @ np.linalg.solve(DRIVER_CORRELATIONS[np.ix_(some, some)], validity)


def importance(driver, drivers=range(6)):
    """Mean gain in R^2 over all orders of entry (Lindeman, Merenda and Gold 1980)."""
    others, p = [d for d in drivers if d != driver], len(drivers)
    return sum(
        factorial(size)
        * factorial(p - 1 - size)
        / factorial(p)
        * (explained((*chosen, driver)) - explained(chosen))
        for size in range(p)
        for chosen in combinations(others, size)
    )


def test_true_importance_of_the_drivers_is_the_known_one():
    known = golden("simulator_truth")["drivers"]
    found = [importance(driver) for driver in range(6)]
    assert found == pytest.approx(known["lmg"], abs=1e-9)
    assert sum(found) == pytest.approx(known["R2"], abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "impossible"),
    [
        (RosterTruth, {"grade_shares": (0.5, 0.5, 0.5, 0.5)}),
        (RosterTruth, {"eligible_range": (0, 10)}),
        (ScoreTruth, {"person": -1.0}),
        (ScoreTruth, {"stability": 1.1}),
        (ScoreTruth, {"division_share": -0.1}),
        (AnswerTruth, {"loadings": (0.5, 1.0)}),
        (AnswerTruth, {"missing": 1.5}),
        (ResponseTruth, {"rate": 0.0}),
        (ResponseTruth, {"phases": (0.8, 0.5, 1.0)}),
        (ResponseTruth, {"phases": (0.5, 0.8, 0.9)}),
    ],
)
def test_an_impossible_truth_is_refused(kind, impossible):
    with pytest.raises(ValueError, match=r"share|range|variance|lie|rate"):
        kind(**impossible)
