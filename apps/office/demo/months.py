"""The life of a month: calculated, confirmed, paid, answered by a bank, corrected, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.awards.actions import calculate_chunk, confirm_month, finish_if_complete, open_month
from apps.awards.models import MonthRun
from apps.core.workdays import add_workdays
from apps.households.actions import approve_account, propose_account
from apps.households.family import AccountEntry
from apps.households.models import AccountState
from apps.office.demo.office import Desk, Life, Office
from apps.office.demo.people import account_number
from apps.payments.actions import (
    approve,
    clear_findings,
    close,
    confirm_overrides,
    download,
    draw_up,
    freeze,
    import_return,
    reissue,
    release,
    submit,
)
from apps.payments.enums import FAILED
from apps.payments.facts import content_of
from apps.payments.models import Batch, Entitlement, Finding
from apps.payments.simulator import reply
from apps.reports.actions import freeze_figures

NO_SUCH_ACCOUNT, OTHER_NAME, FROZEN = "14", "12", "51"
# Correct account numbers of families whose first one was wrong.
CORRECTED_SERIALS = 900_000


@dataclass(frozen=True)
class Failure:
    """A payment of a township's n-th family that the bank sends back, and whether the account was corrected since."""

    township: str
    place: int
    code: str
    corrected: bool = True


@dataclass
class MonthLife:
    """One month of awards and payments."""

    office: Office
    month: date
    failures: tuple[Failure, ...] = ()

    def calculated(self, start: date) -> Life:
        """Opened and calculated; waits for the second person."""
        yield start
        self._calculate(start)

    def paid(self, start: date) -> Life:
        """The whole way to a closed batch, with the failed payments sent again to corrected accounts."""
        yield from self.calculated(start)
        on = add_workdays(start, 1)
        yield on
        checker, maker = self.office.users["payments_checker"], self.office.users["payments_maker"]
        run = confirm_month(MonthRun.objects.get(month=self.month), acting_user=checker, on=on)
        batch = draw_up(run, acting_user=maker, on=on)
        freeze_figures(run, acting_user=self.office.system, on=on)
        failing = self._failing(batch)
        yield from self._paid(batch, on, failing)
        on = add_workdays(start, 6)
        yield on
        wrong = self._corrected(batch, on)
        if wrong:
            again = reissue(wrong, acting_user=maker, on=on)
            yield from self._paid(again, on, {})

    def _calculate(self, on: date) -> None:
        run = open_month(self.month, acting_user=self.office.users["payments_maker"], on=on)
        for chunk in run.chunks.order_by("number").values_list("pk", flat=True):
            calculate_chunk(chunk, acting_user=self.office.system, on=on)
        finish_if_complete(run.pk, acting_user=self.office.system, on=on)

    def _paid(self, batch: Batch, on: date, failing: Mapping[str, str]) -> Life:
        """Made, approved, released, sent, answered the next working day, and closed the day after."""
        users = self.office.users
        maker, checker, chief = users["payments_maker"], users["payments_checker"], users["bureau_chief"]
        content = content_of(batch)
        told = {"declared_count": content.count, "declared_total_fen": content.total_fen}
        batch = freeze(batch, **told, acting_user=maker, on=on)
        on = add_workdays(on, 1)
        yield on
        self._looked_into(batch, on)
        batch = approve(batch, content_sha256=batch.content_sha256, acting_user=checker, on=on)
        batch = release(batch, acting_user=chief, on=on)
        handout = download(batch, reason="送交代发银行", acting_user=maker, on=on)
        batch = submit(batch, acting_user=maker, on=on)
        on = add_workdays(on, 1)
        yield on
        import_return(batch, content=reply(handout.content, on=on, failing=failing), acting_user=maker, on=on)
        on = add_workdays(on, 1)
        yield on
        close(batch, acting_user=checker, on=on)

    def _looked_into(self, batch: Batch, on: date) -> None:
        """What the gate found was asked about in the townships; what needs two is confirmed by the chief."""
        checker, chief = self.office.users["payments_checker"], self.office.users["bureau_chief"]
        waiting = Finding.objects.of(batch).in_the_way()
        if found := list(waiting.values_list("pk", flat=True)):
            ground = "已与乡镇（街道）电话核对，情况属实，可以发放"
            clear_findings(batch, findings=found, ground=ground, acting_user=checker, on=on)
        if grave := list(waiting.values_list("pk", flat=True)):
            confirm_overrides(batch, findings=grave, acting_user=chief, on=on)

    def _failing(self, batch: Batch) -> dict[str, str]:
        found = {}
        for failure in self.failures:
            rows = batch.instructions.filter(township__code=failure.township).order_by("pk")
            found[str(rows[failure.place].end_to_end_id)] = failure.code
        return found

    def _corrected(self, batch: Batch, on: date) -> list[Entitlement]:
        """The township corrects the accounts that can be corrected; what may be paid again."""
        codes = {failure.township: failure for failure in self.failures if failure.corrected}
        desks = {desk.township.pk: desk for desk in self.office.desks}
        mended = []
        for row in batch.instructions.filter(state__in=FAILED).select_related("entitlement__household", "township"):
            failure = codes.get(row.township.code)
            if failure is not None and failure.code == row.failure_code:
                self._correct(row, desks[row.township_id], on)
                mended.append(row.entitlement)
        return mended

    def _correct(self, row: object, desk: Desk, on: date) -> None:
        household = row.entitlement.household
        used = household.accounts.select_related("holder").get(state=AccountState.APPROVED)
        entry = AccountEntry(used.payee_kind, 0, used.bank_name, account_number(CORRECTED_SERIALS + household.pk))
        account = propose_account(household, entry=entry, holder=used.holder, acting_user=desk.worker, on=on)
        approve_account(account, acting_user=desk.leader, on=on)
