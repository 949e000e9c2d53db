"""Nothing that is logged holds a link, an answer or the values of a traceback."""

import json
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from medengage.web.logs import STYLES, AsJson, WithoutLinks, application_logs, server_logs

LINK = "abcdefghijklmnopqrstuvwxyz"


def logged(message, *arguments, exc_info=None):
    """A record as it is written."""
    record = logging.LogRecord("x", logging.ERROR, "", 0, message, arguments, exc_info)
    assert WithoutLinks().filter(record)
    return logging.Formatter("{message}", style="{").format(record)


def test_a_link_is_taken_out_of_every_part_of_a_record():
    assert logged("Not Found: %s", f"/a/{LINK}/3/") == "Not Found: /a/.../3/"
    assert logged(f"GET /a/{LINK} and /a/{LINK}/send/") == "GET /a/... and /a/.../send/"
    assert logged("nothing of the kind") == "nothing of the kind"


def test_a_traceback_is_named_and_not_shown():
    try:
        raise ValueError(f"answer 4 of {LINK}")
    except ValueError as error:
        told = logged("it failed", exc_info=(type(error), error, error.__traceback__))
    assert told == "it failed (ValueError)"


def test_the_pages_log_no_link(data, caplog, capfd):
    browser = Client(HTTP_HOST="localhost", raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        for path in (f"/a/{LINK}/", f"/a/{LINK}/99/", f"/a/{LINK}/nowhere/"):
            browser.get(path)
            browser.post(path, {"step": "yes"})
    told = capfd.readouterr()
    assert LINK not in told.out + told.err


def written(style, record):
    """A line as the handler of a style writes it."""
    made = application_logs(style)["formatters"][style]
    formatter = AsJson() if "()" in made else logging.Formatter(made["format"], style="{")
    WithoutLinks().filter(record)
    return formatter.format(record)


def event(message="it failed", **more):
    record = logging.LogRecord("medengage", logging.ERROR, "", 0, message, (), None)
    record.__dict__ |= more
    return record


def test_a_line_of_json_has_three_fields_whatever_the_record_carries():
    record = event(f"it failed\nat /a/{LINK}/", request="a request", answer=4, stack_info="x = 4")
    line = written("json", record)
    assert "\n" not in line
    assert json.loads(line) == {
        "level": "error",
        "logger": "medengage",
        "message": "it failed\nat /a/.../",
    }


def test_a_line_of_text_says_the_same():
    assert written("text", event(stack_info="x = 4")) == "ERROR medengage: it failed"


def test_there_is_no_third_style():
    with pytest.raises(ImproperlyConfigured, match="MEDENGAGE_LOG"):
        application_logs("xml")


@pytest.mark.parametrize("made", [application_logs, server_logs])
@pytest.mark.parametrize("style", STYLES)
def test_every_handler_takes_links_out(made, style):
    found = made(style)
    assert all(one["filters"] == ["without links"] for one in found["handlers"].values())
    names = {name for one in found["loggers"].values() for name in one["handlers"]}
    assert names <= set(found["handlers"])


def test_the_server_has_no_log_of_requests():
    assert server_logs("text")["loggers"]["granian.access"]["handlers"] == []
