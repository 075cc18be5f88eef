"""The habits of the house, kept by reading the source: what a reviewer would otherwise have to remember each time.

``ALLOWED`` lists what still stands against a habit, file by file. It must shrink: an allowance nobody needs any more
fails the test just as a new offence does.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView

from apps.core.privileges import is_history

ROOT = Path(settings.BASE_DIR)
FUNCTION_LINES, FILE_LINES, TEST_FILE_LINES = 40, 300, 500

# habit → file → how many offences still stand there, and why that is bearable for now.
ALLOWED: dict[str, dict[str, int]] = {
    # Django's own hook after every migrate; nothing of the office's work hangs on it.
    "no signals": {"apps/core/apps.py": 1},
    # The second positional argument is what is written (family, sections) or the field's name.
    "actions are keyword-only after the subject": {
        "apps/applications/actions/intake.py": 1,
        "apps/households/actions/declaring.py": 1,
        "apps/households/actions/persons.py": 1,
    },
    # The office's first day is set before anybody could act.
    "actions say for whom": {"apps/office/actions.py": 1},
}

# Read only through the row they belong to, which is scoped: no page starts from one of these.
PARTS_OF_A_SCOPED_ROW = {
    "Appraisal",
    "AwardMember",
    "AwardMemberTold",
    "CheckRequest",
    "DisclosedPerson",
    "CheckedPerson",
    "CollectiveDecision",
    "Consent",
    "DeclaredMember",
    "DifferenceGround",
    "Examined",
    "FinancialAsset",
    "Income",
    "Investigation",
    "LedgerEntry",
    "Membership",
    "Opinion",
    "Waiver",
    "Promise",
}
# Reached without logging in; everything else asks who one is.
OPEN_TO_ALL = {"login", "logout", "healthz", "calculator", "partner-token"}
# Asked for by Django itself, by name.
FOUND_BY_DJANGO = {"403.html", "403_csrf.html", "404.html", "500.html", "registration/login.html"}

DOORS = {"views", "api", "forms"}
NO_CLOCK = {"policy", "actions", "facts", "transitions", "calculation", "terms"}
CLOCKS = {
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("clock", "today"),
    ("time", "time"),
}
WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create"}
RELATION_FIELDS = {
    "ModelChoiceField",
    "ModelMultipleChoiceField",
    "PrimaryKeyRelatedField",
    "SlugRelatedField",
    "HyperlinkedRelatedField",
}


@lru_cache
def sources() -> dict[str, tuple[str, ast.Module]]:
    """Every Python file of the project by its path, migrations left out."""
    found = [*ROOT.glob("*.py"), *ROOT.glob("apps/**/*.py"), *ROOT.glob("jiaohe_aid/**/*.py")]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted(found)}
    return {name: (text, ast.parse(text)) for name, text in texts.items() if "/migrations/" not in name}


def product() -> Iterator[tuple[str, ast.Module]]:
    """The files that run in the office: no tests, nothing that only tests need."""
    for name, (_, tree) in sources().items():
        if "/tests/" not in name and "/testing/" not in name and name != "conftest.py":
            yield name, tree


def rooms(name: str) -> set[str]:
    """The rooms a file lies in: apps/x/forms/intake/base.py → {apps, x, forms, intake, base}."""
    return set(Path(name).with_suffix("").parts)


def in_rooms(*wanted: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node of the product's files in any of these rooms."""
    for name, tree in product():
        if rooms(name) & set(wanted):
            for node in ast.walk(tree):
                yield name, node


def everywhere() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the product."""
    for name, tree in product():
        for node in ast.walk(tree):
            yield name, node


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(node: ast.AST) -> str:
    """The last name of what is called or decorated: forms.ModelChoiceField → ModelChoiceField."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def where(name: str, node: ast.AST) -> str:
    return f"{name}:{getattr(node, 'lineno', 0)}"


def bare_managers() -> list[str]:
    """A door's query starts at ``visible_to`` or ``readable_by``; ``none`` shows nothing and may stand as a default."""
    scoped = {
        id(node.value)
        for _, node in in_rooms(*DOORS)
        if isinstance(node, ast.Attribute) and node.attr in {"visible_to", "readable_by", "none"}
    }
    managers = {"objects", "_default_manager", "_base_manager", "history"}
    return [
        where(name, node)
        for name, node in in_rooms(*DOORS)
        if isinstance(node, ast.Attribute)
        and node.attr in managers
        and name_of(node.value)[:1].isupper()
        and id(node) not in scoped
    ]


def unscoped_lookups() -> list[str]:
    """``get_object_or_404(Model, …)`` takes any row; it must be given rows."""
    return [
        where(name, node)
        for name, node in in_rooms(*DOORS)
        if isinstance(node, ast.Call)
        and name_of(node) in {"get_object_or_404", "get_list_or_404"}
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id[:1].isupper()
    ]


def receivers() -> list[str]:
    """No signals: what happens is what the action says."""
    return [
        where(name, node)
        for name, node in everywhere()
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and any(name_of(decorator) == "receiver" for decorator in node.decorator_list)
        )
        or (isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals"))
    ]


def form_saves() -> list[str]:
    """Forms read; actions write."""
    return [
        where(name, node)
        for name, node in everywhere()
        if (isinstance(node, ast.ClassDef) and any(name_of(base) == "ModelForm" for base in node.bases))
        or (isinstance(node, ast.Call) and name_of(node) == "save" and _is_a_form(node.func))
    ]


def _is_a_form(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and "form" in name_of(called.value).lower()


def door_writes() -> list[str]:
    """Doors call one action; they write nothing themselves."""
    return [
        where(name, node)
        for name, node in in_rooms("views", "api", "tasks")
        if (
            isinstance(node, ast.Call)
            and name_of(node) in {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "set_draft"}
        )
        or (isinstance(node, ast.Call) and name_of(node) in {"act", "save", "record"} and not _own(node))
    ]


def _own(node: ast.Call) -> bool:
    """A method of the page itself that happens to bear the name."""
    return isinstance(node.func, ast.Attribute) and name_of(node.func.value) in {"super", "self"}


def clocks() -> list[str]:
    """Days are handed in; only doors ask what day it is."""
    return [
        where(name, node)
        for name, node in in_rooms(*NO_CLOCK)
        if isinstance(node, ast.Attribute) and (name_of(node.value), node.attr) in CLOCKS
    ]


def actions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """What the office can do: the public functions of actions.py, or those that a package of actions exports."""
    for name, tree in product():
        if "actions" in rooms(name) and name.startswith("apps/"):
            exported = _exported(Path(name))
            for node in tree.body:
                public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
                if public and (exported is None or node.name in exported):
                    yield name, node


def _exported(path: Path) -> set[str] | None:
    if path.parent.name != "actions":
        return None
    tree = sources()[str(path.parent / "__init__.py")][1]
    return {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def takes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[list[str], list[str]]:
    """Positional and keyword-only parameters."""
    given = function.args
    return [a.arg for a in given.posonlyargs + given.args], [a.arg for a in given.kwonlyargs]


def writes(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call)
        and (name_of(node) in {"act", "moving", "record"} or (isinstance(node.func, ast.Attribute) and _writes(node)))
        for node in ast.walk(function)
    )


def _writes(call: ast.Call) -> bool:
    # A dictionary or digest is updated too; rows are updated by keywords.
    return name_of(call) in WRITES and (name_of(call) not in {"update", "create"} or bool(call.keywords))


def badly_shaped_actions() -> list[str]:
    """``verb(subject, *, acting_user, on, …)``: the rest by name, so that no two ids are ever swapped."""
    found = []
    for name, function in actions():
        positional, by_name = takes(function)
        acting = "acting_user" in positional + by_name
        if acting and (len(positional) > 1 or not {"acting_user", "on"} <= set(by_name)):
            found.append(f"{where(name, function)} {function.name}")
    return found


def anonymous_actions() -> list[str]:
    """Whatever writes says for whom."""
    ignored = {"act", "record"}  # these are what the others declare with
    return [
        f"{where(name, function)} {function.name}"
        for name, function in actions()
        if writes(function) and "acting_user" not in takes(function)[1] and function.name not in ignored
    ]


def undocumented() -> list[str]:
    """Public functions and classes of policy, actions, models and facts say what they do."""
    found = []
    for name, tree in product():
        if name.startswith("apps/") and rooms(name) & {"policy", "actions", "facts", "transitions", "core", "audit"}:
            for node in tree.body:
                public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
                if public and not ast.get_docstring(node) and Path(name).name != "apps.py":
                    found.append(f"{where(name, node)} {node.name}")
    return found


def long_functions() -> list[str]:
    return [
        f"{where(name, node)} {node.name} {(node.end_lineno or 0) - node.lineno + 1}"
        for name, (_, tree) in sources().items()
        for node in functions(tree)
        if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    ]


def long_files() -> list[str]:
    """300 lines; tests, which are lists by nature, 500."""
    return [
        f"{name}:1 {len(text.splitlines())}"
        for name, (text, _) in sources().items()
        if len(text.splitlines()) > (TEST_FILE_LINES if "/tests/" in name else FILE_LINES)
    ]


def service_classes() -> list[str]:
    """Actions are functions; a class beside them only carries values."""
    return [
        f"{where(name, node)} {node.name}"
        for name, node in in_rooms("actions")
        if isinstance(node, ast.ClassDef)
        and not node.bases
        and not any(name_of(decorator) == "dataclass" for decorator in node.decorator_list)
    ]


def floats() -> list[str]:
    """Money is whole fen or an exact fraction: no float type, field or literal, no division by a bare number."""
    exact = {"policy"}  # fractions are divided there; mypy knows their types
    naps = {id(part) for _, node in everywhere() if name_of(node) == "sleep" for part in ast.walk(node)}
    found = []
    for name, node in everywhere():
        if not name.startswith("apps/") or id(node) in naps:
            continue
        # The chances by which the synthetic register is drawn are no money.
        number = isinstance(node, ast.Constant) and isinstance(node.value, float) and "demo" not in rooms(name)
        called = isinstance(node, ast.Call) and name_of(node) in {"float", "FloatField"}
        divided = (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and isinstance(node.right, ast.Constant)
            and isinstance(node.right.value, int)
            and not rooms(name) & exact
        )
        if number or called or divided:
            found.append(where(name, node))
    return found


def unscoped_relations() -> list[str]:
    """A relation in a form or serializer begins empty or scoped; all rows are never on offer."""
    return [
        where(name, node)
        for name, node in in_rooms("forms", "api", "views", "serializers")
        if isinstance(node, ast.Call)
        and name_of(node) in RELATION_FIELDS
        and not any((k.arg == "queryset" and _scoped(k.value)) or k.arg == "read_only" for k in node.keywords)
    ]


def _scoped(queryset: ast.expr) -> bool:
    return name_of(queryset) in {"none", "visible_to"} or (isinstance(queryset, ast.Constant) and not queryset.value)


HABITS: dict[str, Callable[[], list[str]]] = {
    "doors start at visible_to": bare_managers,
    "doors look up among rows, not models": unscoped_lookups,
    "no signals": receivers,
    "no saving forms": form_saves,
    "doors do not write": door_writes,
    "no clock inside": clocks,
    "actions are keyword-only after the subject": badly_shaped_actions,
    "actions say for whom": anonymous_actions,
    "public things are documented": undocumented,
    "functions of 40 lines": long_functions,
    "files of 300 lines": long_files,
    "no service classes": service_classes,
    "no floats": floats,
    "relations are scoped": unscoped_relations,
}


@pytest.mark.parametrize("habit", HABITS)
def test_habit(habit: str) -> None:
    offences = HABITS[habit]()
    counted = Counter(offence.split(":")[0] for offence in offences)
    assert dict(counted) == ALLOWED.get(habit, {}), "\n".join(offences)


def models_of_ours() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("apps.") and not is_history(m)]


def test_every_model_with_an_area_says_who_may_see_it() -> None:
    placed = {"accounts.area", "households.household", "households.person", "applications.application"}
    unscoped = {
        model.__name__
        for model in models_of_ours()
        if any(f.related_model and f.related_model._meta.label_lower in placed for f in model._meta.concrete_fields)
        and not hasattr(model._default_manager.all(), "visible_to")
    }
    assert unscoped == PARTS_OF_A_SCOPED_ROW


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def test_every_address_has_a_name_of_its_own() -> None:
    names = Counter(pattern.name for _, pattern in routes())
    assert {name: count for name, count in names.items() if count > 1 or not name} == {}


def _asks(view: type) -> bool:
    """A page that sends to the login, or an interface that answers 403."""
    asked = issubclass(view, APIView) and IsAuthenticated in view.permission_classes
    return asked or issubclass(view, LoginRequiredMixin)


def test_every_address_asks_who_one_is() -> None:
    open_to_all = {
        pattern.name for _, pattern in routes() if not _asks(getattr(pattern.callback, "view_class", object))
    }
    assert open_to_all <= OPEN_TO_ALL


def test_no_identity_number_in_an_address() -> None:
    taken = {re.sub(r"<[^>]*>", "", address) for address, _ in routes()}
    parameters = {p for address, _ in routes() for p in re.findall(r"<(?:\w+:)?(\w+)>", address)}
    assert not {p for p in parameters if "number" in p or "phone" in p}, taken


def test_no_template_lies_unused() -> None:
    written = "\n".join(text for text, _ in sources().values())
    pages = {str(p.relative_to(ROOT / "templates")): p.read_text("utf-8") for p in ROOT.glob("templates/**/*.html")}
    unused = {
        page
        for page in pages
        if page not in FOUND_BY_DJANGO
        and f'"{page}"' not in written
        and not any(f'"{page}"' in text for other, text in pages.items() if other != page)
    }
    assert unused == set()


def test_templates_show_money_and_never_an_open_number() -> None:
    """Full numbers leave only through ``reveal``: no template calls for one."""
    pages = {str(p.relative_to(ROOT)): p.read_text("utf-8") for p in ROOT.glob("templates/**/*.html")}
    shown = re.compile(r"full_(?:id_number|phone|number|address)|_sealed|floatformat")
    assert {name: found for name, text in pages.items() if (found := shown.findall(text))} == {}


def said_in(*parts: str) -> dict[str, object]:
    """The plain values that settings files assign, later files over earlier ones."""
    found: dict[str, object] = {}
    for part in parts:
        for node in sources()[f"jiaohe_aid/settings/{part}.py"][1].body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                try:
                    found[node.targets[0].id] = ast.literal_eval(node.value)
                except ValueError:
                    continue
    return found


def test_what_all_settings_agree_on() -> None:
    base = said_in("base", "security")
    assert base["SIMPLE_HISTORY_ENABLED"] is base["ATOMIC_REQUESTS"] is base["OFFICE_DATE"] is False
    assert (base["USE_TZ"], base["TIME_ZONE"], base["LANGUAGE_CODE"]) == (True, "Asia/Shanghai", "zh-hans")
    assert "ip_address" not in base["AXES_LOCKOUT_PARAMETERS"], "an address alone would lock a whole office"
    assert base["SESSION_COOKIE_HTTPONLY"] is base["SECURE_CONTENT_TYPE_NOSNIFF"] is True


@pytest.mark.parametrize(("name", "office_date"), [("dev", True), ("test", True), ("prod", False)])
def test_only_workstations_and_tests_live_on_an_office_date(name: str, office_date: bool) -> None:
    assert said_in(name)["OFFICE_DATE"] is office_date


def test_production_borrows_nothing_from_a_workstation() -> None:
    """No embedded server, no made-up key, no cheap password hash, no secret in the file."""
    _, tree = sources()["jiaohe_aid/settings/prod.py"]
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {m for m in modules if m and (m.endswith((".dev", ".test")) or "runway" in m or "testing" in m)}
    prod = said_in("prod")
    assert prod["DEBUG"] is False
    assert prod["SESSION_COOKIE_SECURE"] is prod["CSRF_COOKIE_SECURE"] is prod["SECURE_SSL_REDIRECT"] is True
    assert not {"SECRET_KEY", "PASSWORD_HASHERS", "ALLOWED_HOSTS", "DATABASES"} & set(prod)
