"""The files that operate the portal agree with one another and with the code."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from mtqg_portal.supervisor_config import Program, supervisor_config
from tests.no_skips import ONLY_POSTGRESQL, ONLY_SQLITE, is_allowed

BASE = Path(__file__).resolve().parent.parent
READS_ENV = sorted((BASE / "mtqg_portal").glob("*.py"))
# Read by other programs than the portal.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "SITE_ADDRESS"}
# Fixed by the image or meant for a run without containers.
NOT_IN_COMPOSE = {"PORT", "PORTAL_BIND", "PORTAL_VAR", "STATICFILES_BACKEND"}
TARGETS = (
    *("setup", "run", "test", "test-fast", "test-all", "lint", "fix", "bench"),
    *("migrations-check", "seed", "reset-db", "docker-up", "help"),
)


def names_read_by_code() -> set[str]:
    read = re.compile(r"""\benv\.\w+\(\s*"([A-Z][A-Z_]+)\"""")
    return {name for path in READS_ENV for name in read.findall(path.read_text())}


def names_in_example() -> set[str]:
    text = (BASE / ".env.example").read_text()
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def compose_text() -> str:
    return (BASE / "docker-compose.yml").read_text()


def makefile_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (BASE / "Makefile").read_text(), re.MULTILINE))


def test_example_lists_exactly_what_is_read():
    assert names_in_example() == names_read_by_code() | COMPOSE_ONLY


def test_compose_hands_on_every_setting():
    used = set(re.findall(r"\$\{([A-Z_]+)", compose_text()))
    assert used == names_in_example() - NOT_IN_COMPOSE


def test_compose_has_the_parts_of_production():
    services = yaml.safe_load(compose_text())["services"]
    assert set(services) == {"db", "redis", "prepare", "web", "worker", "beat", "proxy"}
    assert services["db"]["image"] == "postgres:16"
    assert "--appendonly" in services["redis"]["command"]
    assert not any("ports" in part for name, part in services.items() if name != "proxy")


def test_caddyfile_is_the_one_that_compose_mounts():
    volumes = yaml.safe_load(compose_text())["services"]["proxy"]["volumes"]
    source = volumes[0].split(":")[0]
    assert "reverse_proxy web:8000" in (BASE / source).read_text()


def test_image_does_not_run_as_root():
    assert re.search(r"^USER portal$", (BASE / "Dockerfile").read_text(), re.MULTILINE)


def test_makefile_has_every_promised_target():
    assert set(TARGETS) <= makefile_targets()


def test_ci_runs_every_heavy_tier_but_the_bench():
    text = (BASE / "Makefile").read_text()
    heavy = re.search(r"^HEAVY = (.*)$", text, re.MULTILINE)[1].split(" or ")
    recipe = re.search(r"^test-heavy:.*\n((?:\t.*\n)+)", text, re.MULTILINE)[1]
    assert set(re.findall(r'-m "(\w+)"', recipe)) == set(heavy) - {"load"}
    assert re.search(r"^test-all: test test-heavy\b", text, re.MULTILINE)
    assert "make test-all" in (BASE / ".ci" / "run").read_text().splitlines()


def test_make_help_explains_every_target():
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=BASE, check=True, capture_output=True
    )
    listed = {line.split()[0] for line in shown.stdout.decode().splitlines()}
    assert set(TARGETS) <= listed


def test_every_script_parses_as_posix_sh():
    for script in ("bin/setup", "bin/run"):
        assert (BASE / script).stat().st_mode & 0o111
        subprocess.run(["sh", "-n", BASE / script], check=True)


def test_supervisor_restarts_and_survives_odd_paths():
    config = supervisor_config(
        Path("/srv/50% mtqg"), Path("/srv/50% mtqg/var"), [Program("web", ["run", "a b"], 1)]
    )
    assert "autorestart=true" in config
    assert "directory=/srv/50%% mtqg" in config
    assert "'a b'" in config


@pytest.mark.parametrize(
    ("reason", "vendor", "allowed"),
    [
        (ONLY_POSTGRESQL, "sqlite", True),
        (ONLY_POSTGRESQL, "postgresql", False),
        (ONLY_SQLITE, "postgresql", True),
        (ONLY_SQLITE, "sqlite", False),
        ("no browser here", "sqlite", False),
    ],
)
def test_ci_allows_only_skips_for_the_other_database(reason, vendor, allowed):
    assert is_allowed(reason, vendor) is allowed
