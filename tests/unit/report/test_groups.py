"""Results by further breakdowns and their crossings, and what they do not say."""

from __future__ import annotations

from typing import Any

from medengage.findings import Findings, Group, Suppressed
from medengage.report.blocks import Chart, Heading, Table, Text
from medengage.report.sections.crossings import crossing_table
from medengage.report.sections.groups import groups_section
from tests.findings_samples import (
    few_answered,
    five_scales,
    fullest,
    ninety_nine_units,
    not_told_apart,
    with_caution,
)

SPACE = "\N{NO-BREAK SPACE}"


def headings(findings: Findings) -> list[str]:
    return [b.text for b in groups_section(findings) if isinstance(b, Heading)]


def limits(findings: Findings) -> str:
    return " ".join(next(b.items for b in groups_section(findings) if isinstance(b, Text)))


def table(findings: Findings, caption: str) -> Table:
    blocks = groups_section(findings)
    return next(b for b in blocks if isinstance(b, Table) and b.caption.startswith(caption))


def crossing(findings: Findings) -> dict[str, tuple[str, ...]]:
    """The cells of division by grade, row by row."""
    found = crossing_table(findings, "division by grade", findings.scale("index"))
    return {str(name): tuple(plain(cell) for cell in cells) for name, *cells in found.rows}


def plain(cell: object) -> str:
    return str(cell).replace(SPACE, " ")


def without(findings: Findings, *breakdowns: str) -> Findings:
    """The findings without the groups of some breakdowns."""
    groups = tuple(g for g in findings.groups if g.breakdown not in breakdowns)
    gone = {g.id for g in findings.groups} - {g.id for g in groups}
    return changed(findings, groups, lambda name, figure: None if name in gone else figure)


def changed(findings: Findings, groups: tuple[Group, ...], figure: Any) -> Findings:
    """The findings with other groups, and for each figure what ``figure`` makes of it."""
    scales = tuple(
        scale.model_copy(
            update={
                "groups": {
                    name: made
                    for name, old in scale.groups.items()
                    if (made := figure(name, old)) is not None
                }
            }
        )
        for scale in findings.scales
    )
    certificate = findings.certificate.model_copy(update={"figures": len(groups)})
    return findings.model_copy(
        update={
            "groups": groups,
            "scales": scales,
            "certificate": certificate,
            "quadrant": None,
            "continuum": (),
        }
    )


def test_every_further_breakdown_has_a_part():
    assert headings(fullest()) == [
        "Results by other groups",
        "By specialty",
        "By grade",
        "By sex",
        "By site",
        "By division and grade",
    ]


def test_single_attributes_have_a_figure_and_crossings_a_table():
    charts = [b.data.columns[0] for b in groups_section(fullest()) if isinstance(b, Chart)]
    assert charts == ["Specialty", "Grade", "Sex", "Site"]


def test_without_further_breakdowns_there_is_no_section():
    assert groups_section(five_scales()) == []
    assert groups_section(ninety_nine_units()) == []


def test_scores_stand_with_interval_and_n():
    found = table(fullest(), "Scores by grade")
    assert found.columns == (
        "Grade",
        "Medical engagement",
        "Open working",
        "Shared direction",
        "Being valued",
        "Doctors",
    )
    assert found.rows[0] == (
        "Consultant",
        "61 (57 to 65)",
        "64 (60 to 68)",
        "56 (52 to 60)",
        "64 (60 to 68)",
        95,
    )


def test_a_breakdown_that_cannot_be_told_apart_says_so_once():
    blocks = groups_section(not_told_apart())
    place = next(k for k, b in enumerate(blocks) if b == Heading("By specialty", 3))
    reason = "doctors of one unit differ too much to speak of a unit's mean"
    assert blocks[place + 1] == Text(f"Not shown: {reason}.")
    assert blocks[place + 2] == Heading("By grade", 3)


def test_a_scale_of_which_nothing_is_shown_is_a_note_and_no_column():
    hidden = Suppressed(reason="cannot tell units apart", words="not shown: too unlike")
    findings = fullest()
    scales = tuple(
        scale.model_copy(update={"groups": dict.fromkeys(scale.groups, hidden)})
        if scale.id == "open-working"
        else scale
        for scale in findings.scales
    )
    found = table(findings.model_copy(update={"scales": scales}), "Scores by grade")
    assert "Open working" not in found.columns
    assert "Open working: not shown: too unlike." in found.notes


def test_limits_name_confounding_overlap_chance_and_noise():
    told = limits(fullest())
    assert "they differ in more than one way" in told
    assert "where intervals overlap" in told
    assert "of 32 intervals" not in told
    assert "of 26 intervals, about 1 misses the mean of all by chance alone" in told
    assert "each is moved a little" in told


def test_nothing_is_said_of_chance_where_nothing_is_compared():
    assert "by chance alone" not in limits(few_answered())


def test_exact_means_are_not_told_to_be_moved():
    findings = fullest()
    exact = findings.model_copy(
        update={"policy": findings.policy.model_copy(update={"noise": 0.0})}
    )
    assert "moved" not in limits(exact)


def test_a_breakdown_without_any_group_is_told():
    last = groups_section(fullest())[-1]
    assert last == Text("No results by site and sex. The list of what is not shown says why.")
    nothing = without(fullest(), "specialty", "grade", "sex", "site", "division by grade")
    assert headings(nothing) == ["Results by other groups"]


def test_a_crossing_has_rows_and_columns_of_both_attributes():
    found = table(fullest(), "Medical engagement by division and grade")
    assert found.columns == ("Division", *fullest().policy.order["grade"])
    assert [row[0] for row in found.rows] == [unit.title for unit in fullest().blocks]


def test_cells_hold_score_interval_and_n():
    assert crossing(fullest())["Medicine"][0] == "60 (54 to 66), 30 doctors"


def test_cells_that_are_shown_together_refer_to_the_first():
    told = crossing(fullest())["Medicine"]
    assert told[1] == "54 (45 to 63), 15 doctors, with Foundation doctor"
    assert told[3] == "with Specialty doctor"


def test_withheld_cells_say_why():
    assert crossing(fullest())["Women and children"][1:] == (
        "not shown: fewer than 11 doctors",
        "not shown: would give too few doctors away",
        "not shown: fewer than 11 doctors",
    )
    assert (
        crossing(fullest())["Diagnostics and pharmacy"][2] == "not shown: could not be proven safe"
    )


def test_a_cell_without_a_reason_is_not_shown_all_the_same():
    findings = fullest()
    certificate = findings.certificate.model_copy(update={"withheld": ()})
    bare = findings.model_copy(update={"certificate": certificate})
    assert set(crossing(bare)["Mental health and Community"]) == {"not shown"}


def test_columns_come_from_the_cells_where_the_attribute_has_no_groups_of_its_own():
    found = crossing(without(fullest(), "grade", "specialty"))
    assert found["Medicine"] == (
        "60 (54 to 66), 30 doctors",
        "55 (47 to 63), 20 doctors",
        "54 (45 to 63), 15 doctors",
    )


def test_cells_of_units_that_cannot_be_told_apart_are_no_table():
    captions = [b.caption for b in groups_section(not_told_apart()) if isinstance(b, Table)]
    assert captions == [f"Scores by {name}, 0 to 100" for name in ("grade", "sex", "site")]


def test_three_attributes_at_once_are_a_list():
    findings = fullest()
    deep = tuple(
        group.model_copy(
            update={
                "breakdown": "division by grade by sex",
                "where": {**group.where, "sex": ("female",)},
            }
        )
        if group.breakdown == "division by grade"
        else group
        for group in findings.groups
    )
    found = table(
        changed(findings, deep, lambda _, figure: figure), "Scores by division by grade by sex"
    )
    assert found.rows[0][0] == "Medicine, Consultant, female"


def test_units_that_are_only_fairly_reliable_are_not_put_in_order():
    charts = {b.data.columns[0]: b for b in groups_section(with_caution()) if isinstance(b, Chart)}
    assert "apart" in charts["Site"].title
    assert "apart" not in charts["Specialty"].title
    order = [group.title for group in with_caution().of_breakdown("specialty")]
    assert [row[0] for row in charts["Specialty"].data.rows] == order
