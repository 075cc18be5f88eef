"""Objections to a notice: written down, answered by another person, and what an upheld one does to the case."""

from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person
from apps.applications.actions.decide import back_to_survey
from apps.applications.actions.moving import moving, noting
from apps.applications.models import Application, Objection
from apps.applications.transitions import OBJECTION_MOVES, State
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.refusal import Refused, said


def raise_objection(
    application: Application, *, raised_on: date, text: str, acting_user: User, on: date, raised_by: str = ""
) -> Objection:
    """Write down what somebody said against the notice on the wall; until it is answered the case is not decided.

    Refused("raised_on") for a day before the notice was posted or after today.
    """
    words = said(text, field="text", ask="请写明异议内容。")
    with noting(application, Verb.RAISE_OBJECTION, acting_user=acting_user, on=on, states=(State.PUBLICISED,)) as case:
        notice = case.notices.latest("pk")
        if not notice.posted_on <= raised_on <= on:
            posted = day_label(notice.posted_on)
            raise Refused("raised_on", f"提出日期须在 {posted} 张贴之后、今天之前。", field="raised_on")
        return Objection.objects.create(
            application=case,
            notice=notice,
            raised_on=raised_on,
            raised_by=raised_by.strip(),
            text=words,
            recorded_by=acting_user,
        )


def uphold_objection(objection: Objection, *, answer: str, acting_user: User, on: date) -> Objection:
    """Find it right: the notice comes down, the case is investigated again and publicised anew (43号第15条).

    Refused("own_work") for whoever wrote it down.
    """
    words = said(answer, field="answer", ask="请写明答复。")
    application = objection.application
    with moving(application, Verb.UPHOLD_OBJECTION, acting_user=acting_user, on=on, reason=words) as case:
        _answer(objection, Verb.UPHOLD_OBJECTION, words, acting_user=acting_user, on=on)
        back_to_survey(case, f"公示异议成立：{words}"[:500], on=on)
    return Objection.objects.get(pk=objection.pk)


def dismiss_objection(objection: Objection, *, answer: str, acting_user: User, on: date) -> Objection:
    """Find it wrong, with an answer for whoever raised it; Refused("own_work") for whoever wrote it down."""
    words = said(answer, field="answer", ask="请写明答复。")
    with noting(objection.application, Verb.DISMISS_OBJECTION, acting_user=acting_user, on=on, reason=words):
        _answer(objection, Verb.DISMISS_OBJECTION, words, acting_user=acting_user, on=on)
    return Objection.objects.get(pk=objection.pk)


def _answer(objection: Objection, verb: Verb, words: str, *, acting_user: User, on: date) -> None:
    locked = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    different_person(acting_user, locked.recorded_by_id, what="答复异议")
    locked.state = OBJECTION_MOVES.target(verb, locked.state)
    locked.answer, locked.answered_by, locked.answered_on = words, acting_user, on
    locked.save()
