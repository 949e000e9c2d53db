"""A sample roster to try everything with: invented doctors, addresses that lead nowhere."""

from __future__ import annotations

import csv
import io

import numpy as np

__all__ = ["sample_roster"]

HEADING = ("Surname", "Forename", "Email address", "Directorate", "Specialty", "Grade", "Site")
SPECIALTIES = {
    "Medicine": ("Cardiology", "Geriatric medicine", "Respiratory medicine"),
    "Surgery": ("General surgery", "Trauma and orthopaedics", "Anaesthetics"),
    "Women and children": ("Obstetrics and gynaecology", "Paediatrics"),
}
GRADES = ("Consultant", "Specialty doctor", "Trainee")
SHARES = (0.5, 0.15, 0.35)
SITES = ("City site", "Hill site")
FORENAMES = ("Adanna", "Aled", "Beatrix", "Chidi", "Dervla", "Farah", "Gareth", "Hana", "Jamal")
SURNAMES = ("Abara", "Banerjee", "Calloway", "Dhillon", "Fairbairn", "Iveson", "Mbeki", "Okonjo")
SEED = 2027


def sample_roster(count: int = 120) -> bytes:
    """A roster of so many doctors as a text file, the same each time."""
    rng = np.random.default_rng(SEED)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADING)
    divisions = list(SPECIALTIES)
    for number in range(1, count + 1):
        division = divisions[int(rng.integers(len(divisions)))]
        specialties = SPECIALTIES[division]
        rows.writerow(
            (
                SURNAMES[number % len(SURNAMES)],
                FORENAMES[number // len(SURNAMES) % len(FORENAMES)],
                f"doctor-{number}@example.org",
                division,
                specialties[int(rng.integers(len(specialties)))],
                GRADES[int(rng.choice(len(GRADES), p=SHARES))],
                SITES[int(rng.integers(len(SITES)))],
            )
        )
    return text.getvalue().encode("utf-8-sig")
