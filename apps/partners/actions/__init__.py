"""What can be done between this office and other bureaus."""

from apps.partners.actions.hearing import receive_alert, receive_lead, settle_alert
from apps.partners.actions.referrals import (
    accept_referral,
    fetch_referral,
    finish_referral,
    refer,
    refuse_referral,
    take_back_referral,
)
from apps.partners.actions.webhooks import (
    approve_webhook,
    drop_delivery,
    propose_webhook,
    resend_delivery,
    stop_webhook,
)

__all__ = [
    "accept_referral",
    "approve_webhook",
    "drop_delivery",
    "fetch_referral",
    "finish_referral",
    "propose_webhook",
    "receive_alert",
    "receive_lead",
    "refer",
    "refuse_referral",
    "resend_delivery",
    "settle_alert",
    "stop_webhook",
    "take_back_referral",
]
