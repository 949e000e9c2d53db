"""From answers to scores, through the study: the rules of methods 1.1 on whole studies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.definitions.instrument import Item, MissingRule, ResponseOptions, Scale
from medengage.measure.responses import Responses
from medengage.measure.scoring import score
from tests import builders


def study_of(answers, *, items_per_scale=5, **more):
    """A study of one instrument (two subscales, none reversed) with exactly these answers."""
    asked = builders.instrument(items_per_scale=items_per_scale, reversed_every=0, **more)
    table = Responses(asked.item_ids, np.array(answers, dtype=np.int8))
    return builders.study(instrument=asked, responses=table, population=None)


@pytest.mark.parametrize(
    ("answers", "learning", "voice", "index"),
    [
        ("55555 55555", 100, 100, 100),
        ("11111 11111", 0, 0, 0),
        ("33333 55555", 50, 100, 75),
        ("4 0 4 0 4 11111".replace(" ", ""), 75, 0, 37.5),
        ("4400055555", None, 100, None),
        ("00000 33333", None, 50, None),
    ],
    ids=[
        "highest",
        "lowest",
        "mean of two",
        "three of five suffice",
        "two do not",
        "half missing",
    ],
)
def test_scores_follow_the_rules(answers, learning, voice, index):
    row = [int(answer) for answer in answers.replace(" ", "")]
    scores = score(study_of([row, [3] * 10]))
    found = [scores.scale[name][0] for name in ("learning", "voice", "test-scale-index")]
    assert [None if np.isnan(x) else x for x in found] == [learning, voice, index]


def test_a_form_without_any_scorable_subscale_is_no_answer():
    scores = score(study_of([[3] * 10, [4, 4] + [0] * 8, [0] * 10]))
    assert scores.n == 1


def test_more_than_half_of_the_items_missing_excludes_from_the_index():
    """Even where a lenient missing rule would give every subscale a score."""
    lenient = MissingRule(answer_at_least=0.01)
    asked = builders.instrument(items_per_scale=5, reversed_every=0)
    scales = tuple(
        scale.model_copy(update={"missing": lenient}) if scale.items else scale
        for scale in asked.scales
    )
    asked = asked.model_copy(update={"scales": scales})
    rows = np.array([[4, 4, 0, 0, 0, 4, 4, 0, 0, 0], [4] * 5 + [0] * 5], dtype=np.int8)
    study = builders.study(
        instrument=asked, responses=Responses(asked.item_ids, rows), population=None
    )
    scores = score(study)
    assert scores.scale["learning"].tolist() == [75, 75]
    assert np.isnan(scores.scale["test-scale-index"]).tolist() == [True, True]
    assert scores.mostly_missing.tolist() == [True, False]


def test_items_of_a_module_with_more_options_do_not_disturb_the_main_scales():
    six = builders.instrument(
        "extra",
        scales=("say", "stay"),
        items_per_scale=2,
        labels=[f"option {k}" for k in range(6)],
    )
    study = builders.study(n=30, modules=(six,))
    alone = builders.study(
        instrument=study.instrument,
        responses=Responses(
            study.instrument.item_ids,
            np.ascontiguousarray(
                study.responses.answers[:, study.responses.columns(study.instrument.item_ids)]
            ),
        ),
        population=None,
    )
    for name in ("learning", "voice", "test-scale-index"):
        np.testing.assert_array_equal(score(study).scale[name], score(alone).scale[name])


def test_each_aspect_is_the_mean_of_its_subscales():
    study = builders.study(instrument=builders.instrument(scales=("a", "b", "c", "d")))
    scores = score(study)
    expected = np.mean([scores.scale["a"], scores.scale["c"]], axis=0)
    np.testing.assert_array_equal(scores.aspect["individual"], expected)


def test_an_instrument_of_two_widths_scores_each_scale_on_its_own():
    asked = builders.instrument(
        scales=("wide", "narrow"),
        items_per_scale=2,
        reversed_every=0,
        options={
            "ten": ResponseOptions(labels=tuple(f"o{k}" for k in range(10))),
            "two": ResponseOptions(labels=("no", "yes")),
        },
    )
    items = tuple(
        Item(id=item.id, text=item.text, options="ten" if item.id.startswith("wide") else "two")
        for item in asked.items
    )
    asked = asked.model_validate(asked.model_dump() | {"items": items})
    rows = np.array([[10, 10, 1, 2], [1, 1, 2, 2]], dtype=np.int8)
    study = builders.study(
        instrument=asked, responses=Responses(asked.item_ids, rows), population=None
    )
    scores = score(study)
    assert scores.scale["wide"].tolist() == [100, 0]
    assert scores.scale["narrow"].tolist() == [50, 100]


def test_one_scale_alone_is_the_index():
    asked = builders.instrument(scales=("lead",), items_per_scale=3)
    lone = asked.model_validate(
        asked.model_dump() | {"scales": (Scale(id="lead", title="Lead", items=asked.item_ids),)}
    )
    study = builders.study(instrument=lone)
    assert lone.index is not None
    assert lone.level("lead") == "index"
    assert set(score(study).scale) == {"lead"}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_mirroring_every_answer_and_key_mirrors_every_score(seed):
    study = builders.study(n=25, rng=seed)
    answers = study.responses.answers
    turned = Responses(
        study.responses.items, np.where(answers > 0, 6 - answers, 0).astype(np.int8), {}
    )
    mirror = builders.study(instrument=study.instrument, responses=turned, population=None)
    for name, values in score(study).scale.items():
        np.testing.assert_allclose(score(mirror).scale[name], 100 - values, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_scores_stay_between_0_and_100(seed):
    scores = score(builders.study(n=25, rng=seed))
    for values in scores.scale.values():
        known = values[~np.isnan(values)]
        assert ((known >= 0) & (known <= 100)).all()
