"""价格临时补贴: indices put forward and approved; what they owe worked out by one, confirmed by another, drawn."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import Area, User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.refusal import Refused, said
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.digest import policy_digest
from apps.payments.actions.corrections import TEXT, put_down
from apps.payments.actions.drawing import draw, one_drawing_at_a_time, tried
from apps.payments.actions.ledger import post
from apps.payments.actions.proposals import decide, put_forward
from apps.payments.enums import CorrectionState, LedgerEvent, ProposalState, Purpose, RecalculationGround
from apps.payments.facts import drawable_subsidy
from apps.payments.models import Batch, Correction, CorrectionLine, PriceIndex, SubsidyRun
from apps.payments.subsidies import is_sealed, linkage_of
from apps.payments.subsidy_roll import look, sums_of, too_much, write_down


def propose_price_index(
    *,
    month: date,
    cpi: Decimal,
    food: Decimal,
    document: str,
    document_on: date,
    published_on: date,
    replaces: PriceIndex | None = None,
    acting_user: User,
    on: date,
) -> PriceIndex:
    """Put down what was published about a month, or (``replaces``) that its figures were corrected.

    Refused("in_the_future"), ("too_early") when published before the month was over, ("already_there") when the month
    has figures already, or another month's were published in the same one.
    """
    _refuse_impossible(month, document_on, published_on, replaces, on)
    paid = replaces.paid_month if replaces else published_on.replace(day=1)
    given = {"month": month.replace(day=1), "cpi": cpi, "food": food, "document": document, "document_on": document_on}
    given |= {"published_on": published_on, "paid_month": paid, "replaces": replaces}
    _refuse_taken(PriceIndex(**given))
    return put_forward(PriceIndex(**given), acting_user=acting_user, on=on)


def _refuse_impossible(
    month: date, document_on: date, published_on: date, replaces: PriceIndex | None, on: date
) -> None:
    if published_on > on:
        raise Refused("in_the_future", "公布日期在今天之后，公布了再登记。", field="published_on")
    if published_on <= Month.of(month).last():
        raise Refused("too_early", "指数在当月结束后才公布，请核对月份和公布日期。", field="published_on")
    if document_on > published_on:
        raise Refused("in_the_future", "文件日期晚于公布日期，请核对。", field="document_on")
    if replaces is not None and (month.replace(day=1), published_on) < (replaces.month, replaces.published_on):
        raise Refused("too_early", "更正的公布日期早于原来的公布，请核对。", field="published_on")


def _refuse_taken(index: PriceIndex) -> None:
    standing = PriceIndex.objects.exclude(state=ProposalState.REJECTED)
    if index.replaces_id is not None:
        if index.replaces.state != ProposalState.APPROVED:  # type: ignore[union-attr]
            raise Refused("not_approved", "要更正的公布还没有核准：退回它，重新登记。")
        if standing.filter(replaces=index.replaces_id).exists():
            raise Refused("already_there", "这次公布已经登记过更正，请从最新的一条更正。")
        return
    first = standing.filter(replaces=None)
    if first.filter(month=index.month).exists():
        text = f"{index.label}的指数已经登记过；数字有变的，在那一条上“登记更正”。"
        raise Refused("already_there", text, field="month")
    if other := first.filter(paid_month=index.paid_month).first():
        text = f"{index.paid_label}已有{other.label}的指数：一个月只发一次价格补贴，请核对公布日期。"
        raise Refused("already_there", text, field="published_on")


def _refuse_replaced(index: PriceIndex) -> None:
    if not PriceIndex.objects.in_force().filter(pk=index.pk).exists():
        raise Refused("not_in_force", "这次公布还没有核准，或已经有了更正：请用最新核准的一条。")


def start_subsidy(index: PriceIndex, *, acting_user: User, on: date) -> SubsidyRun:
    """Work out what a publication owes that is not owed yet, for another person to confirm.

    Refused("not_in_force") for figures not approved or replaced since, ("not_triggered") below the trigger,
    ("month_not_sealed") while the roll of the month is not settled, ("nothing_to_pay") when everybody has theirs,
    ("already_there") while another one waits.
    """
    require(acting_user, Verb.START_SUBSIDY, on=on)
    with transaction.atomic():
        one_drawing_at_a_time()
        _refuse_replaced(index)
        law = law_in_force()
        linkage = linkage_of(index, law)
        if not linkage.reached:
            raise Refused("not_triggered", f"{index.label}的涨幅没有达到启动条件，不发价格补贴。")
        if not is_sealed(index.paid_month):
            text = f"{index.paid_label}的月度核定还没有生成应发明细，先办完，名册才定得下来。"
            raise Refused("month_not_sealed", text)
        if index.runs.waiting().exists():
            raise Refused("already_there", f"{index.paid_label}还有一次测算在等确认，请先办完。")
        owed = look(index, linkage)
        if not owed.people:
            raise Refused("nothing_to_pay", f"{index.paid_label}名册上的人都已有这次价格补贴，没有要补的。")
        runs = SubsidyRun.objects.exclude(state=ProposalState.REJECTED).filter(month=index.paid_month)
        run = SubsidyRun(
            index=index,
            month=index.paid_month,
            seq=(runs.aggregate(last=Max("seq"))["last"] or 0) + 1,
            urban_fen=linkage.urban.a_person,
            rural_fen=linkage.rural.a_person,
            people=owed.people,
            total_fen=owed.total_fen,
            content_sha256=owed.sha256,
            law_digest=law.digest(),
            rules_digest=policy_digest(),
        )
        return put_forward(run, acting_user=acting_user, on=on)


def confirm_subsidy(run: SubsidyRun, *, acting_user: User, on: date) -> SubsidyRun:
    """Owe exactly what was worked out; by another person than who did ("own_work").

    Refused("not_in_force") when the figures were replaced since, ("content_changed") when the standard or the roll is
    another now.
    """
    require(acting_user, Verb.CONFIRM_SUBSIDY, on=on)
    with act(Verb.CONFIRM_SUBSIDY, acting_user=acting_user, on=on, subject=run):
        one_drawing_at_a_time()
        run = decide(run, ProposalState.APPROVED, acting_user=acting_user, on=on)
        if not PriceIndex.objects.in_force().filter(pk=run.index_id).exists():
            raise Refused("not_in_force", "测算之后指数有了更正，请退回，按更正后的指数重新测算。")
        now = linkage_of(run.index)
        if (now.urban.a_person, now.rural.a_person) != (run.urban_fen, run.rural_fen):
            raise Refused("content_changed", "测算之后标准有变，请退回，重新测算后再确认。")
        found = write_down(run)
        if (found.people, found.total_fen, found.sha256) != (run.people, run.total_fen, run.content_sha256):
            raise Refused("content_changed", "测算之后名册有变（去世、更正等），请退回，重新测算后再确认。")
        post(LedgerEvent.SUBSIDISED, sums_of(run), on=on, subsidy_run=run)
        return run


def draw_subsidy(run: SubsidyRun, *, acting_user: User, on: date) -> Batch:
    """Draw the batch of a confirmed 价格补贴, or another for those who were left out of it.

    Refused("not_confirmed"), ("nothing_to_draw") when nobody is left whose account can be paid.
    """
    require(acting_user, Verb.DRAW_BATCH, on=on)
    with act(Verb.DRAW_BATCH, acting_user=acting_user, on=on, subject=run):
        one_drawing_at_a_time()
        if SubsidyRun.objects.get(pk=run.pk).state != ProposalState.APPROVED:
            raise Refused("not_confirmed", "价格补贴须由另一位同事确认之后才能编制批次。")
        due = drawable_subsidy(run)
        if not due.exists():
            raise Refused("nothing_to_draw", "没有可以编制的：都已在批次中，或仍待补账户。")
        return draw(tried(due), Purpose.SUBSIDY, run.month, acting_user=acting_user, on=on)


def propose_subsidy_correction(index: PriceIndex, *, text: str, acting_user: User, on: date) -> Correction:
    """Put down what a month's subsidies have paid too much, unit by unit, for another person to confirm.

    Refused("not_in_force") for figures that were replaced, ("nothing_to_correct") when nobody has too much or somebody
    proposed it already, ("reason_needed") without an explanation.
    """
    require(acting_user, Verb.PROPOSE_RECALCULATION, on=on)
    text = said(text, field="text", ask="请写明重算的事由和依据。")
    with act(Verb.PROPOSE_RECALCULATION, acting_user=acting_user, on=on, subject=index, reason=text[:TEXT]):
        one_drawing_at_a_time()
        _refuse_replaced(index)
        lines = too_much(index)
        told = CorrectionLine.objects.filter(month=index.paid_month, ground=RecalculationGround.PRICES)
        if not lines or told.filter(correction__state=CorrectionState.PROPOSED).exists():
            raise Refused("nothing_to_correct", "没有多发的，或已经有人提出重算，请刷新后再看。")
        for township in Area.objects.filter(pk__in={line.township_id for line in lines}):
            require(acting_user, Verb.PROPOSE_RECALCULATION, on=on, area=township)
        return put_down(Correction(ground=RecalculationGround.PRICES, text=text), lines, acting_user=acting_user, on=on)
