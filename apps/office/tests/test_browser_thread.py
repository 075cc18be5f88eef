"""One family through eight desks, by keyboard and mouse: from an identity number to money paid, and into 渐退."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.actions import load_areas
from apps.accounts.models import User
from apps.households.idnumber import check_digit
from apps.office.actions import open_office_date
from apps.office.demo.accounts import PASSWORD, open_accounts
from apps.office.divisions import shipped_divisions
from apps.payments.invariants import broken_invariants
from jiaohe_aid.testing.own import OwnDatabase
from jiaohe_aid.testing.processes import Office

pytestmark = [pytest.mark.browser, pytest.mark.integration]

DAY = date(2024, 5, 20)


def number(born: str, serial: int) -> str:
    """A well-formed identity number of the range never given out."""
    stem = f"229999{born}{serial:03d}"
    return stem + check_digit(stem)


HEAD, CHILD, WIFE = number("19850101", 901), number("20120501", 903), number("19860101", 902)


def card(first_digits: str) -> str:
    """A card number whose check digit fits."""
    digits = [int(digit) for digit in reversed(first_digits)]
    total = sum(sum(divmod(d * 2, 10)) for d in digits[::2]) + sum(digits[1::2])
    return f"{first_digits}{-total % 10}"


ACCOUNT, OTHER_ACCOUNT = card("622202000000000001"), card("622202000000000002")


class Desk:
    """One official at one browser."""

    def __init__(self, page: Page, url: str, username: str) -> None:
        self.page, self.url = page, url
        page.set_default_timeout(15_000)
        page.goto(f"{url}/login/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="待办")).to_be_visible()

    def menu(self, name: str) -> None:
        """An entry of the side navigation."""
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()

    def case(self) -> None:
        """The family's case from the worklist."""
        self.menu("待办")
        self.page.get_by_role("link", name="赵甲").first.click()

    def press(self, name: str | re.Pattern[str]) -> None:
        """The button or link of that name in the page (not in the navigation)."""
        main = self.page.get_by_role("main")
        main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()


@pytest.fixture
def office_open(own_database: OwnDatabase) -> None:
    """Areas, the demo's officials and their date; no family yet."""
    system = User.objects.system()
    load_areas(shipped_divisions(), acting_user=system, on=DAY)
    open_accounts(acting_user=system)
    open_office_date()


@pytest.fixture
def desk(office_open: None, live_office: Office, open_page: Callable[..., Page]) -> Callable[[str], Desk]:
    """Sit down at a desk; each official has a browser of their own and stays logged in."""
    desks: dict[str, Desk] = {}

    def at(username: str) -> Desk:
        if username not in desks:
            desks[username] = Desk(open_page(), live_office.url, username)
        return desks[username]

    return at


def advance(desk: Callable[[str], Desk], step: str) -> None:
    """The system administrator moves the office date."""
    admin = desk("system_admin")
    admin.menu("工作日期")
    admin.press(step)


def fill_member(page: Page, place: int, number_: str, name: str, relation: str) -> None:
    page.get_by_label("身份证号").nth(place).fill(number_)
    page.get_by_label("姓名", exact=True).nth(place).fill(name)
    page.get_by_label("与户主关系").nth(place).select_option(label=relation)


def declare_money(page: Page, wage: str) -> None:
    """A wage of the head for twelve months; no savings, no vehicle, no second home."""
    page.get_by_role("group", name="全家十二个月有没有收入").get_by_label("有", exact=True).check()
    page.get_by_label("成员", exact=True).first.select_option(label="赵甲")
    page.get_by_label("收入种类").first.select_option(label="工资性收入")
    page.get_by_label("十二个月合计").first.fill(wage)
    for question in ("存款、现金、证券、债权", "车辆、房产"):
        page.get_by_role("group", name=question).get_by_label("没有").check()


def take_in(caseworker: Desk) -> None:
    """新申请: three people, wages, no property, account, consent."""
    page = caseworker.page
    caseworker.menu("新申请")
    caseworker.press(re.compile("新建|开始|填写"))
    page.get_by_label("村（社区）").select_option(index=1)
    page.get_by_label("城市").check()
    page.get_by_label("家庭住址").fill("和平街 1 号")
    fill_member(page, 0, HEAD, "赵甲", "户主")
    for place, (who, name, relation) in enumerate([(CHILD, "赵乙", "子女"), (WIFE, "钱丙", "配偶")], start=1):
        caseworker.press("添一口人")
        expect(page.get_by_label("身份证号")).to_have_count(place + 1)
        fill_member(page, place, who, name, relation)
    page.get_by_text("居住、在读、残疾、重病").nth(2).click()
    page.get_by_label("残疾证号").nth(2).fill(f"{WIFE}42")
    declare_money(page, "10800")
    page.get_by_role("group", name="发给谁").get_by_label("户主").check()
    page.get_by_label("开户行").fill("蛟河农商银行")
    page.get_by_label("账号").fill(ACCOUNT)
    sign(page, "2024-05-20")
    # 城市标准 560：560×3 − 10800÷12 = 780.00；乙未成年 280.00；丙肢体二级 336.00
    caseworker.press("保存草稿")
    caseworker.sees("1,396.00 元")
    caseworker.press("提交申请")


def sign(page: Page, day: str) -> None:
    """Nobody's near relative; head and wife have signed."""
    page.get_by_role("group", name="近亲属").get_by_label("没有").check()
    page.get_by_label("户主签字日期").fill(day)
    page.get_by_label("已签字", exact=True).check()
    page.get_by_label("申请人已签字").check()


def through_the_township(desk: Callable[[str], Desk]) -> None:
    """Accepted, investigated, proposed, posted."""
    caseworker, leader = desk("caseworker"), desk("township_leader")
    caseworker.case()
    caseworker.press("受理")
    caseworker.press(re.compile("^受理，"))
    page = caseworker.page
    caseworker.press("发起核对")
    caseworker.press(re.compile("^发起核对，"))
    caseworker.press("登记核对结果")
    caseworker.press("其余均无记录…")
    caseworker.press(re.compile("项均无记录$"))
    caseworker.sees("核对报告还有 90 天有效")
    caseworker.press("登记入户调查")
    page.get_by_label("另一位调查人").fill("村协理员")
    page.get_by_label("在场家庭成员").fill("钱丙")
    page.get_by_label("一致", exact=True).check()
    page.get_by_label("调查情况").fill("住房一处，务工收入与流水一致。")
    page.get_by_label("调查表已由").check()
    caseworker.press("登记调查结果")
    caseworker.press("登记民主评议")
    page.get_by_label("参加人员").fill("周一、吴二、郑三")
    page.get_by_label("认为属实（人）").fill("3")
    page.get_by_label("评议结论").fill("情况属实。")
    caseworker.press("登记评议结果")
    leader.case()
    leader.press("签署初审意见")
    leader.page.get_by_label("拟同意", exact=True).check()
    leader.page.get_by_label("说明").fill("符合条件，拟同意。")
    leader.press("签署意见")
    caseworker.case()
    caseworker.press("张贴公示")
    caseworker.press("登记已张贴")
    caseworker.sees("公示与确认")


def confirmed_by_the_bureau(desk: Callable[[str], Desk], button: str, *, steps: tuple[str, ...]) -> None:
    """After seven days on the wall and, where the last is a day off, to the next working day."""
    for step in steps:
        advance(desk, step)
    reviewer = desk("reviewer")
    reviewer.case()
    reviewer.press(button)
    reviewer.press(button)
    reviewer.sees("已确认")


def the_month_is_run(desk: Callable[[str], Desk], month: str, amount: str) -> None:
    """The maker starts it, a worker calculates, the checker confirms what changed."""
    maker, checker = desk("payments_maker"), desk("payments_checker")
    maker.menu("月度核定")
    maker.press(f"开始核定 {month}")
    expect(maker.page.get_by_role("main").get_by_text("待确认").first).to_be_visible(timeout=60_000)
    checker.menu("月度核定")
    checker.press(month)
    checker.sees(amount)
    checker.press(re.compile("^确认"))
    checker.sees("已确认")


def paid_through_the_bank(desk: Callable[[str], Desk], draw: str, amount: str, folder: Path, failing: int) -> None:
    """Drawn and frozen by one, approved by another, released by a third, to the bank and back."""
    maker = desk("payments_maker")
    maker.menu("发放批次" if "编制" in draw else "待更正")
    twice(maker, draw)
    maker.sees(amount)
    maker.press(re.compile("^送审"))
    maker.page.get_by_label("花名册笔数").fill("1")
    maker.page.get_by_label("花名册合计").fill(amount)
    maker.press(re.compile("^送审"))
    the_doubts_are_cleared(desk)
    for username, act in (("payments_checker", "批准"), ("bureau_chief", "放行")):
        colleague = desk(username)
        colleague.menu("发放批次")
        colleague.page.get_by_role("main").get_by_role("link", name=re.compile("^FF")).first.click()
        twice(colleague, re.compile(f"^{act} 1 笔、{amount}"))
    maker.page.reload()
    maker.press("下载银行文件")
    maker.page.get_by_label("用途").fill("送交银行代发")
    with maker.page.expect_download():
        maker.press("下载银行文件")
    maker.press("返回批次")
    twice(maker, re.compile("已送银行"))
    maker.press("演示：生成银行回盘")
    maker.page.get_by_label("失败的笔号").fill("1" if failing else "")
    with maker.page.expect_download() as given:
        maker.page.get_by_role("main").get_by_role("button").first.click()
    given.value.save_as(folder / f"{draw}.txt")
    maker.press("返回批次")
    maker.press("导入银行回盘")
    maker.page.get_by_label("银行回盘文件").set_input_files(folder / f"{draw}.txt")
    maker.press(re.compile("导入"))


def there_is_money(desk: Callable[[str], Desk]) -> None:
    """The maker enters the year's document, the checker approves it."""
    maker, checker = desk("payments_maker"), desk("payments_checker")
    maker.menu("资金指标")
    maker.press("登记指标")
    page = maker.page
    page.get_by_label("指标文号").fill("吉财社〔2024〕17号")
    page.get_by_label("下达日期").fill("2024-05-06")
    page.get_by_label("金额").fill("100000")
    maker.press("提出")
    checker.menu("资金指标")
    checker.press("核准…")
    checker.press("核准")
    checker.sees("100,000.00")


def the_doubts_are_cleared(desk: Callable[[str], Desk]) -> None:
    """What the gate found, if anything, is let through by the checker with a ground."""
    checker = desk("payments_checker")
    checker.menu("发放批次")
    checker.page.get_by_role("main").get_by_role("link", name=re.compile("^FF")).first.click()
    checker.page.wait_for_url(re.compile(r"/payments/batches/\d+/"))
    if not checker.page.get_by_role("main").get_by_role("link", name=re.compile("^核销疑点")).count():
        return
    checker.press(re.compile("^核销疑点"))
    for box in checker.page.get_by_role("main").get_by_role("row").get_by_role("checkbox").all():
        box.check()
    checker.page.get_by_label("理由").fill("已与乡镇电话核对")
    checker.press("核销所选疑点")


def twice(desk: Desk, name: str | re.Pattern[str]) -> None:
    """Open the step, then do it: the second button says the same as the first."""
    desk.press(name)
    desk.press(name)


def the_account_is_corrected(desk: Callable[[str], Desk]) -> None:
    """The caseworker proposes, the leader approves."""
    caseworker, leader = desk("caseworker"), desk("township_leader")
    for someone in (caseworker, leader):
        someone.menu("家庭档案")
        someone.page.get_by_role("main").get_by_role("link", name="赵甲").click()
    caseworker.press("更换收款账户")
    page = caseworker.page
    page.get_by_label("开户行").fill("蛟河农商银行")
    page.get_by_label("账号").fill(OTHER_ACCOUNT)
    caseworker.press("提出更换")
    leader.page.reload()
    leader.press("核准")
    leader.press("核准这个账户")
    leader.sees("在用")


def batches_close(desk: Callable[[str], Desk], count: int) -> None:
    """The checker closes what balances."""
    checker = desk("payments_checker")
    for _ in range(count):
        checker.menu("发放批次")
        row = checker.page.get_by_role("row").filter(has_text="待关闭").first
        row.get_by_role("link", name=re.compile("^FF")).click()
        twice(checker, re.compile("^关闭"))
        checker.sees("已关闭")


def income_has_risen(caseworker: Desk) -> None:
    """发起复核: the wage is 27,000 a year now; the rest stands as on file."""
    page = caseworker.page
    caseworker.menu("家庭档案")
    page.get_by_role("main").get_by_role("link", name="赵甲").click()
    caseworker.press("发起复核")
    declare_money(page, "27000")
    page.get_by_role("radio", name=re.compile("继续用赵甲的")).check()
    sign(page, "2024-06-01")
    caseworker.press("保存草稿")
    # 27000 ≥ 560×12×3 = 20160，< 40320：渐退第一年 1396 × 75% = 1047.00
    caseworker.sees("1,047.00 元")
    caseworker.press("提交申请")


def test_a_family_from_the_form_to_the_bank_and_into_phase_out(
    desk: Callable[[str], Desk], own_database: OwnDatabase, tmp_path: Path
) -> None:
    own_database.start_worker()
    take_in(desk("caseworker"))
    through_the_township(desk)
    # 5月20日张贴，5月27日（星期一）期满，28日起可确认
    confirmed_by_the_bureau(desk, "确认，6月起发 1,396.00 元", steps=("推进一周", "推进一天"))

    advance(desk, "推进到下月")
    there_is_money(desk)
    the_month_is_run(desk, "2024年6月", "1,396.00")
    paid_through_the_bank(desk, "编制2024年6月批次", "1,396.00", tmp_path, failing=1)
    the_account_is_corrected(desk)
    paid_through_the_bank(desk, "重新发放", "1,396.00", tmp_path, failing=0)
    batches_close(desk, 2)
    assert broken_invariants() == []

    income_has_risen(desk("caseworker"))
    through_the_township(desk)
    # 6月1日张贴，第七天 6月8日起是端午假期（8–10日），顺延到 11 日期满
    confirmed_by_the_bureau(desk, "确认，7月起发 1,047.00 元", steps=("推进一周", "推进一周"))
    advance(desk, "推进到下月")
    the_month_is_run(desk, "2024年7月", "1,047.00")
    paid_through_the_bank(desk, "编制2024年7月批次", "1,047.00", tmp_path, failing=0)
    auditor = desk("auditor")
    auditor.menu("办理记录")
    for act in ("导入银行回盘", "放行并封存银行文件"):
        expect(auditor.page.get_by_role("cell", name=act).first).to_be_visible()
