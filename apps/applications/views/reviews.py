"""Reviews that fall due, begun one or many at a time; and those who left or were refused within a year."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.accounts.models import Area
from apps.applications.actions import start_reviews
from apps.applications.actions.lookup import WATCHED
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import Application, Cause, Kind, RefusalGround
from apps.applications.transitions import OPEN, State
from apps.audit.verbs import Verb
from apps.awards.enums import LEFT, DecisionKind
from apps.awards.models import Decision
from apps.core.pages import ListPage, Page
from apps.eligibility.policy.enums import ReviewClass
from apps.households.models import Household

AHEAD = timedelta(days=30)
AT_ONCE = 100


class OfTownship(forms.Form):
    """A filter by township for who sees several."""

    township = forms.ModelChoiceField(
        label="乡镇（街道）", required=False, queryset=Area.objects.none(), empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = Area.objects.visible_to(user).townships()  # type: ignore[attr-defined]


class ReviewFilter(OfTownship):
    """Which reviews are listed."""

    when = forms.ChoiceField(
        label="到期",
        required=False,
        choices=[
            ("", "未来 30 天及逾期"),
            ("overdue", "已逾期"),
            ("soon", "30 天内"),
            ("under_way", "复核中"),
            ("all", "全部"),
        ],
    )
    kind = forms.ChoiceField(
        label="核查类别", required=False, choices=[("", "全部"), *((c.value, c.label) for c in ReviewClass)]
    )
    field_order = ("when", "kind", "township")


class ReviewsDue(ListPage):
    """Families on benefit by the day their next review falls due."""

    model, template_name = Household, "applications/life/reviews.html"
    title, act = "复核到期", Verb.VIEW_CASES

    def filter_form(self) -> ReviewFilter:
        return ReviewFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Household]:
        user = self.request.user
        under_way = Application.objects.visible_to(user).filter(household=OuterRef("pk"), state__in=OPEN)
        rows = super().rows().exclude(review_due_on=None).select_related("head", "township", "village")
        return rows.annotate(under_way=Exists(under_way)).order_by("review_due_on", "pk")

    def at(self, when: str) -> Q:
        """The condition behind each choice; what is being examined is no longer waiting to begin."""
        due, until = F("review_due_on"), self.today + AHEAD
        return {
            "overdue": Q(under_way=False, review_due_on__lt=self.today),
            "soon": Q(under_way=False, review_due_on__gte=self.today, review_due_on__lte=until),
            "": Q(under_way=False, review_due_on__lte=until),
            "under_way": Q(under_way=True),
            "all": Q(review_due_on=due),
        }[when]

    def narrow(self, rows: QuerySet[Household], chosen: dict[str, Any]) -> QuerySet[Household]:
        rows = rows.filter(self.at(chosen.get("when", "")))
        if chosen.get("kind"):
            rows = rows.filter(review_class=chosen["kind"])
        return rows.filter(township=chosen["township"]) if chosen.get("township") else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.rows().order_by()
        finished = Application.objects.visible_to(self.request.user).filter(
            kind=Kind.REVIEW, cause=Cause.PERIODIC, state=State.CONFIRMED, decided_on__gt=self.today - AHEAD
        )
        tiles = [
            ("已逾期", rows.filter(self.at("overdue")).count(), "bad", "overdue"),
            ("30 天内到期", rows.filter(self.at("soon")).count(), "warn", "soon"),
            ("复核中", rows.filter(self.at("under_way")).count(), "", "under_way"),
        ]
        given = {"tiles": tiles, "finished": finished.count(), "at_once": AT_ONCE}
        return super().get_context_data(**(given | kwargs))


class StartReviews(Page):
    """Begin the periodic review of the families ticked; each is a case and a record of its own."""

    act, http_method_names = Verb.START_REVIEW, ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = [int(pk) for pk in request.POST.getlist("household") if pk.isdigit()][:AT_ONCE]
        rows = Household.objects.visible_to(request.user).filter(pk__in=chosen)
        households = list(rows.select_related("head", "township", "village").order_by("pk"))
        if not households:
            messages.warning(request, "请先勾选要开始复核的家庭。")
            return redirect("reviews-due")
        sections = {one.pk: sections_on_file(one, on=self.today) for one in households}
        begun, left = start_reviews(households, sections=sections, acting_user=request.user, on=self.today)
        if begun:
            messages.success(request, f"已开始 {len(begun)} 户的定期核查，草稿在待办里。")
        for household, refused in left:
            messages.warning(request, f"{household.head.name}一家没有开始：{refused.message}")
        return redirect(f"{reverse('reviews-due')}?when=under_way")


class WatchFilter(OfTownship):
    """Those who left, or those who were refused."""

    show = forms.ChoiceField(
        label="范围", required=False, choices=[("", "全部"), ("left", "退出待遇"), ("refused", "不予确认")]
    )
    q = forms.CharField(label="户主或编号", max_length=40, required=False)
    field_order = ("show", "q", "township")


class WatchList(ListPage):
    """Who left or was refused in the last twelve months: the first to look at again when things turn."""

    model, template_name = Decision, "applications/life/watch.html"
    title, act = "关注名单", Verb.VIEW_CASES

    def filter_form(self) -> WatchFilter:
        return WatchFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Decision]:
        since = self.today - WATCHED
        rows = super().rows().filter(kind__in=LEFT, decided_on__gte=since)
        return self._told(rows.annotate(what=F("kind"), why=F("sentence")))

    def refused_rows(self) -> QuerySet[Application]:
        """The same of refused applications."""
        rows = Application.objects.visible_to(self.request.user)
        rows = rows.filter(state=State.REFUSED, decided_on__gte=self.today - WATCHED, household__isnull=False)
        why = Concat(F("refusal_ground"), Value("："), F("refusal_text"), output_field=CharField())
        return self._told(rows.annotate(what=F("state"), why=why))

    def _told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.values(
            "decided_on",
            "pk",
            "household__uuid",
            "household__number",
            "household__head__name",
            "household__township__name",
            what_=Cast("what", CharField()),
            why_=Cast("why", CharField()),
        )

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        both = [self._narrowed(one, chosen) for one in (rows, self.refused_rows())]
        show = chosen.get("show", "")
        shown = {"left": both[0], "refused": both[1]}.get(show) or both[0].union(both[1], all=True)
        return shown.order_by("-decided_on", "-pk")

    def _narrowed(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if text := chosen.get("q"):
            rows = rows.filter(Q(household__head__name__contains=text) | Q(household__number__contains=text))
        return rows.filter(household__township=chosen["township"]) if chosen.get("township") else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["entries"] = [_entry(row) for row in context["rows"]]
        return context


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    """One line in words."""
    ground, _, text = row["why_"].partition("：")
    refused = row["what_"] == State.REFUSED
    words = {**dict(DecisionKind.choices), **dict(State.choices)}
    why = f"{dict(RefusalGround.choices).get(ground, ground)}：{text}" if refused else row["why_"]
    return {**row, "label": words[row["what_"]], "why": why, "head": row["household__head__name"]}
