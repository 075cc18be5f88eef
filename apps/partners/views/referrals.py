"""转办: the list with its counts, one referral, and what its bureau answered, written down by hand."""

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet

from apps.applications.deadlines import counted
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.partners import actions
from apps.partners.enums import Field
from apps.partners.forms.referrals import FinishForm, ReasonForm, ReferralFilter
from apps.partners.models import Referral
from apps.partners.models.referral import overdue
from apps.partners.transitions import OPEN_REFERRAL, REFERRAL_MOVES, ReferralState

STEPS = (
    (Verb.FETCH_REFERRAL, "referral-fetched", "登记已接收", "quiet"),
    (Verb.ACCEPT_REFERRAL, "referral-accept", "登记受理", "primary"),
    (Verb.REFUSE_REFERRAL, "referral-refuse", "登记不予受理…", "quiet"),
    (Verb.FINISH_REFERRAL, "referral-finish", "登记结果", "primary"),
    (Verb.TAKE_BACK_REFERRAL, "referral-take-back", "撤回…", "quiet"),
)


class ReferralList(ListPage):
    """What was asked of which bureau, the most pressing first, with counts by township."""

    model, filters, template_name = Referral, ReferralFilter, "partners/referrals.html"
    title, act = "转办", Verb.VIEW_REFERRALS

    def filter_form(self) -> ReferralFilter:
        return ReferralFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Referral]:
        return super().rows().select_related("household__head", "household__township", "person", "referred_by")

    def narrow(self, rows: QuerySet[Referral], chosen: dict[str, Any]) -> QuerySet[Referral]:
        rows = self.of(rows, chosen)
        show = chosen.get("show") or ""
        if show == "all":
            return rows.order_by("-pk")
        if show == "finished":
            return rows.exclude(state__in=OPEN_REFERRAL).order_by("-pk")
        rows = rows.late_on(self.today) if show == "late" else rows.open()
        return rows.order_by("accept_by", "pk")

    def of(self, rows: QuerySet[Referral], chosen: dict[str, Any]) -> QuerySet[Referral]:
        """Those of the bureau and township chosen."""
        if chosen.get("bureau"):
            rows = rows.filter(bureau=chosen["bureau"])
        return rows.filter(household__township=chosen["township"]) if chosen.get("township") else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = self.of(self.model.objects.visible_to(self.request.user), context["filters"].cleaned_data)
        by_town = rows.values("household__township", "household__township__name").annotate(
            sent=Count("pk"),
            open=Count("pk", filter=Q(state__in=OPEN_REFERRAL)),
            late=Count("pk", filter=overdue(self.today)),
            helped=Count("pk", filter=Q(state=ReferralState.FINISHED, result__in=("HELPED", "PARTLY", "ALREADY"))),
        )
        return context | {
            "listed": [(one, one.due and counted(one.owed, one.due, self.today)) for one in context["rows"]],
            "by_town": by_town.order_by("household__township__code"),
        }


class ReferralPage(BelowSubject, DetailPage):
    """One referral: what was passed on, how it stands, what came back."""

    model, template_name = Referral, "partners/referral.html"
    nav, act = "referral-list", Verb.VIEW_REFERRALS

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.subject.label)

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        household = self.subject.household
        return [(str(household), household.get_absolute_url())]

    def rows(self) -> QuerySet[Referral]:
        return (
            super()
            .rows()
            .select_related("household__head", "household__township", "household__village", "person", "referred_by")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, user = self.subject, self.request.user
        steps = [
            (label, name, tone)
            for verb, name, label, tone in STEPS
            if REFERRAL_MOVES.allows(verb, one.state) and user.may(verb, on=self.today, area=one.township)
        ]
        given = {
            "steps": steps,
            "due": one.due and counted(one.owed, one.due, self.today),
            "passed": [Field(name).label for name in one.fields],
            "records": Record.objects.visible_to(user).about(one).select_related("user"),
        }
        return super().get_context_data(**(given | kwargs))


class ReferralAct(BelowSubject, ActPage):
    """What the bureau did, told by telephone or paper."""

    model, nav = Referral, "referral-list"

    def rows(self) -> QuerySet[Referral]:
        return super().rows().select_related("household__head", "household__township", "person")

    @property
    def doing(self) -> dict[str, Any]:
        """By whom and when."""
        return {"acting_user": self.request.user, "on": self.today}


class FetchedPage(ReferralAct):
    """It has the papers."""

    act, title, button, done = Verb.FETCH_REFERRAL, "登记部门已接收", "已接收", "已登记。"
    consequences = ("受理期限不变",)

    def perform(self, form: forms.Form) -> Referral:
        return actions.fetch_referral(self.subject, **self.doing)


class AcceptPage(ReferralAct):
    """It takes it on."""

    act, title, button, done = Verb.ACCEPT_REFERRAL, "登记部门受理", "已受理", "已登记受理，办结期限已算出。"
    consequences = ("从今天起计算办结期限",)

    def perform(self, form: forms.Form) -> Referral:
        return actions.accept_referral(self.subject, **self.doing)


class RefusePage(ReferralAct):
    """It does not."""

    act, form_class, title = Verb.REFUSE_REFERRAL, ReasonForm, "登记部门不予受理"
    button, done = "不予受理", "已登记，请告知家庭。"
    consequences = ("这一项到此为止；情况变化后可以重新转办", "不影响家庭的待遇")

    def perform(self, form: forms.Form) -> Referral:
        return actions.refuse_referral(self.subject, **self.doing, **form.cleaned_data)


class FinishPage(ReferralAct):
    """What came of it."""

    act, form_class, title, button, done = Verb.FINISH_REFERRAL, FinishForm, "登记转办结果", "办结", "已登记结果。"
    consequences = ("结果列在家庭的专项救助页上", "不影响家庭的待遇")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"finished_on": self.today}}

    def perform(self, form: forms.Form) -> Referral:
        return actions.finish_referral(self.subject, **self.doing, **form.cleaned_data)


class TakeBackPage(ReferralAct):
    """No longer wanted, or sent in error."""

    act, form_class, title = Verb.TAKE_BACK_REFERRAL, ReasonForm, "撤回转办"
    button, tone, done = "撤回", "danger", "已撤回。"
    consequences = ("对方下次取件时得知已撤回；已经取走的请电话告知",)

    def perform(self, form: forms.Form) -> Referral:
        return actions.take_back_referral(self.subject, **self.doing, **form.cleaned_data)
