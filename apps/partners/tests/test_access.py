"""T50: what does not open the door, and that what the database holds opens nothing."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.models import Application as Case
from apps.applications.models import CheckAnswer
from apps.applications.tests import factories as f
from apps.households.models import Person
from apps.partners import actions
from apps.partners.actions.clients import Credentials
from apps.partners.actions.once import forget_old_calls
from apps.partners.enums import Dataset, Purpose
from apps.partners.models import KeptAnswer
from apps.partners.tests import factories as p
from apps.partners.tests.test_status import about

BANK = "蛟河农商银行"


@dataclass
class Scene:
    o: f.Office
    head: Person
    case: Case
    asking: p.Program
    bank: p.Program


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with f.undone(django_db_blocker):
        o = f.office(f.PAY_DAY)
        family = f.confirmed(o).household
        assert family is not None
        case = f.accepted(o, f.the_zhaos(o, name="李丙"))
        f.actions.request_check(case, acting_user=o.caseworker, on=f.POSTED)
        asking = p.program(o)
        p.granted(o, asking)
        p.partner(o, BANK, "BANK")
        bank = p.program(o, BANK)
        p.granted(o, bank, Dataset.CHECKS, purposes=[Purpose.ECONOMIC_CHECK])
        yield Scene(o, family.head, case, asking, bank)


@pytest.fixture
def s(shared: Scene) -> Iterator[Scene]:
    with f.undone():
        yield shared


def asked(s: Scene, asking: p.Program | None = None, **given: str) -> tuple[int, str]:
    answer = (asking or s.asking).post("partner-api-status", about(s.head), **given)
    return answer.status_code, answer.json().get("code", "")


def delivered() -> QuerySet[CheckAnswer]:
    """What the bank's program has answered."""
    return CheckAnswer.objects.filter(source_office=BANK)


def answer_about(s: Scene, **changed: object) -> dict[str, object]:
    item = s.case.check_requests.get().people.get(person=s.case.household.head).pk
    return {"item": item, "scope": "DEPOSIT", "outcome": "NONE", "as_of": "2024-05-30"} | changed


def test_the_right_token_opens(s: Scene) -> None:
    assert asked(s) == (200, "")


def test_tokens_that_do_not_open(s: Scene) -> None:
    closed, no_token = p.program(s.o, "蛟河市教育局"), Browser().post(reverse("partner-api-status"), {})
    assert (no_token.status_code, no_token["WWW-Authenticate"]) == (401, 'Bearer realm="partners"')
    assert no_token.json()["code"] == "token_missing"
    actions.close_client(closed.client, reason="停止合作", acting_user=s.o.admin, on=p.ON)
    for token in ("", "nonsense", s.asking.token[:-1], s.asking.credentials.client_secret, closed.token):
        stranger = p.Program(s.asking.client, s.asking.credentials, token)
        assert asked(s, stranger) == (401, "token_invalid"), token


def test_a_token_lives_ten_minutes(s: Scene) -> None:
    token = AccessToken.objects.get(application=s.asking.client.application)
    assert timedelta(minutes=9, seconds=50) < token.expires - timezone.now() <= timedelta(minutes=10)
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert asked(s) == (401, "token_invalid")


def test_new_credentials_end_the_old_ones_at_once(s: Scene) -> None:
    _, fresh = actions.renew_credentials(s.asking.client, reason="密钥外泄", acting_user=s.o.admin, on=p.ON)
    assert asked(s) == (401, "token_invalid")
    assert p.ask_token(s.asking.credentials).json() == {"error": "invalid_client"}
    assert asked(s, p.Program(s.asking.client, fresh, p.token_for(fresh))) == (200, "")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grant_type": "password", "username": "caseworker", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
        ({"scope": "everything"}, "invalid_scope"),
    ],
)
def test_there_is_one_way_to_a_token(s: Scene, changed: dict[str, str], error: str) -> None:
    answer = p.ask_token(s.asking.credentials, **changed)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_wrong_credentials_get_no_token(s: Scene) -> None:
    right = s.asking.credentials
    for wrong in (Credentials(right.client_id, "falsch", ""), Credentials("nobody", right.client_secret, "")):
        answer = p.ask_token(wrong)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_what_the_database_holds_opens_nothing(s: Scene) -> None:
    """A dump has digests of tokens, hashes of secrets and a sealed key: none of it is accepted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, token_checksum FROM oauth2_provider_accesstoken")
        kept = [text for row in cursor.fetchall() for text in row if text]
        cursor.execute("SELECT client_secret FROM oauth2_provider_application")
        hashes = [text for (text,) in cursor.fetchall()]
    assert hashlib.sha256(s.asking.token.encode()).hexdigest() in kept
    assert s.asking.token not in kept
    for text in kept:
        assert asked(s, p.Program(s.asking.client, s.asking.credentials, text)) == (401, "token_invalid")
    for text in hashes:
        assert p.ask_token(Credentials(s.asking.credentials.client_id, text, "")).status_code == 401
    assert s.bank.credentials.signing_key.encode() not in bytes(s.bank.client.signing_key_sealed)
    assert Application.objects.exclude(authorization_grant_type="client-credentials").count() == 0


def test_a_grant_holds_for_its_days_addresses_and_until_it_is_taken_back(s: Scene) -> None:
    grant = s.asking.client.grants.get()
    assert asked(s, address="10.1.2.3") == (403, "not_granted")
    for on, opens in ((f.OPENED - timedelta(1), False), (f.OPENED, True), (date(2024, 12, 31), True)):
        f.awards.office_date(on)
        assert (asked(s)[0] == 200) is opens, on
    f.awards.office_date(date(2025, 1, 1))
    assert asked(s) == (403, "not_granted")
    f.awards.office_date(f.PAY_DAY)
    actions.revoke_grant(grant, reason="超范围查询", acting_user=s.o.security, on=p.ON)
    assert asked(s) == (403, "not_granted")


def test_a_grant_opens_its_own_dataset_and_no_other(s: Scene) -> None:
    assert s.bank.get("partner-api-checks", {"purpose": Purpose.ECONOMIC_CHECK, "approval": "1号"}).status_code == 200
    assert asked(s, s.bank) == (403, "not_granted")


def test_a_proposal_opens_nothing(s: Scene) -> None:
    waiting = p.program(s.o, "蛟河市教育局")
    p.proposed(s.o, waiting)
    assert asked(s, waiting) == (403, "not_granted")


def test_a_signed_write_is_taken(s: Scene) -> None:
    answer = s.bank.write("partner-api-check-answers", answer_about(s))
    assert answer.status_code == 201, answer.content
    assert delivered().get().answered_by == s.bank.client.user


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"signature": "0" * 64}, "signature_wrong"),
        ({"sent": b'{"item": 1}'}, "signature_wrong"),
        ({"path": "/api/v1/partners/checks/"}, "signature_wrong"),
        ({"off": -360}, "timestamp"),
        ({"off": 360}, "timestamp"),
        ({"timestamp": "now"}, "timestamp"),
        ({"nonce": "short"}, "nonce_shape"),
        ({"headers": {}}, "signature_missing"),
    ],
)
def test_writes_that_are_not_signed_as_they_are_sent(s: Scene, changed: dict[str, Any], code: str) -> None:
    changed = dict(changed)
    if off := changed.pop("off", 0):
        changed["timestamp"] = int(time.time()) + off
    answer = s.bank.write("partner-api-check-answers", answer_about(s), **changed)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert delivered().count() == 0


def test_a_key_of_another_program_does_not_sign(s: Scene) -> None:
    mixed = p.Program(s.bank.client, s.asking.credentials, s.bank.token)
    assert mixed.write("partner-api-check-answers", answer_about(s)).json()["code"] == "signature_wrong"


def test_a_call_overheard_is_not_taken_again(s: Scene) -> None:
    nonce = "abcdefgh12345678"
    assert s.bank.write("partner-api-check-answers", answer_about(s), nonce=nonce).status_code == 201
    again = s.bank.write("partner-api-check-answers", answer_about(s), nonce=nonce)
    assert (again.status_code, again.json()["code"]) == (401, "nonce_used")
    assert delivered().count() == 1


def test_what_no_call_can_need_any_more_is_forgotten(s: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "answer-000001"
    s.bank.write("partner-api-check-answers", answer_about(s), key=key)
    forget_old_calls()
    assert s.bank.write("partner-api-check-answers", answer_about(s), key=key).headers["Idempotent-Replayed"] == "true"
    tokens = AccessToken.objects.count()
    AccessToken.objects.filter(application=s.asking.client.application).update(
        expires=timezone.now() - timedelta(seconds=1)
    )
    for kept in ("NONCE_KEPT", "ANSWER_KEPT"):  # as if a month had gone by
        monkeypatch.setattr(f"apps.partners.actions.once.{kept}", timedelta(days=-1))
    assert forget_old_calls() == 4  # two nonces, one answer, one token
    assert AccessToken.objects.count() == tokens - 1
    assert KeptAnswer.objects.count() == 0


def test_the_same_key_the_same_answer_and_one_effect(s: Scene) -> None:
    first, second = (s.bank.write("partner-api-check-answers", answer_about(s), key="bank-000001") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert delivered().count() == 1
    assert first.content not in bytes(KeptAnswer.objects.get().answer_sealed)


def test_a_key_belongs_to_one_request_and_every_write_has_one(s: Scene) -> None:
    s.bank.write("partner-api-check-answers", answer_about(s), key="bank-000001")
    other = s.bank.write("partner-api-check-answers", answer_about(s, scope="INSURANCE"), key="bank-000001")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    missing = s.bank.write("partner-api-check-answers", answer_about(s), key=" ")
    assert (missing.status_code, missing.json()["code"]) == (400, "key_missing")


def test_a_refusal_leaves_its_key_free(s: Scene) -> None:
    wrong = s.bank.write("partner-api-check-answers", answer_about(s, as_of="2030-01-01"), key="bank-000001")
    assert (wrong.status_code, wrong.json()["field"]) == (409, "as_of")
    assert KeptAnswer.objects.count() == 0
    assert s.bank.write("partner-api-check-answers", answer_about(s), key="bank-000001").status_code == 201
