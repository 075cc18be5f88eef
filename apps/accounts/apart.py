"""Which posts one person may not hold on the same day."""

from apps.accounts.roles import ADMINISTRATORS, Role

_APART: tuple[tuple[set[Role], set[Role], str], ...] = (
    ({Role.CASEWORKER, Role.ASSISTANT}, {Role.TOWNSHIP_LEADER}, "入户调查与签署初审意见须由两人办理"),
    ({Role.CASEWORKER, Role.ASSISTANT, Role.TOWNSHIP_LEADER}, {Role.REVIEWER}, "乡镇初审与县级确认须由两人办理"),
    ({Role.REVIEWER}, {Role.BUREAU_CHIEF}, "提出标准与核准标准须由两人办理"),
    (
        {Role.TOWNSHIP_LEADER, Role.REVIEWER},
        {Role.PAYMENTS_MAKER, Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        "核准收款账户与经办发放须由两人办理",
    ),
    ({Role.PAYMENTS_MAKER}, {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF}, "制单与复核、放行须由两人办理"),
    ({Role.PAYMENTS_CHECKER}, {Role.BUREAU_CHIEF}, "复核与放行须由两人办理"),
)


def apart(one: Role, other: Role) -> str:
    """Why one person may not hold both posts on the same day; empty when they may."""
    if one != other and {one, other} & ADMINISTRATORS:
        return "系统、安全、审计三员各司其职，不兼任其他岗位"
    return next((why for a, b, why in _APART if (one in a and other in b) or (one in b and other in a)), "")
