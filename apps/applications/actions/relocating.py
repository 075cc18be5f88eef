"""A family moves to another township: its file changes hands when the new township takes it, with its whole history."""

from datetime import date
from typing import Any

from apps.accounts.models import Area, User
from apps.accounts.roles import different_person, require
from apps.applications.actions.intake import Because, start_review
from apps.applications.models import Application, Cause
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.refusal import Refused, said
from apps.core.sight import seeing_the_county
from apps.eligibility.policy.enums import AreaKind
from apps.households.idnumber import IdNumber
from apps.households.models import Household, Person, Relocation, RelocationState
from apps.households.models.relocation import RELOCATION_MOVES, WAITING


def ask_relocation(
    number: IdNumber, *, name: str, to_township: Area, moved_on: date, reason: str, acting_user: User, on: date
) -> Relocation:
    """Ask the township where the family of this person is on file to hand it over; nothing changes until it does.

    Whoever asks must know number and name: Refused("not_on_file") says no more when they do not fit. Others as for
    ``propose_relocation``.
    """
    require(acting_user, Verb.ASK_RELOCATION, on=on, area=to_township)
    household = _family_of(number, name)
    _refuse_impossible(household, to_township, moved_on, on)
    told = {"reason": reason.strip(), "area": household.township}
    with act(Verb.ASK_RELOCATION, acting_user=acting_user, on=on, subject=household, **told):
        household = _refuse_second(household)
        return Relocation.objects.create(
            household=household,
            from_township=household.township,
            to_township=to_township,
            moved_on=moved_on,
            reason=reason.strip(),
            state=RelocationState.ASKED,
            asked_by=acting_user,
            asked_on=on,
        )


def agree_to_relocation(relocation: Relocation, *, acting_user: User, on: date) -> Relocation:
    """The township that has the file offers it to the one that asked; Refused("own_work") for who asked."""
    require(acting_user, Verb.PROPOSE_RELOCATION, on=on, area=relocation.from_township)
    different_person(acting_user, relocation.asked_by_id, what="同意迁出")
    with act(Verb.PROPOSE_RELOCATION, acting_user=acting_user, on=on, subject=relocation.household):
        _refuse_open_case(_locked(relocation.household))
        relocation = Relocation.objects.select_for_update(of=("self",)).get(pk=relocation.pk)
        relocation.state = RELOCATION_MOVES.target(Verb.PROPOSE_RELOCATION, relocation.state)
        relocation.proposed_by, relocation.proposed_on = acting_user, on
        relocation.save()
        return relocation


def propose_relocation(
    household: Household, *, to_township: Area, moved_on: date, reason: str, acting_user: User, on: date
) -> Relocation:
    """Offer the family's file to the township it moved to; until that takes it, nothing changes.

    Refused("same_township"), ("day_to_come"), ("case_open") while a case is under way, ("relocation_proposed").
    """
    require(acting_user, Verb.PROPOSE_RELOCATION, on=on, area=household.township)
    _refuse_impossible(household, to_township, moved_on, on)
    with act(Verb.PROPOSE_RELOCATION, acting_user=acting_user, on=on, subject=household, reason=reason.strip()):
        household = _refuse_second(household)
        return Relocation.objects.create(
            household=household,
            from_township=household.township,
            to_township=to_township,
            moved_on=moved_on,
            reason=reason.strip(),
            proposed_by=acting_user,
            proposed_on=on,
        )


def accept_relocation(
    relocation: Relocation,
    *,
    village: Area,
    area_kind: AreaKind,
    address: str,
    sections: dict[str, Any],
    acting_user: User,
    on: date,
) -> Application | None:
    """Take the family over: file and running awards are this township's from today; past months keep the old one.

    Where 城/乡 changes the standard does too: a review opens. Refused("other_township") for a village elsewhere,
    ("case_open"), ("own_work") for who offered it, ("illegal_move").
    """
    require(acting_user, Verb.ACCEPT_RELOCATION, on=on, area=relocation.to_township)
    different_person(acting_user, relocation.proposed_by_id, what="迁入接收")
    if village.parent_id != relocation.to_township_id:
        raise Refused("other_township", "请选择本乡镇的村（社区）。", field="village")
    doing: dict[str, Any] = {"acting_user": acting_user, "on": on}
    with act(Verb.ACCEPT_RELOCATION, subject=relocation.household, area=relocation.to_township, **doing):
        household = _locked(relocation.household)
        relocation = _moved(relocation, Verb.ACCEPT_RELOCATION, **doing)
        _refuse_open_case(household)
        relocation.to_village, relocation.to_area_kind = village, area_kind
        relocation.save()
        changed = household.area_kind != area_kind
        household.township, household.village, household.area_kind = relocation.to_township, village, area_kind
        household.set_address(address.strip())
        household.save()
        month = Month.of(on).first()
        household.awards.due_from(month).update(township=relocation.to_township)
        if not changed or not household.awards.standing(month).exists():
            return None
        here = {"village": str(village.pk), "area_kind": area_kind.value, "address": address.strip()}
        sections = {**sections, "family": {**sections.get("family", {}), **here}}
        note = f"由{relocation.from_township.name}迁入，城乡类别改变"
        because = Because(cause_note=note, changed_on=relocation.moved_on)
        return start_review(household, sections=sections, cause=Cause.MOVE, because=because, **doing)


def decline_relocation(relocation: Relocation, *, reason: str, acting_user: User, on: date) -> Relocation:
    """Say no, and why: to the township that offered its file, or to the one that asked for it."""
    asked = relocation.state == RelocationState.ASKED
    require(
        acting_user,
        Verb.DECLINE_RELOCATION,
        on=on,
        area=relocation.from_township if asked else relocation.to_township,
    )
    different_person(acting_user, relocation.asked_by_id if asked else relocation.proposed_by_id, what="退回迁移")
    reason = said(reason, field="reason", ask="请写明退回的理由。")
    doing: dict[str, Any] = {"acting_user": acting_user, "on": on}
    with act(
        Verb.DECLINE_RELOCATION,
        subject=relocation.household,
        area=relocation.to_township,
        reason=reason,
        **doing,
    ):
        _locked(relocation.household)
        relocation = _moved(relocation, Verb.DECLINE_RELOCATION, **doing)
        relocation.answer = reason
        relocation.save()
        return relocation


def _moved(relocation: Relocation, verb: Verb, *, acting_user: User, on: date) -> Relocation:
    rows = Relocation.objects.select_for_update(of=("self",)).select_related("to_township", "from_township")
    relocation = rows.get(pk=relocation.pk)
    relocation.state = RELOCATION_MOVES.target(verb, relocation.state)
    relocation.decided_by, relocation.decided_on = acting_user, on
    return relocation


def _locked(household: Household) -> Household:
    rows = Household.objects.select_for_update(of=("self",)).select_related("township", "village", "head")
    return rows.get(pk=household.pk)


@seeing_the_county()
def _family_of(number: IdNumber, name: str) -> Household:
    person = Person.objects.with_id_number(number).filter(name=name.strip(), died_on=None).first()
    membership = (
        person
        and person.memberships.filter(until=None).select_related("household__township", "household__head").first()
    )
    if membership is None:
        words = "没有找到这个人的家庭档案：请核对身份证号和姓名；没有建过档的，按新申请办理。"
        raise Refused("not_on_file", words, field="number")
    household: Household = membership.household
    return household


def _refuse_impossible(household: Household, to_township: Area, moved_on: date, on: date) -> None:
    if to_township.pk == household.township_id:
        raise Refused("same_township", "这个家庭就在这个乡镇；乡镇内搬家请登记情况变化。", field="to_township")
    if moved_on > on:
        raise Refused("day_to_come", "搬迁日期不能晚于今天。", field="moved_on")


def _refuse_second(household: Household) -> Household:
    """The family under lock, without a case under way and without another move."""
    household = _locked(household)
    _refuse_open_case(household)
    if household.relocations.filter(state__in=WAITING).exists():
        raise Refused("relocation_proposed", "这个家庭已有一件迁移正在办理。")
    return household


def _refuse_open_case(household: Household) -> None:
    if household.applications.open().exists():
        raise Refused("case_open", "这个家庭还有一件正在办理的申请，请先在迁出地办结或撤回。")
