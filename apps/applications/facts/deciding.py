"""Where a case is decided: at the bureau, or in the township it delegated to (28号 §19)."""

from dataclasses import dataclass
from datetime import date

from apps.accounts.facts import holders_of
from apps.accounts.roles import Role
from apps.applications.facts.plainness import complained_of
from apps.applications.models import Application, Applied, DecidedLevel, Delegation
from apps.core.refusal import Refused


@dataclass(frozen=True)
class Place:
    """Who decides, as the page says it."""

    level: DecidedLevel
    says: str


def decides_at(case: Application, on: date) -> Place:
    """Who decides this case that day: the township only under a delegation, in a plain case, by a third person."""
    given = Delegation.objects.in_force(on).filter(scheme=case.scheme, township=case.township_id).first()
    if given is None:
        return Place(DecidedLevel.COUNTY, "由民政局确认")
    if why := _to_the_county(case, on):
        return Place(DecidedLevel.COUNTY, f"由民政局确认：{why}")
    return Place(DecidedLevel.TOWNSHIP, f"由{case.township.name}确认（授权文号 {given.document}）")


def _to_the_county(case: Application, on: date) -> str:
    if case.near_relative is not False:
        return "近亲属备案" if case.near_relative else "是否近亲属尚未填写"
    if complained_of(case):
        return "有投诉举报或公示异议"
    if case.spot_checks.filter(sampled=True).exists():
        return "抽中抽查"
    leaders = holders_of(Role.TOWNSHIP_LEADER, case.township, on=on) - case.handlers()
    # Whoever will sign the opinion cannot confirm as well.
    enough = 1 if case.proposed_by_id else 2
    return "" if len(leaders) >= enough else "乡镇没有第三人可以确认"


def refuse_elsewhere(case: Application, level: DecidedLevel, on: date) -> None:
    """Refused("decided_elsewhere") unless the case is decided at this level today."""
    place = decides_at(case, on)
    if place.level != level:
        raise Refused("decided_elsewhere", f"这件申请{place.says}，请交由那里办理。")


def must_be_visited(case: Application) -> bool:
    """备案 and complained-of cases are always visited by the bureau (57号第20条)."""
    return bool(case.near_relative) or complained_of(case)


def refuse_unvisited(case: Application) -> None:
    """Refused unless the bureau's spot check is done where it must be, and found what was declared."""
    checks = list(case.spot_checks.order_by("pk"))
    sampled = [check for check in checks if check.sampled]
    if not sampled and must_be_visited(case):
        raise Refused("not_drawn", "近亲属备案件和有投诉、异议的案件须由民政局入户抽查：请先抽取并登记抽查结果。")
    if not checks and case.scheme == Applied.TEKUN:
        raise Refused("not_drawn", "特困申请须先参加抽查（不少于 30%）：请先抽取抽查件。")
    if sampled and sampled[-1].agrees is None:
        raise Refused("spot_check_waits", "这件申请抽中抽查：登记抽查结果后才能确认。")
    if sampled and not sampled[-1].agrees:
        raise Refused("spot_check_disagrees", "抽查情况与申报不一致：请退回补查，或不予确认。")
