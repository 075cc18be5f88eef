"""How a story of something forbidden is told: it is refused for its reason, and afterwards nothing is different."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import Posting, User
from apps.accounts.roles import Role
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused


@cache
def _every_row() -> str:
    tables = sorted({model._meta.db_table for model in apps.get_models() if model.__module__.startswith("apps.")})
    digest = "SELECT '{0}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"
    return " UNION ALL ".join(digest.format(table) for table in tables)


def everything() -> dict[str, tuple[int, str]]:
    """What stands in every table of the office, history and the book of acts included."""
    with connection.cursor() as cursor:
        cursor.execute(_every_row())
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Whatever is tried inside leaves every table as it was."""
    before = everything()
    yield
    after = everything()
    assert {table for table in after if after[table] != before[table]} == set()


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The act inside is refused for this reason, and nothing of it is left."""
    with nothing_changes():
        with pytest.raises(Refused) as told:
            yield
        assert told.value.code == code


@contextmanager
def database_refuses(why: str, verb: Verb, *, by: User, on: date = f.DECIDED) -> Iterator[None]:
    """Even inside a declared act, and past all Python, the statement inside is refused for this reason."""
    with nothing_changes(), pytest.raises(DatabaseError, match=why), act(verb, acting_user=by, on=on):
        yield


def sql(statement: str, *values: Any) -> int:
    """A statement as the application's own role; how many rows it reached."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def also(o: f.Office, user: User, role: Role) -> User:
    """The same person with a second post, so that only the person is in the way."""
    place = o.town if role in (Role.CASEWORKER, Role.TOWNSHIP_LEADER) else o.county
    with act(Verb.APPOINT, acting_user=o.security, on=f.OPENED):
        Posting.objects.create(user=user, area=place, role=role, since=f.HIRED)
    return User.objects.get(pk=user.pk)


def desk(user: User) -> Client:
    """A browser in which somebody has logged in."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: HttpResponse) -> str:
    """What the page says."""
    return response.content.decode()
