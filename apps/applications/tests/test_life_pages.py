"""The pages of a family's life: what is asked, what is shown of another day, and what either township sees."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.differences import differences
from apps.applications.models import Application, Cause
from apps.applications.tests import factories as f
from apps.applications.tests.life import JUNE_3, decided, dies, on_benefit, on_file, person_of
from apps.awards.enums import DecisionKind
from apps.core.models import OfficeDate
from apps.eligibility.policy.enums import AreaKind, IncomeKind, Relation
from apps.households.family import IncomeEntry
from apps.households.idnumber import read
from apps.households.models import Household

JULY_3 = date(2024, 7, 3)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[f.Office, int]]:
    """The Zhaos on benefit since June."""
    with f.undone(django_db_blocker):
        o = f.office(JUNE_3)
        yield o, on_benefit(o).pk


@pytest.fixture
def o(shared: Any) -> Iterator[f.Office]:
    with f.undone():
        yield shared[0]


@pytest.fixture
def family(o: f.Office, shared: Any) -> Household:
    return Household.objects.select_related("head", "township").get(pk=shared[1])


def desk(user: User, on: date = JUNE_3) -> Client:
    OfficeDate.objects.update(day=on)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content.decode()[:400]
    return response.content.decode()


def at(name: str, family: Household) -> str:
    return reverse(name, args=[family.uuid])


def test_change_and_correction_each_say_what_they_are(o: f.Office, family: Household) -> None:
    client = desk(o.caseworker)
    assert "在档的情况到变化前一天都是真的" in page(client, "family-change", family.uuid)
    assert "登记那天起就是错的" in page(client, "family-correction", family.uuid)
    response = client.post(at("family-change", family), {"changed_on": "2024-05-01", "what": "涨工资"})
    assert response.status_code == 409
    assert "更正差错" in response.context["form"].errors["changed_on"][0]
    response = client.post(at("family-change", family), {"changed_on": "2024-06-02", "what": "涨工资"})
    case = Application.objects.get(cause=Cause.CHANGE)
    assert response.url == reverse("application-draft", args=[case.uuid])
    assert case.draft()["incomes"]["incomes"][0]["amount"] == "10800.00"


def test_another_day_is_shown_as_it_was_and_as_it_was_known(o: f.Office, family: Household) -> None:
    """The wife left on 10 June, which was told on 3 July."""
    case = actions.report_change(
        family, changed_on=date(2024, 6, 10), what="妻子离家", sections={}, acting_user=o.caseworker, on=JULY_3
    )
    decided(o, case, on_file(family, on=JULY_3, without=("赵甲妻",)), JULY_3)
    client = desk(o.caseworker, date(2024, 8, 1))
    then = page(client, "family-as-of", family.uuid, day="2024-06-09")
    assert "<b>赵甲妻</b>" in then
    now = page(client, "family-as-of", family.uuid, day="2024-06-10")
    assert "<b>赵甲妻</b>" not in now
    known = page(client, "family-as-of", family.uuid, day="2024-06-10", known="2024-07-02")
    assert "<b>赵甲妻</b>" in known
    assert "与上次申报的差异" in known
    early = page(client, "family-as-of", family.uuid, day="2024-06-10", known="2024-05-19")
    assert "那一天系统里还没有这个家庭的成员登记" in early
    response = client.get(at("family-as-of", family), {"day": "2030-01-01"})
    assert "不能晚于今天" in response.content.decode()


def test_differences_name_what_came_went_and_changed(o: f.Office, family: Household) -> None:
    before = family.declarations.get()
    told = (IncomeEntry(0, IncomeKind.WAGE, 1_296_000, ""), IncomeEntry(0, IncomeKind.TRANSFER, 50_000, ""))
    case = actions.report_change(
        family, changed_on=JUNE_3, what="变了", sections={}, acting_user=o.caseworker, on=JUNE_3
    )
    family_now = on_file(family, on=JUNE_3, without=("赵甲妻",), incomes=told)
    case = actions.submit(case, family=family_now, acting_user=o.caseworker, on=JUNE_3)
    found = {(one.what, one.word, one.before, one.after, one.fen) for one in differences(before, case.declaration)}
    assert found == {
        ("赵甲妻", "减少", "配偶，肢体残疾 2 级", None, None),
        ("赵甲 工资性收入", "改变", "10,800.00 元", "12,960.00 元", 216_000),
        ("赵甲 转移净收入", "增加", None, "500.00 元", 50_000),
    }
    assert differences(before, before) == []
    assert "+2,160.00" in page(desk(o.caseworker), "application-changes", case.uuid)
    shown = page(desk(o.caseworker), "application-detail", case.uuid)
    assert reverse("application-changes", args=[case.uuid]) in shown
    assert "在享家庭复核：情况变化" in shown


def test_a_change_told_after_more_than_three_months_is_noted(o: f.Office, family: Household) -> None:
    on = date(2024, 9, 10)
    case = actions.report_change(
        family, changed_on=date(2024, 6, 9), what="涨工资", sections={}, acting_user=o.caseworker, on=on
    )
    assert "逾 3 个月才登记" in page(desk(o.caseworker, on), "application-detail", case.uuid)


def moved(o: f.Office, family: Household) -> None:
    relocation = actions.propose_relocation(
        family, to_township=o.other_town, moved_on=JUNE_3, reason="投亲", acting_user=o.caseworker, on=JUNE_3
    )
    actions.accept_relocation(
        relocation,
        village=o.other_village,
        area_kind=AreaKind.URBAN,
        address="天北路 2 号",
        sections={},
        acting_user=o.stranger,
        on=JUNE_3,
    )


def test_both_townships_see_what_is_theirs_after_a_move(o: f.Office, family: Household) -> None:
    case, award = family.applications.get(), family.awards.get()
    interruption = actions.propose_interruption(
        family, kind="EXIT", reason="本人要求", signed_on=JUNE_3, acting_user=o.caseworker, on=JUNE_3
    )
    actions.approve_interruption(interruption, acting_user=o.reviewer, on=JUNE_3)
    moved(o, family)
    family.refresh_from_db()
    new, old = desk(o.stranger), desk(o.caseworker)
    # The new township has the whole of it: file, earlier case with its records, letter, sheet, ended award.
    told = page(new, "household-detail", family.uuid)
    assert "提出迁出" in told
    assert "接收迁入" in told
    assert "签署初审意见" in page(new, "application-detail", case.uuid)
    page(new, "application-letter", case.uuid)
    page(new, "assessment-sheet", case.assessment_id)
    page(new, "award-detail", award.uuid)
    # The old one keeps its closed case, but not the family's file or the account it has now.
    paid_to = f.change_account(family, "622202000000000777", acting_user=o.stranger)
    kept = page(old, "application-detail", case.uuid)
    assert "已迁往其他乡镇" in kept
    assert paid_to.number_mask not in kept
    assert "/id-number/" not in kept
    assert at("household-detail", family) not in kept
    assert old.get(at("household-detail", family)).status_code == 404
    assert family.number not in page(old, "household-list")
    assert family.number in page(new, "household-list")


def test_a_move_waits_on_the_new_township_s_worklist_and_list(o: f.Office, family: Household) -> None:
    actions.propose_relocation(
        family, to_township=o.other_town, moved_on=JUNE_3, reason="投亲", acting_user=o.caseworker, on=JUNE_3
    )
    new = desk(o.stranger)
    assert "迁移待办理" in page(new, "worklist")
    assert "接收</a>" in page(new, "relocation-list")
    assert "接收</a>" not in page(desk(o.caseworker), "relocation-list")


def test_reviews_due_are_counted_as_they_are_listed_and_begun_together(o: f.Office, family: Household) -> None:
    other = on_benefit(o, f.the_zhaos(o, name="李乙"))
    on = date(2025, 5, 20)  # both fall due on 29 May 2025
    client = desk(o.caseworker, on)
    response = client.get(reverse("reviews-due"))
    counts = {label: number for label, number, _, _ in response.context["tiles"]}
    assert counts == {"已逾期": 0, "30 天内到期": 2, "复核中": 0}
    assert response.context["count"] == 2
    for when, number in (("overdue", 0), ("soon", 2), ("under_way", 0), ("all", 2)):
        assert client.get(reverse("reviews-due"), {"when": when}).context["count"] == number
    foreign = on_benefit(o.elsewhere(), f.the_zhaos(o.elsewhere(), name="外乡"))
    client.post(reverse("reviews-start"), {"household": [family.pk, other.pk, foreign.pk]})
    begun = Application.objects.filter(cause=Cause.PERIODIC)
    assert {case.household for case in begun} == {family, other}
    again = client.post(reverse("reviews-start"), {"household": [family.pk]}, follow=True)
    assert "没有开始" in again.content.decode()
    assert client.get(reverse("reviews-due"), {"when": "under_way"}).context["count"] == 2
    late = desk(o.caseworker, date(2025, 6, 2)).get(reverse("reviews-due"), {"when": "overdue"})
    assert late.context["count"] == 0  # both are being examined


def test_a_finished_review_counts_and_is_due_again_a_year_on(o: f.Office, family: Household) -> None:
    on = date(2025, 5, 20)
    case = actions.start_review(family, sections={}, acting_user=o.caseworker, on=on)
    done = decided(o, case, on_file(family, on=on), on)
    response = desk(o.caseworker, done.decided_on).get(reverse("reviews-due"))
    assert response.context["finished"] == 1
    family.refresh_from_db()
    assert family.review_due_on == done.decided_on.replace(year=2026)


def test_birthdays_are_listed_a_month_before_they_act(o: f.Office) -> None:
    """The son turns 18 in July 2024: July still pays 280 for him, August does not: 1396.00 → 1116.00."""
    base = f.the_zhaos(o, name="吴丙")
    head, _, wife = base.members
    grown = f.member("吴丙子", date(2006, 7, 20), Relation.CHILD)
    on_benefit(o, replace(base, members=(head, grown, wife)))
    shown = page(desk(o.caseworker), "birthday-list")
    assert "2024年7月满 18、60、70 周岁" in shown
    assert "吴丙子" in shown
    assert "1,396.00" in shown
    assert "1,116.00" in shown
    assert "-280.00" in shown
    assert "吴丙子" not in page(desk(o.caseworker), "birthday-list", month="2024-08")
    assert "吴丙子" not in page(desk(o.caseworker), "birthday-list", age="70")


def test_who_left_or_was_refused_is_watched_for_a_year(o: f.Office, family: Household) -> None:
    f.refused(o, f.the_zhaos(o, name="郑丁"))
    interruption = actions.propose_interruption(
        family, kind="EXIT", reason="本人要求", signed_on=JUNE_3, acting_user=o.caseworker, on=JUNE_3
    )
    actions.approve_interruption(interruption, acting_user=o.reviewer, on=JUNE_3)
    client = desk(o.caseworker)
    both = page(client, "watch-list")
    assert "隐瞒工资收入" in both
    assert "应家庭2024年6月3日的书面申请" in both
    assert "郑丁" not in page(client, "watch-list", show="left")
    assert "赵甲" not in page(client, "watch-list", show="refused")
    assert desk(o.caseworker, date(2025, 7, 1)).get(reverse("watch-list")).context["count"] == 0
    assert "外乡" not in both


def test_the_look_up_knows_the_dead_and_who_left(o: f.Office, family: Household) -> None:
    child = person_of(family, "赵甲子")
    number = read(child.full_id_number(), on=JUNE_3)
    dies(o, family, "赵甲子", JUNE_3)
    found = actions.look_up(number, acting_user=o.caseworker, on=JUNE_3)
    assert found is not None
    assert (found.standing, found.household) == ("已登记死亡", family)
    elsewhere = actions.look_up(number, acting_user=o.stranger, on=JUNE_3)
    assert elsewhere is not None
    assert (elsewhere.standing, elsewhere.household) == ("已登记死亡", None)


def test_the_file_says_what_a_death_leaves_to_do(o: f.Office, family: Household) -> None:
    dies(o, family, "赵甲", JUNE_3)
    shown = page(desk(o.caseworker), "household-detail", family.uuid)
    assert "户主赵甲已不在本户，须在复核中另定户主" in shown
    assert "收款人赵甲已去世，须更换收款账户" in shown
    case = Application.objects.get(cause=Cause.DEATH)
    assert "成员去世，2024年9月3日前办结" in page(desk(o.caseworker), "application-detail", case.uuid)


def test_a_family_is_divided_by_saying_what_each_becomes(o: f.Office, family: Household) -> None:
    client = desk(o.caseworker)
    wife, child = person_of(family, "赵甲妻"), person_of(family, "赵甲子")
    told = {"day": "2024-06-02", "reason": "离婚", f"role_{wife.pk}": "HEAD", f"role_{child.pk}": "CHILD"}
    told[f"role_{family.head_id}"] = "STAYS"
    assert client.post(at("family-split", family), {"day": "2024-06-02", "reason": "离婚"}).status_code == 422
    client.post(at("family-split", family), told)
    new = Household.objects.get(head=wife)
    draft = new.applications.get().draft()
    assert [row["relation"] for row in draft["members"]["members"]] == ["CHILD", "HEAD"]
    assert "incomes" in draft
    assert draft["incomes"]["incomes"] == []


def test_the_bureau_decides_on_a_suspension(o: f.Office, family: Household) -> None:
    told = {"kind": "SUSPEND", "ground": "NOT_FOUND", "reason": "三次入户无人"}
    desk(o.caseworker).post(at("family-interruption", family), told)
    interruption = family.interruptions.get()
    bureau = desk(o.reviewer)
    assert "暂停、退出待决定" in page(bureau, "worklist")
    assert "自2024年7月起暂停发放" in page(bureau, "interruption-approve", interruption.uuid)
    bureau.post(reverse("interruption-approve", args=[interruption.uuid]))
    assert family.decisions.filter(kind=DecisionKind.SUSPEND).exists()
    assert "待遇已暂停" in page(desk(o.caseworker), "household-detail", family.uuid)


def test_three_refusals_of_work_are_told_and_nothing_moves(o: f.Office, family: Household) -> None:
    client = desk(o.caseworker)
    for day in (1, 2, 3):
        told = {
            "person": family.head_id,
            "offered_on": f"2024-06-0{day}",
            "offered_by": "镇劳动保障所",
            "work": "保洁员",
            "why_no_good_reason": "无病无残",
        }
        assert "须经复核" not in page(client, "household-detail", family.uuid)
        client.post(at("family-work-refusal", family), told)
    assert "赵甲已 3 次无正当理由拒绝介绍的工作" in page(client, "household-detail", family.uuid)
    assert family.awards.get().last_month is None
    again = client.post(at("family-work-refusal", family), told)
    assert again.status_code == 409


def test_a_phase_out_is_drawn_month_by_month(o: f.Office, family: Household) -> None:
    case = actions.report_change(
        family, changed_on=JUNE_3, what="就业", sections={}, acting_user=o.caseworker, on=JUNE_3
    )
    told = (IncomeEntry(0, IncomeKind.WAGE, 2_016_000, ""),)
    decided(o, case, on_file(family, on=JUNE_3, incomes=told), JUNE_3)
    shown = page(desk(o.caseworker, JULY_3), "household-detail", family.uuid)
    assert shown.count('<li class="next">') == 23
    assert shown.count('<li class="now" aria-current="date">') == 1
    assert "75%" in shown
    assert "本月之后还剩 <b>23</b> 个月" in shown


def test_a_merger_asks_in_the_draft_how_the_others_are_related(o: f.Office, family: Household) -> None:
    other = on_benefit(o, f.the_zhaos(o, name="李乙"))
    client = desk(o.caseworker)
    wrong = client.post(at("family-merge", family), {"number": "1", "day": "2024-06-02", "reason": "再婚"})
    assert wrong.status_code == 422
    client.post(at("family-merge", family), {"number": other.number, "day": "2024-06-02", "reason": "再婚"})
    case = Application.objects.get(merges=other)
    assert "relation" not in case.draft()["members"]["members"][3]
    assert case.draft()["members"]["members"][0]["relation"] == "HEAD"
