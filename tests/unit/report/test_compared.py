"""What reports say of norms, earlier waves, drivers and managers: in words, figure and table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from medengage.errors import StudyError
from medengage.findings import Estimate, Findings
from medengage.report import Beside, board_report, full_report
from medengage.report.blocks import Callout, Chart, Heading, Report, Text
from medengage.report.sections.change import change_chart, change_section, change_sentence
from medengage.report.sections.differences import differences_section, heat_chart
from medengage.report.sections.drivers import drivers_section, importance_chart, map_chart
from medengage.report.sections.gap import gap_chart, gap_section, gap_sentence
from medengage.report.sections.norm import norm_chart, norm_section, norm_sentence
from tests.findings_relations import drivers, gaps
from tests.findings_samples import fullest, ninety_nine_units, not_told_apart, smallest
from tests.unit.compare.norms_made import CUTS, norm_of

INDEX = "medical-engagement-index"


def earlier(value: float, half: float = 2.0) -> Findings:
    """The fullest findings of a year ago, with this mean of the index."""
    found = fullest()
    figure = Estimate(value=value, low=value - half, high=value + half, n=200, method="analytic")
    scales = tuple(
        s.model_copy(update={"analytic": figure}) if s.id == INDEX else s for s in found.scales
    )
    year = timedelta(days=365)
    about = found.about.model_copy(
        update={
            "wave": "2026",
            "opened": found.about.opened - year,
            "closed": found.about.closed - year,
        }
    )
    return found.model_copy(update={"scales": scales, "about": about})


def said(report: Report) -> str:
    parts = [b.text for b in report.blocks if isinstance(b, Text | Heading | Callout)]
    parts += [line for b in report.blocks if isinstance(b, Callout) for line in b.items]
    return " ".join(parts)


def test_against_a_norm_the_report_says_how_it_stands_and_what_that_does_not_say() -> None:
    found = fullest()
    norm = norm_of(found, mu=48.0, tau2=16, var_mu=0.25, cuts=CUTS)
    assert norm_sentence(found, norm).startswith("Medical engagement is above the norm (")
    chart = norm_chart(found, norm)
    assert chart.title == "Of 1 scales, 1 is above the norm"
    assert chart.data.rows[0][:2] == ("Medical engagement", 58.2)
    assert chart.options["bands"] == {"Medical engagement": (48.0, CUTS[0], CUTS[3])}
    report = full_report(found, Beside(norm=norm))
    assert "What the comparison does not say" in [
        b.title for b in report.blocks if isinstance(b, Callout)
    ]
    assert "no norm is used" not in said(report)
    assert "no norm is used" in said(full_report(found))


def test_a_provisional_norm_says_why() -> None:
    found = fullest()
    norm = norm_of(found, mu=48.0, tau2=16, var_mu=0.25, cuts=CUTS).model_copy(
        update={"status": "provisional", "reasons": ("7 organisations, 10 are needed",)}
    )
    told = [b.items for b in norm_section(found, norm) if isinstance(b, Callout)]
    assert ("7 organisations, 10 are needed",) in told


def test_the_board_reads_the_norm_and_the_last_wave_in_a_sentence_each() -> None:
    found = fullest()
    norm = norm_of(found, mu=48.0, tau2=16, var_mu=0.25, cuts=CUTS)
    told = said(board_report(found, Beside(norm=norm, before=earlier(50.0))))
    assert "above the norm" in told
    assert "Since 2026: Medical engagement rose by" in told
    alone = said(board_report(found))
    assert "norm (" not in alone
    assert "Since" not in alone


def test_a_change_is_told_only_beyond_chance() -> None:
    found = fullest()
    assert change_sentence(found, earlier(50.0)).startswith(
        "Medical engagement rose by 8.2 points"
    )
    assert change_sentence(found, earlier(66.0)).startswith(
        "Medical engagement fell by 7.8 points"
    )
    assert "cannot be said to have changed" in change_sentence(found, earlier(57.5))
    assert change_chart(found, earlier(50.0)).title == "Medical engagement changed"
    assert change_chart(found, earlier(57.5)).title == "No scale changed by more than chance"
    assert change_section(found, None) == []


def test_what_does_not_fit_is_refused_by_reports_as_well() -> None:
    found = fullest()
    with pytest.raises(StudyError, match="not earlier"):
        full_report(found, Beside(before=found))


def test_units_are_mapped_only_where_they_may_be_compared() -> None:
    chart = heat_chart(fullest())
    assert chart is not None
    assert len(chart.data.rows) == 5
    assert all(len(row) == len(chart.data.columns) for row in chart.data.rows)
    assert differences_section(not_told_apart()) == []
    assert differences_section(smallest()) == []
    many = heat_chart(ninety_nine_units())
    assert many is None or len(many.data.rows) == 99


def test_cells_of_the_map_say_in_words_what_the_picture_says() -> None:
    chart = heat_chart(fullest())
    assert chart is not None
    calls = chart.options["calls"]
    assert isinstance(calls, tuple)
    for row, told in zip(chart.data.rows, calls, strict=True):
        for words, call in zip(row[1:], told, strict=True):
            assert call in str(words) or "not shown" in str(words)


def test_drivers_are_told_as_far_as_they_are_sure() -> None:
    found = fullest()
    told = " ".join(b.text for b in drivers_section(found, None) if isinstance(b, Text))
    assert "38 % of the differences" in told
    assert "Taking part in decisions goes with it most." in told
    chart = importance_chart(found, drivers())
    assert chart.title == "Taking part in decisions is most closely associated with it"
    unsure = tuple(
        one.model_copy(update={"first": 0.3, "top_three": 0.5}) for one in drivers().drivers
    )
    found = found.model_copy(update={"drivers": drivers().model_copy(update={"drivers": unsure})})
    told = " ".join(b.text for b in drivers_section(found, None) if isinstance(b, Text))
    assert "cannot be told" in told


def test_weak_drivers_are_not_drawn() -> None:
    weak = drivers().model_copy(update={"distinguishable": False, "r2_percent": 3})
    found = fullest().model_copy(update={"drivers": weak})
    section = drivers_section(found, None)
    assert not any(isinstance(block, Chart) for block in section)
    assert "too little to tell the scales apart" in " ".join(
        b.text for b in section if isinstance(b, Text)
    )
    assert drivers_section(fullest().model_copy(update={"drivers": None}), None) == []


def test_what_is_low_and_important_is_named_only_where_both_are_likely() -> None:
    chart = map_chart(fullest(), None)
    assert chart is not None
    assert chart.title == "No scale is surely both low and closely associated"
    found = fullest()
    low = Estimate(value=40, low=38, high=42, n=200, method="analytic")
    scales = tuple(
        s.model_copy(update={"analytic": low, "overall": low}) if s.id == "taking-part" else s
        for s in found.scales
    )
    chart = map_chart(found.model_copy(update={"scales": scales}), None)
    assert chart is not None
    assert chart.title.startswith("Look first at Taking part in decisions")


def test_a_gap_is_told_with_its_direction_or_as_unknown() -> None:
    found = fullest()
    assert gap_sentence(found) == (
        "Managers rate Medical engagement 13 points higher than doctors do (4 to 22)."
    )
    assert gap_chart(found).title == (
        "Managers think better of Medical engagement and Taking part in decisions"
    )
    level = gaps()[0].model_copy(update={"difference": 2.0, "low": -4.0, "high": 8.0})
    unsure = found.model_copy(update={"gaps": (level,)})
    assert "4 points lower to 8 points higher" in gap_sentence(unsure)
    assert gap_chart(unsure).title == "Managers and doctors may well agree on every scale"
    assert gap_section(found.model_copy(update={"gaps": ()})) == []
