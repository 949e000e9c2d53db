"""150 English trusts in 2026: engagement of staff, ratings of the regulator, deaths.

``tests/golden/nhs_trusts_2026.csv`` contains public sector information licensed under the Open
Government Licence v3.0: ratings of the Care Quality Commission (5 May 2026), SHMI of January to
December 2025 and the staff engagement score of the NHS Oversight Framework, quarter 3 of 2025/26
(NHS England). A rating is that of the first rated place of a trust, which is a trap on purpose.
"""

import csv
from datetime import date
from functools import cache

from medengage.outcomes.indicators import Indicator, Reading
from tests.golden_numbers import GOLDEN

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
ACUTE = "acute hospital"
CQC = Indicator("cqc-overall", "CQC overall rating", LEVELS, place=ACUTE)
SHMI = Indicator("shmi", "Deaths against expected", better="low")
MEASURED = date(2026, 6, 1)


@cache
def rows() -> list[dict[str, str]]:
    with (GOLDEN / "nhs_trusts_2026.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def engagement() -> dict[str, float]:
    """Score from 0 to 10 by code."""
    column = "nof_staff_engagement_score"
    return {row["org_code"]: float(row[column]) for row in rows() if row[column]}


def ratings(*, acute: bool = False) -> list[Reading]:
    """Overall ratings; ``acute`` for trusts that are acute and no specialists alone."""
    found = []
    for row in rows():
        value = CQC.value(row["cqc_overall"])
        specialist = row["trust_subtype"] == "Acute - Specialist"
        if value is None or (acute and (row["trust_type"] != "Acute trust" or specialist)):
            continue
        day = row["cqc_publication_date"]
        place = ACUTE if row["cqc_location_is_acute_hospital"] == "1" else "another place"
        found.append(
            Reading(row["org_code"], value, date.fromisoformat(day) if day else None, place)
        )
    return found


def deaths() -> list[Reading]:
    """SHMI of acute trusts."""
    return [
        Reading(row["org_code"], float(row["shmi"]), date(2025, 12, 31))
        for row in rows()
        if row["shmi"] and row["trust_type"] == "Acute trust"
    ]
