"""From a study to findings: the whole private side, on studies small enough to check."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import ORGANISATION, Distribution, Estimate, Policy, Suppressed
from medengage.measure.analyse import analyse
from medengage.measure.responses import Attribute, Responses
from medengage.measure.scoring import score
from medengage.measure.study import Population
from tests import builders

SIX = ("a", "b", "c", "d", "e", "f")
PROFILE: dict[str, Any] = {
    "quadrant": {"low_low": "LL", "high_low": "HL", "low_high": "LH", "high_high": "HH"},
    "continuum": {"cuts": (20, 40, 60, 80), "stages": ("1", "2", "3", "4", "5")},
}


def study(n=300, *, breakdown="division", spread=0.0, seed=7, **more):
    """Three divisions; ``spread`` moves their answers apart so that units can be told apart."""
    asked = more.pop("instrument", builders.instrument(scales=SIX, items_per_scale=3, **PROFILE))
    made = builders.responses(asked, n=n, rng=seed)
    shift = np.round(spread * (made.attributes["division"].codes - 1)).astype(np.int8)
    keyed = np.array([-1 if item.reversed else 1 for item in asked.items], dtype=np.int8)
    moved = np.clip(made.answers + shift[:, None] * keyed, 1, 5).astype(np.int8)
    answers = np.where(made.answers > 0, moved, 0).astype(np.int8)
    table = Responses(made.items, answers, made.attributes)
    return builders.study(
        instrument=asked, responses=table, policy=Policy(breakdown=breakdown, noise=0), **more
    )


def test_the_organisation_s_mean_is_the_mean_of_the_scores():
    made = study()
    values = score(made).scale["test-scale-index"]
    overall = analyse(made).scale("index").overall
    assert isinstance(overall, Estimate)
    assert overall.value == pytest.approx(np.nanmean(values), abs=0.05)
    assert overall.n == np.count_nonzero(~np.isnan(values))


def test_the_descriptive_interval_is_narrower_than_the_analytic_one():
    scale = analyse(study()).scale("index")
    assert isinstance(scale.overall, Estimate)
    assert isinstance(scale.analytic, Estimate)
    assert scale.overall.high - scale.overall.low < scale.analytic.high - scale.analytic.low
    assert (scale.overall.population, scale.analytic.population) == (600, None)


def test_units_that_differ_are_shown_and_compared():
    findings = analyse(study(spread=1.0))
    scale = findings.scale("index")
    assert scale.aggregation is not None
    assert scale.aggregation.decision == "compare"
    values = [figure.value for figure in scale.groups.values() if isinstance(figure, Estimate)]
    assert len(values) == len(findings.blocks) == 3
    assert findings.quadrant is not None
    assert {p.group for p in findings.quadrant.points} == {g.id for g in findings.groups}
    assert len(findings.continuum) == 4


def test_units_that_do_not_differ_are_not_shown_apart():
    findings = analyse(study(spread=0.0))
    scale = findings.scale("index")
    assert scale.aggregation is not None
    assert scale.aggregation.decision == "parent only"
    assert {figure.kind for figure in scale.groups.values()} == {"suppressed"}
    assert findings.quadrant is not None
    assert [point.group for point in findings.quadrant.points] == [ORGANISATION]
    assert [stage.group for stage in findings.continuum] == [ORGANISATION]


def test_agreement_is_judged_over_the_blocks_that_are_shown():
    """Mean squares over units before joining would let a small unit's mean be solved for."""
    made = study(n=100, spread=1.0)
    division = made.responses.attributes["division"]
    codes = division.codes.copy()
    codes[np.flatnonzero(codes == 2)[6:]] = 1
    small = {"division": Attribute(division.labels, codes)}
    findings = analyse(
        replace(made, responses=replace(made.responses, attributes=small), population=None)
    )
    aggregation = findings.scale("index").aggregation
    assert aggregation is not None
    assert (aggregation.units, len(findings.blocks)) == (2, 2)


def test_without_a_breakdown_there_is_only_the_organisation():
    findings = analyse(study(breakdown=None))
    assert findings.blocks == ()
    assert findings.scale("index").aggregation is None


def test_a_breakdown_by_an_unknown_attribute_names_the_known_ones():
    with pytest.raises(StudyError, match="known attributes: division, grade"):
        analyse(study(breakdown="ward"))


@pytest.mark.parametrize("n", [1, 2, 9])
def test_nothing_is_shown_of_a_handful_of_doctors(n):
    with pytest.raises(DisclosureRefused, match="too few doctors answered"):
        analyse(study(n=n))


def test_ten_doctors_are_enough_for_the_total_and_nothing_else():
    findings = analyse(study(n=10, seed=1))
    scale = findings.scale("index")
    assert findings.blocks == ()
    assert isinstance(scale.distribution, Suppressed)
    assert scale.spread is None
    assert scale.reliability is None


def test_the_order_of_respondents_does_not_matter():
    made = study(spread=1.0)
    order = np.random.default_rng(3).permutation(made.responses.n)
    shuffled = Responses(
        made.responses.items,
        np.ascontiguousarray(made.responses.answers[order]),
        {
            name: Attribute(attribute.labels, attribute.codes[order])
            for name, attribute in made.responses.attributes.items()
        },
    )
    assert analyse(replace(made, responses=shuffled)) == analyse(made)


def test_a_roster_makes_uneven_response_visible_and_weights_it():
    made = study(spread=1.0)
    labels = made.responses.attributes["grade"].labels
    division, grade = (made.responses.attributes[name].codes for name in ("division", "grade"))
    cells: dict[tuple[str, ...], int] = {}
    for d, g in zip(division, grade, strict=True):
        key = (builders.DIVISIONS[d], labels[g])
        cells[key] = cells.get(key, 0) + (4 if g == 0 else 1)
    roster = Population.of_cells(("division", "grade"), cells)
    findings = analyse(replace(made, population=roster))
    silent = findings.participation.nonresponse
    assert silent is not None
    assert silent.weighting == "post-stratified"
    assert silent.design_effect is not None
    assert silent.design_effect > 1.2
    assert isinstance(findings.scale("index").weighted, Estimate)
    rows = {row.category: row for row in silent.representation if row.attribute == "grade"}
    assert rows["Foundation doctor"].response_percent == 25
    assert rows["Foundation doctor"].difference < -0.2


def test_even_response_is_not_weighted():
    silent = analyse(study()).participation.nonresponse
    assert silent is not None
    assert (silent.weighting, silent.label) == ("none", "read with the sensitivity line")
    assert "even" in silent.weighting_note


def test_late_minus_early_is_told_where_the_phases_are_known():
    made = study(spread=1.0)
    rng = np.random.default_rng(5)
    phase = rng.integers(1, 4, made.responses.n).astype(np.int8)
    findings = analyse(replace(made, responses=replace(made.responses, phase=phase)))
    assert findings.participation.nonresponse is not None
    assert findings.participation.nonresponse.phase is not None
    few = np.where(np.arange(made.responses.n) < 5, 3, 1).astype(np.int8)
    hidden = analyse(replace(made, responses=replace(made.responses, phase=few)))
    assert hidden.participation.nonresponse is not None
    assert hidden.participation.nonresponse.phase is None


def test_straight_liners_are_shown_apart_only_if_they_are_a_group():
    made = study(breakdown=None)
    shape = made.responses.answers.shape
    for lined, shown in ((9, False), (40, True)):
        answers = np.random.default_rng(2).integers(1, 6, shape).astype(np.int8)
        answers[:lined] = 5
        who = analyse(replace(made, responses=replace(made.responses, answers=answers)))
        sensitivity = who.participation.index_without_straight_liners
        assert isinstance(sensitivity, Estimate) is shown


def test_straight_liners_of_one_block_and_a_few_of_another_stay_together():
    """Forty in surgery, where nobody else is, and three in medicine: the three could be told."""
    made = study()
    shape = made.responses.answers.shape
    answers = np.random.default_rng(2).integers(1, 6, shape).astype(np.int8)
    division = made.responses.attributes["division"]
    surgery = division.codes == division.labels.index("Surgery")
    others = np.flatnonzero(~surgery)
    for few, shown in ((3, False), (12, True)):
        told = answers.copy()
        told[surgery] = 5
        told[others[:few]] = 5
        who = analyse(replace(made, responses=replace(made.responses, answers=told))).participation
        assert isinstance(who.index_without_straight_liners, Estimate) is shown


def test_a_module_is_scored_but_not_broken_down():
    module = builders.instrument(
        "say-stay-strive",
        scales=("say", "stay", "strive"),
        items_per_scale=2,
        labels=[f"option {k}" for k in range(6)],
        engaged={"facets": ("say", "stay", "strive"), "all_at_least": 50, "mean_at_least": 50},
    )
    findings = analyse(builders.study(n=200, modules=(module,)))
    assert findings.engaged is not None
    assert findings.engaged.by_all_facets.kind == "share"
    assert findings.engaged.by_mean.kind == "share"
    assert findings.engaged.by_all_facets.value < findings.engaged.by_mean.value
    assert findings.scale("say").groups == {}
    assert [scale.id for scale in findings.at_level("index")] == ["test-scale-index"]


def test_item_figures_follow_the_wording_and_the_key():
    made = study(breakdown=None)
    findings = analyse(made)
    turned = next(item for item in findings.items if item.reversed)
    column = made.responses.answers[:, made.responses.column[turned.id]]
    answered = column[column > 0]
    assert turned.mean == pytest.approx(6 - answered.mean(), abs=0.005)
    assert turned.favourable.kind == "share"
    assert turned.favourable.value == pytest.approx(100 * (answered <= 2).mean(), abs=0.5)
    assert isinstance(turned.distribution, Distribution)
    assert turned.text == "This is what hospital asks as a number 3."


def test_progress_is_told_step_by_step():
    seen = []
    analyse(study(n=40), lambda what, done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(seen[0][1]))


def test_findings_hold_no_row_of_a_respondent():
    """A doctor's own answers, as a string of digits, appear nowhere in what leaves the room."""
    made = study(n=120, spread=1.0)
    digits = re.sub(r"[^0-9]", "", analyse(made).to_json())
    rows = {"".join(map(str, row)) for row in made.responses.answers.tolist()}
    assert not any(row in digits for row in rows)
