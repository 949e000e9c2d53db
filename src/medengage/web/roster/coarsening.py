"""Small groups are joined before links are cut, so that no link carries the name of a rare group.

Every value that fewer doctors than the smallest group hold is joined with others: with small
neighbours inside the same larger group first (specialties inside a division), and with the
smallest of the others where that is not enough. Results join further what too few answered; this
is about who is asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Coarsening", "Line", "coarsened"]

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One value of an attribute, inside a larger group: how many hold it, and what it becomes.

    It becomes "" where the attribute is dropped.
    """

    attribute: str
    inside: str
    value: str
    count: int
    becomes: str


@dataclass(frozen=True)
class Coarsening:
    """What each value becomes; ``within`` maps an attribute to the one it is joined inside of."""

    lines: tuple[Line, ...]
    within: Mapping[str, str]

    @property
    def joined(self) -> tuple[Line, ...]:
        """Values that become something else."""
        return tuple(line for line in self.lines if line.becomes != line.value)

    def applied(self, attributes: Attributes) -> dict[str, str]:
        """A doctor's attributes as the link carries them; blank and dropped ones are left out."""
        table = {(one.attribute, one.inside, one.value): one.becomes for one in self.lines}
        found: dict[str, str] = {}
        for name in dict.fromkeys(line.attribute for line in self.lines):
            inside = found.get(self.within.get(name, ""), "")
            value = table.get((name, inside, attributes.get(name, "")), "")
            if value:
                found[name] = value
        return found


def coarsened(
    doctors: Sequence[Attributes],
    attributes: Iterable[str],
    minimum: int,
    within: Mapping[str, str] | None = None,
) -> Coarsening:
    """How values are joined so that each is held by at least ``minimum`` doctors.

    ``attributes`` come in order of priority; an attribute is joined inside the groups of another
    only where that one comes before it. Same doctors, same result, whatever their order.
    """
    names = list(dict.fromkeys(attributes))
    inside = {
        name: outer
        for name, outer in (within or {}).items()
        if name in names and outer in names[: names.index(name)]
    }
    lines: list[Line] = []
    for name in names:
        so_far = Coarsening(tuple(lines), inside)
        outer = [so_far.applied(doctor).get(inside.get(name, ""), "") for doctor in doctors]
        values = [doctor.get(name, "") for doctor in doctors]
        lines += _lines(name, list(zip(outer, values, strict=True)), minimum)
    return Coarsening(tuple(lines), inside)


def _lines(name: str, held: list[tuple[str, str]], minimum: int) -> list[Line]:
    """Every value of one attribute, and what it becomes."""
    counts = Counter((outer, value) for outer, value in held if value)
    by_outer: dict[str, dict[str, int]] = defaultdict(dict)
    for (outer, value), count in counts.items():
        by_outer[outer][value] = count
    becomes = {
        (outer, value): new
        for outer, found in by_outer.items()
        for value, new in _joined(name, outer, found, minimum).items()
    }
    sizes = Counter[str]()
    for place, count in counts.items():
        sizes[becomes[place]] += count
    rest = {place for place, new in becomes.items() if sizes[new] < minimum}
    becomes |= dict.fromkeys(rest, f"Other {name}")
    if sum(counts[place] for place in rest) < minimum and rest:
        smallest = min(
            (new for new in sizes if sizes[new] >= minimum),
            key=lambda n: (sizes[n], n),
            default="",
        )
        becomes |= {place: f"Other {name}" for place in becomes if becomes[place] == smallest}
    if len(set(becomes.values())) <= 1:
        becomes = dict.fromkeys(becomes, "")
    return [
        Line(name, outer, value, counts[outer, value], becomes[outer, value])
        for outer, value in sorted(counts)
    ]


def _joined(name: str, outer: str, counts: Mapping[str, int], minimum: int) -> dict[str, str]:
    """Value -> what it becomes among its neighbours: small ones together, large ones alone."""
    by_size = sorted(counts, key=lambda value: (counts[value], value))
    small = [value for value in by_size if counts[value] < minimum]
    if small:
        while sum(counts[value] for value in small) < minimum and len(small) < len(by_size):
            small.append(by_size[len(small)])
    label = f"Other {name} ({outer})" if outer else f"Other {name}"
    return {value: label if value in small else value for value in by_size}
