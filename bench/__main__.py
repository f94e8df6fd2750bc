"""Ratios of pages to a page without a database, on the demo province (JSON on stdout).

A ratio holds on any machine where requests a second do not. Everything runs in a throw-away
folder; exit code 1 when a ratio is below its limit.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.services import free_port, stop, wait_until

BASE = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
SECONDS, CLIENTS = 3, 4
PLAIN_PAGE = "/healthz"
# Least share of the plain page's requests a second; the scoped lists of the portal.
LIMITS = {"/nhiem-vu/": 0.06, "/von/": 0.06, "/bao-cao/": 0.06}
SIGN_IN = """
from django.test import Client
from organizations.models import User
client = Client()
client.force_login(User.objects.filter(is_active=True).order_by("pk").first())
print(client.cookies["sessionid"].value)
"""


def manage(env: dict, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=BASE, env=env, check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode()


def start_web(env: dict, port: int) -> subprocess.Popen:
    command = [
        *(sys.executable, "-m", "gunicorn", "mtqg_portal.wsgi:application"),
        *("--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    return subprocess.Popen(command, cwd=BASE, env=env, stdout=sys.stderr)


def answers(port: int) -> bool:
    try:
        return status_of(http.client.HTTPConnection(HOST, port, timeout=5), PLAIN_PAGE, {}) == 200
    except OSError:
        return False


def status_of(connection: http.client.HTTPConnection, path: str, headers: dict) -> int:
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    reply.read()
    return reply.status


def count_replies(port: int, path: str, headers: dict, until: float, counts: list[int]) -> None:
    """One client on one connection; anything but 200 spoils the measurement and is raised."""
    connection, done = http.client.HTTPConnection(HOST, port, timeout=30), 0
    while time.monotonic() < until:
        status = status_of(connection, path, headers)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        done += 1
    counts.append(done)


def replies_per_second(port: int, path: str, headers: dict) -> float:
    counts: list[int] = []
    until = time.monotonic() + SECONDS
    clients = [
        threading.Thread(target=count_replies, args=(port, path, headers, until, counts))
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if len(counts) < CLIENTS:
        raise SystemExit(f"{path} could not be measured")
    return sum(counts) / SECONDS


def measure(port: int, session: str) -> dict:
    headers = {"Cookie": f"sessionid={session}"}
    plain = replies_per_second(port, PLAIN_PAGE, {})
    pages = []
    for path, limit in LIMITS.items():
        speed = replies_per_second(port, path, headers)
        ratio = round(speed / plain, 4)
        pages.append(
            {
                "page": path,
                "per_second": round(speed, 1),
                "ratio": ratio,
                "limit": limit,
                "ok": ratio >= limit,
            }
        )
    return {
        "plain_page": {"page": PLAIN_PAGE, "per_second": round(plain, 1)},
        "pages": pages,
        "ok": all(page["ok"] for page in pages),
    }


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mtqg-bench-") as var:
        env = {**os.environ, "PORTAL_VAR": var, "PORTAL_ENV": "demo", "LOG_LEVEL": "WARNING"}
        manage(env, "-m", "mtqg_portal.prepare")
        session = manage(env, "manage.py", "shell", "-v", "0", "-c", SIGN_IN).split()[-1]
        port = free_port()
        web = start_web(env, port)
        try:
            wait_until(lambda: answers(port), web, "gunicorn")
            report = measure(port, session)
        finally:
            stop(web, signal.SIGTERM)
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
