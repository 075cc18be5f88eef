"""The explanation sheet, and the provisions anyone in the office may read."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy

from apps.audit.verbs import Verb
from apps.core.money import fen
from apps.core.pages import DetailPage, Page
from apps.eligibility.law import law_in_force
from apps.eligibility.models import Assessment
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import NoParameterInForce
from apps.eligibility.provisions import register


class AssessmentSheet(DetailPage):
    """The explanation sheet to print: every step with its clause."""

    model, template_name = Assessment, "eligibility/sheet.html"
    title, nav, act = "测算说明", "household-list", Verb.VIEW_HOUSEHOLDS

    def rows(self) -> QuerySet[Assessment]:
        return super().rows().select_related("household__head", "household__township")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        awards = self.subject.awards
        total = sum(fen(award["monthly"]) for award in awards) if awards else None
        return super().get_context_data(**({"total": total} | kwargs))


class ProvisionList(Page):
    """Every provision of the documents in plain words, where the code has it, and which readings are open."""

    template_name = "eligibility/provisions.html"
    title, nav = "政策条款", "standard-list"
    crumbs = (("政策与标准", reverse_lazy("standard-list")),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            unconfirmed = law_in_force().on(self.today, AreaKind.URBAN).unconfirmed
        except NoParameterInForce:
            unconfirmed = frozenset()
        return super().get_context_data(**({"documents": register(), "unconfirmed": unconfirmed} | kwargs))
