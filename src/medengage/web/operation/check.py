"""Is the deployment sound? Every question once, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError

from medengage.web.operation import check_machine, check_settings, check_stores
from medengage.web.operation.findings import Found, fault

__all__ = ["QUESTIONS", "Answer", "check"]

QUESTIONS: dict[str, Callable[[], Iterator[Found]]] = {
    "development is off": check_settings.debugging,
    "secret key": check_settings.secret_key,
    "address and names": check_settings.address,
    "https": check_settings.https,
    "letters": check_settings.letters,
    "folders and their permissions": check_machine.folders,
    "both databases": check_stores.databases,
    "campaigns and their keys": check_stores.campaigns,
    "mail server": check_machine.mail_server,
    "disk": check_machine.disk,
    "clock and time zone": check_machine.clock,
    "user and memory": check_machine.process,
    "backup and periodic work": check_machine.lately,
}


@dataclass(frozen=True)
class Answer:
    """What one question found; nothing where all is well."""

    about: str
    found: tuple[Found, ...]

    @property
    def is_sound(self) -> bool:
        """No fault was found."""
        return not any(one.is_fault for one in self.found)


def check() -> list[Answer]:
    """Ask every question."""
    return [Answer(about, tuple(_asked(question))) for about, question in QUESTIONS.items()]


def _asked(question: Callable[[], Iterator[Found]]) -> list[Found]:
    try:
        return list(question())
    except (DatabaseError, OSError) as error:
        return [
            fault(f"This could not be looked at: {type(error).__name__}", "Mend the rest first")
        ]
