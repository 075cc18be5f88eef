"""One batch: where it stands, what it holds, and what this person can do next."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse, reverse_lazy

from apps.accounts.roles import MAY
from apps.audit.facts import course_of
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.pages import DetailPage
from apps.payments.actions.batches import refresh_label
from apps.payments.comparison import compared
from apps.payments.enums import BatchState as B
from apps.payments.enums import FindingState, HandoutState
from apps.payments.facts import closing_of, closing_recorded, content_of, counts, downloads_of, outdated, totals, whole
from apps.payments.invariants import INVARIANTS, broken_invariants
from apps.payments.models import Batch, Finding, Signature

CRUMBS = (("发放批次", reverse_lazy("batch-list")),)
SHORT = 12


@dataclass(frozen=True)
class Step:
    """Something that can be done now: its button says exactly what it does."""

    label: str
    verb: Verb
    page: str
    tone: str = "primary"
    pk: int | None = None


@dataclass(frozen=True)
class Stage:
    """One station of the way to the bank and back, as the timeline shows it."""

    title: str
    on: date | None
    who: str
    tone: str
    note: str = ""
    at: None = None


_NO_ANSWER = Step("银行没有答复…", Verb.MARK_UNKNOWN, "batch-no-answer", "quiet")
_TAKE_OUT = Step("移出支付…", Verb.TAKE_OUT, "batch-take-out", "quiet")


def steps(batch: Batch) -> list[Step]:
    """What can follow, whoever does it; the first is the way on."""
    content = content_of(batch) if batch.state == B.DRAFT else None
    size = f"{content.count} 笔、{format_yuan(content.total_fen)} 元" if content else batch.size
    back = Step("退回编制…", Verb.SEND_BACK_BATCH, "batch-send-back", "quiet")
    cancel = Step("撤销批次…", Verb.CANCEL_BATCH, "batch-cancel", "quiet")
    bring = Step("导入银行回盘", Verb.IMPORT_RETURN, "batch-return")
    bring_in = [
        bring,
        *([Step("演示：生成银行回盘", Verb.IMPORT_RETURN, "batch-simulate", "quiet")] if _demo() else []),
    ]
    return {
        B.DRAFT: [Step(f"送审 {size}", Verb.FREEZE_BATCH, "batch-freeze"), *_refresh(batch), _TAKE_OUT, cancel],
        B.FROZEN: [*_under_review(batch, size), back, cancel],
        B.APPROVED: [Step(f"放行 {size}", Verb.RELEASE_BATCH, "batch-release"), back, cancel],
        B.SEALED: _sealed(batch, cancel),
        B.SUBMITTED: [*bring_in, *_take_again(batch), _NO_ANSWER],
        B.RETURNED: bring_in,
        B.RECONCILED: [Step(f"关闭批次 {size}", Verb.CLOSE_BATCH, "batch-close"), *_came_back()],
        B.CLOSED: _came_back(),
    }.get(B(batch.state), [])


def _under_review(batch: Batch, size: str) -> list[Step]:
    """What the gate found comes first; a batch is approved when nothing of it is left in the way."""
    waiting = Counter(batch.findings.of(batch).in_the_way().values_list("state", flat=True))
    found = []
    if count := waiting[FindingState.OPEN]:
        found.append(Step(f"核销疑点 {count} 个", Verb.CLEAR_FINDING, "batch-clear"))
    if count := waiting[FindingState.SECOND]:
        found.append(Step(f"第二人确认 {count} 个", Verb.CONFIRM_OVERRIDE, "batch-override"))
        found.append(Step("不同意放行…", Verb.DECLINE_OVERRIDE, "batch-decline", "quiet"))
    return found or [Step(f"批准 {size}", Verb.APPROVE_BATCH, "batch-approve")]


def _sealed(batch: Batch, cancel: Step) -> list[Step]:
    """The file has to be taken out first; from then on it may be on its way and the batch is not cancelled."""
    if batch.state != B.SEALED or not downloads_of(batch).exists():
        return [Step("下载银行文件…", Verb.DOWNLOAD_FILE, "batch-download"), cancel]
    return [Step("登记已送银行", Verb.SUBMIT_BATCH, "batch-submit"), *_take_again(batch)]


def _take_again(batch: Batch) -> list[Step]:
    """Asked for by one, granted by another, then taken."""
    if batch.state not in (B.SEALED, B.SUBMITTED):
        return []
    wanted = batch.handouts.open().first()
    if wanted is None:
        return [Step("申请再次下载…", Verb.ASK_DOWNLOAD, "batch-download-again", "quiet")]
    if wanted.state == HandoutState.GRANTED:
        return [Step("再次下载银行文件…", Verb.DOWNLOAD_FILE, "batch-download", "quiet")]
    return [
        Step("同意再次下载…", Verb.GRANT_DOWNLOAD, "handout-grant", "quiet", wanted.pk),
        Step("不同意再次下载…", Verb.REFUSE_DOWNLOAD, "handout-refuse", "quiet", wanted.pk),
    ]


def _came_back() -> list[Step]:
    """What arrived may still come back (退票)."""
    late = [Step("导入退票…", Verb.IMPORT_LATE_RETURN, "batch-late-return", "quiet")]
    if _demo():
        late.append(Step("演示：生成退票文件", Verb.IMPORT_LATE_RETURN, "batch-simulate-late", "quiet"))
    return late


def _refresh(batch: Batch) -> Iterator[Step]:
    if batch.state == B.DRAFT and (changed := outdated(batch).count()):
        yield Step(refresh_label(changed), Verb.REFRESH_BATCH, "batch-refresh", "quiet")


def _demo() -> bool:
    return bool(settings.OFFICE_DATE)


def awaited(batch: Batch) -> str:
    """Who has to act next, in words."""
    following = [step for step in steps(batch) if step.tone == "primary"]
    if not following:
        return ""
    roles = "或".join(sorted(str(role.label) for role in MAY[following[0].verb]))
    return f"等{roles}：{following[0].label}"


def stages(batch: Batch, records: list[Any]) -> list[Stage]:
    """The stations, passed ones with who and when."""
    last = {record.verb: record for record in records}
    fallen = batch.state == B.DRAFT
    told = [
        ("编制", batch.drawn_on, batch.drawn_by.name, ""),
        ("送审", *_of(None if fallen else last.get(Verb.FREEZE_BATCH)), ""),
        ("复核批准", batch.approved_on, getattr(batch.approved_by, "name", ""), ""),
        ("放行封存", batch.released_on, getattr(batch.released_by, "name", ""), ""),
        ("送交银行", *_of(last.get(Verb.SUBMIT_BATCH)), ""),
        ("银行回盘", *_of(last.get(Verb.IMPORT_RETURN) if batch.return_files.exists() else None), ""),
        ("关闭", *_of(last.get(Verb.CLOSE_BATCH)), ""),
    ]
    if batch.state == B.CANCELLED and (record := last.get(Verb.CANCEL_BATCH)):
        told = [row for row in told if row[1]] + [("撤销", *_of(record), record.reason)]
    ahead = ["plain"] * len(told)
    if waiting := [n for n, row in enumerate(told) if row[1] is None]:
        ahead[waiting[0]] = "warn"
    return [
        Stage(title, on, who, "good" if on else tone, note)
        for tone, (title, on, who, note) in zip(ahead, told, strict=True)
    ]


def _of(record: Record | None) -> tuple[date | None, str]:
    return (record.on, record.user.name) if record else (None, "")


class BatchPage(DetailPage):
    """The batch: totals, signatures, files, checks, next steps."""

    model, template_name, act, nav, crumbs = Batch, "payments/batch.html", Verb.VIEW_PAYMENTS, "batch-list", CRUMBS

    def rows(self) -> Any:
        """With the people who signed."""
        return super().rows().select_related("drawn_by", "approved_by", "released_by")

    @property
    def title(self) -> str:
        """The batch's number."""
        return f"批次 {self.subject}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch, user = self.subject, self.request.user
        records = course_of(batch, user, made=Verb.DRAW_BATCH, by=batch.drawn_by, on=batch.drawn_on)
        rows = totals(batch)
        mine = [step for step in steps(batch) if user.may(step.verb, on=self.today)]
        buttons = [{"label": s.label, "tone": s.tone, "url": reverse(s.page, args=[s.pk or batch.pk])} for s in mine]
        shown = {
            "batch": batch,
            "buttons": buttons,
            "awaited": "" if any(step.tone == "primary" for step in mine) else awaited(batch),
            "stages": stages(batch, records),
            "records": records,
            "totals": rows,
            "sums": whole(rows),
            "counts": counts(batch),
            "closing": closing_of(batch),
            "content": content_of(batch),
            "downloads": downloads_of(batch),
            "findings": Finding.objects.visible_to(user).of(batch).count(),
            "in_the_way": Finding.objects.visible_to(user).of(batch).in_the_way().count(),
            "signatures": Signature.objects.visible_to(user).filter(batch=batch).select_related("user").order_by("pk"),
            "compared": compared(batch),
            "files": batch.return_files.select_related("imported_by").order_by("-pk"),
            "late_returns": batch.late_returns.select_related("instruction", "entered_by", "decided_by").order_by("pk"),
            "closed_with": closing_recorded(batch) if batch.state == B.CLOSED else None,
            "wanted": batch.handouts.open().select_related("asked_by").first(),
            "alarms": batch.alarms.open(),
            "broken": broken_invariants(batch.month),
            "checks": len(INVARIANTS),
        }
        return super().get_context_data(**(shown | kwargs))
