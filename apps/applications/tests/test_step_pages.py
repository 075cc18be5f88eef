"""What somebody has before them when they take a step: the family, what the rules say, and what goes on paper."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.applications.models import Application
from apps.applications.tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def o() -> f.Office:
    return f.office(f.POSTED)


def page(user: User, name: str, case: Application) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    answer: Any = client.get(reverse(name, args=[case.uuid]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_step_without_fields_shows_what_it_is_about(o: f.Office) -> None:
    case = f.submitted(o)
    shown = page(o.caseworker, "application-accept", case)
    for words in ("赵甲，39 岁", "赵甲子，12 岁", "站前社区", "每月 1,396.00 元"):
        assert words in shown


def test_who_investigates_has_family_address_and_colleagues_beside_the_form(o: f.Office) -> None:
    case = f.accepted(o)
    shown = page(o.caseworker, "application-investigate", case)
    assert reverse("household-address", args=[case.household.uuid]) in shown
    assert "赵甲妻" in shown
    assert 'list="colleagues"' in shown
    assert f'<option value="{o.colleague.name}">' in shown
    assert f'<option value="{o.reviewer.name}">' not in shown


def test_the_head_stands_first_however_they_were_typed(o: f.Office) -> None:
    told = f.the_zhaos(o)
    head, child, wife = told.members
    turned = replace(
        told,
        members=(child, wife, head),
        incomes=(replace(told.incomes[0], member=2),),
        account=replace(told.account, holder=2),
    )
    case = f.submitted(o, turned)
    for name, about in (("application-detail", case), ("household-detail", case.household)):
        shown = page(o.caseworker, name, about)
        assert shown.index("<b>赵甲</b>") < shown.index("<b>赵甲子</b>") < shown.index("<b>赵甲妻</b>")


def test_the_poster_is_printed_before_it_is_posted(o: f.Office) -> None:
    case = f.proposed(o)
    assert reverse("poster-preview", args=[case.uuid]) in page(o.caseworker, "application-notice", case)
    shown = page(o.leader, "poster-preview", case)
    for words in ("赵甲", "站前社区", "1,396.00", "2024年5月21日张贴，至2024年5月28日期满"):
        assert words in shown
    assert case.household.head.id_number_mask not in shown
