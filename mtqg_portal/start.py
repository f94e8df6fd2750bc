"""Serves the whole portal from one command and keeps it alive until Ctrl-C.

Checks first, then prepares the database, then hands web, worker, scheduler and the embedded Redis
to a supervisor that restarts whatever dies.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .env import BASE_DIR, env, is_production
from .pdf_libraries import missing
from .preflight import (
    LOG_DIR,
    REDIS_NOTE,
    Refusal,
    check_no_old_redis,
    check_port,
    only_instance,
    redis_executable,
    writable_var,
)
from .probe import DEFAULT_PORT, answers
from .supervisor_config import (
    beat,
    embedded_redis,
    supervisor_config,
    tied_to_parent,
    web,
    worker,
)

ANSWER_WITHIN = 60
SOCKET_FOLDER = "mtqg-"
# The working day of the demo province: three days after the 30/6 rule day of its figures.
# Set PORTAL_TODAY, even to nothing (the real day), and this one does not count.
DEMO_TODAY = "2023-07-03"


@dataclass(frozen=True)
class Place:
    """Where this run listens and keeps its data."""

    host: str
    port: int
    var: Path

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"


def say(text: str) -> None:
    print(text, flush=True)


def place(arguments: list[str]) -> Place:
    parser = argparse.ArgumentParser(prog="bin/run", description="Chạy Cổng MTQG trên máy này.")
    parser.add_argument("--host", default=env.str("PORTAL_BIND", "") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=env.str("PORT", "") or DEFAULT_PORT)
    options = parser.parse_args(arguments)
    check_port(options.host, options.port)
    return Place(options.host, options.port, writable_var())


def note_redis_socket(var: Path) -> str:
    """A short path outside var/: a deep folder would pass the system's limit of 107 characters."""
    forget_redis_socket(var)
    folder = tempfile.mkdtemp(prefix=SOCKET_FOLDER)
    path = os.path.join(folder, "redis.sock")
    (var / REDIS_NOTE).write_text(path)
    return path


def forget_redis_socket(var: Path) -> None:
    note = var / REDIS_NOTE
    if note.exists():
        folder = Path(note.read_text().strip()).parent
        if folder.name.startswith(SOCKET_FOLDER):
            shutil.rmtree(folder, ignore_errors=True)
        note.unlink()


def prepare() -> str:
    """Runs in a process of its own, so that its memory is given back; returns the account table."""
    command = [sys.executable, "-m", "mtqg_portal.prepare"]
    done = subprocess.run(
        command,
        cwd=BASE_DIR,
        # The seeding would otherwise fill the console with progress of every document.
        env={"LOG_LEVEL": "ERROR", **os.environ},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refusal("Cổng chưa chạy; hãy xem dòng lỗi ở trên.")
    return done.stdout.rstrip()


def programs(where: Place) -> list:
    served = [worker(), web(where.host, where.port), beat(where.var)]
    if not env.str("REDIS_URL", ""):
        socket_path = note_redis_socket(where.var)
        served.insert(0, embedded_redis(redis_executable(), where.var, socket_path))
    return served


def launch(where: Place) -> subprocess.Popen:
    config = where.var / "supervisord.conf"
    config.write_text(supervisor_config(BASE_DIR, where.var, programs(where)))
    command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config)]
    return subprocess.Popen(
        tied_to_parent(command),
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Ctrl-C reaches this process only; it stops the rest in order.
        start_new_session=True,
    )


def announce(where: Place, accounts: str) -> None:
    until = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < until and not answers(where.host, where.port):
        time.sleep(0.2)
    if time.monotonic() >= until:
        say(f"Máy chủ web chưa trả lời; hãy xem {where.var}/log/web.log")
        return
    lacking = missing()
    pdf = f"TẮT (thiếu {', '.join(lacking)}; xem bin/setup)" if lacking else "sẵn sàng"
    say(f"\nCổng MTQG: {where.address}")
    if today := os.environ.get("PORTAL_TODAY"):
        say(f"Ngày làm việc của bản mẫu: {today} (đặt PORTAL_TODAY để đổi, để trống: ngày thật).")
    say(f"Tạo PDF: {pdf}. Nhật ký: {where.var}/log. Dừng: Ctrl-C.")
    if accounts:
        say(f"\nTài khoản dùng thử:\n{accounts}")


def relay(process: subprocess.Popen, logs: Path) -> None:
    """Shows what a person should know of the supervisor's log; the rest stays in the file."""
    for line in process.stdout:
        _, _, event = line.partition(" WARN exited: ")
        if event:
            name = event.split(" ")[0]
            say(f"Tiến trình {name} dừng bất ngờ, đang khởi động lại; xem {logs}/{name}.log")


def stop_on_signals(process: subprocess.Popen) -> None:
    def stop(signum, frame):
        if process.poll() is None:
            say("\nĐang dừng ...")
            process.terminate()

    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, stop)
    # Under nohup a closed terminal is to be ignored, and stays so.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, stop)


def serve(where: Place) -> int:
    check_no_old_redis(where.var)
    accounts = prepare()
    process = launch(where)
    stop_on_signals(process)
    threading.Thread(target=announce, args=(where, accounts), daemon=True).start()
    relay(process, where.var / LOG_DIR)
    code = process.wait()
    forget_redis_socket(where.var)
    say("Đã dừng." if code == 0 else f"Bộ giám sát dừng bất ngờ (mã {code}); xem {where.var}/log.")
    return 0 if code == 0 else 1


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mtqg_portal.settings")
    if not is_production():
        os.environ.setdefault("PORTAL_TODAY", DEMO_TODAY)
    try:
        where = place(arguments)
        with only_instance(where.var):
            return serve(where)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\nĐã dừng.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
