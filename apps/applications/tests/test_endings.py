"""The end of 特困 support: a notice of seven days, another person's decision, the next month, a letter."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import Posting
from apps.applications import actions
from apps.applications.models import Ending, EndingGround
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.tests.test_letters import desk, text
from apps.applications.transitions import ENDING_MOVES, EndingState
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.enums import AwardState, DecisionKind
from apps.awards.models import Award, Decision
from apps.core.models import OfficeDate
from apps.core.refusal import Refused
from apps.office.tasks import due_today

pytestmark = pytest.mark.django_db
V, E = Verb, EndingState


@pytest.fixture
def o() -> f.Office:
    return f.office(after.ENDED)


def test_the_table_of_its_moves() -> None:
    assert {(source, move.act, move.target) for move in ENDING_MOVES.moves for source in move.sources} == {
        (E.PROPOSED, V.POST_ENDING_NOTICE, E.PUBLICISED),
        (E.PROPOSED, V.CONFIRM_ENDING, E.ENDED),
        (E.PUBLICISED, V.CONFIRM_ENDING, E.ENDED),
        (E.PROPOSED, V.DROP_ENDING, E.DROPPED),
        (E.PUBLICISED, V.DROP_ENDING, E.DROPPED),
    }


def test_from_proposal_to_the_last_month(o: f.Office) -> None:
    """882.00 is due through May; posted on 23 May, seven days to the 30th, decided on the 31st: nothing from June."""
    award = after.tekun(o)
    may = f.calculated(o, date(2024, 5, 1))
    assert [line.amount_fen for line in may.lines.all()] == [88_200]
    posted = after.ending_posted(o, award)
    assert (posted.ends_on, posted.content) == (
        after.ENDING_OVER,
        {
            "applicant": "郑老",
            "village": "站前社区",
            "people": 1,
            "category": "特困人员救助供养",
            "amount_fen": 88_200,
        },
    )
    with pytest.raises(Refused) as refused:
        actions.confirm_ending(posted, acting_user=o.reviewer, on=after.ENDING_OVER)
    assert refused.value.code == "notice_running"
    assert "5月31日起" in refused.value.message
    done = actions.confirm_ending(posted, acting_user=o.reviewer, on=after.ENDED)
    award = Award.objects.get()
    assert (done.state, done.decision.kind, done.decision.effective_month) == (E.ENDED, "END", date(2024, 6, 1))
    assert (award.state, award.last_month, award.ended_by) == (AwardState.ENDED, date(2024, 5, 1), done.decision)
    assert done.taken_down_on == after.ENDED


@pytest.mark.parametrize(
    ("ground", "kind"),
    [(EndingGround.OWN_WISH, DecisionKind.EXIT), (EndingGround.PRISON, DecisionKind.END)],
)
def test_what_the_decision_is_called(o: f.Office, ground: EndingGround, kind: DecisionKind) -> None:
    posted = actions.post_ending_notice(
        after.ending(o, after.tekun(o), ground), place="公示栏", acting_user=o.caseworker, on=after.ENDING_POSTED
    )
    assert actions.confirm_ending(posted, acting_user=o.reviewer, on=after.ENDED).decision.kind == kind


def test_a_death_needs_no_notice_and_nothing_else_goes_without(o: f.Office) -> None:
    dead = after.ending(o, after.tekun(o), EndingGround.DEATH)
    with pytest.raises(Refused) as refused:
        actions.post_ending_notice(dead, place="公示栏", acting_user=o.caseworker, on=after.ENDING_POSTED)
    assert refused.value.code == "no_notice"
    assert actions.confirm_ending(dead, acting_user=o.reviewer, on=after.ENDED).decision.kind == DecisionKind.DEATH
    living = after.ending(o, after.tekun(o, "韩老"))
    with pytest.raises(Refused) as refused:
        actions.confirm_ending(living, acting_user=o.reviewer, on=after.ENDED)
    assert refused.value.code == "notice_needed"


def test_the_database_wants_the_notice_and_two_people(o: f.Office) -> None:
    posted = after.ending_posted(o, after.tekun(o))
    after.ended(o, after.tekun(o, "韩老"))
    mine = Ending.objects.filter(pk=posted.pk)
    with act(V.CONFIRM_ENDING, acting_user=o.reviewer, on=after.ENDED):
        for wrong, name in (
            ({"decided_by": o.caseworker, "decided_on": after.ENDED}, "ending_decided_by_not_proposed_by|posted_by"),
            ({"decided_by": o.reviewer, "decided_on": after.ENDING_OVER}, "ended_after_the_notice"),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                mine.update(state=E.ENDED, decision=Decision.objects.order_by("pk").first(), **wrong)
        with pytest.raises(IntegrityError, match="ending_notice_of_seven_days"), transaction.atomic():
            mine.update(ends_on=after.ENDING_POSTED + timedelta(days=6))
        with pytest.raises(IntegrityError, match="one_ending_at_a_time"), transaction.atomic():
            Ending.objects.create(
                award=posted.award, township=o.town, ground="PRISON", proposed_by=o.caseworker, proposed_on=after.ENDED
            )


def test_who_proposed_does_not_decide(o: f.Office) -> None:
    posted = after.ending_posted(o, after.tekun(o))
    with act(V.APPOINT, acting_user=o.admin, on=after.ENDED):
        Posting.objects.create(user=o.caseworker, area=o.county, role="REVIEWER", since=after.ENDED)
    both = type(o.caseworker).objects.get(pk=o.caseworker.pk)
    with pytest.raises(Refused) as refused:
        actions.confirm_ending(posted, acting_user=both, on=after.ENDED)
    assert refused.value.code == "own_work"


def test_dropped_the_support_goes_on_and_may_be_questioned_again(o: f.Office) -> None:
    award = after.tekun(o)
    posted = after.ending_posted(o, award)
    with pytest.raises(Refused) as refused:
        after.ending(o, award)
    assert refused.value.code == "ending_waits"
    dropped = actions.drop_ending(posted, answer="其子患病，无赡养能力。", acting_user=o.reviewer, on=after.ENDED)
    assert (dropped.state, dropped.taken_down_on) == (E.DROPPED, after.ENDED)
    assert Award.objects.get().state == AwardState.RUNNING
    after.ending(o, award)


def test_only_tekun_and_only_while_it_runs(o: f.Office) -> None:
    dibao = f.confirmed(o).decision.started.get()
    with pytest.raises(Refused) as refused:
        after.ending(o, dibao)
    assert refused.value.code == "not_tekun"
    award = after.tekun(o)
    after.ended(o, award)
    with pytest.raises(Refused) as refused:
        after.ending(o, award)
    assert refused.value.code == "already_ended"


def test_its_notice_comes_down_by_itself_and_is_then_gone_from_the_township_s_screens(o: f.Office) -> None:
    posted = after.ending_posted(o, after.tekun(o))
    at = f"/endings/{posted.uuid}/poster/"
    assert "郑老" in text(desk(o.caseworker).get(at))
    assert "郑老" in text(desk(o.caseworker).get("/notices/"))
    OfficeDate.objects.update(day=after.ENDING_OVER)
    due_today()
    assert Ending.objects.get().taken_down_on is None
    OfficeDate.objects.update(day=after.ENDED)
    due_today()
    assert Ending.objects.get().taken_down_on == after.ENDED
    answer = desk(o.caseworker).get(at)
    assert (answer.status_code, "郑老" in text(answer)) == (410, False)
    assert "郑老" in text(desk(o.reviewer).get(at))
    assert "郑老" not in text(desk(o.caseworker).get("/notices/"))


def test_by_way_of_the_pages_with_its_letter(o: f.Office) -> None:
    award = after.tekun(o)
    page = text(desk(o.caseworker).get(award.get_absolute_url()))
    assert "提出终止…" in page
    assert "提出终止…" not in text(desk(o.reviewer).get(award.get_absolute_url()))
    given = {"ground": "SUPPORTER", "text": "其子已具备赡养能力。"}
    desk(o.caseworker).post(f"/awards/{award.uuid}/end/", given)
    ending = award.endings.get()
    assert "特困终止待公示" in text(desk(o.caseworker).get("/"))
    assert "张贴公示" in text(desk(o.caseworker).get(ending.get_absolute_url()))
    desk(o.caseworker).post(f"{ending.get_absolute_url()}notice/", {"place": "公示栏"})
    page = text(desk(o.reviewer).get(ending.get_absolute_url()))
    assert "决定终止" not in page, "not before the notice is over"
    OfficeDate.objects.update(day=date(2024, 6, 12))
    assert "特困终止待决定" in text(desk(o.reviewer).get("/"))
    answer = desk(o.reviewer).post(f"{ending.get_absolute_url()}confirm/", {}, follow=True)
    assert "43号第27条" in text(answer)
    letter = text(desk(o.caseworker).get(f"{ending.get_absolute_url()}letter/"))
    assert "自2024年7月起终止郑老的特困人员救助供养" in letter
    assert "法定赡养、抚养、扶养义务人具有履行能力。其子已具备赡养能力。" in letter
    assert "行政复议" in letter
    assert "最低生活保障或者临时救助" in letter
    given = {"delivered_on": "2024-06-12", "way": "IN_PERSON", "receiver": "郑老", "relation": "本人"}
    page = text(desk(o.caseworker).post(f"{ending.get_absolute_url()}deliver/", given, follow=True))
    assert "当面送达，郑老（本人）签收" in page
    assert "/deliver/" not in page
