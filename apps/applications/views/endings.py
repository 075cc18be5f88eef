"""The ending of a 特困 person's support, page by page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from apps.applications import actions
from apps.applications.deadlines import counted
from apps.applications.delivery import DELIVERY, told_by
from apps.applications.disclosure import confined
from apps.applications.forms.after import EndingForm, PlaceForm, RejectionForm
from apps.applications.models import MAY_NEED_OTHER_HELP, Delivery, Ending, EndingGround
from apps.applications.transitions import ENDING_MOVES, EndingState
from apps.applications.views.after import HandingOver
from apps.applications.views.letters import NoticeSheet
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.month import Month, day_label
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.core.refusal import Refused
from apps.core.workdays import notice_ends
from apps.eligibility.policy.enums import Scheme


class EndingFilter(forms.Form):
    """Endings under way, or all."""

    show = forms.ChoiceField(label="范围", choices=[("", "在办"), ("all", "全部")], required=False)


class EndingList(ListPage):
    """Endings of 特困 support."""

    model, filters, template_name = Ending, EndingFilter, "applications/after/endings.html"
    title, act = "特困终止", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Ending]:
        rows = super().rows().select_related("award__household__head", "award__person", "township")
        return rows.order_by("-proposed_on", "-pk")

    def narrow(self, rows: QuerySet[Ending], chosen: dict[str, Any]) -> QuerySet[Ending]:
        return rows if chosen.get("show") else rows.open()


class EndingNew(BelowSubject, ActPage):
    """Propose to end a 特困 award."""

    model, form_class, act, nav = Award, EndingForm, Verb.PROPOSE_ENDING, "award-list"
    title, button, done = "提出终止供养", "提出终止", "已提出，请张贴公示。"
    consequences = (
        "公示七天后由民政局决定，自决定的下月起终止",
        "死亡不需要公示，直接交民政局决定",
        "公示只公布姓名、村、人数、类别、金额",
    )

    def rows(self) -> QuerySet[Award]:
        rows = super().rows().filter(scheme=Scheme.TEKUN)
        return rows.select_related("household__head", "household__township", "township", "person")

    def precheck(self) -> None:
        if self.subject.endings.open().exists():
            raise Refused("ending_waits", "这份待遇已在办理终止。")

    def perform(self, form: forms.Form) -> Ending:
        given = form.cleaned_data
        return actions.propose_ending(
            self.subject,
            ground=EndingGround(given["ground"]),
            text=given["text"],
            acting_user=self.request.user,
            on=self.today,
        )

    def done_url(self, result: Ending) -> str:
        return result.get_absolute_url()


class AboutEnding:
    """What pages about one ending share."""

    model, nav = Ending, "ending-list"
    subject: Any

    def rows(self) -> QuerySet[Ending]:
        """With the award and its people."""
        return (  # type: ignore[no-any-return]
            super()  # type: ignore[misc]
            .rows()
            .select_related("award__household__head", "award__household__village", "award__person", "township")
            .select_related("proposed_by", "posted_by", "decided_by", "decision")
        )

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The award."""
        return [(str(self.subject.award), self.subject.award.get_absolute_url())]


STEPS = (
    (Verb.POST_ENDING_NOTICE, "ending-post", "张贴公示", "primary"),
    (Verb.CONFIRM_ENDING, "ending-confirm", "决定终止", "primary"),
    (Verb.DROP_ENDING, "ending-drop", "不再终止…", "quiet"),
)


class EndingPage(AboutEnding, DetailPage):
    """Where an ending stands, and the steps that may follow."""

    template_name, act = "applications/after/ending.html", Verb.VIEW_CASES

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"终止供养：{self.subject.who.name}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ending = self.subject
        delivery = ending.deliveries.select_related("by").first()
        waits = ending.state == EndingState.ENDED and delivery is None
        due = counted(DELIVERY, told_by(ending.decided_on), self.today) if waits else None
        given = {
            "ending": ending,
            "buttons": list(self.buttons()),
            "delivery": delivery,
            "deliver_by": due,
            "delivers": waits and self.request.user.may(Verb.DELIVER, on=self.today, area=ending.township),
            "other_help": ending.state == EndingState.ENDED and ending.ground in MAY_NEED_OTHER_HELP,
        }
        return super().get_context_data(**(given | kwargs))

    def buttons(self) -> Any:
        """The steps this user may take now."""
        ending, user = self.subject, self.request.user
        by_death = ending.ground == EndingGround.DEATH
        for verb, url, label, tone in STEPS:
            early = verb == Verb.CONFIRM_ENDING and not by_death and not self.notice_is_over()
            needless = verb == Verb.POST_ENDING_NOTICE and by_death
            allowed = ENDING_MOVES.allows(verb, ending.state) and user.may(verb, on=self.today, area=ending.township)
            if allowed and not early and not needless:
                yield label, reverse(url, args=[ending.uuid]), tone

    def notice_is_over(self) -> bool:
        """Whether the notice hung long enough."""
        return self.subject.ends_on is not None and self.today > self.subject.ends_on


class EndingStep(AboutEnding, ActPage):
    """A step of an ending."""

    def precheck(self) -> None:
        ENDING_MOVES.target(self.act, self.subject.state)


class PostPage(EndingStep):
    """Its notice goes up."""

    form_class, act, title = PlaceForm, Verb.POST_ENDING_NOTICE, "张贴终止供养公示"
    button, done = "登记已张贴", "已登记公示。"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        ends = notice_ends(self.today)
        following = day_label(ends + timedelta(days=1))
        return [f"公示到 {day_label(ends)} 期满，{following}起可决定", "只公布姓名、村、人数、类别、金额"]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"place": f"{self.subject.award.household.village.name}公示栏"}}

    def perform(self, form: forms.Form) -> Ending:
        return actions.post_ending_notice(
            self.subject, place=form.cleaned_data["place"], acting_user=self.request.user, on=self.today
        )


class ConfirmEndingPage(EndingStep):
    """The bureau decides."""

    act, title, tone = Verb.CONFIRM_ENDING, "决定终止供养", "danger"
    done = "已决定终止，请在 3 个工作日内送达通知书。"

    def precheck(self) -> None:
        super().precheck()
        actions.ending_notice_has_run(self.subject, on=self.today)

    @property
    def button(self) -> str:  # type: ignore[override]
        return f"终止，{Month.of(self.today).next().month}月起停发"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        ending = self.subject
        first = Month.of(self.today).next().label()
        told = [f"{ending.get_ground_display()}：{ending.text}", f"自{first}起终止{ending.who.name}的特困人员救助供养"]
        if ending.ground in MAY_NEED_OTHER_HELP:
            told.append("可能符合低保或者临时救助条件的，请乡镇告知并协助申请（43号第27条）")
        return told

    def perform(self, form: forms.Form) -> Ending:
        return actions.confirm_ending(self.subject, acting_user=self.request.user, on=self.today)


class DropPage(EndingStep):
    """The support goes on."""

    form_class, act, title = RejectionForm, Verb.DROP_ENDING, "不再终止供养"
    button, done = "不再终止", "供养继续，公示已撤下。"

    def perform(self, form: forms.Form) -> Ending:
        return actions.drop_ending(
            self.subject, answer=form.cleaned_data["answer"], acting_user=self.request.user, on=self.today
        )


class DeliverEndingPage(AboutEnding, HandingOver):
    """Its letter handed over."""

    def precheck(self) -> None:
        if self.subject.state != EndingState.ENDED or self.subject.deliveries.exists():
            raise Refused("nothing_to_deliver", "没有待送达的通知书。")

    def form_arguments(self) -> dict[str, Any]:
        initial = {
            "delivered_on": self.today,
            "way": "IN_PERSON",
            "receiver": self.subject.who.name,
            "relation": "本人",
        }
        return {"initial": initial}

    def perform(self, form: forms.Form) -> Delivery:
        return actions.deliver_ending(
            self.subject, handover=self.handover(form), acting_user=self.request.user, on=self.today
        )


class EndingPoster(AboutEnding, NoticeSheet):
    """The notice of a proposed ending: the allowed words only."""

    template_name, title, act = "applications/after/ending_poster.html", "公示", Verb.VIEW_NOTICES

    def rows(self) -> QuerySet[Ending]:
        rows = confined(super().rows(), self.request.user, self.today, "award__household__village")
        return rows.exclude(posted_on=None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"content": self.subject.content, "supervision_phone": settings.SUPERVISION_PHONE}
        return super().get_context_data(**(given | kwargs))
