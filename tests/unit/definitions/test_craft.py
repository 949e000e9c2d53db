"""Advice is about craft, names the item, and stops nobody."""

import pytest

from medengage.definitions import catalogue
from medengage.definitions.craft import craft_advice
from medengage.definitions.instrument import Item, ResponseOptions
from tests import builders


def told(instrument):
    return [str(advice) for advice in craft_advice(instrument, "x.toml")]


def described(**more):
    """An instrument whose scales say what they mean."""
    made = builders.instrument(**{"reversed_every": 0} | more)
    scales = tuple(
        scale.model_copy(update={"meaning": "it is so", "discuss": "Why?"})
        for scale in made.scales
    )
    return made.model_copy(update={"scales": scales})


def with_first_item(**changes):
    made = described()
    first = Item(**made.items[0].model_dump() | changes)
    return made.model_copy(update={"items": (first, *made.items[1:])})


def test_a_sound_instrument_gets_no_advice():
    assert told(described()) == []
    assert told(catalogue.instrument("open-medical-engagement")) == []


@pytest.mark.parametrize(
    ("text", "turned", "what"),
    [
        ("word " * 21, False, "it has more than 20 words. Say it shorter."),
        ("I am heard and seen.", False, "it may hold two ideas in one."),
        ("I am heard Or seen.", False, "it may hold two ideas in one."),
        ("I am not heard.", True, "it is reverse-keyed and negated"),
        ("I don't speak.", True, "it is reverse-keyed and negated"),
        ("I don\u2019t speak.", True, "it is reverse-keyed and negated"),
        ("I work without help.", True, "it is reverse-keyed and negated"),
    ],
)
def test_wording_that_is_hard_to_answer(text, turned, what):
    found = told(with_first_item(text=text, reversed=turned))
    assert len(found) == 1
    assert found[0].startswith("x.toml, item learning-1: ")
    assert what in found[0]


@pytest.mark.parametrize(
    ("text", "turned"),
    [("I am not heard.", False), ("Orders and-less.", False), ("I know notes.", True)],
)
def test_wording_that_only_looks_hard(text, turned):
    advice = " ".join(told(with_first_item(text=text, reversed=turned)))
    assert "negated" not in advice


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"reversed_every": 1, "items_per_scale": 2},
            [
                "x.toml: more than half of the items are reverse-keyed.",
                "item learning-2: it is reverse-keyed like learning-1 before it.",
                "scale voice: most of its items are reverse-keyed.",
            ],
        ),
        (
            {"reversed_every": 0, "items_per_scale": 5},
            ["x.toml: no item is reverse-keyed, so hurried answers down one column go unseen."],
        ),
    ],
)
def test_reverse_keys_should_be_few_apart_and_there(more, expected):
    advice = "\n".join(told(described(**more)))
    for words in expected:
        assert words in advice


def test_scales_should_say_what_they_mean():
    found = told(builders.instrument(reversed_every=0))
    assert found == [
        f"x.toml, scale {name}: it has no meaning and no discuss, so reports say less about it. "
        "Add one line."
        for name in ("test-scale-index", "learning", "voice")
    ]


def test_words_and_options_that_nothing_uses_are_told():
    spare = {"often": ResponseOptions(labels=("a", "b"))}
    made = described(words={"organisation": "hospital", "ward": "ward"})
    made = made.model_copy(update={"options": made.options | spare})
    assert told(made) == [
        "x.toml, words.ward: no item uses it. Remove it.",
        "x.toml, options.often: no item uses them. Remove them.",
    ]


def test_a_proprietary_text_that_reports_may_show_is_told():
    found = told(described(licence="proprietary"))
    assert found == [
        "x.toml, verbatim: the licence is proprietary, yet reports may show its texts. "
        "Set verbatim = false unless they are yours."
    ]


def test_a_structure_without_texts_gets_no_advice_about_words():
    assert told(catalogue.instrument("licensed-scale-structure")) == []
