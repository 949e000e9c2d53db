"""How many doctors can answer at the same time, beside what the disk can write durably.

Starts the server on this machine with two fresh SQLite databases, lets several doctors at a time
walk through all pages with links of their own, and prints submissions a second, times of requests
and processor seconds. In the same minute it measures how many durable commits a second SQLite can
make here. Everything is bounded: ``--doctors`` answer, and nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from importlib import import_module
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

PORT = 8791
PAGES = {"six pages": 5, "one page": 0}
"""How the thirty statements are shown, and how many stand on a page."""
LIMESURVEY = {
    "six pages": {"submissions": 3.4, "processor": 0.53, "p95": 11.4},
    "one page": {"submissions": 6.25, "processor": 0.28, "p95": 25.9},
}
"""LimeSurvey 6.13 with MariaDB on two cores: submissions a second and processor seconds each with
50 users, seconds of the slowest twentieth of requests with 200. Six pages with personal links, one
page without."""


def links(doctors: int, a_page: int) -> list[str]:
    """A campaign with a link for each doctor."""
    import_module("django").setup()
    management = import_module("django.core.management")
    for name in ("default", "answers"):
        management.call_command("migrate", database=name, verbosity=0)
    campaign = import_module("medengage.web.campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere Hospital",
        wave="2027",
        instrument="open-medical-engagement@1.0.0",
        words={"organisation": "hospital"},
        statements_a_page=a_page,
    )
    import_module("medengage.web.campaigns.actions").open_for_answers(campaign, date(2027, 3, 1))
    made: list[str] = import_module("medengage.web.invitations.actions").links_for(
        campaign, [{"division": "Medicine"}] * doctors
    )
    return made


class Doctor:
    """One connection that walks through the pages like a browser."""

    def __init__(self, times: list[float]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.times = times

    def asks(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, place of a redirection, and text."""
        start = time.perf_counter()
        if form is None:
            self.connection.request("GET", path)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            self.connection.request("POST", path, urlencode(form), kind)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.times.append(time.perf_counter() - start)
        return answer.status, answer.headers.get("Location", ""), text

    def answers(self, link: str) -> None:
        """All pages, from the first to the thanks."""
        self.asks(f"/a/{link}/")
        _, place, _ = self.asks(f"/a/{link}/", {"step": "yes"})
        while not place.endswith("/thanks/"):
            _, _, text = self.asks(place)
            names = dict.fromkeys(re.findall(r'type="radio" name="([a-z0-9-]+)"', text), "4")
            if "step" in names:
                names = {"step": "yes"}
            status, place, _ = self.asks(place, names)
            if status != 302:
                raise RuntimeError(f"a page answered {status}")
        self.asks(place)


def crowd(every: list[str], at_once: int) -> tuple[float, list[float]]:
    """Seconds until all have answered, and the time of every request."""
    waiting = iter(every)
    times: list[float] = []
    lock = threading.Lock()

    def works() -> None:
        doctor = Doctor(times)
        while True:
            with lock:
                link = next(waiting, None)
            if link is None:
                return
            doctor.answers(link)

    threads = [threading.Thread(target=works) for _ in range(at_once)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start, times


def processor_seconds(pid: int) -> float:
    """User and system time of a process and its children so far."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(folder.name) == pid or int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def durable_commits(folder: Path, seconds: float = 2.0) -> float:
    """Durable commits a second of one small row each, with the server's settings."""
    base = sqlite3.connect(folder / "limit.sqlite3", isolation_level=None)
    base.execute("pragma journal_mode=wal")
    base.execute("pragma synchronous=full")
    base.execute("create table t (a text primary key, b blob)")
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        base.execute("insert into t values (?, ?)", (str(count), bytes(4096)))
        count += 1
    return count / (time.perf_counter() - start)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--doctors", type=int, default=400)
    parser.add_argument("--at-once", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    for (pages, a_page), at_once, processes in product(
        PAGES.items(), options.at_once, options.processes
    ):
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {
                "MEDENGAGE_DATA": folder,
                "MEDENGAGE_DEBUG": "1",
                "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
            }
            made = subprocess.run(
                [sys.executable, __file__, "--links", str(options.doctors), str(a_page)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.split()
            measured(Path(folder), made, at_once, pages, processes)


def measured(folder: Path, every: list[str], at_once: int, pages: str, processes: int) -> None:
    """One run against a server of its own."""
    command = str(Path(sys.executable).parent / "medengage")
    options = ["--port", str(PORT), "--processes", str(processes)]
    server = subprocess.Popen(
        [command, "web", "serve", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"MEDENGAGE_DEBUG": "no", "SECRET_KEY": "b" * 50},
    )
    try:
        time.sleep(3)
        before = processor_seconds(server.pid)
        seconds, times = crowd(every, at_once)
        used = processor_seconds(server.pid) - before
    finally:
        server.terminate()
        server.wait()
    times.sort()
    rate, spent = len(every) / seconds, used / len(every)
    theirs = LIMESURVEY[pages]
    p50, p95, p99 = (times[int(share * (len(times) - 1))] for share in (0.5, 0.95, 0.99))
    print(
        f"{pages}, {at_once} at a time, {processes} processes, {len(every)} doctors, "
        f"{len(times) / len(every):.0f} requests each: "
        f"{rate:.1f} submissions/s ({rate / theirs['submissions']:.1f} times LimeSurvey), "
        f"p50 {1000 * p50:.0f} ms, p95 {1000 * p95:.0f} ms "
        f"(1/{theirs['p95'] / p95:.0f} of LimeSurvey with 200), p99 {1000 * p99:.0f} ms, "
        f"{spent:.3f} processor seconds each "
        f"(1/{theirs['processor'] / spent:.0f} of LimeSurvey), "
        f"durable commits {durable_commits(folder):.0f}/s"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--links"]:
        print("\n".join(links(int(sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
