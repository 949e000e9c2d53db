"""Texts in another language, and texts that a licence of your own allows."""

from datetime import date
from pathlib import Path

import pytest

from medengage.definitions import catalogue
from medengage.definitions.texts import (
    InstrumentTexts,
    Licence,
    apply_texts,
    languages,
    load_texts,
    questionnaire_text,
    read_texts,
)
from medengage.errors import ContentError, LicenceRefused, UnknownDefinition

LICENSED = catalogue.instrument("licensed-scale-structure")
PULSE = catalogue.instrument("open-medical-engagement-pulse")
FRENCH = load_texts(PULSE, "fr")
TEXTS = {name: f"Licensed words of {name}." for name in LICENSED.item_ids}
TODAY = date(2026, 6, 1)
FIVE = {"labels": ("a", "b", "c", "d", "e")}
SHIPPED = Path(str(catalogue.PACKAGE_CONTENT)) / "instruments"


def licence(until=date(2027, 1, 1)):
    return Licence(holder="St Elsewhere", reference="contract 7", valid_until=until)


def texts(**changes):
    facts = {"instrument": LICENSED.reference, "items": TEXTS, "licence": licence()}
    return InstrumentTexts(**facts | changes)


def french(**changes):
    return FRENCH.model_copy(update=changes)


def without(table, name):
    return {key: text for key, text in table.items() if key != name}


def misfits(instrument, made):
    with pytest.raises(ContentError, match="do not fit") as caught:
        apply_texts(instrument, made, "own.toml")
    found = [str(problem) for problem in caught.value.problems]
    assert all(problem.startswith("own.toml, ") for problem in found)
    return found


def test_texts_change_words_and_nothing_else():
    told = apply_texts(LICENSED, texts(options={"agree": FIVE}, title="Ours"))
    assert told.item("item-01").text == "Licensed words of item-01."
    assert (told.title, told.options["agree"].labels) == ("Ours", FIVE["labels"])
    assert told.scales == LICENSED.scales
    assert told.reference == LICENSED.reference
    assert told.checksum != LICENSED.checksum


def test_a_translation_changes_every_word_and_no_number():
    told = apply_texts(PULSE, FRENCH)
    assert told.language == "fr"
    assert told.text("develop-1").startswith("Les médecins reçoivent de cet hôpital")
    assert told.options["agree"].not_applicable == "Je préfère ne pas répondre"
    assert told.scale("pulse-individual").title == "Ce que les médecins apportent"
    assert told.scale("pulse-individual").meaning.startswith("ils sont prêts")
    assert told.quadrant is not None
    assert PULSE.quadrant is not None
    assert told.quadrant.cut == PULSE.quadrant.cut
    assert told.quadrant.low_low == "Ni l'un ni l'autre"
    rules = [(s.id, s.part_of, s.aspect, s.items, s.missing) for s in told.scales]
    assert rules == [(s.id, s.part_of, s.aspect, s.items, s.missing) for s in PULSE.scales]
    assert [i.reversed for i in told.items] == [i.reversed for i in PULSE.items]


def test_stages_are_translated_by_number():
    ours = catalogue.instrument("open-medical-engagement")
    words = {item.id: item.text for item in ours.items}
    made = InstrumentTexts(instrument=ours.reference, items=words, stages=tuple("abcde"))
    told = apply_texts(ours, made)
    assert told.continuum is not None
    assert told.continuum.stages == tuple("abcde")
    short = made.model_copy(update={"stages": ("a",)})
    assert misfits(ours, short) == ["own.toml, stages: the definition has 5 stages. List as many."]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"items": without(TEXTS, "item-07")}, "items: the text of item-07 is missing. Add it."),
        ({"items": TEXTS | {"item-99": "?"}}, "items.item-99: there is no such id. Remove it."),
        ({"items": TEXTS | {"item-07": "In {x}."}}, "items.item-07: the placeholder {x} has no"),
        ({"options": {"agree": {"labels": "ab"}}}, "options.agree.labels: there must be 5 labels"),
        ({"options": {"often": FIVE}}, "options.often: there are no such options. Remove them."),
        (
            {"options": {"agree": FIVE | {"not_applicable": "n/a"}}},
            "options.agree.not_applicable: the definition differs. Remove it.",
        ),
        ({"stages": ("a", "b")}, "stages: the definition has 0 stages."),
        (
            {"instrument": "licensed-scale-structure@2.0.0"},
            "these texts belong to another version",
        ),
        ({"licence": None}, "licence: licensed texts need a licence of yours."),
    ],
)
def test_texts_that_do_not_fit_are_refused_with_the_place(changes, what):
    if "options" in changes:
        changes = {
            "options": {
                k: v | {"labels": tuple(v["labels"])} for k, v in changes["options"].items()
            }
        }
    found = misfits(LICENSED, texts(**changes))
    assert len(found) == 1
    assert what in found[0]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"title": None}, "title: a translation needs it."),
        ({"introduction": ""}, "introduction: a translation needs it."),
        ({"review": ""}, "review: nobody is named. Say who reviewed it, or that nobody has."),
        ({"options": {}}, "options.agree: a translation needs it."),
        ({"words": {}}, "words.organisation: a translation needs it."),
        ({"quadrant": None}, "quadrant: a translation needs it."),
        ({"scales": {}}, "scales: a translation needs it."),
        (
            {"scales": without(FRENCH.scales, "engagement-pulse")},
            "scales: the text of engagement-pulse is missing.",
        ),
        (
            {
                "scales": FRENCH.scales
                | {
                    "engagement-pulse": FRENCH.scales["engagement-pulse"].model_copy(
                        update={"discuss": ""}
                    )
                }
            },
            "scales.engagement-pulse.discuss: a translation needs it.",
        ),
    ],
)
def test_a_translation_is_whole(changes, what):
    found = misfits(PULSE, french(**changes))
    assert len(found) == 1
    assert what in found[0]


def test_labels_that_become_the_same_are_refused():
    same = FRENCH.options["agree"].model_copy(update={"labels": ("a", "a", "c", "d", "e")})
    with pytest.raises(ContentError, match="two options have the same label"):
        apply_texts(PULSE, french(options={"agree": same}))


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


def test_a_licence_is_in_force_until_the_end_of_its_day():
    told = apply_texts(LICENSED, texts())
    assert questionnaire_text(told, "item-01", licence=licence(TODAY), today=TODAY)


def test_a_structure_without_texts_says_what_is_missing():
    with pytest.raises(LicenceRefused, match="add a file of texts"):
        questionnaire_text(LICENSED, "item-01", licence=licence(), today=TODAY)


@pytest.mark.parametrize(
    ("words", "place"), [(None, "hospital"), ({"organisation": "clinic"}, "clinic")]
)
def test_our_own_words_need_no_licence_and_are_filled(words, place):
    shown = questionnaire_text(PULSE, "commitment-1", licence=None, today=TODAY, words=words)
    assert shown == f"I am glad to work in this {place}."


@pytest.fixture
def own_folder(tmp_path):
    """A folder of content with the texts of the licensed scale."""
    (tmp_path / "instruments").mkdir()
    lines = "\n".join(f'{name} = "{text}"' for name, text in TEXTS.items())
    path = tmp_path / "instruments" / "licensed-scale-structure-1.0.0.en.toml"
    path.write_text(
        f'instrument = "{LICENSED.reference}"\n[licence]\nholder = "St Elsewhere"\n'
        f'reference = "contract 7"\nvalid_until = 2027-01-01\n[items]\n{lines}\n'
    )
    return tmp_path


def test_texts_are_found_in_an_own_folder_with_their_licence(own_folder):
    assert languages(LICENSED) == ()
    assert languages(LICENSED, [own_folder]) == ("en",)
    found = load_texts(LICENSED, "en", [own_folder])
    assert found.licence == licence()
    assert found.items == TEXTS


def test_texts_of_an_own_folder_go_before_those_of_the_package(tmp_path):
    (tmp_path / "instruments").mkdir()
    name = "open-medical-engagement-pulse-1.0.0.fr.toml"
    better = (SHIPPED / name).read_text(encoding="utf-8").replace("J'ai plaisir", "Je tiens")
    (tmp_path / "instruments" / name).write_text(better, encoding="utf-8")
    assert load_texts(PULSE, "fr", [tmp_path]).items["commitment-1"].startswith("Je tiens")


def test_an_unknown_language_names_the_known_ones():
    with pytest.raises(UnknownDefinition, match="no texts in the language cy") as caught:
        load_texts(PULSE, "cy")
    assert caught.value.hint == "known: fr"
    with pytest.raises(UnknownDefinition, match="add a file of texts"):
        load_texts(LICENSED, "cy")


def test_the_name_of_a_file_of_texts_must_fit(own_folder):
    path = own_folder / "instruments" / "licensed-scale-structure-1.0.0.en.toml"
    with pytest.raises(ContentError, match=r"call it licensed-scale-structure-1\.0\.0\.en\.toml"):
        read_texts(path.rename(path.with_name("licensed-scale-structure-1.0.0.cy.toml")))


def test_a_quadrant_is_named_only_where_there_is_one():
    say = catalogue.instrument("say-stay-strive")
    words = {item.id: item.text for item in say.items}
    made = InstrumentTexts(instrument=say.reference, items=words, quadrant=FRENCH.quadrant)
    assert misfits(say, made) == ["own.toml, quadrant: the definition has no quadrant. Remove it."]
