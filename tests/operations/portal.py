"""Drives a real portal, started as a person starts it, from outside."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port

BASE = Path(__file__).resolve().parent.parent.parent
# The portal under test brings its own database and Redis; empty is not the same as left out, for
# what is left out may come from a developer's .env.
OWN_SERVICES = {"DATABASE_URL": "", "REDIS_URL": "", "PORTAL_ENV": "demo"}


def wait_for(condition, seconds: float, what: str):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s")


def children(pid: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in path.read_text().split()]
    return found


def descendants(pid: int) -> list[int]:
    below = children(pid)
    return below + [deeper for child in below for deeper in descendants(child)]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@dataclass
class RunningPortal:
    process: subprocess.Popen
    port: int
    var: Path
    env: dict

    @classmethod
    def start(cls, var: Path, port: int | None = None) -> "RunningPortal":
        port = port or free_port()
        env = {**os.environ, **OWN_SERVICES, "PORTAL_VAR": str(var), "PORT": str(port)}
        with (var / f"console-{port}.log").open("wb") as console:
            process = subprocess.Popen(
                [BASE / "bin" / "run"], cwd=BASE, env=env, stdout=console, stderr=console
            )
        return cls(process, port, var, env)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as page:
                return page.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def console(self) -> str:
        return (self.var / f"console-{self.port}.log").read_text()

    def supervised(self, needle: str) -> int | None:
        """The pid of the supervised process whose command line contains the text."""
        pids = [child for parent in children(self.process.pid) for child in children(parent)]
        return next((pid for pid in pids if needle in command_of(pid)), None)

    def kill(self, needle: str) -> int:
        pid = wait_for(lambda: self.supervised(needle), 30, f"{needle} to run")
        os.kill(pid, signal.SIGKILL)
        return pid

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=BASE, env=self.env, check=True, capture_output=True, text=True
        )
        return done.stdout

    def enqueue(self, kind: str, seconds: float) -> int:
        code = (
            "from jobs.models import Job;"
            f"print(Job.objects.enqueue({kind!r}, {{'seconds': {seconds}}}).pk)"
        )
        return int(self.manage("shell", "--verbosity", "0", "--command", code).split()[-1])

    def query(self, sql: str, *parameters) -> list[tuple]:
        """Read from outside Django, so that looking never disturbs what is looked at."""
        connection = sqlite3.connect(
            f"file:{self.var}/portal.sqlite3?mode=ro", uri=True, timeout=20
        )
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def job(self, pk: int) -> tuple[str, int]:
        return self.query("select state, attempts from jobs_job where id = ?", pk)[0]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)
