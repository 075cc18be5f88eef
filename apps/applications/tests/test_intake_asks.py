"""What is asked for, near relatives, promises, and the papers a case should have."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.applications.models import Application, Document, Promise
from apps.applications.tests import intake_desk as desks
from apps.applications.tests.intake_desk import Desk, furnished, number_of
from apps.applications.tests.papers import picture
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


@pytest.mark.parametrize("scheme", ["TEKUN", "DIBAO_SINGLE", "LOW_INCOME", "EXPENDITURE"])
def test_an_application_is_opened_for_what_is_asked_for(office: Office, scheme: str) -> None:
    desk = Desk(office, office.caseworker)
    desk.client.post(reverse("application-new"), {"scheme": scheme})
    case = Application.objects.get()
    assert case.scheme == scheme
    assert f'value="{scheme}" ' in desk.client.get(reverse("application-draft", args=[case.uuid])).content.decode()


def test_the_pre_check_says_what_fits_better(desk: Desk, office: Office) -> None:
    typed = desks.home(office) | desks.three_of_them() | desks.nothing_owned()
    # 10800 a year is under 550 × 12 × 3 = 19800: 低保, whatever was asked for.
    page = desk.save(typed | desks.income() | {"applied-scheme": "LOW_INCOME"}, live=True)
    assert "您选的是低收入家庭认定，按现有情况更符合<b>低保</b>" in page
    # 24000 lies between 19800 and 39600: low income, and the severely disabled wife alone on 低保.
    page = desk.save(typed | desks.income("24000") | {"applied-scheme": "DIBAO"}, live=True)
    assert "您选的是低保，按现有情况更符合<b>单人户低保、低收入家庭认定</b>" in page
    assert "更符合" not in desk.save(typed | desks.income("24000") | {"applied-scheme": "LOW_INCOME"}, live=True)


def test_expenditure_cases_are_asked_for_expenses_with_receipts(desk: Desk, office: Office) -> None:
    # 40000 is over 39600 and under 35646 × 3; after 21000 of treatment 19000 is under 19800.
    typed = desks.home(office) | desks.three_of_them() | desks.nothing_owned() | desks.income("40000")
    typed |= {"applied-scheme": "EXPENDITURE"}
    assert "十二个月的医疗、教育、照护支出和票据" in desk.save(typed, live=True)
    typed |= {"expenses-e1-kind": "MEDICAL", "expenses-e1-amount": "21000"}
    page = desk.save(typed, live=True)
    assert "第 1 项支出的票据" in page
    page = desk.save(typed | {"expenses-e1-evidence": "住院票据 3 张"}, live=True)
    assert "支出型" in page
    assert "第 1 项支出的票据" not in page
    assert "更符合" not in page


def test_a_changed_wish_is_one_saving_and_an_untouched_page_none(desk: Desk) -> None:
    before = desk.case.history.count()
    desk.save({"applied-scheme": "DIBAO"})
    assert desk.case.history.count() == before
    desk.save({"applied-scheme": "TEKUN"})
    assert desk.case.history.count() == before + 1


def test_near_relatives_are_asked_about_and_shown(desk: Desk, office: Office) -> None:
    typed = {name: value for name, value in desks.whole(office).items() if name != "consent-near"}
    answer = desk.send(typed, do="submit")
    assert answer.status_code == 422
    assert "是否经办人员近亲属" in answer.content.decode()
    typed |= {"consent-near": "SOME"}
    page = desk.send(typed, do="submit").content.decode()
    assert "请填写单位和岗位" in page
    typed |= {"consent-near_who": "李某", "consent-near_post": "新站镇经办人", "consent-near_kin": "户主的弟弟"}
    assert desk.send(typed, do="submit").status_code == 302
    case = Application.objects.get()
    assert (case.near_relative, case.near_relative_of) == (True, "李某，新站镇经办人，户主的弟弟")
    page = desk.client.get(case.get_absolute_url()).content.decode()
    assert "经办人员近亲属：李某，新站镇经办人，户主的弟弟" in page


def test_every_adult_signs_or_somebody_for_them(desk: Desk, office: Office) -> None:
    typed = {name: value for name, value in desks.whole(office).items() if name != "signers-m3-signed"}
    answer = desk.send(typed, do="submit")
    assert answer.status_code == 422
    assert "钱二的授权书签字" in answer.content.decode()
    typed |= {"signers-m3-signed": "on", "signers-m3-on": "2022-03-14", "signers-m3-by": "监护人赵一"}
    assert desk.send(typed, do="submit").status_code == 302
    told = Application.objects.get().declaration.consents.values_list("person__name", "signer", "signed_on")
    assert set(told) == {("赵一", "", desks.TODAY), ("钱二", "监护人赵一", date(2022, 3, 14))}


def test_the_whole_text_of_the_authorisation_can_be_read(desk: Desk) -> None:
    page = desk.page.content.decode()
    assert "家庭经济状况核对授权书" in page
    assert "申请就是授权" in page


def test_the_sheet_to_sign_has_a_line_for_everybody(desk: Desk, office: Office) -> None:
    promised = {"member": "m1", "fact": "零工收入约 6000 元", "why": "雇主已搬走"}
    desk.save(desks.whole(office) | {f"promises-p1-{name}": value for name, value in promised.items()})
    page = desk.client.get(reverse("application-consent", args=[desk.case.uuid])).content.decode()
    for told in ("申请就是授权", "<td>赵一</td><td>户主</td>", "<td>钱二</td><td>配偶</td>", "零工收入约 6000 元"):
        assert told in page
    assert "<td>赵小</td>" not in page, "a child signs nothing"
    assert desks.three_of_them()["members-m1-number"] not in page


def test_what_cannot_be_proven_is_promised_and_shown(desk: Desk, office: Office) -> None:
    promised = {"member": "m1", "fact": "零工收入约 6000 元", "why": "雇主已搬走"}
    typed = desks.whole(office) | {f"promises-p1-{name}": value for name, value in promised.items()}
    assert desk.send(typed, do="submit").status_code == 302
    promise = Promise.objects.get()
    assert (promise.by, promise.fact, promise.why, promise.on) == (
        "赵一",
        "零工收入约 6000 元",
        "雇主已搬走",
        desks.TODAY,
    )
    page = desk.client.get(reverse("application-documents", args=[promise.application.uuid])).content.decode()
    assert "零工收入约 6000 元" in page
    assert "承诺书" in page


def test_the_sheet_lists_the_papers_that_are_not_there(desk: Desk, office: Office) -> None:
    desk.save(desks.whole(office))
    at = reverse("application-missing", args=[desk.case.uuid])
    page = desk.client.get(at).content.decode()
    for paper in ("赵一的身份证", "户口簿", "赵一的收入证明（工资性收入）", "钱二的残疾证（肢体 2 级）", "核对授权书"):
        assert paper in page
    attach = reverse("document-attach", args=[desk.case.uuid])
    for kind, member in (("DISABILITY", "钱二"), ("IDENTITY", "")):
        upload = SimpleUploadedFile("x.jpg", picture(), "image/jpeg")
        assert desk.client.post(attach, {"kind": kind, "member": member, "files": upload}).status_code == 302
    page = desk.client.get(at).content.decode()
    assert "残疾证" not in page
    assert "身份证（" not in page
    assert "赵一的身份证" not in page, "one for the whole family counts for each"
    assert "户口簿" in page
    assert Document.objects.count() == 2


def test_a_certificate_typed_for_the_number_says_both(desk: Desk) -> None:
    number = number_of(date(1985, 1, 1))
    page = desk.save(desks.members((desks.certificate_of(number, 6, 3), "赵一", "HEAD")), live=True)
    assert "37 周岁，精神残疾 3 级" in page
    row = desk.draft()["members"]["members"][0]
    assert (row["number"], row["certificate"]) == (number, f"{number}63")
