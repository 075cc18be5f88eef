"""What can be done to take a register over."""

from apps.takeover.actions.parallel import compare_roll, upload_roll
from apps.takeover.actions.uploads import approve_register, check_register, reject_register, upload_register
from apps.takeover.actions.writing import import_register

__all__ = [
    "approve_register",
    "check_register",
    "compare_roll",
    "import_register",
    "reject_register",
    "upload_register",
    "upload_roll",
]
