"""Every row of every spec table holds; the tables are the rule book of ``docs/reference``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.spec import scored_rules, shown_rules
from tests.spec.tables import FOLDER, Row, Table, agrees, tables_of

RULES: Mapping[str, Callable[[Mapping[str, str]], Mapping[str, str | float | bool]]] = {
    "scoring: Five items with five options": scored_rules.five_items,
    "scoring: Items that must be answered": scored_rules.items_needed,
    "scoring: Other numbers of options": scored_rules.other_options,
    "tree: Two subscales make a meta-scale, three meta-scales the index": scored_rules.tree,
    "favourable: Which answers are favourable": scored_rules.favourable_options,
    "favourable: Doctors who answered one item of five options": scored_rules.percent_favourable,
    "flags: The same answer to everything": scored_rules.straight_lined,
    "flags: More than half left out": scored_rules.mostly_missing,
    "engaged: One doctor": scored_rules.engaged,
    "response: How the rate of the organisation is read": shown_rules.response,
    "response: What is shown of a group": shown_rules.response_of_group,
    "grouping: Units without an order": shown_rules.joined,
    "grouping: Units with an order": shown_rules.joined_in_order,
    "grouping: The whole organisation": shown_rules.whole_organisation,
    "display: Means from 0 to 100": shown_rules.mean_as_shown,
    "display: Numbers of doctors in a group": shown_rules.doctors_as_shown,
    "display: Percent favourable": shown_rules.percent_as_shown,
    "display: Distributions": shown_rules.distribution_as_shown,
    "quadrant: From a point to probabilities": shown_rules.probabilities,
    "quadrant: From probabilities to words": shown_rules.placement,
    "aggregation: The decision": shown_rules.aggregation,
    "change: Two scores of one doctor": shown_rules.change,
}
"""Each table, and what works out its right-hand columns."""

TABLES = tables_of()
ROWS = [
    pytest.param(table, row, id=f"{table.id} - {row.id}") for table in TABLES for row in table.rows
]


@pytest.mark.parametrize(("table", "row"), ROWS)
def test_row_holds(table: Table, row: Row) -> None:
    found = RULES[table.id](row.given)
    assert found.keys() == row.expected.keys()
    wrong = {
        name: found[name] for name, cell in row.expected.items() if not agrees(cell, found[name])
    }
    assert not wrong, f"the table says {dict(row.expected)}"


def test_every_table_is_tested_and_every_test_has_a_table():
    assert sorted(table.id for table in TABLES) == sorted(RULES)


def test_every_row_is_complete():
    for table in TABLES:
        assert table.rows, table.id
        for row in table.rows:
            for cells in (row.given, row.expected):
                assert cells, f"{table.id} - {row.id}"
                assert all(cells.values()), f"{table.id} - {row.id}"


def test_every_file_begins_with_words():
    for path in FOLDER.glob("*.md"):
        title, _, words = path.read_text(encoding="utf-8").partition("\n")
        assert title.startswith("# "), path.name
        assert len(words.split("##")[0].split()) > 15, f"{path.name} explains too little"


@pytest.mark.parametrize(
    ("cell", "value", "same"),
    [
        ("75", 75.0, True),
        ("75", 75.4, True),
        ("75.0", 75.4, False),
        ("83.33", 250 / 3, True),
        ("yes", True, True),
        ("no", True, False),
        ("none", "none", True),
        ("none", 0.0, False),
        ("1", True, False),
    ],
)
def test_cells_are_compared_to_their_decimals(
    cell: str, value: str | float | bool, same: bool
) -> None:
    assert agrees(cell, value) is same
