"""The sandbox for partners' engineers: a program with well-known credentials, in the demo office only."""

from datetime import date

from apps.accounts.models import Area, User
from apps.office.demo.accounts import COUNTY
from apps.partners.actions import approve_grant, open_client, propose_grant, register_partner
from apps.partners.actions.clients import Credentials
from apps.partners.actions.grants import Wanted
from apps.partners.enums import FIELDS, PERSONAL, Bureau, Dataset, Purpose
from apps.partners.models import Client

PARTNER = "接口演示单位"
# Printed in docs/api/guide.md; where the demo is not loaded they open nothing.
CREDENTIALS = Credentials("demo-partner", "demo-partner-secret-2024", "demo-partner-signing-2024")
THIS_MACHINE = ("127.0.0.0/8", "::1/128")
BASIS = "演示授权"


def open_sandbox(*, on: date, per_minute: int = 600) -> Client:
    """A partner that may ask everything from this machine, opened as it is opened in the office: by three people."""
    admin, security, chief = (
        User.objects.get(username=name) for name in ("system_admin", "security_admin", "bureau_chief")
    )
    partner = register_partner(PARTNER, bureau=Bureau.EMPLOYMENT, contact="见接入指南", acting_user=admin, on=on)
    client, _ = open_client(
        partner, name="演示", per_minute=per_minute, credentials=CREDENTIALS, acting_user=admin, on=on
    )
    county = Area.objects.get(code__startswith=COUNTY, parent=None)
    for dataset in Dataset:
        wanted = Wanted(
            dataset=dataset,
            fields=FIELDS[dataset],
            purposes=list(Purpose) if dataset in PERSONAL else [],
            area=county,
            since=on,
            until=on.replace(year=on.year + 10),
            networks=THIS_MACHINE,
            basis=BASIS,
        )
        approve_grant(propose_grant(client, wanted=wanted, acting_user=security, on=on), acting_user=chief, on=on)
    return client
