"""Signing in, people, units and the record."""

from __future__ import annotations

from django.urls import path

from medengage.web.accounts import views

__all__ = ["app_name", "urlpatterns"]

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/code/", views.code, name="code"),
    path("sign-in/set-up/", views.set_up, name="set-up"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("forgotten/", views.forgotten, name="forgotten"),
    path("welcome/<str:uid>/<str:token>/", views.welcome, name="welcome"),
    path("me/", views.me, name="me"),
    path("at/<uuid:unit_id>/people/", views.people, name="people"),
    path("at/<uuid:unit_id>/people/<int:membership>/drop/", views.drop_role, name="drop-role"),
    path(
        "at/<uuid:unit_id>/people/<int:membership>/new-telephone/",
        views.new_telephone,
        name="new-telephone",
    ),
    path("at/<uuid:unit_id>/units/", views.units, name="units"),
    path("at/<uuid:unit_id>/record/", views.audit, name="audit"),
]
