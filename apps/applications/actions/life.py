"""What happens to a family on benefit: circumstances change, the file was wrong, reviews fall due."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.actions.intake import Because, start_review
from apps.applications.models import Application, Cause
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.refusal import Refused
from apps.households.models import Declaration, Household

Sections = dict[str, Any]


def refuse_without_facts(household: Household, *, on: date) -> None:
    """Refused when there is nothing on file to change or correct, nothing paid, or another case under way."""
    if household.declarations.in_force(household, on) is None:
        raise Refused("nothing_declared", "这个家庭还没有登记过情况，请走新申请。")
    if household.applications.open().exists():
        raise Refused("case_open", "这个家庭已有一件正在办理的申请，请先办结；新的变化可以写进那一件。")
    if not household.awards.standing(on.replace(day=1)).exists():
        raise Refused("nothing_to_review", "这个家庭目前没有在享待遇，请走新申请。")


def report_change(
    household: Household, *, changed_on: date, what: str, sections: Sections, acting_user: User, on: date
) -> Application:
    """Open a review because circumstances changed: what is on file was true until the day before ``changed_on``.

    Refused("day_to_come") for a later day, Refused("before_the_file") for a day before the facts on file: those were
    wrong then, which is a correction.
    """
    require(acting_user, Verb.REPORT_CHANGE, on=on, area=household.township)
    if changed_on > on:
        raise Refused("day_to_come", "变化日期不能晚于今天：还没有发生的变化，发生后再登记。", field="changed_on")
    latest = household.declarations.in_force(household, on)
    if latest is not None and changed_on < latest.effective_on:
        since = f"{latest.effective_on.year}年{day_label(latest.effective_on)}"
        told = f"在档情况是{since}登记的；那之前就已变化，说明当时登记有误，请改用“更正差错”。"
        raise Refused("before_the_file", told, field="changed_on")
    with act(Verb.REPORT_CHANGE, acting_user=acting_user, on=on, subject=household, reason=what.strip()):
        because = Because(cause_note=what.strip(), changed_on=changed_on)
        return start_review(
            household, sections=sections, acting_user=acting_user, on=on, cause=Cause.CHANGE, because=because
        )


def correct_file(
    household: Household,
    *,
    declaration: Declaration,
    what: str,
    noticed: str,
    sections: Sections,
    acting_user: User,
    on: date,
) -> Application:
    """Open a review because what is on file was wrong from its first day; the declaration it corrects stays readable.

    Refused("not_in_force") for another declaration than the one in force: only that one decides on what is paid now.
    """
    require(acting_user, Verb.CORRECT_FILE, on=on, area=household.township)
    in_force = household.declarations.in_force(household, on)
    if in_force is None or in_force.pk != declaration.pk:
        raise Refused("not_in_force", "只能更正现在在档的情况；它刚刚变了，请刷新后重新核对。")
    note = f"{what.strip()}（{noticed.strip()}）"
    with act(Verb.CORRECT_FILE, acting_user=acting_user, on=on, subject=household, reason=note):
        because = Because(cause_note=note, corrects_id=declaration.pk)
        return start_review(
            household, sections=sections, acting_user=acting_user, on=on, cause=Cause.CORRECTION, because=because
        )


def start_reviews(
    households: Iterable[Household], *, sections: Mapping[int, Sections], acting_user: User, on: date
) -> tuple[list[Application], list[tuple[Household, Refused]]]:
    """Begin the periodic review of each household, one record a case; who cannot begin comes back with the reason."""
    begun: list[Application] = []
    left: list[tuple[Household, Refused]] = []
    for household in households:
        try:
            begun.append(start_review(household, sections=sections[household.pk], acting_user=acting_user, on=on))
        except Refused as refused:
            left.append((household, refused))
    return begun, left
