"""Limits, funds, shared accounts and paying banks: put forward by one, approved by another."""

from datetime import date
from typing import TypeVar

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.core.money import format_yuan
from apps.core.refusal import Refused, said
from apps.payments.actions.funding import lock_funds
from apps.payments.bankformat import formats
from apps.payments.enums import ProposalState
from apps.payments.funds import shortage
from apps.payments.models import AgencyBank, Appropriation, Limit, SharedAccount
from apps.payments.models.proposal import Proposal
from apps.payments.transitions import PROPOSAL_MOVES

P = TypeVar("P", bound=Proposal)


def propose_limit(*, kind: str, amount_fen: int, since: date, document: str, acting_user: User, on: date) -> Limit:
    """Put a limit forward. Refused("in_the_past") for a day that has already begun for others."""
    if since < on:
        raise Refused("in_the_past", "限额不能从过去的日期起算，请填今天或以后的日期。", field="since")
    given = {"kind": kind, "amount_fen": amount_fen, "since": since, "document": document}
    return put_forward(Limit(**given), acting_user=acting_user, on=on)


def propose_appropriation(
    *,
    source: str,
    scheme: str,
    amount_fen: int,
    document: str,
    issued_on: date,
    acting_user: User,
    on: date,
) -> Appropriation:
    """Put an appropriation forward as its document says. Refused("already_there") for the same one again."""
    if issued_on > on:
        raise Refused("in_the_future", "下达日期在今天之后，请核对文件。", field="issued_on")
    given = {"source": source, "scheme": scheme, "amount_fen": amount_fen, "document": document}
    return put_forward(Appropriation(**given, issued_on=issued_on), acting_user=acting_user, on=on)


def propose_shared_account(
    *, number: str, holder: str, ground: str, until: date, acting_user: User, on: date
) -> SharedAccount:
    """Put forward that an account may receive for several families until a day."""
    if until <= on:
        raise Refused("in_the_past", "有效期须在今天以后。", field="until")
    account = SharedAccount(holder=holder, ground=ground, until=until)
    account.set_number(number)
    return put_forward(account, acting_user=acting_user, on=on)


def propose_agency(
    *, bank: str, name: str, layout: str, since: date, ground: str, acting_user: User, on: date
) -> AgencyBank:
    """Put the paying bank from a day on forward; files made from then on are its.

    Refused("unknown_format"), ("in_the_past"), ("taken_day") when that day already has one.
    """
    if layout not in formats():
        raise Refused("unknown_format", "没有这样的文件格式。", field="layout")
    if since < on:
        raise Refused("in_the_past", "启用日期不能早于今天：已经生成的文件不会改变。", field="since")
    if AgencyBank.objects.exclude(state=ProposalState.REJECTED).filter(since=since).exists():
        raise Refused("taken_day", "这一天启用的代发银行已有一条，请另选日期。", field="since")
    given = {"bank": bank, "name": name, "layout": layout, "since": since, "ground": ground}
    return put_forward(AgencyBank(**given), acting_user=acting_user, on=on)


def put_forward(proposal: P, *, acting_user: User, on: date) -> P:
    """Put something forward for another person to decide on; one act. Refused("already_there") for the same again."""
    require(acting_user, proposal.verbs[0], on=on)
    proposal.proposed_by, proposal.proposed_on = acting_user, on
    try:
        with act(proposal.verbs[0], acting_user=acting_user, on=on, subject=proposal, what=str(proposal)):
            proposal.save()
            return proposal
    except IntegrityError as error:
        raise Refused("already_there", "同样的内容已经登记过，请先查看列表。") from error


def approve_proposal(proposal: P, *, acting_user: User, on: date) -> P:
    """Approve what another one put forward ("own_work"). Refused("funds_short") for a cut that leaves too little."""
    with transaction.atomic():
        lock_funds()
        cut = -proposal.amount_fen if isinstance(proposal, Appropriation) else 0
        if cut > 0 and (missing := shortage({proposal.scheme: cut})):
            raise Refused("funds_short", f"调减之后指标不够已占用的支出，还差 {format_yuan(missing)} 元，不能核准。")
        return decided_on(proposal, ProposalState.APPROVED, acting_user=acting_user, on=on)


def reject_proposal(proposal: P, *, reason: str, acting_user: User, on: date) -> P:
    """Send back what another one put forward, with a reason."""
    reason = said(reason, field="reason", ask="请写明退回的理由。")
    return decided_on(proposal, ProposalState.REJECTED, reason=reason, acting_user=acting_user, on=on)


def decided_on(proposal: P, to: ProposalState, *, acting_user: User, on: date, reason: str = "") -> P:
    """Decided one way or the other, by somebody entitled who did not put it forward; one act."""
    verb = proposal.verbs[1 if to == ProposalState.APPROVED else 2]
    require(acting_user, verb, on=on)
    with act(verb, acting_user=acting_user, on=on, subject=proposal, reason=reason, what=str(proposal)):
        return decide(proposal, to, acting_user=acting_user, on=on)


def decide(proposal: P, to: ProposalState, *, acting_user: User, on: date) -> P:
    """The decision itself, inside the act that says so."""
    found: P = type(proposal).objects.select_for_update(of=("self",)).get(pk=proposal.pk)  # type: ignore[attr-defined]
    found.state = PROPOSAL_MOVES.target(to, found.state)
    different_person(acting_user, found.proposed_by_id, what="核准")
    found.decided_by, found.decided_on = acting_user, on
    found.save(update_fields=["state", "decided_by", "decided_on"])
    return found
