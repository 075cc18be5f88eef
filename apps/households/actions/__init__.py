"""What can be done to the family's file."""

from apps.households.actions.accounts import approve_account, propose_account, reject_account
from apps.households.actions.family import declare, open_household
from apps.households.actions.persons import reveal

__all__ = [
    "approve_account",
    "declare",
    "open_household",
    "propose_account",
    "reject_account",
    "reveal",
]
