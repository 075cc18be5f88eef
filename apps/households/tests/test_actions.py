"""A family's file is opened, told of, told of again; who belongs to it changes with the days."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection

from apps.applications.tests import factories as f
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import AreaKind, DeductionKind, ExpenseKind, IncomeKind, OtherAssetKind, Relation
from apps.households.actions import declare, open_household
from apps.households.family import DeductionEntry, ExpenseEntry, Family, IncomeEntry, OtherAssetEntry
from apps.households.models import Consent, Declaration, Household, Person
from jiaohe_aid.testing.own import OwnDatabase

MAY, JUNE, JULY = date(2024, 5, 20), date(2024, 6, 10), date(2024, 7, 1)


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


@pytest.fixture
def family(o: f.Office) -> Family:
    return f.the_zhaos(o)


def opened(o: f.Office, family: Family, on: date = MAY, **given: Any) -> Household:
    return open_household(family, township=o.town, acting_user=o.caseworker, on=on, **given)


def told(o: f.Office, household: Household, family: Family, on: date = MAY) -> Declaration:
    return declare(household, family, acting_user=o.caseworker, on=on)


def names(household: Household, on: date) -> set[str]:
    return {m.person.name for m in household.memberships.all() if m.since <= on and (m.until is None or on < m.until)}


def test_a_new_family_gets_a_file_with_everybody_in_it(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    assert household.number == "2202811002400001"
    assert (household.head.name, household.village, household.area_kind) == ("赵甲", o.village, "URBAN")
    assert household.full_address() == "和平街 1 号"
    assert names(household, MAY) == {"赵甲", "赵甲子", "赵甲妻"}
    record = Record.objects.get(verb=Verb.OPEN_HOUSEHOLD)
    assert (record.user, record.area, record.on) == (o.caseworker, o.town, MAY)


def test_files_of_a_township_and_year_are_counted_up(o: f.Office) -> None:
    numbers = [opened(o, f.the_zhaos(o, name=name)).number for name in ("甲", "乙", "丙")]
    assert numbers == ["2202811002400001", "2202811002400002", "2202811002400003"]
    assert opened(o, f.the_zhaos(o, name="丁"), on=date(2025, 1, 2)).number == "2202811002500001"
    elsewhere = o.elsewhere()
    assert opened(elsewhere, f.the_zhaos(elsewhere, name="戊")).number == "2202811012400001"


def test_the_same_head_finds_the_same_file(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    again = opened(o, replace(family, address="新民街 2 号", area_kind=AreaKind.RURAL), on=JUNE)
    assert again.pk == household.pk
    assert (again.full_address(), again.area_kind) == ("新民街 2 号", "RURAL")
    assert Record.objects.get(verb=Verb.UPDATE_HOUSEHOLD).subject_id == household.pk
    assert Record.objects.filter(verb=Verb.OPEN_HOUSEHOLD).count() == 1
    assert Person.objects.count() == 3


def test_who_is_not_named_any_more_has_left_that_day(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    opened(o, replace(family, members=family.members[:2]), on=JUNE)
    assert names(household, date(2024, 6, 9)) == {"赵甲", "赵甲子", "赵甲妻"}
    assert names(household, JUNE) == {"赵甲", "赵甲子"}


def test_a_slip_of_the_same_day_leaves_no_trace_but_in_the_history(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    opened(o, replace(family, members=family.members[:2]))
    assert household.memberships.count() == 2
    assert household.memberships.model.history.filter(history_type="-").count() == 1


def test_who_came_back_has_two_times(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    opened(o, replace(family, members=family.members[:2]), on=JUNE)
    opened(o, family, on=JULY)
    wife = Person.objects.get(name="赵甲妻")
    times = wife.memberships.order_by("since").values_list("since", "until")
    assert list(times) == [(MAY, JUNE), (JULY, None)]
    assert names(household, date(2024, 6, 20)) == {"赵甲", "赵甲子"}


def test_a_member_of_another_household_is_refused_and_nothing_is_written(o: f.Office, family: Family) -> None:
    opened(o, family)
    wife = replace(family.members[2], relation=Relation.HEAD)
    child = f.member("孙小", date(2015, 1, 1), Relation.CHILD)
    records = Record.objects.count()
    with pytest.raises(Refused) as refused:
        opened(o.elsewhere(), replace(family, members=(child, wife)), on=JUNE)
    assert refused.value.code == "member_elsewhere"
    assert refused.value.message == "赵甲妻 目前登记在另一个家庭，请先核实并从原家庭移出。"
    assert (Household.objects.count(), Person.objects.count(), Record.objects.count()) == (1, 3, records)


def test_who_has_left_may_have_a_household_of_their_own(o: f.Office, family: Family) -> None:
    opened(o, family)
    opened(o, replace(family, members=family.members[:2]), on=JUNE)
    wife = replace(family.members[2], relation=Relation.HEAD)
    own = opened(o, replace(family, members=(wife,)), on=JUNE)
    assert names(own, JUNE) == {"赵甲妻"}


def test_a_corrected_name_and_telephone_are_kept_and_an_empty_one_changes_nothing(o: f.Office, family: Family) -> None:
    opened(o, family)
    head = replace(family.members[0], name="赵佳", phone="")
    opened(o, replace(family, members=(head, *family.members[1:])), on=JUNE)
    person = Person.objects.get(name="赵佳")
    assert person.full_phone() == "13900001234"
    assert [row.name for row in person.history.order_by("history_id")] == ["赵甲", "赵佳"]


def test_a_wrongly_typed_head_is_corrected_in_the_file_it_opened(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    head, child, wife = family.members
    turned = (replace(head, relation=Relation.SPOUSE), child, replace(wife, relation=Relation.HEAD))
    again = opened(o, replace(family, members=turned), begun=household)
    assert (again.pk, again.head.name) == (household.pk, "赵甲妻")


def at_once(desks: list[Callable[[], Any]]) -> list[Any]:
    """What each desk gets when all begin in the same moment; nobody may be turned away."""
    start, found, wrong = threading.Barrier(len(desks)), [], []

    def work(desk: Callable[[], Any]) -> None:
        try:
            start.wait()
            found.append(desk())
        except Exception as error:  # noqa: BLE001 - shown below
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    return found


def everything(family: Family) -> Family:
    return replace(
        family,
        incomes=(IncomeEntry(0, IncomeKind.WAGE, 100), IncomeEntry(2, IncomeKind.WAGE, 200)),
        deductions=(DeductionEntry(DeductionKind.EMPLOYMENT_COST, 5, "租房合同"),),
        expenses=(ExpenseEntry(ExpenseKind.MEDICAL, 7),),
        other_assets=(OtherAssetEntry(OtherAssetKind.MOTOR_VEHICLE, exempted=True, ground="残疾人代步"),),
    )


def test_a_declaration_is_one_whole_set(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    declaration = told(o, household, everything(family))
    assert [(m.person.name, m.position, m.disability_grade) for m in declaration.members.all()] == [
        ("赵甲", 0, None),
        ("赵甲子", 1, None),
        ("赵甲妻", 2, 2),
    ]
    assert {(i.person.name, i.amount_fen) for i in declaration.incomes.all()} == {("赵甲", 100), ("赵甲妻", 200)}
    assert declaration.deductions.get().amount_fen == 5
    assert declaration.expenses.get().amount_fen == 7
    assert declaration.financialassets.get().person is None
    assert declaration.otherassets.get().ground == "残疾人代步"
    assert Consent.objects.get().person == household.head


def test_not_answered_is_not_none(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    unknown = told(o, household, replace(family, incomes=None, financial_assets=None, other_assets=None))
    nothing = told(o, household, replace(family, incomes=(), financial_assets=(), other_assets=()))
    flags = ("incomes_known", "financial_assets_known", "other_assets_known")
    assert [getattr(unknown, flag) for flag in flags] == [False, False, False]
    assert [getattr(nothing, flag) for flag in flags] == [True, True, True]


def test_a_second_declaration_leaves_the_first_and_each_day_has_its_own(o: f.Office, family: Family) -> None:
    household = opened(o, family)
    first = told(o, household, family)
    richer = replace(family, incomes=(IncomeEntry(0, IncomeKind.WAGE, 2_700_000),))
    second = told(o, household, richer, on=JUNE)
    corrected = told(o, household, richer, on=JUNE)
    assert first.incomes.get().amount_fen == 1_080_000
    in_force = Declaration.objects.in_force
    assert in_force(household, date(2024, 5, 19)) is None
    assert in_force(household, date(2024, 6, 9)) == first
    assert in_force(household, JUNE) == corrected != second


def test_two_desks_open_files_in_one_township_at_once(own_database: OwnDatabase) -> None:
    o = f.office()
    families = [f.the_zhaos(o, name=name) for name in ("甲", "乙", "丙", "丁")]
    found = at_once([lambda told=told: opened(o, told).number for told in families])
    assert sorted(found) == [f"220281100240000{n}" for n in (1, 2, 3, 4)]


def test_the_same_family_typed_at_two_desks_at_once_is_one_file(own_database: OwnDatabase) -> None:
    o = f.office()
    family = f.the_zhaos(o)
    turned = replace(family, members=tuple(reversed(family.members)))
    for _ in range(2):  # first as newcomers, then as people on file
        at_once([lambda told=told: opened(o, told) for told in (family, turned)])
        assert (Household.objects.count(), Person.objects.count()) == (1, 3)
