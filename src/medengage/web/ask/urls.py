"""Managers' pages from a draft to published results."""

from __future__ import annotations

from django.urls import path

from medengage.web.ask.views import bring, campaigns, letters, progress, roster

__all__ = ["app_name", "urlpatterns"]

app_name = "ask"
ONE = "campaigns/<uuid:campaign_id>/"
urlpatterns = [
    path("", campaigns.home, name="home"),
    path("at/<uuid:unit_id>/campaigns/new/", campaigns.new, name="new"),
    path("at/<uuid:unit_id>/campaigns/bring/", bring.study, name="bring-study"),
    path(ONE, campaigns.overview, name="overview"),
    path(f"{ONE}change/", campaigns.change, name="change"),
    path(f"{ONE}delete/", campaigns.delete, name="delete"),
    path(f"{ONE}ready/", campaigns.ready, name="ready"),
    path(f"{ONE}open/", campaigns.open_now, name="open"),
    path(f"{ONE}close/", campaigns.close, name="close"),
    path(f"{ONE}roster/", roster.doctors, name="roster"),
    path(f"{ONE}managers/", roster.managers, name="managers"),
    path(f"{ONE}roster/<str:form>/take/", roster.take, name="take"),
    path(f"{ONE}roster/<str:form>/drop/", roster.drop, name="drop"),
    path("roster/sample.csv", roster.sample, name="sample"),
    path(f"{ONE}letters/", letters.every, name="letters"),
    path(f"{ONE}letters/<str:kind>/<str:language>/", letters.one, name="letter"),
    path(f"{ONE}letters/<str:kind>/send/now/", letters.send, name="send"),
    path(f"{ONE}links/", letters.links, name="links"),
    path(f"{ONE}posters/", letters.posters, name="posters"),
    path(f"{ONE}participation/", progress.participation, name="participation"),
    path(f"{ONE}publish/", progress.publish, name="publish"),
    path(f"{ONE}contribute/", progress.contribute, name="contribute"),
]
