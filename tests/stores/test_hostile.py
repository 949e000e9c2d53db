"""Whatever stands in a study folder, reading ends with a list of problems and nothing else.

``check_study`` never raises; ``read_study`` raises ``StudyError`` only. Anything that escapes
(an error of the operating system, of polars, of a parser) fails these tests by itself.
"""

import io
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medengage.disclosure.ledger import Ledger
from medengage.errors import MedengageError, StudyError
from medengage.findings import Policy
from medengage.stores.folder import (
    Check,
    check_study,
    read_findings,
    read_study,
    write_findings,
    write_study,
)
from medengage.stores.toml_text import toml_text
from tests.builders import managers, study
from tests.stores.folders import ENTRY, HEADER, ITEMS, folder, table
from tests.stores.workbooks import parts, xlsx

# Every test writes, checks and reads some hundred folders.
pytestmark = pytest.mark.slow

hostile = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

CELLS = st.sampled_from(
    ["1", "5", "0", "6", "4,5", "4.0", "Agree", "", " ", "N/A", "02-Mar", "46083", "x", '"', "\n"]
) | st.text(max_size=12)
NAMES = st.sampled_from(
    [*ITEMS, "division", "grade", "id", "count", "attribute", "value", "Email"]
)
HEADERS = NAMES | st.text(max_size=12)
SECTION = """
attributes = ["division", "grade"]
id = "id"
ignore = ["x*"]
"""
COUNTS = '[population]\nfile = "population.csv"\n'
VALID = table("1,2,3,4,5,1,Medicine,Trainee,1", header=f"{HEADER},division,grade,id")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """One folder for all examples of this file; each example replaces what it is about."""
    return folder(tmp_path_factory.mktemp("hostile"), VALID, responses=SECTION)


def examined(path: Path, **files: bytes | str) -> Check:
    """Put the files in place and examine the folder in both ways."""
    for name, data in files.items():
        target = path / name.replace("__", ".")
        target.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "replace"))
    found = check_study(path)
    if found.passed:
        read_study(path)
        return found
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert caught.value.problems == found.problems
    return found


def with_answers(path: Path, name: str, data: bytes | str, more: str = "") -> Check:
    folder_toml = folder_text(name, more)
    return examined(path, **{"study__toml": folder_toml, name.replace(".", "__"): data})


def folder_text(name: str, more: str = "") -> str:
    return f"""
[study]
id = "a"
organisation = "A"
wave = "1"
opened = 2026-03-02
closed = 2026-03-27
instrument = "test-scale@1.0.0"
content = "content"
[responses]
file = "{name}"
{SECTION}
{more}
"""


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx", "a.parquet"])
@hostile
@given(data=st.binary(max_size=300))
def test_random_bytes(place, name, data):
    assert with_answers(place, name, data).problems


@hostile
@given(text=st.text(alphabet="ab15,;\t\"'\n\r\\=@\0\ufeffé\u2028", max_size=200))
def test_random_text_under_a_valid_header(place, text):
    with_answers(place, "a.csv", VALID + text)
    with_answers(place, "a.csv", text)


@hostile
@given(
    header=st.lists(HEADERS, max_size=12),
    rows=st.lists(st.lists(CELLS, max_size=12), max_size=12),
    separator=st.sampled_from(",;\t"),
    quoted=st.booleans(),
)
def test_random_tables(place, header, rows, separator, quoted):
    """Duplicate headers, header only, one column, ragged rows, broken quotes."""

    def line(cells: list[str]) -> str:
        marks = ['"' + cell.replace('"', '""') + '"' for cell in cells] if quoted else cells
        return str(separator).join(marks)

    with_answers(place, "a.csv", "\n".join(map(line, [header, *rows])))


@hostile
@given(rows=st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=40))
def test_random_cells_in_every_column(place, rows):
    lines = [",".join('"' + cell.replace('"', "") + '"' for cell in row) for row in rows]
    header = f"{HEADER},division,grade,id"
    with_answers(place, "a.csv", table(*lines, header=header))


@hostile
@given(
    header=st.lists(HEADERS, max_size=5),
    rows=st.lists(st.lists(CELLS | st.sampled_from(["Medicine", "12"]), max_size=5), max_size=8),
)
def test_random_counts(place, header, rows):
    counts = "\n".join(",".join(cells) for cells in [header, *rows])
    (place / "population.csv").write_text(counts, encoding="utf-8", errors="replace")
    with_answers(place, "a.csv", VALID, COUNTS)


@pytest.mark.parametrize("exports", ["limesurvey", "qualtrics", "microsoft-forms"])
@hostile
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=9), max_size=6))
def test_random_tables_from_survey_programs(place, exports, rows):
    lines = "\n".join(",".join(cells) for cells in [HEADER.split(","), *rows])
    with_answers(place, "a.csv", lines, f'[responses.recode]\n[x]\nexport = "{exports}"')
    text = folder_text("a.csv").replace(SECTION, f'export = "{exports}"\n')
    examined(place, study__toml=text, a__csv=lines)


@hostile
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_study_toml(place, data):
    assert examined(place, study__toml=data).problems


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.dates(min_value=date(1, 1, 1))
    | st.text(max_size=20)
    | st.sampled_from(["../x", "/", "", ".", "a\0b", "division", "responses.csv", "x" * 5000]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = [
    ("study", "id organisation wave opened closed instrument modules synthetic content"),
    (
        "responses",
        "file sheet export lowest_option id phase ignore items attributes values recode"
        " categories",
    ),
    ("population", "file sheet total count attributes"),
    ("managers", "file instrument items attributes"),
    ("policy", " ".join([*Policy.model_fields, "breakdown_order"])),
    ("words", "organisation"),
]
PLACES = [(section, key) for section, keys in KEYS for key in [*keys.split(), "other"]]


@hostile
@given(changes=st.dictionaries(st.sampled_from(PLACES), VALUES, min_size=1, max_size=3))
def test_any_value_under_any_key_of_study_toml(place, changes):
    sections: dict[str, Any] = {
        "study": {
            "id": "a",
            "organisation": "A",
            "wave": "1",
            "opened": date(2026, 3, 2),
            "closed": date(2026, 3, 27),
            "instrument": "test-scale@1.0.0",
            "content": "content",
        },
        "responses": {"file": "a.csv", "attributes": ["division", "grade"], "id": "id"},
    }
    (place / "a.csv").write_text(VALID)
    for (section, key), value in changes.items():
        sections.setdefault(section, {})[key] = value
    examined(place, study__toml=toml_text(sections).encode("utf-8", "replace"))


@hostile
@given(data=st.data())
def test_mutated_files_of_every_kind(tmp_path_factory, data):
    """A whole folder with all its files; some bytes of one of them are changed or lost."""
    made = whole_folder(tmp_path_factory)
    files = sorted(path for path in made.rglob("*") if path.is_file())
    file = data.draw(st.sampled_from(files))
    original = file.read_bytes()
    try:
        file.write_bytes(mutated(original, data))
        examined(made)
    finally:
        file.write_bytes(original)


def whole_folder(factory: pytest.TempPathFactory) -> Path:
    made = factory.getbasetemp() / "whole"
    if not made.exists():
        write_study(study(n=30, managers=managers(n=12)), made, answers="parquet")
        (made / "ledger.json").write_text(Ledger(entries=(ENTRY,)).to_json())
    return made


def mutated(original: bytes, data: st.DataObject) -> bytes:
    changed = bytearray(original)
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, max(len(changed) - 1, 0)))
        length = data.draw(st.integers(0, 20))
        changed[where : where + length] = data.draw(st.binary(max_size=20))
    return bytes(changed)


@hostile
@given(data=st.data())
def test_mutated_workbooks(place, data):
    """The XML inside a workbook that is a healthy zip."""
    header: list[Any] = [*ITEMS, "division", "grade", "id"]
    files = parts([header, [1, 2, 3, 4, 5, "Agree", "Medicine", "Trainee", 7]], ("S", "T"), True)
    name = data.draw(st.sampled_from(sorted(files)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, text in files.items():
            inside = text.encode()
            archive.writestr(part, mutated(inside, data) if part == name else inside)
    with_answers(place, "a.xlsx", buffer.getvalue())


def test_truncated_workbooks(place):
    whole = xlsx([list(ITEMS), [1, 2, 3, 4, 5, 1]])
    for length in range(0, len(whole) - 1, len(whole) // 40):
        assert with_answers(place, "a.xlsx", whole[:length]).problems


@hostile
@given(data=st.data())
def test_mutated_findings(tmp_path_factory, data):
    made = tmp_path_factory.getbasetemp() / "findings"
    made.mkdir(exist_ok=True)
    (made / "findings.json").write_bytes(mutated(FINDINGS, data))
    try:
        found = read_findings(made)
    except MedengageError:
        return
    write_findings(found, made)


FINDINGS = b'{"schema_version": 1, "about": {"study": "a"}, "groups": [], "policy": {}}'


def test_a_million_characters_in_one_line(place):
    assert with_answers(place, "a.csv", "x" * 1_000_000).problems
    assert with_answers(place, "a.csv", HEADER + "," * 100_000 + "\n" + "1," * 100_000).problems
    assert examined(place, study__toml="x" * 1_000_000).problems
    assert examined(place, study__toml="a = " + "[" * 20_000).problems
    assert examined(place, study__toml="a" + ".a" * 5_000 + " = 1").problems


def test_a_password_and_a_foreign_compression(place):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
    locked = bytearray(buffer.getvalue())
    central = locked.find(b"PK\x01\x02")
    for flag_at, method_at in ((6, 8), (central + 8, central + 10)):
        locked[flag_at] |= 1
        locked[method_at] = 99
    assert "protected by a password" in str(with_answers(place, "a.xlsx", bytes(locked)).problems)


def test_special_files_are_not_opened(place):
    """A pipe would wait for ever, a device would never end."""
    (place / "zero.csv").symlink_to("/dev/zero")
    os.mkfifo(place / "pipe.csv")
    for name in ("zero.csv", "pipe.csv"):
        found = examined(place, study__toml=folder_text(name))
        assert f"{name}: there is no such file" in str(found.problems[0])
    (place / "loop.csv").symlink_to(place / "loop.csv")
    assert examined(place, study__toml=folder_text("loop.csv")).problems
    assert examined(place, study__toml=folder_text("a.csv/b.csv")).problems


def test_wide_and_deep_numbers_in_parquet(place):
    frame = pl.DataFrame({name: pl.Series([2**63, 1], dtype=pl.UInt64) for name in ITEMS})
    buffer = io.BytesIO()
    frame.with_columns(
        division=pl.Series([float("inf"), 1.5]),
        grade=pl.Series([np.int64(-(2**62)), None]),
        id=pl.Series(["a", None]),
    ).write_parquet(buffer)
    found = with_answers(place, "a.parquet", buffer.getvalue())
    assert "row 2, column learning-1: the cell is none of the options" in str(found.problems[0])
