"""The board report: one page that answers what was asked, who answered and what came out."""

from __future__ import annotations

from medengage.findings import ORGANISATION, Estimate, Findings, ScaleFinding, Suppressed
from medengage.report.attacks import got_through
from medengage.report.beside import ALONE, Beside
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
from medengage.report.charts import half, scales_chart, units_chart
from medengage.report.limits import least_heard, limits, next_steps
from medengage.report.notices import notices
from medengage.report.profiles import quadrant_chart
from medengage.report.readings import bands_allowed, headline_scales, unit_figures
from medengage.report.sections.change import change_sentence
from medengage.report.sections.norm import norm_sentence
from medengage.report.words import (
    asked,
    breakdown,
    confidence,
    doctors,
    estimate,
    foot,
    interval,
    listed,
    number,
    period,
    score,
    unbroken,
    whole,
)

__all__ = ["board_report", "key_figures", "lead", "title"]

MOST_KEY_FIGURES = 6
CERTIFICATE = "How these figures protect doctors: see the release certificate."
MOST_ROWS, MOST_SCALES = 9, 8
"""Rows of a figure, and scales in it, that one page has room for."""


def board_report(findings: Findings, beside: Beside = ALONE) -> Report:
    """One page: the answer, key figures, one or two figures, limits and next steps.

    ``beside`` is what they are compared with. Raises ``StudyError`` where that does not fit.
    """
    blocks: list[Block] = [
        *notices(findings),
        lead(findings),
        key_figures(findings),
        *_compared(findings, beside),
        *_who_answered(findings),
        *_figures(findings),
        *_withheld(findings),
        Callout(
            "What these figures do not say", "", tone="important", items=limits(findings, beside)
        ),
        Actions("What to do next", next_steps(findings)),
    ]
    return Report(
        title=title(findings),
        subtitle=f"Report to the board. {_what_was_asked(findings)}, {period(findings)}.",
        blocks=tuple(blocks),
        foot=foot(findings),
        one_page=True,
    )


def _compared(findings: Findings, beside: Beside) -> tuple[Text, ...]:
    """Against the norm and since the last wave, in a sentence or two each."""
    told = []
    if beside.norm is not None:
        told.append(norm_sentence(findings, beside.norm))
    if beside.before is not None:
        told.append(
            f"Since {beside.before.about.wave}: {change_sentence(findings, beside.before)}"
        )
    return (Text(" ".join(told)),) if told else ()


def title(findings: Findings) -> str:
    """``Medical engagement: St Elsewhere Hospital, 2027``."""
    about, index = findings.about, findings.index
    what = index.title if index else about.instruments[0].title
    return f"{what}: {about.organisation}, {about.wave}"


def lead(findings: Findings) -> Text:
    """Who answered and what came out, in two or three short sentences."""
    index = findings.index
    told = [asked(findings)]
    if index is not None:
        told.append(_score(findings, index))
        told.append(f"It says how far doctors feel that {index.meaning}." * bool(index.meaning))
        told.append(_weighted(index))
    else:
        names = listed([scale.title for scale in headline_scales(findings.main_scales)])
        told.append(f"They were asked about {names}, each scored from 0 to 100.")
    return Text(" ".join(filter(None, told)), tone="lead")


def key_figures(findings: Findings) -> KeyFigures:
    """Who answered, then index and meta-scales, or all scales that are part of no other."""
    chosen = headline_scales(findings.main_scales)[:MOST_KEY_FIGURES]
    return KeyFigures((_response(findings), *(_key_figure(scale) for scale in chosen)))


def _what_was_asked(findings: Findings) -> str:
    return listed([used.title for used in findings.about.instruments])


def _score(findings: Findings, index: ScaleFinding) -> str:
    figure = index.overall
    if isinstance(figure, Suppressed):
        return f"{index.title}: {figure.words}."
    return (
        f"{index.title} is {whole(figure.value)} out of 100 "
        f"({confidence(findings)} {interval(figure)})."
    )


def _weighted(index: ScaleFinding) -> str:
    """Only where weighting changes the figure as it is shown."""
    both = (index.overall, index.weighted)
    values = {figure.value for figure in both if isinstance(figure, Estimate)}
    if len(values) < len(both) or index.weighted is None:
        return ""
    return f"Weighted to all doctors it is {estimate(index.weighted)}."


def _response(findings: Findings) -> KeyFigure:
    who = findings.participation
    about = "" if who.exact else "about "
    if who.response_percent is not None and who.eligible is None:
        return KeyFigure("Answered", "at least 95 %", f"{about}{doctors(who.answered)}")
    if who.response_percent is None or who.eligible is None:
        return KeyFigure(
            "Doctors who answered", f"{who.answered:,}", "how many were asked: unknown"
        )
    detail = f"{about}{who.answered:,} of {doctors(who.eligible)}"
    return KeyFigure("Answered", f"{number(who.response_percent)} %", detail)


def _key_figure(scale: ScaleFinding) -> KeyFigure:
    figure = scale.overall
    if isinstance(figure, Suppressed):
        return KeyFigure(scale.title, "not shown", figure.words)
    detail = f"{interval(figure)}, {unbroken(doctors(figure.n))}"
    return KeyFigure(scale.title, score(figure), detail)


def _who_answered(findings: Findings) -> tuple[Text, ...]:
    """Whether some doctors were heard less than others; nothing where that is not known."""
    silent, row = findings.participation.nonresponse, least_heard(findings)
    if silent is None or not silent.representation:
        return ()
    if row is None:
        return (Text("All groups of doctors answered at similar rates."),)
    rate = number(row.response_percent or 0)
    share = f"{number(row.respondents_percent)} % of answers, {number(row.roster_percent)} %"
    return (Text(f"Heard least: {row.category} ({rate} % answered; {share} of all doctors)."),)


def _figures(findings: Findings) -> tuple[Chart, ...]:
    """The groups and the scales, side by side where there are both."""
    groups, scales = _groups_chart(findings), _scales_chart(findings)
    if groups is not None and scales is not None:
        return half(groups), half(scales)
    return tuple(chart for chart in (groups, scales) if chart is not None)


def _groups_chart(findings: Findings) -> Chart | None:
    """The quadrant if it shows groups, else the groups by score; none where groups leak."""
    if got_through(findings.certificate):
        return None
    found = findings.quadrant
    points = found.points if found is not None and bands_allowed(findings) else ()
    if any(point.group != ORGANISATION for point in points):
        return quadrant_chart(findings)
    return units_chart(findings, findings.index, MOST_ROWS) if findings.index else None


def _scales_chart(findings: Findings) -> Chart | None:
    """The subscales, at most as many as fit: the outermost ones. ``None`` for a lone scale."""
    index = findings.index
    scales = [scale for scale in findings.at_level("subscale") if scale is not index]
    if not scales and (findings.blocks or index is None):
        return None
    known = [scale for scale in scales if isinstance(scale.overall, Estimate)]
    known.sort(key=lambda s: -s.overall.value if isinstance(s.overall, Estimate) else 0)
    if len(known) > MOST_SCALES:
        scales = [*known[: MOST_SCALES // 2], *known[-MOST_SCALES // 2 :]]
    return scales_chart(findings, scales or findings.main_scales)


def _withheld(findings: Findings) -> tuple[Text, ...]:
    """Why groups are missing or joined, and where it says how doctors are protected."""
    index = findings.index or next(iter(findings.main_scales))
    reasons = {f.words for f in unit_figures(findings, index) if isinstance(f, Suppressed)}
    told = [f"No results by {breakdown(findings)}: {_reason(words)}." for words in sorted(reasons)]
    return (Text(" ".join((*told, *findings.release_notes, CERTIFICATE))),)


def _reason(words: str) -> str:
    """``not shown: fewer than 10 doctors`` -> ``fewer than 10 doctors``."""
    return words.partition(": ")[2] or words
