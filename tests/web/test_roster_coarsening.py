"""Small groups are joined before links are cut: no link carries the name of a rare group."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

MINIMUM = 5


def coarsened(doctors, attributes=("division", "specialty"), within=None):
    made = import_module("medengage.web.roster.coarsening").coarsened
    inside = {"specialty": "division"} if within is None else within
    return made(doctors, attributes, MINIMUM, inside)


def doctors(**counts):
    """``medicine_cardiology=7``: so many doctors of a specialty in a division."""
    found = []
    for name, count in counts.items():
        division, _, specialty = name.partition("_")
        found += [{"division": division, "specialty": specialty}] * count
    return found


SPEC = [
    # who is asked | what their links carry, as specialty -> doctors
    ("medicine_heart=7 medicine_lung=6", "heart=7 lung=6"),
    ("m_heart=7 m_lung=3 m_skin=2 s_knee=9", "heart=7 Other specialty (m)=5 knee=9"),
    ("m_heart=7 m_lung=6 m_skin=2 s_knee=9", "heart=7 Other specialty (m)=8 knee=9"),
    ("m_heart=3", ""),
    ("m_heart=9 s_knee=6 s_hip=2", "heart=9 Other specialty (s)=8"),
    ("m_heart=9 m_lung=9 s_knee=2", "lung=9 Other specialty=11"),
]


def table(text: str) -> dict[str, int]:
    """Names and numbers of a line of the table."""
    return {name.strip(): int(number) for name, number in re.findall(r"([^=0-9]+)=(\d+)", text)}


@pytest.mark.parametrize(("who", "expected"), SPEC)
def test_small_specialties_join_their_neighbours(who, expected):
    people = doctors(**table(who))
    carried = Counter(
        found["specialty"]
        for one in people
        if "specialty" in (found := coarsened(people).applied(one))
    )
    assert carried == table(expected)


def test_only_what_changes_is_told_as_joined():
    found = coarsened(doctors(medicine_heart=7, medicine_lung=3, medicine_skin=2))
    assert {line.value for line in found.joined} >= {"lung", "skin"}
    assert "heart" not in {line.value for line in found.joined}


people = st.lists(
    st.fixed_dictionaries(
        {"division": st.sampled_from(["", "m", "s", "w"]), "specialty": st.sampled_from("abcdefg")}
    ),
    min_size=1,
    max_size=80,
)


@given(people)
def test_no_value_of_any_link_is_held_by_too_few(asked):
    found = coarsened(asked)
    carried = [found.applied(one) for one in asked]
    for name in ("division", "specialty"):
        counts = Counter(one[name] for one in carried if name in one)
        assert all(count >= MINIMUM for count in counts.values())
        assert len(counts) != 1 or any(name not in one for one in carried)


@given(people, st.integers(0, 1000))
def test_the_order_of_doctors_does_not_count(asked, seed):
    shuffled = [asked[place] for place in np.random.default_rng(seed).permutation(len(asked))]
    assert coarsened(asked) == coarsened(shuffled)


@given(people)
def test_counts_add_up_and_nobody_gets_what_was_blank(asked):
    found = coarsened(asked)
    for name in ("division", "specialty"):
        lines = [line for line in found.lines if line.attribute == name]
        assert sum(line.count for line in lines) == sum(bool(one[name]) for one in asked)
    assert all("division" not in found.applied({"division": ""}) for _ in asked[:1])


def test_an_attribute_that_nobody_knows_is_ignored():
    assert coarsened([{"x": "1"}] * 9, ["grade"], {}).applied({"x": "1"}) == {}
    assert coarsened([], ["grade"], {}).lines == ()
