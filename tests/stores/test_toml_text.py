"""Tables written as TOML read back equal, whatever the texts in them."""

import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.stores.toml_text import toml_text

TEXTS = st.text(max_size=20)
VALUES = (
    TEXTS
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.dates(min_value=date(1, 1, 1))
)
INLINE = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
TABLES = st.dictionaries(TEXTS, INLINE, max_size=4)


@settings(max_examples=25)
@given(table=st.dictionaries(TEXTS, INLINE | TABLES | st.lists(TABLES, min_size=1, max_size=3)))
def test_what_is_written_is_read_back(table):
    assert tomllib.loads(toml_text(table)) == table


def test_nothing_is_left_out_and_the_unknown_is_refused():
    assert toml_text({"a": None, "b": {"c": None, "d": 1}}) == "[b]\nd = 1\n"
    with pytest.raises(TypeError, match="TOML knows no complex"):
        toml_text({"a": 1j})
