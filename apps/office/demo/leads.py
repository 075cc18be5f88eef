"""Families that a village assistant noticed: at each point a lead can be at."""

from datetime import date

from apps.applications.actions import close_lead, contact_lead, report_lead
from apps.applications.models import LeadResult, LeadSource
from apps.office.demo.accounts import VILLAGES
from apps.office.demo.office import Desk, Life, Office

# When, who, how one knows, where they live, and in what need; invented like everybody here.
NOTICED = (
    (
        date(2024, 5, 6),
        "曲德福",
        LeadSource.NEIGHBOUR,
        "红砖房第二排东头",
        "老两口靠儿子寄钱，儿子今年没有回来，冬煤还欠着。",
    ),
    (date(2024, 5, 13), "姜秀兰", LeadSource.VISIT, "供销社后院平房", "独居，摔伤后下不了地，邻居送饭。"),
    (date(2024, 5, 16), "佟铁柱", LeadSource.VISIT, "", "做完手术在家，停工三个月，孩子上高中。"),
    (
        date(2024, 5, 17),
        "崔玉莲",
        LeadSource.SELF,
        "2 号楼 3 单元 201",
        "丈夫去世，带两个孩子租房住，问能不能申请低保。",
    ),
)


def leads(office: Office, desk: Desk) -> list[Life]:
    """Reported by the assistant: one closed, one late, one spoken to, one new."""
    return [_noticed(office, desk, *told) for told in NOTICED]


def _noticed(office: Office, desk: Desk, on: date, name: str, source: LeadSource, home: str, need: str) -> Life:
    username, _, _, code = VILLAGES[0]
    village = next(village for village in desk.villages if village.code.startswith(code))
    yield on
    told = {"name": name, "address": home, "circumstances": need, "source": source}
    lead = report_lead(village, **told, acting_user=office.users[username], on=on)
    if name == NOTICED[0][1]:
        yield date(2024, 5, 8)
        note = "入户核实，儿子已恢复汇款，生活没有困难。"
        close_lead(lead, result=LeadResult.NOT_IN_NEED, note=note, acting_user=desk.worker, on=date(2024, 5, 8))
    elif name == NOTICED[2][1]:
        yield date(2024, 5, 20)
        contact_lead(lead, note="电话联系，周内带材料来申请。", acting_user=desk.worker, on=date(2024, 5, 20))
