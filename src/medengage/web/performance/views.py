"""Engagement beside how well hospitals do: a region's own, and English trusts as an example."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.gzip import gzip_page

from medengage.errors import StudyError
from medengage.web.accounts.access import at_unit, signed_in, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import Unit, permissions_at, units_with
from medengage.web.performance import actions, queries
from medengage.web.performance.forms import BringForm
from medengage.web.ui.content_policy import as_report

__all__ = ["blank", "bring", "example", "example_file", "home", "own", "own_file"]


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What can be compared here, the example, and what is refused."""
    user = visitor(request)
    units = [
        unit
        for unit in units_with(user, Permission.VIEW_RESULTS)
        if unit.parent_id is None or unit.kind == "system"
    ]
    places = [
        {
            "unit": unit,
            "measures": queries.brought(unit),
            "may_bring": Permission.BRING_VALUES in permissions_at(user, unit),
        }
        for unit in units
    ]
    context = {
        "places": places,
        "examples": queries.examples(),
        "refused": queries.refused(),
    }
    return render(request, "performance/home.html", context)


@gzip_page
@signed_in
def example(request: HttpRequest, indicator: str) -> HttpResponse:
    """English trusts beside one measure."""
    inside, rule = queries.example_page(indicator), queries.rule(indicator)
    if inside is None or rule is None:
        raise Http404
    context = {"rule": rule, "inside": mark_safe(inside), "examples": queries.examples()}
    return render(request, "performance/example.html", context)


@signed_in
def example_file(request: HttpRequest, indicator: str, form: str) -> HttpResponse:
    """The same to keep."""
    return _saved(queries.example_document(indicator, form))


@gzip_page
@at_unit(Permission.VIEW_RESULTS)
def own(request: HttpRequest, unit: Unit, indicator: str) -> HttpResponse:
    """Hospitals of a region beside one measure."""
    rule = queries.rule(indicator)
    if rule is None:
        raise Http404
    inside = queries.own_page(unit, rule)
    context = {
        "unit": unit,
        "rule": rule,
        "inside": None if inside is None else mark_safe(inside),
    }
    return render(request, "performance/own.html", context)


@at_unit(Permission.VIEW_RESULTS)
def own_file(request: HttpRequest, unit: Unit, indicator: str, form: str) -> HttpResponse:
    """The same to keep."""
    rule = queries.rule(indicator)
    return _saved(None if rule is None else queries.document(unit, rule, form))


@at_unit(Permission.BRING_VALUES)
def bring(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Take the values of a measure in: all of them, or none where a row is wrong."""
    form = BringForm(request.POST or None, request.FILES or None)
    problems: tuple[object, ...] = ()
    if request.method == "POST" and form.is_valid():
        file, rule = form.cleaned_data["values"], queries.rule(form.cleaned_data["measure"])
        assert rule is not None
        try:
            count = actions.bring(unit, rule, file.read(), file.name, by=visitor(request))
        except StudyError as error:
            form.add_error("values", error.message.capitalize())
            problems = error.problems
        else:
            messages.success(request, f"{rule.title}: {count} values are kept.")
            return redirect("performance:own", unit.pk, rule.id)
    context = {"unit": unit, "form": form, "problems": problems}
    return render(request, "performance/bring.html", context)


@at_unit(Permission.BRING_VALUES)
def blank(request: HttpRequest, unit: Unit) -> HttpResponse:
    """A sheet to fill in."""
    answer = HttpResponse(queries.sheet(unit), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="values.csv"'
    return answer


def _saved(found: queries.Document | None) -> HttpResponse:
    if found is None:
        raise Http404
    answer = HttpResponse(found.content, content_type=found.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return as_report(answer)
