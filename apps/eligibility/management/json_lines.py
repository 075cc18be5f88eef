"""What the two contract commands share: a file or standard input, answers as they come, exit status 1 on a bad case."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.eligibility.contract_lines import answer_lines
from apps.eligibility.policy.standards import Law


class JsonLinesCommand(BaseCommand):
    """Answers each line of a file or of standard input; needs no database."""

    requires_system_checks = ()  # type: ignore[assignment]
    answer: Callable[[Any, Law], dict[str, Any]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an optional file."""
        parser.add_argument("file", nargs="?", metavar="FILE", help="JSON Lines 文件；不写则读标准输入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer line by line."""
        law = Law.shipped()
        answer = type(self).answer
        good = True
        with _opened(options["file"]) as lines:
            for line, is_good in answer_lines(lines, lambda case: answer(case, law)):
                self._write(line)
                good = good and is_good
        if not good:
            sys.exit(1)

    def _write(self, line: bytes) -> None:
        stream = getattr(self.stdout, "buffer", None)
        if stream is None:
            self.stdout.write(line.decode(), ending="")
        else:
            stream.write(line)
            stream.flush()


def _opened(name: str | None) -> Any:
    if name is None or name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise CommandError(f"打不开文件 {name}：{error.strerror}") from None
