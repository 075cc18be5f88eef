"""Registers handed in, the families taken over from them, and paid months compared with the rules."""

from apps.takeover.models.parallel import ParallelLine, ParallelMonth
from apps.takeover.models.upload import RegisterUpload, TakenHousehold

__all__ = ["ParallelLine", "ParallelMonth", "RegisterUpload", "TakenHousehold"]
