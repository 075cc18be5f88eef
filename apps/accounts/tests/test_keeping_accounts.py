"""Accounts opened and closed, one-time passwords, lockouts lifted: what the system administrator does all day."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.actions import create_user, reset_lockout, reset_password, switch_off, switch_on
from apps.accounts.facts import locked_out
from apps.accounts.models import User
from apps.accounts.tests.test_login import LOCKED, PASSWORD, enter, gets_in, guesses
from apps.accounts.tests.test_login import o as o
from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

ONE_TIME, OWN = "6z3fz-j6d2x-jrgm9", "自己的密码-只有我一人知道"
BY = {"on": f.OPENED}


def refused(call: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(Refused) as no:
        call(*args, **given)
    return no.value.code


def at_the_desk(username: str, password: str) -> Client:
    client = Client()
    client.post(reverse("login"), {"username": username, "password": password})
    return client


def changes_password(client: Client, old: str, new: str) -> Any:
    return client.post(reverse("password-change"), {"old": old, "new": new, "again": new})


def test_a_new_colleague_chooses_a_password_before_anything_else(o: f.Office) -> None:
    create_user("xinren", name="新来的", password=ONE_TIME, acting_user=o.admin, **BY)
    client = at_the_desk("xinren", ONE_TIME)
    change = reverse("password-change")
    for name in ("worklist", "standard-list", "api-assessments", "calculator", "user-list"):
        assert client.get(reverse(name))["Location"] == change, name
        assert client.post(reverse(name), {})["Location"] == change, name
    fragment = client.get("/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, change)
    assert "一次性密码" in client.get(change).content.decode()
    assert changes_password(client, ONE_TIME, ONE_TIME).status_code == 409
    assert client.get("/")["Location"] == change
    assert changes_password(client, ONE_TIME, OWN)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert not at_the_desk("xinren", ONE_TIME).session.keys()


def test_leaving_is_possible_without_changing(o: f.Office) -> None:
    create_user("xinren", name="新来的", password=ONE_TIME, acting_user=o.admin, **BY)
    client = at_the_desk("xinren", ONE_TIME)
    assert client.post(reverse("logout"))["Location"] == reverse("login")


def test_a_closed_account_is_out_at_once_and_stays_out_when_it_opens_again(o: f.Office) -> None:
    here, phone = Client(), Client()
    for client in (here, phone):
        enter(client, "reviewer")
        assert client.get("/").status_code == 200
    switch_off(o.reviewer, reason="长期病假", acting_user=o.admin, **BY)
    for client in (here, phone):
        assert client.get("/")["Location"].startswith(reverse("login"))
    assert not gets_in("reviewer")
    switch_on(o.reviewer, password=ONE_TIME, acting_user=o.admin, **BY)
    assert here.get("/")["Location"].startswith(reverse("login")), "the session of before is dead for good"
    assert not gets_in("reviewer"), "and so is the password of before"
    assert at_the_desk("reviewer", ONE_TIME).get("/")["Location"] == reverse("password-change")
    told = Record.objects.filter(verb=Verb.SWITCH_USER).order_by("pk").values_list("reason", "payload")
    assert list(told) == [("长期病假", {"active": False}), ("", {"active": True})]


def test_who_forgot_gets_a_password_for_one_login(o: f.Office) -> None:
    elsewhere = Client()
    enter(elsewhere, "caseworker")
    guesses("caseworker", 6)
    reset_password(o.caseworker, password=ONE_TIME, acting_user=o.admin, **BY)
    assert elsewhere.get("/").status_code == 302, "the sessions of before end"
    client = at_the_desk("caseworker", ONE_TIME)
    assert client.get("/")["Location"] == reverse("password-change")
    changes_password(client, ONE_TIME, OWN)
    assert client.get("/").status_code == 200


def test_a_lockout_is_seen_and_lifted(o: f.Office) -> None:
    guesses("colleague", 4)
    assert locked_out() == {}
    assert guesses("caseworker", 5) == LOCKED
    assert list(locked_out()) == ["caseworker"]
    reset_lockout(o.caseworker, acting_user=o.admin, **BY)
    assert locked_out() == {}
    assert gets_in("caseworker")
    assert refused(reset_lockout, o.caseworker, acting_user=o.admin, **BY) == "not_locked"


def test_a_name_tried_from_everywhere_is_in_the_list_too(o: f.Office) -> None:
    for number in range(7):
        guesses("reviewer", 3, f"10.50.0.{number}")
    assert list(locked_out()) == ["reviewer"]


def test_nobody_keeps_their_own_account(o: f.Office) -> None:
    mine = {"acting_user": o.admin, **BY}
    assert refused(switch_off, o.admin, reason="休假", **mine) == "oneself"
    assert refused(reset_password, o.admin, password=ONE_TIME, **mine) == "oneself"
    assert refused(reset_lockout, o.admin, **mine) == "oneself"


def test_the_other_two_administrators_keep_no_accounts(o: f.Office) -> None:
    for user in (o.security, o.auditor):
        by = {"acting_user": user, **BY}
        assert refused(create_user, "x", name="某", password=ONE_TIME, **by) == "not_permitted"
        assert refused(switch_off, o.reviewer, reason="休假", **by) == "not_permitted"
        assert refused(reset_password, o.reviewer, password=ONE_TIME, **by) == "not_permitted"
        assert refused(reset_lockout, o.reviewer, **by) == "not_permitted"


def test_what_makes_no_sense_is_refused(o: f.Office) -> None:
    by = {"acting_user": o.admin, **BY}
    assert refused(switch_on, o.reviewer, password=ONE_TIME, **by) == "already_on"
    assert refused(switch_off, o.reviewer, reason=" ", **by) == "reason_needed"
    switch_off(o.reviewer, reason="调离", **by)
    assert refused(switch_off, o.reviewer, reason="调离", **by) == "already_off"
    assert refused(reset_password, o.reviewer, password=ONE_TIME, **by) == "switched_off"
    assert refused(switch_on, o.reviewer, password="12345678", **by) == "weak_password"
    assert not User.objects.get(pk=o.reviewer.pk).is_active


def test_a_password_is_in_no_record(o: f.Office) -> None:
    reset_password(o.reviewer, password=ONE_TIME, acting_user=o.admin, **BY)
    record = Record.objects.get(verb=Verb.RESET_PASSWORD)
    assert record.payload == {}
    assert PASSWORD not in f"{record} {record.reason}"
