"""What may not be concluded, and what to do next."""

from typing import Any

from medengage.findings import Findings, Nonresponse, SensitivityLine
from medengage.report.limits import least_heard, limits, next_steps
from tests.findings_samples import five_scales, fullest, ninety_nine_units, not_told_apart


def told(findings: Findings) -> str:
    return " ".join(limits(findings))


def steps(findings: Findings) -> list[str]:
    return [who for who, _ in next_steps(findings)]


def with_response(label: Any) -> str:
    findings = fullest()
    silent = Nonresponse(label=label, sensitivity=(SensitivityLine(d=0.3, bias=4.2),))
    who = findings.participation.model_copy(update={"nonresponse": silent})
    return told(findings.model_copy(update={"participation": who}))


def test_silence_is_told_in_points():
    assert "standard deviations lower, Medical engagement is 4.2 points too high" in (
        with_response("good")
    )
    assert "many did not answer" in with_response("read with the sensitivity line")
    assert "fewer than 40 % answered" in with_response("no bands or ranks")


def test_without_a_roster_nobody_knows_what_the_others_think():
    assert "how many were asked is not known" in told(five_scales())


def test_groups_are_not_ranked_or_not_spoken_of():
    assert "Do not rank." in told(fullest())
    assert "differ too much within each of them" in told(not_told_apart())
    assert "divisions" not in told(five_scales())


def test_norms_causes_and_merit_are_always_limits():
    for findings in (fullest(), five_scales(), ninety_nine_units()):
        assert "no norm is used" in told(findings)
        assert "What causes what" in told(findings)
        assert "nobody rated them" in told(findings)


def test_the_lowest_scales_bring_their_questions():
    asked = [what for who, what in next_steps(fullest()) if "with their doctors" in who]
    assert [what.split(" Ask: ")[0] for what in asked] == [
        "Appraisal and recognition is lowest.",
        "Support to develop scores 55.2 (53.6 to 56.8).",
    ]


def test_groups_outside_the_best_quadrant_get_a_step_unless_borderline():
    found = [who for who in steps(fullest()) if who.startswith("Clinical directors of")]
    assert found == ["Clinical directors of Surgery and critical care"]


def test_every_list_ends_with_doctors_hearing_and_the_board_acting():
    for findings in (fullest(), five_scales(), ninety_nine_units()):
        assert steps(findings)[-2:] == ["Medical director", "Board"]


def test_the_least_heard_are_named_if_response_is_uneven():
    row = least_heard(fullest())
    assert row is not None
    assert row.category == "Foundation doctor"
    assert least_heard(five_scales()) is None
    assert "Survey lead" in steps(fullest())
