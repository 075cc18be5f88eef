"""特困 in the form: supporters, self-care, and both awards of one family, by hand arithmetic."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from apps.applications.actions.assessing import preview_case
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.applications.tests import intake_desk as desks
from apps.applications.tests.intake_desk import Desk, furnished, number_of
from apps.awards.tests.factories import Office
from apps.eligibility.facts import family_of, request_of
from apps.eligibility.policy.enums import DisabilityCategory, MemberStatus, ObligorStatus, Relation, Support
from apps.households.family import Family, ObligorEntry, SelfCareEntry
from apps.households.models import DeclaredMember, Obligor, SelfCare, SelfCareTask

pytestmark = pytest.mark.django_db

ABLE = {"eats": "ABLE", "dresses": "ABLE", "gets_up": "ABLE", "uses_toilet": "ABLE", "walks": "ABLE", "bathes": "ABLE"}


@pytest.fixture
def office() -> Office:
    return furnished()


@pytest.fixture
def desk(office: Office) -> Desk:
    desk = Desk(office, office.caseworker)
    desk.open()
    return desk


def with_uncle(office: Office) -> dict[str, str]:
    """The couple with a child, and the head's uncle of 72 who lives with them."""
    uncle = desks.members(*[("", "", "")] * 3, (number_of(date(1950, 1, 1)), "赵老", "OTHER"))
    own = {name: value for name, value in uncle.items() if "-m4-" in name}
    return desks.home(office) | desks.three_of_them() | own | desks.income() | desks.nothing_owned()


def care(answer: str = "NONE", **tasks: str) -> dict[str, str]:
    """What is known of the uncle; tasks that are given make an assessment."""
    told = {"answer": answer, "support": "DISPERSED"}
    if tasks:
        told |= ABLE | tasks | {"assessed_on": "2022-03-10", "assessed_by": "卫生院 王医生"}
    return {f"cares-m4-{name}": value for name, value in told.items()}


def test_nobody_looked_into_supporters_the_uncle_is_counted_for_dibao(desk: Desk, office: Office) -> None:
    # 550 × 4 − 900 = 1300; child 275, wife 330, the uncle of 72 gets 275: 2180.
    page = desk.save(with_uncle(office), live=True)
    assert "2,180.00 元/月" in page
    assert "赵老可能符合特困，法定义务人没有查清之前不作特困评估" in page
    assert 'name="cares-m4-answer"' in page, "the questions about him come onto the page"
    assert 'name="cares-m2-answer"' not in page, "a child at home with its parents is not asked about"


def test_no_supporters_and_not_assessed_means_no_care_part_and_says_so(desk: Desk, office: Office) -> None:
    # 低保 of the three: 750 + 275 + 330 = 1355; 特困 of the uncle: 550 × 1.3 = 715. Together 2070.
    page = desk.save(with_uncle(office) | care(), live=True)
    assert "2,070.00 元/月" in page
    assert "特困供养、低保" in page
    assert "赵老的自理能力还没有评估，金额暂不含照料护理费" in page


def test_an_assessment_brings_the_care_part(desk: Desk, office: Office) -> None:
    # Two of six fail: half care, 20 % of 1540 = 308; 1355 + 715 + 308 = 2378.
    page = desk.save(with_uncle(office) | care(walks="CANNOT", bathes="CANNOT"), live=True)
    assert "2,378.00 元/月" in page
    assert "六项中 2 项不能：半护理" in page
    assert "还没有评估" not in page


def test_half_an_assessment_is_none(desk: Desk, office: Office) -> None:
    typed = with_uncle(office) | care() | {"cares-m4-eats": "CANNOT"}
    page = desk.save(typed, live=True)
    assert "2,070.00 元/月" in page
    assert "赵老的评估人" in page


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        # Unable: 60 and on 低保. 1355 + 715.
        ({"born": "1960-01-01", "dibao": "YES"}, "2,070.00"),
        # Able: 59. All four on 低保.
        ({"born": "1963-01-01", "dibao": "YES"}, "2,180.00"),
        # Whether on 低保 is not known: not proven unable.
        ({"born": "1950-01-01"}, "2,180.00"),
        # In prison, property within the limits.
        ({"assets": "YES", "status": "IMPRISONED"}, "2,070.00"),
        # Over 70, property fits, income 20000 under 35646.
        ({"born": "1951-01-01", "assets": "YES", "income": "20000"}, "2,070.00"),
        # The same with an income above it.
        ({"born": "1951-01-01", "assets": "YES", "income": "36000"}, "2,180.00"),
    ],
)
def test_a_supporter_counts_as_unable_only_when_proven(
    desk: Desk, office: Office, told: dict[str, str], amount: str
) -> None:
    brother = {"member": "m4", "name": "赵二"} | told
    typed = with_uncle(office) | care("SOME") | {f"obligors-s1-{name}": value for name, value in brother.items()}
    assert f"{amount} 元/月" in desk.save(typed, live=True)


def test_some_supporters_but_none_named_is_told(desk: Desk, office: Office) -> None:
    assert "赵老选了“有”义务人，请至少填一位" in desk.save(with_uncle(office) | care("SOME"), live=True)


def test_who_asks_for_tekun_must_answer(desk: Desk, office: Office) -> None:
    page = desk.save(with_uncle(office), live=True)
    assert "赵老的法定义务人（有或没有）" not in page
    desk.save(with_uncle(office) | {"applied-scheme": "TEKUN"})
    sheet = desk.client.get(reverse("application-missing", args=[desk.case.uuid])).content.decode()
    assert "赵老的法定义务人（有或没有）" in sheet
    assert "赵小的法定义务人（有或没有）" in sheet, "then a child is asked about as well"
    desk.case.refresh_from_db()
    assert desk.case.scheme == "TEKUN"


def test_it_is_written_down_and_read_back_the_same(desk: Desk, office: Office) -> None:
    supporter = {"member": "m4", "name": "赵二", "kin": "弟弟", "status": "IMPRISONED", "assets": "YES"}
    supporter |= {"category": "MENTAL", "grade": "2", "income": "1200.50", "signed": "2022-03-12"}
    typed = with_uncle(office) | desks.papers() | care("SOME", bathes="CANNOT") | {"signers-m4-signed": "on"}
    typed |= {f"obligors-s1-{name}": value for name, value in supporter.items()}
    answer = desk.send(typed | {"signers-m4-by": "侄子赵一"}, do="submit")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    case = Application.objects.get()
    family = family_of(case.declaration)
    uncle = family.members[3]
    assert uncle.support is Support.DISPERSED
    assert uncle.self_care == SelfCareEntry(date(2022, 3, 10), "卫生院 王医生", frozenset({SelfCareTask.BATHES}))
    assert uncle.obligors == (
        ObligorEntry(
            "赵二",
            "弟弟",
            disability=(DisabilityCategory.MENTAL, 2),
            annual_income_fen=120050,
            assets_within_limit=True,
            status=ObligorStatus.IMPRISONED,
        ),
    )
    assert family.members[0].obligors is None
    signed = set(case.declaration.consents.values_list("person__name", "signer"))
    assert signed == {("赵一", ""), ("钱二", ""), ("赵老", "侄子赵一"), (None, "赵二")}
    # 1355 + 715 + one of six: half care, 308.
    assert sum(award.monthly for award in preview_case(case, on=desks.TODAY).awards) == 237_800
    page = desk.client.get(case.get_absolute_url()).content.decode()
    page += desk.client.get(reverse("application-documents", args=[case.uuid])).content.decode()
    for told in ("赵二（弟弟）", "六项中 1 项不能", "由侄子赵一代签"):
        assert told in page
    sections = sections_on_file(case.household, on=desks.TODAY)
    assert sections["support"]["obligors"][0]["name"] == "赵二"
    assert "answer" not in sections["support"]["cares"][0], "whether there are supporters is asked again"


def test_somebody_in_prison_is_not_counted_and_needs_no_signature(desk: Desk, office: Office) -> None:
    typed = desks.whole(office) | {"members-m3-status": "IMPRISONED"}
    del typed["signers-m3-signed"]
    # Two left: 550 × 2 − 900 = 200 and the child's 275.
    assert "475.00 元/月" in desk.save(typed, live=True)
    assert desk.send(typed, do="submit").status_code == 302
    assert DeclaredMember.objects.get(person__name="钱二").status == MemberStatus.IMPRISONED


def zhaos_and_uncle(o: f.Office) -> Family:
    """At 560 in 2024: three on 低保 with 1396.00, the uncle 560 × 1.3 = 728 and half care 308: 1036.00."""
    family = f.the_zhaos(o)
    care = SelfCareEntry(f.OPENED, "卫生院", frozenset({SelfCareTask.WALKS, SelfCareTask.BATHES, SelfCareTask.EATS}))
    uncle = f.member("赵老", date(1950, 1, 1), Relation.OTHER)
    return replace(family, members=(*family.members, replace(uncle, obligors=(), self_care=care)))


def test_both_awards_are_confirmed_and_paid_side_by_side() -> None:
    o = f.office()
    case = f.confirmed(o, zhaos_and_uncle(o))
    awards = {award.scheme: award for award in case.household.awards.all()}
    assert set(awards) == {"DIBAO", "TEKUN"}
    lines = {line.award.scheme: line.amount_fen for line in f.calculated(o).lines.select_related("award")}
    assert lines == {"DIBAO": 139_600, "TEKUN": 103_600}


def test_looked_into_none_is_not_nobody_looked() -> None:
    o = f.office()
    family = zhaos_and_uncle(o)
    asked = request_of(family, as_of=f.OPENED, current=None)["members"][3]
    assert asked["obligors"] == []
    assert asked["self_care_failures"] == 3
    open_one = replace(family, members=(*family.members[:3], replace(family.members[3], obligors=None)))
    assert "obligors" not in request_of(open_one, as_of=f.OPENED, current=None)["members"][3]


def test_the_database_keeps_supporters_as_they_were_told(desk: Desk, office: Office) -> None:
    supporter = {f"obligors-s1-{name}": value for name, value in {"member": "m4", "name": "赵二"}.items()}
    typed = with_uncle(office) | desks.papers() | care("SOME", bathes="CANNOT") | supporter
    assert desk.send(typed | {"signers-m4-signed": "on"}, do="submit").status_code == 302
    for table in (Obligor._meta.db_table, SelfCare._meta.db_table):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):  # noqa: S608 - our own tables
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
    insert = (
        "INSERT INTO households_obligor (member_id, position, name, relation, disability_category, disability_grade,"
        " status) SELECT member_id, 7, '无类别', '', '', 2, '' FROM households_obligor"
    )
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        connection.cursor().execute(insert)


def test_nothing_is_asked_where_nobody_could_be_on_tekun(desk: Desk, office: Office) -> None:
    page = desk.save(desks.home(office) | desks.members((number_of(date(1985, 1, 1)), "赵一", "HEAD")))
    assert "cares-" not in page
    assert reverse("application-draft", args=[desk.case.uuid])
