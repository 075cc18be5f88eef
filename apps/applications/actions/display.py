"""Lists put up in the villages."""

from datetime import date

from apps.accounts.models import Area, User
from apps.accounts.roles import require
from apps.applications.models import Display
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said


def record_display(village: Area, *, shown_on: date, place: str, families: int, acting_user: User, on: date) -> Display:
    """Record that a village's long-term list was put up; ``families`` is how many it named."""
    require(acting_user, Verb.RECORD_DISPLAY, on=on, area=village)
    if shown_on > on:
        raise Refused("shown_later", "张贴日期不能晚于今天。", field="shown_on")
    with act(Verb.RECORD_DISPLAY, acting_user=acting_user, on=on, area=village.township, village=village.name):
        return Display.objects.create(
            village=village, shown_on=shown_on, place=said(place, "place"), families=families, by=acting_user, on=on
        )
