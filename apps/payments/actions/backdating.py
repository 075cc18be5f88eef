"""Acts that reach back: written down inside the act that found them, then the family's past is looked at anew."""

from datetime import date

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import Decision
from apps.core.month import Month
from apps.households.models import Declaration, Household
from apps.payments.enums import RecalculationGround
from apps.payments.examination import look
from apps.payments.models import Backdating


def back_date(
    decision: Decision,
    *,
    ground: RecalculationGround,
    reckoned_on: date,
    declaration: Declaration,
    acting_user: User,
    on: date,
) -> Backdating | None:
    """A decision should have been made on an earlier day: the months between are seen as it would have left them.

    None when the day lies in the decision's own month: then nothing lies between. A part of an act that was permitted.
    """
    since, until = Month.of(reckoned_on).next(), Month.of(decision.effective_month) - 1
    if since > until:
        return None
    return _written(decision, ground, since, until, reckoned_on, declaration, acting_user=acting_user, on=on)


def back_date_correction(
    decision: Decision, *, wrong: Declaration, declaration: Declaration, acting_user: User, on: date
) -> list[Backdating]:
    """Facts were wrong from their first day: whatever was decided or reckoned on them is reckoned on the right ones."""
    ground, last = RecalculationGround.CORRECTION, Month.of(decision.effective_month) - 1
    rested = decision.household.decisions.filter(assessment__declaration=wrong, pk__lt=decision.pk).order_by("pk")
    spans = []
    for one in rested:
        following = decision.household.decisions.filter(assessment__isnull=False, pk__gt=one.pk).order_by("pk").first()
        until = last if following is None else min(last, Month.of(following.effective_month) - 1)
        spans.append((Month.of(one.effective_month), until, one.decided_on))
    earlier = decision.household.backdatings.filter(declaration=wrong, reckoned_on__isnull=False).order_by("pk")
    spans += [(Month.of(back.since), Month.of(back.until), back.reckoned_on) for back in earlier]
    return [
        _written(decision, ground, since, until, day, declaration, acting_user=acting_user, on=on)
        for since, until, day in spans
        if since <= until
    ]


def back_date_revocation(decision: Decision, *, until: date, acting_user: User, on: date) -> Backdating | None:
    """A confirmation was taken back: the months it was paid for are seen as if it had never been given."""
    since, last = Month.of(decision.effective_month), Month.of(until)
    if since > last:
        return None
    return _written(decision, RecalculationGround.REVOKED, since, last, None, None, acting_user=acting_user, on=on)


def look_again(household: Household) -> int:
    """Look at one family's past at once, after an act that may have touched it."""
    return look(only=[household.pk])


def _written(
    decision: Decision,
    ground: RecalculationGround,
    since: Month,
    until: Month,
    reckoned_on: date | None,
    declaration: Declaration | None,
    *,
    acting_user: User,
    on: date,
) -> Backdating:
    household = decision.household
    with act(Verb.BACK_DATE, acting_user=acting_user, on=on, subject=household, reason=ground.label):
        back = Backdating.objects.create(
            household=household,
            ground=ground,
            since=since.first(),
            until=until.first(),
            reckoned_on=reckoned_on,
            declaration=declaration,
            decision=decision,
        )
        look_again(household)
        return back
