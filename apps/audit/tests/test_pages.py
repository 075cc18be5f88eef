"""The book of acts as the auditor reads it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.applications.tests import factories as f

pytestmark = pytest.mark.django_db


def listed(user: User, **query: str) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("record-list"), query)


def test_what_was_done_to_one_case_is_found_by_its_number() -> None:
    o = f.office()
    one, other = f.accepted(o), f.drafted(o, "钱乙")
    shown = listed(o.auditor, subject=one.number)
    page = shown.content.decode()
    assert {record.subject_label for record in shown.context["rows"]} == {str(one), one.number}
    assert other.number not in page
    assert f'<span id="count" class="mut">{shown.context["count"]} 条</span>' in page
    assert 'hx-select-oob="#count"' in page


def test_an_identity_number_is_not_searched_for_in_an_address() -> None:
    o = f.office()
    number = f.accepted(o).household.head.full_id_number()
    page = listed(o.auditor, subject=number).content.decode()
    assert "这里不能按身份证号查" in page
