"""What reaches a page starts from what the user may see: every model with an area, every desk."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import ADMINISTRATORS, SEES_NO_FAMILY, Role
from apps.applications.actions import pause_clock, propose_interruption, propose_relocation
from apps.applications.enums import PauseReason
from apps.applications.models import Interruption, InterruptionKind, Lead, SavedFilter, SpotCheckDraw
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.actions import start_what_if
from apps.awards.models import Chunk, Look, MonthRun, Recognition, SetAside, WhatIf
from apps.core.month import Month
from apps.eligibility.models import ParameterChange, ParameterValue
from apps.eligibility.policy.enums import Category
from apps.eligibility.tests.builders_standards import value
from apps.households.actions import record_work_refusal
from apps.households.models import Household, Person, Relocation
from apps.partners.models import Certificate, Client, Delivery, Disclosure, Grant, Partner, Webhook
from apps.partners.tests.scene import alert_about, referral_of
from apps.payments import actions as money
from apps.payments.enums import InstructionState, LimitKind, RecalculationGround, ReturnOutcome
from apps.payments.examination import look_through
from apps.payments.models import (
    AgencyBank,
    Appropriation,
    Backdating,
    BankFile,
    BankStatement,
    Batch,
    Correction,
    CorrectionLine,
    Difference,
    Finding,
    FundEntry,
    Handout,
    Instruction,
    LateReturn,
    LedgerTransaction,
    Limit,
    PriceIndex,
    ReturnAlarm,
    ReturnFile,
    Settlement,
    SharedAccount,
    Signature,
    SubsidyRun,
)
from apps.payments.tests import course
from apps.reports.actions import freeze_figures, record_figures
from apps.reports.enums import Source
from apps.reports.given import Given
from apps.reports.models import FrozenMonth
from apps.takeover.models import ParallelLine, ParallelMonth, RegisterUpload
from apps.takeover.tests import factories as takeover

# What the county keeps: months, rehearsals and batches belong to no township.
THE_COUNTYS = {MonthRun, Chunk, WhatIf, Batch, BankFile, ReturnFile, SpotCheckDraw}
THE_COUNTYS |= {Look, SetAside}
# So is the money, what is decided about a batch, and what the bank says to it.
THE_COUNTYS |= {Appropriation, FundEntry, Limit, AgencyBank, SharedAccount}
THE_COUNTYS |= {PriceIndex, SubsidyRun}
THE_COUNTYS |= {BankStatement, LedgerTransaction}
THE_COUNTYS |= {Signature, Finding, Handout, Settlement, LateReturn, ReturnAlarm}
THE_COUNTYS |= {RegisterUpload, ParallelMonth, ParallelLine}
# The law of the office is public: whoever is logged in reads it.
PUBLIC = {ParameterChange, ParameterValue}
# Everybody's own (apps/applications/tests/test_worklist_filters.py).
OWN = {SavedFilter}
# That the county counted a month is no secret; what it counted is the townships'.
COUNTED = {FrozenMonth}
# The door for programs: whoever keeps or audits it (apps/partners/tests/test_pages.py).
OF_THE_DOOR = {Partner, Client, Grant, Certificate, Disclosure, Webhook, Delivery}
# Seen by other rules, each with a test of its own below.
BY_OTHER_RULES = {Area, User, Posting, Record, Relocation, *PUBLIC, *OWN, *COUNTED, *OF_THE_DOOR}
# A proxy has no manager of its own (apps/core/tests/test_transitions.py).
SCOPED = sorted(
    (
        m
        for m in apps.get_models()
        if hasattr(m._default_manager, "visible_to") and m not in BY_OTHER_RULES and not m._meta.proxy
    ),
    key=lambda model: model._meta.label,
)
by_model = pytest.mark.parametrize("model", SCOPED, ids=lambda m: m.__name__)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    """A family in each township, taken in, confirmed and paid, and what followed; a draft that would give both more."""
    with f.undone(django_db_blocker):
        o = f.office()
        takeover.both_townships(o)
        on_benefit = [(side, f.confirmed(side).household) for side in (o, o.elsewhere())]
        f.low_income(o)
        f.low_income(o.elsewhere(), "郑九")
        for side in (o, o.elsewhere()):
            case, by = (
                f.accepted(side, f.the_zhaos(side, name="李戊")),
                {"acting_user": side.caseworker, "on": f.POSTED},
            )
            pause_clock(case, reason=PauseReason.CHECK, text="", **by)
        for desk in (o, o.elsewhere()):
            f.noticed(desk)
            f.with_paper(desk, f.submitted(desk, f.the_zhaos(desk, name="吴己")))
        f.paid(o)
        freeze_figures(MonthRun.objects.get(), acting_user=User.objects.system(), on=f.PAY_DAY)
        for side in (o, o.elsewhere()):
            f.objected(side, f.publicised(side, f.the_zhaos(side, name="钱乙")))
        at_the_bank(o)
        course.adopted(o, "500", start=f.JUNE, on=f.PAY_DAY)
        look_through()
        for side, household in on_benefit:
            happened_to(side, household)
            put_right(side, household)
        f.actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED)
        july = date(2024, 7, 1)
        draft = start_what_if([value("600")], start=july, month=july, acting_user=o.chief, on=f.PAY_DAY)
        f.awards.rehearsed(draft, on=f.PAY_DAY)
        with act(Verb.OPEN_MONTH, acting_user=o.maker, on=f.PAY_DAY):
            run = MonthRun.objects.create(month=july, started_by=o.maker, started_on=f.PAY_DAY, units=1, law_digest="")
            told = {"cause": "FACTS", "reason": "待遇资料不完整", "begun_by": o.maker}
            SetAside.objects.create(run=run, award=on_benefit[0][1].awards.get(), **told)
            Look.objects.create(run=run, award=on_benefit[1][1].awards.get(), user=o.reviewer, on=f.PAY_DAY)
        for desk in (o, o.elsewhere()):
            after.everything(desk)
            f.delegated(desk)
        yield o


def happened_to(o: f.Office, household: Household) -> None:
    """The family on benefit is recognised as something too, is to be suspended, and turned work down."""
    today = {"acting_user": o.caseworker, "on": f.PAY_DAY}
    with act(Verb.DECIDE_AWARD, acting_user=o.reviewer, on=f.PAY_DAY):
        decision = household.decisions.get()
        Recognition.objects.create(
            household=household, category=Category.LOW_INCOME, decision=decision, since=f.PAY_DAY
        )
    propose_interruption(household, kind=InterruptionKind.SUSPEND, ground="NOT_FOUND", reason="多次入户无人", **today)
    offer = {"offered_on": f.PAY_DAY, "offered_by": "劳动保障所", "work": "保洁", "why_no_good_reason": "无病无残"}
    record_work_refusal(household, person=household.head, **offer, **today)
    referral_of(household, o.caseworker, f.PAY_DAY)
    alert_about(household.head, f.PAY_DAY)


def at_the_bank(o: f.Office) -> None:
    """What the bureau keeps of money beside its batch: limits, accounts, banks, and what went wrong with the bank."""
    by, maker = {"acting_user": o.chief, "on": f.PAY_DAY}, {"acting_user": o.maker, "on": f.PAY_DAY}
    money.propose_limit(kind=LimitKind.CAP, amount_fen=5_000_00, since=f.PAY_DAY, document="蛟民发〔2024〕3号", **by)
    bank = {"bank": "JLBK", "name": "吉林银行", "layout": AgencyBank.objects.on(f.PAY_DAY).layout}
    money.propose_agency(**bank, since=date(2024, 7, 1), ground="合同到期", **by)
    home = {"number": "6217000010001299999", "holder": "蛟河市福利院", "ground": "集中供养"}
    money.propose_shared_account(**home, until=date(2024, 12, 31), **maker)
    money.enter_statement(f.PAY_DAY, paid_out_fen=1, paid_in_fen=0, **maker)
    arrived, other = Instruction.objects.filter(state=InstructionState.PAID).order_by("pk")[:2]
    money.propose_late_return(arrived, code="52", returned_on=f.PAY_DAY, ground="银行退票通知1号", **maker)
    by_whom = {"proposed_by": o.maker, "proposed_on": f.PAY_DAY}
    with act(Verb.PROPOSE_SETTLEMENT, **maker):
        told = {"code": "00", "outcome": InstructionState.PAID, "settled_on": f.PAY_DAY, "evidence": "银行回单"}
        Settlement.objects.create(instruction=other, **told, **by_whom)
    with act(Verb.IMPORT_RETURN, **maker):
        file = ReturnFile(batch=other.batch, sha256="1" * 64, outcome=ReturnOutcome.REJECTED, errors=["多出一笔"])
        file.line_count, file.imported_by, file.imported_on = 1, o.maker, f.PAY_DAY
        file.set_content("多出一笔".encode())
        file.save()
        raised = {"sha256": file.sha256, "lines": [], "raised_by": o.maker, "raised_on": f.PAY_DAY}
        ReturnAlarm.objects.create(batch=file.batch, return_file=file, **raised)
    prices_rose(o)


def prices_rose(o: f.Office) -> None:
    """May's prices, published in June, owe everybody on June's roll a subsidy."""
    told = {"month": date(2024, 5, 1), "cpi": Decimal("4.2"), "food": Decimal("6.5"), "document": "吉调字〔2024〕6号"}
    told |= {"document_on": f.PAY_DAY, "published_on": f.PAY_DAY, "on": f.PAY_DAY}
    index = money.propose_price_index(**told, acting_user=o.chief)
    money.approve_proposal(index, acting_user=o.checker, on=f.PAY_DAY)
    run = money.start_subsidy(index, acting_user=o.maker, on=f.PAY_DAY)
    money.confirm_subsidy(run, acting_user=o.checker, on=f.PAY_DAY)


def put_right(o: f.Office, household: Household) -> None:
    """June was paid by a standard that was too high: owed back; and a decision is reckoned back to an earlier day."""
    differences = Difference.objects.filter(household=household)
    told = {"text": "标准文件晚到。", "on": f.PAY_DAY}
    correction = money.propose_correction(differences, **told, acting_user=o.caseworker)
    money.confirm_correction(correction, acting_user=o.chief, on=f.PAY_DAY)
    with act(Verb.CORRECT_FILE, acting_user=o.reviewer, on=f.PAY_DAY, subject=household):
        Backdating.objects.create(
            household=household,
            ground=RecalculationGround.LATE,
            since=f.JUNE,
            until=f.JUNE,
            reckoned_on=f.OPENED,
            declaration=household.declarations.latest("pk"),
            decision=household.decisions.latest("pk"),
        )


@pytest.fixture
def o(shared: f.Office) -> Iterator[f.Office]:
    with f.undone():
        for user in User.objects.all():
            user.__dict__.pop("_postings", None)
        yield shared


def seen(model: type[models.Model], user: User) -> set[Any]:
    """Ids of what a user sees, asked with fresh postings."""
    return set(model._default_manager.visible_to(User.objects.get(pk=user.pk)).values_list("pk", flat=True))  # type: ignore[attr-defined]


def everything(model: type[models.Model]) -> set[Any]:
    return set(model._default_manager.values_list("pk", flat=True))


def posted(o: f.Office, *posts: tuple[Area, Role]) -> User:
    with act(Verb.APPOINT, acting_user=o.admin, on=f.OPENED):
        user = User.objects.create(username="new", name="新来的", password="!")
        for area, role in posts:
            Posting.objects.create(user=user, area=area, role=role, since=f.HIRED)
    return user


@by_model
def test_without_a_post_nothing_is_seen(o: f.Office, model: type[models.Model]) -> None:
    assert everything(model)
    assert seen(model, posted(o)) == set()


# A village assistant sees whom the own village noticed (apps/applications/tests/test_leads.py).
BLIND = [(role, m) for m in SCOPED for role in sorted(SEES_NO_FAMILY) if (role, m) != (Role.ASSISTANT, Lead)]


@pytest.mark.parametrize(("role", "model"), BLIND, ids=lambda part: getattr(part, "__name__", part))
def test_who_keeps_accounts_and_posts_sees_no_family(o: f.Office, model: type[models.Model], role: Role) -> None:
    assert seen(model, o.desk(role)) == set()


@by_model
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PAYMENTS_MAKER, Role.AUDITOR])
def test_the_county_sees_all(o: f.Office, model: type[models.Model], role: Role) -> None:
    assert seen(model, o.desk(role)) == everything(model)


@by_model
def test_the_townships_share_nothing_and_together_see_all(o: f.Office, model: type[models.Model]) -> None:
    here, there = seen(model, o.caseworker), seen(model, o.stranger)
    assert here == seen(model, o.leader)
    assert there == seen(model, o.other_leader)
    if model in THE_COUNTYS:
        assert here == there == set()
    else:
        assert here
        assert there
        assert not here & there
        assert here | there == everything(model)


@by_model
def test_two_posts_open_two_townships(o: f.Office, model: type[models.Model]) -> None:
    both = posted(o, (o.town, Role.CASEWORKER), (o.other_town, Role.TOWNSHIP_LEADER))
    assert seen(model, both) == seen(model, o.caseworker) | seen(model, o.stranger)


@by_model
def test_a_post_that_ended_opens_nothing(o: f.Office, model: type[models.Model]) -> None:
    with act(Verb.END_POSTING, acting_user=o.admin, on=f.OPENED):
        o.caseworker.postings.update(until=f.OPENED)
    assert seen(model, o.caseworker) == set()


def test_keeping_accounts_besides_does_not_widen_a_township(o: f.Office) -> None:
    both = posted(o, (o.town, Role.CASEWORKER), (o.county, Role.SYSTEM_ADMIN))
    assert seen(Person, both) == seen(Person, o.caseworker)


@pytest.mark.parametrize("model", PUBLIC, ids=lambda m: m.__name__)
def test_the_law_is_everybody_s_to_read(o: f.Office, model: type[models.Model]) -> None:
    for user in (o.caseworker, o.reviewer, o.admin, posted(o)):
        assert seen(model, user) == everything(model)


def test_the_county_s_months_are_open_and_other_s_the_county_s(o: f.Office) -> None:
    own = everything(FrozenMonth)
    assert own
    given = Given("吉林省", Month.of(f.JUNE), Source.PUBLISHED, "省民政厅公布", figures=[])
    record_figures(given, acting_user=User.objects.system(), on=f.PAY_DAY)
    for user in (o.caseworker, o.leader, o.stranger):
        assert seen(FrozenMonth, user) == own
    for user in (o.reviewer, o.maker, o.auditor):
        assert seen(FrozenMonth, user) == everything(FrozenMonth) > own
    for user in (o.admin, posted(o)):
        assert seen(FrozenMonth, user) == set()


def test_areas_of_a_township_are_itself_and_its_villages(o: f.Office) -> None:
    assert seen(Area, o.caseworker) == {o.town.pk, o.village.pk}
    assert seen(Area, o.reviewer) == everything(Area)
    assert seen(Area, o.admin) == set()


def test_colleagues_are_looked_up_by_who_keeps_the_accounts(o: f.Office) -> None:
    system = User.objects.system().pk
    for role in ADMINISTRATORS:
        assert seen(User, o.desk(role)) == everything(User) - {system}
        assert seen(Posting, o.desk(role)) == everything(Posting)
    assert seen(User, o.reviewer) == {o.reviewer.pk}
    assert seen(Posting, o.reviewer) == set(o.reviewer.postings.values_list("pk", flat=True))


def test_the_book_is_the_auditor_s_and_each_township_reads_its_own(o: f.Office) -> None:
    assert seen(Record, o.auditor) == everything(Record)
    of_the_town = set(Record.objects.filter(area=o.town).values_list("pk", flat=True))
    own = set(Record.objects.filter(user=o.caseworker).values_list("pk", flat=True))
    assert seen(Record, o.caseworker) == of_the_town | own
    assert seen(Record, o.admin) == set()


def test_somebody_who_moved_is_seen_by_old_and_new_township(o: f.Office) -> None:
    """The file of the time there stays the old township's."""
    person = Person.objects.visible_to(o.caseworker).order_by("pk").last()
    assert person is not None
    there = Person.objects.visible_to(o.stranger).earliest("pk").memberships.get().household
    with act(Verb.DECLARE, acting_user=o.caseworker, on=f.OPENED):
        person.memberships.update(until=f.DECIDED)
        person.memberships.create(household=there, relation="OTHER", since=f.DECIDED)
    assert person.pk in seen(Person, o.caseworker) & seen(Person, o.stranger)


def test_a_relocation_is_seen_by_both_townships_and_no_other(o: f.Office) -> None:
    with act(Verb.LOAD_AREAS, acting_user=o.admin, on=f.HIRED):
        third = Area.objects.create(code="220281102000", name="三镇", level="TOWNSHIP", kind="TOWN", parent=o.county)
    told = {"to_township": o.other_town, "moved_on": f.PAY_DAY, "reason": "投亲"}
    household = Interruption.objects.get(household__township=o.town).household
    moving = propose_relocation(household, **told, acting_user=o.caseworker, on=f.PAY_DAY).pk
    for user in (o.caseworker, o.stranger, o.reviewer):
        assert seen(Relocation, user) == {moving}
    assert seen(Relocation, posted(o, (third, Role.CASEWORKER))) == set()
    assert seen(Relocation, o.admin) == set()


def test_a_correction_over_townships_is_the_county_s_and_its_lines_each_township_s(o: f.Office) -> None:
    lines = list(CorrectionLine.objects.order_by("pk"))
    assert len({line.township_id for line in lines}) == 2
    with act(Verb.PROPOSE_RECALCULATION, acting_user=o.reviewer, on=f.PAY_DAY):
        over_both = Correction.objects.create(
            number="CS2024-99999",
            ground=lines[0].ground,
            text="标准文件晚到。",
            households=2,
            up_fen=0,
            down_fen=1,
            proposed_by=o.reviewer,
            proposed_on=f.PAY_DAY,
        )
        for line in lines:
            line.pk, line.correction = None, over_both
            line.save(force_insert=True)
    for user in (o.reviewer, o.maker, o.auditor):
        assert over_both.pk in seen(Correction, user)
    for user, township in ((o.caseworker, o.town), (o.stranger, o.other_town)):
        assert over_both.pk not in seen(Correction, user)
        own = CorrectionLine.objects.filter(township=township).values_list("pk", flat=True)
        assert seen(CorrectionLine, user) == set(own)
        assert over_both.lines.filter(pk__in=seen(CorrectionLine, user)).exists()
