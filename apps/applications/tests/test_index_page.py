"""综合量化评审 beside the result: shown once the bureau has switched it on, and never part of the sum."""

from datetime import date

import pytest
from django.test import Client

from apps.applications.tests import factories as f
from apps.eligibility.actions import approve_standard, propose_standard

pytestmark = pytest.mark.django_db

TODAY = date(2024, 5, 21)


def page_of(client: Client, case: f.Application) -> str:
    return client.get(case.get_absolute_url()).content.decode()


def test_the_index_stands_beside_the_result_once_it_is_switched_on(client: Client) -> None:
    o = f.office(TODAY)
    case = f.accepted(o)
    client.force_login(o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    before = page_of(client, case)
    assert "综合量化评审（参考）" not in before

    content = [{"parameter": "assessment_index", "area": "", "key": "", "value": "1", "months": 1}]
    change = propose_standard(
        content,
        start=date(2024, 5, 1),
        document_number="蛟民发〔2024〕7号",
        document_date=TODAY,
        acting_user=o.chief,
        on=TODAY,
    )
    approve_standard(change, acting_user=o.reviewer, on=TODAY)

    after = page_of(client, case)
    assert "综合量化评审（参考）" in after
    # 560×3 − 10800÷12 = 780.00；未成年 280.00；重残 336.00：与评审无关
    assert "1,396.00 元" in before
    assert "1,396.00 元" in after
