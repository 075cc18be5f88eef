"""Persons, households and what they declared."""

from apps.households.models.account import AccountState, BankAccount, HeirProof, HeirRelation, PayeeKind
from apps.households.models.declaration import (
    Consent,
    Declaration,
    DeclaredMember,
    Deduction,
    Expense,
    FinancialAsset,
    Income,
    OtherAsset,
)
from apps.households.models.household import Household, Membership
from apps.households.models.person import Person
from apps.households.models.relocation import Relocation, RelocationState
from apps.households.models.supporters import Obligor, SelfCare, SelfCareTask
from apps.households.models.work import WorkRefusal

__all__ = [
    "AccountState",
    "BankAccount",
    "Consent",
    "Declaration",
    "DeclaredMember",
    "Deduction",
    "Expense",
    "FinancialAsset",
    "HeirProof",
    "HeirRelation",
    "Household",
    "Income",
    "Membership",
    "Obligor",
    "OtherAsset",
    "PayeeKind",
    "Person",
    "Relocation",
    "RelocationState",
    "SelfCare",
    "SelfCareTask",
    "WorkRefusal",
]
