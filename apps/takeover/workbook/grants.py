"""What the old register pays a family, read from its lines."""

from dataclasses import dataclass
from datetime import date

from apps.awards.actions.decisions import OF_ONE_PERSON
from apps.core.month import Month
from apps.eligibility.policy.enums import PartKind, Scheme
from apps.takeover.register.entry import BasePart, Grant
from apps.takeover.workbook.gathering import Gathered, Gathering
from apps.takeover.workbook.layout import BASES, GRANTS
from apps.takeover.workbook.reading import Line

# The day from which the rules have all their values.
RULES_BEGIN = date(2021, 11, 1)
MOST_FAILURES = 6
_OF_SCHEME = {
    Scheme.TEKUN: ("support", "failures"),
    Scheme.DIBAO_PHASE_OUT: ("start", "months", "used"),
}


@dataclass
class Reader:
    """Reads the grants of one family."""

    gathering: Gathering
    told: Gathered
    first_month: Month

    def grants(self) -> tuple[Grant, ...]:
        """All of them; faults are told."""
        lines = self.told.of(GRANTS)
        if not lines:
            self.gathering.wrong(
                self.told, GRANTS, self.told.line, "family", "没有这一户的待遇：只接管在享待遇的家庭。"
            )
        self._together(lines)
        grants = [grant for line in lines if line.whole and (grant := self._grant(line)) is not None]
        if self.told.of(BASES) and not any(grant.scheme is Scheme.DIBAO_PHASE_OUT for grant in grants):
            self.gathering.wrong(
                self.told, BASES, self.told.of(BASES)[0], "kind", "这一户没有渐退待遇，不应填渐退基数。"
            )
        return tuple(grants)

    def _wrong(self, line: Line, key: str, says: str) -> None:
        self.gathering.wrong(self.told, GRANTS, line, key, says)

    def _together(self, lines: list[Line]) -> None:
        """One benefit of the household at most, one of a person at most, 单人户 only where the household has none."""
        seen: dict[str, Line] = {}
        for line in lines:
            scheme = line["scheme"]
            unit = line["number"] if scheme in OF_ONE_PERSON else ""
            if unit in seen:
                self._wrong(line, "scheme", f"与第 {seen[unit].number} 行重复：同一户（人）只能有一份待遇。")
            elif unit is not None:
                seen[unit] = line
        if "" in seen:
            for line in lines:
                if line["scheme"] is Scheme.DIBAO_SINGLE:
                    self._wrong(line, "scheme", f"这一户整户在享（第 {seen[''].number} 行），不能再有单人户。")

    def _grant(self, line: Line) -> Grant | None:
        scheme, number = line["scheme"], line["number"]
        self._plausible(line)
        for other, keys in _OF_SCHEME.items():
            for key in keys:
                if other is not scheme and line[key] is not None:
                    self._wrong(line, key, f"只有{other.label}才填这一列。")
        if scheme in OF_ONE_PERSON:
            if number is None:
                self._wrong(line, "number", f"{scheme.label}须填写发给谁。")
                return None
            place = self.told.place(number)
            return None if place is None else self._of_one(line, place)
        if number is not None:
            self._wrong(line, "number", f"{scheme.label}发给整户，不填身份证号。")
        return self._phase_out(line) if scheme is Scheme.DIBAO_PHASE_OUT else Grant(scheme, line["decided_on"])

    def _plausible(self, line: Line) -> None:
        decided_on = line["decided_on"]
        if decided_on < RULES_BEGIN:
            self._wrong(line, "decided_on", f"早于现行规则（{RULES_BEGIN}），请填最近一次复核的日期。")
        if Month.of(decided_on) >= self.first_month:
            self._wrong(line, "decided_on", f"须早于首个发放月份（{self.first_month.label()}）：待遇自决定的次月起发。")

    def _of_one(self, line: Line, place: int) -> Grant:
        failures = line["failures"]
        if line["scheme"] is Scheme.DIBAO_SINGLE:
            return Grant(Scheme.DIBAO_SINGLE, line["decided_on"], place)
        if line["support"] is None:
            self._wrong(line, "support", "特困须填写供养方式。")
            return Grant(Scheme.TEKUN, line["decided_on"], place)
        if failures is not None and failures > MOST_FAILURES:
            self._wrong(line, "failures", "六项日常活动，最多6项。")
        return Grant(Scheme.TEKUN, line["decided_on"], place, line["support"], failures)

    def _phase_out(self, line: Line) -> Grant | None:
        start, months, used = line["start"], line["months"], line["used"]
        if months is None or (start is None and used is None):
            self._wrong(line, "months" if months is None else "used", "渐退须填渐退月数，以及渐退首月或已用月数。")
            return None
        # Months count from the first 渐退 month on; of one that was interrupted, by the months used.
        used = self.first_month - start if used is None else used
        if used > months:
            self._wrong(line, "used", f"已用 {used} 个月，超过准予的 {months} 个月。")
        elif used == months:
            self._wrong(line, "used", f"{months} 个月已经用完，不应再接管为渐退。")
        elif used < 0:
            self._wrong(line, "start", "渐退首月晚于首个发放月份，请核对。")
        counted_from = self.first_month - used
        if start is not None and start > counted_from:
            self._wrong(line, "used", "已用月数多于渐退首月至今的月数，请核对。")
        base = self._base(line)
        return Grant(
            Scheme.DIBAO_PHASE_OUT,
            line["decided_on"],
            base=base,
            phase_out_from=counted_from,
            phase_out_months=months,
        )

    def _base(self, grant: Line) -> tuple[BasePart, ...]:
        parts, seen = [], set()
        for line in self.told.of(BASES):
            kind, number = line["kind"], line["number"]
            if not line.whole:
                continue
            if (kind is PartKind.GAP) != (number is None):
                says = "差额是整户的，不填身份证号。" if kind is PartKind.GAP else "增发须填写是谁的。"
                self.gathering.wrong(self.told, BASES, line, "number", says)
            if number in seen:
                self.gathering.wrong(self.told, BASES, line, "kind", "与前面的行重复：差额一行，每人增发一行。")
            seen.add(number)
            parts.append(BasePart(kind, line["amount"], None if number is None else self.told.place(number)))
        if None not in seen:
            self._wrong(grant, "scheme", "“渐退基数”表缺少这一户的差额。")
        return tuple(parts)
