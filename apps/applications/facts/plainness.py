"""What makes a case no plain one, and whether the township's work on it is whole."""

from typing import Any

from apps.applications.models import Application, Cause, Kind, Step
from apps.applications.transitions import ComplaintState
from apps.core.refusal import Refused


def complained_of(case: Application) -> bool:
    """Whether somebody spoke against it: a complaint led to it or waits, or a notice of it met an objection."""
    if case.cause == Cause.COMPLAINT or case.objections.exists():
        return True
    return case.complaints.filter(state=ComplaintState.OPEN).exists()


def why_not_plain(case: Application) -> str:
    """Why no step of this case may be left out (28号 §19); empty for a plain one."""
    if case.near_relative is None:
        return "尚未填写申请人是否为经办人员近亲属"
    if case.near_relative:
        return "申请人是经办人员近亲属，已备案"
    if case.doubtful:
        return "申报与核对结果不一致"
    if case.investigations.filter(agrees=False).exists():
        return "入户情况与申报不一致"
    return "有投诉举报或公示异议" if complained_of(case) else ""


def refuse_unless_plain(case: Application, what: str) -> None:
    """Refused("not_plain") with the reason and what to do instead."""
    if why := why_not_plain(case):
        raise Refused("not_plain", f"{why}，不能免予{what}：请按规定办理{what}。", field="ground")


def refuse_unappraised(case: Application) -> None:
    """Refused("not_appraised") for a new case that was neither appraised nor excused from it with a ground."""
    if case.kind == Kind.NEW and not (case.appraisals.exists() or case.waivers.filter(step=Step.APPRAISAL).exists()):
        raise Refused("not_appraised", "还没有民主评议：请登记评议结果；没有争议的，可以写明理由免予评议。")


def refuse_unstudied(case: Application) -> None:
    """Refused("not_studied") while a case that needs it has not been studied by the township together (28号 §4)."""
    if case.collective_ground and not case.collective_decisions.exists():
        why: Any = case.get_collective_ground_display()
        raise Refused("not_studied", f"{why}，须经乡镇集体研究：请先登记集体研究结论。")


def refuse_objected(case: Application) -> None:
    """Refused("objection_open") while an objection waits for its answer."""
    if case.objections.open().exists():
        raise Refused("objection_open", "公示期间有异议尚未答复：请乡镇负责人先答复异议，再作决定。")
