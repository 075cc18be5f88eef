"""Webhooks: an address proposed by one administrator and approved by another; letters that did not arrive."""

import secrets
from collections.abc import Collection
from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.partners.enums import Dataset
from apps.partners.models import Change, Client, Delivery, Webhook
from apps.partners.transitions import DELIVERY_MOVES, DeliveryState

# Nobody's server is to be knocked at without end.
TRIAL_AGAIN = timedelta(seconds=20)


def propose_webhook(
    client: Client, *, url: str, statuses: Collection[str], purpose: str, acting_user: User, on: date
) -> Webhook:
    """Put down where a program wants to be told of changes; nothing is sent before another administrator approves.

    Refused("plain_http") for an address that anybody on the way could read, ("not_granted") for a program that may not
    read changes.
    """
    require(acting_user, Verb.PROPOSE_WEBHOOK, on=on)
    if not url.startswith("https://") and not settings.OFFICE_DATE:
        raise Refused("plain_http", "推送地址须以 https:// 开头。", field="url")
    if not statuses:
        raise Refused("statuses", "请至少选一种身份。", field="statuses")
    if not client.grants.in_force(on).filter(dataset=Dataset.CHANGES).exists():
        raise Refused("not_granted", "这个接口账号还没有“待遇变化”的授权：先授权，再登记推送地址。", field="client")
    with act(Verb.PROPOSE_WEBHOOK, acting_user=acting_user, on=on, subject=client, url=url):
        webhook = Webhook(
            client=client,
            url=url,
            statuses=sorted(statuses),
            purpose=purpose.strip(),
            proposed_by=acting_user,
            proposed_on=on,
        )
        webhook.save()
        return webhook


def hand_over_key(webhook: Webhook, *, acting_user: User, on: date) -> tuple[Webhook, str]:
    """A new key to sign what is sent, readable this once; one handed over before signs nothing from now on."""
    require(acting_user, Verb.HAND_OVER_KEY, on=on)
    with act(Verb.HAND_OVER_KEY, acting_user=acting_user, on=on, subject=webhook):
        locked = Webhook.objects.select_for_update(of=("self",)).select_related("client__partner").get(pk=webhook.pk)
        if locked.stopped_on is not None:
            raise Refused("illegal_move", "这个推送地址已经停用。")
        key = secrets.token_urlsafe(32)
        locked.set_secret(key)
        locked.secret_given_on = on
        locked.save()
        return locked, key


def approve_webhook(webhook: Webhook, *, acting_user: User, on: date) -> Webhook:
    """Begin sending to it whatever changes from now on; Refused("own_work") for who proposed it.

    Refused("key_not_given") while the receiver has no key to know by that it is this office who tells it.
    """
    require(acting_user, Verb.APPROVE_WEBHOOK, on=on)
    with act(Verb.APPROVE_WEBHOOK, acting_user=acting_user, on=on, subject=webhook):
        locked = Webhook.objects.select_for_update().get(pk=webhook.pk)
        if locked.approved_on is not None or locked.stopped_on is not None:
            raise Refused("illegal_move", "这个推送地址已经核准或停用，请刷新后再看。")
        different_person(acting_user, locked.proposed_by_id, what="核准推送地址")
        if locked.secret_given_on is None:
            raise Refused("key_not_given", "推送密钥还没有交给对方：请系统管理员先交付密钥，再核准。")
        locked.approved_by, locked.approved_on = acting_user, on
        locked.heard_until = Change.objects.aggregate(last=Max("position"))["last"] or 0
        locked.save()
        return locked


def try_webhook(webhook: Webhook, *, acting_user: User, on: date) -> Webhook:
    """Send an approved receiver one signed event about nobody, to see that it arrives; beside the line, not in it.

    Refused("not_sending") for one not approved or stopped, ("too_soon") so soon after the last trial.
    """
    require(acting_user, Verb.TRY_WEBHOOK, on=on)
    with act(Verb.TRY_WEBHOOK, acting_user=acting_user, on=on, subject=webhook):
        locked = Webhook.objects.select_for_update(of=("self",)).select_related("client__partner").get(pk=webhook.pk)
        if locked.approved_on is None or locked.stopped_on is not None:
            raise Refused("not_sending", "核准以后、停用以前才能试推送。")
        if Webhook.objects.filter(pk=locked.pk, trial_asked_at__gt=Now() - TRIAL_AGAIN).exists():
            raise Refused("too_soon", f"刚刚试推送过，请过 {TRIAL_AGAIN.seconds} 秒再试。")
        locked.trial, locked.trial_asked_at, locked.trial_answer = uuid4(), Now(), ""
        locked.save()
        return locked


def stop_webhook(webhook: Webhook, *, reason: str, acting_user: User, on: date) -> Webhook:
    """Send nothing more to it."""
    require(acting_user, Verb.STOP_WEBHOOK, on=on)
    with act(Verb.STOP_WEBHOOK, acting_user=acting_user, on=on, subject=webhook, reason=reason.strip()):
        locked = Webhook.objects.select_for_update().get(pk=webhook.pk)
        if locked.stopped_on is not None:
            raise Refused("illegal_move", "这个推送地址已经停用。")
        locked.stopped_on = on
        locked.save()
        return locked


def resend_delivery(delivery: Delivery, *, reason: str, acting_user: User, on: date) -> Delivery:
    """Try a dead letter again from the beginning, now that something is different; what waits behind it follows."""
    require(acting_user, Verb.RESEND_DELIVERY, on=on)
    reason = said(reason, field="reason", ask="请写明对方改正了什么，为什么现在能送达。")
    told = {"subject": delivery.webhook, "reason": reason, "position": delivery.position}
    with act(Verb.RESEND_DELIVERY, acting_user=acting_user, on=on, **told):
        locked = _moved(delivery, Verb.RESEND_DELIVERY)
        locked.attempts, locked.next_at = 0, None
        locked.save()
        return locked


def drop_delivery(delivery: Delivery, *, reason: str, acting_user: User, on: date) -> Delivery:
    """Never send it: the receiver was told otherwise; what waits behind it goes on."""
    require(acting_user, Verb.DROP_DELIVERY, on=on)
    reason = said(reason, field="reason", ask="请写明对方是怎么得知这条变化的。")
    told = {"subject": delivery.webhook, "reason": reason, "position": delivery.position}
    with act(Verb.DROP_DELIVERY, acting_user=acting_user, on=on, **told):
        locked = _moved(delivery, Verb.DROP_DELIVERY)
        locked.save()
        return locked


def _moved(delivery: Delivery, verb: Verb) -> Delivery:
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("webhook").get(pk=delivery.pk)
    locked.state = DeliveryState(DELIVERY_MOVES.target(verb, locked.state))
    return locked
