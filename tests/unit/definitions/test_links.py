"""What an instrument says of its sources and of other instruments must be true."""

import pytest

from medengage.definitions import catalogue
from medengage.definitions.instrument import Item, ResponseOptions
from medengage.definitions.links import link_faults, source_faults

PULSE = catalogue.instrument("open-medical-engagement-pulse")
MANAGERS = catalogue.instrument("open-medical-engagement-managers")


def faults(instrument, folders=()):
    return [str(problem) for problem in link_faults(instrument, folders, "x.toml")]


def with_first_item(instrument, **changes):
    first = Item(**instrument.items[0].model_dump() | changes)
    return instrument.model_copy(update={"items": (first, *instrument.items[1:])})


def with_labels(instrument, *labels):
    options = instrument.options["agree"].model_dump() | {"labels": labels}
    return instrument.model_copy(update={"options": {"agree": ResponseOptions(**options)}})


@pytest.mark.parametrize("instrument", [PULSE, MANAGERS], ids=["pulse", "managers"])
def test_what_is_shipped_says_true_things(instrument):
    assert faults(instrument) == []
    assert list(source_faults(instrument, catalogue.sources(), "x")) == []


def test_an_unknown_source_is_named():
    found = [str(problem) for problem in source_faults(PULSE, {"clark-2012"}, "x.toml")]
    assert len(found) == 2
    assert found[0] == (
        "x.toml, sources: the source spurgeon-2008 is not in the bibliography. "
        "Add it to sources.toml of your folder."
    )


@pytest.mark.parametrize("field", ["parallel_to", "subset_of"])
def test_a_link_that_points_nowhere_suggests_the_nearest(field):
    lost = PULSE.model_copy(update={field: "open-medical-engagement@9.9.9"})
    assert (
        f"x.toml, {field}: there is no such definition among the instruments. Did you mean "
        in (faults(lost)[0])
    )


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            with_first_item(PULSE, text="Something else."),
            "item learning-1: it is not word for word an item of open-medical-engagement@1.0.0.",
        ),
        (with_first_item(PULSE, reversed=True), "item learning-1: it is not word for word"),
        (with_first_item(PULSE, id="learning-9"), "item learning-9: it is not word for word"),
        (
            PULSE.model_copy(update={"words": {"organisation": "clinic"}}),
            "words: they differ from open-medical-engagement@1.0.0. Copy them.",
        ),
    ],
)
def test_a_subset_repeats_its_items_word_for_word(made, expected):
    found = faults(made)
    assert len(found) == 1
    assert expected in found[0]


def test_a_subset_keeps_the_options():
    found = faults(with_labels(PULSE, "1", "2", "3", "4", "5"))
    assert len(found) == 6
    assert "its options are not those of open-medical-engagement@1.0.0" in found[0]


@pytest.mark.parametrize(
    ("made", "count", "expected"),
    [
        (with_first_item(MANAGERS, id="new"), 1, "parallel_to: the items are not those of open-"),
        (
            MANAGERS.model_copy(update={"respondents": "doctors"}),
            1,
            "parallel_to: both forms ask the same respondents. Set respondents.",
        ),
        (with_first_item(MANAGERS, reversed=True), 1, "item learning-1: its key or its number of"),
        (with_labels(MANAGERS, "no", "yes"), 30, "item learning-1: its key or its number of"),
        (
            MANAGERS.model_copy(
                update={"scales": (*MANAGERS.scales[:-1], PULSE.scales[-1])},
            ),
            1,
            "parallel_to: the scales are not those of open-medical-engagement@1.0.0.",
        ),
    ],
)
def test_a_parallel_form_mirrors_items_keys_and_scales(made, count, expected):
    found = faults(made)
    assert len(found) == count
    assert expected in found[0]
