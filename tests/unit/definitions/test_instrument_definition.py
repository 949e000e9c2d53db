"""An instrument refuses to be inconsistent, and knows its own tree."""

import pytest

from medengage.definitions import catalogue
from medengage.definitions.base import parse
from medengage.definitions.instrument import Instrument
from medengage.errors import ContentError, LicenceRefused
from tests import builders

SOUND = builders.instrument().model_dump(mode="json")
ITEMS = [item["id"] for item in SOUND["items"]]
OURS = catalogue.instrument("open-medical-engagement")
TWO_SIZES = {"agree": {"labels": ["no", "yes"]}, "often": {"labels": ["1", "2", "3"]}}
QUADRANT = {"low_low": "a", "high_low": "b", "low_high": "c", "high_high": "d"}
STAGES = {"cuts": [50], "stages": ["one", "two"]}


def refused(changes):
    with pytest.raises(ContentError) as caught:
        parse(Instrument, SOUND | changes, "x.toml")
    return [str(problem) for problem in caught.value.problems]


def scales(*tables):
    return {"scales": [{"title": "t", **table} for table in tables]}


def items(*tables):
    return {"items": [*SOUND["items"], *({"text": "t", **table} for table in tables)]}


def engaged(*facets):
    return {"engaged": {"facets": facets, "all_at_least": 1, "mean_at_least": 1}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            scales({"id": "a", "items": ITEMS[:-1]}),
            ["items[6] (voice-3): item voice-3 is in no scale. List it in the items of one scale"],
        ),
        (
            scales({"id": "a", "items": [*ITEMS, "nine"]}),
            ["scales[1] (a).items: a scale names unknown item nine. Mend its spelling."],
        ),
        (
            scales({"id": "a", "items": ITEMS}, {"id": "b", "items": ITEMS[:1]}),
            ["scales[1] (a).items: item learning-1 stands in two", "scales[2] (b).items: item l"],
        ),
        (scales({"id": "a", "items": [*ITEMS, ITEMS[0]]}), ["or twice in one"]),
        (
            scales({"id": "a", "items": ITEMS[:3]}, {"id": "a", "items": ITEMS[3:]}),
            ["scales[2] (a).id: two scales are called a. Give one another id."],
        ),
        (
            scales({"id": "a", "items": ITEMS, "part_of": "z"}),
            ["scales[1] (a).part_of: scale a is part of unknown scale z."],
        ),
        (
            scales({"id": "a", "items": ITEMS}, {"id": "b"}),
            ["scales[2] (b): scale b needs either items or parts, and not both."],
        ),
        (
            scales(
                {"id": "a", "items": ITEMS[:3]}, {"id": "b", "items": ITEMS[3:], "part_of": "a"}
            ),
            ["scales[1] (a): scale a needs either items or parts"],
        ),
        (
            scales(
                {"id": "a", "part_of": "b"},
                {"id": "b", "part_of": "a"},
                {"id": "c", "items": ITEMS},
            ),
            ["scale a is part of itself. Remove part_of.", "scale b is part of itself."],
        ),
        (
            scales({"id": "a", "part_of": "a", "items": ITEMS}),
            ["part of itself", "items or parts"],
        ),
        (
            items({"id": "learning-1", "options": "agree"}),
            ["items[7] (learning-1).id: two items are called learning-1."],
        ),
        (
            items({"id": "new", "options": "often"}),
            [
                "items[7] (new).options: item new names unknown options often. Known: agree.",
                "no s",
            ],
        ),
        (
            {"options": TWO_SIZES}
            | {
                "items": [i | {"options": "often"} for i in SOUND["items"][:1]]
                + SOUND["items"][1:]
            },
            ["scales[2] (learning).items: the items of scale learning have different numbers"],
        ),
        (
            scales({"id": "a", "items": ITEMS}) | {"quadrant": QUADRANT},
            ["quadrant: a quadrant needs subscales of both aspects. Add aspect."],
        ),
        (
            scales({"id": "a", "items": ITEMS[:3]}, {"id": "b", "items": ITEMS[3:]})
            | {"continuum": STAGES},
            ["continuum: a continuum needs one index."],
        ),
        (engaged("learning", "x"), ["engaged.facets[2]: the engaged rule names unknown scale x."]),
        (
            engaged("learning", "learning"),
            ["engaged.facets[2]: the engaged rule names learning t"],
        ),
    ],
)
def test_inconsistent_files_are_refused_with_place_reason_and_mend(changes, expected):
    found = refused(changes)
    assert len(found) == len(expected)
    for problem, words in zip(found, expected, strict=True):
        assert words in problem


def test_all_misfits_are_told_at_once():
    made = scales({"id": "a", "items": [*ITEMS[:2], "nine"], "part_of": "z"}) | engaged("p", "q")
    found = refused(made)
    assert len(found) == 4 + 1 + 1 + 2  # four items in no scale, unknown item, parent, two facets


def test_too_many_parts_are_refused_before_they_take_time():
    table = SOUND | {"items": [{"id": f"i{k}", "options": "agree"} for k in range(501)]}
    assert "at most 500 items" in refused(table)[0]


def test_the_tree_knows_levels_leaves_and_order():
    levels = [OURS.level(scale.id) for scale in OURS.scales]
    assert [levels.count(kind) for kind in ("index", "meta-scale", "subscale")] == [1, 3, 6]
    order = [scale.id for scale in OURS.scoring_order]
    assert sorted(order) == sorted(scale.id for scale in OURS.scales)
    assert all(
        order.index(scale.id) < order.index(scale.part_of)
        for scale in OURS.scales
        if scale.part_of
    )
    assert len(OURS.items_of("medical-engagement-index")) == 30
    assert [leaf.id for leaf in OURS.leaves_of("open-working")] == [
        "climate-for-learning",
        "working-with-colleagues",
    ]
    assert OURS.leaves_of("taking-part") == (OURS.scale("taking-part"),)
    assert [scale.id for scale in OURS.roots] == ["medical-engagement-index"]


def test_a_lone_leaf_is_the_index_and_a_forest_has_none():
    lone = parse(Instrument, SOUND | scales({"id": "a", "items": ITEMS}), "x")
    assert lone.level("a") == "index"
    forest = parse(
        Instrument,
        SOUND | scales({"id": "a", "items": ITEMS[:3]}, {"id": "b", "items": ITEMS[3:]}),
        "x",
    )
    assert forest.index is None
    assert [forest.level(name) for name in "ab"] == ["subscale", "subscale"]


@pytest.mark.parametrize(
    ("words", "expected"), [(None, "hospital"), ({"organisation": "clinic"}, "clinic")]
)
def test_a_text_is_filled_with_the_words_of_the_study(words, expected):
    made = builders.instrument()
    assert made.text("learning-1", words).startswith(f"This is what {expected} asks")
    assert made.label("learning-1") == made.text("learning-1")


def test_a_text_without_a_licence_is_refused_and_its_label_is_the_id():
    silent = builders.instrument(verbatim=False)
    with pytest.raises(LicenceRefused, match="may not be shown") as caught:
        silent.text("voice-2")
    assert caught.value.subject == "test-scale@1.0.0, item voice-2"
    assert silent.label("voice-2") == "voice-2"


def test_an_unknown_id_is_a_programmers_mistake():
    with pytest.raises(KeyError):
        OURS.item("nothing")
    with pytest.raises(KeyError):
        OURS.scale("nothing")
