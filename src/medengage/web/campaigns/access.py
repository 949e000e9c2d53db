"""A view of a campaign, for those who may do this at its organisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from medengage.web.accounts.access import NEEDS, allowed_at, signed_in, visitor
from medengage.web.accounts.permissions import Permission
from medengage.web.campaigns.queries import campaign

__all__ = ["for_campaign"]

View = Callable[..., HttpResponse]


def for_campaign(permission: Permission) -> Callable[[View], View]:
    """A view with a ``campaign_id`` in its address; it is given the campaign instead."""

    def marked(view: View) -> View:
        @signed_in
        @wraps(view)
        def asked(request: HttpRequest, campaign_id: str, **named: object) -> HttpResponse:
            found = campaign(campaign_id)
            if found is None:
                raise Http404
            allowed_at(visitor(request), permission, found.unit)
            return view(request, found, **named)

        NEEDS[f"{view.__module__}.{view.__name__}"] = permission
        return asked

    return marked
