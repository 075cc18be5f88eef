"""The ending of a 特困 person's support: proposed, on the wall for seven days, decided (43号第24条、第26条)."""

from dataclasses import asdict
from datetime import date, timedelta

from apps.accounts.actions import SYSTEM
from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.applications.actions.moving import REASON, moving_paper
from apps.applications.disclosure import disclosed
from apps.applications.models import Ending, EndingGround
from apps.applications.transitions import ENDING_MOVES
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import end_awards
from apps.awards.enums import AwardState, DecisionKind
from apps.awards.models import Award
from apps.core.month import Month, day_label
from apps.core.refusal import Refused, said
from apps.core.workdays import notice_ends
from apps.eligibility.policy.enums import Scheme
from apps.payments.actions import look_again

# What the decision is called; everything else is an ending.
KINDS = {EndingGround.DEATH: DecisionKind.DEATH, EndingGround.OWN_WISH: DecisionKind.EXIT}


def propose_ending(award: Award, *, ground: EndingGround, text: str, acting_user: User, on: date) -> Ending:
    """Propose to end the support of a 特困 person.

    Refused("not_tekun") for other benefits, Refused("already_ended") for one that is over by next month,
    Refused("ending_waits") when it was proposed already.
    """
    require(acting_user, Verb.PROPOSE_ENDING, on=on, area=award.township)
    text = said(text, "text", "请写明查实的情况。")
    if award.scheme != Scheme.TEKUN:
        raise Refused("not_tekun", "这不是特困供养待遇：低保的停发请发起复核。")
    with act(Verb.PROPOSE_ENDING, acting_user=acting_user, on=on, subject=award.household, reason=text[:REASON]):
        award = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
        if award.state == AwardState.ENDED or not _due_later(award, on):
            raise Refused("already_ended", "这份待遇已经终止。")
        if award.endings.open().exists():
            raise Refused("ending_waits", "这份待遇已在办理终止。")
        return Ending.objects.create(
            award=award,
            township_id=award.township_id,
            ground=ground,
            text=text,
            proposed_by=acting_user,
            proposed_on=on,
        )


def _due_later(award: Award, on: date) -> bool:
    return award.last_month is None or award.last_month >= Month.of(on).next().first()


def post_ending_notice(ending: Ending, *, place: str, acting_user: User, on: date) -> Ending:
    """Post the notice of a proposed ending: seven days, the public fields only; Refused("no_notice") after a death."""
    with moving_paper(
        ending,
        Verb.POST_ENDING_NOTICE,
        ENDING_MOVES,
        subject=ending.award.household,
        acting_user=acting_user,
        on=on,
    ) as paper:
        if paper.ground == EndingGround.DEATH:
            raise Refused("no_notice", "因死亡终止不需要公示，请直接交民政局决定。")
        paper.place = said(place, "place", "请写明张贴地点。")
        paper.posted_by, paper.posted_on, paper.ends_on = acting_user, on, notice_ends(on)
        paper.content = asdict(disclosed(paper.award, on=on))
    return paper


def confirm_ending(ending: Ending, *, acting_user: User, on: date) -> Ending:
    """End the support from the next month.

    Refused("own_work") for who proposed or posted it, Refused("notice_running") before the day after the notice,
    Refused("notice_needed") without one except after a death, Refused("already_ended") when another act came first.
    """
    with moving_paper(
        ending,
        Verb.CONFIRM_ENDING,
        ENDING_MOVES,
        subject=ending.award.household,
        acting_user=acting_user,
        on=on,
        reason=ending.get_ground_display(),
    ) as paper:
        different_person(acting_user, paper.proposed_by_id, paper.posted_by_id, what="终止供养")
        ending_notice_has_run(paper, on=on)
        ground = EndingGround(paper.ground)
        first = Month.of(on).next()
        paper.decision = end_awards(
            paper.award.household,
            ids=[paper.award_id],
            kind=KINDS.get(ground, DecisionKind.END),
            sentence=f"自{first.label()}起终止特困人员救助供养（{ground.label}）。",
            acting_user=acting_user,
            on=on,
        )
        look_again(paper.award.household)
        paper.decided_by, paper.decided_on = acting_user, on
        paper.taken_down_on = paper.taken_down_on or (on if paper.posted_on else None)
    return paper


def ending_notice_has_run(ending: Ending, *, on: date) -> None:
    """Refused("notice_needed" or "notice_running") until the notice of an ending is over; a death needs none."""
    if ending.ground == EndingGround.DEATH:
        return
    if ending.ends_on is None:
        raise Refused("notice_needed", "终止供养须先公示七天，请乡镇张贴公示。")
    if on <= ending.ends_on:
        following = day_label(ending.ends_on + timedelta(days=1))
        raise Refused("notice_running", f"公示到 {day_label(ending.ends_on)} 期满，{following}起才能决定。")


def drop_ending(ending: Ending, *, answer: str, acting_user: User, on: date) -> Ending:
    """Let the support go on; the notice comes down."""
    answer = said(answer, "answer")
    with moving_paper(
        ending,
        Verb.DROP_ENDING,
        ENDING_MOVES,
        subject=ending.award.household,
        acting_user=acting_user,
        on=on,
        reason=answer,
    ) as paper:
        paper.answer, paper.decided_by, paper.decided_on = answer, acting_user, on
        paper.taken_down_on = paper.taken_down_on or (on if paper.posted_on else None)
    return paper


def take_down_ending_notice(ending: Ending, *, acting_user: User, on: date) -> Ending:
    """Take the notice of an ending down after its period (the system does so by itself each day)."""
    if acting_user.username != SYSTEM:
        require(acting_user, Verb.TAKE_DOWN_NOTICE, on=on, area=ending.township)
    with act(Verb.TAKE_DOWN_NOTICE, acting_user=acting_user, on=on, subject=ending.award.household):
        paper = Ending.objects.select_for_update(of=("self",)).get(pk=ending.pk)
        if paper.ends_on is None or on <= paper.ends_on:
            raise Refused("notice_running", "公示还没有期满，不能撤下。")
        if paper.taken_down_on is None:
            paper.taken_down_on = on
            paper.save()
        return paper
