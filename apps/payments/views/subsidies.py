"""价格临时补贴: what was published, whether it starts the linkage, what a month's run owes, and its batches."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from apps.audit.facts import course_of
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.pages import ActPage, DetailPage, ListPage
from apps.payments import actions
from apps.payments.enums import ProposalState
from apps.payments.facts import drawable_subsidy
from apps.payments.models import Batch, Correction, PriceIndex, SubsidyLine, SubsidyRun
from apps.payments.subsidies import is_sealed, known_linkage, linkage_behind
from apps.payments.subsidy_forms import PriceIndexCorrectionForm, PriceIndexForm, SubsidyCorrectionForm
from apps.payments.subsidy_roll import excess_of, totals_of
from apps.payments.views.proposals import Decide, NewPage, SendBack

NAV = "price-index-list"
SHOWN = 200
CRUMBS = (("价格补贴", reverse_lazy(NAV)),)


class PriceIndexList(ListPage):
    """All publications, newest first, with what each of them starts and how far that is."""

    model, template_name, title, act = PriceIndex, "payments/price_indices.html", "价格补贴", Verb.VIEW_MONTHS

    def rows(self) -> QuerySet[PriceIndex]:
        """With the people behind them."""
        rows = super().rows().select_related("proposed_by", "decided_by", "replaces").prefetch_related("runs")
        return rows.order_by("-month", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        in_force = set(PriceIndex.objects.visible_to(self.request.user).in_force().values_list("pk", flat=True))
        return context | {"told": [_told(one, in_force=one.pk in in_force, on=self.today) for one in context["rows"]]}


def _told(index: PriceIndex, *, in_force: bool, on: date) -> dict[str, Any]:
    """A publication with what it starts, its last run, and whether it waits for one, beyond its month."""
    runs = [run for run in index.runs.all() if run.state != ProposalState.REJECTED]
    linkage = known_linkage(index)
    to_start = in_force and linkage is not None and linkage.reached and not runs
    last = max(runs, key=lambda run: run.seq, default=None)
    late = to_start and on > Month.of(index.paid_month).last()
    told = {"index": index, "linkage": linkage, "in_force": in_force, "run": last}
    return told | {"to_start": to_start, "settled": to_start and is_sealed(index.paid_month), "late": late}


class _OfAnIndex(DetailPage):
    nav, crumbs, act = NAV, CRUMBS, Verb.VIEW_MONTHS


class PriceIndexPage(_OfAnIndex):
    """One publication: the figures, what the rule makes of them, what was paid, and who got too much."""

    model, template_name = PriceIndex, "payments/price_index.html"

    def rows(self) -> QuerySet[PriceIndex]:
        """With the people behind it."""
        return super().rows().select_related("proposed_by", "decided_by", "replaces")

    @property
    def title(self) -> str:
        """Its month."""
        return str(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        index, user = self.subject, self.request.user
        linkage = known_linkage(index)
        in_force = PriceIndex.objects.visible_to(user).in_force().filter(pk=index.pk).exists()
        excess = excess_of(index) if linkage and in_force else []
        shown = {
            "index": index,
            "linkage": linkage,
            "in_force": in_force,
            "by": Month.of(index.paid_month).last(),
            "settled": is_sealed(index.paid_month),
            "runs": SubsidyRun.objects.visible_to(user).filter(month=index.paid_month).order_by("-pk"),
            "newer": index.replacements.exclude(state=ProposalState.REJECTED).first(),
            "excess": excess[:SHOWN],
            "excess_label": f"{len(excess)} 人" + (f"，列出前 {SHOWN} 人" if len(excess) > SHOWN else ""),
            "records": course_of(
                index, user, made=Verb.PROPOSE_PRICE_INDEX, by=index.proposed_by, on=index.proposed_on
            ),
        }
        return super().get_context_data(**(shown | kwargs))


class PriceIndexNew(NewPage):
    """Put down what was published."""

    form_class, act, nav, crumbs = PriceIndexForm, Verb.PROPOSE_PRICE_INDEX, NAV, CRUMBS
    title, button = "登记价格指数", "登记，等发放复核岗核准"
    consequences = (
        "由发放复核岗对照公布文件核准；核准之后不能修改，数字有变的另登更正。",
        "价格补贴在指数公布的当月发放，按当月的低保标准和名册计算。",
    )

    def perform(self, form: forms.Form) -> PriceIndex:
        """One action."""
        return actions.propose_price_index(acting_user=self.request.user, on=self.today, **form.cleaned_data)


class PriceIndexCorrect(NewPage):
    """Put down that the figures were corrected."""

    model, form_class, act = PriceIndex, PriceIndexCorrectionForm, Verb.PROPOSE_PRICE_INDEX
    nav, crumbs, button = NAV, CRUMBS, "登记更正，等发放复核岗核准"
    consequences = ("原来的公布保留不动；核准之后以这一条为准。", "少发的另行补发，多发的列出来，由人决定怎样处理。")

    @property
    def title(self) -> str:
        """What is corrected."""
        return f"更正{self.subject}"

    def perform(self, form: forms.Form) -> PriceIndex:
        """One action."""
        given = form.cleaned_data | {"month": self.subject.month, "replaces": self.subject}
        return actions.propose_price_index(acting_user=self.request.user, on=self.today, **given)

    def done_url(self, result: PriceIndex) -> str:
        """The new one."""
        return result.get_absolute_url()


class PriceIndexApprove(Decide):
    """The figures are those of the document."""

    model, act, nav, crumbs = PriceIndex, Verb.APPROVE_PRICE_INDEX, NAV, CRUMBS

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        """The figures, to be held against the document."""
        one = self.subject
        return [
            f"居民消费价格同比涨 {one.cpi}%，食品价格同比涨 {one.food}%，{one.published_on:%Y-%m-%d} 公布。",
            "请对照公布文件逐项核对；核准之后不能修改。",
        ]


class PriceIndexReject(SendBack):
    """They are not."""

    model, act, nav, crumbs = PriceIndex, Verb.REJECT_PRICE_INDEX, NAV, CRUMBS


class SubsidyCorrect(ActPage):
    """Put down what was paid too much."""

    model, form_class, act, nav, crumbs = PriceIndex, SubsidyCorrectionForm, Verb.PROPOSE_RECALCULATION, NAV, CRUMBS
    button, done = "提出重算", "已提出，等民政局主管确认。"
    consequences = (
        "多发的按户编成一件重算，由民政局主管确认。",
        "确认之后，还没发的撤销，已到账的转为应收，再依告知、陈述、退还办理；系统不会自动扣回。",
    )

    @property
    def title(self) -> str:
        """For which month."""
        return f"{self.subject.paid_label}价格补贴多发的重算"

    def perform(self, form: forms.Form) -> Correction:
        """One action."""
        given = form.cleaned_data
        return actions.propose_subsidy_correction(self.subject, acting_user=self.request.user, on=self.today, **given)

    def done_url(self, result: Correction) -> str:
        """The proposal."""
        return result.get_absolute_url()


class SubsidyStart(ActPage):
    """Work out what a publication owes."""

    model, act, nav, crumbs = PriceIndex, Verb.START_SUBSIDY, NAV, CRUMBS
    button, done = "测算", "已测算，等另一位同事确认。"
    consequences = (
        "名册取当月已封存的月度核定（含渐退、单人户），已确认的更正算在内，去世的不算。",
        "已有这次补贴的人不会再算一遍；一个人一个月只有一份。",
    )

    @property
    def title(self) -> str:
        """For which month."""
        return f"测算{self.subject.paid_label}价格临时补贴"

    def perform(self, form: forms.Form) -> SubsidyRun:
        """One action."""
        return actions.start_subsidy(self.subject, acting_user=self.request.user, on=self.today)

    def done_url(self, result: SubsidyRun) -> str:
        """The run."""
        return result.get_absolute_url()


def told_of(run: SubsidyRun, user: Any) -> dict[str, Any]:
    """What the pages about a run show: by township, by person once they are written down, the batches, what is left."""
    lines = SubsidyLine.objects.visible_to(user).filter(run=run).select_related("person", "entitlement__household")
    batches = Batch.objects.visible_to(user).filter(instructions__entitlement__subsidy_run=run).distinct()
    return {
        "run": run,
        "townships": totals_of(run),
        "linkage": linkage_behind(run),
        "lines": lines.order_by("township__code", "entitlement", "pk")[:SHOWN],
        "batches": batches.order_by("pk"),
        "ready": 0 if run.waits else drawable_subsidy(run).count(),
        "left_out": 0 if run.waits else run.entitlements.never_sent().count(),
        "records": course_of(run, user, made=Verb.START_SUBSIDY, by=run.proposed_by, on=run.proposed_on),
    }


class SubsidyRunPage(_OfAnIndex):
    """One run: what it owes, to whom, and how it is paid."""

    model, template_name = SubsidyRun, "payments/subsidy_run.html"

    def rows(self) -> QuerySet[SubsidyRun]:
        """With the people behind it."""
        return super().rows().select_related("index", "proposed_by", "decided_by")

    @property
    def title(self) -> str:
        """Its month."""
        return str(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**(told_of(self.subject, self.request.user) | kwargs))


class SubsidyConfirm(Decide):
    """Owe it."""

    model, act, nav, crumbs = SubsidyRun, Verb.CONFIRM_SUBSIDY, NAV, CRUMBS
    what, done = "确认", "已确认，生成应发明细。"

    @property
    def button(self) -> str:  # type: ignore[override]
        """What is confirmed."""
        return f"确认 {self.subject.size}"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        """What follows."""
        return [f"生成 {self.subject.size}的应发明细并记账。", "测算之后名册或指数有变的，不能确认，请退回重新测算。"]

    def perform(self, form: forms.Form) -> SubsidyRun:
        """One action."""
        return actions.confirm_subsidy(self.subject, acting_user=self.request.user, on=self.today)


class SubsidyReject(SendBack):
    """Not so."""

    model, act, nav, crumbs = SubsidyRun, Verb.REJECT_SUBSIDY, NAV, CRUMBS


class SubsidyDraw(ActPage):
    """Draw the batch that pays it."""

    model, act, nav, crumbs = SubsidyRun, Verb.DRAW_BATCH, "batch-list", CRUMBS
    done = "已编制。核对后送审。"
    consequences = ("没有核准账户、或现用账户被银行退回过的家庭不进批次，列在“待补账户”。",)

    @property
    def title(self) -> str:
        """Which batch."""
        return f"编制{self.subject}批次"

    @property
    def button(self) -> str:  # type: ignore[override]
        """How many payments."""
        return f"编制批次，{drawable_subsidy(self.subject).count()} 笔"

    def perform(self, form: forms.Form) -> Batch:
        """One action."""
        return actions.draw_subsidy(self.subject, acting_user=self.request.user, on=self.today)

    def done_url(self, result: Batch) -> str:
        """The batch."""
        return result.get_absolute_url()
