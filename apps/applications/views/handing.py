"""What another person has to take or decide: families that move here, interruptions that wait for the bureau."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy

from apps.applications import actions
from apps.applications.forms.acts import ReasonForm
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.forms.life import AcceptRelocationForm, AskRelocationForm
from apps.applications.models import Application, Interruption, InterruptionKind
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.pages import ActPage, ListPage
from apps.households.models import Relocation, RelocationState
from apps.households.models.relocation import WAITING


class StateFilter(forms.Form):
    """Those that wait, or all."""

    show = forms.ChoiceField(label="范围", choices=[("", "待办理"), ("all", "全部")], required=False)


class RelocationList(ListPage):
    """Families that come and go."""

    model, filters, template_name = Relocation, StateFilter, "applications/life/relocations.html"
    title, act = "迁入迁出", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Relocation]:
        rows = super().rows().select_related("household__head", "from_township", "to_township")
        rows = rows.select_related("proposed_by", "asked_by")
        return rows.order_by("-pk")

    def narrow(self, rows: QuerySet[Relocation], chosen: dict[str, Any]) -> QuerySet[Relocation]:
        return rows if chosen.get("show") else rows.filter(state__in=WAITING)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = set(self.request.user.scope().township_ids)
        return super().get_context_data(**({"mine": mine} | kwargs))


class AskRelocationPage(ActPage):
    """Ask for the file of a family that lives here now."""

    model, act, nav = None, Verb.ASK_RELOCATION, "relocation-list"
    form_class, title, button = AskRelocationForm, "申请迁入", "请迁出地移交"
    crumbs = (("迁入迁出", reverse_lazy("relocation-list")),)
    done = "已请迁出地移交；对方同意后，您再接收。"
    consequences = (
        "请档案所在的乡镇（街道）同意迁出，同意之前一切照旧",
        "身份证号和姓名都对得上才能申请；这次查找记入办理记录，对方看得到",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"user": self.request.user, "on": self.today}

    def perform(self, form: forms.Form) -> Relocation:
        given = dict(form.cleaned_data)
        return actions.ask_relocation(given.pop("number"), **given, acting_user=self.request.user, on=self.today)

    def done_url(self, result: Relocation) -> str:
        return str(reverse_lazy("relocation-list"))


class RelocationAct(ActPage):
    """Taking a family, or not: only for the township it moves to."""

    model, nav = Relocation, "relocation-list"
    crumbs = (("迁入迁出", reverse_lazy("relocation-list")),)

    def rows(self) -> QuerySet[Relocation]:
        rows = super().rows().filter(self.request.user.scope().rows("to_township"))
        return rows.select_related("household__head", "household__township", "from_township", "to_township")

    def done_url(self, result: Any) -> str:
        return str(reverse_lazy("relocation-list"))


class AcceptRelocationPage(RelocationAct):
    """Take the family's file over."""

    act, form_class, title = Verb.ACCEPT_RELOCATION, AcceptRelocationForm, "接收迁入的家庭"
    button, template_name = "接收，从今天起归本乡镇", "applications/life/accept.html"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        family = self.subject.household
        people = family.memberships.filter(until=None).count()
        return [
            f"{family.head.name}一家（{people} 人）从{self.subject.from_township.name}迁入",
            "以前的案件、通知书、测算和发放记录都可以查看",
            "待遇不中断，今后各月算本乡镇的",
            "城乡类别改变的，建立一件复核，按新标准核算",
        ]

    def form_arguments(self) -> dict[str, Any]:
        kind = self.subject.household.area_kind
        given = {"user": self.request.user, "township": self.subject.to_township}
        return {**given, "initial": {"area_kind": kind}}

    def perform(self, form: forms.Form) -> Application | None:
        return actions.accept_relocation(
            self.subject,
            sections=sections_on_file(self.subject.household, on=self.today),
            acting_user=self.request.user,
            on=self.today,
            **form.cleaned_data,
        )

    def done_message(self, result: Application | None) -> str:
        return "已接收；城乡类别改变，已建立复核草稿。" if result else "已接收，这一家归本乡镇。"

    def done_url(self, result: Application | None) -> str:
        return self.subject.household.get_absolute_url()


class AgreeToRelocationPage(RelocationAct):
    """Offer the file to the township that asked for it."""

    act, title, button = Verb.PROPOSE_RELOCATION, "同意迁出", "同意，交给迁入地接收"
    done = "已同意，等迁入地接收；接收前一切照旧。"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        asked = self.subject
        return [
            f"{asked.to_township.name}说明：{asked.reason}",
            "由迁入地接收后，档案和今后的待遇归迁入地；已发的月份仍算本乡镇的",
        ]

    def rows(self) -> QuerySet[Relocation]:
        rows = ActPage.rows(self).filter(self.request.user.scope().rows("from_township"), state=RelocationState.ASKED)
        return rows.select_related("household__head", "household__township", "from_township", "to_township")

    def perform(self, form: forms.Form) -> Relocation:
        return actions.agree_to_relocation(self.subject, acting_user=self.request.user, on=self.today)


class DeclineRelocationPage(RelocationAct):
    """Say no to an offer, or to a wish."""

    act, form_class, title, button = Verb.DECLINE_RELOCATION, ReasonForm, "退回迁移", "退回"
    done = "已退回，对方会看到理由。"

    def rows(self) -> QuerySet[Relocation]:
        scope = self.request.user.scope()
        mine = scope.rows("to_township") & Q(state=RelocationState.PROPOSED)
        asked_of_me = scope.rows("from_township") & Q(state=RelocationState.ASKED)
        rows = ActPage.rows(self).filter(mine | asked_of_me)
        return rows.select_related("household__head", "household__township", "from_township", "to_township")

    def perform(self, form: forms.Form) -> Relocation:
        return actions.decline_relocation(
            self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data
        )


class InterruptionList(ListPage):
    """Suspensions, resumptions and exits."""

    model, filters, template_name = Interruption, StateFilter, "applications/life/interruptions.html"
    title, act = "暂停、恢复与退出", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Interruption]:
        rows = super().rows().select_related("household__head", "household__township", "proposed_by", "decision")
        return rows.order_by("-pk")

    def narrow(self, rows: QuerySet[Interruption], chosen: dict[str, Any]) -> QuerySet[Interruption]:
        return rows if chosen.get("show") else rows.waiting()


class InterruptionAct(ActPage):
    """The bureau's decision."""

    model, nav = Interruption, "interruption-list"
    what = ""

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.what}{self.subject.get_kind_display()}：{self.subject.household.head.name}一家"

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [(str(self.subject.household), self.subject.get_absolute_url())]

    def rows(self) -> QuerySet[Interruption]:
        return super().rows().select_related("household__head", "household__township", "proposed_by")

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        interruption, month = self.subject, Month.of(self.today).next().label()
        by = f"{interruption.proposed_by.name} 于 {interruption.proposed_on:%Y年%-m月%-d日} 提出：{interruption.reason}"
        ground = [f"理由：{interruption.get_ground_display()}"] if interruption.ground else []
        signed = [f"本人书面申请：{interruption.signed_on:%Y年%-m月%-d日}"] if interruption.signed_on else []
        works = {
            InterruptionKind.SUSPEND: f"自{month}起暂停发放，待遇条件保留",
            InterruptionKind.RESUME: f"自{month}起按原条件恢复；渐退月数在暂停期间照常计算",
            InterruptionKind.EXIT: f"自{month}起停发全家全部待遇",
        }
        return [by, *ground, *signed, works[InterruptionKind(interruption.kind)]]


class ApproveInterruptionPage(InterruptionAct):
    """Decide as proposed."""

    act, what, button, done = Verb.APPROVE_INTERRUPTION, "批准", "批准，自下月起执行", "已批准。"

    def perform(self, form: forms.Form) -> Interruption:
        return actions.approve_interruption(self.subject, acting_user=self.request.user, on=self.today)


class DeclineInterruptionPage(InterruptionAct):
    """Leave everything as it is."""

    act, what, button, done, form_class = Verb.DECLINE_INTERRUPTION, "退回", "退回", "已退回，一切照旧。", ReasonForm

    def perform(self, form: forms.Form) -> Interruption:
        return actions.decline_interruption(
            self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data
        )
