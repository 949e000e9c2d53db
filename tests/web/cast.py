"""People of the tests: Alice runs a survey, others have other roles, Charlie has none."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import uuid4

from django.test import Client


def app(name: str) -> Any:
    """A module of the web application; only after the fixture ``data``."""
    return import_module(f"medengage.web.{name}")


@dataclass(frozen=True)
class Place:
    """An organisation of its own, with people in roles."""

    unit: Any

    def with_role(self, role: str, name: str = "Alice") -> Client:
        """A browser in which somebody with this role is signed in."""
        return signed_in(self.person(role, name))

    def person(self, role: str, name: str = "Alice") -> Any:
        """Somebody with this role here."""
        address = f"{name.lower()}-{uuid4().hex[:8]}@example.org"
        roles = app("accounts.permissions").Role
        return app("accounts.actions").give_role(address, name, roles(role), self.unit, by=None)


def place(name: str = "St Elsewhere Hospital") -> Place:
    """A new organisation."""
    accounts = app("accounts.models")
    return Place(
        app("accounts.actions").make_unit(
            f"{name} {uuid4().hex[:6]}", accounts.Kind.ORGANISATION, None, by=None
        )
    )


def nobody() -> Client:
    """A browser in which nobody is signed in."""
    return Client(SERVER_NAME="localhost")


def signed_in(user: Any) -> Client:
    """A browser in which somebody is signed in."""
    browser = nobody()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def stranger() -> Client:
    """A browser in which somebody without any role is signed in."""
    user = app("accounts.actions").make_account(
        f"charlie-{uuid4().hex[:8]}@example.org", "Charlie", by=None
    )
    return signed_in(user)
