"""150 English trusts in 2026: engagement of staff, ratings of the regulator, deaths.

The example that comes with the package (its README says whose figures they are), read as a user
would read it. A rating is that of the first rated place of a trust, which is a trap on purpose.
"""

from datetime import date

from medengage.definitions import catalogue
from medengage.definitions.indicator import Indicator
from medengage.outcomes.indicators import Reading
from medengage.outcomes.reading import Columns, read_levels, read_readings

FILE = "english-trusts-2026.csv"
CQC, SHMI = catalogue.indicator("cqc-overall"), catalogue.indicator("shmi")
MEASURED = date(2026, 6, 1)
NO_SPECIALISTS = (("subkind", "Acute - Specialist"),)
ACUTE_TRUSTS = (("kind", "Acute trust"),)


def trusts() -> bytes:
    """The file as it is."""
    return catalogue.example(FILE)


def engagement() -> dict[str, float]:
    """Score from 0 to 10 by code."""
    return read_levels(trusts(), FILE, Columns("trust", "engagement"))


def ratings(*, acute: bool = False, of: Indicator = CQC) -> tuple[Reading, ...]:
    """Ratings; ``acute`` for trusts that are acute and no specialists alone."""
    only, without = (ACUTE_TRUSTS, NO_SPECIALISTS) if acute else ((), ())
    columns = Columns("trust", of.id, "rated", "place")
    return read_readings(trusts(), FILE, of, columns, only=only, without=without)


def deaths() -> tuple[Reading, ...]:
    """SHMI of acute trusts."""
    return read_readings(trusts(), FILE, SHMI, Columns("trust", "shmi"), only=ACUTE_TRUSTS)
