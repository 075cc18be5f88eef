"""专项救助: what a family may claim, and for each bureau who may."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.applications.views.exporting import ExportPage
from apps.applications.views.life import FamilyAct
from apps.audit.verbs import Verb
from apps.core.pages import BelowSubject, DetailPage, ListPage
from apps.core.spreadsheet import Sheet
from apps.eligibility.policy.enums import Category, Scheme
from apps.households.models import Household
from apps.partners import actions
from apps.partners.actions.referrals import claim_of
from apps.partners.enums import Bureau
from apps.partners.facts.assistance import claims_in, claims_of, entitled_families
from apps.partners.forms.referrals import AssistanceFilter, ReferForm
from apps.partners.models import Referral
from apps.partners.policy.assistance import Claim
from apps.partners.policy.passing import passed_on
from apps.partners.transitions import OPEN_REFERRAL

HEAD = ("承办单位", "事项", "家庭编号", "户主", "对象", "年龄", "身份", "乡镇（街道）", "村（社区）", "须先核实")
NAMES = {**{c.value: c.label for c in Category}, **{s.value: s.label for s in Scheme}}


class FamilyAssistance(BelowSubject, DetailPage):
    """One family: the help of other bureaus it may claim, what was referred, what came back."""

    model, template_name = Household, "partners/assistance.html"
    nav, act = "household-list", Verb.VIEW_REFERRALS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.head.name} 一家的专项救助"

    def rows(self) -> QuerySet[Household]:
        return super().rows().select_related("head", "township", "village")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        referrals = list(self.subject.referrals.select_related("person", "household__head").order_by("-pk"))
        found = claims_of(self.subject, self.today)
        last = {(one.item, one.person_id): one for one in reversed(referrals)}
        by_bureau: dict[Bureau, list[tuple[Claim, Referral | None]]] = defaultdict(list)
        for claim in found:
            by_bureau[claim.item.bureau].append((claim, last.get(claim.key)))
        given = {
            "bureaus": [(bureau.label, rows) for bureau, rows in by_bureau.items()],
            "referrals": referrals,
            "open_states": OPEN_REFERRAL,
        }
        return super().get_context_data(**(given | kwargs))


class ReferPage(FamilyAct):
    """One item for the family or one member goes to its bureau."""

    act, form_class, button, nav = Verb.REFER, ReferForm, "转办", "household-list"
    done = "已转办，结果会列在专项救助页上。"
    template_name = "partners/refer.html"

    @property
    def claim(self) -> Claim:
        """What is asked for; Refused when the family may not claim it."""
        return claim_of(self.subject, item=self.kwargs["item"], person_id=self.person_id, on=self.today)

    @property
    def person_id(self) -> int | None:
        """The member it is for; none for the whole family."""
        return self.kwargs.get("person") or None

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"转办：{self.claim.item.label}"

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        here = reverse("family-assistance", args=[self.subject.uuid])
        return [(str(self.subject), self.subject.get_absolute_url()), ("专项救助", here)]

    @property
    def consequences(self) -> tuple[str, ...]:  # type: ignore[override]
        item = self.claim.item
        return (
            f"送{item.bureau.label}：{item.accept_within} 个工作日内答复，受理后 {item.finish_within} 个工作日内办结",
            f"只转交：{'、'.join(field.label for field in passed_on(item))}",
            "对方没有接口的，由您登记对方的答复和结果",
        )

    def form_arguments(self) -> dict[str, Any]:
        whom = self.claim.member.name if self.claim.member else self.subject.head.name
        return {"initial": {"agreed_by": whom, "agreed_on": self.today}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"claim": self.claim} | kwargs))

    def perform(self, form: forms.Form) -> Referral:
        return actions.refer(
            self.subject, item=self.kwargs["item"], person_id=self.person_id, **self.doing, **form.cleaned_data
        )

    def done_url(self, result: Any) -> str:
        return reverse("family-assistance", args=[self.subject.uuid])


class Claims:
    """Families with what they may claim, narrowed by the address."""

    request: HttpRequest
    today: Any
    nav = "assistance-list"

    def filters_given(self) -> AssistanceFilter:
        """The bound GET form; an unreadable filter is left out."""
        form = AssistanceFilter(self.request.GET, user=self.request.user)
        form.is_valid()
        return form

    def claims(self, families: Any, chosen: dict[str, Any]) -> Iterator[tuple[Household, Claim]]:
        """Of these families, each claim that matches."""
        item = chosen.get("item") or ""
        # An item has one bureau; without one it is the first on the list.
        bureau = None if item else Bureau(chosen.get("bureau") or self.filters_given().first)
        return claims_in(families, self.today, bureau=bureau, item=item)

    def families(self, chosen: dict[str, Any]) -> QuerySet[Household]:
        """Families in any category, of the township chosen."""
        rows = entitled_families(Household.objects.visible_to(self.request.user), self.today)
        if chosen.get("township"):
            rows = rows.filter(township=chosen["township"])
        return rows.select_related("head", "township", "village").order_by("township__code", "village__code", "pk")


class AssistanceList(Claims, ListPage):
    """For each bureau who may claim what, family by family."""

    model, template_name, act = Household, "partners/assistance_list.html", Verb.VIEW_REFERRALS
    title = "专项救助对象"

    def filter_form(self) -> AssistanceFilter:
        return self.filters_given()

    def narrow(self, rows: QuerySet[Household], chosen: dict[str, Any]) -> QuerySet[Household]:
        return self.families(chosen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        by_family: dict[int, list[Claim]] = defaultdict(list)
        for household, claim in self.claims(context["rows"], context["filters"].cleaned_data):
            by_family[household.pk].append(claim)
        listed = [(one, by_family[one.pk]) for one in context["rows"] if by_family[one.pk]]
        return context | {"listed": listed, "query": self.request.GET.urlencode()}


class AssistanceExport(Claims, ExportPage):
    """The same list as a spreadsheet."""

    title, what = "导出专项救助名单", "专项救助名单"
    consequences = ("名单含姓名，不含身份证号和住址。", "导出人、用途、条件和行数记入办理记录。")

    def filters(self) -> AssistanceFilter:
        return self.filters_given()

    def list_url(self) -> str:
        """The only one."""
        return reverse("assistance-list")

    def sheet(self) -> Sheet:
        """A row a claim."""
        return Sheet("名单", self.what, f"截至{self.today:%Y-%m-%d}", HEAD, self.cells())

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """What stands in the rows."""
        chosen = self.filters_given().cleaned_data
        families = self.families(chosen).iterator(chunk_size=500)
        for household, claim in self.claims(families, chosen):
            member, item = claim.member, claim.item
            held = "、".join(NAMES[one] for one in sorted(member.categories)) if member else ""
            yield (
                item.bureau.label,
                item.label,
                household.number,
                household.head.name,
                member.name if member else "（全家）",
                member.age if member else None,
                held,
                household.township.name,
                household.village.name,
                claim.ask,
            )
