"""The side navigation: one table. An entry shows when its page exists and the user may do its act.

``verb`` names a member of the act table (None: everyone); ``badge`` is the dotted path of a callable
``(user, on) -> Badge | None`` that an app above offers: core only knows its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Badge:
    """A count beside an entry; ``hot`` when something is overdue; ``label`` says what is counted."""

    count: int
    label: str = "件"
    hot: bool = False


@dataclass(frozen=True)
class Entry:
    """One row of the table."""

    group: str
    label: str
    icon: str
    url_name: str
    verb: str | None = None
    badge: str | None = None


@dataclass(frozen=True)
class Item:
    """An entry as this user sees it."""

    entry: Entry
    url: str
    current: bool
    badge: Badge | None


REVIEWS_DUE = "apps.applications.worklist.reviews_badge"
LEFT_BEHIND = "apps.applications.facts.handing_over.left_behind_badge"
PRICES_WAIT = "apps.payments.waiting.prices_badge"
WAITING = "apps.partners.facts.waiting"
# In the order of the day: the township's first, then what the bureau decides; an entry stands in one place only.
ENTRIES = (
    Entry("办理", "待办", "inbox", "worklist", badge="apps.applications.worklist.worklist_badge"),
    Entry("办理", "新申请", "pencil-square", "application-new", "OPEN_APPLICATION"),
    Entry("办理", "主动发现", "binoculars", "lead-list", "VIEW_LEADS"),
    Entry("办理", "家庭档案", "people", "household-list", "VIEW_HOUSEHOLDS"),
    Entry("办理", "部门提示", "bell", "alert-list", "VIEW_REFERRALS", f"{WAITING}.alerts_badge"),
    Entry("办理", "转办", "send", "referral-list", "VIEW_REFERRALS", f"{WAITING}.referrals_badge"),
    Entry("办理", "复核到期", "calendar-event", "reviews-due", "VIEW_CASES", REVIEWS_DUE),
    Entry("办理", "公示", "megaphone", "notice-list", "VIEW_NOTICES"),
    Entry("办理", "长期公布", "card-checklist", "disclosure-index", "VIEW_NOTICES"),
    Entry("办理", "送达", "envelope-check", "delivery-list", "VIEW_CASES"),
    Entry("办理", "投诉复议", "chat-left-text", "complaint-list", "VIEW_CASES"),
    Entry("办理", "移交", "arrow-left-right", "hand-over", "HAND_OVER", LEFT_BEHIND),
    Entry("变动", "迁入迁出", "signpost-split", "relocation-list", "VIEW_CASES"),
    Entry("变动", "暂停与退出", "pause-circle", "interruption-list", "VIEW_CASES"),
    Entry("变动", "特困终止", "door-closed", "ending-list", "VIEW_CASES"),
    Entry("审核", "抽查", "dice-5", "spot-check-list", "VIEW_SPOT_CHECKS"),
    Entry("审核", "撤销确认", "arrow-counterclockwise", "revocation-list", "VIEW_CASES"),
    Entry("审核", "权限下放", "diagram-3", "delegation-list", "VIEW_CASES"),
    Entry("发放", "月度核定", "calendar3", "month-list", "VIEW_MONTHS"),
    Entry("发放", "发放批次", "bank", "batch-list", "VIEW_PAYMENTS"),
    Entry("发放", "价格补贴", "graph-up-arrow", "price-index-list", "VIEW_MONTHS", PRICES_WAIT),
    Entry("发放", "资金指标", "wallet2", "fund-list", "VIEW_PAYMENTS"),
    Entry("发放", "发放设置", "sliders", "payment-settings", "VIEW_PAYMENTS"),
    Entry("发放", "待更正", "arrow-repeat", "failed-list", "VIEW_AWARDS"),
    Entry("发放", "重算", "calculator", "recalculation-list", "VIEW_AWARDS"),
    Entry("发放", "应收", "receipt", "receivable-list", "VIEW_AWARDS"),
    Entry("发放", "回盘警报", "exclamation-octagon", "alarm-list", "VIEW_ALARMS"),
    Entry("发放", "代发银行", "piggy-bank", "agency-list", "VIEW_PAYMENTS"),
    Entry("发放", "总账", "journals", "ledger-list", "VIEW_PAYMENTS"),
    Entry("发放", "银行对账", "bank2", "bank-statement-list", "VIEW_PAYMENTS"),
    Entry("查询", "待遇名册", "card-list", "award-list", "VIEW_AWARDS"),
    Entry("查询", "统计", "bar-chart", "report-month", "VIEW_REPORTS"),
    Entry("查询", "专项救助", "life-preserver", "assistance-list", "VIEW_REFERRALS"),
    Entry("查询", "生日提醒", "cake2", "birthday-list", "VIEW_AWARDS"),
    Entry("查询", "关注名单", "eye", "watch-list", "VIEW_CASES"),
    Entry("查询", "办理记录", "journal-text", "record-list", "VIEW_RECORDS"),
    Entry("查询", "政策与标准", "book", "standard-list", badge="apps.eligibility.standing.waiting_badge"),
    Entry("查询", "政策测算", "graph-up", "what-if-list", "VIEW_WHAT_IFS"),
    Entry("系统", "登记册接管", "box-arrow-in-down", "register-list", "VIEW_TAKEOVERS"),
    Entry("系统", "变更推送", "broadcast", "webhook-list", "VIEW_SYSTEM", f"{WAITING}.dead_letters_badge"),
    Entry("系统", "部门接口", "hdd-network", "partner-list", "VIEW_PARTNERS"),
    Entry("系统", "提供信息记录", "shield-check", "disclosure-list", "VIEW_DISCLOSURES"),
    Entry("系统", "工作日期", "calendar-check", "office-date", "ADVANCE_OFFICE_DATE"),
    Entry("系统", "运行监控", "activity", "operations", "VIEW_OPERATIONS", "apps.operations.badge.trouble_badge"),
    Entry("系统", "用户与岗位", "person-badge", "user-list", "VIEW_SYSTEM"),
)


def navigation(user: Any, on: date, current: str = "") -> list[tuple[str, list[Item]]]:
    """The groups and their items this user may open on this day."""
    shown = _items(user, on, current)
    return [(group, list(items)) for group, items in groupby(shown, key=lambda item: item.entry.group)]


def tasks_above(user: Any, on: date) -> list[Any]:
    """What waits for this user in apps above the first page; it names them as the menu names its badges."""
    return list(_counter(f"{WAITING}.tasks")(user, on) or ())


def address(url_name: str) -> str | None:
    """The address of a page without arguments, or None while it does not exist."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _items(user: Any, on: date, current: str) -> Iterator[Item]:
    for entry in ENTRIES:
        url = address(entry.url_name)
        if url is None or not (entry.verb is None or user.may(entry.verb, on=on)):
            continue
        badge = _counter(entry.badge)(user, on) if entry.badge else None
        yield Item(entry, url, entry.url_name == current, badge)


@cache
def _counter(path: str) -> Any:
    try:
        return import_string(path)
    except ImportError:
        return lambda user, on: None
