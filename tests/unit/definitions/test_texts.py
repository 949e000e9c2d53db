"""Texts in another language, and texts that a licence of your own allows."""

from datetime import date

import pytest

from medengage.definitions import catalogue
from medengage.definitions.texts import (
    InstrumentTexts,
    Licence,
    apply_texts,
    questionnaire_text,
    read_texts,
)
from medengage.errors import ContentError, LicenceRefused

LICENSED = catalogue.instrument("licensed-scale-structure")
TEXTS = {name: f"Licensed words of {name}." for name in LICENSED.item_ids}
TODAY = date(2026, 6, 1)


def texts(**changes):
    facts = {"instrument": LICENSED.reference, "items": TEXTS}
    return InstrumentTexts(**facts | changes)


def licence(until=date(2027, 1, 1)):
    return Licence(holder="St Elsewhere", reference="contract 7", valid_until=until)


def test_texts_change_words_and_nothing_else():
    told = apply_texts(LICENSED, texts(language="cy", title="Cymraeg"))
    assert told.item("item-01").text == "Licensed words of item-01."
    assert (told.language, told.title) == ("cy", "Cymraeg")
    assert told.scales == LICENSED.scales


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"items": {k: v for k, v in TEXTS.items() if k != "item-07"}}, "item-07 is missing"),
        ({"items": TEXTS | {"item-99": "?"}}, "items.item-99: there is no such id. Remove it."),
        ({"options": {"agree": ("a", "b")}}, "there must be 5 labels"),
        ({"options": {"often": ("a",) * 5}}, "there are no such options"),
        ({"scales": {"licensed-index": "Index"}}, "the text of scale-a is missing"),
        ({"instrument": "licensed-scale-structure@2.0.0"}, "another version"),
    ],
)
def test_texts_that_do_not_fit_are_refused_with_the_place(changes, what):
    with pytest.raises(ContentError, match="do not fit") as caught:
        apply_texts(LICENSED, texts(**changes), "own.toml")
    assert what in str(caught.value)
    assert "own.toml" in str(caught.value)


def test_licensed_words_are_shown_to_those_who_answer_and_never_in_a_report():
    told = apply_texts(LICENSED, texts())
    assert questionnaire_text(told, "item-01", licence=licence(), today=TODAY) == TEXTS["item-01"]
    with pytest.raises(LicenceRefused, match="may not be shown"):
        told.text("item-01")
    assert told.label("item-01") == "item-01"


@pytest.mark.parametrize("allowed", [None, licence(date(2026, 5, 31))], ids=["none", "run out"])
def test_without_a_licence_in_force_nobody_sees_the_words(allowed):
    told = apply_texts(LICENSED, texts())
    with pytest.raises(LicenceRefused, match="no licence is in force"):
        questionnaire_text(told, "item-01", licence=allowed, today=TODAY)


def test_a_structure_without_texts_says_what_is_missing():
    with pytest.raises(LicenceRefused, match="add a file of texts"):
        questionnaire_text(LICENSED, "item-01", licence=licence(), today=TODAY)


def test_our_own_words_need_no_licence():
    ours = catalogue.instrument("say-stay-strive")
    assert questionnaire_text(ours, "say-1", licence=None, today=TODAY) == ours.item("say-1").text


def test_a_file_of_texts_is_read_with_its_licence(tmp_path):
    path = tmp_path / "licensed-scale-structure-1.0.0.own.toml"
    lines = "\n".join(f'{name} = "{text}"' for name, text in TEXTS.items())
    path.write_text(
        f'instrument = "{LICENSED.reference}"\n[licence]\nholder = "St Elsewhere"\n'
        f'reference = "contract 7"\nvalid_until = 2027-01-01\n[items]\n{lines}\n'
    )
    found = read_texts(path)
    assert found.licence == licence()
    assert found.items == TEXTS
