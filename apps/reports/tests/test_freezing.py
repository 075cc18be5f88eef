"""A sealed month is written down once, adds up by hand, and never moves again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.accounts.models import User
from apps.applications.tests.factories import undone
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, open_month
from apps.awards.tests import factories as f
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import PartKind
from apps.households.models import Household
from apps.reports.actions import freeze_figures, freeze_sealed
from apps.reports.enums import KINDS_OF, Group, Kind
from apps.reports.facts.lines import Summed, listed, summed, sums_behind
from apps.reports.facts.months import movements, parts_of, table_of, townships_of
from apps.reports.figures import Sums
from apps.reports.models import Figure, FrozenMonth, PartFigure
from apps.reports.tasks import freeze_sealed as freeze_task
from apps.reports.tests import scene

P = PartKind


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[scene.County]:
    with undone(django_db_blocker):
        yield scene.county()


@pytest.fixture
def c(shared: scene.County) -> Iterator[scene.County]:
    with undone():
        yield shared


def rows_of(frozen: FrozenMonth, user: User) -> dict[str, tuple[int, int, str]]:
    """The table as it is read: households, persons, yuan."""
    lines = table_of(frozen, user).lines
    return {line.label: (line.month.households, line.month.persons, f"{line.month.fen // 100}") for line in lines}


def test_the_month_comes_out_as_by_hand(c: scene.County) -> None:
    assert rows_of(c.april, c.o.auditor) == {
        "城乡低保": (6, 10, "4417"),
        "城市低保": (2, 5, "2730"),
        "农村低保": (4, 5, "1687"),
        "其中渐退": (1, 2, "375"),
        "其中单人户": (1, 1, "246"),
        "城乡特困": (1, 2, "1815"),
        "城市特困": (1, 2, "1815"),
        "农村特困": (0, 0, "0"),
        "其中分散供养": (1, 1, "715"),
        "其中集中供养": (0, 1, "1100"),
    }
    may = rows_of(c.may, c.o.auditor)
    assert (may["城市低保"], may["农村低保"]) == ((3, 6, "3005"), (3, 4, "1277"))
    year = {line.label: line.year for line in table_of(c.may, c.o.auditor).lines}
    assert year["城市低保"] == Sums(5, 11, 573_500)  # 2,730.00 + 3,005.00


def test_the_level_is_spending_by_persons(c: scene.County) -> None:
    levels = {line.label: line.month.level for line in table_of(c.april, c.o.auditor).lines}
    # 2730 ÷ 5 = 546; 1687 ÷ 5 = 337.4; 4417 ÷ 10 = 441.7; 1815 ÷ 2 = 907.5, half up
    assert (levels["城市低保"], levels["农村低保"], levels["城乡低保"], levels["城乡特困"]) == (546, 337, 442, 908)


def test_a_family_with_a_tekun_person_stands_in_both_tables_with_its_own_persons(c: scene.County) -> None:
    """李: two people on 低保, two on 特困; the household counts once in either."""
    home = Household.objects.get(head__name="李一")
    lines = listed(c.april, c.o.auditor, {}).filter(household=home)
    for group, persons in ((Group.DIBAO, 2), (Group.TEKUN, 2)):
        found = summed(lines.filter(kind__in=KINDS_OF[group]))
        assert (found.households, found.persons) == (1, persons)


def test_supplements_count_once_under_the_category_paid(c: scene.County) -> None:
    """孙, 72 and severely disabled, is neither 老年 nor 老残一体: 246.00 under 重残, with 钱二's 330.00."""
    april, may = parts_of(c.april, c.o.auditor), parts_of(c.may, c.o.auditor)
    assert april[P.SEVERE_DISABILITY] == Sums(0, 2, 57_600)
    assert april[P.MINOR] == Sums(0, 2, 55_000)  # 赵小 and 李童
    assert may[P.MINOR] == Sums(0, 1, 27_500)  # 李童 turned 18 in April
    assert not {P.ELDERLY, P.ELDERLY_DISABLED} & set(april)
    for frozen, parts in ((c.april, april), (c.may, may)):
        spent = sum(row.month.fen for row in table_of(frozen, c.o.auditor).lines if row.depth == 0)
        assert sum(part.fen for part in parts.values()) == spent


def test_what_came_moved_and_went(c: scene.County) -> None:
    """April was the first month: nothing to compare with. In May 王 came, 李 fell by the supplement, 郑 went."""
    assert movements(c.april, c.o.auditor) == {"NEW": 0, "CHANGED": 0, "STOPPED": 0}
    assert not listed(c.april, c.o.auditor, {"change": "NEW"}).exists()
    assert movements(c.may, c.o.auditor) == {"NEW": 1, "CHANGED": 1, "STOPPED": 1}
    for change, head in (("NEW", "王一"), ("CHANGED", "李一"), ("STOPPED", "郑一")):
        (line,) = listed(c.may, c.o.auditor, {"change": change})
        assert line.household.head.name == head


def test_townships_add_up_to_the_county_and_town_and_country_to_each(c: scene.County) -> None:
    for frozen in (c.april, c.may):
        for area, label in (("", "城乡"), ("URBAN", "城市"), ("RURAL", "农村")):
            rows = {line.label: line.month for line in table_of(frozen, c.o.auditor).lines}
            towns = townships_of(frozen, c.o.auditor, area)
            assert sum((town.dibao for town in towns), Sums()) == rows[f"{label}低保"]
            assert sum((town.tekun for town in towns), Sums()) == rows[f"{label}特困"]
        both, town, country = (
            {t.pk: t.dibao for t in townships_of(frozen, c.o.auditor, area)} for area in ("", "URBAN", "RURAL")
        )
        assert both == {pk: town.get(pk, Sums()) + country.get(pk, Sums()) for pk in both}


def test_every_figure_is_the_sum_of_the_lines_behind_it(c: scene.County) -> None:
    counted = 0
    for frozen in (c.april, c.may):
        for row in Figure.objects.filter(frozen=frozen, households__gt=0):
            chosen = {"township": row.township, "area": row.area_kind, "kind": row.kind}
            sums = summed(listed(frozen, c.o.auditor, chosen))
            assert (sums.households, sums.persons, sums.fen) == (row.households, row.persons, row.spending_fen)
            counted += 1
        for part in PartFigure.objects.filter(frozen=frozen):
            chosen = {"township": part.township, "area": part.area_kind, "part": part.part}
            sums = summed(listed(frozen, c.o.auditor, chosen), part.part)
            assert (sums.receivers, sums.part_fen) == (part.receivers, part.spending_fen)
            counted += 1
    assert counted > 20


@pytest.mark.parametrize("who", ["auditor", "stranger"])
def test_the_heading_of_a_list_says_what_its_lines_add_up_to(c: scene.County, who: str) -> None:
    """Whether it is read from the figures or from the lines: for every filter, and for two together."""
    user, town = getattr(c.o, who), c.o.other_town
    areas, groups = [{"area": area} for area in ("URBAN", "RURAL")], [{"group": group.value} for group in Group]
    alone = [{}, {"township": town}, {"change": "NEW"}, {"change": "STOPPED"}, *areas, *groups]
    alone += [{"kind": kind.value} for kind in Kind] + [{"part": part.value} for part in P]
    together = [one | other for one in alone for other in (*areas, *groups, {"township": town})]
    for frozen in (c.april, c.may):
        for chosen in (*alone, *together):
            part = chosen.get("part", "")
            from_lines = summed(listed(frozen, user, chosen), part)
            told = sums_behind(frozen, user, chosen)
            if part:
                assert (told.receivers, told.part_fen) == (from_lines.receivers, from_lines.part_fen), chosen
            else:
                assert (told.households, told.persons, told.fen) == sums_of(from_lines), chosen


def sums_of(sums: Summed) -> tuple[int, int, int]:
    return sums.households, sums.persons, sums.fen


def test_a_township_sees_its_own_part(c: scene.County) -> None:
    assert rows_of(c.april, c.o.caseworker)["农村低保"] == (1, 1, "656")
    assert rows_of(c.april, c.o.stranger)["农村低保"] == (3, 4, "1031")
    assert [town.name for town in townships_of(c.april, c.o.stranger)] == ["天岗镇"]


def test_freezing_again_gives_back_what_stands_and_records_nothing(c: scene.County) -> None:
    records = Record.objects.count()
    assert freeze_figures(c.april.run, acting_user=User.objects.system(), on=scene.MAY) == c.april
    freeze_task()
    assert Record.objects.count() == records
    assert Figure.objects.filter(frozen=c.april).exists()


def test_only_a_sealed_month_is_frozen_and_only_by_the_system(c: scene.County) -> None:
    june = scene.date(2022, 6, 1)
    f.office_date(june)
    run = f.calculate(open_month(june, acting_user=c.o.maker, on=june), on=june)
    run = confirm_month(run, acting_user=c.o.checker, on=june)
    assert freeze_sealed(acting_user=User.objects.system(), on=june) == 0
    with pytest.raises(Refused) as refused:
        freeze_figures(run, acting_user=User.objects.system(), on=june)
    assert refused.value.code == "month_not_sealed"
    with pytest.raises(Refused) as refused:
        freeze_figures(c.april.run, acting_user=c.o.chief, on=june)
    assert refused.value.code == "not_permitted"
    scene.seal_month(run, acting_user=c.o.maker, on=june)
    freeze_task()
    assert FrozenMonth.objects.filter(month=june, run=run).exists()


@pytest.mark.parametrize("table", ["frozenmonth", "figure", "partfigure"])
@pytest.mark.parametrize("change", ["UPDATE reports_{} SET id = id", "DELETE FROM reports_{}"])
def test_frozen_rows_are_never_changed(c: scene.County, table: str, change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        act(Verb.FREEZE_FIGURES, acting_user=c.o.chief, on=scene.MAY),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def test_nothing_is_added_without_an_act(c: scene.County, own_act: None) -> None:
    given = {"frozen": c.may, "area_kind": "RURAL", "kind": Kind.TEKUN, "households": 1, "persons": 1}
    with pytest.raises(DatabaseError, match="without a declared act"), transaction.atomic():
        Figure.objects.create(**given, spending_fen=1)


@pytest.fixture
def own_act() -> None:
    """Nothing declared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiaohe.act', '', true)")


def test_a_second_frozen_month_is_refused_by_the_database(c: scene.County) -> None:
    with (
        pytest.raises(IntegrityError, match="frozen_once"),
        act(Verb.FREEZE_FIGURES, acting_user=c.o.chief, on=scene.MAY) as record,
    ):
        FrozenMonth.objects.create(month=scene.MAY, source="PUBLISHED", note="重复", record=record)
