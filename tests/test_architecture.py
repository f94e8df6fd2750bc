"""The architecture as tests: sign-in, rooms, scope, clock, money, sizes; each shown to fail."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

from django.apps import apps
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import models
from django.utils.module_loading import import_string
from rest_framework.permissions import IsAuthenticated

from organizations.models import Unit
from tests.routes import Route, routes
from tests.sources import OWN_MODELS, RANK, ROOT, SOURCES, each_source, short

# Sign-in

PUBLIC = {"login", "login_code", "login_again", "healthz", "readyz", "admin_sign_in"}
# Covered by the address above it, which leads to the portal's own sign-in page.
SHADOWED = {"admin:login"}


def is_open(route):
    """Neither the middleware nor the API's rule nor the admin's own asks who is there."""
    view = route.view
    if getattr(view, "login_required", True):
        return False
    asks = getattr(getattr(view, "cls", None), "permission_classes", [])
    asks = getattr(view, "initkwargs", {}).get("permission_classes", asks)
    return IsAuthenticated not in asks and not hasattr(view, "admin_site")


def test_only_the_listed_pages_are_public():
    assert {route.name for route in routes() if is_open(route)} - SHADOWED == PUBLIC


def test_the_check_finds_an_open_page():
    def page(request):
        return None

    assert not is_open(Route("x", page, (), ""))
    page.login_required = False
    assert is_open(Route("x", page, (), ""))


def test_the_middleware_that_asks_is_on():
    layers = [import_string(name) for name in settings.MIDDLEWARE]
    assert any(isinstance(x, type) and issubclass(x, LoginRequiredMiddleware) for x in layers)


# Rooms


def looks_up(model, field):
    """The field points at a higher room or at a sibling of its own."""
    room, other = model._meta.app_label, field.related_model._meta.app_label
    return other in RANK and other != room and RANK[other] >= RANK[room]


def links(model):
    return [f for f in model._meta.get_fields() if f.is_relation and f.concrete and f.related_model]


def test_every_room_has_a_level():
    ours = [config for config in apps.get_app_configs() if Path(config.path).parent == ROOT]
    assert {config.label for config in ours} == set(RANK)


def test_no_foreign_key_looks_up():
    assert not [f"{m.__name__}.{f.name}" for m in OWN_MODELS for f in links(m) if looks_up(m, f)]


def test_the_check_finds_a_link_that_looks_up():
    target, alert = apps.get_model("targets.Target"), apps.get_model("alerts.Alert")
    assert looks_up(target, SimpleNamespace(related_model=alert))
    assert looks_up(target, SimpleNamespace(related_model=apps.get_model("disbursement.Project")))
    assert not looks_up(alert, SimpleNamespace(related_model=target))


def inner_imports(source):
    """Imports inside functions; an app's ready() alone may register its room late."""
    functions = [node for node in ast.walk(source) if isinstance(node, ast.FunctionDef)]
    return [
        f"{function.name}:{node.lineno}"
        for function in functions
        if function.name != "ready"
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


# Runs by itself in a child process, so that a hostile file cannot reach what it does not need.
ALONE = {"core/sheet_child.py"}


def test_no_import_inside_a_function():
    found = each_source(inner_imports)
    assert not {name: lines for name, lines in found.items() if name not in ALONE}


def test_the_check_finds_an_inner_import():
    assert inner_imports(ast.parse("def f():\n    import os"))
    assert not inner_imports(ast.parse("import os\ndef ready(self):\n    from . import x"))


def test_no_attic():
    attics = {"utils.py", "helpers.py", "misc.py", "common.py", "services.py", "selectors.py"}
    assert not [short(path) for path in SOURCES if path.name in attics]


# Scope

# Rows with a unit that are not asked for by a person, or only through a scoped owner.
UNSCOPED = {
    "organizations.SteeringCommittee": "tên ban chỉ đạo hiện trên mọi trang",
    "organizations.Post": "cây chức danh, quyền tính từ đây",
    "organizations.Grant": "chính là quyền",
    "organizations.UnitAlias": "cách viết của đơn vị, không có số liệu",
    "organizations.UnitFlag": "diện của đơn vị, đọc qua đơn vị",
    "organizations.UnitParent": "cây đơn vị",
    "organizations.UnitLineage": "quan hệ kế thừa đơn vị",
    "organizations.UnitScope": "phạm vi, chính for_user dựa vào đây",
    "jobs.AuditEntry": "nhật ký, chỉ quản trị đọc",
    "periods.PeriodLock": "khóa kỳ, hỏi qua why_locked",
    "periods.LockException": "đọc qua khóa kỳ",
    "programs.ProgramOwner": "danh mục công khai",
    "assignments.AssignmentParty": "đọc qua nhiệm vụ",
    "documents.LayoutProfile": "thể thức của cơ quan, không có số liệu",
}


def has_unit(model):
    return any(isinstance(f, models.ForeignKey) and f.related_model is Unit for f in links(model))


def is_scoped(model):
    return hasattr(model._default_manager.all(), "for_user")


def test_every_model_with_a_unit_is_scoped():
    found = {m._meta.label for m in OWN_MODELS if has_unit(m) and not is_scoped(m)}
    assert found == {label for label in UNSCOPED if has_unit(apps.get_model(label))}


def test_scope_paths_lead_to_units_and_programme_codes():
    """A misspelt path would fail only when somebody with that kind of grant comes by."""
    for model in OWN_MODELS:
        for path in (getattr(model, "scope_unit", None), *getattr(model, "scope_parties", ())):
            if path:
                assert model._base_manager.filter(**{f"{path}__kind": "province"}).query
        program = getattr(model, "scope_program", None)
        if program:
            assert model._base_manager.filter(**{program: "NTM"}).query


# Clock

ASKS = {
    ("date", "today"),
    ("datetime", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("timezone", "localdate"),
}
MAY_ASK_TODAY = re.compile(
    r"(.*/)?(views|\w+_views|context|tasks|api)\.py|.*/views/.*|.*/management/commands/.*"
    r"|core/templatetags/.*"
)
# Handlers of jobs: nobody calls them with a day.
JOB_HANDLERS = {"reporting/drafts.py"}
RIGHTS = "organizations/"


def clock_calls(source):
    return [
        f"{node.value.id}.{node.attr}:{node.lineno}"
        for node in ast.walk(source)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in ASKS
    ]


def clock_imports(source):
    return [
        alias.name
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and node.module == "core.clock"
        for alias in node.names
    ]


def test_nobody_asks_the_day_beside_the_clock():
    assert set(each_source(clock_calls)) == {"core/clock.py"}


def test_only_doors_ask_for_today():
    asking = {name for name, names in each_source(clock_imports).items() if "today" in names}
    assert not {n for n in asking if not MAY_ASK_TODAY.fullmatch(n)} - JOB_HANDLERS


def test_the_real_day_is_for_rights_alone():
    asking = {name for name, names in each_source(clock_imports).items() if "real_today" in names}
    assert asking and not {name for name in asking if not name.startswith(RIGHTS)}


def test_the_checks_find_who_asks_the_clock():
    assert clock_calls(ast.parse("date.today()")) and clock_calls(ast.parse("x = datetime.now"))
    assert clock_imports(ast.parse("from core.clock import today")) == ["today"]
    assert not MAY_ASK_TODAY.fullmatch("disbursement/figures.py")
    assert MAY_ASK_TODAY.fullmatch("disbursement/rule_views.py")


# Money

MONEY = ["disbursement/", "core/money.py", "reporting/figures.py", "dashboards/figures.py"]


def floats(source):
    return [
        node.lineno
        for node in ast.walk(source)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]


def test_money_knows_no_float():
    found = each_source(floats)
    assert not {name: lines for name, lines in found.items() if name.startswith(tuple(MONEY))}
    assert not [f for m in OWN_MODELS for f in m._meta.fields if isinstance(f, models.FloatField)]


def test_columns_of_dong_are_whole_and_wide():
    dong = [f for m in OWN_MODELS for f in m._meta.fields if "(đồng)" in str(f.verbose_name)]
    assert len(dong) >= 5 and all(isinstance(field, models.BigIntegerField) for field in dong)


def test_the_check_finds_a_float():
    assert floats(ast.parse("float(x)")) and floats(ast.parse("x * 0.5"))
    assert not floats(ast.parse("Decimal('0.5') * 2"))


# Sizes

LONGEST_FUNCTION, LONGEST_MODULE = 60, 500


def long_functions(source):
    return [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]


def test_functions_are_short():
    assert not each_source(long_functions)


def test_modules_are_short():
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE}


def test_the_check_finds_a_long_function():
    body = "    x = 1\n" * LONGEST_FUNCTION
    assert long_functions(ast.parse(f"def f():\n{body}"))
    assert not long_functions(ast.parse(f"def f():\n{body[: -len('    x = 1' + chr(10))]}"))
