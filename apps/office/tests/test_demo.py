"""The demo office as a newcomer finds it on 2024-05-20."""

from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q, Sum

from apps.accounts.models import Area, User
from apps.accounts.roles import Role
from apps.applications.forms.intake.base import Setting
from apps.applications.forms.intake.draft import Draft
from apps.applications.models import Application, Cause, Interruption, Kind, Lead, Notice
from apps.applications.transitions import State
from apps.awards.enums import Change, DecisionKind, RunState
from apps.awards.models import Award, AwardMember, CalcLine, Decision, MonthRun
from apps.core import clock
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import AreaKind, PartKind, Scheme
from apps.households.idnumber import read
from apps.households.models import (
    AccountState,
    BankAccount,
    Declaration,
    Household,
    Person,
    Relocation,
    RelocationState,
)
from apps.office.demo.accounts import PASSWORD, demo_accounts
from apps.office.demo.load import OPENS_ON, is_loaded, load_demo
from apps.office.demo.people import NEVER_ISSUED
from apps.partners.models import Alert, Referral
from apps.payments.enums import BatchState, InstructionState, Purpose
from apps.payments.invariants import broken_invariants
from apps.payments.mending import failed_payments
from apps.payments.models import Batch, Entitlement
from apps.reports.enums import Source
from apps.reports.models import FrozenMonth

# Codes under 2202 that are or were in force since 1980.
ASSIGNED = {"220201", "220202", "220203", "220204", "220211", "220220", "220221", "220222", "220223", "220224"}
ASSIGNED |= {"220225", "220281", "220282", "220283", "220284"}
# 补助水平 and persons a household, province, September 2024.
PUBLISHED = {AreaKind.URBAN: (613, "1.28"), AreaKind.RURAL: (313, "1.48")}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Loaded once for the module, and gone with it."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load_demo(acting_user=User.objects.system())
        yield
        transaction.set_rollback(True)


def of_month(month: str) -> MonthRun:
    return MonthRun.objects.get(month=f"{month}-01")


def test_it_opens_on_the_day_the_readme_names(demo):
    assert clock.today() == OPENS_ON
    assert is_loaded()


def test_loading_again_changes_nothing(demo):
    before = Application.objects.count(), User.objects.count()
    assert not load_demo(acting_user=User.objects.system())
    assert (Application.objects.count(), User.objects.count()) == before


def test_all_accounts_open_with_the_printed_password_and_have_their_posts(demo):
    for username, _, role, area in demo_accounts():
        user = User.objects.get(username=username)
        assert user.check_password(PASSWORD)
        assert [(p.role, p.area.code) for p in user.postings_on(OPENS_ON)] == [(role, area)]
    assert {role for _, _, role, _ in demo_accounts()} == set(Role)


def test_every_identity_number_is_valid_and_was_never_issued(demo):
    assert not ASSIGNED & set(NEVER_ISSUED)
    for person in Person.objects.all():
        number = read(person.full_id_number(), on=OPENS_ON)
        assert number.area_code in NEVER_ISSUED
        assert (number.birth_date, number.sex) == (person.birth_date, person.sex)


def test_leads_stand_at_every_point(demo):
    leads = {lead.name: lead for lead in Lead.objects.all()}
    assert Counter(lead.state for lead in leads.values()) == {"OPEN": 3, "CONTACTED": 1, "CLOSED": 1}
    assert leads["冯桂芝"].source == "BUREAU"
    assert leads["姜秀兰"].left_on(OPENS_ON) < 0 <= leads["崔玉莲"].left_on(OPENS_ON)


def test_what_happens_to_families_can_be_looked_at(demo):
    may = OPENS_ON.replace(day=1)
    assert Award.objects.due_in(may).filter(scheme=Scheme.TEKUN).count() == 3
    uncle = Application.objects.get(state=State.PUBLICISED, declaration__members__support="DISPERSED")
    assert uncle.declaration.members.count() == 4
    settling = Application.objects.get(cause=Cause.DEATH)
    dead = Person.objects.get(died_on__isnull=False, memberships__household=settling.household)
    alone = Household.objects.died_out().get()
    (failed,) = failed_payments(Entitlement.objects.failed().filter(household=alone))
    assert failed.accounts.wants_heir
    assert (settling.state, settling.settle_by.month) == (State.DRAFT, (dead.died_on.month + 3))
    offered = Relocation.objects.filter(state=RelocationState.PROPOSED)
    assert sorted(offered.values_list("from_township__code", "to_township__code")) == [
        ("220281001", "220281100"),
        ("220281100", "220281200"),
    ]
    assert Counter(Interruption.objects.values_list("state", flat=True)) == {"APPROVED": 1, "PROPOSED": 1}
    suspended = Decision.objects.get(kind=DecisionKind.SUSPEND, effective_month=may).household
    assert suspended.entitlements.filter(month="2024-04-01").exists()
    assert not of_month("2024-05").lines.filter(household=suspended).exists()


def test_most_who_wait_have_handed_in_their_papers(demo):
    waiting = Application.objects.filter(state=State.PUBLICISED, documents__isnull=False).distinct()
    assert 0 < waiting.count() < Application.objects.filter(state=State.PUBLICISED).count()


def test_referrals_and_alerts_stand_at_every_point(demo):
    referrals = {one.item: one for one in Referral.objects.all()}
    assert Counter(one.state for one in referrals.values()) == {
        "SENT": 2, "FETCHED": 1, "ACCEPTED": 1, "REFUSED": 1, "FINISHED": 1
    }  # fmt: skip
    assert [one.item for one in Referral.objects.late_on(OPENS_ON)] == ["job_service"]
    alerts = {one.kind: one for one in Alert.objects.all()}
    assert {kind: one.state for kind, one in alerts.items()} == {
        "DEATH": "OPEN",
        "EMPLOYED": "SETTLED",
        "PROPERTY": "OPEN",
    }
    assert alerts["DEATH"].due_on == OPENS_ON
    assert alerts["DEATH"].person.died_on is None


def test_nobody_can_be_telephoned_and_no_account_is_a_banks(demo):
    assert not any(person.full_phone() for person in Person.objects.all())
    assert all(account.full_number().startswith("00000000") for account in BankAccount.objects.all())


def test_about_three_hundred_families(demo):
    assert 290 <= Household.objects.count() <= 330


@pytest.mark.parametrize("kind", AreaKind)
def test_sizes_and_amounts_are_shaped_like_the_published_figures(demo, kind):
    lines = CalcLine.objects.filter(run=of_month("2024-04"), household__area_kind=kind)
    people = AwardMember.objects.filter(award__lines__in=lines).count()
    level, size = PUBLISHED[kind]
    assert abs(Decimal(people) / lines.count() - Decimal(size)) < Decimal("0.08")
    paid = lines.aggregate(fen=Sum("amount_fen"))["fen"]
    assert abs(Decimal(paid) / 100 / people - level) < level * Decimal("0.08")


def test_supplements_are_a_large_share(demo):
    lines = CalcLine.objects.filter(run=of_month("2024-04"), scheme=Scheme.DIBAO).values_list("parts", flat=True)
    with_supplement = sum(any(part["kind"] != PartKind.GAP for part in parts) for parts in lines)
    assert 0.6 < with_supplement / len(lines) < 0.95


def test_there_are_cases_at_every_stage_in_the_main_township(demo):
    states = Counter(Application.objects.filter(township__code="220281100").values_list("state", flat=True))
    assert set(states) == set(State)


def test_notices_run_and_others_wait_for_confirmation(demo):
    publicised = Application.objects.filter(state=State.PUBLICISED)
    assert publicised.filter(notice_ends_on__gte=OPENS_ON).exists()
    assert publicised.filter(notice_ends_on__lt=OPENS_ON).exists()
    assert not Notice.objects.filter(taken_down_on=None, ends_on__lt=OPENS_ON).exists()


def test_reviews_led_into_phase_out_and_others_are_under_way(demo):
    running = Award.objects.due_in(OPENS_ON.replace(day=1)).filter(scheme=Scheme.DIBAO_PHASE_OUT)
    assert running.count() >= 10
    assert Application.objects.filter(kind=Kind.REVIEW, state=State.PUBLICISED).exists()


def test_two_months_are_paid_and_one_waits(demo):
    assert [of_month(m).state for m in ("2024-03", "2024-04")] == [RunState.SEALED, RunState.SEALED]
    may = of_month("2024-05")
    assert may.state == RunState.CALCULATED
    changes = set(may.lines.values_list("change", flat=True))
    assert {Change.NEW, Change.PHASE_OUT, Change.PHASE_OUT_STEP, Change.BIRTHDAY} <= changes


def test_paid_months_are_frozen_and_a_year_before_them_was_handed_over(demo):
    frozen = FrozenMonth.objects.order_by("month")
    assert [one.source for one in frozen] == [Source.TAKEN_OVER] * 12 + [Source.RUN] * 2
    for one in frozen.filter(source=Source.RUN):
        assert one.figures.aggregate(fen=Sum("spending_fen"))["fen"] == one.run.total_fen
    for one in frozen:
        assert one.figures.aggregate(fen=Sum("spending_fen")) == one.parts.aggregate(fen=Sum("spending_fen"))


def test_the_batches_close_to_the_fen(demo):
    assert set(Batch.objects.values_list("state", flat=True)) == {BatchState.CLOSED}
    assert Batch.objects.filter(purpose=Purpose.REISSUE).count() == 2
    assert broken_invariants() == []
    for month in ("2024-03", "2024-04"):
        owed = Entitlement.objects.filter(calc_line__run=of_month(month)).aggregate(fen=Sum("amount_fen"))["fen"]
        assert owed == of_month(month).total_fen


def test_failed_payments_were_corrected_and_two_still_wait_in_the_main_township(demo):
    open_ones = Entitlement.objects.failed()
    assert open_ones.count() == 2
    assert set(open_ones.values_list("township__code", flat=True)) == {"220281100"}
    paid = Count("instructions", filter=Q(instructions__state=InstructionState.PAID))
    assert not Entitlement.objects.annotate(paid=paid).filter(paid__gt=1).exists()


def test_everybody_on_the_rolls_has_an_account_approved_by_another(demo):
    served = Household.objects.filter(awards__isnull=False).distinct()
    approved = BankAccount.objects.filter(state=AccountState.APPROVED)
    assert approved.values("household").distinct().count() == served.count()


def test_a_returned_draft_opens_as_it_was_typed(demo):
    case = Application.objects.get(state=State.RETURNED, township__code="220281100")
    villages = tuple(Area.objects.filter(parent=case.township))
    draft = Draft(case.draft(), Setting(OPENS_ON, case.township, villages), complete=True)
    assert draft.gaps() == []
    family = draft.family()
    declared = Declaration.objects.get(pk=case.declaration_id)
    assert [m.name for m in family.members] == [m.person.name for m in declared.members.all()]
    assert sum(i.amount_fen for i in family.incomes) == declared.incomes.aggregate(fen=Sum("amount_fen"))["fen"]


@pytest.mark.django_db
class TestWhereItRefuses:
    def test_in_production(self, settings):
        settings.OFFICE_DATE = False
        with pytest.raises(CommandError, match="生产环境"):
            call_command("load_demo")

    def test_on_somebody_elses_database(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql:///somewhere")
        with pytest.raises(CommandError, match="DATABASE_URL"):
            call_command("load_demo")

    def test_where_other_people_work(self):
        from apps.office.tests.factories import hire, open_office

        open_office()
        hire("somebody", Role.AUDITOR)
        with pytest.raises(Refused) as refused:
            load_demo(acting_user=User.objects.system())
        assert refused.value.code == "not_empty"
