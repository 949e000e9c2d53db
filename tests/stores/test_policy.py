"""The policy in study.toml: every key is read, written back, and checked against the answers."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medengage.findings import Policy
from medengage.stores.folder import check_study, read_study, write_study
from medengage.stores.manifest import manifest
from medengage.tables.notes import Notes
from tests.builders import responses, study
from tests.stores.folders import HEADER, ROW, advice, folder, problems, read, table

HOSPITAL = {
    "division": ("Medicine", "Surgery"),
    "specialty": ("Cardiology", "Renal", "Plastics"),
    "grade": ("Trainee", "Consultant"),
    "sex": ("Men", "Women"),
}
NAMES = tuple(HOSPITAL)
ATTRIBUTES = 'attributes = ["division", "specialty", "grade", "sex"]'
HEAD = f"{HEADER},{','.join(NAMES)}"
ANSWERS = table(f"{ROW},Medicine,Renal,Trainee,Men", f"{ROW},Surgery,Plastics,x,Men", header=HEAD)

WHOLE = """
[policy]
breakdown = "division"
further = ["specialty", ["division", "grade"], "sex"]
within = { specialty = "division" }
order = { division = ["Surgery", "Medicine"], grade = ["x", "Trainee"] }
sensitive = ["sex"]
sensitive_group = 25
colluders = 1
noise = 0.5
weighting = ""
"""


def found(path: Path, policy: str) -> list[str]:
    """The problems of a hospital with this policy; each lies in study.toml."""
    told = problems(path, ANSWERS, responses=ATTRIBUTES, more=f"[policy]\n{policy}")
    assert all(problem.startswith("study.toml, policy") for problem in told)
    return [problem.removeprefix("study.toml, policy") for problem in told]


def test_every_key_is_read(tmp_path):
    assert read(tmp_path, ANSWERS, responses=ATTRIBUTES, more=WHOLE).policy == Policy(
        breakdown="division",
        further=(("specialty",), ("division", "grade"), ("sex",)),
        within={"specialty": "division"},
        order={"division": ("Surgery", "Medicine"), "grade": ("x", "Trainee")},
        sensitive=("sex",),
        sensitive_group=25,
        colluders=1,
        noise=0.5,
        weighting=None,
    )


def test_what_was_read_is_written_as_it_was(tmp_path):
    write_study(read(tmp_path, ANSWERS, responses=ATTRIBUTES, more=WHOLE), tmp_path / "again")
    again = tomllib.loads((tmp_path / "again" / "study.toml").read_text())
    assert again["policy"] == tomllib.loads(WHOLE)["policy"]


NAME = st.sampled_from(NAMES)
CROSSINGS = st.lists(NAME, min_size=1, max_size=3, unique=True).map(tuple)
POLICIES = st.builds(
    Policy,
    minimum_group=st.integers(5, 30),
    distribution_group=st.integers(10, 40),
    breakdown=st.none() | st.sampled_from(["division", "specialty"]),
    further=st.lists(CROSSINGS.filter(lambda names: "sex" not in names), max_size=3).map(tuple),
    within=st.sampled_from([{}, {"specialty": "division"}]),
    order=st.dictionaries(NAME, st.just(()), max_size=2),
    sensitive=st.sampled_from([(), ("sex",)]),
    sensitive_group=st.integers(10, 40),
    colluders=st.integers(0, 2),
    noise=st.floats(0, 1),
    weighting=st.none() | NAME,
    confidence=st.floats(0.5, 1, exclude_min=True, exclude_max=True),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policy=POLICIES)
def test_any_policy_is_read_back(tmp_path_factory, policy):
    made = tmp_path_factory.getbasetemp() / "policies"
    asked = study(responses=responses(attributes=HOSPITAL, n=40), policy=policy)
    write_study(asked, made)
    assert read_study(made).policy == policy


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('breakdown = "ward"', ".breakdown: ward"),
        ('breakdown = ""\nfurther = ["ward"]', ".further[1]: ward"),
        ('further = ["grade", ["division", "ward"]]', ".further[2]: ward"),
        ('within = { ward = "division" }', ".within: ward"),
        ('within = { specialty = "ward" }', ".within: ward"),
        ("order = { ward = [] }", ".order: ward"),
        ('sensitive = ["ward"]', ".sensitive: ward"),
        ('weighting = "ward"', ".weighting: ward"),
    ],
)
def test_every_name_is_an_attribute_of_the_responses(tmp_path, rule, expected):
    assert found(tmp_path, rule) == [
        f"{expected} is not an attribute of the responses. Add it to attributes in [responses]."
    ]


def test_a_slip_of_the_pen_is_recognised(tmp_path):
    assert found(tmp_path, 'further = ["speciality"]') == [
        ".further[1]: speciality is not an attribute of the responses. Did you mean specialty?"
    ]


def test_names_are_told_in_one_short_line(tmp_path):
    told = found(tmp_path, 'breakdown = "ward' + "\\n" * 10 + "x" * 5000 + '"')
    assert len(told) == 1
    assert len(told[0]) < 200
    assert "\n" not in told[0]


def test_all_faults_of_policy_and_answers_come_at_once(tmp_path):
    rows = table(f"9,2,3,4,5,1{',Medicine,Renal,Trainee,Men'}", header=HEAD)
    told = problems(
        tmp_path,
        rows,
        responses=ATTRIBUTES,
        more='[policy]\nbreakdown = "ward"\norder = { grade = ["Trainee", "Nobody"] }',
    )
    assert [problem.partition(":")[0] for problem in told] == [
        "study.toml, policy.breakdown",
        "study.toml, policy.order.grade",
        "responses.csv, row 2, column learning-1",
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            'order = { grade = ["Trainee", "Nobody", "trainee"] }',
            [
                ".order.grade: entry 2 is not a value of grade."
                " Write it as it stands in the answers.",
                ".order.grade: entry 3 is not a value of grade."
                " Write it as it stands in the answers.",
            ],
        ),
        (
            'sensitive = ["sex"]\nfurther = [["sex", "grade"]]',
            [
                ".further: a sensitive attribute is never crossed with another."
                " Name it in further by itself, or leave it out of sensitive."
            ],
        ),
        (
            'sensitive = ["sex"]\nbreakdown = "sex"',
            [
                ".breakdown: units are not compared by a sensitive attribute."
                " Name it in further, and compare units by another attribute."
            ],
        ),
        (
            'further = [["grade", "grade"]]',
            [".further: a breakdown names an attribute twice. Name each attribute once."],
        ),
        (
            'within = { grade = "grade" }',
            [
                ".within: grade lies within itself."
                " Write the finer attribute first: specialty = division."
            ],
        ),
        (
            'sensitive = ["sex"]\nwithin = { grade = "sex" }',
            [
                ".within: sex is sensitive, and nothing is joined within it."
                " Name another attribute, or none."
            ],
        ),
        ('sensitive = ["sex", "grade"]\nwithin = { grade = "sex" }', []),
        ('within = { specialty = "division", division = "sex" }', []),
    ],
)
def test_rules_between_the_keys_of_the_policy(tmp_path, rule, expected):
    assert found(tmp_path, rule) == expected


def test_attributes_that_lie_within_each_other_in_a_circle(tmp_path):
    circle = 'within = { specialty = "division", division = "grade", grade = "specialty" }'
    assert [problem.partition(" Write")[0] for problem in found(tmp_path, circle)] == [
        f".within: {name} lies within itself." for name in ("specialty", "division", "grade")
    ]


@pytest.mark.parametrize(
    ("rules", "instead", "more"),
    [
        ('breakdown = "grade"\nbreakdown_order = ["Trainee", "x"]', "grade", []),
        ('breakdown_order = ["Trainee", "x"]', "division", []),
        (
            "breakdown = 3\nbreakdown_order = 7",
            "division",
            [".breakdown: input should be a valid string."],
        ),
    ],
)
def test_the_old_key_says_what_to_write_instead(tmp_path, rules, instead, more):
    old = (
        ".breakdown_order: order has taken its place and names the attribute as well."
        f" Write order = {{ {instead} = [...] }} with the same values."
    )
    assert found(tmp_path, rules) == [old, *more]


def test_a_study_with_an_unknown_name_is_not_written(tmp_path):
    made = study(policy=Policy(further=(("ward",),)))
    with pytest.raises(ValueError, match=r"policy\.further\[1\]: ward is not an attribute"):
        write_study(made, tmp_path)
    assert not (tmp_path / "study.toml").exists()


def many(divisions: int, specialties: int) -> str:
    """Forty doctors in as many combinations as there are divisions times specialties, at most."""
    rows = [f"{ROW},d{k % divisions},s{k % specialties},Trainee,Men" for k in range(40)]
    return table(*rows, header=HEAD)


@pytest.mark.parametrize(
    ("rows", "policy", "expected"),
    [
        (many(4, 7), 'breakdown = "division"\nfurther = ["specialty", "sex"]', 28),
        (many(4, 7), 'breakdown = "division"\nfurther = ["sex"]', None),
        (many(2, 13), 'breakdown = "division"\nfurther = ["specialty"]', None),
        (many(1, 13), 'breakdown = "specialty"', None),
        (many(4, 7), "", None),
    ],
    ids=["28 of 26", "4", "26 of 26", "one attribute", "none"],
)
def test_attributes_that_are_too_fine_are_advised_against(tmp_path, rows, policy, expected):
    """Fewer than one and a half doctors a combination."""
    told = advice(tmp_path, rows, responses=ATTRIBUTES, more=f"[policy]\n{policy}")
    fine = [note for note in told if "combinations" in note]
    assert fine == (
        []
        if expected is None
        else [
            f"study.toml, policy: 40 doctors have {expected} combinations of the attributes."
            " Coarser attributes, or fewer, let more results be shown."
        ]
    )


def test_advice_is_no_problem(tmp_path):
    made = folder(
        tmp_path,
        many(4, 7),
        responses=ATTRIBUTES,
        more='[policy]\nfurther = ["division", "specialty"]',
    )
    assert check_study(made).passed


def test_a_manifest_with_an_unfit_policy_can_still_be_read():
    text = """
[study]
id = "a"
organisation = "A"
wave = "1"
opened = 2026-03-02
closed = 2026-03-27
instrument = "open-medical-engagement@1.0.0"
[responses]
file = "a.csv"
[policy]
breakdown_order = ["x"]
further = ["ward"]
"""
    notes = Notes()
    assert manifest(text.encode(), notes) is not None
    assert [problem.place for problem in notes.problems] == [
        "study.toml, policy.breakdown_order",
        "study.toml, policy.further[1]",
    ]
