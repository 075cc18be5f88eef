"""The county's areas are there after the first start and stay in order afterwards."""

import datetime as dt

import pytest

from apps.accounts.actions import load_areas
from apps.accounts.models import Area, User
from apps.accounts.roles import Level
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.office.divisions import shipped_divisions

ON = dt.date(2024, 5, 20)


@pytest.fixture
def loaded(db):
    load_areas(shipped_divisions(), acting_user=User.objects.system(), on=ON)


def test_the_county_has_17_townships_and_286_villages(loaded):
    assert Area.objects.get(level=Level.COUNTY).code == "220281"
    assert Area.objects.townships().count() == 17
    villages = Area.objects.filter(level=Level.VILLAGE)
    assert villages.filter(kind=Area.Kind.COMMUNITY).count() == 30
    assert villages.filter(kind=Area.Kind.VILLAGE).count() == 256


def test_streets_may_have_only_villages_so_the_kind_comes_from_the_village(loaded):
    street = Area.objects.get(name="河南街道")
    assert street.kind == Area.Kind.STREET
    assert set(street.children.values_list("kind", flat=True)) == {Area.Kind.VILLAGE}


def test_every_village_lies_in_its_township(loaded):
    for village in Area.objects.filter(level=Level.VILLAGE).select_related("parent"):
        assert village.code.startswith(village.parent.code)
        assert village.township == village.parent


def test_loading_again_writes_nothing(loaded):
    assert load_areas(shipped_divisions(), acting_user=User.objects.system(), on=ON) == 0
    assert Area.objects.count() == 1 + 17 + 286


def test_loading_again_mends_a_name_and_leaves_added_offices_alone(loaded):
    from apps.audit.actions import act

    with act(Verb.LOAD_AREAS, acting_user=User.objects.system(), on=ON):
        Area.objects.filter(code="220281100").update(name="新站")
        county = Area.objects.get(level=Level.COUNTY)
        Area.objects.create(
            code="220281400", name="蛟河天岗石材产业园区", level=Level.TOWNSHIP, kind=Area.Kind.TOWN, parent=county
        )
    assert load_areas(shipped_divisions(), acting_user=User.objects.system(), on=ON) == 1
    assert Area.objects.get(code="220281100").name == "新站镇"
    assert Area.objects.filter(code="220281400", is_active=True).exists()


def test_loading_is_an_act_of_the_office_system(loaded):
    record = Record.objects.get(verb=Verb.LOAD_AREAS)
    assert record.user.username == "system"
    assert Area.history.filter(act=record).count() == Area.objects.count()
