"""Short addresses: they are typed from posters."""

from __future__ import annotations

from django.urls import path

from medengage.web.respond import views

__all__ = ["app_name", "urlpatterns"]

app_name = "respond"
urlpatterns = [
    path("", views.lost),
    path("privacy/", views.rules, name="privacy"),
    path("<str:token>/", views.start, name="start"),
    path("<str:token>/look/", views.look, name="look"),
    path("<str:token>/privacy/", views.privacy, name="privacy"),
    path("<str:token>/<int:number>/", views.questions, name="questions"),
    path("<str:token>/comment/", views.comment, name="comment"),
    path("<str:token>/later/", views.later, name="later"),
    path("<str:token>/send/", views.send, name="send"),
    path("<str:token>/thanks/", views.thanks, name="thanks"),
    path("<path:rest>", views.lost),
]
