"""Frozen months and their figures."""

from apps.reports.models.figure import Figure, PartFigure
from apps.reports.models.frozen import FrozenMonth

__all__ = ["Figure", "FrozenMonth", "PartFigure"]
