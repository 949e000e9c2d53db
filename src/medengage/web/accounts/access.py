"""Who gets to a view: somebody signed in, with a permission where it is needed.

What each view needs is written down in ``NEEDS``; a test goes through every address as every role
and compares with the table of permissions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from medengage.web.accounts.models import Unit, User
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import is_allowed, is_known

__all__ = ["NEEDS", "allowed_at", "at_unit", "signed_in", "visitor"]

View = Callable[..., HttpResponse]

NEEDS: dict[str, Permission] = {}
"""Name of a view -> the permission without which nobody gets to it."""


def visitor(request: HttpRequest) -> User:
    """Who is signed in; ``PermissionDenied`` for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def signed_in(view: View) -> View:
    """Everybody who is signed in; nobody else, who is led to the page for that."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def asked(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **named)

    return asked


def allowed_at(user: User, permission: Permission, unit: Unit | None) -> None:
    """Go on if somebody may do this at a unit.

    Raises ``Http404`` for somebody without any role there, to whom it does not exist, and
    ``PermissionDenied`` for somebody whose roles do not reach so far.
    """
    if not is_known(user, unit):
        raise Http404
    if not is_allowed(user, permission, unit):
        raise PermissionDenied


def at_unit(permission: Permission) -> Callable[[View], View]:
    """A view of a unit (``unit_id``) for those who may do this there; it is given the unit."""

    def marked(view: View) -> View:
        @signed_in
        @wraps(view)
        def asked(request: HttpRequest, unit_id: str, **named: object) -> HttpResponse:
            unit = Unit.objects.filter(pk=unit_id).first()
            allowed_at(visitor(request), permission, unit)
            return view(request, unit, **named)

        NEEDS[f"{view.__module__}.{view.__name__}"] = permission
        return asked

    return marked
