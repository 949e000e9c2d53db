"""What was released from a study folder: the findings, and the ledger of all figures ever shown.

``ledger.json`` is as private as the answers: it names combinations of attributes that somebody
has who answered. ``findings.json`` may leave the room.
"""

from __future__ import annotations

from pathlib import Path

from medengage.disclosure.ledger import Ledger
from medengage.errors import DisclosureRefused, Problem, StudyError
from medengage.findings import Findings
from medengage.stores.secret import KEY, destroy_secret, drawn_secret, is_shared, secret_in
from medengage.stores.writing import replace_file
from medengage.tables.notes import MANIFEST, Notes

__all__ = [
    "FINDINGS",
    "LEDGER",
    "archive",
    "check_releases",
    "read_findings",
    "read_ledger",
    "wave_secret",
    "write_findings",
    "write_release",
]

FINDINGS = "findings.json"
LEDGER = "ledger.json"
LARGEST = 200_000_000
"""Bytes of a ledger; one release of 5,000 doctors by six attributes takes about a million."""


def read_findings(folder: Path | str) -> Findings:
    """The findings of the study in a folder, or in the file itself.

    Raises ``StudyError`` where there are none or the file is damaged, ``DisclosureRefused`` where
    it shows a small group.
    """
    path = Path(folder)
    try:
        path = path if path.is_file() else path / FINDINGS
        return Findings.from_json(path.read_bytes(), path.name)
    except FileNotFoundError:
        reason = "run medengage study analyse first"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name cannot be used"
    except (StudyError, DisclosureRefused) as error:
        # The parser's own error, which quotes the file, must not travel along.
        error.__context__ = None
        raise
    raise StudyError("there are no findings to read", subject=path.name, hint=reason)


def write_findings(findings: Findings, folder: Path | str) -> Path:
    """Write the findings into the study folder, whole or not at all; gives the path.

    Raises ``StudyError`` where the folder cannot be written to.
    """
    path = Path(folder) / FINDINGS
    replace_file(path, findings.to_json().encode())
    return path


def read_ledger(folder: Path | str) -> Ledger:
    """All releases of the study in a folder so far; empty where there is none.

    Raises ``StudyError`` where the file is damaged: without it nothing can be proven.
    """
    path = Path(folder) / LEDGER
    try:
        if not path.is_symlink() and not path.exists():
            return Ledger()
        if path.is_file() and path.stat().st_size <= LARGEST:
            return Ledger.from_json(path.read_bytes(), LEDGER)
        reason = "this is not a file, or far too large a file"
    except OSError as error:
        reason = error.strerror or "no reason given"
    raise StudyError("the ledger cannot be read", subject=LEDGER, hint=reason)


def write_release(findings: Findings, ledger: Ledger, folder: Path | str) -> Path:
    """Write ledger and findings into the study folder, each whole or not at all.

    The ledger goes first: after a crash between the two, figures count as released that are not
    out, and never the reverse. Gives the path of the findings. Raises ``StudyError`` where the
    folder cannot be written to, or where somebody released or archived since the ledger was read.
    """
    if not ledger.continues(read_ledger(folder)):
        raise StudyError(
            "somebody has released figures of this study, or archived it, in the meantime",
            subject=LEDGER,
            hint="analyse again; nothing was written",
        )
    replace_file(Path(folder) / LEDGER, ledger.to_json().encode())
    return write_findings(findings, folder)


def archive(folder: Path | str) -> None:
    """Destroy the wave's secret; after that nothing further can be released from the folder.

    The ledger says so first, so that a crash between the two cannot leave a folder that would
    draw a new secret; archiving again then completes it. Raises ``StudyError`` where there is no
    study, where the ledger is damaged or where the folder cannot be written to.
    """
    if not (Path(folder) / MANIFEST).is_file():
        raise StudyError("there is no study to archive", subject=MANIFEST)
    ledger = read_ledger(folder).archive()
    replace_file(Path(folder) / LEDGER, ledger.to_json().encode())
    destroy_secret(folder)


def wave_secret(folder: Path | str) -> bytes | None:
    """The secret of the study in a folder, drawn where there is none yet.

    It is drawn without noise as well, because it also keys the fingerprint of the answers.
    ``None`` once the wave is archived. Raises ``StudyError`` where secret or ledger are damaged,
    or where a new secret cannot be kept.
    """
    if read_ledger(folder).archived:
        return None
    return drawn_secret(folder)


def check_releases(folder: Path, wave: str, notes: Notes) -> None:
    """Note what is wrong with the ledger and the secret of a study; changes nothing."""
    try:
        ledger = read_ledger(folder)
        secret = None if ledger.archived else secret_in(folder)
    except StudyError as error:
        file = error.subject
        told = error.problems or (Problem(file, f"{error.message}.", f"Reason: {error.hint}."),)
        notes.take(told, file)
        return
    if any(wave not in entry.waves for entry in ledger.entries):
        notes.problem(
            LEDGER,
            "the releases in it are those of another wave.",
            f"Name the wave in {MANIFEST} as it was; a new wave has a folder of its own.",
        )
    if ledger.archived:
        notes.advise(LEDGER, "the wave is archived; nothing further can be released.")
    elif secret is None and any(entry.answers for entry in ledger.of_wave(wave)):
        notes.problem(
            KEY,
            "the secret of the earlier release is missing.",
            f"Bring it back from a copy; if no release has left this room, delete {LEDGER}.",
        )
    elif is_shared(folder):
        notes.advise(KEY, "others can open the secret.", "Let nobody but its owner read it.")
