"""What happens to a family on benefit, one page an act."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts.facts import other_townships
from apps.applications import actions
from apps.applications.actions.life import refuse_without_facts
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.forms.life import (
    ChangeForm,
    CorrectionForm,
    DeathForm,
    InterruptionForm,
    MergeForm,
    RelocationForm,
    SplitForm,
    WorkRefusalForm,
)
from apps.applications.models import Application, Kind
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, BelowSubject
from apps.households.actions import record_work_refusal
from apps.households.facts import last_of
from apps.households.models import Household, Person
from apps.households.models.work import REFUSALS_THAT_COUNT


class FamilyAct(BelowSubject, ActPage):
    """An act on a family; what opens a case leads to its draft."""

    model, nav = Household, "household-list"
    act: Verb

    def rows(self) -> QuerySet[Household]:
        return super().rows().select_related("head", "township", "village")

    @property
    def doing(self) -> dict[str, Any]:
        """By whom and when."""
        return {"acting_user": self.request.user, "on": self.today}

    def sections(self, **options: Any) -> dict[str, Any]:
        """The draft of a review, from what is on file."""
        return sections_on_file(self.subject, on=self.today, **options)

    def done_url(self, result: Any) -> str:
        if isinstance(result, Application) and result.draft():
            return reverse("application-draft", args=[result.uuid])
        return super().done_url(result)


class ChangePage(FamilyAct):
    """Circumstances changed: the old facts were true until then."""

    act, form_class, title, button = Verb.REPORT_CHANGE, ChangeForm, "登记情况变化", "登记变化，开始复核"
    done = "已登记，请在草稿里填写变化后的情况。"
    template_name = "applications/life/change.html"
    consequences = (
        "建立一件复核，缘由是“情况变化”",
        "新的情况从变化那天起算，此前的情况照旧有效",
        "待遇从复核确认的次月起调整；已发的月份会列出来",
    )

    def precheck(self) -> None:
        refuse_without_facts(self.subject, on=self.today)

    def perform(self, form: forms.Form) -> Application:
        return actions.report_change(self.subject, sections=self.sections(), **self.doing, **form.cleaned_data)


class CorrectionPage(FamilyAct):
    """What is on file was wrong from its first day."""

    act, form_class, title, button = Verb.CORRECT_FILE, CorrectionForm, "更正差错", "登记更正，开始复核"
    done = "已登记，请在草稿里把错的改对，其余照旧。"
    template_name = "applications/life/change.html"
    consequences = (
        "建立一件复核，缘由是“更正差错”",
        "更正后的情况从原登记那天起算；原来登记的内容保留可查",
        "待遇从复核确认的次月起调整；受影响的已发月份会列出来",
    )

    def precheck(self) -> None:
        refuse_without_facts(self.subject, on=self.today)

    @cached_property
    def declaration(self) -> Any:
        """What would be corrected."""
        return self.subject.declarations.in_force(self.subject, self.today)

    def perform(self, form: forms.Form) -> Application:
        return actions.correct_file(
            self.subject, declaration=self.declaration, sections=self.sections(), **self.doing, **form.cleaned_data
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"declaration": self.declaration} | kwargs))


class DeathPage(FamilyAct):
    """A death found anywhere."""

    act, form_class, title, button = Verb.RECORD_DEATH, DeathForm, "登记死亡", "登记死亡"
    tone, done = "danger", "已登记。"
    consequences = (
        "从次日起不再是家庭成员，以后不能再列入申报和待遇",
        "只发给他（她）一个人的待遇：死亡当月照发，次月停；发现晚了的，自下月起停",
        "家里还有别人在享待遇：建立一件复核，3 个月内办结，办结前其余成员照发",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"household": self.subject, "user": self.request.user}

    def perform(self, form: forms.Form) -> Application | None:
        given = form.cleaned_data
        person: Person = given["person"]
        # Everybody is related to the head: when that one dies the relations have to be said anew.
        anew = dict.fromkeys(self.subject.memberships.values_list("person_id", flat=True), "")
        relations = anew if person.pk == self.subject.head_id else {}
        return actions.record_death(
            person,
            died_on=given["died_on"],
            evidence=f"{given['source']}：{given['evidence']}",
            sections=self.sections(without=[person.pk], relations=relations),
            **self.doing,
        )

    def done_message(self, result: Application | None) -> str:
        if last_of(self.subject) is not None:
            return "已登记死亡。家中已无人：去世当月及以前还没有发的，请登记遗属代领。"
        if result is None:
            return "已登记死亡。"
        if result.settle_by is not None and result.state != "DRAFT":
            return f"已登记死亡；正在办理的 {result.number} 须按现有成员重新登记。"
        return "已登记死亡，请在复核草稿里核对其余成员的情况。"


class WorkRefusalPage(FamilyAct):
    """Count one refusal of suitable work."""

    act, form_class, title, button = Verb.RECORD_WORK_REFUSAL, WorkRefusalForm, "登记拒绝介绍的工作", "登记这一次"
    consequences = (
        f"登记一次；满 {REFUSALS_THAT_COUNT} 次的，可以减发或停发其本人的低保金（57号第34条）",
        "不会自动减发：须经复核并由民政局决定",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"household": self.subject, "user": self.request.user}

    def perform(self, form: forms.Form) -> Any:
        return record_work_refusal(self.subject, **self.doing, **form.cleaned_data)

    def done_message(self, result: Any) -> str:
        return f"已登记，{result.person.name}共 {result.person.work_refusals.count()} 次。"


class RelocatePage(FamilyAct):
    """Offer the file to another township."""

    act, form_class, title, button = Verb.PROPOSE_RELOCATION, RelocationForm, "迁往其他乡镇", "提出迁出"
    done = "已提出，等迁入地接收；接收前一切照旧。"
    consequences = (
        "由迁入地的经办人接收后，档案和今后的待遇归迁入地",
        "已发的月份仍算本乡镇的；已办结的案件本乡镇仍可查看",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"townships": other_townships(self.subject.township)}

    def perform(self, form: forms.Form) -> Any:
        return actions.propose_relocation(self.subject, **self.doing, **form.cleaned_data)

    def done_url(self, result: Any) -> str:
        return self.subject.get_absolute_url()


class SplitPage(FamilyAct):
    """Members leave into a household of their own."""

    act, form_class, title, button = Verb.SPLIT_HOUSEHOLD, SplitForm, "分户", "分户"
    consequences = (
        "为分出的成员另建一份家庭档案和一件新申请草稿",
        "原户在享待遇的，同时建立一件复核",
        "同一个人不会两边都发：原户的复核确认后，新户的申请才能确认",
    )

    def form_arguments(self) -> dict[str, Any]:
        members = Person.objects.visible_to(self.request.user).filter(
            memberships__household=self.subject, memberships__until=None
        )
        return {"members": members.order_by("pk")}

    def perform(self, form: forms.Form) -> Any:
        given = form.cleaned_data
        roles = {person.pk: role for person, role in given["leaving"]}
        stay = set(self.subject.memberships.filter(until=None).values_list("person_id", flat=True)) - set(roles)
        led = {} if self.subject.head_id in stay else dict.fromkeys(stay, "")
        return actions.split_household(
            self.subject,
            leaving=given["leaving"],
            day=given["day"],
            reason=given["reason"],
            staying=self.sections(without=list(roles), relations=led),
            founding=self.sections(without=stay, relations=roles),
            **self.doing,
        )

    def done_message(self, result: Any) -> str:
        review, founded = result
        first = "原户的复核和" if review else ""
        return f"已分户：{first}{founded.applicant_name}一家的新申请草稿都已建立。"

    def done_url(self, result: Any) -> str:
        return result[1].household.get_absolute_url()


class MergePage(FamilyAct):
    """Another family joins this one."""

    act, form_class, title, button = Verb.MERGE_HOUSEHOLDS, MergeForm, "并户", "并入本户"
    consequences = (
        "那一家的成员从并户日期起都归本户",
        "建立一件复核（本户没有待遇的，建立一件新申请），重新核算全家",
        "那一家原来的待遇发到确认为止，确认时一并终止",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def perform(self, form: forms.Form) -> Application:
        given = form.cleaned_data
        other: Household = given["other"]
        theirs = dict.fromkeys(other.memberships.values_list("person_id", flat=True), "")
        return actions.merge_households(
            self.subject,
            other=other,
            day=given["day"],
            reason=given["reason"],
            sections=self.sections(joined=other, relations=theirs),
            **self.doing,
        )

    def done_message(self, result: Application) -> str:
        kind = "复核" if result.kind == Kind.REVIEW else "新申请"
        return f"已并户，请在{kind}草稿里写明各人与户主的关系。"


class InterruptionPage(FamilyAct):
    """Propose to suspend, to resume or to end."""

    act, form_class, title, button = Verb.PROPOSE_INTERRUPTION, InterruptionForm, "暂停、恢复或退出", "提出"
    done = "已提出，等民政局决定；决定前照旧。"
    consequences = (
        "由民政局审核人决定，自决定的次月起执行",
        "暂停：待遇条件保留，查清后恢复；渐退月数在暂停期间照常计算",
        "退出：全家待遇都停，以后需要时重新申请",
    )

    def perform(self, form: forms.Form) -> Any:
        return actions.propose_interruption(self.subject, **self.doing, **form.cleaned_data)

    def done_url(self, result: Any) -> str:
        return self.subject.get_absolute_url()
