"""What was released from a study folder: ledger and findings, and the end of a wave."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from medengage.disclosure.ledger import Entry, Ledger
from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import Findings, Policy
from medengage.measure.analyse import analyse, released
from medengage.measure.responses import Responses
from medengage.measure.study import Study
from medengage.stores import release
from medengage.stores.folder import (
    archive,
    check_study,
    read_findings,
    read_ledger,
    read_study,
    write_release,
    write_study,
)
from tests.builders import study
from tests.stores.folders import ENTRY

MARK = "MARK-7731"


@pytest.fixture(scope="module")
def first() -> tuple[Findings, Ledger]:
    """A first release and its ledger."""
    return released(study(), Ledger())


def release_again(folder: Path, changed: Study | None = None) -> Findings:
    """Read, analyse and write, as the command line does."""
    read = read_study(folder)
    if changed is not None:
        read = replace(read, responses=changed.responses, policy=changed.policy)
    findings, ledger = released(read, read_ledger(folder))
    write_release(findings, ledger, folder)
    return findings


def test_a_ledger_comes_back_as_it_was(tmp_path, first):
    findings, ledger = first
    assert read_ledger(tmp_path) == Ledger()
    path = write_release(findings, ledger.add(ENTRY), tmp_path)
    assert path == tmp_path / "findings.json"
    assert read_findings(tmp_path) == findings
    assert read_ledger(tmp_path) == ledger.add(ENTRY)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["findings.json", "ledger.json"]


def test_the_same_release_again_changes_no_byte(tmp_path):
    write_study(study(policy=Policy(breakdown="division")), tmp_path)
    release_again(tmp_path)
    files = ("findings.json", "ledger.json", "noise.key")
    before = [(tmp_path / name).read_bytes() for name in files]
    release_again(tmp_path)
    assert [(tmp_path / name).read_bytes() for name in files] == before


def test_another_policy_is_released_beside_the_first(tmp_path):
    write_study(study(), tmp_path)
    release_again(tmp_path)
    release_again(tmp_path, study(policy=Policy(breakdown="division")))
    assert len(read_ledger(tmp_path).entries) == 2


def test_a_ledger_holds_no_answers_and_no_secret(tmp_path):
    write_study(study(), tmp_path)
    release_again(tmp_path)
    text = (tmp_path / "ledger.json").read_text()
    assert (tmp_path / "noise.key").read_text().strip() not in text
    assert set(json.loads(text)["entries"][0]) == set(Entry.model_fields)


def test_one_changed_answer_stops_the_second_release(tmp_path):
    made = study()
    write_study(made, tmp_path)
    release_again(tmp_path)
    answers = made.responses.answers.copy()
    answers[7, 0] = answers[7, 0] % 5 + 1
    table = made.responses
    changed = replace(
        made, responses=Responses(table.items, answers, table.attributes, table.phase)
    )
    before = (tmp_path / "findings.json").read_bytes()
    with pytest.raises(DisclosureRefused, match="the answers have changed since") as caught:
        release_again(tmp_path, changed)
    assert "keep the earlier release; or, if nothing of it has left this room, delete" in str(
        caught.value
    )
    assert (tmp_path / "findings.json").read_bytes() == before
    (tmp_path / "ledger.json").unlink()
    release_again(tmp_path, changed)


def test_a_crash_between_the_two_files_counts_the_figures_as_released(
    tmp_path, monkeypatch, first
):
    findings, ledger = first
    replace_path = Path.replace

    def crash(draft: Path, target: Path) -> Path:
        if target.name == "findings.json":
            raise OSError(5, "Input/output error")
        return replace_path(draft, target)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(StudyError, match=r"cannot be written: findings\.json"):
        write_release(findings, ledger, tmp_path)
    assert read_ledger(tmp_path) == ledger
    assert [entry.name for entry in tmp_path.iterdir()] == ["ledger.json"]


def test_a_crash_at_the_first_file_releases_nothing(tmp_path, monkeypatch, first):
    findings, ledger = first
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StudyError, match=r"cannot be written: ledger\.json"):
        write_release(findings, ledger, tmp_path)
    assert not [*tmp_path.iterdir()]


def refuse(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_release_made_in_the_meantime_is_not_forgotten(tmp_path, first):
    findings, ledger = first
    write_release(findings, Ledger(entries=(ENTRY,)), tmp_path)
    before = (tmp_path / "ledger.json").read_bytes()
    with pytest.raises(StudyError, match=r"meantime: ledger\.json: analyse again"):
        write_release(findings, ledger, tmp_path)
    assert (tmp_path / "ledger.json").read_bytes() == before


DAMAGED = {
    "empty": "",
    "no JSON": f"{MARK}",
    "half": '{"schema_version": 1, "entries": [{"limit": 10,',
    "a list": "[]",
    "nothing": "null",
    "no entries": '{"entries": 3}',
    "later version": '{"schema_version": 2}',
    "deep": "[" * 100_000,
    "long number": '{"entries": [{"limit": ' + "9" * 5000 + "}]}",
    "foreign field": f'{{"{MARK}": "{MARK}"}}',
    "foreign bytes": "\udcff\udc80",
    "half an entry": '{"entries": [{"limit": 10}]}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_ledger_is_never_taken_for_an_empty_one(tmp_path, text):
    write_study(study(secret=None), tmp_path)
    (tmp_path / "ledger.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(StudyError, match="the ledger cannot be read") as caught:
        read_ledger(tmp_path)
    assert caught.value.problems
    for problem in caught.value.problems:
        assert problem.place.startswith("ledger.json")
    assert MARK not in str(caught.value)
    assert caught.value.__context__ is None
    assert check_study(tmp_path).problems == caught.value.problems
    with pytest.raises(StudyError, match="the study cannot be read"):
        read_study(tmp_path)
    with pytest.raises(StudyError, match="the ledger cannot be read"):
        archive(tmp_path)
    assert not (tmp_path / "noise.key").exists()


def test_something_else_under_the_name_of_the_ledger(tmp_path, monkeypatch):
    write_study(study(), tmp_path)
    (tmp_path / "ledger.json").mkdir()
    assert [str(problem) for problem in check_study(tmp_path).problems] == [
        "ledger.json: the ledger cannot be read."
        " Reason: this is not a file, or far too large a file."
    ]
    (tmp_path / "ledger.json").rmdir()
    (tmp_path / "ledger.json").symlink_to(tmp_path / "nowhere")
    assert not check_study(tmp_path).passed
    (tmp_path / "ledger.json").unlink()
    (tmp_path / "ledger.json").write_text(Ledger().to_json())
    assert read_ledger(tmp_path) == Ledger()
    monkeypatch.setattr(release, "LARGEST", 10)
    assert not check_study(tmp_path).passed


def test_a_missing_secret_is_not_drawn_anew_after_a_release(tmp_path):
    write_study(study(), tmp_path)
    release_again(tmp_path)
    (tmp_path / "noise.key").unlink()
    assert [str(problem) for problem in check_study(tmp_path).problems] == [
        "noise.key: the secret of the earlier release is missing. Bring it back from a copy;"
        " if no release has left this room, delete ledger.json."
    ]
    with pytest.raises(StudyError, match="the study cannot be read"):
        read_study(tmp_path)
    assert not (tmp_path / "noise.key").exists()


def test_a_wave_that_is_called_otherwise_keeps_its_ledger(tmp_path):
    """Under another name nothing would be certified beside the earlier figures."""
    write_study(study(), tmp_path)
    release_again(tmp_path)
    path = tmp_path / "study.toml"
    path.write_text(path.read_text().replace('wave = "2026"', 'wave = "Spring"'))
    assert [str(problem) for problem in check_study(tmp_path).problems] == [
        "ledger.json: the releases in it are those of another wave."
        " Name the wave in study.toml as it was; a new wave has a folder of its own."
    ]


def test_an_archived_wave_is_closed(tmp_path):
    write_study(study(), tmp_path)
    findings = release_again(tmp_path)
    entries = read_ledger(tmp_path).entries
    archive(tmp_path)
    assert not (tmp_path / "noise.key").exists()
    assert read_ledger(tmp_path) == Ledger(entries=entries, archived=True)
    assert read_findings(tmp_path) == findings
    found = check_study(tmp_path)
    assert found.passed
    assert "ledger.json: the wave is archived; nothing further can be released." in map(
        str, found.advice
    )
    closed = read_study(tmp_path)
    assert closed.secret is None
    with pytest.raises(DisclosureRefused, match="the wave is archived: its secret was destroyed"):
        released(closed, read_ledger(tmp_path))
    with pytest.raises(ValueError, match="noise needs the wave's secret"):
        analyse(closed)


def test_a_folder_may_be_archived_twice_and_before_any_release(tmp_path):
    write_study(study(secret=None), tmp_path)
    for _ in range(2):
        archive(tmp_path)
    assert read_ledger(tmp_path) == Ledger(archived=True)
    assert read_study(tmp_path).secret is None


def test_a_crash_in_archiving_leaves_the_wave_closed(tmp_path, monkeypatch):
    write_study(study(), tmp_path)
    with monkeypatch.context() as crash:
        crash.setattr(Path, "unlink", refuse)
        with pytest.raises(StudyError, match="the secret of the wave cannot be destroyed"):
            archive(tmp_path)
    assert (tmp_path / "noise.key").read_bytes() == bytes(65)
    assert read_study(tmp_path).secret is None
    archive(tmp_path)
    assert not (tmp_path / "noise.key").exists()


def test_who_analysed_before_the_archiving_cannot_write_after_it(tmp_path, first):
    findings, ledger = first
    write_study(study(), tmp_path)
    archive(tmp_path)
    with pytest.raises(StudyError, match="or archived it, in the meantime"):
        write_release(findings, ledger, tmp_path)
    assert not (tmp_path / "findings.json").exists()


def test_only_a_study_is_archived(tmp_path):
    with pytest.raises(StudyError, match="there is no study to archive"):
        archive(tmp_path)
    assert not [*tmp_path.iterdir()]
