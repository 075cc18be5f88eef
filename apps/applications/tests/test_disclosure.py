"""What the public may read: name, village, number, category, amount; and nothing else by any way out of the house."""

import io
import re
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from apps.accounts.models import Posting, User
from apps.accounts.roles import Level, Role
from apps.applications import actions
from apps.applications.disclosure import Disclosed, long_term_list, public_name
from apps.applications.models import Display
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.tests.test_letters import desk, text
from apps.applications.views.disclosure import workbook
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.models import OfficeDate
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import ExpenseKind
from apps.households.family import ExpenseEntry, Family
from apps.households.models import Household, Person

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 3)
# Who is disabled, ill, how old, what they earn: words that would tell.
TELLING = ("残疾", "重残", "重病", "一级", "二级", "收入", "工资", "存款", "护理", "单人户", "渐退", "医疗", "未成年")


@pytest.fixture
def o() -> f.Office:
    return f.office(ON)


def with_everything(o: f.Office) -> Family:
    """A family that has every fact that must stay in the house."""
    told = f.the_zhaos(o, name="赵大有")
    head, child, wife = told.members
    return replace(
        told,
        members=(head, replace(child, serious_illness=True), replace(wife, phone="13912345678")),
        address="和平街 1 号 3 单元 502 室",
        expenses=(ExpenseEntry(ExpenseKind.MEDICAL, 1_234_500, "诊断：尿毒症"),),
    )


def cells(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def secrets_of(household: Household, family: Family) -> list[str]:
    """Everything of the family that no notice may say."""
    people = Person.objects.filter(memberships__household=household)
    found = [person.full_id_number() for person in people] + [person.id_number_mask for person in people]
    found += [person.full_phone() for person in people if person.full_phone()]
    found += [person.name for person in people if person != household.head]
    found += [account.number_mask for account in household.accounts.all()]
    found += [account.full_number() for account in household.accounts.all()]
    return [*found, household.full_address(), "502", "尿毒症", "蛟河农商银行", household.number]


def assert_tells_nothing(told: str, household: Household, family: Family) -> None:
    secrets = secrets_of(household, family)
    assert len(secrets) > 15
    assert not [secret for secret in secrets if secret in told]
    assert not [word for word in TELLING if word in told]
    assert not re.findall(r"(?<!\d)\d{11}(?!\d)|(?<!\d)\d{15,19}(?!\d)|\d{17}[\dXx]", told)
    assert not re.findall(r"\d+\s*(?:号楼|单元|室|门牌)", told)


def channels(o: f.Office, family: Family) -> dict[str, str]:
    """Every page and file by which somebody outside may read of the family."""
    case = f.publicised(o, family)
    client = desk(o.caseworker)
    notice = case.notices.get()
    shown = {
        "poster": text(client.get(f"/notices/{notice.pk}/poster/")),
        "notices": re.sub(r'href="/cases/[^"]*"', "", _list(text(client.get("/notices/")))),
        "kept": str(notice.content),
    }
    OfficeDate.objects.update(day=f.DECIDED)
    actions.confirm(case, seen=f.seen_by_reviewer(case), acting_user=o.reviewer, on=f.DECIDED)
    OfficeDate.objects.update(day=ON)
    for area in (o.village, o.town):
        shown[f"sheet {area}"] = text(client.get(f"/disclosure/{area.pk}/"))
        shown[f"table {area}"] = str(cells(client.get(f"/disclosure/{area.pk}/table/").content))
    shown["index"] = _list(text(client.get("/disclosure/")))
    return shown


def _list(page: str) -> str:
    """The page without the frame around it."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_no_way_out_tells_more_than_the_five_fields(o: f.Office) -> None:
    family = with_everything(o)
    shown = channels(o, family)
    household = Household.objects.get()
    assert len(shown) == 8
    for name, told in shown.items():
        assert_tells_nothing(told, household, family)
        assert name == "index" or "赵大有" in told, name
        assert "noindex" in told or not told.startswith("<!doctype"), name
    assert [field.name for field in fields(Disclosed)] == ["applicant", "village", "people", "category", "amount_fen"]


def test_the_ending_of_tekun_tells_as_little(o: f.Office) -> None:
    posted = after.ending_posted(o, after.tekun(o, "郑老"))
    told = text(desk(o.caseworker).get(f"/endings/{posted.uuid}/poster/"))
    assert "郑老" in told
    household = posted.award.household
    for secret in ("13900005678", "光明路", "赡养能力", household.head.full_id_number(), household.head.id_number_mask):
        assert secret not in told


def test_the_list_of_a_village_by_hand(o: f.Office) -> None:
    """780 + 280 + 336 = 1396.00 for three; 特困 1.3 × 560 + 154 = 882.00; the other township is not in it."""
    f.confirmed(o)
    after.tekun(o)
    f.confirmed(o.elsewhere(), f.the_zhaos(o.elsewhere(), name="外甲"))
    assert list(long_term_list(o.village, on=ON)) == [
        Disclosed("赵甲", "站前社区", 3, "最低生活保障", 139_600),
        Disclosed("郑老", "站前社区", 1, "特困人员救助供养", 88_200),
    ]
    assert list(long_term_list(o.town, on=ON)) == list(long_term_list(o.village, on=ON))
    assert [row.applicant for row in long_term_list(o.other_village, on=ON)] == ["外甲"]


def test_not_before_the_first_month_and_no_longer_after_the_last(o: f.Office) -> None:
    case = f.confirmed(o)
    assert list(long_term_list(o.village, on=date(2024, 5, 31))) == []
    assert len(list(long_term_list(o.village, on=ON))) == 1
    actions.revoke(after.doubted(o, case, ON), acting_user=o.chief, on=ON)
    assert len(list(long_term_list(o.village, on=date(2024, 6, 30)))) == 1
    assert list(long_term_list(o.village, on=date(2024, 7, 1))) == []


def test_of_a_minor_only_the_family_name(o: f.Office) -> None:
    award = after.tekun(o, "孙小宝", born=date(2012, 3, 1))
    assert public_name(award.household.head, ON) == "孙某某"
    assert [row.applicant for row in long_term_list(o.village, on=ON)] == ["孙某某"]
    assert "小宝" not in text(desk(o.caseworker).get(f"/disclosure/{o.village.pk}/"))
    assert public_name(award.household.head, date(2030, 3, 1)) == "孙小宝"


def test_in_the_spreadsheet_text_stays_text() -> None:
    evil = Disclosed('=HYPERLINK("http://x")', "+1", 3, "最低生活保障", 139_600)
    rows = cells(workbook("@公布", [evil]))
    assert rows[2] == [1, '=HYPERLINK("http://x")', "+1", 3, "最低生活保障", 1396]
    book = openpyxl.load_workbook(io.BytesIO(workbook("@公布", [evil])))
    assert [cell.data_type for cell in book.active[3]] == ["n", "s", "s", "n", "s", "n"]


def test_a_notice_taken_down_is_gone_but_for_the_bureau(o: f.Office) -> None:
    case = f.confirmed(o)
    notice = case.notices.get()
    assert notice.taken_down_on is not None
    at = f"/notices/{notice.pk}/poster/"
    for user in (o.caseworker, o.leader):
        answer = desk(user).get(at)
        assert (answer.status_code, "赵甲" in text(answer)) == (410, False)
        assert "已于2024年5月29日撤下" in text(answer)
        assert at not in text(desk(user).get("/notices/?show=all")), "no button that leads to a no"
    for user in (o.reviewer, o.auditor):
        assert at in text(desk(user).get("/notices/?show=all"))
        assert "赵甲" in text(desk(user).get(at))


def test_that_a_list_hangs_is_put_on_record(o: f.Office) -> None:
    f.confirmed(o)
    client = desk(o.caseworker)
    at = f"/disclosure/{o.village.pk}/displayed/"
    asked = text(client.get(at))
    assert "名单现在有 1 条" in asked
    assert 'href="/disclosure/">不办理，返回' in asked, "a way back without putting anything on record"
    assert client.post(at, {"shown_on": "2024-06-04", "place": "公示栏"}).status_code == 409
    assert client.post(at, {"shown_on": "2024-06-03", "place": "公示栏"}).status_code == 302
    shown = Display.objects.get()
    assert (shown.village, shown.families, shown.by, shown.shown_on) == (o.village, 1, o.caseworker, ON)
    assert "2024年6月3日 公示栏（1 条）" in text(client.get("/disclosure/"))
    with pytest.raises(Refused):
        actions.record_display(
            o.other_village, shown_on=ON, place="公示栏", families=1, acting_user=o.caseworker, on=ON
        )


def test_who_only_has_a_post_in_a_village_sees_that_village_alone(o: f.Office) -> None:
    with act(Verb.APPOINT, acting_user=o.admin, on=ON):
        other = type(o.village).objects.create(
            code="220281100002", name="站后社区", level=Level.VILLAGE, kind="COMMUNITY", parent=o.town
        )
        helper = User.objects.create(username="helper", name="协理员", password="!")
        Posting.objects.create(user=helper, area=o.village, role=Role.CASEWORKER, since=f.HIRED)
    near = f.publicised(o)
    far = f.publicised(o, replace(f.the_zhaos(o, name="钱甲"), village=other))
    client = desk(helper)
    assert "赵甲" in text(client.get("/notices/"))
    assert "钱甲" not in text(client.get("/notices/"))
    assert client.get(f"/notices/{near.notices.get().pk}/poster/").status_code == 200
    assert client.get(f"/notices/{far.notices.get().pk}/poster/").status_code == 404
    assert client.get(f"/disclosure/{o.village.pk}/").status_code == 200
    for closed in (other, o.town, o.other_village, o.county):
        assert client.get(f"/disclosure/{closed.pk}/").status_code == 404


def test_a_list_is_put_up_once_a_day(o: f.Office) -> None:
    f.confirmed(o)
    told: dict[str, Any] = {"place": "公示栏", "families": 1, "acting_user": o.assistant, "on": ON}
    actions.record_display(o.village, shown_on=ON - timedelta(days=1), **told)
    actions.record_display(o.village, shown_on=ON, **told)
    client, at = desk(o.caseworker), f"/disclosure/{o.village.pk}/displayed/"
    again = client.post(at, {"shown_on": "2024-06-03", "place": "公示栏"})
    assert again.status_code == 409
    assert "6月3日已经登记过张贴（公示栏，1 条），一天只登记一次。" in text(again)
    assert Display.objects.count() == 2


def test_the_village_says_that_a_notice_hangs(o: f.Office) -> None:
    case = f.publicised(o)
    notice = case.notices.get()
    at = f"/notices/{notice.pk}/seen/"
    client = desk(o.assistant)
    assert at in text(client.get("/notices/"))
    assert at not in text(desk(o.caseworker).get("/notices/")), "who posted it does not vouch for it"
    assert client.post(at).status_code == 302
    notice.refresh_from_db()
    assert (notice.seen_on, notice.seen_by, notice.ends_on) == (ON, o.assistant, f.ENDS)
    assert "看到已上墙" in text(desk(o.reviewer).get(case.get_absolute_url()))
    assert client.post(at).status_code == 409
    actions.take_down_notice(notice, acting_user=o.caseworker, on=ON)
    with pytest.raises(Refused) as refused:
        actions.see_notice_up(notice, acting_user=o.assistant, on=ON)
    assert refused.value.code == "not_up"
    with pytest.raises(Refused) as refused:
        actions.see_notice_up(notice, acting_user=o.caseworker, on=ON)
    assert refused.value.code == "not_permitted"
