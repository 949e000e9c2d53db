"""Every figure of ``trust_level.json`` through the public interface, from the same public data.

The example that comes with the package is free. The other files may not be shipped: tests on them
skip by name where they are absent.
"""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest

from medengage.definitions import catalogue
from medengage.definitions.indicator import Indicator
from medengage.outcomes.association import Association, associate
from medengage.outcomes.indicators import Reading, guarded
from medengage.outcomes.panel import panel
from medengage.outcomes.reading import Columns, PanelColumns, read_panel, read_readings
from medengage.stats.association import bootstrap_interval, spearman
from medengage.stats.funnels import funnel_of_proportions
from tests.golden_numbers import golden
from tests.shared_data import shared
from tests.unit.outcomes.nhs import CQC, MEASURED, deaths, engagement, ratings

SHMI = catalogue.indicator("shmi")
AREAS = ("safe", "effective", "caring", "responsive", "well-led")


def rng() -> np.random.Generator:
    return np.random.default_rng(20240607)


def published() -> dict[str, Any]:
    return golden("trusts")


def check(found: Association, expected: dict[str, Any], sign: int = 1) -> None:
    """The same number and correlation, and an interval that differs only by its draws."""
    assert found.n == expected["n"]
    assert found.rho is not None
    assert sign * found.rho == pytest.approx(expected["spearman"], abs=6e-4)
    ends = sorted(sign * end for end in found.interval or ())
    assert ends == pytest.approx(expected["ci95"], abs=0.02)


def with_rating(indicator: Indicator, **which: bool) -> Association:
    return associate(
        engagement(), guarded(indicator, ratings(of=indicator, **which), MEASURED), rng()
    )


@pytest.mark.parametrize("area", AREAS)
def test_engagement_and_every_rating_of_acute_hospitals(area: str) -> None:
    expected = published()["engagement_vs_external_2026"][f"acute_{area.replace('-', '_')}"]
    check(with_rating(catalogue.indicator(f"cqc-{area}")), expected)


def test_engagement_and_the_overall_rating() -> None:
    every = published()["engagement_vs_external_2026"]
    check(with_rating(CQC), every["acute_hospital_locations_overall"])
    check(with_rating(CQC, acute=True), every["acute_non_specialist_overall"])
    well_led = catalogue.indicator("cqc-well-led")
    check(with_rating(well_led, acute=True), every["acute_non_specialist_well_led"])
    anywhere = CQC.model_copy(update={"place": ""})
    check(with_rating(anywhere), every["all_locations_overall"])


@pytest.mark.parametrize("area", ["overall", "well-led"])
def test_engagement_and_newer_ratings_alone(area: str) -> None:
    every = published()["engagement_vs_external_2026"]
    expected = every[f"acute_{area.replace('-', '_')}_rating_published_2022_or_later"]
    rule = catalogue.indicator(f"cqc-{area}")
    newer = [one for one in ratings(of=rule) if one.day is not None and one.day.year >= 2022]
    check(associate(engagement(), guarded(rule, newer, MEASURED), rng()), expected)


def test_engagement_and_deaths() -> None:
    """Low is better, so ours has the other sign."""
    found = associate(engagement(), guarded(SHMI, deaths(), MEASURED), rng())
    check(found, published()["engagement_vs_external_2026"]["shmi_ratio"], -1)


def test_mean_engagement_by_rating() -> None:
    levels = engagement()
    expected = published()["engagement_vs_external_2026"]["mean_engagement_by_cqc_overall"]
    for place, level in enumerate(CQC.levels, start=1):
        values = [
            levels[one.organisation]
            for one in ratings()
            if one.place == CQC.place and one.value == place and one.organisation in levels
        ]
        assert len(values) == expected[level]["count"]
        assert np.mean(values) == pytest.approx(expected[level]["mean"], abs=6e-4)
        assert np.std(values, ddof=1) == pytest.approx(expected[level]["std"], abs=6e-4)


def oversight() -> bytes:
    return shared("data/nhs-trust-performance-2026/trust_performance_2026.csv").read_bytes()


@pytest.mark.parametrize(
    ("name", "column", "figure"),
    [
        ("oversight-access", "nof_score_access", "nof_access_score(high=worse)"),
        (
            "oversight-effectiveness",
            "nof_score_effectiveness_experience",
            "nof_effectiveness_experience_score(high=worse)",
        ),
        (
            "oversight-finance",
            "nof_score_finance_productivity",
            "nof_finance_productivity_score(high=worse)",
        ),
    ],
)
def test_domains_of_the_framework_that_are_not_made_of_engagement(
    name: str, column: str, figure: str
) -> None:
    rule = catalogue.indicator(name)
    acute = (("trust_type", "Acute trust"),)
    values = read_readings(
        oversight(), "trusts.csv", rule, Columns("org_code", column), only=acute
    )
    found = associate(engagement(), guarded(rule, values, MEASURED), rng())
    check(found, published()["engagement_vs_external_2026"][figure], -1)


@pytest.mark.parametrize(
    ("column", "figure"),
    [
        ("nof_score_people_workforce", "nof_people_workforce_score(high=worse)"),
        ("nof_score_patient_safety", "nof_patient_safety_score(high=worse)"),
        ("nof_adjusted_segment", "nof_adjusted_segment(1=best)"),
    ],
)
def test_what_the_guards_refuse_would_have_looked_like_a_discovery(
    column: str, figure: str
) -> None:
    plain = SHMI.model_copy(update={"circular": "", "better": "low"})
    acute = (("trust_type", "Acute trust"),)
    columns = Columns("org_code", column)
    values = read_readings(oversight(), "trusts.csv", plain, columns, only=acute)
    found = associate(engagement(), guarded(plain, values, MEASURED), rng())
    expected = published()["engagement_vs_external_2026"][figure]
    check(found, expected, -1)
    assert abs(expected["spearman"]) > 0.55


PANEL = "data/nss-shmi-2012-2019/nss_shmi_2012_2019.csv"
MEASURES = ("engagement_mean_1_5", "recommend_work_mean_1_5", "recommend_care_mean_1_5")


@pytest.mark.slow  # whole trusts are drawn two thousand times for eleven correlations
@pytest.mark.parametrize("measure", [*MEASURES, "work_stress_prop"])
def test_between_trusts_and_within_them_over_eight_years(measure: str) -> None:
    columns = PanelColumns("org_code", "year", measure, "shmi")
    level, value = read_panel(shared(PANEL).read_bytes(), "panel.csv", SHMI, columns)
    found = panel(level, value, SHMI, rng())
    expected = published()["panel_2012_2019_shmi"][measure]
    for one, name in (
        (found.pooled, "pooled_cluster_bootstrap"),
        (found.between, "between_trust_means"),
        (found.inside, "within_trust_and_year"),
    ):
        assert (one.n, one.clusters) == (expected[name]["n"], expected[name]["clusters"])
        assert -(one.rho or 0.0) == pytest.approx(expected[name]["spearman"], abs=6e-4)
        ends = [-one.high, -one.low]
        assert ends == pytest.approx(expected[name]["ci95"], abs=0.025)
    assert set(found.by_period) == set(expected["by_year"])
    for year, one in found.by_period.items():
        told = expected["by_year"][year]
        assert one.n == told["n"]
        assert -(one.rho or 0.0) == pytest.approx(told["spearman"], abs=6e-4)
    if measure == MEASURES[0]:
        assert "between organisations more engagement goes with better values" in found.words
        assert "within them over time nothing can be told" in found.words


def survey(year: int) -> list[dict[str, str]]:
    with shared("data/nss-2021-2024/nss_org_2021_2024.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["year"] == str(year)]


def acute(row: dict[str, str]) -> bool:
    return row["benchmark_group"].startswith("Acute and")


def test_a_funnel_of_burnout_calls_49_trusts_before_and_one_after() -> None:
    rows = [row for row in survey(2024) if acute(row)]
    n = np.array([float(row["burned_out_base"]) for row in rows])
    count = np.array([float(row["burned_out_rate"]) for row in rows]) / 100 * n
    found = funnel_of_proportions(count, n)
    expected = published()["funnel_burned_out_2024"]
    assert len(rows) == expected["groups"] == 122
    assert found.target == pytest.approx(expected["target_proportion"], abs=5e-6)
    assert found.dispersion.phi == pytest.approx(expected["phi"], abs=1e-4)
    assert found.dispersion.phi == pytest.approx(8.37, abs=0.005)
    assert found.dispersion.tau2 == pytest.approx(expected["tau2"], rel=1e-5)
    assert int((abs(found.dispersion.z) > 3.09).sum()) == 49
    assert int(found.outside().sum()) == 1


@pytest.mark.parametrize("name", ["autonomy", "burned_out"])
@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_what_trusts_answer_is_much_the_same_a_year_later(name: str, year: int) -> None:
    before, after = (
        {
            row["org_code"]: float(row[f"{name}_rate"])
            for row in survey(when)
            if acute(row) and row[f"{name}_rate"]
        }
        for when in (year, year + 1)
    )
    codes = sorted(set(before) & set(after))
    x, y = [before[code] for code in codes], [after[code] for code in codes]
    expected = published()["stability"][f"{name}_{year}_{year + 1}"]
    assert len(codes) == expected["n"]
    assert spearman(x, y) == pytest.approx(expected["spearman"], abs=6e-4)
    assert bootstrap_interval(x, y, rng()) == pytest.approx(tuple(expected["ci95"]), abs=0.02)


ANSWERS = ("autonomy", "mastery_meaning", "membership", "enough_staff", "time_demands_meet")


@pytest.mark.parametrize("name", [*ANSWERS, "burned_out", "stress"])
def test_what_staff_answer_and_the_ratings_of_their_trusts(name: str) -> None:
    level = {
        row["org_code"]: float(row[f"{name}_rate"]) for row in survey(2024) if row[f"{name}_rate"]
    }
    expected = published()["nss_2024_join_cqc"][f"{name}_rate"]
    check(associate(level, guarded(CQC, ratings(), MEASURED), rng()), expected["cqc_overall"])
    places = {one.organisation for one in ratings_of_any_hospital()}
    values = [one for one in every_death() if one.organisation in places]
    check(associate(level, guarded(SHMI, values, MEASURED), rng()), expected["shmi"], -1)


def ratings_of_any_hospital() -> tuple[Reading, ...]:
    """Trusts whose first place is an acute hospital, rated or not."""
    known = CQC.model_copy(update={"unrated": (), "levels": (*CQC.levels, "Not rated")})
    return tuple(one for one in ratings(of=known) if one.place == CQC.place)


def every_death() -> tuple[Reading, ...]:
    return read_readings(oversight(), "trusts.csv", SHMI, Columns("org_code", "shmi"))
