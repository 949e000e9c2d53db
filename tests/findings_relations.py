"""Invented drivers and gaps for findings to write reports from."""

from __future__ import annotations

from medengage.findings import Driver, Drivers, Gap

__all__ = ["drivers", "gaps"]

SHARES = (
    ("Taking part in decisions", ("taking-part",), 31, 20, 42, 0.83, 0.99, 0.99, 1.0),
    ("Support to develop", ("support-to-develop",), 22, 13, 30, 0.12, 0.90, 0.85, 1.0),
    ("Appraisal and recognition", ("appraisal",), 17, 8, 26, 0.04, 0.62, 0.55, 0.99),
    ("Climate for learning", ("climate-for-learning",), 13, 6, 21, 0.01, 0.30, 0.28, 0.97),
    ("Commitment to the work", ("commitment",), 10, 3, 18, 0.0, 0.14, 0.12, 0.93),
    ("Working with colleagues", ("working-with-colleagues",), 7, 2, 14, 0.0, 0.05, 0.03, 0.81),
)
SEEN = (
    ("medical-engagement-index", 71, 58, 4, 22, 0.7),
    ("taking-part", 69, 58, 1, 21, 0.6),
    ("being-valued", 60, 61, -10, 8, 0.0),
)


def drivers() -> Drivers:
    """Six scales, of which one is surely first."""
    shares, likely = ("share", "low", "high"), ("first", "top_three", "important", "above_noise")
    fields = ("title", "scales", *shares, *likely)
    return Drivers(
        outcome="say, stay and strive",
        facets=("say", "stay", "strive"),
        r2_percent=38,
        drivers=tuple(
            Driver.model_validate(dict(zip(fields, row, strict=True))) for row in SHARES
        ),
        distinguishable=True,
        units=18,
        notes=("12 % of doctors are not counted here, because a scale is missing.",),
        n=185,
    )


def gaps() -> tuple[Gap, ...]:
    """Managers think better of two scales."""
    return tuple(
        Gap(
            scale=scale,
            managers=managers,
            doctors=doctors,
            difference=managers - doctors,
            low=low,
            high=high,
            hedges_g=g,
            managers_n=15,
            n=212,
        )
        for scale, managers, doctors, low, high, g in SEEN
    )
