"""Found by name, initials or number from their beginning; the initials kept by every way a person is written."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.applications.tests import factories as f
from apps.households.models import Household, Person
from apps.households.pinyin import initials_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张秀英", "zxy"),
        ("王重阳", "wcy"),
        # Surnames read otherwise than the same character elsewhere.
        ("单雄信", "sxx"),
        ("曾志伟", "zzw"),
        ("仇英", "qy"),
        ("解晓东", "xxd"),
        ("查良镛", "zly"),
        ("翟天临", "ztl"),
        ("区小明", "oxm"),
        ("朴顺姬", "psj"),
        ("尉迟恭", "ycg"),
        ("长孙无忌", "zswj"),
        ("欧阳修", "oyx"),
        # Only the surname is read so.
        ("王单", "wd"),
        ("阿依木·江", "aymj"),
        ("李Ann", "la"),
        ("", ""),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@given(st.text(max_size=20))
def test_initials_are_small_letters_whatever_the_name(name: str) -> None:
    initials = initials_of(name)
    assert len(initials) <= len(name) + 1
    assert set(initials) <= set("abcdefghijklmnopqrstuvwxyz")


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


def found(user: User, text: str) -> list[str]:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("search"), {"q": text})
    if answer.status_code == 302:
        return [Household.objects.get(uuid=answer["Location"].split("/")[2]).head.name]
    return [household.head.name for household in answer.context.get("rows") or []]


def test_the_box_finds_what_begins_like_this(o: f.Office) -> None:
    first = f.submitted(o, f.the_zhaos(o, name="单雄信"))
    f.submitted(o, f.the_zhaos(o, name="单小文"))
    f.submitted(o.elsewhere(), f.the_zhaos(o.elsewhere(), name="单雄文"))
    head = first.household.head
    assert found(o.caseworker, "单雄") == found(o.caseworker, "sxx") == found(o.caseworker, "SXX") == ["单雄信"]
    assert sorted(found(o.reviewer, "单雄")) == ["单雄信", "单雄文"]
    assert found(o.caseworker, first.household.number) == ["单雄信"]
    assert found(o.caseworker, head.full_id_number()) == ["单雄信"]
    # The wife, who heads no household, leads to the family.
    assert found(o.caseworker, "单雄信妻") == ["单雄信"]
    assert found(o.caseworker, "雄信") == []
    # Two letters are a name of two characters, three the beginning of any.
    f.submitted(o, f.the_zhaos(o, name="单雄"))
    assert found(o.caseworker, "sx") == ["单雄"]
    assert found(o.stranger, head.full_id_number()) == found(o.stranger, "单雄信") == []


def test_a_case_is_found_by_its_number_and_a_draft_by_its_applicant(o: f.Office) -> None:
    case, draft = f.submitted(o, f.the_zhaos(o, name="钱乙")), f.drafted(o, "孙丙")
    client = Client()
    client.force_login(o.caseworker, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("search"), {"q": case.number})["Location"] == case.get_absolute_url()
    assert client.post(reverse("search"), {"q": "孙丙"})["Location"] == draft.get_absolute_url()
    shown = client.post(reverse("search"), {"q": "孙"})
    assert "请再写一个字" in shown.content.decode()


def test_initials_follow_the_name(o: f.Office) -> None:
    family = f.the_zhaos(o, name="单雄信")
    case = f.submitted(o, family)
    head = case.household.head
    assert head.initials == "sxx"
    head.rename("王雄信")
    assert (head.name, head.initials) == ("王雄信", "wxx")
    assert Person.new(name="曾某", number=family.members[0].number).initials == "zm"
    assert not Person.objects.filter(initials="").exists()
    assert head.birth_date == date(1985, 1, 1)
