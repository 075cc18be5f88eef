"""What of other bureaus waits for somebody here: counts for the first page and the menu."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from apps.applications.models import Application, CheckAnswer, CheckRequest, Outcome
from apps.applications.models.checks import ANSWERED_WITHIN
from apps.applications.worklist import Task
from apps.audit.verbs import Verb
from apps.core.navigation import Badge
from apps.core.workdays import add_workdays
from apps.partners.models import Alert, Certificate, Delivery, Grant, Referral, Webhook
from apps.partners.transitions import DeliveryState

_DAY = timedelta(days=1)


def tasks(user: Any, on: date) -> list[Task]:
    """What waits for this user, in the order of urgency."""
    waiting = [
        ("部门提示待核实", "条", Verb.SETTLE_ALERT, lambda: alerts(user), reverse("alert-list")),
        ("转办逾期", "件", Verb.REFER, lambda: late(user, on), f"{reverse('referral-list')}?show=late"),
        ("核对逾期未答", "件", Verb.ANSWER_CHECK, lambda: unanswered(user, on).count(), reverse("check-overdue")),
        ("接口授权待批准", "项", Verb.APPROVE_GRANT, lambda: grants(user), reverse("grants-waiting")),
        (
            "推送地址待核准",
            "个",
            Verb.APPROVE_WEBHOOK,
            lambda: webhooks(user),
            f"{reverse('webhook-list')}?show=waiting",
        ),
        ("客户端证书将到期", "张", Verb.PROPOSE_GRANT, lambda: ending(user), reverse("partner-list")),
    ]
    mine = [(label, unit, counted(), url) for label, unit, verb, counted, url in waiting if user.may(verb, on=on)]
    return [Task(label, count, url, unit) for label, unit, count, url in mine if count]


def alerts(user: Any) -> int:
    """Alerts nobody has looked into."""
    return Alert.objects.visible_to(user).waiting().count()


def grants(user: Any) -> int:
    """Grants and certificates that wait for this user's word."""
    return Grant.objects.waiting_for(user).count() + Certificate.objects.waiting_for(user).count()


def ending(user: Any) -> int:
    """Certificates with which a program will soon stand before a closed door, or does."""
    return Certificate.objects.visible_to(user).running_out().count()


def webhooks(user: Any) -> int:
    """Receivers that wait for this user's word."""
    return Webhook.objects.waiting_for(user).count()


def late(user: Any, on: date) -> int:
    """Referrals whose bureau is late."""
    return Referral.objects.visible_to(user).late_on(on).count()


def unanswered(user: Any, on: date) -> Any:
    """Check requests of open cases that somebody should have answered by now, the oldest first.

    They hold up nothing and change nothing: the case goes on, somebody telephones.
    """
    long_ago = _asked_by(on)
    answered = CheckAnswer.objects.filter(request=OuterRef("pk")).exclude(outcome=Outcome.FAILED)
    cases = Application.objects.visible_to(user).open()
    rows = CheckRequest.objects.filter(application__in=cases, requested_on__lt=long_ago).filter(~Exists(answered))
    return rows.select_related("application__township", "application__handler").order_by("requested_on", "pk")


def _asked_by(on: date) -> date:
    """The first day whose requests are not yet overdue."""
    day = on
    while add_workdays(day - _DAY, ANSWERED_WITHIN) >= on:
        day -= _DAY
    return day


def alerts_badge(user: Any, on: date) -> Badge | None:
    """Alerts that wait, for who looks into them."""
    if not user.may(Verb.SETTLE_ALERT, on=on):
        return None
    found = (
        Alert.objects.visible_to(user).waiting().aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    )
    return Badge(found["count"], label="条待核实", hot=bool(found["late"])) if found["count"] else None


def referrals_badge(user: Any, on: date) -> Badge | None:
    """Referrals whose bureau is late, for who sent them."""
    count = late(user, on) if user.may(Verb.REFER, on=on) else 0
    return Badge(count, label="件逾期", hot=True) if count else None


def dead_letters_badge(user: Any, on: date) -> Badge | None:
    """Changes that did not arrive, for who sends them again."""
    if not user.may(Verb.RESEND_DELIVERY, on=on):
        return None
    count = Delivery.objects.filter(state=DeliveryState.DEAD).count()
    return Badge(count, label="条推送失败", hot=True) if count else None
