"""Results by everything but the compared units: specialty, grade, site, and their crossings."""

from __future__ import annotations

from collections.abc import Sequence

from medengage.findings import Estimate, Figure, Findings, Group, ScaleFinding, Suppressed
from medengage.report.blocks import Block, Cell, Heading, Table, Text
from medengage.report.charts import units_chart
from medengage.report.readings import bands_allowed, headline_scales
from medengage.report.sections.crossings import crossing_table
from medengage.report.words import breakdown, confidence, estimate, group_name, listed, whole

__all__ = ["groups_section"]

CROSSED = 2
NOT_SHOWN = "not shown"


def groups_section(findings: Findings) -> list[Block]:
    """Every further breakdown: a figure and a table, or a table of rows and columns."""
    further = [name for name in findings.breakdowns if name != breakdown(findings)]
    scales = headline_scales(findings.main_scales)
    if not further or not scales:
        return _nothing(findings)
    blocks: list[Block] = [
        Heading("Results by other groups"),
        Text("What these figures do not say:", items=_limits(findings, further, scales[0])),
    ]
    for name in further:
        attributes = listed(tuple(findings.of_breakdown(name)[0].where))
        blocks += [Heading(f"By {attributes}", 3), *_breakdown(findings, name, scales)]
    missing = _missing(findings)
    return [*blocks, Text(missing)] if missing else blocks


def _nothing(findings: Findings) -> list[Block]:
    told = _missing(findings)
    return [Heading("Results by other groups"), Text(told)] if told else []


def _missing(findings: Findings) -> str:
    """Breakdowns that were asked for and have no group to show."""
    shown = findings.breakdowns
    missing = [names for names in findings.policy.margins if " by ".join(names) not in shown]
    if not missing:
        return ""
    told = "; by ".join(listed(names) for names in missing)
    return f"No results by {told}. The list of what is not shown says why."


def _limits(findings: Findings, further: list[str], scale: ScaleFinding) -> tuple[str, ...]:
    """How not to read these figures."""
    told = [
        "Why groups differ: they differ in more than one way. Grades, for example, are not spread "
        "evenly over divisions and sites.",
        "Anything independent: the same doctors are counted in every breakdown.",
        "Which group is higher, where intervals overlap: a difference may be chance.",
        *_by_chance(findings, further, scale),
    ]
    if findings.policy.noise:
        told.append(
            "Exact means: each is moved a little to protect doctors; intervals count it in."
        )
    return tuple(told)


def _by_chance(findings: Findings, further: list[str], scale: ScaleFinding) -> list[str]:
    groups = [group.id for name in further for group in findings.of_breakdown(name)]
    shown = sum(isinstance(scale.groups.get(group), Estimate) for group in groups)
    expected = whole((1 - findings.policy.confidence) * shown)
    if expected == "0" or not bands_allowed(findings):
        return []
    return [
        f"Which groups are special: of {shown} intervals, about {expected} "
        f"{'misses' if expected == '1' else 'miss'} the mean of all by chance alone."
    ]


def _breakdown(findings: Findings, name: str, scales: tuple[ScaleFinding, ...]) -> list[Block]:
    """One breakdown by index and meta-scales; cells of two attributes by the first scale alone."""
    groups = findings.of_breakdown(name)
    figures = [
        scale.groups[one.id] for scale in scales for one in groups if one.id in scale.groups
    ]
    if not any(isinstance(figure, Estimate) for figure in figures):
        told = _hidden(figures)
        return [Text(f"{told[0].upper()}{told[1:]}")]
    attributes = len(groups[0].where)
    if attributes == CROSSED:
        return [crossing_table(findings, name, scales[0])]
    chart = units_chart(findings, scales[0], name=name) if attributes == 1 else None
    return [*([chart] if chart else []), _table(findings, name, groups, scales)]


def _hidden(figures: Sequence[Figure]) -> str:
    """Why none of these figures is shown."""
    reasons = sorted({figure.words for figure in figures if isinstance(figure, Suppressed)})
    return f"{'; '.join(reasons) or NOT_SHOWN}."


def _table(
    findings: Findings, name: str, groups: tuple[Group, ...], scales: tuple[ScaleFinding, ...]
) -> Table:
    """One row a group, one column a scale; scales of which nothing is shown stand in a note."""
    shown = [scale for scale in scales if any(_estimates(scale, groups))]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (group_name(findings, group), *(_score(scale, group) for scale in shown), _n(shown, group))
        for group in groups
    )
    head = (name.capitalize(), *(scale.title for scale in shown), "Doctors")
    notes = [f"Score ({confidence(findings)}). Numbers of doctors are in steps of five."]
    hidden = [scale for scale in scales if scale not in shown]
    if hidden:
        why = _hidden([s.groups[g.id] for s in hidden for g in groups if g.id in s.groups])
        notes.append(f"{listed([scale.title for scale in hidden])}: {why}")
    return Table(f"Scores by {name}, 0 to 100", head, rows, tuple(notes))


def _score(scale: ScaleFinding, group: Group) -> str:
    figure = scale.groups.get(group.id)
    return NOT_SHOWN if figure is None else estimate(figure)


def _n(scales: Sequence[ScaleFinding], group: Group) -> int:
    """Doctors behind the first figure of a row."""
    return next((figure.n for scale in scales for figure in _estimates(scale, (group,))), group.n)


def _estimates(scale: ScaleFinding, groups: Sequence[Group]) -> list[Estimate]:
    figures = [scale.groups.get(group.id) for group in groups]
    return [figure for figure in figures if isinstance(figure, Estimate)]
