"""Kill the server at random moments while doctors answer, and count what is lost or doubled.

    python benchmarks/faults.py [--rounds 1000] [--database sqlite|postgresql] [--seed 1]

A round: the real server starts, some doctors at a time walk quickly through its pages, and at a
random moment every process of it is killed (SIGKILL). Doctors whose page did not come try again in
the next round, where they were. Some press twice, some answer on two devices. In the end the
campaign is closed, and that is killed a few times as well. Every answer that was acknowledged with
the thanks has to be there, once, as it was given; no draft may stay. Nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlencode

import numpy as np
import psycopg

ROOT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).parent / "medengage"
LINKS_A_ROUND = 60
AT_ONCE = 6
LONGEST = 1.0
"""Seconds from the first page until the kill, at most."""
TWO_DEVICES, TWICE = 0.1, 0.1
DIGITS, BASE = 12, 5
"""So many statements spell the number of a doctor; the others tell the device."""

COUNTS = """select (select count(*) from responses_receipt where campaign = {0}),
(select count(*) from responses_sealed where campaign = {0}) +
(select count(*) from responses_response where campaign = {0})"""


@dataclass
class Found:
    """What came out: all lists of numbers of doctors are empty where all is well."""

    rounds: int = 0
    kills_of_closing: int = 0
    acknowledged: int = 0
    answers: int = 0
    interrupted: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    comments_wrong: int = 0
    left: dict[str, int] = field(default_factory=dict)
    torn: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Is nothing lost, doubled, changed or left?"""
        harms = (self.lost, self.doubled, self.changed, self.comments_wrong, self.left, self.torn)
        return not any(harms)


# Steps that need Django, each in a process of its own.


def prepared(doctors: int) -> dict[str, Any]:
    """An open campaign with all statements on one page, and a link for each doctor."""
    import_module("django").setup()
    management = import_module("django.core.management")
    for name in ("default", "answers"):
        management.call_command("migrate", database=name, verbosity=0)
    campaign = import_module("medengage.web.campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere Hospital",
        wave="2027",
        instrument="open-medical-engagement@1.0.0",
        words={"organisation": "hospital"},
        statements_a_page=0,
    )
    import_module("medengage.web.campaigns.actions").open_for_answers(campaign, date(2027, 3, 1))
    links = import_module("medengage.web.invitations.actions").links_for(
        campaign, [{"division": "Medicine"}] * doctors
    )
    items = import_module("medengage.web.campaigns.queries").instrument(campaign).item_ids
    return {"campaign": str(campaign.pk), "links": links, "items": sorted(items)}


def closed(name: str) -> dict[str, Any]:
    """Close the campaign, and tell all there is of it."""
    import_module("django").setup()
    campaign = import_module("medengage.web.campaigns.models").Campaign.objects.get(pk=name)
    print("closing", flush=True)
    import_module("medengage.web.results.actions").close_for_good(campaign, date(2027, 3, 29))
    models = import_module("medengage.web.responses.models")
    return {
        "answers": [row.answers for row in models.Response.objects.filter(campaign=name)],
        "comments": [row.text for row in models.Comment.objects.filter(campaign=name)],
        "receipts": models.Receipt.objects.filter(campaign=name).count(),
        "drafts": models.Draft.objects.filter(campaign=name).count(),
        "sealed": models.Sealed.objects.filter(campaign=name).count(),
    }


# Doctors.


@dataclass
class Doctor:
    """Somebody with a link, a number, and the place where the last page was."""

    link: str
    number: int
    device: int
    place: str = ""

    def choices(self, items: list[str]) -> dict[str, int]:
        """An option for each statement that tells the number and the device."""
        digits = [self.number // BASE**place % BASE + 1 for place in range(DIGITS)]
        return dict(zip(items, [*digits, *[self.device] * (len(items) - DIGITS)], strict=True))

    def fills_in(self, text: str, items: list[str]) -> dict[str, str]:
        """The form of a page."""
        names = set(re.findall(r'name="([a-z0-9-]+)"', text))
        chosen = {name: str(n) for name, n in self.choices(items).items() if name in names}
        if chosen:
            return chosen
        return {"comment": f"words {self.number}"} if "comment" in names else {"step": "yes"}


class Crowd:
    """Doctors who answer some at a time, as long as there is a server."""

    def __init__(self, port: int, items: list[str], seed: int) -> None:
        self.port, self.items = port, items
        self.rng = np.random.default_rng(seed)
        self.waiting: queue.SimpleQueue[Doctor] = queue.SimpleQueue()
        self.told: set[int] = set()
        self.interrupted = 0
        self.is_up, self.is_over = threading.Event(), threading.Event()
        self.lock = threading.Lock()
        self.errors: list[str] = []

    def asked(self, links: list[str]) -> None:
        """Everybody has a link; some open it on two devices."""
        for number, link in enumerate(links):
            devices = (3, 4) if self.rng.random() < TWO_DEVICES else (4,)
            for device in devices:
                self.waiting.put(Doctor(link, number, device))

    def works(self) -> None:
        """One at a time, until it is over; what was interrupted goes on later."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while self.is_up.wait() and not self.is_over.is_set():
            try:
                doctor = self.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                self._goes_on(connection, doctor)
            except (OSError, http.client.HTTPException):
                connection.close()
                self.waiting.put(doctor)
                with self.lock:
                    self.interrupted += 1

    def _goes_on(self, connection: http.client.HTTPConnection, doctor: Doctor) -> None:
        """From the page where the doctor was to the thanks."""
        first = f"/a/{doctor.link}/"
        doctor.place = doctor.place or first
        while not doctor.place.endswith("/thanks/"):
            status, place, text = self._page(connection, doctor.place, None)
            if status == 200:
                here = doctor.place
                form = doctor.fills_in(text, self.items)
                status, place, _ = self._page(connection, here, form)
                if here.endswith("/send/") and self._presses_twice():
                    self._page(connection, here, form)
            if status != 302:
                self.errors.append(f"a page answered {status}")
                return
            doctor.place = place
        with self.lock:
            self.told.add(doctor.number)

    def _presses_twice(self) -> bool:
        with self.lock:
            return bool(self.rng.random() < TWICE)

    @staticmethod
    def _page(
        connection: http.client.HTTPConnection, path: str, form: Mapping[str, str] | None
    ) -> tuple[int, str, str]:
        """Status, place of a redirection, and text."""
        if form is None:
            connection.request("GET", path)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, urlencode(form), kind)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, answer.headers.get("Location", ""), text


# The server.


@contextmanager
def serving(
    environment: Mapping[str, str], port: int, log: TextIO | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The server with all of its processes, until they are killed, at the end of the block."""
    process = subprocess.Popen(
        [str(COMMAND), "web", "serve", "--port", str(port), "--processes", "2"],
        env=dict(environment),
        stdout=log or subprocess.DEVNULL,
        stderr=log or subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until_it_answers(port, process)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until_it_answers(port: int, process: subprocess.Popen[bytes], patience: float = 60.0) -> None:
    """Wait for the server; raises ``TimeoutError`` where it does not come up or has ended."""
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
        finally:
            connection.close()
    raise TimeoutError("the server does not answer")


def a_free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environment_of(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Variables for a server with its data in a folder."""
    ours = ("MEDENGAGE", "DATABASE_URL", "DJANGO")
    plain = {name: v for name, v in os.environ.items() if not any(one in name for one in ours)}
    return plain | {
        "SECRET_KEY": "b7Jq0mVwKzP4tYxR2nLs8dGhC5eFuA1oI9kQvNpMjWyTgXrSlZ",
        "MEDENGAGE_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
        **more,
    }


def step(environment: Mapping[str, str], *arguments: str) -> Any:
    """What a step in a process of its own says."""
    command = [sys.executable, __file__, *arguments]
    done = subprocess.run(command, env=dict(environment), check=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[-1])


def counts(environment: Mapping[str, str], campaign: str) -> tuple[int, int]:
    """Receipts and answers of a campaign, at one moment."""
    url = environment.get("ANSWERS_DATABASE_URL")
    if url is not None:
        with psycopg.connect(url) as opened:
            found = opened.execute(COUNTS.format("%(it)s").encode(), {"it": campaign}).fetchone()
    else:
        file = Path(environment["MEDENGAGE_DATA"]) / "answers.sqlite3"
        with closing(sqlite3.connect(file)) as plain:
            found = plain.execute(COUNTS.format(":it"), {"it": campaign}).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def attacked(
    folder: Path, rounds: int, seed: int, more: Mapping[str, str], *, tells: bool = False
) -> Found:
    """Kill a server with its data in a folder so many times, and look what is left."""
    environment = environment_of(folder, more)
    made = step(environment, "--prepare", str(rounds * LINKS_A_ROUND))
    crowd, found = Crowd(a_free_port(), made["items"], seed), Found(rounds=rounds)
    crowd.asked(made["links"])
    threads = [threading.Thread(target=crowd.works, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    rng = np.random.default_rng(seed)
    for number in range(rounds):
        with serving(environment, crowd.port):
            crowd.is_up.set()
            time.sleep(float(rng.uniform(0.0, LONGEST)))
            crowd.is_up.clear()  # nobody begins anew; whoever has begun goes on until the kill
        _looked_at(found, counts(environment, made["campaign"]), len(crowd.told))
        if tells and (number + 1) % 50 == 0:
            print(f"{number + 1} rounds, {len(crowd.told)} acknowledged", flush=True)
    crowd.is_over.set()
    crowd.is_up.set()
    for thread in threads:
        thread.join()
    found.torn += crowd.errors
    found.interrupted = crowd.interrupted
    found.kills_of_closing = _kill_closing(environment, made["campaign"], rng)
    judge(found, step(environment, "--close", made["campaign"]), crowd)
    return found


def _looked_at(found: Found, counted: tuple[int, int], told: int) -> None:
    """Right after a kill: as many receipts as answers, and none fewer than acknowledged."""
    receipts, answers = counted
    if receipts != answers:
        found.torn.append(f"{receipts} receipts for {answers} answers")
    if told > receipts:
        found.torn.append(f"{told} acknowledged, {receipts} kept")


def _kill_closing(
    environment: Mapping[str, str], campaign: str, rng: np.random.Generator, times: int = 4
) -> int:
    """Begin to close, and die in the middle of it; gives how many times it did."""
    killed = 0
    for _ in range(times):
        command = [sys.executable, __file__, "--close", campaign]
        with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE) as one:
            assert one.stdout is not None
            one.stdout.readline()
            time.sleep(float(rng.uniform(0.0, 0.05)))
            one.kill()
        killed += one.returncode != 0
    return killed


def judge(found: Found, state: Mapping[str, Any], crowd: Crowd) -> None:
    """Compare what is written down with what doctors sent and were told."""
    written: Counter[int] = Counter()
    for answers in state["answers"]:
        digits = [answers.get(name, 0) - 1 for name in crowd.items[:DIGITS]]
        number = sum(digit * BASE**place for place, digit in enumerate(digits))
        written[number] += 1
        as_given = (Doctor("", number, device).choices(crowd.items) for device in (3, 4))
        if answers not in as_given:
            found.changed.append(number)
    found.answers, found.acknowledged = len(state["answers"]), len(crowd.told)
    found.lost = sorted(crowd.told - set(written))
    found.doubled = sorted(number for number, n in written.items() if n > 1)
    words = Counter(f"words {number}" for number in written.elements())
    found.comments_wrong = (words - (said := Counter(state["comments"]))).total()
    found.comments_wrong += (said - words).total()
    odd = {"receipts beyond answers": state["receipts"] - found.answers}
    odd |= {name: state[name] for name in ("drafts", "sealed")}
    found.left = {name: n for name, n in odd.items() if n}


def main() -> None:
    """Print what was found; status 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    postgres = import_module("tests.web.postgres")
    below = postgres.cluster() if options.database == "postgresql" else nullcontext()
    with tempfile.TemporaryDirectory() as folder, below as cluster:
        more = {} if cluster is None else dict(cluster.environment)
        start = time.monotonic()
        found = attacked(Path(folder), options.rounds, options.seed, more, tells=True)
        seconds = time.monotonic() - start
    print(f"{options.database}, {seconds:.0f} s: {found}")
    print("nothing lost, nothing doubled" if found.is_well else "SOMETHING IS WRONG")
    sys.exit(not found.is_well)


if __name__ == "__main__":
    steps = {"--prepare": lambda given: prepared(int(given)), "--close": closed}
    if sys.argv[1:2] and sys.argv[1] in steps:
        print(json.dumps(steps[sys.argv[1]](sys.argv[2])))
    else:
        main()
