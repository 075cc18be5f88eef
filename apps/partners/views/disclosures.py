"""Who was told what of whom: the auditor's list, one answer, and a family's own page to print."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import reverse_lazy

from apps.audit.verbs import Verb
from apps.core.pages import PAGE_SIZE, DetailPage, ListPage
from apps.households.models import Household
from apps.partners.facts.told import looked_up, told_of
from apps.partners.forms.access import DisclosureFilter
from apps.partners.models import Disclosure


class DisclosureList(ListPage):
    """Every answer, newest first."""

    model, filters, template_name = Disclosure, DisclosureFilter, "partners/disclosures.html"
    title, act = "提供信息记录", Verb.VIEW_DISCLOSURES

    def rows(self) -> QuerySet[Disclosure]:
        return super().rows().select_related("record", "client__partner").order_by("-pk")

    def narrow(self, rows: QuerySet[Disclosure], chosen: dict[str, Any]) -> QuerySet[Disclosure]:
        wanted = {
            "client__partner__name__contains": chosen.get("partner"),
            "dataset": chosen.get("dataset"),
            "purpose": chosen.get("purpose"),
            "record__on__gte": chosen.get("since"),
            "record__on__lte": chosen.get("until"),
        }
        return rows.filter(**{name: value for name, value in wanted.items() if value})


class DisclosurePage(DetailPage):
    """One answer, and everybody it told of."""

    model, template_name = Disclosure, "partners/disclosure.html"
    act, nav, title = Verb.VIEW_DISCLOSURES, "disclosure-list", "提供信息"
    crumbs = (("提供信息记录", reverse_lazy("disclosure-list")),)

    def rows(self) -> QuerySet[Disclosure]:
        return super().rows().select_related("record", "client__partner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = self.subject.people.select_related("person").order_by("pk")
        page = Paginator(people, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**({"page": page} | kwargs))


class FamilyDisclosures(DetailPage):
    """谁查询过: for the family itself, to print; partners' questions and what the office itself looked up in full."""

    model, template_name = Household, "partners/family.html"
    act, nav, title = Verb.VIEW_HOUSEHOLDS, "household-list", "个人信息查询记录"

    def rows(self) -> QuerySet[Household]:
        return super().rows().select_related("head", "township")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"told": told_of(self.subject), "looked_up": looked_up(self.subject)}
        return super().get_context_data(**(given | kwargs))
