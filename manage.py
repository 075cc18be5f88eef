#!/usr/bin/env python3
"""Django's commands; without DATABASE_URL they run on the embedded servers."""

import os
import sys

OWNER_COMMANDS = {
    "migrate",
    "flush",
    "sqlflush",
    "sqlmigrate",
    "makemigrations",
    "dbshell",
    "squashmigrations",
    "backup",
    "restore",
}
WITHOUT_DATABASE = {
    "help",
    "version",
    "--version",
    "--help",
    "collectstatic",
    "startapp",
    "diffsettings",
    "compilemessages",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiaohe_aid.settings.dev")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    elif command != "runserver":
        os.environ.setdefault("DATABASE_ROLE", "county")
    # A person waits for a command and may end it; the time limits are those of pages and tasks.
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "15s" if command == "runserver" else "0")
    from django.core.management import execute_from_command_line

    if command in WITHOUT_DATABASE or os.environ.get("DATABASE_URL"):
        execute_from_command_line(sys.argv)
        return
    from jiaohe_aid.runway.embedded import borrowed_servers

    with borrowed_servers():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
