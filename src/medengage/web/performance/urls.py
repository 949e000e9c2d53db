"""Engagement and performance."""

from __future__ import annotations

from django.urls import path

from medengage.web.performance import views

__all__ = ["app_name", "urlpatterns"]

app_name = "performance"
ALL = "results/performance/"
ONE = f"{ALL}<uuid:unit_id>/"
urlpatterns = [
    path(ALL, views.home, name="home"),
    path(f"{ALL}example/<str:indicator>.<str:form>", views.example_file, name="example-file"),
    path(f"{ALL}example/<str:indicator>/", views.example, name="example"),
    path(f"{ONE}bring/", views.bring, name="bring"),
    path(f"{ONE}values.csv", views.blank, name="blank"),
    path(f"{ONE}<str:indicator>.<str:form>", views.own_file, name="own-file"),
    path(f"{ONE}<str:indicator>/", views.own, name="own"),
]
