"""Columns and what they describe: items, attributes, ids, phases, and everything else."""

from medengage.measure.study import Study
from tests.stores.folders import (
    GRADE,
    HEADER,
    ROW,
    advice,
    attribute_table,
    check,
    problems,
    read,
    table,
)


def test_unknown_missing_and_ambiguous_columns(tmp_path):
    header = "learning-1,learnin-2,learning-3,voice-1,voice-1,voice3,Comment 1,Comment 2,"
    found = problems(
        tmp_path, table("1,2,3,4,5,1,a,b,", header=header), responses='ignore = ["comment*"]'
    )
    assert found == [
        "responses.csv: no column for item learning-2. Did you mean learnin-2?",
        "responses.csv: several columns could be item voice-1."
        " Name its column in [responses.items] of study.toml.",
        "responses.csv: no column for item voice-2."
        " Name its column in [responses.items] of study.toml.",
        "responses.csv, column learnin-2: the column is neither an item nor an attribute."
        " Did you mean learning-2? If it is not needed, add it to ignore in [responses].",
    ]


def test_columns_by_id_code_or_words(tmp_path):
    """Ids without hyphens and full texts (placeholders filled) are found by themselves."""
    header = (
        "learning1,LEARNING_2,This is what the trust asks as learning number 3.,"
        "voice-1,voice-2,Question six"
    )
    found = read(
        tmp_path,
        table(ROW, header=header),
        responses='items = { voice-3 = "question  SIX" }',
        more='[words]\norganisation = "the trust"',
    )
    assert found.responses.answers.tolist() == [[1, 2, 3, 4, 5, 1]]


def test_names_in_study_toml_that_no_file_has(tmp_path):
    found = problems(
        tmp_path,
        table(f"{ROW},x,x", header=f"{HEADER},Divison,Nr"),
        responses='items = { voice-9 = "Nr" }\nid = "Number"\nphase = "phase"\n'
        'attributes = { division = "Division" }\nignore = ["Nr"]',
    )
    assert found == [
        "study.toml, responses.attributes.division: responses.csv has no column of the name"
        " given. Did you mean Divison?",
        "study.toml, responses.items.voice-9: no instrument of the study has such an item."
        " Did you mean voice-3?",
        "study.toml, responses.id: responses.csv has no column of the name given.",
        "study.toml, responses.phase: responses.csv has no column of the name given.",
        "responses.csv, column Divison: the column is neither an item nor an attribute."
        " Did you mean Division? If it is not needed, add it to ignore in [responses].",
    ]


def test_a_name_that_several_columns_have(tmp_path):
    found = problems(
        tmp_path, table(f"{ROW},a,b", header=f"{HEADER},Grade,grade "), responses=GRADE
    )
    assert found == [
        "study.toml, responses.attributes.grade: several columns of responses.csv have the name"
        " given."
    ]


def test_one_column_for_two_things(tmp_path):
    found = problems(tmp_path, table(ROW), responses='items = { voice-2 = "voice-3" }')
    assert (
        "responses.csv, column voice-3: the column is used for two things. Mend study.toml."
        in (found)
    )


def test_a_file_without_its_header_is_not_quoted(tmp_path):
    found = problems(tmp_path, "1,2,3,4,5,MARK-7f3a\n1,2,3,4,5,1\n")
    assert found == [
        "responses.csv: none of the 6 items has a column."
        " Is the first row the header? Name the columns in [responses.items]."
    ]


def test_columns_that_name_persons(tmp_path):
    header = f"{HEADER},E-mail address,Full name,,GMC number"
    notes = advice(
        tmp_path, table(f"{ROW},a@b.org,x,y,7", header=header), responses="ignore=['GMC*']"
    )
    remove = "the column seems to name persons. Remove it from the file: medengage neither needs"
    assert f"responses.csv, column E-mail address: {remove} nor reads it." in notes
    assert f"responses.csv, column Full name: {remove} nor reads it." in notes
    assert f"responses.csv, column GMC number: {remove} nor reads it." in notes
    assert "responses.csv: 1 column without a name not read." in notes


def test_repeated_ids_are_told_by_rows_only(tmp_path):
    rows = [f"{ROW},{name}" for name in ("MARK-7f3a", "b", "MARK-7f3a", "", "", "b", "c")]
    found = problems(tmp_path, table(*rows, header=f"{HEADER},nr"), responses='id = "nr"')
    assert found == [
        "responses.csv, rows 2, 3, 4 and 1 more, column nr: several rows have the same id."
        " Keep one row for each doctor."
    ]


def test_phases(tmp_path):
    header = f"{HEADER},Wave of reminder"
    section = 'phase = "wave of reminder"'
    good = table(f"{ROW},1", f"{ROW},3.0", f"{ROW},", f"{ROW},2", header=header)
    found = read(tmp_path, good, responses=section)
    assert found.responses.phase is not None
    assert found.responses.phase.tolist() == [0, 1, 2, 3]
    (tmp_path / "bad").mkdir()
    bad = table(f"{ROW},4", f"{ROW},MARK-7f3a", header=header)
    assert problems(tmp_path / "bad", bad, responses=section) == [
        "responses.csv, rows 2 and 3, column Wave of reminder: the phase is not 1, 2 or 3."
        " 1 is before the first reminder, 2 between, 3 after the last."
    ]


def labels_and_values(found: Study) -> tuple[tuple[str, ...], list[str | None]]:
    column = found.responses.attributes["grade"]
    return column.labels, [column.labels[code] if code >= 0 else None for code in column.codes]


def test_values_are_merged_spelled_and_sorted(tmp_path):
    text = attribute_table("ST10", "ST2", "st2", "ST2 ", "N/A", "", "CT1", "Not stated", "ST 3")
    found = read(
        tmp_path, text, responses=f'{GRADE}\n[responses.recode]\ngrade = {{ "st 3" = "ST10" }}'
    )
    assert labels_and_values(found) == (
        ("CT1", "ST2", "ST10"),
        [None, None, None, "CT1", "ST2", "ST2", "ST2", "ST10", "ST10"],
    )
    (tmp_path / "again").mkdir()
    notes = advice(tmp_path / "again", text, responses=GRADE)
    assert (
        "responses.csv, column Grade: 1 value written in several ways; the spellings were merged."
        in notes
    )


def test_the_order_of_categories_is_the_order_of_reports(tmp_path):
    section = f'{GRADE}\ncategories = {{ grade = ["Trainee", "Consultant", "SAS"] }}'
    found = read(tmp_path, attribute_table("consultant", "Trainee"), responses=section)
    assert labels_and_values(found) == (
        ("Trainee", "Consultant", "SAS"),
        ["Trainee", "Consultant"],
    )
    (tmp_path / "bad").mkdir()
    assert problems(
        tmp_path / "bad", attribute_table("Trainee", "MARK-7f3a"), responses=section
    ) == [
        "responses.csv, row 3, column Grade: the value is not one of those listed in"
        " categories.grade of study.toml."
        " Add it there, mend its spelling, or merge it with recode."
    ]


def test_a_column_with_too_many_values_identifies(tmp_path):
    comments = [f"MARK-7f3a {k}" for k in range(60)]
    for number, values in enumerate((comments * 4, [f"x{k % 8}" for k in range(21)])):
        (tmp_path / str(number)).mkdir()
        found = problems(tmp_path / str(number), attribute_table(*values), responses=GRADE)
        assert len(found) == 1
        assert "different values, too many for an attribute" in found[0]
    (tmp_path / "few").mkdir()
    assert not problems(tmp_path / "few", attribute_table(*"abcde"), responses=GRADE)


def test_addresses_are_refused(tmp_path):
    found = problems(tmp_path, attribute_table("x", "MARK-7f3a@nhs.example"), responses=GRADE)
    assert found == [
        "responses.csv, column Grade: the column holds addresses. Remove it: addresses identify."
    ]


def test_many_thousand_unknown_columns(tmp_path):
    """Listed up to fifty, compared with nothing more: the answer still comes at once."""
    names = ",".join(f"column {k}" for k in range(5_000))
    found = problems(tmp_path, f"learning-1,{names}\n")
    assert sum("the column is neither an item nor an attribute" in p for p in found) == 50
    assert "responses.csv: 4,950 columns more, neither items nor attributes." in found


def test_texts_that_would_keep_a_pattern_busy(tmp_path):
    """No pattern looks at a text more often than it is long."""
    for number, value in enumerate(
        ("[" * 60_000, "a" * 60_000 + "@", "1" * 60_000, "(1" * 30_000)
    ):
        (tmp_path / str(number)).mkdir()
        found = check(
            tmp_path / str(number),
            table(f"{value},2,3,4,5,1,{value}", header=f"{HEADER},{value}"),
            responses=f'export = "limesurvey"\nignore = ["{value[:1]}*"]',
        )
        assert len(found.problems) == 1
        (tmp_path / f"{number} as grade").mkdir()
        assert not problems(
            tmp_path / f"{number} as grade", attribute_table(value, "x1"), responses=GRADE
        )
