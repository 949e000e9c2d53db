"""Engagement beside an outer measure: a figure of what goes together, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from statistics import median

from medengage.definitions.indicator import Indicator
from medengage.outcomes.association import Association
from medengage.outcomes.indicators import Guarded
from medengage.report.blocks import (
    Block,
    Callout,
    Cell,
    Chart,
    KeyFigure,
    KeyFigures,
    Report,
    Table,
    Text,
)
from medengage.report.decimals import number
from medengage.report.words import day, listed

__all__ = ["association_blocks", "association_report", "explored_table"]

TINY_P = 0.001
FEW_OUTLIERS = "No single organisation carries the result."
HANGS = "The result hangs on single organisations: do not build on it."


def association_report(
    engagement: Mapping[str, float], outcome: Guarded, found: Association, measured: date
) -> Report:
    """One comparison as a document of its own."""
    rule = outcome.indicator
    return Report(
        f"Engagement and {rule.title}",
        f"{found.n} organisations, engagement of {day(measured)}.",
        association_blocks(engagement, outcome, found),
        f"{rule.reference}. Sources: {', '.join(rule.sources) or 'none named'}.",
    )


def association_blocks(
    engagement: Mapping[str, float], outcome: Guarded, found: Association
) -> tuple[Block, ...]:
    """Sentence, figure, how sure it is, what was left out, and limits."""
    told = [_levels(engagement, outcome)] if outcome.indicator.levels else []
    sure: list[Block] = []
    if found.rho is not None:
        sure = [_key_figures(found), Text(_robust(found))]
    return (
        Text(_sentence(outcome.indicator, found), tone="lead"),
        *sure,
        _chart(engagement, outcome, found),
        *told,
        *([_sureness(found)] if found.rho is not None else []),
        *_notes(outcome),
        Callout("What this does not say", "", tone="important", items=found.caveats),
    )


def explored_table(p: Mapping[str, tuple[Association, float]]) -> Table:
    """Several measures beside the one that was named beforehand: title -> result and its share.

    The share is the false discovery rate at which a measure would be called.
    """
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            title,
            one.n,
            _two(one.rho),
            _two(one.interval[0] if one.interval else None),
            _two(one.interval[1] if one.interval else None),
            round(rate, 3),
        )
        for title, (one, rate) in p.items()
    )
    notes = (
        "Explored, not planned: at a false discovery rate of 0.10 one in ten calls may be wrong.",
    )
    heads = ("Measure", "Organisations", "Correlation", "From", "To", "False discovery rate")
    return Table("Other measures", heads, rows, notes)


def _sentence(rule: Indicator, found: Association) -> str:
    both = f"engagement and {rule.title}"
    if found.rho is None or found.interval is None:
        few = f"{found.n} organisations are too few to say whether {both} go together."
        return f"{few} The figure shows them."
    low, high = found.interval
    ends = f"correlation of ranks {found.rho:.2f}, 95 % interval {low:.2f} to {high:.2f}"
    among = f"Among {found.n} organisations"
    if low <= 0.0 <= high:
        seen = found.detectable or 1.0
        told = f"{among} nobody can tell whether {both} go together ({ends})."
        return f"{told} A correlation of {seen:.2f} would mostly have been seen."
    side = "better" if found.rho > 0 else "worse"
    return f"{among}, more engagement goes with {_values(side, rule)} ({ends})."


def _values(side: str, rule: Indicator) -> str:
    """``a better CQC overall rating``, ``better values of deaths against expected``."""
    return f"a {side} {rule.title}" if rule.levels else f"{side} values of {rule.title}"


def _key_figures(found: Association) -> KeyFigures:
    low, high = found.interval or (0.0, 0.0)
    figures = [
        KeyFigure("Correlation of ranks", f"{found.rho:.2f}", f"{low:.2f} to {high:.2f}"),
        KeyFigure("Organisations", str(found.n)),
    ]
    if found.odds is not None and not found.odds.separated:
        odds = found.odds
        figures.append(
            KeyFigure(
                "Odds of a better level",
                f"times {odds.per_sd:.1f}",
                f"{odds.sd_low:.1f} to {odds.sd_high:.1f}, for one standard deviation more",
            )
        )
    if found.adjusted is not None:
        one = found.adjusted
        figures.append(
            KeyFigure(
                f"At equal {listed(list(one.covariates))}",
                f"{one.rho:.2f}",
                f"{one.interval[0]:.2f} to {one.interval[1]:.2f}, {one.n} organisations",
            )
        )
    return KeyFigures(tuple(figures))


def _robust(found: Association) -> str:
    low, high = found.without_one or (0.0, 0.0)
    told = f"Without any one of them the correlation lies between {low:.2f} and {high:.2f}."
    return f"{FEW_OUTLIERS if found.robust else HANGS} {told}"


def _chart(engagement: Mapping[str, float], outcome: Guarded, found: Association) -> Chart:
    rule = outcome.indicator
    codes = sorted(set(engagement) & set(outcome.values), key=lambda code: -engagement[code])
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (code, engagement[code], _shown(rule, outcome.values[code])) for code in codes
    )
    value = rule.title if rule.levels or not rule.unit else f"{rule.title} ({rule.unit})"
    options: dict[str, object] = {"axis": "engagement", "up": value}
    if rule.levels:
        options |= {"levels": rule.levels, "middle": True}
    return Chart(
        kind="scatter",
        title=_title(rule, found),
        subtitle=f"{rule.meaning} Each dot is one of {found.n} organisations.",
        description=_description(engagement, outcome, found),
        data=Table(f"Engagement and {rule.title}", ("Organisation", "Engagement", value), rows),
        options=options,
    )


def _title(rule: Indicator, found: Association) -> str:
    if found.interval is None:
        return f"Engagement beside {rule.title}"
    low, high = found.interval
    if low <= 0.0 <= high:
        return f"Whether engagement and {rule.title} go together cannot be told"
    side = "better" if low > 0.0 else "worse"
    told = f"{_values(side, rule)} where engagement is higher"
    return f"{told[0].upper()}{told[1:]}"


def _description(engagement: Mapping[str, float], outcome: Guarded, found: Association) -> str:
    rule = outcome.indicator
    told = f"Engagement of {found.n} organisations across, {rule.title} upwards."
    if rule.levels:
        parts = [
            f"{level}: median engagement {number(round(median(values), 2))}"
            for level, values in _by_level(engagement, outcome)
            if values
        ]
        return f"{told} {'; '.join(parts)}."
    return f"{told} Dashed lines are medians."


def _by_level(engagement: Mapping[str, float], outcome: Guarded) -> list[tuple[str, list[float]]]:
    """Levels from the best, with the engagement of organisations that have them."""
    levels = outcome.indicator.levels
    return [
        (
            levels[place - 1],
            [
                engagement[code]
                for code, value in outcome.values.items()
                if int(value) == place and code in engagement
            ],
        )
        for place in range(len(levels), 0, -1)
    ]


def _levels(engagement: Mapping[str, float], outcome: Guarded) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            level,
            len(values),
            round(median(values), 2) if values else None,
            round(min(values), 2) if values else None,
            round(max(values), 2) if values else None,
        )
        for level, values in _by_level(engagement, outcome)
    )
    heads = ("Level", "Organisations", "Median engagement", "Lowest", "Highest")
    return Table("Engagement by level", heads, rows)


def _sureness(found: Association) -> Table:
    """Every number behind the sentence."""
    rows: list[tuple[Cell, ...]] = [
        ("Correlation of ranks (Spearman)", _range(found.rho, found.interval)),
        ("Interval by formula instead of drawing", _range(None, found.formula)),
        ("Probability of as much if values were handed out at random", _p(found.p)),
        ("Rise from level to level, one-sided", _p(found.trend_p)),
        ("Kendall's tau-b", _range(found.tau_b, None)),
        ("Somers' D", _range(found.somers_d, None)),
        ("Smallest correlation that would mostly be seen", _range(found.detectable, None)),
    ]
    if found.odds is not None and found.odds.merged:
        rows.append(("Levels joined for the odds", "; ".join(found.odds.merged)))
    for reliability, value in found.corrected.items():
        rows.append(
            (
                f"If the measure's reliability were {reliability:.1f}",
                "not identified: it would be above 1" if value is None else f"{value:.2f}",
            )
        )
    return Table("How sure this is", ("What", "Value"), tuple(rows))


def _notes(outcome: Guarded) -> list[Block]:
    told = tuple(f"{note.place} {note.what}" for note in outcome.notes)
    return [Callout("Left out or doubtful", "", "note", told)] if told else []


def _shown(rule: Indicator, value: float) -> Cell:
    return rule.levels[int(value) - 1] if rule.levels else value


def _range(value: float | None, ends: tuple[float, float] | None) -> str:
    middle = "" if value is None else f"{value:.2f}"
    if ends is None:
        return middle or "too few organisations"
    low, high = ends
    return f"{middle} ({low:.2f} to {high:.2f})" if middle else f"{low:.2f} to {high:.2f}"


def _p(value: float | None) -> str:
    if value is None:
        return "too few organisations"
    return f"under {TINY_P}" if value < TINY_P else f"{value:.3f}"


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
