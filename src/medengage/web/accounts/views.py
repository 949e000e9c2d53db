"""Signing in, people and their roles, units, and the record of what was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from medengage.errors import StudyError
from medengage.web.accounts import actions, queries, second_factor
from medengage.web.accounts.access import at_unit, signed_in, visitor
from medengage.web.accounts.forms import (
    AddressForm,
    CodeForm,
    FirstCodeForm,
    MemberForm,
    PasswordForm,
    SignInForm,
    UnitForm,
)
from medengage.web.accounts.letters import send_welcome
from medengage.web.accounts.permissions import Permission, Role

__all__ = [
    "audit",
    "code",
    "drop_role",
    "forgotten",
    "me",
    "new_telephone",
    "people",
    "set_up",
    "sign_in",
    "sign_out",
    "units",
    "welcome",
]

HALF, HALF_AT, NEXT = "half", "half-at", "next"
MINUTES = 10
WRONG = (
    "This address and password do not belong together, or the account is locked for a while "
    "after too many tries."
)


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """First step: address and password."""
    form = SignInForm(request.POST or None)
    if form.is_valid():
        user = actions.pass_password(**form.cleaned_data, now=timezone.now())
        if user is not None:
            request.session.cycle_key()
            request.session[HALF], request.session[HALF_AT] = str(user.pk), _seconds()
            request.session[NEXT] = request.GET.get("next", "")
            return redirect("accounts:code" if user.last_step else "accounts:set-up")
        form.add_error(None, WRONG)
    return _page(request, "sign_in", form=form)


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Second step: the code of the moment."""
    user, form = _half(request), CodeForm(request.POST or None)
    if user is None or not user.last_step:
        return redirect("accounts:sign-in")
    if form.is_valid():
        if actions.pass_code(user, form.cleaned_data["code"], timezone.now()):
            return _let_in(request, user)
        form.add_error("code", "This code is not right, or was used before. Wait for the next one")
    return _page(request, "code", form=form)


@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Instead of the second step, once: a telephone becomes the second factor."""
    user, form = _half(request), FirstCodeForm(request.POST or None)
    if user is None or user.last_step:
        return redirect("accounts:sign-in")
    secret = actions.prepare_second_factor(user)
    if form.is_valid():
        codes = actions.set_up_second_factor(user, form.cleaned_data["code"], timezone.now())
        if codes:
            there = _let_in(request, user)
            return _page(request, "codes", codes=codes, there=there.url)
        form.add_error("code", "This code is not right. Look at the time of your telephone")
    picture = mark_safe(second_factor.picture(secret, user.address))
    return _page(request, "set_up", form=form, secret=secret, picture=picture)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("accounts:sign-in")


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to choose a password; the answer is the same for every address."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        user = queries.person(form.cleaned_data["address"])
        if user is not None:
            send_welcome(user)
        return _page(request, "forgotten", form=form, sent=True)
    return _page(request, "forgotten", form=form)


@never_cache
@sensitive_post_parameters("password", "again")
def welcome(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose a password, by the link of a letter."""
    user = queries.welcomed(uid, token)
    if user is None:
        return _page(request, "expired", status=410)
    form = PasswordForm(request.POST or None, user=user)
    if form.is_valid() and actions.choose_password(user, token, form.cleaned_data["password"]):
        messages.success(request, "Your password is set. Sign in with it.")
        return redirect("accounts:sign-in")
    return _page(request, "welcome", form=form, user=user)


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """What somebody may do, and where."""
    places = queries.places(visitor(request))
    return _page(request, "me", places=places)


@at_unit(Permission.MANAGE_MEMBERS)
def people(request: HttpRequest, unit: queries.Unit) -> HttpResponse:
    """Everybody with a role at a unit, and a form for one more."""
    user = visitor(request)
    form = MemberForm(request.POST or None, units=queries.below([unit]))
    if form.is_valid():
        new = form.cleaned_data
        member = actions.give_role(
            new["address"], new["name"], Role(new["role"]), new["unit"], by=user
        )
        _tell_welcome(request, member)
        return redirect("accounts:people", unit.pk)
    found = queries.members(unit)
    return _page(request, "people", unit=unit, form=form, members=found)


@at_unit(Permission.MANAGE_MEMBERS)
def drop_role(request: HttpRequest, unit: queries.Unit, membership: int) -> HttpResponse:
    """Take a role away, after asking."""
    found = next((one for one in queries.members(unit) if one.pk == membership), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.take_role(found, by=visitor(request))
        except StudyError as error:
            messages.error(request, str(error))
        return redirect("accounts:people", unit.pk)
    return _page(request, "drop_role", unit=unit, membership=found)


@at_unit(Permission.MANAGE_MEMBERS)
def new_telephone(request: HttpRequest, unit: queries.Unit, membership: int) -> HttpResponse:
    """Let somebody who lost a telephone set up another one, after asking."""
    found = next((one for one in queries.members(unit) if one.pk == membership), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.forget_second_factor(found.user, by=visitor(request))
            messages.success(
                request, f"{found.user.name} sets up a telephone at the next sign-in."
            )
        except StudyError as error:
            messages.error(request, str(error))
        return redirect("accounts:people", unit.pk)
    return _page(request, "new_telephone", unit=unit, membership=found)


@at_unit(Permission.MANAGE_UNITS)
def units(request: HttpRequest, unit: queries.Unit) -> HttpResponse:
    """The tree below a unit, and a form for one more."""
    form = UnitForm(request.POST or None, units=queries.below([unit]))
    if form.is_valid():
        new = form.cleaned_data
        try:
            kind = queries.Kind(new["kind"])
            actions.make_unit(new["name"], kind, new["parent"], by=visitor(request))
            return redirect("accounts:units", unit.pk)
        except StudyError as error:
            form.add_error("name", str(error))
    return _page(request, "units", unit=unit, form=form, tree=queries.tree(unit))


@at_unit(Permission.VIEW_AUDIT)
def audit(request: HttpRequest, unit: queries.Unit) -> HttpResponse:
    """Who did what at a unit."""
    return _page(request, "audit", unit=unit, events=queries.events(unit))


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"accounts/{name}.html", context, status=status)


def _seconds() -> int:
    return int(timezone.now().timestamp())


def _half(request: HttpRequest) -> queries.User | None:
    """Who has passed the first step within the last minutes."""
    if _seconds() - int(request.session.get(HALF_AT, 0)) > MINUTES * 60:
        return None
    return queries.somebody(request.session.get(HALF, ""))


def _let_in(request: HttpRequest, user: queries.User) -> HttpResponseRedirect:
    """Begin a session, and lead where somebody wanted to go."""
    there = request.session.get(NEXT, "")
    for name in (HALF, HALF_AT, NEXT):
        request.session.pop(name, None)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure())
    return redirect(there if there and safe else "/m/")


def _tell_welcome(request: HttpRequest, member: queries.User) -> None:
    """Send somebody new a link, and say so."""
    if member.has_usable_password():
        messages.success(request, f"{member.name} has this role now.")
    elif send_welcome(member):
        messages.success(request, f"{member.name} has this role now and was sent a link.")
    else:
        messages.error(
            request, "The letter could not be sent. Check the mail server and try again"
        )
