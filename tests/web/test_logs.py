"""Nothing that is logged holds a link, an answer or the values of a traceback."""

import logging

from django.test import Client

from medengage.web.logs import WithoutLinks

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
