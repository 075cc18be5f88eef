"""What is still owed to the dead goes to an heir when nobody of the family is left to receive it."""

from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.households.actions.accounts import put_forward
from apps.households.actions.persons import person_of
from apps.households.facts import last_of
from apps.households.family import HeirEntry
from apps.households.models import AccountState, BankAccount, Household, PayeeKind, Person


def enter_heir(household: Household, *, entry: HeirEntry, acting_user: User, on: date) -> BankAccount:
    """Propose who receives what was owed up to the month of the last death; a part of the act that keeps the papers.

    Refused("payee_lives"), ("somebody_left"), ("nobody_died"), ("name_differs"), ("heir_died"), ("own_heir"),
    ("reason_needed").
    """
    require(acting_user, Verb.PROPOSE_HEIR, on=on, area=household.township)
    ground = said(entry.ground, field="ground", ask="请写明由谁、凭什么代领。")
    with act(Verb.PROPOSE_ACCOUNT, acting_user=acting_user, on=on, subject=household):
        household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        dead = dead_without_family(household)
        account = BankAccount(
            household=household,
            holder=_heir(entry, dead),
            payee_kind=PayeeKind.HEIR,
            heir_of=dead,
            heir_relation=entry.relation,
            heir_proof=entry.proof,
            heir_ground=ground,
            owed_through=dead.died_on.replace(day=1),
            bank_name=entry.bank_name,
            proposed_by=acting_user,
            proposed_on=on,
        )
        account.set_number(entry.account)
        put_forward(account)
        return account


def dead_without_family(household: Household) -> Person:
    """Who died last of a family in which nobody is left; otherwise Refused with what to do instead."""
    used = household.accounts.filter(state=AccountState.APPROVED).select_related("holder").first()
    if used is not None and used.payee_kind != PayeeKind.HEIR and used.holder.died_on is None:
        raise Refused("payee_lives", f"收款人{used.holder.name}没有登记死亡，待发款仍发给收款人，不能由遗属代领。")
    if left := household.memberships.filter(until=None, person__died_on=None).select_related("person").first():
        raise Refused("somebody_left", f"家里还有{left.person.name}，请改为更换收款账户，由家里人收款。")
    if (dead := last_of(household)) is None:
        raise Refused("nobody_died", "这一家没有登记过死亡，先登记死亡，才能由遗属代领。")
    return dead


def _heir(entry: HeirEntry, dead: Person) -> Person:
    person = person_of(entry.number, name=entry.name.strip())
    if person.pk == dead.pk:
        raise Refused("own_heir", "这是已故人员本人的身份证号，请填代领人的。", field="id_number")
    if person.died_on is not None:
        raise Refused("heir_died", "这个身份证号的本人已登记死亡，请另找代领人。", field="id_number")
    if person.name != entry.name.strip():
        raise Refused("name_differs", "系统里这个身份证号登记的是另一个姓名，请对照身份证核对。", field="name")
    return person
