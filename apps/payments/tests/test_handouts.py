"""The sealed file is taken out once; again only with a second person's consent. Nothing half made is ever sealed."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.actions import bank
from apps.payments.enums import HandoutState
from apps.payments.models import AgencyBank, BankFile, Batch, Handout
from apps.payments.tests.office import TODAY, PayOffice

pytestmark = pytest.mark.django_db
WHY = "网银没有收到文件"


@pytest.fixture
def taken(office: PayOffice) -> Batch:
    """A sealed batch whose file the maker took out once."""
    batch = office.sealed()
    actions.download(batch, reason="送农商行网银", acting_user=office.maker, on=TODAY)
    return batch


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda told: told.code == code)


def test_a_second_download_needs_a_request_and_another_person(office: PayOffice, taken: Batch) -> None:
    with refused("consent_needed"):
        actions.download(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    wanted = actions.ask_again(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    with refused("consent_needed"):
        actions.download(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    with refused("asked_already"):
        actions.ask_again(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    actions.grant_download(wanted, acting_user=office.checker, on=TODAY)
    again = actions.download(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    assert again.content == taken.bank_file.content()
    with refused("consent_needed"):
        actions.download(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    told = Handout.objects.order_by("nth").values_list("nth", "state", "asked_by__name", "decided_by__name")
    assert list(told) == [(1, "TAKEN", "测试maker", None), (2, "TAKEN", "测试maker", "测试checker")]
    assert Record.objects.filter(verb=Verb.DOWNLOAD_FILE).count() == 2


def test_nobody_grants_their_own_request_whatever_posts_they_hold(office: PayOffice, taken: Batch) -> None:
    wanted = actions.ask_again(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    with refused("not_permitted"):
        actions.grant_download(wanted, acting_user=office.maker, on=TODAY)
    office.appoint(office.maker, "PAYMENTS_CHECKER")
    with refused("own_work"):
        actions.grant_download(wanted, acting_user=office.maker, on=TODAY)


def test_a_request_refused_lets_nothing_out_and_may_be_made_again(office: PayOffice, taken: Batch) -> None:
    wanted = actions.ask_again(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    with refused("reason_needed"):
        actions.refuse_download(wanted, reason=" ", acting_user=office.chief, on=TODAY)
    actions.refuse_download(wanted, reason="银行说已经收到", acting_user=office.chief, on=TODAY)
    with refused("consent_needed"):
        actions.download(taken, reason=WHY, acting_user=office.maker, on=TODAY)
    with refused("illegal_move"):
        actions.grant_download(wanted, acting_user=office.checker, on=TODAY)
    assert actions.ask_again(taken, reason=WHY, acting_user=office.maker, on=TODAY).nth == 2


def test_nothing_is_asked_for_before_the_first_time_or_after_the_answer(office: PayOffice) -> None:
    batch = office.sealed()
    with refused("first_time"):
        actions.ask_again(batch, reason=WHY, acting_user=office.maker, on=TODAY)
    actions.download(batch, reason="送农商行网银", acting_user=office.maker, on=TODAY)
    wanted = actions.ask_again(batch, reason=WHY, acting_user=office.maker, on=TODAY)
    office.imported(actions.submit(batch, acting_user=office.maker, on=TODAY))
    with refused("no_file"):
        actions.grant_download(wanted, acting_user=office.checker, on=TODAY)
    with refused("no_file"):
        actions.ask_again(batch, reason=WHY, acting_user=office.maker, on=TODAY)


HANDOUT = """
    INSERT INTO payments_handout
        (batch_id, nth, state, reason, asked_by_id, asked_on, decided_by_id, decided_on, taken_on)
    VALUES (%s, {nth}, '{state}', 'x', %s, '2024-05-20', {decided}, {on}, {taken})
"""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"nth": 1}, "file_taken_once_a_number"),
        ({"nth": 2}, "later_handout_needs_consent"),
        ({"nth": 2, "state": "GRANTED", "taken": "NULL"}, "cannot begin as"),
        ({"nth": 1, "state": "ASKED", "taken": "NULL"}, "later_handout_needs_consent|file_taken_once"),
        ({"nth": 2, "decided": "{maker}", "on": "'2024-05-20'"}, "handout_granted_by_another"),
    ],
)
def test_the_database_too_lets_nothing_out_twice(office: PayOffice, taken: Batch, changes: dict, told: str) -> None:
    given = {"nth": 2, "state": "TAKEN", "decided": "NULL", "on": "NULL", "taken": "'2024-05-20'"} | changes
    statement = HANDOUT.format(**{k: str(v).replace("{maker}", str(office.maker.pk)) for k, v in given.items()})
    with (
        pytest.raises(DatabaseError, match=told),
        act(Verb.DOWNLOAD_FILE, acting_user=office.maker, on=TODAY),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [taken.pk, office.maker.pk])


def test_the_pages_lead_through_asking_granting_and_taking(office: PayOffice, taken: Batch, login: Any) -> None:
    page, ask = taken.get_absolute_url(), reverse("batch-download-again", args=[taken.pk])
    maker, checker = login("maker"), login("checker")
    assert f'href="{ask}"' in maker.get(page).content.decode()
    assert maker.get(reverse("batch-download", args=[taken.pk])).status_code == 409
    assert maker.post(ask, {"reason": WHY}).status_code == 302
    wanted = Handout.objects.get(state=HandoutState.ASKED)
    grant = reverse("handout-grant", args=[wanted.pk])
    assert f'href="{grant}"' in checker.get(page).content.decode()
    assert WHY in checker.get(grant).content.decode()
    assert checker.post(grant).status_code == 302
    take = reverse("batch-download", args=[taken.pk])
    assert taken.bank_file.sha256 in maker.get(take).content.decode()
    assert maker.post(take, {"reason": WHY}).content == taken.bank_file.content()
    assert maker.post(take, {"reason": WHY}).status_code == 409


def test_the_digest_stands_on_the_batch_and_on_the_slip(office: PayOffice, taken: Batch, login: Any) -> None:
    for page in (taken.get_absolute_url(), reverse("batch-slip", args=[taken.pk])):
        assert taken.bank_file.sha256 in login("auditor").get(page).content.decode()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError(5, "Input/output error")])
@pytest.mark.parametrize("at_line", range(5))
def test_a_full_or_broken_disk_never_leaves_a_sealed_part(
    office: PayOffice, monkeypatch: pytest.MonkeyPatch, error: OSError, at_line: int
) -> None:
    """T10: the file is made and sealed in one transaction; whatever breaks it, at whichever line, nothing is left."""
    batch = office.approved()
    written = bank._lines

    def breaking(batch: Batch) -> Any:
        for number, line in enumerate(written(batch)):
            if number == at_line:
                raise error
            yield line
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(bank, "_lines", breaking)
        with pytest.raises(OSError, match=error.strerror):
            actions.release(batch, acting_user=office.chief, on=TODAY)
    batch.refresh_from_db()
    assert (batch.state, batch.released_by, BankFile.objects.count()) == ("APPROVED", None, 0)
    with transaction.atomic():
        first = actions.release(batch, acting_user=office.chief, on=TODAY).bank_file.content()
        transaction.set_rollback(True)
    assert actions.release(batch, acting_user=office.chief, on=TODAY).bank_file.content() == first


def test_a_database_without_room_leaves_nothing_either(office: PayOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = office.approved()

    def full(self: BankFile, *args: Any, **kwargs: Any) -> None:
        super(BankFile, self).save(*args, **kwargs)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$")

    with monkeypatch.context() as broken:
        broken.setattr(BankFile, "save", full)
        with pytest.raises(DatabaseError, match="no room"):
            actions.release(batch, acting_user=office.chief, on=TODAY)
    assert not BankFile.objects.exists()
    assert actions.release(batch, acting_user=office.chief, on=TODAY).bank_file.line_count == 4


AGENCY = {"bank": "DKYH", "name": "定宽银行", "layout": "DKWB-1", "ground": "代发协议2号"}


def test_another_bank_and_format_from_a_day_on(office: PayOffice) -> None:
    """Proposed by the chief, approved by the checker; what was sealed before keeps its format."""
    with refused("in_the_past"):
        actions.propose_agency(**AGENCY, since=TODAY.replace(day=19), acting_user=office.chief, on=TODAY)
    wanted = actions.propose_agency(**AGENCY, since=TODAY, acting_user=office.chief, on=TODAY)
    with refused("taken_day"):
        actions.propose_agency(**AGENCY, since=TODAY, acting_user=office.chief, on=TODAY)
    assert AgencyBank.objects.on(TODAY).bank == "JHNX"
    office.appoint(office.chief, "PAYMENTS_CHECKER")
    with refused("own_work"):
        actions.approve_proposal(wanted, acting_user=office.chief, on=TODAY)
    actions.approve_proposal(wanted, acting_user=office.checker, on=TODAY)
    assert AgencyBank.objects.on(TODAY.replace(day=19)).bank == "JHNX"
    batch = office.submitted()
    assert (batch.bank_file.bank, batch.bank_file.layout) == ("DKYH", "DKWB-1")
    assert office.imported(batch, {1: "14"}).failed_count == 1


def test_the_pages_of_the_paying_bank(office: PayOffice, login: Any) -> None:
    chief, checker = login("chief"), login("checker")
    assert "没有另外约定" in checker.get(reverse("agency-list")).content.decode()
    assert chief.post(reverse("agency-new"), AGENCY | {"since": "2024-05-19"}).status_code == 409
    assert chief.post(reverse("agency-new"), AGENCY | {"since": "2024-06-01"}).status_code == 302
    wanted = AgencyBank.objects.get()
    assert "代发协议2号" in checker.get(reverse("agency-approve", args=[wanted.pk])).content.decode()
    assert checker.post(reverse("agency-reject", args=[wanted.pk]), {"reason": "协议未签"}).status_code == 302
    assert chief.post(reverse("agency-new"), AGENCY | {"since": "2024-06-01"}).status_code == 302
    assert checker.post(reverse("agency-approve", args=[AgencyBank.objects.last().pk])).status_code == 302
    assert "定宽文本" in login("auditor").get(reverse("agency-list")).content.decode()
