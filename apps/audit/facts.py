"""What a thing went through, from how it came about on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from apps.audit.models import Record
from apps.audit.verbs import Verb


@dataclass(frozen=True)
class Origin:
    """The act that made a thing, as its own row tells it: no record can be about what was not there yet."""

    verb: Verb
    who: str
    on: date
    note: str = ""

    @property
    def title(self) -> str:
        """The act in words."""
        return str(self.verb.label)


def course_of(subject: models.Model, reader: Any, *, made: Verb, by: Any, on: date, note: str = "") -> list[Any]:
    """How it came about and what was done to it since as far as the reader may see, for a timeline."""
    records = Record.objects.visible_to(reader).about(subject).select_related("user")
    return [Origin(made, by.name, on, note), *records]
