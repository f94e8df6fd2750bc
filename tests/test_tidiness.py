"""What piles up unseen: dead code, files and styles nobody uses, tests that hold nothing, notes to
oneself. Each check is shown to fail."""

import ast
import re
from collections import Counter

from tests.sources import ROOT, SOURCES, TEMPLATES, each_source, short, tree

TESTS = sorted((ROOT / "tests").rglob("*.py"))
BENCH = sorted((ROOT / "bench").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
PAGES = sorted(TEMPLATES.rglob("*.html"))


def text_of(path):
    return path.read_text(encoding="utf-8")


# Notes to oneself and silent failures

NOTE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def notes(text):
    return NOTE.findall(text)


def silent(source):
    """Handlers of everything, and handlers that do nothing about any error at all."""
    everything = {"Exception", "BaseException"}
    return [
        f"except:{node.lineno}"
        for node in ast.walk(source)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (
                getattr(node.type, "id", "") in everything
                and all(isinstance(line, ast.Pass) for line in node.body)
            )
        )
    ]


def test_no_notes_to_oneself():
    here = {"tests/test_tidiness.py"}
    files = [*SOURCES, *TESTS, *BENCH, *PAGES, *SCRIPTS, *STYLES]
    assert not {short(p): notes(text_of(p)) for p in files if notes(text_of(p))}.keys() - here


def test_no_error_is_swallowed():
    assert not each_source(silent)
    assert not {short(path) for path in TESTS if silent(tree(path))}


def test_the_checks_find_notes_and_swallowed_errors():
    assert notes("x = 1  # TODO: later") and not notes("TODOS")
    assert silent(ast.parse("try:\n    f()\nexcept:\n    raise"))
    assert silent(ast.parse("try:\n    f()\nexcept Exception:\n    pass"))
    assert not silent(ast.parse("try:\n    f()\nexcept OSError:\n    pass"))


# Tests that hold something

HOLDS = re.compile(r"^(assert|check|expect|raises|fail|wait_for|must|refuse)|_(assert|raises)")


def functions_of(source):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(source) if isinstance(node, kinds)]


def called(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", ""))


def holders(source):
    """Helpers of a test file that assert by themselves."""
    return {
        function.name
        for function in functions_of(source)
        if any(isinstance(node, ast.Assert) for node in ast.walk(function))
    }


def holds_nothing(source, helpers=frozenset()):
    helpers = helpers | holders(source)
    return [
        function.name
        for function in functions_of(source)
        if function.name.startswith("test_")
        and not any(isinstance(node, ast.Assert) for node in ast.walk(function))
        and not any(name in helpers or HOLDS.search(name) for name in called(function))
    ]


def test_every_test_asserts_something():
    everywhere = {name for path in TESTS for name in holders(tree(path))}
    shared = {name for name in everywhere if not name.startswith("test_")}
    assert not {short(p): found for p in TESTS if (found := holds_nothing(tree(p), shared))}


def test_the_check_finds_a_test_that_holds_nothing():
    assert holds_nothing(ast.parse("def test_x(client):\n    client.get('/')")) == ["test_x"]
    assert not holds_nothing(ast.parse("def test_x():\n    with pytest.raises(E):\n        f()"))
    assert not holds_nothing(ast.parse("def ok(a):\n    assert a\ndef test_x():\n    ok(1)"))


# Dead code

WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
# Called by name by Django, Celery, the supervisor or the interpreter.
CALLED_BY_NAME = {
    # app and model hooks
    *("ready", "save", "delete", "clean", "deconstruct", "get_absolute_url", "natural_key"),
    # views and forms
    *("get", "post", "put", "patch", "head", "dispatch", "setup", "form_valid", "form_invalid"),
    *("get_queryset", "get_context_data", "get_template_names", "get_form_kwargs", "get_object"),
    *("get_success_url", "get_initial", "has_permission", "handle", "add_arguments"),
}
HOOK = re.compile(r"^(__\w+__|clean_\w+|get_\w+|has_\w+_permission|to_\w+|visit_\w+|handle_\w+)$")
# Each with who calls it.
ALLOWED = {
    "value_from_datadict": "widgets of Django",
    "delete_queryset": "Django's admin",
    "validate": "Django's password validators",
    "SessionScheme": "drf-spectacular, by its base class",
    "TokenScheme": "drf-spectacular, by its base class",
    "check_rows": "the check of a whole sheet as the tests of columns use it",
}
# To be used or taken out: docs/code-migrations.md. The list may only become shorter.
UNUSED = {"format_vnd", "split_rounding", "window"}
# Classes that Django finds by the place of their file.
BY_PLACE = re.compile(r"(^|/)apps\.py$|/management/commands/\w+\.py$")


def defined(source):
    """Functions, classes and methods by name; what a decorator registers is in use."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [
        (node.name, node.lineno)
        for node in ast.walk(source)
        if isinstance(node, kinds)
        and not (node.decorator_list and registered(node))
        and node.name not in CALLED_BY_NAME
        and not HOOK.match(node.name)
    ]


def registered(node):
    """@handler("kind"), @register.filter …: a decorator other than those that only shape."""
    shaping = {"property", "cached_property", "classmethod", "staticmethod", "dataclass", "cache"}
    shaping |= {"atomic", "contextmanager", "wraps", "require_POST", "require_GET"}
    return any(set(WORD.findall(ast.unparse(d))) - shaping for d in node.decorator_list)


def dead(definitions, mentions):
    """Names that stand nowhere but in their own definition."""
    times = Counter(name for names in definitions.values() for name, _ in names)
    return sorted(
        f"{file}:{line} {name}"
        for file, names in definitions.items()
        for name, line in names
        if mentions[name] <= times[name] and name not in ALLOWED
    )


def framework_names():
    """Names a class of ours may define because its base calls them."""
    bases = set()
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and node.bases:
                bases |= {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    return bases


def test_no_dead_code():
    mentions = Counter(word for path in [*SOURCES, *PAGES] for word in WORD.findall(text_of(path)))
    for other in [*ROOT.glob("*/migrations/*.py"), ROOT / "pyproject.toml", *BENCH]:
        mentions.update(set(WORD.findall(text_of(other))))
    sources = [path for path in SOURCES if not BY_PLACE.search(short(path))]
    definitions = {short(path): defined(tree(path)) for path in sources}
    overrides = framework_names()
    found = [line for line in dead(definitions, mentions) if line.split()[-1] not in overrides]
    assert {line.split()[-1] for line in found} == UNUSED, found


def test_the_check_finds_dead_code():
    source = ast.parse("def used(): pass\ndef left(): pass\n@handler('x')\ndef told(): pass")
    mentions = Counter({"used": 2, "left": 1, "told": 1})
    assert dead({"a.py": defined(source)}, mentions) == ["a.py:2 left"]


# Files and styles

# Found by the browser or by another file of their own folder.
NOT_NAMED = re.compile(r"static/vendor/|LICENSE|\.txt$|\.md$")
# Written by script or by Django: part of the name is put together.
MADE = re.compile(r"^(is-|t-|b-|s-|level\d|htmx-)")


# To be used or taken out, as above.
UNUSED_STYLES = {"drawer", "only-print", "print-open", "tall"}


def unused_files(files, text):
    return sorted(name for name in files if name.rpartition("/")[2] not in text)


def test_every_static_file_is_used():
    files = [short(p) for p in (ROOT / "static").rglob("*") if p.is_file()]
    own = [name for name in files if not NOT_NAMED.search(name)]
    users = [*SOURCES, *PAGES, *STYLES, *SCRIPTS]
    assert own and not unused_files(own, "\n".join(text_of(path) for path in users))


def classes_of(css):
    """Class names of selectors; comments and values aside."""
    bare = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"|'[^']*'", "", css, flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", bare)
    return {name for part in selectors for name in re.findall(r"\.([a-zA-Z][\w-]*)", part)}


def unused_classes(css, words):
    return {name for name in classes_of(css) if name not in words and not MADE.match(name)}


def test_every_style_is_used():
    users = [*SOURCES, *PAGES, *SCRIPTS]
    words = set(re.findall(r"[a-zA-Z][\w-]*", "\n".join(text_of(path) for path in users)))
    found = {short(path): unused_classes(text_of(path), words) - UNUSED_STYLES for path in STYLES}
    assert not {name: classes for name, classes in found.items() if classes}


def test_the_checks_find_unused_files_and_styles():
    assert unused_files(["static/js/a.js", "static/js/b.js"], 'src="js/a.js"') == ["static/js/b.js"]
    css = ".tbl .grp > td { color: red } /* .old */ .left:hover { top: 0.5em }"
    assert unused_classes(css, {"tbl", "grp"}) == {"left"}
