"""``content/published.lock``: the checksum of every published definition, which never changes.

To change a published definition: leave its file alone, copy it to one with a new version number,
change that, and add the line that ``python -m medengage.definitions.lock`` prints. Files of texts
in other languages are not locked; they say for themselves who has reviewed them.
"""

from __future__ import annotations

import sys

from medengage.definitions import catalogue

__all__ = ["missing", "published"]


def published() -> dict[str, str]:
    """``id@version`` -> checksum, as published."""
    text = (catalogue.PACKAGE_CONTENT / "published.lock").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return dict(line for line in lines)


def missing() -> list[str]:
    """Lines for definitions that are not published yet."""
    known = published()
    everything = [d for kind in catalogue.KINDS for d in catalogue.find(kind)]
    return [f"{d.reference} {d.checksum}" for d in everything if d.reference not in known]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in missing())
