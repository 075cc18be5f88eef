"""What can be done to the family's file."""

from apps.households.actions.accounts import approve_account, propose_account, reject_account
from apps.households.actions.declaring import declare
from apps.households.actions.family import open_household, update_household
from apps.households.actions.heirs import dead_without_family, enter_heir
from apps.households.actions.persons import reveal
from apps.households.actions.regrouping import join_into, split_off
from apps.households.actions.work import record_work_refusal

__all__ = [
    "approve_account",
    "dead_without_family",
    "declare",
    "enter_heir",
    "join_into",
    "open_household",
    "propose_account",
    "record_work_refusal",
    "reject_account",
    "reveal",
    "split_off",
    "update_household",
]
