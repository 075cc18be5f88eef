"""价格临时补贴 on the screens: four people, from the survey team's figures to the draft of the batch."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.payments.models import Batch, PriceIndex, SubsidyRun
from apps.payments.tests import course
from apps.payments.tests.test_subsidies import DECIDED, PUBLISHED
from apps.payments.waiting import prices_badge

pytestmark = pytest.mark.django_db

FIGURES = {"month": "2024-05", "cpi": "4.2", "food": "6.5", "document": "吉调字〔2024〕6号"}
FIGURES |= {"published_on": "2024-06-12", "document_on": "2024-06-11"}


@pytest.fixture
def office(db: Any) -> f.Office:
    f.office_date(PUBLISHED)
    return f.office()


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def done(client: Client, name: str, *args: Any, **given: str) -> str:
    """The page after an act that went well."""
    answer = client.post(reverse(name, args=args), given, follow=True)
    assert (answer.status_code, answer.redirect_chain != []) == (200, True), answer.content.decode()[:3000]
    return str(answer.content.decode())


def waiting(office: f.Office, name: str) -> int:
    """What the side navigation counts for a desk."""
    badge = prices_badge(getattr(office, name), PUBLISHED)
    return badge.count if badge else 0


def test_four_people_take_a_publication_to_its_batch(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    chief, checker, maker = desk(office.chief), desk(office.checker), desk(office.maker)
    assert "还没有登记过价格指数" in text(chief, "price-index-list")
    done(chief, "price-index-new", **FIGURES)
    index = PriceIndex.objects.get()
    assert [waiting(office, name) for name in ("chief", "checker", "maker")] == [0, 1, 0]
    assert "6.50%" in text(checker, "price-index-approve", index.pk)
    done(checker, "price-index-approve", index.pk)
    listed = text(maker, "price-index-list")
    assert "启动" in listed
    assert "36.40" in listed
    assert reverse("subsidy-start", args=[index.pk]) in listed
    assert [waiting(office, name) for name in ("chief", "checker", "maker")] == [0, 0, 1]
    shown = done(maker, "subsidy-start", index.pk)
    assert [waiting(office, name) for name in ("chief", "checker", "maker")] == [1, 1, 0]
    run = SubsidyRun.objects.get()
    assert "待确认" in shown
    assert "109.20" in shown
    assert "新站镇" in shown
    assert reverse("subsidy-confirm", args=[run.pk]) not in shown
    assert "确认 3 人、109.20 元" in text(checker, "subsidy-confirm", run.pk)
    done(checker, "subsidy-confirm", run.pk)
    shown = done(maker, "subsidy-draw", run.pk)
    assert f"批次 {Batch.objects.get(purpose='SUBSIDY')}" in shown
    assert "价格临时补贴" in shown
    account = desk(office.caseworker).get(reverse("household-statement", args=[family.uuid])).content.decode()
    assert "价格临时补贴" in account
    assert "赵一 36.40" in account
    assert "560.00 元 × 6.5%" in account


def test_what_cannot_be_is_said_beside_its_field(office: f.Office) -> None:
    chief = desk(office.chief)
    for wrong, said in (
        ({"published_on": "2024-06-20"}, "公布日期在今天之后"),
        ({"month": "2024-06"}, "指数在当月结束后才公布"),
        ({"month": "六月"}, "月份应写成"),
        ({"food": "650"}, "100"),
    ):
        answer = chief.post(reverse("price-index-new"), FIGURES | wrong)
        assert answer.status_code in (409, 422)
        assert said in answer.content.decode()
    assert not PriceIndex.objects.exists()
