"""What the lists ask of the database, measured by its own plans: ``manage.py benchmark lists`` on a seeded register."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Left

from apps.accounts.middleware import sight_of
from apps.accounts.models import User
from apps.applications import facets
from apps.applications.models import Application
from apps.awards.models import Award
from apps.core.pages import PAGE_SIZE
from apps.households.models import Household, Person
from apps.households.search import headed, with_member

DESKS = ("caseworker", "reviewer")
NUMBER = "22028110022"
# Read whole without harm: areas are three hundred.
SMALL = {"accounts_area"}


def lists(on: date) -> dict[str, Any]:
    """Each list of a township's and of the county's desk: milliseconds, buffers, and tables read from end to end."""
    names = (("姓名", _commonest("name", 2)), ("首字母", _commonest("initials", 3)))
    found = {}
    for desk in DESKS:
        user = User.objects.get(username=desk)
        with sight_of(user):
            found[desk] = {name: _measured(rows) for name, rows in _asked(user, on, names)}
    return {"households": Household.objects.count(), "cases": Application.objects.count()} | found


def _commonest(field: str, letters: int) -> str:
    """How the most names begin: the hardest thing to search for."""
    begins = Person.objects.exclude(**{field: ""}).order_by().values_list(Left(field, letters))
    return str(begins.annotate(count=Count("pk")).order_by("-count")[0][0])


def _asked(user: Any, on: date, names: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, QuerySet[Any]]]:
    families = Household.objects.visible_to(user).select_related("head", "township", "village")
    newest = families.order_by("-pk")
    yield "家庭档案", newest[:PAGE_SIZE]
    yield (
        "家庭档案：本页在享",
        Award.objects.due_in(on.replace(day=1)).filter(
            household__in=list(newest.values_list("pk", flat=True)[:PAGE_SIZE])
        ),
    )
    for what, text in (*names, ("编号", NUMBER)):
        yield f"家庭档案：{what}", headed(families, text)[:PAGE_SIZE]
    for what, text in names:
        yield f"搜索：{what}", with_member(families, text)[:PAGE_SIZE]
    cases = Application.objects.visible_to(user)
    urgent = cases.order_by("due_on", "accepted_on", "pk")
    for show, condition in facets.shows(user, on).items():
        if show != "done":
            yield f"待办：{show or 'mine'}", urgent.filter(condition)[:PAGE_SIZE]
    for due in ("overdue", "soon"):
        yield f"待办：{due}", urgent.open().filter(facets.dues(on)[due])[:PAGE_SIZE]
    yield "搜索：案号", cases.filter(facets.called(NUMBER))[:PAGE_SIZE]


def _measured(rows: QuerySet[Any]) -> dict[str, Any]:
    rows.explain(analyze=True)  # once for the caches
    (plan,) = json.loads(rows.explain(analyze=True, buffers=True, format="json"))
    text = json.dumps(plan)
    read = set(re.findall(r'"Node Type": "Seq Scan".*?"Relation Name": "(\w+)"', text)) - SMALL
    buffers = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    told = {"ms": round(plan["Execution Time"], 1), "rows": plan["Plan"]["Actual Rows"], "buffers": buffers}
    return told | {"plan": list(_nodes(plan["Plan"]))} | ({"read_whole": sorted(read)} if read else {})


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    """The steps of a plan from the outermost: what is done, over which index or table, how many rows came of it."""
    over = plan.get("Index Name") or plan.get("Relation Name")
    rows = int(plan["Actual Rows"] * plan["Actual Loops"])
    yield f"{plan['Node Type']}{f' {over}' if over else ''}: {rows}"
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
