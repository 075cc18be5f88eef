"""The officials of the demo office: the desks of the main township and the bureau, and four more townships."""

from datetime import date

from apps.accounts.actions import appoint, create_user
from apps.accounts.models import Area, User
from apps.accounts.roles import Role

PASSWORD = "jiaohe-demo-2026"  # noqa: S105 - printed at the start of every demo
COUNTY = "220281"
IN_OFFICE_SINCE = date(2021, 11, 1)

# The first township is the one of the accounts that the README names.
TOWNSHIPS = ("220281100", "220281001", "220281105", "220281200", "220281005")

BUREAU = (
    ("reviewer", "孙丽华", Role.REVIEWER),
    # A case that comes back after a complaint is decided by somebody else.
    ("reviewer2", "杨振东", Role.REVIEWER),
    ("bureau_chief", "周明远", Role.BUREAU_CHIEF),
    ("payments_maker", "吴静", Role.PAYMENTS_MAKER),
    ("payments_checker", "郑海涛", Role.PAYMENTS_CHECKER),
    ("auditor", "冯雪", Role.AUDITOR),
    ("system_admin", "陈立新", Role.SYSTEM_ADMIN),
    ("security_admin", "许建国", Role.SECURITY_ADMIN),
)
CASEWORKERS = ("李晓梅", "王志强", "刘春红", "金明哲", "张晓东")
# A second leader of the first township: where confirmation is delegated, a third person confirms.
DEPUTY = ("township_deputy", "孟祥玉", Role.TOWNSHIP_LEADER, TOWNSHIPS[0])
LEADERS = ("赵国栋", "钱永福", "宋建军", "朴成浩", "何秀英")
VILLAGES = (("assistant", "高玉兰", Role.ASSISTANT, "220281100001"),)


def demo_accounts() -> list[tuple[str, str, Role, str]]:
    """User name, name, role and area code of everybody."""
    found = [(username, name, role, COUNTY) for username, name, role in BUREAU]
    for number, (code, worker, leader) in enumerate(zip(TOWNSHIPS, CASEWORKERS, LEADERS, strict=True), start=1):
        ending = "" if number == 1 else str(number)
        found.append((f"caseworker{ending}", worker, Role.CASEWORKER, code))
        found.append((f"township_leader{ending}", leader, Role.TOWNSHIP_LEADER, code))
    return [*found, DEPUTY, *VILLAGES]


def open_accounts(*, acting_user: User) -> None:
    """Open the accounts and appoint everybody, as of the day the rules came into force."""
    areas = {area.code: area for area in Area.objects.all()}
    on = IN_OFFICE_SINCE
    for username, name, role, code in demo_accounts():
        user = create_user(username, name=name, password=PASSWORD, one_time=False, acting_user=acting_user, on=on)
        appoint(user, area=areas[code], role=role, since=on, acting_user=acting_user, on=on)
