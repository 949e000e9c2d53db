"""Findings to write reports from: the smallest, the fullest, a flat one and one of 99 units.

All figures are invented. ``ALL`` maps a name to the function that makes the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np

from medengage.findings import (
    ORGANISATION,
    About,
    Aggregation,
    Distribution,
    EngagedFinding,
    Estimate,
    Figure,
    Findings,
    Group,
    InstrumentUsed,
    Participation,
    Policy,
    Reliability,
    ScaleFinding,
    Share,
    Suppressed,
)
from tests.findings_parts import continuum, item_findings, quadrant, who_answered

__all__ = [
    "ALL",
    "few_answered",
    "five_scales",
    "fullest",
    "ninety_nine_units",
    "not_told_apart",
    "smallest",
    "with_caution",
]

N, ELIGIBLE = 212, 356
AGREE = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
BANDS = ("0 to 19", "20 to 39", "40 to 59", "60 to 79", "80 to 100")
DIVISIONS = {
    "Medicine": (65, -1.2),
    "Surgery and critical care": (55, -5.1),
    "Women and children": (40, 3.4),
    "Diagnostics and pharmacy": (30, 1.0),
    "Mental health and Community": (20, 6.3),
}
INDEX = "medical-engagement-index"
TREE = (
    (INDEX, "Medical engagement", None, None, 58.2),
    ("open-working", "Open working", INDEX, None, 60.4),
    ("climate-for-learning", "Climate for learning", "open-working", "organisation", 55.9),
    ("working-with-colleagues", "Working with colleagues", "open-working", "individual", 64.9),
    ("shared-direction", "Shared direction", INDEX, None, 53.0),
    ("appraisal", "Appraisal and recognition", "shared-direction", "organisation", 48.1),
    ("taking-part", "Taking part in decisions", "shared-direction", "individual", 57.9),
    ("being-valued", "Being valued", INDEX, None, 61.2),
    ("support-to-develop", "Support to develop", "being-valued", "organisation", 55.2),
    ("commitment", "Commitment to the work", "being-valued", "individual", 67.2),
)
DISCUSS = {
    "appraisal": "Which good work by doctors went unseen this year, and who could have seen it?",
    "support-to-develop": "Who gets the chance to learn or lead here, and who has been waiting?",
    "climate-for-learning": "What happened after the last thing that went wrong?",
    "neurotic": "What wears you out here?",
}


def smallest() -> Findings:
    """One leaf scale, no roster, no breakdown, no items, nothing optional."""
    scale = ScaleFinding(
        id="one",
        title="Engagement",
        level="index",
        part_of=None,
        aspect=None,
        overall=_estimate(61, 9, 12),
        analytic=_estimate(61, 9, 12),
        distribution=Suppressed(
            reason="small group", words="not shown: a distribution needs 20 doctors"
        ),
    )
    return Findings(
        about=_about("One question scale"),
        policy=Policy(),
        groups=(_whole(12, None),),
        participation=Participation(
            eligible=None,
            answered=12,
            response_percent=None,
            mostly_missing_percent=None,
            straight_lined_percent=None,
        ),
        scales=(scale,),
    )


def fullest() -> Findings:
    """Index, three meta-scales, six subscales, 30 items, five divisions, every optional part."""
    blocks = _blocks("division", {name: n for name, (n, _) in DIVISIONS.items()})
    scales = [_tree_scale(*node) for node in TREE]
    return Findings(
        about=_about("Open Medical Engagement Scale", "Say, stay, strive"),
        policy=Policy(breakdown="division"),
        groups=(_whole(N, ELIGIBLE), *blocks),
        participation=who_answered(),
        scales=(*scales, *_facets()),
        items=tuple(item_findings([node[0] for node in TREE if node[3]], AGREE)),
        quadrant=quadrant(),
        continuum=continuum(),
        engaged=EngagedFinding(
            facets=("say", "stay", "strive"),
            all_at_least=70,
            mean_at_least=70,
            by_all_facets=Share(value=31, low=26, high=36, n=208),
            by_mean=Share(value=44, low=39, high=50, n=208),
        ),
        release_notes=(
            "Mental health and Community are shown as one group: together they reach 10 doctors.",
        ),
    )


def not_told_apart() -> Findings:
    """As the fullest, but the divisions differ too little to be shown."""
    findings = fullest()
    words = "not shown: doctors of one unit differ too much to speak of a unit's mean"
    hidden = Suppressed(reason="cannot tell units apart", words=words)
    scales = tuple(
        scale.model_copy(
            update={
                "groups": dict.fromkeys(scale.groups, hidden),
                "aggregation": scale.aggregation
                and scale.aggregation.model_copy(update={"decision": "parent only", "icc2": 0.31}),
            }
        )
        for scale in findings.scales
    )
    places = findings.quadrant
    assert places is not None
    return findings.model_copy(
        update={
            "scales": scales,
            "quadrant": places.model_copy(update={"points": places.points[:1]}),
            "continuum": findings.continuum[:1],
        }
    )


def few_answered() -> Findings:
    """As the fullest, but fewer than 40 % answered: no bands and no ranks."""
    findings = fullest()
    silent = findings.participation.nonresponse
    assert silent is not None
    who = findings.participation.model_copy(
        update={
            "nonresponse": silent.model_copy(update={"label": "no bands or ranks"}),
            "eligible": 600,
            "response_percent": 35,
        }
    )
    return findings.model_copy(update={"participation": who})


def with_caution() -> Findings:
    """As the fullest, but the means of divisions are only fairly reliable."""
    findings = fullest()
    scales = tuple(
        scale.model_copy(
            update={
                "aggregation": scale.aggregation
                and scale.aggregation.model_copy(update={"decision": "caution", "icc2": 0.61})
            }
        )
        for scale in findings.scales
    )
    return findings.model_copy(update={"scales": scales})


def five_scales() -> Findings:
    """Five root scales of the same level, no index, no breakdown, no roster (like bfi)."""
    names = {
        "Agree": 73.0,
        "Conscientious": 65.4,
        "Extravert": 62.8,
        "Neurotic": 43.3,
        "Open": 71.7,
    }
    scales = tuple(
        _scale(name.lower(), name, mean, n=2790, roster=None) for name, mean in names.items()
    )
    labels = ("Very inaccurate", "Inaccurate", "Slightly inaccurate", "Slightly accurate")
    options = (*labels, "Accurate", "Very accurate")
    return Findings(
        about=_about("Five scales"),
        policy=Policy(),
        groups=(_whole(2800, None),),
        participation=Participation(
            eligible=None,
            answered=2800,
            response_percent=None,
            mostly_missing_percent=0,
            straight_lined_percent=0,
        ),
        scales=scales,
        items=tuple(
            item.model_copy(update={"text": None})
            for item in item_findings([scale.id for scale in scales], options, n=2780)
        ),
    )


def ninety_nine_units() -> Findings:
    """A lone leaf that is the index, in 99 companies (like bhr2000)."""
    rng = np.random.default_rng(99)
    means = rng.normal(53, 7, 99).round()
    sizes = {f"Company {k + 1}": 5 * int(rng.integers(3, 30)) for k in range(99)}
    blocks = _blocks("company", sizes, eligible=False)
    groups: dict[str, Figure] = {
        block.id: _estimate(float(mean), 45 / block.n**0.5 + 1, block.n, "analytic")
        for block, mean in zip(blocks, means, strict=True)
    }
    scale = _scale("leadership", "Leadership", 53.4, level="index", n=5400, roster=None)
    return Findings(
        about=_about("Leadership climate"),
        policy=Policy(breakdown="company"),
        groups=(_whole(5400, None), *blocks),
        participation=Participation(
            eligible=None,
            answered=5400,
            response_percent=None,
            mostly_missing_percent=0,
            straight_lined_percent=2,
        ),
        scales=(
            scale.model_copy(update={"groups": groups, "aggregation": _aggregation(99, 5400)}),
        ),
        items=tuple(item_findings(["leadership"], AGREE, count=11, n=5390)),
    )


ALL: Mapping[str, Callable[[], Findings]] = {
    "smallest": smallest,
    "fullest": fullest,
    "not-told-apart": not_told_apart,
    "few-answered": few_answered,
    "five-scales": five_scales,
    "ninety-nine-units": ninety_nine_units,
    "with-caution": with_caution,
}


def _about(*titles: str) -> About:
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


def _whole(n: int, eligible: int | None) -> Group:
    rate = None if eligible is None else round(100 * n / eligible)
    return Group(
        id=ORGANISATION,
        title="",
        breakdown=ORGANISATION,
        members=(),
        n=n,
        eligible=eligible,
        response_percent=rate,
    )


def _blocks(breakdown: str, sizes: Mapping[str, int], eligible: bool = True) -> list[Group]:
    return [
        Group(
            id=f"{breakdown}-{place}",
            title=name,
            breakdown=breakdown,
            members=tuple(name.split(" and ")) if "Community" in name else (name,),
            n=n,
            eligible=round(n / 0.6) if eligible else None,
            response_percent=60.0 if eligible and n > 20 else None,
        )
        for place, (name, n) in enumerate(sizes.items(), start=1)
    ]


def _estimate(value: float, half: float, n: int, method: Any = "descriptive") -> Estimate:
    low, high = max(0.0, round(value - half, 1)), min(100.0, round(value + half, 1))
    return Estimate(value=value, low=low, high=high, n=n, method=method)


def _tree_scale(
    name: str, title: str, part_of: str | None, aspect: Any, mean: float
) -> ScaleFinding:
    level = "subscale" if aspect else "index" if part_of is None else "meta-scale"
    scale = _scale(name, title, mean, level=level)
    groups: dict[str, Figure] = {
        f"division-{place}": _estimate(round(mean + shift), round(30 / n**0.5 + 1), n, "analytic")
        for place, (n, shift) in enumerate(DIVISIONS.values(), start=1)
    }
    place = {"part_of": part_of, "aspect": aspect}
    return scale.model_copy(update={**place, "groups": groups, "aggregation": _aggregation(6, N)})


def _scale(
    name: str,
    title: str,
    mean: float,
    *,
    level: Any = "subscale",
    n: int = N,
    roster: int | None = ELIGIBLE,
) -> ScaleFinding:
    half = round(35 / n**0.5, 1)
    return ScaleFinding(
        id=name,
        title=title,
        level=level,
        part_of=None,
        aspect=None,
        meaning="they want to, and can, help run the hospital",
        discuss=DISCUSS.get(name, ""),
        overall=_estimate(mean, half * (0.65 if roster else 1), n).model_copy(
            update={"population": roster}
        ),
        analytic=_estimate(mean, half, n, "analytic"),
        weighted=_estimate(round(mean - 0.8, 1), half, n, "weighted") if roster else None,
        spread=17.8,
        distribution=Distribution(labels=BANDS, percent=(3, 14, 36, 34, 13), n=n),
        reliability=Reliability(
            alpha=0.812,
            alpha_low=0.772,
            alpha_high=0.848,
            omega_total=0.83,
            omega_hierarchical=0.71 if level != "subscale" else None,
            standard_error=7.7,
            smallest_reliable_change=21.4,
            items=5,
            n=n - 4,
        ),
    )


def _facets() -> list[ScaleFinding]:
    return [
        _scale(name.lower(), name, mean, n=208).model_copy(
            update={"instrument": "say-stay-strive", "weighted": None}
        )
        for name, mean in (("Say", 61.3), ("Stay", 58.4), ("Strive", 66.0))
    ]


def _aggregation(units: int, n: int) -> Aggregation:
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
