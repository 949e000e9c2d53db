"""From open to published: nothing is lost at closing, and what is published is certified."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from medengage.errors import DisclosureRefused, StudyError
from medengage.report import board_report
from medengage.report.formats import render

INSTRUMENT = "open-medical-engagement@1.0.0"
DIVISIONS, GRADES = ("Medicine", "Surgery", "Women and children"), ("Consultant", "Trainee")
OPENED, CLOSED = date(2027, 3, 1), date(2027, 3, 29)


def app(name: str) -> Any:
    return import_module(f"medengage.web.{name}")


def keys() -> Any:
    return app("keys").KeyFolder(settings.MEDENGAGE_KEYS)


def opened(data, **policy):
    """An open campaign."""
    made = app("campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere Hospital",
        wave="2027",
        instrument=INSTRUMENT,
        words={"organisation": "hospital"},
        policy={"breakdown": "division", "further": ["grade"], **policy},
    )
    app("campaigns.actions").open_for_answers(made, OPENED)
    made.refresh_from_db()
    return made


def answered(campaign, n=90, answer=0.6):
    """Links for n doctors, and most of them answer; gives what was sent."""
    rng = np.random.default_rng(3)
    doctors = [
        {"division": DIVISIONS[k % 3], "grade": GRADES[int(rng.integers(2))]} for k in range(n)
    ]
    links = app("invitations.actions").links_for(campaign, doctors)
    items = app("campaigns.queries").instrument(campaign).item_ids
    responses, key = app("responses.actions"), keys().of(str(campaign.pk))
    sent = []
    for link, doctor in zip(links, doctors, strict=True):
        if rng.random() < answer:
            level = int(rng.integers(2, 5))
            answers = {name: int(np.clip(level + rng.integers(-1, 2), 1, 5)) for name in items}
            one = responses.SentAnswers("doctors", 1, answers, doctor)
            assert responses.record(str(campaign.pk), key, link, one)
            sent.append(one)
    return sent


@pytest.mark.slow  # sixty answers are written durably, and a release is certified
def test_what_doctors_sent_becomes_a_certified_board_report(data):
    campaign = opened(data)
    sent = answered(campaign)
    app("results.actions").close_for_good(campaign, CLOSED)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.closed) == ("closed", CLOSED)
    study = app("results.queries").study(campaign)
    assert Counter(map(_row, sent)) == Counter(_rows(study))
    assert (study.population.total, study.responses.n) == (90, len(sent))
    found = app("results.actions").publish(campaign)
    campaign.refresh_from_db()
    assert campaign.state == "published"
    assert app("results.queries").findings(campaign) == found
    assert found.breakdowns == ("division", "grade")
    assert not any(one.found for one in found.certificate.attacks)
    assert b"St Elsewhere Hospital" in render(board_report(found), "html")


def _row(one):
    return tuple(sorted(one.answers.items())), tuple(sorted(one.attributes.items()))


def _rows(study):
    table = study.responses
    for place in range(table.n):
        answers = dict(zip(table.items, table.answers[place].tolist(), strict=True))
        attributes = {n: a.labels[a.codes[place]] for n, a in table.attributes.items()}
        yield tuple(sorted(answers.items())), tuple(sorted(attributes.items()))


@pytest.mark.slow  # thirty answers are written durably, and releases are certified
def test_publishing_again_gives_the_same_and_another_policy_is_certified_beside_it(data):
    campaign = opened(data)
    answered(campaign, n=60)
    app("results.actions").close_for_good(campaign, CLOSED)
    campaign.refresh_from_db()
    first = app("results.actions").publish(campaign)
    assert app("results.actions").publish(campaign) == first
    snapshots = app("results.models").Snapshot.objects.filter(campaign=campaign)
    assert snapshots.count() == 1
    with pytest.raises(TypeError, match="never changed"):
        snapshots.get().save()
    campaign.policy = {"breakdown": "grade", "noise": 0.5}
    campaign.save()
    with pytest.raises(DisclosureRefused, match="noise has changed"):
        app("results.actions").publish(campaign)


def test_closing_takes_what_waits_and_leaves_no_key_and_no_draft(data):
    campaign = opened(data)
    name = str(campaign.pk)
    sent = answered(campaign, n=7, answer=1.0)
    key = keys().of(name)
    app("responses.actions").keep_draft(name, key, "somebody", {"a": 1})
    app("results.actions").close_for_good(campaign, CLOSED)
    models = app("responses.models")
    assert models.Response.objects.filter(campaign=name).count() == len(sent)
    assert not models.Draft.objects.filter(campaign=name).exists()
    assert not models.Sealed.objects.filter(campaign=name).exists()
    assert keys().of(name) is None


def test_who_comes_after_closing_is_not_counted(data):
    campaign = opened(data)
    name, key = str(campaign.pk), keys().of(str(campaign.pk))
    responses = app("responses.actions")
    responses.shut(name, key)
    late = responses.SentAnswers("doctors", 3, {"a": 1}, {})
    with pytest.raises(responses.TooLate):
        responses.record(name, key, "link", late)
    with pytest.raises(responses.TooLate):
        responses.keep_draft(name, key, "link", {"a": 1})
    assert app("responses.queries").answered(name) == 0


@pytest.mark.parametrize("step", ["shut", "destroy"])
def test_closing_that_was_interrupted_is_finished_by_closing_again(data, monkeypatch, step):
    campaign = opened(data)
    sent = answered(campaign, n=5, answer=1.0)
    owner = app("responses.actions") if step == "shut" else app("keys").KeyFolder

    def crashes(*_, **__):
        raise RuntimeError("the power fails")

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, crashes)
        with pytest.raises(RuntimeError):
            app("results.actions").close_for_good(campaign, CLOSED)
    for _ in range(2):
        app("results.actions").close_for_good(campaign, CLOSED)
    rows = app("responses.models").Response.objects.filter(campaign=str(campaign.pk))
    assert rows.count() == len(sent)
    assert keys().of(str(campaign.pk)) is None


def test_states_follow_each_other(data):
    campaign = opened(data)
    actions = app("campaigns.actions")
    with pytest.raises(StudyError, match="was opened before"):
        actions.open_for_answers(campaign, OPENED)
    assert [actions.advance(campaign) for _ in range(3)] == [2, 3, 3]
    with pytest.raises(ValueError, match="when it has closed"):
        app("results.queries").study(campaign)
    actions.close(campaign, date(2026, 1, 1))
    campaign.refresh_from_db()
    assert campaign.closed == OPENED
    with pytest.raises(StudyError, match="only an open campaign"):
        actions.advance(campaign)


def test_too_few_answers_are_not_published(data):
    campaign = opened(data)
    answered(campaign, n=9, answer=1.0)
    app("results.actions").close_for_good(campaign, CLOSED)
    campaign.refresh_from_db()
    with pytest.raises(DisclosureRefused, match="too few doctors"):
        app("results.actions").publish(campaign)
    assert app("results.queries").findings(campaign) is None
