"""Every address of the application."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from medengage.web.operation.health import health
from medengage.web.ui.icon import no_icon

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("a/", include("medengage.web.respond.urls")),
    path("m/", include("medengage.web.accounts.urls")),
    path("m/", include("medengage.web.ask.urls")),
    path("m/", include("medengage.web.insight.urls")),
    path("m/", include("medengage.web.norms.urls")),
    path("m/", include("medengage.web.performance.urls")),
    path("m/", include("medengage.web.respond.preview")),
    path("m/", include("medengage.web.demo.urls")),
    path("health/", health, name="health"),
    path("favicon.ico", no_icon),
    path("", RedirectView.as_view(url="/m/")),
]
