import doctest

import numpy as np
import pytest

from medengage.stats import answers
from medengage.stats.answers import answer_ranges, check_answers, chunks, require_matrix


def matrix(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int8)


def test_examples_in_the_docstrings():
    assert doctest.testmod(answers).failed == 0


@pytest.mark.parametrize(("rows", "size"), [(0, 4), (1, 4), (4, 4), (9, 4), (10_000, 4096)])
def test_chunks_cover_every_row_once_and_in_order(rows: int, size: int) -> None:
    seen = [row for piece in chunks(rows, size) for row in range(rows)[piece]]
    assert seen == list(range(rows))


def test_missing_and_both_ends_of_the_range_are_accepted():
    check_answers(matrix([0, 1], [5, 7], [1, 0]), 1, [5, 7])
    check_answers(matrix([0], [2], [127]), 2, 127)
    check_answers(np.empty((0, 3), dtype=np.int8), 1, 5)


@pytest.mark.parametrize(
    ("wrong", "lo", "hi"),
    [(6, 1, 5), (-1, 1, 5), (-128, 1, 127), (1, 2, 5), (127, 1, 126)],
)
def test_an_answer_outside_its_range_is_refused_by_column_and_never_quoted(wrong, lo, hi):
    answers_ = np.full((9000, 3), lo, dtype=np.int8)
    answers_[8999, 1] = wrong
    with pytest.raises(ValueError, match=r"columns \[1\]$") as caught:
        check_answers(answers_, lo, hi)
    assert str(wrong) not in str(caught.value).replace("[1]", "")


@pytest.mark.parametrize(
    "wrong", [np.ones(3, np.int8), np.ones((2, 2)), np.ones((2, 2), np.int16)]
)
def test_only_an_int8_matrix_is_a_matrix_of_answers(wrong: np.ndarray) -> None:
    with pytest.raises(TypeError, match="8-bit"):
        require_matrix(wrong)


@pytest.mark.parametrize(("lo", "hi"), [(5, 5), (5, 1), (0, 4), (1, 128), ([1, 4], [5, 4])])
def test_impossible_ranges_are_refused(lo, hi):
    with pytest.raises(ValueError, match="lowest answer < highest"):
        answer_ranges(lo, hi, items=2)
