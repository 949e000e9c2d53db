"""Pages that only a demonstration has."""

from __future__ import annotations

from django.urls import path

from medengage.web.demo import views

__all__ = ["app_name", "urlpatterns"]

app_name = "demo"
urlpatterns = [
    path("demo/<uuid:campaign_id>/letters/", views.letters, name="letters"),
    path("demo/<uuid:campaign_id>/answer/", views.answer, name="answer"),
]
