"""Sections of the draft: typed, kept as typed, judged beside the field, never lost."""

from datetime import date

import pytest
from django.urls import reverse

from apps.applications.forms.intake.fields import YuanField
from apps.applications.models import Application
from apps.applications.tests import intake_desk as desks
from apps.applications.tests.intake_desk import Desk, furnished, number_of
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests import factories
from apps.awards.tests.factories import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return furnished()


@pytest.fixture
def desk(office: Office) -> Desk:
    desk = Desk(office, office.caseworker)
    desk.open()
    return desk


def test_one_township_needs_no_choice(office: Office) -> None:
    desk = Desk(office, office.caseworker)
    assert "township" not in desk.client.get(reverse("application-new")).content.decode()
    case = desk.open()
    assert (case.township, case.state) == (office.town, "DRAFT")
    assert "新申请" in desk.page.content.decode()


def test_an_application_begins_with_a_number_and_what_is_known_of_it(office: Office) -> None:
    known = factories.on_file(office, factories.family((factories.member("周一", date(1970, 1, 1)),)), on=desks.TODAY)
    desk = Desk(office, office.caseworker)
    wrong = desk.client.post(reverse("application-new"), {"number": "220281197001"})
    assert (wrong.status_code, "应为 18 位" in wrong.content.decode(), Application.objects.count()) == (422, True, 0)
    desk.client.post(reverse("application-new"), {"number": known.head.full_id_number(), "scheme": "DIBAO"})
    desk.look(Application.objects.get())
    page = desk.page.content.decode()
    assert f'value="{known.head.id_number_mask}"' in page
    assert known.head.full_id_number() not in page
    assert "本镇已有档案" in page
    assert str(known) in page


def test_wrong_input_is_kept_as_typed_and_told_beside_the_field(desk: Desk) -> None:
    typed = {"members-m1-number": "220281198601", "members-m1-name": "赵一", "members-m1-relation": "HEAD"}
    page = desk.save(typed | {"family-phone": "12", "incomes-answer": "SOME", "incomes-i1-amount": "一百"})
    for kept in ('value="220281198601"', 'value="赵一"', 'value="12"', 'value="一百"'):
        assert kept in page
    assert "还差 6 位，应为 18 位。" in page
    assert "请填 11 位手机号" in page
    assert "最多两位小数，例如 1355.00" in page
    assert "最多两位小数（到分），现在是 3 位。" in desk.save(typed | {"incomes-i1-amount": "100.125"})
    assert desk.draft()["members"]["members"][0]["number"] == "220281198601"


def test_what_is_only_missing_is_no_error_in_a_draft(desk: Desk) -> None:
    page = desk.save({"members-m1-name": "赵一", "members-m1-relation": "HEAD"})
    assert "请填写" not in page
    assert "赵一的身份证号" in page


def test_every_section_on_the_page_is_kept_whichever_button_was_pressed(desk: Desk, office: Office) -> None:
    desk.save(desks.whole(office), save="members")
    kept = desk.draft()
    assert kept["family"]["address"] == "站前路 3 号"
    assert [row["name"] for row in kept["members"]["members"]] == ["赵一", "赵小", "钱二"]
    assert kept["incomes"]["incomes"][0]["amount"] == "10800"
    assert kept["consent"]["signed_on"] == "2022-03-15"
    desk.case.refresh_from_db()
    assert desk.case.applicant_name == "赵一"


def test_valid_numbers_come_back_masked_and_stay_what_they_were(desk: Desk) -> None:
    number = number_of(desks.date(1985, 1, 1))
    typed = desks.members((number, "赵一", "HEAD")) | {"account-payee": "HEAD", "account-number": desks.CARD}
    page = desk.save(typed)
    assert number not in page
    assert desks.CARD not in page
    mask = f"{number[:6]}********{number[-4:]}"
    assert mask in page
    typed |= {"members-m1-number": mask, "members-m1-name": "赵大", "account-number": f"**** {desks.CARD[-4:]}"}
    desk.save(typed)
    row = desk.draft()["members"]["members"][0]
    assert (row["number"], row["name"]) == (number, "赵大")
    assert desk.draft()["account"]["number"] == desks.CARD


def test_birth_date_and_sex_are_read_from_the_number(desk: Desk) -> None:
    stem = "22999919870212001"
    page = desk.save(desks.members((stem + desks.check_digit(stem), "赵一", "HEAD")), live=True)
    assert "男，1987年2月12日出生，35 周岁" in page


@pytest.mark.parametrize(
    ("written", "kept"),
    [("10800", 1080000), ("１０８００．５", 1080050), ("10,800.00", 1080000), (" 10800元", 1080000)],
)
def test_amounts_are_read_kindly(desk: Desk, written: str, kept: int) -> None:
    assert YuanField().clean(written) == kept
    assert "最多两位小数" not in desk.save(desks.income(written))


@pytest.mark.parametrize("written", ["1.234", "-5", "1e9", "12..5", "99999999999999"])
def test_amounts_that_are_none_are_told(desk: Desk, written: str) -> None:
    page = desk.save(desks.income(written))
    assert "field-error" in page
    assert f'value="{written}"' in page


def test_a_certificate_of_somebody_else_is_told(desk: Desk) -> None:
    number = number_of(desks.date(1985, 1, 1))
    other = desks.other_number(number)
    mine = desks.members((number, "赵一", "HEAD"), m1_certificate=desks.certificate_of(number, 6, 3))
    assert "精神残疾 3 级" in desk.save(mine)
    wrong = desks.members((number, "赵一", "HEAD"), m1_certificate=desks.certificate_of(other, 6, 3))
    assert "请核对是不是本人的证" in desk.save(wrong)


def test_nobody_stands_on_the_list_twice(desk: Desk) -> None:
    number = number_of(desks.date(1985, 1, 1))
    page = desk.save(desks.members((number, "赵一", "HEAD"), (number, "赵二", "SPOUSE")))
    assert "与赵一的身份证号相同" in page


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("6228480402564890017", "账号校验位不符"),
        ("01234567890", "账号应为 12 至 19 位，现在是 11 位"),
        ("62284804025648900l8", "账号只能是数字"),
    ],
)
def test_account_numbers_are_checked(desk: Desk, number: str, said: str) -> None:
    assert said in desk.save(desks.papers() | {"account-number": number})


def test_town_or_country_is_proposed_and_confirmed_by_hand(desk: Desk, office: Office) -> None:
    page = desk.save({"family-village": desks.village(office, "VILLAGE")})
    assert "六家子村是村，一般为农村，请确认。" in page
    page = desk.save({"family-village": desks.village(office, "VILLAGE"), "family-area_kind": "URBAN"})
    assert "不一致，请核对户籍" in page


def test_a_village_of_another_township_is_not_on_offer(desk: Desk, office: Office) -> None:
    foreign = office.other_town.children.first()
    page = desk.save({"family-village": str(foreign.pk)})
    assert "field-error" in page


def test_rows_come_and_go_without_scripts(desk: Desk) -> None:
    typed = desks.members((number_of(desks.date(1985, 1, 1)), "赵一", "HEAD"))
    answer = desk.send(typed, add="members")
    assert answer.url.endswith("?at=members#sec-members")
    assert 'name="members-m2-number"' in desk.client.get(answer.url).content.decode()
    desk.save(desks.members((number_of(desks.date(1990, 1, 1)), "赵一", "HEAD"), ("", "钱二", "SPOUSE")))
    page = desk.save({}, remove="members-m2")
    assert "钱二" in page, "a button without the page's fields removes nothing"
    desk.save(
        desks.members((number_of(desks.date(1990, 1, 1)), "赵一", "HEAD"), ("", "钱二", "SPOUSE")), remove="members-m2"
    )
    assert [row["name"] for row in desk.draft()["members"]["members"]] == ["赵一"]


def test_an_income_of_somebody_removed_asks_for_the_member_again(desk: Desk) -> None:
    desk.save(desks.members((number_of(desks.date(1990, 1, 1)), "赵一", "HEAD")) | desks.income(member="m7"))
    assert "这位成员已不在名单里" in desk.page.content.decode()


def test_three_of_one_name_are_told_apart(desk: Desk, office: Office) -> None:
    born = [number_of(desks.date(year, 1, 1)) for year in (1990, 2011, 2012)]
    rows = ((born[0], "张三", "HEAD"), (born[1], "张三", "CHILD"), (born[2], "张三（2）", "CHILD"))
    # 550 × 3 + 275 × 2
    page = desk.save(desks.home(office) | desks.members(*rows) | {"incomes-answer": "NONE"}, live=True)
    assert "2,200.00 元/月" in page


def test_an_untouched_page_writes_nothing(desk: Desk) -> None:
    before = Record.objects.count()
    desk.save({"members-m1-residence": "TOGETHER", "members-m1-relation": "HEAD", "members-m1-name": ""})
    assert Record.objects.count() == before


def test_two_desks_on_one_draft_the_slower_is_told_and_loses_nothing(desk: Desk, office: Office) -> None:
    other = Desk(office, office.caseworker)
    other.look(desk.case)
    desk.save({"family-address": "站前路 3 号"})
    answer = other.send({"family-address": "站前路 5 号", "incomes-answer": "NONE"}, do="save")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同一节刚由别人保存过" in page
    assert 'value="站前路 5 号"' in page
    assert desk.draft()["family"]["address"] == "站前路 3 号"
    assert "incomes" not in desk.draft(), "nothing is half saved"
    other.given = dict(desks._SEEN.findall(page))
    other.save({"family-address": "站前路 5 号", "incomes-answer": "NONE"})
    assert desk.draft()["family"]["address"] == "站前路 5 号"


def test_what_the_other_desk_wrote_elsewhere_stays(desk: Desk, office: Office) -> None:
    other = Desk(office, office.caseworker)
    other.look(desk.case)
    desk.save({"family-address": "站前路 3 号"})
    other.save({"family-address": "", "incomes-answer": "NONE"})
    assert desk.draft()["family"]["address"] == "站前路 3 号"
    assert desk.draft()["incomes"]["answer"] == "NONE"


def test_one_desk_may_change_its_mind_on_the_way(desk: Desk) -> None:
    for address in ("一", "一二", "", "三"):
        desk.save({"family-address": address, "incomes-answer": "NONE"}, live=True)
    assert desk.draft()["family"]["address"] == "三"


def test_a_foreign_draft_is_no_draft(desk: Desk, office: Office) -> None:
    stranger = Desk(office, office.stranger)
    for name in ("application-draft", "application-missing"):
        assert stranger.client.get(reverse(name, args=[desk.case.uuid])).status_code == 404
    stranger.case, stranger.given = desk.case, {}
    assert stranger.send({"family-address": "别处"}).status_code == 404
    assert desk.draft() == {}


def test_only_caseworkers_take_in(desk: Desk, office: Office) -> None:
    for user in (office.leader, office.reviewer, office.auditor):
        client = Desk(office, user).client
        assert client.get(reverse("application-draft", args=[desk.case.uuid])).status_code == 403
        assert client.post(reverse("application-new")).status_code == 403
    assert Application.objects.count() == 1


def test_each_saving_is_one_record_without_personal_data(desk: Desk, office: Office) -> None:
    typed = desks.whole(office)
    desk.save(typed)
    record = Record.objects.filter(verb=Verb.SAVE_DRAFT).get()
    assert record.payload["sections"] == ["account", "consent", "family", "incomes", "members", "property"]
    assert typed["members-m1-number"] not in str(record.payload)
    assert typed["members-m1-number"].encode() not in bytes(desk.case.draft_sealed)
