"""Simulated comments: themes, moods and personal details are where the truth says."""

import re

import numpy as np
import pytest

from medengage.simulate import comments, region
from medengage.simulate.comments import patient_number, themes

NEUTRAL = np.zeros(2000)


def rng(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.fixture(scope="module")
def written():
    return comments(rng(), NEUTRAL, share=1.0, personal=0.3)


def test_same_seed_same_words(written):
    assert comments(rng(), NEUTRAL, share=1.0, personal=0.3) == written
    assert comments(rng(2), NEUTRAL, share=1.0, personal=0.3) != written


def test_every_theme_is_written_about(written):
    assert {comment.theme for comment in written} == set(themes())
    assert len(themes()) == 8


def test_no_slot_is_left_open_and_every_comment_is_a_sentence(written):
    for comment in written:
        assert not re.search(r"[{}]|  ", comment.text)
        assert comment.text[0].isupper()
        assert comment.text[-1] in ".!?"


def test_comments_are_varied(written):
    assert len({comment.text for comment in written}) > 0.8 * len(written)


def test_planted_details_stand_in_the_text(written):
    careless = [comment for comment in written if comment.personal]
    assert len(careless) / len(written) == pytest.approx(0.3, abs=0.04)
    for comment in careless:
        for planted in comment.personal:
            assert planted.words in comment.text


def test_every_kind_of_detail_is_planted(written):
    kinds = {planted.kind for comment in written for planted in comment.personal}
    assert kinds == {
        "date", "email", "name", "patient number", "place", "registration", "role", "telephone",
    }  # fmt: skip


def test_details_are_invented_ones(written):
    """Drama telephone numbers, example addresses, test patients: nobody's."""
    safe = {
        "telephone": r"07700 900\d{3}",
        "email": r"[a-z]+\.[a-z]+@example\.org",
        "patient number": r"999 \d{3} \d{4}",
        "registration": r"9\d{6}",
    }
    for comment in written:
        for planted in comment.personal:
            if planted.kind in safe:
                assert re.fullmatch(safe[planted.kind], planted.words)


def test_patient_numbers_have_a_valid_check_digit():
    generator = rng()
    for _ in range(200):
        digits = [int(digit) for digit in patient_number(generator).replace(" ", "")]
        assert len(digits) == 10
        total = sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True))
        assert total % 11 == 0


@pytest.mark.parametrize(("engagement", "share"), [(-2.0, 0.12), (0.0, 0.5), (2.0, 0.88)])
def test_the_more_engaged_the_friendlier(engagement, share):
    found = comments(rng(), np.full(2000, engagement), share=1.0)
    positive = np.mean([comment.positive for comment in found])
    assert positive == pytest.approx(share, abs=0.03)


def test_a_share_of_doctors_writes():
    found = comments(rng(), NEUTRAL, share=0.35, personal=0.0)
    assert len(found) / len(NEUTRAL) == pytest.approx(0.35, abs=3 * 0.48 / np.sqrt(2000))
    assert not any(comment.personal for comment in found)


@pytest.mark.parametrize("wrong", [{"share": 1.2}, {"personal": -0.1}])
def test_impossible_shares_are_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        comments(rng(), NEUTRAL, **wrong)


def test_a_region_has_comments_of_those_who_answered():
    simulated = region(seed=1, organisations=1)
    found = simulated.comments(1, 1)
    responded = simulated.organisation(1).doctors(1).responded.sum()
    assert 0.2 * responded < len(found) < 0.5 * responded
    assert found == simulated.comments(1, 1)
