"""Lists put up in the villages, and a family's notice seen there."""

from datetime import date

from apps.accounts.models import Area, User
from apps.accounts.roles import require
from apps.applications.models import Display, Notice
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.refusal import Refused, said


def record_display(village: Area, *, shown_on: date, place: str, families: int, acting_user: User, on: date) -> Display:
    """Record that a village's long-term list was put up; ``families`` is how many it named.

    Refused("already_shown") for a second time on one day.
    """
    require(acting_user, Verb.RECORD_DISPLAY, on=on, area=village)
    if shown_on > on:
        raise Refused("shown_later", "张贴日期不能晚于今天。", field="shown_on")
    with act(Verb.RECORD_DISPLAY, acting_user=acting_user, on=on, area=village.township, village=village.name):
        Area.objects.select_for_update(of=("self",)).get(pk=village.pk)
        if before := Display.objects.filter(village=village, shown_on=shown_on).first():
            what = f"{day_label(shown_on)}已经登记过张贴（{before.place}，{before.families} 条）"
            raise Refused("already_shown", f"{what}，一天只登记一次。", field="shown_on")
        return Display.objects.create(
            village=village, shown_on=shown_on, place=said(place, "place"), families=families, by=acting_user, on=on
        )


def see_notice_up(notice: Notice, *, acting_user: User, on: date) -> Notice:
    """The village assistant has seen a family's notice on the board; the first time counts.

    Refused("not_up") once it was taken down, ("already_seen").
    """
    case = notice.application
    require(acting_user, Verb.SEE_NOTICE_UP, on=on, area=case.village or case.township)
    with act(Verb.SEE_NOTICE_UP, acting_user=acting_user, on=on, subject=case):
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        if notice.taken_down_on is not None:
            raise Refused("not_up", "这张公示已经撤下，不能再登记上墙。")
        if notice.seen_on is not None:
            raise Refused("already_seen", f"{day_label(notice.seen_on)}已经登记过这张公示上墙，不必再登记。")
        notice.seen_on, notice.seen_by = on, acting_user
        notice.save()
        return notice
