"""家庭成员: one row a person."""

from typing import Any

from django import forms

from apps.applications.forms.intake.base import Row, words
from apps.applications.forms.intake.fields import CertificateField, IdNumberField
from apps.applications.models import Applied
from apps.core.crypto import blind_index
from apps.eligibility.policy.clause import applying
from apps.eligibility.policy.enums import DisabilityCategory, MemberStatus, Relation, Student
from apps.eligibility.policy.facts import Disability, Member
from apps.eligibility.policy.household import ADULT
from apps.eligibility.policy.tekun import has_no_labour_capacity
from apps.households.family import MemberEntry
from apps.households.idnumber import CATEGORY_BY_CODE, Certificate, NotAnIdNumber, Sex, read, read_certificate
from apps.households.models import Person
from apps.households.models.person import ID_NUMBER

TOGETHER, APART = "TOGETHER", "APART"
KEEP, GONE = "KEEP", "GONE"

# Who in the household is bound to support whom, by their relations to the head.
_KIN: dict[str, tuple[Relation, ...]] = {
    Relation.HEAD: (Relation.SPOUSE, Relation.CHILD, Relation.PARENT),
    Relation.SPOUSE: (Relation.HEAD, Relation.CHILD),
    Relation.CHILD: (Relation.HEAD, Relation.SPOUSE),
    Relation.PARENT: (Relation.HEAD,),
}


class MemberRow(Row):
    """A member: who, how related, and what the rules look at.

    In a review a member on file carries ``person`` (kept by the server) instead of number and name.
    """

    letter, noun = "m", "成员"
    starting = {"residence": TOGETHER, "relation": Relation.HEAD.value}
    short = {"relation": "关系"}
    kept = ("person", "on_file", "found")

    number = IdNumberField(label="身份证号", max_length=24)
    name = forms.CharField(label="姓名", max_length=60)
    relation = forms.ChoiceField(label="与户主关系", choices=words(Relation))
    residence = forms.ChoiceField(label="居住", choices=[(TOGETHER, "长期同住"), (APART, "不同住")], required=False)
    student = forms.ChoiceField(label="全日制在读", choices=[("", "不在读"), *words(Student)[1:]], required=False)
    certificate = CertificateField(label="残疾证号", max_length=30, required=False)
    disability = forms.ChoiceField(label="残疾（在档）", required=False)
    ill = forms.BooleanField(label="经认定的重病患者", required=False)
    dependent = forms.BooleanField(label="不能独立生活", required=False)
    status = forms.ChoiceField(label="服刑等情形", choices=[("", "没有"), *words(MemberStatus)[1:]], required=False)
    was_tekun = forms.BooleanField(label="满 18 周岁前已享特困供养", required=False)

    def __init__(self, typed: Any, **kwargs: Any) -> None:
        super().__init__(typed, **kwargs)
        self.person = self._on_file()
        self.on_file = _disability(self.typed.get("on_file", ""))
        self.twin_of = ""
        self.fields["number"].on = self.setting.on  # type: ignore[attr-defined]
        self.fields["number"].widget.attrs |= {"inputmode": "text", "data-idnumber": "", "spellcheck": "false"}
        if self.typed.get("person"):
            del self.fields["number"], self.fields["name"]
        if self.on_file:
            category, grade = self.on_file
            keeps = f"{category.label} {grade} 级，有效"
            self.fields["disability"].choices = [(KEEP, keeps), (GONE, "已注销或失效")]  # type: ignore[attr-defined]
        else:
            del self.fields["disability"]

    @classmethod
    def read(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A disability certificate typed for the identity number says both."""
        try:
            certificate = read_certificate(values.get("number", ""))
        except NotAnIdNumber:
            return values
        return {"certificate": values["number"]} | values | {"number": certificate.id_number}

    def _on_file(self) -> Person | None:
        known = self.typed.get("person", "")
        return self.setting.people.get(int(known)) if known.isdigit() else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        certificate = given.get("certificate")
        if certificate and not self._is_own(certificate):
            self.add_error("certificate", "残疾证号的前 18 位与这个人的身份证号不一致，请核对是不是本人的证。")
        if self.typed.get("person") and self.person is None:
            self.add_error(None, "这个人不在本家庭的档案里，请删去这一行，按身份证号重新添加。")
        if self.twin_of:
            self.add_error("number", f"与{self.twin_of}的身份证号相同，每人只填一行。")
        return given

    def _is_own(self, certificate: Certificate) -> bool:
        if self.typed.get("person"):
            index = blind_index(certificate.id_number, column=ID_NUMBER)
            return self.person is not None and bytes(self.person.id_number_index) == index
        number = self.cleaned_data.get("number")
        return number is None or number.text == certificate.id_number

    @property
    def number_text(self) -> str:
        """The whole identity number once it is valid, else nothing."""
        try:
            return read(self.typed.get("number", ""), on=self.setting.on).text
        except NotAnIdNumber:
            return ""

    @property
    def born(self) -> Any:
        """Birth date, from file or number."""
        if self.person:
            return self.person.birth_date
        return read(self.number_text, on=self.setting.on).birth_date if self.number_text else None

    @property
    def sex(self) -> str:
        """男 or 女, from file or number."""
        if self.person:
            return str(self.person.get_sex_display())
        return str(read(self.number_text, on=self.setting.on).sex.label) if self.number_text else ""

    @property
    def age(self) -> int | None:
        """Whole years today."""
        if self.born is None:
            return None
        return Person(birth_date=self.born, sex=Sex.MALE).age_on(self.setting.on)

    @property
    def mask(self) -> str:
        """The identity number as it may be shown."""
        if self.person:
            return self.person.id_number_mask
        return self.fields["number"].mask(self.typed.get("number", "")) or "" if "number" in self.fields else ""

    @property
    def name_text(self) -> str:
        """The name typed, or on file."""
        return self.person.name if self.person else self.typed.get("name", "").strip()

    @property
    def label(self) -> str:
        return self.name_text or self.relation_label or super().label

    @property
    def tags(self) -> list[str]:
        """What is particular about this person, in a few words."""
        student = dict(words(Student)).get(self.typed.get("student") or "-", "")
        told = [
            student,
            "重病" if self.typed.get("ill") else "",
            "不同住" if self.typed.get("residence") == APART else "",
        ]
        if disability := self.impairment():
            told.insert(1, f"{disability[0].label}残疾 {disability[1]} 级")
        if self.typed.get("dependent"):
            told.append("不能独立生活")
        if status := self.typed.get("status"):
            told.append(dict(words(MemberStatus)).get(status, ""))
        return [word for word in told if word]

    @property
    def relation_label(self) -> str:
        """户主, 配偶 …"""
        return dict(words(Relation)).get(self.typed.get("relation") or "-", "")

    @property
    def wants_more(self) -> bool:
        """Whether something in the folded part needs eyes."""
        return any(
            self.cells[name]["error"]
            for name in ("residence", "student", "certificate", "status")
            if name in self.cells
        )

    def impairment(self) -> tuple[DisabilityCategory, int] | None:
        """Category and grade: of the certificate typed, else what is on file and still valid."""
        if self.is_bound and self.is_valid() and (certificate := self.cleaned_data.get("certificate")):
            return CATEGORY_BY_CODE[certificate.category_code], certificate.grade
        return self.on_file if self.typed.get("disability", KEEP) != GONE else None

    def hint(self, name: str) -> str:
        if name == "number" and self.born:
            impaired = self.impairment()
            told = f"，{impaired[0].label}残疾 {impaired[1]} 级" if impaired else ""
            return f"{self.sex}，{self.born:%Y年%-m月%-d日}出生，{self.age} 周岁{told}"
        if name == "certificate" and self.typed.get("certificate") and (disability := self.impairment()):
            return f"{disability[0].label}残疾 {disability[1]} 级"
        return ""

    @property
    def found(self) -> dict[str, str]:
        """What the look-up said of this number."""
        found = self.typed.get("found") or {}
        return found if found.get("for") == self.number_text else {}

    def entry(self, phone: str = "") -> MemberEntry:
        """The member for rules and file; only of a filled row."""
        given = self.cleaned_data
        return MemberEntry(
            name=self.person.name if self.person else given["name"].strip(),
            birth_date=self.born,
            relation=Relation(given["relation"]),
            number=None if self.person else given["number"],
            person_id=self.person.pk if self.person else None,
            phone=phone,
            coresident=given["residence"] != APART,
            cannot_live_independently=given["dependent"],
            student=Student(given["student"]) if given["student"] else None,
            disability=self.impairment(),
            serious_illness=given["ill"],
            status=self.away,
            was_tekun=given["was_tekun"],
        )

    @property
    def away(self) -> MemberStatus | None:
        """Why this person is never counted."""
        chosen = self.typed.get("status", "")
        return MemberStatus(chosen) if chosen in set(MemberStatus) else None

    @property
    def has_no_strength(self) -> bool:
        """Without labour capacity, as 特困 understands it."""
        if self.born is None or self.age is None:
            return False
        return applying(self.setting.on, has_no_labour_capacity, self._for_rules(), self.age)

    def could_be_tekun(self, others: "list[MemberRow]") -> bool:
        """No strength to work, and nobody of the own kin here who has; who asks for 特困 is always asked."""
        if self.away or not self.has_no_strength:
            return False
        kin = _KIN.get(self.typed.get("relation", ""), ())
        helped = any(other.typed.get("relation") in kin and not other.has_no_strength for other in others if other.born)
        return self.setting.scheme == Applied.TEKUN or not helped

    def _for_rules(self) -> Member:
        impairment, student = self.impairment(), self.typed.get("student", "")
        return Member(
            ref=self.label,
            birth_date=self.born,
            relation=Relation.OTHER,
            full_time_student=Student(student) if student in set(Student) else None,
            disability=Disability(*impairment) if impairment else None,
            was_tekun=bool(self.typed.get("was_tekun")),
        )

    @property
    def signs(self) -> bool:
        """Whether the authorisation needs this person's own signature beside the head's."""
        is_head = self.typed.get("relation") == Relation.HEAD
        return not is_head and self.age is not None and self.age >= ADULT and not self.away


def _disability(text: str) -> tuple[DisabilityCategory, int] | None:
    category, _, grade = text.partition("-")
    return (DisabilityCategory(category), int(grade)) if grade else None
