"""Freezing costs the same for ten lines and a thousand, and happens once however many workers try."""

from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.awards.tests import factories as f
from apps.awards.tests import register
from apps.reports.actions import freeze_figures
from apps.reports.enums import Kind
from apps.reports.models import Figure, FrozenMonth
from apps.reports.tasks import freeze_sealed as freeze_task
from apps.reports.tests import scene


@pytest.mark.parametrize("households", [10, 1_000])
def test_a_month_is_frozen_in_a_handful_of_statements_however_many_lines(db: None, households: int) -> None:
    o = f.office()
    due = register.seed(o, households)
    run = scene.sealed_month(o, scene.APRIL)
    with CaptureQueriesContext(connection) as asked:
        frozen = freeze_figures(run, acting_user=User.objects.system(), on=scene.APRIL)
    assert len(asked) <= 16, "\n".join(query["sql"][:100] for query in asked)
    figure = Figure.objects.get(frozen=frozen)
    assert (figure.households, figure.persons, figure.spending_fen) == (households, households, due)


@pytest.mark.unsound  # the month is sealed without its batch: nothing is owed for it in the ledger
def test_two_workers_freeze_a_month_once(own_database: Any) -> None:
    o = f.office()
    f.granted(o, on=scene.DECIDED)
    scene.sealed_month(o, scene.APRIL)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            freeze_task()
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)
        finally:
            connections.close_all()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert (FrozenMonth.objects.count(), Figure.objects.count()) == (1, 1)
    # The figures were committed: no later act adds to them.
    frozen, award = FrozenMonth.objects.get(), Award.objects.get()
    given = {"township": award.township, "area_kind": "RURAL", "kind": Kind.DIBAO}
    with (
        pytest.raises(DatabaseError, match="takes no more figures"),
        act(Verb.FREEZE_FIGURES, acting_user=o.chief, on=scene.MAY),
    ):
        Figure.objects.create(frozen=frozen, **given, households=1, persons=1, spending_fen=1)
