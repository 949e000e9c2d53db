"""Norms of a region, for its coordinator."""

from __future__ import annotations

from django.urls import path

from medengage.web.norms import views

__all__ = ["app_name", "urlpatterns"]

app_name = "norms"
ONE = "norms/<uuid:unit_id>/"
urlpatterns = [
    path("norms/", views.home, name="home"),
    path(ONE, views.norm, name="norm"),
    path(f"{ONE}bring/", views.bring, name="bring"),
    path(f"{ONE}join/", views.join, name="join"),
    path(f"{ONE}merge/", views.merge, name="merge"),
    path(f"{ONE}publish/", views.publish, name="publish"),
    path(f"{ONE}withdraw/", views.withdraw, name="withdraw"),
    path(f"{ONE}files/<str:what>/", views.download, name="download"),
]
