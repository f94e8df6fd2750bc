"""Pages over HTTP: gunicorn as in production, several people, another address each request."""

import http.client
import itertools
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from .racing import Goal

BASE = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
CLIENTS = 4
PLAIN = "/healthz"
# Least share of the plain page's requests a second, the plain page too with a session.
LIMITS = {"/nhiem-vu/": 0.03, "/von/": 0.02, "/bao-cao/": 0.035, "/": 0.015}
# People with different scope, and addresses that differ in filter, unit or page.
WHO = ("mau.thuongtruc", "mau.truongban", "mau.dabiec")
VARIED = f"""
import json
from django.test import Client
from organizations.models import User
stages = ["", "?stage=qua-han", "?stage=dang-lam", "?q=nong+thon", "?stage=xong", "?page=2"]
sessions = []
for username in {WHO!r}:
    client = Client()
    client.force_login(User.objects.get(username=username))
    sessions.append(client.cookies["sessionid"].value)
print(json.dumps({{"sessions": sessions, "addresses": {{
    "/nhiem-vu/": ["/nhiem-vu/" + stage for stage in stages],
    "/von/": ["/von/", "/von/?nam=2022", "/von/?nam=2023"],
    "/bao-cao/": ["/bao-cao/"],
    "/": ["/"],
}}}}))
"""


def manage(env: dict, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=BASE, env=env, check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode()


def varied_input(env: dict) -> dict:
    return json.loads(manage(env, "manage.py", "shell", "-v", "0", "-c", VARIED).splitlines()[-1])


def start_web(env: dict, port: int) -> subprocess.Popen:
    command = [
        *(sys.executable, "-m", "gunicorn", "mtqg_portal.wsgi:application"),
        *("--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    return subprocess.Popen(command, cwd=BASE, env=env, stdout=sys.stderr)


def answers(port: int) -> bool:
    try:
        return status_of(http.client.HTTPConnection(HOST, port, timeout=5), PLAIN, {}) == 200
    except OSError:
        return False


def status_of(connection: http.client.HTTPConnection, path: str, headers: dict) -> int:
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    reply.read()
    return reply.status


def count_replies(port: int, calls: Iterator, until: float, counts: list[int]) -> None:
    """One client on one connection; anything but 200 spoils the measurement and is raised."""
    connection, done = http.client.HTTPConnection(HOST, port, timeout=60), 0
    while time.monotonic() < until:
        path, session = next(calls)
        status = status_of(connection, path, {"Cookie": f"sessionid={session}"})
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        done += 1
    counts.append(done)


def replies_per_second(port: int, paths: list[str], sessions: list[str], seconds: float) -> float:
    counts: list[int] = []
    start = time.monotonic()
    clients = []
    for number in range(CLIENTS):
        # Each client walks the addresses and the people from another place.
        calls = zip(
            itertools.cycle(paths[number % len(paths) :] + paths[: number % len(paths)]),
            itertools.cycle(sessions[number % len(sessions) :] + sessions[:1]),
            strict=False,
        )
        clients.append(
            threading.Thread(target=count_replies, args=(port, calls, start + seconds, counts))
        )
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if len(counts) < CLIENTS:
        raise SystemExit(f"{paths[0]} could not be measured")
    # The last replies come after the time is up: divide by what it really took.
    return sum(counts) / (time.monotonic() - start)


def measure(port: int, varied: dict, rounds: int, seconds: float) -> list[Goal]:
    """Plain page and pages take turns; the median over the rounds of each round's ratio."""
    ratios: dict[str, list[float]] = {path: [] for path in LIMITS}
    for turn in range(rounds + 1):
        plain = replies_per_second(port, [PLAIN], varied["sessions"], seconds)
        for path in LIMITS:
            addresses = varied["addresses"][path]
            speed = replies_per_second(port, addresses, varied["sessions"], seconds)
            if turn:  # The first round warms up.
                ratios[path].append(speed / plain)
    return [
        Goal("P3", path, PLAIN, round(statistics.median(found), 4), LIMITS[path], at_least=True)
        for path, found in ratios.items()
    ]
