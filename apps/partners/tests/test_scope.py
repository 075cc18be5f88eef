"""Who sees what belongs to the door for programs; and that a call without a grant sees nothing at all."""

from types import SimpleNamespace

import pytest

from apps.accounts.roles import Role
from apps.applications.tests import factories as f
from apps.awards.models import AwardMember
from apps.partners.enums import Dataset
from apps.partners.facts.access import Access
from apps.partners.models import Client, Delivery, Disclosure, Grant, Partner, Webhook
from apps.partners.tests import factories as p
from apps.partners.tests.scene import letter
from apps.partners.tests.test_status import about

DOOR = (Partner, Client, Grant, Webhook, Delivery)
pytestmark = pytest.mark.django_db


def test_the_door_is_seen_by_those_who_keep_or_audit_it() -> None:
    o = f.office(f.PAY_DAY)
    family = f.confirmed(o).household
    assert family is not None
    asking = p.program(o)
    p.granted(o, asking)
    asking.post("partner-api-status", about(family.head))
    letter(SimpleNamespace(o=o), "")
    keepers = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.BUREAU_CHIEF, Role.AUDITOR}
    for role in Role:
        seen = [model.objects.visible_to(o.desk(role)).count() for model in DOOR]
        assert seen == ([1, 2, 2, 1, 1] if role in keepers else [0] * 5), role
        may_read = role in {Role.BUREAU_CHIEF, Role.AUDITOR}
        assert Disclosure.objects.visible_to(o.desk(role)).count() == may_read, role


def test_without_a_grant_no_row_fits() -> None:
    o = f.office(f.PAY_DAY)
    f.confirmed(o)
    closed = Access(p.program(o, ready=False).client, Dataset.STATUS, "127.0.0.1", ())
    assert AwardMember.objects.count() == 3
    assert AwardMember.objects.filter(closed.rows("award__township")).count() == 0
    assert closed.fields(o.town.pk) == frozenset()
    assert not closed.covers(o.town)
