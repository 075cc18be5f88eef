"""The words of the monthly table."""

from django.db import models

from apps.eligibility.policy.enums import PartKind


class Kind(models.TextChoices):
    """What a figure counts, at the finest grain; groups of kinds make the rows of the province's table."""

    DIBAO = "DIBAO", "低保"
    DIBAO_PHASE_OUT = "DIBAO_PHASE_OUT", "低保渐退"
    DIBAO_SINGLE = "DIBAO_SINGLE", "单人户低保"
    TEKUN = "TEKUN", "特困（未分供养方式）"
    TEKUN_DISPERSED = "TEKUN_DISPERSED", "特困分散供养"
    TEKUN_INSTITUTION = "TEKUN_INSTITUTION", "特困集中供养"
    TEMPORARY = "TEMPORARY", "临时救助"


class Group(models.TextChoices):
    """The rows of the province's table; 渐退 and 单人户 stay inside 低保 (RULES §12)."""

    DIBAO = "DIBAO", "低保"
    TEKUN = "TEKUN", "特困"


KINDS_OF: dict[str, tuple[Kind, ...]] = {
    Group.DIBAO: (Kind.DIBAO, Kind.DIBAO_PHASE_OUT, Kind.DIBAO_SINGLE),
    Group.TEKUN: (Kind.TEKUN, Kind.TEKUN_DISPERSED, Kind.TEKUN_INSTITUTION),
}

PARTS = [(part.value, part.label) for part in PartKind]


class Source(models.TextChoices):
    """Where a month's figures come from."""

    RUN = "RUN", "月度核定"
    TAKEN_OVER = "TAKEN_OVER", "接收的旧月报"
    PUBLISHED = "PUBLISHED", "公布数"
