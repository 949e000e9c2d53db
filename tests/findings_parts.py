"""Larger parts of the sample findings: items, participation, quadrant, stages. All invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from medengage.findings import (
    ORGANISATION,
    About,
    Aggregation,
    Distribution,
    Estimate,
    InstrumentUsed,
    ItemFinding,
    Nonresponse,
    Participation,
    PhaseDifference,
    QuadrantFinding,
    QuadrantPoint,
    RepresentationRow,
    SensitivityLine,
    Share,
    StageFinding,
)

__all__ = ["about", "aggregation", "continuum", "item_findings", "quadrant", "who_answered"]

N, ELIGIBLE = 212, 356
SENTENCES = (
    "This hospital gives doctors time to look into what went wrong.",
    "Doctors here hear what became of a concern that they raised.",
    "New ideas from doctors are mostly turned down here.",
    "When a change fails here, we ask why before we ask who.",
    "I can say openly what I think about how care is run in this hospital.",
)


def item_findings(
    scales: list[str], labels: tuple[str, ...], *, count: int = 5, n: int = 209
) -> list[ItemFinding]:
    rng = np.random.default_rng(5)
    return [
        _item(f"{scale}-{k + 1}", scale, k, labels, rng.dirichlet(4 * np.ones(len(labels))), n)
        for scale in scales
        for k in range(count)
    ]


def _item(
    name: str, scale: str, k: int, labels: tuple[str, ...], shares: Any, n: int
) -> ItemFinding:
    percent = tuple(float(value) for value in (100 * shares).round())
    favourable = round(sum(percent[-2:]))
    shape = Distribution(labels=labels, percent=percent, n=n)
    if k == 3:
        joined = f"{labels[0]} to {labels[1]}"
        shape = Distribution(
            labels=(joined, *labels[2:]), percent=(percent[0] + percent[1], *percent[2:]), n=n
        )
    return ItemFinding(
        id=name,
        scale=scale,
        text=SENTENCES[k % len(SENTENCES)],
        reversed=k == 2,
        options=len(labels),
        mean=3.31,
        favourable=Share(
            value=favourable, low=max(0, favourable - 6), high=min(100, favourable + 6), n=n
        ),
        distribution=shape,
        missing_percent=2,
        item_rest=0.55,
        alpha_if_dropped=0.79,
    )


def who_answered() -> Participation:
    rows = (
        ("grade", "Consultant", 46, 41, 0.1, 70),
        ("grade", "Specialty doctor", 14, 15, 0.0, 60),
        ("grade", "Foundation doctor", 12, 17, -0.1, 45),
        ("grade", "Specialty trainee", 28, 27, 0.0, 65),
        ("division", "Medicine", 31, 32, 0.0, 60),
        ("division", "Surgery and critical care", 26, 26, 0.0, 60),
    )
    return Participation(
        eligible=ELIGIBLE,
        answered=N,
        response_percent=60,
        mostly_missing_percent=2,
        straight_lined_percent=None,
        index_without_straight_liners=Estimate(value=58.9, low=57.3, high=60.5, n=200),
        nonresponse=Nonresponse(
            label="good",
            representation=tuple(
                RepresentationRow(
                    attribute=attribute,
                    category=category,
                    respondents_percent=there,
                    roster_percent=asked,
                    difference=difference,
                    response_percent=rate,
                )
                for attribute, category, there, asked, difference, rate in rows
            ),
            r_indicator=0.83,
            phase=PhaseDifference(difference=-3.1, low=-6.4, high=0.2, n=205),
            sensitivity=tuple(
                SensitivityLine(d=d, bias=round(d * 17.8 * 0.4, 1)) for d in (0.1, 0.2, 0.3, 0.5)
            ),
            weighting="post-stratified",
            weighting_strata=("division", "grade"),
            design_effect=1.09,
        ),
    )


def quadrant() -> QuadrantFinding:
    names = ("Waiting", "Held back", "Open doors", "Engaged")
    places = (
        (ORGANISATION, 63.3, 53.1, (2.4, 1.4), 31, (0, 0.01, 0, 0.99), "Engaged", N),
        ("division-1", 62.0, 52.0, (4.3, 3.2), 35, (0, 0.14, 0, 0.86), "Engaged", 65),
        ("division-2", 59.1, 46.2, (4.6, 3.4), 28, (0, 0.93, 0, 0.07), "Held back", 55),
        ("division-3", 66.0, 57.0, (5, 4), 30, (0, 0, 0, 1), "Engaged", 40),
        ("division-4", 64.0, 51.0, (6, 4), 33, (0, 0.36, 0, 0.64), "Engaged / Held back", 30),
        ("division-5", 68.0, 60.0, (7, 5), 30, (0, 0, 0, 1), "Engaged", 20),
    )
    points = tuple(
        QuadrantPoint(
            group=group,
            x=x,
            y=y,
            axes=axes,
            angle=angle,
            probabilities=chances,
            label=label,
            borderline="/" in label,
            n=n,
        )
        for group, x, y, axes, angle, chances, label, n in places
    )
    return QuadrantFinding(cut_x=50, cut_y=50, cut_source="criterion", names=names, points=points)


def continuum() -> tuple[StageFinding, ...]:
    stages = ("Turned away", "Standing by", "Doing the job", "Involved", "Leading")
    rows = (
        (ORGANISATION, (0, 0, 0.93, 0.07, 0), "Doing the job", N),
        ("division-1", (0, 0, 0.95, 0.05, 0), "Doing the job", 65),
        ("division-2", (0, 0, 0.99, 0.01, 0), "Doing the job", 55),
        ("division-3", (0, 0, 0.41, 0.59, 0), None, 40),
        ("division-4", (0, 0, 0.62, 0.38, 0), None, 30),
        ("division-5", (0, 0, 0.22, 0.78, 0), None, 20),
    )
    return tuple(
        StageFinding(
            group=group, stages=stages, cuts=(20, 40, 60, 80), probabilities=p, label=label, n=n
        )
        for group, p, label, n in rows
    )


def about(*titles: str) -> About:
    used = tuple(
        InstrumentUsed(
            id=title.lower().replace(",", "").replace(" ", "-"),
            version="1.0.0",
            title=title,
            checksum="5f2c" * 16,
            licence="CC-BY-4.0",
        )
        for title in titles
    )
    return About(
        study="st-elsewhere-2027",
        organisation="St Elsewhere Hospital",
        wave="2027",
        opened=date(2027, 3, 3),
        closed=date(2027, 3, 31),
        instruments=used,
        words={"organisation": "hospital"},
        package_version="0.1.0",
        synthetic=True,
    )


def aggregation(units: int, n: int) -> Aggregation:
    return Aggregation(
        units=units,
        icc1=0.084,
        icc1_mean_size=0.083,
        icc2=0.763,
        icc_reml=0.081,
        f=4.22,
        p=0.0011,
        rwgj_mean=0.81,
        rwgj_median=0.83,
        rwgj_median_skewed=0.74,
        rwgj_critical=0.42,
        decision="compare",
        n=n,
    )
