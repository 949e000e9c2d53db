"""Reports to try formats on: one with every type of block and every kind of chart, one hostile.

All figures are invented.
"""

from __future__ import annotations

from collections.abc import Mapping

from medengage.report.blocks import (
    Actions,
    Block,
    Callout,
    Cell,
    Chart,
    ChartKind,
    Heading,
    KeyFigure,
    KeyFigures,
    PageBreak,
    Report,
    Table,
    Text,
)

__all__ = [
    "CHARTS",
    "HOSTILE",
    "MANY",
    "NOT_SHOWN",
    "chart",
    "everything",
    "headings",
    "hostile",
]

NOT_SHOWN = "not shown: fewer than 10 doctors"
HOSTILE = (
    "# = - 1. $x$ * _ @a <b>&amp;</b> <script>x()</script> > \" ' \\ [x](y) {z} ~ `c` | % ^ "
    "#let x = 1 // /* */ -- --- \N{RIGHT-TO-LEFT OVERRIDE} é Ω"
)

Rows = tuple[tuple[Cell, ...], ...]

DOTS = ("Division", "Score (0 to 100)", "From", "To", "Doctors")
MANY: Rows = tuple(
    (f"Ward {place}", 40.0 + place / 2, 36.0 + place / 2, 44.0 + place / 2, 20)
    for place in range(40)
)
SHARES = {
    "Doctors here are heard when they raise a concern.": (12, 16, 32, 14, 26),
    "I would tell a friend to work here.": (3, 5, 12, 50, 30),
}
ANSWERS = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")


def chart(kind: ChartKind, rows: Rows, columns: tuple[str, ...], **options: object) -> Chart:
    """A chart of this kind with a title, a subtitle and a description that name it."""
    return Chart(
        kind=kind,
        title=f"What the {kind} chart found",
        subtitle=f"Subtitle of {kind}, n 212, 3 March 2027.",
        description=f"Description of the {kind} chart.",
        data=Table(f"Data of the {kind} chart", columns, rows),
        options=options,
    )


CHARTS: Mapping[ChartKind, Chart] = {
    "dots": chart(
        "dots",
        (
            ("Medicine", 58.0, 54.0, 62.0, 65),
            ("Surgery, critical care and anaesthesia of both hospitals", 51.5, 46.0, 57.0, 55),
            ("Community", NOT_SHOWN, None, None, None),
        ),
        DOTS,
        reference=("all 212 doctors: 57", 57.0, 55.0, 59.0),
        axis="Medical engagement, 0 to 100",
    ),
    "stacked": chart(
        "stacked",
        tuple((item, *shares, 209) for item, shares in SHARES.items()),
        ("Statement", *(f"{answer} (%)" for answer in ANSWERS), "Doctors"),
        answers=ANSWERS,
        beside=dict.fromkeys(SHARES, "n 209"),
    ),
    "quadrant": chart(
        "quadrant",
        (
            ("St Elsewhere", 62.0, 54.0, 212, "Engaged"),
            ("Medicine", 57.0, 47.0, 65, "cannot tell"),
            ("Surgery and critical care", 44.0, 41.0, 55, "Waiting"),
            ("Women and children", 68.0, 61.0, 40, "Engaged"),
        ),
        ("Group", "What doctors bring", "What the organisation offers", "Doctors", "Place"),
        ellipses=((3.0, 2.0, 30.0), (6.0, 4.0, 10.0), (5.0, 4.0, 80.0), (7.0, 5.0, 45.0)),
        borderline=(False, True, False, False),
        cuts=(50.0, 50.0),
        corners=("Waiting", "Held back", "Open doors", "Engaged"),
        titles=("What doctors bring", "What the organisation offers"),
        accent="St Elsewhere",
    ),
    "histogram": chart(
        "histogram",
        (("0 to 19", 3), ("20 to 39", 14), ("40 to 59", 36), ("60 to 79", 34), ("80 to 100", 13)),
        ("Score", "Doctors (%)"),
        axis="Medical engagement, 0 to 100",
    ),
    "change": chart(
        "change",
        (
            ("Medicine", 54.0, 58.0, 65, 1.0, 7.0),
            ("Surgery and critical care", 53.0, 51.5, 55, -5.0, 2.0),
            ("Community", NOT_SHOWN, 50.0, None, None, None),
        ),
        ("Division", "2026", "2027", "Doctors", "Change from", "Change to"),
        axis="Medical engagement, 0 to 100",
    ),
    "gap": chart(
        "gap",
        (("Openness", 54.0, 61.5, 212), ("Direction", 48.0, NOT_SHOWN, 212)),
        ("Scale", "Doctors", "What managers expect", "Doctors asked"),
        axis="Score, 0 to 100",
    ),
    "heat": chart(
        "heat",
        (
            ("Medicine", "58, similar (91 %)", "44, below (97 %)", "63, cannot tell"),
            (
                "Surgery and critical care",
                "66, above (95 %)",
                "53, probably above (84 %)",
                NOT_SHOWN,
            ),
            ("Community", "52, probably below (82 %)", NOT_SHOWN, NOT_SHOWN),
        ),
        ("Division", "Medical engagement", "Working with colleagues", "Taking part in decisions"),
        calls=(
            ("similar", "below", "cannot tell"),
            ("above", "probably above", "cannot tell"),
            ("probably below", "cannot tell", "cannot tell"),
        ),
        scores=(("58", "44", "63"), ("66", "53", ""), ("52", "", "")),
    ),
    "importance": chart(
        "importance",
        (
            ("Taking part in decisions", 46.0, 31.0, 20.0, 42.0),
            ("Support to develop in all hospitals of the region", 61.0, 22.0, 13.0, 30.0),
            ("Working with colleagues", 72.0, 7.0, 2.0, 14.0),
        ),
        ("Scale", "Score", "Importance (%)", "From", "To"),
        cut=50.0,
        equal=33.3,
        corners=("look here first", "keep", "later", "enough for now"),
        axis="Score, 0 to 100",
        up="Importance, percent",
    ),
    "funnel": chart(
        "funnel",
        (
            ("Ash", 0.20, 120, ""),
            ("Birch and willow in the valley", 0.41, 300, "above"),
            ("Cedar", 0.24, 800, ""),
        ),
        ("Trust", "Share", "Answers", "Outside"),
        curve=(
            (100, 0.17, 0.33, 0.12, 0.38),
            (400, 0.21, 0.29, 0.18, 0.32),
            (900, 0.22, 0.28, 0.20, 0.30),
        ),
        target=0.25,
        axis="answers",
        up="Share of answers",
    ),
    "scatter": chart(
        "scatter",
        (
            ("Ash", 6.6, "Good"),
            ("Birch", 6.62, "Good"),
            ("Cedar", 6.4, "Requires improvement"),
            ("Elm", 7.1, "Outstanding"),
        ),
        ("Trust", "Engagement", "Rating"),
        levels=("Inadequate", "Requires improvement", "Good", "Outstanding"),
        middle=True,
        axis="engagement, 0 to 10",
    ),
    "run": chart(
        "run",
        (
            ("2025", 52.0, 49.0, 55.0, 190),
            ("2026", 55.0, 52.0, 58.0, 201),
            ("2027", 58.0, 56.0, 60.0, 212),
        ),
        ("Wave", "Score", "From", "To", "Doctors"),
        events={"2026": "new rota"},
    ),
}
"""One chart of each kind that can be drawn."""


def everything() -> Report:
    """A report that holds every type of block and every kind of chart."""
    mixed: Rows = (
        ("Openness", 58.0, 0.25, "58 (54 to 62)", 1240),
        ("Direction", -3.5, None, NOT_SHOWN, 96),
    )
    blocks: tuple[Block, ...] = (
        Callout("Simulated answers", "A program made these answers."),
        Text("212 of 356 doctors answered (60 %).", tone="lead"),
        KeyFigures(
            (
                KeyFigure("Medical engagement", "58", "56 to 60, 212 doctors"),
                KeyFigure("Openness", "not shown"),
            )
        ),
        Heading("Scores"),
        Text("Two things stand out:", items=("The first thing.", "The second thing.")),
        *(one for one in CHARTS.values()),
        Heading("Tables", 3),
        Table(
            "Scores of all scales", ("Scale", "Score", "p", "Text", "Doctors"), mixed, ("A note.",)
        ),
        Callout("What this does not say", "Much.", "important", ("What causes what.", "Ranks.")),
        Table("Rules", ("Rule", "Here"), (("Fewest", 10), ("Noise", "none")), width="half"),
        Callout("Do not publish", "Something leaks.", "danger", width="half"),
        PageBreak(),
        Heading("Next"),
        Actions("What to do next", (("Board", "Choose two actions."), ("All", "Say thanks."))),
    )
    return Report("Everything", "A report of all blocks.", blocks, "Foot line, medengage 0.1.0.")


def hostile() -> Report:
    """A report whose every text is full of marks that mean something to some format."""
    rows: Rows = ((HOSTILE, 1.5, 1.0, 2.0, 9), (f"{HOSTILE} two", 2.5, 2.0, 3.0, 9))
    blocks: tuple[Block, ...] = (
        Heading(HOSTILE),
        Text(HOSTILE, items=(HOSTILE, HOSTILE)),
        KeyFigures((KeyFigure(HOSTILE, HOSTILE, HOSTILE),)),
        Table(HOSTILE, (HOSTILE,) * 5, rows, (HOSTILE,)),
        Chart("dots", HOSTILE, HOSTILE, HOSTILE, Table(HOSTILE, (HOSTILE,) * 5, rows)),
        Callout(HOSTILE, HOSTILE, "note", (HOSTILE,)),
        Actions(HOSTILE, ((HOSTILE, HOSTILE),)),
    )
    return Report(HOSTILE, HOSTILE, blocks, HOSTILE)


def headings(report: Report) -> list[str]:
    """Every title that a reader must find: of the report, its sections, figures and boxes."""
    titled = (Callout, Actions, Chart)
    found = [block.text for block in report.blocks if isinstance(block, Heading)]
    return [report.title, *found, *(b.title for b in report.blocks if isinstance(b, titled))]
