"""Findings to write reports from: the smallest, the fullest, a leaking one, one of 99 units.

All figures are invented. ``ALL`` maps a name to the function that makes the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from medengage.findings import (
    ORGANISATION,
    Distribution,
    EngagedFinding,
    Estimate,
    Figure,
    Findings,
    Group,
    Participation,
    Policy,
    Reliability,
    ScaleFinding,
    Share,
    Suppressed,
)
from tests.findings_parts import (
    about,
    aggregation,
    continuum,
    item_findings,
    quadrant,
    who_answered,
)
from tests.findings_relations import drivers, gaps
from tests.findings_release import CERTIFICATE, LEAK, certificate, further_groups, further_shifts

__all__ = [
    "ALL",
    "few_answered",
    "five_scales",
    "fullest",
    "leaking",
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
POLICY = Policy(
    breakdown="division",
    further=(
        ("specialty",),
        ("grade",),
        ("sex",),
        ("site",),
        ("division", "grade"),
        ("site", "sex"),
    ),
    within={"specialty": "division"},
    order={"grade": ("Consultant", "Specialty doctor", "Specialty trainee", "Foundation doctor")},
    colluders=1,
)
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
        about=about("One question scale"),
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
        certificate=certificate(1, 1),
    )


def fullest() -> Findings:
    """Index, three meta-scales, six subscales, 30 items, six breakdowns, every optional part."""
    blocks = _blocks("division", {name: n for name, (n, _) in DIVISIONS.items()})
    scales = [_tree_scale(*node) for node in TREE]
    return Findings(
        about=about("Open Medical Engagement Scale", "Say, stay, strive"),
        policy=POLICY,
        groups=(_whole(N, ELIGIBLE), *blocks, *further_groups()),
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
        drivers=drivers(),
        gaps=gaps(),
        release_notes=(CERTIFICATE.merged[0],),
        certificate=CERTIFICATE,
    )


def leaking() -> Findings:
    """As the fullest, but an attack found something, as in a file that somebody made himself."""
    findings = fullest()
    attacks = (LEAK, *findings.certificate.attacks[1:])
    broken = findings.certificate.model_copy(update={"attacks": attacks})
    return findings.model_copy(update={"certificate": broken})


def not_told_apart() -> Findings:
    """As the fullest, but divisions and specialties differ too little to be shown."""
    findings = fullest()
    words = "not shown: doctors of one unit differ too much to speak of a unit's mean"
    hidden = Suppressed(reason="cannot tell units apart", words=words)
    scales = tuple(
        _decided(scale, "parent only", 0.31).model_copy(
            update={
                "groups": {
                    name: hidden if name.startswith(("division", "specialty")) else figure
                    for name, figure in scale.groups.items()
                },
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
    """As the fullest, but means of divisions and specialties are only fairly reliable."""
    findings = fullest()
    scales = tuple(_decided(scale, "caution", 0.61) for scale in findings.scales)
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
        about=about("Five scales"),
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
        certificate=certificate(1, 5),
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
        about=about("Leadership climate"),
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
            scale.model_copy(update={"groups": groups, "aggregation": aggregation(99, 5400)}),
        ),
        items=tuple(item_findings(["leadership"], AGREE, count=11, n=5390)),
        certificate=certificate(100, 1, "company"),
    )


ALL: Mapping[str, Callable[[], Findings]] = {
    "smallest": smallest,
    "fullest": fullest,
    "leaking": leaking,
    "not-told-apart": not_told_apart,
    "few-answered": few_answered,
    "five-scales": five_scales,
    "ninety-nine-units": ninety_nine_units,
    "with-caution": with_caution,
}


def _whole(n: int, eligible: int | None) -> Group:
    rate = None if eligible is None else round(100 * n / eligible)
    return Group(
        id=ORGANISATION,
        title="",
        breakdown=ORGANISATION,
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
            where={breakdown: tuple(name.split(" and ")) if "Community" in name else (name,)},
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
    shifts = {f"division-{place}": cell for place, cell in enumerate(DIVISIONS.values(), start=1)}
    groups: dict[str, Figure] = {
        name: _estimate(round(mean + shift), round(30 / n**0.5 + 1), n, "analytic")
        for name, (n, shift) in (shifts | further_shifts()).items()
    }
    return scale.model_copy(
        update={
            "part_of": part_of,
            "aspect": aspect,
            "groups": groups,
            "aggregation": aggregation(6, N),
            "aggregation_within": {"specialty": aggregation(10, N)},
        }
    )


def _decided(scale: ScaleFinding, decision: str, icc2: float) -> ScaleFinding:
    """The scale with another decision on whether its units may be compared."""
    update = {"decision": decision, "icc2": icc2}
    within = scale.aggregation_within.items()
    return scale.model_copy(
        update={
            "aggregation": scale.aggregation and scale.aggregation.model_copy(update=update),
            "aggregation_within": {name: one.model_copy(update=update) for name, one in within},
        }
    )


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
