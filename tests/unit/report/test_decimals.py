"""How numbers are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.report.decimals import alike, number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (58, "58"),
        (58.0, "58"),
        (58.25, "58.25"),
        (0.1 + 0.2, "0.3"),
        (5400, "5,400"),
        (-3.1, "-3.1"),
        (-0.0001, "0"),
    ],
)
def test_no_more_decimals_than_a_number_has(value, words):
    assert number(value) == words


def test_neighbours_share_their_decimals():
    assert alike(53, 51.4, 54.6) == ("53.0", "51.4", "54.6")
    assert alike(53.0, 51.0) == ("53", "51")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=4))
def test_neighbours_end_at_the_same_decimal(values):
    lengths = {len(words.partition(".")[2]) for words in alike(*values)}
    assert len(lengths) == 1
