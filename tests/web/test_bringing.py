"""Answers collected elsewhere: a packed study folder, or a spreadsheet with some facts."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from medengage.definitions import catalogue
from medengage.simulate import study
from medengage.stores.folder import write_study
from tests.web.cast import app, place

ANSWER = "4"
FACTS = {
    "wave": "Spring 2026",
    "instrument": "open-medical-engagement-pulse@1.0.0",
    "opened": "2026-03-02",
    "closed": "2026-03-27",
    "groups": "division, grade",
}


@pytest.fixture
def here(data):
    return place()


@pytest.fixture
def alice(here):
    return here.with_role("survey-manager")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study folder that the library wrote."""
    path = tmp_path_factory.mktemp("study")
    write_study(study(seed=7, instrument=catalogue.instrument(FACTS["instrument"])), path)
    return path


def packed(folder: Path, inside: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for path in sorted(folder.iterdir()):
            file.write(path, f"{inside}{path.name}")
    return content.getvalue()


def brings(alice, here, name, content, **more):
    files = {"answers": SimpleUploadedFile(name, content)} | more
    return alice.post(f"/m/at/{here.unit.pk}/campaigns/bring/", {**files})


def campaigns(here):
    return list(app("campaigns.models").Campaign.objects.filter(unit=here.unit))


@pytest.mark.slow  # a release is certified
@pytest.mark.parametrize("inside", ["", "st-elsewhere/"])
def test_a_packed_study_folder_becomes_a_closed_survey_that_can_be_published(
    here, alice, folder, inside
):
    assert brings(alice, here, "study.zip", packed(folder, inside)).status_code == 302
    (campaign,) = campaigns(here)
    assert campaign.state == "closed"
    found = app("results.actions").publish(campaign)
    assert found.about.wave == campaign.wave
    assert app("campaigns.queries").campaign(campaign.pk).state == "published"
    home = app("results.bringing")._home(campaign)
    assert home.stat().st_mode & 0o077 == 0


def spreadsheet(rows: int, wrong: str = "") -> bytes:
    """Answers to the pulse as a file, with one cell that is none of the options."""
    items = catalogue.instrument(FACTS["instrument"]).item_ids
    lines = [",".join(["division", "grade", *items])]
    lines += [
        ",".join([("Medicine", "Surgery")[at % 2], ("Trainee", "Consultant")[at % 3 == 0]])
        + f",{ANSWER}" * len(items)
        for at in range(rows)
    ]
    if wrong:
        lines[3] = lines[3][:-1] + wrong
    return "\n".join(lines).encode()


def test_a_spreadsheet_needs_facts_and_says_which(here, alice):
    page = brings(alice, here, "answers.csv", spreadsheet(40)).content.decode()
    assert page.count("A spreadsheet needs this") >= 5
    assert campaigns(here) == []


def test_a_spreadsheet_with_facts_is_examined_and_kept(here, alice):
    counts = b"division,grade,count\nMedicine,Trainee,60\nMedicine,Consultant,60\n"
    counts += b"Surgery,Trainee,60\nSurgery,Consultant,60\n"
    answer = brings(
        alice,
        here,
        "answers.csv",
        spreadsheet(60),
        counts=SimpleUploadedFile("counts.csv", counts),
        **FACTS,
    )
    assert answer.status_code == 302
    (campaign,) = campaigns(here)
    study = app("results.queries").study(campaign)
    assert (study.responses.n, study.population.total) == (60, 240)
    assert study.policy.attributes == ("division", "grade")


def test_every_problem_is_told_and_nothing_is_kept(here, alice):
    page = brings(alice, here, "answers.csv", spreadsheet(60, wrong="77"), **FACTS)
    text = page.content.decode()
    assert "Nothing was kept" in text
    assert "row 4" in text
    assert not re.search(r"\b77\b", re.sub(r"<[^>]+>", "", text))
    assert campaigns(here) == []
    studies = Path(app("settings").MEDENGAGE_STUDIES)
    assert not list(studies.glob("examined-*"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("study.zip", b"no zip at all", "no .zip file that can be read"),
        ("study.zip", b"PK\x03\x04" + bytes(100), "no .zip file that can be read"),
        ("answers.exe", b"MZ", "A spreadsheet needs this"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(here, alice, name, content, told):
    assert told in brings(alice, here, name, content).content.decode()


def test_a_file_that_would_leave_its_folder_or_fill_the_disk_is_refused(here, alice, folder):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../escaped.csv", "x")
        file.writestr("large.csv", bytes(201 * 1024 * 1024))
    page = brings(alice, here, "study.zip", content.getvalue())
    assert "holds too much" in page.content.decode()
    small = io.BytesIO()
    with zipfile.ZipFile(small, "w") as file:
        file.writestr("../../escaped.csv", "x")
    brings(alice, here, "study.zip", small.getvalue())
    top = Path(app("settings").DATA)
    assert not list(top.parent.rglob("escaped.csv"))
