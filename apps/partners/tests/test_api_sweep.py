"""T37 for programs: every address of the interface × every method × everyone who may not; none left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import AccessToken
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.tests import factories as f
from apps.core.tests.test_house_rules import routes
from apps.households.models import Household
from apps.partners import actions
from apps.partners.enums import PERSONAL, Dataset
from apps.partners.tests import factories as p
from apps.partners.tests.test_status import about

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
ABSENT = {"uuid": UUID(int=7), "int": 999_999_999, "str": "none"}
ADDRESSES = {
    pattern.name: (address, pattern) for address, pattern in routes() if (pattern.name or "").startswith("partner-api-")
}
by_address = pytest.mark.parametrize("name", sorted(ADDRESSES))


@dataclass
class Scene:
    o: f.Office
    here: Household
    outsiders: dict[str, tuple[str, int, str]]
    elsewhere: p.Program


def program_with_everything(o: f.Office, name: str, **given: object) -> p.Program:
    """A program to which every dataset is granted."""
    asking = p.program(o, name)
    for dataset in Dataset:
        p.granted(o, asking, dataset, **given)
    return asking


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with f.undone(django_db_blocker):
        o = f.office(f.PAY_DAY)
        here = f.confirmed(o).household
        assert here is not None
        no_grant = p.program(o, "无授权局")
        expired, closed, revoked, far = (
            program_with_everything(o, name) for name in ("过期局", "停用局", "收回局", "远方局")
        )
        token = AccessToken.objects.filter(application=expired.client.application)
        token.update(expires=timezone.now() - timedelta(seconds=1))
        actions.close_client(closed.client, reason="停止合作", acting_user=o.admin, on=p.ON)
        for grant in revoked.client.grants.all():
            actions.revoke_grant(grant, reason="超范围查询", acting_user=o.chief, on=p.ON)
        outsiders = {
            "no token": ("", 401, "127.0.0.1"),
            "made up": ("made-up", 401, "127.0.0.1"),
            "no grant": (no_grant.token, 403, "127.0.0.1"),
            "expired": (expired.token, 401, "127.0.0.1"),
            "closed": (closed.token, 401, "127.0.0.1"),
            "revoked": (revoked.token, 403, "127.0.0.1"),
            "another address": (far.token, 403, "10.9.8.7"),
        }
        elsewhere = program_with_everything(o, "外乡局", area=o.other_town)
        yield Scene(o, here, outsiders, elsewhere)


@pytest.fixture
def s(shared: Scene) -> Iterator[Scene]:
    with f.undone():
        yield shared


def address(name: str) -> str:
    route, _ = ADDRESSES[name]
    given = {argument: ABSENT[kind] for kind, argument in re.findall(r"<(\w+):(\w+)>", route)}
    return reverse(name, kwargs=given)


def written() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


def test_there_is_something_to_sweep() -> None:
    assert {"partner-api-status", "partner-api-recipients", "partner-api-checks"} <= set(ADDRESSES)


@by_address
def test_who_may_not_is_told_so_whatever_the_method_and_writes_nothing(s: Scene, name: str) -> None:
    body = about(s.here.head)
    for who, (token, status, place) in s.outsiders.items():
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for method in METHODS:
            before = written()
            given = {"data": body, "content_type": "application/json"} if method not in {"get", "head"} else {}
            answer = getattr(Browser(), method)(address(name), headers=headers, REMOTE_ADDR=place, **given)
            assert answer.status_code == status, (who, method, answer.content)
            assert method == "head" or set(answer.json()) == {"code", "message", "field"}
            assert written() == before, (who, method)


@by_address
def test_a_logged_in_official_is_no_program(s: Scene, name: str) -> None:
    browser = Browser()
    browser.force_login(s.o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    for method in METHODS:
        assert getattr(browser, method)(address(name)).status_code == 401


@by_address
def test_a_program_of_another_township_learns_nothing_of_this_one(s: Scene, name: str) -> None:
    head = s.here.head
    for answer in (
        s.elsewhere.post_to(address(name), about(head)),
        s.elsewhere.get_from(address(name), p.WHY),
        s.elsewhere.get_from(address(name), p.WHY | {"month": "2024-06", "area": s.o.town.code}),
        s.elsewhere.get_from(address(name), {"id_number": head.full_id_number(), "name": head.name}),
    ):
        said = answer.content.decode()
        assert answer.status_code < 500
        assert head.name not in said.replace(str(about(head)), "")
        assert head.full_id_number() not in said


@by_address
def test_an_address_that_is_about_people_asks_why(s: Scene, name: str) -> None:
    view = ADDRESSES[name][1].callback.view_class
    if view.dataset not in PERSONAL or hasattr(view, "done_once"):
        pytest.skip("not a question about people")
    asking = program_with_everything(s.o, "查询局")
    method = asking.get_from if hasattr(view, "get") else asking.post_to
    answer = method(address(name), {})
    assert answer.status_code == 400
    assert answer.json()["field"] in {"purpose", "approval"}
