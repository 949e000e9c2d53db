"""A program that answers as many doctors, until it is told or killed: for tests of the protocol.

``python -m tests.web.respondents CAMPAIGN LINK...`` sends answers with every link and prints each
link when the server has acknowledged it. Runs in a process of its own, so that it can be killed at
any moment.
"""

import sys
from importlib import import_module

import django
from django.conf import settings


def main(campaign: str, links: list[str]) -> None:
    django.setup()
    actions = import_module("medengage.web.responses.actions")
    folder = import_module("medengage.web.keys").KeyFolder(settings.MEDENGAGE_KEYS)
    key = folder.of(campaign)
    for link in links:
        answers = {"number": int(link.rpartition("-")[2])}
        sent = actions.SentAnswers("doctors", 1, answers, {"division": "Medicine"})
        print(f"{link} {actions.record(campaign, key, link, sent)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
