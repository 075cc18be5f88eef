"""Families that divide and families that become one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.actions.intake import Because, new_case, start_review
from apps.applications.models import Application, Applied, Cause, Kind
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Relation
from apps.households.actions import join_into, split_off
from apps.households.models import Household, Person

Sections = dict[str, Any]


def split_household(
    household: Household,
    *,
    leaving: Sequence[tuple[Person, Relation]],
    day: date,
    reason: str,
    staying: Sections,
    founding: Sections,
    acting_user: User,
    on: date,
) -> tuple[Application | None, Application]:
    """Members leave with a day into a file of their own: a review of the old (if on benefit), a draft for the new.

    ``staying`` and ``founding`` fill the two drafts. Nobody is paid twice: the new family's award cannot begin for
    somebody still in the old one's. Refused("day_to_come"), ("case_open") and what ``split_off`` refuses.
    """
    require(acting_user, Verb.SPLIT_HOUSEHOLD, on=on, area=household.township)
    _refuse_unfit(day, household, on=on)
    with act(Verb.SPLIT_HOUSEHOLD, acting_user=acting_user, on=on, subject=household, reason=reason.strip()):
        doing: dict[str, Any] = {"acting_user": acting_user, "on": on}
        new = split_off(household, leaving=leaving, day=day, **doing)
        names = "、".join(person.name for person, _ in leaving)
        because = Because(cause_note=f"{names}分户另立；{reason.strip()}"[:500], changed_on=day)
        review = None
        if _on_benefit(household, on):
            review = start_review(household, sections=staying, cause=Cause.REGROUPING, because=because, **doing)
        return review, _draft(new, founding, because=Because(because.cause_note, changed_on=day), **doing)


def merge_households(
    household: Household,
    *,
    other: Household,
    day: date,
    reason: str,
    sections: Sections,
    acting_user: User,
    on: date,
) -> Application:
    """The other household's members join this one from a day; one case decides for all of them.

    What the other received goes on until that case is confirmed and ends with it, so that nobody is paid twice and
    nobody goes without. Refused("same_household"), ("day_to_come"), ("case_open"), ("nobody_there").
    """
    require(acting_user, Verb.MERGE_HOUSEHOLDS, on=on, area=household.township)
    require(acting_user, Verb.MERGE_HOUSEHOLDS, on=on, area=other.township)
    if household.pk == other.pk:
        raise Refused("same_household", "请选择另一个家庭。", field="other")
    _refuse_unfit(day, household, other, on=on)
    with act(Verb.MERGE_HOUSEHOLDS, acting_user=acting_user, on=on, subject=household, reason=reason.strip()):
        doing: dict[str, Any] = {"acting_user": acting_user, "on": on}
        join_into(household, other=other, day=day, **doing)
        note = f"{other.head.name}一家（{other.number}）并入；{reason.strip()}"[:500]
        because = Because(note, changed_on=day, merges_id=other.pk)
        if _on_benefit(household, on):
            return start_review(household, sections=sections, cause=Cause.REGROUPING, because=because, **doing)
        return _draft(household, sections, because=because, **doing)


def _draft(household: Household, sections: Sections, *, because: Because, acting_user: User, on: date) -> Application:
    case = new_case(household.township, acting_user=acting_user, on=on, scheme=Applied.DIBAO, kind=Kind.NEW)
    case.household, case.village = household, household.village
    case.applicant_name, case.cause = household.head.name, Cause.REGROUPING
    case.cause_note, case.changed_on, case.merges_id = because.cause_note, because.changed_on, because.merges_id
    case.set_draft(sections)
    case.save()
    return case


def _on_benefit(household: Household, on: date) -> bool:
    return household.awards.standing(Month.of(on).first()).exists()


def _refuse_unfit(day: date, *households: Household, on: date) -> None:
    if day > on:
        raise Refused("day_to_come", "日期不能晚于今天。", field="day")
    for household in households:
        if household.applications.open().exists():
            raise Refused("case_open", f"{household.head.name}一家还有一件正在办理的申请，请先办结。")
