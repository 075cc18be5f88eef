"""Money is not sent again to an account that a bank has refused and nobody has corrected."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.facts import drawable, refusals, without_account
from apps.payments.mending import failed_payments, waiting
from apps.payments.models import Batch, Entitlement
from apps.payments.tests.office import JUNE, TODAY, PayOffice

pytestmark = pytest.mark.django_db


def paid_families(batch: Batch | None) -> list[str]:
    assert batch is not None
    return list(batch.instructions.order_by("entitlement__household").values_list("payee_name", flat=True))


def failed() -> list[Entitlement]:
    return list(Entitlement.objects.failed())


def test_the_next_batch_leaves_a_refused_account_out_until_another_is_approved(office: PayOffice) -> None:
    office.imported(office.submitted(), {1: "14"})
    run = office.next_month(JUNE)
    assert paid_families(office.draft()) == ["户主乙·1", "户主丙·2", "户主丁·3"]
    assert [(one.reason, one.hint) for one in waiting(without_account(JUNE))] == [
        ("2024年5月发放时银行退回：14 账号不存在", "请乡镇（街道）更正收款账户")
    ]
    with pytest.raises(Refused, check=lambda told: told.code == "nothing_to_draw"):
        actions.draw_up_rest(run, acting_user=office.maker, on=TODAY)
    office.new_account(office.households[0], "6217000010008888888")
    assert paid_families(actions.draw_up_rest(run, acting_user=office.maker, on=TODAY)) == ["户主甲·0"]
    assert not without_account().exists()


@pytest.mark.parametrize("code", ["90", "91"])
def test_the_bank_s_own_fault_speaks_against_no_account(office: PayOffice, code: str) -> None:
    office.imported(office.submitted(), {1: code})
    office.next_month(JUNE)
    assert len(paid_families(office.draft())) == 4


@pytest.mark.parametrize("code", ["12", "51", "52", "53"])
def test_the_same_number_and_name_approved_anew_are_no_better(office: PayOffice, code: str) -> None:
    office.imported(office.submitted(), {1: code})
    office.next_month(JUNE)
    family = office.households[0]
    office.new_account(family, family.accounts.get().full_number())
    assert len(paid_families(office.draft())) == 3
    assert refusals().get().failure_code == code


def test_an_account_that_was_paid_since_is_good_again(office: PayOffice) -> None:
    may = office.submitted()
    office.next_month(JUNE)
    june = office.submitted()
    office.imported(may, {1: "51"})
    assert [one.ready for one in failed_payments(failed())] == [False]
    office.imported(june)
    assert [one.hint for one in failed_payments(failed())] == ["此后同一账户已到账，可重新发放"]
    assert not refusals().exists()
    assert not drawable(JUNE).exists()
    assert paid_families(actions.reissue(failed(), acting_user=office.maker, on=TODAY)) == ["户主甲·0"]


def test_an_account_refused_in_its_turn_is_not_used_for_what_failed_before(office: PayOffice) -> None:
    office.imported(office.submitted(), {1: "14"})
    office.new_account(office.households[0], "6217000010008888888")
    office.next_month(JUNE)
    office.imported(office.submitted(), {1: "12"})
    assert [one.ready for one in failed_payments(failed())] == [False, False]
    with pytest.raises(Refused, check=lambda told: told.code == "account_unchanged"):
        actions.reissue(failed(), acting_user=office.maker, on=TODAY)


@pytest.mark.parametrize(("name", "page"), [("maker", "batch-list"), ("caseworker", "failed-list")])
def test_who_was_left_out_is_listed_with_the_reason(
    office: PayOffice, login: Callable[[str], Client], name: str, page: str
) -> None:
    office.imported(office.submitted(), {1: "51", 3: "14"})
    office.next_month(JUNE)
    office.draft()
    shown = login(name).get(reverse(page)).content.decode()
    assert "2024年5月发放时银行退回：51 账户冻结" in shown
    assert ("2024年5月发放时银行退回：14 账号不存在" in shown) == (name == "maker")
