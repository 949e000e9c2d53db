"""What may be called different, by the probabilities it needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.compare.calls import Call, called, standard_error
from medengage.findings import Estimate

RULES = [
    # P(above), P(below), what is said
    (0.90, 0.00, Call.ABOVE),
    (0.899, 0.00, Call.PROBABLY_ABOVE),
    (0.80, 0.01, Call.PROBABLY_ABOVE),
    (0.79, 0.00, Call.CANNOT_TELL),
    (0.00, 0.90, Call.BELOW),
    (0.01, 0.85, Call.PROBABLY_BELOW),
    (0.10, 0.10, Call.SIMILAR),
    (0.11, 0.10, Call.CANNOT_TELL),
    (0.50, 0.40, Call.CANNOT_TELL),
]


@pytest.mark.parametrize(("above", "below", "expected"), RULES)
def test_what_is_called_what(above: float, below: float, expected: Call) -> None:
    assert called(0.0, 1.0, above, below).call is expected


@pytest.mark.parametrize(("above", "below", "_"), RULES)
def test_nothing_is_called_where_it_is_forbidden(above: float, below: float, _: Call) -> None:
    found = called(9.0, 1.0, above, below, forbidden="only 30 % answered")
    assert found.call is Call.CANNOT_TELL
    assert found.words == "cannot tell: only 30 % answered"


def test_words_tell_how_sure_one_is() -> None:
    assert called(4.0, 1.0, 0.85, 0.0).words == "probably above (85 %)"
    assert called(0.0, 1.0, 0.04, 0.04).words == "similar (92 %)"


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_difference_and_its_absence_are_never_called_together(a: float, b: float) -> None:
    above, below = (a, b) if a + b <= 1 else (a / 2, b / 2)
    found = called(0.0, 1.0, above, below)
    assert 0.0 <= found.similar <= 1.0
    if found.call is Call.SIMILAR:
        assert max(above, below) <= 0.2 + 1e-9
    if found.call.is_different:
        assert found.probability >= 0.80


def test_an_error_is_read_back_from_the_wider_side() -> None:
    figure = Estimate(value=97.0, low=90.0, high=100.0, n=20)
    assert standard_error(figure, 0.95) == pytest.approx(7 / 1.959964, abs=1e-6)
    assert standard_error(Estimate(value=50, low=50, high=50, n=20), 0.95) > 0
