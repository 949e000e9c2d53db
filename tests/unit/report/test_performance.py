"""Engagement beside outer measures, and variation in care: what readers are told and not told."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from medengage.definitions import catalogue
from medengage.definitions.indicator import Indicator
from medengage.errors import StudyError, TooFewResponses
from medengage.outcomes.association import Association, associate, explored
from medengage.outcomes.funnels import means, ratios, shares
from medengage.outcomes.indicators import Guarded, Reading, guarded
from medengage.outcomes.variation import Cause, Count, Reason, for_peer, variation
from medengage.report.blocks import Callout, Chart, KeyFigures, Report, Table, Text
from medengage.report.figures import svg
from medengage.report.funnels import funnel_report
from medengage.report.performance import association_report, explored_table
from medengage.report.variation import peer_report, variation_report

CQC, SHMI = catalogue.indicator("cqc-overall"), catalogue.indicator("shmi")
DAY = date(2026, 1, 1)


def compared(
    rule: Indicator, n: int, slope: float
) -> tuple[dict[str, float], Guarded, Association]:
    gen = np.random.default_rng(5)
    level = {f"T{k:02}": float(v) for k, v in enumerate(gen.normal(60, 5, n))}
    readings = []
    for code, value in level.items():
        seen = slope * (value - 60) / 5 + float(gen.normal(0, 0.8))
        place = float(np.clip(round(2.6 + seen), 1, 4)) if rule.levels else 1 + seen / 10
        readings.append(Reading(code, place, date(2025, 1, 1), rule.place or None))
    values = guarded(rule, readings, DAY)
    return level, values, associate(level, values, np.random.default_rng(1))


def report(rule: Indicator, n: int = 60, slope: float = 1.0) -> Report:
    return association_report(*compared(rule, n, slope), DAY)


def lead(made: Report) -> str:
    return next(block.text for block in made.blocks if isinstance(block, Text))


def chart(made: Report) -> Chart:
    return next(block for block in made.blocks if isinstance(block, Chart))


def test_what_goes_together_is_said_with_its_interval_and_never_as_a_cause() -> None:
    made = report(CQC)
    assert lead(made).startswith(
        "Among 60 organisations, more engagement goes with a better CQC overall rating"
    )
    assert "95 % interval" in lead(made)
    words = str(made.blocks)
    for cause in ("causes", "leads to", "because of engagement", "improves", "effect"):
        assert cause not in words
    limits = next(b for b in made.blocks if isinstance(b, Callout) and "not say" in b.title)
    assert len(limits.items) == 5


def test_what_cannot_be_told_is_said_with_what_would_have_been_seen() -> None:
    made = report(SHMI, slope=0.0)
    assert "nobody can tell" in lead(made)
    assert "would mostly have been seen" in lead(made)
    assert "cannot be told" in chart(made).title


def test_low_values_are_the_good_ones_where_the_measure_says_so() -> None:
    assert "goes with worse values" in lead(report(SHMI, slope=1.0))
    assert "goes with better values" in lead(report(SHMI, slope=-1.0))


def test_few_organisations_are_a_picture_and_no_number() -> None:
    made = report(CQC, n=8)
    assert "too few" in lead(made)
    assert chart(made).data.rows
    assert not any(isinstance(block, KeyFigures) for block in made.blocks)


@pytest.mark.parametrize("rule", [CQC, SHMI], ids=lambda rule: rule.id)
@pytest.mark.parametrize("width", [680, 328])
def test_the_figure_has_a_dot_for_every_organisation(rule: Indicator, width: int) -> None:
    made = chart(report(rule))
    drawn = svg(made, width)
    assert len(made.data.rows) == 60
    assert drawn.count('fill="#0072b2"') == 60


def test_levels_stand_with_how_many_have_them() -> None:
    made = report(CQC)
    table = next(b for b in made.blocks if isinstance(b, Table) and b.caption.endswith("level"))
    assert [row[0] for row in table.rows] == list(reversed(CQC.levels))
    assert sum(int(str(row[1])) for row in table.rows) == 60


def test_other_measures_are_explored_and_say_so() -> None:
    found = {name: compared(CQC, 60, slope)[2] for name, slope in (("a", 1.0), ("b", 0.0))}
    rates = explored({name: one.p or 1.0 for name, one in found.items()})
    table = explored_table({name: (one, rates[name]) for name, one in found.items()})
    assert rates["a"] < 0.01 < rates["b"]
    assert "Explored, not planned" in table.notes[0]


def test_a_funnel_of_shares_says_what_a_rule_of_chance_would_have_called() -> None:
    percent = {f"T{k:02}": 20.0 + 3 * (k % 5) for k in range(40)} | {"far": 60.0}
    found = shares(percent, dict.fromkeys(percent, 1000.0))
    made = funnel_report(found, "Burnt out")
    assert found.outside == ("far",)
    assert f"for chance alone would call {found.before} of 41 unusual" in str(made.blocks)
    assert chart(made).title == "1 of 41 outside the outer limits"
    assert "far" in svg(chart(made))


def test_ratios_and_means_have_funnels_of_their_own() -> None:
    gen = np.random.default_rng(3)
    expected = {f"T{k:02}": float(e) for k, e in enumerate(gen.uniform(200, 3000, 40))}
    deaths = {name: float(gen.poisson(e)) for name, e in expected.items()} | {"T39": 9000.0}
    for variant in ("cqc", "shmi"):
        found = ratios(deaths, expected, variant=variant)
        assert found.outside == ("T39",)
        made = chart(funnel_report(found, "Deaths"))
        ends = np.array(made.options["curve"])
        assert (ends[:, 3] < ends[:, 1]).all()
        assert (ends[:, 2] < ends[:, 4]).all()
        assert ends[0, 4] > ends[-1, 4] > 1
        here = int(np.argmin(np.abs(found.funnel.size - ends[30, 0])))
        limit = np.interp(found.funnel.size[here], ends[:, 0], ends[:, 4])
        assert found.funnel.limits[here, 1, 1] == pytest.approx(limit, rel=0.01)
    n = {f"U{k:02}": 20.0 + 5 * k for k in range(30)}
    scores = {name: 58.0 + float(gen.normal(0, 18 / size**0.5)) for name, size in n.items()}
    found = means(scores | {"U29": 90.0}, n, 18.0)
    assert found.outside == ("U29",)
    assert chart(funnel_report(found, "Index")).data.columns[1:3] == ("Mean", "Doctors")
    with pytest.raises(StudyError, match="something is expected"):
        ratios(deaths | {"T00": 0.0}, expected, variant="shmi")
    with pytest.raises(StudyError, match="a mean rests on somebody"):
        means(scores, n | {"U00": 0.0}, 18.0)
    with pytest.raises(TooFewResponses):
        means({"a": 1.0}, {"a": 1.0}, 18.0)


def counts() -> list[Count]:
    gen = np.random.default_rng(2)
    return [*(Count(f"C{k:02}", int(gen.binomial(150, 0.2)), 150) for k in range(40)), FAR]


FAR = Count("far", 80, 150)


def test_variation_asks_about_data_first_and_the_individual_last() -> None:
    reason = Reason("far", Cause.PATIENTS, "Takes the referrals.", "peers", DAY)
    made = variation_report(variation(counts(), [reason]), "Return to theatre")
    told = str(made.blocks)
    assert lead(made) == "41 were compared; 1 should be looked into."
    assert told.index("Data") < told.index("Patients") < told.index("Individual")
    assert "Takes the referrals." in told
    assert "appraisal" in told
    assert "far" in svg(chart(made))


def test_a_peer_reads_no_other_name() -> None:
    found = variation(counts())
    made = peer_report(for_peer(found, "far", np.random.default_rng(1)), found, "Theatre")
    assert lead(made).startswith("Your dot is ")
    told = str(made)
    assert not any(point.clinician in told for point in found.points if point.clinician != "far")
    alike = variation([Count(f"C{k:02}", 30 + k % 2, 150) for k in range(40)])
    nobody = peer_report(for_peer(alike, "C00", np.random.default_rng(1)), alike, "Theatre")
    assert lead(nobody).startswith("Too little is known")
    assert "C00" not in str(nobody)
