"""A simulated study looks like a real one, and its true means are known."""

from dataclasses import replace

import numpy as np
import pytest

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.measure.scoring import score
from medengage.simulate import (
    AnswerTruth,
    ExtraTruth,
    ResponseTruth,
    ScoreTruth,
    Truth,
    organisation,
    organisation_study,
    region,
    study,
    true_means,
)
from medengage.simulate.names import ATTRIBUTES, DIVISIONS

EVERYBODY = Truth(response=ResponseTruth(rate=1.0))
QUIET = replace(EVERYBODY, score=ScoreTruth(organisation=0.0, unit=0.0))
"""Everybody answers, and no place differs from another."""


@pytest.fixture(scope="module")
def simulated(survey, say_stay_strive):
    return region(seed=4, organisations=2, waves=2).study(
        2, 2, survey, modules=(say_stay_strive,), managers=survey
    )


def eligible(asked):
    assert asked.population is not None
    return asked.population.total


class TestStudy:
    def test_it_says_that_it_is_simulated(self, simulated):
        assert simulated.synthetic
        assert simulated.id == "simulated-4-2-2"
        assert simulated.organisation == "Alder Vale Hospitals"
        assert simulated.wave == "2024 quarter 2"

    def test_only_respondents_are_in_it(self, simulated, survey):
        place = organisation(2, seed=4, waves=2, truth=Truth())
        doctors = place.doctors(2)
        assert simulated.responses.n == doctors.responded.sum()
        assert simulated.population.total == place.roster.n
        ours = simulated.responses.answers[:, :30]
        theirs = place.answers(2, survey)[doctors.responded]
        assert sorted(map(bytes, ours)) == sorted(map(bytes, theirs))

    def test_rows_are_not_in_the_order_of_the_roster(self, simulated, survey):
        place = organisation(2, seed=4, waves=2, truth=Truth())
        theirs = place.answers(2, survey)[place.doctors(2).responded]
        assert not np.array_equal(simulated.responses.answers[:, :30], theirs)

    def test_attributes_stay_with_their_answers(self, survey):
        """Junior doctors alone find one item harder, so grades must move with the rows."""
        strong = Truth(answers=AnswerTruth(dif_shift=9.0), response=EVERYBODY.response)
        answered = study(seed=1, instrument=survey, eligible=2000, truth=strong).responses
        grade = answered.attributes["grade"]
        junior = grade.codes == grade.labels.index("Junior doctor")
        item = answered.answers[:, 10]
        assert (item[junior & (item > 0)] == 1).mean() > 0.95
        assert (item[~junior & (item > 0)] == 1).mean() < 0.6

    def test_roster_and_respondents_share_their_attributes(self, simulated):
        assert set(simulated.responses.attributes) == set(ATTRIBUTES)
        for name, attribute in simulated.responses.attributes.items():
            counts = np.bincount(attribute.codes, minlength=len(attribute.labels))
            for label, count in zip(attribute.labels, counts, strict=True):
                assert count <= simulated.population.margins[name].get(label, 0)

    def test_results_are_broken_down_by_division(self, simulated):
        assert simulated.policy.breakdown == "division"
        assert simulated.policy.order["division"] == DIVISIONS
        assert set(simulated.policy.attributes) == set(ATTRIBUTES)

    def test_the_secret_follows_from_the_seed(self, simulated):
        again = study(seed=3, instrument=simulated.instrument, eligible=30)
        other = study(seed=4, instrument=simulated.instrument, eligible=30)
        same = study(seed=3, instrument=simulated.instrument, eligible=30)
        assert again.secret == same.secret != other.secret
        assert len(again.secret or b"") == 32

    def test_phases_are_known_for_every_respondent(self, simulated):
        assert set(np.unique(simulated.responses.phase)) == {1, 2, 3}

    def test_it_can_be_scored(self, simulated):
        scores = score(simulated)
        index = scores.scale["index"]
        assert np.isnan(index).mean() < 0.04
        assert 40 < np.nanmean(index) < 75

    def test_one_line_makes_a_study(self, survey):
        first = study(seed=7, instrument=survey, eligible=250)
        assert eligible(first) == 250
        assert first == study(seed=7, instrument=survey, eligible=250)
        assert first.responses != study(seed=8, instrument=survey, eligible=250).responses

    def test_size_can_be_left_to_chance(self, survey):
        sizes = {eligible(study(seed=seed, instrument=survey, eligible=None)) for seed in range(4)}
        assert len(sizes) == 4

    def test_a_study_without_doctors_is_refused(self, survey):
        with pytest.raises(ValueError, match="count from 1"):
            study(seed=1, instrument=survey, eligible=0)


class TestFurtherQuestionnaires:
    def test_facets_go_with_engagement(self, survey, say_stay_strive):
        asked = study(
            seed=1, instrument=survey, eligible=4000, truth=EVERYBODY, modules=(say_stay_strive,)
        )
        scores = score(asked).scale
        known = ~np.isnan(scores["index"] + scores["engaged"])
        r = np.corrcoef(scores["index"][known], scores["engaged"][known])[0, 1]
        # .7 between the true scores, less for the noise in both.
        assert 0.5 < r < 0.7

    def test_facets_agree_more_than_engagement_makes_them(self, survey, say_stay_strive):
        lone = replace(EVERYBODY, extra=ExtraTruth(module=0.0, module_common=0.0))
        together = replace(EVERYBODY, extra=ExtraTruth(module=0.0, module_common=0.6))
        found = []
        for truth in (lone, together):
            asked = study(
                seed=1, instrument=survey, eligible=4000, truth=truth, modules=(say_stay_strive,)
            )
            scale = score(asked).scale
            known = ~np.isnan(scale["engaged"])
            found.append(np.corrcoef(scale["say"][known], scale["stay"][known])[0, 1])
        assert found[0] == pytest.approx(0, abs=0.06)
        assert found[1] > 0.2

    def test_a_pulse_is_answered_like_the_survey_it_is_part_of(self, survey, pulse):
        place = organisation(1, seed=2, waves=1, truth=EVERYBODY, eligible=8000)
        columns = [survey.item_ids.index(name) for name in pulse.item_ids]
        full = place.answers(1, survey)[:, columns].astype(float)
        short = place.answers(1, pulse, survey).astype(float)
        assert not np.array_equal(full, short)
        full[full == 0], short[short == 0] = np.nan, np.nan
        assert np.nanmean(short, 0) == pytest.approx(np.nanmean(full, 0), abs=0.08)

    def test_managers_rate_higher_than_doctors(self, survey):
        gaps, forms = [], []
        for number in range(1, 31):
            place = organisation(number, seed=3, waves=1, truth=EVERYBODY)
            asked = organisation_study(place, 1, survey, managers=survey)
            assert asked.managers is not None
            both = replace(asked, responses=asked.managers.responses, population=None)
            forms.append(both.responses.n)
            gaps.append(
                np.nanmean(score(both).scale["index"]) - np.nanmean(score(asked).scale["index"])
            )
        # Managers differ less than doctors, so their mean answer moves a little further.
        assert np.mean(gaps) == pytest.approx(8.3, abs=3 * np.std(gaps) / np.sqrt(30))
        assert np.mean(forms) == pytest.approx(15, abs=3 * np.sqrt(15 / 30))


@pytest.fixture(scope="module")
def census(survey):
    """Index of everybody in a region where everybody answers, by organisation."""
    simulated = region(seed=1, organisations=30, truth=EVERYBODY)
    means = [
        np.nanmean(score(simulated.study(number, 1, survey)).scale["index"])
        for number in range(1, 31)
    ]
    return simulated, np.array(means)


class TestShippedQuestionnaires:
    @pytest.mark.parametrize(
        "name",
        [
            "open-medical-engagement",
            "open-medical-engagement-primary-care",
            "say-stay-strive",
            "licensed-scale-structure",
        ],
    )
    def test_each_can_be_answered_and_scored_in_bounds(self, name):
        asked = study(seed=1, instrument=catalogue.instrument(name), truth=EVERYBODY)
        for scale, scores in score(asked).scale.items():
            assert 0 <= np.nanmin(scores) <= np.nanmax(scores) <= 100, scale
            assert 45 < np.nanmean(scores) < 70, scale

    def test_the_main_one_has_about_the_planned_mean_and_spread(self):
        main = catalogue.instrument("open-medical-engagement")
        asked = study(seed=1, instrument=main, eligible=8000, truth=QUIET)
        index = score(asked).scale["medical-engagement-index"]
        assert np.nanmean(index) == pytest.approx(58, abs=1)
        assert np.nanstd(index) == pytest.approx(16.6 * 0.97, abs=0.6)

    def test_the_shipped_pulse_is_part_of_the_main_one(self):
        pulse = catalogue.instrument("open-medical-engagement-pulse")
        whole = catalogue.instrument("open-medical-engagement")
        place = organisation(1, seed=2, waves=1, truth=EVERYBODY, eligible=500)
        asked = organisation_study(place, 1, pulse, whole=whole)
        found = score(asked).scale["engagement-pulse"]
        expected = true_means((place,), 1, pulse, whole=whole).roster[0]
        margin = 3 * np.nanstd(found) / np.sqrt(len(found))
        assert np.nanmean(found) == pytest.approx(expected, abs=margin)


class TestTrueMeans:
    def test_a_census_differs_from_the_roster_mean_by_chance_alone(self, census, survey):
        simulated, found = census
        gap = found - simulated.true_means(1, survey).roster
        assert abs(gap.mean()) < 3 * gap.std() / np.sqrt(30)
        assert gap.std() < 0.5

    def test_a_census_differs_from_the_process_as_a_sample_does(self, census, survey):
        simulated, found = census
        gap = found - simulated.true_means(1, survey).process
        expected = np.sqrt(np.mean([16.5**2 * 0.89 / place.roster.n for place in simulated]))
        assert abs(gap.mean()) < 3 * gap.std() / np.sqrt(30)
        assert gap.std() == pytest.approx(expected, rel=0.4)

    def test_other_scales_have_true_means_too(self, census, survey):
        simulated, _ = census
        scored = score(simulated.study(1, 1, survey)).scale["development"]
        expected = simulated.true_means(1, survey, scale="development").roster[0]
        margin = 3 * np.nanstd(scored) / np.sqrt(len(scored))
        assert np.nanmean(scored) == pytest.approx(expected, abs=margin)

    def test_latent_means_are_given_too(self, census, survey):
        simulated, _ = census
        means = simulated.true_means(1, survey)
        latent = [place.doctors(1).index.mean() for place in simulated]
        assert means.latent_roster == pytest.approx(latent)
        assert means.latent_process == pytest.approx(latent, abs=4 * 17 / np.sqrt(120))
        slope = np.polyfit(means.latent_roster, means.roster, 1)[0]
        assert slope == pytest.approx(0.86, abs=0.06)

    def test_an_instrument_without_index_needs_a_scale(self, census, survey):
        simulated, _ = census
        leaves = [scale.model_copy(update={"part_of": None}) for scale in survey.subscales]
        flat = Instrument.model_validate(survey.model_dump() | {"scales": leaves})
        with pytest.raises(ValueError, match="name a scale"):
            simulated.true_means(1, flat)
