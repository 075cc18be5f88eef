"""What everybody in the office may read about the rules."""

import re

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.eligibility.provisions import provisions
from apps.office.tests.factories import COUNTY, XINZHAN, hire, open_office

pytestmark = pytest.mark.django_db


def _desk(role):
    open_office()
    client = Client()
    client.force_login(hire("tongshi", role, XINZHAN if role is Role.CASEWORKER else COUNTY))
    return client


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_the_provisions_are_there_for_everybody_with_their_place_in_the_code(role):
    page = _desk(role).get("/provisions/")
    text = page.content.decode()
    assert page.status_code == 200
    for _, provision in provisions():
        assert provision.number in text
        assert provision.says in text
    assert re.search(r"apps/eligibility/policy/dibao\.py:\d+ gap", text)
    assert 'id="dibao.gap"' in text, "an explanation step can point at its provision"


def test_a_step_of_the_explanation_leads_to_its_provision():
    client = _desk(Role.CASEWORKER)
    # An address of its own: how often one may ask is counted.
    page = client.post("/calculator/", {"p0-age": "40", "area": "URBAN", "income": "0"}, REMOTE_ADDR="192.0.2.37")
    assert 'href="/provisions/#dibao.gap"' in page.content.decode()


def test_open_readings_are_marked_with_what_is_open():
    text = _desk(Role.REVIEWER).get("/provisions/").content.decode()
    row = text[text.index('id="phase_out.reduced"') :]
    assert "待民政局确认" in row[: row.index("</tr>")]
    row = text[text.index('id="phase_out.months_left"') :]
    assert "待民政局确认" not in row[: row.index("</tr>")]


def test_a_provision_shows_its_values_in_force_and_how_it_is_read():
    text = _desk(Role.CASEWORKER).get("/provisions/").content.decode()
    row = text[text.index('id="dibao.is_one_of_several_disabled"') :]
    assert "重点保障增发比例（一户多残增发）：55%" in row[: row.index("</tr>")]
    row = text[text.index('id="categories.is_below_ceiling"') :]
    assert "读法：正好等于低保标准的" in row[: row.index("</tr>")]
    row = text[text.index('id="dibao.supplement"') :]
    assert " highest_first" in row[: row.index("</tr>")]


def test_strangers_are_sent_to_the_login():
    open_office()
    assert Client().get("/provisions/").status_code == 302
