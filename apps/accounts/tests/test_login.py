"""Logging in as an office does it: one address for all, typing errors every day, and now and then a stranger."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb

OFFICE, ELSEWHERE = "10.20.0.1", "10.99.0.7"
PASSWORD = "jiaohe-demo-2026"
MONDAY = datetime(2024, 5, 20, 1, tzinfo=UTC)
LOCKED = 429


@pytest.fixture
def o(db: None) -> f.Office:
    office = f.office()
    with act(Verb.CREATE_USER, acting_user=office.admin, on=f.OPENED):
        for user in User.objects.exclude(username="system"):
            user.set_password(PASSWORD)
            user.save()
    return office


def login(username: str, password: str = PASSWORD, address: str = OFFICE) -> Any:
    given = {"username": username, "password": password}
    return Client(REMOTE_ADDR=address).post(reverse("login"), given)


def gets_in(username: str, address: str = OFFICE) -> bool:
    return login(username, address=address).status_code == 302


def enter(client: Client, username: str) -> None:
    client.post(reverse("login"), {"username": username, "password": PASSWORD})


def guesses(username: str, times: int, address: str = OFFICE) -> int:
    """Wrong passwords; the status of the last answer."""
    return [login(username, "wrong", address).status_code for _ in range(times)][-1]


def test_the_right_password_leads_to_the_worklist(o: f.Office) -> None:
    answer = login("caseworker")
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_a_wrong_password_says_so_in_chinese_and_keeps_the_name(o: f.Office) -> None:
    answer = login("caseworker", "wrong")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'value="caseworker"' in text
    assert "wrong" not in text


def test_an_unknown_name_and_a_wrong_password_look_the_same(o: f.Office) -> None:
    known, unknown = (
        re.sub(r"\b[A-Za-z0-9]{64}\b", "", login(name, "wrong").content.decode()).replace(name, "?")
        for name in ("caseworker", "nobody")
    )
    assert known == unknown


def test_four_errors_are_forgiven_and_forgotten(o: f.Office) -> None:
    assert guesses("caseworker", 4) == 200
    assert gets_in("caseworker")
    assert guesses("caseworker", 4) == 200
    assert gets_in("caseworker")


def test_the_fifth_error_locks_even_for_the_right_password(o: f.Office) -> None:
    assert guesses("caseworker", 5) == LOCKED
    answer = login("caseworker")
    assert answer.status_code == LOCKED
    assert "30 分钟后再试" in answer.content.decode()


def test_one_locked_desk_closes_no_other_desk(o: f.Office) -> None:
    for number in range(8):
        guesses(f"guess{number}", 6)
    guesses("caseworker", 6)
    assert all(gets_in(name) for name in ("leader", "reviewer", "chief", "maker", "checker", "auditor", "admin"))


def test_a_name_under_attack_from_everywhere_is_locked_everywhere(o: f.Office) -> None:
    for number in range(7):
        guesses("caseworker", 3, f"10.50.0.{number}")
    assert not gets_in("caseworker", "10.60.0.1")
    assert gets_in("colleague", "10.60.0.1")


def test_a_stranger_s_few_guesses_elsewhere_do_not_lock_the_office(o: f.Office) -> None:
    assert guesses("caseworker", 6, ELSEWHERE) == LOCKED
    assert gets_in("caseworker")


def test_after_half_an_hour_the_lock_is_gone(o: f.Office) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        guesses("caseworker", 6)
        clock.shift(timedelta(minutes=29))
        assert not gets_in("caseworker")
        clock.shift(timedelta(minutes=32))
        assert gets_in("caseworker")


def test_an_account_switched_off_does_not_get_in(o: f.Office) -> None:
    with act(Verb.END_POSTING, acting_user=o.admin, on=f.OPENED):
        User.objects.filter(pk=o.caseworker.pk).update(is_active=False)
    assert login("caseworker").status_code == 200


def test_an_account_switched_off_is_out_at_the_next_click(o: f.Office, client: Client) -> None:
    enter(client, "caseworker")
    assert client.get("/").status_code == 200
    with act(Verb.END_POSTING, acting_user=o.admin, on=f.OPENED):
        User.objects.filter(pk=o.caseworker.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_post_that_ends_closes_the_page_at_the_next_click(o: f.Office, client: Client) -> None:
    enter(client, "reviewer")
    assert client.get(reverse("household-list")).status_code == 200
    with act(Verb.END_POSTING, acting_user=o.admin, on=f.OPENED):
        o.reviewer.postings.filter(role=Role.REVIEWER).update(until=f.OPENED)
    assert client.get(reverse("household-list")).status_code == 403


def test_the_office_system_itself_cannot_log_in(o: f.Office) -> None:
    system = User.objects.system()
    assert not system.has_usable_password()
    assert login("system", "").status_code == 200
