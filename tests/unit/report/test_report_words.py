"""Numbers, dates and uncertainty in words."""

from datetime import date

import pytest

from medengage.findings import Estimate, Share, Suppressed
from medengage.report import words
from tests.findings_samples import fullest, ninety_nine_units, smallest

WITHHELD = Suppressed(reason="small group", words="not shown: fewer than 10 doctors")


def share(value, bound=None):
    return Share(value=value, low=value - 4, high=value + 4, n=212, bound=bound)


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (Estimate(value=58, low=56, high=60, n=212), "58 (56 to 60), 212 doctors"),
        (Estimate(value=58, low=56.3, high=60.1, n=12), "58.0 (56.3 to 60.1), 12 doctors"),
        (WITHHELD, "not shown: fewer than 10 doctors"),
    ],
)
def test_an_estimate_comes_with_its_interval_and_n(figure, told):
    assert words.estimate_and_n(figure) == told


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (share(62), "62 % (58 to 66), 212 doctors"),
        (share(90, "at least"), "at least 90 %, 212 doctors"),
        (share(10, "at most"), "at most 10 %, 212 doctors"),
        (WITHHELD, "not shown: fewer than 10 doctors"),
    ],
)
def test_a_capped_share_says_so(figure, told):
    assert words.share_and_n(figure) == told


@pytest.mark.parametrize(
    ("opened", "closed", "told"),
    [
        (date(2027, 3, 3), date(2027, 3, 3), "3 March 2027"),
        (date(2027, 3, 3), date(2027, 3, 31), "3 to 31 March 2027"),
        (date(2027, 3, 3), date(2027, 4, 1), "3 March to 1 April 2027"),
        (date(2026, 12, 3), date(2027, 1, 4), "3 December 2026 to 4 January 2027"),
    ],
)
def test_dates_are_told_once_as_far_as_they_differ(opened, closed, told):
    findings = fullest()
    about = findings.about.model_copy(update={"opened": opened, "closed": closed})
    assert words.period(findings.model_copy(update={"about": about})) == told


@pytest.mark.parametrize(
    ("p", "told"),
    [
        (0, "under 1 %"),
        (0.004, "under 1 %"),
        (0.85, "85 %"),
        (0.99, "99 %"),
        (1, "over 99 %"),
    ],
)
def test_nothing_is_certain(p, told):
    assert words.probability(p) == told


@pytest.mark.parametrize(
    ("word", "many"),
    [
        ("division", "divisions"),
        ("specialty", "specialties"),
        ("day", "days"),
        ("campus", "campuses"),
    ],
)
def test_plurals(word, many):
    assert words.plural(word) == many


@pytest.mark.parametrize(
    ("several", "told"), [((), ""), (("a",), "a"), (("a", "b", "c"), "a, b and c")]
)
def test_lists_end_with_and(several, told):
    assert words.listed(several) == told


@pytest.mark.parametrize(("value", "told"), [(58.2, "58"), (58.5, "59"), (0.0, "0")])
def test_sentences_have_whole_numbers(value, told):
    assert words.whole(value) == told


def test_one_doctor_is_not_plural():
    assert words.doctors(1) == "1 doctor"
    assert words.doctors(5400) == "5,400 doctors"


def test_who_was_asked():
    assert words.asked(fullest()) == "212 of 356 doctors answered (60 %)."
    assert words.asked(smallest()) == "12 doctors answered; how many were asked is not known."


def test_a_group_called_by_a_number_says_what_it_numbers():
    findings = ninety_nine_units()
    one = findings.blocks[0].model_copy(update={"title": "68", "where": {"company": ("68",)}})
    two = one.model_copy(update={"where": {"company": ("72", "98")}})
    cell = one.model_copy(update={"where": {"company": ("7",), "grade": ("Registrar", "")}})
    assert words.group_name(findings, one) == "Company 68"
    assert words.group_name(findings, two) == "Companies 72 and 98"
    assert words.group_name(findings, cell) == "Company 7, Registrar and not stated"
    assert words.group_name(findings, findings.blocks[0]) == "Company 1"
    assert words.group_name(findings, "organisation") == "St Elsewhere Hospital"


def test_the_foot_names_study_instruments_and_program():
    told = words.foot(fullest())
    assert "st-elsewhere-2027" in told
    assert "open-medical-engagement-scale 1.0.0" in told
    assert "medengage 0.1.0" in told


@pytest.mark.parametrize(("most", "told"), [(9, "Radiology"), (8, "Radiolo…"), (20, "Radiology")])
def test_long_names_are_cut(most, told):
    assert words.shortened("Radiology", most) == told
    assert len(told) <= most
