"""T17: fifty browsers at the same button; one of them does it, the others are told, nothing is doubled."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.models import MonthRun
from apps.core.models import OfficeDate
from apps.payments import actions
from apps.payments.enums import BatchState, LedgerEvent
from apps.payments.invariants import broken_invariants
from apps.payments.models import BankFile, Batch, Entitlement, FundEntry, LedgerTransaction, ReturnFile, Signature
from apps.payments.tests.office import TODAY, PayOffice, open_office

BROWSERS = 50


@pytest.fixture
def office(own_database: Any) -> PayOffice:
    """The small office, where transactions really commit."""
    return open_office()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pressed(client: Client, address: str, form: Callable[[], dict[str, Any]] = dict) -> Counter[int]:
    """Fifty times at the same moment, each on a connection of its own: how often which answer."""
    barrier, told = Barrier(BROWSERS), []

    def one() -> None:
        again = Client()
        again.cookies = client.cookies
        try:
            barrier.wait(60)
            told.append(again.post(address, form()).status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=one) for _ in range(BROWSERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(told)


def test_t17_each_button_of_the_month_works_once(office: PayOffice) -> None:
    once = {302: 1, 409: BROWSERS - 1}
    maker, checker, chief = (browser(user) for user in (office.maker, office.checker, office.chief))
    assert pressed(maker, reverse("month-draw", args=[office.run.pk])) == once
    batch = Batch.objects.get()
    roster = {"declared_count": 4, "declared_total_fen": "1263.00"}
    assert pressed(maker, reverse("batch-freeze", args=[batch.pk]), lambda: roster) == once
    batch.refresh_from_db()
    seen = {"content_sha256": batch.content_sha256}
    assert pressed(checker, reverse("batch-approve", args=[batch.pk]), lambda: seen) == once
    assert pressed(chief, reverse("batch-release", args=[batch.pk])) == once
    assert [m.objects.count() for m in (Batch, Entitlement, BankFile, Signature, FundEntry)] == [1, 4, 1, 3, 1]

    batch.refresh_from_db()
    actions.download(batch, reason="送农商行网银", acting_user=office.maker, on=TODAY)
    assert pressed(maker, reverse("batch-submit", args=[batch.pk])) == once
    content = office.answer(Batch.objects.get(), {1: "14"})
    back = lambda: {"file": SimpleUploadedFile("r.txt", content)}  # noqa: E731 - a fresh file for each browser
    assert pressed(maker, reverse("batch-return", args=[batch.pk]), back) == once
    assert ReturnFile.objects.count() == 1
    assert LedgerTransaction.objects.filter(event=LedgerEvent.PAID).count() == 1
    assert Batch.objects.get().state == BatchState.RECONCILED
    assert broken_invariants() == []


def test_t17_a_month_is_begun_once(office: PayOffice) -> None:
    actions.draw_up(office.run, acting_user=office.maker, on=TODAY)
    OfficeDate.objects.update(day=date(2024, 6, 3))
    told = pressed(browser(office.maker), reverse("month-open"), lambda: {"month": "2024-06-01"})
    assert told[302] == 1
    assert sum(told.values()) == BROWSERS
    assert set(told) <= {302, 409}
    assert MonthRun.objects.filter(month="2024-06-01").count() == 1
