"""Open cases pass from one caseworker to another."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from apps.accounts.facts import seated
from apps.accounts.models import User
from apps.accounts.roles import Role, require
from apps.applications.models import Application
from apps.applications.transitions import OPEN
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused


def hand_over(
    giver: User, *, cases: Collection[Application], to: User, acting_user: User, on: date
) -> list[Application]:
    """Make a colleague of the same township responsible for open cases of ``giver``; all of them or none.

    Each case gets a record of its own; stage, deadlines and the signatures given so far stay.
    Refused("nothing_chosen"), Refused("same_person"), Refused("not_a_caseworker_there") for a receiver without the
    caseworker's post in the case's township, Refused("moved_on") when one is closed or somebody else's by now.
    """
    if not cases:
        raise Refused("nothing_chosen", "请至少选择一件要移交的申请。", field="cases")
    if to.pk == giver.pk:
        raise Refused("same_person", "移交的对象须是另一位同事。", field="to")
    with transaction.atomic():
        wanted = Application.objects.filter(pk__in=[case.pk for case in cases]).select_related("township")
        locked = list(wanted.select_for_update(of=("self",)).order_by("pk"))
        for case in locked:
            _hand_over(case, giver=giver, to=to, acting_user=acting_user, on=on)
    return locked


def _hand_over(case: Application, *, giver: User, to: User, acting_user: User, on: date) -> None:
    require(acting_user, Verb.HAND_OVER, on=on, area=case.township)
    if not seated(case.township, Role.CASEWORKER, on=on).filter(user=to).exists():
        why = f"{to.name}今天不在{case.township.name}的经办人岗位上，请先由安全管理员任命或安排代理。"
        raise Refused("not_a_caseworker_there", why, field="to")
    if case.state not in OPEN or case.handler_id != giver.pk:
        raise Refused("moved_on", f"{case}刚才已办结或已移交，请刷新后重新选择。", field="cases")
    told = {"giver": giver.pk, "to": to.pk}
    with act(Verb.HAND_OVER, acting_user=acting_user, on=on, subject=case, reason=f"{giver.name}移交{to.name}", **told):
        case.handler = to
        case.save(update_fields=["handler"])
