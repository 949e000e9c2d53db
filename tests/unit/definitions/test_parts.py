"""The parts of an instrument: what each can know of itself."""

import pytest
from pydantic import ValidationError

from medengage.definitions.parts import (
    Continuum,
    Engaged,
    Item,
    MissingRule,
    Quadrant,
    ResponseOptions,
    Scale,
    filled,
)

NAMES = {"low_low": "a", "high_low": "b", "low_high": "c", "high_high": "d"}


def options(count=5, **more):
    return ResponseOptions(labels=tuple(f"o{k}" for k in range(count)), **more)


@pytest.mark.parametrize(
    ("count", "favourable"), [(2, 2), (3, 3), (4, 3), (5, 4), (6, 4), (7, 5), (10, 6)]
)
def test_favourable_begins_above_the_middle(count, favourable):
    assert options(count).favourable_cut == favourable
    assert options(count).highest == count


def test_favourable_begins_where_the_file_says():
    assert options(5, favourable_from=5).favourable_cut == 5


@pytest.mark.parametrize(
    ("rule", "items", "needed"),
    [(0.5, 1, 1), (0.5, 2, 2), (0.5, 3, 2), (0.5, 5, 3), (0.5, 11, 6), (4, 5, 4), (9, 5, 5)],
)
def test_the_half_rule_and_rules_by_number(rule, items, needed):
    assert MissingRule(answer_at_least=rule).min_items(items) == needed


@pytest.mark.parametrize(
    ("kind", "fields", "what"),
    [
        (ResponseOptions, {"labels": ("one",)}, "at least 2 items"),
        (ResponseOptions, {"labels": ("Yes", "yes")}, "the same label"),
        (ResponseOptions, {"labels": ("a", "b"), "not_applicable": "B"}, "the same label"),
        (ResponseOptions, {"labels": ("a", "b"), "favourable_from": 3}, "one of the options"),
        (ResponseOptions, {"labels": ("a", "b"), "favourable_from": -1}, "one of the options"),
        (ResponseOptions, {"labels": ("a", " ")}, "at least 1 character"),
        (Item, {"id": "a", "options": "b", "text": "  "}, "at least 1 character"),
        (MissingRule, {"answer_at_least": 0}, "greater than 0"),
        (MissingRule, {"answer_at_least": float("inf")}, "finite"),
        (MissingRule, {"answer_at_least": float("nan")}, "finite"),
        (Quadrant, NAMES | {"low_low": "D"}, "the same name"),
        (Quadrant, NAMES | {"cut": 101}, "less than or equal to 100"),
        (Continuum, {"cuts": (50,), "stages": ("one",)}, "one stage more than cuts"),
        (Continuum, {"cuts": (50,), "stages": ("one", "One")}, "the same name"),
        (Continuum, {"cuts": (60, 40), "stages": ("1", "2", "3")}, "cuts rise"),
        (Continuum, {"cuts": (40, 40), "stages": ("1", "2", "3")}, "cuts rise"),
        (Continuum, {"cuts": (0, 40), "stages": ("1", "2", "3")}, "between 0 and 100"),
        (Continuum, {"cuts": (40, 100), "stages": ("1", "2", "3")}, "between 0 and 100"),
        (Engaged, {"facets": ("a",), "all_at_least": 1, "mean_at_least": 1}, "at least 2 items"),
        (Scale, {"id": "a", "title": "A", "aspect": "team"}, "'organisation' or 'individual'"),
    ],
)
def test_a_part_refuses_what_it_can_see_alone(kind, fields, what):
    with pytest.raises(ValidationError, match=what):
        kind(**fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This {place} is ours.", "This ward is ours."),
        ("This {other} is ours.", "This {other} is ours."),
        ("{place}{place}", "wardward"),
        ("{ {place} }", "{ ward }"),
        ("no word", "no word"),
    ],
)
def test_placeholders_are_filled_once_and_unknown_ones_stay(text, expected):
    assert filled(text, {"place": "ward", "ward": "never"}) == expected


def test_the_defaults_decide_numbers_and_never_change():
    """Checksums leave defaults out, so another default needs another field, not a change."""
    assert Item(id="a", options="b").model_dump(exclude_unset=False) == {
        "id": "a",
        "text": None,
        "options": "b",
        "reversed": False,
        "anchor": False,
    }
    assert Scale(id="a", title="A").missing.answer_at_least == 0.5
    assert Scale(id="a", title="A").part_of is None
    assert options().favourable_from == 0
    assert Quadrant(**NAMES).cut == 50
