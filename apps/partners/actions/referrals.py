"""转办: asking another bureau for one item of help, and what it answers, by itself or written down by hand."""

from contextlib import AbstractContextManager
from datetime import date

from django.db import IntegrityError, connection

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.core.workdays import add_workdays
from apps.households.models import Household
from apps.partners.facts.assistance import claims_of
from apps.partners.models import Referral, ReferralResult
from apps.partners.policy.assistance import Claim, Item, in_force, shipped_items
from apps.partners.policy.passing import passed_on
from apps.partners.transitions import REFERRAL_MOVES, ReferralState


def refer(
    household: Household,
    *,
    item: str,
    person_id: int | None,
    need: str,
    agreed_by: str,
    agreed_on: date,
    acting_user: User,
    on: date,
) -> Referral:
    """Ask the bureau for an item this family may claim; one act, one item.

    Refused("no_claim") when it may not (any more), ("not_agreed") without somebody of the family who agreed to what is
    passed on, ("agreed_later") for a day to come, ("already_referred") while the same one is open.
    """
    require(acting_user, Verb.REFER, on=on, area=household.township)
    asked = claim_of(household, item=item, person_id=person_id, on=on).item
    _refuse_unagreed(need, agreed_by, agreed_on, on)
    told = {"agreed_by": agreed_by.strip(), "agreed_on": agreed_on, "referred_by": acting_user, "referred_on": on}
    try:
        with act(Verb.REFER, acting_user=acting_user, on=on, subject=household, item=item, bureau=asked.bureau):
            _take_a_place(asked.bureau)
            referral = Referral(
                household=household,
                person_id=person_id,
                item=item,
                bureau=asked.bureau,
                fields=[field.value for field in passed_on(asked)],
                accept_by=add_workdays(on, asked.accept_within),
                **told,
            )
            referral.set_need(need.strip())
            referral.save()
            return referral
    except IntegrityError as error:
        if "one_open_referral_of_an_item" not in str(error):
            raise
        raise Refused("already_referred", "这一项已经转办，正在等待结果；办结后才能再转。") from error


def _take_a_place(bureau: str) -> None:
    """Wait until nobody else is sending to this bureau: its program reads on from a number, so that a smaller one must
    not appear behind a greater one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"referrals {bureau}"])


def _refuse_unagreed(need: str, agreed_by: str, agreed_on: date, on: date) -> None:
    if not agreed_by.strip():
        raise Refused("not_agreed", "转办要把家庭信息交给其他部门：请先征得本人同意，写明同意人。", field="agreed_by")
    if agreed_on > on:
        raise Refused("agreed_later", "同意日期不能晚于今天。", field="agreed_on")
    if not need.strip():
        raise Refused("need", "请写明需要什么帮助，承办单位据此办理。", field="need")


def claim_of(household: Household, *, item: str, person_id: int | None, on: date) -> Claim:
    """The claim named; Refused("no_claim") when the family has none such."""
    for claim in claims_of(household, on):
        if claim.key == (item, person_id):
            return claim
    raise Refused("no_claim", "按现在的身份和家庭情况，这一项不能转办：请刷新后再看。")


def fetch_referral(referral: Referral, *, acting_user: User, on: date, partner: str = "") -> Referral:
    """The bureau has the papers. Fetched before: nothing happens."""
    if referral.fetched_on is not None:
        return referral
    with _acting(referral, Verb.FETCH_REFERRAL, acting_user=acting_user, on=on, partner=partner):
        locked = _locked(referral)
        if locked.fetched_on is None:
            _move(locked, Verb.FETCH_REFERRAL)
            locked.fetched_on = on
            locked.save()
        return locked


def accept_referral(referral: Referral, *, acting_user: User, on: date, partner: str = "") -> Referral:
    """The bureau takes it on; from now on it owes the result within the item's working days."""
    with _acting(referral, Verb.ACCEPT_REFERRAL, acting_user=acting_user, on=on, partner=partner):
        locked = _locked(referral)
        _move(locked, Verb.ACCEPT_REFERRAL)
        locked.fetched_on, locked.answered_on = locked.fetched_on or on, on
        locked.finish_by = add_workdays(on, item_of(locked).finish_within)
        locked.save()
        return locked


def refuse_referral(referral: Referral, *, reason: str, acting_user: User, on: date, partner: str = "") -> Referral:
    """The bureau does not take it on, and says why."""
    reason = said(reason, field="reason", ask="请写明不予受理的原因，家庭会看到。")
    with _acting(referral, Verb.REFUSE_REFERRAL, acting_user=acting_user, on=on, partner=partner, reason=reason):
        locked = _locked(referral)
        _move(locked, Verb.REFUSE_REFERRAL)
        locked.fetched_on, locked.answered_on, locked.refusal = locked.fetched_on or on, on, reason
        locked.save()
        return locked


def finish_referral(
    referral: Referral,
    *,
    result: ReferralResult,
    note: str,
    finished_on: date,
    acting_user: User,
    on: date,
    partner: str = "",
) -> Referral:
    """What came of it; Refused("finished_on") for a day to come or before it was taken on."""
    if not note.strip():
        raise Refused("note_needed", "请写明办理结果，例如金额、起止时间。", field="note")
    with _acting(referral, Verb.FINISH_REFERRAL, acting_user=acting_user, on=on, partner=partner, result=result):
        locked = _locked(referral)
        _move(locked, Verb.FINISH_REFERRAL)
        if finished_on > on or (locked.answered_on and finished_on < locked.answered_on):
            raise Refused("finished_on", "办结日期不能早于受理日期，也不能晚于今天。", field="finished_on")
        locked.result, locked.result_note, locked.finished_on = result, note.strip(), finished_on
        locked.save()
        return locked


def take_back_referral(referral: Referral, *, reason: str, acting_user: User, on: date) -> Referral:
    """The family no longer wants it, or it was sent in error."""
    reason = said(reason, field="reason", ask="请写明撤回的原因。")
    with _acting(referral, Verb.TAKE_BACK_REFERRAL, acting_user=acting_user, on=on, reason=reason):
        locked = _locked(referral)
        _move(locked, Verb.TAKE_BACK_REFERRAL)
        locked.result_note = reason
        locked.save()
        return locked


def item_of(referral: Referral) -> Item:
    """The item as it stood when it was asked for."""
    return next(one for one in in_force(referral.referred_on, shipped_items()) if one.item == referral.item)


def _acting(
    referral: Referral, verb: Verb, *, acting_user: User, on: date, partner: str = "", reason: str = "", **told: str
) -> AbstractContextManager[Record]:
    """The declared act of one step; a partner was let in at the door, an official is asked for the post."""
    if not partner:
        require(acting_user, verb, on=on, area=referral.township)
    told |= {"partner": partner} if partner else {}
    return act(verb, acting_user=acting_user, on=on, subject=referral, reason=reason, **told)


def _locked(referral: Referral) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("household__township", "household__head")
    return rows.get(pk=referral.pk)


def _move(referral: Referral, verb: Verb) -> None:
    if not REFERRAL_MOVES.allows(verb, referral.state):
        stands = ReferralState(referral.state).label
        raise Refused("illegal_move", f"这件转办现在是“{stands}”，这一步不能办。", state=referral.state)
    referral.state = REFERRAL_MOVES.target(verb, referral.state)
