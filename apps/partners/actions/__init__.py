"""What can be done with partners: opening their door, granting, telling."""

from apps.partners.actions.checks import deliver_check, tell_checks
from apps.partners.actions.clients import close_client, open_client, register_partner, renew_credentials
from apps.partners.actions.disclosing import disclose, tell_recipients, tell_status
from apps.partners.actions.grants import approve_grant, propose_grant, reject_grant, revoke_grant

__all__ = [
    "approve_grant",
    "close_client",
    "deliver_check",
    "disclose",
    "open_client",
    "propose_grant",
    "register_partner",
    "reject_grant",
    "renew_credentials",
    "revoke_grant",
    "tell_checks",
    "tell_recipients",
    "tell_status",
]
