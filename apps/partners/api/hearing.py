"""What a bureau tells this office: somebody in need, or what happened to somebody on file."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.partners import actions
from apps.partners.api.questions import IdNumberField, LinesField, OneOf, Question, RemarkField, TextField
from apps.partners.api.writing import PartnerWrite
from apps.partners.enums import Bureau, Dataset
from apps.partners.models import AlertKind


class LeadQuestion(Question):
    """Who may need help, and why."""

    village = serializers.RegexField(
        "^[0-9]{12}$",
        help_text="村（社区）区划代码，12 位",
        error_messages={"invalid": "须是村（社区）的 12 位区划代码。"},
    )
    name = TextField(max_length=60, help_text="姓名或称呼")
    phone = serializers.RegexField(
        r"^[0-9-]{0,20}$",
        default="",
        allow_blank=True,
        help_text="联系电话，只有数字和 -",
        error_messages={"invalid": "联系电话只能有数字和 -，最多 20 位。"},
    )
    circumstances = LinesField(max_length=1000, help_text="遇到什么困难")


class LeadAnswer(serializers.Serializer):
    """Under which number it is looked into, and by when."""

    id = serializers.UUIDField(help_text="线索的编号")
    contact_by = serializers.DateField(help_text="乡镇（街道）最迟联系日期")


class Leads(PartnerWrite):
    """Somebody in need found by a partner."""

    dataset = Dataset.LEADS

    @extend_schema(operation_id="lead", summary="上报线索", request=LeadQuestion, responses={201: LeadAnswer})
    def post(self, request: Request) -> Response:
        """Name somebody who may need help; the township speaks to the family within its days."""
        return self.done_once(request)

    def write(self, request: Request, **kwargs: Any) -> tuple[int, Any]:
        """A lead like any other."""
        asked, client = self.asked(LeadQuestion), self.access.client
        lead = actions.receive_named_lead(
            self.access, bureau=Bureau(client.partner.bureau), acting_user=client.user, on=self.today, **asked
        )
        return 201, {"id": str(lead.uuid), "contact_by": lead.due.isoformat()}


class AlertQuestion(Question):
    """What happened to whom; number and name must belong together."""

    reference = TextField(max_length=80, help_text="本单位的编号：同一编号只算一次")
    kind = OneOf(AlertKind.choices, help_text="发生了什么")
    id_number = IdNumberField(help_text="身份证号，18 位")
    name = TextField(max_length=60, help_text="姓名，须与身份证号相符")
    happened_on = serializers.DateField(
        required=False, allow_null=True, help_text="哪天发生的，不晚于今天；不知道就不填"
    )
    text = RemarkField(help_text="补充说明")


class AlertAnswer(serializers.Serializer):
    """The same for everybody, known here or not."""

    received = serializers.BooleanField(help_text="总是 true，在不在册都一样")


class Alerts(PartnerWrite):
    """Deaths and whatever else other bureaus learn first."""

    dataset = Dataset.ALERTS

    @extend_schema(operation_id="alert", summary="提示情况", request=AlertQuestion, responses={202: AlertAnswer})
    def post(self, request: Request) -> Response:
        """Say what happened to somebody; a caseworker looks into it, nothing is stopped by itself."""
        return self.done_once(request)

    def write(self, request: Request, **kwargs: Any) -> tuple[int, Any]:
        """The same answer for whoever is on no file here."""
        asked, client = self.asked(AlertQuestion), self.access.client
        told = actions.Told(asked["reference"], AlertKind(asked["kind"]), asked.get("happened_on"), asked["text"])
        who = {"id_number": asked["id_number"], "name": asked["name"]}
        bureau = Bureau(client.partner.bureau)
        actions.hear_alert(self.access, bureau=bureau, told=told, **who, acting_user=client.user, on=self.today)
        return 202, {"received": True}
