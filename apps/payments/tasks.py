"""The look back as a message: it may be lost or come twice."""

from celery import shared_task

from apps.payments.examination import look

# As many portions of families as are looked at well within a task's time; the next tick goes on.
PORTIONS = 10


@shared_task(name="payments.look_back")
def look_back() -> None:
    """Look at the families whose sealed months may differ from what is due now."""
    for _ in range(PORTIONS):
        if not look():
            return
