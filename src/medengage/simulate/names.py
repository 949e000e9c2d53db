"""Names in a simulated region: real specialties in invented organisations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "ATTRIBUTES",
    "DIVISIONS",
    "DIVISION_OF",
    "GRADES",
    "JUNIOR",
    "SEXES",
    "SITES",
    "SPECIALTIES",
    "Specialty",
    "organisation_name",
]


@dataclass(frozen=True, slots=True)
class Specialty:
    """A specialty, the division it belongs to, whether its work is acute, its share of women."""

    name: str
    division: str
    acute: bool
    women: float


SPECIALTIES = (
    Specialty("Acute internal medicine", "Acute and critical care", True, 0.45),
    Specialty("Anaesthetics", "Acute and critical care", False, 0.40),
    Specialty("Emergency medicine", "Acute and critical care", True, 0.42),
    Specialty("Intensive care medicine", "Acute and critical care", True, 0.30),
    Specialty("Clinical oncology", "Cancer and diagnostics", False, 0.55),
    Specialty("Histopathology", "Cancer and diagnostics", False, 0.52),
    Specialty("Medical microbiology", "Cancer and diagnostics", False, 0.54),
    Specialty("Radiology", "Cancer and diagnostics", False, 0.38),
    Specialty("Cardiology", "Medicine", True, 0.25),
    Specialty("Gastroenterology", "Medicine", False, 0.35),
    Specialty("Geriatric medicine", "Medicine", True, 0.56),
    Specialty("Respiratory medicine", "Medicine", True, 0.44),
    Specialty("General surgery", "Surgery", True, 0.28),
    Specialty("Otolaryngology", "Surgery", False, 0.32),
    Specialty("Trauma and orthopaedics", "Surgery", True, 0.18),
    Specialty("Urology", "Surgery", False, 0.24),
    Specialty("Child psychiatry", "Women and children", False, 0.65),
    Specialty("Neonatal medicine", "Women and children", True, 0.55),
    Specialty("Obstetrics and gynaecology", "Women and children", True, 0.64),
    Specialty("Paediatrics", "Women and children", False, 0.60),
)

DIVISIONS = tuple(dict.fromkeys(specialty.division for specialty in SPECIALTIES))

DIVISION_OF: npt.NDArray[np.int32] = np.array(
    [DIVISIONS.index(specialty.division) for specialty in SPECIALTIES], dtype=np.int32
)
"""Number of the specialty -> number of its division."""

GRADES = ("Consultant", "SAS doctor", "Senior trainee", "Junior doctor")
"""Junior doctors are those in foundation and core training."""

JUNIOR = GRADES.index("Junior doctor")

SITES = ("Main site", "Second site")

SEXES = ("Woman", "Man")

ATTRIBUTES = {
    "division": DIVISIONS,
    "specialty": tuple(specialty.name for specialty in SPECIALTIES),
    "grade": GRADES,
    "site": SITES,
    "sex": SEXES,
}
"""The characteristics on every simulated roster, with their values."""

TREES = (
    *("Acacia", "Alder", "Almond", "Apple", "Ash", "Aspen", "Bay", "Beech", "Birch", "Box"),
    *("Buckthorn", "Cedar", "Cherry", "Chestnut", "Cypress", "Dogwood", "Elder", "Elm", "Fig"),
    *("Fir", "Gingko", "Hawthorn", "Hazel", "Hemlock", "Hickory", "Holly", "Hornbeam", "Juniper"),
    *("Laburnum", "Larch", "Laurel", "Lime", "Maple", "Medlar", "Mulberry", "Myrtle", "Oak"),
    *("Osier", "Pear", "Pine", "Plane", "Plum", "Poplar", "Quince", "Rowan", "Service", "Spindle"),
    *("Spruce", "Walnut", "Yew"),
)


def organisation_name(number: int) -> str:
    """Name of an organisation, counted from 1: fifty trees, then the same with a number.

    >>> organisation_name(17), organisation_name(67)
    ('Elder Vale Hospitals', 'Elder Vale Hospitals 2')
    """
    turn, tree = divmod(number - 1, len(TREES))
    return f"{TREES[tree]} Vale Hospitals" + (f" {turn + 1}" if turn else "")
