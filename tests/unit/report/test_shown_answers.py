"""Where joined answers stand on their scale."""

import pytest

from medengage.report.answers import all_answers, places
from tests.findings_samples import AGREE, fullest

D2, D1, N, A1, A2 = AGREE


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (AGREE, ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5))),
        ((f"{D2} to {D1}", N, A1, A2), ((1, 2), (3, 3), (4, 4), (5, 5))),
        ((f"{D2} to {N}", f"{A1} to {A2}"), ((1, 3), (4, 5))),
        ((D2, D1), None),
        ((D2, "Something else", N, A1, A2), None),
        ((*AGREE, "More"), None),
    ],
)
def test_places_of_answers(labels, found):
    assert places(labels, AGREE) == found


def test_an_answer_may_hold_the_word_to():
    answers = ("Not to my knowledge", "A little", "Yes")
    assert places(("Not to my knowledge to A little", "Yes"), answers) == ((1, 2), (3, 3))


def test_names_of_all_answers_come_from_an_item_that_shows_each():
    items = fullest().items
    assert all_answers(items, 5) == AGREE
    joined = [item for item in items if item.id.endswith("-4")]
    assert all_answers(joined, 5) is None
    assert all_answers(items, 7) is None
