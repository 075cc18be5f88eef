"""What if: a draft over the live register, who gains and who loses, what it costs, before anybody signs it."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy

from apps.accounts.models import Area
from apps.audit.verbs import Verb
from apps.awards import actions
from apps.awards.actions.what_if import REHEARSABLE
from apps.awards.charts import bars, sums
from apps.awards.enums import SCHEMES
from apps.awards.forms import WhatIfFilter, WhatIfForm
from apps.awards.models import WhatIf, WhatIfLine
from apps.awards.tally import ALL_BANDS, Tally, band_label
from apps.core.money import yuan
from apps.core.month import Month
from apps.core.pages import PAGE_SIZE, ActPage, DetailPage, Download, DownloadPage, ListPage
from apps.core.sheets import csv_lines
from apps.eligibility.forms import shown
from apps.eligibility.law import law_in_force, law_of
from apps.eligibility.parameters import applies_to, field_of, standing_row
from apps.eligibility.policy.standards import Law, shipped_parameters

CRUMBS = (("政策测算", reverse_lazy("what-if-list")),)


class WhatIfList(ListPage):
    """All rehearsals, and what can be rehearsed."""

    model, template_name = WhatIf, "awards/what_ifs.html"
    title, act = "政策测算", Verb.VIEW_WHAT_IFS

    def rows(self) -> QuerySet[WhatIf]:
        return super().rows().select_related("started_by").order_by("-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choices = [shipped_parameters()[name] for name in REHEARSABLE]
        context = super().get_context_data(**({"choices": choices} | kwargs))
        rows = list(context["rows"])
        laws = {digest: law_of(digest) for digest in {one.law_digest for one in rows}}
        context["listed"] = [(one, draft_of(one, laws[one.law_digest])) for one in rows]
        return context


def draft_of(what_if: WhatIf, law: Law | None) -> list[dict[str, str]]:
    """The draft's values: to whom, from what (by the law it was compared with), to what."""
    law = law or law_in_force()
    lines = []
    for value, row in zip(what_if.content, what_if.rows(), strict=True):
        place = (value["area"], value["key"])
        old = standing_row(law, value["parameter"], place, what_if.start)
        lines.append({"applies": applies_to(*place) or "全部", "old": shown(old), "new": shown(row)})
    return lines


class NewWhatIf(ActPage):
    """Begin a rehearsal of the parameter named in the address's query."""

    form_class, act, nav, crumbs = WhatIfForm, Verb.START_WHAT_IF, "what-if-list", CRUMBS
    button, done = "开始测算", "已经开始测算，进度见下。"
    consequences = (
        "按在享名册逐户计算，不改动任何待遇、核定和发放。",
        "在后台进行，可以离开；完成后在“政策测算”中查看。",
        "还没有申请的家庭不在册：新符合条件的人数无法由此得知。",
    )

    @property
    def parameter(self) -> str:
        """Which parameter; 404 when it moves no running award."""
        name = self.request.GET.get("parameter", REHEARSABLE[0])
        if name not in REHEARSABLE:
            raise Http404
        return str(name)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"测算：{shipped_parameters()[self.parameter].label}"

    def form_arguments(self) -> dict[str, Any]:
        coming = Month.of(self.today).next().first()
        initial = {"start": coming, "month": coming}
        return {"parameter": self.parameter, "law": law_in_force(), "on": self.today, "initial": initial}

    def perform(self, form: Any) -> WhatIf:
        draft = form.draft()
        return actions.start_what_if(draft.pop("content"), acting_user=self.request.user, on=self.today, **draft)

    def rings(self, result: WhatIf) -> Iterable[tuple[str]]:
        return (("awards.dispatch_chunks",),)


class AboutWhatIf(DetailPage):
    """A page about one rehearsal: how far it is."""

    model, nav, act, crumbs = WhatIf, "what-if-list", Verb.VIEW_WHAT_IFS, CRUMBS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.label} · {Month.of(self.subject.month).label()}测算"

    def rows(self) -> QuerySet[WhatIf]:
        return super().rows().select_related("started_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = self.subject.chunks.aggregate(done=Sum("rows", default=0))["done"]
        return super().get_context_data(**({"what_if": self.subject, "done": done} | kwargs))


class WhatIfProgress(AboutWhatIf):
    """The moving part of the page, asked again and again while the workers calculate."""

    template_name = "awards/_what_if_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if request.headers.get("HX-Request") and not self.subject.is_open:
            response.headers["HX-Refresh"] = "true"
        return response


class WhatIfLines:
    """The changed families of a rehearsal this user sees, narrowed by the page's filters."""

    subject: WhatIf
    request: HttpRequest

    def filters(self) -> WhatIfFilter:
        """The bound GET form; an unreadable filter is left out."""
        form = WhatIfFilter(self.request.GET, user=self.request.user)
        form.is_valid()
        return form

    def lines(self, form: WhatIfFilter) -> QuerySet[WhatIfLine]:
        """The lines that match."""
        rows = WhatIfLine.objects.visible_to(self.request.user).filter(what_if=self.subject)
        if band := form.cleaned_data.get("band"):
            rows = rows.in_band(band)
        equal = {name: form.cleaned_data.get(name) for name in ("effect", "scheme", "township")}
        rows = rows.filter(**{name: value for name, value in equal.items() if value})
        return rows.select_related("household__head", "person", "township").order_by("pk")


class WhatIfPage(WhatIfLines, AboutWhatIf):
    """One rehearsal: what it costs, whom it touches, by scheme, township and size, down to the families."""

    template_name = "awards/what_if.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        what_if = self.subject
        begins = f"自{Month.of(what_if.start).label()}起，与测算时已核准的标准相比"
        context = {
            "draft": draft_of(what_if, law_of(what_if.law_digest)),
            "propose_url": propose_url(what_if),
            "begins": begins,
        }
        if what_if.result is not None:
            context |= self.figures(what_if.result) | self.listed()
        return super().get_context_data(**(context | kwargs))

    def figures(self, result: dict[str, Any]) -> dict[str, Any]:
        """Sums and charts."""
        tally, here = Tally(), reverse("what-if-detail", args=[self.subject.pk])
        tally.add_json(result)
        schemes = dict(SCHEMES)
        townships = dict(Area.objects.visible_to(self.request.user).townships().values_list("pk", "name"))
        return {
            "total": tally.total(),
            "schemes": sums(tally.by_scheme(), schemes, f"{here}?scheme="),
            "townships": sums(tally.by_township(), townships, f"{here}?township="),
            "bands": bars((band_label(b), tally.bands[b], f"{here}?band={b}") for b in ALL_BANDS if tally.bands[b]),
        }

    def listed(self) -> dict[str, Any]:
        """One page of the changed families."""
        form = self.filters()
        page = Paginator(self.lines(form), PAGE_SIZE).get_page(self.request.GET.get("page"))
        return {"filters": form, "page": page, "query": self.request.GET.urlencode()}


def propose_url(what_if: WhatIf) -> str:
    """The proposal's form with the draft filled in: what was rehearsed is what the second person is asked for."""
    values = {field_of(v["area"], v["key"]): v["value"] for v in what_if.content if v["value"] is not None}
    given = {"parameter": what_if.parameter, "start": f"{what_if.start:%Y-%m}", "months": what_if.content[0]["months"]}
    return f"{reverse('standard-new')}?{urlencode(given | (values or {'off': 'on'}))}"


class WhatIfExport(WhatIfLines, DownloadPage):
    """The changed families as a table for a spreadsheet, narrowed as on the page."""

    model, act = WhatIf, Verb.VIEW_WHAT_IFS

    def file(self) -> Download:
        """The CSV, written while it is sent."""
        head = (
            "家庭编号",
            "户主",
            "受益人",
            "乡镇（街道）",
            "待遇",
            "现行标准（元）",
            "草案（元）",
            "增减（元）",
            "变化",
        )
        name = f"政策测算-{self.subject.label}-{self.subject.month:%Y-%m}.csv"
        return Download(name, csv_lines(head, self.cells()), "text/csv; charset=utf-8")

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """A row a family."""
        for line in self.lines(self.filters()).iterator(chunk_size=2000):
            yield (
                line.household.number,
                line.household.head.name,
                line.person.name if line.person else "",
                line.township.name,
                line.get_scheme_display(),
                yuan(line.before_fen),
                yuan(line.after_fen),
                yuan(line.difference_fen),
                line.get_effect_display(),
            )
