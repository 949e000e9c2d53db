"""Every shipped instrument: the promises of its design, file by file."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from medengage.definitions import catalogue, checks
from medengage.definitions.lock import published

CONTENT = Path(str(catalogue.PACKAGE_CONTENT))
TODAY = date(2026, 11, 23)
ALL = catalogue.find("instruments")
OURS = catalogue.instrument("open-medical-engagement")
FULL = [
    catalogue.instrument(name)
    for name in (
        "open-medical-engagement",
        "open-medical-engagement-managers",
        "open-medical-engagement-primary-care",
    )
]


def ids(instruments):
    return [instrument.id for instrument in instruments]


def test_every_shipped_file_has_nothing_to_mend():
    found = checks.check_folder(CONTENT, today=TODAY)
    assert found.problems == ()
    assert found.advice == ()


@pytest.mark.parametrize("instrument", FULL, ids=ids(FULL))
def test_thirty_items_five_a_subscale_and_one_tree(instrument):
    assert len(instrument.items) == 30
    assert instrument.index is not None
    assert instrument.index.id == "medical-engagement-index"
    metas = instrument.children(instrument.index.id)
    assert len(metas) == 3
    assert [len(scale.items) for scale in instrument.subscales] == [5] * 6
    for meta in metas:
        aspects = {scale.aspect for scale in instrument.children(meta.id)}
        assert aspects == {"organisation", "individual"}


@pytest.mark.parametrize("instrument", FULL, ids=ids(FULL))
def test_eight_reverse_keyed_items_are_spread_evenly(instrument):
    turned = [item.reversed for item in instrument.items]
    assert sum(turned) == 8
    by_scale = [
        sum(instrument.item(name).reversed for name in scale.items)
        for scale in instrument.subscales
    ]
    assert set(by_scale) == {1, 2}
    assert not any(a and b for a, b in pairwise(turned))
    for aspect in ("organisation", "individual"):
        items = [name for scale in instrument.aspect(aspect) for name in scale.items]
        assert sum(instrument.item(name).reversed for name in items) == 4


@pytest.mark.parametrize("instrument", FULL, ids=ids(FULL))
def test_every_item_is_short_plain_and_told_once(instrument):
    texts = [instrument.text(name) for name in instrument.item_ids]
    assert len(set(texts)) == 30
    for text in texts:
        assert len(text.split()) <= 16, text
        assert text.endswith("."), text
        assert "{" not in text, text


def test_one_anchor_a_subscale_makes_the_pulse_word_for_word():
    pulse = catalogue.instrument("open-medical-engagement-pulse")
    anchors = [item.id for item in OURS.items if item.anchor]
    assert len(anchors) == 6
    assert len({s.id for s in OURS.subscales for name in s.items if name in anchors}) == 6
    assert sorted(pulse.item_ids) == sorted(anchors)
    assert all(pulse.item(name).text == OURS.item(name).text for name in anchors)


def test_the_managers_form_mirrors_every_item_and_key():
    managers = catalogue.instrument("open-medical-engagement-managers")
    assert managers.respondents == "managers"
    assert managers.item_ids == OURS.item_ids
    assert [i.reversed for i in managers.items] == [i.reversed for i in OURS.items]
    assert [s.items for s in managers.scales] == [s.items for s in OURS.scales]
    assert all("octors" in managers.text(name) for name in managers.item_ids)


def test_the_place_is_a_word_of_the_campaign():
    assert "This trust" in OURS.text("learning-2", {"organisation": "trust"})
    assert not any("hospital" in (item.text or "") for item in OURS.items)
    primary = catalogue.instrument("open-medical-engagement-primary-care")
    assert set(primary.words) == {"organisation", "network", "commissioner"}


def test_say_stay_strive_counts_engaged_by_two_rules():
    found = catalogue.instrument("say-stay-strive")
    assert found.engaged is not None
    assert found.engaged.facets == ("say", "stay", "strive")
    assert [len(found.items_of(facet)) for facet in found.engaged.facets] == [2, 2, 2]
    assert found.options_of("say-1").highest == 6
    # 4.5 on six options is 70 of 100.
    assert found.engaged.mean_at_least == pytest.approx(100 * (4.5 - 1) / 5)


def test_a_licensed_instrument_ships_no_text():
    found = catalogue.instrument("licensed-scale-structure")
    assert found.licence == "proprietary"
    assert not found.verbatim
    assert all(item.text is None for item in found.items)


@pytest.mark.parametrize("instrument", ALL, ids=ids(ALL))
def test_published_versions_never_change(instrument):
    expected = published().get(instrument.reference)
    assert instrument.checksum == expected, (
        f"{instrument.reference} differs from what was published. Give it a new version number "
        "and a new file; keep the old file as it was; then add the new line to published.lock "
        "(python -m medengage.definitions.lock)."
    )


def test_nothing_published_has_gone():
    assert set(published()) == {instrument.reference for instrument in ALL}
