"""From the page to the file: the pre-check by hand arithmetic, submission, look-ups, reviews."""

import logging
from datetime import date

import pytest
from django.urls import reverse

from apps.applications.actions import return_for_correction, start_review, submit, withdraw
from apps.applications.actions.lookup import HINTS_AN_HOUR
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import Application
from apps.applications.tests import intake_desk as desks
from apps.applications.tests.intake_desk import TODAY, Desk, furnished, number_of
from apps.audit.actions import record
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests import factories
from apps.awards.tests.factories import Office, office_date
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Relation
from apps.households.actions import approve_account
from apps.households.family import Family, MemberEntry
from apps.households.models import Declaration, Household, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return furnished()


@pytest.fixture
def desk(office: Office) -> Desk:
    desk = Desk(office, office.caseworker)
    desk.open()
    return desk


def test_the_likely_amount_stands_beside_the_form(desk: Desk, office: Office) -> None:
    # D1: 550 × 3 − 10800 ÷ 12 = 750; a child 275, a severely disabled wife 330.
    page = desk.save(desks.home(office) | desks.three_of_them() | desks.income(), live=True)
    assert "低保 · 约" in page
    assert "1,355.00 元/月" in page
    assert "差额 750.00 + 未成年增发 275.00 + 重残增发 330.00" in page
    assert "金融资产和车辆、房产还没有回答，暂按没有计算。" in page
    assert "还没填齐" in page


def test_filled_in_is_not_the_same_as_all_papers_there(desk: Desk, office: Office) -> None:
    page = desk.save(desks.whole(office), live=True)
    assert "可以提交" in page
    assert "材料还差" in page, "identity cards, income, account of what was declared: none is attached"
    assert "打印一次性告知单" in page


def test_incomplete_rows_are_left_out_of_the_pre_check(desk: Desk, office: Office) -> None:
    # Two people, no income that counts yet: 550 × 2 = 1100 and the child's 275.
    typed = desks.members(
        (number_of(date(1985, 1, 1)), "赵一", "HEAD"),
        (number_of(date(2012, 5, 1)), "赵小", "CHILD"),
        ("220281198601", "", "SPOUSE"),
    )
    typed |= desks.home(office) | desks.income("600", "SCHOLARSHIP", "m2") | desks.nothing_owned()
    page = desk.save(typed, live=True)
    assert "1,375.00 元/月" in page
    assert "不计入收入" in page
    assert "配偶的身份证号：还差 6 位" in page
    assert "配偶的姓名" in page


def test_unanswered_income_is_not_no_income(desk: Desk, office: Office) -> None:
    page = desk.save(desks.home(office) | desks.three_of_them(), live=True)
    assert "收入还没有填，先不估算" in page
    assert "元/月" not in page
    assert "1,980" not in page


def test_a_changed_member_changes_the_choices_of_the_other_rows(desk: Desk) -> None:
    page = desk.save(desks.members((number_of(date(1985, 1, 1)), "赵一", "HEAD")) | {"incomes-i1-kind": ""}, live=True)
    assert 'name="incomes-i1-member"' in page
    assert page.count('hx-swap-oob="true"') > 5
    assert 'hx-swap-oob="beforeend:#rows-members"' in page
    assert 'name="members-m2-number"' in page


def test_the_missing_sheet_lists_everything_once(desk: Desk, office: Office) -> None:
    number = number_of(date(1985, 1, 1))
    desk.save(desks.members((number, "赵一", "HEAD")))
    page = desk.client.get(reverse("application-missing", args=[desk.case.uuid])).content.decode()
    for item in ("村（社区）", "收入（有或没有）", "金融资产（有或没有）", "收款账号", "核对授权书签字"):
        assert item in page
    assert number not in page
    assert "新站镇人民政府" in page


def test_another_family_s_account_is_told_beside_its_field(desk: Desk, office: Office) -> None:
    assert desk.send(desks.whole(office), do="submit").status_code == 302
    other = Desk(office, office.caseworker)
    other.open()
    head = desks.members((number_of(date(1961, 3, 3)), "钱一", "HEAD"))
    answer = other.send(
        desks.home(office) | head | desks.nothing_owned() | {"incomes-answer": "NONE"} | desks.papers(), do="submit"
    )
    page = answer.content.decode()
    assert answer.status_code == 409, page[:4000]
    assert 'id="id_account-number-says"><span class="field-error">这个账号已用于另一个家庭' in page
    assert Household.objects.count() == 1


def test_submission_writes_everything_in_one_act(desk: Desk, office: Office) -> None:
    answer = desk.send(desks.whole(office), do="submit")
    assert answer.status_code == 302, answer.content.decode()[:4000]
    case = Application.objects.select_related("household", "declaration").get()
    assert (case.state, case.submitted_on, case.applicant_name) == ("SUBMITTED", TODAY, "赵一")
    people = {member.person.name: member for member in case.declaration.members.select_related("person")}
    assert list(people) == ["赵一", "赵小", "钱二"]
    assert (people["钱二"].disability_category, people["钱二"].disability_grade) == ("PHYSICAL", 2)
    assert people["赵一"].person.full_phone() == "13804320000"
    assert case.declaration.incomes.get().amount_fen == 1080000
    assert (case.declaration.financial_assets_known, case.declaration.other_assets_known) == (True, True)
    account = case.household.accounts.get()
    assert (account.holder.name, account.full_number(), account.state) == ("赵一", desks.CARD, "PROPOSED")
    signed = case.declaration.consents.values_list("person__name", "signed_on")
    assert set(signed) == {("赵一", TODAY), ("钱二", TODAY)}
    assert (case.near_relative, case.near_relative_of) == (False, "")
    submitted = Record.objects.get(verb=Verb.SUBMIT)
    assert set(submitted.parts.values_list("verb", flat=True)) == {"OPEN_HOUSEHOLD", "DECLARE", "PROPOSE_ACCOUNT"}


def test_what_is_missing_is_listed_and_nothing_is_written(desk: Desk, office: Office) -> None:
    typed = {name: value for name, value in desks.whole(office).items() if name != "property-financial"}
    typed |= {"members-m2-name": "", "account-payee": "GUARDIAN"}
    answer = desk.send(typed, do="submit")
    page = answer.content.decode()
    assert answer.status_code == 422
    for line in (
        "还不能提交",
        "请选择存款、现金、证券、债权",
        "请填写姓名",
        "请选择账户是哪位家庭成员的",
        "须写明监护依据",
    ):
        assert line in page
    assert 'href="#id_property-financial_0"' in page
    assert (Household.objects.count(), Person.objects.count(), Declaration.objects.count()) == (0, 0, 0)
    assert desk.draft()["family"]["address"] == "站前路 3 号", "what was typed is kept all the same"


def test_there_is_exactly_one_head(desk: Desk, office: Office) -> None:
    typed = desks.whole(office)
    page = desk.send(typed | {"members-m3-relation": "HEAD"}, do="submit").content.decode()
    assert "只能有一位户主" in page
    page = desk.send(typed | {"members-m1-relation": "SIBLING", "members-m3-relation": "SPOUSE"}, do="submit")
    assert "请指明一位户主" in page.content.decode()


def test_an_answer_with_nothing_under_it_is_no_answer(desk: Desk, office: Office) -> None:
    answer = desk.send(desks.whole(office) | {"property-other": "SOME"}, do="submit")
    assert answer.status_code == 422
    assert "请至少填一行" in answer.content.decode()


def test_rows_under_an_answer_none_do_not_count(desk: Desk, office: Office) -> None:
    answer = desk.send(desks.whole(office) | {"incomes-answer": "NONE"}, do="submit")
    assert answer.status_code == 302
    assert Declaration.objects.get().incomes.count() == 0


def test_two_browsers_the_second_submission_is_told(desk: Desk, office: Office) -> None:
    other = Desk(office, office.caseworker)
    other.look(desk.case)
    assert desk.send(desks.whole(office), do="submit").status_code == 302
    answer = other.send(desks.whole(office) | {"family-address": "站前路 9 号"}, do="submit")
    assert answer.status_code == 409
    assert "已经提交" in answer.content.decode()
    assert 'value="站前路 9 号"' in answer.content.decode()
    assert Declaration.objects.count() == 1
    page = desk.client.get(reverse("application-draft", args=[desk.case.uuid]))
    assert page.url == desk.case.get_absolute_url()


def test_a_family_with_an_open_case_is_refused_a_second_one(desk: Desk, office: Office) -> None:
    typed = desks.whole(office)
    desk.send(typed, do="submit")
    again = Desk(office, office.caseworker)
    again.open()
    page = again.save(typed)
    assert "本镇已有档案" in page
    assert "正在办理" in page
    answer = again.send(typed, do="submit")
    assert answer.status_code == 409
    assert "已有一件正在办理的申请" in answer.content.decode()


def test_a_returned_application_opens_with_the_reason_on_top(desk: Desk, office: Office) -> None:
    typed = desks.whole(office)
    desk.send(typed, do="submit")
    desk.case.refresh_from_db()
    return_for_correction(desk.case, reason="请补工资流水。", acting_user=office.caseworker, on=TODAY)
    desk.look(desk.case)
    page = desk.page.content.decode()
    assert "请补工资流水。" in page
    assert "本镇已有档案" not in page, "the family's own file is no duplicate"
    assert desk.send(typed | desks.income("12000"), do="submit").status_code == 302
    assert Household.objects.count() == 1
    assert Declaration.objects.latest("pk").incomes.get().amount_fen == 1200000


def test_a_wrongly_typed_head_is_corrected_in_the_same_file(desk: Desk, office: Office) -> None:
    typed = desks.whole(office)
    desk.send(typed, do="submit")
    desk.case.refresh_from_db()
    return_for_correction(desk.case, reason="户主身份证号抄错。", acting_user=office.caseworker, on=TODAY)
    desk.look(desk.case)
    right = desks.other_number(typed["members-m1-number"])
    answer = desk.send(typed | {"members-m1-number": right}, do="submit")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    household = Household.objects.get()
    assert household.head.full_id_number() == right
    assert household.memberships.filter(until=None).count() == 3
    assert household.accounts.get(state="PROPOSED").holder == household.head


def test_head_and_spouse_change_places(desk: Desk, office: Office) -> None:
    typed = desks.whole(office)
    desk.send(typed, do="submit")
    desk.case.refresh_from_db()
    return_for_correction(desk.case, reason="户主应为妻子。", acting_user=office.caseworker, on=TODAY)
    desk.look(desk.case)
    changed = {"members-m1-relation": "SPOUSE", "members-m3-relation": "HEAD", "signers-m1-signed": "on"}
    answer = desk.send(typed | changed, do="submit")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Household.objects.get().head.name == "钱二"


def test_of_another_township_only_the_standing_and_the_office_are_shown(desk: Desk, office: Office) -> None:
    far = Desk(office, office.stranger)
    far.open()
    number = number_of(date(1985, 1, 1))
    home = desks.home(office) | {"family-village": str(office.other_town.children.first().pk)}
    typed = home | desks.members((number, "孙远方", "HEAD")) | {"incomes-answer": "NONE"}
    assert far.send(typed | desks.nothing_owned() | desks.papers(), do="submit").status_code == 302
    page = desk.save(desks.members((number, "孙某", "HEAD")))
    assert "这个人在天岗镇正在办理" in page
    assert "孙远方" not in page
    assert Record.objects.filter(verb=Verb.HINT_ELSEWHERE).count() == 1
    desk.save(desks.members((number, "孙某某", "HEAD")))
    assert Record.objects.filter(verb=Verb.HINT_ELSEWHERE).count() == 1, "the note stays, nobody asked again"
    page = desk.send(desks.whole(office) | {"members-m1-number": number}, do="submit")
    assert page.status_code == 409
    assert "登记在另一个家庭" in page.content.decode()
    assert Person.objects.with_id_number(factories.read(number, on=TODAY)).get().name == "孙远方"


def test_hints_are_limited_by_the_hour_and_nothing_typed_is_lost(desk: Desk, office: Office) -> None:
    told = factories.family((factories.member("孙远方", date(1985, 1, 1)),), income_fen=0)
    number = told.head.number.text
    household = factories.open_household(told, township=office.other_town, acting_user=office.stranger, on=TODAY)
    factories.declare(household, told, acting_user=office.stranger, on=TODAY)
    factories.decide_on(office, household, on=date(2022, 2, 15))
    for _ in range(HINTS_AN_HOUR):
        record(Verb.HINT_ELSEWHERE, acting_user=office.caseworker, on=TODAY)
    page = desk.save(desks.members((number, "孙某", "HEAD")))
    assert "查重次数已到上限" in page
    assert desk.draft()["members"]["members"][0]["name"] == "孙某"


SIGNED = {
    "consent-near": "NONE",
    "consent-signed_on": "2022-09-01",
    "signers-m3-signed": "on",
    "consent-promise": "on",
}


def reviewed(office: Office) -> Household:
    """A family on benefit since April, with an account in use."""
    desk = Desk(office, office.caseworker)
    desk.open()
    assert desk.send(desks.whole(office), do="submit").status_code == 302
    household = Household.objects.get()
    approve_account(household.accounts.get(), acting_user=office.leader, on=TODAY)
    factories.decide_on(office, household, on=TODAY)
    withdraw(Application.objects.get(), reason="测试", acting_user=office.caseworker, on=TODAY)
    office_date(date(2022, 9, 1))
    return household


def test_a_review_begins_with_what_is_on_file_and_asks_again(office: Office) -> None:
    household = reviewed(office)
    desk = Desk(office, office.caseworker)
    answer = desk.client.post(reverse("review-start", args=[household.uuid]))
    case = desk.look(Application.objects.latest("pk"))
    assert answer.url == reverse("application-draft", args=[case.uuid])
    page = desk.page.content.decode()
    for shown in (
        "赵一",
        household.head.id_number_mask,
        "肢体 2 级，有效",
        "10800.00",
        "上次申报的数字",
        "继续用赵一的",
    ):
        assert shown in page
    for person in Person.objects.all():
        assert person.full_id_number() not in page
        assert person.full_id_number() not in str(case.draft())
    assert "收入还没有填，先不估算" in page


def on_page(case: Application) -> dict[str, str]:
    """What a browser would send back of a review's page, untouched."""
    draft, typed = case.draft(), {}
    lists = {"members": ["members"], "incomes": ["incomes"], "property": ["assets", "others"]}
    for section, names in lists.items():
        for name in names:
            for row in draft.get(section, {}).get(name, []):
                typed |= {f"{name}-{row['key']}-{field}": value for field, value in row.items() if field != "key"}
    return typed | {f"family-{name}": value for name, value in draft["family"].items()}


def test_a_review_raises_the_income_and_keeps_the_account(office: Office) -> None:
    household = reviewed(office)
    desk = Desk(office, office.caseworker)
    desk.client.post(reverse("review-start", args=[household.uuid]))
    case = desk.look(Application.objects.latest("pk"))
    typed = on_page(case) | desks.income("24000") | desks.nothing_owned() | {"account-keep": "KEEP"}
    # 24000 a year is 2000 a month of 550 × 3 = 1650: over the standard, below twice of it; 渐退 at 75 % of 1355.
    page = desk.save(typed, live=True)
    assert "低保渐退" in page
    assert "1,016.25 元/月" in page
    answer = desk.send(typed | SIGNED, do="submit")
    assert answer.status_code == 302, answer.content.decode()[:4000]
    assert Declaration.objects.latest("pk").incomes.get().amount_fen == 2400000
    assert Declaration.objects.latest("pk").members.count() == 3
    assert household.accounts.count() == 1


def test_a_person_of_another_family_cannot_be_slipped_into_a_review(office: Office) -> None:
    household = reviewed(office)
    stranger = factories.on_file(office, factories.family((factories.member("外人", date(1970, 1, 1)),)), on=TODAY).head
    desk = Desk(office, office.caseworker)
    desk.client.post(reverse("review-start", args=[household.uuid]))
    case = desk.look(Application.objects.latest("pk"))
    desk.save(on_page(case) | {"members-m3-person": str(stranger.pk)})
    assert str(stranger.pk) not in {row.get("person") for row in desk.draft()["members"]["members"]}
    slipped = MemberEntry("外人", stranger.birth_date, Relation.CHILD, person_id=stranger.pk)
    head = MemberEntry("赵一", household.head.birth_date, Relation.HEAD, person_id=household.head_id)
    family = Family(
        area_kind=factories.AreaKind.URBAN,
        members=(head, slipped),
        village=household.village,
        incomes=(),
        financial_assets=(),
        other_assets=(),
        keeps_account=True,
        consent_on=TODAY,
        near_relative_of="",
    )
    with pytest.raises(Refused, match="不在这个家庭的档案里"):
        submit(case, family=family, acting_user=office.caseworker, on=date(2022, 9, 1))


def test_a_review_needs_a_running_award_and_no_open_case(office: Office) -> None:
    household = factories.on_file(office, factories.family(), on=TODAY)
    client = Desk(office, office.caseworker).client
    answer = client.post(reverse("review-start", args=[household.uuid]))
    assert answer.status_code == 409
    assert "没有在享待遇" in answer.content.decode()
    assert Desk(office, office.stranger).client.post(answer.wsgi_request.path).status_code == 404
    assert client.get(answer.wsgi_request.path).status_code == 405
    sections = sections_on_file(household, on=TODAY)
    with pytest.raises(Refused, match="没有在享待遇"):
        start_review(household, sections=sections, acting_user=office.caseworker, on=TODAY)


def test_no_identity_number_in_an_address_or_a_log(
    desk: Desk, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    typed = desks.whole(office)
    numbers = [value for name, value in typed.items() if name.endswith("-number")]
    with caplog.at_level(logging.DEBUG):
        answers = [desk.send(typed, live=True), desk.send(typed, do="save"), desk.send(typed, do="submit")]
    for number in numbers:
        assert number not in caplog.text
        assert not any(number in answer.get("Location", "") for answer in answers)
        assert number not in str(list(Record.objects.values()))
