"""A file becomes a frozen value, or an error that names the file, the place and the mend."""

from datetime import date

import pytest
from pydantic import Field, ValidationError

from medengage.definitions.base import (
    Definition,
    Fault,
    Inconsistent,
    Reference,
    Value,
    parse,
    told,
    toml_table,
)
from medengage.errors import ContentError, Problem

HEAD = {
    "id": "mine",
    "version": "1.0.0",
    "title": "Mine",
    "licence": "CC-BY-4.0",
    "sources": [],
    "reviewed": "2026-01-01",
    "next_review": "2027-01-01",
}


class Thing(Definition):
    """A definition with one field more, as a later release might have it."""

    colour: str = "grey"
    parts: tuple[dict[str, int], ...] = ()
    other: Reference | None = None
    size: float = Field(default=1.0)


def problems(table):
    with pytest.raises(ContentError) as caught:
        parse(Thing, table, "mine-1.0.0.toml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": "My scale"}, "id: this is not an id. Use small letters, digits and single hyphe"),
        ({"version": "1.0"}, "version: this is not a version. Write three numbers, such as 1.0.0"),
        ({"version": "1.01.0"}, "version: this is not a version."),
        ({"other": "that"}, "other: this names no version. Write id@version"),
        ({"colours": "red"}, "colours: extra inputs are not permitted. Remove it, or mend its"),
        ({"reviewed": "soon"}, "Write a day as 2026-09-01, without quotes."),
        ({"next_review": "2025-01-01"}, "next_review: next_review must be later than reviewed."),
        ({"licence": ""}, "licence: string should have at least 1 character. Write it, or remove"),
        ({"parts": [{"a": 1}, {"a": "x"}]}, "parts[2].a: input should be a valid integer"),
        ({"parts": [{"id": "x"}]}, "parts[1] (x).id: input should be a valid integer"),
        ({"size": float("inf")}, "size: input should be a finite number."),
        ({"a\x1b[2J" + "b" * 90: 1}, ", a\\x1b[2J" + "b" * 52 + "...: extra inputs"),
    ],
)
def test_each_wrong_place_is_named_with_its_mend(changes, expected):
    found = problems(HEAD | changes)
    assert len(found) == 1
    assert found[0].startswith("mine-1.0.0.toml, ")
    assert expected in found[0]


def test_everything_wrong_is_told_at_once():
    table = HEAD | {"id": "?", "version": "one", "extra": 1}
    del table["title"]
    assert len(problems(table)) == 4


def test_a_misfit_between_parts_may_mean_several_things():
    made = Inconsistent([Fault(("a", 0), "too big."), Fault(("b",), "too small.", "Grow it.")])
    assert str(made) == "too big. too small."
    assert [fault.place for fault in made.faults] == [("a", 0), ("b",)]


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"id = ", "not valid TOML", "at end of document"),
        (b"id = 1\nid = 2\n", "not valid TOML", "line 2"),
        (b"x = " + b"9" * 5000, "not valid TOML", "see the TOML rules"),
        (b"x = " + b"[" * 5000, "not valid TOML", "see the TOML rules"),
        (b"x = 2026-02-30", "not valid TOML", "line 1"),
        (b"\xff\xfe\x00", "not UTF-8", "save it as UTF-8"),
    ],
    ids=["no value", "twice", "endless number", "deep", "no such day", "encoding"],
)
def test_what_is_not_toml_is_told_with_the_line(data, message, hint):
    with pytest.raises(ContentError, match=message) as caught:
        toml_table(data, "x.toml")
    assert caught.value.subject == "x.toml"
    assert hint in caught.value.hint


def test_a_mark_of_encoding_and_foreign_letters_are_welcome():
    assert toml_table("\ufefftitle = 'Ymgysylltiad â'".encode(), "x") == {
        "title": "Ymgysylltiad â"
    }


def test_equal_content_has_an_equal_checksum_whatever_its_layout():
    plain = parse(Thing, HEAD, "x")
    turned = parse(Thing, dict(reversed(HEAD.items())), "x")
    spelled_out = parse(Thing, HEAD | {"colour": "grey", "note": ""}, "x")
    assert plain.checksum == turned.checksum == spelled_out.checksum
    assert parse(Thing, HEAD | {"colour": "red"}, "x").checksum != plain.checksum


def test_a_field_of_a_later_release_leaves_old_checksums_alone():
    assert parse(Thing, HEAD, "x").checksum == parse(Definition, HEAD, "x").checksum


def test_a_copy_forgets_what_was_derived():
    first = parse(Thing, HEAD, "x")
    before = first.checksum
    assert first.model_copy(update={"title": "Other"}).checksum != before
    assert first.model_copy().checksum == before


def test_values_are_frozen_and_know_no_other_fields():
    made, setter = parse(Thing, HEAD, "x"), Thing.__setattr__
    with pytest.raises(ValidationError, match="frozen"):
        setter(made, "title", "Other")
    assert made.reference == "mine@1.0.0"
    assert made.reviewed == date(2026, 1, 1)
    assert issubclass(Thing, Value)


@pytest.mark.parametrize(
    ("hint", "mend"),
    [("", ""), ("call it x", "Call it x."), ("did you mean x?", "Did you mean x?")],
)
def test_an_error_is_told_in_sentences(hint, mend):
    error = ContentError("it is wrong", subject="x", hint=hint)
    assert told(error, "here") == Problem("here", "it is wrong.", mend)
