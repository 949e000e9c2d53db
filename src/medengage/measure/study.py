"""``Study``: all plain values of one closed campaign, the left side of the hourglass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from medengage.definitions.instrument import Instrument
from medengage.findings import Policy
from medengage.measure.responses import Responses

__all__ = ["Managers", "Population", "Study"]


@dataclass(frozen=True)
class Population:
    """How many doctors could have answered, in all and per attribute value.

    ``margins`` maps attribute -> value -> count. ``joint`` holds the counts of every combination
    of ``attributes`` where the roster is known that finely, else it is empty.
    """

    total: int
    margins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    joint: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, counts in self.margins.items():
            if sum(counts.values()) != self.total:
                raise ValueError(f"the counts of {name} do not add up to the total")

    @classmethod
    def of_cells(
        cls, attributes: Iterable[str], cells: Mapping[tuple[str, ...], int]
    ) -> Population:
        """From the counts of every combination of the attributes."""
        names = tuple(attributes)
        margins = {name: _margin(cells, place) for place, name in enumerate(names)}
        return cls(sum(cells.values()), margins, names, dict(cells))

    def counts(self, attribute: str) -> Mapping[str, int] | None:
        """Value -> count of one attribute; ``None`` where the roster does not know it."""
        return self.margins.get(attribute)

    def cross(self, attributes: tuple[str, ...]) -> Mapping[tuple[str, ...], int] | None:
        """Counts of the combinations of some attributes; ``None`` without the joint roster."""
        if not set(attributes) <= set(self.attributes) or not self.joint:
            return None
        places = [self.attributes.index(name) for name in attributes]
        found: Counter[tuple[str, ...]] = Counter()
        for values, count in self.joint.items():
            found[tuple(values[place] for place in places)] += count
        return dict(found)


@dataclass(frozen=True)
class Managers:
    """Managers' estimates of how doctors feel: the parallel form and its answers."""

    instrument: Instrument
    responses: Responses


@dataclass(frozen=True)
class Study:
    """One closed campaign: what was asked, what was answered, how many could have answered.

    ``instrument`` gives the scales of the report, ``modules`` further instruments answered by the
    same respondents (say-stay-strive). ``words`` fill placeholders in texts. ``synthetic`` marks
    simulated answers, so that no report of them can be taken for real. ``secret`` are the bytes
    from which the noise of this wave is drawn (``disclosure.noise``); it is never shown.
    """

    id: str
    organisation: str
    wave: str
    opened: date
    closed: date
    instrument: Instrument
    responses: Responses
    population: Population | None = None
    policy: Policy = field(default_factory=Policy)
    modules: tuple[Instrument, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    managers: Managers | None = None
    synthetic: bool = False
    secret: bytes | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.closed < self.opened:
            raise ValueError("a campaign closes after it opens")
        missing = {name for i in self.instruments for name in i.item_ids} - set(
            self.responses.items
        )
        if missing:
            raise ValueError(f"items without answers: {sorted(missing)}")
        scales = [scale.id for instrument in self.instruments for scale in instrument.scales]
        if len(set(scales)) < len(scales):
            raise ValueError("two instruments of a study have a scale of the same id")
        if self.population is not None and self.population.total < self.responses.n:
            raise ValueError("more answers than doctors")

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The main instrument and its modules."""
        return (self.instrument, *self.modules)


def _margin(cells: Mapping[tuple[str, ...], int], place: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for values, count in cells.items():
        counts[values[place]] += count
    return dict(counts)
