"""A region is reproducible in every part, and has the truth it was given."""

from dataclasses import replace

import numpy as np
import pytest

from medengage.simulate import Purpose, RosterTruth, Truth, organisation, region, stream
from medengage.simulate.names import ATTRIBUTES, DIVISION_OF, GRADES, JUNIOR, SPECIALTIES
from medengage.simulate.over_time import level_parts
from medengage.simulate.traits import INDEX, person_covariance

TRUTH = Truth()


@pytest.fixture(scope="module")
def fifty():
    return region(seed=11)


@pytest.fixture(scope="module")
def effects():
    """(1000, 4) effects of the organisations of twenty regions."""
    return np.concatenate([region(seed=seed).effects for seed in range(20)])


@pytest.fixture(scope="module")
def levels():
    """Effects of the groups of 400 organisations, wave 1: (400, 26, 4)."""
    return np.array([level_parts(5, number, 1, TRUTH).groups[0] for number in range(1, 401)])


def everything(place, wave, survey):
    """All bytes of one organisation in one wave."""
    doctors = place.doctors(wave)
    arrays = [place.roster.codes(name) for name in ATTRIBUTES]
    arrays += [doctors.traits, doctors.phase, place.answers(wave, survey)]
    return [array.tobytes() for array in arrays]


def variance_se(variance, n):
    """Standard error of the variance of n normal numbers."""
    return variance * np.sqrt(2 / (n - 1))


def correlation_se(r, n):
    return (1 - r**2) / np.sqrt(n)


class TestReproducible:
    def test_a_stream_is_the_child_that_spawning_gives(self):
        purpose = np.random.SeedSequence(3).spawn(Purpose.ROSTER + 1)[Purpose.ROSTER]
        child = purpose.spawn(18)[17]
        expected = np.random.Generator(np.random.PCG64(child)).random(4)
        assert np.array_equal(stream(3, Purpose.ROSTER, 17).random(4), expected)

    def test_same_seed_same_bytes(self, survey):
        first, second = (region(seed=3, organisations=2) for _ in range(2))
        for a, b in zip(first, second, strict=True):
            assert everything(a, 1, survey) == everything(b, 1, survey)

    def test_other_seed_other_doctors(self, survey):
        ours, theirs = (organisation(1, seed=s, waves=1, truth=TRUTH, eligible=50) for s in (1, 2))
        for a, b in zip(everything(ours, 1, survey), everything(theirs, 1, survey), strict=True):
            assert a != b

    def test_an_organisation_alone_is_the_same_as_in_a_region(self, survey):
        inside = region(seed=3, organisations=17, waves=10).organisation(17)
        alone = organisation(17, seed=3, waves=10, truth=TRUTH)
        assert everything(inside, 9, survey) == everything(alone, 9, survey)

    def test_a_wave_does_not_depend_on_how_many_follow(self, survey):
        short = organisation(4, seed=3, waves=2, truth=TRUTH)
        long = organisation(4, seed=3, waves=12, truth=TRUTH)
        assert everything(short, 2, survey) == everything(long, 2, survey)

    def test_answers_do_not_depend_on_who_gives_them(self, survey):
        place = organisation(1, seed=3, waves=1, truth=TRUTH)
        rarer = replace(TRUTH, response=replace(TRUTH.response, rate=0.3))
        quiet = organisation(1, seed=3, waves=1, truth=rarer)
        assert np.array_equal(place.answers(1, survey), quiet.answers(1, survey))
        assert quiet.doctors(1).responded.sum() < place.doctors(1).responded.sum()


class TestRoster:
    def test_sizes_are_lognormal_and_clipped(self):
        sizes = np.array([place.roster.n for seed in range(8) for place in region(seed=seed)])
        assert sizes.mean() == pytest.approx(400, abs=3 * 140 / np.sqrt(len(sizes)))
        assert sizes.std() == pytest.approx(140, abs=25)
        assert sizes.min() >= 120
        assert sizes.max() <= 1200

    def test_a_range_of_sizes_is_kept(self):
        truth = Truth(roster=RosterTruth(eligible_range=(390, 410)))
        sizes = {place.roster.n for place in region(seed=1, truth=truth)}
        assert {390, 410} <= sizes
        assert min(sizes) >= 390
        assert max(sizes) <= 410

    @pytest.mark.parametrize("attribute", ["grade", "site"])
    def test_shares_are_the_planned_ones(self, fifty, attribute):
        codes = np.concatenate([place.roster.codes(attribute) for place in fifty])
        planned = np.array(getattr(TRUTH.roster, f"{attribute}_shares"))
        found = np.bincount(codes) / len(codes)
        assert (abs(found - planned) < 3 * np.sqrt(planned * (1 - planned) / len(codes))).all()

    def test_women_are_as_common_as_usual_in_the_specialty(self, fifty):
        specialty = np.concatenate([place.roster.specialty for place in fifty])
        woman = np.concatenate([place.roster.sex for place in fifty]) == 0
        for code, planned in enumerate(SPECIALTIES):
            there = woman[specialty == code]
            margin = 3.5 * np.sqrt(planned.women * (1 - planned.women) / len(there))
            assert there.mean() == pytest.approx(planned.women, abs=margin), planned.name

    def test_every_specialty_belongs_to_one_of_five_divisions(self):
        assert np.bincount(DIVISION_OF).tolist() == [4, 4, 4, 4, 4]

    def test_population_counts_every_doctor_once(self, fifty):
        roster = fifty.organisation(1).roster
        population = roster.population()
        assert population.total == roster.n
        assert set(population.margins) == set(ATTRIBUTES)
        assert population.margins["grade"][GRADES[JUNIOR]] == (roster.grade == JUNIOR).sum()

    def test_names_are_all_different(self, fifty):
        assert len({place.name for place in fifty}) == 50


class TestLevels:
    def test_variance_between_organisations(self, effects):
        found = (effects @ INDEX).var(ddof=1)
        assert found == pytest.approx(16.2, abs=3 * variance_se(16.2, len(effects)))

    def test_metas_correlate_seven_tenths_between_organisations(self, effects):
        found = np.corrcoef(effects[:, :3].T)[np.triu_indices(3, 1)]
        assert found == pytest.approx(0.7, abs=3 * correlation_se(0.7, len(effects)))

    def test_aspects_correlate_four_tenths_between_organisations(self, effects):
        index, contrast = effects @ INDEX, effects[:, 3]
        found = np.corrcoef(index + contrast, index - contrast)[0, 1]
        assert found == pytest.approx(0.4, abs=3 * correlation_se(0.4, len(effects)))

    def test_variance_between_units_is_split_into_divisions_and_specialties(self, levels):
        index = levels @ INDEX
        division, specialty = index[:, 1:6].ravel(), index[:, 6:].ravel()
        for found, planned in ((division, 9.72), (specialty, 9.72)):
            se = variance_se(planned, len(found))
            assert found.var(ddof=1) == pytest.approx(planned, abs=3 * se)
        unit = index[:, 1:6][:, DIVISION_OF] + index[:, 6:]
        assert unit.var() == pytest.approx(19.44, abs=3 * variance_se(19.44, 5 * 400))

    def test_metas_correlate_less_within_organisations(self, levels):
        specialty = levels[:, 6:].reshape(-1, 4)
        found = np.corrcoef(specialty[:, :3].T)[np.triu_indices(3, 1)]
        assert found == pytest.approx(0.55, abs=3 * correlation_se(0.55, len(specialty)))

    def test_persons_have_their_covariance(self, fifty):
        rest = np.concatenate([p.doctors(1).traits - p.expected_traits(1) for p in fifty])
        planned, n = person_covariance(TRUTH.score), len(rest)
        found = np.cov(rest.T)
        diagonal = np.outer(np.diag(planned), np.diag(planned))
        se = np.sqrt((diagonal + planned**2) / n)
        assert (abs(found - planned) < 3.5 * se).all()

    def test_a_doctor_stays_much_the_same_from_wave_to_wave(self):
        place = organisation(1, seed=4, waves=2, truth=TRUTH, eligible=2000)
        first, second = (
            (place.doctors(wave).traits - place.expected_traits(wave)) @ INDEX for wave in (1, 2)
        )
        found = np.corrcoef(first, second)[0, 1]
        assert found == pytest.approx(0.7, abs=3 * correlation_se(0.7, 2000))

    def test_grades_and_specialty_groups_have_their_effects(self):
        truth = Truth(score=replace(TRUTH.score, organisation=0.0, unit=0.0))
        place = organisation(1, seed=4, waves=1, truth=truth, eligible=400)
        expected = place.expected_traits(1) @ INDEX
        acute = np.array([s.acute for s in SPECIALTIES])[place.roster.specialty]
        for grade, effect in enumerate((2.0, -1.0, 0.0, -3.0)):
            for group, sign in ((acute, -2.0), (~acute, 2.0)):
                rows = (place.roster.grade == grade) & group
                assert expected[rows] == pytest.approx(58 - 0.3 + effect + sign)

    def test_the_region_has_its_mean(self):
        means = [(p.expected_traits(1) @ INDEX).mean() for s in range(5) for p in region(seed=s)]
        # An organisation's units add about 3 square points to its own 16.2.
        assert np.mean(means) == pytest.approx(58, abs=3 * np.sqrt((16.2 + 3) / len(means)))


@pytest.mark.parametrize(
    "wrong",
    [{"organisations": 0}, {"waves": 0}, {"organisations": 1, "waves": -1}],
)
def test_a_region_without_places_or_time_is_refused(wrong):
    with pytest.raises(ValueError, match=r"at least one|count from 1"):
        region(seed=1, **wrong)


@pytest.mark.parametrize("wave", [0, 2])
def test_a_wave_that_is_not_there_is_refused(wave):
    place = region(seed=1, organisations=1).organisation(1)
    for ask in (place.doctors, place.expected_traits):
        with pytest.raises(ValueError, match="waves count from 1 to 1"):
            ask(wave)


@pytest.mark.parametrize("number", [0, 3])
def test_an_organisation_that_is_not_there_is_refused(number):
    with pytest.raises(ValueError, match="organisations count from 1 to 2"):
        region(seed=1, organisations=2).organisation(number)
