"""The board report: one page, the answer first, and nothing that cannot be said."""

import re
from typing import TypeVar

import pytest

from medengage.errors import FormatError
from medengage.report import REPORTS, board_report, compose
from medengage.report.blocks import Actions, Callout, Chart, KeyFigures, Report, Table, Text
from medengage.report.formats import render
from tests.findings_samples import (
    ALL,
    few_answered,
    five_scales,
    fullest,
    ninety_nine_units,
    not_told_apart,
    smallest,
)

Kind = TypeVar("Kind")

LONGEST_SENTENCE = 25
NEVER_SAID = ("significant", "staff", "drives", "users", "participants")


def of(report: Report, kind: type[Kind]) -> list[Kind]:
    return [block for block in report.blocks if isinstance(block, kind)]


def texts(report: Report) -> list[str]:
    """Every sentence-like text of the report."""
    found = [report.title, report.subtitle]
    for block in report.blocks:
        if isinstance(block, Text | Callout):
            found += [block.text, *block.items]
        elif isinstance(block, Chart):
            found += [block.title, *block.subtitle.split(". ")]
        elif isinstance(block, Actions):
            found += [what for _, step in block.steps for what in step.split("Ask:")]
    return found


def lead(report: Report) -> str:
    return next(block.text for block in of(report, Text) if block.tone == "lead")


def test_the_first_sentences_answer():
    assert lead(board_report(fullest())).startswith(
        "212 of 356 doctors answered (60 %). "
        "Medical engagement is 58 out of 100 (95 % interval 56.6 to 59.8)."
    )


def test_weights_are_told_where_they_change_the_figure():
    assert "Weighted to all doctors it is 57.4 (55.0 to 59.8)." in lead(board_report(fullest()))
    assert "Weighted" not in lead(board_report(ninety_nine_units()))


@pytest.mark.parametrize(
    ("findings", "labels"),
    [
        (
            fullest(),
            ["Answered", "Medical engagement", "Open working", "Shared direction", "Being valued"],
        ),
        (
            five_scales(),
            ["Doctors who answered", "Agree", "Conscientious", "Extravert", "Neurotic", "Open"],
        ),
        (ninety_nine_units(), ["Doctors who answered", "Leadership"]),
        (smallest(), ["Doctors who answered", "Engagement"]),
    ],
    ids=["index", "no index", "lone index", "smallest"],
)
def test_key_figures_are_response_index_and_meta_scales_or_roots(findings, labels):
    (figures,) = of(board_report(findings), KeyFigures)
    assert [figure.label for figure in figures.figures] == labels


@pytest.mark.parametrize(
    ("findings", "kinds"),
    [
        (fullest(), [("quadrant", "half"), ("dots", "half")]),
        (few_answered(), [("dots", "half"), ("dots", "half")]),
        (not_told_apart(), [("dots", "full")]),
        (five_scales(), [("dots", "full")]),
        (ninety_nine_units(), [("dots", "full")]),
        (smallest(), [("dots", "full")]),
    ],
    ids=["quadrant", "few answered", "not told apart", "scales only", "caterpillar", "smallest"],
)
def test_the_figures_fit_what_is_known(findings, kinds):
    found = of(board_report(findings), Chart)
    assert [(chart.kind, chart.width) for chart in found] == kinds


def test_a_group_that_may_not_be_shown_is_told_in_words():
    found = " ".join(block.text for block in of(board_report(not_told_apart()), Text))
    assert "No results by division: doctors of one unit differ too much" in found


def test_who_was_heard_least_is_told():
    found = [block.text for block in of(board_report(fullest()), Text)]
    assert (
        "Heard least: Foundation doctor (45 % answered; 12 % of answers, 17 % of all doctors)."
        in found
    )


def test_simulated_answers_are_never_taken_for_real():
    assert of(board_report(fullest()), Callout)[0].title == "Simulated answers"
    about = fullest().about.model_copy(update={"synthetic": False})
    real = board_report(fullest().model_copy(update={"about": about}))
    assert [callout.title for callout in of(real, Callout)] == ["What these figures do not say"]


@pytest.mark.parametrize("name", sorted(ALL))
def test_it_says_where_to_read_how_doctors_are_protected(name):
    told = " ".join(block.text for block in of(board_report(ALL[name]()), Text))
    assert "How these figures protect doctors: see the release certificate." in told


def test_only_the_compared_units_are_on_the_page():
    findings = few_answered()
    groups = of(board_report(findings), Chart)[0]
    assert {row[0] for row in groups.data.rows} == {unit.title for unit in findings.blocks}


def test_tables_stay_behind_the_figures():
    assert not of(board_report(fullest()), Table)


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_sentences_are_short_and_plain(kind, name):
    for text in texts(compose(kind, ALL[name]())):
        for sentence in re.split(r"(?<=[.?!:;]) ", text):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence
            assert not [word for word in NEVER_SAID if word in sentence.lower()], sentence


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_reports_are_values(kind, name):
    assert compose(kind, ALL[name]()) == compose(kind, ALL[name]())


def test_an_unknown_kind_of_report_names_the_known_ones():
    with pytest.raises(FormatError, match="known: board, certificate, full"):
        compose("slides", fullest())


@pytest.mark.parametrize("name", ["fullest", "five-scales", "ninety-nine-units"])
def test_the_page_reads_as_approved(approve, name):
    approve(f"board-{name}.md", render(board_report(ALL[name]()), "markdown").decode())
