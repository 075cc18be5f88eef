"""What the office does by itself as its day moves on."""

from celery import shared_task

from apps.accounts.models import User
from apps.applications.actions import escalate_overdue, recount_deadlines
from apps.core import clock
from apps.office.actions import take_down_due_notices


@shared_task(name="office.due_today")
def due_today() -> None:
    """Whatever fell due by today and is not done yet; may run late, twice or beside itself."""
    system, today = User.objects.system(), clock.today()
    take_down_due_notices(acting_user=system, on=today)
    escalate_overdue(acting_user=system, on=today)


@shared_task(name="office.recount")
def recount() -> None:
    """Once an hour: a year whose calendar has come with an update has its deadlines counted by it."""
    recount_deadlines(acting_user=User.objects.system(), on=clock.today())
