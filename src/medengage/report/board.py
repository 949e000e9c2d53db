"""The board report: one page that answers what was asked, who answered and what came out."""

from __future__ import annotations

from medengage.findings import ORGANISATION, Estimate, Findings, ScaleFinding, Suppressed
from medengage.report.blocks import (
    Actions,
    Block,
    Callout,
    Chart,
    KeyFigure,
    KeyFigures,
    Report,
    Text,
)
from medengage.report.charts import quadrant_chart, scales_chart, units_chart
from medengage.report.words import (
    asked,
    doctors,
    estimate,
    foot,
    lowest_and_highest,
    number,
    period,
)

__all__ = ["board_report", "headline_scales", "limits", "synthetic_notice"]

MOST_KEY_FIGURES = 6
MOST_STEPS = 3
USUAL_D = 0.3


def board_report(findings: Findings) -> Report:
    """One page: who answered, key figures, one figure, highs and lows, limits, next steps."""
    blocks: list[Block] = [
        *synthetic_notice(findings),
        Text(_first_sentence(findings)),
        KeyFigures(tuple(_key_figure(scale) for scale in headline_scales(findings))),
        _figure(findings),
        *_highs_and_lows(findings),
        Callout("What these figures do not say", "", tone="important", items=limits(findings)),
        Actions("What to do next", _steps(findings)),
    ]
    about = findings.about
    return Report(
        title=f"{about.organisation}: {_subject(findings)}, {about.wave}",
        subtitle=f"Report to the board. {about.instruments[0].title}, {period(findings)}.",
        blocks=tuple(blocks),
        foot=foot(findings),
    )


def headline_scales(findings: Findings) -> tuple[ScaleFinding, ...]:
    """Index and meta-scales; the roots where there is no index."""
    index = [findings.index] if findings.index else []
    metas = list(findings.at_level("meta-scale"))
    chosen = index + metas if index else [s for s in findings.main_scales if s.part_of is None]
    return tuple(chosen[:MOST_KEY_FIGURES])


def synthetic_notice(findings: Findings) -> tuple[Callout, ...]:
    """Nobody may take simulated answers for real."""
    if not findings.about.synthetic:
        return ()
    return (Callout("Simulated answers", "These answers were simulated. No doctor gave them."),)


def limits(findings: Findings) -> tuple[str, ...]:
    """What may not be concluded, as far as these findings go."""
    silent = findings.participation.nonresponse
    told = [
        "Whether a score is high or low for a place like this: no norm is part of this report."
    ]
    told += (
        _silence(findings)
        if silent
        else ["What doctors who did not answer think: how many were asked is not known."]
    )
    if findings.blocks:
        told.append(
            "Which group is best or worst: intervals overlap, and small groups were joined."
        )
    told.append("What causes what: these are doctors' own views at one point in time.")
    return tuple(told)


def _silence(findings: Findings) -> list[str]:
    silent = findings.participation.nonresponse
    line = (
        next((line for line in silent.sensitivity if line.d == USUAL_D), None) if silent else None
    )
    if silent is None or line is None:
        return []
    words = {
        "good": "Response was good, but",
        "read with the sensitivity line": "Four in ten or more answered, but fewer than six:",
        "no bands or ranks": "Fewer than four in ten answered:",
    }[silent.label]
    return [
        f"What the others think. {words} if they score 0.3 standard deviations lower, the "
        f"score is {number(line.bias)} points too high."
    ]


def _subject(findings: Findings) -> str:
    return findings.index.title.lower() if findings.index else "survey of doctors"


def _first_sentence(findings: Findings) -> str:
    index = findings.index
    told = asked(findings)
    if index is not None and isinstance(index.overall, Estimate):
        value = index.overall
        told += f" {index.title} is {number(value.value)} out of 100"
        told += f" (95 % interval {number(value.low)} to {number(value.high)})."
    if index is not None and isinstance(index.weighted, Estimate) and _differs(index):
        told += f" Weighted to the roster it is {estimate(index.weighted)}."
    if index is not None and index.meaning:
        told += f" It says how far doctors feel that {index.meaning}."
    return told


def _differs(scale: ScaleFinding) -> bool:
    """Does weighting change the figure as it is shown?"""
    both = (scale.overall, scale.weighted)
    values = {figure.value for figure in both if isinstance(figure, Estimate)}
    return len(values) > 1


def _key_figure(scale: ScaleFinding) -> KeyFigure:
    figure = scale.overall
    if isinstance(figure, Suppressed):
        return KeyFigure(scale.title, "not shown", figure.words)
    detail = f"{number(figure.low)} to {number(figure.high)}, {doctors(figure.n)}"
    return KeyFigure(scale.title, number(figure.value), detail)


def _figure(findings: Findings) -> Chart:
    """The quadrant if it shows units, else units by score, else the scales."""
    if findings.quadrant and any(p.group != ORGANISATION for p in findings.quadrant.points):
        chart = quadrant_chart(findings)
    else:
        chart = units_chart(findings, findings.index) if findings.index else None
    return chart or scales_chart(findings, _lowest_level(findings))


def _lowest_level(findings: Findings) -> tuple[ScaleFinding, ...]:
    return findings.at_level("subscale") or findings.main_scales


def _highs_and_lows(findings: Findings) -> tuple[Text, ...]:
    low, high = lowest_and_highest(findings.at_level("subscale"))
    return (Text("", items=(high, low)),) if low and high and low != high else ()


def _steps(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Questions for the lowest scales, then what every survey owes its respondents."""
    known = [s for s in findings.at_level("subscale") if isinstance(s.overall, Estimate)]
    known.sort(key=lambda s: s.overall.value if isinstance(s.overall, Estimate) else 100)
    steps = [("Clinical directors, with their doctors", s.discuss) for s in known if s.discuss]
    steps = steps[:MOST_STEPS]
    steps.append(
        ("Medical director", "Tell every doctor who was asked what came out and what follows.")
    )
    steps.append(("Board", "Agree with the doctors on two or three actions, each with a date."))
    return tuple(steps)
