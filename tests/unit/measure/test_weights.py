"""Weights to the roster: when they are used, and when they would give somebody away."""

from dataclasses import replace

import numpy as np
import pytest

from medengage.findings import Estimate, Policy
from medengage.measure.analyse import analyse
from medengage.measure.grouping import grouping
from medengage.measure.representation import frame_quality, representation
from medengage.measure.responses import Responses
from medengage.measure.scoring import score
from medengage.measure.study import Population
from medengage.measure.weights import weighting
from tests import builders

N = 400


def study(population=None, *, n=N, **policy):
    """Four hundred doctors in three divisions and three grades."""
    made = builders.study(n=n, policy=Policy(breakdown="division", noise=0, **policy))
    return replace(made, population=population(made.responses) if population else made.population)


def counts(responses: Responses, name: str, times: tuple[float, ...]) -> dict[str, int]:
    attribute = responses.attributes[name]
    there = np.bincount(attribute.codes, minlength=len(attribute.labels))
    return {
        label: int(n * factor)
        for label, n, factor in zip(attribute.labels, there, times, strict=True)
    }


def margins_only(grade_times):
    """A roster that knows divisions and grades, but not how they go together."""

    def roster(responses):
        grades = counts(responses, "grade", grade_times)
        divisions = counts(responses, "division", (2, 2, 2))
        total = sum(grades.values())
        divisions["Medicine"] += total - sum(divisions.values())
        return Population(total, {"division": divisions, "grade": grades})

    return roster


def weights_of(made):
    scores = score(made)
    return weighting(made, grouping(made, scores))


def test_margins_alone_are_raked():
    made = study(margins_only((4, 2, 2)))
    found = weights_of(made)
    assert (found.method, found.attributes) == ("raked", ("division", "grade"))
    assert found.weights is not None
    assert found.weights.values.sum() == pytest.approx(made.population.total)
    grade = score(made).responses.attributes["grade"].codes
    for code, label in enumerate(builders.GRADES):
        there = found.weights.values[grade == code].sum()
        assert there == pytest.approx(made.population.margins["grade"][label], rel=1e-6)


def test_the_shown_mean_is_the_one_these_weights_give():
    made = study(margins_only((4, 2, 2)))
    shown = analyse(made).scale("index").weighted
    values = score(made).scale["test-scale-index"]
    found = weights_of(made).weights
    assert isinstance(shown, Estimate)
    assert found is not None
    known = ~np.isnan(values)
    expected = np.average(values[known], weights=found.values[known])
    assert shown.value == pytest.approx(expected, abs=0.05)
    assert shown.method == "weighted"


def test_even_margins_are_not_raked():
    found = weights_of(study(margins_only((2, 2, 2))))
    assert (found.weights, "even" in found.note) == (None, True)


def test_raking_is_refused_where_its_cells_are_small():
    """A weight of its own would single out a division's grade of fewer than ten."""
    found = weights_of(study(margins_only((4, 2, 2)), n=80))
    assert found.weights is None
    assert "too small" in found.note


def test_more_answers_than_doctors_in_a_category_are_never_weighted():
    def roster(responses):
        grades = counts(responses, "grade", (0.5, 3, 3))
        divisions = counts(responses, "division", (2, 2, 2))
        total = sum(grades.values())
        divisions["Medicine"] += total - sum(divisions.values())
        return Population(total, {"division": divisions, "grade": grades})

    found = weights_of(study(roster))
    assert found.weights is None
    assert "no group of the roster" in found.note


def test_nothing_is_weighted_without_a_roster_or_by_an_attribute_it_lacks():
    made = study()
    alone = replace(made, population=None)
    assert weights_of(alone).weights is None
    assert analyse(alone).participation.nonresponse is None
    assert analyse(alone).participation.eligible is None


def test_strata_of_weights_lie_inside_blocks_and_hold_ten():
    made = study(n=120)
    groups = grouping(made, score(made))
    sizes = np.bincount(groups.stratum)
    assert (sizes >= 10).all()
    for stratum in range(len(sizes)):
        assert len(set(groups.block[groups.stratum == stratum])) == 1


def test_categories_of_the_roster_are_joined_until_they_are_large_enough():
    rows = representation(study(n=60), score(study(n=60)))
    assert rows
    for row in rows:
        assert row.response_percent is None or row.response_percent % 5 == 0
    assert sum(row.roster_percent for row in rows if row.attribute == "grade") == pytest.approx(
        100, abs=2
    )


def test_an_even_response_is_representative():
    made = study()
    assert frame_quality(made, grouping(made, score(made))) == pytest.approx(1, abs=0.02)
