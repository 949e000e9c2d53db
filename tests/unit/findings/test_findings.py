"""Findings refuse to exist with a figure that rests on too few doctors."""

from datetime import date

import pytest
from pydantic import ValidationError

from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import (
    ORGANISATION,
    About,
    Certificate,
    Distribution,
    Estimate,
    Findings,
    Group,
    InstrumentUsed,
    Participation,
    Policy,
    ScaleFinding,
    Suppressed,
)

HIDDEN = Suppressed(reason="small group", words="not shown: fewer than 10 doctors")


def estimate(n=60, **changes):
    return Estimate(**{"value": 58.0, "low": 55.0, "high": 61.0, "n": n} | changes)


def scale(**changes):
    facts = {
        "id": "engagement",
        "title": "Engagement",
        "level": "index",
        "part_of": None,
        "aspect": None,
        "overall": estimate(),
        "analytic": estimate(method="analytic"),
        "distribution": HIDDEN,
    }
    return ScaleFinding(**facts | changes)


def certificate(figures):
    return Certificate(
        attributes=("division",), combinations=3, figures=figures, statistics=figures, measures=1
    )


def findings(**changes):
    used = InstrumentUsed(id="x", version="1.0.0", title="X", checksum="0", licence="CC-BY-4.0")
    facts = {
        "about": About(
            study="s",
            organisation="St Elsewhere",
            wave="2026",
            opened=date(2026, 3, 2),
            closed=date(2026, 3, 27),
            instruments=(used,),
            package_version="0",
        ),
        "policy": Policy(breakdown="division"),
        "groups": (
            Group(id=ORGANISATION, title="", breakdown=ORGANISATION, n=60),
            Group(
                id="division-1", title="A", breakdown="division", where={"division": ("A",)}, n=20
            ),
        ),
        "participation": Participation(
            eligible=100,
            answered=60,
            response_percent=60,
            mostly_missing_percent=0,
            straight_lined_percent=None,
        ),
        "scales": (scale(),),
        "certificate": certificate(2),
    }
    return Findings(**facts | changes)


def test_findings_read_back_are_equal():
    made = findings()
    assert Findings.from_json(made.to_json()) == made
    assert made.to_json() == Findings.from_json(made.to_json()).to_json()


@pytest.mark.parametrize(
    "broken",
    [
        {"overall": estimate(n=9)},
        {"groups": {"division-1": estimate(n=9)}},
        {"distribution": Distribution(labels=("a", "b"), percent=(50, 50), n=19)},
    ],
    ids=["total of nine", "block of nine", "distribution of nineteen"],
)
def test_a_figure_of_too_few_doctors_cannot_be_in_findings(broken):
    with pytest.raises(ValidationError, match="too few doctors"):
        findings(scales=(scale(**broken),))


def test_a_small_figure_slipped_in_without_validation_is_still_refused():
    slipped = scale().model_copy(update={"overall": estimate().model_copy(update={"n": 3})})
    with pytest.raises(ValidationError, match="too few doctors"):
        findings(scales=(slipped,))


def test_a_copy_is_examined_like_new_findings():
    small = scale(overall=estimate(n=9))
    with pytest.raises(ValidationError, match="too few doctors"):
        findings().model_copy(update={"scales": (small,)})


def test_a_file_with_a_small_cell_is_refused_as_a_disclosure():
    text = findings().to_json().replace('"n": 60', '"n": 6')
    with pytest.raises(DisclosureRefused, match="small group"):
        Findings.from_json(text)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema_version": 2}', "\x00"])
def test_a_file_that_is_no_findings_is_a_study_error(text):
    with pytest.raises(StudyError, match=r"cannot be read: findings\.json"):
        Findings.from_json(text)


def test_an_interval_holds_its_value():
    with pytest.raises(ValidationError, match="holds its value"):
        estimate(low=59.0)


def test_findings_name_no_unknown_group():
    with pytest.raises(ValidationError, match="unknown groups"):
        findings(scales=(scale(groups={"division-7": estimate()}),))


def test_findings_start_with_the_organisation():
    with pytest.raises(ValidationError, match="organisation as a whole"):
        findings(groups=findings().blocks)


def test_suppressed_figures_pass_whatever_their_size():
    made = findings(scales=(scale(groups={"division-1": HIDDEN}),))
    assert made.scale("index").groups["division-1"] == HIDDEN


def test_the_index_is_found_by_its_level():
    assert findings().scale("index").id == "engagement"
    with pytest.raises(KeyError):
        findings(scales=(scale(level="subscale"),)).scale("index")


GRADES = Group(id="grade-1", title="B and C", breakdown="grade", where={"grade": ("B", "C")}, n=20)
CELL = Group(
    id="division-by-grade-1",
    title="A, B",
    breakdown="division by grade",
    where={"division": ("A",), "grade": ("B",)},
    n=10,
)


def several(**changes):
    groups = (*findings().groups, GRADES, CELL)
    return findings(**{"groups": groups, "certificate": certificate(4)} | changes)


def test_groups_are_found_by_breakdown():
    made = several()
    assert made.breakdowns == ("division", "grade", "division by grade")
    assert made.of_breakdown("grade") == (GRADES,)
    assert [group.id for group in made.blocks] == ["division-1"]
    assert made.of_breakdown("organisation") == ()


def test_the_members_of_a_group_are_the_values_of_its_last_attribute():
    assert GRADES.members == ("B", "C")
    assert CELL.members == ("B",)
    assert findings().organisation.members == ()


def test_a_cell_of_a_further_breakdown_is_refused_like_any_other():
    with pytest.raises(ValidationError, match="too few doctors"):
        several(groups=(*findings().groups, GRADES, CELL.model_copy(update={"n": 9})))


def test_a_certificate_of_other_groups_is_refused():
    with pytest.raises(ValidationError, match="another number of groups"):
        findings(certificate=certificate(3))


def test_findings_without_a_certificate_are_no_findings():
    with pytest.raises(ValidationError, match="certificate"):
        findings(certificate=None)


def test_where_and_certificate_survive_the_file():
    made = several()
    assert Findings.from_json(made.to_json()).groups[-1].where == CELL.where
    assert Findings.from_json(made.to_json()).certificate == made.certificate
