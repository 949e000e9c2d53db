"""Every shipped instrument: the promises of its design, file by file."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from medengage.definitions import catalogue, checks
from medengage.definitions.lock import missing, published
from medengage.definitions.texts import apply_texts, languages, load_texts

CONTENT = Path(str(catalogue.PACKAGE_CONTENT))
TODAY = date(2026, 11, 23)
ALL = catalogue.find("instruments")
OURS = catalogue.instrument("open-medical-engagement")
MANAGERS = catalogue.instrument("open-medical-engagement-managers")
PRIMARY = catalogue.instrument("open-medical-engagement-primary-care")
PULSE = catalogue.instrument("open-medical-engagement-pulse")
SAY_STAY_STRIVE = catalogue.instrument("say-stay-strive")
FULL = [OURS, MANAGERS, PRIMARY]
WORDED = [*FULL, PULSE, SAY_STAY_STRIVE]
LONGEST_ITEM = 15
READING_GRADE = 7.0
"""School grade 7 of Flesch and Kincaid is the reading of a child of about 12."""
NEGATIVE = re.compile(r"\b(not|never|no|none|nothing|cannot|without|un\w+ble)\b|n't\b", re.I)
PLACES = re.compile(r"\b(hospital|trust|practice|network|commissioner|ward|clinic)s?\b", re.I)
IDIOMS = re.compile(
    r"on the same page|at the end of the day|in the loop|red tape|go the extra mile|buy.in"
    r"|on board|the bigger picture|take ownership|voice heard|top.down|shop floor",
    re.I,
)


def ids(instruments):
    return [instrument.id for instrument in instruments]


def each(instruments):
    return pytest.mark.parametrize("instrument", instruments, ids=ids(instruments))


def items(instrument):
    return [(item.id, instrument.text(item.id)) for item in instrument.items]


def syllables(word):
    """A rough count: groups of vowels, a silent e at the end left out."""
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))))


def reading_grade(text):
    """Flesch-Kincaid grade of one sentence (Kincaid and others 1975)."""
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) + 11.8 * mean(map(syllables, words)) - 15.59


def test_every_shipped_file_has_nothing_to_mend():
    found = checks.check_folder(CONTENT, today=TODAY)
    assert found.problems == ()
    assert found.advice == ()


@each(FULL)
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


@each(FULL)
def test_eight_reverse_keyed_items_are_spread_evenly(instrument):
    turned = [item.reversed for item in instrument.items]
    assert sum(turned) == 8
    by_scale = [
        sum(instrument.item(name).reversed for name in scale.items)
        for scale in instrument.subscales
    ]
    assert set(by_scale) == {1, 2}
    assert not any(a and b for a, b in pairwise(turned))
    # No page of ten items is without one, and no anchor is one.
    assert all(any(turned[at : at + 10]) for at in range(0, 30, 10))
    assert not any(item.reversed and item.anchor for item in instrument.items)
    for aspect in ("organisation", "individual"):
        keyed = [name for scale in instrument.aspect(aspect) for name in scale.items]
        assert sum(instrument.item(name).reversed for name in keyed) == 4


@each(WORDED)
def test_every_item_is_one_short_sentence_told_once(instrument):
    texts = dict(items(instrument))
    assert len({text.casefold() for text in texts.values()}) == len(instrument.items)
    for name, text in texts.items():
        assert len(text.split()) <= LONGEST_ITEM, name
        assert re.fullmatch(r"[A-Z][^.!?{}]*\.", text), name


@each(WORDED)
def test_no_idiom_no_double_negative_no_place_of_one_kind(instrument):
    for item in instrument.items:
        assert not IDIOMS.search(item.text), item.id
        assert len(NEGATIVE.findall(item.text)) < 1 + (not item.reversed), item.id
        assert not PLACES.search(re.sub(r"\{\w+\}", "", item.text)), item.id


@each(WORDED)
def test_a_child_of_twelve_could_read_it(instrument):
    grades = [reading_grade(text) for _, text in items(instrument)]
    assert mean(grades) <= READING_GRADE


@pytest.mark.parametrize("instrument", [OURS, PRIMARY], ids=ids([OURS, PRIMARY]))
def test_organisation_items_are_about_it_and_individual_items_about_me(instrument):
    me = re.compile(r"\b(I|me|my)\b")
    for scale in instrument.subscales:
        for name in scale.items:
            about_me = bool(me.search(instrument.text(name)))
            assert about_me is (scale.aspect == "individual"), name


@each(WORDED)
def test_every_scale_says_what_it_means_and_what_to_ask(instrument):
    for scale in instrument.scales:
        assert scale.meaning, scale.id
        assert not scale.meaning.endswith("."), scale.id
        assert scale.discuss.endswith("?"), scale.id


@each(WORDED)
def test_every_instrument_says_whose_words_these_are_and_what_is_not_known(instrument):
    note = " ".join(instrument.note.split())
    assert instrument.licence == "CC-BY-4.0"
    assert "All item texts are our own wording." in note
    assert "credited to the sources" in note
    assert "No doctor has been interviewed" in note


def test_one_anchor_a_subscale_makes_the_pulse_word_for_word():
    anchors = [item for item in OURS.items if item.anchor]
    assert len(anchors) == 6
    homes = {s.id for s in OURS.subscales for item in anchors if item.id in s.items}
    assert len(homes) == 6
    assert PULSE.items == tuple(anchors)
    assert PULSE.options == OURS.options
    assert PULSE.words == OURS.words


def test_the_pulse_keeps_each_item_in_its_aspect_and_claims_no_stage():
    for aspect in ("organisation", "individual"):
        whole = {name for scale in OURS.aspect(aspect) for name in scale.items}
        part = {name for scale in PULSE.aspect(aspect) for name in scale.items}
        assert len(part) == 3
        assert part < whole
    assert PULSE.continuum is None


def test_the_managers_form_mirrors_every_item_key_and_scale():
    assert MANAGERS.respondents == "managers"
    assert MANAGERS.parallel_to == OURS.reference
    assert MANAGERS.item_ids == OURS.item_ids
    assert [i.reversed for i in MANAGERS.items] == [i.reversed for i in OURS.items]
    assert [(s.id, s.items) for s in MANAGERS.scales] == [(s.id, s.items) for s in OURS.scales]
    assert all(text.startswith("Doctors here ") for _, text in items(MANAGERS))


def test_the_place_is_a_word_of_the_campaign():
    assert OURS.text("learning-4", {"organisation": "trust"}).startswith("This trust gives")
    assert set(PRIMARY.words) == {"organisation", "network", "commissioner"}


def test_primary_care_has_the_same_ids_keys_and_scales():
    assert PRIMARY.item_ids == OURS.item_ids
    assert [i.reversed for i in PRIMARY.items] == [i.reversed for i in OURS.items]
    assert PRIMARY.scales == OURS.scales
    differ = [n for n in OURS.item_ids if OURS.item(n).text != PRIMARY.item(n).text]
    assert len(differ) == 11  # docs/explanation/instruments.md says eleven


def test_say_stay_strive_counts_engaged_by_two_rules():
    found = SAY_STAY_STRIVE
    assert found.engaged is not None
    assert found.engaged.facets == ("say", "stay", "strive")
    assert [len(found.items_of(facet)) for facet in found.engaged.facets] == [2, 2, 2]
    assert found.index is not None
    assert found.options_of("say-1").highest == 6
    # 4.5 on six options is 70 of 100.
    assert found.engaged.mean_at_least == pytest.approx(100 * (4.5 - 1) / 5)
    assert found.engaged.all_at_least == 70


def test_a_licensed_instrument_ships_no_text():
    found = catalogue.instrument("licensed-scale-structure")
    assert found.licence == "proprietary"
    assert not found.verbatim
    assert all(item.text is None for item in found.items)
    assert [len(scale.items) for scale in found.subscales] == [5] * 6


def test_a_translation_changes_words_and_says_that_nobody_has_reviewed_it():
    assert languages(PULSE) == ("fr",)
    texts = load_texts(PULSE, "fr")
    told = apply_texts(PULSE, texts)
    assert "nobody has reviewed" in texts.review
    assert told.text("commitment-1") == "J'ai plaisir à travailler dans cet hôpital."
    assert told.item_ids == PULSE.item_ids
    assert [len(s.items) for s in told.scales] == [len(s.items) for s in PULSE.scales]


@pytest.mark.parametrize("instrument", ALL, ids=ids(ALL))
def test_published_versions_never_change(instrument):
    expected = published().get(instrument.reference)
    assert instrument.checksum == expected, (
        f"{instrument.reference} differs from what was published. Give it a new version number "
        "and a new file; keep the old file as it was; then add the new line to published.lock "
        "(python -m medengage.definitions.lock)."
    )


def test_nothing_published_has_gone_and_nothing_is_unpublished():
    everything = [one for kind in catalogue.KINDS for one in catalogue.find(kind)]
    assert set(published()) == {one.reference for one in everything}
    assert missing() == []


def test_every_source_of_the_bibliography_is_a_citation_with_a_year():
    cited = catalogue.sources()
    everything = [one for kind in catalogue.KINDS for one in catalogue.find(kind)]
    assert {source for one in everything for source in one.sources} <= set(cited)
    assert all(re.search(r"\b(19|20)\d\d\b", text) for text in cited.values())
