"""What goes out of the house: letters that a family can read and hold the office to."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.applications.letters import recognition_sentence
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.core import pdf
from jiaohe_aid.testing.browser import NO_PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def o() -> f.Office:
    return f.office(f.DECIDED)


def desk(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return response.content.decode()


def letter_of(o: f.Office, case: Application) -> str:
    return text(desk(o.caseworker).get(reverse("application-letter", args=[case.uuid])))


def earning(o: f.Office, wage_fen: int) -> Application:
    """A family on benefit, examined again in June with another wage."""
    family = f.the_zhaos(o)
    household = f.confirmed(o, family).household
    more = replace(family, incomes=(replace(family.incomes[0], amount_fen=wage_fen),))
    return f.reviewed(o, household, more, date(2024, 6, 12))


def test_the_letter_says_month_and_amount_as_people_write_them(o: f.Office) -> None:
    letter = letter_of(o, f.confirmed(o))
    assert "自2024年6月起，按月发给低保待遇人民币 1,396.00 元。" in letter
    assert "2024-06" not in letter
    assert "依据：蛟办发〔2021〕28号（下称本方案" in letter


def test_the_bureau_s_own_letter_does_not_wait_for_the_bureau(o: f.Office) -> None:
    case = f.confirmed(o)
    assert any(step.get("pending") for step in case.assessment.steps)
    assert "待民政局确认" not in letter_of(o, case)
    sheet = text(desk(o.caseworker).get(reverse("assessment-sheet", args=[case.assessment_id])))
    assert "待民政局确认" in sheet


def test_the_letter_of_a_phase_out_lists_how_it_falls(o: f.Office) -> None:
    """Wages of 24,000 a year are 2,000 a month for three: over 560 each, below twice of it. 1,396 × 75 % and × 50 %."""
    letter = letter_of(o, earning(o, 2_400_000))
    steps = "2024年7月至2025年6月每月人民币 1,047.00 元，2025年7月至2026年6月每月人民币 698.00 元"
    assert f"自2024年7月起，按月发给低保渐退待遇：{steps}，期满停发。" in letter


def test_the_letter_of_an_end_names_the_month(o: f.Office) -> None:
    assert "自2024年7月起停发待遇。" in letter_of(o, earning(o, 9_600_000))


def test_a_refusal_gives_its_reasons_and_the_way_to_appeal(o: f.Office) -> None:
    case = f.refused(o)
    letter = letter_of(o, case)
    assert "<h1>不予确认通知书</h1>" in letter
    assert "理由：虚报、隐瞒家庭情况。隐瞒工资收入。" in letter
    assert "六十日内向蛟河市人民政府申请行政复议" in letter
    assert "六个月内依法向人民法院提起行政诉讼" in letter
    assert f"蛟民救不〔2024〕{case.number}号" in letter


def test_a_stop_has_a_name_of_its_own(o: f.Office) -> None:
    letter = letter_of(o, earning(o, 9_600_000))
    assert "<h1>停发社会救助通知书</h1>" in letter
    assert "行政复议" in letter


def test_an_acceptance_says_until_when(o: f.Office) -> None:
    """Accepted on Tuesday 21 May 2024; thirty working days with the Dragon Boat Monday off: Wednesday 3 July."""
    case = f.publicised(o)
    page = text(desk(o.caseworker).get(f"/cases/{case.uuid}/acceptance/"))
    assert "受理日期：2024年5月21日" in page
    assert "2024年7月3日前" in page
    assert (
        desk(o.caseworker).get(f"/cases/{f.submitted(o, f.the_zhaos(o, name='钱甲')).uuid}/acceptance/").status_code
        == 404
    )


@pytest.mark.parametrize("make", [f.confirmed, f.refused, f.revoked])
def test_no_letter_carries_a_number_a_telephone_or_an_address(o: f.Office, make: Any) -> None:
    case = make(o)
    pages = ["letter", "acceptance", "receipt"]
    told = [text(desk(o.caseworker).get(f"/cases/{case.uuid}/{page}/")) for page in pages]
    told += [text(desk(o.caseworker).get(f"/revocations/{one.uuid}/letter/")) for one in case.revocations.all()]
    for letter in told:
        for secret in ("13900001234", "和平街", case.household.head.full_id_number(), "农商银行"):
            assert secret not in letter


def test_a_letter_is_a_pdf_where_the_library_is_installed(o: f.Office) -> None:
    if pdf.library() is None:
        pytest.skip(NO_PDF)
    case = f.refused(o)
    at = reverse("application-letter", args=[case.uuid])
    assert "?format=pdf" in letter_of(o, case)
    answer = desk(o.caseworker).get(f"{at}?format=pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) > 10_000, "with the characters in it"
    assert desk(o.stranger).get(f"{at}?format=pdf").status_code == 404


def test_without_the_library_there_is_no_such_address(o: f.Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "library", lambda: None)
    case = f.refused(o)
    assert "format=pdf" not in letter_of(o, case)
    assert desk(o.caseworker).get(f"/cases/{case.uuid}/letter/?format=pdf").status_code == 404


@pytest.mark.parametrize(
    ("category", "named"),
    [("LOW_INCOME", "认定您家为低收入家庭"), ("EXPENDITURE", "认定您家为支出型困难家庭"), ("NONE", "")],
)
def test_a_recognition_goes_by_its_full_name(category: str, named: str) -> None:
    said = recognition_sentence(category)
    assert said.startswith(named)
    assert bool(said) == bool(named)
