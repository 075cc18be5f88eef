"""The office date of demo and tests, and what falls due with it."""

from datetime import date

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.actions import take_down_ending_notice, take_down_notice
from apps.applications.models import Ending, Notice
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.models import OfficeDate
from apps.core.refusal import Refused
from apps.office.steps import Step, day_after


def open_office_date() -> None:
    """Give an office that lives on an office date its first day; nothing where the calendar's day counts."""
    if settings.OFFICE_DATE:
        OfficeDate.objects.get_or_create(pk=1)


def advance_office_date(step: Step, *, acting_user: User, on: date) -> date:
    """Move the office date forward from ``on``; the new day.

    Refused("no_office_date") where the calendar's day counts, Refused("date_moved") when somebody moved it before.
    """
    require(acting_user, Verb.ADVANCE_OFFICE_DATE, on=on)
    if not settings.OFFICE_DATE:
        raise Refused("no_office_date", "本系统按日历日期办公，不能推进工作日期。")
    to = day_after(step, on)
    with act(Verb.ADVANCE_OFFICE_DATE, acting_user=acting_user, on=on, to=to.isoformat()):
        kept = OfficeDate.objects.select_for_update().get(pk=1)
        if kept.day != on:
            raise Refused("date_moved", f"工作日期已被推进到 {kept.day:%Y年%-m月%-d日}，请看过后再决定是否继续。")
        kept.day = to
        kept.save()
    return to


def take_down_due_notices(*, acting_user: User, on: date) -> int:
    """Take down every notice whose period is over; how many. Several at once share the work, none is done twice."""
    count = 0
    while _take_down_one(acting_user, on) or _take_down_one_ending(acting_user, on):
        count += 1
    return count


def _take_down_one(acting_user: User, on: date) -> bool:
    with transaction.atomic():
        due = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("application__township")
        notice = due.filter(taken_down_on=None, ends_on__lt=on).order_by("pk").first()
        if notice is None:
            return False
        take_down_notice(notice, acting_user=acting_user, on=on)
        return True


def _take_down_one_ending(acting_user: User, on: date) -> bool:
    with transaction.atomic():
        due = Ending.objects.select_for_update(skip_locked=True, of=("self",)).select_related("award__household")
        ending = due.filter(taken_down_on=None, ends_on__lt=on).order_by("pk").first()
        if ending is None:
            return False
        take_down_ending_notice(ending, acting_user=acting_user, on=on)
        return True
