"""What may be called highest or lowest, and what lies apart."""

from hypothesis import given
from hypothesis import strategies as st

from medengage.findings import Estimate, Suppressed
from medengage.report.readings import apart, extremes, headline_scales
from tests.findings_samples import five_scales, fullest, ninety_nine_units


def estimate(value, half=2.0):
    return Estimate(value=value, low=max(0, value - half), high=min(100, value + half), n=100)


def names(*figures):
    return [(letter, estimate(*figure)) for letter, figure in zip("ABCDE", figures, strict=False)]


def test_one_is_highest_if_its_interval_lies_above_all_others():
    found = extremes(names((70, 2), (60, 2), (50, 2)))
    assert found.sentences() == ("Highest: A 70 (68 to 72).", "Lowest: C 50 (48 to 52).")
    assert found.headline() == "A is highest, C is lowest"


def test_those_whose_intervals_meet_are_named_together():
    found = extremes(names((70, 2), (68, 2), (50, 2)))
    assert found.sentences()[0] == (
        "Highest: A 70 (68 to 72) and B 68 (66 to 70); which of them comes first cannot be told."
    )
    assert found.headline() == "A and B are highest, C is lowest"


def test_nothing_is_highest_if_all_intervals_meet():
    found = extremes(names((60, 5), (58, 5), (56, 5)))
    assert found.headline() == ""
    assert found.sentences() == (
        "Which is highest or lowest cannot be told: all intervals overlap.",
    )


def test_a_withheld_or_lonely_figure_is_neither_highest_nor_lowest():
    hidden = Suppressed(reason="small group", words="not shown: fewer than 10 doctors")
    assert extremes([("A", estimate(70)), ("B", hidden)]).headline() == ""


@given(st.lists(st.tuples(st.floats(20, 80), st.floats(0.5, 15)), min_size=2, max_size=5))
def test_the_largest_value_is_among_the_highest_or_nobody_is(figures):
    told = names(*figures)
    top = max(told, key=lambda pair: pair[1].value)[0]
    highest = [name for name, _ in extremes(told).highest]
    assert not highest or top in highest
    assert len(highest) < len(told)


def test_apart_counts_intervals_that_miss_the_whole():
    whole = estimate(60)
    assert apart([estimate(61), estimate(70), estimate(50)], whole) == 2


def test_headlines_are_index_and_meta_scales_or_the_roots():
    assert [s.level for s in headline_scales(fullest().main_scales)] == [
        "index",
        "meta-scale",
        "meta-scale",
        "meta-scale",
    ]
    assert len(headline_scales(five_scales().main_scales)) == 5
    assert len(headline_scales(ninety_nine_units().main_scales)) == 1
