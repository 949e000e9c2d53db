"""What moves, moves where and when it should."""

from datetime import date

import numpy as np
import pytest

from medengage.measure.scoring import score
from medengage.simulate import (
    Programme,
    ResponseTruth,
    SuddenDrop,
    TimeTruth,
    Truth,
    organisation,
    organisation_study,
)
from medengage.simulate.names import DIVISION_OF, DIVISIONS
from medengage.simulate.over_time import (
    drop_severity,
    held_back,
    level_parts,
    opened,
    season,
    shifts,
    wave_name,
)
from medengage.simulate.traits import INDEX

QUIET = TimeTruth(season=0.0, declining=(), sudden=None, programme=None)
AFFECTED = np.isin(DIVISION_OF, [DIVISIONS.index(d) for d in SuddenDrop().divisions])


def path(number, time, waves=13):
    """(waves, specialties) mean index of one organisation."""
    place = organisation(number, seed=9, waves=waves, truth=Truth(time=time), eligible=50)
    return place.levels @ INDEX


class TestSuddenDrop:
    def test_it_is_felt_in_two_divisions_from_wave_nine_and_half_recovers(self):
        change = path(17, TimeTruth(programme=None)) - path(
            17, TimeTruth(programme=None, sudden=None)
        )
        assert change[:, ~AFFECTED] == pytest.approx(0)
        felt = change[:, AFFECTED].mean(axis=1)
        assert felt[:8] == pytest.approx(0)
        assert felt[8:] == pytest.approx([-12, -10.5, -9, -7.5, -6])

    def test_two_of_five_divisions_are_affected(self):
        assert np.unique(DIVISION_OF[AFFECTED]).size == 2

    def test_no_other_organisation_feels_it(self):
        assert not drop_severity(16, 13, SuddenDrop()).any()

    def test_fewer_answer_where_it_is_felt(self):
        factor = held_back(17, 13, SuddenDrop())
        assert factor[:, ~AFFECTED] == pytest.approx(1)
        expected = [1] * 8 + [0.7, 0.7375, 0.775, 0.8125, 0.85]
        assert factor[:, AFFECTED].mean(axis=1) == pytest.approx(expected)

    def test_answers_fall_away_among_real_doctors(self):
        place = organisation(17, seed=9, waves=9, truth=Truth(), eligible=4000)
        hit = AFFECTED[place.roster.specialty]
        rates = [place.doctors(wave).responded[hit].mean() for wave in (8, 9)]
        assert rates[0] == pytest.approx(0.6, abs=0.04)
        assert rates[1] == pytest.approx(0.42, abs=0.04)

    def test_it_shows_in_the_scores_of_the_affected_divisions(self, survey):
        truth = Truth(response=ResponseTruth(rate=1.0))
        place = organisation(17, seed=9, waves=9, truth=truth, eligible=4000)
        means = []
        for wave in (8, 9):
            asked = organisation_study(place, wave, survey)
            division = asked.responses.attributes["division"]
            index = score(asked).scale["index"]
            means.append([np.nanmean(index[division.codes == k]) for k in range(5)])
        # .86 scored points a latent one; the walks move divisions by up to about 3 points.
        change = dict(zip(DIVISIONS, np.diff(means, axis=0)[0], strict=True))
        for name, moved in change.items():
            expected = -12 * 0.86 if name in SuddenDrop().divisions else 0
            assert moved == pytest.approx(expected, abs=3.5), name

    def test_a_region_can_do_without(self):
        assert held_back(17, 3, None) == pytest.approx(1)


class TestPlannedChanges:
    def test_three_organisations_decline_by_half_a_point_a_wave(self):
        time = TimeTruth(season=0.0)
        for number in range(1, 51):
            loss = shifts(number, 4, time)[:, 0]
            expected = [0, -0.5, -1.0, -1.5] if number in (8, 23, 41) else [0, 0, 0, 0]
            assert loss == pytest.approx(expected)

    def test_a_programme_gains_six_points_in_four_steps(self):
        gain = shifts(30, 10, TimeTruth(season=0.0))[:, 0]
        assert gain == pytest.approx([0, 0, 0, 0, 1.5, 3, 4.5, 6, 6, 6])

    def test_a_programme_elsewhere_and_at_once(self):
        time = TimeTruth(season=0.0, programme=Programme(organisation=2, wave=1, ramp=1))
        assert shifts(2, 2, time)[:, 0] == pytest.approx([6, 6])
        assert shifts(30, 10, time) == pytest.approx(0)

    def test_the_season_comes_back_every_year(self):
        assert season(8, 0.8) == pytest.approx([0, 0.8, 0, -0.8] * 2)
        assert shifts(1, 4, TimeTruth())[:, 5] == pytest.approx([0, 0.8, 0, -0.8])


class TestRandomWalks:
    def steps(self, part):
        """Steps of the index between waves, over 300 organisations and 7 waves."""
        levels = [getattr(level_parts(3, n, 8, Truth(time=QUIET)), part) for n in range(1, 301)]
        return np.diff(np.array(levels) @ INDEX, axis=1)

    @pytest.mark.parametrize(
        ("part", "variance"), [("organisation", 1.0), ("division", 0.245), ("specialty", 0.245)]
    )
    def test_steps_have_their_variance_and_no_memory(self, part, variance):
        steps = self.steps(part)
        se = variance * np.sqrt(2 / steps.size)
        assert steps.var() == pytest.approx(variance, abs=3 * se)
        r = np.corrcoef(steps[:, 1:].ravel(), steps[:, :-1].ravel())[0, 1]
        assert r == pytest.approx(0, abs=3 / np.sqrt(steps[:, 1:].size))

    def test_a_region_can_stand_still(self):
        time = TimeTruth(organisation_step=0.0, unit_step=0.0, season=0.0, sudden=None)
        assert np.ptp(path(1, time), axis=0) == pytest.approx(0)


def test_waves_open_every_quarter_on_a_monday():
    days = [opened(wave) for wave in range(1, 13)]
    assert days[0] == date(2024, 3, 4)
    assert {day.weekday() for day in days} == {0}
    for wave, day in enumerate(days, start=1):
        assert wave_name(wave) == f"{day.year} quarter {(day.month + 2) // 3}"
