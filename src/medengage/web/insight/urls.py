"""Published results."""

from __future__ import annotations

from django.urls import path

from medengage.web.insight import views

__all__ = ["app_name", "urlpatterns"]

app_name = "insight"
ONE = "results/<uuid:campaign_id>/"
urlpatterns = [
    path("results/", views.results, name="results"),
    path("results/region/", views.region, name="region"),
    path(ONE, views.campaign, name="campaign"),
    path(f"{ONE}about/<str:name>/", views.topic, name="topic"),
    path(f"{ONE}<str:kind>.<str:form>", views.report, name="report"),
]
