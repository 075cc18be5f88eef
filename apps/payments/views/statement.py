"""A family's statement of account: on the screen, on paper, as a spreadsheet."""

from typing import Any

from apps.audit.verbs import Verb
from apps.core.pages import DetailPage, Download, DownloadPage
from apps.core.sheets import XLSX, xlsx_table
from apps.households.models import Household
from apps.payments.models import Entitlement, Receivable
from apps.payments.statement import HEAD, Statement, rows_for_export, statement_of
from apps.payments.subsidy_excess import excess_in


def account_of(household: Household, user: Any) -> Statement:
    """The family's account as far as this user sees it."""
    owed = Entitlement.objects.readable_by(user).filter(household=household)
    owed = owed.select_related("annulment", "calc_line__award", "calc_line__run", "calc_line__person")
    back = Receivable.objects.readable_by(user).filter(household=household).order_by("pk")
    entitled = owed.prefetch_related("instructions__account").order_by("month", "pk")
    return statement_of(entitled, back, excess_in(household))


class StatementPage(DetailPage):
    """Month by month."""

    model, template_name, act, nav = Household, "payments/statement.html", Verb.VIEW_AWARDS, "household-list"

    def rows(self) -> Any:
        """With the head."""
        return super().rows().select_related("head", "township", "village")

    @property
    def title(self) -> str:
        """The head's name."""
        return f"{self.subject.head.name}家庭救助账单"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the family's file."""
        return ((f"{self.subject.number}", self.subject.get_absolute_url()),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"household": self.subject, "account": account_of(self.subject, self.request.user)}
        return super().get_context_data(**(shown | kwargs))


class StatementPrint(StatementPage):
    """The same on paper."""

    template_name = "payments/statement_print.html"


class StatementExport(DownloadPage):
    """The same as a spreadsheet: no identity number, no account."""

    model, act = Household, Verb.VIEW_AWARDS

    def file(self) -> Download:
        """The file."""
        rows = rows_for_export(account_of(self.subject, self.request.user))
        content = xlsx_table("救助账单", HEAD, rows)
        return Download(f"救助账单-{self.subject.number}.xlsx", content, XLSX)
