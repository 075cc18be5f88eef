"""Grants: proposed by one person, approved by another, taken back by either at once; certificates go the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from apps.accounts.models import Area, User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.partners.enums import FIELDS, PERSONAL, Dataset
from apps.partners.models import Certificate, Client, Grant
from apps.partners.transitions import GRANT_MOVES

Given = TypeVar("Given", Grant, Certificate)


@dataclass(frozen=True)
class Wanted:
    """What a grant is to open."""

    dataset: Dataset
    fields: Sequence[str]
    purposes: Sequence[str]
    area: Area
    since: date
    until: date
    networks: Sequence[str]
    basis: str


def propose_grant(client: Client, *, wanted: Wanted, acting_user: User, on: date) -> Grant:
    """Propose what a program may ask.

    Refused("client_closed"), Refused("fields") for a field this dataset does not have or none where it has some,
    Refused("purposes") for personal data without a purpose.
    """
    require(acting_user, Verb.PROPOSE_GRANT, on=on)
    possible = FIELDS[wanted.dataset]
    if not set(wanted.fields) <= set(possible) or (possible and not wanted.fields):
        raise Refused("fields", "请选择这项数据能提供的字段，至少一项。", field="fields")
    if wanted.dataset in PERSONAL and not wanted.purposes:
        raise Refused("purposes", "涉及个人信息的授权须写明用途。", field="purposes")
    with act(Verb.PROPOSE_GRANT, acting_user=acting_user, on=on, subject=client, dataset=wanted.dataset):
        if Client.objects.select_for_update(of=("self",)).get(pk=client.pk).closed_on is not None:
            raise Refused("client_closed", "这个接口账号已经停用。")
        return Grant.objects.create(
            client=client,
            dataset=wanted.dataset,
            fields=[name for name in possible if name in wanted.fields],
            purposes=list(wanted.purposes),
            area=wanted.area,
            since=wanted.since,
            until=wanted.until,
            networks=list(wanted.networks),
            basis=wanted.basis.strip(),
            proposed_by=acting_user,
            proposed_on=on,
        )


def approve_grant(grant: Given, *, acting_user: User, on: date) -> Given:
    """Approve what another proposed, a grant or a certificate; it opens from its first day on."""
    return _decide(grant, Verb.APPROVE_GRANT, acting_user=acting_user, on=on, reason="")


def reject_grant(grant: Given, *, reason: str, acting_user: User, on: date) -> Given:
    """Send a proposal back; Refused("reason_needed")."""
    return _decide(grant, Verb.REJECT_GRANT, acting_user=acting_user, on=on, reason=said(reason, field="reason"))


def revoke_grant(grant: Given, *, reason: str, acting_user: User, on: date) -> Given:
    """Take a grant or a certificate back: the next call under it is refused; Refused("reason_needed")."""
    require(acting_user, Verb.REVOKE_GRANT, on=on)
    return _move(grant, Verb.REVOKE_GRANT, acting_user=acting_user, on=on, reason=said(reason, field="reason"))


def _decide(grant: Given, verb: Verb, *, acting_user: User, on: date, reason: str) -> Given:
    require(acting_user, verb, on=on)
    different_person(acting_user, grant.proposed_by_id, what=f"{grant._meta.verbose_name}批准")
    return _move(grant, verb, acting_user=acting_user, on=on, reason=reason)


def _move(grant: Given, verb: Verb, *, acting_user: User, on: date, reason: str) -> Given:
    with act(verb, acting_user=acting_user, on=on, subject=grant, reason=reason):
        rows = type(grant).objects.select_for_update(of=("self",))
        grant = rows.select_related("client__partner").get(pk=grant.pk)
        grant.state = GRANT_MOVES.target(verb, grant.state)
        if verb != Verb.REVOKE_GRANT:
            grant.decided_by, grant.decided_on = acting_user, on
        grant.save()
        return grant
