"""Months calculated anew: one person proposes, another confirms; arrears are owed, overpayments are owed back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, QuerySet, Sum

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.payments.actions.drawing import one_drawing_at_a_time
from apps.payments.actions.ledger import post
from apps.payments.enums import PRICE_SUBSIDY, EntitlementKind, LedgerEvent, RecalculationGround
from apps.payments.examination import look_through
from apps.payments.models import (
    Annulment,
    Correction,
    CorrectionLine,
    Difference,
    Entitlement,
    Overpayment,
    Receivable,
)
from apps.payments.subsidies import index_behind
from apps.payments.subsidy_roll import take_back, too_much
from apps.payments.transitions import CORRECTION_MOVES

TEXT = 500
COPIED = (
    "household_id",
    "person_id",
    "township_id",
    "scheme",
    "month",
    "ground",
    "was_fen",
    "now_fen",
    "was_parts",
    "now_parts",
    "now_terms",
)


def propose_correction(
    differences: QuerySet[Difference], *, text: str, leaves: bool = False, acting_user: User, on: date
) -> Correction:
    """Put down differences that were found, of one ground, for another person to confirm.

    ``leaves``: that they shall stay as they are, for the reason given.

    Refused("nothing_to_correct") when none of them stands any more or somebody proposed it already, ("grounds_differ")
    when they are of several grounds, ("reason_needed") without an explanation, ("not_permitted") outside the township.
    """
    text = said(text, field="text", ask="请写明重算的事由和依据。")
    # What was found last may be older than the law or the file of now.
    look_through(only=sorted(set(differences.values_list("household", flat=True))))
    first, township_ids = differences.first(), set(differences.values_list("township", flat=True))
    area = first.township if first is not None and len(township_ids) == 1 else None
    require(acting_user, Verb.PROPOSE_RECALCULATION, on=on, area=area)
    with act(Verb.PROPOSE_RECALCULATION, acting_user=acting_user, on=on, area=area, reason=text[:TEXT]):
        one_drawing_at_a_time()
        found = list(differences.waiting().order_by("household", "month", "pk"))  # type: ignore[attr-defined]
        head = Correction(ground=_ground_of(found), text=text, leaves=leaves, township=area)
        return put_down(head, [_line(one) for one in found], acting_user=acting_user, on=on)


def put_down(correction: Correction, lines: Sequence[CorrectionLine], *, acting_user: User, on: date) -> Correction:
    """Number a proposed correction, sum up its lines and keep both; part of an act."""
    changes = [line.difference_fen for line in lines]
    correction.number, correction.text = _next_number(Correction, f"CS{on:%Y}-"), correction.text[:TEXT]
    correction.households = len({line.household_id for line in lines})
    correction.up_fen = sum(max(0, change) for change in changes)
    correction.down_fen = sum(max(0, -change) for change in changes)
    correction.proposed_by, correction.proposed_on = acting_user, on
    correction.save()
    for line in lines:
        line.correction = correction
    CorrectionLine.objects.bulk_create(lines, batch_size=2000)
    return correction


def _ground_of(found: Sequence[Difference]) -> str:
    grounds = {one.ground for one in found}
    if not grounds:
        raise Refused("nothing_to_correct", "没有可以提出的重算：已经有人提出，或差额已不存在，请刷新后再看。")
    if len(grounds) > 1:
        words = "、".join(sorted(str(RecalculationGround(one).label) for one in grounds))
        raise Refused("grounds_differ", f"所选月份的事由不同（{words}），请按事由分别提出。")
    return grounds.pop()


def _line(one: Difference) -> CorrectionLine:
    return CorrectionLine(**{name: getattr(one, name) for name in COPIED})


def _next_number(model: type[Any], prefix: str) -> str:
    last = model.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"


def reject_correction(correction: Correction, *, answer: str, acting_user: User, on: date) -> Correction:
    """Let the months stand as they were, with a reason; by another person. What differs can be proposed anew."""
    require(acting_user, Verb.REJECT_RECALCULATION, on=on, area=correction.township)
    answer = said(answer, field="answer", ask="请写明退回的理由。")
    with act(Verb.REJECT_RECALCULATION, acting_user=acting_user, on=on, subject=correction, reason=answer[:TEXT]):
        correction = _decided(correction, Verb.REJECT_RECALCULATION, acting_user, on)
        correction.answer = answer[:TEXT]
        correction.save()
        return correction


def _decided(correction: Correction, verb: Verb, acting_user: User, on: date) -> Correction:
    correction = Correction.objects.select_for_update(no_key=True, of=("self",)).get(pk=correction.pk)
    correction.state = CORRECTION_MOVES.target(verb, correction.state)
    different_person(acting_user, correction.proposed_by_id, what="重算的决定")
    correction.decided_by, correction.decided_on = acting_user, on
    return correction


def confirm_correction(correction: Correction, *, acting_user: User, on: date) -> Correction:
    """Owe what was too little, annul what is too much and not yet paid, and ask back what was paid too much.

    By another person than the proposer ("own_work"). Refused("correction_outdated") when a line no longer says what is
    due now, ("payment_under_way") while a payment to be reduced is in a batch that no bank has answered.
    """
    require(acting_user, Verb.CONFIRM_RECALCULATION, on=on, area=correction.township)
    with act(Verb.CONFIRM_RECALCULATION, acting_user=acting_user, on=on, subject=correction):
        one_drawing_at_a_time()
        correction = _decided(correction, Verb.CONFIRM_RECALCULATION, acting_user, on)
        lines = list(correction.lines.order_by("pk"))
        _refuse_outdated(correction, lines)
        if not correction.leaves:
            effects = _effects(lines)
            _annul(correction, effects, on)
            _supplement(correction, effects, on)
            _ask_back(correction, effects, on)
            if correction.ground != RecalculationGround.PRICES:
                Difference.objects.told_by(correction.lines.all()).delete()
        correction.save()
        if correction.ground == RecalculationGround.PRICES and not correction.leaves:
            take_back(correction)
        return correction


def _refuse_outdated(correction: Correction, lines: Sequence[CorrectionLine]) -> None:
    """What is due now is looked up once more: confirmed is only what still stands."""
    fields = ("household_id", "person_id", "month", "was_fen", "now_fen")
    if correction.ground == RecalculationGround.PRICES:
        standing = {tuple(getattr(one, name) for name in fields) for one in too_much(index_behind(correction))}
    else:
        look_through(only=sorted({line.household_id for line in lines}))
        standing = set(Difference.objects.told_by(correction.lines.all()).values_list(*fields))
    if standing != {tuple(getattr(line, name) for name in fields) for line in lines}:
        raise Refused("correction_outdated", "提出之后情况又有变化，差额已不是提出时的数，请退回后重新提出。")


@dataclass
class Effect:
    """What one line does: what is annulled whole, what is owed anew, what is asked back."""

    line: CorrectionLine
    annulled: list[Entitlement]
    supplement_fen: int = 0
    overpaid_fen: int = 0


def _effects(lines: Sequence[CorrectionLine]) -> list[Effect]:
    down = [line for line in lines if line.difference_fen < 0]
    households = {line.household_id for line in down}
    owed = Entitlement.objects.filter(household__in=households, annulment=None)
    owed = owed.filter(month__in={line.month for line in down})
    _refuse_under_way(owed, down)
    open_ones: dict[tuple[Any, ...], list[Entitlement]] = {}
    for one in owed.unpaid().order_by("pk"):
        open_ones.setdefault(_what_for(one), []).append(one)
    return [_effect(line, open_ones.get(_what_for(line), [])) for line in lines]


def _what_for(one: Entitlement | CorrectionLine) -> tuple[Any, ...]:
    """The unit, the month, and whether it is the subsidy of the month or the month itself."""
    return one.household_id, one.person_id, one.month, one.scheme == PRICE_SUBSIDY


def _effect(line: CorrectionLine, open_ones: Sequence[Entitlement]) -> Effect:
    excess = -line.difference_fen
    if excess < 0:
        return Effect(line, [], supplement_fen=-excess)
    annulled: list[Entitlement] = []
    for one in open_ones:
        if sum(each.amount_fen for each in annulled) < excess:
            annulled.append(one)
    taken = sum(one.amount_fen for one in annulled)
    return Effect(line, annulled, supplement_fen=max(0, taken - excess), overpaid_fen=max(0, excess - taken))


def _refuse_under_way(owed: QuerySet[Entitlement], down: Sequence[CorrectionLine]) -> None:
    under_way = owed.filter(instructions__state__in=("QUEUED", "SUBMITTED", "UNKNOWN"))
    wanted = {_what_for(line) for line in down}
    rows = under_way.annotate(number=F("instructions__batch__number"))
    if batches := sorted({one.number for one in rows if _what_for(one) in wanted}):
        raise Refused(
            "payment_under_way",
            f"要减少的支付还在批次 {'、'.join(batches[:3])} 里，没有银行结果：请先撤出批次，或等回盘后再确认。",
        )


def _annul(correction: Correction, effects: Sequence[Effect], on: date) -> None:
    Annulment._default_manager.bulk_create(
        [Annulment(entitlement=one, correction_line=e.line) for e in effects for one in e.annulled], batch_size=2000
    )
    gone = Entitlement.objects.filter(annulment__correction_line__correction=correction)
    _post(LedgerEvent.ANNULLED, gone, correction, on)


def _supplement(correction: Correction, effects: Sequence[Effect], on: date) -> None:
    owing = [effect for effect in effects if effect.supplement_fen]
    seqs = _last_seqs({effect.line.household_id for effect in owing})
    made = []
    for effect in owing:
        line = effect.line
        key = (line.household_id, line.person_id, line.scheme, line.month)
        seqs[key] = seqs.get(key, 0) + 1
        made.append(
            Entitlement(
                household_id=line.household_id,
                person_id=line.person_id,
                township_id=line.township_id,
                scheme=line.scheme,
                month=line.month,
                kind=EntitlementKind.SUPPLEMENT,
                seq=seqs[key],
                amount_fen=effect.supplement_fen,
                correction_line=line,
            )
        )
    Entitlement.objects.bulk_create(made, batch_size=2000)
    _post(LedgerEvent.SUPPLEMENTED, Entitlement.objects.filter(correction_line__correction=correction), correction, on)


def _last_seqs(households: set[int]) -> dict[tuple[int, int | None, str, date], int]:
    rows = Entitlement.objects.filter(household__in=households, kind=EntitlementKind.SUPPLEMENT)
    last = rows.values_list("household_id", "person_id", "scheme", "month").annotate(last=Max("seq"))
    return {(household, person, scheme, month): seq for household, person, scheme, month, seq in last}


def _ask_back(correction: Correction, effects: Sequence[Effect], on: date) -> None:
    """One receivable a unit and scheme; its lines say which months."""
    by_unit: dict[tuple[int, int | None, int, str], list[Effect]] = {}
    for effect in effects:
        if effect.overpaid_fen:
            line = effect.line
            unit = (line.household_id, line.person_id, line.township_id, line.scheme)
            by_unit.setdefault(unit, []).append(effect)
    if not by_unit:
        return
    prefix = f"YS{on:%Y}-"
    first = int(_next_number(Receivable, prefix).removeprefix(prefix))
    rows = Receivable.objects.bulk_create(
        Receivable(
            number=f"{prefix}{number:05d}",
            correction=correction,
            household_id=household,
            person_id=person,
            township_id=township,
            scheme=scheme,
            amount_fen=sum(effect.overpaid_fen for effect in over),
            opened_on=on,
        )
        for number, ((household, person, township, scheme), over) in enumerate(by_unit.items(), first)
    )
    Overpayment._default_manager.bulk_create(
        [
            Overpayment(receivable=row, line=effect.line, amount_fen=effect.overpaid_fen)
            for row, over in zip(rows, by_unit.values(), strict=True)
            for effect in over
        ],
        batch_size=2000,
    )
    _post(LedgerEvent.OVERPAID, Receivable.objects.filter(correction=correction), correction, on)


def _post(event: LedgerEvent, rows: QuerySet[Any], correction: Correction, on: date) -> None:
    sums = rows.values_list("township", "scheme").annotate(fen=Sum("amount_fen")).order_by("township", "scheme")
    post(event, sums, on=on, correction=correction)
