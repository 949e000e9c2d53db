"""Questionnaires to answer: a 30-item survey, its pulse, say-stay-strive, a six-option one."""

from datetime import date

import pytest

from medengage.definitions.instrument import Instrument, Item, ResponseOptions, Scale

SUBSCALES = {
    "belonging": ("teamwork", "safe-culture"),
    "purpose": ("shared-goals", "taking-part"),
    "growth": ("development", "commitment"),
}
"""Meta-scale -> its organisation subscale and its individual one."""

AGREEMENT = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")


def instrument(name, items, scales, options=AGREEMENT):
    return Instrument(
        id=name,
        version="1.0.0",
        title=name,
        licence="MIT",
        sources=(),
        reviewed=date(2026, 1, 1),
        next_review=date(2027, 1, 1),
        options={"agreement": ResponseOptions(labels=options)},
        items=tuple(items),
        scales=tuple(scales),
    )


def leaf(name, parent, aspect, ids):
    return Scale(id=name, title=name, part_of=parent, aspect=aspect, items=tuple(ids))


def tree(per_subscale):
    """Index, three meta-scales, six subscales with so many items each."""
    yield Scale(id="index", title="index")
    for meta, pair in SUBSCALES.items():
        yield Scale(id=meta, title=meta, part_of="index")
        for aspect, name in zip(("organisation", "individual"), pair, strict=True):
            ids = [f"{name}-{number}" for number in range(1, per_subscale + 1)]
            yield leaf(name, meta, aspect, ids)


def items(per_subscale, reverse=()):
    return [
        Item(id=f"{name}-{n}", options="agreement", reversed=n in reverse, anchor=n == 1)
        for pair in SUBSCALES.values()
        for name in pair
        for n in range(1, per_subscale + 1)
    ]


@pytest.fixture(scope="session")
def survey():
    """30 items, the second of every subscale and two more reverse-keyed: 8 of 30."""
    wanted = items(5, reverse=(2,))
    turned = {"teamwork-4", "development-4"}
    changed = [i.model_copy(update={"reversed": True}) if i.id in turned else i for i in wanted]
    return instrument("test-survey", changed, tree(5))


@pytest.fixture(scope="session")
def pulse():
    """The six anchor items, as one scale."""
    wanted = [item for item in items(5) if item.anchor]
    ids = [item.id for item in wanted]
    return instrument("test-pulse", wanted, [leaf("pulse", None, None, ids)])


@pytest.fixture(scope="session")
def say_stay_strive():
    """Three facets of two items."""
    facets = ("say", "stay", "strive")
    ids = {facet: [f"{facet}-1", f"{facet}-2"] for facet in facets}
    wanted = [Item(id=name, options="agreement") for pair in ids.values() for name in pair]
    scales = [Scale(id="engaged", title="engaged")]
    scales += [leaf(facet, "engaged", None, ids[facet]) for facet in facets]
    return instrument("test-say-stay-strive", wanted, scales)


@pytest.fixture(scope="session")
def six_options():
    """Twelve items with six options."""
    return instrument("test-six", items(2, reverse=(2,)), tree(2), options=tuple("abcdef"))
