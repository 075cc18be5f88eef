"""What can be done with other bureaus: opening their door, granting, telling, asking, hearing."""

from apps.partners.actions.certificates import propose_certificate
from apps.partners.actions.checks import deliver_check, tell_checks
from apps.partners.actions.clients import close_client, open_client, register_partner, renew_credentials
from apps.partners.actions.disclosing import disclose, tell_recipients, tell_status
from apps.partners.actions.grants import approve_grant, propose_grant, reject_grant, revoke_grant
from apps.partners.actions.hearing import (
    Told,
    hear_alert,
    receive_alert,
    receive_lead,
    receive_named_lead,
    settle_alert,
)
from apps.partners.actions.referrals import (
    accept_referral,
    fetch_referral,
    finish_referral,
    refer,
    refuse_referral,
    take_back_referral,
)
from apps.partners.actions.telling import hand_over_referrals, tell_changes
from apps.partners.actions.webhooks import (
    approve_webhook,
    drop_delivery,
    hand_over_key,
    propose_webhook,
    resend_delivery,
    stop_webhook,
    try_webhook,
)

__all__ = [
    "Told",
    "accept_referral",
    "approve_grant",
    "approve_webhook",
    "close_client",
    "deliver_check",
    "disclose",
    "drop_delivery",
    "fetch_referral",
    "finish_referral",
    "hand_over_key",
    "hand_over_referrals",
    "hear_alert",
    "open_client",
    "propose_certificate",
    "propose_grant",
    "propose_webhook",
    "receive_alert",
    "receive_lead",
    "receive_named_lead",
    "refer",
    "refuse_referral",
    "register_partner",
    "reject_grant",
    "renew_credentials",
    "resend_delivery",
    "revoke_grant",
    "settle_alert",
    "stop_webhook",
    "take_back_referral",
    "tell_changes",
    "tell_checks",
    "tell_recipients",
    "tell_status",
    "try_webhook",
]
