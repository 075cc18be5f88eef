"""The month's work as messages: ids only, every one may be lost or come twice."""

from celery import shared_task
from django.utils import timezone

from apps.accounts.models import User
from apps.awards import actions
from apps.awards.models import Chunk, MonthRun, WhatIfChunk
from apps.core import clock, doorbell

# As many as all workers finish well within the time after which a chunk counts as lost on the way.
AT_ONCE = 2000


@shared_task(name="awards.dispatch_chunks")
def dispatch_chunks() -> None:
    """Send the portions that wait: of months first, of rehearsals after them; close months whose last one is done.

    Looks at how things stand, never at a window of time: whatever was missed, however long ago, is found here.
    """
    now = timezone.now()
    for run_id in MonthRun.objects.worked_through().values_list("pk", flat=True):
        actions.finish_if_complete(run_id, acting_user=User.objects.system(), on=clock.today())
    doorbell.ring_each("awards.calculate_chunk", Chunk.objects.claim_due(now, limit=AT_ONCE))
    doorbell.ring_each("awards.rehearse_chunk", WhatIfChunk.objects.claim_due(now, limit=AT_ONCE))


@shared_task(name="awards.calculate_chunk")
def calculate_chunk(chunk_id: int) -> None:
    """Calculate one chunk, and close the month when it was the last; a doubled message costs one statement."""
    run_id = Chunk.objects.free(chunk_id)
    if run_id is None:
        return
    system, today = User.objects.system(), clock.today()
    if actions.calculate_chunk(chunk_id, acting_user=system, on=today):
        actions.finish_if_complete(run_id, acting_user=system, on=today)
    else:
        # Divided or given up: what is to be done now need not wait for the schedule.
        doorbell.ring("awards.dispatch_chunks")


@shared_task(name="awards.rehearse_chunk")
def rehearse_chunk(chunk_id: int) -> None:
    """Work on one portion of a rehearsal, and add everything up when it was the last."""
    system, today = User.objects.system(), clock.today()
    actions.rehearse_chunk(chunk_id, acting_user=system, on=today)
    what_if_id = WhatIfChunk.objects.filter(pk=chunk_id).values_list("what_if", flat=True).first()
    if what_if_id is not None:
        actions.finish_what_if(what_if_id, acting_user=system, on=today)
