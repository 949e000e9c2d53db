"""The full report: every finding, how it was made, and what was withheld."""

import pytest

from medengage.findings import Findings
from medengage.report import full_report
from medengage.report.blocks import Chart, Heading, Report, Table, Text
from medengage.report.profiles import CAUTION
from medengage.report.safeguards import checksum
from medengage.report.sections.methods import METHODS
from tests.findings_samples import (
    ALL,
    few_answered,
    five_scales,
    fullest,
    not_told_apart,
    smallest,
    with_caution,
)


def headings(report: Report, level: int = 2) -> list[str]:
    return [b.text for b in report.blocks if isinstance(b, Heading) and b.level == level]


def table(report: Report, caption: str) -> Table:
    return next(b for b in report.blocks if isinstance(b, Table) and b.caption.startswith(caption))


def words(report: Report) -> str:
    """All texts and cells of the report."""
    found = []
    for block in report.blocks:
        if isinstance(block, Text):
            found += [block.text, *block.items]
        elif isinstance(block, Table):
            found += [str(cell) for row in block.rows for cell in row] + [*block.notes]
    return "\n".join(found)


def test_the_sections_of_the_fullest_findings():
    assert headings(full_report(fullest())) == [
        "Who answered",
        "All scores",
        "What doctors bring and what the organisation offers",
        "Stages of engagement",
        "Where divisions differ from the whole",
        "Results by other groups",
        "Scale by scale",
        "Say, Stay and Strive",
        "What goes with doctors who say, stay and strive",
        "What managers believe, and what doctors say",
        "Quality of the measurement",
        "What to do next",
        "What is not shown, and why",
        "How the figures were made",
        "Words",
        "Where the figures come from",
    ]


def test_the_smallest_findings_leave_out_what_is_not_there():
    assert headings(full_report(smallest())) == [
        "Who answered",
        "All scores",
        "Scale by scale",
        "What to do next",
        "What is not shown, and why",
        "How the figures were made",
        "Words",
        "Where the figures come from",
    ]


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_scale_has_a_section(name):
    findings = ALL[name]()
    found = headings(full_report(findings), level=3)
    assert {scale.title for scale in findings.main_scales} <= set(found)


def test_every_statement_is_tabled_with_share_and_interval():
    report = full_report(fullest())
    found = [
        row
        for scale in fullest().at_level("subscale")
        for row in table(report, f"Statements of {scale.title}").rows
    ]
    assert len(found) == len(fullest().items)
    assert all("%" in str(row[1]) and "to" in str(row[1]) for row in found)


def test_item_texts_that_may_not_be_shown_are_ids():
    found = table(full_report(five_scales()), "Statements of Agree")
    assert [row[0] for row in found.rows][:2] == ["agree-1", "agree-2"]
    assert any("licence" in note for note in found.notes)


def test_participation_names_silence_weights_and_flags():
    told = words(full_report(fullest()))
    assert "Response is good" in told
    assert "scored 3.1 points lower than those who answered early: that may be chance" in told
    assert "post-stratified by division and grade" in told
    assert "2 % of 212 doctors left out more than half of the statements" in told
    assert "Medical engagement is 58.9 (57.3 to 60.5) instead of 58.2 (56.6 to 59.8)" in told


def test_sensitivity_tells_what_the_score_would_be():
    found = table(full_report(fullest()), "What if those who did not answer")
    assert found.rows[2] == ("0.3 standard deviations lower", 2.1, 56.1)


def test_engaged_doctors_are_counted_by_both_rules_named():
    found = table(full_report(fullest()), "Engaged doctors by two rules")
    assert found.rows == (
        ("Say, Stay and Strive: each at 70 or more", "31 % (26 to 36), 208 doctors"),
        ("their mean at 70 or more", "44 % (39 to 50), 208 doctors"),
    )


def test_probabilities_of_quadrants_and_stages_are_tabled():
    report = full_report(fullest())
    quadrant = table(report, "Probability of each quadrant")
    assert quadrant.columns[1:5] == ("Waiting", "Held back", "Open doors", "Engaged")
    stages = table(report, "Probability of each stage")
    assert [row[-2] for row in stages.rows] == [*["Doing the job"] * 3, *["cannot tell"] * 3]


def test_nothing_is_banded_where_few_answered():
    report = full_report(few_answered())
    assert "Quadrant and stages" in headings(report)
    assert "nothing is put in a quadrant or stage" in words(report)
    assert not [b for b in report.blocks if isinstance(b, Chart) and b.kind == "quadrant"]


def test_units_have_no_stage_where_their_means_are_only_fairly_reliable():
    stages = table(full_report(with_caution()), "Probability of each stage")
    assert [row[-2] for row in stages.rows] == ["Doing the job", *[CAUTION] * 5]


def test_aggregation_is_told_in_words_and_figures():
    assert "Groups may be compared by their intervals (ICC(2) 0.76, 6 units)." in words(
        full_report(fullest())
    )
    assert "Groups are not shown" in words(full_report(not_told_apart()))


@pytest.mark.parametrize(
    ("findings", "there", "missing"),
    [
        (fullest(), {"Quadrant", "Weights", "R-indicator", "Engaged"}, set()),
        (smallest(), {"Score"}, {"Quadrant", "Weights", "Alpha", "Percent favourable"}),
    ],
    ids=["fullest", "smallest"],
)
def test_methods_are_those_of_the_figures_shown(findings, there, missing):
    found = {row[0] for row in table(full_report(findings), "Figures, formulas").rows}
    assert there <= found
    assert not missing & found
    assert found <= {name for name, *_ in METHODS}


def test_what_is_withheld_is_counted_with_its_reason():
    told = words(full_report(not_told_apart()))
    assert "230 figures not shown: doctors of one unit differ too much" in told
    assert "Mental health and Community (division) are shown as one group" in told


def test_every_withheld_group_is_listed_in_an_order_that_tells_nothing_of_sizes():
    findings = fullest()
    withheld = findings.certificate.withheld
    certificate = findings.certificate.model_copy(update={"withheld": withheld[::-1]})
    found = table(full_report(findings), "Groups that are not shown")
    turned = full_report(findings.model_copy(update={"certificate": certificate}))
    assert found == table(turned, "Groups that are not shown")
    assert {row[0] for row in found.rows} == {one.title for one in withheld}
    assert found.rows[0] == (
        "Radiology",
        "specialty",
        "its mean would tell the mean of a smaller group to within a few points",
    )


def test_combinations_of_figures_rest_on_the_minimum_and_colluders():
    told = words(full_report(fullest()))
    assert "what comes out rests on at least 11 doctors" in told
    assert "the mean of 10 doctors is moved by 2.5 points" in told


def test_the_findings_are_named_by_their_checksum():
    found = table(full_report(fullest()), "Study, instruments and program")
    assert ("Findings, SHA-256", checksum(fullest())) in found.rows


def test_answers_are_counted_for_the_units_alone():
    rows = table(full_report(fullest()), "Doctors who answered, by division").rows
    assert [row[0] for row in rows][1:] == [unit.title for unit in fullest().blocks]


def test_provenance_is_enough_to_find_the_instrument():
    told = words(full_report(fullest()))
    assert fullest().about.instruments[0].checksum in told
    assert "open-medical-engagement-scale 1.0.0, licence CC-BY-4.0" in told


def with_answers(findings: Findings) -> int:
    return sum(isinstance(b, Chart) and b.kind == "stacked" for b in full_report(findings).blocks)


def test_answers_are_drawn_for_every_subscale():
    assert with_answers(fullest()) == 6
    assert with_answers(five_scales()) == 5
