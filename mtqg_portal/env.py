"""Strict reading of the environment; a test holds every name to .env.example."""

import os
import secrets
from datetime import date
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(str(BASE_DIR / ".env"))

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"),
}

# Seconds for one statement on PostgreSQL: a worker's; a page gets less from whoever starts the web.
LONGEST_STATEMENT = 300


def is_production() -> bool:
    return env.str("PORTAL_ENV", "demo") == "production"


def var_dir() -> Path:
    """Where the embedded database, files, logs and sockets live."""
    path = Path(env.str("PORTAL_VAR", "") or BASE_DIR / "var")
    (path / "static").mkdir(parents=True, exist_ok=True)
    return path


def secret_key(var: Path) -> str:
    """From the environment in production; a demo keeps its own key in var/."""
    key = env.str("SECRET_KEY", "")
    if key:
        return key
    if is_production():
        raise ImproperlyConfigured("SECRET_KEY is required when PORTAL_ENV=production.")
    kept = var / "secret_key"
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text().strip()


def database(var: Path) -> dict:
    """SQLite by default; DATABASE_URL switches to PostgreSQL and nothing else changes."""
    url = env.str("DATABASE_URL", "") or f"sqlite:///{var / 'portal.sqlite3'}"
    config = env.db_url_config(url)
    config["ATOMIC_REQUESTS"] = False
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {**config.get("OPTIONS", {}), **SQLITE_OPTIONS}
        # Tests too use a file, one a run: a live server and a worker then meet as in life.
        config["TEST"] = {"NAME": str(var / f"test-{os.getpid()}.sqlite3")}
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
        longest = env.int("STATEMENT_TIMEOUT", LONGEST_STATEMENT)
        config["OPTIONS"] = {
            **config.get("OPTIONS", {}),
            "options": f"-c statement_timeout={longest}s",
        }
    return config


def broker_url(var: Path) -> str:
    """REDIS_URL as given; else the embedded socket noted in var/redis.path by the start-up.

    Celery wants redis+socket://, redis-py and people write unix://.
    """
    url = env.str("REDIS_URL", "")
    noted = var / "redis.path"
    if not url and noted.exists():
        url = f"unix://{noted.read_text().strip()}"
    if url.startswith("unix://"):
        return "redis+socket://" + url.removeprefix("unix://")
    return url or "redis://127.0.0.1:6379/0"


def password_policy() -> str:
    name = env.str("PASSWORD_POLICY", "tcvn")
    if name not in ("tcvn", "asvs"):
        raise ImproperlyConfigured(f"PASSWORD_POLICY must be tcvn or asvs, not {name!r}.")
    return name


def central_sign_in() -> dict:
    """The province's OpenID Connect server; no issuer: off, and nothing else is read."""
    given = {
        "OIDC_ISSUER": env.str("OIDC_ISSUER", ""),
        "OIDC_CLIENT_ID": env.str("OIDC_CLIENT_ID", ""),
        "OIDC_CLIENT_SECRET": env.str("OIDC_CLIENT_SECRET", ""),
        "OIDC_LABEL": env.str("OIDC_LABEL", "") or "tài khoản dùng chung của tỉnh",
        "OIDC_LINK_BY_EMAIL": env.bool("OIDC_LINK_BY_EMAIL", False),
    }
    if not given["OIDC_ISSUER"]:
        return given
    missing = [name for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if not given[name]]
    if missing:
        raise ImproperlyConfigured(f"OIDC_ISSUER is set, so {missing[0]} is required.")
    # Who listens on the way would read codes and could answer in the server's place.
    if is_production() and not given["OIDC_ISSUER"].startswith("https://"):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https:// in production.")
    return given


def portal_today() -> date | None:
    """A frozen business date for demonstrations; empty means the real day."""
    text = env.str("PORTAL_TODAY", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"PORTAL_TODAY must be YYYY-MM-DD, not {text!r}.") from error
