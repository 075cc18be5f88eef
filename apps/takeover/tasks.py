"""What waits is done: registers are checked and written, paid months compared. A message carries nothing."""

from celery import shared_task

from apps.accounts.models import User
from apps.core import clock
from apps.takeover import actions
from apps.takeover.enums import UploadState
from apps.takeover.models import ParallelMonth, RegisterUpload

# Twenty thousand families are written in one transaction: longer than other tasks may take.
LONGEST = 1800


@shared_task(name="takeover.work", soft_time_limit=LONGEST, time_limit=LONGEST + 60)
def work() -> None:
    """Everything that waits, oldest first; what another worker is at is passed over."""
    system, today = User.objects.system(), clock.today()
    for upload in RegisterUpload.objects.waiting().defer("content_sealed").select_related("approved_by"):
        if upload.state == UploadState.UPLOADED:
            actions.check_register(upload.pk, acting_user=system, on=today)
        elif upload.approved_by is not None:
            actions.import_register(upload.pk, acting_user=upload.approved_by, on=today)
    for pk in ParallelMonth.objects.waiting().values_list("pk", flat=True):
        actions.compare_roll(pk, acting_user=system, on=today)
