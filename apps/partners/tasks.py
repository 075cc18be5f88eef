"""On the clock: changes get their place, each lane with something to send is worked by a task of its own."""

from celery import shared_task
from django.utils import timezone

from apps.core import clock, doorbell
from apps.partners import relay
from apps.partners.actions.once import forget_old_calls
from apps.partners.models import Webhook

# A round of a minute, the batch of ten seconds begun in it, and a receiver that hangs for its five.
LONGEST = 100


@shared_task(name="partners.relay")
def relay_changes() -> None:
    """Publish what has committed and wake the lanes; may come late, twice or beside itself."""
    relay.publish_changes(clock.today())
    doorbell.ring_each("partners.work_lane", list(Webhook.objects.due(timezone.now()).values_list("pk", flat=True)))
    doorbell.ring_each("partners.try_out", list(Webhook.objects.trying().values_list("pk", flat=True)))


@shared_task(name="partners.work_lane", soft_time_limit=LONGEST, time_limit=LONGEST + 10)
def work_lane(webhook_id: int) -> None:
    """Send what may go to one receiver."""
    relay.work_lane(webhook_id, timezone.now())


@shared_task(name="partners.try_out")
def try_out(webhook_id: int) -> None:
    """Send one receiver the trial that was asked for."""
    relay.try_out(webhook_id, timezone.now())


@shared_task(name="partners.forget_calls")
def forget_calls() -> None:
    """Keep the tables of nonces, tokens and kept answers small."""
    forget_old_calls()
