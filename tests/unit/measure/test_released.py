"""From answers to certified findings: several breakdowns, earlier releases, bad input."""

import numpy as np
import pytest

from medengage import simulate
from medengage.definitions import catalogue
from medengage.disclosure.ledger import Ledger
from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import ORGANISATION, Estimate, Policy
from medengage.measure.analyse import analyse, released
from medengage.measure.responses import Attribute, Responses
from medengage.measure.study import Population
from tests import builders

HOSPITAL = ("division", "specialty", "grade", "sex", "site")


@pytest.fixture(scope="module")
def hospital():
    """A simulated hospital of 400 doctors with all its breakdowns."""
    return simulate.study(seed=7, instrument=catalogue.instrument("open-medical-engagement"))


@pytest.fixture(scope="module")
def findings(hospital):
    return analyse(hospital)


def test_every_breakdown_of_the_policy_has_groups(hospital, findings):
    assert findings.breakdowns == (
        *HOSPITAL,
        "division by grade",
        "division by sex",
        "grade by sex",
    )
    assert [group.title for group in findings.blocks] == list(
        dict.fromkeys(value for value in hospital.policy.order["division"])
    )
    index = findings.index
    assert index is not None
    assert {group.id for group in findings.groups} == {ORGANISATION, *index.groups}


def test_the_certificate_counts_what_is_shown(findings):
    certificate = findings.certificate
    assert certificate.attributes == HOSPITAL
    assert certificate.figures == len(findings.groups)
    assert certificate.measures == len(findings.main_scales) + 2
    cells = [group for group in findings.groups if group.breakdown == "division by grade"]
    held = [one for one in certificate.withheld if one.breakdown == "division by grade"]
    rests = [cell for cell in cells if len(cell.where["grade"]) > 1]
    assert len(cells) - len(rests) + len(held) == 5 * 4


def test_the_order_of_groups_and_of_what_is_withheld_is_that_of_the_tables(hospital, findings):
    """An order by size would rank the small groups, and tell which are empty."""
    by_table: dict[str, list[str]] = {}
    for title, name in [(held.title, held.breakdown) for held in findings.certificate.withheld]:
        by_table.setdefault(name, []).append(title)
    order = {value: place for place, value in enumerate(_values(hospital))}
    for titles in by_table.values():
        keys = [[order[value] for value in title.split(", ")] for title in titles]
        assert keys == sorted(keys)
    shown = [group.id for group in findings.groups[1:]]
    assert list(findings.scale("index").groups) == shown


def _values(study):
    """Divisions, grades and sexes in the order of their blocks."""
    order = study.policy.order
    return [*order["division"], *order["grade"], "Man", "Woman"]


def test_words_of_the_release_name_no_small_group(findings):
    words = {one.words for one in findings.certificate.withheld}
    assert words <= {
        "fewer than 10 doctors",
        "with it, several figures would show a result of fewer than 10 doctors",
        "with it, the difference from another figure would show a result of fewer than 10 doctors",
    }


def test_figures_of_disjoint_groups_agree_with_the_total(hospital):
    exact = analyse(_with(hospital, noise=0))
    index = exact.scale("index")
    assert isinstance(index.overall, Estimate)
    for name in ("division", "sex", "site"):
        groups = exact.of_breakdown(name)
        every = [index.groups[group.id] for group in groups]
        figures = [figure for figure in every if isinstance(figure, Estimate)]
        assert len(figures) == len(every)
        n = np.array([group.n for group in groups])
        mean = np.array([figure.value for figure in figures]) @ n / n.sum()
        assert mean == pytest.approx(index.overall.value, abs=1.0)


def test_a_further_breakdown_changes_no_figure_before_it(hospital, findings):
    """Same secret, same noise, same priority: what was shown before is shown unchanged."""
    fewer = analyse(_with(hospital, further=hospital.policy.further[:2]))
    index, before = findings.scale("index"), fewer.scale("index")
    assert {name: index.groups[name] for name in before.groups} == before.groups
    assert before.overall == index.overall


def test_the_same_figures_may_be_released_again(hospital, findings):
    first, ledger = released(hospital, Ledger())
    second, longer = released(hospital, ledger)
    assert first == findings
    assert (second.groups, second.scales) == (first.groups, first.scales)
    assert second.certificate.earlier == 0
    assert longer == ledger


def test_answers_that_changed_are_not_released_again(hospital):
    _, ledger = released(hospital, Ledger())
    answers = hospital.responses.answers.copy()
    answers[0, 0] = answers[0, 0] % 5 + 1
    table = hospital.responses
    corrected = Responses(table.items, answers, table.attributes, table.phase)
    with pytest.raises(DisclosureRefused, match="answers have changed"):
        released(builders.changed(hospital, responses=corrected), ledger)


def test_another_noise_is_not_released_beside_the_first(hospital):
    """The same keys with two strengths would let anybody solve for the exact means."""
    _, ledger = released(hospital, Ledger())
    with pytest.raises(DisclosureRefused, match="noise has changed"):
        released(_with(hospital, noise=0.5), ledger)


def test_nothing_is_released_after_the_secret_was_destroyed(hospital):
    with pytest.raises(DisclosureRefused, match="archived"):
        released(hospital, Ledger(archived=True))


def test_a_second_release_is_certified_beside_the_first():
    """Grade was out first: the cell that grade and division together would isolate is refused."""
    made = builders.study(n=60, responses=_crossed(), population=None)
    _, ledger = released(_with(made, breakdown="grade", weighting=None), Ledger())
    alone = analyse(_with(made, breakdown="division", weighting=None))
    beside, _ = released(_with(made, breakdown="division", weighting=None), ledger)
    assert [group.title for group in alone.blocks] == ["Medicine", "Surgery"]
    assert beside.blocks == ()
    assert {one.reason for one in beside.certificate.withheld} == {"difference"}


def _crossed():
    """Medicine and consultants are the same doctors but for four."""
    division = np.repeat([0, 0, 1, 1], [26, 4, 0, 30]).astype(np.int32)
    grade = np.repeat([0, 1, 0, 1], [26, 4, 0, 30]).astype(np.int32)
    table = builders.responses(builders.instrument(), n=60)
    attributes = {
        "division": Attribute(("Medicine", "Surgery"), division),
        "grade": Attribute(("Consultant", "Trainee"), grade),
    }
    return Responses(table.items, table.answers, attributes)


def _with(study, **rules):
    policy = Policy.model_validate(study.policy.model_dump() | rules)
    return builders.changed(study, policy=policy)


def one_attribute(codes, labels, **rules):
    """A study whose doctors differ in one attribute."""
    asked = builders.instrument()
    table = builders.responses(asked, n=len(codes))
    unit = Attribute(labels, np.array(codes, dtype=np.int32))
    answers = Responses(table.items, table.answers, {"unit": unit})
    rules = {"breakdown": "unit", "weighting": None} | rules
    return builders.study(
        instrument=asked, responses=answers, population=None, policy=Policy(**rules)
    )


def test_an_empty_wave_is_refused():
    with pytest.raises((DisclosureRefused, StudyError)):
        analyse(one_attribute([], ("A",)))


def test_one_giant_unit_is_the_organisation():
    found = analyse(one_attribute([0] * 200, ("A", "B")))
    assert [group.id for group in found.groups] == [ORGANISATION]
    assert found.release_notes == ("No results by unit: there are not two groups of 10 doctors.",)


def test_units_of_one_doctor_each_are_joined():
    labels = tuple(f"unit {k:02d}" for k in range(40))
    found = analyse(one_attribute(range(40), labels))
    assert {group.n for group in found.blocks} == {10}
    assert sorted(member for group in found.blocks for member in group.members) == list(labels)


def test_an_organisation_smaller_than_the_minimum_is_refused():
    with pytest.raises(DisclosureRefused, match="too few doctors"):
        analyse(one_attribute([0, 1] * 12, ("A", "B"), minimum_group=25))


def test_duplicated_attributes_give_the_same_groups_once():
    study = builders.study(n=120)
    table = study.responses
    twin = {"division": table.attributes["division"], "unit": table.attributes["division"]}
    doubled = Responses(table.items, table.answers, twin)
    policy = Policy(breakdown="division", further=("unit",), weighting=None)
    found = analyse(builders.study(responses=doubled, population=None, policy=policy))
    by_unit = {g.title: g.n for g in found.of_breakdown("unit")}
    assert by_unit == {g.title: g.n for g in found.blocks}
    assert found.certificate.statistics == found.certificate.figures - len(by_unit)


@pytest.mark.parametrize(
    "rules",
    [
        {"breakdown": "hospital"},
        {"further": ("hospital",)},
        {"further": ("division",), "within": {"division": "hospital"}},
    ],
)
def test_an_attribute_that_the_answers_lack_is_named(rules):
    with pytest.raises(StudyError, match="hospital"):
        analyse(builders.study(n=60, policy=Policy(**rules)))


def test_doctors_who_agree_too_much_in_too_small_a_place_are_not_shown():
    """Twelve doctors who all give the best answer: the mean speaks for each of them."""
    asked = builders.instrument(reversed_every=0)
    table = builders.responses(asked, n=12)
    best = np.full_like(table.answers, 5)
    everybody = Responses(table.items, best, table.attributes)
    with pytest.raises(DisclosureRefused, match="speak for single doctors"):
        analyse(
            builders.study(
                instrument=asked, responses=everybody, policy=Policy(further=("grade",))
            )
        )


@pytest.mark.parametrize("silent", [0, 2])
def test_where_nearly_all_answered_no_figure_tells_that_somebody_did(silent):
    """With the number of doctors who were asked, 60 of 60 would say so of each of them."""
    study = builders.study(n=60)
    roster = Population.of_cells(("division",), {("Medicine",): 60 + silent})
    found = analyse(builders.changed(study, population=roster))
    who = found.participation
    assert (who.answered, who.eligible, who.response_percent) == (60, None, 95.0)
    assert found.group(ORGANISATION).eligible is None
    overall = found.scale("index").overall
    assert isinstance(overall, Estimate)
    assert overall.population is None
    assert who.nonresponse is not None
    assert who.nonresponse.sensitivity == ()


def test_where_three_did_not_answer_the_number_asked_is_told():
    study = builders.study(n=60)
    roster = Population.of_cells(("division",), {("Medicine",): 63})
    found = analyse(builders.changed(study, population=roster))
    assert (found.participation.eligible, found.participation.response_percent) == (63, 95.0)


@pytest.mark.parametrize(("options", "shown"), [((4, 5), False), ((2, 3, 4, 5), True)])
def test_an_item_s_mean_near_its_end_is_withheld_in_a_small_place(options, shown):
    """Sixteen doctors, mean 4.7 of 5: any nine of them lie within half an option."""
    asked = builders.instrument(reversed_every=0)
    table = builders.responses(asked, n=16)
    rng = np.random.default_rng(1)
    answers = rng.choice(options, size=table.answers.shape).astype(np.int8)
    if not shown:
        answers[:, 0] = [4] * 5 + [5] * 11
    everybody = Responses(table.items, np.ascontiguousarray(answers), table.attributes)
    found = analyse(builders.study(instrument=asked, responses=everybody, policy=Policy()))
    assert (found.items[0].mean is not None) is shown
