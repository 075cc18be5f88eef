"""From a filled-in workbook to running awards: what two people signed, whole or not at all."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.accounts.models import User
from apps.applications.actions import start_review
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.actions import apply_decision
from apps.awards.facts import due_of
from apps.awards.models import Award, AwardMember, Decision, MonthRun, Recognition
from apps.awards.models.guards import BEGIN_AWARDS
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.law import law_in_force
from apps.eligibility.models import Assessment
from apps.eligibility.replay import replay
from apps.households.models import AccountState, BankAccount, Household, Membership, Person
from apps.takeover.actions import approve_register, check_register, import_register, reject_register
from apps.takeover.enums import UploadState
from apps.takeover.models import RegisterUpload, TakenHousehold
from apps.takeover.tests import factories as t

pytestmark = pytest.mark.django_db

WRITTEN = (Household, Person, Membership, BankAccount, Decision, Award, AwardMember, TakenHousehold, Assessment)


@pytest.fixture
def o() -> Iterator[t.Office]:
    return t.office()


def a_register() -> t.Book:
    """Three families: 低保, 渐退, and a 低保 family with an uncle on 特困."""
    book = t.Book()
    book.zhaos()
    book.phase_out()
    book.zhaos("T001", village=t.OTHER_VILLAGE)
    uncle = book.person("T001", "赵叔", date(1950, 3, 1), "其他亲属")
    book.add("待遇", "T001", "特困供养", uncle, "2023-02-01", "分散供养", 2)
    return book


def amount(award: Award, month: Month) -> int:
    return due_of(award, month, law_in_force()).total


def test_a_filled_in_template_becomes_a_family_with_its_award(o: t.Office) -> None:
    book = t.Book()
    book.zhaos()
    upload = t.taken_over(o, book)
    assert (upload.state, upload.warning_count) == (UploadState.APPLIED, 0)
    award = Award.objects.get()
    assert (award.scheme, award.first_month, award.township) == ("DIBAO", t.JUNE, o.town)
    assert award.household.taken_over.old_number == "A001"
    assert (award.decision.decided_by, award.decision.decided_on) == (o.reviewer, date(2024, 3, 15))
    assert award.decision.sentence == "承接原登记册：自2024年6月起发放：低保3人，每月1,396.00元。"
    account = award.household.accounts.get()
    assert (account.state, account.proposed_by, account.decided_by) == (AccountState.APPROVED, o.chief, o.reviewer)
    assert award.household.full_address() == "和平街1号"
    assert [replay(one) for one in Assessment.objects.all()] == [[]]


def test_the_example_of_the_template_is_no_family(o: t.Office) -> None:
    from apps.takeover.workbook.layout import REGISTER
    from apps.takeover.workbook.template import template

    upload = t.checked(o, template(REGISTER, title="登记册接管模板"))
    assert [error[3] for error in upload.errors] == ["没有一户家庭：请填写后再上传。"]


def test_phase_out_goes_on_where_it_stood(o: t.Office) -> None:
    """Five months used of 24: 75 % of 780 + 280 + 336 = 1396 is 1047.00; 50 % from the 13th month is 698.00."""
    book = t.Book()
    book.phase_out()
    assert t.taken_over(o, book).plan["cells"] == [[o.town.pk, "DIBAO_PHASE_OUT", 1, 3, 104_700]]
    award = Award.objects.get()
    assert (award.first_month, award.last_month) == (date(2024, 6, 1), date(2025, 12, 1))
    found = [amount(award, Month(*at)) for at in ((2024, 6), (2024, 12), (2025, 1), (2025, 12), (2026, 1))]
    assert found == [104_700, 104_700, 69_800, 69_800, 0]
    assert Recognition.objects.get().category == "LOW_INCOME"


def test_an_interrupted_phase_out_counts_the_months_used(o: t.Office) -> None:
    """Two used though five months have gone by: counted from April 2024, the last is March 2026."""
    book = t.Book()
    book.phase_out(used=2)
    t.taken_over(o, book)
    award = Award.objects.get()
    assert award.terms["phase_out_from"] == "2024-04"
    assert award.last_month == date(2026, 3, 1)
    assert amount(award, Month(2025, 3)) == 104_700  # the twelfth
    assert amount(award, Month(2025, 4)) == 69_800  # the thirteenth


def test_a_tekun_person_in_a_dibao_family_is_paid_alone(o: t.Office) -> None:
    """560 × 1.3 + 1540 × 20 % = 728 + 308 = 1036; the family as before without the uncle: 1396."""
    upload = t.taken_over(o, a_register())
    assert upload.warning_count == 0
    family = TakenHousehold.objects.get(old_number="T001").household
    by_scheme = {award.scheme: award for award in family.awards.all()}
    assert amount(by_scheme["TEKUN"], Month(2024, 6)) == 103_600
    assert amount(by_scheme["DIBAO"], Month(2024, 6)) == 139_600
    assert by_scheme["TEKUN"].person.name == "赵叔"
    assert {member.person.name for member in by_scheme["DIBAO"].members.all()} == {"赵甲", "赵小", "钱二"}
    assert family.township == o.other_town


def test_single_persons_of_a_family_above_the_standard(o: t.Office) -> None:
    """60 % of 560 = 336.00 flat, own income not taken off."""
    book = t.Book()
    people = book.zhaos(wage=30_000, grant=False)
    book.add("待遇", "A001", "单人户低保", people[2], t.DECIDED)
    upload = t.taken_over(o, book)
    assert upload.warning_count == 0
    assert [(a.scheme, amount(a, Month(2024, 6))) for a in Award.objects.all()] == [("DIBAO_SINGLE", 33_600)]


def test_what_the_rules_would_not_give_is_a_warning_somebody_accepts(o: t.Office) -> None:
    book = t.Book()
    book.zhaos(wage=30_000)
    upload = t.checked(o, book)
    assert upload.warnings == [["待遇", 2, "待遇", "登记册为低保，按决定之日的规则不应有（认定结果：低收入）。"]]
    with pytest.raises(Refused) as refused:
        approve_register(upload, seen=upload.plan_digest, accepted=False, acting_user=o.reviewer, on=t.ON)
    assert (refused.value.code, refused.value.field) == ("warnings_not_accepted", "accepted")
    approve_register(upload, seen=upload.plan_digest, accepted=True, acting_user=o.reviewer, on=t.ON)
    assert Record.objects.get(verb=Verb.APPROVE_REGISTER).payload["warnings_accepted"] == 1
    assert import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    # As the register has it, without a gap: minor 280 and disability 336.
    assert amount(Award.objects.get(), Month(2024, 6)) == 61_600


def test_looking_writes_nothing_and_one_record_holds_the_whole_import(o: t.Office) -> None:
    upload = t.approved(o, a_register())
    assert [model.objects.count() for model in WRITTEN] == [0] * len(WRITTEN)
    assert import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    record = Record.objects.get(verb=Verb.IMPORT_REGISTER)
    assert record.user == o.reviewer
    assert (record.payload["households"], record.payload["persons"]) == (3, 10)
    assert set(Award.history.values_list("act", flat=True)) == {record.pk}
    # Every award has its decision, and every family's decision a record within the import's.
    assert Award.objects.filter(decision__isnull=False).count() == Award.objects.count() == 4
    within = Record.objects.filter(within=record, verb=Verb.DECIDE_AWARD)
    assert set(within.values_list("subject_id", flat=True)) == set(Decision.objects.values_list("household", flat=True))


def test_two_persons_stand_behind_a_register(o: t.Office) -> None:
    upload = t.checked(o, a_register())
    with pytest.raises(Refused) as by_post:
        approve_register(upload, seen=upload.plan_digest, accepted=True, acting_user=o.chief, on=t.ON)
    assert by_post.value.code == "not_permitted"
    with transaction.atomic(), act(Verb.APPOINT, acting_user=o.admin, on=t.ON):
        o.chief.postings.create(area=o.county, role="REVIEWER", since=t.ON, appointed_by=o.security)
    chief = User.objects.get(pk=o.chief.pk)
    with pytest.raises(Refused) as by_person:
        approve_register(upload, seen=upload.plan_digest, accepted=True, acting_user=chief, on=t.ON)
    assert by_person.value.code == "own_work"
    with (
        pytest.raises(DatabaseError, match="register_approved_by_another"),
        transaction.atomic(),
        act(Verb.APPROVE_REGISTER, acting_user=chief, on=t.ON),
    ):
        RegisterUpload.objects.filter(pk=upload.pk).update(approved_by=chief, approved_on=t.ON)


def test_nobody_writes_in_the_name_of_another(o: t.Office) -> None:
    upload = t.approved(o, a_register())
    assert not import_register(upload.pk, acting_user=o.second_reviewer, on=t.ON)
    upload = t.fresh(upload)
    assert (upload.state, upload.why_not) == (UploadState.FAILED, "只能以批准人的名义接管。")
    assert not Household.objects.exists()


def test_what_was_not_seen_is_not_approved(o: t.Office) -> None:
    upload = t.checked(o, a_register())
    with pytest.raises(Refused) as refused:
        approve_register(upload, seen="0" * 64, accepted=True, acting_user=o.reviewer, on=t.ON)
    assert refused.value.code == "content_changed"


def test_another_law_between_approval_and_writing_stops_everything(o: t.Office) -> None:
    from apps.eligibility.actions import approve_standard
    from apps.eligibility.tests.builders_standards import proposed_standard

    upload = t.approved(o, a_register())
    approve_standard(proposed_standard(o.chief, on=t.ON, start=t.JUNE), acting_user=o.reviewer, on=t.ON)
    assert not import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    upload = t.fresh(upload)
    assert upload.state == UploadState.FAILED
    assert "政策参数有变动" in upload.why_not
    assert not Household.objects.exists()


def test_all_or_nothing_when_somebody_has_come_in_meanwhile(o: t.Office) -> None:
    book = a_register()
    upload = t.approved(o, book)
    family = f.the_zhaos(o, name="孙某")
    number = book.lines["成员"][-1][1]
    head = f.awards.read(number, on=t.ON)
    f.submitted(
        o,
        f.replace(
            family, members=(f.replace(family.head, number=head, birth_date=head.birth_date), *family.members[1:])
        ),
    )
    before = [model.objects.count() for model in WRITTEN]
    assert not import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    assert [model.objects.count() for model in WRITTEN] == before
    assert "此人已在本系统登记" in t.fresh(upload).why_not


def test_a_line_that_fails_while_writing_leaves_nothing(o: t.Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.takeover.register import write

    monkeypatch.setattr(write, "PORTION", 1)
    upload, portions = t.approved(o, a_register()), []
    real = write.write_awards

    def failing(entries: Any, **given: Any) -> None:
        portions.append(len(entries))
        if len(portions) == 3:
            raise RuntimeError("the third family's")
        real(entries, **given)

    monkeypatch.setattr(write, "write_awards", failing)
    with pytest.raises(RuntimeError):
        import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    assert portions == [1, 1, 1]
    assert [model.objects.count() for model in WRITTEN] == [0] * len(WRITTEN)
    assert t.fresh(upload).state == UploadState.APPROVED
    # Tried again by the next bell, three times in all; then it is given up and says so.
    for _ in range(2):
        portions[:] = [1, 1]
        with pytest.raises(RuntimeError):
            import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    assert not import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    assert (t.fresh(upload).state, t.fresh(upload).why_not[:6]) == (UploadState.FAILED, "试了 3 次")


def test_the_same_file_is_taken_in_once_and_the_same_families_once(o: t.Office) -> None:
    book = a_register()
    content = book.content()
    upload = t.taken_over(o, content)
    with pytest.raises(Refused) as refused:
        t.uploaded(o, content)
    assert refused.value.code == "already_uploaded"
    assert not import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    book.zhaos("B001")
    again = t.checked(o, book)
    assert again.state == UploadState.FAULTY
    assert "这一户已经接管过，不能再次接管。" in {error[3] for error in again.errors}


def test_a_faulty_or_rejected_file_may_be_handed_in_again(o: t.Office) -> None:
    content = a_register().content()
    upload = t.checked(o, content)
    reject_register(upload, reason="户数与原系统不符", acting_user=o.reviewer, on=t.ON)
    again = t.checked(o, content)
    assert (t.fresh(upload).state, again.state) == (UploadState.REJECTED, UploadState.READY)


@pytest.mark.parametrize("month", [date(2024, 4, 1), date(2024, 7, 1)])
def test_only_this_month_or_the_next_can_be_the_first(o: t.Office, month: date) -> None:
    with pytest.raises(Refused) as refused:
        t.uploaded(o, a_register(), first_month=month)
    assert (refused.value.code, refused.value.field) == ("month_out_of_reach", "first_month")


def test_a_month_already_begun_takes_nobody_in(o: t.Office) -> None:
    f.confirmed(o)
    upload = t.approved(o, a_register())
    f.calculated(o)
    assert not import_register(upload.pk, acting_user=o.reviewer, on=t.ON)
    assert "2024年6月的月度核定已经开始" in t.fresh(upload).why_not


def test_the_file_is_sealed_and_checked_by_one_worker_only(o: t.Office) -> None:
    book = a_register()
    upload = t.uploaded(o, book)
    assert upload.content().startswith(b"PK")
    assert b"PK\x03\x04" not in bytes(upload.content_sealed)
    system = User.objects.system()
    assert check_register(upload.pk, acting_user=system, on=t.ON)
    assert not check_register(upload.pk, acting_user=system, on=t.ON)


def others_ways(o: t.Office, like: Award) -> dict[str, Callable[[], Any]]:
    """Ways into a running award that are none."""
    given = {"household": like.household, "township": o.town, "scheme": "DIBAO", "decision": like.decision, "terms": {}}
    month = date(2030, 1, 1)
    columns = "uuid, household_id, township_id, scheme, decision_id, first_month, last_month, terms, state"
    copied = "gen_random_uuid(), household_id, township_id, scheme, decision_id, '2030-01-01', NULL, terms, 'RUNNING'"
    return {
        "create": lambda: Award.objects.create(**given, first_month=month),
        "bulk_create": lambda: Award.objects.bulk_create([Award(**given, first_month=month)]),
        "sql": lambda: connection.cursor().execute(
            f"INSERT INTO awards_award ({columns}) SELECT {copied} FROM awards_award"  # noqa: S608
        ),
        "born ended": lambda: Award.objects.create(**given, first_month=month, state="ENDED"),
    }


@pytest.mark.parametrize("way", ["create", "bulk_create", "sql", "born ended"])
def test_no_other_act_reaches_a_running_award(o: t.Office, way: str) -> None:
    book = t.Book()
    book.zhaos()
    t.taken_over(o, book)
    attempt = others_ways(o, Award.objects.get())[way]
    with pytest.raises(DatabaseError), transaction.atomic():
        attempt()  # undeclared
    for verb in set(Verb) - set(BEGIN_AWARDS):
        with (
            pytest.raises(DatabaseError, match="an award begins by a decision"),
            transaction.atomic(),
            act(verb, acting_user=o.chief, on=t.ON),
        ):
            attempt()
    assert Award.objects.count() == 1


def test_an_ended_award_does_not_run_again_and_no_desk_decides_without_a_case(o: t.Office) -> None:
    book = t.Book()
    book.zhaos()
    t.taken_over(o, book)
    award = Award.objects.get()
    assessment = award.decision.assessment
    for user in (o.chief, o.caseworker, o.maker):
        with pytest.raises(Refused) as refused:
            apply_decision(award.household, assessment=assessment, acting_user=user, on=t.ON)
        assert refused.value.code == "not_permitted"
    with act(Verb.END_AWARD, acting_user=o.reviewer, on=t.ON):
        ended = {"state": "ENDED", "last_month": date(2024, 6, 1), "ended_by": award.decision}
        Award.objects.filter(pk=award.pk).update(**ended)
    for verb in (Verb.IMPORT_REGISTER, Verb.DECIDE_AWARD):
        with (
            pytest.raises(DatabaseError, match="cannot move from ENDED to RUNNING"),
            transaction.atomic(),
            act(verb, acting_user=o.reviewer, on=t.ON),
        ):
            Award.objects.filter(pk=award.pk).update(state="RUNNING", ended_by=None)


def test_a_family_taken_over_is_calculated_and_reviewed_like_any_other(o: t.Office) -> None:
    upload = t.taken_over(o, a_register())
    run: MonthRun = f.calculated(o)
    # 1396.00 + 1047.00 + 1396.00 + 1036.00 = 4875.00, as the trial said.
    assert run.total_fen == 487_500 == sum(cell[-1] for cell in upload.plan["cells"])
    assert run.units == 4
    household = TakenHousehold.objects.get(old_number="A001").household
    case = start_review(household, sections={}, acting_user=o.caseworker, on=f.PAY_DAY)
    assert case.household == household
