"""Where the money goes is proposed by one person and approved by another."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.households.actions import approve_account, open_household, propose_account, reject_account
from apps.households.family import AccountEntry
from apps.households.forms import read_account_number
from apps.households.models import AccountState, BankAccount, Household, PayeeKind

ON = f.OPENED
CARD = "6228480402564890018"
FIRST, SECOND = "6222020000000000012", "6222020000000000020"


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


@pytest.fixture
def household(o: f.Office) -> Household:
    return open_household(f.the_zhaos(o), township=o.town, acting_user=o.caseworker, on=ON)


def proposed(o: f.Office, household: Household, number: str = FIRST, by: User | None = None) -> BankAccount:
    entry = AccountEntry(PayeeKind.HEAD, 0, "蛟河农商银行", number)
    return propose_account(household, entry=entry, holder=household.head, acting_user=by or o.caseworker, on=ON)


@pytest.mark.parametrize(
    "number", ["012345678901", "0432 0110-0012345678", "622848040256489001", "6228480402564890018"]
)
def test_cards_and_passbooks_are_read(number: str) -> None:
    assert read_account_number(number) == number.replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("01234567890", "应为 12 至 19 位，现在是 11 位"),
        ("01234567890123456789", "现在是 20 位"),
        ("6228480402564890017", "校验位不符"),
        ("6212345678901234", "校验位不符"),
        ("62284804025648900l8", "只能是数字"),
    ],
)
def test_a_number_miscopied_is_told(number: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read_account_number(number)


def states(household: Household) -> list[str]:
    return list(household.accounts.order_by("pk").values_list("state", flat=True))


def refused(action: Any, account: BankAccount, by: User, **given: Any) -> str:
    with pytest.raises(Refused) as told:
        action(account, acting_user=by, on=ON, **given)
    return told.value.code


def test_a_proposal_is_masked_sealed_and_not_yet_in_use(o: f.Office, household: Household) -> None:
    account = proposed(o, household)
    assert (account.state, account.number_mask) == (AccountState.PROPOSED, "**** 0012")
    assert BankAccount.objects.get(pk=account.pk).full_number() == FIRST
    assert FIRST not in str(Record.objects.values_list("payload", "subject_label", "reason"))


@pytest.mark.parametrize("desk", ["leader", "reviewer"])
def test_a_second_person_approves(o: f.Office, household: Household, desk: str) -> None:
    account = approve_account(proposed(o, household), acting_user=getattr(o, desk), on=ON)
    assert (account.state, account.decided_by, account.decided_on) == (AccountState.APPROVED, getattr(o, desk), ON)
    record = Record.objects.get(verb=Verb.APPROVE_ACCOUNT)
    assert (record.subject_id, record.area) == (account.pk, o.town)


def test_the_proposer_does_not_approve_even_with_the_leader_s_post(o: f.Office, household: Household) -> None:
    account = proposed(o, household)
    with f.act(Verb.APPOINT, acting_user=o.admin, on=ON):
        o.caseworker.postings.create(area=o.town, role="TOWNSHIP_LEADER", since=f.HIRED)
    both = User.objects.get(pk=o.caseworker.pk)
    assert refused(approve_account, account, both) == "own_work"
    assert refused(reject_account, account, both, reason="看错了") == "own_work"


@pytest.mark.parametrize("desk", ["colleague", "other_leader", "maker", "checker", "chief", "auditor", "admin"])
def test_other_desks_do_not_decide(o: f.Office, household: Household, desk: str) -> None:
    account = proposed(o, household)
    assert refused(approve_account, account, getattr(o, desk)) == "not_permitted"
    assert states(household) == [AccountState.PROPOSED]


def test_only_the_township_s_caseworkers_propose(o: f.Office, household: Household) -> None:
    for desk in (o.stranger, o.leader, o.reviewer, o.maker):
        with pytest.raises(Refused) as told:
            proposed(o, household, by=desk)
        assert told.value.code == "not_permitted"
    assert proposed(o, household, by=o.colleague).proposed_by == o.colleague


def test_a_new_account_takes_the_place_of_the_one_in_use_only_when_approved(o: f.Office, household: Household) -> None:
    approve_account(proposed(o, household), acting_user=o.leader, on=ON)
    second = proposed(o, household, SECOND)
    assert states(household) == [AccountState.APPROVED, AccountState.PROPOSED]
    approve_account(second, acting_user=o.leader, on=ON)
    assert states(household) == [AccountState.REPLACED, AccountState.APPROVED]


def test_a_later_proposal_gives_way_to_the_newest(o: f.Office, household: Household) -> None:
    first = proposed(o, household)
    proposed(o, household, SECOND)
    assert states(household) == [AccountState.REPLACED, AccountState.PROPOSED]
    assert refused(approve_account, first, o.leader) == "illegal_move"


def test_what_is_sent_back_needs_a_reason_and_changes_nothing_in_use(o: f.Office, household: Household) -> None:
    approve_account(proposed(o, household), acting_user=o.leader, on=ON)
    second = proposed(o, household, SECOND)
    assert refused(reject_account, second, o.leader, reason="  ") == "reason_needed"
    reject_account(second, acting_user=o.leader, on=ON, reason=" 户名不符 ")
    assert states(household) == [AccountState.APPROVED, AccountState.REJECTED]
    assert Record.objects.get(verb=Verb.REJECT_ACCOUNT).reason == "户名不符"


def test_of_two_who_decide_at_once_the_second_is_told(o: f.Office, household: Household) -> None:
    account = proposed(o, household)
    same = BankAccount.objects.get(pk=account.pk)
    approve_account(account, acting_user=o.leader, on=ON)
    assert refused(reject_account, same, o.reviewer, reason="户名不符") == "illegal_move"
    assert states(household) == [AccountState.APPROVED]


def another_family(o: f.Office) -> Household:
    family = dataclasses.replace(f.the_zhaos(o), members=(f.member("钱二", date(1960, 3, 3)),), incomes=())
    return open_household(family, township=o.town, acting_user=o.caseworker, on=ON)


@pytest.mark.parametrize("in_use", [True, False])
def test_an_account_pays_one_family_only(o: f.Office, household: Household, in_use: bool) -> None:
    account = proposed(o, household)
    if in_use:
        approve_account(account, acting_user=o.leader, on=ON)
    other = another_family(o)
    with pytest.raises(Refused) as told:
        proposed(o, other)
    assert (told.value.code, told.value.field) == ("account_shared", "number")
    assert household.head.name not in told.value.message
    assert states(other) == []


def test_a_number_given_up_may_be_another_family_s(o: f.Office, household: Household) -> None:
    approve_account(proposed(o, household), acting_user=o.leader, on=ON)
    approve_account(proposed(o, household, SECOND), acting_user=o.leader, on=ON)
    assert proposed(o, another_family(o)).state == AccountState.PROPOSED


@pytest.mark.parametrize("state", [AccountState.PROPOSED, AccountState.APPROVED])
def test_the_database_keeps_an_account_to_one_family(o: f.Office, household: Household, state: str) -> None:
    proposed(o, household)
    other = proposed(o, another_family(o), SECOND)
    index = BankAccount.objects.get(household=household).number_index
    with f.act(Verb.LOAD_DEMO, acting_user=o.admin, on=ON):
        if state == AccountState.APPROVED:
            BankAccount.objects.update(state=state, decided_by=o.leader, decided_on=ON)
        with pytest.raises(IntegrityError, match="by_one_family"), transaction.atomic():
            BankAccount.objects.filter(pk=other.pk).update(number_index=index)


def test_the_page_says_it_beside_the_number(o: f.Office, household: Household) -> None:
    proposed(o, household, CARD)
    other, client = another_family(o), Client()
    client.force_login(o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    given = {"payee_kind": "HEAD", "holder": other.head_id, "bank_name": "农商行", "number": CARD}
    response = client.post(reverse("account-new", args=[other.uuid]), given)
    assert response.status_code == 409
    assert "已用于另一个家庭的发放" in response.content.decode()
