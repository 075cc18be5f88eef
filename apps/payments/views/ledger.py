"""The ledger: vouchers under the trial balance of what is shown, and the way to what is behind each."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse, reverse_lazy

from apps.audit.verbs import Verb
from apps.core.money import yuan
from apps.core.pages import DetailPage, Download, DownloadPage, ListPage
from apps.core.sheets import XLSX, xlsx_table
from apps.payments.ledger_forms import LedgerFilter
from apps.payments.ledgerbook import entries_of, side_of, totals, trial_balance, vouchers
from apps.payments.models import Batch, LedgerEntry, LedgerTransaction

HEAD = ("日期", "凭证", "事项", "来源", "科目", "乡镇（街道）", "待遇", "借方（元）", "贷方（元）")
BEHIND = (
    "run",
    "batch",
    "return_file__batch",
    "settlement__instruction__batch",
    "late_return__batch",
    "correction",
    "repayment__receivable",
    "receivable",
)


class LedgerList(ListPage):
    """Vouchers, newest first, under the trial balance of what is shown."""

    model, template_name, title = LedgerTransaction, "payments/ledger.html", "总账"
    act = Verb.VIEW_PAYMENTS

    def filter_form(self) -> LedgerFilter:
        """With the user's townships."""
        return LedgerFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[LedgerTransaction]:
        """With what is behind each."""
        return super().rows().select_related(*BEHIND).order_by("-on", "-pk")

    def narrow(self, rows: QuerySet[LedgerTransaction], chosen: dict[str, Any]) -> QuerySet[LedgerTransaction]:
        """By day, event, month and batch; sums of one account or township only where one is chosen."""
        self.chosen, rows = chosen, vouchers(rows, chosen)
        self.balances = trial_balance(entries_of(rows, chosen))
        side = side_of(chosen, "entries__")
        if side:
            rows = rows.filter(pk__in=entries_of(rows, chosen).values("transaction"))
        amount = "entries__amount_fen"
        return rows.annotate(
            debit_fen=Sum(amount, filter=Q(entries__amount_fen__gt=0) & side, default=0),
            credit_fen=-Sum(amount, filter=Q(entries__amount_fen__lt=0) & side, default=0),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = urlencode({name: value for name, value in self.request.GET.items() if value and name != "page"})
        batches = Batch.objects.visible_to(self.request.user).filter(pk=self.chosen.get("batch"))
        shown = {"balances": self.balances, "sums": totals(self.balances), "of_batch": batches.first()}
        whole = not (self.chosen.get("account") or self.chosen.get("township"))
        links = {"export": f"{reverse('ledger-export')}?{asked}", "asked": asked, "of_month": self.chosen.get("month")}
        return context | shown | links | {"whole": whole}


class LedgerPage(DetailPage):
    """One voucher: its entries and what it comes from."""

    model, template_name, act, nav = LedgerTransaction, "payments/voucher.html", Verb.VIEW_PAYMENTS, "ledger-list"
    crumbs = (("总账", reverse_lazy("ledger-list")),)

    @property
    def title(self) -> str:
        """The voucher's number."""
        return f"凭证 {self.subject.pk}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = self.subject.entries.select_related("township").order_by("township__code", "scheme", "-amount_fen")
        shown = {"entries": entries, "sums": totals(trial_balance(self.subject.entries.all()))}
        return super().get_context_data(**(shown | kwargs))


class LedgerExport(DownloadPage):
    """The entries of the same filters as a spreadsheet; nobody's name is in it."""

    act, nav = Verb.VIEW_PAYMENTS, "ledger-list"

    def file(self) -> Download:
        """All of them, in the order of the book."""
        form = LedgerFilter(self.request.GET, user=self.request.user)
        form.is_valid()
        shown = vouchers(LedgerTransaction.objects.visible_to(self.request.user), form.cleaned_data)
        rows = entries_of(shown, form.cleaned_data).select_related(
            "township", *(f"transaction__{name}" for name in BEHIND)
        )
        table = xlsx_table("总账", HEAD, map(_cells, rows.order_by("transaction__on", "transaction", "pk")))
        return Download(f"总账-{self.today:%Y%m%d}.xlsx", table, XLSX)


def _cells(entry: LedgerEntry) -> tuple[Any, ...]:
    voucher, amount = entry.transaction, yuan(abs(entry.amount_fen))
    sides = (amount, None) if entry.amount_fen > 0 else (None, amount)
    behind = (f"{voucher.on:%Y-%m-%d}", str(voucher.pk), voucher.get_event_display(), str(voucher.source))
    return (*behind, entry.get_account_display(), entry.township.name, entry.get_scheme_display(), *sides)
