"""The words of awards and months."""

from django.db import models

from apps.eligibility.policy.enums import Scheme as PolicyScheme

SCHEMES = [(scheme.value, scheme.label) for scheme in PolicyScheme]


class DecisionKind(models.TextChoices):
    """What a decision did to what a family receives."""

    START = "START", "起发"
    CHANGE = "CHANGE", "调整"
    PHASE_OUT = "PHASE_OUT", "转入渐退"
    KEEP = "KEEP", "维持"
    STOP = "STOP", "停发"
    RECOGNISE = "RECOGNISE", "认定"
    SUSPEND = "SUSPEND", "暂停"
    RESUME = "RESUME", "恢复"
    REVOKE = "REVOKE", "撤销"
    DEATH = "DEATH", "死亡终止"
    EXIT = "EXIT", "自愿退出"
    END = "END", "终止供养"
    MERGE = "MERGE", "并户终止"


# Decisions after which a family (or one person) no longer receives what it did.
LEFT = (DecisionKind.STOP, DecisionKind.EXIT, DecisionKind.REVOKE, DecisionKind.DEATH, DecisionKind.END)


class AwardState(models.TextChoices):
    """RUNNING until a decision ends it; a 渐退 that has run its course stays RUNNING with a last month."""

    RUNNING = "RUNNING", "在享"
    ENDED = "ENDED", "已终止"


class RunState(models.TextChoices):
    """How far the work on one month is."""

    CALCULATING = "CALCULATING", "核定中"
    CALCULATED = "CALCULATED", "待确认"
    CONFIRMED = "CONFIRMED", "已确认"
    SEALED = "SEALED", "已封存"
    VOID = "VOID", "已作废"


class ChunkState(models.TextChoices):
    """One portion of a month's calculation."""

    PENDING = "PENDING", "待核定"
    DONE = "DONE", "已完成"
    QUARANTINED = "QUARANTINED", "已搁置"


class Cause(models.TextChoices):
    """Why a unit was set aside from a month."""

    PARAMETER = "PARAMETER", "缺少政策参数"
    FACTS = "FACTS", "资料读不出来"
    DEFECT = "DEFECT", "计算出错"
    CRASH = "CRASH", "核定中断"
    HELD = "HELD", "人工留核"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _REMEDIES[self]


_LATER = "来不及的不列入本月，以后补发。"
_REMEDIES = {
    Cause.PARAMETER: "由民政局主管补录参数、审核人核准后，作废本月重新核定：一个月只按开始时的参数核定。",
    Cause.FACTS: f"请系统管理员修复这份待遇的资料，再“重新核定”；{_LATER}",
    Cause.DEFECT: f"把户编号和原因告诉系统维护人员，修好后“重新核定”；{_LATER}",
    Cause.CRASH: f"核定它的进程每次都中断：告诉系统维护人员，查明后“重新核定”；{_LATER}",
    Cause.HELD: "查清后放行；本月不该发的不列入本月。",
}


class AsideState(models.TextChoices):
    """What became of a unit that was set aside."""

    OPEN = "OPEN", "待处理"
    RETRYING = "RETRYING", "重新核定中"
    CLEARED = "CLEARED", "已办结"
    EXCLUDED = "EXCLUDED", "不列入本月"


# What keeps a month from being confirmed.
BLOCKING = (AsideState.OPEN, AsideState.RETRYING)


class Change(models.TextChoices):
    """How a unit's line differs from its line of the month before, and why."""

    NEW = "NEW", "新增"
    UP = "UP", "复核后增加"
    DOWN = "DOWN", "复核后减少"
    PHASE_OUT = "PHASE_OUT", "转入渐退"
    PHASE_OUT_STEP = "PHASE_OUT_STEP", "渐退降档"
    BIRTHDAY = "BIRTHDAY", "年龄变化"
    STANDARD = "STANDARD", "标准调整"
    SAME = "SAME", "不变"


# Beside the kinds of change: who had a line last month, whose facts are not complete, who was held back.
STOPPED, LACKING, HELD = "STOPPED", "LACKING", "HELD"


class WhatIfState(models.TextChoices):
    """How far a rehearsal is."""

    QUEUED = "QUEUED", "排队中"
    RUNNING = "RUNNING", "测算中"
    DONE = "DONE", "已完成"
    FAILED = "FAILED", "未能完成"


class Effect(models.TextChoices):
    """What a draft does to a unit's amount."""

    GAIN = "GAIN", "增加"
    LOSE = "LOSE", "减少"
    LEAVE = "LEAVE", "降为零"
    ENTER = "ENTER", "由零恢复"
