"""Accounts, posts and passwords."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.accounts.actions import appoint, change_password, create_user, end_posting
from apps.accounts.models import Area, User
from apps.accounts.roles import Role
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.office.tests.factories import COUNTY, ON, PASSWORD, XINZHAN, hire, open_office

pytestmark = pytest.mark.django_db
NEW = "另一个很长的密码-2026"


@pytest.fixture
def admin():
    open_office()
    return hire("admin", Role.SYSTEM_ADMIN, COUNTY)


@pytest.fixture
def security(admin):
    return hire("security", Role.SECURITY_ADMIN, COUNTY)


@pytest.fixture
def worker(admin):
    return hire("worker", Role.CASEWORKER, XINZHAN)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_one_administrator_opens_the_account_and_another_appoints(admin, security):
    user = create_user("zhang", name="张三", password=PASSWORD, acting_user=admin, on=ON)
    assert not user.may(Verb.ACCEPT, on=ON)
    town = Area.objects.get(code=XINZHAN)
    appoint(user, area=town, role=Role.CASEWORKER, since=ON, acting_user=security, on=ON)
    assert User.objects.get(pk=user.pk).may(Verb.ACCEPT, on=ON, area=town)
    assert Record.objects.filter(verb=Verb.CREATE_USER, user=admin).count() == 1
    assert Record.objects.filter(verb=Verb.APPOINT, user=security).count() == 1


def test_a_caseworker_opens_no_accounts(worker):
    assert refusal(create_user, "x", name="某", password=PASSWORD, acting_user=worker, on=ON) == "not_permitted"


def test_a_taken_name_and_a_weak_password_are_refused(admin, worker):
    assert refusal(create_user, "worker", name="某", password=PASSWORD, acting_user=admin, on=ON) == "username_taken"
    assert refusal(create_user, "new", name="某", password="12345678", acting_user=admin, on=ON) == "weak_password"


def test_a_post_belongs_to_its_level_and_is_held_once(security, worker):
    county, town = Area.objects.get(code=COUNTY), Area.objects.get(code=XINZHAN)
    given = {"role": Role.CASEWORKER, "since": ON, "acting_user": security, "on": ON}
    assert refusal(appoint, worker, area=county, **given) == "wrong_level"
    assert refusal(appoint, worker, area=town, **given) == "already_posted"


def test_a_post_that_ended_gives_no_rights_any_more(security, worker):
    posting = worker.postings.get()
    assert refusal(end_posting, posting, until=posting.since, acting_user=security, on=ON) == "too_early"
    end_posting(posting, until=ON, acting_user=security, on=ON)
    again = User.objects.get(pk=worker.pk)
    assert not again.may(Verb.ACCEPT, on=ON)
    assert again.may(Verb.ACCEPT, on=ON - dt.timedelta(days=1))
    assert refusal(end_posting, posting, until=ON, acting_user=security, on=ON) == "already_ended"


def test_nobody_changes_the_password_of_another(admin, worker):
    assert refusal(change_password, worker, old=PASSWORD, new=NEW, acting_user=admin, on=ON) == "not_permitted"


def test_the_list_shows_people_and_posts_to_the_administrator_only(admin, worker, client):
    client.force_login(admin)
    page = client.get(reverse("user-list")).content.decode()
    assert "新站镇 · 经办人" in page
    assert "system" not in page.split("<table", 1)[1].split("</table")[0]
    assert "没有符合条件的同事" in client.get(reverse("user-list"), {"q": "没有这个人"}).content.decode()
    client.force_login(worker)
    assert client.get(reverse("user-list")).status_code == 403


def test_changing_the_password_keeps_this_session_and_ends_the_others(worker, client):
    from django.test import Client

    elsewhere = Client()
    elsewhere.force_login(worker)
    client.force_login(worker)
    typed = {"old": PASSWORD, "new": NEW, "again": NEW}
    done = client.post(reverse("password-change"), typed, follow=True)
    assert "密码已修改" in done.content.decode()
    assert elsewhere.get(reverse("password-change")).status_code == 302
    assert User.objects.get(pk=worker.pk).check_password(NEW)
    assert Record.objects.filter(verb=Verb.CHANGE_PASSWORD, user=worker).count() == 1


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"old": "错的", "new": NEW, "again": NEW}, 409, "原密码不对"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, 422, "两次输入的新密码不一样"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, 409, "密码"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, 409, "与原密码相同"),
        ({"old": "", "new": "", "again": ""}, 422, "请填写原密码"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(worker, client, typed, status, said):
    client.force_login(worker)
    answer = client.post(reverse("password-change"), typed)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert User.objects.get(pk=worker.pk).check_password(PASSWORD)
    assert not Record.objects.filter(verb=Verb.CHANGE_PASSWORD).exists()
