"""What passes between the demo office and other bureaus: referrals at every point, alerts, somebody found in need."""

from collections.abc import Iterator
from datetime import date

from apps.accounts.models import User
from apps.households.models import Household
from apps.office.demo.office import Desk, Life, Office
from apps.partners import actions
from apps.partners.enums import Bureau
from apps.partners.facts.assistance import claims_in, entitled_families
from apps.partners.models import AlertKind, AlertResult, Referral, ReferralResult
from apps.partners.policy.assistance import Claim

# Asked for in this order, one family each: when, what, in which need.
ASKED = (
    (date(2024, 5, 6), "insurance_fixed", "今年还没有参保，请按规定资助。"),
    (date(2024, 5, 7), "electricity", "电费一直没有减免。"),
    (date(2024, 5, 9), "job_service", "想学一门手艺，能在镇上干活。"),
    (date(2024, 5, 13), "disabled_living", "有残疾证，没有领过补贴。"),
    (date(2024, 5, 17), "legal_aid", "打工的工钱一年没有结清。"),
    (date(2024, 5, 20), "dilapidated_house", "房顶漏雨，想申请鉴定。"),
)
IN_NEED = "住院四十天，自付八万多元，出院后不能干活，家里还有上学的孩子。"


def bureaus(office: Office, desk: Desk) -> list[Life]:
    """Each referral's life, the alerts', and the lead's."""
    return [_referred(office, desk, number) for number in range(len(ASKED))] + [
        _alerted(office, desk),
        _named(office, desk),
    ]


def _referred(office: Office, desk: Desk, number: int) -> Life:
    on, item, need = ASKED[number]
    yield on
    household, claim = _claim(desk, item, on)
    whom = claim.member
    sent = actions.refer(
        household,
        item=item,
        person_id=whom.ref if whom else None,
        need=need,
        agreed_by=whom.name if whom and whom.age >= 18 else household.head.name,
        agreed_on=on,
        acting_user=desk.worker,
        on=on,
    )
    yield from _answered(office.system, desk.worker, sent)


def _claim(desk: Desk, item: str, on: date) -> tuple[Household, Claim]:
    """The first family of the township that may claim it and has not been referred."""
    rows = entitled_families(Household.objects.filter(township=desk.township, referrals=None), on)
    found = claims_in(rows.select_related("head", "township").order_by("pk"), on, item=item)
    return next(found)


def _answered(system: User, worker: User, sent: Referral) -> Iterator[date]:
    """What each bureau made of it; the employment service is late, the last has not looked yet."""
    by_hand = {"acting_user": worker}
    if sent.item == "insurance_fixed":
        yield date(2024, 5, 8)
        taken = actions.accept_referral(sent, **by_hand, on=date(2024, 5, 8))
        yield date(2024, 5, 17)
        done = {"result": ReferralResult.HELPED, "note": "已按定额资助参保。", "finished_on": date(2024, 5, 16)}
        actions.finish_referral(taken, **done, **by_hand, on=date(2024, 5, 17))
    elif sent.item == "electricity":
        yield date(2024, 5, 9)
        actions.refuse_referral(sent, reason="用电户号不在本人名下，请先过户。", **by_hand, on=date(2024, 5, 9))
    elif sent.item == "disabled_living":
        yield date(2024, 5, 15)
        actions.accept_referral(sent, **by_hand, on=date(2024, 5, 15))
    elif sent.item == "legal_aid":
        yield date(2024, 5, 20)
        actions.fetch_referral(sent, acting_user=system, on=date(2024, 5, 20), partner="蛟河市司法局")


def _alerted(office: Office, desk: Desk) -> Life:
    """One looked into, one to be looked into today, one that has time."""
    told = (
        (date(2024, 5, 10), Bureau.EMPLOYMENT, AlertKind.EMPLOYED, "4月起在本市一家企业参加职工养老保险。"),
        (date(2024, 5, 16), Bureau.POLICE, AlertKind.DEATH, "户籍已注销，死亡日期 5 月 14 日。"),
        (date(2024, 5, 17), Bureau.VEHICLES, AlertKind.PROPERTY, "新登记一辆小型普通客车。"),
    )
    rows = Household.objects.filter(township=desk.township, referrals=None)
    for number, (on, bureau, kind, text) in enumerate(told):
        yield on
        people = entitled_families(rows, on).select_related("head").order_by("-pk")
        head = people[number * 3].head
        happened = date(2024, 5, 14) if kind == AlertKind.DEATH else None
        said = actions.Told(f"{bureau}-2024-{number + 1:04d}", kind, happened, text)
        alert = actions.receive_alert(head, bureau=bureau, told=said, acting_user=office.system, on=on)
        if alert is not None and kind == AlertKind.EMPLOYED:
            yield date(2024, 5, 15)
            note = "入户核实：重名，本人没有就业。"
            result = AlertResult.SOMEBODY_ELSE
            actions.settle_alert(alert, result=result, note=note, acting_user=desk.worker, on=date(2024, 5, 15))


def _named(office: Office, desk: Desk) -> Life:
    """The medical insurance names somebody whose bills are beyond the family."""
    on = date(2024, 5, 17)
    yield on
    village = desk.villages[1]
    named = {"bureau": Bureau.MEDICAL_INSURANCE, "name": "冯桂芝", "circumstances": IN_NEED}
    actions.receive_lead(village, **named, acting_user=office.system, on=on)
