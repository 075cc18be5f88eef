"""The old register: handed in, checked, written on trial, approved by another person."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.core.pages import ActPage, DetailPage, Download, DownloadPage, ListPage
from apps.core.sheets import XLSX, xlsx_table
from apps.takeover import actions
from apps.takeover.facts import SHOWN, sums_of
from apps.takeover.forms import ApproveForm, RegisterForm, RejectForm
from apps.takeover.models import ParallelMonth, RegisterUpload
from apps.takeover.transitions import UPLOAD_MOVES
from apps.takeover.workbook.layout import REGISTER
from apps.takeover.workbook.template import template

CRUMBS = (("登记册接管", reverse_lazy("register-list")),)
NAV = "register-list"
WORK = "takeover.work"


class RegisterList(ListPage):
    """Registers handed in, and paid months compared."""

    model, template_name, act = RegisterUpload, "takeover/list.html", Verb.VIEW_TAKEOVERS
    title = "登记册接管"

    def rows(self) -> QuerySet[RegisterUpload]:
        rows = super().rows().defer("content_sealed", "errors", "warnings")
        return rows.select_related("uploaded_by", "approved_by").order_by("-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        months = ParallelMonth.objects.visible_to(self.request.user).defer("content_sealed", "errors")
        shown = {"months": months.select_related("uploaded_by").order_by("-pk")[:12]}
        return super().get_context_data(**(shown | kwargs))


class RegisterTemplate(DownloadPage):
    """The workbook to fill in."""

    act = Verb.VIEW_TAKEOVERS

    def file(self) -> Download:
        """Made anew: its choices are the rules' own words."""
        return Download("登记册接管模板.xlsx", template(REGISTER, title="登记册接管模板"), XLSX)


class RegisterNew(ActPage):
    """Hand a register in."""

    form_class, act, nav, crumbs = RegisterForm, Verb.UPLOAD_REGISTER, NAV, CRUMBS
    title, button, done = "上传登记册", "上传并校核", "已上传，正在逐行校核。"
    consequences = (
        "逐行校核全部工作表，一次列出所有错误；有一处错误就不能接管。",
        "没有错误的，试写一遍：各乡镇、各类待遇多少户、首月合计多少；不改动登记册。",
        "由民政局审核人核对试写结果后批准，才写入登记册。",
        "文件加密保存。",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"first_month": Month.of(self.today).next().first()}}

    def perform(self, form: Any) -> RegisterUpload:
        return actions.upload_register(**form.handed_in(), acting_user=self.request.user, on=self.today)

    def rings(self, result: RegisterUpload) -> Iterable[tuple[str]]:
        return ((WORK,),)


class AboutRegister:
    """What every page about one register shares."""

    model, nav, crumbs = RegisterUpload, NAV, CRUMBS
    subject: RegisterUpload

    def rows(self) -> QuerySet[RegisterUpload]:
        rows: QuerySet[RegisterUpload] = super().rows()  # type: ignore[misc]
        return rows.defer("content_sealed").select_related("uploaded_by", "approved_by")


class RegisterPage(AboutRegister, DetailPage):
    """One register: how far it is, what is wrong with it, what writing it would do."""

    template_name, act = "takeover/register.html", Verb.VIEW_TAKEOVERS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"登记册 {self.subject.file_name}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        upload = self.subject
        shown = {"upload": upload, "errors": upload.errors[:SHOWN], "warnings": upload.warnings[:SHOWN]}
        return super().get_context_data(**(shown | sums_of(upload) | kwargs))


class RegisterProgress(RegisterPage):
    """The moving part of the page, asked again and again while a worker is at it."""

    template_name = "takeover/_register_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if request.headers.get("HX-Request") and not self.subject.is_under_way:
            response.headers["HX-Refresh"] = "true"
        return response


class RegisterFaults(AboutRegister, DownloadPage):
    """Errors and warnings as a sheet, to be worked through beside the file."""

    act = Verb.VIEW_TAKEOVERS

    def file(self) -> Download:
        """The remembered ones, all of them."""
        told = [("错误", *fault) for fault in self.subject.errors] + [
            ("提示", *fault) for fault in self.subject.warnings
        ]
        rows = [(kind, sheet, str(line), column, says) for kind, sheet, line, column, says in told]
        return Download("校核结果.xlsx", xlsx_table("校核结果", ("性质", "工作表", "行", "列", "说明"), rows), XLSX)


class RegisterAct(AboutRegister, ActPage):
    """An act on a register; one that cannot make the move says so at once."""

    what = ""

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.what} {self.subject.file_name}"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        return (*CRUMBS, (self.subject.file_name, self.subject.get_absolute_url()))

    def precheck(self) -> None:
        UPLOAD_MOVES.target(self.act, self.subject.state)


class RegisterApprove(RegisterAct):
    """Approve what the trial shows: it is written as a whole."""

    form_class, act, template_name = ApproveForm, Verb.APPROVE_REGISTER, "takeover/approve.html"
    what, done = "批准接管", "已批准，正在写入登记册。"

    @property
    def button(self) -> str:  # type: ignore[override]
        plan = self.subject.plan or {"households": 0, "cells": []}
        total = sum(cell[-1] for cell in plan["cells"])
        return f"批准接管 {plan['households']} 户，首月 {format_yuan(total)} 元"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        month = Month.of(self.subject.first_month).label()
        return [
            f"批准的正是这份试写结果（摘要 {self.subject.plan_digest[:12]}）；有任何变动就不写入。",
            "全部写入或全部不写入：家庭、成员、账户、待遇一次完成，不能撤回。",
            f"自{month}起由本系统核定和发放。",
        ]

    def form_arguments(self) -> dict[str, Any]:
        return {"warnings": self.subject.warning_count, "initial": {"seen": self.subject.plan_digest}}

    def perform(self, form: forms.Form) -> RegisterUpload:
        return actions.approve_register(self.subject, **form.cleaned_data, acting_user=self.request.user, on=self.today)

    def rings(self, result: RegisterUpload) -> Iterable[tuple[str]]:
        return ((WORK,),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"upload": self.subject, "warnings": self.subject.warnings[:SHOWN]} | sums_of(self.subject)
        return super().get_context_data(**(shown | kwargs))


class RegisterReject(RegisterAct):
    """Send a register back."""

    form_class, act = RejectForm, Verb.REJECT_REGISTER
    what, button, done = "退回", "退回上传人", "已退回，登记册没有改动。"
    consequences = ("登记册没有改动；上传人修改后作为新的文件上传。",)

    def perform(self, form: forms.Form) -> RegisterUpload:
        return actions.reject_register(self.subject, **form.cleaned_data, acting_user=self.request.user, on=self.today)
