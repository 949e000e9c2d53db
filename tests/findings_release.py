"""What the sample findings say of groups beside the units, and of their release. All invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medengage.findings import AttackTried, Certificate, Group, WithheldGroup

__all__ = ["CERTIFICATE", "FURTHER", "LEAK", "certificate", "further_groups", "further_shifts"]

SMALL = "fewer than 11 doctors"
COMBINED = "with it, several figures would show a result of fewer than 11 doctors"
DIFFERENT = (
    "with it, the difference from another figure would show a result of fewer than 11 doctors"
)
UNPROVEN = "its safety could not be proven within the effort allowed"
NARROW = "its mean would tell the mean of a smaller group to within a few points"
FURTHER: Mapping[str, Mapping[str, tuple[int, float]]] = {
    "specialty": {
        "Acute medicine": (25, 0.6),
        "Cardiology + Respiratory medicine": (20, -3.8),
        "Care of the elderly": (20, -0.9),
        "Anaesthetics": (25, -3.2),
        "General surgery": (15, -7.7),
        "Orthopaedics + Urology": (15, -5.6),
        "Obstetrics and gynaecology": (20, 1.2),
        "Paediatrics": (20, 5.6),
        "Pathology + Pharmacy": (15, 2.4),
        "Mental health + Community": (20, 6.3),
    },
    "grade": {
        "Consultant": (95, 3.1),
        "Specialty doctor": (30, -1.8),
        "Specialty trainee": (60, -2.5),
        "Foundation doctor": (25, -5.0),
    },
    "sex": {"female": (110, 0.9), "male": (100, -0.9)},
    "site": {"St Elsewhere": (150, 0.7), "Riverside": (60, -1.7)},
    "division by grade": {
        "Medicine / Consultant": (30, 2.0),
        "Medicine / Specialty trainee": (20, -3.0),
        "Medicine / Specialty doctor + Foundation doctor": (15, -4.0),
        "Surgery and critical care / Consultant": (25, -1.0),
        "Surgery and critical care / Specialty trainee": (15, -8.0),
        "Surgery and critical care / Specialty doctor + Foundation doctor": (15, -9.0),
        "Women and children / Consultant": (20, 6.0),
        "Diagnostics and pharmacy / Consultant": (15, 3.0),
    },
}
"""Breakdown -> group ("+" joins values, "/" parts attributes) -> doctors, points off the mean."""

WITHHELD = (
    ("specialty", "Radiology", "range", NARROW),
    ("division by grade", "Medicine, Specialty doctor", "small group", SMALL),
    ("division by grade", "Medicine, Foundation doctor", "small group", SMALL),
    ("division by grade", "Surgery and critical care, Specialty doctor", "small group", SMALL),
    ("division by grade", "Surgery and critical care, Foundation doctor", "small group", SMALL),
    ("division by grade", "Women and children, Specialty doctor", "small group", SMALL),
    ("division by grade", "Women and children, Specialty trainee", "difference", DIFFERENT),
    ("division by grade", "Women and children, Foundation doctor", "small group", SMALL),
    ("division by grade", "Diagnostics and pharmacy, Specialty doctor", "small group", SMALL),
    ("division by grade", "Diagnostics and pharmacy, Specialty trainee", "unproven", UNPROVEN),
    ("division by grade", "Diagnostics and pharmacy, Foundation doctor", "small group", SMALL),
    *(
        ("division by grade", f"Mental health and Community, {grade}", "small group", SMALL)
        for grade in FURTHER["grade"]
    ),
    *(
        ("site by sex", f"{site}, {sex}", "combination", COMBINED)
        for site in FURTHER["site"]
        for sex in FURTHER["sex"]
    ),
)
"""Breakdown, group, reason, words."""

ATTACKS = (
    ("A1", "Subtracting shown groups from shown groups that contain them", 34),
    ("A2", "Solving all shown groups together for small groups", 412),
    ("A3", "Searching all unions of small cells by integer programming", 1),
    ("A4", "Bounding the means of small groups", 4944),
    ("A5", "Looking for results that speak for everybody in a group", 310),
    ("A6", "Teams of 1 doctors removing their own answers", 50),
    ("A7", "Comparing releases of 1 moments", 0),
    ("A8", "Putting the figures of 1 channels together", 442),
    ("A10", "Averaging the noise of overlapping groups", 412),
    ("A12", "Working out who answered from counts and rates", 160),
)
LEAK = AttackTried(
    attack="A1",
    tried=34,
    found=2,
    words="Subtracting shown groups from shown groups that contain them: 34 tried, 2 found, for "
    "example Radiology, Riverside.",
)
CERTIFICATE = Certificate(
    attributes=("division", "specialty", "grade", "sex", "site"),
    combinations=131,
    figures=32,
    statistics=31,
    measures=12,
    earlier=3,
    silent=("phase of answering",),
    merged=(
        "Mental health and Community (division) are shown as one group: together they reach 11 "
        "doctors.",
        "Cardiology and Respiratory medicine (specialty) are shown as one group: together they "
        "reach 11 doctors.",
        "Orthopaedics and Urology (specialty) are shown as one group: together they reach 11 "
        "doctors.",
        "Pathology and Pharmacy (specialty) are shown as one group: together they reach 11 "
        "doctors.",
    ),
    withheld=tuple(
        WithheldGroup.model_validate(
            {"title": title, "breakdown": breakdown, "reason": reason, "words": words}
        )
        for breakdown, title, reason, words in WITHHELD
    ),
    attacks=tuple(
        AttackTried(
            attack=attack, tried=tried, found=0, words=f"{what}: {tried} tried, nothing found."
        )
        for attack, what, tried in ATTACKS
    ),
)


def certificate(figures: int, measures: int, *attributes: str) -> Certificate:
    """A certificate without remarks, on which no attack was tried."""
    return Certificate(
        attributes=attributes,
        combinations=max(1, figures - 1),
        figures=figures,
        statistics=figures,
        measures=measures,
    )


def further_groups() -> tuple[Group, ...]:
    return tuple(_further())


def further_shifts() -> dict[str, tuple[int, float]]:
    """Group id -> doctors, points off the mean of the organisation."""
    cells = [cell for groups in FURTHER.values() for cell in groups.values()]
    return {group.id: cell for group, cell in zip(_further(), cells, strict=True)}


def _further() -> Iterator[Group]:
    for breakdown, groups in FURTHER.items():
        attributes = breakdown.split(" by ")
        for place, (name, (n, _)) in enumerate(groups.items(), start=1):
            values = [tuple(part.split(" + ")) for part in name.split(" / ")]
            yield Group(
                id=f"{breakdown.replace(' ', '-')}-{place}",
                title=name.replace(" + ", " and ").replace(" / ", ", "),
                breakdown=breakdown,
                where=dict(zip(attributes, values, strict=True)),
                n=n,
                eligible=round(n / 0.6),
                response_percent=60.0 if n > 20 else None,
            )
