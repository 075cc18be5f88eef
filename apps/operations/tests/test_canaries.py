"""T54, T59: what people are known by goes through every door and is left lying in no log, no queue, no plain column."""

import io
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import MonthRun
from apps.awards.tasks import dispatch_chunks
from apps.households.models import BankAccount, Household, Person
from jiaohe_aid.testing.own import OwnDatabase, OwnServers
from jiaohe_aid.testing.processes import Office, wait_for

NAMES = ("欧阳金丝雀", "司马百灵", "上官画眉")


class Browser:
    """Somebody's requests to the real server, cookies and all."""

    def __init__(self, url: str, user: Any = None) -> None:
        self.url, self.cookies = url, ""
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self.cookies = f"sessionid={client.cookies['sessionid'].value}; "

    def ask(self, path: str, **form: str) -> int:
        """GET, or POST of a form with its token; the status."""
        token = "a" * 32
        headers = {"Cookie": f"{self.cookies}csrftoken={token}", "User-Agent": "canary"}
        data = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}).encode() if form else None
        request = urllib.request.Request(self.url + urllib.parse.quote(path, safe="/?=&"), data, headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code


def typed(number: int) -> list[str]:
    """Numbers nobody has: an identity number, a card, a telephone."""
    return [f"229999198{number:03d}010{number:03d}X", f"62220200000{number:08d}", f"139{number:08d}"]


@pytest.mark.slow
@pytest.mark.integration
def test_nothing_of_people_is_left_lying_about(own_servers: OwnServers) -> None:
    o = f.office()
    for name in NAMES:
        f.confirmed(o, f.the_zhaos(o, name=name))
    secrets = _known() + [secret for number in range(1, 21) for secret in typed(number)]
    assert len(secrets) >= 50
    worker = own_servers.start_worker(beat=True)
    office = Office(own_servers.environment(), own_servers.folder / "web.log").ready()
    try:
        _through_every_door(office, o, secrets)
        run = f.calculated(o)
        dispatch_chunks()
        wait_for(
            lambda: not MonthRun.objects.filter(pk=run.pk, state="CALCULATING").exists(),
            process=worker.process,
            log=worker.log,
            seconds=60,
        )
        _refused_by_the_database(secrets)
        assert Browser(office.url, o.caseworker).ask("/") == 200
    finally:
        office.stop()
    worker.stop()
    logs = [path for path in own_servers.folder.glob("*.log") if path.stat().st_size]
    assert {path.name for path in logs} >= {"web.log", "worker-0.log", "postgres.log"}
    assert '"page": "login"' in (own_servers.folder / "web.log").read_text()
    assert "violates" in (own_servers.folder / "postgres.log").read_text()
    for path in logs:
        assert _found([*secrets, *NAMES], path.read_bytes()) == [], path.name
    assert _found([*secrets, *NAMES], _in_the_queue(own_servers)) == []
    assert _found(secrets, _plain_columns()) == []


def _known() -> list[str]:
    people = [person.full_id_number() for person in Person.objects.exclude(id_number_sealed=b"")]
    return [*people, *(account.full_number() for account in BankAccount.objects.all())]


def _through_every_door(office: Office, o: f.Office, secrets: list[str]) -> None:
    """In an address, in a path, at the login, in a form that takes it and in one that does not."""
    stranger, caseworker = Browser(office.url), Browser(office.url, o.caseworker)
    family = Household.objects.get(head__name=NAMES[0])
    for secret in secrets:
        assert caseworker.ask(f"/households/?q={secret}") == 200
        assert caseworker.ask(f"/{secret}/{NAMES[0]}") == 404
    for secret in secrets[:5]:
        assert stranger.ask("/login/", username=secret, password=secret) in (200, 422, 429)
        caseworker.ask(
            f"/households/{family.uuid}/account/", payee_kind="HEAD", holder="x", bank_name=NAMES[1], number=secret
        )
    given = {"payee_kind": "HEAD", "holder": str(family.head_id), "bank_name": NAMES[1], "number": typed(3)[1]}
    assert caseworker.ask(f"/households/{family.uuid}/account/", **given) in (200, 422)


def _refused_by_the_database(secrets: list[str]) -> None:
    """What makes PostgreSQL speak: the row and the statement it refused are full of people."""
    for secret in secrets:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO households_household (number) VALUES (%s)", [secret])
        with pytest.raises(DatabaseError), act(Verb.OPEN_APPLICATION, acting_user=None, on=f.OPENED):  # type: ignore[arg-type]
            Household.objects.create(number=secret)


def _found(secrets: list[str], content: bytes) -> list[bytes]:
    return re.findall(b"|".join(re.escape(secret.encode()) for secret in secrets), content)


def _in_the_queue(own: OwnDatabase) -> bytes:
    broker = redis.Redis.from_url(own.broker)
    keys = broker.keys("*")
    return b"\n".join([*keys, *(broker.dump(key) or b"" for key in keys)])


def _plain_columns() -> bytes:
    """Every row of every table, as PostgreSQL writes it."""
    written = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', written)
    return written.getvalue()


def test_tasks_are_told_ids_and_no_results_are_kept() -> None:
    """T59: nothing about anybody travels through the queue."""
    from celery import current_app

    current_app.loader.import_default_modules()
    ours = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}
    assert len(ours) >= 9
    told = {name: {p: t for p, t in task.run.__annotations__.items() if p != "return"} for name, task in ours.items()}
    texts = {(name, parameter) for name, given in told.items() for parameter, kind in given.items() if kind is not int}
    assert texts == {("core.tick", "schedule")}, "the name of a row of the schedule"
    assert settings.CELERY_RESULT_BACKEND is None
    assert settings.CELERY_TASK_IGNORE_RESULT
    assert {name for name, task in ours.items() if not task.ignore_result} == set()
