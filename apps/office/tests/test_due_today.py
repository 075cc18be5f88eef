"""Notices come down by themselves the day after their period, once, however often the task runs."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connections

from apps.accounts.models import User
from apps.applications.models import Notice
from apps.applications.transitions import State
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core import doorbell
from apps.core.models import OfficeDate
from apps.office.demo.accounts import open_accounts
from apps.office.demo.cases import CaseLife
from apps.office.demo.families import FamilyMaker
from apps.office.demo.office import Office, live
from apps.office.demo.people import DEMO_AREA, IdOffice
from apps.office.tasks import due_today
from apps.office.tests.factories import open_office

START = dt.date(2024, 5, 8)
LAST_DAY = dt.date(2024, 5, 22)


def post_notices(count: int) -> None:
    """Families whose notices were posted on 2024-05-15 and end on the 22nd."""
    open_office(on=dt.date(2024, 5, 15))
    open_accounts(acting_user=User.objects.system())
    office, chance = Office(), Random(1)
    maker = FamilyMaker(chance, IdOffice(DEMO_AREA))
    desk = office.desks[0]
    made = [maker.family(desk.villages[n], on=START) for n in range(count)]
    live((CaseLife(office, desk, chance, f, State.PUBLICISED).new(START) for f in made), until=dt.date(2024, 5, 15))
    assert list(Notice.objects.values_list("ends_on", flat=True).distinct()) == [LAST_DAY]


def move_to(day: dt.date) -> None:
    OfficeDate.objects.update(day=day)


def up() -> int:
    return Notice.objects.filter(taken_down_on=None).count()


@pytest.mark.django_db
def test_a_notice_hangs_through_its_last_day():
    post_notices(2)
    move_to(LAST_DAY)
    due_today()
    assert up() == 2
    move_to(LAST_DAY + dt.timedelta(days=1))
    due_today()
    assert up() == 0
    records = Record.objects.filter(verb=Verb.TAKE_DOWN_NOTICE)
    assert {r.user.username for r in records} == {"system"}


@pytest.mark.django_db
def test_days_that_nobody_worked_are_made_up_for():
    post_notices(1)
    move_to(dt.date(2024, 6, 30))
    due_today()
    assert Notice.objects.get().taken_down_on == dt.date(2024, 6, 30)


def test_two_workers_at_once_take_each_notice_down_once(own_database):
    post_notices(6)
    move_to(LAST_DAY + dt.timedelta(days=1))

    def work(_: int) -> None:
        try:
            due_today()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert up() == 0
    records = Record.objects.filter(verb=Verb.TAKE_DOWN_NOTICE)
    assert records.count() == 6
    assert records.values("subject_id").distinct().count() == 6


@pytest.mark.integration
def test_the_doorbell_wakes_a_real_worker(own_database, celery_worker):
    import time

    post_notices(1)
    move_to(LAST_DAY + dt.timedelta(days=1))
    doorbell.ring("office.due_today")
    deadline = time.monotonic() + 30
    while up() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert up() == 0
