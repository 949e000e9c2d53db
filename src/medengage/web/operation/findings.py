"""What a look at the deployment can find."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Found", "advice", "fault"]


@dataclass(frozen=True)
class Found:
    """Something that is not as it should be, and how to mend it; no secret is ever named.

    A fault endangers answers or doctors, or keeps people out; advice may have its reasons.
    """

    what: str
    mend: str
    is_fault: bool

    def __str__(self) -> str:
        return f"{self.what}. {self.mend}."


def fault(what: str, mend: str) -> Found:
    """Something that has to be mended."""
    return Found(what, mend, is_fault=True)


def advice(what: str, mend: str) -> Found:
    """Something to think about."""
    return Found(what, mend, is_fault=False)
