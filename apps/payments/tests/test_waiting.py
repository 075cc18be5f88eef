"""What waits for a second person: each thing once, on the desk that decides it and never on that of who brought it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.households.models import Person
from apps.payments import actions
from apps.payments.tests.office import TODAY, PayOffice, declared
from apps.payments.waiting import KINDS, counted, kinds_of

pytestmark = pytest.mark.django_db
Login = Callable[[str], Client]

FUND = {"source": "COUNTY", "scheme": "", "document": "蛟财社〔2024〕7号", "issued_on": TODAY}
LIMIT = {"kind": "CAP", "amount_fen": 800000, "since": TODAY, "document": "局务会纪要"}
SHARED = {"number": "6222020000000000012", "holder": "新站镇敬老院", "ground": "集中供养", "until": date(2025, 6, 1)}
AGENCY = {"bank": "DKYH", "name": "定宽银行", "layout": "DKWB-1", "since": date(2024, 8, 1), "ground": "协议2号"}


def waiting(office: PayOffice, who: str) -> dict[str, int]:
    user = office.users[who]
    return counted(user, kinds_of(user, TODAY))


def by(office: PayOffice, who: str) -> dict[str, Any]:
    return {"acting_user": office.users[who], "on": TODAY}


@pytest.fixture
def settings_wait(office: PayOffice) -> PayOffice:
    """Two funds and a shared account by the maker, a limit and a bank by the chief."""
    for n in (1, 2):
        actions.propose_appropriation(
            **(FUND | {"document": f"蛟财社〔2024〕{n}号"}), amount_fen=n, **by(office, "maker")
        )
    actions.propose_shared_account(**SHARED, **by(office, "maker"))
    actions.propose_limit(**LIMIT, **by(office, "chief"))
    actions.propose_agency(**AGENCY, **by(office, "chief"))
    return office


def test_each_setting_waits_for_whoever_decides_on_it(settings_wait: PayOffice) -> None:
    assert waiting(settings_wait, "checker") == {"funds": 2, "shared": 1, "limits": 1, "agencies": 1}
    for other in ("maker", "chief", "auditor", "admin", "reviewer", "caseworker", "leader"):
        assert waiting(settings_wait, other) == {}


def test_nothing_waits_for_who_brought_it(office: PayOffice, login: Login) -> None:
    office.appoint(office.checker, Role.PAYMENTS_MAKER)
    own = actions.propose_appropriation(**FUND, amount_fen=5, **by(office, "checker"))
    assert waiting(office, "checker") == {}
    shown = login("checker").get(reverse("fund-list")).content.decode()
    assert "蛟财社〔2024〕7号" in shown
    assert reverse("fund-approve", args=[own.pk]) not in shown


def test_the_page_lists_exactly_what_is_counted_and_each_line_leads_to_its_decision(
    settings_wait: PayOffice, login: Login
) -> None:
    checker = login("checker")
    shown = checker.get(reverse("waiting-list")).content.decode()
    assert "5 件" in shown
    for key, number in waiting(settings_wait, "checker").items():
        part = re.search(rf'<div id="{key}">(.*?)</tbody>', shown, re.DOTALL)
        assert part is not None
        assert part[1].count('class="row-link"') == number
        for url in set(re.findall(r'href="([^"]+)"', part[1])):
            assert checker.get(url).status_code == 200


def test_a_batch_in_doubt_goes_from_desk_to_desk(office: PayOffice) -> None:
    batch = office.draft()
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=TODAY):
        Person.objects.filter(pk=office.households[0].head_id).update(died_on=TODAY)
    assert waiting(office, "checker") == {}
    batch = actions.freeze(batch, **declared(batch), **by(office, "maker"))
    assert waiting(office, "checker") == {"findings": 1, "batches": 1}
    assert waiting(office, "chief") == {"findings": 1}
    doubts = list(batch.findings.values_list("pk", flat=True))
    actions.clear_findings(batch, findings=doubts, ground="家属已报，核对无误", **by(office, "checker"))
    assert waiting(office, "checker") == {"batches": 1}, "who gave the ground does not confirm it"
    assert waiting(office, "chief") == {"overrides": 1}
    actions.confirm_overrides(batch, findings=doubts, **by(office, "chief"))
    assert waiting(office, "chief") == {}
    actions.approve(batch, content_sha256=batch.content_sha256, **by(office, "checker"))
    assert (waiting(office, "checker"), waiting(office, "chief")) == ({}, {"releases": 1})
    office.appoint(office.checker, Role.BUREAU_CHIEF)
    assert waiting(office, "checker") == {}, "who approved does not release"


def test_a_payment_without_an_answer_waits_for_the_second_person_only(office: PayOffice) -> None:
    batch = office.submitted()
    actions.mark_unknown(batch, reason="网银超时", **by(office, "maker"))
    assert waiting(office, "checker") == {}
    told = {"code": "00", "settled_on": TODAY, "evidence": "农商行书面答复3号"}
    found = actions.propose_settlement(batch.instructions.earliest("pk"), **told, **by(office, "maker"))
    assert waiting(office, "checker") == {"settlements": 1}
    actions.approve_settlement(found, **by(office, "checker"))
    assert waiting(office, "checker") == {}


def test_all_is_counted_in_one_statement(settings_wait: PayOffice) -> None:
    user = settings_wait.checker
    with CaptureQueriesContext(connection) as asked:
        counted(user, kinds_of(user, TODAY))
    about_money = [query["sql"] for query in asked if "payments_" in query["sql"]]
    assert len(about_money) == 1
    assert "payments_appropriation" in about_money[0]
    assert "payments_settlement" in about_money[0]


def test_every_kind_has_a_desk(office: PayOffice) -> None:
    decided = {kind.key for name in ("checker", "chief") for kind in kinds_of(office.users[name], TODAY)}
    assert decided == {kind.key for kind in KINDS}
