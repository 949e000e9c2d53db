"""Every address as every role, as a stranger and as nobody, compared with the permission table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.cast import app, nobody, place, stranger

OPEN_TO_ALL = {
    "sign-in",
    "code",
    "set-up",
    "sign-out",
    "forgotten",
    "welcome",
    "start",
    "look",
    "later",
    "questions",
    "comment",
    "send",
    "thanks",
    "privacy",
    "health",
}
"""What nobody needs to sign in for: signing in itself, and the respondents' pages."""


def addresses(
    patterns: list[Any], space: str = "", route: str = ""
) -> Iterator[tuple[str, str, str, Any]]:
    """Every named address: its space, name, route and view."""
    for one in patterns:
        whole = f"{route}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, one.namespace or space, whole)
        elif isinstance(one, URLPattern) and one.name:
            yield space, one.name, whole, one.callback


@pytest.fixture(scope="module")
def here(data):
    return place()


@pytest.fixture(scope="module")
def campaign(here):
    """An open campaign, so that most pages have something to show."""
    made = app("campaigns.actions").make(
        here.unit,
        {
            "wave": uuid4().hex,
            "instrument": "open-medical-engagement@1.0.0",
            "opens": date(2027, 3, 1),
            "closes": date(2027, 3, 29),
            "managers_instrument": "open-medical-engagement-managers@1.0.0",
        },
        by=None,
    )
    app("campaigns.actions").open_for_answers(made, date(2027, 3, 1))
    return made


@pytest.fixture(scope="module")
def browsers(here):
    """A browser for each role, signed in here."""
    roles = app("accounts.permissions").Role
    return {role: here.with_role(role.value, role.words) for role in roles}


def filled(route: str, here: Any, campaign: Any) -> str:
    """An address with this organisation and campaign in it."""
    values = {
        "<uuid:unit_id>": here.unit.pk,
        "<uuid:campaign_id>": campaign.pk,
        "<int:membership>": 1,
        "<str:form>": "doctors",
        "<str:kind>": "invitation",
        "<str:language>": "en",
        "<str:where>": "look",
        "<str:what>": "ledger",
        "<str:name>": "overview",
        "<str:indicator>": "cqc-overall",
        "<str:uid>": "MQ",
        "<str:token>": "x",
        "<int:number>": 1,
    }
    for part, value in values.items():
        route = route.replace(part, str(value))
    assert "<" not in route, f"what stands for {route}?"
    return f"/{route}"


def every() -> list[tuple[str, str, str, Any]]:
    return [one for one in addresses(get_resolver().url_patterns) if one[1] not in OPEN_TO_ALL]


def test_every_address_that_is_open_to_all_is_named_here(data):
    known = {one[1] for one in addresses(get_resolver().url_patterns)}
    assert known >= OPEN_TO_ALL - {"privacy", "health"}


def test_nobody_is_led_to_the_sign_in_page_from_everywhere(here, campaign):
    browser = nobody()
    for _, name, route, _ in every():
        for ask in (browser.get, browser.post):
            answer = ask(filled(route, here, campaign))
            assert (name, answer.status_code) == (name, 302)
            assert answer["Location"].startswith("/m/sign-in/?next=/m/")


def test_a_stranger_finds_nothing_anywhere(here, campaign):
    browser = stranger()
    for _, name, route, view in every():
        needs = needed(view)
        answer = browser.get(filled(route, here, campaign))
        expected = {200, 404} if needs is None else {404}
        assert answer.status_code in expected, name


def test_every_role_gets_where_the_table_says_and_nowhere_else(here, campaign, browsers):
    table = app("accounts.permissions").TABLE
    for _, name, route, view in every():
        needs = needed(view)
        for role, browser in browsers.items():
            status = got(browser, filled(route, here, campaign))
            allowed = needs is None or needs in table[role]
            assert (name, role, status != 403) == (name, role, allowed)
            assert status < 500


def test_every_view_of_managers_says_what_it_needs(data):
    """Those without a permission are for everybody who is signed in."""
    free = {name for _, name, _, view in every() if needed(view) is None}
    assert free == {
        "example",
        "example-file",
        "home",
        "me",
        "region",
        "results",
        "sample",
    }


def got(browser: Client, address: str) -> int:
    return browser.get(address).status_code


def needed(view: Any) -> Any:
    needs = app("accounts.access").NEEDS
    return needs.get(f"{view.__module__}.{view.__name__}")
