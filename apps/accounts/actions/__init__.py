"""What can be done to areas, accounts and postings."""

from apps.accounts.actions.areas import load_areas
from apps.accounts.actions.postings import appoint, deputise, end_posting, move_posting
from apps.accounts.actions.users import (
    change_password,
    create_user,
    reset_lockout,
    reset_password,
    switch_off,
    switch_on,
)
from apps.accounts.models import SYSTEM

__all__ = [
    "SYSTEM",
    "appoint",
    "change_password",
    "create_user",
    "deputise",
    "end_posting",
    "load_areas",
    "move_posting",
    "reset_lockout",
    "reset_password",
    "switch_off",
    "switch_on",
]
