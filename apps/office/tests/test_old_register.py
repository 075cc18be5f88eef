"""The made-up old register: without a fault, with differences to look at, and measured without a trace."""

import io

import pytest
from django.core.management import call_command

from apps.accounts.models import User
from apps.awards.models import Award
from apps.core.refusal import Refused
from apps.core.workbooks import Workbook
from apps.households.models import Household
from apps.office.demo.accounts import open_accounts
from apps.office.register.benchmark import takeover
from apps.office.tests.factories import ON, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office():
    open_office()


def test_it_is_taken_over_and_compared_and_leaves_nothing():
    measured = takeover(75)
    assert (measured["households"], measured["awards"], measured["warnings"]) == (75, 75, 0)
    findings = measured["findings"]
    assert sum(findings.values()) == 75
    # Every 17th line rounded, every 23rd without supplement, one of 59 strange, one of 71 missing.
    assert (findings["UNEXPLAINED"], findings["REGISTER_ONLY"]) == (1, 1)
    assert 65 <= findings["EQUAL"] <= 73
    assert not Household.objects.exists()
    assert not Award.objects.exists()


def test_production_is_not_measured(settings):
    settings.OFFICE_DATE = False
    with pytest.raises(Refused):
        takeover(1)


def test_the_command_writes_register_and_roll(tmp_path):
    said = io.StringIO()
    open_accounts(acting_user=User.objects.system())
    call_command("old_register", households=5, folder=tmp_path, stdout=said)
    assert {path.name for path in tmp_path.iterdir()} == {"原登记册.xlsx", f"发放名册-{ON.year}-04.xlsx"}
    rows = list(Workbook((tmp_path / "原登记册.xlsx").read_bytes()).rows("家庭"))
    assert [row[1][0] for row in rows[1:]] == [f"220296{n:06d}" for n in range(1, 6)]
