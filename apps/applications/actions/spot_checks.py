"""Drawing the bureau's spot check, and what was found at the homes drawn (43号第16条, 57号第20条)."""

import secrets
from datetime import date

from django.db.models import Exists, OuterRef

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.applications.facts.deciding import decides_at, must_be_visited
from apps.applications.models import Application, DecidedLevel, Delegation, SpotCheck, SpotCheckDraw
from apps.applications.sampling import PERCENT, drawn, in_order
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said


def waiting_for_the_draw(*, on: date) -> list[Application]:
    """The cases before the bureau that no draw has seen, and those it must visit that none has sampled."""
    sampled = SpotCheck.objects.filter(application=OuterRef("pk"), sampled=True)
    waiting = (
        Application.objects.filter(state=State.PUBLICISED, notice_ends_on__lt=on)
        .exclude(Exists(sampled))
        .annotate(seen=Exists(SpotCheck.objects.filter(application=OuterRef("pk"))))
        .select_related("township")
        .order_by("number")
    )
    delegated = set(Delegation.objects.in_force(on).values_list("scheme", "township"))
    return [
        case
        for case in waiting
        if (not case.seen or must_be_visited(case))
        and ((case.scheme, case.township_id) not in delegated or decides_at(case, on).level == DecidedLevel.COUNTY)
    ]


def draw_spot_check(*, acting_user: User, on: date, seed: str = "", percent: int = PERCENT) -> SpotCheckDraw:
    """Draw at least 30 % of the cases before the bureau; near relatives' and complained-of ones are always in.

    Two draws at once: the second waits and finds nothing left. Refused("nothing_to_draw") when no case waits.
    """
    require(acting_user, Verb.DRAW_SPOT_CHECK, on=on)
    if percent < PERCENT:
        raise Refused("percent", f"抽查比例不低于 {PERCENT}%。", field="percent")
    with act(Verb.DRAW_SPOT_CHECK, acting_user=acting_user, on=on, percent=percent):
        # The rows of the waiting cases are the lock: drawn together, never by two draws.
        waiting = waiting_for_the_draw(on=on)
        list(Application.objects.select_for_update(of=("self",)).filter(pk__in=[case.pk for case in waiting]))
        cases = {case.number: case for case in waiting_for_the_draw(on=on)}
        if not cases:
            raise Refused("nothing_to_draw", "现在没有等待确认、尚未参加抽取的案件。")
        seed = seed or secrets.token_hex(16)
        always = [number for number, case in cases.items() if must_be_visited(case)]
        numbers = in_order(seed, cases)
        sample = drawn(seed, cases, always=always, percent=percent)
        draw = SpotCheckDraw.objects.create(
            drawn_on=on,
            drawn_by=acting_user,
            seed=seed,
            percent=percent,
            numbers=numbers,
            always=always,
            sample=sample,
        )
        SpotCheck.objects.bulk_create(
            SpotCheck(draw=draw, application=cases[number], sampled=number in sample) for number in numbers
        )
        return draw


def record_spot_check(
    spot_check: SpotCheck, *, visited_on: date, agrees: bool, findings: str, acting_user: User, on: date
) -> SpotCheck:
    """Write down what was found at a sampled family's home; again after it was sent back for survey.

    Refused("own_work") for whoever handled the case in the township, Refused("not_sampled"), Refused("visit_date").
    """
    case = spot_check.application
    require(acting_user, Verb.RECORD_SPOT_CHECK, on=on, area=case.township)
    words = said(findings, field="findings", ask="请写明抽查情况。")
    different_person(acting_user, *case.handlers(), what="抽查")
    if not spot_check.draw.drawn_on <= visited_on <= on:
        raise Refused("visit_date", "抽查日期须在抽取之后、今天之前。", field="visited_on")
    with act(Verb.RECORD_SPOT_CHECK, acting_user=acting_user, on=on, subject=case, agrees=agrees):
        locked = SpotCheck.objects.select_for_update(of=("self",)).get(pk=spot_check.pk)
        if not locked.sampled:
            raise Refused("not_sampled", "这件没有抽中，不需要登记抽查。")
        locked.visited_on, locked.by, locked.agrees, locked.findings = visited_on, acting_user, agrees, words
        locked.save()
        return locked
