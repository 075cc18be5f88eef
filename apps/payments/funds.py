"""What there is to spend: appropriated, set aside, spent and free, by scheme and for all schemes together."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, Sum

from apps.core.money import format_yuan
from apps.core.refusal import Refused
from apps.payments.enums import PAID_UNDER, BatchState, ProposalState, RepaymentKind
from apps.payments.models import Appropriation, Batch, FundEntry, Repayment

ALL_SCHEMES = ""
NOT_YET_SENT = (BatchState.FROZEN, BatchState.APPROVED, BatchState.SEALED)


@dataclass(frozen=True)
class Balance:
    """One scheme's money, or that for all schemes: what came in, what is set aside, what went out, in fen.

    ``helped``: what the money for all schemes pays for this one beyond its own; there it stands with a minus.
    """

    scheme: str
    label: str
    given: int
    helped: int
    reserved: int
    spent: int

    @property
    def free(self) -> int:
        """What is left of it."""
        return self.given + self.helped - self.reserved - self.spent


def balances() -> list[Balance]:
    """Each scheme with what is its own, and last what may serve all of them."""
    approved = Appropriation.objects.filter(state=ProposalState.APPROVED)
    given = dict(approved.values_list("scheme").annotate(fen=Sum("amount_fen")))
    ahead = Q(batch__state__in=NOT_YET_SENT)
    entries = FundEntry.objects.values_list("scheme")
    sums = entries.annotate(ahead=Sum("amount_fen", filter=ahead, default=0), all=Sum("amount_fen", default=0))
    taken = {scheme: (reserved, total - reserved) for scheme, reserved, total in sums}
    own = [_own(scheme, label, given.get(scheme, 0), *taken.get(scheme, (0, 0))) for scheme, label in PAID_UNDER]
    lent = sum(row.helped for row in own)
    return [*own, Balance(ALL_SCHEMES, "统筹（不分待遇）", given.get(ALL_SCHEMES, 0), -lent, 0, 0)]


def repaid() -> dict[str, int]:
    """What families gave back in money, by scheme: it stands in the paying account and is no money to spend.

    Whether it may be spent again is for the finance bureau to say, by a document like any other.
    """
    rows = Repayment.objects.exclude(kind=RepaymentKind.OFFSET).values_list("receivable__scheme")
    return dict(rows.annotate(fen=Sum("amount_fen")).order_by())


def _own(scheme: str, label: str, given: int, reserved: int, spent: int) -> Balance:
    return Balance(scheme, label, given, max(0, reserved + spent - given), reserved, spent)


def shortage(wanted: Mapping[str, int]) -> int:
    """How many fen are missing for these sums by scheme (or "" for all) beside what is taken; 0 when it is enough."""
    *own, pool = balances()
    beyond = sum(max(0, wanted.get(row.scheme, 0) - row.free) for row in own)
    return max(0, beyond + wanted.get(ALL_SCHEMES, 0) - pool.free)


def free_for(schemes: set[str]) -> int:
    """What can still be drawn for these schemes together."""
    return sum(row.free for row in balances() if row.scheme in {*schemes, ALL_SCHEMES})


def wanted_by(batch: Batch) -> dict[str, int]:
    """What a batch asks for, by scheme."""
    rows = batch.instructions.standing().values_list("entitlement__scheme")
    return dict(rows.annotate(fen=Sum("amount_fen")))


def refuse_short(wanted: Mapping[str, int]) -> None:
    """Refused("funds_short") with how much is missing when these sums cannot be drawn."""
    if missing := shortage(wanted):
        told = "、".join(f"{dict(PAID_UNDER)[scheme]} {format_yuan(fen)} 元" for scheme, fen in sorted(wanted.items()))
        free = format_yuan(max(0, free_for(set(wanted))))
        raise Refused(
            "funds_short",
            f"资金指标不足：这一批需要{told}，可用 {free} 元，还差 {format_yuan(missing)} 元。"
            "请先在“资金指标”登记新下达的指标并由另一位同事核准。",
        )
