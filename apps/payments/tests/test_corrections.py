"""Stories of months that turn out otherwise: each with its arithmetic, by the office's own acts."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import apply_decision, current_of, end_for_death
from apps.awards.models import CalcLine
from apps.awards.tests import factories as f
from apps.core.models import OfficeDate
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.actions import assess
from apps.eligibility.models import ParameterChange
from apps.households.actions import declare
from apps.households.models import Household, Person
from apps.payments import actions
from apps.payments.enums import RecalculationGround
from apps.payments.examination import look_through
from apps.payments.facts import totals
from apps.payments.invariants import broken_invariants
from apps.payments.models import Difference, Entitlement, Instruction, Receivable
from apps.payments.tests import course as c

pytestmark = pytest.mark.django_db

JAN, FEB, MARCH, APRIL, MAY = (Month(2024, n) for n in range(1, 6))
DECIDED = date(2023, 12, 20)


@pytest.fixture
def office() -> f.Office:
    return f.office()


def died(office: f.Office, household: Household, person: Person, day: date, *, on: date) -> None:
    """A death on file, as the act of the township leaves it for a person paid for alone."""
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=on, subject=household):
        person.died_on = day
        person.save()
        end_for_death(household, person=person, acting_user=office.caseworker, on=on)
        actions.look_again(household)


def test_a_death_found_three_months_late_is_owed_back_and_nothing_is_deducted(office: f.Office) -> None:
    # One person without income: 560.00 a month. Died 10 January; found 15 April. January is paid in full;
    # February, March and April were paid: 3 × 560.00 = 1,680.00 too much.
    alone = c.granted(office, on=DECIDED, members=(f.member("孙独", date(1975, 1, 1)),), income_fen=0)
    other = c.granted(office, on=DECIDED)
    c.paid_through(office, JAN, APRIL)
    died(office, alone, alone.head, date(2024, 1, 10), on=date(2024, 4, 15))
    months = ("2024-02", "2024-03", "2024-04")
    assert c.found(alone) == [(month, "DEATH", 56000, 0) for month in months]
    assert not c.found(other)
    c.corrected(office, alone, on=date(2024, 4, 16))
    receivable = Receivable.objects.get()
    assert (receivable.state, receivable.amount_fen, receivable.lines.count()) == ("OPEN", 168000, 3)
    assert c.money_of(alone) == (4 * 56000, 0, 168000)
    assert c.balances()["RECEIVABLE"] == 168000
    assert sum(c.balances().values()) == 0
    assert broken_invariants() == []
    c.paid(office, MAY.first())
    assert not Instruction.objects.filter(entitlement__household=alone, entitlement__month=MAY.first()).exists()
    assert c.money_of(alone) == (4 * 56000, 0, 168000)
    assert not c.found(alone)


def told_before_it_is_approved(office: f.Office, change: ParameterChange, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it costs stands on the page that approves it: 3 families, 164.00 a month each; of a sample the same here."""
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": date(2024, 2, 20)})
    client, page = Client(), reverse("standard-approve", args=[change.pk])
    client.force_login(office.reviewer)
    for at_most, one_of in ((20_000, 1), (2, 3)):
        monkeypatch.setattr("apps.awards.foreseen.AT_MOST", at_most)
        shown = client.get(page)
        found, told = shown.context["forecast"], shown.context["consequences"]
        assert [(m.month, m.settled, m.families, m.up_fen, m.down_fen) for m in found.months] == [
            (n.first(), True, 3, 3 * 16400, 0) for n in (JAN, FEB)
        ]
        assert told[0] == "估算：2024年2月 3 户有变化，增加 492.00 元。"
        assert told[1] == "估算：已封存的 2 个月须重算，每月最多 3 户，共应补 984.00 元。"
        assert (found.one_of, "每 3 份待遇算一份再放大" in shown.content.decode()) == (one_of, one_of == 3)
    assert client.post(page).status_code == 302


def test_a_back_dated_standard_pays_arrears_to_everybody_with_the_next_batch(
    office: f.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three people, 10,800.00 a year: 560×3 − 900 = 780 + minor 280 + severe 336 = 1,396.00.
    # From January the standard is 600: 600×3 − 900 = 900 + 300 + 360 = 1,560.00: 164.00 a month more, two months.
    families = [c.granted(office, on=DECIDED) for _ in range(3)]
    c.paid_through(office, JAN, FEB)
    told_before_it_is_approved(office, c.proposed(office, "600", start=JAN.first(), on=date(2024, 2, 20)), monkeypatch)
    assert look_through() == 3
    for family in families:
        assert c.found(family) == [(f"2024-0{n}", "STANDARD", 139600, 156000) for n in (1, 2)]
    correction = actions.propose_correction(
        Difference.objects.all(), text="蛟民发〔2024〕9号", acting_user=office.reviewer, on=date(2024, 2, 21)
    )
    assert (correction.households, correction.up_fen, correction.down_fen) == (3, 6 * 16400, 0)
    with pytest.raises(Refused, match="另一位同事"):
        _as(office, correction)
    actions.confirm_correction(correction, acting_user=office.chief, on=date(2024, 2, 22))
    assert look_through() == 0
    assert not Difference.objects.exists()
    batch = c.paid(office, MARCH.first())
    assert batch is not None
    assert (batch.expected_count, batch.expected_total_fen) == (9, 3 * 156000 + 6 * 16400)
    told = [(row["label"], row["count"], row["total_fen"]) for row in totals(batch)]
    assert told == [("低保", 3, 3 * 156000), ("低保补发", 6, 6 * 16400)]
    for family in families:
        assert c.money_of(family) == (3 * 156000, 0, 0)
    assert broken_invariants() == []


def _as(office: f.Office, correction: object) -> None:
    """The proposer, were they also the chief."""
    with act(Verb.APPOINT, acting_user=office.chief, on=date(2024, 2, 1)):
        f.Posting.objects.create(user=office.reviewer, area=office.county, role="BUREAU_CHIEF", since=date(2024, 2, 1))
    office.reviewer.__dict__.pop("_postings", None)
    actions.confirm_correction(correction, acting_user=office.reviewer, on=date(2024, 2, 22))


def test_a_late_decision_over_a_changed_standard_pays_arrears_at_each_month_s_own(office: f.Office) -> None:
    # Refused wrongly on 20 December; found right on 10 March. January and February 560×3 − 900 + 280 + 336 = 1,396.00;
    # March already at 600: 600×3 − 900 + 300 + 360 = 1,560.00. The decision itself pays from April.
    other = c.granted(office, on=DECIDED)
    late = c.with_account(office, f.on_file(office, f.family(), on=DECIDED), on=DECIDED)
    c.adopted(office, "600", start=MARCH.first(), on=date(2024, 1, 10))
    c.paid_through(office, JAN, MARCH)
    decision = f.decide_on(office, late, on=date(2024, 3, 10))
    with act(Verb.CONFIRM, acting_user=office.reviewer, on=date(2024, 3, 10), subject=late):
        actions.back_date(
            decision,
            ground=RecalculationGround.LATE,
            reckoned_on=DECIDED,
            declaration=late.declarations.get(),
            acting_user=office.reviewer,
            on=date(2024, 3, 10),
        )
    assert c.found(late) == [
        ("2024-01", "LATE", 0, 139600),
        ("2024-02", "LATE", 0, 139600),
        ("2024-03", "LATE", 0, 156000),
    ]
    assert not c.found(other)
    c.corrected(office, late, on=date(2024, 3, 12))
    c.paid(office, APRIL.first())
    assert c.money_of(late) == (2 * 139600 + 2 * 156000, 0, 0)
    assert look_through() == 0 or not Difference.objects.exists()
    assert broken_invariants() == []


def redeclared(office: f.Office, household: Household, *, income_fen: int, on: date) -> None:
    """What was on file was wrong from its first day: declared right, decided, and reckoned back."""
    wrong = household.declarations.order_by("-pk").first()
    told = f.family(_members(household), income_fen=income_fen)
    right = declare(
        household, told, acting_user=office.caseworker, on=on, effective_on=wrong.effective_on, corrects=wrong
    )
    assessment = assess(right, as_of=on, current=current_of(household, on), acting_user=office.reviewer, on=on)
    decision = apply_decision(household, assessment=assessment, acting_user=office.reviewer, on=on)
    with act(Verb.CORRECT_FILE, acting_user=office.reviewer, on=on, subject=household):
        actions.back_date_correction(decision, wrong=wrong, declaration=right, acting_user=office.reviewer, on=on)


def _members(household: Household) -> tuple:
    from apps.eligibility.facts import family_of

    return family_of(household.declarations.order_by("-pk").first()).members


def test_an_income_corrected_downwards_is_owed_and_upwards_is_owed_back(office: f.Office) -> None:
    # Told 10,800.00, truly 8,400.00: the gap is 560×3 − 700 = 980, with 280 + 336: 1,596.00, not 1,396.00: + 200.00.
    poorer, richer = c.granted(office, on=DECIDED), c.granted(office, on=DECIDED)
    c.paid_through(office, JAN, FEB)
    redeclared(office, poorer, income_fen=840_000, on=date(2024, 2, 10))
    # Told 10,800.00, truly 13,200.00: the gap is 560×3 − 1,100 = 580: 1,196.00: − 200.00.
    redeclared(office, richer, income_fen=1_320_000, on=date(2024, 2, 10))
    assert c.found(poorer) == [(f"2024-0{n}", "CORRECTION", 139600, 159600) for n in (1, 2)]
    assert c.found(richer) == [(f"2024-0{n}", "CORRECTION", 139600, 119600) for n in (1, 2)]
    for family in (poorer, richer):
        c.corrected(office, family, on=date(2024, 2, 12))
    c.paid(office, MARCH.first())
    assert c.money_of(poorer) == (3 * 159600, 0, 0)
    assert c.money_of(richer) == (2 * 139600 + 119600, 0, 2 * 20000)
    # Nothing is deducted from March: what is asked back is asked back.
    march = Instruction.objects.get(entitlement__household=richer, entitlement__month=MARCH.first())
    assert march.amount_fen == 119600
    assert broken_invariants() == []


def test_what_was_not_paid_yet_is_annulled_and_only_the_rest_is_owed(office: f.Office) -> None:
    # February failed at the bank: 1,396.00 is still owed. Truly 1,196.00: the old claim goes, 1,196.00 takes its place.
    family = c.granted(office, on=DECIDED)
    c.paid(office, JAN.first())
    c.paid(office, FEB.first(), failing={1: "14"})
    redeclared(office, family, income_fen=1_320_000, on=date(2024, 2, 10))
    c.corrected(office, family, on=date(2024, 2, 12))
    assert c.money_of(family) == (139600, 119600, 20000)
    gone = Entitlement.objects.get(annulment__isnull=False)
    assert (gone.month, gone.amount_fen) == (FEB.first(), 139600)
    assert c.balances() == {
        "EXPENSE": 2 * 119600,
        "PAYABLE": -119600,
        "RECEIVABLE": 20000,
        "CASH": -139600,
    }
    assert broken_invariants() == []


def test_a_claim_that_failed_twice_is_one_claim_and_the_month_says_why_it_is_not_the_decided_sum(
    office: f.Office,
) -> None:
    # Decided at 560: 1,396.00. Five days later the standard of January is 600: 1,560.00, tried twice, not yet paid.
    family = c.granted(office, on=DECIDED)
    c.adopted(office, "600", start=JAN.first(), on=date(2023, 12, 25))
    c.paid(office, JAN.first(), failing={1: "90"})
    again = actions.reissue(Entitlement.objects.failed(), acting_user=office.maker, on=JAN.first())
    c.settled(office, again, on=JAN.first(), failing={1: "90"})
    client = Client()
    client.force_login(office.chief)
    account = client.get(reverse("household-statement", args=[family.uuid]))
    (month,) = account.context["account"].months
    assert (month.owed, month.returned, month.attempts, month.open) == (156000, 156000, 2, 156000)
    assert "曾未付成 1,560.00（2 次）" in account.content.decode()
    line = CalcLine.objects.get()
    told = "自2024年1月起发放：低保3人，每月1,396.00元。决定之后标准或年龄有变，2024年1月起每月1,560.00元。"
    assert told in client.get(reverse("month-detail", args=[line.run_id])).content.decode()
    assert told in client.get(reverse("month-line", args=[line.run_id, line.award_id])).content.decode()


def test_a_payment_in_a_batch_is_not_annulled_under_the_bank_s_hands(office: f.Office) -> None:
    family = c.granted(office, on=DECIDED)
    c.paid(office, JAN.first())
    c.sealed(office, FEB.first())
    redeclared(office, family, income_fen=1_320_000, on=date(2024, 2, 10))
    with pytest.raises(Refused, match="还在批次"):
        c.corrected(office, family, on=date(2024, 2, 12))


def test_the_base_of_a_phase_out_follows_the_corrected_income(office: f.Office) -> None:
    # Two people 低保 at 6,000.00 a year: 560×2 − 500 = 620.00 in January. On 15 January income rises to 20,000.00
    # (≥ 13,440, < 26,880): 渐退 from February, 75 % of 620.00 = 465.00. Then the first income turns out to have been
    # 3,600.00: 560×2 − 300 = 820.00 was due in January, so the base is 820.00 and 75 % of it 615.00.
    couple = (
        f.member("李甲", date(1985, 1, 1)),
        f.member("王乙", date(1986, 1, 1), f.Relation.SPOUSE),
    )
    family = c.granted(office, on=DECIDED, members=couple, income_fen=600_000)
    first = family.declarations.get()
    c.paid(office, JAN.first())
    told = f.family(_members(family), income_fen=2_000_000)
    declare(family, told, acting_user=office.caseworker, on=date(2024, 1, 15))
    f.decide_on(office, family, on=date(2024, 1, 15))
    c.paid_through(office, FEB, MARCH)
    right = declare(
        family,
        f.family(_members(family), income_fen=360_000),
        acting_user=office.caseworker,
        on=date(2024, 3, 5),
        effective_on=first.effective_on,
        corrects=first,
    )
    decision = f_decision(office, family, on=date(2024, 3, 5))
    with act(Verb.CORRECT_FILE, acting_user=office.reviewer, on=date(2024, 3, 5), subject=family):
        actions.back_date_correction(
            decision, wrong=first, declaration=right, acting_user=office.reviewer, on=date(2024, 3, 5)
        )
    assert c.found(family) == [
        ("2024-01", "CORRECTION", 62000, 82000),
        ("2024-02", "CORRECTION", 46500, 61500),
        ("2024-03", "CORRECTION", 46500, 61500),
    ]


def f_decision(office: f.Office, household: Household, *, on: date):
    """The family is decided on again by what is true now."""
    in_force = household.declarations.in_force(household, on)
    current = current_of(household, on)
    assessment = assess(in_force, as_of=on, current=current, acting_user=office.reviewer, on=on)
    return apply_decision(household, assessment=assessment, acting_user=office.reviewer, on=on)
