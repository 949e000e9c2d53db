"""Blocks refuse what no format could show."""

import pytest

from medengage.report.blocks import Heading, Report, Table


@pytest.mark.parametrize("level", [0, 1, 5])
def test_a_heading_stands_below_the_title(level):
    with pytest.raises(ValueError, match="levels 2 to 4"):
        Heading("Who answered", level)


def test_every_row_of_a_table_fits_its_columns():
    with pytest.raises(ValueError, match="one cell a column"):
        Table("Doctors", ("Division", "n"), (("Medicine", 65), ("Surgery",)))


def test_a_report_is_long_and_british_unless_it_says_otherwise():
    report = Report("Title", "Subtitle", ())
    assert not report.one_page
    assert report.language == "en-GB"
