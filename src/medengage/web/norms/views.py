"""The coordinator's pages: what came in, who may contribute, what is published."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from medengage.errors import StudyError
from medengage.web.accounts.access import at_unit, signed_in, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import Unit, units_with
from medengage.web.norms import actions, queries
from medengage.web.norms.forms import BringForm, JoinForm, PublishForm, WithdrawForm

__all__ = ["bring", "download", "home", "join", "merge", "norm", "publish", "withdraw"]

COORDINATE = Permission.COORDINATE_NORMS


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The place whose norm somebody keeps; a choice where there are several."""
    units = [
        unit
        for unit in units_with(visitor(request), COORDINATE)
        if unit.kind == "system" or unit.parent_id is None
    ]
    if len(units) == 1:
        return redirect("norms:norm", units[0].pk)
    return render(request, "norms/home.html", {"units": units})


@at_unit(COORDINATE)
def norm(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Everything at a glance, with the next step first."""
    found = queries.ledger(unit)
    context = {
        "unit": unit,
        "waiting": queries.waiting(unit),
        "members": queries.members(found),
        "standing": found.standing(),
        "entries": len(found.entries),
        "head": found.head,
        "norms": [(one, queries.release(one)) for one in queries.norms(unit)],
    }
    return render(request, "norms/norm.html", context)


@at_unit(COORDINATE)
def bring(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Take files in: all of them, or none where one is no contribution."""
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told, problems = 0, []
        for file in form.cleaned_data["contributions"]:
            try:
                text = file.read().decode("utf-8")
                told += actions.bring(unit, file.name, text, by=visitor(request))
            except UnicodeDecodeError:
                problems.append(f"{file.name}: this is no text")
            except StudyError as error:
                problems.append(f"{file.name}: {error.message}")
        for one in problems:
            messages.warning(request, f"Not kept. {one}.")
        messages.success(request, f"Kept until you merge them: {told}.")
        return redirect("norms:norm", unit.pk)
    return render(request, "norms/bring.html", {"unit": unit, "form": form})


@at_unit(COORDINATE)
def join(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Let an organisation contribute."""
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.let_in(unit, given["organisation"], given["public_key"], by=visitor(request))
        except StudyError as error:
            form.add_error("public_key", f"{error.message.capitalize()}")
        else:
            messages.success(request, f"{given['organisation']} may contribute.")
            return redirect("norms:norm", unit.pk)
    return render(request, "norms/join.html", {"unit": unit, "form": form})


@at_unit(COORDINATE)
def merge(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Take what waits into the ledger."""
    if request.method == "POST":
        done = actions.merge(unit, by=visitor(request))
        messages.success(request, f"Merged: {done.taken}. Not taken: {done.refused}.")
    return redirect("norms:norm", unit.pk)


@at_unit(COORDINATE)
def withdraw(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Take a contribution back, as its organisation asked."""
    keys = [one.key for one in queries.ledger(unit).standing()]
    form = WithdrawForm(request.POST or None, keys=keys)
    if request.method == "POST" and form.is_valid():
        key = form.chosen()
        actions.withdraw(unit, key, by=visitor(request))
        messages.success(request, f"Withdrawn: {key[0]}, {key[2]}.")
        return redirect("norms:norm", unit.pk)
    return render(request, "norms/withdraw.html", {"unit": unit, "form": form})


@at_unit(COORDINATE)
def publish(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Work a norm out and publish it."""
    form = PublishForm(request.POST or None, choices=queries.choices(queries.ledger(unit)))
    if request.method == "POST" and form.is_valid():
        instrument, language = form.chosen()
        try:
            made = actions.publish_norm(
                unit, instrument, language, timezone.localdate(), by=visitor(request)
            )
        except StudyError as error:
            form.add_error("of", f"{error.message.capitalize()}")
        else:
            messages.success(request, f"Published: {made}.")
            return redirect("norms:norm", unit.pk)
    return render(request, "norms/publish.html", {"unit": unit, "form": form})


@at_unit(COORDINATE)
def download(request: HttpRequest, unit: Unit, what: str) -> HttpResponse:
    """The ledger, or a norm, as a file that anybody may check."""
    if what == "ledger":
        text, name = queries.ledger(unit).lines(), "norm-ledger.jsonl"
    else:
        found = next((one for one in queries.norms(unit) if one.identifier == what), None)
        if found is None:
            raise Http404
        text, name = found.text, f"norm-{what[:12]}.json"
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
