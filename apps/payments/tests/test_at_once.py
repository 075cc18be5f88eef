"""Two people at once: one wins, the other is told, nothing is doubled."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from apps.accounts.models import User
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import LedgerEvent
from apps.payments.invariants import broken_invariants
from apps.payments.models import BankFile, Batch, Entitlement, Instruction, LedgerTransaction, ReturnFile
from apps.payments.tests.office import TODAY, PayOffice, open_office

Work = Callable[[], Any]


@pytest.fixture
def office(own_database: Any) -> PayOffice:
    """The small office on a database of its own, where transactions really commit."""
    return open_office()


def at_once(*works: Work) -> tuple[list[Any], list[str]]:
    """Run all at the same moment, each in its own connection: results of the winners, codes of the refused."""
    barrier, won, told, broken = Barrier(len(works)), [], [], []

    def one(work: Work) -> None:
        try:
            barrier.wait()
            won.append(work())
        except Refused as refused:
            told.append(refused.code)
        except Exception as error:  # noqa: BLE001 - a thread must hand its failure to the test
            broken.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert broken == []
    return won, told


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_two_approvals_one_wins(office: PayOffice) -> None:
    batch = office.frozen()
    office.appoint(office.reviewer, "PAYMENTS_CHECKER")
    works = [
        lambda user=user: actions.approve(
            Batch.objects.get(), content_sha256=batch.content_sha256, acting_user=fresh(user), on=TODAY
        )
        for user in (office.checker, office.reviewer)
    ]
    won, told = at_once(*works)
    assert (len(won), told) == (1, ["illegal_move"])
    batch.refresh_from_db()
    assert batch.approved_by == won[0].approved_by


def test_approval_and_cancellation_leave_one_state(office: PayOffice) -> None:
    batch = office.frozen()
    won, told = at_once(
        lambda: actions.approve(
            batch, content_sha256=batch.content_sha256, acting_user=fresh(office.checker), on=TODAY
        ),
        lambda: actions.cancel(batch, reason="重编", acting_user=fresh(office.maker), on=TODAY),
    )
    state = Batch.objects.get().state
    assert len(won) in (1, 2)
    assert state in ("APPROVED", "CANCELLED")
    assert told in ([], ["illegal_move"])


def test_two_imports_of_one_file_enter_it_once(office: PayOffice) -> None:
    batch = office.submitted()
    content = office.answer(batch, {1: "14"})
    work = lambda: actions.import_return(  # noqa: E731 - the same work five times
        Batch.objects.get(), content=content, acting_user=fresh(office.maker), on=TODAY
    )
    won, told = at_once(*[work] * 5)
    assert (len(won), told) == (1, ["already_imported"] * 4)
    assert ReturnFile.objects.count() == 1
    assert LedgerTransaction.objects.filter(event=LedgerEvent.PAID).count() == 1
    assert broken_invariants() == []


def test_two_different_imports_at_once_never_contradict(office: PayOffice) -> None:
    batch = office.submitted()
    files = [office.answer(batch, {1: "14"}), office.answer(batch, {2: "51"})]
    works = [
        lambda file=file: actions.import_return(
            Batch.objects.get(), content=file, acting_user=fresh(office.maker), on=TODAY
        )
        for file in files
    ]
    won, told = at_once(*works)
    assert (len(won), told) == (1, ["illegal_move"])
    assert broken_invariants() == []


def test_a_month_is_drawn_once(office: PayOffice) -> None:
    work = lambda: actions.draw_up(office.run, acting_user=fresh(office.maker), on=TODAY)  # noqa: E731
    won, told = at_once(*[work] * 3)
    assert (len(won), told) == (1, ["illegal_move"] * 2)
    assert (Batch.objects.count(), Entitlement.objects.count(), Instruction.objects.count()) == (1, 4, 4)


def test_a_batch_is_released_once(office: PayOffice) -> None:
    batch = office.approved()
    work = lambda: actions.release(batch, acting_user=fresh(office.chief), on=TODAY)  # noqa: E731
    won, told = at_once(*[work] * 3)
    assert (len(won), told) == (1, ["illegal_move"] * 2)
    assert BankFile.objects.count() == 1


def test_what_failed_is_reissued_once(office: PayOffice) -> None:
    batch = office.submitted()
    office.imported(batch, {1: "90", 2: "90"})
    owed = list(Entitlement.objects.failed())
    work = lambda: actions.reissue(owed, acting_user=fresh(office.maker), on=TODAY)  # noqa: E731
    won, told = at_once(*[work] * 3)
    assert (len(won), told) == (1, ["nothing_to_reissue"] * 2)
    assert Batch.objects.filter(purpose="REISSUE").count() == 1
    assert broken_invariants() == []


def test_a_file_leaves_once_whoever_asks_at_once(office: PayOffice) -> None:
    batch = office.sealed()
    work = lambda: actions.download(  # noqa: E731 - the same work three times
        Batch.objects.get(), reason="送农商行网银", acting_user=fresh(office.maker), on=TODAY
    )
    won, told = at_once(*[work] * 3)
    assert (len(won), told) == (1, ["consent_needed"] * 2)
    wanted = actions.ask_again(batch, reason="网银没有收到文件", acting_user=office.maker, on=TODAY)
    actions.grant_download(wanted, acting_user=office.checker, on=TODAY)
    won, told = at_once(*[work] * 3)
    assert (len(won), told) == (1, ["consent_needed"] * 2)
    assert batch.handouts.filter(state="TAKEN").count() == 2
