"""Findings as charts: the rows, the titles that state a finding, and what is withheld."""

from dataclasses import replace

import pytest

from medengage.findings import Distribution, Suppressed
from medengage.report.charts import half, scales_chart, spread_chart, units_chart
from medengage.report.figures import svg
from medengage.report.profiles import CAUTION, items_chart, quadrant_chart
from tests.findings_samples import (
    ALL,
    few_answered,
    fullest,
    ninety_nine_units,
    not_told_apart,
    smallest,
    with_caution,
)

WITHHELD = Suppressed(reason="small group", words="not shown: fewer than 10 doctors")


def index(findings):
    assert findings.index is not None
    return findings.index


def units(findings):
    chart = units_chart(findings, index(findings))
    assert chart is not None
    return chart


def items_of(findings, scale):
    return [item for item in findings.items if item.scale == scale]


def answers(findings, scale="climate-for-learning"):
    chart = items_chart(findings, findings.scale(scale), items_of(findings, scale))
    assert chart is not None
    return chart


def test_units_stand_highest_first_beside_everybody():
    chart = units(fullest())
    values = [row[1] for row in chart.data.rows]
    assert values == sorted(values, reverse=True)
    assert chart.options["reference"] == ("all 212 doctors: 58.2", 58.2, 56.6, 59.8)
    assert chart.title == (
        "Medical engagement lies between 53 and 64 in 5 divisions; "
        "1 is apart from all doctors together"
    )


@pytest.mark.parametrize("findings", [few_answered(), with_caution()], ids=["few", "caution"])
def test_units_are_not_ranked_where_too_little_is_sure(findings):
    chart = units(findings)
    assert [row[0] for row in chart.data.rows] == [block.title for block in findings.blocks]
    assert chart.title == "Medical engagement lies between 53 and 64 in 5 divisions"


def test_a_further_breakdown_has_a_chart_of_its_own_groups():
    chart = units_chart(fullest(), index(fullest()), name="specialty")
    assert chart is not None
    assert len(chart.data.rows) == len(fullest().of_breakdown("specialty"))
    assert chart.data.columns[0] == "Specialty"
    assert chart.subtitle.startswith("Medical engagement by specialty, 3 to 31 March 2027.")
    names = [row[0] for row in chart.data.rows]
    assert (names[0], names[-1]) == ("Paediatrics", "General surgery")


def test_groups_with_an_order_of_their_own_keep_it():
    chart = units_chart(fullest(), index(fullest()), name="grade")
    assert chart is not None
    assert [row[0] for row in chart.data.rows] == list(fullest().policy.order["grade"])
    assert chart.title.startswith("Medical engagement lies between 53 and 61 in 4 grades; none is")


def test_a_withheld_breakdown_does_not_hide_the_others():
    findings = not_told_apart()
    assert units_chart(findings, index(findings), name="specialty") is None
    assert units_chart(findings, index(findings), name="site") is not None


def test_units_have_no_reading_where_their_means_are_only_fairly_reliable():
    chart = quadrant_chart(with_caution())
    assert chart is not None
    assert chart.title == "St Elsewhere Hospital is in “Engaged”"
    assert [row[-1] for row in chart.data.rows] == ["Engaged (99 %)", *[CAUTION] * 5]


def test_many_units_say_how_many_would_be_apart_by_chance():
    assert "By chance alone about 5 are apart." in units(ninety_nine_units()).subtitle
    assert "chance" not in units(fullest()).subtitle


def test_units_that_cannot_be_told_apart_have_no_chart():
    findings = not_told_apart()
    assert units_chart(findings, index(findings)) is None


def test_a_withheld_scale_stands_last_with_its_reason():
    findings = fullest()
    first, *others = findings.at_level("subscale")
    chart = scales_chart(findings, [first.model_copy(update={"overall": WITHHELD}), *others])
    assert chart.data.rows[-1] == (first.title, WITHHELD.words, None, None, None)
    assert WITHHELD.words in svg(chart)


def test_the_title_of_scales_names_highest_and_lowest():
    findings = fullest()
    assert scales_chart(findings, findings.at_level("subscale")).title == (
        "Commitment to the work and Working with colleagues are highest, "
        "Appraisal and recognition is lowest"
    )
    assert scales_chart(smallest(), smallest().main_scales).title == "Engagement: 61 (52 to 70)"


def test_a_distribution_is_drawn_or_withheld():
    chart = spread_chart(index(fullest()))
    assert chart is not None
    assert chart.title == "36 % of doctors score 40 to 59"
    assert spread_chart(index(smallest())) is None


def test_the_quadrant_says_who_is_where():
    chart = quadrant_chart(fullest())
    assert chart is not None
    assert chart.title == (
        "St Elsewhere Hospital is in “Engaged”; Surgery and critical care in “Held back”; "
        "1 of 5 divisions cannot be placed"
    )
    places = {row[0]: row[-1] for row in chart.data.rows}
    assert places["Medicine"] == "Engaged (86 %)"
    assert places["Diagnostics and pharmacy"] == "cannot tell: Engaged or Held back"
    assert quadrant_chart(smallest()) is None


def test_answers_are_tabled_as_worded_and_reversed_ones_drawn_turned_round():
    chart = answers(fullest())
    reversed_ = "New ideas from doctors are mostly turned down here. (reversed)"
    assert chart.options["turned"] == (reversed_,)
    assert chart.data.columns[1] == "Strongly disagree (%)"
    item = next(item for item in fullest().items if item.reversed)
    row = next(row for row in chart.data.rows if row[0] == reversed_)
    assert isinstance(item.distribution, Distribution)
    assert row[1:6] == item.distribution.percent


def test_joined_answers_stand_in_the_first_of_their_places():
    row = answers(fullest()).data.rows[3]
    assert row[2] == "see left"
    assert isinstance(row[1], float)


def test_answers_are_not_drawn_where_their_names_are_unknown():
    findings = fullest()
    joined = [item for item in findings.items if item.id.endswith("-4")]
    only = findings.model_copy(update={"items": tuple(joined)})
    assert items_chart(only, only.scale("appraisal"), joined[:1]) is None


@pytest.mark.parametrize("name", sorted(ALL))
def test_half_a_chart_differs_in_width_only(name):
    findings = ALL[name]()
    chart = scales_chart(findings, findings.main_scales)
    assert replace(half(chart), width="full") == chart
