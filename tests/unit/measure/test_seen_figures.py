"""Every number of the findings is part of the attack, or is named here with the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from medengage import simulate
from medengage.definitions import catalogue
from medengage.disclosure.attacks import Release
from medengage.findings import Findings
from medengage.measure.analyse import analyse
from medengage.measure.grouping import grouping
from medengage.measure.scoring import score
from medengage.measure.seen import seen

Path = tuple[str | int, ...]

BY_NAME = frozenset({"groups", "aggregation_within", "within", "order", "where", "words"})
"""Fields whose keys are names; a path says * for them."""
NUDGES = (1, -1, 0.1, -0.1, 5, -5)

SPREAD = "a spread or a correlation: no sum over doctors, of twenty or more"
RULE = "a rule that was known beforehand"
NOISY = "made of a group's noisy mean: protected by its noise, not by its rounding"
PROOF = "a count of the proof: it tells how many combinations occur, not which"
SAME_N = "the number of doctors of a figure that is attacked with the true number"
SHARE_ENDS = "made of the count behind the share, of which three or more are on either side"
ROSTER = "the roster, which the attacker has"
LATE = "late and early doctors are certified groups, which count as seen"
MANAGERS = "made of what managers estimated: other people, of whom nothing else is shown"

NO_PART = {
    "schema_version": RULE,
    "policy.distribution_group": RULE,
    "policy.sensitive_group": RULE,
    "policy.confidence": RULE,
    "participation.eligible": ROSTER,
    "participation.answered": "stands with the organisation's group as well, where it is attacked",
    "participation.response_percent": "stands with the organisation's group as well",
    "participation.mostly_missing_percent": "how forms were filled in, of everybody",
    "participation.straight_lined_percent": "how forms were filled in, of everybody",
    "participation.nonresponse.representation.*.respondents_percent": "from the banded rate",
    "participation.nonresponse.representation.*.roster_percent": ROSTER,
    "participation.nonresponse.representation.*.difference": "from the banded rates",
    "participation.nonresponse.r_indicator": SPREAD,
    "participation.nonresponse.design_effect": SPREAD,
    "participation.nonresponse.phase.difference": LATE,
    "participation.nonresponse.phase.low": LATE,
    "participation.nonresponse.phase.high": LATE,
    "participation.nonresponse.phase.n": LATE,
    "participation.nonresponse.sensitivity.*.d": RULE,
    "participation.nonresponse.sensitivity.*.bias": SPREAD,
    "scales.*.overall.n": SAME_N,
    "scales.*.overall.population": ROSTER,
    "scales.*.analytic.n": SAME_N,
    "scales.*.weighted.n": SAME_N,
    "scales.*.weighted.population": ROSTER,
    "scales.*.spread": SPREAD,
    "items.*.favourable.low": SHARE_ENDS,
    "items.*.favourable.high": SHARE_ENDS,
    "items.*.missing_percent": "how many skipped an item, of everybody",
    "items.*.item_rest": SPREAD,
    "items.*.alpha_if_dropped": SPREAD,
    "quadrant.cut_x": RULE,
    "quadrant.cut_y": RULE,
    "quadrant.points.*.axes.*": SPREAD,
    "quadrant.points.*.angle": SPREAD,
    "quadrant.points.*.probabilities.*": NOISY,
    "continuum.*.cuts.*": RULE,
    "continuum.*.probabilities.*": NOISY,
    "engaged.all_at_least": RULE,
    "engaged.mean_at_least": RULE,
    "engaged.by_all_facets.low": SHARE_ENDS,
    "engaged.by_all_facets.high": SHARE_ENDS,
    "engaged.by_mean.low": SHARE_ENDS,
    "engaged.by_mean.high": SHARE_ENDS,
    "drivers.r2_percent": SPREAD,
    "drivers.drivers.*.share": SPREAD,
    "drivers.drivers.*.low": SPREAD,
    "drivers.drivers.*.high": SPREAD,
    "drivers.drivers.*.first": SPREAD,
    "drivers.drivers.*.top_three": SPREAD,
    "drivers.drivers.*.important": SPREAD,
    "drivers.drivers.*.above_noise": SPREAD,
    "drivers.units": ROSTER,
    "drivers.n": "how many filled in everything, of everybody, in steps of five",
    "gaps.*.managers": MANAGERS,
    "gaps.*.managers_n": MANAGERS,
    "gaps.*.difference": "of the two means beside it, as they are shown",
    "gaps.*.low": "around the difference, as wide as both sides' spread makes it",
    "gaps.*.high": "around the difference, as wide as both sides' spread makes it",
    "gaps.*.hedges_g": SPREAD,
    "gaps.*.n": SAME_N,
    "certificate.combinations": PROOF,
    "certificate.figures": PROOF,
    "certificate.statistics": PROOF,
    "certificate.measures": PROOF,
    "certificate.earlier": PROOF,
    "certificate.attacks.*.tried": PROOF,
    "certificate.attacks.*.found": PROOF,
}
"""Numbers that the attacks do not read, and why."""

STATISTICS = ("scales.*.reliability.", "scales.*.aggregation.", "scales.*.aggregation_within.*.")
"""So are all statistics of agreement and reliability: spreads and correlations."""


@pytest.fixture(scope="module")
def hospital():
    return simulate.study(
        seed=7,
        instrument=catalogue.instrument("open-medical-engagement"),
        modules=(catalogue.instrument("say-stay-strive"),),
        eligible=400,
        managers=catalogue.instrument("open-medical-engagement-managers"),
    )


@pytest.fixture(scope="module")
def fields(hospital):
    """The findings as plain values."""
    return analyse(hospital).model_dump()


def numbers(value: Any, path: Path = (), named: bool = False) -> Iterator[tuple[str, Path]]:
    """Every number with its path, and the path's name with * for keys and places."""
    if isinstance(value, dict):
        for key, part in value.items():
            step = "*" if named else key
            for name, where in numbers(part, (*path, key), key in BY_NAME and not named):
                yield f"{step}.{name}" if name else step, where
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            for name, where in numbers(part, (*path, place)):
                yield f"*.{name}" if name else "*", where
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield "", path


def nudged(fields: Any, path: Path, by: float) -> Any:
    """The same fields, with one number changed."""
    if not path:
        return round(fields + by, 6)
    parts = fields.items() if isinstance(fields, dict) else enumerate(fields)
    there = {key: nudged(part, path[1:], by) if key == path[0] else part for key, part in parts}
    return there if isinstance(fields, dict) else list(there.values())


def sight(release: Release) -> list[object]:
    """All that a release holds, to be compared."""
    means = [
        (m.label, m.atoms.tobytes(), m.value, m.half, m.measure, m.top, m.asked)
        for m in release.means
    ]
    counts = [(c.label, c.atoms.tobytes(), c.low, c.high) for c in release.counts]
    return [means, release.shares, counts, release.k, release.collusion, release.alpha]


@pytest.mark.slow  # builds findings anew for each of their hundred kinds of numbers
def test_every_number_is_seen_by_the_attacker_or_named_with_a_reason(hospital, fields):
    scores = score(hospital)
    groups = grouping(hospital, scores)

    def view(findings: Findings) -> list[object]:
        return sight(seen(hospital, findings, scores, groups))

    before = view(Findings.model_validate(fields))
    places: dict[str, list[Path]] = {}
    for name, path in numbers(fields):
        places.setdefault(name, []).append(path)
    unread = {
        name
        for name, paths in places.items()
        if all(view(other) == before for p in {paths[0], paths[-1]} for other in others(fields, p))
    }
    unread = {name for name in unread if not name.startswith(STATISTICS)}
    assert unread == set(NO_PART) & set(places)


def others(fields: dict[str, Any], path: Path) -> Iterator[Findings]:
    """Findings in which this number is another, if it can be."""
    for by in NUDGES:
        try:
            yield Findings.model_validate(nudged(fields, path, by))
        except ValidationError:
            continue
        return


def test_the_reasons_are_about_numbers_that_there_are(fields):
    """Nearly all of them; the rest is shown for other answers."""
    there = {name for name, _ in numbers(fields)}
    assert len(set(NO_PART) - there) <= 3, sorted(set(NO_PART) - there)
