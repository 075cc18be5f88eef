"""收入、支出与扣减: rows of money."""

from typing import Any

from django import forms

from apps.applications.forms.intake.base import ANSWER, BLANK, GONE, Part, Row, words
from apps.applications.forms.intake.fields import YuanField
from apps.applications.models import Applied
from apps.eligibility.policy.enums import DeductionKind, ExpenseKind, IncomeKind
from apps.eligibility.policy.income import COUNTED_KINDS
from apps.households.family import DeductionEntry, ExpenseEntry, IncomeEntry

_KINDS = [
    BLANK,
    ("计入收入", [(kind.value, kind.label) for kind in IncomeKind if kind in COUNTED_KINDS]),
    ("不计入收入", [(kind.value, kind.label) for kind in IncomeKind if kind not in COUNTED_KINDS]),
]


class MemberChoiceRow(Row):
    """A row that names a member by the key of that member's row."""

    def set_members(self, choices: list[tuple[str, str]]) -> None:
        """Offer the members typed so far."""
        self.fields["member"].choices = choices  # type: ignore[attr-defined]

    def names(self, member: str) -> bool:
        """Whether this row is that member's."""
        return self.typed.get("member") == member


class IncomesForm(Part):
    """Whether there was any income at all."""

    short = {"answer": "收入（有或没有）"}

    answer = forms.ChoiceField(label="全家十二个月有没有收入", choices=ANSWER, widget=forms.RadioSelect)


class IncomeRow(MemberChoiceRow):
    """Income of one member of one kind over the twelve months."""

    letter, noun = "i", "收入"

    member = forms.ChoiceField(label="成员", error_messages={"invalid_choice": GONE})
    kind = forms.ChoiceField(label="收入种类", choices=_KINDS)
    amount = YuanField(label="十二个月合计", max_length=20)
    evidence = forms.CharField(label="凭据", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.attrs["inputmode"] = "decimal"
        self.fields["evidence"].widget.attrs["placeholder"] = "如：工资流水 2 页"

    def hint(self, name: str) -> str:
        kind = self.typed.get("kind", "")
        return "不计入收入" if name == "kind" and kind and kind not in COUNTED_KINDS else ""

    def entry(self, member: int) -> IncomeEntry:
        """The income of the member at that place."""
        given = self.cleaned_data
        return IncomeEntry(member, IncomeKind(given["kind"]), given["amount"], given["evidence"])


class DeductionRow(Row):
    """A deduction from the household's income with its ground."""

    letter, noun = "d", "扣减"

    kind = forms.ChoiceField(label="扣减种类", choices=words(DeductionKind))
    amount = YuanField(label="十二个月合计", max_length=20)
    ground = forms.CharField(label="依据", max_length=200)

    def entry(self) -> DeductionEntry:
        """The deduction."""
        given = self.cleaned_data
        return DeductionEntry(DeductionKind(given["kind"]), given["amount"], given["ground"])


class ExpenseRow(Row):
    """An expense of the twelve months."""

    letter, noun = "e", "支出"

    kind = forms.ChoiceField(label="支出种类", choices=words(ExpenseKind))
    amount = YuanField(label="十二个月合计", max_length=20)
    evidence = forms.CharField(label="票据", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # 支出型 lives on what was spent: each sum needs its receipts.
        self.fields["evidence"].required = self.setting.scheme == Applied.EXPENDITURE
        self.fields["evidence"].widget.attrs["placeholder"] = "如：住院票据 3 张"

    def entry(self) -> ExpenseEntry:
        """The expense."""
        given = self.cleaned_data
        return ExpenseEntry(ExpenseKind(given["kind"]), given["amount"], given["evidence"])
