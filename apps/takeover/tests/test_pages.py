"""The take-over as the bureau does it: template down, register up, trial looked at, approved by another, compared."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from apps.accounts.models import User
from apps.applications.tests import factories as f
from apps.awards.models import Award
from apps.households.models import Household
from apps.takeover.enums import UploadState
from apps.takeover.models import ParallelMonth, RegisterUpload
from apps.takeover.tasks import work
from apps.takeover.tests import factories as t
from apps.takeover.workbook.layout import REGISTER, ROLL

pytestmark = pytest.mark.django_db


@pytest.fixture
def o() -> Iterator[t.Office]:
    return t.office()


@pytest.fixture
def at(o: t.Office) -> Callable[[User], Client]:
    def at_desk(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return at_desk


def file(content: bytes, name: str = "原登记册.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def told(response: Any) -> str:
    return response.content.decode()


def a_book() -> t.Book:
    book = t.Book()
    book.zhaos()
    book.phase_out()
    return book


def rows_of(content: bytes, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def test_the_empty_list_says_how_to_begin(at: Any, o: t.Office) -> None:
    page = told(at(o.chief).get(reverse("register-list")))
    for word in ("还没有上传过登记册", "先下载登记册模板", "还没有试算过", "上传登记册"):
        assert word in page
    assert reverse("register-new") not in told(at(o.reviewer).get(reverse("register-list")))


def test_the_templates_have_headings_notes_choices_and_text_cells(at: Any, o: t.Office) -> None:
    for name, sheets in (("register-template", REGISTER), ("roll-template", ROLL)):
        response = at(o.chief).get(reverse(name))
        assert ".xlsx" in response["Content-Disposition"]
        for sheet in sheets:
            head, example = rows_of(response.content, sheet.name)
            assert head == [column.heading for column in sheet.columns]
            assert example[0] == "示例1"
        assert rows_of(response.content, "填写说明")[1] == [
            "每张表第一行是表头，不要改动；第二行是示例，导入时跳过，可以删去。"
        ]


def test_from_the_upload_to_the_award_through_the_pages(at: Any, o: t.Office) -> None:
    chief, reviewer = at(o.chief), at(o.reviewer)
    given = {"file": file(a_book().content()), "first_month": "2024-06"}
    response = chief.post(reverse("register-new"), given, follow=True)
    upload = RegisterUpload.objects.get()
    assert response.redirect_chain == [(upload.get_absolute_url(), 302)]
    assert "正在逐行校核" in told(response)
    work()
    page = told(chief.get(upload.get_absolute_url()))
    assert "2,443.00" in page  # 1396.00 + 1047.00
    assert "新站镇" in page
    assert reverse("register-approve", args=[upload.uuid]) not in page
    assert not Household.objects.exists()
    approve = reverse("register-approve", args=[upload.uuid])
    form = reviewer.get(approve)
    assert "批准接管 2 户，首月 2,443.00 元" in told(form)
    seen = form.context["form"].initial["seen"]
    response = reviewer.post(approve, {"seen": seen}, follow=True)
    assert "已批准，正在写入登记册。" in told(response)
    work()
    assert "已全部写入登记册" in told(chief.get(upload.get_absolute_url()))
    assert Award.objects.count() == 2
    family = Household.objects.order_by("pk").first()
    assert "承接原登记册" in told(at(o.caseworker).get(family.awards.get().get_absolute_url()))
    f.awards.office_date(f.PAY_DAY)
    page = told(at(o.caseworker).get(family.get_absolute_url()))
    assert "发起复核" in page
    assert "决定待遇" in page
    assert "随原登记册接管，原编号 A001" in page


def test_a_file_that_is_none_is_refused_beside_its_field(at: Any, o: t.Office) -> None:
    given = {"file": file("家庭编号,姓名".encode(), "登记册.xlsx"), "first_month": "2024-06"}
    response = at(o.chief).post(reverse("register-new"), given)
    assert response.status_code == 409
    assert response.context["form"].errors["file"] == [
        "不是 .xlsx 工作簿：请选原来的工作簿，不要上传 CSV 或改名的文件。"
    ]
    assert not RegisterUpload.objects.exists()


def test_errors_are_listed_and_handed_out_as_a_sheet(at: Any, o: t.Office) -> None:
    book = a_book()
    book.lines["成员"][0][1] = "220281198501010010"
    upload = t.checked(o, book)
    page = told(at(o.chief).get(upload.get_absolute_url()))
    assert "有错误的文件不能接管" in page
    assert "校验位不符" in page
    head, *rows = rows_of(at(o.chief).get(reverse("register-faults", args=[upload.uuid])).content, "校核结果")
    assert head == ["性质", "工作表", "行", "列", "说明"]
    assert rows[0][:4] == ["错误", "成员", "2", "身份证号"]
    blocked = at(o.reviewer).get(reverse("register-approve", args=[upload.uuid]))
    assert blocked.status_code == 409


def test_warnings_are_ticked_by_the_reviewer(at: Any, o: t.Office) -> None:
    book = t.Book()
    book.zhaos(wage=30_000)
    upload = t.checked(o, book)
    approve = reverse("register-approve", args=[upload.uuid])
    client = at(o.reviewer)
    assert "1 条提示已逐条核对，按原登记册接管" in told(client.get(approve))
    response = client.post(approve, {"seen": upload.plan_digest})
    assert response.status_code == 409
    assert "逐条核对后勾选接受" in str(response.context["form"].errors["accepted"])
    assert client.post(approve, {"seen": upload.plan_digest, "accepted": "on"}).status_code == 302


def test_sending_back_needs_a_reason_and_says_it(at: Any, o: t.Office) -> None:
    upload = t.checked(o, a_book())
    at_reviewer, reject = at(o.reviewer), reverse("register-reject", args=[upload.uuid])
    assert at_reviewer.post(reject, {"reason": ""}).status_code == 422
    at_reviewer.post(reject, {"reason": "户数与原系统不符"})
    assert t.fresh(upload).state == UploadState.REJECTED
    assert "户数与原系统不符" in told(at(o.chief).get(upload.get_absolute_url()))


def test_the_page_refreshes_itself_when_the_work_is_done(at: Any, o: t.Office) -> None:
    upload = t.uploaded(o, a_book())
    progress = reverse("register-progress", args=[upload.uuid])
    asking = at(o.chief).get(progress, headers={"HX-Request": "true"})
    assert "every 2s" in told(asking)
    assert "HX-Refresh" not in asking.headers
    work()
    assert at(o.chief).get(progress, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_paid_month_is_compared_filtered_and_exported_with_numbers_as_text(at: Any, o: t.Office) -> None:
    book = a_book()
    t.taken_over(o, book)
    book.paid("A001", 1355, name="赵甲")
    book.paid("0007", "88.00")
    chief = at(o.chief)
    given = {"file": file(book.roll(), "五月.xlsx"), "month": "2024-05"}
    assert "正在逐户比较" in told(chief.post(reverse("parallel-new"), given, follow=True))
    work()
    parallel = ParallelMonth.objects.get()
    page = told(chief.get(parallel.get_absolute_url()))
    for word in ("执行的标准", "550.00 元的标准", "只在发放名册", "只在登记册", "-1,047.00", "名册第 2 行"):
        assert word in page
    only = told(chief.get(parallel.get_absolute_url(), {"finding": "EXPLAINED"}))
    assert "登记册没有这个编号" not in only
    assert "没有符合条件的户" in told(chief.get(parallel.get_absolute_url(), {"finding": "EQUAL"}))
    export = chief.get(reverse("parallel-export", args=[parallel.uuid]))
    head, *rows = rows_of(export.content, "平行试算")
    by_number = {row[head.index("名册编号")]: row for row in rows}
    assert set(by_number) == {"A001", "0007", ""}
    assert by_number["A001"][head.index("家庭编号")] == Household.objects.get(taken_over__old_number="A001").number
    assert by_number["A001"][head.index("差额（元）")] == -41


def test_townships_see_nothing_of_it(at: Any, o: t.Office) -> None:
    upload = t.checked(o, a_book())
    for user in (o.caseworker, o.maker, o.admin):
        assert at(user).get(upload.get_absolute_url()).status_code == 403


def through(o: t.Office, at: Any, households: int) -> RegisterUpload:
    """A register of that size handed in and approved on the pages."""
    book = t.Book()
    book.many(households)
    at(o.chief).post(reverse("register-new"), {"file": file(book.content()), "first_month": "2024-06"})
    work()
    upload = RegisterUpload.objects.get()
    assert upload.error_count == 0, upload.errors[:5]
    approve = reverse("register-approve", args=[upload.uuid])
    at(o.reviewer).post(approve, {"seen": at(o.reviewer).get(approve).context["form"].initial["seen"]})
    work()
    return RegisterUpload.objects.get()


@pytest.mark.parametrize("households", [100, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_month_over_the_whole_register_adds_up_to_the_trial(at: Any, o: t.Office, households: int) -> None:
    upload = through(o, at, households)
    assert upload.state == UploadState.APPLIED
    assert Household.objects.count() == households
    run = f.calculated(o)
    # All alike: 560 × 3 − 900, a minor and a severe disability.
    assert run.total_fen == sum(cell[-1] for cell in upload.plan["cells"]) == households * 139_600
    assert run.units == households
