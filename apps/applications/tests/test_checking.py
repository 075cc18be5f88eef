"""核对: what was declared beside what other offices say, and what stands in the way of a signature."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.applications import actions
from apps.applications.facts.checks import Report, report_of
from apps.applications.facts.comparing import UNANSWERED, Line
from apps.applications.models import Application, CheckAnswer, CheckRequest, CheckScope, Outcome
from apps.applications.tests import factories as f
from apps.applications.tests.test_actions import refused
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import AssetKind
from apps.households.family import FinancialAssetEntry

S = CheckScope
BANK = "吉林银行"


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


def the_report(case: Application, on: date = f.POSTED) -> Report:
    return report_of(Application.objects.get(pk=case.pk), on=on)


def line(case: Application, label: str) -> Line:
    (found,) = [one for one in the_report(case).lines if one.label == label]
    return found


def asked(o: f.Office) -> tuple[Application, CheckRequest]:
    case = f.accepted(o)
    return case, actions.request_check(case, acting_user=o.caseworker, on=f.POSTED)


def answer(o: f.Office, request: CheckRequest, scope: CheckScope, outcome: Outcome, **told: Any) -> CheckAnswer:
    given = {"person": request.application.household.head, "source_office": BANK, "as_of": f.POSTED, "on": f.POSTED}
    return actions.answer_check(request, scope=scope, outcome=outcome, acting_user=o.caseworker, **(given | told))


def rest(o: f.Office, request: CheckRequest, on: date = f.POSTED) -> None:
    actions.answer_rest(request, source_office="省信息核对平台", as_of=on, acting_user=o.caseworker, on=on)


def propose(o: f.Office, case: Application, *, agrees: bool = True, on: date = f.POSTED) -> Application:
    return actions.propose(case, agrees=agrees, text="拟同意。", acting_user=o.leader, on=on)


def test_a_request_asks_about_everybody_and_everything_on_the_consent_signed(o: f.Office) -> None:
    case, request = asked(o)
    assert set(request.people.values_list("person__name", flat=True)) == {"赵甲", "赵甲子", "赵甲妻"}
    assert request.scopes == list(CheckScope)
    assert (request.consent.person, request.consent.signed_on) == (case.household.head, f.OPENED)
    # 5月21日（星期二）发起，三个工作日：22、23、24
    assert request.due_on == date(2024, 5, 24)


def test_without_a_signed_consent_nobody_is_asked(o: f.Office) -> None:
    case = f.accepted(o, replace(f.the_zhaos(o), consent_on=f.POSTED + timedelta(days=9)))
    refused(lambda: actions.request_check(case, acting_user=o.caseworker, on=f.POSTED), "no_consent")


def test_until_every_item_of_everybody_has_its_answer_the_report_is_not_whole(o: f.Office) -> None:
    case, request = asked(o)
    assert len(the_report(case).open_items) == 3 * 12
    answer(o, request, S.DEPOSIT, Outcome.FOUND, amount_fen=200_000)
    assert len(the_report(case).open_items) == 3 * 12 - 1
    # 另两口人的存款还没有答复：不能当作没有
    assert line(case, "存款").found == "2,000.00"
    assert line(case, "车辆").found == UNANSWERED
    rest(o, request)
    report = the_report(case)
    assert (report.open_items, report.valid_until) == ([], f.POSTED + timedelta(days=90))
    assert line(case, "车辆").found == "无"


def test_an_answer_that_failed_is_never_none(o: f.Office) -> None:
    case, request = asked(o)
    answer(o, request, S.VEHICLE, Outcome.FAILED, source_office="车辆管理所")
    rest(o, request)
    # 平台说没有，车管所没答上来：这一项仍然没有结果
    assert [(member.person.name, scope) for member, scope in the_report(case).open_items] == [("赵甲", S.VEHICLE)]
    assert line(case, "车辆").found == UNANSWERED
    f.appraised(f.visit(case, acting_user=o.caseworker), acting_user=o.caseworker)
    refused(lambda: propose(o, case), "check_missing")
    answer(o, request, S.VEHICLE, Outcome.NONE, source_office="车辆管理所")
    assert propose(o, case).state == "PROPOSED"


def test_more_money_than_declared_is_marked_and_must_be_explained(o: f.Office) -> None:
    case = f.found(f.investigated(o), S.DEPOSIT, 500_000, acting_user=o.caseworker)
    shown = line(case, "存款")
    # 申报 2,000 元，银行 5,000 元：多 3,000 元
    assert (shown.declared, shown.found, shown.office, shown.beyond) == ("2,000.00", "5,000.00", BANK, "多 3,000.00 元")
    assert case.doubtful
    told = refused(lambda: propose(o, case), "difference_unexplained")
    assert "存款多 3,000.00 元" in told.message
    refused(lambda: propose(o, case, agrees=False), "difference_unexplained")
    given = {"keys": [shown.key], "acting_user": o.caseworker, "on": f.POSTED}
    refused(lambda: actions.explain_difference(case, ground=" ", **given), "reason_needed")
    actions.explain_difference(case, ground="上月到账的危房改造补助，有凭证。", **given)
    assert (line(case, "存款").tone, line(case, "存款").ground) == ("warn", "上月到账的危房改造补助，有凭证。")
    assert propose(o, case).state == "PROPOSED"


def test_an_explanation_is_good_for_what_was_found_then_only(o: f.Office) -> None:
    case = f.found(f.investigated(o), S.DEPOSIT, 500_000, acting_user=o.caseworker)
    actions.explain_difference(
        case, keys=[line(case, "存款").key], ground="补助款", acting_user=o.caseworker, on=f.POSTED
    )
    f.found(case, S.DEPOSIT, 900_000, acting_user=o.caseworker)
    refused(lambda: propose(o, case), "difference_unexplained")


def test_what_comes_to_light_during_the_notice_stops_the_decision(o: f.Office) -> None:
    case = f.found(f.publicised(o), S.VEHICLE, None, acting_user=o.caseworker)
    assert (line(case, "车辆").declared, line(case, "车辆").found, line(case, "车辆").beyond) == ("无", "有", "未申报")
    seen = f.seen_by_reviewer(case)
    refused(lambda: actions.confirm(case, seen=seen, acting_user=o.reviewer, on=f.DECIDED), "difference_unexplained")


def test_a_corrected_declaration_does_away_with_the_difference(o: f.Office) -> None:
    family = f.the_zhaos(o)
    case = f.checked(f.accepted(o, family), acting_user=o.caseworker)
    case = f.found(case, S.DEPOSIT, 500_000, acting_user=o.caseworker)
    case = actions.return_for_correction(case, reason="存款申报有误", acting_user=o.caseworker, on=f.POSTED)
    right = replace(family, financial_assets=(FinancialAssetEntry(AssetKind.DEPOSIT, 500_000),))
    case = actions.submit(case, family=right, acting_user=o.caseworker, on=f.POSTED)
    case = actions.accept(case, acting_user=o.caseworker, on=f.POSTED)
    assert (case.doubtful, line(case, "存款").beyond) == (False, "")
    f.appraised(f.visit(case, acting_user=o.caseworker), acting_user=o.caseworker)
    assert propose(o, case).state == "PROPOSED"


def test_a_disability_the_federation_does_not_know_is_a_difference(o: f.Office) -> None:
    case, request = asked(o)
    wife = request.people.get(person__name="赵甲妻").person
    answer(o, request, S.DISABILITY, Outcome.NONE, person=wife, source_office="残疾人联合会")
    shown = line(case, "残疾证（赵甲妻）")
    assert (shown.declared, shown.found, shown.beyond) == ("肢体 2 级", "无记录", "残联没有记录")
    answer(o, request, S.DEATH, Outcome.FOUND, source_office="殡仪馆")
    assert line(case, "死亡登记（赵甲）").beyond == "有死亡登记"


def test_an_expired_report_carries_no_opinion_and_no_decision(o: f.Office) -> None:
    case, late = f.publicised(o), f.POSTED + timedelta(days=91)
    # 5月21日出具，90 天有效：8月19日为止
    seen = f.seen_by_reviewer(case, late)
    told = refused(lambda: actions.confirm(case, seen=seen, acting_user=o.reviewer, on=late), "check_expired")
    assert "8月19日 过期" in told.message
    other = f.investigated(o, f.the_zhaos(o, name="钱乙"))
    refused(lambda: propose(o, other, on=late), "check_expired")
    f.checked(case, acting_user=o.caseworker, on=late)
    assert actions.confirm(case, seen=seen, acting_user=o.reviewer, on=late).state == "CONFIRMED"


def test_on_its_last_day_the_report_still_counts(o: f.Office) -> None:
    case, last = f.publicised(o), f.POSTED + timedelta(days=90)
    assert the_report(case, last).days_left == 0
    seen = f.seen_by_reviewer(case, last)
    assert actions.confirm(case, seen=seen, acting_user=o.reviewer, on=last).state == "CONFIRMED"


def test_without_any_check_neither_opinion_nor_review(o: f.Office) -> None:
    case = f.appraised(f.visit(f.accepted(o), acting_user=o.caseworker), acting_user=o.caseworker)
    told = refused(lambda: propose(o, case), "check_missing")
    assert "尚未发起核对" in told.message


def test_what_was_not_asked_is_not_answered(o: f.Office) -> None:
    case = f.accepted(o)
    request = actions.request_check(case, scopes=[S.DEPOSIT], acting_user=o.caseworker, on=f.POSTED)
    refused(lambda: answer(o, request, S.VEHICLE, Outcome.NONE), "not_asked")
    stranger = f.submitted(o, f.the_zhaos(o, name="钱乙")).household.head
    refused(lambda: answer(o, request, S.DEPOSIT, Outcome.NONE, person=stranger), "not_asked")
    refused(lambda: answer(o, request, S.DEPOSIT, Outcome.NONE, amount_fen=1), "amount")
    tomorrow = f.POSTED + timedelta(days=1)
    refused(lambda: answer(o, request, S.DEPOSIT, Outcome.NONE, as_of=tomorrow), "as_of")


def test_what_was_answered_stays_and_what_the_office_wrote_is_sealed(o: f.Office) -> None:
    _, request = asked(o)
    row = answer(o, request, S.DEPOSIT, Outcome.FOUND, amount_fen=200_000, raw="赵甲 6222020000000000012 余额 2000")
    assert b"6222" not in bytes(CheckAnswer.objects.get(pk=row.pk).raw_sealed)
    assert CheckAnswer.objects.get(pk=row.pk).full_raw() == "赵甲 6222020000000000012 余额 2000"
    assert "6222" not in str(Record.objects.filter(verb=Verb.ANSWER_CHECK).values("payload", "subject_label"))
    for statement in ("UPDATE applications_checkanswer SET amount_fen = 0", "DELETE FROM applications_checkanswer"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


def test_only_the_township_s_caseworkers_ask_and_answer(o: f.Office) -> None:
    case, request = asked(o)
    for who in (o.stranger, o.leader, o.reviewer, o.auditor):
        for do in (
            lambda who=who: actions.request_check(case, acting_user=who, on=f.POSTED),
            lambda who=who: actions.answer_rest(
                request, source_office="x", as_of=f.POSTED, acting_user=who, on=f.POSTED
            ),
        ):
            with pytest.raises(Refused) as told:
                do()
            assert told.value.code == "not_permitted"
