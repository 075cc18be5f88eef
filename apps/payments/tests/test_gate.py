"""The gate before payment: each doubt is found, kept with what was seen, and let through by others than the maker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import Award, AwardMember
from apps.core.refusal import Refused
from apps.households.models import BankAccount, Household, Person
from apps.payments import actions
from apps.payments.enums import BatchState, FindingKind, FindingState, InstructionState, Step
from apps.payments.facts import content_of
from apps.payments.gate import look
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Entitlement, Finding, Signature
from apps.payments.tests.office import MAY, TODAY, PayOffice, all_cleared, declared, sql
from apps.payments.wording import said

pytestmark = pytest.mark.django_db

K = FindingKind


def refusal(code: str) -> Any:
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


@contextmanager
def written(office: PayOffice, verb: Verb = Verb.LOAD_DEMO) -> Iterator[None]:
    """Whatever the registers say meanwhile."""
    with act(verb, acting_user=office.users["caseworker"], on=TODAY):
        yield


def head_dies(office: PayOffice, family: Household) -> None:
    with written(office, Verb.RECORD_DEATH):
        Person.objects.filter(pk=family.head_id).update(died_on=date(2024, 5, 3))


def award_has_ended(office: PayOffice, family: Household) -> None:
    with written(office):
        Award.objects.filter(household=family).update(last_month=date(2024, 4, 1))


def family_has_moved(office: PayOffice, family: Household) -> None:
    with written(office):
        Household.objects.filter(pk=family.pk).update(township=office.townships[1])


def same_person_under_two_numbers(office: PayOffice, family: Household) -> None:
    with written(office):
        other = office.households[1]
        Person.objects.filter(pk=other.head_id).update(name=family.head.name, birth_date=family.head.birth_date)
        for one in (family, other):
            AwardMember.objects.create(award=one.awards.get(), person=one.head, first_month=MAY)


def account_was_another_family_s(office: PayOffice, family: Household) -> None:
    other = office.households[1]
    number = other.accounts.get().full_number()
    office.new_account(other, "6217000010003333333")
    office.new_account(family, number)
    with written(office):
        BankAccount.objects.update(decided_on=TODAY - timedelta(days=40))


def an_account_changes(office: PayOffice, family: Household) -> None:
    office.new_account(family, "6217000010004444444")


def review_is_overdue(office: PayOffice, family: Household) -> None:
    with written(office):
        Household.objects.filter(pk=family.pk).update(review_due_on=date(2024, 2, 19))


PLANTED: list[tuple[FindingKind, Callable[[PayOffice, Household], None], str]] = [
    (K.DECEASED, head_dies, "收款人已于2024年5月3日死亡"),
    (K.NOT_DUE, award_has_ended, "待遇只发到2024年4月"),
    (K.NOT_DUE, family_has_moved, "这一户已迁往天岗镇"),
    (K.DUPLICATE_PERSON, same_person_under_two_numbers, "姓名、出生日期、性别都相同"),
    (K.SHARED_ACCOUNT, account_was_another_family_s, "账号此前用于家庭 22028110024000001"),
    (K.ACCOUNT_CHANGED, an_account_changes, "2024年5月20日核准更换，原账号 **** 0000"),
    (K.CHECK_EXPIRED, review_is_overdue, "应于2024年2月19日前复核，逾期已超过核对报告的有效期"),
]


@pytest.mark.parametrize(("kind", "plant", "told"), PLANTED, ids=[plant.__name__ for _, plant, _ in PLANTED])
def test_each_doubt_is_found_on_its_payment(office: PayOffice, kind: str, plant: Any, told: str) -> None:
    family = office.households[0]
    plant(office, family)
    batch = office.draft()
    actions.refresh_accounts(batch, acting_user=office.maker, on=TODAY)
    found = [one for one in look(batch, on=TODAY) if one.instruction.entitlement.household == family]
    assert [(one.kind, told in said(one)) for one in found] == [(kind, True)]
    office.frozen(batch)
    assert Finding.objects.get(instruction=found[0].instruction).facts == found[0].facts


def test_a_clean_batch_has_no_finding(office: PayOffice) -> None:
    assert look(office.draft(), on=TODAY) == []


def test_a_scheme_beside_another_that_excludes_it_is_found(office: PayOffice) -> None:
    batch, family = office.draft(), office.households[0]
    june = office.next_month(date(2024, 6, 1))
    with written(office):
        Entitlement.objects.create(
            household=family, person=family.head, township=family.township, scheme="DIBAO_SINGLE", month=MAY,
            kind="REGULAR", amount_fen=100, calc_line=june.lines.get(household=family),
        )  # fmt: skip
    assert [(one.kind, said(one)) for one in look(batch, on=TODAY)] == [(K.OVERLAPPING_SCHEME, "同月另有单人户低保")]


def test_an_amount_beyond_the_cap_and_an_old_unpaid_decision_are_found(office: PayOffice, monkeypatch: Any) -> None:
    monkeypatch.setattr("apps.payments.gate.limit", lambda kind, on: 32100)
    batch = office.draft()
    # 300.00, 310.50, 321.00 and 331.50 yuan: only the last is more than 321.00.
    assert [(one.kind, said(one)) for one in look(batch, on=TODAY)] == [(K.OVER_CAP, "超过单笔上限 321.00 元")]
    # The decisions are of 10 April; their checks carry them through 9 July.
    assert len(look(batch, on=date(2024, 7, 9))) == 1
    assert {one.kind for one in look(batch, on=date(2024, 7, 10))} == {K.OVER_CAP, K.CHECK_EXPIRED}


def test_a_refusal_that_came_after_drawing_is_found(office: PayOffice) -> None:
    may = office.submitted()
    office.next_month(date(2024, 6, 1))
    june = office.draft()
    assert look(june, on=TODAY) == []
    office.imported(may, {1: "51"})
    assert [said(one) for one in look(june, on=TODAY)] == ["这个账户2024年5月20日被银行退回：51 账户冻结"]


def test_the_same_money_under_another_name_is_a_look_alike(office: PayOffice) -> None:
    office.sealed()
    with written(office):
        sql(
            "INSERT INTO payments_entitlement (household_id, township_id, scheme, month, kind, seq, amount_fen)"
            " SELECT household_id, township_id, scheme, month, 'CORRECTION', 1, amount_fen FROM payments_entitlement"
        )
    again = actions.draw_up_rest(office.run, acting_user=office.maker, on=TODAY)
    assert [(one.kind, said(one)) for one in look(again, on=TODAY)] == [
        (K.LOOK_ALIKE, "有 4 笔与批次 FF202405-001 账户、金额、月份都相同")
    ]
    batch = office.frozen(again)
    with refusal("findings_open"):
        actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    all_cleared(batch, office.checker, office.chief, TODAY)
    assert Finding.objects.get().second_by == office.chief


def doubted(office: PayOffice) -> tuple[Batch, Finding]:
    """May, sent, with a payee who died."""
    batch = office.draft()
    head_dies(office, office.households[0])
    batch = office.frozen(batch)
    return batch, Finding.objects.get()


def test_death_is_let_through_by_two_and_neither_is_the_maker(office: PayOffice) -> None:
    batch, one = doubted(office)
    given: dict[str, Any] = {"findings": [one.pk], "ground": "丧葬期内，家属领取", "on": TODAY}
    office.appoint(office.maker, "PAYMENTS_CHECKER")
    with refusal("own_work"):
        actions.clear_findings(batch, **given, acting_user=office.maker)
    with refusal("reason_needed"):
        actions.clear_findings(batch, **(given | {"ground": "好"}), acting_user=office.checker)
    actions.clear_findings(batch, **given, acting_user=office.checker)
    with refusal("findings_open"):
        actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    with refusal("own_work"):
        actions.confirm_overrides(batch, findings=[one.pk], acting_user=office.checker, on=TODAY)
    told: dict[str, Any] = {"findings": [one.pk], "acting_user": office.chief, "on": TODAY}
    actions.decline_overrides(batch, reason="请附家属声明", **told)
    one.refresh_from_db()
    assert (one.state, one.ground, one.cleared_by) == (FindingState.OPEN, "", None)
    actions.clear_findings(batch, **given, acting_user=office.checker)
    actions.confirm_overrides(batch, **told)
    batch = actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    assert actions.release(batch, acting_user=office.chief, on=TODAY).state == BatchState.SEALED


def test_what_is_taken_out_stays_owed_and_the_roster_is_signed_anew(office: PayOffice) -> None:
    batch, one = doubted(office)
    told: dict[str, Any] = {"instructions": [one.instruction_id], "reason": "户主已故，查清再发", "on": TODAY}
    with refusal("not_a_draft"):
        actions.take_out(batch, **told, acting_user=office.maker)
    actions.send_back(batch, reason="请移出户主甲", acting_user=office.checker, on=TODAY)
    actions.take_out(batch, **told, acting_user=office.maker)
    with refusal("declared_differs"):
        actions.freeze(batch, declared_count=4, declared_total_fen=126300, acting_user=office.maker, on=TODAY)
    assert declared(batch) == {"declared_count": 3, "declared_total_fen": 126300 - 30000}
    batch = office.approved(batch)
    assert (batch.round, Finding.objects.of(batch).count()) == (2, 0)
    assert [owed.household for owed in Entitlement.objects.never_sent()] == [office.households[0]]
    one.instruction.refresh_from_db()
    assert one.instruction.state == InstructionState.CANCELLED


def test_a_death_told_between_sending_and_release_stops_the_release(office: PayOffice) -> None:
    batch = office.approved()
    head_dies(office, office.households[2])
    with refusal("found_since"):
        actions.release(batch, acting_user=office.chief, on=TODAY)


def test_who_approved_the_account_does_not_clear_its_change(office: PayOffice) -> None:
    an_account_changes(office, office.households[0])
    batch = office.frozen()
    office.appoint(office.users["leader"], "PAYMENTS_CHECKER")
    found = list(Finding.objects.of(batch).values_list("pk", flat=True))
    with refusal("own_work"):
        actions.clear_findings(batch, findings=found, ground="核对过存折", acting_user=office.users["leader"], on=TODAY)
    office.cleared(batch)
    with refusal("own_work"):
        actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.users["leader"], on=TODAY)


BY_HAND = [
    ("clear as the maker", "UPDATE payments_finding SET ground = '好的', cleared_by_id = {maker}", "maker"),
    ("clear in the checker's name", "UPDATE payments_finding SET ground = '好的', cleared_by_id = {checker}", "chief"),
    ("a death by one alone", "UPDATE payments_finding SET state = 'CLEARED', ground = '好的'", "checker"),
    ("other facts", "UPDATE payments_finding SET facts = '{{}}'", "checker"),
    ("a lesser kind", "UPDATE payments_finding SET kind = 'OVER_CAP'", "checker"),
    ("away with it", "DELETE FROM payments_finding", "checker"),
    ("sign over it", "INSERT INTO payments_signature (batch_id, round, step, user_id, \"on\", content_sha256)"
        " SELECT id, round, 'APPROVED', {checker}, drawn_on, content_sha256 FROM payments_batch", "checker"),
    ("approve without a signature", "UPDATE payments_batch SET state = 'APPROVED', approved_by_id = {checker},"
        " approved_on = drawn_on, approved_sha256 = content_sha256", "checker"),
    ("less approvals", "UPDATE payments_batch SET approvals_needed = 2", "checker"),
    ("cancel a payment in it", "UPDATE payments_instruction SET state = 'CANCELLED'", "maker"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "who"), [row[1:] for row in BY_HAND], ids=[row[0] for row in BY_HAND])
def test_the_database_keeps_the_gate(office: PayOffice, statement: str, who: str) -> None:
    doubted(office)
    people = {name: user.pk for name, user in office.users.items()}
    with (
        pytest.raises(DatabaseError, match=r"finding|signed|cannot move|does not change|leaves its batch"),
        act(Verb.APPROVE_BATCH, acting_user=office.users[who], on=TODAY),
    ):
        sql(statement.format(**people))


def test_a_large_batch_needs_two_approvals_settled_when_it_was_sent(office: PayOffice, monkeypatch: Any) -> None:
    monkeypatch.setattr("apps.payments.limits.limit", lambda kind, on: 126300)
    batch = office.frozen()
    monkeypatch.undo()
    assert batch.approvals_needed == 2
    seen: dict[str, Any] = {"content_sha256": batch.content_sha256, "on": TODAY}
    office.appoint(office.reviewer, "PAYMENTS_CHECKER")
    assert actions.approve(batch, **seen, acting_user=office.checker).state == BatchState.FROZEN
    with refusal("own_work"):
        actions.approve(batch, **seen, acting_user=office.checker)
    with refusal("illegal_move"):
        actions.release(batch, acting_user=office.chief, on=TODAY)
    batch = actions.approve(batch, **seen, acting_user=office.reviewer)
    assert (batch.state, batch.approved_by) == (BatchState.APPROVED, office.reviewer)
    assert list(Signature.objects.order_by("pk").values_list("step", flat=True)) == [Step.SENT, *[Step.APPROVED] * 2]
    office.appoint(office.checker, "BUREAU_CHIEF")
    with refusal("own_work"):
        actions.release(batch, acting_user=office.checker, on=TODAY)


def test_a_send_back_begins_a_new_round_in_which_all_sign_anew(office: PayOffice) -> None:
    batch = office.approved()
    batch = actions.send_back(batch, reason="再核一遍", acting_user=office.chief, on=TODAY)
    batch = office.sealed(batch)
    signed = Signature.objects.order_by("pk").values_list("round", "step", "user__username")
    assert list(signed) == [
        (1, "SENT", "pay-maker"), (1, "APPROVED", "pay-checker"),
        (2, "SENT", "pay-maker"), (2, "APPROVED", "pay-checker"), (2, "RELEASED", "pay-chief"),
    ]  # fmt: skip
    assert content_of(batch).count == 4


def test_the_checker_clears_on_the_page_and_sees_it_beside_the_approval(
    office: PayOffice, login: Callable[[str], Client]
) -> None:
    batch, one = doubted(office)

    def at(name: str) -> str:
        return reverse(name, args=[batch.pk])

    checker, chief = login("checker"), login("chief")
    assert "核销疑点 1 个" in checker.get(at("batch-detail")).content.decode()
    assert checker.get(at("batch-approve")).status_code == 409
    assert "收款人已于2024年5月3日死亡" in checker.get(at("batch-clear")).content.decode()
    assert "请至少选一行" in checker.post(at("batch-clear"), {"ground": "家属已报"}).content.decode()
    ticked = checker.post(f"{at('batch-clear')}?all=1", {"ground": "家属已报", "again": "1"})
    assert ticked.context["form"]["ground"].value() == "家属已报", "typed before all were ticked"
    assert (ticked.status_code, f'value="{one.pk}" checked' in ticked.content.decode()) == (200, True)
    assert checker.post(at("batch-clear"), {"picked": [one.pk], "ground": "家属已报"}).status_code == 302
    told = checker.post(at("batch-override"), {"picked": [one.pk]})
    assert (told.status_code, "您已经手过" in told.content.decode()) == (409, True)
    assert "家属已报" in chief.get(at("batch-override")).content.decode()
    assert chief.post(at("batch-override"), {"picked": [one.pk]}).status_code == 302
    assert "家属已报" in checker.get(at("batch-approve")).content.decode()


def test_who_let_an_account_in_does_not_send_what_pays_into_it(
    office: PayOffice, login: Callable[[str], Client]
) -> None:
    batch, family = office.draft(), office.households[0]
    with written(office, Verb.APPROVE_ACCOUNT):
        BankAccount.objects.filter(household=family).update(decided_by=office.maker)
    with refusal("own_work"):
        office.frozen(batch)
    told = login("maker").get(reverse("batch-freeze", args=[batch.pk]))
    assert told.status_code == 409
    assert "户主甲·0的收款账户是编制人本人核准的，不能送审" in told.content.decode()
    assert "另一位有权核准的同事重新核准后“按现用账户更新 1 笔”" in told.content.decode()
    office.new_account(family, "6217000010004444444")
    batch = office.cleared(office.frozen(actions.refresh_accounts(batch, acting_user=office.maker, on=TODAY)))
    assert broken_invariants(MAY) == []
    # Nor does who let one in long ago approve it.
    long_ago = {"decided_by": office.checker, "decided_on": TODAY - timedelta(days=90)}
    with written(office, Verb.APPROVE_ACCOUNT):
        BankAccount.objects.filter(household=office.households[1]).update(**long_ago)
    with refusal("own_work"):
        actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)


def test_the_maker_looks_before_sending_and_takes_out(office: PayOffice, login: Callable[[str], Client]) -> None:
    head_dies(office, office.households[0])
    batch, maker = office.draft(), login("maker")
    assert "收款人已于2024年5月3日死亡" in maker.get(reverse("batch-findings", args=[batch.pk])).content.decode()
    page = reverse("batch-take-out", args=[batch.pk])
    doubted_one, plain = batch.instructions.order_by("pk")[:2]
    assert "未见疑点" in maker.get(f"{page}?line={plain.pk}").content.decode()
    assert maker.post(page, {"picked": [doubted_one.pk], "reason": "查清再发"}).status_code == 302
    assert declared(batch)["declared_count"] == 3
    assert not Finding.objects.exists()
