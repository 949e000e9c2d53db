"""The attack suite on finished findings: it finds nothing, unless something was put in."""

import numpy as np
import pytest

from medengage import simulate
from medengage.definitions import catalogue
from medengage.disclosure.protect import attested
from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import Estimate, Findings, Group, Policy
from medengage.measure.analyse import analyse
from medengage.measure.grouping import grouping
from medengage.measure.responses import Attribute, Responses
from medengage.measure.scoring import score
from medengage.measure.seen import attacked, instead, seen, tried
from medengage.measure.study import Population
from tests import builders

SUITE = tuple(f"A{number}" for number in range(1, 13))


@pytest.fixture(scope="module")
def hospital():
    return simulate.study(
        seed=11, instrument=catalogue.instrument("open-medical-engagement"), eligible=250
    )


@pytest.fixture(scope="module")
def results(hospital):
    return attacked(hospital, analyse(hospital))


def test_nothing_is_found_in_a_certified_release(results):
    assert tuple(one.attack for one in results) == SUITE
    assert {one.attack: one.found for one in results if one.found} == {}


def test_every_attack_that_applies_tried_something(results):
    idle = {one.attack for one in results if not one.tried}
    # No colluders are assumed, one release of one channel; no addresses and no comments here.
    assert idle == {"A6", "A7", "A9", "A11"}


def test_colluders_and_noise_are_part_of_the_attack(hospital):
    policy = Policy.model_validate(hospital.policy.model_dump() | {"colluders": 2, "noise": 0})
    study = builders.changed(hospital, policy=policy)
    found = {one.attack: one for one in attacked(study, analyse(study))}
    assert found["A6"].tried > 0
    assert found["A10"].tried == 0
    assert not any(one.found for one in found.values())


SIZES = {("Medicine", "x"): 26, ("Medicine", "y"): 4, ("Surgery", "x"): 15, ("Surgery", "y"): 15}


def small(**policy):
    """Sixty doctors; four of them are in medicine and of grade y."""
    pairs = [pair for pair, n in SIZES.items() for _ in range(n)]
    table = builders.responses(builders.instrument(), n=len(pairs))
    codes = [np.array([int(pair[k] in {"Surgery", "y"}) for pair in pairs]) for k in (0, 1)]
    attributes = {
        "division": Attribute(("Medicine", "Surgery"), codes[0].astype(np.int32)),
        "grade": Attribute(("x", "y"), codes[1].astype(np.int32)),
    }
    roster = Population.of_cells(("division", "grade"), {cell: n + 3 for cell, n in SIZES.items()})
    return builders.study(
        responses=Responses(table.items, table.answers, attributes),
        population=roster,
        policy=Policy(breakdown="division", further=("grade",), weighting=None, **policy),
    )


def doctored(findings, group, value=50.0):
    """Findings with one more group, as somebody might write it into the file by hand."""
    fields = findings.model_dump()
    fields["groups"] = [*fields["groups"], group.model_dump()]
    fields["certificate"]["figures"] += 1
    figure = Estimate(value=value, low=value, high=value, n=group.n, method="analytic")
    fields["scales"][0]["groups"][group.id] = figure.model_dump()
    return Findings.model_validate(fields)


def test_a_group_that_was_put_in_by_hand_is_found_out():
    study = small()
    findings = analyse(study)
    cell = Group(
        id="by-hand",
        title="Medicine, x",
        breakdown="division by grade",
        where={"division": ("Medicine",), "grade": ("x",)},
        n=25,
    )
    found = {one.attack: one for one in attacked(study, doctored(findings, cell))}
    for attack in ("A1", "A2"):
        assert [(one.who, one.n) for one in found[attack].found] == [("Medicine, y", 4)]
    assert found["A3"].found


def test_a_mean_that_speaks_for_everybody_is_found_out():
    study = small(noise=0)
    findings = analyse(study)
    again = Group(
        id="by-hand",
        title="Medicine",
        breakdown="division",
        where={"division": ("Medicine",)},
        n=30,
    )
    found = {one.attack: one for one in attacked(study, doctored(findings, again, 100.0))}
    assert found["A5"].found


def all_of_surgery():
    """All thirty of surgery answered, and thirty of forty-two of medicine."""
    cells: dict[tuple[str, ...], int] = {
        cell: n + (6 if cell[0] == "Medicine" else 0) for cell, n in SIZES.items()
    }
    return builders.changed(small(), population=Population.of_cells(("division", "grade"), cells))


def test_exact_counts_that_would_tell_who_answered_are_given_in_fives():
    """60 in all less 29 or 30 in medicine are thirty of thirty in surgery."""
    found = analyse(all_of_surgery())
    who = found.participation
    assert (who.exact, who.answered, who.eligible, who.response_percent) == (False, 60, 72, 85.0)
    assert not any(one.found for one in found.certificate.attacks)
    assert analyse(small()).participation.exact


def test_a_rate_by_which_everybody_answered_is_found_out():
    """ "95 % or more" does not tell that all of surgery answered; 100 % does."""
    study = all_of_surgery()
    fields = analyse(study).model_dump()
    for group in fields["groups"]:
        if group["title"] == "Surgery":
            group["response_percent"] = 100.0
    assert {
        one.attack for one in attacked(study, Findings.model_validate(fields)) if one.found
    } == {"A12"}


def test_what_an_attack_can_break_is_not_given_out():
    study = small()
    findings = analyse(study)
    cell = Group(
        id="by-hand",
        title="Medicine, x",
        breakdown="division by grade",
        where={"division": ("Medicine",), "grade": ("x",)},
        n=25,
    )
    facts = tried(attacked(study, doctored(findings, cell)))
    with pytest.raises(DisclosureRefused, match="attack on the finished results") as caught:
        attested(findings, facts)
    assert "Medicine" not in str(caught.value)


def test_the_certificate_tells_what_was_tried_and_names_nobody(hospital, results):
    facts = tried(results)
    assert analyse(hospital).certificate.attacks == facts
    assert all("example" not in one.words for one in facts)


def test_a_weaker_rule_gives_the_same_doctors_away(hospital):
    away = instead(hospital, "threshold-only")
    assert away.groups > 20
    assert away.doctors > 0
    assert away.tried >= away.groups


def test_without_a_breakdown_there_is_no_weaker_rule():
    with pytest.raises(StudyError, match="every rule shows the same"):
        instead(builders.study(n=60, policy=Policy()), "threshold-only")


def test_the_attacker_sees_every_group_of_every_scale(hospital):
    findings = analyse(hospital)
    scores = score(hospital)
    release = seen(hospital, findings, scores, grouping(hospital, scores))
    shown = [
        figure
        for scale in findings.scales
        for figure in (scale.overall, *scale.groups.values())
        if isinstance(figure, Estimate)
    ]
    means = [mean for mean in release.means if mean.measure in {s.id for s in findings.scales}]
    values = {mean.value for mean in means}
    assert values >= {figure.value for figure in shown}
