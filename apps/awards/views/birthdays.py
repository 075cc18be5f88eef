"""Birthdays that move an amount, a month ahead."""

from typing import Any

from django.db.models import QuerySet

from apps.audit.verbs import Verb
from apps.awards.birthdays import AGES, birthdays, with_birthdays
from apps.awards.forms import BirthdayFilter
from apps.awards.models import Award
from apps.core.month import Month
from apps.core.pages import ListPage
from apps.eligibility.law import law_in_force


class BirthdayList(ListPage):
    """Who turns 18, 60 or 70 next month (or in another) among those paid for, and what that changes."""

    model, template_name = Award, "awards/birthdays.html"
    title, act = "生日提醒", Verb.VIEW_AWARDS

    def filter_form(self) -> BirthdayFilter:
        return BirthdayFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Award]:
        rows = super().rows().select_related("household__head", "township", "person")
        return rows.prefetch_related("members__person").order_by("township_id", "pk")

    def narrow(self, rows: QuerySet[Award], chosen: dict[str, Any]) -> QuerySet[Award]:
        self.month = Month.of(chosen["month"]) if chosen.get("month") else Month.of(self.today).next()
        self.ages = (int(chosen["age"]),) if chosen.get("age") else AGES
        rows = with_birthdays(rows, self.month, self.ages)
        return rows.filter(township=chosen["township"]) if chosen.get("township") else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = birthdays(list(context["rows"]), self.month, law_in_force(), self.ages)
        return {**context, "birthdays": list(found), "month": self.month, "acts": self.month.next()}
