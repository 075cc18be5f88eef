"""Letting a township confirm, and taking it back (28号 §19)."""

from datetime import date

from django.db import IntegrityError

from apps.accounts.models import Area, User
from apps.accounts.roles import require
from apps.applications.models import Applied, Delegation
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said


def delegate(
    township: Area,
    *,
    scheme: Applied,
    since: date,
    document: str,
    acting_user: User,
    on: date,
    until: date | None = None,
) -> Delegation:
    """Let a township confirm one scheme from a day on; Refused("already_delegated") where the days overlap."""
    require(acting_user, Verb.DELEGATE, on=on, area=township)
    number = said(document, field="document", ask="请写明授权文号。")
    if since < on:
        raise Refused("since", "授权不能溯及以前，请从今天或以后开始。", field="since")
    if until is not None and until <= since:
        raise Refused("until", "截止日期须晚于开始日期。", field="until")
    try:
        with act(Verb.DELEGATE, acting_user=acting_user, on=on, area=township, reason=number):
            return Delegation.objects.create(
                scheme=scheme, township=township, since=since, until=until, document=number, made_by=acting_user
            )
    except IntegrityError as error:
        if "one_delegation_at_a_time" in str(error):
            raise Refused(
                "already_delegated", "这个乡镇同一类别在这段时间已有授权，请先收回原授权。", field="since"
            ) from error
        raise


def end_delegation(delegation: Delegation, *, until: date, acting_user: User, on: date) -> Delegation:
    """Take it back from a day on; Refused("ended") when it has ended by then already."""
    require(acting_user, Verb.END_DELEGATION, on=on, area=delegation.township)
    with act(Verb.END_DELEGATION, acting_user=acting_user, on=on, subject=delegation, reason=delegation.document):
        locked = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
        if locked.until is not None and locked.until <= until:
            raise Refused("ended", "这项授权到那天已经结束。", field="until")
        if until < on:
            raise Refused("until", "不能倒填日期，请从今天或以后收回。", field="until")
        locked.until = max(until, locked.since)
        locked.save()
        return locked
