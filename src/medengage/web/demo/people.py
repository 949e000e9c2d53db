"""Invented names of people, each combination of a first and a last name at most once in a row."""

from __future__ import annotations

import numpy as np

__all__ = ["names"]

FIRST = (
    "Adanna",
    "Aled",
    "Amir",
    "Aoife",
    "Beatrix",
    "Callum",
    "Chidi",
    "Dervla",
    "Efua",
    "Elin",
    "Farah",
    "Gareth",
    "Hana",
    "Idris",
    "Imogen",
    "Jamal",
    "Kavita",
    "Lena",
    "Malik",
    "Niamh",
    "Oluwaseun",
    "Priya",
    "Rhys",
    "Saira",
    "Tomasz",
    "Uma",
    "Victor",
    "Wren",
    "Yusuf",
    "Zofia",
)
LAST = (
    "Abara",
    "Ashdown",
    "Banerjee",
    "Brannigan",
    "Calloway",
    "Dhillon",
    "Eastwood",
    "Fairbairn",
    "Ghaznavi",
    "Hartnoll",
    "Iveson",
    "Jankowski",
    "Kettleby",
    "Lindqvist",
    "Mbeki",
    "Nordahl",
    "Okonjo",
    "Penhallow",
    "Quigley",
    "Rahimi",
    "Sandhu",
    "Thackeray",
    "Underhill",
    "Venkat",
    "Whitlock",
    "Yarrow",
    "Zaman",
)


def names(count: int, seed: int) -> list[str]:
    """So many names, the same for the same seed."""
    rng = np.random.default_rng(seed)
    pairs = rng.permutation(len(FIRST) * len(LAST))
    return [
        f"Dr {FIRST[pair % len(FIRST)]} {LAST[pair // len(FIRST)]}"
        for pair in np.resize(pairs, count).tolist()
    ]
