"""Lines carried over from last month are, column by column, what a calculation of the same month gives."""

from datetime import date
from typing import Any

import pytest

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import chunks, confirm_month, open_month, seal_month, void_month
from apps.awards.enums import RunState
from apps.awards.models import Award, CalcLine, MonthRun
from apps.awards.tests.factories import calculate
from apps.core.month import Month, months
from apps.office.register.seed import seed_register

pytestmark = pytest.mark.django_db
FAMILIES, BEGINS = 120, Month(2023, 10)
SAID = [field.attname for field in CalcLine._meta.concrete_fields if field.name not in {"id", "run", "chunk"}]


class Counted:
    """How many awards each chunk carried over; or none are, as if nothing were known of last month."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.carried, self.off, self.real = 0, False, chunks.carry_over
        monkeypatch.setattr(chunks, "carry_over", self)

    def __call__(self, *given: Any) -> set[int]:
        found = set() if self.off else self.real(*given)
        self.carried += len(found)
        return found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


@pytest.fixture
def desks() -> dict[str, User]:
    seed_register(FAMILIES, seed=5, acting_user=User.objects.system(), on=BEGINS.first())
    return {name: User.objects.get(username=name) for name in ("payments_maker", "payments_checker", "bureau_chief")}


def calculated(month: Month, desks: dict[str, User]) -> tuple[MonthRun, list[tuple[Any, ...]], list[str]]:
    run = open_month(month.first(), acting_user=desks["payments_maker"], on=month.first())
    run = calculate(run, on=month.first())
    assert run.state == RunState.CALCULATED
    rows = list(run.lines.order_by("award").values_list(*SAID))
    return run, rows, list(run.chunks.order_by("number").values_list("lines_sha256", flat=True))


def sealed(run: MonthRun, desks: dict[str, User]) -> None:
    confirm_month(run, acting_user=desks["payments_checker"], on=run.month)
    seal_month(run, acting_user=desks["payments_maker"], on=run.month)


def turn_eighteen_or_seventy(desks: dict[str, User], in_month: Month, awards: list[Award]) -> None:
    """Let the first person of some families reach an age that counts in a month: one 18, the other 70, and so on."""
    with act(Verb.DECIDE_AWARD, acting_user=desks["bureau_chief"], on=in_month.first()):
        for award, age in zip(awards, [18, 70] * len(awards), strict=False):
            person = award.terms["people"][0]
            person["birth_date"] = in_month.first().replace(year=in_month.year - age, day=15).isoformat()
            Award.objects.filter(pk=award.pk).update(terms=award.terms)


def test_carried_lines_are_what_a_calculation_gives(counted: Counted, desks: dict[str, User], settings: Any) -> None:
    settings.CHUNK_SIZE = 50
    carried = {}
    dibao = list(Award.objects.filter(scheme="DIBAO").order_by("pk")[:12])
    for place, n in enumerate((0, 1, 3)):
        turn_eighteen_or_seventy(desks, BEGINS + n, dibao[4 * place : 4 * place + 4])
    for month in months(BEGINS, BEGINS + 4):
        counted.carried, counted.off = 0, False
        run, rows, told = calculated(month, desks)
        carried[str(month)] = counted.carried
        void_month(run, acting_user=desks["bureau_chief"], on=run.month, reason="与逐户重新计算对照")
        counted.off = True
        again, rows_again, told_again = calculated(month, desks)
        assert rows == rows_again
        assert told == told_again
        sealed(again, desks)
    assert carried["2023-10"] == 0  # nothing to carry over from
    assert carried["2024-01"] == 0  # the standard of 2024
    for quiet in ("2023-11", "2023-12", "2024-02"):
        assert FAMILIES // 2 < carried[quiet] < FAMILIES  # somebody reaches an age that counts every month


def test_new_terms_are_calculated_whatever_way_they_came(counted: Counted, desks: dict[str, User]) -> None:
    run, _, _ = calculated(BEGINS, desks)
    sealed(run, desks)
    steady = run.lines.filter(steady_until__gt=BEGINS.first(), scheme="DIBAO", amount_fen__gt=10_000).first()
    award = Award.objects.get(pk=steady.award_id)
    income = float(award.terms["income"]) + 120
    with act(Verb.DECIDE_AWARD, acting_user=desks["bureau_chief"], on=date(2023, 10, 20)):
        Award.objects.filter(pk=award.pk).update(terms=award.terms | {"income": f"{income:.2f}"})
    next_run, _, _ = calculated(BEGINS + 1, desks)
    line = next_run.lines.get(award=award)
    assert line.amount_fen == steady.amount_fen - 1_000  # 120 yuan a year are 10.00 a month
    assert line.terms_digest != steady.terms_digest


@pytest.mark.parametrize("changed", ["rules_digest", "policy"])
def test_another_program_of_the_rules_carries_nothing(
    changed: str, counted: Counted, desks: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _, _ = calculated(BEGINS, desks)
    sealed(run, desks)
    monkeypatch.setattr("apps.awards.carrying.policy_digest", lambda: "another")
    if changed == "rules_digest":
        monkeypatch.setattr("apps.awards.actions.months.policy_digest", lambda: "another")
    calculated(BEGINS + 1, desks)
    assert counted.carried == 0
