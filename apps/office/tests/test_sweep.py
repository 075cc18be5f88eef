"""Every address × every desk: open to who may, closed to others, blind to the other side; looking writes nothing."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import NoReverseMatch, reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import User
from apps.accounts.roles import SEES_NO_FAMILY, Role
from apps.applications.tests.factories import undone
from apps.applications.transitions import State
from apps.core import context_processors
from apps.core.tests.test_house_rules import routes
from apps.office.tests.sweep_matrix import FOR_PROGRAMS, OPEN_TO_ALL, ROWS, Row
from apps.office.tests.sweep_scene import HERE, THERE, Scene, Subject, scene

TOWNSHIPS = {Role.CASEWORKER, Role.TOWNSHIP_LEADER}
# Desks whose reach ends at a border.
BOUNDED = TOWNSHIPS | {Role.ASSISTANT}
# Desks that never see a family of the other side.
BLIND = TOWNSHIPS | SEES_NO_FAMILY
ABSENT = {"uuid": UUID(int=7), "pk": 999_999_999}
SHUT = {403, 404}
# Sessions are no business of the office.
NOT_BUSINESS = {"django_session"}


def together(rows: list[Row]) -> list[Row]:
    """Rows about the same follow one another."""
    seen: dict[Any, int] = {}
    return sorted(rows, key=lambda row: seen.setdefault(row.subject, len(seen)))


# Pages about something of one township first: pytest brings together the tests of a row by its place in the list.
THE_TOWNSHIPS = together([row for row in ROWS if row.subject and not row.countys])
IN_ORDER = THE_TOWNSHIPS + together([row for row in ROWS if row not in THE_TOWNSHIPS])
by_row = pytest.mark.parametrize("row", IN_ORDER, ids=lambda row: row.name, scope="module")
with_subject = pytest.mark.parametrize("row", THE_TOWNSHIPS, ids=lambda row: row.name, scope="module")


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with undone(django_db_blocker):
        made = scene()
        everybody = {made.o.desk(role).pk for role in Role}
        SESSIONS.update({pk: logged_in(pk) for pk in everybody})
        yield made
        SESSIONS.clear()


class Standing:
    """What a row is about, made once for all tests of all rows about the same; the next subject takes its place."""

    def __init__(self, shared: Scene) -> None:
        self.shared, self.made, self.last, self.where = shared, ExitStack(), None, {}

    def of(self, subject: Subject | None) -> dict[str, Any]:
        """What the address names of it."""
        if subject is not self.last:
            self.made.close()
            self.made.enter_context(undone())
            self.last, self.where = subject, subject(self.shared, HERE) if subject else {}
        return self.where


@pytest.fixture(scope="module")
def standing(shared: Scene) -> Iterator[Standing]:
    kept = Standing(shared)
    with kept.made:
        yield kept


@pytest.fixture(scope="module")
def at(standing: Standing, row: Row) -> str:
    """Where the row's page is."""
    return reverse(row.name, kwargs=standing.of(row.subject))


@pytest.fixture
def s(shared: Scene) -> Iterator[Scene]:
    with undone():
        yield shared


SESSIONS: dict[int, str] = {}


def logged_in(pk: int) -> str:
    """The cookie of somebody who has logged in."""
    client = Client()
    client.force_login(User.objects.get(pk=pk), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def client_of(user: User | None, **given: Any) -> Client:
    """Somebody's browser; every desk has logged in before."""
    client = Client(**given)
    if user is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = SESSIONS[user.pk]
    return client


def address(row: Row, s: Scene, side: str = HERE) -> str:
    return reverse(row.name, kwargs=row.subject(s, side) if row.subject else {})


def absent(there: str) -> str:
    """The same address with an id that nothing bears."""
    uuid = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(ABSENT["uuid"]), there)
    return uuid if uuid != there else re.sub(r"/\d+/", f"/{ABSENT['pk']}/", there)


# What the view pg_stat_xact_user_tables says of these tables, six times as quick.
WRITTEN = """
SELECT * FROM (
    SELECT relname, pg_stat_get_xact_tuples_inserted(oid) AS inserted,
           pg_stat_get_xact_tuples_updated(oid) AS updated, pg_stat_get_xact_tuples_deleted(oid) AS deleted
    FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    OFFSET 0
) AS counted WHERE inserted + updated + deleted > 0
"""


def rows_written() -> dict[str, tuple[int, ...]]:
    """Rows inserted, changed and deleted by this transaction so far, table by table, even if taken back."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return {name: tuple(counts) for name, *counts in cursor.fetchall() if name not in NOT_BUSINESS}


def text(response: HttpResponse) -> str:
    if response.streaming:  # a table written while it is sent: read it once, keep what it said
        response.said = getattr(response, "said", None) or b"".join(response.streaming_content)
    return (response.said if response.streaming else response.content).decode("utf-8", "replace")


def ask(client: Client, row: Row, at: str) -> Any:
    return send(client, row, at, follow=True) if row.post_only else client.get(at)


def send(client: Client, row: Row, at: str, **given: Any) -> Any:
    """An empty form, or an empty question to an interface."""
    return client.post(at, {}, content_type="application/json" if row.api else MULTIPART_CONTENT, **given)


def asked_to_log_in(row: Row, response: Any, at: str) -> bool:
    """Pages lead to the login and back again; an interface just says no."""
    if row.api:
        return response.status_code == 403
    return response.status_code == 302 and response["Location"] == f"/login/?next={at}"


def test_every_address_has_its_row() -> None:
    names = {pattern.name for _, pattern in routes()}
    names = {name for name in names - OPEN_TO_ALL if not name.startswith(FOR_PROGRAMS)}
    assert names == {row.name for row in ROWS}
    assert len(ROWS) == len({row.name for row in ROWS})


def test_a_row_has_a_subject_exactly_where_the_address_names_one() -> None:
    for row in ROWS:
        try:
            reverse(row.name)
            named = False
        except NoReverseMatch:
            named = True
        assert not named or row.subject, row.name


@by_row
def test_who_may_opens_it_and_looking_writes_nothing(at: str, s: Scene, row: Row) -> None:
    for role in sorted(row.may):
        client = client_of(s.o.desk(role))
        before = rows_written()
        response = ask(client, row, at)
        assert response.status_code == 200, (role, text(response)[:500])
        assert row.marker in text(response), (role, text(response))
        assert row.api or response.headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        if role in BLIND:
            assert THERE not in text(response), role
        assert role not in SEES_NO_FAMILY or row.public or HERE not in text(response)
        assert row.post_only or rows_written() == before, role
    if not row.post_only:  # these three ask nothing more about who one is
        assert client.get(at, headers={"HX-Request": "true"}).status_code == 200
        assert client.head(at).status_code in {200, 405}
        assert client.options(at).status_code in {200, 405}
        assert rows_written() == before


@pytest.fixture
def bare_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the menu and its counts, most of what a refusal costs: each desk's menu is on the pages it may open."""
    monkeypatch.setattr(context_processors, "navigation", lambda *_: [])


@by_row
@pytest.mark.usefixtures("bare_head")
def test_others_are_told_no_and_a_stranger_to_log_in(at: str, s: Scene, row: Row) -> None:
    for role in sorted(set(Role) - row.may):
        client = client_of(s.o.desk(role))
        before = rows_written()
        for response in (client.get(at), client.post(at, {})):
            assert response.status_code in SHUT, role
            assert HERE not in text(response)
            assert row.marker not in text(response)
        assert rows_written() == before, role
    if row.may != set(Role):
        assert client.head(at).status_code in SHUT
    client, before = client_of(None), rows_written()
    for response in (client.get(at), send(client, row, at), client.head(at)):
        assert asked_to_log_in(row, response, at)
    fragment = client.get(at, headers={"HX-Request": "true"})
    assert row.api or (fragment.status_code, fragment.content) == (204, b"")
    assert rows_written() == before


@with_subject
@pytest.mark.usefixtures("bare_head")
def test_the_other_township_s_is_as_if_it_were_not_there(at: str, s: Scene, row: Row) -> None:
    there = address(row, s, THERE)
    for role in sorted(row.may & BOUNDED):
        client = client_of(s.o.desk(role))
        before = rows_written()
        foreign, nowhere = (
            (client.get(where), client.post(where, {}), client.head(where)) for where in (there, absent(there))
        )
        for response, same in zip(foreign, nowhere, strict=True):
            # A page without forms takes none, whatever it is about.
            assert response.status_code == same.status_code
            assert response.status_code in {404, 405}
            assert THERE not in text(response)
            assert bare(response) == bare(same)
        assert 404 in {response.status_code for response in foreign}
        assert rows_written() == before


def bare(response: HttpResponse) -> str:
    """A page without what differs from one answer to the next anyway."""
    page = re.sub(r"\b[A-Za-z0-9]{64}\b", "", text(response))
    return re.sub(r"/[a-z/]*(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d+)[a-z/-]*", "", page)


@with_subject
@pytest.mark.usefixtures("bare_head")
def test_the_county_opens_the_other_township_s_as_well(at: str, s: Scene, row: Row) -> None:
    there = address(row, s, THERE)
    for role in sorted(row.may - BOUNDED):
        assert ask(client_of(s.o.desk(role)), row, there).status_code == 200


@by_row
@pytest.mark.usefixtures("bare_head")
def test_a_form_is_judged_from_the_right_desk_and_never_from_another_site(at: str, s: Scene, row: Row) -> None:
    """The counter-proof of the refusals: an empty form is heard; without the page's token it is not."""
    for role in sorted(row.may):
        with undone():
            answer = send(client_of(s.o.desk(role)), row, at)
            assert answer.status_code in {200, 302, 405, 409, 422}, role
    (role, *_) = sorted(row.may)
    client = client_of(s.o.desk(role), enforce_csrf_checks=True)
    before = rows_written()
    assert send(client, row, at).status_code == 403
    assert rows_written() == before


def test_searching_for_the_other_township_s_family_finds_nothing(s: Scene) -> None:
    foreign = s.case(THERE, State.CONFIRMED).household
    assert foreign is not None
    for role in TOWNSHIPS:
        client = client_of(s.o.desk(role))
        before = rows_written()
        for words in (foreign.number, foreign.head.name, foreign.head.full_id_number(), THERE):
            response = client.post(reverse("search"), {"q": words})
            assert response.status_code == 200
            assert foreign.get_absolute_url() not in text(response)
            assert foreign.head.id_number_mask not in text(response)
        assert rows_written() == before


@pytest.mark.parametrize(
    "name", ["worklist", "household-list", "award-list", "notice-list", "reviews-due", "watch-list", "birthday-list"]
)
@pytest.mark.parametrize("query", ["q", "show=all&q", "show=open&q", "standing=on&q", "page=2&q", "township"])
def test_no_filter_reaches_the_other_township(s: Scene, name: str, query: str) -> None:
    for role in TOWNSHIPS:
        wanted = s.o.other_town.pk if query == "township" else THERE[:1]
        page = text(client_of(s.o.desk(role)).get(f"{reverse(name)}?{query}={wanted}"))
        assert THERE not in page


def test_no_person_of_the_other_township_can_be_named_in_a_form(s: Scene) -> None:
    """The id travels in the body here; the address is the own family's."""
    own, foreign = (s.case(side, State.CONFIRMED).household for side in (HERE, THERE))
    assert own is not None
    assert foreign is not None
    given = {"payee_kind": "HEAD", "bank_name": "农商行", "number": "6222020000000000034"}
    client, at = client_of(s.o.caseworker), reverse("account-new", args=[own.uuid])
    before = rows_written()
    for holder in (foreign.head_id, ABSENT["pk"]):
        response = client.post(at, {**given, "holder": holder})
        assert response.status_code == 422
        assert THERE not in text(response)
    assert rows_written() == before
    assert client.post(at, {**given, "holder": own.head_id}).status_code == 302


def test_no_village_of_the_other_township_can_be_named_in_a_draft(s: Scene) -> None:
    case, client = s.case(HERE, State.DRAFT), client_of(s.o.caseworker)
    at = reverse("application-draft", args=[case.uuid])
    response = client.post(at, {"family-village": s.o.other_village.pk, "save": "family"}, follow=True)
    assert s.o.other_village.name not in text(response)
