"""Examining definition files: everything wrong is listed at once, with place and mend."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medengage.definitions import catalogue, checks
from medengage.definitions.base import parse
from medengage.definitions.instrument import Instrument, Item
from medengage.errors import ContentError
from tests import builders

TODAY = date(2026, 6, 1)
FILE = """
id = "mine"
version = "1.0.0"
title = "Mine"
licence = "CC-BY-4.0"
sources = []
reviewed = 2026-01-01
next_review = 2027-01-01

[options.agree]
labels = ["No", "Yes"]

[[items]]
id = "one"
text = "I am heard here."
options = "agree"

[[scales]]
id = "voice"
title = "Voice"
items = ["one"]
"""


def checked(instrument, **more):
    return checks.check_instrument(instrument, today=TODAY, **more)


def with_items(**changes):
    """The builder's instrument with its first item changed."""
    made = builders.instrument(reversed_every=0)
    first = made.items[0].model_copy(update=changes)
    return made.model_copy(update={"items": (first, *made.items[1:])})


def folder(tmp_path, text=FILE, name="mine-1.0.0.toml"):
    (tmp_path / "instruments").mkdir()
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "instruments" / name).write_bytes(data)
    return tmp_path


def test_a_sound_instrument_has_nothing_to_mend(tmp_path):
    assert checked(builders.instrument(reversed_every=3)).problems == ()
    assert checks.check_folder(folder(tmp_path), today=TODAY) == checks.Check()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"text": None}, "it has no text. Add one, or set verbatim = false."),
        ({"text": "This {ward} is fine."}, "placeholder {ward} has no default word"),
        ({"text": "This is what {organisation} asks as voice number 3."}, "the same text"),
    ],
)
def test_problems_name_the_item(changes, what):
    problems = [str(problem) for problem in checked(with_items(**changes)).problems]
    assert len(problems) == 1
    assert "item " in problems[0]
    assert what in problems[0]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"text": "word " * 21}, "more than 20 words"),
        ({"text": "I am heard and seen."}, "two ideas"),
        ({"text": "I am not heard.", "reversed": True}, "reverse-keyed and negated"),
    ],
)
def test_advice_is_about_craft_and_stops_nobody(changes, what):
    found = checked(with_items(**changes))
    assert found.problems == ()
    assert any(what in str(advice) for advice in found.advice)


def test_reverse_keys_should_be_few_and_apart():
    advice = [str(a) for a in checked(builders.instrument(reversed_every=1)).advice]
    assert any("more than half" in line for line in advice)
    assert any("like learning-1 before it" in line for line in advice)


@pytest.mark.parametrize(
    ("today", "problems", "advice"),
    [(date(2026, 6, 1), 0, 0), (date(2026, 12, 15), 0, 1), (date(2027, 1, 2), 1, 0)],
)
def test_a_review_is_announced_and_then_overdue(today, problems, advice):
    found = checks.check_instrument(builders.instrument(reversed_every=0), today=today)
    assert (len(found.problems), len(found.advice)) == (problems, advice)


def test_unknown_sources_and_links_are_problems():
    made = builders.instrument(reversed_every=0).model_copy(
        update={"sources": ("nobody-1900",), "parallel_to": "open-medical-engagement@9.9.9"}
    )
    problems = "\n".join(str(problem) for problem in checked(made).problems)
    assert "the source nobody-1900 is not in the bibliography" in problems
    assert "there is no such definition" in problems
    assert "did you mean open-medical-engagement" in problems


def test_a_pulse_that_changes_a_word_is_found():
    pulse = catalogue.instrument("open-medical-engagement-pulse")
    first = Item(**pulse.items[0].model_dump() | {"text": "Something else."})
    changed = pulse.model_copy(update={"items": (first, *pulse.items[1:])})
    problems = [str(problem) for problem in checked(changed).problems]
    assert problems == [
        "open-medical-engagement-pulse@1.0.0, item learning-1: it is not word for word an item "
        "of open-medical-engagement@1.0.0."
    ]


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        ("id = ", "mine-1.0.0.toml", "not valid TOML"),
        (b"\xff\xfe\x00", "mine-1.0.0.toml", "not UTF-8"),
        (FILE, "other-1.0.0.toml", "name does not fit"),
        (FILE.replace('version = "1.0.0"', ""), "mine-1.0.0.toml", "version: field required"),
        (FILE.replace("licence", "license"), "mine-1.0.0.toml", "Remove it, or mend"),
        (FILE.replace('items = ["one"]', "items = []"), "mine-1.0.0.toml", "in no scale"),
        (
            FILE + '\n[[items]]\nid = "Two"\noptions = "x"\n',
            "mine-1.0.0.toml",
            "items[2] (Two).id",
        ),
    ],
)
def test_a_wrong_file_is_told_with_file_place_and_mend(tmp_path, text, name, what):
    found = checks.check_folder(folder(tmp_path, text, name), today=TODAY)
    told = "\n".join(str(problem) for problem in found.problems)
    assert name in told
    assert what in told


def test_all_wrong_places_of_a_file_are_told_at_once(tmp_path):
    text = FILE.replace('version = "1.0.0"', "").replace('title = "Mine"', "title = 3")
    found = checks.check_folder(folder(tmp_path, text), today=TODAY)
    assert len(found.problems) == 2


def test_a_folder_without_content_says_what_belongs_there(tmp_path):
    found = checks.check_folder(tmp_path, today=TODAY)
    assert "Put files into instruments/" in str(found.problems[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_bytes_it_never_raises(tmp_path_factory, data):
    made = folder(tmp_path_factory.mktemp("content"), data)
    assert checks.check_folder(made, today=TODAY).problems


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["id", "version", "title", "items", "scales", "options", "sources", "words"]
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1))
def test_whatever_the_table_it_is_a_content_error(table):
    with pytest.raises(ContentError):
        parse(Instrument, table, "hostile.toml")
