"""Whatever a file holds, it is a value, a named error or a list of problems: never a crash."""

import copy
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medengage.definitions import catalogue, checks
from medengage.definitions.base import parse
from medengage.definitions.instrument import Instrument
from medengage.definitions.text_parts import InstrumentTexts
from medengage.definitions.texts import apply_texts
from medengage.errors import ContentError

TODAY = date(2026, 6, 1)
NAME = "hostile-1.0.0.toml"
KEYS = st.sampled_from(
    ["id", "version", "title", "items", "scales", "options", "sources", "words", "labels", ""]
) | st.text(max_size=8)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=12)
    | st.sampled_from(["agree", "learning-1", "index", "{", "a@1.0.0", "1.0.0"])
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
PULSE = catalogue.instrument("open-medical-engagement-pulse")
TABLE = PULSE.model_dump(mode="python", exclude_defaults=True)
TEXTS = {"instrument": PULSE.reference, "items": {item.id: item.text for item in PULSE.items}}


def places(table, here=()):
    """Every path in a nested table."""
    inside = table.items() if isinstance(table, dict) else enumerate(table)
    for key, value in inside:
        yield (*here, key)
        if isinstance(value, dict | list | tuple):
            yield from places(value, (*here, key))


def changed(table, place, value, *, gone):
    """The table with the value at a place replaced, or left out."""
    made = copy.deepcopy(table)
    at = made
    for step in place[:-1]:
        if isinstance(at[step], tuple):
            at[step] = list(at[step])
        at = at[step]
    if gone:
        del at[place[-1]]
    else:
        at[place[-1]] = value
    return made


def lists(value):
    """Tuples as lists, as a file has them."""
    if isinstance(value, dict):
        return {key: lists(inner) for key, inner in value.items()}
    return [lists(inner) for inner in value] if isinstance(value, tuple | list) else value


PLAIN_TABLE = lists(TABLE)
CHANGES = st.lists(
    st.tuples(st.sampled_from(sorted(places(PLAIN_TABLE), key=str)), VALUES, st.booleans()),
    min_size=1,
    max_size=3,
)


def twisted(changes):
    table = PLAIN_TABLE
    for place, value, gone in changes:
        try:
            table = changed(table, place, value, gone=gone)
        except (KeyError, IndexError, TypeError):
            continue
    return table


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, VALUES))
def test_a_table_of_anything_is_refused(table):
    with pytest.raises(ContentError) as caught:
        parse(Instrument, table, NAME)
    assert caught.value.problems
    assert all(problem.place.startswith(NAME) for problem in caught.value.problems)


@settings(max_examples=100, deadline=None)
@given(CHANGES)
def test_a_twisted_instrument_is_refused_or_sound(changes):
    try:
        made = parse(Instrument, twisted(changes), NAME)
    except ContentError:
        return
    found = checks.check_instrument(made, today=TODAY)
    assert isinstance(found.problems, tuple)
    assert {scale.id for scale in made.scoring_order} == {scale.id for scale in made.scales}
    assert sorted(name for root in made.roots for name in made.items_of(root.id)) == sorted(
        made.item_ids
    )
    assert len(made.checksum) == 64
    for scale in made.subscales:
        assert 1 <= scale.missing.min_items(len(scale.items)) <= len(scale.items)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(InstrumentTexts.model_fields)), VALUES))
def test_twisted_texts_are_refused_or_fit(changes):
    try:
        told = apply_texts(PULSE, parse(InstrumentTexts, TEXTS | changes, NAME), NAME)
    except ContentError:
        return
    assert told.item_ids == PULSE.item_ids


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_bytes_it_is_a_problem(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("content")
    (folder / "instruments").mkdir()
    for name in (NAME, "hostile-1.0.0.cy.toml"):
        (folder / "instruments" / name).write_bytes(data)
    (folder / "sources.toml").write_bytes(data)
    assert len(checks.check_folder(folder, today=TODAY).problems) >= 2


@pytest.mark.parametrize(
    "data",
    [
        b"a" + b".a" * 2_000 + b" = 1",
        b"items = " + b"[" * 900 + b"]" * 900,
        b"items = " + b"{a=" * 300 + b"1" + b"}" * 300,
        b"version = " + b"9" * 10_000,
        b'version = "' + b"9" * 10_000 + b'.0.0"',
        b"\n".join(b"k%d = 1" % k for k in range(2_000)),
        b'id = "' + b"a-" * 20_000 + b'"',
        b"[[items]]\n" * 2_000,
        b"\x00" * 100,
        b'title = "\\u0000\\u001b[2J"',
    ],
    ids=["dots", "lists", "tables", "digits", "version", "keys", "id", "items", "nul", "escape"],
)
def test_deep_wide_and_long_files_are_problems(tmp_path, data):
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / NAME).write_bytes(data)
    found = checks.check_folder(tmp_path, today=TODAY).problems
    assert found
    assert all(str(problem).isprintable() for problem in found)
