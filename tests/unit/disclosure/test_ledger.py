"""Everything that was ever released is certified together with what is new."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Wish, build
from medengage.disclosure.ledger import Entry, Ledger, LedgerFigure
from medengage.disclosure.programme import lightest_by_hand
from medengage.disclosure.revisions import Change, corrected, pooled, with_wave
from medengage.errors import DisclosureRefused, StudyError

NAMES = ("division", "grade")
DIVISION, GRADE = Wish(("division",)), Wish(("grade",))
COUNTS = {("I", "x"): 14, ("I", "y"): 4, ("II", "x"): 13, ("II", "y"): 15}


def frame(counts, *, names=NAMES, unscored=0):
    answered = np.array(list(counts.values()), dtype=np.int64)
    return Frame(names, tuple(counts), answered, np.maximum(0, answered - unscored))


def released(ledger, counts, wishes, *, wave="2026", k=10, version=1):
    """Build beside the ledger, and the ledger with the new release."""
    known = ledger.known(counts, wave, version=version)
    lattice = build(counts, wishes, k, known=known)
    return lattice, ledger.add(Entry.of(lattice, wave, version=version))


def titles(lattice):
    return [group.title for group in lattice.groups]


def test_a_rebuild_gets_what_the_first_build_left_over():
    _, ledger = released(Ledger(), frame(COUNTS), [DIVISION])
    again, ledger = released(ledger, frame(COUNTS), [GRADE])
    assert titles(again) == ["", "x", "y"]
    assert len(ledger.entries) == 2


def test_old_and_new_figures_that_are_safe_alone_are_refused_together():
    """Division I and grade y are nearly the same doctors: their difference rests on seven."""
    counts = frame({("I", "x"): 3, ("I", "y"): 15, ("II", "x"): 30, ("II", "y"): 4})
    _, ledger = released(Ledger(), counts, [GRADE])
    alone = build(counts, [DIVISION], 10)
    assert titles(alone) == ["", "II", "I"]
    assert ledger.judge(alone, "2026").n == 7
    together, _ = released(ledger, counts, [DIVISION])
    assert titles(together) == [""]
    assert {held.reason for held in together.withheld} == {"difference"}


def test_other_waves_are_other_answers():
    """One doctor left between two waves: nothing can be subtracted."""
    first = frame(COUNTS)
    second = frame({**COUNTS, ("I", "y"): 3})
    _, ledger = released(Ledger(), first, [DIVISION], wave="2025")
    assert ledger.known(second, "2026").shape == (0, 4)
    lattice, _ = released(ledger, second, [DIVISION], wave="2026")
    assert titles(lattice) == ["", "II", "I"]


def test_a_unit_that_fell_below_k_is_withheld_by_the_present_count_alone():
    unit = {("I", "x"): 10, ("II", "x"): 25}
    first, ledger = released(Ledger(), frame(unit), [DIVISION], wave="2025")
    assert titles(first) == ["", "II", "I"]
    smaller = frame({("I", "x"): 9, ("II", "x"): 25})
    second, _ = released(ledger, smaller, [DIVISION], wave="2026")
    assert titles(second) == ["", "I and II"]


def test_a_correction_of_one_record_stops_the_whole_new_build():
    """Without one record the mean changes by that doctor's answer."""
    old = frame(COUNTS)
    new = frame({**COUNTS, ("II", "y"): 14})
    both = corrected(old, new, {(("II", "y"), None): 1})
    _, ledger = released(Ledger(), old, [DIVISION])
    with pytest.raises(DisclosureRefused, match="beside what was released before"):
        released(ledger, both, [DIVISION], version=2)


def test_a_correction_of_many_records_goes_through():
    old = frame({("I", "x"): 40, ("II", "x"): 40})
    new = frame({("I", "x"): 28, ("II", "x"): 52})
    both = corrected(old, new, {(("I", "x"), ("II", "x")): 12})
    _, ledger = released(Ledger(), old, [DIVISION])
    lattice, ledger = released(ledger, both, [DIVISION], version=2)
    assert titles(lattice) == ["", "II", "I"]
    present = lattice.frame.answered > 0
    rows = ledger.known(both, "2026", version=2)[:, present]
    lightest = lightest_by_hand(rows, both.scored[present])
    assert lightest is not None
    assert lightest[0] == 12


def test_a_second_correction_remembers_the_first():
    first = frame({("I", "x"): 40, ("II", "x"): 40})
    second = frame({("I", "x"): 28, ("II", "x"): 52})
    once = corrected(first, second, {(("I", "x"), ("II", "x")): 12})
    _, ledger = released(Ledger(), first, [DIVISION])
    _, ledger = released(ledger, once, [DIVISION], version=2)
    third = frame({("I", "x"): 28, ("II", "x"): 41})
    left: dict[Change, int] = {(("II", "x", "II", "x"), None): 11}
    twice = corrected(once, third, left)
    rows = ledger.known(twice, "2026", version=3)
    assert sorted((rows @ twice.answered).tolist()) == [28, 40, 40, 52, 80, 80]
    lattice, _ = released(ledger, twice, [DIVISION], version=3)
    assert [group.n for group in lattice.groups] == [69, 41, 28]
    assert lattice.frame.n == 69


def test_corrected_answers_count_their_doctors_once():
    """Six doctors' answers are corrected: new less old rests on six doctors, not on twelve."""
    old = frame({("I", "x"): 40})
    both = corrected(old, old, {(("I", "x"), ("I", "x")): 6})
    assert both.answered.sum() == 46
    assert both.n == both.scored.sum() == 40
    _, ledger = released(Ledger(), old, [])
    with pytest.raises(DisclosureRefused):
        released(ledger, both, [], version=2)
    many = corrected(old, old, {(("I", "x"), ("I", "x")): 20})
    _, ledger = released(Ledger(), old, [])
    assert titles(released(ledger, many, [], version=2)[0]) == [""]


def test_as_few_scores_as_possible_are_assumed_in_changed_records():
    old = frame({("I", "x"): 40, ("II", "x"): 10}, unscored=3)
    new = frame({("I", "x"): 35, ("II", "x"): 15}, unscored=3)
    both = corrected(old, new, {(("I", "x"), ("II", "x")): 5})
    found = dict(zip(both.atoms, both.scored.tolist(), strict=True))
    assert found == {
        ("II", "x", "I", "x"): 2,
        ("I", "x", "I", "x"): 32,
        ("II", "x", "II", "x"): 7,
    }


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({}, "do not lead from"),
        ({(("II", "y"), None): 2}, "do not lead from"),
        ({(("III", "y"), None): 1}, "that nobody has"),
        ({(("II", "y"), None): 16, (None, ("II", "y")): 15}, "more doctors are corrected"),
    ],
)
def test_corrections_must_add_up(changes, match):
    old, new = frame(COUNTS), frame({**COUNTS, ("II", "y"): 14})
    with pytest.raises(StudyError, match=match):
        corrected(old, new, changes)


def test_a_correction_keeps_the_attributes():
    with pytest.raises(StudyError, match="cannot change which attributes"):
        corrected(frame(COUNTS), frame({("I",): 3}, names=("division",)), {})


def test_small_units_are_pooled_over_waves():
    """Two units of six are merged in each wave, but two waves of each may be shown."""
    wave = frame({("I", "x"): 6, ("II", "x"): 6, ("III", "x"): 30})
    _, ledger = released(Ledger(), wave, [DIVISION], wave="2025")
    _, ledger = released(ledger, wave, [DIVISION], wave="2026")
    both = pooled({"2025": wave, "2026": wave})
    lattice, ledger = released(ledger, both, [DIVISION], wave="2025 and 2026")
    assert "I" in titles(lattice)
    assert "II" in titles(lattice)
    assert ledger.entries[-1].waves == {"2025", "2026"}


def test_pools_need_the_frames_of_all_their_waves():
    wave = frame(COUNTS)
    both = pooled({"2025": wave, "2026": wave})
    _, ledger = released(Ledger(), both, [DIVISION], wave="pool")
    with pytest.raises(DisclosureRefused, match="a wave is missing: 2025, 2026"):
        ledger.known(wave, "2026")


def test_rolling_windows_of_small_steps_are_refused():
    small = frame({("I", "x"): 7, ("II", "x"): 40})
    _, ledger = released(Ledger(), pooled({"1": small, "2": small}), [DIVISION])
    rolled = build(pooled({"2": small, "3": small}), [DIVISION], 10)
    with pytest.raises(DisclosureRefused, match="rolling window"):
        ledger.refuse_rolling(rolled, "2 and 3")
    large = frame({("I", "x"): 12, ("II", "x"): 40})
    ledger.refuse_rolling(build(pooled({"2": large, "3": large}), [DIVISION], 10), "2 and 3")
    ledger.refuse_rolling(build(pooled({"1": small, "2": small}), [DIVISION], 10), "1 and 2")
    ledger.refuse_rolling(build(pooled({"3": small, "4": small}), [DIVISION], 10), "3 and 4")
    ledger.refuse_rolling(build(small, [DIVISION], 10), "2")


def test_waves_are_pooled_only_with_the_same_attributes():
    with pytest.raises(StudyError, match="different attributes"):
        pooled({"1": frame(COUNTS), "2": frame({("I",): 20}, names=("division",))})
    with pytest.raises(ValueError, match="at least one wave"):
        pooled({})
    named = with_wave(frame(COUNTS), "1")
    assert with_wave(named, "2") is named


def test_an_attribute_that_is_gone_cannot_be_certified_against():
    _, ledger = released(Ledger(), frame(COUNTS), [DIVISION])
    with pytest.raises(DisclosureRefused, match="cannot be compared"):
        ledger.known(frame({("I",): 40}, names=("division",)), "2026")


def test_a_finer_frame_can_be_certified_against():
    _, ledger = released(Ledger(), frame(COUNTS), [DIVISION])
    finer = frame(
        {(*atom, sex): 7 for atom in COUNTS for sex in ("men", "women")}, names=(*NAMES, "sex")
    )
    rows = ledger.known(finer, "2026")
    assert rows.sum(axis=1).tolist() == [8, 4, 4]


def test_json_and_back():
    _, ledger = released(Ledger(), frame(COUNTS), [DIVISION])
    text = ledger.to_json()
    assert Ledger.from_json(text) == ledger
    assert Ledger.from_json(text).to_json() == text
    assert "14" not in text.replace('"limit"', "")


@pytest.mark.parametrize("text", ["", "{}x", '{"entries": [{"limit": "ten"}]}', '{"more": 1}'])
def test_anything_else_is_refused(text):
    with pytest.raises(StudyError, match="the ledger cannot be read"):
        Ledger.from_json(text)


def entry(answers="", *, waves=("2026",)):
    """A release of the organisation as a whole."""
    atoms = tuple((wave, "I") for wave in waves)
    everybody = LedgerFigure(id="organisation", atoms=tuple(range(len(atoms))))
    return Entry(
        answers=answers,
        limit=10,
        attributes=("wave", "division"),
        atoms=atoms,
        figures=(everybody,),
    )


FIRST, SECOND = "a" * 64, "b" * 64


def test_the_same_release_stands_in_the_ledger_once():
    ledger = Ledger().add(entry(FIRST)).add(entry(SECOND, waves=("2025",))).add(entry(FIRST))
    assert ledger.entries == (entry(FIRST), entry(SECOND, waves=("2025",)))
    assert ledger.of_wave("2025") == (entry(SECOND, waves=("2025",)),)


@pytest.mark.parametrize(
    ("earlier", "now", "refused"),
    [
        ([], FIRST, None),
        ([], "", None),
        ([entry(FIRST)], FIRST, None),
        ([entry(FIRST), entry(FIRST)], FIRST, None),
        ([entry("")], "", None),
        ([entry(FIRST)], SECOND, "the answers have changed since the earlier release"),
        ([entry(FIRST), entry(SECOND)], SECOND, "the answers have changed since"),
        ([entry(FIRST)], "", "it cannot be told whether the answers are those"),
        ([entry("")], FIRST, "it cannot be told whether the answers are those"),
        ([entry(SECOND, waves=("2025",))], FIRST, None),
        ([entry("", waves=("2025",))], "", None),
        ([entry(FIRST, waves=("2025",))], FIRST, "released before as another wave"),
        ([entry(SECOND, waves=("2025", "2026"))], FIRST, None),
    ],
)
def test_answers_that_changed_are_recognised(earlier, now, refused):
    ledger = Ledger(entries=tuple(earlier))
    if refused is None:
        ledger.refuse_changed("2026", now)
        return
    with pytest.raises(DisclosureRefused, match=refused) as caught:
        ledger.refuse_changed("2026", now)
    assert caught.value.subject == "wave 2026"
    assert "if nothing of it has left this room, delete ledger.json" in caught.value.hint
    assert FIRST not in str(caught.value)


def test_an_archived_ledger_takes_nothing_more():
    ledger = Ledger().add(entry(FIRST))
    ledger.refuse_archived()
    closed = ledger.archive()
    assert closed.archive() == closed
    assert closed.entries == ledger.entries
    for refused in (closed.refuse_archived, lambda: closed.add(entry(SECOND))):
        with pytest.raises(DisclosureRefused, match="its secret was destroyed, nothing further"):
            refused()
    assert Ledger.from_json(closed.to_json()) == closed


def test_a_ledger_continues_what_was_there():
    none, one = Ledger(), Ledger().add(entry(FIRST))
    two = one.add(entry(SECOND, waves=("2025",)))
    assert all(two.continues(earlier) for earlier in (none, one, two))
    assert not one.continues(two)
    assert not Ledger(entries=two.entries[1:]).continues(one)
    assert two.archive().continues(one)
    assert not two.continues(one.archive())


SOUND = {
    "limit": 10,
    "attributes": ["wave", "division"],
    "atoms": [["2026", "I"], ["2026", "II"]],
    "figures": [{"id": "organisation", "atoms": [0, 1]}],
}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"limit": "ten"}, ".limit: input should be a valid integer, unable to parse string"),
        ({"limit": 0}, ".limit: input should be greater than or equal to 1"),
        ({"version": 0}, ".version: input should be greater than or equal to 1"),
        ({"answers": "MARK-7731"}, ".answers: string should match pattern"),
        ({"answers": "A" * 64}, ".answers: string should match pattern"),
        ({"MARK-7731": 1}, ": a field that no ledger has."),
        ({"attributes": []}, ": the attributes are the wave and others, each once."),
        ({"attributes": ["division", "wave"]}, ": the attributes are the wave and others"),
        ({"attributes": ["wave", "wave"]}, ": the attributes are the wave and others"),
        ({"atoms": [["2026", "I"], []]}, ": an atom has one value an attribute."),
        ({"atoms": [["2026", "I"], ["2026", "I"]]}, ": an atom stands twice."),
        ({"atoms": [["2026", 7]]}, ".atoms[1][2]: input should be a valid string."),
        ({"figures": [{"id": "a", "atoms": [2]}]}, ": a figure names an atom that is not there."),
        ({"figures": [{"id": "a", "atoms": [-1]}]}, ".figures[1].atoms[1]: input should be"),
        ({"figures": [{"id": "a", "atoms": [10**30]}]}, ": a figure names an atom that is not"),
        ({"figures": [{"id": "a", "atoms": [], "mean": 3}]}, ".figures[1]: a field that no"),
        ({"figures": [{"id": "a"}]}, ".figures[1].atoms: field required."),
    ],
)
def test_what_is_wrong_in_a_ledger_is_named_and_not_quoted(change, problem):
    Ledger.from_json(json.dumps({"entries": [SOUND]}))
    with pytest.raises(StudyError, match="the ledger cannot be read") as caught:
        Ledger.from_json(json.dumps({"entries": [SOUND, SOUND | change]}))
    assert len(caught.value.problems) == 1
    assert str(caught.value.problems[0]).startswith(f"ledger.json, entries[2]{problem}")
    assert "MARK" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_long_list_of_faults_is_told_shortly():
    figures = [{"id": "a", "atoms": ["x"] * 5000}]
    with pytest.raises(StudyError) as caught:
        Ledger.from_json(json.dumps({"entries": [SOUND | {"figures": figures}]}))
    assert len(caught.value.problems) == 11
    assert str(caught.value.problems[-1]) == "ledger.json: 4,990 more of the kind."


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_ledger_with_changed_bytes_is_refused_or_can_be_used(data):
    counts = frame(COUNTS)
    text = bytearray(released(Ledger(), counts, [DIVISION])[1].to_json().encode())
    for _ in range(data.draw(st.integers(1, 3))):
        where, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 3))
        text[where : where + length] = data.draw(st.binary(max_size=3))
    try:
        Ledger.from_json(bytes(text)).known(counts, "2026")
    except (StudyError, DisclosureRefused):
        return


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=6, max_size=6),
    st.lists(st.permutations([DIVISION, GRADE, Wish(NAMES)]), min_size=2, max_size=3),
    st.integers(2, 8),
)
def test_any_series_of_builds_is_jointly_safe(sizes, builds, k):
    cells = [(division, grade) for division in ("I", "II", "III") for grade in "xy"]
    counts = frame(dict(zip(cells, sizes, strict=True)))
    if counts.n < k:
        return
    ledger = Ledger()
    for number, wishes in enumerate(builds):
        _, ledger = released(ledger, counts, wishes[: number + 1], k=k)
    present = counts.answered > 0
    rows = ledger.known(counts, "2026")[:, present]
    lightest = lightest_by_hand(rows, counts.scored[present])
    assert lightest is not None
    assert lightest[0] >= k
