"""Cases at every stage and a month paid out, made by the office's own acts; shared by the tests of several apps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import Area, User
from apps.accounts.roles import Level, Role
from apps.applications import actions
from apps.applications.actions.assessing import content_digest, preview_case
from apps.applications.expected import papers_missing
from apps.applications.models import (
    Application,
    Applied,
    CheckScope,
    Delegation,
    Document,
    DocumentKind,
    Lead,
    LeadSource,
    Objection,
    Outcome,
    RefusalGround,
    RevocationGround,
)
from apps.applications.tests.papers import picture
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import calculate_chunk, confirm_month, finish_if_complete, open_month
from apps.awards.models import MonthRun
from apps.awards.tests import factories as awards
from apps.core.models import OfficeDate
from apps.eligibility.facts import family_of
from apps.eligibility.policy.enums import AreaKind, AssetKind, IncomeKind, Relation
from apps.households.actions import propose_account
from apps.households.family import AccountEntry, Family, FinancialAssetEntry, IncomeEntry, MemberEntry
from apps.households.models import BankAccount, Household, PayeeKind
from apps.payments import actions as money
from apps.payments.enums import BatchState
from apps.payments.models import Batch
from apps.payments.simulator import reply
from apps.payments.tests.office import MONEY, all_cleared, declared, funded

HIRED = date(2021, 11, 1)
OPENED = date(2024, 5, 20)
POSTED = date(2024, 5, 21)
ENDS = date(2024, 5, 28)  # the seventh day after posting, a Tuesday
DECIDED = date(2024, 5, 29)
REVOKED_ON = date(2024, 5, 31)
PAY_DAY = date(2024, 6, 3)
JUNE = date(2024, 6, 1)

member = awards.member


@dataclass
class Office(awards.Office):
    """The county, two townships with a village each, and somebody at every desk."""

    village: Area
    other_village: Area
    colleague: User
    second_reviewer: User
    other_leader: User
    admin: User
    security: User
    assistant: User
    deputy: User

    def desk(self, role: Role) -> User:
        """Who holds the post: in the first township, or at the bureau."""
        return {
            Role.CASEWORKER: self.caseworker,
            Role.TOWNSHIP_LEADER: self.leader,
            Role.REVIEWER: self.reviewer,
            Role.BUREAU_CHIEF: self.chief,
            Role.PAYMENTS_MAKER: self.maker,
            Role.PAYMENTS_CHECKER: self.checker,
            Role.AUDITOR: self.auditor,
            Role.SYSTEM_ADMIN: self.admin,
            Role.SECURITY_ADMIN: self.security,
            Role.ASSISTANT: self.assistant,
        }[role]

    def elsewhere(self) -> "Office":
        """The same office with the other township in the first's place: its cases are foreign to the first."""
        return replace(
            self,
            town=self.other_town,
            other_town=self.town,
            village=self.other_village,
            other_village=self.village,
            caseworker=self.stranger,
            stranger=self.caseworker,
            leader=self.other_leader,
            other_leader=self.leader,
        )


def office(on: date = OPENED) -> Office:
    """The office on a day."""
    base = awards.office()
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": on})
    system = User.objects.system()
    with act(Verb.LOAD_AREAS, acting_user=system, on=HIRED):
        villages = [
            Area.objects.create(code=code, name=name, level=Level.VILLAGE, kind=Area.Kind.COMMUNITY, parent=parent)
            for code, name, parent in (
                ("220281100001", "站前社区", base.town),
                ("220281101001", "天北社区", base.other_town),
            )
        ]
    with act(Verb.APPOINT, acting_user=system, on=HIRED):
        return Office(
            **base.__dict__,
            village=villages[0],
            other_village=villages[1],
            colleague=awards.official("colleague", Role.CASEWORKER, base.town),
            second_reviewer=awards.official("second_reviewer", Role.REVIEWER, base.county),
            other_leader=awards.official("other_leader", Role.TOWNSHIP_LEADER, base.other_town),
            admin=awards.official("admin", Role.SYSTEM_ADMIN, base.county),
            security=awards.official("security", Role.SECURITY_ADMIN, base.county),
            assistant=awards.official("assistant", Role.ASSISTANT, villages[0]),
            deputy=awards.official("deputy", Role.TOWNSHIP_LEADER, base.town),
        )


def account_number_of(head: MemberEntry) -> str:
    """A passbook number of their own for every family."""
    return f"0432{head.number.text[6:17]}"


def the_zhaos(o: Office, *, wage_fen: int = 1_080_000, name: str = "赵甲", on: date = OPENED) -> Family:
    """A wage earner, a child of twelve, a wife with a grade 2 disability, in a community of the township.

    Standard 560 in town: 560 × 3 − 10800 ÷ 12 = 780; minor 280; disability 336: 1396.00 a month.
    """
    head = member(name, date(1985, 1, 1), phone="13900001234")
    return Family(
        area_kind=AreaKind.URBAN,
        members=(
            head,
            member(f"{name}子", date(2012, 5, 1), Relation.CHILD),
            member(f"{name}妻", date(1986, 1, 1), Relation.SPOUSE, grade=2),
        ),
        village=o.village,
        address="和平街 1 号",
        incomes=(IncomeEntry(0, IncomeKind.WAGE, wage_fen, "工资流水"),),
        financial_assets=(FinancialAssetEntry(AssetKind.DEPOSIT, 200_000),),
        other_assets=(),
        account=AccountEntry(PayeeKind.HEAD, 0, "蛟河农商银行", account_number_of(head)),
        consent_on=on,
        near_relative_of="",
    )


def drafted(o: Office, name: str = "赵甲") -> Application:
    """An open draft with something typed into it."""
    case = actions.open_application(o.town, acting_user=o.caseworker, on=OPENED)
    typed = {"family": {"address": "和平街"}}
    return actions.save_draft(case, typed, applicant_name=name, acting_user=o.caseworker, on=OPENED)


def submitted(o: Office, family: Family | None = None) -> Application:
    """A complete application waiting to be accepted."""
    family = family or the_zhaos(o)
    return actions.submit(drafted(o, family.head.name), family=family, acting_user=o.caseworker, on=OPENED)


def returned(o: Office, family: Family | None = None) -> Application:
    """Given back to be completed."""
    case = submitted(o, family)
    return actions.return_for_correction(case, reason="缺工资流水", acting_user=o.caseworker, on=OPENED)


def accepted(o: Office, family: Family | None = None) -> Application:
    """The clocks run."""
    return actions.accept(submitted(o, family), acting_user=o.caseworker, on=POSTED)


def checked(case: Application, *, acting_user: User, on: date = POSTED) -> Application:
    """Every office has answered: nothing beyond what the family told."""
    request = actions.request_check(case, acting_user=acting_user, on=on)
    actions.answer_rest(request, source_office="信息核对平台", as_of=on, acting_user=acting_user, on=on)
    return Application.objects.get(pk=case.pk)


def found(
    case: Application, scope: CheckScope, amount_fen: int | None, *, acting_user: User, on: date = POSTED
) -> Application:
    """An office tells of something the head has."""
    request = case.check_requests.latest("pk")
    given = {"person": case.household.head, "scope": scope, "outcome": Outcome.FOUND, "amount_fen": amount_fen}
    actions.answer_check(request, **given, source_office="吉林银行", as_of=on, acting_user=acting_user, on=on)
    return Application.objects.get(pk=case.pk)


def appraised(case: Application, *, acting_user: User, on: date = POSTED) -> Application:
    """The neighbours find it true."""
    actions.hold_appraisal(
        case,
        held_on=on,
        place="站前社区活动室",
        participants="周一、吴二、郑三、王四、冯五",
        votes_for=5,
        votes_against=0,
        conclusion="情况属实。",
        acting_user=acting_user,
        on=on,
    )
    return Application.objects.get(pk=case.pk)


def plain(case: Application, *, near_relative: bool | None = False) -> Application:
    """With the question about near relatives answered, as the intake form does."""
    with act(Verb.SUBMIT, acting_user=case.opened_by, on=OPENED, subject=case):
        Application.objects.filter(pk=case.pk).update(near_relative=near_relative)
    return Application.objects.get(pk=case.pk)


def delegated(o: Office, scheme: Applied = Applied.DIBAO, *, since: date = OPENED) -> Delegation:
    """The first township confirms by itself."""
    return actions.delegate(
        o.town, scheme=scheme, since=since, document="蛟民发〔2024〕12号", acting_user=o.chief, on=since
    )


def objected(o: Office, case: Application, *, on: date = POSTED) -> Objection:
    """A neighbour says something against the notice."""
    given = {"raised_on": on, "raised_by": "邻居", "text": "他家另有门面房出租。"}
    return actions.raise_objection(case, **given, acting_user=o.caseworker, on=on)


def spot_checked(o: Office, case: Application, *, on: date = DECIDED, agrees: bool = True) -> Application:
    """Drawn and visited by the bureau."""
    actions.draw_spot_check(acting_user=o.chief, on=on)
    check = case.spot_checks.filter(sampled=True).latest("pk")
    given = {"visited_on": on, "agrees": agrees, "findings": "入户看过。"}
    actions.record_spot_check(check, **given, acting_user=o.second_reviewer, on=on)
    return Application.objects.get(pk=case.pk)


def visit(case: Application, *, acting_user: User, on: date = POSTED, **told: Any) -> Application:
    """Two investigators at the door."""
    given = {
        "visited_on": on,
        "second_investigator": "村协理员",
        "family_member_present": "赵甲",
        "agrees": True,
        "findings": "情况与申报一致。",
        "signed": True,
    }
    return actions.investigate(case, **{**given, **told}, acting_user=acting_user, on=on)


def looked_into(case: Application, *, acting_user: User, on: date = POSTED, **told: Any) -> Application:
    """Checked, found true by the neighbours, and visited."""
    case = checked(case, acting_user=acting_user, on=on)
    return visit(appraised(case, acting_user=acting_user, on=on), acting_user=acting_user, on=on, **told)


def investigated(o: Office, family: Family | None = None) -> Application:
    """Checked, visited and appraised."""
    case = visit(checked(accepted(o, family), acting_user=o.caseworker), acting_user=o.caseworker)
    return appraised(case, acting_user=o.caseworker)


def proposed(o: Office, family: Family | None = None) -> Application:
    """With the township's signature."""
    return actions.propose(investigated(o, family), agrees=True, text="拟同意。", acting_user=o.leader, on=POSTED)


def publicised(o: Office, family: Family | None = None) -> Application:
    """On the wall since 2024-05-21."""
    return actions.post_notice(proposed(o, family), place="公示栏", acting_user=o.caseworker, on=POSTED)


def seen_by_reviewer(case: Application, on: date = DECIDED) -> str:
    """The digest of the answer the reviewer has on the screen."""
    outcome = preview_case(case, on=on)
    assert outcome is not None
    return content_digest(outcome.to_json())


def low_income(o: Office, name: str = "郑八") -> Application:
    """Two people between one and two standards (560 × 2 × 12 = 13440, twice that 26880): recognised, not paid."""
    family = the_zhaos(o, wage_fen=2_000_000, name=name)
    return confirmed(o, replace(family, members=family.members[:2]))


def confirmed(o: Office, family: Family | None = None) -> Application:
    """Confirmed the day after the notice ended: an award from June."""
    case = publicised(o, family)
    return actions.confirm(case, seen=seen_by_reviewer(case), acting_user=o.reviewer, on=DECIDED)


def reviewed(o: Office, household: Household, family: Family, on: date) -> Application:
    """Examined again on that day with what it tells now, and confirmed the day after the notice."""
    case = actions.start_review(household, sections={}, acting_user=o.caseworker, on=on)
    case = actions.submit(case, family=family, acting_user=o.caseworker, on=on)
    case = checked(actions.accept(case, acting_user=o.caseworker, on=on), acting_user=o.caseworker, on=on)
    case = visit(case, acting_user=o.caseworker, on=on)
    case = actions.propose(case, agrees=True, text="情况变化。", acting_user=o.leader, on=on)
    case = actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=on)
    day = case.notice_ends_on + timedelta(days=1)
    return actions.confirm(case, seen=seen_by_reviewer(case, day), acting_user=o.reviewer, on=day)


def refused(o: Office, family: Family | None = None) -> Application:
    """Refused with a ground."""
    case = publicised(o, family)
    return actions.refuse(case, ground=RefusalGround.UNTRUE, text="隐瞒工资收入。", acting_user=o.reviewer, on=DECIDED)


def withdrawn(o: Office, family: Family | None = None) -> Application:
    """Ended at the applicant's wish."""
    return actions.withdraw(submitted(o, family), reason="本人要求撤回", acting_user=o.caseworker, on=OPENED)


def revoked(o: Office, family: Family | None = None) -> Application:
    """Confirmed, found to be wrong two days later by the township, taken back by the chief."""
    paper = actions.propose_revocation(
        confirmed(o, family),
        ground=RevocationGround.UNTRUE,
        text="隐瞒一辆营运货车。",
        acting_user=o.caseworker,
        on=REVOKED_ON,
    )
    return actions.revoke(paper, acting_user=o.chief, on=REVOKED_ON).application


AT: dict[State, Callable[[Office], Application]] = {
    State.DRAFT: drafted,
    State.SUBMITTED: submitted,
    State.RETURNED: returned,
    State.ACCEPTED: accepted,
    State.INVESTIGATED: investigated,
    State.PROPOSED: proposed,
    State.PUBLICISED: publicised,
    State.CONFIRMED: confirmed,
    State.REFUSED: refused,
    State.WITHDRAWN: withdrawn,
    State.REVOKED: revoked,
}


def noticed(o: Office, name: str = "吴老伯") -> Lead:
    """A family somebody noticed before it asked."""
    told = {"phone": "13900001234", "circumstances": "独居，房顶漏雨。", "source": LeadSource.VISIT}
    return actions.report_lead(o.village, name=name, **told, acting_user=o.caseworker, on=OPENED)


def with_all_papers(case: Application) -> Application:
    """Every paper its declaration calls for has been handed in; nobody opens them here."""
    missing = papers_missing(family_of(case.declaration), case.documents.standing())
    given = {"content_type": "image/jpeg", "sha256": "0" * 64, "size": 1, "uploaded_by": case.opened_by}
    with act(Verb.ATTACH_DOCUMENT, acting_user=case.opened_by, on=OPENED, subject=case):
        Document.objects.bulk_create(
            Document(application=case, kind=paper.kind, member=paper.member, uploaded_on=OPENED, **given)
            for paper in missing
        )
    return case


def with_paper(o: Office, case: Application) -> Document:
    """A photographed identity card handed in with an open case."""
    files = [("身份证.jpg", picture())]
    kind = DocumentKind.IDENTITY
    (document,) = actions.attach(case, files=files, kind=kind, acting_user=o.caseworker, on=OPENED)
    return document


def change_account(household: Household, number: str, *, acting_user: User, on: date = PAY_DAY) -> BankAccount:
    """The family brings another passbook."""
    entry = AccountEntry(PayeeKind.HEAD, 0, "吉林银行", number)
    return propose_account(household, entry=entry, holder=household.head, acting_user=acting_user, on=on)


def calculated(o: Office, month: date = JUNE) -> MonthRun:
    """The month's work done in this process."""
    run = open_month(month, acting_user=o.maker, on=PAY_DAY)
    for chunk in run.chunks.all():
        calculate_chunk(chunk.pk, acting_user=o.maker, on=PAY_DAY)
    finish_if_complete(run.pk, acting_user=o.maker, on=PAY_DAY)
    return MonthRun.objects.get(pk=run.pk)


def batch_at(o: Office, state: BatchState, failing: dict[Any, str] | None = None) -> Batch:
    """June's batch, brought by three people as far as wanted."""
    run = confirm_month(calculated(o), acting_user=o.checker, on=PAY_DAY)
    batch = money.draw_up(run, acting_user=o.maker, on=PAY_DAY)
    way = {
        BatchState.FROZEN: lambda b: money.freeze(b, **declared(b), acting_user=o.maker, on=PAY_DAY),
        BatchState.APPROVED: lambda b: _approved(o, b),
        BatchState.SEALED: lambda b: money.release(b, acting_user=o.chief, on=PAY_DAY),
        BatchState.SUBMITTED: lambda b: _to_the_bank(o, b),
        BatchState.RECONCILED: lambda b: _answered(o, b, failing or {}),
    }
    for reached, step in way.items():
        if batch is None or batch.state == state:
            break
        batch = step(batch)
        assert batch.state == reached
    assert batch is not None
    return batch


def _approved(o: Office, batch: Batch) -> Batch:
    all_cleared(batch, o.checker, o.chief, PAY_DAY)
    funded(o, MONEY, document=f"指标{batch.number}", on=PAY_DAY)
    return money.approve(batch, content_sha256=batch.content_sha256, acting_user=o.checker, on=PAY_DAY)


def _to_the_bank(o: Office, batch: Batch) -> Batch:
    money.download(batch, reason="送交银行代发", acting_user=o.maker, on=PAY_DAY)
    return money.submit(batch, acting_user=o.maker, on=PAY_DAY)


def _answered(o: Office, batch: Batch, failing: dict[Any, str]) -> Batch:
    content = reply(batch.bank_file.content(), on=PAY_DAY, failing=failing)
    money.import_return(batch, content=content, acting_user=o.maker, on=PAY_DAY)
    return Batch.objects.get(pk=batch.pk)


def paid(o: Office, failing: dict[Any, str] | None = None) -> Batch:
    """The bank has answered: everything went through, but for the lines that fail."""
    return batch_at(o, BatchState.RECONCILED, failing)


@contextmanager
def undone(blocker: Any = None) -> Iterator[None]:
    """Whatever is written inside is rolled back: for fixtures of a whole module, and the tests between."""
    if blocker is not None:
        with blocker.unblock(), undone():
            yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
