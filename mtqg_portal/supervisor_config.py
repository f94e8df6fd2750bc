"""The supervisor's configuration, made anew at each start: who runs and how it is restarted."""

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .preflight import LOG_DIR, REDIS_DIR

REDIS = "redis"
WEB_WORKERS, WEB_THREADS, JOB_WORKERS = 2, 4, 2
# Seconds: on PostgreSQL a page gives up a statement that a job may still wait for.
PAGE_STATEMENT = 20

HEAD = """\
[supervisord]
nodaemon=true
directory={base}
logfile={var}/log/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile={var}/supervisord.pid
{user}

; One group, so that a stop reaches all of them at once; Redis starts before and stops after.
[group:portal]
programs={portal}
priority=10
"""

# startretries is high on purpose: the pause grows by a second a try, and the portal never gives
# up while, say, the database server is away for an hour.
PROGRAM = """
[program:{name}]
command={command}
priority={priority}
autorestart=true
startsecs=1
startretries=10000
stopsignal=TERM
stopwaitsecs={patience}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


@dataclass(frozen=True)
class Program:
    """One supervised process; a lower priority starts earlier."""

    name: str
    command: list[str]
    priority: int
    patience: int = 10


def tied_to_parent(command: list[str]) -> list[str]:
    """On Linux the kernel ends the child with its parent, so a killed start leaves no orphans."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *command] if setpriv else command


def web(host: str, port: int) -> Program:
    command = [
        *(sys.executable, "-m", "gunicorn", "mtqg_portal.wsgi:application"),
        *("--bind", f"{host}:{port}"),
        *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        *("--env", f"STATEMENT_TIMEOUT={PAGE_STATEMENT}"),
        *("--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"),
    ]
    return Program("web", command, priority=20)


def worker() -> Program:
    command = [
        *(sys.executable, "-m", "celery", "-A", "mtqg_portal", "worker"),
        *("--pool", "prefork", "--concurrency", str(JOB_WORKERS), "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle"),
    ]
    return Program("worker", command, priority=10)


def beat(var: Path) -> Program:
    command = [
        *(sys.executable, "-m", "celery", "-A", "mtqg_portal", "beat", "--loglevel", "WARNING"),
        *("--schedule", str(var / "celerybeat-schedule"), "--pidfile", ""),
    ]
    return Program("beat", command, priority=30)


def embedded_redis(executable: str, var: Path, socket_path: str) -> Program:
    """No TCP port at all; appendonly because a killed server must not forget the queue."""
    command = [
        *(executable, "--port", "0", "--unixsocket", socket_path, "--unixsocketperm", "700"),
        *("--dir", str(var / REDIS_DIR), "--appendonly", "yes", "--save", ""),
    ]
    return Program(REDIS, command, priority=1)


def section(program: Program, var: Path) -> str:
    command = shlex.join(tied_to_parent(program.command))
    return PROGRAM.format(
        name=program.name,
        command=escaped(command),
        priority=program.priority,
        patience=program.patience,
        log=escaped(str(var / LOG_DIR / f"{program.name}.log")),
    )


def escaped(text: str) -> str:
    """The supervisor expands %(name)s in every value."""
    return text.replace("%", "%%")


def supervisor_config(base: Path, var: Path, programs: list[Program]) -> str:
    # Said outright, or the supervisor complains that root did not choose.
    user = "user=root" if os.geteuid() == 0 else ""
    head = HEAD.format(
        base=escaped(str(base)),
        var=escaped(str(var)),
        user=user,
        portal=",".join(program.name for program in programs if program.name != REDIS),
    )
    return head + "".join(section(program, var) for program in programs)
