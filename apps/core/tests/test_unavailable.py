"""Without its database the office says so, and that it will be back; a defect stays a defect."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.test import Client


def answer_when(error: Exception, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What somebody who is signed in sees when the database answers like this."""

    def away(_: SessionStore) -> None:
        raise error

    monkeypatch.setattr(SessionStore, "load", away)
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    return client.get("/login/")


@pytest.mark.parametrize("error", [OperationalError("starting up"), InterfaceError("connection already closed")])
def test_a_database_that_is_away_is_503(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answer_when(error, monkeypatch)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "暂时不可用" in answer.content.decode()


def test_a_defect_is_500(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answer_when(ValueError("defect"), monkeypatch)
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
