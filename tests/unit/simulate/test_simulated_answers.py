"""Answers follow the graded response model, then get straight lines and gaps."""

from dataclasses import replace

import numpy as np
import pytest

from medengage.definitions.instrument import Instrument
from medengage.simulate import AnswerTruth, ScoreTruth
from medengage.simulate.answers import draw_answers, leave_out, straight_line, willing_answers
from medengage.simulate.items import expected_scores, item_model, score_weights
from medengage.simulate.names import GRADES, JUNIOR
from medengage.simulate.traits import INDEX, SHIFT, subscales, total_covariance
from medengage.stats.scoring import mirror, missing_share, straight_lined

TRUTH = AnswerTruth()
CLEAN = AnswerTruth(dif=False, straight_liners=0.0, missing=0.0, missing_late=0.0, drop_out=0.0)
CONSULTANT = 0
N = 20_000


def grades(n, code=CONSULTANT):
    return np.full(n, code, dtype=np.int32)


def drawn(model, *, mean=0.0, n=N, grade=CONSULTANT, seed=1):
    """Honest answers of doctors whose subscales are independent normal around ``mean``."""
    rng = np.random.default_rng(seed)
    z = mean + rng.standard_normal((n, model.subscale.max() + 1))
    return willing_answers(rng, model, z=z, grade=grades(n, grade))


def keyed(answers, asked):
    turned = [item.reversed for item in asked.items]
    highest = [asked.options_of(name).highest for name in asked.item_ids]
    return mirror(answers, turned, 1, highest)


class TestGradedResponses:
    def test_every_option_is_used_and_no_other(self, survey, six_options):
        for asked, highest in ((survey, 5), (six_options, 6)):
            answers = drawn(item_model(asked, CLEAN))
            assert np.unique(answers).tolist() == list(range(1, highest + 1))

    def test_reverse_keyed_items_correlate_negatively_until_mirrored(self, survey):
        answers = drawn(item_model(survey, CLEAN))
        first, second = (survey.item_ids.index(f"commitment-{n}") for n in (1, 2))
        assert np.corrcoef(answers[:, first], answers[:, second])[0, 1] < -0.2
        mirrored = keyed(answers, survey)
        assert np.corrcoef(mirrored[:, first], mirrored[:, second])[0, 1] > 0.2

    def test_items_of_one_subscale_correlate_as_their_loadings_say(self, survey):
        """Median splits of two normals: r = sin(pi/2 phi), phi the fourfold correlation."""
        model = replace(item_model(survey, CLEAN), threshold=np.zeros((30, 4)))
        high = keyed(drawn(model, n=100_000), survey) > 1
        loading = model.loading
        for a, b in ((0, 1), (5, 7), (26, 29)):
            found = np.sin(np.pi / 2 * np.corrcoef(high[:, a], high[:, b])[0, 1])
            assert found == pytest.approx(loading[a] * loading[b], abs=0.015)

    def test_items_of_independent_subscales_do_not_correlate(self, survey):
        answers = drawn(item_model(survey, CLEAN))
        assert np.corrcoef(answers[:, 0], answers[:, 10])[0, 1] == pytest.approx(0, abs=0.025)

    def test_loadings_and_thresholds_are_spread_over_their_ranges(self, survey):
        model = item_model(survey, TRUTH)
        assert 0.5 <= model.loading.min() < 0.56
        assert 0.79 < model.loading.max() <= 0.85
        widths = model.threshold[:, -1] - model.threshold[:, 0]
        assert widths == pytest.approx(TRUTH.threshold_range)
        assert np.ptp(model.threshold.mean(axis=1)) > 0.6

    def test_an_item_is_the_same_in_the_pulse_as_in_the_survey(self, survey, pulse):
        full, short = item_model(survey, TRUTH), item_model(pulse, TRUTH, survey)
        rows = [survey.item_ids.index(name) for name in pulse.item_ids]
        assert np.array_equal(short.loading, full.loading[rows])
        assert np.array_equal(short.threshold, full.threshold[rows])
        assert np.array_equal(short.subscale, full.subscale[rows])
        assert np.array_equal(short.dif, full.dif[:, rows])


class TestExpectedScores:
    @pytest.mark.parametrize("mean", [-0.8, 0.0, 0.8])
    def test_closed_form_agrees_with_simulated_answers(self, survey, six_options, mean):
        for asked in (survey, six_options):
            model = item_model(asked, TRUTH)
            found = (keyed(drawn(model, mean=mean), asked) - 1) / (model.highest - 1) * 100
            z, spread = np.full((1, 6), mean), np.ones(6)
            expected = expected_scores(model, z, grades(1), spread=spread, straight_liners=0.0)[0]
            se = found.std(axis=0) / np.sqrt(N)
            assert (abs(found.mean(axis=0) - expected) < 4 * se).all()

    def test_straight_liners_are_expected_too(self, survey):
        model = item_model(survey, CLEAN)
        answers = drawn(model)
        straight_line(np.random.default_rng(2), answers, highest=model.highest, share=1.0)
        found = (keyed(answers, survey) - 1) * 25.0
        expected = expected_scores(
            model, np.zeros((1, 6)), grades(1), spread=np.ones(6), straight_liners=1.0
        )[0]
        assert (abs(found.mean(axis=0) - expected) < 4 * found.std(axis=0) / np.sqrt(N)).all()

    def test_straight_liners_whose_first_item_is_reverse_keyed(self, six_options):
        first, second, *others = six_options.items
        items = (second, first, *others)
        turned = Instrument.model_validate(six_options.model_dump() | {"items": items})
        model = item_model(turned, CLEAN)
        answers = drawn(model)
        straight_line(np.random.default_rng(2), answers, highest=model.highest, share=1.0)
        expected = expected_scores(
            model, np.zeros((1, 6)), grades(1), spread=np.ones(6), straight_liners=1.0
        )[0, 0]
        assert ((keyed(answers, turned)[:, 0] - 1) * 20).mean() == pytest.approx(expected, abs=1)

    def test_weights_of_the_index_give_every_subscale_the_same_say(self, survey):
        weights = score_weights(survey, "index")
        assert weights == pytest.approx(1 / 30)
        assert score_weights(survey, "belonging")[:10] == pytest.approx(1 / 10)
        assert score_weights(survey, "belonging")[10:] == pytest.approx(0)

    def test_scored_index_has_about_the_mean_and_spread_of_the_latent_one(self, survey):
        """Mean near 58; an SD of 16.6, which is as near 18 as unforced answers come."""
        score = ScoreTruth()
        known, model = subscales(survey, score), item_model(survey, CLEAN)
        rng = np.random.default_rng(1)
        traits = rng.multivariate_normal(58 * SHIFT, total_covariance(score), size=N)
        answers = willing_answers(rng, model, z=known.standard(traits), grade=grades(N))
        index = (keyed(answers, survey) - 1) @ score_weights(survey, "index") * 25.0
        assert index.mean() == pytest.approx(58, abs=0.5)
        assert index.std() == pytest.approx(16.6, abs=0.4)
        slope = np.cov(index, traits @ INDEX)[0, 1] / 324
        assert slope == pytest.approx(0.86, abs=0.02)


class TestItemsThatMeanSomethingElse:
    def test_without_dif_no_item_differs_by_grade(self, survey):
        model = item_model(survey, replace(TRUTH, dif=False))
        assert not model.dif.any()
        same = [drawn(model, grade=code) for code in (CONSULTANT, JUNIOR)]
        assert np.array_equal(*same)

    def test_with_dif_two_items_differ_for_junior_doctors_alone(self, survey):
        model = item_model(survey, TRUTH)
        changed = np.argwhere(model.dif)
        assert changed.tolist() == [[JUNIOR, 10], [JUNIOR, 20]]
        ours, theirs = (keyed(drawn(model, grade=g), survey).mean(0) for g in (CONSULTANT, JUNIOR))
        gap = theirs - ours
        assert gap[10] < -0.2
        assert gap[20] > 0.2
        assert np.delete(gap, [10, 20]) == pytest.approx(0)

    def test_a_short_questionnaire_has_none(self, say_stay_strive):
        assert not item_model(say_stay_strive, TRUTH).dif.any()


class TestStraightLines:
    def test_two_in_a_hundred_repeat_their_first_answer(self, survey):
        model, truth = item_model(survey, CLEAN), replace(CLEAN, straight_liners=0.02)
        z = np.random.default_rng(0).standard_normal((N, 6))
        answers = draw_answers(np.random.default_rng(1), model, z=z, grade=grades(N), truth=truth)
        turned = [item.reversed for item in survey.items]
        share = straight_lined(answers, turned).mean()
        assert share == pytest.approx(0.02, abs=3 * np.sqrt(0.02 * 0.98 / N))

    def test_nobody_else_does(self, survey):
        answers = drawn(item_model(survey, CLEAN))
        assert not straight_lined(answers, [item.reversed for item in survey.items]).any()


class TestGaps:
    def test_single_answers_are_missing_at_random(self):
        answers = np.full((N, 30), 3, dtype=np.int8)
        truth = replace(CLEAN, missing=0.02)
        leave_out(np.random.default_rng(1), answers, grade=grades(N), truth=truth)
        assert missing_share(answers).mean() == pytest.approx(0.02, abs=3 * 0.14 / np.sqrt(N * 30))

    def test_more_are_missing_late_and_by_grade(self):
        answers = np.full((4 * N, 30), 3, dtype=np.int8)
        grade = np.repeat(np.arange(4, dtype=np.int32), N)
        leave_out(
            np.random.default_rng(1), answers, grade=grade, truth=replace(CLEAN, missing_late=0.02)
        )
        assert missing_share(answers)[0] == 0
        last = [missing_share(answers[grade == code])[29] for code in range(len(GRADES))]
        for found, factor in zip(last, TRUTH.missing_by_grade, strict=True):
            assert found == pytest.approx(0.02 * factor, abs=4 * np.sqrt(0.03 / N))

    def test_some_drop_out_for_good(self):
        answers = np.full((N, 30), 3, dtype=np.int8)
        leave_out(
            np.random.default_rng(1), answers, grade=grades(N), truth=replace(CLEAN, drop_out=0.01)
        )
        gone = answers[:, -1] == 0
        assert gone.mean() == pytest.approx(0.01, abs=3 * np.sqrt(0.01 / N))
        assert (answers[:, :6] == 3).all()
        assert (np.diff((answers[gone] == 0).astype(int), axis=1) >= 0).all()

    def test_one_item_can_be_asked(self):
        answers = np.full((10, 1), 3, dtype=np.int8)
        leave_out(
            np.random.default_rng(1), answers, grade=grades(10), truth=replace(CLEAN, drop_out=1.0)
        )
        assert (answers == 3).all()
