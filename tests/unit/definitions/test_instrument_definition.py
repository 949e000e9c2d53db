"""An instrument refuses to be inconsistent, and knows its own tree."""

import pytest

from medengage.definitions import catalogue
from medengage.definitions.base import parse
from medengage.definitions.instrument import Instrument, MissingRule, ResponseOptions
from medengage.errors import ContentError, UnknownDefinition
from tests import builders

SOUND = builders.instrument().model_dump(mode="json")


def refused(**changes):
    with pytest.raises(ContentError) as caught:
        parse(Instrument, SOUND | changes, "x.toml")
    return str(caught.value)


def scales(*tables):
    return {"scales": [{"title": "t", **table} for table in tables]}


ITEMS = [item["id"] for item in SOUND["items"]]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (scales({"id": "a", "items": ITEMS[:-1]}), "item voice-3 is in no scale"),
        (scales({"id": "a", "items": [*ITEMS, "nine"]}), "a scale names unknown item nine"),
        (scales({"id": "a", "items": ITEMS}, {"id": "b", "items": ITEMS[:1]}), "in two scales"),
        (scales({"id": "a", "items": ITEMS}, {"id": "a"}), "two scales are called a"),
        (scales({"id": "a", "items": ITEMS, "part_of": "z"}), "part of unknown scale z"),
        (scales({"id": "a", "items": ITEMS}, {"id": "b"}), "needs either items or parts"),
        (
            scales(
                {"id": "a", "part_of": "b"},
                {"id": "b", "part_of": "a"},
                {"id": "c", "items": ITEMS},
            ),
            "part of itself",
        ),
        ({"engaged": {"facets": ["x", "y"], "all_at_least": 1, "mean_at_least": 1}}, "scale x"),
        ({"continuum": {"cuts": [50], "stages": ["one"]}}, "one stage more than cuts"),
        ({"continuum": {"cuts": [60, 40], "stages": ["1", "2", "3"]}}, "cuts rise"),
        ({"next_review": "2025-01-01"}, "next_review must be later"),
        ({"id": "No Spaces"}, "small letters"),
    ],
)
def test_inconsistent_files_are_refused_with_the_reason(changes, what):
    assert what in refused(**changes)


@pytest.mark.parametrize(
    ("options", "favourable"), [(2, 2), (3, 3), (4, 3), (5, 4), (6, 4), (7, 5), (10, 6)]
)
def test_favourable_begins_above_the_middle(options, favourable):
    made = ResponseOptions(labels=tuple(f"o{k}" for k in range(options)))
    assert made.favourable_cut == favourable


@pytest.mark.parametrize(
    ("rule", "items", "needed"),
    [(0.5, 1, 1), (0.5, 2, 2), (0.5, 3, 2), (0.5, 5, 3), (0.5, 11, 6), (4, 5, 4), (9, 5, 5)],
)
def test_the_half_rule_and_rules_by_number(rule, items, needed):
    assert MissingRule(answer_at_least=rule).min_items(items) == needed


def test_the_tree_knows_levels_leaves_and_order():
    ours = catalogue.instrument("open-medical-engagement")
    levels = [ours.level(scale.id) for scale in ours.scales]
    assert (levels.count("index"), levels.count("meta-scale"), levels.count("subscale")) == (
        1,
        3,
        6,
    )
    order = [scale.id for scale in ours.scoring_order]
    assert all(
        order.index(scale.id) < order.index(scale.part_of)
        for scale in ours.scales
        if scale.part_of
    )
    assert len(ours.items_of("medical-engagement-index")) == 30
    assert len(ours.leaves_of("open-working")) == 2


def test_equal_content_has_an_equal_checksum_whatever_its_layout():
    again = parse(Instrument, dict(reversed(SOUND.items())), "x.toml")
    assert again.checksum == builders.instrument().checksum
    other = parse(Instrument, SOUND | {"title": "Other"}, "x.toml")
    assert other.checksum != again.checksum


@pytest.mark.parametrize("name", ["open-medical-engagment", "open-medical-engagement@7.0.0"])
def test_an_unknown_name_suggests_the_nearest(name):
    with pytest.raises(UnknownDefinition, match="did you mean") as caught:
        catalogue.instrument(name)
    assert "open-medical-engagement" in caught.value.hint


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(UnknownDefinition, match="known: instruments"):
        catalogue.find("spells")
