"""Taking a family in: draft, sections, submission."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db.models import Max

from apps.accounts.models import Area, User
from apps.accounts.roles import require
from apps.applications.actions.moving import count_deadline, moving
from apps.applications.models import Application, Applied, Cause, Kind, Promise
from apps.applications.transitions import OPEN, State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.actions import digest
from apps.eligibility.policy.enums import Scheme
from apps.households.actions import declare, open_household, propose_account, update_household
from apps.households.family import AccountEntry, Family, MemberEntry
from apps.households.models import AccountState, Household, Person

SECTIONS = ("family", "members", "support", "incomes", "property", "expenses", "account", "consent")
# Which open page saved a section last, kept with the draft.
DESKS = "desks"
EDITABLE = (State.DRAFT, State.RETURNED)


def open_application(township: Area, *, acting_user: User, on: date, scheme: Applied = Applied.DIBAO) -> Application:
    """Open an empty draft in a township."""
    require(acting_user, Verb.OPEN_APPLICATION, on=on, area=township)
    with act(Verb.OPEN_APPLICATION, acting_user=acting_user, on=on, area=township):
        return new_case(township, acting_user=acting_user, on=on, scheme=scheme, kind=Kind.NEW)


def start_review(
    household: Household,
    *,
    sections: dict[str, Any],
    acting_user: User,
    on: date,
    cause: Cause = Cause.PERIODIC,
    follows: Application | None = None,
    because: "Because | None" = None,
) -> Application:
    """Open the re-examination of a household on benefit, its draft filled with what is on file.

    ``cause`` says why, ``because`` with which particulars, ``follows`` which earlier case is taken up again.

    Refused("nothing_to_review") without a running award, Refused("case_open") when another case is open.
    """
    require(acting_user, Verb.START_REVIEW, on=on, area=household.township)
    with act(Verb.START_REVIEW, acting_user=acting_user, on=on, subject=household):
        household = (
            Household.objects.select_for_update(of=("self",)).select_related("township", "head").get(pk=household.pk)
        )
        running = set(household.awards.standing(Month.of(on).first()).values_list("scheme", flat=True))
        if not running:
            raise Refused("nothing_to_review", "这个家庭目前没有在享待遇，请走新申请。")
        if household.applications.filter(state__in=OPEN).exists():
            raise Refused("case_open", "这个家庭已有一件正在办理的申请，请先办结。")
        application = new_case(
            household.township, acting_user=acting_user, on=on, scheme=_examined_as(running), kind=Kind.REVIEW
        )
        application.household, application.village = household, household.village
        application.applicant_name = household.head.name
        application.cause, application.follows = cause, follows
        for name, value in asdict(because or Because()).items():
            setattr(application, name, value)
        application.set_draft(sections)
        count_deadline(application)
        application.save()
        return application


def _examined_as(running: set[str]) -> Applied:
    """As what a family on benefit is examined again: by its own procedure where all it receives is of one kind."""
    alone = {frozenset({Scheme.TEKUN}): Applied.TEKUN, frozenset({Scheme.DIBAO_SINGLE}): Applied.DIBAO_SINGLE}
    return alone.get(frozenset(running), Applied.DIBAO)


@dataclass(frozen=True)
class Because:
    """What a review is held for, stored with the case: since when, what it corrects, settled by when."""

    cause_note: str = ""
    changed_on: date | None = None
    corrects_id: int | None = None
    settle_by: date | None = None
    merges_id: int | None = None


def true_since(case: Application, *, on: date) -> date:
    """The day from which what a case declares is true: of a change its day, of a correction that of what was wrong.

    Never before the facts on file: a death is often found after the dead were declared once more.
    """
    if case.corrects is not None:
        return case.corrects.effective_on
    if case.changed_on is None or case.household is None:
        return on
    latest = case.household.declarations.aggregate(day=Max("effective_on"))["day"]
    return max(case.changed_on, latest or case.changed_on)


def new_case(township: Area, *, acting_user: User, on: date, scheme: Applied, kind: Kind) -> Application:
    """An empty draft with the next number of its township and year; inside the act that opens it."""
    Area.objects.select_for_update().get(pk=township.pk)
    prefix = f"{township.code[:9]}{on:%y}"
    last = Application.objects.filter(number__startswith=prefix).order_by("-number").values_list("number", flat=True)
    following = int(last[0][len(prefix) :]) + 1 if last else 1
    return Application.objects.create(
        uuid=uuid4(),
        number=f"{prefix}{following:06d}",
        kind=kind,
        scheme=scheme,
        township=township,
        handler=acting_user,
        opened_by=acting_user,
        opened_on=on,
    )


def save_draft(
    application: Application,
    sections: Mapping[str, Any],
    *,
    seen: Mapping[str, str] | None = None,
    desk: str = "",
    applicant_name: str = "",
    scheme: Applied | None = None,
    acting_user: User,
    on: date,
) -> Application:
    """Keep sections of the draft as they were typed, right or wrong; sealed.

    ``seen`` holds the ``section_digest`` of each section as the page showed it, ``desk`` the open page that saves:
    Refused("draft_changed") when another page saved one of them since. Refused("not_a_draft") once it is submitted.
    """
    require(acting_user, Verb.SAVE_DRAFT, on=on, area=application.township)
    if unknown := set(sections) - set(SECTIONS):
        raise ValueError(f"no such sections: {unknown}")
    with act(Verb.SAVE_DRAFT, acting_user=acting_user, on=on, subject=application, sections=sorted(sections)):
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if locked.state not in EDITABLE:
            raise Refused("not_a_draft", "这件申请已经提交，不能再改；需要更改请先退回补正。")
        stored = locked.draft()
        desks = stored.get(DESKS, {})
        for name in sections if seen is not None else ():
            if desks.get(name) != desk and seen.get(name) != section_digest(stored.get(name)):
                raise Refused("draft_changed", "您填写期间，同一节刚由别人保存过。请核对后再保存一次，以您填的为准。")
        locked.set_draft({**stored, **sections, DESKS: {**desks, **dict.fromkeys(sections, desk)}})
        if applicant_name:
            locked.applicant_name = applicant_name
        locked.scheme = scheme or locked.scheme
        locked.save()
        return locked


def section_digest(data: Any) -> str:
    """By which a page recognises that a section is still as it showed it; an empty section equals an absent one."""
    return digest(data or {})[:16]


def submit(application: Application, *, family: Family, acting_user: User, on: date) -> Application:
    """Submit a complete draft: persons, household, declaration, promises and account are written down together.

    What a change or correction declares is true since the day of the change, or of what it corrects.
    Refused("incomplete") naming what is missing; Refused("head_changed") when a review names another head though the
    old one still belongs to the family; Refused("member_died") when somebody named has died;
    Refused("foreign_person") when a member without an identity number does not belong to the reviewed household.
    """
    if missing := missing_of(family):
        raise Refused("incomplete", f"还不能提交，尚缺：{'、'.join(missing)}。", missing=missing)
    with moving(application, Verb.SUBMIT, acting_user=acting_user, on=on) as case:
        _known_members_only(case, family, on=on)
        since = true_since(case, on=on)
        household = _file(case, family, since, acting_user=acting_user, on=on)
        if household.applications.filter(state__in=OPEN).exclude(pk=case.pk).exists():
            raise Refused("case_open", "这个家庭已有一件正在办理的申请，请先办结那一件。")
        case.household, case.village = household, household.village
        case.applicant_name = household.head.name
        case.declaration = declare(
            household, family, effective_on=since, corrects=case.corrects, acting_user=acting_user, on=on
        )
        _write_promises(case, family, on=on)
        case.near_relative, case.near_relative_of = bool(family.near_relative_of), family.near_relative_of or ""
        _propose_account(household, family, acting_user=acting_user, on=on)
        case.submitted_by, case.submitted_on = acting_user, on
        case.return_reason = ""
    return case


def _write_promises(case: Application, family: Family, *, on: date) -> None:
    names = family.names()
    Promise.objects.bulk_create(
        Promise(application=case, declaration=case.declaration, fact=one.fact, why=one.why, by=names[one.member], on=on)
        for one in family.promises
    )


def _file(case: Application, family: Family, since: date, *, acting_user: User, on: date) -> Household:
    """The file in line with what is declared: of a review its own, of a new case found by its head or opened."""
    doing: dict[str, Any] = {"acting_user": acting_user, "on": on}
    if case.kind == Kind.REVIEW and case.household is not None:
        return update_household(case.household, family=family, effective_on=since, **doing)
    begun = case.household if _opened_by_this(case) else None
    household = open_household(family, township=case.township, begun=begun, **doing)
    if case.household_id and case.household_id != household.pk:
        raise Refused("head_changed", "户主须与原档案一致；户主变更请另行办理。", field="members")
    return household


def _opened_by_this(case: Application) -> bool:
    """Whether the family's file exists only because of this application: then its head may still be corrected."""
    if case.kind != Kind.NEW or case.household is None:
        return False
    return not case.household.applications.exclude(pk=case.pk).exists() and not case.household.decisions.exists()


def _known_members_only(case: Application, family: Family, *, on: date) -> None:
    named = {member.person_id for member in family.members if member.number is None}
    if not named:
        return
    mine = set()
    if case.household is not None:
        mine = set(case.household.memberships.filter(since__lte=on).values_list("person_id", flat=True))
    if not named <= mine:
        raise Refused("foreign_person", "名单中有人不在这个家庭的档案里，请按身份证号重新添加。", field="members")


def missing_of(family: Family) -> list[str]:
    """What a submission still lacks, in the order of the form (for the pre-check and the one-time notice)."""
    asked = {
        "村（社区）": family.village,
        "家庭成员": family.members or None,
        "收入（有或没有）": family.incomes,
        "金融资产（有或没有）": family.financial_assets,
        "车辆、房产（有或没有）": family.other_assets,
        "收款账户": family.account or family.keeps_account or None,
        "核对授权书签字": family.consent_on,
        "是否经办人员近亲属": family.near_relative_of,
    }
    return [label for label, answer in asked.items() if answer is None]


def _propose_account(household: Household, family: Family, *, acting_user: User, on: date) -> None:
    entry = family.account
    if entry is None or _is_in_use(household, entry):
        return
    propose_account(
        household, entry=entry, holder=_holder(family.members[entry.holder]), acting_user=acting_user, on=on
    )


def _holder(member: MemberEntry) -> Person:
    if member.number is None:
        return Person.objects.get(pk=member.person_id)
    return Person.objects.with_id_number(member.number).get()


def _is_in_use(household: Household, entry: AccountEntry) -> bool:
    account = household.accounts.filter(state=AccountState.APPROVED).first()
    return account is not None and account.full_number() == entry.number
