"""``medengage outcome``: engagement beside outer measures, and variation in care."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from medengage.cli.options import content_option
from medengage.definitions import catalogue
from medengage.definitions.indicator import Indicator
from medengage.errors import StudyError
from medengage.outcomes.association import Association, associate, explored
from medengage.outcomes.funnels import means, ratios, shares
from medengage.outcomes.indicators import (
    Guarded,
    Reading,
    Reason,
    doubts,
    guarded,
    refuse_circular,
)
from medengage.outcomes.panel import panel as compared_over_time
from medengage.outcomes.reading import (
    Columns,
    CountColumns,
    PanelColumns,
    read_counts,
    read_levels,
    read_panel,
    read_readings,
    read_reasons,
)
from medengage.outcomes.variation import for_peer
from medengage.outcomes.variation import variation as compared
from medengage.report.blocks import Report
from medengage.report.formats import FORMATS, render
from medengage.report.funnels import funnel_report
from medengage.report.performance import association_report, explored_table
from medengage.report.variation import peer_report, variation_report
from medengage.stats.panels import Correlation
from medengage.stores.writing import replace_file

__all__ = ["outcome"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
EXAMPLE = "english-trusts-2026.csv"
SEED = 20_240_607
"""Draws are the same each time, so that the same files give the same figures."""
Command = Callable[..., None]
Pairs = tuple[tuple[str, str], ...]


@click.group()
def outcome() -> None:
    """Compare engagement with outer measures of performance, and look at variation in care."""


def _reading_options(command: Command) -> Command:
    """Where things stand in the file of an indicator."""
    for option in (
        click.option("--organisation", default="organisation", help="Column of the codes."),
        click.option("--value", help="Column of the values; the id of the indicator if not told."),
        click.option("--day", default="day", help="Column of the days of the values."),
        click.option("--place", default="place", help="Column of the kinds of place."),
        click.option("--only", nargs=2, multiple=True, help="COLUMN TEXT: rows to take."),
        click.option("--without", nargs=2, multiple=True, help="COLUMN TEXT: rows to leave out."),
    ):
        command = option(command)
    return command


measured_option = click.option(
    "--measured", type=DAY, required=True, help="The day engagement was measured: 2026-01-31."
)
out_option = click.option(
    "--out", type=OUT, help="File for a report; its ending says the format (.html, .pdf, ...)."
)


@outcome.command()
@click.argument("file", type=OUT, default=EXAMPLE)
def example(file: Path) -> None:
    """Write an example of real data to FILE: 150 English trusts in 2026."""
    replace_file(file, catalogue.example(EXAMPLE))
    click.echo(f"{file}: 150 trusts. Contains public sector information licensed under the")
    click.echo("Open Government Licence v3.0. Engagement is that of all staff, not of doctors.")


@outcome.command()
@click.argument("file", type=FILE)
@click.argument("indicator")
@measured_option
@_reading_options
@content_option
def check(
    file: Path, indicator: str, measured: datetime, content: tuple[Path, ...], **where: Any
) -> None:
    """Read the values of INDICATOR in FILE, and say which of them are to be doubted."""
    rule = catalogue.indicator(indicator, content)
    values = _values(file, rule, where)
    click.echo(f"{rule.title}: {len(values)} values")
    every = [reason for one in values for reason in doubts(rule, one, measured.date())]
    for reason in Reason:
        if count := every.count(reason):
            click.echo(f"{count:5} {reason.value}")


@outcome.command("associate")
@click.argument("engagement", type=FILE)
@click.argument("file", type=FILE)
@click.argument("indicator")
@click.option("--engagement-column", default="engagement", help="Column of the engagement.")
@click.option(
    "--reliability",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    help="Reliability of organisations' engagement, for the correlation without error.",
)
@click.option("--beside", multiple=True, help="Column of ENGAGEMENT to hold equal (a number).")
@click.option("--also", multiple=True, help="Another indicator of FILE, explored only.")
@measured_option
@_reading_options
@out_option
@content_option
def associate_(engagement: Path, file: Path, indicator: str, **more: Any) -> None:
    """Ask whether ENGAGEMENT of organisations goes with the values of INDICATOR in FILE.

    Both may be the same file. Name the one comparison that you planned as INDICATOR, all others
    with --also.
    """
    measured: date = more["measured"].date()
    refuse_circular(catalogue.indicator(indicator, more["content"]))
    level = _numbers(engagement, more["engagement_column"], more)
    covariates = {name: _numbers(engagement, name, more) for name in more["beside"]}

    def found(name: str) -> tuple[Guarded, Association]:
        rule = catalogue.indicator(name, more["content"])
        values = guarded(rule, _values(file, rule, more), measured)
        rng = np.random.default_rng(SEED)
        how = {"reliability": more["reliability"], "covariates": covariates or None}
        return values, associate(level, values, rng, **how)

    values, one = found(indicator)
    report = association_report(level, values, one, measured)
    _say(one)
    if more["also"]:
        others = {name: found(name)[1] for name in more["also"]}
        rates = explored({name: 1.0 if o.p is None else o.p for name, o in others.items()})
        report = _with(report, explored_table({n: (o, rates[n]) for n, o in others.items()}))
        for name, other in others.items():
            ends = "too few" if other.interval is None else _ends(other.rho, other.interval)
            click.echo(f"explored {name:22} {ends}, false discovery rate {rates[name]:.3f}")
    _write(more["out"], report)


@outcome.command()
@click.argument("file", type=FILE)
@click.argument("indicator")
@click.option("--organisation", default="organisation", help="Column of the codes.")
@click.option("--period", default="period", help="Column of the periods.")
@click.option("--engagement-column", default="engagement", help="Column of the engagement.")
@click.option("--value", default="value", help="Column of the values.")
@content_option
def panel(file: Path, indicator: str, **more: Any) -> None:
    """Separate organisations from their years: FILE has one row for each of both."""
    rule = catalogue.indicator(indicator, more["content"])
    refuse_circular(rule)
    names = ("organisation", "period", "engagement_column", "value")
    columns = PanelColumns(*(more[name] for name in names))
    level, values = read_panel(file.read_bytes(), file.name, rule, columns)
    found = compared_over_time(level, values, rule, np.random.default_rng(SEED))
    told = {
        "all rows": found.pooled,
        "between organisations": found.between,
        "within organisations": found.inside,
        **found.by_period,
    }
    for name, one in told.items():
        click.echo(f"{name:22} {_correlation(one)}")
    click.echo(f"{found.words}.")


@outcome.command()
@click.argument("file", type=FILE)
@click.option("--measure", default="", help="What is counted, in words.")
@click.option("--clinician", default="clinician", help="Column of the names or codes.")
@click.option("--events", default="events", help="Column of the events.")
@click.option("--patients", default="patients", help="Column of the patients.")
@click.option("--stratum", default="stratum", help="Column of the kinds of patients.")
@click.option("--peer", help="Write what this one sees alone, before anybody else.")
@click.option("--reasons", type=FILE, help="File of reasons that were given for differences.")
@out_option
def variation(file: Path, measure: str, peer: str | None, **more: Any) -> None:
    """Compare clinicians or teams in FILE by observed against expected events."""
    names = ("clinician", "events", "patients", "stratum")
    columns = CountColumns(*(more[name] for name in names))
    given: Path | None = more["reasons"]
    reasons = () if given is None else read_reasons(given.read_bytes(), given.name)
    found = compared(read_counts(file.read_bytes(), file.name, columns), reasons)
    if peer is not None:
        points = for_peer(found, peer, np.random.default_rng())
        _write(more["out"], peer_report(points, found, measure or file.stem))
        return
    click.echo(f"{found.words}.")
    for note in found.notes:
        click.echo(note)
    _write(more["out"], variation_report(found, measure or file.stem))


@outcome.command()
@click.argument("file", type=FILE)
@click.option("--measure", default="", help="What the figures are of, in words.")
@click.option("--organisation", default="organisation", help="Column of the codes.")
@click.option("--percent", help="Column of percentages; --of says of how many.")
@click.option("--mean", help="Column of means; --of says of how many, --sd how far those differ.")
@click.option("--observed", help="Column of observed numbers, beside --expected ones.")
@click.option("--of", default="of", help="Column of how many each figure rests on.")
@click.option("--sd", type=float, default=18.0, help="Standard deviation behind means.")
@click.option("--expected", default="expected", help="Column of expected numbers.")
@click.option(
    "--variant",
    type=click.Choice(["cqc", "shmi"]),
    default="cqc",
    help="Which established rule of ratios.",
)
@click.option("--only", nargs=2, multiple=True, help="COLUMN TEXT: rows to take.")
@click.option("--without", nargs=2, multiple=True, help="COLUMN TEXT: rows to leave out.")
@out_option
def funnel(file: Path, measure: str, **more: Any) -> None:
    """Draw organisations in FILE in a funnel, and say who differs more than they do anyway."""
    kinds = [name for name in ("percent", "mean", "observed") if more[name]]
    if len(kinds) != 1:
        raise click.UsageError("name one column: --percent, --mean or --observed")

    def column(name: str) -> dict[str, float]:
        columns = Columns(more["organisation"], more[name])
        return read_levels(file.read_bytes(), file.name, columns, **_filters(more))

    if kinds == ["observed"]:
        found = ratios(column("observed"), column("expected"), variant=more["variant"])
    elif kinds == ["mean"]:
        found = means(column("mean"), column("of"), more["sd"])
    else:
        found = shares(column("percent"), column("of"))
    click.echo(f"{found.words}.")
    by_chance = f"outside of what chance alone would do: {found.before}"
    click.echo(f"{by_chance}; beyond the usual spread: {len(found.outside)}")
    for name in found.outside:
        click.echo(f"  {name}")
    _write(more["out"], funnel_report(found, measure or more[kinds[0]]))


def _values(file: Path, rule: Indicator, where: dict[str, Any]) -> tuple[Reading, ...]:
    refuse_circular(rule)
    columns = Columns(
        where["organisation"], where["value"] or rule.id, where["day"], where["place"]
    )
    return read_readings(file.read_bytes(), file.name, rule, columns, **_filters(where))


def _numbers(file: Path, column: str, where: dict[str, Any]) -> dict[str, float]:
    columns = Columns(where["organisation"], column)
    return read_levels(file.read_bytes(), file.name, columns)


def _filters(where: dict[str, Any]) -> dict[str, Pairs]:
    return {"only": where["only"], "without": where["without"]}


def _say(found: Association) -> None:
    click.echo(f"{found.n} organisations: {found.words}")
    if found.interval is not None:
        click.echo(f"correlation of ranks {_ends(found.rho, found.interval)}")
    if found.adjusted is not None:
        one = found.adjusted
        click.echo(f"at equal {', '.join(one.covariates)}: {_ends(one.rho, one.interval)}")
    if found.robust is False:
        click.echo("not robust: the result hangs on single organisations")
    for note in found.notes:
        click.echo(f"{note.place} {note.what}")
    for caveat in found.caveats:
        click.echo(f"  - {caveat}")


def _ends(rho: float | None, interval: tuple[float, float]) -> str:
    middle = "cannot tell" if rho is None else f"{rho:.3f}"
    return f"{middle} ({interval[0]:.3f} to {interval[1]:.3f})"


def _correlation(one: Correlation) -> str:
    return f"{_ends(one.rho, (one.low, one.high))}, {one.n} rows of {one.clusters}"


def _with(report: Report, table: Any) -> Report:
    """The report with one more table before its limits."""
    blocks = (*report.blocks[:-1], table, report.blocks[-1])
    return Report(report.title, report.subtitle, blocks, report.foot)


def _write(out: Path | None, report: Report) -> None:
    if out is None:
        return
    known = {form.suffix: name for name, form in FORMATS.items()}
    suffix = out.suffix.removeprefix(".")
    if suffix not in known:
        endings = ", ".join(f".{one}" for one in sorted(known))
        raise StudyError("no format has this ending", subject=out.name, hint=f"use {endings}")
    replace_file(out, render(report, known[suffix]))
    click.echo(f"{out}")
