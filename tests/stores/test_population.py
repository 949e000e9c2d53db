"""Counts of the doctors who could have answered, and answers that do not fit them."""

from pathlib import Path

import pytest

from tests.stores.folders import GRADE, attribute_table, problems, read

COUNTS = '[population]\nfile = "population.csv"'


def counted(path: Path, counts: str, more: str = COUNTS) -> list[str]:
    """Problems of a folder with three doctors and these counts."""
    return problems(
        path,
        attribute_table("Trainee", "Consultant", "Consultant"),
        responses=GRADE,
        more=more,
        files={"population.csv": counts},
    )


@pytest.mark.parametrize(
    "counts",
    [
        "grade,count\nTrainee,10\nConsultant,20\n",
        "Grade;Count\nTRAINEE;10,0\nConsultant;20\n",
        "attribute,value,count\ngrade,Trainee,10\nGrade,Consultant,20\n",
    ],
)
def test_both_kinds_of_counts(tmp_path, counts):
    found = read(
        tmp_path,
        attribute_table("Trainee", "Consultant"),
        responses=GRADE,
        more=COUNTS,
        files={"population.csv": counts},
    )
    assert found.population is not None
    assert found.population.total == 30
    assert sorted(found.population.margins["grade"].values()) == [10, 20]


def test_counts_are_recoded_like_answers(tmp_path):
    found = read(
        tmp_path,
        attribute_table("ST3", "Consultant"),
        responses=f"{GRADE}\n[responses.recode.grade]\nST3 = 'Trainee'\nCT1 = 'Trainee'",
        more=f'{COUNTS}\ncount = "Headcount"\nattributes = {{ grade = "Post" }}',
        files={"population.csv": "Post,Headcount\nST3,5\nCT1,6\nConsultant,7\n"},
    )
    assert found.population is not None
    assert found.population.margins == {"grade": {"Trainee": 11, "Consultant": 7}}
    assert found.responses.attributes["grade"].labels == ("Trainee", "Consultant")


COUNT_ROW = "population.csv, row 2"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (
            "grade,count\nTrainee,1\nConsultant,1\n",
            [
                "study.toml, population: 3 doctors answered, but only 2 could have."
                " Complete the counts, or remove the answers of others.",
                "population.csv, row 3: 2 doctors of this grade answered, but only 1 could have."
                " Mend the count, or the attribute of the answers.",
            ],
        ),
        (
            "grade,count\nTrainee,9\n",
            [
                "responses.csv, rows 3 and 4, column Grade: the value is not one of those listed"
                " in population.csv. Add it there, mend its spelling, or merge it with recode."
            ],
        ),
        ("grade,number\nTrainee,9\n", ["there is not exactly one column of counts."]),
        ("name,count\nTrainee,9\n", ["no column is an attribute of the answers."]),
        (
            "grade,grde,count\nTrainee,x,9\nConsultant,y,9\n",
            ["population.csv, column grde: the column is no attribute. Did you mean grade?"],
        ),
        ("grade,Grade,count\nTrainee,x,9\n", ["two columns stand for the same attribute."]),
        ('grade,count\nTrainee,"1,200"\n', [f"{COUNT_ROW}: the count is not a whole number."]),
        ("grade,count\nTrainee,-1\n", [f"{COUNT_ROW}: the count is not a whole number."]),
        ("grade,count\n,9\n", [f"{COUNT_ROW}: a value is empty."]),
        ("grade,count\nTotal,9\n", [f"{COUNT_ROW}: this seems to be a row of totals. Remove it."]),
        (
            "grade,count\nTrainee,9\nConsultant,9\ntrainee,9\n",
            ["population.csv, rows 2 and 4: the same group is counted twice. Merge them."],
        ),
        (
            "attribute,value,count\nward,x,9\ngrade,Trainee,9\ngrade,Consultant,9\n",
            [f"{COUNT_ROW}: the attribute is none of those in study.toml."],
        ),
        ("", ["population.csv: the file has no header row."]),
    ],
)
def test_what_is_wrong_in_the_counts_is_named(tmp_path, counts, expected):
    found = [
        problem for problem in counted(tmp_path, counts) if "no count could be" not in problem
    ]
    assert len(found) == len(expected)
    for problem, words in zip(found, expected, strict=True):
        assert words in problem


def test_counts_that_do_not_add_up(tmp_path):
    counts = "attribute,value,count\ngrade,Trainee,9\ngrade,Consultant,9\nsite,x,20\n"
    found = counted(tmp_path, counts, more=f"{COUNTS}\nattributes = ['grade', 'site']")
    assert found == [
        "population.csv: the counts of site add up to 20, others to 18."
        " Every doctor stands once in every attribute."
    ]
    (tmp_path / "total").mkdir()
    found = counted(
        tmp_path / "total", "grade,count\nTrainee,9\nConsultant,9\n", more=f"{COUNTS}\ntotal=17"
    )
    assert "the counts of grade add up to 18, others to 17" in found[0]


def test_categories_bind_counts_too(tmp_path):
    responses_ = f'{GRADE}\ncategories = {{ grade = ["Trainee", "Consultant"] }}'
    found = problems(
        tmp_path,
        attribute_table("Trainee", "Consultant"),
        responses=responses_,
        more=COUNTS,
        files={"population.csv": "grade,count\nTrainee,9\nConsultnt,9\n"},
    )
    assert found == [
        "study.toml, responses.categories.grade: category 2 has 1 answers, but no count of"
        " doctors. Add it to the file of counts.",
        "population.csv, row 3: the value is not one of categories.grade of study.toml."
        " Mend the spelling, or add it there.",
    ]


def test_two_files_of_counts(tmp_path):
    """Combinations in one file, an attribute that only the staff office knows in another."""
    section = '[population]\nfile = ["a.csv", "b.csv"]\nattributes = ["grade", "contract"]\n'
    files = {
        "a.csv": "grade,count\nTrainee,10\nConsultant,20\n",
        "b.csv": "attribute,value,count\ncontract,Full time,25\ncontract,Part time,5\n",
    }
    answers = attribute_table("Trainee", "Consultant")
    found = read(tmp_path, answers, responses=GRADE, more=section, files=files)
    assert found.population is not None
    assert found.population.attributes == ("grade",)
    assert found.population.margins["contract"] == {"Full time": 25, "Part time": 5}
    (tmp_path / "bad").mkdir()
    files["b.csv"] = "grade,count\nTrainee,11\nConsultant,19\n"
    assert problems(tmp_path / "bad", answers, responses=GRADE, more=section, files=files) == [
        "b.csv: another file has different counts of grade."
    ]
