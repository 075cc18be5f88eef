"""A family's statement of account: month by month what was owed, what arrived, what is open, what is owed back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from apps.awards.facts import names_of
from apps.awards.models import CalcLine
from apps.core.money import yuan
from apps.core.month import Month
from apps.eligibility.law import law_in_force, law_of
from apps.eligibility.policy.outcome import Step
from apps.households.models import PayeeKind
from apps.payments.enums import FAILED, LIVE, EntitlementKind, InstructionState
from apps.payments.explaining import parts_in_words, steps_behind
from apps.payments.models import CorrectionLine, Entitlement, Overpayment, Receivable, Repayment
from apps.payments.subsidies import subsidies_behind
from apps.payments.subsidy_roll import Excess

UNDER_WAY = (InstructionState.QUEUED, InstructionState.SUBMITTED, InstructionState.UNKNOWN)


@dataclass(frozen=True)
class Behind:
    """What stands behind one unit's amount of a month."""

    label: str
    amount_fen: int
    parts: tuple[str, ...]
    steps: tuple[Step, ...]
    note: str = ""


@dataclass
class MonthOfAccount:
    """One month; fen. ``owed`` − ``annulled`` + ``supplement`` = ``paid`` + ``under_way`` + ``open``.

    ``returned``: of it what once did not arrive, however many ``attempts`` failed.
    """

    month: date
    owed: int = 0
    supplement: int = 0
    annulled: int = 0
    paid: int = 0
    under_way: int = 0
    open: int = 0
    returned: int = 0
    attempts: int = 0
    overpaid: int = 0
    heirs: list[str] = field(default_factory=list)
    behind: list[Behind] = field(default_factory=list)

    @property
    def entitled(self) -> int:
        """What the family was entitled to after all corrections."""
        return self.owed + self.supplement - self.annulled - self.overpaid

    @property
    def balance(self) -> int:
        """Still to be paid to the family, less what it was paid too much for this month."""
        return self.open + self.under_way - self.overpaid


@dataclass(frozen=True)
class Statement:
    """The months, newest first, what came back, and of which subsidy there is too much that nobody has put right."""

    months: list[MonthOfAccount]
    receivables: list[Receivable]
    repayments: list[Repayment]
    too_much: Sequence[tuple[date, Excess]] = ()

    def _sum(self, name: str) -> int:
        return sum(getattr(one, name) for one in self.months)

    @property
    def totals(self) -> MonthOfAccount:
        """All months together."""
        names = ("owed", "supplement", "annulled", "paid", "under_way", "open", "returned", "attempts", "overpaid")
        return MonthOfAccount(date.min, **{name: self._sum(name) for name in names})

    @property
    def owed_back(self) -> int:
        """What is still owed back."""
        return sum(one.balance for one in self.receivables)

    @property
    def repaid(self) -> int:
        """What was given back."""
        return sum(one.amount_fen for one in self.repayments)

    @property
    def written_off(self) -> int:
        """What nobody asks for any more."""
        return sum(one.written_off_fen for one in self.receivables)


def statement_of(
    entitlements: Iterable[Entitlement],
    receivables: Iterable[Receivable],
    too_much: Sequence[tuple[date, Excess]] = (),
) -> Statement:
    """The account of one family from what it was owed and what it owes back."""
    owed, back = list(entitlements), list(receivables)
    months: dict[date, MonthOfAccount] = {}
    for one in owed:
        _enter(months.setdefault(one.month, MonthOfAccount(one.month)), one)
    for over in Overpayment._default_manager.filter(receivable__in=back).select_related("line"):
        months.setdefault(over.line.month, MonthOfAccount(over.line.month)).overpaid += over.amount_fen
    _explain(months, owed)
    for subsidy, parts, steps in subsidies_behind(owed):
        told = Behind(str(subsidy.get_scheme_display()), subsidy.amount_fen, parts, steps)
        months[subsidy.month].behind.append(told)
    repaid = Repayment._default_manager.filter(receivable__in=back).select_related("receivable", "entitlement")
    return Statement([months[month] for month in sorted(months, reverse=True)], back, list(repaid), too_much)


def _enter(month: MonthOfAccount, one: Entitlement) -> None:
    if one.kind in (EntitlementKind.REGULAR, EntitlementKind.SUBSIDY):
        month.owed += one.amount_fen
    else:
        month.supplement += one.amount_fen
    if hasattr(one, "annulment"):
        month.annulled += one.amount_fen
    states = {tried.state for tried in one.instructions.all()}
    if InstructionState.PAID in states:
        month.paid += one.amount_fen
    elif states & set(UNDER_WAY):
        month.under_way += one.amount_fen
    elif not hasattr(one, "annulment"):
        month.open += one.amount_fen
    for tried in one.instructions.all():
        if tried.state in LIVE and tried.account.payee_kind == PayeeKind.HEIR:
            heir = f"{tried.payee_name}（{tried.account.get_heir_relation_display()}）代领"
            month.heirs += [heir] if heir not in month.heirs else []
    failed = sum(tried.state in FAILED for tried in one.instructions.all())
    month.attempts += failed
    month.returned += one.amount_fen if failed else 0


def _explain(months: dict[date, MonthOfAccount], owed: list[Entitlement]) -> None:
    """The sealed line of each month with its clauses, then each correction of it."""
    lines = [one.calc_line for one in owed if one.calc_line is not None]
    corrections = CorrectionLine.objects.confirmed().filter(household__in={one.household_id for one in owed})
    changed = list(corrections.select_related("correction", "person").order_by("pk"))
    parts = [part for line in lines for part in line.parts] + [part for line in changed for part in line.now_parts]
    names = names_of({int(part["member"]) for part in parts if part.get("member")})
    now = law_in_force()
    laws = {digest: law_of(digest) or now for digest in {line.run.law_digest for line in lines}}
    for line in lines:
        steps = steps_behind(line.award.terms, Month.of(line.month), laws[line.run.law_digest])
        told = Behind(_label(line), line.amount_fen, parts_in_words(line.parts, names), steps)
        months[line.month].behind.append(told)
    for row in changed:
        if row.month in months:
            steps = steps_behind(row.now_terms, Month.of(row.month), now)
            label = f"重算 {row.correction.number}：{row.get_ground_display()}"
            told = Behind(label, row.now_fen, parts_in_words(row.now_parts, names), steps, row.correction.text)
            months[row.month].behind.append(told)


def _label(line: CalcLine) -> str:
    whose = f"（{line.person.name}）" if line.person else ""
    return f"{line.get_scheme_display()}{whose}"


def rows_for_export(statement: Statement) -> list[list[Any]]:
    """The months as a table, amounts in yuan as numbers."""
    fields = ("owed", "supplement", "annulled", "paid", "under_way", "returned", "open", "overpaid", "balance")
    return [
        [
            f"{one.month:%Y-%m}",
            *(yuan(getattr(one, name)) for name in fields),
            "；".join([*one.heirs, *(part for told in one.behind for part in (told.label, *told.parts))]),
        ]
        for one in statement.months
    ]


HEAD = ("月份", "应发", "补发", "撤销应发", "已到账", "在途", "曾未付成", "待发", "多发", "差额", "说明")
